"""Which sets are worth a look: aims, limits, and the sets that no other beats on every aim."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.partner_sets.figures import set_figure
from workbench.analysis.partner_sets.sweep import PartnerSets
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

MOST_AIMS = 5
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure that should be as large, or as small, as possible."""

    figure: str
    larger: bool


def aim(figure: str) -> Aim:
    """The usual aim with a figure.

    Raises:
        KeyError: there is no such figure.
    """
    return Aim(figure, set_figure(figure).more_is_better)


DEFAULT_AIMS = (aim("market"), aim("exposure"), aim("utilisation"))
AIMS_WITHOUT_CLAIMS = (aim("market"), aim("chain_completeness"), aim("hhi"))


def usual_aims(agreement: Agreement) -> tuple[Aim, ...]:
    """What sets are ranked on unless told: claims only where partners have something to claim."""
    return DEFAULT_AIMS if agreement.gives_preference else AIMS_WITHOUT_CLAIMS


@dataclass(frozen=True, slots=True)
class Limits:
    """What a set has to meet to be considered.

    Attributes:
        members: candidates that must be in.
        most: partners at most, the fixed ones counted; None is no limit.
        lowest_score: no partner may have a lower alignment score; one without any is let pass.
        ranges: figure, least, most (either None); a set without the figure does not meet it.
    """

    members: tuple[str, ...] = ()
    most: int | None = None
    lowest_score: float | None = None
    ranges: tuple[tuple[str, float | None, float | None], ...] = ()


def allowed(sets: PartnerSets, limits: Limits) -> Bools:
    """Which sets meet the limits.

    Raises:
        DefinitionError: a member that is neither fixed nor a candidate.
    """
    try:
        needed = sets.question.mask(limits.members)
    except KeyError as error:
        raise DefinitionError(
            f"{error.args[0]} is neither a fixed partner nor a candidate: name one that is."
        ) from None
    meets: Bools = (sets.masks & needed) == needed
    if limits.most is not None:
        meets &= sets.figures["size"] <= limits.most
    if limits.lowest_score is not None:
        meets &= ~(sets.figures["alignment_min"] < limits.lowest_score)
    for figure, least, most in limits.ranges:
        values = sets.figures[figure]
        meets &= ~np.isnan(values)
        if least is not None:
            meets &= values >= least
        if most is not None:
            meets &= values <= most
    return meets


def best_sets(
    sets: PartnerSets, aims: Sequence[Aim] | None = None, limits: Limits | None = None
) -> Bools:
    """The sets within the limits that no other such set beats: not worse on any aim, better on one.

    A set that lacks a figure aimed at is left out; of sets equal on every aim all stay. Without
    aims told they are the `usual_aims`.

    Raises:
        DefinitionError: no aim, or more than five.
    """
    if aims is None:
        aims = usual_aims(sets.question.text)
    if not 1 <= len(aims) <= MOST_AIMS:
        raise DefinitionError(f"Choose one to {MOST_AIMS} aims.")
    values = np.stack([_oriented(sets, each) for each in aims], axis=1)
    considered = ~np.isnan(values).any(axis=1)
    if limits is not None:
        considered &= allowed(sets, limits)
    rows = np.flatnonzero(considered)
    found = np.zeros(sets.count, dtype=bool)
    found[rows[non_dominated(values[rows])]] = True
    return found


def _oriented(sets: PartnerSets, each: Aim) -> Floats:
    values = sets.figures[each.figure]
    return values if each.larger else -values


def non_dominated(values: Floats) -> Integers:
    """Places of the rows (S x A, larger is better) that no other row dominates, ascending.

    A row can only be dominated by one that comes before it in the order of the sum of ranks, so
    one pass through that order is enough.
    """
    if not len(values):
        return np.array([], dtype=np.int64)
    ranks = np.zeros(len(values))
    for column in values.T:
        _, rank = np.unique(column, return_inverse=True)
        ranks += rank
    order = np.argsort(-ranks, kind="stable")
    front = np.empty((0, values.shape[1]))
    kept: list[Integers] = []
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        some = some[~_beaten(values[some], front)]
        some = some[~_beaten(values[some], values[some])]
        front = np.concatenate([front, values[some]])
        kept.append(some)
    return np.sort(np.concatenate(kept))


def _beaten(rows: Floats, by: Floats) -> Bools:
    """Which rows some other row is not worse than on any aim, and better than on one."""
    beaten = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(by), _AT_ONCE):
        other = by[start : start + _AT_ONCE]
        as_good = np.ones((len(rows), len(other)), dtype=bool)
        better = np.zeros_like(as_good)
        for a in range(rows.shape[1]):
            as_good &= other[None, :, a] >= rows[:, None, a]
            better |= other[None, :, a] > rows[:, None, a]
        beaten |= (as_good & better).any(axis=1)
    return beaten


def ranked(sets: PartnerSets, rows: Integers, first: Aim) -> Integers:
    """Rows of sets, best on one aim first; sets without the figure last."""
    values = _oriented(sets, first)[rows]
    return rows[np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")]
