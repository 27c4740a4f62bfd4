"""What leaks past the rule of origin: small parcels, false claims, transshipment.

Each is told apart from the headlines, which follow the rule as written. Small parcels and false
claims are stated shares of trade; transshipment is an upper bound from the trade data, for goods
of the same subheading that a partner both imports from non-parties and exports to partners.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.results import Evaluation
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

Floats = NDArray[np.float64]

TITLES: dict[str, tuple[str, Unit]] = {
    "exempted_value": ("Small parcels: trade exempted", Unit.USD),
    "exempted_duty": ("Small parcels: duty not collected", Unit.USD),
    "false_value": ("False claims: trade", Unit.USD),
    "false_duty": ("False claims: duty lost", Unit.USD),
    "false_content": ("False claims: non-party content, declared", Unit.USD),
    "false_traced_content": ("False claims: non-party content, traced", Unit.USD),
    "transshipment": ("Transshipment: trade, at most", Unit.USD),
    "transshipment_bound": ("Transshipment of this lane alone, at most", Unit.USD),
    "transshipment_duty": ("Transshipment: duty lost, at most", Unit.USD),
    "duty_forgone": ("Duty forgone by the rule as written", Unit.USD),
    "revenue_lost": ("Revenue lost in all, at most", Unit.USD),
    "exposure": ("Exposure by the rule as written", Unit.SHARE),
    "exposure_with_false_claims": ("Exposure with false claims", Unit.SHARE),
    "exposure_with_all": ("Exposure with all of it, at most", Unit.SHARE),
    "traced_exposure_with_false_claims": ("Exposure with false claims, traced", Unit.SHARE),
    "traced_exposure_with_all": ("Exposure with all of it, traced, at most", Unit.SHARE),
}
"""Titles and units of every figure of erosion."""

_FORMULAS = {
    "exempted_value": "z · imports",
    "exempted_duty": "b · z · imports",
    "false_value": "min(q V, V − U V), where there is a duty to save",
    "false_duty": "(b − p) · false claims",
    "false_content": "false claims · (π d̄ V − C − π R) / (V − U V)",
    "false_traced_content": "false claims · (t̄ V − C − π R) / (V − U V), C and t̄ traced",
    "transshipment": "V · min(1, imports of the same subheading from non-parties / exports)",
    "transshipment_bound": "min(V, imports of the same subheading from non-parties)",
    "transshipment_duty": "(b − p) · U · transshipment",
    "duty_forgone": "Σ (b − p) U V",
    "revenue_lost": "duty forgone + small parcels + false claims + transshipment",
    "exposure": "Σ C / Σ U V",
    "exposure_with_false_claims": "(Σ C + content of false claims) / (Σ U V + false claims)",
    "exposure_with_all": "the same, transshipped goods counted as wholly non-party",
    "traced_exposure_with_false_claims": "the same, with traced content",
    "traced_exposure_with_all": "the same, transshipped goods counted as wholly non-party",
}


@dataclass(frozen=True, eq=False)
class Erosion:
    """What leaks past the rule.

    Attributes:
        lanes: importer, exporter, product and, in USD, the figures of `TITLES` that a lane has;
            rows as in `evaluation.lanes`, NaN where something needed is not known.
        by_origin: economy, transshipment: where goods that may be transshipped come from.
        totals: the figures of `TITLES`; None is missing.
    """

    evaluation: Evaluation
    lanes: pd.DataFrame
    by_origin: pd.DataFrame
    totals: dict[str, float | None]

    @property
    def sources(self) -> dict[str, str]:
        """Where the three come from."""
        parameters = self.evaluation.agreement.parameters
        flows = [v for v in self.evaluation.vintage if v.table == "trade_flows"]
        named = ", ".join(f"{v.source} {v.edition}".strip() for v in flows) or "the trade database"
        return {
            "small parcels": (
                f"{parameters.small_parcel_share:.1%} of trade "
                f"({parameters.source('small_parcel_share')})"
            ),
            "false claims": (
                f"{parameters.false_claim_share:.1%} of trade "
                f"({parameters.source('false_claim_share')})"
            ),
            "transshipment": f"imports of the same subheading from non-parties, {named}",
        }


def erosion(evaluation: Evaluation) -> Erosion:
    """Small parcels, false claims and transshipment, on every lane and in total."""
    lanes, baseline = evaluation.lanes, evaluation.baseline
    parameters = evaluation.agreement.parameters

    def column(name: str) -> Floats:
        return lanes[name].to_numpy(dtype=np.float64)

    imports, value = baseline.value_usd, column("value")
    duty, cut = column("base_duty"), column("base_duty") - column("pref_duty")
    claimed = column("claimed")
    exempted = parameters.small_parcel_share * imports
    left = np.maximum(value - claimed, 0.0)
    false = np.minimum(parameters.false_claim_share * value, left)
    false = np.where(cut > 0, false, np.where(np.isnan(cut), np.nan, 0.0))
    applies = evaluation.agreement.treatment.basis is not TreatmentBasis.EXTENDED
    if not applies:  # without an origin rule there is nothing to claim falsely
        false = np.zeros(len(value))
    bound, shared, by_origin = _transshipment(evaluation)
    if not applies:
        bound, shared = np.zeros(len(value)), np.zeros(len(value))
        by_origin = by_origin.iloc[:0]
    moved = column("non_party_fraction") * column("resourced_content")
    frame = pd.DataFrame(
        {
            "importer": lanes["importer"],
            "exporter": lanes["exporter"],
            "product": lanes["product"],
            "exempted_value": exempted,
            "exempted_duty": exempted * duty,
            "false_value": false,
            "false_duty": false * cut,
            "false_content": _content(
                false,
                column("non_party_fraction") * column("declared_mean") * value
                - column("free_riding_content")
                - moved,
                left,
            ),
            "false_traced_content": _content(
                false,
                column("traced_mean") * value - column("traced_free_riding_content") - moved,
                left,
            ),
            "transshipment_bound": bound,
            "transshipment": shared,
            "transshipment_duty": np.where(
                cut == 0, 0.0, cut * column("utilisation") * shared if applies else 0.0
            ),
        }
    )
    return Erosion(evaluation, frame, by_origin, _totals(evaluation, frame))


def _content(false: Floats, outside: Floats, left: Floats) -> Floats:
    """Non-party content of false claims: that of the trade which does not claim."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(np.where(left > 0, outside / left, 0.0), 0, 1)
    return np.where(false == 0, 0.0, false * share)


