"""How sure the headline figures are: one assumption at a time, all at once, and what would flip.

Three answers. A tornado moves each assumption to both ends of its range with all else as it is.
Joint draws vary all of them together, independently, and give an interval for every headline. A
flip is the smallest change of one assumption that turns a conclusion into its opposite. Where
several years of trade are held, which of them is taken is varied too.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.base_years import YearsOfTrade
from workbench.analysis.baseline import Baseline
from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.incentives import STRONG_ABOVE, WEAK_BELOW
from workbench.analysis.leverage_draws import TOLERANCE
from workbench.analysis.results import Finding
from workbench.analysis.uncertainty import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    Assumption,
    assumptions_of,
    draw,
    draw_places,
)
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingFormula
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Totals = dict[str, Floats]

YEAR, BASE_YEAR, GAP = "year", "base_year", "leverage_gap"
LOW_SHARE, HIGH_SHARE = 0.05, 0.95

_PARTS = 100
_SWINGING, _DRAWING, _TURNING = (0, 10), (10, 80), (80, 99)
_GAP_ROWS, _GAP_DRAWS_LEAST = 400_000, 200
_STEPS = 16
_LARGE = 1_000
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of one assumption that turns a conclusion around.

    Attributes:
        assumption: its name.
        base, value: what it is, and from where on the conclusion no longer holds.
        share_of_range: how far that is on the way from the base value to the end, 0 to 1.
    """

    assumption: str
    base: float
    value: float
    share_of_range: float


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Something one would say of the agreement, and what would make it untrue.

    `flips` is nearest first; empty where no single assumption does it within its range.
    `otherwise` names other years of trade or staging with which it is untrue.
    """

    name: str
    figure: str
    text: str
    level: float | None
    value: float | None
    flips: tuple[Flip, ...]
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How sure the headlines are.

    Attributes:
        base: headlines as evaluated; None is missing.
        swings: assumption, title, low, high, figure, base, at_low, at_high, swing; each
            headline's largest swing first. `low` and `high` are the assumption's; of
            `BASE_YEAR` the years alone with which the headline is least and most.
        intervals: figure, base, low, middle, high, mean: 5th, 50th and 95th percentile; draws:
            how many there are of the figure; out_of_reach: how many of them without an end, as
            no incentive reaches the target; a percentile or mean of these is missing.
        draws: one row a draw: headlines, and the leverage gap, infinite where out of reach and
            missing beyond the first draws; settings of the same draw in `settings`.
        years: years of trade that were compared; empty where there are no two.
        notes: what was left out and why, in sentences.
    """

    agreement: Agreement
    option: str | None
    year: int | None
    assumptions: tuple[Assumption, ...]
    base: dict[str, float | None]
    swings: pd.DataFrame
    intervals: pd.DataFrame
    draws: pd.DataFrame
    settings: pd.DataFrame
    conclusions: tuple[Conclusion, ...]
    findings: tuple[Finding, ...]
    years: tuple[int, ...]
    notes: tuple[str, ...]
    seed: int
    seconds: float

    def assumption(self, name: str) -> Assumption | None:
        """The assumption of a name; None for years."""
        return next((a for a in self.assumptions if a.name == name), None)


