"""What each of very many candidates brings: Shapley values as means over orders drawn by a seed.

An order is cut into blocks of candidates that join one block after the other. Within a block the
gains are means over every order of its members, from all its subsets at once, which costs little
more than one set. The blocks of one draw are gone through from each of them on, forwards and
backwards, so that everyone comes first, last and between as often, and as often before anyone in
another block as after; the standard errors are those of the means of such draws. A jump that a few
small sets alone have may be in no draw: there the error is larger than it says. Gains of one order
add up to what the whole has more than the fixed partners, and so do the means.

Sets that lack a ratio stand at their mean first value, as where every set is looked at: within a
block it is the mean over the orders drawn that go on from there. Of an order that passes such a set
the joiner is told from all who could have joined, not from those of the block alone; that is right
in the mean over orders, and counting first values from that of the whole keeps its spread small.
Partners are only added, so a set with a ratio stays one.
"""

from math import ceil, comb

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.partner_sets.bits import Slice
from workbench.analysis.partner_sets.contribution import (
    CONTRIBUTED,
    Contributions,
    completed,
    counted,
    shapley,
    values_of,
)
from workbench.analysis.partner_sets.sweep import Prepared, slice_figures
from workbench.progress import NO_PROGRESS, Progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DRAWS = 8
BLOCK = 10
SEED = 1


def sampled_contributions(
    prepared: Prepared,
    progress: Progress = NO_PROGRESS,
    draws: int = DRAWS,
    block: int = BLOCK,
    seed: int = SEED,
) -> dict[str, Contributions]:
    """Contributions to every figure that the whole set has, Shapley values with standard errors.

    Args:
        prepared: what the figures of any set are computed from.
        progress: told of each order.
        draws: of candidates into blocks, at least two.
        block: candidates that join together, 2^block sets at a time.
        seed: of the orders.

    Raises:
        Cancelled: asked to stop.
    """
    question = prepared.question
    count = len(question.candidates)
    r = np.random.default_rng(seed)
    number = ceil(count / block)
    means = np.zeros((draws, len(CONTRIBUTED), count))
    bases = np.zeros((draws, len(CONTRIBUTED)))
    for draw in range(draws):
        orders = _turns(np.array_split(r.permutation(count), number))
        for turn, blocks in enumerate(orders):
            progress.step(draw * len(orders) + turn, draws * len(orders), "what each brings")
            gains, base = _gains(prepared, blocks)
            means[draw] += gains / len(orders)
            bases[draw] += base / len(orders)
    first, last = np.empty((2, len(CONTRIBUTED), count))
    for joining in np.array_split(np.arange(count), number):
        bits = 1 << np.arange(len(joining))
        alone = _counted(_values(prepared, joining[:0], joining))
        first[:, joining] = alone[:, bits] - alone[:, :1]
        others = np.setdiff1d(np.arange(count), joining)
        everyone = _values(prepared, others, joining)
        whole = _counted(everyone)
        last[:, joining] = whole[:, -1:] - whole[:, len(whole[0]) - 1 - bits]
    errors = means.std(axis=0, ddof=1) / np.sqrt(draws)
    return {
        name: Contributions(
            figure=name,
            candidates=question.candidates,
            whole=float(whole[n, -1]),
            start=float(alone[n, 0]),
            base=float(bases[:, n].mean()),
            alone=first[n],
            marginal=last[n],
            shapley=means[:, n].mean(axis=0),
            lacking=bool(np.isnan(alone[n, 0])),
            error=errors[n],
        )
        for n, name in enumerate(CONTRIBUTED)
        if not np.isnan(everyone[n, -1])
    }


def _gains(prepared: Prepared, blocks: list[Integers]) -> tuple[Floats, Floats]:
    """Gains (F x n) of one order of blocks, and the value (F) that they count from."""
    gains = np.zeros((len(CONTRIBUTED), sum(len(joining) for joining in blocks)))
    after = whole = np.empty(0)
    for place in reversed(range(len(blocks))):
        before, joining = np.concatenate([[], *blocks[:place]]).astype(np.int64), blocks[place]
        rows = _counted(_values(prepared, before, joining))
        if place == len(blocks) - 1:
            after = whole = rows[:, -1]
        for row, end, most, gain in zip(rows, after, whole, gains, strict=True):
            lacking = np.flatnonzero(np.isnan(row[:-1]))
            if np.isnan(row[-1]):
                row[-1] = end
            row[:] = completed(row)
            gain[joining] += shapley(row)
            if len(lacking):
                _told_from_all(gain, lacking, row[lacking] - most, joining, blocks[place + 1 :])
        after = rows[:, 0]
    return gains, after


def _told_from_all(
    gain: Floats, lacking: Integers, more: Floats, joining: Integers, later: list[Integers]
) -> None:
    """Take the joiners of sets without a ratio from all who could have joined, not the block's.

    Args:
        gain: of every candidate; changed.
        lacking: sets of the block, by number, not all of it.
        more: what each has more than the whole, by its mean first value.
        joining: candidates of the block.
        later: blocks that join after it.
    """
    size = np.bitwise_count(lacking).astype(np.int64)
    passed = more / np.array([comb(len(joining), int(n)) for n in size])
    here = len(joining) - size
    everyone = passed / (here + sum(len(block) for block in later))
    for j, candidate in enumerate(joining):
        joins = (lacking >> j & 1) == 0
        gain[candidate] += (passed / here - everyone)[joins].sum()
    for block in later:
        gain[block] -= everyone.sum()


def _turns(blocks: list[Integers]) -> list[list[Integers]]:
    """The blocks from each of them on, forwards and backwards."""
    forwards = [blocks[start:] + blocks[:start] for start in range(len(blocks))]
    return forwards + [turn[::-1] for turn in forwards] if len(blocks) > 1 else forwards


def _values(prepared: Prepared, before: Integers, joining: Integers) -> Floats:
    """Values F x 2^j, see `values_of`, of the sets of those before and some who join."""
    fixed = len(prepared.question.fixed)
    inside = (*range(fixed), *(fixed + int(j) for j in before))
    part = Slice(inside, tuple(fixed + int(j) for j in joining))
    figures = slice_figures(prepared, part)
    values = np.stack([values_of(figures, name) for name in CONTRIBUTED])
    if not inside:
        values[:, 0] = np.nan  # no partners at all
    return values


def _counted(values: Floats) -> Floats:
    return np.stack([counted(row, name) for row, name in zip(values, CONTRIBUTED, strict=True)])
