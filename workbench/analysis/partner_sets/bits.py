"""Sums over all subsets without a loop over subsets.

A quantity that is additive, or quadratic, in who takes part costs one addition a subset: the
second half of the table is the first half plus what one more candidate brings. Nothing is ever
subtracted, so no error builds up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_FREE = 14


@dataclass(frozen=True)
class Slice:
    """Some of the sets: economies that are in all of them, and those that are free (E places).

    Bit j of a set's place in the slice is `free[j]`; economies in neither are in no set.
    """

    inside: tuple[int, ...]
    free: tuple[int, ...]
    high: int = 0

    @property
    def size(self) -> int:
        """How many sets."""
        return 1 << len(self.free)

    @property
    def start(self) -> int:
        """The first set's number."""
        return self.high << len(self.free)

    def holds(self, economy: int) -> bool:
        """Whether an economy is in any of the sets."""
        return economy in self.inside or economy in self.free

    def bits(self, economies: tuple[int, ...]) -> tuple[int, ...]:
        """The bits of those economies that are free."""
        return tuple(self.free.index(e) for e in economies if e in self.free)

    def with_all(self, economies: tuple[int, ...]) -> "Slice":
        """The part of the slice in which these economies are all in."""
        return Slice(
            (*self.inside, *(e for e in economies if e in self.free)),
            tuple(e for e in self.free if e not in economies),
        )


def slices(fixed: int, candidates: int, most: int = MOST_FREE) -> list[Slice]:
    """All sets of the candidates in slices of at most 2^most, by their high bits."""
    low = min(candidates, most)
    free = tuple(range(fixed, fixed + low))
    certain = tuple(range(fixed))
    return [
        Slice(
            (*certain, *(fixed + low + j for j in range(candidates - low) if high >> j & 1)),
            free,
            high,
        )
        for high in range(1 << (candidates - low))
    ]


def additive(base: Floats, gains: Floats) -> Floats:
    """R x 2^n: base (R) plus the gains (R x n) of those who take part."""
    count = gains.shape[1]
    out = np.empty((len(base), 1 << count))
    out[:, 0] = base
    for j in range(count):
        size = 1 << j
        np.add(out[:, :size], gains[:, j, None], out=out[:, size : 2 * size])
    return out


def quadratic(base: Floats, linear: Floats, pairs: Floats) -> Floats:
    """R x 2^n: base (R), linear (R x n) for each who takes part, pairs (R x n x n) for each two.

    Of `pairs` only the part below the diagonal counts.
    """
    count = linear.shape[1]
    out = np.empty((len(base), 1 << count))
    out[:, 0] = base
    for j in range(count):
        size = 1 << j
        gain = additive(linear[:, j], pairs[:, j, :j])
        np.add(out[:, :size], gain, out=out[:, size : 2 * size])
    return out


def pair_sums(flows: Floats, part: Slice) -> Floats:
    """2^n: sums of flows (importers E x exporters E) between the partners of each set."""
    inside, free = list(part.inside), list(part.free)
    both = flows + flows.T
    base = flows[np.ix_(inside, inside)].sum()
    linear = both[np.ix_(free, inside)].sum(axis=1)
    linear += np.diag(flows)[free]
    found = quadratic(np.array([base]), linear[None, :], both[np.ix_(free, free)][None, :, :])
    sums: Floats = found[0]
    return sums


def add_where(out: Floats, bits: tuple[int, ...], values: Floats) -> None:
    """Add values (F x 2^(n - bits)) to the sets (F x 2^n) that have all of these bits."""
    count = out.shape[1].bit_length() - 1
    shape = (out.shape[0], *([2] * count))
    place: list[slice | int] = [slice(None)] * (count + 1)
    for bit in bits:
        place[count - bit] = 1
    view = out.reshape(shape)[tuple(place)]
    view += values.reshape(view.shape)


def only_where(values: Floats, bits: tuple[int, ...]) -> Floats:
    """The sets (F x 2^n) that have all of these bits: F x 2^(n - bits)."""
    count = values.shape[1].bit_length() - 1
    place: list[slice | int] = [slice(None)] * (count + 1)
    for bit in bits:
        place[count - bit] = 1
    found: Floats = values.reshape((values.shape[0], *([2] * count)))[tuple(place)]
    return found.reshape(values.shape[0], -1)
