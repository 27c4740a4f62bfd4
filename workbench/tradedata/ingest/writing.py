"""Rows into tables: 500 a statement, in the order of the key; the fastest way into SQLite."""

import contextlib
import sqlite3
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import merge
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.tradedata.ingest.collected import KEYS, SHARED, VALUES, Dataset, Flows, Row

ROWS_PER_STATEMENT = 500
_ROWS_PER_STEP = 20_000

Step = Callable[[int, int], None]
"""Called with rows written and rows to write; may raise to stop."""


def insert(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    missing_only: bool = False,
) -> None:
    """Append rows; or only those whose key is not there yet."""
    one = f"({','.join('?' * len(columns))})"
    verb = "INSERT OR IGNORE" if missing_only else "INSERT"
    head = f"{verb} INTO {table} ({','.join(columns)}) VALUES "
    stream = iter(rows)
    while batch := list(islice(stream, ROWS_PER_STATEMENT)):
        connection.execute(head + ",".join([one] * len(batch)), list(chain.from_iterable(batch)))


def packed(kind: str, numbers: Sequence[float]) -> bytes:
    """Numbers as little-endian bytes: "H" 16 bits without sign, "q" 64 bits, "d" a fraction."""
    column = array(kind, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def write_rows(connection: sqlite3.Connection, number: int, dataset: Dataset, step: Step) -> int:
    """Write the rows of a dataset; returns how many."""
    table = dataset.facts.table
    total = len(dataset.rows)

    def stream() -> Iterator[Row]:
        # Nothing but a missing year, which is in no key that is sorted, is ever None.
        ordered = dataset.rows if table == "indicators" else _ordered(dataset.rows)
        for done, key in enumerate(ordered):
            if done % _ROWS_PER_STEP == 0:
                step(done, total)
            yield (number, *key, *dataset.rows[key][1])

    before = connection.total_changes
    columns = ("dataset", *KEYS[table], *VALUES[table])
    insert(connection, table, columns, stream(), missing_only=table in SHARED)
    return connection.total_changes - before


def _ordered(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows in order; sorted in pieces, because one long sort would hold up the window."""
    stream = iter(rows)
    pieces = iter(lambda: sorted(islice(stream, _ROWS_PER_STEP)), [])
    return merge(*pieces)


def write_flows(connection: sqlite3.Connection, number: int, flows: Flows, step: Step) -> int:
    """Write trade as rows and as columns; returns the number of flows."""
    total = len(flows)
    starts: list[int] = np.flatnonzero(np.diff(flows.year, prepend=-1)).tolist()
    ends: list[int] = [*starts[1:], total]
    for start, end in zip(starts, ends, strict=True):
        _flow_rows(connection, number, flows, (start, end), step)
    _blocks(connection, number, flows)
    return total


def _flow_rows(
    connection: sqlite3.Connection, number: int, flows: Flows, span: tuple[int, int], step: Step
) -> None:
    """The rows of one year."""
    one = f"({number},{int(flows.year[span[0]])},?,?,?,?,NULLIF(?,-1))"
    head = (
        "INSERT INTO trade_flows "
        "(dataset,year,product,importer,exporter,value_usd,quantity_kg) VALUES "
    )
    full = head + ",".join([one] * ROWS_PER_STATEMENT)
    columns: tuple[npt.NDArray[Any], ...] = (
        flows.product,
        flows.importer,
        flows.exporter,
        flows.value_usd,
        flows.quantity_kg,
    )
    width = len(columns)

    def flat(start: int) -> list[int]:
        end = min(start + _ROWS_PER_STEP, span[1])
        piece = np.empty((end - start, width), dtype=np.int64)
        for place, column in enumerate(columns):
            piece[:, place] = column[start:end]
        found: list[int] = piece.ravel().tolist()
        return found

    cursor = connection.cursor()
    # While SQLite writes a piece, the next is made ready beside it.
    with contextlib.closing(cursor), ThreadPoolExecutor(1) as beside:
        starts = range(span[0], span[1], _ROWS_PER_STEP)
        ready = beside.submit(flat, starts[0])
        for start in starts:
            numbers = ready.result()
            step(start, len(flows))
            if start + _ROWS_PER_STEP < span[1]:
                ready = beside.submit(flat, start + _ROWS_PER_STEP)
            size = width * ROWS_PER_STATEMENT
            whole = len(numbers) // size * size
            cursor.executemany(full, (numbers[at : at + size] for at in range(0, whole, size)))
            if rest := numbers[whole:]:
                cursor.execute(head + ",".join([one] * (len(rest) // width)), rest)


def _blocks(connection: sqlite3.Connection, number: int, flows: Flows) -> None:
    """The columns of every year and product."""
    edges = (np.diff(flows.year, prepend=-1) != 0) | (np.diff(flows.product, prepend=-1) != 0)
    starts = np.flatnonzero(edges).tolist()
    ends = [*starts[1:], len(flows)]
    importer = flows.importer.astype("<u2", copy=False)
    exporter = flows.exporter.astype("<u2", copy=False)
    value = flows.value_usd.astype("<i8", copy=False)
    quantity = flows.quantity_kg.astype("<i8", copy=False)
    connection.executemany(
        "INSERT INTO trade_blocks "
        "(dataset, year, product, rows, importer, exporter, value_usd, quantity_kg) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                number,
                int(flows.year[start]),
                int(flows.product[start]),
                end - start,
                importer[start:end].data,
                exporter[start:end].data,
                value[start:end].data,
                quantity[start:end].data,
            )
            for start, end in zip(starts, ends, strict=True)
        ),
    )
