"""The lanes that can claim, whoever is in the set, and how their content depends on the set."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, baseline_rows, build_baseline
from workbench.analysis.claiming import LaneTerms
from workbench.analysis.content_seen import ContentSeen, content_seen
from workbench.analysis.evaluation import terms_of_lanes, trade_counted
from workbench.analysis.market import Market
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.rules_by_lane import lane_rows
from workbench.analysis.treatment import DutiesUnder, duties_under
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.origin import Absorption, Cumulation
from workbench.tradedata import columns as col

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LANES_AT_ONCE = 120_000


@dataclass(frozen=True, eq=False)
class LiveLanes:
    """Traded lanes (L) whose incentive is worth something, all candidates taking part.

    Attributes:
        importer, exporter: L, places among the question's economies (E).
        terms: what the kernel takes; content is that of all candidates in.
        seen: content with all candidates in.
        shares: L x E, what the rule sees of each economy's content.
        traced: L x E, the same at all tiers.
        everything, traced_everything: L, sums over all origins, partners or not.
    """

    question: SetQuestion
    baseline: Baseline
    importer: Integers
    exporter: Integers
    terms: LaneTerms
    seen: ContentSeen
    shares: Floats
    traced: Floats
    everything: Floats
    traced_everything: Floats

    @property
    def size(self) -> int:
        """How many lanes."""
        return len(self.importer)

    @property
    def agreement(self) -> Agreement:
        """The text with all candidates in."""
        return self.question.text


def product_slices(market: Market, question: SetQuestion) -> Iterator[Market]:
    """The market, some products at a time, so that memory does not grow with the nomenclature."""
    pairs = max(sum(question.importers) * sum(question.exporters), 1)
    at_once = max(_LANES_AT_ONCE // pairs, 1)
    count = len(market.products)
    if count <= at_once or question.text.origin.cumulation is Cumulation.DIAGONAL:
        yield market
        return
    starts = range(0, count, at_once)
    flows = _cut(market.flows, market.products, starts)
    lines = _cut(market.tariff_lines, market.products, starts)
    for start, own_flows, own_lines in zip(starts, flows, lines, strict=True):
        some = market.products[start : start + at_once]
        yield replace(
            market,
            products=some,
            traded=market.traded & frozenset(some),
            flows=own_flows,
            tariff_lines=own_lines,
        )


def _cut(frame: pd.DataFrame, products: tuple[str, ...], starts: range) -> list[pd.DataFrame]:
    """The rows of each slice of products, in their order."""
    place = pd.Index(products, dtype="str").get_indexer(pd.Index(frame[col.PRODUCT]))
    number = np.where(place < 0, -1, place // starts.step)
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(len(starts) + 1))
    return [frame.iloc[order[a:b]] for a, b in pairwise(ends)]


def live_lanes(market: Market, question: SetQuestion, year: int | None) -> tuple[LiveLanes, Floats]:
    """The lanes of a market that can claim, and the trade that no one would claim.

    Returns:
        the lanes; trade of known duty without an incentive (importers E x exporters E), USD.
    """
    text = question.text
    whole = build_baseline(market, text, traded_only=True)
    place = {code: e for e, code in enumerate(question.economies)}
    importer = np.array([place[code] for code in whole.importers], dtype=np.int64)[whole.i]
    exporter = np.array([place[code] for code in whole.exporters], dtype=np.int64)[whole.x]
    value = trade_counted(text, whole)
    duties = duties_under(text, whole, year)
    net = duties.gross_incentive - duties.ad_valorem_cost
    count = len(place)

    def by_pair(rows: Integers) -> Floats:
        pair = importer[rows] * count + exporter[rows]
        found = np.bincount(pair, value[rows], count * count).astype(np.float64)
        return found.reshape(count, count)

    origin_counts = text.treatment.basis is not TreatmentBasis.EXTENDED
    alive = np.flatnonzero((net > 0) & origin_counts)
    unclaimed = by_pair(np.flatnonzero((net <= 0) & origin_counts))
    baseline = baseline_rows(whole, alive)
    duties = DutiesUnder(**{f.name: getattr(duties, f.name)[alive] for f in fields(DutiesUnder)})
    seen = content_seen(text, baseline)
    content = baseline.content
    basis = content.traced if text.origin.absorption is Absorption.TRACING else content.declared
    return (
        LiveLanes(
            question=question,
            baseline=baseline,
            importer=importer[alive],
            exporter=exporter[alive],
            terms=terms_of_lanes(text, baseline, duties, seen),
            seen=seen,
            shares=_of_economies(basis, content.origins, question.economies),
            traced=_of_economies(content.traced, content.origins, question.economies),
            everything=basis.sum(axis=1),
            traced_everything=content.traced.sum(axis=1),
        ),
        unclaimed,
    )


def _of_economies(shares: Floats, origins: tuple[str, ...], economies: tuple[str, ...]) -> Floats:
    """The columns of some economies; zero for one that is no origin of its own."""
    found = np.zeros((len(shares), len(economies)))
    for e, code in enumerate(economies):
        if code in origins:
            found[:, e] = shares[:, origins.index(code)]
    return found


def some_live(lanes: LiveLanes, rows: Integers) -> LiveLanes:
    """Some of the live lanes; what was seen with all candidates in is seen again."""
    baseline = baseline_rows(lanes.baseline, rows)
    return replace(
        lanes,
        baseline=baseline,
        importer=lanes.importer[rows],
        exporter=lanes.exporter[rows],
        terms=lane_rows(lanes.terms, rows),
        seen=content_seen(lanes.agreement, baseline),
        shares=lanes.shares[rows],
        traced=lanes.traced[rows],
        everything=lanes.everything[rows],
        traced_everything=lanes.traced_everything[rows],
    )
