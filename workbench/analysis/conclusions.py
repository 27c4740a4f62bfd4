"""What one would say of an agreement by its headlines, and what would make it untrue.

A flip is the smallest change of one assumption that turns a conclusion into its opposite. It is
looked for step by step along the assumption's range, then by halving.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.explain import FIGURES, Unit
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.incentives import STRONG_ABOVE, WEAK_BELOW
from workbench.analysis.uncertainty import Assumption
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Totals = dict[str, Floats]

_STEPS = 16
_HALVINGS = 24
_LARGE = 1_000


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


def draw_conclusions(
    agreement: Agreement,
    assumptions: tuple[Assumption, ...],
    headlines: Headlines,
    base: dict[str, float],
    elsewhere: Mapping[str, Totals],
    progress: Progress = NO_PROGRESS,
) -> tuple[Conclusion, ...]:
    """Every conclusion of which the figure is known, and what turns it around.

    Args:
        agreement: the text, an option's changes already made.
        assumptions: what may be off, and how far.
        headlines: of the agreement on its base years, made with these assumptions.
        base: the headlines as evaluated; NaN where missing.
        elsewhere: headlines (arrays of one) with other years of trade or staging, by words that
            say with which.
        progress: told of each batch.

    Raises:
        Cancelled: asked to stop.
    """
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
                tuple(
                    name
                    for name, totals in elsewhere.items()
                    if _decided(question, totals)[0]
                    and question.holds(totals, np.array([target]))[0] != now
                ),
            )
        )
    return tuple(found)


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
        "re-sourced content is no larger than leakage",
        None,
        lambda totals, _: totals["resourced_content"] > totals["leakage"],
    )
    yield _Question(
        "leakage-over-half",
        "leakage",
        "most duty is forgone on non-party content, declared",
        "no more than half of the duty forgone is on non-party content, declared",
        None,
        lambda totals, _: totals["leakage"] > totals["duty_forgone"] / 2,
    )
    yield _Question(
        "traced-leakage-over-half",
        "traced_leakage",
        "most duty is forgone on non-party content, traced",
        "no more than half of the duty forgone is on non-party content, traced",
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
                else ("is above", "does not rise above")
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


def flip_text(assumption: Assumption, flip: Flip) -> str:
    """A flip in words: "the price premium rises from 0.1 to 0.13"."""
    verb = "rises" if flip.value > flip.base else "falls"
    return (
        f"{assumption.title.lower()} {verb} from {in_digits(flip.base)} to {in_digits(flip.value)}"
    )


def in_digits(value: float) -> str:
    """A value of an assumption without an exponent: "0.1333", "12,500"."""
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
