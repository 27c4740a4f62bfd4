"""Good sets among too many to look at each: a seeded search, one neighbourhood at a time.

All sets that differ from a good one in a few candidates are looked at together, which costs little
more than one set. For each aim the candidates are gone through in such groups, from everyone in and
from no one in, always on to the best set met; then the sets that no other beats are looked around.
The seed fixes every choice, so the same question has the same answer. How far this stays from the
best is measured in the tests, on questions small enough to look at every set.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.market import Market
from workbench.analysis.partner_sets.bits import Slice
from workbench.analysis.partner_sets.choice import Aim, Limits, allowed, best_sets, usual_aims
from workbench.analysis.partner_sets.contribution import Contributions, all_contributions
from workbench.analysis.partner_sets.figures import Trade
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.partner_sets.sampling import DRAWS, SEED, sampled_contributions
from workbench.analysis.partner_sets.sweep import (
    MOST_EXACT,
    PartnerSets,
    Prepared,
    notes_of,
    partner_sets,
    prepare,
    slice_figures,
)
from workbench.progress import NO_PROGRESS, Progress, Share

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDS = 60
NEIGHBOURS = 10
_WALKED_SHARE = 0.75


def sets_of(
    market: Market,
    trade: Trade,
    question: SetQuestion,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    aims: Sequence[Aim] | None = None,
    limits: Limits | None = None,
) -> PartnerSets:
    """Every set where that can be done, else those that a search finds.

    Raises:
        Cancelled: asked to stop.
    """
    if len(question.candidates) <= MOST_EXACT:
        return partner_sets(market, trade, question, year, progress)
    return search(market, trade, question, year, progress, aims, limits)


def sets_and_contributions(
    market: Market,
    trade: Trade,
    question: SetQuestion,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    aims: Sequence[Aim] | None = None,
    limits: Limits | None = None,
    workers: int = 1,
    backend: str | None = None,
) -> tuple[PartnerSets, dict[str, Contributions]]:
    """Sets as `sets_of` gives them, and what each candidate brings to each figure.

    Contributions are exact where every set is looked at, else sampled. `workers` and `backend`
    are those of `partner_sets`; a search has one worker.

    Raises:
        Cancelled: asked to stop.
        WorkbenchError: several workers without joblib.
    """
    if len(question.candidates) <= MOST_EXACT:
        sets = partner_sets(market, trade, question, year, progress, workers, backend)
        return sets, all_contributions(sets)
    prepared = prepare(market, trade, question, year, Share(progress, 0.0, 0.2))
    sets = _searched(prepared, year, Share(progress, 0.2, 0.6), aims, limits)
    contributed = sampled_contributions(prepared, Share(progress, 0.6, 1.0))
    progress.step(1000, 1000, "done")
    note = (
        f"Contributions of candidates are sampled: means over {DRAWS} draws of orders of joining "
        f"(seed {SEED}), with standard errors."
    )
    notes = (*sets.notes, note)
    return replace(sets, notes=notes, vintage=market.vintage), contributed


def search(
    market: Market,
    trade: Trade,
    question: SetQuestion,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    aims: Sequence[Aim] | None = None,
    limits: Limits | None = None,
    rounds: int = ROUNDS,
    neighbours: int = NEIGHBOURS,
    seed: int = SEED,
) -> PartnerSets:
    """Look at neighbourhoods of good sets.

    Args:
        market: trade, duties and content, with all candidates as importers.
        trade: what needs no claiming model, of the same market.
        question: fixed partners and candidates.
        year: since entry into force; None is fully staged.
        progress: told of each step.
        aims: what makes a set good.
        limits: what a set has to meet to be carried on.
        rounds: how many neighbourhoods.
        neighbours: candidates left free in each, 2^neighbours sets at a time.
        seed: of all choices.

    Raises:
        Cancelled: asked to stop.
    """
    prepared = prepare(market, trade, question, year, Share(progress, 0.0, 0.3))
    rest = Share(progress, 0.3, 1.0)
    found = _searched(prepared, year, rest, aims, limits, rounds, neighbours, seed)
    progress.step(1000, 1000, "done")
    return replace(found, vintage=market.vintage)


def _searched(
    prepared: Prepared,
    year: int | None,
    progress: Progress,
    aims: Sequence[Aim] | None,
    limits: Limits | None,
    rounds: int = ROUNDS,
    neighbours: int = NEIGHBOURS,
    seed: int = SEED,
) -> PartnerSets:
    start = time.perf_counter()
    question = prepared.question
    r = np.random.default_rng(seed)
    neighbours = min(neighbours, len(question.candidates))
    aims = usual_aims(question.text) if aims is None else aims
    walks = [
        _Walk(each, centre) for each in aims for centre in ((1 << len(question.candidates)) - 1, 0)
    ]
    found: PartnerSets | None = None
    for done in range(rounds):
        whole = Share(progress, done / rounds, (done + 1) / rounds)
        walk = walks[done % len(walks)]
        wander = found is not None and done >= _WALKED_SHARE * rounds
        if wander and found is not None:
            centre = _next(found, aims, limits, r, len(question.candidates))
            free = np.sort(r.choice(len(question.candidates), neighbours, replace=False))
        else:
            centre, free = walk.centre, walk.block(r, len(question.candidates), neighbours)
        near = _around(prepared, centre, free, year, whole)
        if not wander:
            walk.step(near, limits)
        found = _joined(found, near)
    assert found is not None
    return PartnerSets(
        question=question,
        year=year,
        figures=found.figures,
        masks=found.masks,
        exact=False,
        notes=(
            *notes_of(prepared),
            f"{found.count:,} of {question.sets:,} sets were looked at, in {rounds} neighbourhoods "
            f"of good sets (seed {seed}): a better set may exist.",
        ),
        seconds=time.perf_counter() - start,
        lanes_asked=prepared.lanes_asked,
    )


class _Walk:
    """Goes from set to set towards one aim."""

    def __init__(self, goal: Aim, centre: int) -> None:
        self.goal = goal
        self.centre = centre
        self._waiting: list[Integers] = []

    def block(self, r: np.random.Generator, count: int, size: int) -> Integers:
        """The candidates to leave free next; everyone comes up before anyone does again."""
        if not self._waiting:
            order = r.permutation(count)
            self._waiting = [order[start : start + size] for start in range(0, count, size)]
        some = self._waiting.pop()
        others = np.setdiff1d(np.arange(count), some)
        more = r.choice(others, min(size - len(some), len(others)), replace=False)
        return np.sort(np.concatenate([some, more]))

    def step(self, near: PartnerSets, limits: Limits | None) -> None:
        """On to the best set met that is within the limits."""
        values = near.figures[self.goal.figure] * (1 if self.goal.larger else -1)
        if limits is not None:
            values = np.where(allowed(near, limits), values, np.nan)
        if not np.isnan(values).all():
            self.centre = int(near.masks[int(np.nanargmax(values))])


def _around(
    prepared: Prepared, centre: int, free: Integers, year: int | None, progress: Progress
) -> PartnerSets:
    """All sets that are like one of them but for the free candidates."""
    question = prepared.question
    fixed = len(question.fixed)
    kept = [j for j in range(len(question.candidates)) if centre >> j & 1 and j not in free]
    part = Slice((*range(fixed), *(fixed + j for j in kept)), tuple(int(fixed + j) for j in free))
    figures = slice_figures(prepared, part, progress)
    sets = np.arange(part.size)
    masks = np.full(part.size, sum(1 << j for j in kept))
    for bit, j in enumerate(free):
        masks |= (sets >> bit & 1) << j
    there = (masks > 0) | (fixed > 0)
    masks = masks[there]
    order = np.argsort(masks)
    return PartnerSets(
        question,
        year,
        {name: values[there][order] for name, values in figures.items()},
        masks[order],
        False,
        (),
        0.0,
        0,
    )


def _joined(one: PartnerSets | None, other: PartnerSets) -> PartnerSets:
    if one is None:
        return other
    masks, first = np.unique(np.concatenate([one.masks, other.masks]), return_index=True)
    figures = {
        name: np.concatenate([values, other.figures[name]])[first]
        for name, values in one.figures.items()
    }
    return PartnerSets(one.question, one.year, figures, masks, False, (), 0.0, 0)


def _next(
    found: PartnerSets,
    aims: Sequence[Aim],
    limits: Limits | None,
    r: np.random.Generator,
    count: int,
) -> int:
    """A good set to look around next; sometimes any set, so that no corner is never seen."""
    best = np.flatnonzero(best_sets(found, aims, limits))
    if not len(best) or r.random() < 0.1:
        return int(r.integers(0, 1 << count))
    return int(found.masks[r.choice(best)])
