"""Trade effects told: explanations of single figures, remarks, and plain data for JSON."""

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.analysis.elasticities import RANGE_SOURCE
from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.partial_equilibrium import INFINITE_SUPPLY
from workbench.analysis.report import finding_data, plain, records
from workbench.analysis.trade_effects import EffectsModel, TradeEffects
from workbench.definitions.writer import write_text
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

TITLES: dict[str, str] = {
    "value": "Imports today",
    "creation": "Trade created",
    "diversion": "Trade diverted",
    "diverted_from_non_parties": "Diverted from non-parties",
    "imports_change": "Change of imports",
    "exports_change": "Change of exports",
    "consumer_gain": "Gain of buyers",
    "revenue_change": "Change of revenue",
    "producer_gain": "Gain of producers",
    "welfare": "Welfare",
}
"""Words of every figure in USD, the same on screen, in tables and in exports."""

SHARES: dict[str, str] = {
    "partner_share": "Partners' share of imports, today",
    "partner_share_after": "Partners' share of imports, after",
}
"""Words of the figures that are shares."""

MODELS: dict[EffectsModel, str] = {
    EffectsModel.FINITE_SUPPLY: "Single market, finite supply",
    EffectsModel.INFINITE_SUPPLY: "Single market, infinite supply",
    EffectsModel.GSIM: "All markets at once (GSIM)",
    EffectsModel.ARMINGTON: "Nested Armington shares",
}


SPLIT_NOTE = (
    "Trade is known of a wider product of an older edition alone and is split equally between its "
    "successors: their figures are parts of one observation, not observations of their own."
)
"""Of products whose trade is an equal part of that of a wider one."""

_FORMULAS: dict[str, dict[EffectsModel, str]] = {
    "creation": {
        EffectsModel.INFINITE_SUPPLY: "M · Em · ΔT/T",
        EffectsModel.FINITE_SUPPLY: "M · Em · (ΔT/T) / (1 − Em/Ex)",
        EffectsModel.GSIM: "M · Em · P̂, with P̂ the change of the market's composite price",
        EffectsModel.ARMINGTON: "M · (Q̂ − 1), with Q̂ the growth of the whole market",
    },
    "diversion": {
        EffectsModel.INFINITE_SUPPLY: "M (1 + z) · ΣM / ΣM(1 + z) − M, with z = −σ ΔT/T",
        EffectsModel.FINITE_SUPPLY: (
            "M (1 + z) · ΣM / ΣM(1 + z) − M, with z = −σ times the change of the supplier's price"
        ),
        EffectsModel.GSIM: "−M · σ · (p̂ − P̂), with p̂ the change of the supplier's price",
        EffectsModel.ARMINGTON: "M · q̂ − M · Q̂, with q̂ = (p/P of its group)^−σ · (group/P)^−σg · Q̂",
    },
}
_SAME_FORMULA = {
    "value": "mean imports over the base years",
    "partner_share": "Σ imports from partners / Σ imports",
    "partner_share_after": "Σ (imports + their change) from partners / Σ (imports + their change)",
    "imports_change": "trade created + trade diverted",
    "exports_change": "trade created + trade diverted, of its exports",
    "diverted_from_non_parties": "−Σ trade diverted over suppliers that are non-parties",
    "consumer_gain": "(fall of the price with duty) · (imports before + after) / 2",
    "revenue_change": "duty after · imports after − duty before · imports before",
    "producer_gain": "x · X · (1 + Ex x / 2), with x the change of the exporter's price",
    "welfare": "gain of buyers + change of revenue + gain of producers",
}