def sensitivity(
    agreement: Agreement,
    baseline: Baseline,
    option: str | None = None,
    year: int | None = None,
    count: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    progress: Progress = NO_PROGRESS,
    years: YearsOfTrade | None = None,
) -> Sensitivity:
    """Tornado, joint draws and flips of an agreement on a baseline.

    Args:
        agreement: the text, an option's changes already made.
        baseline: the world today.
        option: the option's name, kept with the result.
        year: since entry into force; None is fully staged.
        count: joint draws.
        seed: of the draws; the same seed gives the same figures.
        progress: told of each stage.
        years: the same agreement on the trade of each year held; None does not vary it.

    Raises:
        Cancelled: asked to stop.
    """
    started = time.perf_counter()
    assumptions = assumptions_of(agreement)
    headlines = Headlines(agreement, baseline, year, assumptions)
    progress.step(0, _PARTS, "each assumption low and high")
    base = _only(headlines)
    by_year = {
        alone: headlines if world is baseline else Headlines(agreement, world, year, assumptions)
        for alone, world in (years.baselines if years is not None else {}).items()
    }
    stages = (1, None) if _staged(agreement) else ()
    others = _Others(by_year, tuple(Headlines(agreement, baseline, y, ()) for y in stages))
    swinging = _part(progress, _SWINGING, "each assumption low and high")
    swings = _swings(assumptions, headlines, base, others, swinging)
    settings = draw(assumptions, count, seed)
    worlds = list(by_year.values()) or [headlines]
    world_of = draw_places(len(worlds), count, seed)
    with_gap = _draws_with_gap(worlds, count)
    drawing = _part(progress, _DRAWING, f"{count:,} draws")
    drawn = _drawn(worlds, world_of, settings, with_gap, drawing)
    if by_year:
        settings |= {BASE_YEAR: np.array(list(by_year), dtype=np.float64)[world_of]}
    turning = _part(progress, _TURNING, "what would turn a conclusion around")
    conclusions = _conclusions(agreement, assumptions, headlines, base, others, turning)
    intervals = _intervals(base, drawn)
    result = Sensitivity(
        agreement=agreement,
        option=option,
        year=year,
        assumptions=assumptions,
        base={name: None if np.isnan(value) else float(value) for name, value in base.items()},
        swings=swings,
        intervals=intervals,
        draws=drawn,
        settings=pd.DataFrame(settings),
        conclusions=conclusions,
        findings=found_in(Needs.SENSITIVITY, agreement, conclusions, assumptions),
        years=tuple(by_year),
        notes=tuple(_notes(intervals, count, with_gap, years)),
        seed=seed,
        seconds=time.perf_counter() - started,
    )
    progress.step(_PARTS, _PARTS, "done")
    return result


