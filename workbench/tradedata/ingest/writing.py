"""Rows into tables: 500 a statement, in the order of the key; the fastest way into SQLite."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

import numpy as np

from workbench.tradedata.ingest.collected import KEYS, VALUES, Dataset, Flows, Row

ROWS_PER_STATEMENT = 500
_ROWS_PER_STEP = 100_000

Step = Callable[[int, int], None]
"""Called with rows written and rows to write; may raise to stop."""


def insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Append rows."""
    one = f"({','.join('?' * len(columns))})"
    head = f"INSERT INTO {table} ({','.join(columns)}) VALUES "
    stream = iter(rows)
    while batch := list(islice(stream, ROWS_PER_STATEMENT)):
        connection.execute(head + ",".join([one] * len(batch)), list(chain.from_iterable(batch)))


def write_rows(connection: sqlite3.Connection, number: int, dataset: Dataset, step: Step) -> int:
    """Write the rows of a dataset; returns how many."""
    table = dataset.facts.table
    total = len(dataset.rows)

    def stream() -> Iterator[Row]:
        # Nothing but a missing year, which is in no key that is sorted, is ever None.
        ordered = dataset.rows if table == "indicators" else sorted(dataset.rows)
        for done, key in enumerate(ordered):
            if done % _ROWS_PER_STEP == 0:
                step(done, total)
            yield (number, *key, *dataset.rows[key][1])

    insert(connection, table, ("dataset", *KEYS[table], *VALUES[table]), stream())
    return total


def write_flows(connection: sqlite3.Connection, number: int, flows: Flows, step: Step) -> int:
    """Write trade as rows and as columns; returns the number of flows."""
    total = len(flows)
    starts: list[int] = np.flatnonzero(np.diff(flows.year, prepend=-1)).tolist()
    for start, end in zip(starts, [*starts[1:], total], strict=True):
        _flow_rows(connection, number, flows, (start, end), step)
    _blocks(connection, number, flows)
    return total


def _flow_rows(
    connection: sqlite3.Connection, number: int, flows: Flows, span: tuple[int, int], step: Step
) -> None:
    """The rows of one year."""
    one = f"({number},{flows.year[span[0]]},?,?,?,?,NULLIF(?,-1))"
    head = (
        "INSERT INTO trade_flows "
        "(dataset,year,product,importer,exporter,value_usd,quantity_kg) VALUES "
    )
    full = head + ",".join([one] * ROWS_PER_STATEMENT)
    columns = (flows.product, flows.importer, flows.exporter, flows.value_usd, flows.quantity_kg)
    width = len(columns)
    cursor = connection.cursor()
    try:
        for start in range(span[0], span[1], _ROWS_PER_STEP):
            end = min(start + _ROWS_PER_STEP, span[1])
            step(start, len(flows))
            flat: list[int] = [0] * (width * (end - start))
            for place, column in enumerate(columns):
                flat[place::width] = column[start:end].tolist()
            whole = (end - start) // ROWS_PER_STATEMENT * ROWS_PER_STATEMENT * width
            cursor.executemany(
                full,
                (
                    flat[at : at + width * ROWS_PER_STATEMENT]
                    for at in range(0, whole, width * ROWS_PER_STATEMENT)
                ),
            )
            if rest := flat[whole:]:
                cursor.execute(head + ",".join([one] * (len(rest) // width)), rest)
    finally:
        cursor.close()


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
