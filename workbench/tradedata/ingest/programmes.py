"""Programmes that tariff files name -> their numbers in the database."""

import sqlite3
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.database import Readable
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
    codes = {str(key[_AT]) for key in dataset.rows}
    numbers = _numbered(connection, dataset_number, codes, named)
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
    _renamed(dataset, numbers)


def known_programmes(db: Readable, dataset: Dataset) -> None:
    """Put numbers in the place of the codes that the database knows; nothing is written."""
    numbers = {str(code): number for number, code in db.rows("SELECT id, code FROM programmes")}
    _renamed(dataset, numbers | {"": 0})


def _renamed(dataset: Dataset, numbers: Mapping[str, int]) -> None:
    dataset.rows = {
        (*key[:_AT], numbers.get(str(key[_AT]), key[_AT]), *key[_AT + 1 :]): found
        for key, found in dataset.rows.items()
    }


def write_members(
    connection: sqlite3.Connection,
    dataset_number: int,
    dataset: Dataset,
    named: Mapping[str, Programme],
) -> int:
    """Add pairs to agreements; where the days of an agreement are known it stays as it is.

    Args:
        connection: the database.
        dataset_number: of the pairs.
        dataset: rows of `programmes`: code, importer and partner.
        named: what the file says about the agreements.

    Returns:
        How many pairs were not known before.
    """
    dated = {
        code
        for (code,) in connection.execute(
            "SELECT DISTINCT p.code FROM programmes p JOIN programme_members m "
            "ON m.programme = p.id WHERE m.valid_from <> ''"
        )
    }
    kept = [key for key in dataset.rows if key[0] not in dated]
    numbers = _numbered(connection, dataset_number, {str(key[0]) for key in kept}, named)
    before = connection.total_changes
    connection.executemany(
        "INSERT OR IGNORE INTO programme_members (importer, partner, programme, valid_from, "
        "valid_to, confirmed, rates_known, dataset) VALUES (?, ?, ?, '', NULL, 1, 0, ?)",
        [
            (importer, partner, numbers[str(code)], dataset_number)
            for code, importer, partner in kept
        ],
    )
    return connection.total_changes - before


def _numbered(
    connection: sqlite3.Connection,
    dataset_number: int,
    codes: AbstractSet[str],
    named: Mapping[str, Programme],
) -> dict[str, int]:
    """The numbers of all programmes by code, 0 for none; those of `codes` made where needed."""
    numbers: dict[str, int] = dict(connection.execute("SELECT code, id FROM programmes"))
    numbers[""] = 0
    if fresh := sorted(codes - numbers.keys()):
        known = {code: (name, kind) for _, code, name, kind, *_ in read("programmes")}
        last = max(numbers.values())
        for place, code in enumerate(fresh, start=1):
            own = named.get(code)
            name, kind = (own.name, own.kind) if own else known.get(code, (code, "agreement"))
            numbers[code] = last + place
            row = (last + place, code, name, kind, dataset_number)
            insert(connection, "programmes", ("id", "code", "name", "kind", "dataset"), [row])
    return numbers
