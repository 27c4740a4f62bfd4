"""The part of the trade database that an agreement needs, loaded once and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.mirror import mirror_lanes
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import territory_of
from workbench.model.nomenclature import HSEdition
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase, Vintage
from workbench.tradedata.editions import Changed, further_editions

Floats = NDArray[np.float64]
Places = NDArray[np.int32]


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
class FlowPlaces:
    """Places of importer, exporter and product of every flow (F) among their names, in order.

    `value_usd` is that of the flows.
    """

    importers: tuple[str, ...]
    exporters: tuple[str, ...]
    products: tuple[str, ...]
    importer: Places
    exporter: Places
    product: Places
    value_usd: Floats


@dataclass(frozen=True, eq=False)
class Market:
    """Trade, duties, agreements in force and content for some products and years.

    Attributes:
        flows: importer, exporter (customs territories folded, flows inside them dropped),
            member (the exporter's own code), product, value_usd (mean over the base years,
            an absent flow counting as zero), equal_split.
        traded: products with any trade between territories in the base years; of others the
            database knows nothing.
        tariff_lines, programmes: as `workbench.tradedata.queries` returns them.
        mirror: lanes that both ends report, as `workbench.analysis.mirror` returns them; None
            where the database holds no reports of both ends.
        trade_sources: importer, exporter, product, source; None where all trade is of one.
        input_trade: imports of the bills' inputs by partners, as `_input_trade` returns them;
            None without a bill.
        further_codes: what codes became in editions newer than those that ship.
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
    mirror: pd.DataFrame | None = None
    trade_sources: pd.DataFrame | None = None
    input_trade: pd.DataFrame | None = None
    further_codes: tuple[Changed, ...] = ()

    @property
    def flow_places(self) -> FlowPlaces:
        """The texts of `flows` as numbers, which are much quicker to look through."""
        return _flow_places(_Same(self.flows))


class _Same:
    """A table that equals only itself: a partner that joins leaves the flows as they are."""

    __slots__ = ("frame",)

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __hash__(self) -> int:
        return id(self.frame)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.frame is other.frame


@lru_cache(maxsize=2)
def _flow_places(flows: _Same) -> FlowPlaces:
    (i, importers), (x, exporters), (k, products) = (
        pd.factorize(flows.frame[column], sort=True)
        for column in (col.IMPORTER, col.EXPORTER, col.PRODUCT)
    )
    return FlowPlaces(
        importers=tuple(importers.tolist()),
        exporters=tuple(exporters.tolist()),
        products=tuple(products.tolist()),
        importer=i.astype(np.int32),  # half of what it would be: flows are many
        exporter=x.astype(np.int32),
        product=k.astype(np.int32),
        value_usd=flows.frame[col.VALUE_USD].to_numpy(dtype=np.float64),
    )


def covered_products(coverage: ProductCoverage, codes: Sequence[str]) -> tuple[str, ...]:
    """The six-digit codes that the coverage holds whole or in part, in order."""
    low = np.array([int(code.ljust(10, "0")) for code in codes], dtype=np.int64)
    high = np.array([int(code.ljust(10, "9")) for code in codes], dtype=np.int64)
    covered = np.zeros(len(codes), dtype=bool)
    for entry in coverage.entries:
        inside = np.zeros(len(codes), dtype=bool)
        for r in entry.ranges:
            inside |= (int(r.low) <= high) & (low <= int(r.high))
        for r in entry.exceptions:
            inside &= ~((int(r.low) <= low) & (high <= int(r.high)))
        covered |= inside
    return tuple(sorted(code for code, inside in zip(codes, covered, strict=True) if inside))


def entries_by_product(
    coverage: ProductCoverage, products: tuple[str, ...]
) -> tuple[CoveredProducts | None, ...]:
    """The coverage entry each product falls in; None for one that is covered only in part."""
    return coverage.entries_of(products)


@dataclass(frozen=True, eq=False)
class _ImporterDuties:
    lines: pd.DataFrame
    programmes: pd.DataFrame


