import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.ingest.loader import import_files
from workbench.tradedata.ingest.report import ImportReport

SAMPLES = Path(__file__).parents[3] / "data" / "ingest"
TRUE_SAMPLES = Path(__file__).parents[5] / "shared" / "data"

Bring = Callable[..., ImportReport]


@pytest.fixture
def database(starter: TradeDatabase, tmp_path: Path) -> Path:
    """A database of one's own: a copy of the starter database."""
    path = tmp_path / "trade.sqlite"
    shutil.copy(starter.path, path)
    return path


@pytest.fixture
def bring(database: Path) -> Bring:
    """Import one file, named among the samples or by its path."""

    def run(file: str | Path, **named: Any) -> ImportReport:
        path = SAMPLES / file if isinstance(file, str) else file
        (report,) = import_files([path], database, **named)
        assert report.read == report.taken + sum(rows for _, rows in report.rejected)
        return report

    return run


@pytest.fixture
def ask(database: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask the database in SQL."""

    def run(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(sql, parameters).fetchall()

    return run


@pytest.fixture
def opened(database: Path) -> Iterator[Callable[[], TradeDatabase]]:
    """Open the database for queries, after the import."""
    held: list[TradeDatabase] = []

    def run() -> TradeDatabase:
        held.append(TradeDatabase(database))
        return held[-1]

    yield run
    for entry in held:
        entry.close()


@pytest.fixture
def true_samples() -> Path:
    if not TRUE_SAMPLES.is_dir():
        pytest.skip("the true samples of ../shared/data are not here")
    return TRUE_SAMPLES
