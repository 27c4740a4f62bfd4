"""Declared and traced content of every lane (method, section 3)."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.alike import alike
from workbench.analysis.market import ContentTable, Market
from workbench.model.commitments import BillOfInputs
from workbench.model.economies import members_of, territory_of
from workbench.model.nomenclature import HSRange

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BY_SECTOR = "sector"
BY_BILL = "bill of inputs"
BY_BILL_AND_IMPORTS = "bill of inputs, origins by the exporter's imports"
BY_BILL_AND_SECTOR = "bill of inputs, origins by sector"
"""How `LaneContent.basis` begins."""

_SEEN_SHARE = 0.005


@dataclass(frozen=True, eq=False)
class LaneContent:
    """Content of goods (C rows) by origin (O) and, with a bill of inputs, by input (J).

    Attributes:
        declared: C x O, materials bought directly from the origin, share of value.
        traced: C x O, value added of the origin at all tiers; rows sum to one but for what
            the source rounds away.
        input_declared: C x J x O where a bill of inputs applies, NaN elsewhere; None where
            no bill applies to any lane.
        known_share: C, how much of the good's exporter the source covers (1 but for customs
            territories); NaN content where 0.
        basis: C, what the content was taken from, for explanation.
        row: L, the row of each lane; None where every lane has a row of its own, in order.
    """

    origins: tuple[str, ...]
    declared: Floats
    traced: Floats
    inputs: tuple[HSRange, ...]
    input_declared: Floats | None
    known_share: Floats
    basis: NDArray[np.object_]
    mixed_by_sector: NDArray[np.bool_]
    row: Ints | None = None

    @property
    def row_of_lane(self) -> Ints:
        """L, the row of each lane."""
        return np.arange(len(self.declared)) if self.row is None else self.row

    @property
    def materials_share(self) -> Floats:
        """C, all materials together as a share of value."""
        share: Floats = self.declared.sum(axis=1)
        return share


def content_rows(content: LaneContent, lanes: Ints) -> LaneContent:
    """The content of some lanes; rows that only others have are left out."""
    if content.row is None:
        return _rows(content, lanes)
    first, row = alike(content.row[lanes])
    return replace(_rows(content, content.row[lanes[first]]), row=row)


def content_of_each(content: LaneContent) -> LaneContent:
    """The same content with a row of its own for every lane."""
    return content if content.row is None else _rows(content, content.row)


def _rows(content: LaneContent, rows: Ints) -> LaneContent:
    split = content.input_declared
    return replace(
        content,
        declared=content.declared[rows],
        traced=content.traced[rows],
        input_declared=None if split is None else split[rows],
        known_share=content.known_share[rows],
        basis=content.basis[rows],
        mixed_by_sector=content.mixed_by_sector[rows],
        row=None,
    )


def shared_content(
    market: Market,
    importers: tuple[str, ...],
    exporters: tuple[str, ...],
    lanes: tuple[Ints, Ints, Ints],
    bills: tuple[BillOfInputs, ...],
) -> LaneContent:
    """As `lane_content`, with one row for all goods of one exporter, sector and bill of inputs.

    Of a customs territory who sells what to whom counts too, so each of its lanes has its own row.

    Args:
        market: its products, and the content of sectors.
        importers: names.
        exporters: names.
        lanes: places of importer, exporter and product of each lane (L).
        bills: the first that applies counts.
    """
    _, x, k = lanes
    products = market.products
    names, sector = np.unique(
        [market.sector_of.get(code, "?") for code in products], return_inverse=True
    )
    bill = np.zeros((len(exporters), len(products)), dtype=np.int64)
    for n, each in enumerate(bills, start=1):
        made = np.array(
            [not each.exporters or name in each.exporters for name in exporters], dtype=bool
        )
        good = np.array(
            [any(r.contains(code) for r in each.products) for code in products], dtype=bool
        )
        bill[(bill == 0) & made[:, None] & good] = n
    kind = ((np.arange(len(exporters))[:, None] * len(names)) + sector) * (len(bills) + 1) + bill
    territory = np.array([len(members_of(name)) > 1 for name in exporters], dtype=bool)
    key, own = kind[x, k], np.flatnonzero(territory[x])
    key[own] = kind.max(initial=0) + 1 + np.arange(len(own))
    first, row = alike(key)
    importer, exporter, product = (
        np.array(codes, dtype=object)[place[first]]
        for codes, place in zip((importers, exporters, products), lanes, strict=True)
    )
    return replace(lane_content(market, importer, exporter, product, bills), row=row)


def lane_content(
    market: Market,
    importer: NDArray[np.object_],
    exporter: NDArray[np.object_],
    product: NDArray[np.object_],
    bills: tuple[BillOfInputs, ...],
) -> LaneContent:
    """Content of each lane: its sector's, or that of a bill of inputs where one applies."""
    table = market.content
    which, codes = pd.factorize(product)
    sectors = [market.sector_of.get(code, "?") for code in codes]
    place = {name: n for n, name in enumerate(table.sectors)}
    sector = np.array([place.get(name, -1) for name in sectors], dtype=np.int64)[which]
    lanes, origins = len(product), len(table.origins)
    declared, traced = np.zeros((lanes, origins)), np.zeros((lanes, origins))
    known = np.zeros(lanes)
    basis = np.array(
        [f"sector {name} of the exporter, {table.year}" for name in sectors], dtype=object
    )[which]
    maker, economies = pd.factorize(exporter)
    for n, economy in enumerate(economies):
        rows = np.flatnonzero(maker == n)
        weights = _weights(market, economy, importer[rows], product[rows])  # lanes x members
        for j, member in enumerate(members_of(economy)):
            e = _place(table.economies, member)
            if e < 0:
                continue
            usable = (sector[rows] >= 0) & table.known[e, sector[rows]]
            share = np.where(usable, weights[:, j], 0.0)
            declared[rows] += share[:, None] * table.declared[e, sector[rows]]
            traced[rows] += share[:, None] * table.traced[e, sector[rows]]
            known[rows] += share
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(known > 0, 1 / known, np.nan)[:, None]
    content = LaneContent(
        origins=table.origins,
        declared=declared * scale,
        traced=traced * scale,
        inputs=(),
        input_declared=None,
        known_share=known,
        basis=basis,
        mixed_by_sector=np.zeros(lanes, dtype=bool),
    )
    return _with_bills(content, market, exporter, product, bills) if bills else content


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1


