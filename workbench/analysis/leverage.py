"""Where the duty is too low, what would be enough, what it costs and who pays.

Each instrument is brought to the rate at which the agreement as a whole reaches the target
utilisation, then evaluated like any other agreement, so that its side effects show as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from workbench.analysis.claiming import LaneTerms, select, utilisation
from workbench.analysis.content_seen import content_seen
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation, Term, Unit, vintage_terms
from workbench.analysis.fiscal import PAYERS, fiscal
from workbench.analysis.incentives import NoFigure
from workbench.analysis.results import Evaluation
from workbench.analysis.rule_terms import Terms
from workbench.analysis.rules_by_lane import claiming_parameters, lane_rows, rule_parts
from workbench.analysis.treatment import incentive_worth
from workbench.model.commitments import EnactedBy, Incentive, IncentiveKind, TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.extra_duties import PROCESSING_FEE_RATE

Floats = NDArray[np.float64]

_MOST_RATE = 4.0  # the highest rate that an agreement may state
_STEP = 1e-4  # rates are rounded up to a hundredth of a point, so that the target is still met
_FREE_SHARE = 0.999

_BASIS = "rate that brings total utilisation to the target"

SHOWN = (
    "utilisation",
    "claimed",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
)
"""Totals kept of an agreement with an instrument."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the instruments are built with.

    Attributes:
        named_economies: whose inputs lessen a graduated relief; empty takes the non-party with
            the most content in covered goods.
        fee_rate, fee_minimum_usd, fee_maximum_usd: the customs fee that could be waived.
    """

    named_economies: tuple[str, ...] = ()
    fee_rate: float = PROCESSING_FEE_RATE
    fee_minimum_usd: float | None = None
    fee_maximum_usd: float | None = None


@dataclass(frozen=True, eq=False)
class Instrument:
    """One way to enough leverage.

    Attributes:
        incentives: what would be added to the agreement.
        rate: of the part that was sought; None where nothing had to be.
        reached: whether the target utilisation is met.
        totals: headlines of the agreement with it.
        cost: to treasuries in USD a year, apart from duty forgone, None where not known; raised:
            by a charge.
        payer: who bears it.
        by_importer: importer, cost, raised.
    """

    key: str
    title: str
    incentives: tuple[Incentive, ...]
    rate: float | None
    reached: bool
    totals: dict[str, float | None]
    cost: float | None
    raised: float
    payer: str
    by_importer: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Leverage:
    """Where more leverage is needed and what would give it.

    Attributes:
        lanes: row (in the evaluation's lanes), importer, exporter, product, value, base_duty,
            utilisation, gap, fee, after_fee, graduated (gap at the graduated rate), credit_cost
            (of a credit of the gap at the target), why: reason without a gap.
        products: product, value, utilisation, gap (of its trade, weighted), short (trade below
            the target), hopeless (trade where nothing tariff-like works), why; NaN where not known.
    """

    evaluation: Evaluation
    choices: Choices
    target: float
    named: tuple[str, ...]
    lanes: pd.DataFrame
    products: pd.DataFrame
    instruments: tuple[Instrument, ...]


def leverage(
    evaluation: Evaluation,
    choices: Choices | None = None,
    progress: Progress = NO_PROGRESS,
) -> Leverage:
    """What would be enough on every lane and for the agreement as a whole.

    Args:
        evaluation: complete, with leverage gaps.
        choices: named economies and the customs fee.
        progress: told of each instrument.

    Raises:
        Cancelled: asked to stop.
    """
    chosen = choices or Choices()
    agreement, baseline = evaluation.agreement, evaluation.baseline
    target = agreement.parameters.target_utilisation
    named = chosen.named_economies or _largest_outside(evaluation)
    relief = _relief(named, 1.0)
    fee = _fee(chosen)
    left = incentive_worth(relief, baseline, agreement.parameters.consignment)
    waived = incentive_worth(fee, baseline, agreement.parameters.consignment)
    lanes = _lanes(evaluation, left, waived, target)
    return Leverage(
        evaluation,
        chosen,
        target,
        named,
        lanes,
        _products(lanes),
        tuple(_instruments(evaluation, target, named, chosen, progress)),
    )


def _largest_outside(evaluation: Evaluation) -> tuple[str, ...]:
    """The non-party with the most declared content in covered goods."""
    value = np.nan_to_num(evaluation.lanes["value"].to_numpy(dtype=np.float64))
    mean = np.nan_to_num(evaluation.lanes["declared_mean"].to_numpy(dtype=np.float64))
    origins = evaluation.origins
    by_row = np.bincount(origins.row, value * mean, len(origins.declared))
    content = by_row @ origins.declared
    if not len(content) or content.max() <= 0:
        return ()
    return (origins.economies[int(content.argmax())],)


# Lane by lane ------------------------------------------------------------------------------


def _lanes(evaluation: Evaluation, left: Floats, waived: Floats, target: float) -> pd.DataFrame:
    lanes = evaluation.lanes
    frame = pd.DataFrame(
        {
            "row": np.arange(len(lanes)),
            "importer": lanes["importer"],
            "exporter": lanes["exporter"],
            "product": lanes["product"],
            "value": lanes["value"],
            "base_duty": lanes["base_duty"],
            "base_free_share": lanes["base_free_share"],
            "mfn_free_share": lanes["mfn_free_share"],
            "utilisation": lanes["utilisation"],
            "gap": lanes["leverage_gap"],
            "why": lanes["why_no_gap"].astype(str),
        }
    )
    gap = frame["gap"].to_numpy(dtype=np.float64)
    frame["fee"] = np.where(np.isnan(gap), np.nan, waived)
    frame["after_fee"] = np.maximum(gap - waived, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["graduated"] = np.where(left > 0, gap / left, np.where(gap == 0, 0.0, np.nan))
    frame["credit_cost"] = np.where(gap > 0, gap * target * frame["value"], 0.0)
    frame.loc[np.isnan(gap), "credit_cost"] = np.nan
    return frame[frame["value"] > 0].reset_index(drop=True)


def _products(lanes: pd.DataFrame) -> pd.DataFrame:
    """By product: how far the incentive falls short, and where nothing tariff-like helps."""
    known = lanes["gap"].notna()
    hopeless = lanes["why"].isin([NoFigure.NOBODY_CAN, NoFigure.OUT_OF_REACH])
    unknown = (lanes["why"] == NoFigure.UNKNOWN).to_numpy()
    value = lanes["value"].to_numpy(dtype=np.float64)
    frame = pd.DataFrame(
        {
            "product": lanes["product"],
            "value": value,
            "known": np.where(known, value, 0.0),
            "used": np.where(lanes["utilisation"].notna(), value, 0.0),
            "claimed": value * lanes["utilisation"].fillna(0.0),
            "gap_value": value * lanes["gap"].fillna(0.0),
            "short": np.where(unknown, np.nan, np.where(lanes["gap"] > 0, value, 0.0)),
            "hopeless": np.where(hopeless, value, 0.0),
            "unknown": np.where(unknown, value, 0.0),
            "free": np.where(lanes["base_free_share"] >= _FREE_SHARE, value, 0.0),
            "credit_cost": lanes["credit_cost"],
        }
    )
    table = frame.groupby("product", sort=True).sum(min_count=1)
    table["largest_gap"] = lanes.groupby("product")["gap"].max()
    with np.errstate(divide="ignore", invalid="ignore"):
        table["gap"] = np.where(table["known"] > 0, table["gap_value"] / table["known"], np.nan)
        table["utilisation"] = np.where(table["used"] > 0, table["claimed"] / table["used"], np.nan)
    table["why"] = [_why(row) for row in table.to_dict("records")]
    wanted = [
        "value",
        "utilisation",
        "short",
        "gap",
        "largest_gap",
        "credit_cost",
        "hopeless",
        "unknown",
        "free",
        "why",
    ]
    return table[wanted].sort_values("short", ascending=False).reset_index()


def _why(row: dict[Any, Any]) -> str:
    """Why more of a tariff-like incentive would not do; empty where it would."""
    judged = row["value"] - row["unknown"]
    free = judged > 0 and row["free"] >= _FREE_SHARE * judged
    if row["hopeless"] > 0 and row["hopeless"] >= _FREE_SHARE * judged:
        start = "free of duty, and no" if free else "no"
        return f"{start} incentive helps: too few producers can meet the rule"
    if row["hopeless"] > 0:
        return "on part of its trade no incentive helps: too few producers can meet the rule"
    if row["unknown"] >= _FREE_SHARE * row["value"]:
        return "duty, content or a share the rule asks for is not known"
    if free:
        return "free of duty already: no cut can help, only something other than duty"
    return ""


# For the agreement as a whole --------------------------------------------------------------


def _relief(named: tuple[str, ...], rate: float) -> Incentive:
    who = ", ".join(economy_name(code) for code in named)
    return Incentive(
        f"Relief from special duties, less inputs from {who}" if who else "Relief",
        IncentiveKind.SPECIAL_DUTY_RELIEF,
        rate,
        _BASIS,
        named_economies=named,
        enacted_by=EnactedBy.LEGISLATURE,
    )


def _fee(choices: Choices) -> Incentive:
    return Incentive(
        "Customs fee waived",
        IncentiveKind.FEE_RELIEF,
        choices.fee_rate,
        f"{choices.fee_rate:.4%} of value a consignment, within its minimum and maximum",
        minimum_usd=choices.fee_minimum_usd,
        maximum_usd=choices.fee_maximum_usd,
        enacted_by=EnactedBy.LEGISLATURE,
    )


def _plain(name: str, kind: IncentiveKind, by: EnactedBy) -> Callable[[float], Incentive]:
    def at(rate: float) -> Incentive:
        return Incentive(name, kind, rate, _BASIS, enacted_by=by)

    return at


def _instruments(
    evaluation: Evaluation,
    target: float,
    named: tuple[str, ...],
    choices: Choices,
    progress: Progress,
) -> list[Instrument]:
    if evaluation.agreement.treatment.basis is TreatmentBasis.EXTENDED:
        return []
    charge = _plain(
        "Charge on goods that do not claim", IncentiveKind.EXTERNAL_CHARGE, EnactedBy.LEGISLATURE
    )
    credit = _plain("Tax credit", IncentiveKind.TAX_CREDIT, EnactedBy.BUDGET)
    whole = _plain(
        "Relief from special duties", IncentiveKind.SPECIAL_DUTY_RELIEF, EnactedBy.LEGISLATURE
    )
    fee = _fee(choices)
    builders: list[tuple[str, str, Callable[[float], tuple[Incentive, ...]] | None]] = [
        ("charge", "External charge", lambda rate: (charge(rate),)),
        ("credit", "Tax credit", lambda rate: (credit(rate),)),
        ("relief", "Special-duty relief, whole", lambda rate: (whole(rate),)),
        ("graduated", "Special-duty relief, graduated", lambda rate: (_relief(named, rate),)),
        ("fee", "Customs fee waived", None),
        ("fee-charge", "Fee waived and external charge", lambda rate: (fee, charge(rate))),
        ("fee-credit", "Fee waived and tax credit", lambda rate: (fee, credit(rate))),
        (
            "charge-credit",
            "Charge and credit, half each",
            lambda rate: (charge(rate / 2), credit(rate / 2)),
        ),
    ]
    if not named:
        builders = [builder for builder in builders if builder[0] != "graduated"]
    seek = _Seeker(evaluation)
    found = []
    for place, (key, title, build) in enumerate(builders):
        progress.step(place, len(builders), title)
        if build is None:
            found.append(_tried(evaluation, key, title, (fee,), None, target))
            continue
        rate = seek.rate(build, target)
        reached = rate is not None
        shown = _MOST_RATE if rate is None else float(np.ceil(rate / _STEP - 1e-6) * _STEP)
        shown = round(shown, 6)
        found.append(
            _tried(evaluation, key, title, build(shown), shown if reached else None, target)
        )
    progress.step(len(builders), len(builders), "done")
    return found


class _Seeker:
    """Total utilisation of an agreement with more incentives, without its other figures."""

    def __init__(self, evaluation: Evaluation) -> None:
        agreement, lanes = evaluation.agreement, evaluation.lanes
        self._evaluation = evaluation
        seen = content_seen(agreement, evaluation.baseline)

        def column(name: str) -> Floats:
            return lanes[name].to_numpy(dtype=np.float64)

        terms = LaneTerms(
            value_usd=column("value"),
            gross_incentive=column("gross_incentive"),
            ad_valorem_cost=column("ad_valorem_cost"),
            declared_mean=seen.declared_mean,
            traced_mean=seen.traced_mean,
            non_party_fraction=seen.non_party_fraction,
            duty_cut=column("base_duty") - column("pref_duty"),
        )
        known = ~np.isnan(column("gross_incentive")) & (np.nan_to_num(column("value")) > 0)
        self._assumed = claiming_parameters(agreement)
        self._parts: list[tuple[NDArray[np.int64], LaneTerms, Terms]] = []
        for part in rule_parts(agreement, seen.inputs):
            keep = np.flatnonzero(known[part.rows])
            if len(keep):
                some = lane_rows(terms, part.rows)
                lanes_kept, rule, _ = select(some, part.terms, self._assumed, keep)
                self._parts.append((part.rows[keep], lanes_kept, rule))

    def _share(self, extra: Floats) -> float | None:
        claimed = counted = 0.0
        for rows, lanes, rule in self._parts:
            more = replace(lanes, gross_incentive=lanes.gross_incentive + extra[rows])
            share = utilisation(more, rule, self._assumed)
            used = ~np.isnan(share)
            claimed += float(share[used] @ lanes.value_usd[used])
            counted += float(lanes.value_usd[used].sum())
        return claimed / counted if counted > 0 else None

    def rate(self, build: Callable[[float], tuple[Incentive, ...]], target: float) -> float | None:
        """The smallest rate that reaches the target; None where none does."""
        baseline, parameters = self._evaluation.baseline, self._evaluation.agreement.parameters

        def short(rate: float) -> float:
            worth = sum(incentive_worth(i, baseline, parameters.consignment) for i in build(rate))
            share = self._share(np.nan_to_num(np.asarray(worth, dtype=np.float64)))
            return -1.0 if share is None else share - target

        if short(0.0) >= 0:
            return 0.0
        high = 0.01
        while short(high) < 0:
            high *= 2
            if high > _MOST_RATE:
                return None
        return float(brentq(short, 0.0, high, xtol=1e-7))


def _tried(
    evaluation: Evaluation,
    key: str,
    title: str,
    incentives: tuple[Incentive, ...],
    rate: float | None,
    target: float,
) -> Instrument:
    """The agreement with more incentives, evaluated."""
    agreement = evaluation.agreement
    before = len(agreement.incentives)
    with_it = replace(agreement, incentives=(*agreement.incentives, *incentives))
    result = evaluate(
        with_it, evaluation.baseline, evaluation.option, evaluation.year, complete=False
    )
    rows = fiscal(result).of(tuple(range(before, before + len(incentives))))
    share = result.totals["utilisation"]
    payers = dict.fromkeys(PAYERS[incentive.kind] for incentive in incentives)
    return Instrument(
        key,
        title,
        incentives,
        rate,
        share is not None and share >= target - _STEP,
        {name: result.totals[name] for name in SHOWN},
        _number(rows["cost"].sum(min_count=1)),
        float(rows["raised"].sum()),
        "; ".join(payers),
        rows.groupby("importer", as_index=False)[["cost", "raised"]].sum(min_count=1),
    )


# In words ----------------------------------------------------------------------------------


def explain_instrument(result: Leverage, key: str, figure: str = "rate") -> Explanation:
    """How a figure of an instrument came about."""
    found = next(i for i in result.instruments if i.key == key)
    before = result.evaluation.totals
    parameters = result.evaluation.agreement.parameters
    values = {"rate": found.rate, "cost": found.cost, "raised": found.raised, **found.totals}
    title, unit, formula = _INSTRUMENT_FIGURES[figure]
    terms = [
        Term("U*", "Target utilisation", result.target, Unit.SHARE),
        Term("U", "Utilisation without it", before["utilisation"], Unit.SHARE),
        Term("", "Utilisation with it", found.totals["utilisation"], Unit.SHARE),
        Term("", "Trade that claims with it", found.totals["claimed"], Unit.USD),
        Term("", "Duty forgone without it", before["duty_forgone"], Unit.USD),
        Term("", "Duty forgone with it", found.totals["duty_forgone"], Unit.USD),
        Term("S", "Median consignment", parameters.consignment, Unit.USD),
    ]
    for incentive in found.incentives:
        terms.append(Term("", incentive.name, incentive.ad_valorem, Unit.SHARE, incentive.basis))
        for words, amount in (
            ("its minimum a consignment", incentive.minimum_usd),
            ("its maximum a consignment", incentive.maximum_usd),
        ):
            if amount is not None:
                terms.append(Term("", words, amount, Unit.USD))
    for row in found.by_importer.to_dict("records"):
        if row["cost"] or row["raised"]:
            who = economy_name(str(row["importer"]))
            terms.append(Term("", f"Cost to {who}", _number(row["cost"]), Unit.USD))
    terms += vintage_terms(result.evaluation)
    notes = [f"Borne by {found.payer}."]
    if not found.reached:
        notes.append("The target is not reached with it.")
    if found.raised:
        notes.append("What a charge raises is counted on today's trade, before it answers.")
    return Explanation(
        figure,
        f"{found.title}: {title.lower()}",
        result.evaluation.agreement.title,
        values[figure],
        unit,
        formula,
        tuple(terms),
        "6",
        tuple(notes),
    )


def explain_lever(result: Leverage, product: str, figure: str) -> Explanation:
    """A figure of a product of the leverage view."""
    row = result.products.set_index("product").loc[product]
    lanes = result.lanes[result.lanes["product"] == product]
    title, unit, formula = _PRODUCT_FIGURES[figure]
    terms = [Term("U*", "Target utilisation", result.target, Unit.SHARE)]
    for lane in lanes.sort_values("value", ascending=False).head(_MOST_TERMS).to_dict("records"):
        who = f"{economy_name(str(lane['exporter']))} to {economy_name(str(lane['importer']))}"
        terms.append(Term("V", f"Trade, {who}", _number(lane["value"]), Unit.USD))
        terms.append(Term("Δ", f"Leverage gap, {who}", _number(lane["gap"]), Unit.POINTS))
    notes = (str(row["why"]),) if row["why"] else ()
    terms += vintage_terms(result.evaluation)
    return Explanation(
        figure,
        title,
        dotted(product),
        _number(row[figure]),
        unit,
        formula,
        tuple(terms),
        "6",
        notes,
    )


_MOST_TERMS = 12
_INSTRUMENT_FIGURES: dict[str, tuple[str, Unit, str]] = {
    "rate": ("Rate", Unit.SHARE, "the smallest rate with Σ U V = U* Σ V, rounded up to 0.01 %"),
    "utilisation": ("Utilisation", Unit.SHARE, "Σ U V / Σ V with a known duty, with it"),
    "exposure": ("Exposure", Unit.SHARE, "Σ free-riding content / Σ U V, with it"),
    "traced_exposure": ("Exposure, traced", Unit.SHARE, "the same, with traced content"),
    "resourced_content": ("Re-sourced content", Unit.USD, "Σ V E[c r], with it"),
    "duty_forgone": ("Duty forgone", Unit.USD, "Σ (b − p) U V, with it"),
    "cost": ("Cost to treasuries", Unit.USD, "Σ rate · U V of what a treasury bears"),
    "raised": ("Raised by the charge", Unit.USD, "rate · (V − U V + imports from non-parties)"),
}
_PRODUCT_FIGURES: dict[str, tuple[str, Unit, str]] = {
    "value": ("Trade", Unit.USD, "Σ V"),
    "utilisation": ("Utilisation", Unit.SHARE, "Σ U V / Σ V"),
    "short": ("Trade below the target", Unit.USD, "Σ V of lanes with a leverage gap above 0"),
    "gap": ("Leverage gap, mean", Unit.POINTS, "Σ Δ V / Σ V of lanes with a gap"),
    "largest_gap": ("Leverage gap, largest", Unit.POINTS, "the largest Δ of its lanes"),
    "credit_cost": ("Cost of a credit of the gap", Unit.USD, "Σ Δ · U* · V"),
    "hopeless": ("Trade beyond incentives", Unit.USD, "Σ V where too few can meet the rule"),
}


def _number(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
