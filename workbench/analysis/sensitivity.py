"""How sure the headline figures are: one assumption at a time, all at once, and what would flip.

Three answers. A tornado moves each assumption to both ends of its range with all else as it is.
Joint draws vary all of them together, independently, and give an interval for every headline. A
flip is the smallest change of one assumption that turns a conclusion into its opposite. Where
several years of trade are held, which of them is taken is varied too.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.base_years import YearsOfTrade
from workbench.analysis.baseline import Baseline
from workbench.analysis.conclusions import Conclusion, draw_conclusions
from workbench.analysis.explain import FIGURES
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.headlines import HEADLINES, Headlines
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
from workbench.progress import NO_PROGRESS, Progress, Share

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR, BASE_YEAR, GAP = "year", "base_year", "leverage_gap"
LOW_SHARE, HIGH_SHARE = 0.05, 0.95

_GAP_ROWS, _GAP_DRAWS_LEAST = 400_000, 200


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
    swinging = Share(progress, 0.0, 0.1, "each assumption low and high")
    swinging.step(0, 1)
    assumptions = assumptions_of(agreement)
    headlines, by_year = _worlds(agreement, baseline, year, assumptions, years)
    base = _only(headlines)
    stages = (1, None) if _staged(agreement) else ()
    others = _Others(by_year, tuple(Headlines(agreement, baseline, y, ()) for y in stages))
    swings = _swings(assumptions, headlines, base, others, swinging)
    drawing = Share(progress, 0.1, 0.8, f"{count:,} draws")
    draws = _Draws.of(assumptions, list(by_year.values()) or [headlines], count, seed)
    with_gap = draws.with_gap
    drawn = draws.headlines(with_gap, drawing)
    settings = dict(draws.settings)
    if by_year:
        settings[BASE_YEAR] = np.array(list(by_year), dtype=np.float64)[draws.world_of]
    turning = Share(progress, 0.8, 1.0, "what would turn a conclusion around")
    conclusions = draw_conclusions(
        agreement, assumptions, headlines, base, others.totals(), turning
    )
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
    progress.step(1, 1, "done")
    return result


def headline_intervals(
    agreement: Agreement,
    baseline: Baseline,
    year: int | None = None,
    count: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    progress: Progress = NO_PROGRESS,
    years: YearsOfTrade | None = None,
    gap: bool = False,
) -> pd.DataFrame:
    """The intervals of `sensitivity` alone, with that of the leverage gap, the slow one, if asked.

    Other arguments and errors are those of `sensitivity`.
    """
    drawing = Share(progress, 0.0, 1.0, f"{count:,} draws")
    drawing.step(0, 1)
    assumptions = assumptions_of(agreement)
    headlines, by_year = _worlds(agreement, baseline, year, assumptions, years)
    base = _only(headlines) if gap else {n: float(v[0]) for n, v in headlines.at({}).items()}
    draws = _Draws.of(assumptions, list(by_year.values()) or [headlines], count, seed)
    drawn = draws.headlines(draws.with_gap if gap else 0, drawing)
    return _intervals(base, drawn[list(base)])


def _worlds(
    agreement: Agreement,
    baseline: Baseline,
    year: int | None,
    assumptions: tuple[Assumption, ...],
    years: YearsOfTrade | None,
) -> tuple[Headlines, dict[int, Headlines]]:
    """The agreement on its base years, and on the trade of each year alone."""
    headlines = Headlines(agreement, baseline, year, assumptions)
    return headlines, {
        alone: headlines if world is baseline else Headlines(agreement, world, year, assumptions)
        for alone, world in (years.baselines if years is not None else {}).items()
    }


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

    def totals(self) -> dict[str, dict[str, Floats]]:
        """Headlines of each as evaluated, by words that say with which they are."""
        found = {f"with trade of {year} alone": h.at({}) for year, h in self.by_year.items()}
        if self.stages:
            found["at entry into force"] = self.stages[0].at({})
        return found


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
    ends = headlines.at(settings, Share(progress, 0.0, 0.5))
    gaps = headlines.leverage_gaps(settings, Share(progress, 0.5, 1.0))
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


@dataclass(frozen=True, eq=False)
class _Draws:
    """Joint draws (D) of all assumptions, and which of the worlds each takes."""

    worlds: Sequence[Headlines]
    world_of: Ints
    settings: dict[str, Floats]

    @classmethod
    def of(
        cls,
        assumptions: tuple[Assumption, ...],
        worlds: Sequence[Headlines],
        count: int,
        seed: int,
    ) -> "_Draws":
        """Draws that are the same with the same seed."""
        return cls(worlds, draw_places(len(worlds), count, seed), draw(assumptions, count, seed))

    @property
    def with_gap(self) -> int:
        """Of how many the leverage gap is worked out: of all, unless that takes too long."""
        kinds = max(world.counted_kinds for world in self.worlds)
        return min(len(self.world_of), max(_GAP_ROWS // max(kinds, 1), _GAP_DRAWS_LEAST))

    def headlines(self, with_gap: int, progress: Progress) -> pd.DataFrame:
        """Headlines of every draw in its world; the leverage gap of the first `with_gap`."""
        drawn = {name: np.full(len(self.world_of), np.nan) for name in (*HEADLINES, GAP)}
        for number, world in enumerate(self.worlds):
            mine = np.flatnonzero(self.world_of == number)
            if not len(mine):
                continue
            start, end = number / len(self.worlds), (number + 1) / len(self.worlds)
            some = mine[mine < with_gap]
            middle = (start + end) / 2 if len(some) else end
            for name, values in world.at(self._some(mine), Share(progress, start, middle)).items():
                drawn[name][mine] = values
            if len(some):
                here = Share(progress, middle, end)
                drawn[GAP][some] = world.leverage_gaps(self._some(some), here)
        return pd.DataFrame(drawn)

    def _some(self, rows: Ints) -> dict[str, Floats]:
        return {name: values[rows] for name, values in self.settings.items()}


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
    outside = intervals[
        (intervals["base"] > intervals["high"]) | (intervals["base"] < intervals["low"])
    ]
    if len(outside):
        names = ", ".join(FIGURES[str(name)][0].lower() for name in outside["figure"])
        yield (
            f"As evaluated these stand outside their interval: {names}. Some assumptions can only "
            "lower a figure, such as small parcels, trade that never claims and other base years."
        )
    row = intervals[intervals["figure"] == GAP].iloc[0]
    known, out_of_reach = int(row["draws"]), int(row["out_of_reach"])
    if known and with_gap < count:
        yield f"The leverage gap is worked out for the first {with_gap:,} of {count:,} draws."
    if out_of_reach:
        yield (
            f"In {out_of_reach:,} of {known:,} draws no incentive reaches the target: their "
            "leverage gap has no end, and counts as larger than any other."
        )
