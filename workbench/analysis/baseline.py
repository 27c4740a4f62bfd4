"""The world as it stands today: every lane, its trade, its duty and its content.

Nothing here depends on the rule of origin, the staging or the parameters, so an edit of those
is evaluated again without touching the database.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.content import (
    LaneContent,
    content_of_each,
    content_rows,
    lane_content,
    shared_content,
)
from workbench.analysis.duties import Duties, duties_today
from workbench.analysis.market import Market, entries_by_product
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs
from workbench.model.economies import Role

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Baseline:
    """Lanes (L) of every importing partner, exporting partner and covered product.

    Attributes:
        key: what of the agreement it was built from; equal keys give equal baselines.
        value_usd: L, mean imports over the base years; NaN where a covered national line is
            only part of a subheading whose trade is known as a whole.
        i, x, k: L, places of importer, exporter and product in their tuples.
    """

    key: tuple[object, ...]
    market: Market
    importers: tuple[str, ...]
    exporters: tuple[str, ...]
    partners: tuple[str, ...]
    i: Ints
    x: Ints
    k: Ints
    value_usd: Floats
    equal_split: NDArray[np.bool_]
    duties: Duties
    content: LaneContent
    bills: tuple[BillOfInputs, ...]

    @property
    def importer(self) -> NDArray[np.object_]:
        """L, code of the importing partner."""
        return np.array(self.importers, dtype=object)[self.i]

    @property
    def exporter(self) -> NDArray[np.object_]:
        """L, code of the exporting partner."""
        return np.array(self.exporters, dtype=object)[self.x]

    @property
    def product(self) -> NDArray[np.object_]:
        """L, six-digit product."""
        return np.array(self.market.products, dtype=object)[self.k]


def market_key(agreement: Agreement) -> tuple[object, ...]:
    """What `load_market` depends on."""
    return (
        agreement.nomenclature,
        agreement.base_years,
        agreement.coverage,
        tuple(p.economy for p in agreement.partners),
        tuple(
            (part.product, part.origins_known)
            for bill in agreement.bills_of_inputs
            for part in bill.inputs
        ),
    )


def baseline_key(agreement: Agreement) -> tuple[object, ...]:
    """What `build_baseline` depends on, beyond the market."""
    return (
        market_key(agreement),
        tuple((p.economy, p.role, p.standing) for p in agreement.partners),
        agreement.tariffs,
        agreement.bills_of_inputs,
    )


def build_baseline(market: Market, agreement: Agreement, traded_only: bool = False) -> Baseline:
    """Trade, duties and content of every lane.

    Consumers import under the agreement, producers export, others do both; observers neither.

    Args:
        market: trade, duties and content as loaded.
        agreement: partners, stated rates and bills of inputs.
        traded_only: leave out lanes without any trade, which no sum needs; each of the others
            gets a row of content of its own.
    """
    active = [p for p in agreement.partners if p.takes_preferences]
    importers = tuple(p.economy for p in active if p.role is not Role.PRODUCER)
    exporters = tuple(p.economy for p in active if p.role is not Role.CONSUMER)
    partners = tuple(p.economy for p in active)
    products = market.products
    shape = (len(importers), len(exporters), len(products))
    i, x, k = (axis.ravel() for axis in np.indices(shape))
    own = np.array([[m == e for e in exporters] for m in importers], dtype=bool).reshape(shape[:2])
    value, split = _trade(market, agreement, importers, exporters)
    keep = ~own[i, x]
    if traded_only:
        keep &= value[i, x, k] > 0
    i, x, k = i[keep], x[keep], k[keep]
    duties = duties_today(market, agreement.tariffs, agreement.coverage, importers, exporters)
    content = shared_content(market, importers, exporters, (i, x, k), agreement.bills_of_inputs)
    if traded_only:
        content = content_of_each(content)
    return Baseline(
        key=baseline_key(agreement),
        market=market,
        importers=importers,
        exporters=exporters,
        partners=partners,
        i=i,
        x=x,
        k=k,
        value_usd=value[i, x, k],
        equal_split=split[i, x, k],
        duties=duties,
        content=content,
        bills=agreement.bills_of_inputs,
    )


@lru_cache(maxsize=2)
def supplier_content(baseline: Baseline) -> LaneContent:
    """Content of every (partner, product) pair, partner by partner; for diagonal cumulation."""
    partners, products = baseline.partners, baseline.market.products
    return lane_content(
        baseline.market,
        np.full(len(partners) * len(products), "", dtype=object),
        np.repeat(np.array(partners, dtype=object), len(products)),
        np.tile(np.array(products, dtype=object), len(partners)),
        baseline.bills,
    )


def _trade(
    market: Market, agreement: Agreement, importers: tuple[str, ...], exporters: tuple[str, ...]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean imports (importers x exporters x products), and where they were split equally."""
    shape = (len(importers), len(exporters), len(market.products))
    value, split = np.zeros(shape), np.zeros(shape, dtype=bool)
    places = market.flow_places
    i, x, k = (
        pd.Index(names, dtype="str").get_indexer(pd.Index(theirs, dtype="str"))[place]
        for names, theirs, place in (
            (importers, places.importers, places.importer),
            (exporters, places.exporters, places.exporter),
            (market.products, places.products, places.product),
        )
    )
    rows = np.flatnonzero((i >= 0) & (x >= 0))
    at = (i[rows], x[rows], k[rows])
    np.add.at(value, at, places.value_usd[rows])
    split[at] |= market.flows["equal_split"].to_numpy(dtype=bool)[rows]
    entries = entries_by_product(agreement.coverage, market.products)
    for n, (code, entry) in enumerate(zip(market.products, entries, strict=True)):
        if code not in market.traded or entry is None:
            value[:, :, n] = np.nan
    return value, split


def baseline_rows(baseline: Baseline, rows: Ints) -> Baseline:
    """The same world, but only some of its lanes; `rows` are their numbers."""
    return replace(
        baseline,
        i=baseline.i[rows],
        x=baseline.x[rows],
        k=baseline.k[rows],
        value_usd=baseline.value_usd[rows],
        equal_split=baseline.equal_split[rows],
        content=content_rows(baseline.content, rows),
    )