def _part(progress: Progress, reach: tuple[int, int], label: str) -> Progress:
    """Progress of a part as progress of the whole."""
    start, end = reach

    def report(done: int, total: int, _: str) -> None:
        progress.step(start + (end - start) * done // max(total, 1), _PARTS, label)

    return Progress(report)


def _share(progress: Progress, start: int, end: int, parts: int) -> Progress:
    """Progress of some of several equal parts."""

    def report(done: int, total: int, label: str) -> None:
        progress.step(start * total + (end - start) * done, parts * total, label)

    return Progress(report)


def _only(headlines: Headlines) -> dict[str, float]:
    """The headlines as evaluated; NaN where missing."""
    found = {name: float(values[0]) for name, values in headlines.at({}).items()}
    gap = headlines.leverage_gap()
    return found | {GAP: np.nan if gap is None else gap}


# One at a time -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Others:
    """The agreement on the trade of other years, and at entry into force and fully staged.

    Either is empty where there is nothing to compare.
    """

    by_year: dict[int, Headlines]
    stages: tuple[Headlines, ...]


def _swings(
    assumptions: tuple[Assumption, ...],
    headlines: Headlines,
    base: dict[str, float],
    others: _Others,
    progress: Progress,
) -> pd.DataFrame:
    count = 2 * len(assumptions)
    settings = {a.name: np.full(count, a.base) for a in assumptions}
    for place, assumption in enumerate(assumptions):
        settings[assumption.name][2 * place : 2 * place + 2] = assumption.low, assumption.high
    ends = headlines.at(settings, _share(progress, 0, 1, 2))
    gaps = headlines.leverage_gaps(settings, _share(progress, 1, 2, 2))
    gaps[np.isinf(gaps)] = np.nan
    gaps[np.abs(gaps - base[GAP]) <= 2 * TOLERANCE] = base[GAP]  # the search is no finer
    ends[GAP] = gaps
    rows = [
        (a.name, a.title, a.low, a.high, figure, base[figure], *values[2 * place : 2 * place + 2])
        for place, a in enumerate(assumptions)
        for figure, values in ends.items()
    ]
    if others.stages:
        first, last = (_only(stage) for stage in others.stages)
        title = "Year: entry into force, fully staged"
        rows += [
            (YEAR, title, 1.0, np.nan, figure, base[figure], value, last[figure])
            for figure, value in first.items()
        ]
    if others.by_year:
        rows += _swings_of_years(others.by_year, base)
    names = ["assumption", "title", "low", "high", "figure", "base", "at_low", "at_high"]
    frame = pd.DataFrame(rows, columns=names)
    ends_of = frame[["base", "at_low", "at_high"]].to_numpy(dtype=np.float64)
    known = ~np.isnan(ends_of[:, 1:]).any(axis=1)
    width = np.full(len(frame), np.nan)
    width[known] = np.nanmax(ends_of[known], axis=1) - np.nanmin(ends_of[known], axis=1)
    frame["swing"] = width
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _swings_of_years(
    by_year: dict[int, Headlines], base: dict[str, float]
) -> Iterator[tuple[str, str, float, float, str, float, float, float]]:
    """The years alone with which each headline is least and most."""
    title = f"Base year: {' or '.join(str(year) for year in by_year)} alone"
    alone = {year: _only(headlines) for year, headlines in by_year.items()}
    for figure, value in base.items():
        # Not known comes first, so that it is not left out unsaid.
        order = sorted(
            alone,
            key=lambda year: (alone[year][figure] == alone[year][figure], alone[year][figure]),
        )
        first, last = order[0], order[-1]
        ends = alone[first][figure], alone[last][figure]
        yield BASE_YEAR, title, float(first), float(last), figure, value, *ends


def _staged(agreement: Agreement) -> bool:
    treatment = agreement.treatment
    return treatment.market_access and any(
        c.formula is StagingFormula.EQUAL_CUTS for c in treatment.staging
    )


# All at once -------------------------------------------------------------------------------


def _draws_with_gap(worlds: Sequence[Headlines], count: int) -> int:
    """Of how many draws the leverage gap is worked out: of all, unless that takes too long."""
    kinds = max(world.counted_kinds for world in worlds)
    return min(count, max(_GAP_ROWS // max(kinds, 1), _GAP_DRAWS_LEAST))


def _drawn(
    worlds: Sequence[Headlines],
    world_of: NDArray[np.int64],
    settings: dict[str, Floats],
    with_gap: int,
    progress: Progress,
) -> pd.DataFrame:
    """Headlines of every draw, each in the world it takes; the gap of the first `with_gap`."""
    drawn = {name: np.full(len(world_of), np.nan) for name in (*HEADLINES, GAP)}
    parts = 2 * len(worlds)
    for number, world in enumerate(worlds):
        mine = np.flatnonzero(world_of == number)
        if not len(mine):
            continue
        here = _share(progress, 2 * number, 2 * number + 1, parts)
        for name, values in world.at(_some(settings, mine), here).items():
            drawn[name][mine] = values
        mine = mine[mine < with_gap]
        if len(mine):
            here = _share(progress, 2 * number + 1, 2 * number + 2, parts)
            drawn[GAP][mine] = world.leverage_gaps(_some(settings, mine), here)
    return pd.DataFrame(drawn)


def _some(settings: dict[str, Floats], rows: NDArray[np.int64]) -> dict[str, Floats]:
    return {name: values[rows] for name, values in settings.items()}


def _intervals(base: dict[str, float], drawn: pd.DataFrame) -> pd.DataFrame:
    """Percentiles over draws where the figure exists; missing where it never does."""
    rows = []
    for figure in drawn:
        values = drawn[figure].to_numpy()
        values = np.sort(values[~np.isnan(values)])
        found = [_percentile(values, share) for share in (LOW_SHARE, 0.5, HIGH_SHARE)]
        out_of_reach = int(np.isinf(values).sum())
        mean = float(values.mean()) if len(values) and not out_of_reach else np.nan
        rows.append((figure, base[str(figure)], *found, mean, len(values), out_of_reach))
    names = ["figure", "base", "low", "middle", "high", "mean", "draws", "out_of_reach"]
    return pd.DataFrame(rows, columns=names)


def _percentile(ordered: Floats, share: float) -> float:
    """Between the two values next to it; NaN where there are none or one has no end."""
    if not len(ordered):
        return float("nan")
    place = share * (len(ordered) - 1)
    low, high = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
    if np.isinf(high):
        return float("nan")
    return float(low + (place - np.floor(place)) * (high - low))


def _notes(
    intervals: pd.DataFrame, count: int, with_gap: int, years: YearsOfTrade | None
) -> Iterator[str]:
    """What the intervals leave out."""
    if years is not None and years.note:
        yield years.note
    row = intervals[intervals["figure"] == GAP].iloc[0]
    known, out_of_reach = int(row["draws"]), int(row["out_of_reach"])
    if known and with_gap < count:
        yield f"The leverage gap is worked out for the first {with_gap:,} of {count:,} draws."
    if out_of_reach:
        yield (
            f"In {out_of_reach:,} of {known:,} draws no incentive reaches the target: their "
            "leverage gap has no end, and counts as larger than any other."
        )


# What would flip ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Question:
    """A conclusion as a test of totals; settings may move the level it is measured by."""

    name: str
    figure: str
    yes: str
    no: str
    level: float | None
    holds: Callable[[Totals, Floats], Bools]


def _questions(agreement: Agreement) -> Iterator[_Question]:
    target = agreement.parameters.target_utilisation
    yield _Question(
        "target",
        "utilisation",
        f"utilisation reaches the target of {target:.0%}",
        f"utilisation stays below the target of {target:.0%}",
        target,
        lambda totals, aim: totals["utilisation"] >= aim,
    )
    yield _Question(
        "weak",
        "utilisation",
        f"the incentive is weak: utilisation below {WEAK_BELOW:.0%}",
        f"the incentive is not weak: utilisation of {WEAK_BELOW:.0%} or more",
        WEAK_BELOW,
        lambda totals, _: totals["utilisation"] < WEAK_BELOW,
    )
    yield _Question(
        "strong",
        "utilisation",
        f"the incentive is strong: utilisation above {STRONG_ABOVE:.0%}",
        f"the incentive is not strong: utilisation up to {STRONG_ABOVE:.0%}",
        STRONG_ABOVE,
        lambda totals, _: totals["utilisation"] > STRONG_ABOVE,
    )
    yield _Question(
        "resourced-over-leakage",
        "resourced_content",
        "re-sourced content is larger than leakage",
        "leakage is larger than re-sourced content",
        None,
        lambda totals, _: totals["resourced_content"] > totals["leakage"],
    )
    yield _Question(
        "leakage-over-half",
        "leakage",
        "most duty is forgone on non-party content, declared",
        "most duty is forgone on partners' content, declared",
        None,
        lambda totals, _: totals["leakage"] > totals["duty_forgone"] / 2,
    )
    yield _Question(
        "traced-leakage-over-half",
        "traced_leakage",
        "most duty is forgone on non-party content, traced",
        "most duty is forgone on partners' content, traced",
        None,
        lambda totals, _: totals["traced_leakage"] > totals["duty_forgone"] / 2,
    )
    for place, trigger in enumerate(agreement.institutions.triggers):
        if trigger.figure in HEADLINES:
            title = FIGURES[trigger.figure][0].lower()
            level = trigger.level
            shown = (
                f"{level:.1%}" if FIGURES[trigger.figure][1] is Unit.SHARE else f"USD {level:,.0f}"
            )
            set_off, not_yet = (
                ("is below", "does not fall below")
                if trigger.falls
                else ("is above", "does not reach")
            )
            yield _Question(
                f"trigger-{place + 1}",
                trigger.figure,
                f"{title} {set_off} the trigger of {shown}",
                f"{title} {not_yet} the trigger of {shown}",
                level,
                lambda totals, _, trigger=trigger: trigger.met_by(totals[trigger.figure]),  # type: ignore[misc]
            )


@dataclass(frozen=True)
class _Way:
    """From the base value of an assumption towards one of its ends."""

    assumption: Assumption
    end: float

    def at(self, share: Floats) -> Floats:
        return self.assumption.between(share, self.end)


def _conclusions(
    agreement: Agreement,
    assumptions: tuple[Assumption, ...],
    headlines: Headlines,
    base: dict[str, float],
    others: _Others,
    progress: Progress,
) -> tuple[Conclusion, ...]:
    ways = [_Way(a, end) for a in assumptions for end in (a.low, a.high) if end != a.base]
    target = agreement.parameters.target_utilisation
    grid = np.linspace(0, 1, _STEPS + 1)[1:]
    tried = np.concatenate([way.at(grid) for way in ways]) if ways else np.array([])
    which = np.repeat(np.arange(len(ways)), _STEPS)
    totals, aims = _along(headlines, ways, which, tried, target, progress)
    elsewhere = {f"with trade of {year} alone": h.at({}) for year, h in others.by_year.items()}
    if others.stages:
        elsewhere["at entry into force"] = others.stages[0].at({})
    found: list[Conclusion] = []
    here = {name: np.array([value]) for name, value in base.items()}
    for question in _questions(agreement):
        now = bool(question.holds(here, np.array([target]))[0])
        if np.isnan(base[question.figure]):
            continue
        flipped = _decided(question, totals) & (question.holds(totals, aims) != now)
        table = flipped.reshape(len(ways), _STEPS)
        turning = np.flatnonzero(table.any(axis=1))
        step = table[turning].argmax(axis=1)
        low = np.where(step > 0, grid[step - 1], 0.0)
        high = grid[step]
        for _ in range(_HALVINGS if len(turning) else 0):
            middle = (low + high) / 2
            values = np.array(
                [ways[w].at(np.array([m]))[0] for w, m in zip(turning, middle, strict=True)]
            )
            there, aim = _along(headlines, ways, turning, values, target, progress)
            over = _decided(question, there) & (question.holds(there, aim) != now)
            high, low = np.where(over, middle, high), np.where(over, low, middle)
        flips = [
            Flip(
                ways[w].assumption.name,
                ways[w].assumption.base,
                float(ways[w].at(np.array([share]))[0]),
                float(share),
            )
            for w, share in zip(turning, high, strict=True)
        ]
        nearest = sorted(flips, key=lambda flip: flip.share_of_range)
        found.append(
            Conclusion(
                question.name,
                question.figure,
                question.yes if now else question.no,
                question.level,
                float(base[question.figure]),
                tuple(nearest),
                tuple(
                    name
                    for name, totals in elsewhere.items()
                    if _decided(question, totals)[0]
                    and question.holds(totals, np.array([target]))[0] != now
                ),
            )
        )
    return tuple(found)


def _decided(question: _Question, totals: Totals) -> Bools:
    return ~np.isnan(totals[question.figure])


def _along(
    headlines: Headlines,
    ways: list[_Way],
    which: NDArray[np.int64],
    values: Floats,
    target: float,
    progress: Progress,
) -> tuple[Totals, Floats]:
    """Totals with one assumption of each setting moved, and the target of each."""
    settings = {}
    for name in {way.assumption.name for way in ways}:
        base = next(way.assumption.base for way in ways if way.assumption.name == name)
        mine = np.array([ways[w].assumption.name == name for w in which], dtype=bool)
        if mine.any():
            settings[name] = np.where(mine, values, base)
    aims = settings.get("target_utilisation", np.full(len(which), target))
    if not settings:
        return {name: np.array([]) for name in HEADLINES}, aims
    return headlines.at(settings, progress), aims


# In words ----------------------------------------------------------------------------------


def flip_text(assumption: Assumption, flip: Flip) -> str:
    """A flip in words: "the price premium rises from 0.1 to 0.13"."""
    verb = "rises" if flip.value > flip.base else "falls"
    return (
        f"{assumption.title.lower()} {verb} from {in_digits(flip.base)} to {in_digits(flip.value)}"
    )


def in_digits(value: float) -> str:
    """A value of an assumption without an exponent: "0.1333", "12,500"."""
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