def _transshipment(evaluation: Evaluation) -> tuple[Floats, Floats, pd.DataFrame]:
    """Upper bounds lane by lane; the same shared out over a partner's exports; and by origin."""
    baseline = evaluation.baseline
    flows = baseline.market.flows
    from_outside = flows[
        flows["importer"].isin(baseline.exporters) & ~flows["exporter"].isin(baseline.partners)
    ]
    entering = np.zeros((len(baseline.exporters), len(baseline.market.products)))
    place_x = {code: n for n, code in enumerate(baseline.exporters)}
    place_k = {code: n for n, code in enumerate(baseline.market.products)}
    x = from_outside["importer"].map(place_x).to_numpy(dtype=np.int64)
    k = from_outside["product"].map(place_k).to_numpy(dtype=np.int64)
    amount = from_outside["value_usd"].to_numpy(dtype=np.float64)
    np.add.at(entering, (x, k), amount)
    value = evaluation.lanes["value"].to_numpy(dtype=np.float64)
    leaving = np.zeros(entering.shape)
    np.add.at(leaving, (baseline.x, baseline.k), np.nan_to_num(value))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(leaving > 0, np.minimum(entering / leaving, 1.0), 0.0)
        part = np.where(entering > 0, share * leaving / entering, 0.0)
    here = baseline.x, baseline.k
    origins = pd.DataFrame(
        {"economy": from_outside["exporter"], "transshipment": amount * part[x, k]}
    )
    by_origin = origins.groupby("economy", as_index=False)["transshipment"].sum()
    by_origin = by_origin[by_origin["transshipment"] > 0].sort_values(
        "transshipment", ascending=False, ignore_index=True
    )
    return np.minimum(value, entering[here]), value * share[here], by_origin


