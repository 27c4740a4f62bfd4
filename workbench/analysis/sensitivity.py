"""How sure the headline figures are: one assumption at a time, all at once, and what would flip.

Three answers. A tornado moves each assumption to both ends of its range with all else as it is.
Joint draws vary all of them together, independently, and give an interval for every headline. A
flip is the smallest change of one assumption that turns a conclusion into its opposite.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.incentives import STRONG_ABOVE, WEAK_BELOW
from workbench.analysis.results import Finding, Level
from workbench.analysis.uncertainty import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    Assumption,
    assumptions_of,
    draw,
)
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingFormula
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Totals = dict[str, Floats]

YEAR = "year"
LOW_SHARE, HIGH_SHARE = 0.05, 0.95
FRAGILE_SHARE = 0.5

_PARTS = 100
_SWINGING, _DRAWING, _TURNING = (0, 20), (20, 80), (80, 99)
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
    """

    name: str
    figure: str
    text: str
    level: float | None
    value: float | None
    flips: tuple[Flip, ...]


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How sure the headlines are.

    Attributes:
        base: headlines as evaluated; None is missing.
        swings: assumption, title, low, high, figure, base, at_low, at_high, swing; each
            headline's largest swing first. `low` and `high` are the assumption's.
        intervals: figure, base, low, middle, high, mean: 5th, 50th and 95th percentile.
        draws: one row a draw: headlines; settings of the same draw in `settings`.
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
    seed: int
    seconds: float

    def assumption(self, name: str) -> Assumption | None:
        """The assumption of a name; None for the year."""
        return next((a for a in self.assumptions if a.name == name), None)


