"""Programmes that tariff files name -> their numbers in the database."""

import sqlite3
from collections.abc import Mapping

from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.ingest.collected import KEYS, Dataset, Programme
from workbench.tradedata.ingest.writing import insert
from workbench.tradedata.starter.layout import read

_AT = KEYS["tariffs"].index("programme")


def number_programmes(
    connection: sqlite3.Connection,
    dataset_number: int,
    dataset: Dataset,
    named: Mapping[str, Programme],
) -> None:
    """Put numbers in the place of the programmes' codes, 0 for none; within the transaction.

    Args:
        connection: the database.
        dataset_number: of the rates, to be the source of programmes not known before.
        dataset: rows of `tariffs`, changed in place.
        named: what the file says about programmes of its own.
    """
    codes = sorted({str(key[_AT]) for key in dataset.rows})
    numbers: dict[str, int] = dict(connection.execute("SELECT code, id FROM programmes"))
    numbers[""] = 0
    fresh = [code for code in codes if code not in numbers]
    if fresh:
        known = {code: (name, kind) for _, code, name, kind, *_ in read("programmes")}
        last = max(numbers.values())
        for place, code in enumerate(fresh, start=1):
            own = named.get(code)
            name, kind = (own.name, own.kind) if own else known.get(code, (code, "agreement"))
            numbers[code] = last + place
            row = (last + place, code, name, kind, dataset_number)
            insert(connection, "programmes", ("id", "code", "name", "kind", "dataset"), [row])
    pairs = [
        (ECONOMY_IDS[own.pair[0]], ECONOMY_IDS[own.pair[1]], numbers[code])
        for code, own in named.items()
        if own.pair is not None and code in numbers
    ]
    connection.executemany(
        "INSERT OR IGNORE INTO programme_members (importer, partner, programme, valid_from, "
        "valid_to, confirmed, rates_known) VALUES (?, ?, ?, '', NULL, 0, 1)",
        pairs,
    )
    dataset.rows = {
        (*key[:_AT], numbers[str(key[_AT])], *key[_AT + 1 :]): found
        for key, found in dataset.rows.items()
    }