def explain_effects(
    effects: TradeEffects, figure: str, by: str = "", name: str = ""
) -> Explanation:
    """A figure of all trade, or of one partner, product or stage.

    Args:
        effects: where it is from.
        figure: a key of `TITLES`, or of `SHARES` where that is of a product or stage.
        by: "economy", "product" or "stage"; "" for the whole.
        name: which of them.
    """
    model = effects.model
    row, subject = _row(effects, by, name)
    terms = [
        Term("", title, _number(row[key]), Unit.USD)
        for key, title in TITLES.items()
        if key in row and key != figure
    ]
    if "partner_share" in row:
        for key, title in SHARES.items():
            if key != figure:
                terms.append(Term("", title, _number(row[key]), Unit.SHARE))
    if by == "product":
        terms += _elasticity_terms(effects, name)
        terms += _largest_lane(effects, name)
    ends = effects.ranges.get(figure) if not by else None
    notes = [
        "Only the share of a lane that claims gets the cut, so the mean duty falls by that share.",
        "Home production is not in the trade data, so imports in its place are not counted.",
    ]
    if ends is not None and ends[0] == ends[0]:
        notes.insert(
            0,
            f"With all elasticities from half to twice: USD {ends[0]:,.0f} to {ends[1]:,.0f}.",
        )
    if figure == "consumer_gain" and model is EffectsModel.GSIM:
        notes.append("(½ P̂² sign(P̂) Em − P̂) · Σ M T for each market, shared out by spending.")
    if by == "product" and row["equal_split"]:
        notes.insert(0, SPLIT_NOTE)
    lost = lost_buyers(effects)
    if lost and not by and figure in ("consumer_gain", "revenue_change", "welfare"):
        notes.insert(0, f"Without what {', '.join(lost)} would gain or forgo as buyers.")
    if _number(row[figure]) is None and by == "economy":
        notes.insert(0, "Nothing it buys from partners could be computed: see the dropped flows.")
    return Explanation(
        figure=figure,
        title=(TITLES | SHARES)[figure],
        subject=f"{subject}; {MODELS[model].lower()}",
        value=_number(row[figure]),
        unit=Unit.SHARE if figure in SHARES else Unit.USD,
        formula=_FORMULAS.get(figure, {}).get(model) or _SAME_FORMULA[figure],
        terms=tuple(terms) + _vintage(effects),
        section="7",
        notes=tuple(notes),
    )


def _row(effects: TradeEffects, by: str, name: str) -> tuple[dict[str, Any], str]:
    if not by:
        return dict(effects.totals), effects.evaluation.agreement.title
    table = {
        "economy": effects.by_partner,
        "product": effects.by_product,
        "stage": effects.by_stage,
    }[by]
    found = table[table[by] == name]
    words = {"economy": economy_name, "product": dotted, "stage": str.capitalize}[by]
    row = {str(key): value for key, value in found.iloc[0].items()}
    return row, words(name)


_ELASTICITIES = ("demand", "substitution", "supply")


def _elasticity_terms(effects: TradeEffects, product: str) -> list[Term]:
    rows = effects.elasticities.sources
    row = rows[rows["product"] == product].iloc[0]
    symbols = {
        "demand": ("Em", "Elasticity of import demand"),
        "substitution": ("σ", "Elasticity of substitution"),
        "supply": ("Ex", "Elasticity of export supply"),
    }
    terms = []
    for key, (symbol, title) in symbols.items():
        endless = key == "supply" and row[key] >= INFINITE_SUPPLY
        value: float | str = "infinite" if endless else float(row[key])
        terms.append(Term(symbol, title, value, Unit.NUMBER, str(row[f"{key}_source"])))
    return terms


def explain_elasticity(effects: TradeEffects, product: str, name: str) -> Explanation:
    """An elasticity in use: "demand", "substitution" or "supply"."""
    terms = dict(zip(_ELASTICITIES, _elasticity_terms(effects, product), strict=True))
    chosen = terms.pop(name)
    endless = isinstance(chosen.value, str)
    used = effects.elasticities.sources
    row: Any = used[used["product"] == product].iloc[0]
    ends: tuple[Term, ...] = ()
    if f"{name}_low" in row:
        ends = tuple(
            Term("", words, float(row[f"{name}_{end}"]), Unit.NUMBER, RANGE_SOURCE)
            for end, words in (("low", "Low end"), ("high", "High end"))
        )
    return Explanation(
        figure=name,
        title=chosen.meaning,
        subject=dotted(product),
        value=float(row[name]) if endless else chosen.value,
        unit=Unit.NUMBER,
        formula="as the source gives it",
        terms=(Term("", "Source", chosen.source, Unit.TEXT), *ends, *terms.values()),
        section="7",
        notes=(f"Of {INFINITE_SUPPLY:g} and more, supply is infinite.",) if endless else (),
    )


def explain_dropped(effects: TradeEffects, place: int) -> Explanation:
    """The imports of a dropped flow, and why it is dropped."""
    row = effects.dropped.iloc[place]
    where = f"{economy_name(str(row['exporter']))} to {economy_name(str(row['importer']))}"
    return Explanation(
        figure="value",
        title=TITLES["value"],
        subject=f"{dotted(str(row['product']))}, {where}",
        value=_number(row["value"]),
        unit=Unit.USD,
        formula=_SAME_FORMULA["value"],
        terms=_vintage(effects),
        section="7",
        notes=(f"Not in the figures: {row['why']}.",),
    )


def _largest_lane(effects: TradeEffects, product: str) -> list[Term]:
    """The duty before and after on the lane with the largest gain, as an example."""
    rows = effects.flows[effects.flows["product"] == product]
    rows = rows[rows["duty_after"] < rows["duty_before"]]
    if rows.empty:
        return []
    lane = rows.sort_values("creation", ascending=False).iloc[0]
    where = f"{economy_name(lane['exporter'])} to {economy_name(lane['importer'])}"
    return [
        Term("t0", f"Duty today, {where}", float(lane["duty_before"]), Unit.SHARE),
        Term(
            "t1", "Mean duty after the claimed share is cut", float(lane["duty_after"]), Unit.SHARE
        ),
        Term("U", "Share that claims", float(lane["claimed_share"]), Unit.SHARE),
    ]


