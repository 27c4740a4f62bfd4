"""A small trade database with only the rows that an evaluation uses, for a second office.

Everything that says where rows come from is copied whole, so that both databases state the same
vintage; rows that no covered product or input asks for are left behind.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, EDITIONS
from workbench.tradedata.database import TradeDatabase

_LEFT_BEHIND = ("rejections", "reference_figures", "utilisation", "code_lists", "origin_rules")
_EDITIONS_APART = len(EDITIONS)
"""How many steps of concordance lie between any two editions at most, and one to spare."""
_IN_SECTOR = "sector IN (SELECT name FROM wanted_sectors)"
_IN_PRODUCT = "product IN (SELECT code FROM wanted)"
_FILTERS = {
    "trade_flows": f"{_IN_PRODUCT} AND year IN (SELECT year FROM wanted_years)",
    "trade_blocks": f"{_IN_PRODUCT} AND year IN (SELECT year FROM wanted_years)",
    "tariffs": f"{_IN_PRODUCT} AND importer IN (SELECT id FROM wanted_importers)",
    "staged_rates": f"{_IN_PRODUCT} AND importer IN (SELECT id FROM wanted_importers)",
    "national_trade": "CAST(substr(code, 1, 6) AS INTEGER) IN (SELECT code FROM wanted)",
    "elasticities": _IN_PRODUCT,
    "content_shares": _IN_SECTOR,
}


def extract(
    database: TradeDatabase,
    target: Path,
    products: Iterable[str],
    years: Sequence[int],
    importers: Iterable[str],
    sectors: Iterable[str],
) -> None:
    """Write the part of a database that some products, years and importers need.

    Args:
        database: the whole.
        target: the new file; must not exist.
        products: HS6 codes, in any edition; their counterparts in other editions come along.
        years: of trade.
        importers: economies and customs territories whose tariffs are needed.
        sectors: industries whose content is needed.

    Raises:
        TradeDataError: it cannot be read or written.
    """
    source = f"{database.path.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(target.resolve().as_uri(), uri=True)) as made:
            made.execute("PRAGMA page_size = 4096")
            made.execute("ATTACH DATABASE ? AS whole", (source,))
            _wanted(made, products, years, importers, sectors)
            _copy(made)
            for name in ("application_id", "user_version"):
                (value,) = made.execute(f"PRAGMA whole.{name}").fetchone()
                made.execute(f"PRAGMA main.{name} = {int(value)}")
            made.commit()
            made.execute("DETACH DATABASE whole")
            made.execute("VACUUM")
    except sqlite3.Error as error:
        raise TradeDataError(
            f"{target}: the rows used could not be written ({error}); free some disk space"
        ) from error


def _wanted(
    made: sqlite3.Connection,
    products: Iterable[str],
    years: Sequence[int],
    importers: Iterable[str],
    sectors: Iterable[str],
) -> None:
    made.execute("CREATE TEMP TABLE wanted (code INTEGER PRIMARY KEY)")
    made.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [(int(p),) for p in products])
    for _ in range(_EDITIONS_APART):
        for one, other in (("from_code", "to_code"), ("to_code", "from_code")):
            made.execute(
                f"INSERT OR IGNORE INTO wanted SELECT {other} FROM whole.concordances "
                f"WHERE {one} IN (SELECT code FROM wanted)"
            )
    made.execute("CREATE TEMP TABLE wanted_years (year INTEGER)")
    made.executemany("INSERT INTO wanted_years VALUES (?)", [(year,) for year in years])
    made.execute("CREATE TEMP TABLE wanted_importers (id INTEGER)")
    ids = [(ECONOMY_IDS[code],) for code in importers if code in ECONOMY_IDS]
    made.executemany("INSERT INTO wanted_importers VALUES (?)", ids)
    made.execute("CREATE TEMP TABLE wanted_sectors (name TEXT)")
    made.executemany("INSERT INTO wanted_sectors VALUES (?)", [(name,) for name in sectors])


def _copy(made: sqlite3.Connection) -> None:
    schema = made.execute(
        "SELECT type, name, sql FROM whole.sqlite_master WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC, name"
    ).fetchall()
    for kind, name, sql in schema:
        made.execute(sql)
        if kind == "table" and name not in _LEFT_BEHIND:
            where = _FILTERS.get(name, "1")
            made.execute(f'INSERT INTO main."{name}" SELECT * FROM whole."{name}" WHERE {where}')
