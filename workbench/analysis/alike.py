"""Finding what is alike among many, to work it out once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ODD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)  # mix 64 bits well
_SPARSE = 8


def alike(key: Ints) -> tuple[Ints, Ints]:
    """The first of each different key (C), and which of these each is (L); none is negative."""
    size = int(key.max(initial=-1)) + 1
    if size > _SPARSE * len(key):
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        return first, which
    place = np.full(size, -1, dtype=np.int64)
    place[key[::-1]] = np.arange(len(key) - 1, -1, -1)  # of equal keys the last written stays
    there = place >= 0
    return place[there], (np.cumsum(there) - 1)[key]


def alike_pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """As `alike`, of pairs of numbers (L and L); none is negative."""
    alone = np.bincount(one) == 1
    several = int(other.max(initial=-1)) + 1
    rank = np.cumsum(~alone) - 1  # what occurs once needs no second number
    numbers = several * (int(rank.max(initial=-1)) + 1) + np.cumsum(alone)
    return alike(np.where(alone[one], numbers[one], several * rank[one] + other))


def alike_in(columns: Sequence[Floats]) -> tuple[Ints, Ints]:
    """The first of those that agree in all columns (each L) to the last bit, and which each is.

    Now and then all are told to differ though some agree: no harm but time.
    """
    size = len(columns[0])
    mixed = np.zeros(size, dtype=np.uint64)
    numbers = []
    for column in columns:
        number = column.view(np.uint64)
        if size and not (number == number[0]).all():
            numbers.append(number)
            mixed = (mixed ^ number) * _ODD
            mixed ^= mixed >> _HALF
    _, first, which = np.unique(mixed, return_index=True, return_inverse=True)
    if all((number[first][which] == number).all() for number in numbers):
        return first, which
    return np.arange(size), np.arange(size)
