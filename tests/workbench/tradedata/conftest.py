"""A tiny hand-made trade database, and the starter database built once a session."""

import sqlite3
import sys
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbench.tradedata.database import TradeDatabase, migrate
from workbench.tradedata.starter.build import build

USA, JPN, DEU, FRA, CHN, EU27 = 840, 392, 276, 250, 156, 9001


def _bytes(kind: str, numbers: list[float]) -> bytes:
    column = array(kind, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _fill(connection: sqlite3.Connection) -> None:
    run = connection.executemany
    run(
        "INSERT INTO datasets (id, table_name, source, edition, hs_edition, year_from, year_to, "
        "licence, file, sha256, rows, rejected, note) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'test', 'file', 'hash', ?, 0, '')",
        [
            (1, "trade_flows", "A", "r1", 2017, 2021, 2021, 4),
            (2, "tariffs", "B", "r2", 2022, 2021, 2021, 3),
            (3, "elasticities", "C", "r3", 2007, None, None, 3),
            (4, "indicators", "D", "r4", None, 2010, 2020, 1),
            (5, "content_shares", "E", "r5", None, 2020, 2021, 3),
            (6, "concordances", "F", "r6", None, None, None, 6),
        ],
    )
    run(
        "INSERT INTO economies VALUES (?, ?, ?)",
        [
            (USA, "USA", "United States"),
            (JPN, "JPN", "Japan"),
            (DEU, "DEU", "Germany"),
            (FRA, "FRA", "France"),
            (CHN, "CHN", "China"),
            (EU27, "EU27", "European Union"),
        ],
    )
    # 811292 became three codes; 854140 became two with known weights; 100190 and 100199 merged.
    run(
        "INSERT INTO concordances VALUES (6, 2017, 2022, ?, ?, ?, ?, NULL)",
        [
            (811292, 811231, "1:n", None),
            (811292, 811241, "1:n", None),
            (811292, 811292, "1:n", None),
            (854140, 854141, "1:n", 0.25),
            (854140, 854142, "1:n", 0.75),
            (100190, 100199, "n:1", None),
        ],
    )
    run(
        "INSERT INTO concordances VALUES (6, 2007, 2022, ?, ?, 'n:n', NULL, NULL)",
        [(811291, 811292), (811299, 811292)],
    )
    flows = [
        (100190, USA, CHN, 60, 6),
        (100199, USA, CHN, 40, None),
        (811292, USA, JPN, 300, 30),
        (850511, DEU, FRA, 500, 50),
        (850511, USA, CHN, 1000, None),
        (850511, FRA, CHN, 700, 7),
        (854140, USA, CHN, 80, 8),
    ]
    run("INSERT INTO trade_flows VALUES (1, 2021, ?, ?, ?, ?, ?)", flows)
    for product in sorted({flow[0] for flow in flows}):
        rows = [flow for flow in flows if flow[0] == product]
        quantity = [-1 if flow[4] is None else flow[4] for flow in rows]
        connection.execute(
            "INSERT INTO trade_blocks VALUES (1, 2021, ?, ?, ?, ?, ?, ?)",
            (
                product,
                len(rows),
                _bytes("H", [flow[1] for flow in rows]),
                _bytes("H", [flow[2] for flow in rows]),
                _bytes("q", [flow[3] for flow in rows]),
                _bytes("q", quantity),
            ),
        )
    run(
        "INSERT INTO programmes VALUES (?, ?, ?, ?, 2)",
        [
            (1, "USA-JPN", "United States - Japan", "agreement"),
            (2, "EU-JPN", "EU - Japan", "agreement"),
            (3, "SOME", "A scheme for Germany", "unilateral"),
            (4, "ALL", "Members only", "agreement"),
        ],
    )
    run(
        "INSERT INTO programme_members VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (USA, JPN, 1, "2020-01-01", None, 1, 1),
            (EU27, JPN, 2, "2019-02-01", None, 1, 0),
            (JPN, EU27, 2, "2019-02-01", None, 1, 0),
            (USA, DEU, 3, "", "2020-12-31", 1, 0),
        ],
    )
    run(
        "INSERT INTO tariffs (importer, product, line, regime, programme, year, valid_from, "
        "ad_valorem_equivalent, ave_method, text, dataset) "
        "VALUES (?, ?, ?, ?, ?, 2021, '', ?, ?, ?, 2)",
        [
            (USA, 850511, "85051100", "mfn", 0, 0.021, "ad valorem", "2.1%"),
            (USA, 850511, "85051100", "preference", 1, 0.0, "ad valorem", "Free"),
            (USA, 811231, "81123100", "mfn", 0, None, None, "1 cent each"),
        ],
    )
    run(
        "INSERT INTO content_shares VALUES (5, ?, ?, ?, ?, ?, ?, ?)",
        [
            (year, sector, USA, len(origins), _bytes("H", origins), _bytes("d", m), _bytes("d", h))
            for year, sector, origins, m, h in (
                (2020, "C24B", [USA], [0.1], [0.2]),
                (2021, "C24B", [CHN, USA], [0.1, 0.5], [0.1, 0.9]),
                (2021, "C26", [USA], [0.4], [1.0]),
            )
        ],
    )
    run("INSERT INTO product_sectors VALUES (?, ?)", [("81", "C24B"), ("8505", "C27")])
    run(
        "INSERT INTO products VALUES (2022, ?, ?, ?, NULL)",
        [(1, None, 2), (101, 1, 4), (10121, 101, 6), (85, None, 2)],
    )
    connection.execute(
        "INSERT INTO input_links "
        "VALUES (1, 2022, 740311, 260300, 'copper', 'ore to refined', NULL, NULL)"
    )
    run(
        "INSERT INTO elasticities VALUES (3, ?, ?)",
        [(811291, -4.0), (811299, -8.0), (850511, -3.0)],
    )
    connection.execute(
        "INSERT INTO indicators VALUES ('gini_index', ?, 36.0, 0, 'index', 2010, 2020, 4)", (CHN,)
    )


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny") / "tiny #1%20 database.sqlite"
    migrate(path)
    connection = sqlite3.connect(path)
    try:
        with connection:
            _fill(connection)
    finally:
        connection.close()
    return path


@pytest.fixture
def tiny(tiny_path: Path) -> Iterator[TradeDatabase]:
    with TradeDatabase(tiny_path) as database:
        yield database


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TradeDatabase]:
    path = tmp_path_factory.mktemp("starter") / "starter.sqlite"
    build(path)
    with TradeDatabase(path) as database:
        yield database


@pytest.fixture
def tiny_tables(tmp_path: Path) -> Callable[[], Path]:
    """A folder with one small table: enough to name a starter file, too little to build it."""

    def make() -> Path:
        folder = tmp_path / "tables"
        folder.mkdir(exist_ok=True)
        (folder / "datasets.csv.gz").write_bytes(b"not a table")
        return folder

    return make
