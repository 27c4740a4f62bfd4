"""What each candidate brings, and whether a group would do better without the others.

The value of a set is a figure of it. A candidate's marginal contribution is what the whole gains by
its joining last. Its Shapley value is its mean gain over every order in which the candidates can
join the fixed partners (L. Shapley, 1953); the values of all candidates add up to what the whole
has more than the fixed partners alone.

An amount counts from nothing: where none is known it is zero. A quotient, a mean or a lowest value
does not: a set in which nothing is claimed has no exposure, which is not an exposure of zero, and
whoever makes it known does not bring the whole of it. Such a set stands at the mean, over every
order in which the others join it, of the first value that is then known. So who makes a figure
known is told from the others who would have, and the values add up to what the whole has more than
the mean first value. A figure that the whole set lacks has no contributions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.explain import FIGURES
from workbench.analysis.partner_sets.bits import additive
from workbench.analysis.partner_sets.figures import FIGURE_NAMES, SetFigure, set_figure
from workbench.analysis.partner_sets.sweep import PartnerSets

Floats = NDArray[np.float64]

AMOUNTS: tuple[SetFigure, ...] = (
    SetFigure(
        "claimed",
        *FIGURES["claimed"],
        True,
        "The trade that claims the preference, USD a year.",
    ),
    SetFigure(
        "free_riding_content",
        *FIGURES["free_riding_content"],
        False,
        "Declared content of non-parties in the trade that claims, USD a year.",
    ),
    SetFigure(
        "traced_free_riding_content",
        *FIGURES["traced_free_riding_content"],
        False,
        "Content of non-parties at all tiers in the trade that claims, USD a year.",
    ),
)
"""What utilisation and the two exposures are made of."""

CONTRIBUTED = (*FIGURE_NAMES, *(figure.name for figure in AMOUNTS))
"""Every figure that candidates can contribute to."""

RATIOS = frozenset(
    ("exposure", "traced_exposure", "utilisation", "hhi", "alignment_min", "alignment_mean")
)
"""Quotients, means and lowest values: a set without one is not a set with zero."""

HOW_LACKING_SETS_STAND = (
    "a set without the figure stands at its mean first value when the others join in any order"
)


@dataclass(frozen=True, eq=False)
class Contributions:
    """Contributions to one figure, by candidate (n).

    Attributes:
        whole, start: the figure of all candidates, and of the fixed partners alone; the latter is
            NaN where these lack a ratio.
        base: what the Shapley values count from: `start`, or the mean first value.
        alone: gain over the fixed partners by joining first; NaN where these lack a ratio.
        marginal: gain of the whole by joining last; NaN where the others lack a ratio.
        shapley: mean gain over all orders; they add up to `whole` less `base`.
        lacking: whether a set lacks the figure, a ratio.
        blocking: the group that gains most by leaving the others to themselves; empty where no
            group gains, so that the Shapley values are in the core, or where that is not known.
        blocking_gain: how much more that group has by itself than its Shapley values.
        error: standard errors of the Shapley values, a mean over some orders alone; None where
            they are exact.
    """

    figure: str
    candidates: tuple[str, ...]
    whole: float
    start: float
    base: float
    alone: Floats
    marginal: Floats
    shapley: Floats
    lacking: bool = False
    blocking: tuple[str, ...] = ()
    blocking_gain: float = 0.0
    error: Floats | None = None

    @property
    def in_core(self) -> bool | None:
        """Whether no group would do better alone than by its Shapley values.

        None where they are sampled: to know, every set would have to be looked at.
        """
        return None if self.error is not None else not self.blocking


def contributed_figure(name: str) -> SetFigure:
    """The figure of that name, of sets or of `AMOUNTS`.

    Raises:
        KeyError: there is none.
    """
    return next((figure for figure in AMOUNTS if figure.name == name), None) or set_figure(name)


def values_of(figures: Mapping[str, Floats], name: str) -> Floats:
    """One of `CONTRIBUTED` for every set, from figures of the sets; NaN where a set lacks it."""
    if name == "claimed":
        return figures["utilisation"] * figures["known_duty"]
    if name == "free_riding_content":
        return figures["exposure"] * values_of(figures, "claimed")
    if name == "traced_free_riding_content":
        return figures["traced_exposure"] * values_of(figures, "claimed")
    return figures[name]


def counted(values: Floats, name: str) -> Floats:
    """The value that a set has in the game: an amount counts from nothing, a ratio does not."""
    return values if name in RATIOS else np.nan_to_num(values)


def completed(values: Floats) -> Floats:
    """A game in which every set has a value: see the module's account of sets without a ratio.

    A set's mean first value is the mean of those of the sets with one candidate more.

    Args:
        values: of every set (2^n, by number), NaN where a set lacks it; the last is known.
    """
    count = len(values).bit_length() - 1
    game = values.copy()
    lacking = np.flatnonzero(np.isnan(values))
    sizes = np.bitwise_count(lacking).astype(np.int64)
    for size in np.unique(sizes)[::-1]:
        these = lacking[sizes == size]
        total = np.zeros(len(these))
        for j in range(count):
            joins = (these >> j & 1) == 0
            total[joins] += game[these[joins] | 1 << j]
        game[these] = total / (count - size)
    return game


def shapley(values: Floats) -> Floats:
    """Shapley values of a game: its value for every set (2^n, by number).

    Returns:
        n; they add up to the value of all less the value of none.
    """
    count = len(values).bit_length() - 1
    weight = np.array([1.0 / (count * comb(count - 1, size)) for size in range(count)])
    sets = np.arange(len(values))
    size = np.bitwise_count(sets).astype(np.int64)
    found = np.empty(count)
    for j in range(count):
        without = sets[(sets >> j & 1) == 0]
        found[j] = (weight[size[without]] * (values[without | 1 << j] - values[without])).sum()
    return found


def worst_objection(
    values: Floats, shares: Floats, larger: bool = True, base: float | None = None
) -> tuple[int, float]:
    """The group whose own value most exceeds its shares, and by how much; (0, 0.0) without any.

    Args:
        values: of every set (2^n); a group without a value does not object.
        base: taken off them; the value of none unless told.
        shares: n, what each is given.
        larger: whether a larger value is better; where not, a group objects to too much.
    """
    own = values - (values[0] if base is None else base)
    given = additive(np.zeros(1), shares[None, :])[0]
    excess = own - given if larger else given - own
    size = max(np.nanmax(np.abs(values)), np.abs(given).max())
    place = int(np.nanargmax(excess))
    return (place, float(excess[place])) if excess[place] > 1e-9 * size else (0, 0.0)


def contributions(sets: PartnerSets, figure: str) -> Contributions | None:
    """Contributions of the candidates to a figure; None where the whole set lacks it.

    Raises:
        ValueError: not all sets are known, so that there are no exact Shapley values.
        KeyError: there is no such figure.
    """
    if not sets.exact:
        raise ValueError("contributions need every set")
    larger = contributed_figure(figure).more_is_better
    values = values_of(sets.figures, figure)
    if np.isnan(values[-1]):
        return None
    if not sets.question.fixed:
        values = np.concatenate([[np.nan], values])  # no partners at all
    values = counted(values, figure)
    candidates = sets.question.candidates
    bits = 1 << np.arange(len(candidates))
    lacking = bool(np.isnan(values).any())
    game = completed(values) if lacking else values
    base, share = float(game[0]), shapley(game)
    group, gain = worst_objection(values, share, larger, base)
    return Contributions(
        figure=figure,
        candidates=candidates,
        whole=float(values[-1]),
        start=float(values[0]),
        base=base,
        alone=values[bits] - values[0],
        marginal=values[-1] - values[len(values) - 1 - bits],
        shapley=share,
        lacking=lacking,
        blocking=tuple(c for j, c in enumerate(candidates) if group >> j & 1),
        blocking_gain=gain,
    )


def all_contributions(sets: PartnerSets) -> dict[str, Contributions]:
    """Contributions to every figure that the whole set has."""
    found = ((name, contributions(sets, name)) for name in CONTRIBUTED)
    return {name: each for name, each in found if each is not None}


def lacking_note(contributed: Mapping[str, Contributions]) -> tuple[str, ...]:
    """A note on the figures that some sets lack, if there are any."""
    names = [contributed_figure(name).title for name, found in contributed.items() if found.lacking]
    if not names:
        return ()
    return (f"Shapley values of {'; '.join(names)}: {HOW_LACKING_SETS_STAND}.",)
