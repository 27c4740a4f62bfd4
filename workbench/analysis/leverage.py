"""Where the duty is too low, what would be enough, what it costs and who pays.

Each instrument is brought to the rate at which the agreement as a whole reaches the target
utilisation, then evaluated like any other agreement, so that its side effects show as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from workbench.analysis.claiming import LaneTerms, utilisation
from workbench.analysis.content_seen import content_seen
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.fiscal import PAYERS, fiscal
from workbench.analysis.incentives import NoFigure
from workbench.analysis.results import Evaluation
from workbench.analysis.rules_by_lane import LanePart, claiming_parameters, lane_rows, rule_parts
from workbench.analysis.treatment import incentive_worth
from workbench.model.agreement import Agreement
from workbench.model.commitments import EnactedBy, Incentive, IncentiveKind, TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]

FEE_RATE = 0.003464
"""The United States merchandise processing fee, ad valorem (19 CFR 24.23)."""

_MOST_RATE = 4.0  # the highest rate that an agreement may state
_STEP = 1e-4  # rates are rounded up to a hundredth of a point, so that the target is still met
_FREE_SHARE = 0.999

_DEFAULT_CREDIT = "Rate that brings total utilisation to the target"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the instruments are built with.

    Attributes:
        named_economies: whose inputs lessen a graduated relief; empty takes the non-party with
            the most content in covered goods.
        fee_rate, fee_minimum_usd, fee_maximum_usd: the customs fee that could be waived.
    """

    named_economies: tuple[str, ...] = ()
    fee_rate: float = FEE_RATE
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
        cost: to treasuries in USD a year, apart from duty forgone; raised: by a charge.
        payer: who bears it.
        by_importer: importer, cost, raised.
    """

    key: str
    title: str
    incentives: tuple[Incentive, ...]
    rate: float | None
    reached: bool
    totals: dict[str, float | None]
    cost: float
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
            the target), hopeless (trade where nothing tariff-like works), why.
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
    content = (value * mean) @ evaluation.origins.declared
    if not len(content) or content.max() <= 0:
        return ()
    return (evaluation.origins.economies[int(content.argmax())],)


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
    value = lanes["value"].to_numpy(dtype=np.float64)
    frame = pd.DataFrame(
        {
            "product": lanes["product"],
            "value": value,
            "known": np.where(known, value, 0.0),
            "used": np.where(lanes["utilisation"].notna(), value, 0.0),
            "claimed": value * lanes["utilisation"].fillna(0.0),
            "gap_value": value * lanes["gap"].fillna(0.0),
            "largest_gap": lanes["gap"],
            "short": np.where(known & (lanes["gap"] > 0), value, 0.0),
            "hopeless": np.where(hopeless, value, 0.0),
            "unknown": np.where(lanes["why"] == NoFigure.UNKNOWN, value, 0.0),
            "free": np.where(lanes["base_free_share"] >= _FREE_SHARE, value, 0.0),
            "credit_cost": lanes["credit_cost"],
        }
    )
    columns = {name: "sum" for name in frame.columns if name not in ("product", "largest_gap")}
    table = frame.groupby("product", sort=True).agg(
        columns | {"largest_gap": "max", "credit_cost": "sum"}
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        table["gap"] = np.where(table["known"] > 0, table["gap_value"] / table["known"], np.nan)
        table["utilisation"] = np.where(
            table["used"] > 0, table["claimed"] / table["used"], np.nan
        )
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


def _why(row: dict[str, float]) -> str:
    """Why more of a tariff-like incentive would not do; empty where it would."""
    free = row["free"] >= _FREE_SHARE * row["value"]
    if row["hopeless"] > 0 and row["hopeless"] >= _FREE_SHARE * (row["value"] - row["unknown"]):
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
        _DEFAULT_CREDIT,
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
        return Incentive(name, kind, rate, _DEFAULT_CREDIT, enacted_by=by)

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

        self._lanes = LaneTerms(
            value_usd=column("value"),
            gross_incentive=column("gross_incentive"),
            ad_valorem_cost=column("ad_valorem_cost"),
            declared_mean=seen.declared_mean,
            traced_mean=seen.traced_mean,
            non_party_fraction=seen.non_party_fraction,
            duty_cut=column("base_duty") - column("pref_duty"),
        )
        known = ~np.isnan(column("gross_incentive")) & (np.nan_to_num(column("value")) > 0)
        self._parts = []
        for part in rule_parts(agreement, seen.inputs):
            keep = np.flatnonzero(known[part.rows])
            self._parts.append((part, keep))

    def _share(self, extra: Floats) -> float | None:
        agreement = self._evaluation.agreement
        claimed = counted = 0.0
        for part, keep in self._parts:
            rows, terms = part.rows[keep], _some(part, keep)
            if not len(rows):
                continue
            lanes = lane_rows(self._lanes, rows)
            lanes = replace(lanes, gross_incentive=lanes.gross_incentive + extra[rows])
            share = utilisation(lanes, terms, claiming_parameters(agreement))
            used = ~np.isnan(share)
            claimed += float(share[used] @ lanes.value_usd[used])
            counted += float(lanes.value_usd[used].sum())
        return claimed / counted if counted > 0 else None

    def rate(
        self, build: Callable[[float], tuple[Incentive, ...]], target: float
    ) -> float | None:
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


def _some(part: LanePart, keep: NDArray[np.int64]) -> object:
    from workbench.analysis.claiming import select

    size = len(part.rows)
    blank = LaneTerms(*(np.zeros(size) for _ in range(7)))
    return select(blank, part.terms, claiming_parameters(Agreement("")), keep)[1]
