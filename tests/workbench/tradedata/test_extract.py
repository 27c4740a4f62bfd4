import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.extract import extract


def test_codes_of_the_oldest_edition_come_along(starter: TradeDatabase, tmp_path: Path) -> None:
    """The concordances on hand may lead from one edition to the next only."""
    whole, part = tmp_path / "whole.sqlite", tmp_path / "part.sqlite"
    shutil.copy(starter.path, whole)
    editions = (2022, 2017, 2012, 2007, 2002, 1996, 1992)
    first, last = 990001, 990001 + len(editions) - 1
    with closing(sqlite3.connect(whole)) as connection:
        for step, pair in enumerate(pairwise(editions)):
            connection.execute(
                "INSERT INTO concordances VALUES (1, ?, ?, ?, ?, '1:1', NULL, NULL)",
                [*pair, first + step, first + step + 1],
            )
        connection.execute("INSERT INTO trade_flows VALUES (1, 2024, ?, 840, 156, 5, NULL)", [last])
        connection.commit()
    with TradeDatabase(whole) as database:
        extract(database, part, [str(first)], [2024], ["USA"], [])
    with closing(sqlite3.connect(part)) as connection:
        held = connection.execute("SELECT product, value_usd FROM trade_flows").fetchall()
    assert held == [(last, 5)]
