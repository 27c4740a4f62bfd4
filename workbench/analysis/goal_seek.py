"""Goal seek: the rule that reaches a stated exposure, utilisation or leakage.

A figure need not rise or fall all along a sweep, so the sweep is looked through step by step and
the loosest rule at which the figure crosses the target is found between two steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.analysis.baseline import Baseline
from workbench.analysis.frontier import RulePoint, default_numbers, points_of
from workbench.analysis.rule_sweep import RuleSweep
from workbench.model.agreement import Agreement
from workbench.model.rule_families import Family, Sweep
from workbench.progress import NO_PROGRESS, Progress

GOALS = (
    "exposure",
    "traced_exposure",
    "utilisation",
    "leakage",
    "traced_leakage",
    "resourced_content",
    "duty_forgone",
)
"""Figures that can be sought."""

AT_LEAST = frozenset({"utilisation", "resourced_content"})
"""Figures of which more is wanted; of the others less."""

_FINE = 1e-6
_JUMP = 1e-3
_JUMPS = "It jumps past the target there: no rule of the sweep has exactly that."


@dataclass(frozen=True, slots=True)
class GoalAnswer:
    """The rule that reaches a target, or the nearest and why it does not.

    Attributes:
        point: the rule found, or the nearest; None where nothing is known at all.
        reached: whether it reaches the target.
        reason: where it does not, the sentence that says why.
    """

    figure: str
    target: float
    point: RulePoint | None
    reached: bool
    reason: str


def goal_seek(
    agreement: Agreement,
    baseline: Baseline,
    sweep: Sweep,
    figure: str,
    target: float,
    numbers: Sequence[float] | None = None,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> GoalAnswer:
    """The loosest rule of a sweep at which a figure of the swept products is the target.

    Of a list of rules, the first that keeps a figure at or below the target (utilisation and
    re-sourced content: at or above).

    Args:
        agreement: the text, an option's changes already made.
        baseline: the world today.
        sweep: which rules.
        figure: one of `GOALS`.
        target: a share, or USD for money.
        numbers: where to look; the default is `default_numbers`.
        year: since entry into force; None is fully staged.
        progress: told of each block of rules.

    Raises:
        ValueError: the sweep cannot be made, or the figure is none of `GOALS`.
        Cancelled: asked to stop.
    """
    if figure not in GOALS:
        raise ValueError(f"'{figure}' cannot be sought: choose one of {', '.join(GOALS)}")
    held = RuleSweep(agreement, baseline, sweep, year)
    numbers = tuple(default_numbers(sweep) if numbers is None else numbers)

    def points_at(ats: Sequence[float]) -> tuple[RulePoint, ...]:
        return points_of(held, ats, held.at(ats, progress))

    points = points_at(numbers)
    if not sweep.family.stricter_upwards and sweep.family is not Family.RULES:
        points = points[::-1]
    known = [p for p in points if getattr(p, figure) is not None and p.at is not None]
    if not known:
        return GoalAnswer(figure, target, None, False, "No rule of the sweep has this figure.")
    values = np.array([getattr(p, figure) for p in known], dtype=np.float64)
    if sweep.family is Family.RULES:
        good = values >= target if figure in AT_LEAST else values <= target
        if good.any():
            return GoalAnswer(figure, target, known[int(good.argmax())], True, "")
    else:
        for place, point in enumerate(known):
            if values[place] == target:
                return GoalAnswer(figure, target, point, True, "")
            if place and (values[place - 1] - target) * (values[place] - target) < 0:
                found = _between(points_at, figure, target, known[place - 1], point)
                value = float(getattr(found, figure))
                near = abs(value - target) <= _JUMP * float(np.ptp(values))
                return GoalAnswer(figure, target, found, near, "" if near else _JUMPS)
    nearest = known[int(np.abs(values - target).argmin())]
    side = "never as low as" if target < values.min() else "never as high as"
    return GoalAnswer(
        figure,
        target,
        nearest,
        False,
        f"It is {side} that along the sweep: from {_text(figure, float(values.min()))} to "
        f"{_text(figure, float(values.max()))}. The nearest is shown.",
    )


def _between(
    points_at: Callable[[Sequence[float]], tuple[RulePoint, ...]],
    figure: str,
    target: float,
    one: RulePoint,
    other: RulePoint,
) -> RulePoint:
    """Where the figure passes the target between two rules that lie on either side of it."""
    from scipy.optimize import brentq

    def over(at: float) -> float:
        value = getattr(points_at([at])[0], figure)
        return 0.0 if value is None else float(value) - target

    low, high = sorted((one.at or 0.0, other.at or 0.0))
    at = float(brentq(over, low, high, xtol=_FINE))
    return points_at([at])[0]


def _text(figure: str, value: float) -> str:
    money = figure.endswith(("leakage", "content", "forgone"))
    return f"USD {value:,.0f}" if money else f"{value:.1%}"
