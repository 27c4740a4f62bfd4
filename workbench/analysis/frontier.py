"""The origin-rule frontier: what exposure, utilisation and re-sourcing become as the rule varies.

A loose rule lets non-party content ride free; a stricter one makes producers re-source, until
complying costs more than the preference pays and importers just pay the MFN duty. Re-sourced
content therefore rises and then falls: the turning point is where it is largest (method,
sections 1 and 6). Sums are of the swept products; `whole` has those of the agreement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.incentives import rating
from workbench.analysis.results import Gap
from workbench.analysis.rule_sweep import SUMS, RuleSweep
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.rule_families import Family, Sweep, drafted_numbers
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import Vintage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOOR_SHARE = 0.9
"""Without a stated floor, utilisation must stay at nine tenths of the most any swept rule gives."""

COMPARABLE_SHARE = 0.9
"""A point that rests on less trade than this part of the most is not among the best: rules that
ask for shares nobody knows would win by leaving trade out."""

_STEPS = 20
_FINE = 1e-4  # a turning point is found to a hundredth of a percentage point
_FALLS = 1e-6  # by how much re-sourced content must fall past a turning point, as a share of it
_NEAR_END = 1e-3


@dataclass(frozen=True, slots=True)
class RulePoint:
    """What one rule does. Money in USD, shares as fractions; None is missing.

    Attributes:
        at: the swept number, or the place in a list; None where the rules as drafted have no
            single number.
        label: the rule of a list, in words; empty for a number.
        known_share: trade that the figures rest on, as a share of all.
    """

    at: float | None
    label: str
    utilisation: float | None
    exposure: float | None
    traced_exposure: float | None
    resourced_content: float | None
    duty_forgone: float | None
    leakage: float | None
    claimed: float | None
    free_riding_content: float | None
    traced_free_riding_content: float | None
    traced_leakage: float | None
    known_share: float | None


POINT_FIGURES = tuple(f.name for f in fields(RulePoint) if f.name not in ("at", "label"))


@dataclass(frozen=True, eq=False)
class Frontier:
    """The rule swept, and what is best along it.

    Attributes:
        agreement: the text, an option's changes already made.
        sweep: which rules, for which products.
        floor: least utilisation asked of `least_exposure`.
        points: of the swept products together, by rising number.
        whole: of the whole agreement, its other products under their own rules.
        drafted: the swept products under the rules as drafted.
        most_resourced: the point of the sweep that moves most content.
        least_exposure: that of least exposure with utilisation at or above the floor.
        turning_point: where re-sourced content is largest, between points too; None where it
            does not rise and then fall, with the reason in `no_turning_point`.
        by_product: one row a swept product with trade; `at` columns are numbers of the sweep.
    """

    agreement: Agreement
    option: str | None
    year: int | None
    sweep: Sweep
    floor: float | None
    points: tuple[RulePoint, ...]
    whole: tuple[RulePoint, ...]
    drafted: RulePoint
    most_resourced: RulePoint | None
    least_exposure: RulePoint | None
    turning_point: RulePoint | None
    no_turning_point: str
    by_product: pd.DataFrame
    gaps: tuple[Gap, ...]
    vintage: tuple[Vintage, ...]
    lanes: int


def default_numbers(sweep: Sweep, low: float = 0.0, high: float = 1.0) -> tuple[float, ...]:
    """Twenty equal steps, or every rule of a list."""
    if sweep.family is Family.RULES:
        return tuple(float(n) for n in range(len(sweep.rules)))
    return tuple(low + (high - low) * n / _STEPS for n in range(_STEPS + 1))


def frontier(
    agreement: Agreement,
    baseline: Baseline,
    sweep: Sweep | None = None,
    numbers: Sequence[float] | None = None,
    floor: float | None = None,
    option: str | None = None,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> Frontier:
    """Sweep a rule of origin.

    Args:
        agreement: the text, an option's changes already made.
        baseline: the world today.
        sweep: which rules; the default is one build-down threshold for all products.
        numbers: where, rising; the default is `default_numbers`.
        floor: least utilisation for `least_exposure`, of the total and of each product; None
            takes `FLOOR_SHARE` of the highest along the sweep.
        option: name of the option shown, to be told in the result.
        year: since entry into force; None is fully staged.
        progress: told of each block of rules.

    Raises:
        ValueError: the sweep cannot be made, with the sentence that says why.
        Cancelled: asked to stop.
    """
    sweep = sweep if sweep is not None else Sweep()
    held = RuleSweep(agreement, baseline, sweep, year)
    numbers = tuple(default_numbers(sweep) if numbers is None else numbers)
    sums = held.at(numbers, progress)
    drafted = held.as_drafted()
    mine = held.included
    trade = float(held.trade[mine].sum())
    points = points_of(held, numbers, sums)
    labels = [point.label for point in points]
    now = _drafted_number(agreement, sweep, held)
    near_end = _near_end(held, numbers)
    turning, why = _turning_point(held, numbers, points, near_end)
    own_floor = _floor(floor, _column(points, "utilisation"))
    return Frontier(
        agreement=agreement,
        option=option,
        year=year,
        sweep=sweep,
        floor=own_floor,
        points=points,
        whole=_points(numbers, labels, sums.sum(axis=2), float(held.trade.sum())),
        drafted=_points([now], [""], drafted[None, :, mine].sum(axis=2), trade)[0],
        most_resourced=_most_resourced(points, sweep),
        least_exposure=_least_exposure(points, own_floor, sweep),
        turning_point=turning,
        no_turning_point=why,
        by_product=_by_product(held, numbers, sums, drafted, floor, near_end),
        gaps=_gaps(held, sums, mine),
        vintage=baseline.market.vintage,
        lanes=held.lanes,
    )


def points_of(held: RuleSweep, numbers: Sequence[float], sums: Floats) -> tuple[RulePoint, ...]:
    """The swept products together at some numbers, from the sums there."""
    mine = held.included
    choices = held.sweep.rules
    labels = [choices[round(n)].label if choices else "" for n in numbers]
    return _points(numbers, labels, sums[:, :, mine].sum(axis=2), float(held.trade[mine].sum()))


# Figures of sums ---------------------------------------------------------------------------


def _points(
    numbers: Sequence[float | None], labels: Sequence[str], sums: Floats, trade: float
) -> tuple[RulePoint, ...]:
    """Points of sums (numbers x `SUMS`)."""
    return tuple(
        _point(number, label, dict(zip(SUMS, row, strict=True)), trade)
        for number, label, row in zip(numbers, labels, sums.tolist(), strict=True)
    )


def _point(number: float | None, label: str, sums: dict[str, float], trade: float) -> RulePoint:
    counted, claimed = sums["counted"], sums["claimed"]

    def usd(name: str) -> float | None:
        return sums[name] if counted > 0 else None

    return RulePoint(
        at=number,
        label=label,
        utilisation=claimed / counted if counted > 0 else None,
        exposure=sums["free_riding_content"] / claimed if claimed > 0 else None,
        traced_exposure=sums["traced_free_riding_content"] / claimed if claimed > 0 else None,
        resourced_content=usd("resourced_content"),
        duty_forgone=usd("duty_forgone"),
        leakage=usd("leakage"),
        claimed=usd("claimed"),
        free_riding_content=usd("free_riding_content"),
        traced_free_riding_content=usd("traced_free_riding_content"),
        traced_leakage=usd("traced_leakage"),
        known_share=counted / trade if trade > 0 else None,
    )


def _column(points: Sequence[RulePoint], name: str) -> Floats:
    values = [getattr(point, name) for point in points]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _drafted_number(agreement: Agreement, sweep: Sweep, held: RuleSweep) -> float | None:
    """The number that all swept products with trade have today; None where they differ."""
    traded = tuple(c for c, v in zip(held.codes, held.trade, strict=True) if v > 0)
    codes = [code for code in traded if sweep.includes(code)]
    found = drafted_numbers(agreement, sweep, traded)
    distinct = set(found.values())
    return distinct.pop() if len(distinct) == 1 and len(found) == len(codes) else None


# The best rules ----------------------------------------------------------------------------


def _loosest_first(count: int, sweep: Sweep) -> Ints:
    """Places in the order from loose to strict, so that of equals the loosest is taken."""
    order = np.arange(count)
    return order if sweep.family.stricter_upwards or sweep.family is Family.RULES else order[::-1]


def comparable(points: Sequence[RulePoint]) -> NDArray[np.bool_]:
    """Which points rest on as much trade as the others."""
    known = np.nan_to_num(_column(points, "known_share"))
    enough: NDArray[np.bool_] = known >= COMPARABLE_SHARE * known.max(initial=0.0)
    return enough


def _most_resourced(points: Sequence[RulePoint], sweep: Sweep) -> RulePoint | None:
    content = np.where(comparable(points), _column(points, "resourced_content"), np.nan)
    place = _highest(content[:, None], sweep)[0]
    return None if place < 0 else points[place]


def _highest(resourced: Floats, sweep: Sweep) -> Ints:
    """The place of the most re-sourced content (columns of P x K); -1 where there is none."""
    order = _loosest_first(len(resourced), sweep)
    filled = np.nan_to_num(resourced[order])
    if not len(order):
        return np.full(resourced.shape[1], -1)
    best = order[filled.argmax(axis=0)]
    return np.where(filled.max(axis=0) > 0, best, -1)


def _floor(stated: float | None, utilisation: Floats) -> float | None:
    if stated is not None:
        return stated
    highest = np.nanmax(utilisation) if np.isfinite(utilisation).any() else 0.0
    return float(FLOOR_SHARE * highest) if highest > 0 else None


def _least_exposure(
    points: Sequence[RulePoint], floor: float | None, sweep: Sweep
) -> RulePoint | None:
    exposure, utilisation = _column(points, "exposure"), _column(points, "utilisation")
    exposure = np.where(comparable(points), exposure, np.nan)
    floors = np.array([np.nan if floor is None else floor])
    place = _lowest(exposure[:, None], utilisation[:, None], floors, sweep)[0]
    return None if place < 0 else points[place]


def _lowest(exposure: Floats, utilisation: Floats, floors: Floats, sweep: Sweep) -> Ints:
    """The place of the least exposure where utilisation reaches the floor; -1 without any."""
    order = _loosest_first(len(exposure), sweep)
    allowed = (utilisation >= floors) & ~np.isnan(exposure)
    if not len(order):
        return np.full(exposure.shape[1], -1)
    figure = np.where(allowed, exposure, np.inf)[order]
    best = order[figure.argmin(axis=0)]
    return np.where(np.isfinite(figure.min(axis=0)), best, -1)


# The turning point -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _NearEnd:
    """Re-sourced content of products (K) a little below the strictest rule of the sweep.

    Where it is more than at the strictest, it turns between the last two points.
    """

    at: float
    resourced: Floats


def _near_end(held: RuleSweep, numbers: Sequence[float]) -> _NearEnd | None:
    """None where there is nothing between two rules."""
    if not held.is_smooth or len(numbers) < 2:
        return None
    end, inner = numbers[-1], numbers[-2]
    if not _is_rising(held.sweep):
        end, inner = numbers[0], numbers[1]
    at = end + _NEAR_END * (inner - end)
    return _NearEnd(at, held.at([at])[0, SUMS.index("resourced_content")])


def _turning_point(
    held: RuleSweep,
    numbers: Sequence[float],
    points: Sequence[RulePoint],
    near_end: _NearEnd | None,
) -> tuple[RulePoint | None, str]:
    if near_end is None:
        if held.is_smooth:
            return None, "One rule alone does not turn."
        return None, "A list of rules has no order, so nothing turns along it."
    mine = held.included

    def resourced(at: float) -> float:
        return float(held.at([at])[0, SUMS.index("resourced_content"), mine].sum())

    curve = _column(points, "resourced_content")
    if not np.isfinite(curve).any() or np.nanmax(curve) <= 0:
        return None, "No rule of the sweep makes anyone re-source who claims."
    near = float(near_end.resourced[mine].sum())
    bracket = _bracket(np.array(numbers), curve, held.sweep, near_end.at, near)
    if bracket is None:
        return None, _why_no_turn(curve, held.sweep)
    from scipy.optimize import minimize_scalar

    low, _, high = bracket
    found = minimize_scalar(
        lambda at: -resourced(at), bounds=(low, high), method="bounded", options={"xatol": _FINE}
    )
    at = float(found.x)
    return points_of(held, [at], held.at([at]))[0], ""


def _why_no_turn(curve: Floats, sweep: Sweep) -> str:
    strictest = curve[_loosest_first(len(curve), sweep)[-1]]
    if strictest >= np.nanmax(curve) * (1 - _FALLS):
        return "Re-sourced content still rises at the strictest rule of the sweep."
    return "Re-sourced content only falls: it is largest at the loosest rule of the sweep."


def _bracket(
    numbers: Floats, curve: Floats, sweep: Sweep, near_end: float, resourced: float
) -> tuple[float, float, float] | None:
    """Three rising numbers of which the middle one re-sources most; None where nothing turns."""
    place = int(_highest(curve[:, None], sweep)[0])
    last = len(numbers) - 1
    strict = last if _is_rising(sweep) else 0
    if 0 < place < last and curve[strict] < curve[place] * (1 - _FALLS):
        return float(numbers[place - 1]), float(numbers[place]), float(numbers[place + 1])
    if place != strict or resourced <= curve[strict] * (1 + _FALLS):
        return None
    inner = numbers[last - 1 if strict == last else 1]
    low, high = sorted((float(inner), float(numbers[strict])))
    return low, near_end, high


def _is_rising(sweep: Sweep) -> bool:
    """Whether rules get stricter as the number rises."""
    return sweep.family.stricter_upwards


def _turns_of_products(
    held: RuleSweep, numbers: Floats, resourced: Floats, near_end: _NearEnd | None
) -> Floats:
    """The turning point of each product (K), NaN where its re-sourced content does not turn."""
    count, last = resourced.shape[1], len(numbers) - 1
    turns = np.full(count, np.nan)
    if near_end is None or last < 2:
        return turns
    place = _highest(resourced, held.sweep)
    strict, inner = (last, last - 1) if _is_rising(held.sweep) else (0, 1)
    peak = np.nan_to_num(np.take_along_axis(resourced, np.maximum(place, 0)[None], axis=0)[0])
    inside = (place > 0) & (place < last) & (resourced[strict] < peak * (1 - _FALLS))
    low, high = (numbers[np.clip(place + d, 0, last)] for d in (-1, 1))
    middle = numbers[np.clip(place, 0, last)]
    if not held.each_by_itself:  # content of others follows their rules too: no finer than points
        return np.where(inside, middle, np.nan)
    turned = (place == strict) & (near_end.resourced > peak * (1 + _FALLS))
    low[turned], high[turned] = sorted((float(numbers[inner]), float(numbers[strict])))
    middle[turned] = near_end.at
    inside |= turned
    products = np.flatnonzero(inside)
    if not len(products):
        return turns
    from scipy.optimize import elementwise

    def cost(at: Floats, /, k: Floats) -> Floats:
        return -held.resourced_of(k.astype(np.int64), at)

    found = elementwise.find_minimum(
        cost,
        (low[products], middle[products], high[products]),
        args=(products.astype(np.float64),),
        tolerances={"xatol": _FINE, "xrtol": 0.0, "fatol": 0.0, "frtol": 1e-9},
        maxiter=60,
    )
    turns[products] = found.x
    return turns


# By product --------------------------------------------------------------------------------


def _by_product(
    held: RuleSweep,
    numbers: Sequence[float],
    sums: Floats,
    drafted: Floats,
    floor: float | None,
    near_end: _NearEnd | None,
) -> pd.DataFrame:
    """One row a swept product with trade; the largest first."""
    name = {figure: n for n, figure in enumerate(SUMS)}
    at = np.array(numbers, dtype=np.float64)
    claimed, counted = sums[:, name["claimed"]], sums[:, name["counted"]]
    with np.errstate(divide="ignore", invalid="ignore"):
        utilisation = np.where(counted > 0, claimed / counted, np.nan)
        exposure = np.where(claimed > 0, sums[:, name["free_riding_content"]] / claimed, np.nan)
        now_used = drafted[name["counted"]]
        now_claimed = drafted[name["claimed"]]
        now_utilisation = np.where(now_used > 0, now_claimed / now_used, np.nan)
        now_exposure = np.where(
            now_claimed > 0, drafted[name["free_riding_content"]] / now_claimed, np.nan
        )
        known_share = np.where(held.trade > 0, now_used / held.trade, np.nan)
    enough = (counted > 0) & (counted >= COMPARABLE_SHARE * counted.max(axis=0, initial=0.0))
    resourced = np.where(enough, sums[:, name["resourced_content"]], np.nan)
    exposure = np.where(enough, exposure, np.nan)
    best = _highest(resourced, held.sweep)
    highest = np.where(np.isnan(utilisation), 0.0, utilisation).max(axis=0, initial=0.0)
    floors = np.full(len(held.codes), floor) if floor is not None else FLOOR_SHARE * highest
    floors = np.where(floors > 0, floors, np.nan if floor is None else floors)
    least = _lowest(exposure, utilisation, floors, held.sweep)
    numbers_now = drafted_numbers(held.agreement, held.sweep, held.codes)

    def figure_of(figure: Floats, place: Ints) -> Floats:
        row: Floats = np.full(len(place), np.nan)
        some = place >= 0
        row[some] = figure[place[some], np.flatnonzero(some)]
        return row

    def number_of(place: Ints) -> Floats:
        return figure_of(np.repeat(at[:, None], len(place), axis=1), place)

    gains = np.where(highest > 0, 1.0, 0.0)
    there = figure_of(utilisation, least)
    frame = pd.DataFrame(
        {
            "product": np.array(held.codes, dtype=object),
            "trade": held.trade,
            "known_share": known_share,
            "drafted_at": np.array([numbers_now.get(code, np.nan) for code in held.codes]),
            "drafted_utilisation": now_utilisation,
            "drafted_exposure": now_exposure,
            "drafted_resourced": np.where(now_used > 0, drafted[name["resourced_content"]], np.nan),
            "most_resourced_at": number_of(best),
            "most_resourced": figure_of(resourced, best),
            "least_exposure_at": number_of(least),
            "least_exposure": figure_of(exposure, least),
            "utilisation_there": there,
            "resourced_there": figure_of(resourced, least),
            "floor": floors,
            "turning_at": _turns_of_products(held, at, resourced, near_end),
            "rating": rating(gains, np.where(gains > 0, there, 0.0)),
            "why_none": _why_none(held, now_used, highest),
        }
    )
    frame = frame[held.included & (held.trade > 0)]
    return frame.sort_values("trade", ascending=False, ignore_index=True)


def _why_none(held: RuleSweep, counted: Floats, highest: Floats) -> NDArray[np.object_]:
    """Why a product has no best rule; empty where it has one."""
    why = np.full(len(held.codes), "", dtype=object)
    why[highest == 0] = "Nothing to gain: free of duty today, or nothing is cut."
    unknown = counted == 0
    why[unknown] = "Content, or a share that the rule asks for, is not known."
    why[unknown & (held.duty_unknown >= held.trade * (1 - 1e-9))] = "No duty is known."
    return why


def _gaps(held: RuleSweep, sums: Floats, mine: NDArray[np.bool_]) -> tuple[Gap, ...]:
    """Trade that no figure rests on, by the reason."""
    trade = float(held.trade[mine].sum())
    if trade <= 0:
        return (Gap("no trade between partners in the swept products", "coverage", None),)
    gaps = []
    duty = float(held.duty_unknown[mine].sum())
    if duty > 0:
        gaps.append(Gap("trade whose duty is not known is left out", "tariffs", duty / trade))
    counted = sums[:, 0, mine].sum(axis=1)
    if len(counted):
        least, most = float(counted.min()), float(counted.max())
        content = trade - duty - most
        if content > 1e-9 * trade:
            gaps.append(
                Gap(
                    "trade whose content, or a share that the rule asks for, is not known is "
                    "left out",
                    "bills_of_inputs",
                    content / trade,
                )
            )
        if most - least > 1e-9 * trade:
            gaps.append(
                Gap(
                    "some rules ask for shares that others do not: their figures rest on less "
                    "trade and do not compare",
                    "bills_of_inputs",
                    (most - least) / trade,
                )
            )
    return tuple(gaps)


def rule_words(sweep: Sweep, at: float) -> str:
    """A rule of the sweep in treaty words; of a number within other rules, the number alone."""
    try:
        return treaty_text(sweep.rule(at))
    except ValueError:
        return f"{sweep.family.value} {at:.4g}"
