"""How strong an incentive is, and how much more would be enough (method, sections 2 and 6).

Arrays are of L lanes; duties, reliefs and premia are fractions of value; NaN is unknown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from workbench.analysis.claiming import (
    ClaimingParameters,
    LaneTerms,
    requirement,
    select,
    utilisation,
)
from workbench.analysis.rule_terms import Terms
from workbench.model.commitments import StagingFormula

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]

WEAK_BELOW = 0.25
STRONG_ABOVE = 0.75

_GAP_TOLERANCE = 1e-9
_MOST_STEPS = 100


class Rating(StrEnum):
    """How strong the incentive on a lane is."""

    NONE = "none"
    """Nothing to gain: g <= 0."""
    WEAK = "weak"
    """Utilisation below 0.25."""
    CONTESTED = "contested"
    """Utilisation from 0.25 to 0.75."""
    STRONG = "strong"
    """Utilisation above 0.75."""


class NoFigure(StrEnum):
    """Why a figure does not exist; empty where it does."""

    NOT_NEEDED = ""
    UNKNOWN = "The duty, the content or a share the rule asks for is not known."
    NOBODY_RESOURCES = "No producer has to re-source anything to meet the rule."
    NOBODY_CAN = "No producer can meet the rule, whatever it costs."
    NOTHING_TO_CLAIM = "The agreement gives partners no preference to claim."
    OUT_OF_REACH = "Too few producers can meet the rule: no incentive reaches this utilisation."


@dataclass(frozen=True, eq=False)
class Answer:
    """A figure a lane (L), and where it is NaN the reason (`NoFigure`, L)."""

    value: Floats
    reason: Texts


@dataclass(frozen=True)
class CommonAnswer:
    """One figure for all lanes, the reason where there is none, and the lanes it rests on."""

    value: float | None
    reason: NoFigure
    lanes: int


# --- duties and the gross incentive -----------------------------------------------------------


def preferential_duty(
    base_duty: Floats,
    formula: StagingFormula,
    value: float | None = None,
    years: int | None = None,
    year: int | None = None,
) -> Floats:
    """The duty p(y) under a staging formula, never above the duty today.

    Args:
        base_duty: b, the duty today.
        formula: how it falls.
        value: the share cut, the cap, the margin or the Swiss coefficient.
        years: number of equal cuts.
        year: 1 is entry into force; None is fully staged.

    Raises:
        ValueError: the formula needs a value or years that are not given, or a year below 1.
    """
    if year is not None and year < 1:
        raise ValueError(f"year {year} is before entry into force, which is year 1")
    match formula:
        case StagingFormula.FREE:
            duty = 0 * base_duty
        case StagingFormula.EXCLUDED:
            duty = base_duty
        case StagingFormula.EQUAL_CUTS:
            if years is None or years < 1:
                raise ValueError("equal cuts need the number of years they take, 1 or more")
            left = 0.0 if year is None else max(0.0, 1 - year / years)
            duty = base_duty * left
        case _:
            if value is None:
                raise ValueError(f"the staging formula '{formula}' needs a value")
            duty = _formula_duty(base_duty, formula, value)
    lowest: Floats = np.minimum(np.maximum(duty, 0.0), base_duty)
    return lowest


def _formula_duty(base_duty: Floats, formula: StagingFormula, value: float) -> Floats:
    if formula is StagingFormula.CUT:
        return base_duty * (1 - value)
    if formula is StagingFormula.MARGIN:
        return base_duty - value
    if formula is StagingFormula.SWISS:
        total = base_duty + value
        return np.where(total == 0, 0.0, value * base_duty / np.where(total == 0, 1.0, total))
    return np.minimum(base_duty, value)


def quota_duty(
    in_quota_duty: Floats, out_of_quota_duty: Floats, quota_usd: Floats, value_usd: Floats
) -> Floats:
    """The mean duty of a lane under a quota: the in-quota rate on min(1, Q / V) of it."""
    within = np.where(value_usd > quota_usd, quota_usd / np.where(value_usd > 0, value_usd, 1), 1.0)
    within = np.where(np.isnan(quota_usd + value_usd), np.nan, within)
    return within * in_quota_duty + (1 - within) * out_of_quota_duty


def fee_relief(
    fee_rate: float,
    minimum_usd: float | None,
    maximum_usd: float | None,
    consignment_usd: float | Floats,
) -> Floats:
    """A waived customs fee as a share of value: clamp(rate S, minimum, maximum) / S."""
    size = np.asarray(consignment_usd, dtype=np.float64)
    fee = fee_rate * size
    if minimum_usd is not None:
        fee = np.maximum(fee, minimum_usd)
    if maximum_usd is not None:
        fee = np.minimum(fee, maximum_usd)
    return fee / size


def gross_incentive(
    base_duty: Floats, duty: Floats, fees: float | Floats = 0.0, other: float | Floats = 0.0
) -> Floats:
    """What a claim earns: g = b - p + f + e."""
    return base_duty - duty + fees + other


def relative_margin(base_duty: Floats, duty: Floats) -> Floats:
    """The preference margin as a price cut: (b - p) / (1 + b)."""
    return (base_duty - duty) / (1 + base_duty)


def effective_protection(duty: Floats, input_shares: Floats, input_duties: Floats) -> Floats:
    """The effective rate of protection, (t_j - sum a_i t_i) / (1 - sum a_i).

    Args:
        duty: t, L.
        input_shares: a, cost shares of inputs in the good's value (L x J).
        input_duties: their duties (L x J).

    Returns:
        L; NaN where inputs are all of the good's value.
    """
    added = 1 - input_shares.sum(axis=1)
    protected = duty - (input_shares * input_duties).sum(axis=1)
    return np.where(added > 0, protected / np.where(added > 0, added, 1.0), np.nan)


# --- how strong ---------------------------------------------------------------------------------


def rating(gross: Floats, utilisation_share: Floats) -> Texts:
    """The `Rating` of each lane; None where it is unknown."""
    names = np.array([None, Rating.WEAK, Rating.CONTESTED, Rating.STRONG, Rating.NONE], object)
    place = (utilisation_share < WEAK_BELOW) * 1
    place[utilisation_share >= WEAK_BELOW] = 2
    place[utilisation_share > STRONG_ABOVE] = 3
    place[gross <= 0] = 4
    rated: Texts = names[place]
    return rated


def break_even_premium(lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters) -> Answer:
    """The largest premium on originating inputs that the preference pays for.

    (g - a - F / S_w) / E[s | 0 < s < infinity]: negative where not even the claim pays.
    """
    needed = requirement(lanes, terms, parameters)
    fixed = np.asarray(parameters.fixed_cost_usd) / np.asarray(parameters.consignment_usd)
    premium = (lanes.gross_incentive - lanes.ad_valorem_cost - fixed) / needed.mean_resourcing
    reason = np.full(len(premium), NoFigure.NOT_NEEDED, dtype=object)
    reason[np.isnan(premium)] = NoFigure.UNKNOWN
    reason[needed.adjusting_share == 0] = NoFigure.NOBODY_RESOURCES
    reason[needed.attainable_share == 0] = NoFigure.NOBODY_CAN
    return Answer(premium, reason)


def leverage_gap(
    lanes: LaneTerms,
    terms: Terms,
    parameters: ClaimingParameters,
    target: float = 0.8,
    threads: int = 2,
) -> Answer:
    """The smallest extra ad valorem incentive that brings each lane to the target utilisation.

    0 where it is met already. Utilisation lies between that of a producer who re-sources
    nothing and of one who re-sources everything, which brackets the answer.
    """
    now = utilisation(lanes, terms, parameters, threads)
    able = _most_claiming(lanes, terms, parameters, threads)
    size = len(now)
    fixed, spread, premium = (
        np.broadcast_to(np.asarray(figure, dtype=np.float64), (size,))
        for figure in (
            np.asarray(parameters.fixed_cost_usd) / np.asarray(parameters.consignment_usd),
            parameters.sigma,
            parameters.premium,
        )
    )
    known = ~np.isnan(now + able)
    reachable = (able > target) | ((able == target) & (fixed == 0))
    met = now >= target
    value = np.where(met, 0.0, np.nan)
    reason = np.full(size, NoFigure.NOT_NEEDED, dtype=object)
    reason[~known] = NoFigure.UNKNOWN
    reason[known & ~reachable & ~met] = NoFigure.OUT_OF_REACH

    todo = np.flatnonzero(known & reachable & ~met)
    quantile = ndtri(np.minimum(target / able[todo], 1.0))
    with np.errstate(invalid="ignore"):
        claiming = np.where(fixed[todo] == 0, 0.0, fixed[todo] * np.exp(spread[todo] * quantile))
    gross = lanes.gross_incentive[todo]
    least = lanes.ad_valorem_cost[todo] + claiming
    low = np.maximum(least, gross)
    high = np.maximum(least + premium[todo], low)

    def shortfall(at: Floats, which: NDArray[np.int64]) -> Floats:
        some, asked, assumed = select(lanes, terms, parameters, todo[which])
        some = replace(some, gross_incentive=at)
        return _quantile(utilisation(some, asked, assumed, threads)) - ndtri(target)

    value[todo] = np.maximum(_root(shortfall, low, high) - gross, 0.0)
    return Answer(value, reason)


def common_leverage_gap(
    parts: Sequence[tuple[LaneTerms, Terms]],
    parameters: ClaimingParameters,
    target: float = 0.8,
    threads: int = 2,
) -> CommonAnswer:
    """The smallest increment, the same on all lanes, that brings the total to the target.

    The total is trade-weighted, over lanes whose duty, content and trade are known.

    Args:
        parts: lanes with the terms of their rule, one part a rule.
        parameters: scalars, the same for all parts.
        target: utilisation aimed at.
        threads: worker threads.
    """
    counted: list[tuple[LaneTerms, Terms]] = []
    trade = claimed = attainable = 0.0
    lanes_counted = 0
    for lanes, terms in parts:
        now = utilisation(lanes, terms, parameters, threads)
        able = _most_claiming(lanes, terms, parameters, threads)
        rows = np.flatnonzero(~np.isnan(now + able + lanes.value_usd) & (lanes.value_usd > 0))
        if len(rows):
            some, asked, _ = select(lanes, terms, parameters, rows)
            counted.append((some, asked))
            lanes_counted += len(rows)
            trade += float(some.value_usd.sum())
            claimed += float(now[rows] @ some.value_usd)
            attainable += float(able[rows] @ some.value_usd)
    if not counted:
        return CommonAnswer(None, NoFigure.UNKNOWN, 0)
    if claimed / trade >= target:
        return CommonAnswer(0.0, NoFigure.NOT_NEEDED, lanes_counted)
    if attainable / trade <= target:
        return CommonAnswer(None, NoFigure.OUT_OF_REACH, lanes_counted)

    def shortfall(at: Floats, _which: NDArray[np.int64]) -> Floats:
        total = 0.0
        for some, asked in counted:
            more = replace(some, gross_incentive=some.gross_incentive + at[0])
            total += float(utilisation(more, asked, parameters, threads) @ some.value_usd)
        return _quantile(np.array([total / trade])) - ndtri(target)

    low, high = np.zeros(1), np.array([0.05])
    one = np.zeros(1, dtype=np.int64)
    for _ in range(_MOST_STEPS):
        if shortfall(high, one)[0] >= 0:
            return CommonAnswer(
                float(_root(shortfall, low, high)[0]), NoFigure.NOT_NEEDED, lanes_counted
            )
        low, high = high, 2 * high
    return CommonAnswer(None, NoFigure.OUT_OF_REACH, lanes_counted)


def _most_claiming(
    lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, threads: int
) -> Floats:
    """Utilisation if claiming cost nothing against the gain."""
    able = requirement(lanes, terms, parameters, threads).attainable_share
    most: Floats = able * (1 - np.asarray(parameters.never_claims_share))
    return most


def _quantile(share: Floats) -> Floats:
    """Utilisation on the scale of normal quantiles, where it is almost straight in g."""
    quantile: Floats = ndtri(np.clip(share, 1e-300, 1 - 1e-16))
    return quantile


def _root(
    function: Callable[[Floats, NDArray[np.int64]], Floats], low: Floats, high: Floats
) -> Floats:
    """Where a rising function of each element passes 0, between `low` and `high`.

    The function is given values and the indexes of the elements they belong to. Inverse
    quadratic steps within a shrinking bracket, on the elements not settled yet.
    Source: T. R. Chandrupatla, Advances in Engineering Software 28 (1997).
    """
    found = high.copy()
    which = np.flatnonzero(high - low > _GAP_TOLERANCE)
    if not len(which):
        return found
    x1, x2 = high[which], low[which]
    f1, f2 = function(x1, which), function(x2, which)
    share = np.where(np.isfinite(f1 - f2), f1 / np.where(f1 == f2, 1.0, f1 - f2), 0.5)
    share = np.clip(share, 0.001, 0.999)
    for _ in range(_MOST_STEPS):
        x = x1 + share * (x2 - x1)
        f = function(x, which)
        same = np.sign(f) == np.sign(f1)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, f
        settled = (np.abs(x2 - x1) <= 2 * _GAP_TOLERANCE) | (f1 == 0)
        found[which] = np.where(np.abs(f1) <= np.abs(f2), x1, x2)
        left = ~settled
        if not left.any():
            break
        which = which[left]
        x1, x2, x3 = x1[left], x2[left], x3[left]
        f1, f2, f3 = f1[left], f2[left], f3[left]
        with np.errstate(divide="ignore", invalid="ignore"):
            xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
            quadratic = f1 / (f2 - f1) * f3 / (f2 - f3)
            quadratic += (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
            usable = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        nearest = _GAP_TOLERANCE / np.abs(x2 - x1)
        share = np.clip(np.where(usable, quadratic, 0.5), nearest, 1 - nearest)
    return found