@lru_cache(maxsize=4)
def _member_exports(market: Market, economy: str) -> tuple[pd.Index, pd.Index, Floats]:
    """Importers M and products K of what a customs territory's members J export: M x K x J, USD."""
    flows = market.flows[market.flows["exporter"] == economy]
    members = members_of(economy)
    j = pd.Index(members, dtype="str").get_indexer(pd.Index(flows["member"]))
    flows, j = flows[j >= 0], j[j >= 0]
    m, importers = pd.factorize(flows["importer"])
    k, products = pd.factorize(flows["product"])
    value = np.zeros((len(importers), len(products), len(members)))
    np.add.at(value, (m, k, j), flows["value_usd"].to_numpy(dtype=np.float64))
    return pd.Index(importers), pd.Index(products), value


def _weights(
    market: Market,
    economy: str,
    importer: NDArray[np.object_],
    product: NDArray[np.object_],
) -> Floats:
    """Members' shares of the exports on each lane; where there are none, of wider trade."""
    members = members_of(economy)
    if len(members) == 1:
        return np.ones((len(product), 1))
    importers, products, value = _member_exports(market, economy)
    if not value.size:
        return np.full((len(product), len(members)), 1 / len(members))
    m, k = importers.get_indexer(pd.Index(importer)), products.get_indexer(pd.Index(product))
    result = np.ones((len(product), len(members)))
    known = np.zeros(len(product), dtype=bool)
    for found, there in (
        (value[m, k], (m >= 0) & (k >= 0)),
        (value.sum(axis=0)[k], k >= 0),
        (np.broadcast_to(value.sum(axis=(0, 1)), result.shape), np.ones(len(product), dtype=bool)),
    ):
        rows = ~known & there & (found.sum(axis=1) > 0)
        result[rows] = found[rows]
        known |= rows
    shares: Floats = result / result.sum(axis=1, keepdims=True)
    return shares


def _with_bills(
    content: LaneContent,
    market: Market,
    exporter: NDArray[np.object_],
    product: NDArray[np.object_],
    bills: tuple[BillOfInputs, ...],
) -> LaneContent:
    """Override the sector's content where a bill of inputs applies (the first that does)."""
    content = _with_more_origins(content, _origins_of_bills(market, bills))
    inputs = tuple(dict.fromkeys(part.product for bill in bills for part in bill.inputs))
    lanes, origins = content.declared.shape
    split = np.full((lanes, len(inputs), origins), np.nan)
    declared, traced = content.declared.copy(), content.traced.copy()
    known, basis = content.known_share.copy(), content.basis.copy()
    mixed = content.mixed_by_sector.copy()
    taken = np.zeros(lanes, dtype=bool)
    for bill in bills:
        applies = ~taken & np.array(
            [
                (not bill.exporters or x in bill.exporters)
                and any(r.contains(code) for r in bill.products)
                for x, code in zip(exporter, product, strict=True)
            ],
            dtype=bool,
        )
        rows = np.flatnonzero(applies)
        if not len(rows):
            continue
        taken |= applies
        split[rows] = 0.0
        own = np.array([_place(content.origins, x) for x in exporter[rows]])
        materials = content.declared[rows]
        sector_mix = materials / materials.sum(axis=1, keepdims=True)
        through = np.zeros((len(rows), origins))
        complete, by_imports = True, np.zeros(len(rows), dtype=np.int64)
        for part in bill.inputs:
            mix = np.zeros((len(rows), origins))
            stated = 0.0
            for economy, share in part.origins:
                mix[:, content.origins.index(territory_of(economy))] += share
                stated += share
            if not part.origins_known:
                complete = False
                unstated, imported = _unstated_mix(
                    market, part.product, content.origins, exporter[rows], own, sector_mix
                )
                mix += (1 - stated) * unstated
                by_imports += imported
            amount = part.cost_share * mix
            split[rows, inputs.index(part.product)] += amount
            sector = market.sector_of.get(part.product.first, "")
            through += _through_suppliers(amount, market.content, sector)
        declared[rows] = split[rows].sum(axis=1)
        rest = 1 - declared[rows].sum(axis=1)
        traced[rows] = through
        inside = own >= 0
        traced[rows[inside], own[inside]] += rest[inside]
        known[rows] = np.where(np.isfinite(declared[rows].sum(axis=1)), 1.0, 0.0)
        basis[rows] = _bill_basis(bill, complete, by_imports)
        mixed[rows] = not complete
    return replace(
        content,
        declared=declared,
        traced=traced,
        inputs=inputs,
        input_declared=split,
        known_share=known,
        basis=basis,
        mixed_by_sector=mixed,
    )


