"""Trade as columns of numbers: what queries and the importer work on.

One market's imports of one product in one year come from one source, so that shares add up: the
preferred source that holds the market gives all its suppliers. A source that holds single lanes
only (one reporter's exports, a query for one country) adds lanes to markets nobody else holds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.model.economies_table import CUSTOMS_TERRITORIES
from workbench.tradedata.codes import ECONOMY_IDS, edition_id, product_id
from workbench.tradedata.conversion import Conversion, conversion, sources
from workbench.tradedata.database import Readable
from workbench.tradedata.preferences import Held, ranked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MISSING = -1
"""Stands for a missing quantity between SQL and numpy."""

ECONOMY_BITS = 14
PRODUCT_BITS = 20


@dataclass(frozen=True, eq=False)
class FlowArrays:
    """Trade flows, one element a flow in every array.

    Attributes:
        year, importer, exporter, product: numbers of `codes.py`.
        value_usd: USD.
        quantity_kg: kilograms; NaN where the source has none for any part of the flow.
        equal_split: a part of the figure was split equally over successors of its code.
        dataset: number of the dataset that gives the figure.
    """

    year: Ints
    importer: Ints
    exporter: Ints
    product: Ints
    value_usd: Floats
    quantity_kg: Floats
    equal_split: npt.NDArray[np.bool_]
    dataset: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """How many flows."""
        return len(self.year)

    def take(self, kept: npt.NDArray[np.bool_] | Ints) -> "FlowArrays":
        """The flows of a mask or at some places."""
        return FlowArrays(*(getattr(self, f.name)[kept] for f in fields(self)))

    def market(self) -> Ints:
        """One number for year, importer and product."""
        high = (self.year << ECONOMY_BITS) | self.importer
        return (high << PRODUCT_BITS) | self.product

    def lane(self) -> Ints:
        """One number for year, importer, product and exporter."""
        return (self.market() << ECONOMY_BITS) | self.exporter


def joined(parts: Sequence[FlowArrays]) -> FlowArrays:
    """Several, one after another."""
    if len(parts) == 1:
        return parts[0]
    kinds = (np.int64,) * 4 + (np.float64,) * 2 + (np.bool_, np.int32)
    return FlowArrays(
        *(
            np.concatenate([getattr(part, f.name) for part in parts])
            if parts
            else np.zeros(0, kind)
            for f, kind in zip(fields(FlowArrays), kinds, strict=True)
        )
    )


def flow_arrays(
    db: Readable,
    products: Sequence[str] | None,
    edition: str,
    years: Sequence[int],
    importers: Sequence[str] | None = None,
    exporters: Sequence[str] | None = None,
) -> FlowArrays:
    """Trade between single economies, in the HS edition that is asked for.

    Args:
        db: the database.
        products: HS6 codes in `edition`; None for all.
        edition: HS edition of `products` and of the answer, e.g. "HS2022".
        years: calendar years.
        importers: economies or customs territories, which stand for their members; None for all.
        exporters: the same for the other end.

    Raises:
        TradeDataError: an unknown edition.
    """
    asked = edition_id(edition)
    wanted = None if products is None else sorted({product_id(code) for code in products})
    buyers, sellers = _picked(importers), _picked(exporters)
    found = [
        (held, turned, blocks)
        for held in ranked(db, "trade_flows")
        for turned in [conversion(db, held.hs_edition or asked, asked)]
        if (blocks := blocks_of(db, held, turned, wanted, years))
    ]
    contested = _contested([(turned, blocks) for _, turned, blocks in found])
    alone: list[FlowArrays] = []
    parts: list[tuple[Held, FlowArrays]] = []
    for held, turned, blocks in found:
        mine = [block for block in blocks if block[:2] not in contested]
        if mine:
            alone.append(opened(held, mine, buyers, sellers))
        if len(mine) < len(blocks):
            shared = [block for block in blocks if block[:2] in contested]
            # All suppliers of a market are needed to tell who may add to it.
            parts.append((held, converted(opened(held, shared, buyers, None), turned)))
    merged = _merged(parts)
    if parts and sellers is not None:
        merged = merged.take(sellers[merged.exporter])
    if parts and wanted is not None:
        merged = merged.take(np.isin(merged.product, wanted))
    return joined([*alone, merged]) if parts else joined(alone)


Block = tuple[Any, ...]
"""year, product, rows, importer, exporter, value, quantity as they are in the database."""


def blocks_of(
    db: Readable,
    held: Held,
    turned: Conversion,
    wanted: Sequence[int] | None,
    years: Sequence[int],
) -> list[Block]:
    """The blocks of a dataset that may hold what is asked for."""
    at = held.has_year(years)
    if not at:
        return []
    where = ""
    parameters: list[object] = [held.id, json.dumps(at)]
    if wanted is not None:
        where = "AND product IN (SELECT value FROM json_each(?))"
        parameters.append(json.dumps(sources(turned, wanted)))
    return db.rows(
        "SELECT year, product, rows, importer, exporter, value_usd, quantity_kg "
        "FROM trade_blocks WHERE dataset = ? "
        f"AND year IN (SELECT value FROM json_each(?)) {where}",
        parameters,
    )


def _contested(
    found: Sequence[tuple[Conversion, Sequence[Block]]],
) -> set[tuple[int, int]]:
    """Years and products of blocks that several datasets hold, or that a conversion changes."""
    once: set[tuple[int, int]] = set()
    contested: set[tuple[int, int]] = set()
    for turned, blocks in found:
        becomes = set(turned.all_targets().tolist())
        mine: set[tuple[int, int]] = {block[:2] for block in blocks}
        for year, product in mine:
            if product in turned.by_source or product in becomes:
                contested.add((year, product))
                contested.update((year, target) for target in turned.targets(product))
        contested |= once & mine
        once |= mine
    return contested


def _picked(codes: Sequence[str] | None) -> npt.NDArray[np.bool_] | None:
    """Economy number -> whether it is among these; None for all."""
    if codes is None:
        return None
    table = np.zeros(1 << ECONOMY_BITS, dtype=bool)
    for code in codes:
        members = CUSTOMS_TERRITORIES[code][2] if code in CUSTOMS_TERRITORIES else (code,)
        table[[ECONOMY_IDS[member] for member in members if member in ECONOMY_IDS]] = True
    return table


def opened(
    held: Held,
    blocks: Sequence[Block],
    importers: npt.NDArray[np.bool_] | None,
    exporters: npt.NDArray[np.bool_] | None,
) -> FlowArrays:
    """Blocks (year, product, rows, importer, exporter, value, quantity) of a dataset as arrays."""
    years, products, lengths, *columns = zip(*blocks, strict=True)
    ends = np.cumsum(np.array(lengths, dtype=np.int64))
    importer, exporter = (np.frombuffer(b"".join(column), "<u2") for column in columns[:2])
    value, quantity = (np.frombuffer(b"".join(column), "<i8") for column in columns[2:])
    kept = None
    if importers is not None:
        kept = importers[importer]
    if exporters is not None:
        kept = exporters[exporter] if kept is None else kept & exporters[exporter]
    if kept is None:
        block = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    else:
        at = np.flatnonzero(kept)
        block = np.searchsorted(ends, at, side="right")
        importer, exporter, value, quantity = (
            column[at] for column in (importer, exporter, value, quantity)
        )
    year = np.array(years, dtype=np.int64)[block]
    product = np.array(products, dtype=np.int64)[block]
    kilograms = quantity.astype(np.float64)
    kilograms[quantity == MISSING] = np.nan
    return FlowArrays(
        year,
        importer.astype(np.int64),
        exporter.astype(np.int64),
        product,
        value.astype(np.float64),
        kilograms,
        np.zeros(len(value), dtype=bool),
        np.full(len(value), held.id, dtype=np.int32),
    )


def converted(flows: FlowArrays, turned: Conversion) -> FlowArrays:
    """The same trade in the other edition: split by weights, else equally, and summed."""
    if not turned.by_source:
        return flows
    changed = np.array(sorted(turned.by_source), dtype=np.int64)
    becomes = turned.all_targets()
    moves = np.isin(flows.product, changed)
    if not moves.any():
        return flows
    touched = moves | np.isin(flows.product, becomes)
    pieces = [flows.take(touched & ~moves)]
    moving = flows.take(moves)
    for code in np.unique(moving.product):
        part = moving.take(moving.product == code)
        for target, share, guess in turned.shares(int(code)):
            pieces.append(
                FlowArrays(
                    part.year,
                    part.importer,
                    part.exporter,
                    np.full(len(part), target, dtype=np.int64),
                    part.value_usd * share,
                    part.quantity_kg * share,
                    np.full(len(part), guess),
                    part.dataset,
                )
            )
    return joined([flows.take(~touched), summed(joined(pieces))])


def summed(flows: FlowArrays) -> FlowArrays:
    """Flows of one lane added up; a lane whose weight is not wholly known has none."""
    if not len(flows):
        return flows
    lane = flows.lane()
    order = np.argsort(lane, kind="stable")
    lane = lane[order]
    first = np.flatnonzero(np.concatenate(([True], lane[1:] != lane[:-1])))
    ordered = flows.take(order)
    return FlowArrays(
        ordered.year[first],
        ordered.importer[first],
        ordered.exporter[first],
        ordered.product[first],
        np.add.reduceat(ordered.value_usd, first),
        np.add.reduceat(ordered.quantity_kg, first),
        np.logical_or.reduceat(ordered.equal_split, first),
        ordered.dataset[first],
    )


def _merged(parts: Sequence[tuple[Held, FlowArrays]]) -> FlowArrays:
    """One source a market; the parts come in the order of preference."""
    years = [np.unique(flows.year) for _, flows in parts]
    if len(parts) < 2 or len(np.unique(np.concatenate(years))) == sum(map(len, years)):
        return joined([flows for _, flows in parts])
    markets = lanes = np.zeros(0, dtype=np.int64)
    kept = []
    for held, flows in parts:
        market, lane = flows.market(), flows.lane()
        new = ~(np.isin(market, markets) | np.isin(lane, lanes))
        kept.append(flows.take(new))
        if held.whole_market:
            markets = np.union1d(markets, market[new])
        else:
            lanes = np.union1d(lanes, lane[new])
    return joined(kept)