def sensitivity(
    agreement: Agreement,
    baseline: Baseline,
    option: str | None = None,
    year: int | None = None,
    count: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    progress: Progress = NO_PROGRESS,
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

    Raises:
        Cancelled: asked to stop.
    """
    started = time.perf_counter()
    assumptions = assumptions_of(agreement)
    headlines = Headlines(agreement, baseline, year, assumptions)
    progress.step(0, _PARTS, "each assumption low and high")
    base = {name: values[0] for name, values in headlines.at({}).items()}
    base["leverage_gap"] = _number(headlines.leverage_gap({}))
    swings = _swings(agreement, baseline, year, assumptions, headlines, base, progress)
    settings = draw(assumptions, count, seed)
    drawing = _part(progress, _DRAWING, f"{count:,} draws")
    drawn = pd.DataFrame(headlines.at(settings, drawing))
    turning = _part(progress, _TURNING, "what would turn a conclusion around")
    conclusions = _conclusions(agreement, assumptions, headlines, base, turning)
    result = Sensitivity(
        agreement=agreement,
        option=option,
        year=year,
        assumptions=assumptions,
        base={name: None if np.isnan(value) else float(value) for name, value in base.items()},
        swings=swings,
        intervals=_intervals(base, drawn),
        draws=drawn,
        settings=pd.DataFrame(settings),
        conclusions=conclusions,
        findings=tuple(_findings(conclusions, assumptions)),
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


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


# One at a time -----------------------------------------------------------------------------


def _swings(
    agreement: Agreement,
    baseline: Baseline,
    year: int | None,
    assumptions: tuple[Assumption, ...],
    headlines: Headlines,
    base: dict[str, float],
    progress: Progress,
) -> pd.DataFrame:
    rows = []
    swinging = _part(progress, _SWINGING, "each assumption low and high")
    for place, assumption in enumerate(assumptions):
        swinging.step(place, len(assumptions))
        name = assumption.name
        ends = headlines.at({name: np.array([assumption.low, assumption.high])})
        gaps = [headlines.leverage_gap({name: end}) for end in (assumption.low, assumption.high)]
        ends["leverage_gap"] = np.array([_number(gap) for gap in gaps])
        rows += [
            (name, assumption.title, assumption.low, assumption.high, figure, base[figure], *pair)
            for figure, pair in ends.items()
        ]
    if _staged(agreement):
        first = Headlines(agreement, baseline, 1, ())
        last = Headlines(agreement, baseline, None, ())
        one, all_of_them = first.at({}), last.at({})
        one["leverage_gap"] = np.array([_number(first.leverage_gap({}))])
        all_of_them["leverage_gap"] = np.array([_number(last.leverage_gap({}))])
        rows += [
            (
                YEAR,
                "Year: entry into force, fully staged",
                1.0,
                float("nan"),
                figure,
                base[figure],
                one[figure][0],
                all_of_them[figure][0],
            )
            for figure in one
        ]
    names = ["assumption", "title", "low", "high", "figure", "base", "at_low", "at_high"]
    frame = pd.DataFrame(rows, columns=names)
    ends_of = frame[["base", "at_low", "at_high"]].to_numpy(dtype=np.float64)
    known = ~np.isnan(ends_of[:, 1:]).any(axis=1)
    width = np.full(len(frame), np.nan)
    width[known] = np.nanmax(ends_of[known], axis=1) - np.nanmin(ends_of[known], axis=1)
    frame["swing"] = width
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _staged(agreement: Agreement) -> bool:
    treatment = agreement.treatment
    return treatment.market_access and any(
        c.formula is StagingFormula.EQUAL_CUTS for c in treatment.staging
    )


# All at once -------------------------------------------------------------------------------


def _intervals(base: dict[str, float], drawn: pd.DataFrame) -> pd.DataFrame:
    """Percentiles over draws where the figure exists; missing where it never does."""
    rows = []
    for figure in HEADLINES:
        values = drawn[figure].to_numpy()
        values = values[~np.isnan(values)]
        found = np.quantile(values, (LOW_SHARE, 0.5, HIGH_SHARE)) if len(values) else [np.nan] * 3
        mean = float(values.mean()) if len(values) else np.nan
        rows.append((figure, base[figure], *found, mean, len(values)))
    names = ["figure", "base", "low", "middle", "high", "mean", "draws"]
    return pd.DataFrame(rows, columns=names)


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
        f"the incentive as a whole is weak: utilisation below {WEAK_BELOW:.0%}",
        f"the incentive as a whole is not weak: utilisation of {WEAK_BELOW:.0%} or more",
        WEAK_BELOW,
        lambda totals, _: totals["utilisation"] < WEAK_BELOW,
    )
    yield _Question(
        "strong",
        "utilisation",
        f"the incentive as a whole is strong: utilisation above {STRONG_ABOVE:.0%}",
        f"the incentive as a whole is not strong: utilisation up to {STRONG_ABOVE:.0%}",
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
        "more duty is forgone on non-party content than on partners' content",
        "less duty is forgone on non-party content than on partners' content",
        None,
        lambda totals, _: totals["leakage"] > totals["duty_forgone"] / 2,
    )
    for place, trigger in enumerate(agreement.institutions.triggers):
        if trigger.figure in HEADLINES:
            title = FIGURES[trigger.figure][0].lower()
            level, figure = trigger.above, trigger.figure
            shown = f"{level:.1%}" if FIGURES[figure][1] is Unit.SHARE else f"USD {level:,.0f}"
            yield _Question(
                f"trigger-{place + 1}",
                figure,
                f"{title} is above the trigger of {shown}",
                f"{title} does not reach the trigger of {shown}",
                level,
                lambda totals, _, figure=figure, level=level: totals[figure] > level,  # type: ignore[misc]
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
    progress: Progress,
) -> tuple[Conclusion, ...]:
    ways = [_Way(a, end) for a in assumptions for end in (a.low, a.high) if end != a.base]
    target = agreement.parameters.target_utilisation
    grid = np.linspace(0, 1, _STEPS + 1)[1:]
    tried = np.concatenate([way.at(grid) for way in ways]) if ways else np.array([])
    which = np.repeat(np.arange(len(ways)), _STEPS)
    totals, aims = _along(headlines, ways, which, tried, target, progress)
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


def _findings(
    conclusions: tuple[Conclusion, ...], assumptions: tuple[Assumption, ...]
) -> Iterator[Finding]:
    titles = {a.name: a for a in assumptions}
    for conclusion in conclusions:
        if not conclusion.flips:
            continue
        nearest = conclusion.flips[0]
        fragile = nearest.share_of_range <= FRAGILE_SHARE
        text = conclusion.text[0].upper() + conclusion.text[1:]
        yield Finding(
            f"flips-{conclusion.name}",
            Level.WARNING if fragile else Level.NOTE,
            "parameters",
            f"{text}, but no longer once {flip_text(titles[nearest.assumption], nearest)}, "
            f"{nearest.share_of_range:.0%} of the way to the end of its range.",
            ((conclusion.figure, conclusion.value), (nearest.assumption, nearest.value)),
        )