def _origins_of_bills(market: Market, bills: tuple[BillOfInputs, ...]) -> tuple[str, ...]:
    """Origins that bills or partners' imports of inputs name beyond the content source's.

    Of the imports only those that are a two-hundredth or more of a partner's.
    """
    named = {
        territory_of(economy)
        for bill in bills
        for part in bill.inputs
        for economy, _ in part.origins
    }
    trade = market.input_trade
    if trade is not None and len(trade):
        total = trade.groupby(["input", "importer"])["value_usd"].transform("sum")
        named |= set(trade.loc[trade["value_usd"] >= _SEEN_SHARE * total, "exporter"])
    return tuple(sorted(named - set(market.content.origins)))


def _with_more_origins(content: LaneContent, more: tuple[str, ...]) -> LaneContent:
    if not more:
        return content
    nothing = np.zeros((len(content.declared), len(more)))
    return replace(
        content,
        origins=(*content.origins, *more),
        declared=np.hstack([content.declared, nothing]),
        traced=np.hstack([content.traced, nothing]),
    )


def _unstated_mix(
    market: Market,
    part: HSRange,
    origins: tuple[str, ...],
    exporter: NDArray[np.object_],
    own: NDArray[np.int64],
    sector_mix: Floats,
) -> tuple[Floats, NDArray[np.int64]]:
    """Where an input comes from if no bill says: rows x origins, and 1 where imports say.

    How much is bought at home is the sector's; how the rest divides, what the exporter imports
    of this input. Without such imports the whole is as the sector's materials.
    """
    mix = sector_mix.copy()
    imported = np.zeros(len(mix), dtype=np.int64)
    trade = market.input_trade
    if trade is None:
        return mix, imported
    trade = trade[trade["input"] == str(part)]
    for economy in np.unique(exporter.astype(str)):
        bought = np.zeros(len(origins))
        rows = trade[trade["importer"] == economy]
        for source, value in zip(rows["exporter"], rows["value_usd"], strict=True):
            place = _place(origins, source)
            if place >= 0:
                bought[place] += value
        if not bought.sum():
            continue
        at = np.flatnonzero((exporter == economy) & (own >= 0))
        home = sector_mix[at, own[at]]
        mix[at] = (1 - home)[:, None] * bought / bought.sum()
        mix[at, own[at]] += home
        imported[at] = 1
    return mix, imported


def _bill_basis(
    bill: BillOfInputs, complete: bool, by_imports: NDArray[np.int64]
) -> NDArray[np.object_]:
    """What each lane's content was taken from, in words that begin with the kind of basis."""
    words = []
    for count in by_imports:
        if complete:
            kind = BY_BILL
        elif count:
            kind = BY_BILL_AND_IMPORTS
        else:
            kind = BY_BILL_AND_SECTOR
        words.append(f"{kind}: {bill.source}")
    return np.array(words, dtype=object)


def _through_suppliers(amount: Floats, table: ContentTable, sector: str) -> Floats:
    """Value added by origin in inputs bought from each supplier (rows x origins).

    A supplier that the content source does not know is taken as the origin of the whole.
    """
    known = len(table.origins)
    through = amount.copy()
    through[:, :known] = amount[:, :known] @ _content_of_supplier(table, sector)
    return through


@lru_cache(maxsize=64)
def _content_of_supplier(table: ContentTable, sector: str) -> Floats:
    """O x O: value added by origin in one dollar of an input bought from each supplier.

    A supplier without content data is taken as the origin of the whole.
    """
    result = np.eye(len(table.origins))
    place = _place(table.sectors, sector)
    if place < 0:
        return result
    for o, code in enumerate(table.origins):
        members = [_place(table.economies, member) for member in members_of(code)]
        rows = [row for row in members if row >= 0 and table.known[row, place]]
        if rows:
            result[o] = table.traced[rows, place].mean(axis=0)
    return result


def member_mask(origins: tuple[str, ...], economies: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which origins are among the economies; a member stands for its customs territory."""
    wanted = {territory_of(code) for code in economies}
    return np.array([origin in wanted for origin in origins], dtype=bool)