class MarketLoader:
    """Reads markets from one database, keeping what the next one can use again.

    A partner that joins costs a read of its tariffs, and neither trade nor content.
    """

    def __init__(self, database: TradeDatabase) -> None:
        self._database = database
        self._codes: dict[str, list[str]] = {}
        self._content: ContentTable | None = None
        self._flows: tuple[tuple[object, ...], pd.DataFrame, pd.DataFrame | None] | None = None
        self._mirror: tuple[tuple[object, ...], pd.DataFrame | None] | None = None
        self._duties: tuple[tuple[object, ...], dict[str, _ImporterDuties]] = ((), {})
        self._inputs: tuple[tuple[object, ...], pd.DataFrame | None] = ((), None)
        self._further: tuple[Changed, ...] | None = None

    def load(self, agreement: Agreement, progress: Progress = NO_PROGRESS) -> Market:
        """Read what an evaluation of `agreement` needs.

        Raises:
            TradeDataError: the database cannot be read.
            Cancelled: asked to stop.
        """
        database, edition, years = self._database, agreement.nomenclature, agreement.base_years
        importers = tuple(p.economy for p in agreement.partners)
        progress.step(0, 4, "products")
        products = covered_products(agreement.coverage, self._subheadings(edition))
        progress.step(1, 4, "trade flows")
        key: tuple[object, ...] = (edition, years, products)
        if self._flows is None or self._flows[0] != key:
            found = queries.flows(database, products, edition, years)
            self._flows = (key, fold_flows(found, years), _sources(found))
        if self._mirror is None or self._mirror[0] != (*key, importers):
            mirror = _mirrored(database, products, edition, years, importers)
            self._mirror = ((*key, importers), mirror)
        progress.step(2, 4, "duties and agreements in force")
        lines, programmes = self._duties_of(importers, products, edition)
        progress.step(3, 4, "content")
        if self._content is None:
            shares = queries.content_shares(database)
            self._content = _content(shares, queries.content_year(database))
        if self._further is None:
            self._further = further_editions(database)
        flows = self._flows[1]
        bills = agreement.bills_of_inputs
        inputs = {part.product.first for bill in bills for part in bill.inputs}
        market = Market(
            edition=edition,
            years=years,
            products=products,
            importers=importers,
            traded=frozenset(flows[col.PRODUCT]),
            flows=flows,
            tariff_lines=lines,
            programmes=programmes,
            content=self._content,
            sector_of=queries.product_sectors(database, (*products, *sorted(inputs))),
            vintage=database.vintage(),
            mirror=self._mirror[1],
            trade_sources=self._flows[2],
            input_trade=self._input_trade(agreement, importers),
            further_codes=self._further,
        )
        progress.step(4, 4, "done")
        return market

    def _duties_of(
        self, importers: tuple[str, ...], products: tuple[str, ...], edition: HSEdition
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Tariff lines and programmes of some importers; each importer is read once."""
        if self._duties[0] != (edition, products):
            self._duties = ((edition, products), {})
        known = self._duties[1]
        new = [code for code in importers if code not in known]
        if new or not importers:
            lines = queries.tariff_lines(self._database, new, products, edition)
            programmes = queries.programmes(self._database, new)
            for code in new:
                known[code] = _ImporterDuties(
                    lines[lines[col.IMPORTER] == code],
                    programmes[programmes[col.IMPORTER] == code],
                )
        wanted = [known[code] for code in importers]
        if not wanted:
            return lines, programmes
        return (
            pd.concat([found.lines for found in wanted], ignore_index=True),
            pd.concat([found.programmes for found in wanted], ignore_index=True),
        )

    def _input_trade(self, agreement: Agreement, makers: tuple[str, ...]) -> pd.DataFrame | None:
        """What partners import of the bills' inputs whose origins no bill states in full.

        An input known by a range of codes is left out unless the database holds trade in most
        of them: the rest of its imports could be quite different.

        Returns:
            input (a range as text), importer, exporter (territories), value_usd; None if no
            input asks for it.
        """
        ranges = tuple(
            dict.fromkeys(
                part.product
                for bill in agreement.bills_of_inputs
                for part in bill.inputs
                if not part.origins_known
            )
        )
        edition, years = agreement.nomenclature, agreement.base_years
        key: tuple[object, ...] = (ranges, edition, years, makers)
        if not ranges or self._inputs[0] == key:
            return self._inputs[1] if ranges else None
        codes = {
            r: [code for code in self._subheadings(edition) if r.contains(code)] for r in ranges
        }
        wanted = sorted({code for found in codes.values() for code in found})
        flows = fold_flows(queries.flows(self._database, wanted, edition, years, makers), years)
        traded = set(flows[col.PRODUCT])
        parts = []
        for r, found in codes.items():
            if found and 2 * sum(code in traded for code in found) >= len(found):
                rows = flows[flows[col.PRODUCT].isin(found)]
                sums = rows.groupby([col.IMPORTER, col.EXPORTER], as_index=False)[col.VALUE_USD]
                parts.append(sums.sum().assign(input=str(r)))
        columns = ["input", col.IMPORTER, col.EXPORTER, col.VALUE_USD]
        frame = pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
        self._inputs = (key, frame)
        return frame

    def _subheadings(self, edition: HSEdition) -> list[str]:
        if edition not in self._codes:
            tree = queries.product_tree(self._database, edition)
            self._codes[edition] = tree.loc[tree[col.LEVEL] == 6, col.CODE].tolist()
        return self._codes[edition]


def _territories(economies: pd.Series) -> pd.Series:
    """The customs territory of each economy, looked up once for each that occurs."""
    place, codes = pd.factorize(economies, use_na_sentinel=False)
    names = np.array([territory_of(code) for code in codes], dtype=object)
    return pd.Series(names[place], economies.index, economies.dtype, economies.name)


def fold_flows(flows: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Mean over the base years, members folded into their customs territory."""
    folded = flows.assign(
        member=flows[col.EXPORTER],
        importer=_territories(flows[col.IMPORTER]),
        exporter=_territories(flows[col.EXPORTER]),
    )
    folded = folded[folded[col.IMPORTER] != folded[col.EXPORTER]]
    keys = [col.IMPORTER, col.EXPORTER, "member", col.PRODUCT]
    grouped = folded.groupby(keys, sort=True, as_index=False).agg(
        {col.VALUE_USD: "sum", col.EQUAL_SPLIT: "max"}
    )
    grouped[col.VALUE_USD] = grouped[col.VALUE_USD] / max(len(years), 1)
    return grouped


def _mirrored(
    database: TradeDatabase,
    products: Sequence[str],
    edition: HSEdition,
    years: Sequence[int],
    importers: Sequence[str],
) -> pd.DataFrame | None:
    """What both ends report; None where the database holds no reports of both."""
    sides = {
        side
        for (side,) in database.rows(
            "SELECT DISTINCT reported_by FROM datasets WHERE table_name = 'trade_flows'"
        )
    }
    if not {"importer", "exporter"} <= sides:
        return None
    return mirror_lanes(database, products, edition, years, importers)


def _sources(flows: pd.DataFrame) -> pd.DataFrame | None:
    """Which source each lane's trade is of; None where it is one and the same."""
    if flows[col.SOURCE].nunique() < 2:
        return None
    ends = {name: _territories(flows[name]) for name in (col.IMPORTER, col.EXPORTER)}
    columns = [col.IMPORTER, col.EXPORTER, col.PRODUCT, col.SOURCE]
    return flows.assign(**ends)[columns].drop_duplicates()


def _content(shares: pd.DataFrame, year: int | None) -> ContentTable:
    economy, economies = pd.factorize(shares[col.ECONOMY], sort=True)
    sector, sectors = pd.factorize(shares[col.SECTOR], sort=True)
    origin, origins = pd.factorize(_territories(shares[col.ORIGIN]), sort=True)
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