def _vintage(effects: TradeEffects) -> tuple[Term, ...]:
    return tuple(
        Term("", f"Source of {v.table.replace('_', ' ')}", f"{v.source} {v.edition}", Unit.TEXT)
        for v in effects.evaluation.vintage
        if v.table in ("trade_flows", "tariffs", "elasticities")
    )


def _number(value: Any) -> float | None:
    number = float(value)
    return None if number != number else number


# Plain data ----------------------------------------------------------------------------------


def effects_data(effects: TradeEffects, path: Path | None = None) -> dict[str, Any]:
    """The effects as `trade-effects --json` prints them; codes are dotted."""
    evaluation = effects.evaluation
    agreement = evaluation.agreement
    content = path.read_bytes() if path is not None else write_text(agreement).encode()
    extended = agreement.treatment.basis is TreatmentBasis.EXTENDED
    changed = effects.flows[(effects.flows["imports_change"] != 0)]
    return {
        "agreement": {
            "title": agreement.title,
            "sha256": hashlib.sha256(content).hexdigest(),
            "option": evaluation.option,
            "year": evaluation.year,
        },
        "model": effects.model.value,
        "cut_reaches": "everyone" if extended else "the claimed share of partners' trade",
        "vintage": [
            {"table": v.table, "source": v.source, "edition": v.edition, "year": v.year}
            for v in evaluation.vintage
        ],
        "totals": {name: plain(value) for name, value in effects.totals.items()},
        "ranges": {
            name: {"low": plain(ends[0]), "high": plain(ends[1])}
            for name, ends in effects.ranges.items()
        },
        "range_source": RANGE_SOURCE,
        "by_partner": records(effects.by_partner),
        "by_product": records(_dotted(effects.by_product)),
        "by_stage": records(effects.by_stage),
        "lanes": records(_dotted(changed.drop(columns="lane"))),
        "elasticities": records(_dotted(effects.elasticities.sources)),
        "clearing": effects.clearing,
        "flows_below_nothing": effects.overshoot,
        "dropped": records(_dotted(effects.dropped)),
        "findings": [
            finding_data(finding) for finding in found_in(Needs.TRADE_EFFECTS, agreement, effects)
        ],
        "gaps": [
            {
                "what": str(why),
                "where": "trade effects",
                "share_of_trade": plain(share),
            }
            for why, share in dropped_shares(effects).items()
        ]
        + _unknown_buyers(effects),
    }


def lost_buyers(effects: TradeEffects) -> tuple[str, ...]:
    """Partners of which nothing that they buy could be computed; totals are without them there."""
    rows = effects.by_partner
    return tuple(rows.loc[rows["partner"] & rows["welfare"].isna(), "economy"])


def _unknown_buyers(effects: TradeEffects) -> list[dict[str, Any]]:
    """The gap of partners of which nothing that they buy could be computed."""
    names = ", ".join(lost_buyers(effects))
    if not names:
        return []
    what = f"gain of buyers, revenue and so welfare of {names}: what they buy was all dropped"
    return [{"what": what, "where": "by partner", "share_of_trade": None}]


def dropped_shares(effects: TradeEffects) -> dict[str, float | None]:
    """Reasons lanes were dropped for, with their share of covered trade; None for non-parties'."""
    covered = effects.evaluation.totals["covered_trade"]
    partners = set(effects.evaluation.baseline.partners)
    shares: dict[str, float | None] = {}
    for why, rows in effects.dropped.groupby("why", sort=False):
        inside = rows["exporter"].isin(partners).all()
        shares[str(why)] = float(rows["value"].sum()) / covered if covered and inside else None
    return shares


def effects_tables(effects: TradeEffects) -> dict[str, pd.DataFrame]:
    """The effects as tables to write to a file, the lanes first."""
    totals = pd.DataFrame(
        [(name, value, *effects.ranges[name]) for name, value in effects.totals.items()],
        columns=["figure", "usd", "low", "high"],
    )
    totals["model"] = effects.model.value
    return {
        "Lanes": _dotted(effects.flows.drop(columns="lane")),
        "Totals": totals,
        "By partner": effects.by_partner,
        "By product": _dotted(effects.by_product),
        "By stage": effects.by_stage,
        "Elasticities": _dotted(effects.elasticities.sources),
        "Dropped": _dotted(effects.dropped),
    }


def _dotted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(product=frame["product"].map(dotted))
