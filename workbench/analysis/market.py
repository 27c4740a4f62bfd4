"""The part of the trade database that an agreement needs, loaded once and kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.model.agreement import Agreement
from workbench.model.coverage import ProductCoverage
from workbench.model.economies import territory_of
from workbench.model.nomenclature import HSEdition
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase, Vintage

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ContentTable:
    """Content of output by origin: economies x sectors x origins, shares of output value.

    Rows of economies are members (not customs territories); `origins` are customs
    territories. `known` (economies x sectors) is False where the source has nothing.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    origins: tuple[str, ...]
    declared: Floats
    traced: Floats
    known: NDArray[np.bool_]
    year: int | None


@dataclass(frozen=True, eq=False)
class Market:
    """Trade, duties, agreements in force and content for some products and years.

    Attributes:
        flows: importer, exporter (customs territories folded, flows inside them dropped),
            member (the exporter's own code), product, value_usd (mean over the base years,
            an absent flow counting as zero), equal_split.
        traded: products with any trade in the database in the base years; of others the
            database knows nothing.
        tariff_lines, programmes: as `workbench.tradedata.queries` returns them.
    """

    edition: HSEdition
    years: tuple[int, ...]
    products: tuple[str, ...]
    importers: tuple[str, ...]
    traded: frozenset[str]
    flows: pd.DataFrame
    tariff_lines: pd.DataFrame
    programmes: pd.DataFrame
    content: ContentTable
    sector_of: dict[str, str]
    vintage: tuple[Vintage, ...]


def covered_products(coverage: ProductCoverage, codes: Sequence[str]) -> tuple[str, ...]:
    """The six-digit codes that the coverage holds whole or in part, in order."""
    found = set()
    for entry in coverage.entries:
        ranges = entry.ranges
        for code in codes:
            low, high = code.ljust(10, "0"), code.ljust(10, "9")
            if any(r.low <= high and low <= r.high for r in ranges) and not any(
                r.contains(code) for r in entry.exceptions
            ):
                found.add(code)
    return tuple(sorted(found))


def load_market(
    database: TradeDatabase, agreement: Agreement, progress: Progress = NO_PROGRESS
) -> Market:
    """Read what an evaluation of `agreement` needs.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    edition, years = agreement.nomenclature, agreement.base_years
    importers = tuple(p.economy for p in agreement.partners)
    progress.step(0, 4, "products")
    tree = queries.product_tree(database, edition)
    codes = tree.loc[tree[col.LEVEL] == 6, col.CODE].tolist()
    products = covered_products(agreement.coverage, codes)
    progress.step(1, 4, "trade flows")
    flows = queries.flows(database, products, edition, years)
    progress.step(2, 4, "duties and agreements in force")
    lines = queries.tariff_lines(database, importers, products, edition)
    programmes = queries.programmes(database, importers)
    progress.step(3, 4, "content")
    inputs = {part.product.first for bill in agreement.bills_of_inputs for part in bill.inputs}
    market = Market(
        edition=edition,
        years=years,
        products=products,
        importers=importers,
        traded=frozenset(flows[col.PRODUCT]),
        flows=_fold(flows, years),
        tariff_lines=lines,
        programmes=programmes,
        content=_content(queries.content_shares(database), queries.content_year(database)),
        sector_of=queries.product_sectors(database, (*products, *sorted(inputs))),
        vintage=database.vintage(),
    )
    progress.step(4, 4, "done")
    return market


def _fold(flows: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Mean over the base years, members folded into their customs territory."""
    folded = flows.assign(
        member=flows[col.EXPORTER],
        importer=flows[col.IMPORTER].map(territory_of),
        exporter=flows[col.EXPORTER].map(territory_of),
    )
    folded = folded[folded[col.IMPORTER] != folded[col.EXPORTER]]
    keys = [col.IMPORTER, col.EXPORTER, "member", col.PRODUCT]
    grouped = folded.groupby(keys, sort=True, as_index=False).agg(
        {col.VALUE_USD: "sum", col.EQUAL_SPLIT: "max"}
    )
    grouped[col.VALUE_USD] = grouped[col.VALUE_USD] / max(len(years), 1)
    return grouped


def _content(shares: pd.DataFrame, year: int | None) -> ContentTable:
    economy, economies = pd.factorize(shares[col.ECONOMY], sort=True)
    sector, sectors = pd.factorize(shares[col.SECTOR], sort=True)
    origin, origins = pd.factorize(shares[col.ORIGIN].map(territory_of), sort=True)
    shape = (len(economies), len(sectors), len(origins))
    declared, traced = np.zeros(shape), np.zeros(shape)
    np.add.at(declared, (economy, sector, origin), shares[col.DECLARED_SHARE].to_numpy())
    np.add.at(traced, (economy, sector, origin), shares[col.TRACED_SHARE].to_numpy())
    return ContentTable(
        economies=tuple(economies),
        sectors=tuple(sectors),
        origins=tuple(origins),
        declared=declared,
        traced=traced,
        known=traced.sum(axis=2) > 0,
        year=year,
    )
