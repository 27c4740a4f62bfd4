"""Every figure of every set of the candidates."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.alignment import alignment_scores
from workbench.analysis.market import Market, MarketLoader
from workbench.analysis.partner_sets.bits import MOST_FREE, Slice, pair_sums, slices
from workbench.analysis.partner_sets.figures import (
    FIGURE_NAMES,
    Trade,
    chain_of,
    simple_figures,
    trade_of,
)
from workbench.analysis.partner_sets.lanes import LiveLanes, live_lanes, product_slices, some_live
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.partner_sets.states import FIGURES as CLAIMED
from workbench.analysis.partner_sets.states import add_states
from workbench.analysis.partner_sets.sums import Group, add_clips, add_groups, groups_of
from workbench.analysis.partner_sets.tables import Cells, Clips, curves_of
from workbench.errors import WorkbenchError
from workbench.model.commitments import TreatmentBasis
from workbench.model.nomenclature import dotted
from workbench.model.origin import Cumulation
from workbench.progress import NO_PROGRESS, Progress, Share
from workbench.tradedata.database import TradeDatabase, Vintage

Floats = NDArray[np.float64]

MOST_EXACT = 20


@dataclass(frozen=True, eq=False)
class PartnerSets:
    """All sets of a question with their figures.

    Attributes:
        figures: by name, in the order of the sets' numbers; NaN is missing. Also `size`, how many
            partners take part, and `known_duty`, trade with known duty and content, USD.
        masks: the sets' numbers, ascending; all of them unless a search chose some.
        exact: whether every set was looked at.
        notes: what was computed in another way than the rest, in words.
        seconds: how long it took.
        lanes_asked: lanes whose rule made the kernel be asked set by set.
    """

    question: SetQuestion
    year: int | None
    figures: dict[str, Floats]
    masks: NDArray[np.int64]
    exact: bool
    notes: tuple[str, ...]
    seconds: float
    lanes_asked: int
    vintage: tuple[Vintage, ...] = ()

    @property
    def count(self) -> int:
        """How many sets, the empty one apart."""
        return len(self.masks)

    def row(self, mask: int) -> int:
        """The place of a set.

        Raises:
            KeyError: it was not looked at.
        """
        place = int(np.searchsorted(self.masks, mask))
        if place == len(self.masks) or self.masks[place] != mask:
            raise KeyError(mask)
        return place

    def members(self, row: int) -> tuple[str, ...]:
        """The partners of the set at a place."""
        return self.question.members(int(self.masks[row]))

    def at(self, row: int) -> dict[str, float | None]:
        """The figures of the set at a place; None is missing."""
        found = {name: float(self.figures[name][row]) for name in FIGURE_NAMES}
        return {name: None if np.isnan(value) else value for name, value in found.items()}


@dataclass(frozen=True, eq=False)
class Prepared:
    """What the figures of any set are computed from."""

    question: SetQuestion
    trade: Trade
    known: Floats
    groups: list[Group]
    clips: list[Clips]
    left: list[LiveLanes] = field(default_factory=list)

    @property
    def lanes_asked(self) -> int:
        """Lanes without a curve."""
        return sum(lanes.size for lanes in self.left)


def load(
    database: TradeDatabase,
    question: SetQuestion,
    scores: Mapping[str, float | None] | None = None,
    progress: Progress = NO_PROGRESS,
    loader: MarketLoader | None = None,
) -> tuple[Market, Trade]:
    """Read what the sets of a question need.

    Args:
        database: the trade database.
        question: fixed partners and candidates.
        scores: alignment of each economy, 0 to 1; None takes what the text states, and what
            indicators in the database say where it states nothing.
        progress: told of each step.
        loader: keeps what other questions read.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    market = (loader or MarketLoader(database)).load(question.text, progress)
    chain = chain_of(database, question.text, market.products)
    if scores is None:
        held = alignment_scores(question.text, database, question.economies)
        scores = held.by_economy()
    return market, trade_of(market, question, chain, scores)


def partner_sets(
    market: Market,
    trade: Trade,
    question: SetQuestion,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
    workers: int = 1,
    backend: str | None = None,
) -> PartnerSets:
    """Every figure of every set.

    Args:
        market: trade, duties and content, with all candidates as importers.
        trade: what needs no claiming model, of the same market.
        question: fixed partners and candidates.
        year: since entry into force; None is fully staged.
        progress: told of each step.
        workers: how many share the sets; one is this thread alone.
        backend: a joblib back end, such as "loky", "threading" or "dask"; None is joblib's choice.

    Raises:
        Cancelled: asked to stop.
        WorkbenchError: too many candidates, or several workers without joblib.
    """
    start = time.perf_counter()
    candidates = len(question.candidates)
    if candidates > MOST_EXACT:
        raise WorkbenchError(
            f"{candidates} candidates make too many sets to look at each: at most {MOST_EXACT}. "
            "Search instead."
        )
    prepared = prepare(market, trade, question, year, Share(progress, 0.0, 0.4))
    most = min(MOST_FREE, candidates)
    if workers > 1:
        most = max(min(most, candidates - ceil(log2(workers))), 0)
    parts = slices(len(question.fixed), candidates, most)
    rest = Share(progress, 0.4, 1.0)
    if workers > 1:
        found = _in_parallel(prepared, parts, workers, backend, rest)
    else:
        found = [
            slice_figures(prepared, part, Share(rest, n / len(parts), (n + 1) / len(parts)))
            for n, part in enumerate(parts)
        ]
    figures = {name: np.concatenate([each[name] for each in found]) for name in found[0]}
    masks = np.arange(1 << candidates)
    if not question.fixed:
        masks = masks[1:]
        figures = {name: values[1:] for name, values in figures.items()}
    progress.step(1000, 1000, "done")
    return PartnerSets(
        question=question,
        year=year,
        figures=figures,
        masks=masks,
        exact=True,
        notes=notes_of(prepared),
        seconds=time.perf_counter() - start,
        lanes_asked=prepared.lanes_asked,
        vintage=market.vintage,
    )


