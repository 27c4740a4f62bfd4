"""What each candidate brings, and whether a group would do better without the others.

The value of a set is a figure of it. A candidate's marginal contribution is what the whole gains by
its joining last. Its Shapley value is its mean gain over every order in which the candidates can
join the fixed partners (L. Shapley, 1953); the values of all candidates add up to what the whole
has more than the fixed partners alone. A set without the figure (nothing is traded or claimed in
it) counts as zero, so that sums still hold; a figure that the whole set lacks has no contributions.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.partner_sets.bits import additive
from workbench.analysis.partner_sets.figures import FIGURE_NAMES, set_figure
from workbench.analysis.partner_sets.sweep import PartnerSets

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contributions:
    """Contributions to one figure, by candidate (n).

    Attributes:
        whole, start: the figure of all candidates, and of the fixed partners alone.
        alone: gain over the fixed partners by joining first.
        marginal: gain of the whole by joining last.
        shapley: mean gain over all orders.
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
    alone: Floats
    marginal: Floats
    shapley: Floats
    blocking: tuple[str, ...] = ()
    blocking_gain: float = 0.0
    error: Floats | None = None

    @property
    def in_core(self) -> bool | None:
        """Whether no group would do better alone than by its Shapley values.

        None where these are sampled: to know, every set would have to be looked at.
        """
        return None if self.error is not None else not self.blocking


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


def worst_objection(values: Floats, shares: Floats, larger: bool = True) -> tuple[int, float]:
    """The group whose own value most exceeds its shares, and by how much; (0, 0.0) without any.

    Args:
        values: of every set (2^n); that of none is taken off.
        shares: n, what each is given.
        larger: whether a larger value is better; where not, a group objects to too much.
    """
    own = values - values[0]
    given = additive(np.zeros(1), shares[None, :])[0]
    excess = own - given if larger else given - own
    size = max(np.abs(values).max(), np.abs(given).max())
    place = int(np.argmax(excess))
    return (place, float(excess[place])) if excess[place] > 1e-9 * size else (0, 0.0)


def contributions(sets: PartnerSets, figure: str) -> Contributions | None:
    """Contributions of the candidates to a figure; None where the whole set lacks it.

    Raises:
        ValueError: not all sets are known, so that there are no exact Shapley values.
        KeyError: there is no such figure.
    """
    if not sets.exact:
        raise ValueError("contributions need every set")
    larger = set_figure(figure).more_is_better
    values = sets.figures[figure]
    if np.isnan(values[-1]):
        return None
    if not sets.question.fixed:
        values = np.concatenate([[0.0], values])  # no partners at all
    values = np.nan_to_num(values)
    candidates = sets.question.candidates
    bits = 1 << np.arange(len(candidates))
    share = shapley(values)
    group, gain = worst_objection(values, share, larger)
    return Contributions(
        figure=figure,
        candidates=candidates,
        whole=float(values[-1]),
        start=float(values[0]),
        alone=values[bits] - values[0],
        marginal=values[-1] - values[len(values) - 1 - bits],
        shapley=share,
        blocking=tuple(c for j, c in enumerate(candidates) if group >> j & 1),
        blocking_gain=gain,
    )


def all_contributions(sets: PartnerSets) -> dict[str, Contributions]:
    """Contributions to every figure that the whole set has."""
    found = ((name, contributions(sets, name)) for name in FIGURE_NAMES)
    return {name: each for name, each in found if each is not None}