def _totals(evaluation: Evaluation, frame: pd.DataFrame) -> dict[str, float | None]:
    lanes = evaluation.lanes
    names = [name for name in frame.columns if name in TITLES and name != "transshipment_bound"]
    total: dict[str, float | None] = {
        name: float(frame[name].sum()) if frame[name].notna().any() else None for name in names
    }
    forgone = evaluation.totals["duty_forgone"]
    total["duty_forgone"] = forgone
    lost = [total[name] for name in ("exempted_duty", "false_duty", "transshipment_duty")]
    parts = [forgone, *lost]
    total["revenue_lost"] = (
        None if all(p is None for p in parts) else sum(p for p in parts if p is not None)
    )
    total["exposure"] = evaluation.totals["exposure"]
    known = lanes["utilisation"].notna() & lanes["value"].notna()
    claimed = lanes["claimed"].where(known, 0.0)
    false = frame["false_value"].where(known, 0.0)
    through = frame["transshipment"].where(known, 0.0) * lanes["utilisation"].where(known, 0.0)
    for prefix, content, extra in (
        ("", "free_riding_content", "false_content"),
        ("traced_", "traced_free_riding_content", "false_traced_content"),
    ):
        base = lanes[content].where(known, 0.0)
        added = frame[extra].where(known, 0.0)
        whole = float((claimed + false).sum())
        name = f"{prefix}exposure_with_false_claims"
        total[name] = float((base + added).sum()) / whole if whole > 0 else None
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(claimed > 0, through / claimed, 0.0)
        everything = base * (1 - share) + through + added
        total[f"{prefix}exposure_with_all"] = float(everything.sum()) / whole if whole > 0 else None
    return total


def explain_erosion(result: Erosion, figure: str, row: int = -1) -> Explanation:
    """A figure of erosion: of a lane, or of the whole agreement (-1)."""
    title, unit = TITLES[figure]
    parameters = result.evaluation.agreement.parameters
    terms = [
        Term("z", "Small-parcel share", parameters.small_parcel_share, Unit.SHARE),
        Term("q", "False-claim share", parameters.false_claim_share, Unit.SHARE),
    ]
    if row < 0:
        subject = result.evaluation.agreement.title
        value = result.totals[figure]
        wanted = ("claimed", "utilisation", "exposure", "traced_exposure", "duty_forgone")
        titles = {"claimed": "Trade that claims", "utilisation": "Utilisation"}
        units = {"claimed": Unit.USD, "duty_forgone": Unit.USD}
        for name in wanted:
            words = titles.get(name, name.replace("_", " ").capitalize())
            number = result.evaluation.totals[name]
            terms.append(Term("", words, number, units.get(name, Unit.SHARE)))
        for name in ("exempted_duty", "false_value", "false_duty", "transshipment"):
            terms.append(Term("", TITLES[name][0], result.totals[name], Unit.USD))
    else:
        lane = result.evaluation.lanes.iloc[row]
        subject = (
            f"{dotted(lane['product'])}, {economy_name(lane['exporter'])} to "
            f"{economy_name(lane['importer'])}"
        )
        value = _plain(result.lanes[figure].iloc[row])
        for symbol, words, name, shown in (
            ("V", "Trade", "value", Unit.USD),
            ("b", "Duty today", "base_duty", Unit.SHARE),
            ("p", "Duty under the agreement", "pref_duty", Unit.SHARE),
            ("U", "Utilisation", "utilisation", Unit.SHARE),
            ("d̄", "Declared non-originating content", "declared_mean", Unit.SHARE),
            ("π", "Non-party fraction of it", "non_party_fraction", Unit.SHARE),
        ):
            terms.append(Term(symbol, words, _plain(lane[name]), shown))
    for name, text in result.sources.items():
        terms.append(Term("", f"Source of {name}", text, Unit.TEXT))
    return Explanation(
        figure, title, subject, value, unit, _FORMULAS[figure], tuple(terms), "2", _NOTES
    )


_NOTES = (
    "Transshipment is an upper bound: nothing in trade statistics says that the goods a partner "
    "exports are those it imported.",
)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def explain_origin(result: Erosion, economy: str) -> Explanation:
    """What of one non-party's goods could be transshipped."""
    rows = result.by_origin[result.by_origin["economy"] == economy]
    value = float(rows["transshipment"].sum())
    terms = [
        Term("", "Transshipment in all, at most", result.totals["transshipment"], Unit.USD),
        Term("", "Source of transshipment", result.sources["transshipment"], Unit.TEXT),
    ]
    return Explanation(
        "transshipment",
        "Transshipment: trade, at most",
        economy_name(economy),
        value,
        Unit.USD,
        "Σ over partners: imports from it · min(1, exports / imports from non-parties)",
        tuple(terms),
        "2",
        _NOTES,
    )