def prepare(
    market: Market,
    trade: Trade,
    question: SetQuestion,
    year: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> Prepared:
    """Ask the kernel for the curves of all lanes, some products at a time.

    Raises:
        Cancelled: asked to stop.
    """
    count = len(question.economies)
    known = np.zeros((count, count))
    cells: list[Cells] = []
    clips: list[Clips] = []
    left: list[LiveLanes] = []
    done = 0
    for part in product_slices(market, question):
        progress.step(done, len(market.products), "who claims")
        done += len(part.products)
        lanes, unclaimed = live_lanes(part, question, year)
        known += unclaimed
        if not lanes.size:
            continue
        found = curves_of(lanes)
        cells += found.cells
        known += found.known
        if found.clips is not None:
            clips.append(found.clips)
        if len(found.left):
            left.append(some_live(lanes, found.left))
    return Prepared(question, trade, known, groups_of(cells), clips, left)


def slice_figures(
    prepared: Prepared, part: Slice, progress: Progress = NO_PROGRESS
) -> dict[str, Floats]:
    """Every figure of every set of a slice.

    Raises:
        Cancelled: asked to stop.
    """
    question = prepared.question
    figures = simple_figures(prepared.trade, part, Share(progress, 0.0, 0.1))
    sums = np.zeros((len(CLAIMED), part.size))
    add_groups(sums[: len(CLAIMED) - 1], prepared.groups, part, Share(progress, 0.1, 0.7))
    concentration = question.text.parameters.concentration
    for clips in prepared.clips:
        traced = sums[CLAIMED.index("traced")]
        add_clips(traced, clips, concentration, part, Share(progress, 0.7, 0.8))
    for lanes in prepared.left:
        add_states(sums, lanes, part, Share(progress, 0.8, 1.0))
    claimed = dict(zip(CLAIMED, sums, strict=True))
    known = claimed["known"] + pair_sums(prepared.known, part)
    if question.text.treatment.basis is TreatmentBasis.EXTENDED:
        known[:] = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        there = known > 0
        figures["known_duty"] = known
        claims = np.where(claimed["claimed"] > 0, claimed["claimed"], np.nan)
        figures["utilisation"] = np.where(there, claimed["claimed"] / known, np.nan)
        figures["exposure"] = claimed["content"] / claims
        figures["traced_exposure"] = claimed["traced"] / claims
        for name, figure in (
            ("resourced_content", "resourced"),
            ("duty_forgone", "forgone"),
            ("leakage", "leakage"),
        ):
            figures[name] = np.where(there, claimed[figure], np.nan)
    sets = np.arange(part.size)
    figures["size"] = len(part.inside) + np.bitwise_count(sets).astype(np.float64)
    return figures


def notes_of(prepared: Prepared) -> tuple[str, ...]:
    """What was computed set by set, and what is missing."""
    notes = []
    unknown = prepared.trade.unknown_inputs
    if unknown:
        codes = ", ".join(dotted(code) for code in unknown)
        notes.append(f"Of inputs of the chain nobody's supply is known: {codes}.")
    if prepared.lanes_asked:
        notes.append(_why_asked(prepared))
    return tuple(notes)


def _why_asked(prepared: Prepared) -> str:
    if prepared.question.text.origin.cumulation is Cumulation.DIAGONAL:
        why = "under diagonal cumulation what suppliers qualify for depends on the set"
    else:
        why = (
            "there the rule asks for inputs or origins that candidates can make, or traced "
            "content would pass a limit"
        )
    return f"On {prepared.lanes_asked} lanes the claiming model was asked set by set: {why}."


def _in_parallel(
    prepared: Prepared,
    parts: list[Slice],
    workers: int,
    backend: str | None,
    progress: Progress,
) -> list[dict[str, Floats]]:
    try:
        from joblib import Parallel, delayed  # type: ignore[import-untyped]
    except ImportError:
        raise WorkbenchError(
            "Several workers need the package joblib, which is not installed: install "
            "pactwright[cluster], or use one worker."
        ) from None
    options: dict[str, Any] = {} if backend is None else {"backend": backend}
    jobs = (delayed(slice_figures)(prepared, part) for part in parts)
    found: list[dict[str, Floats]] = []
    for each in Parallel(n_jobs=workers, return_as="generator", **options)(jobs):
        found.append(each)
        progress.step(len(found), len(parts), "sets on several workers")
    return found
