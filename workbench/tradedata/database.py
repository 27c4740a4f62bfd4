"""One trade database file: opened read-only, version checked, able to state its vintage.

Why reading goes through the standard library alone: SQLAlchemy and Alembic define, make and
migrate the tables, but importing them takes longer than everything else between the window and its
first figures, and reading needs neither.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from workbench.errors import TradeDataError
from workbench.tradedata.version import APPLICATION_ID, SCHEMA_VERSION


class Readable(Protocol):
    """What queries need of a database: a trade database, or one that is being written."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""


_PAGE_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Vintage:
    """Where the figures of one table come from.

    Attributes:
        table: name of the table, e.g. "trade_flows".
        source: who published the figures.
        edition: release of the source, or HS edition.
        year: last year the figures are about; None where they have no year.
    """

    table: str
    source: str
    edition: str
    year: int | None


class TradeDatabase:
    """A trade database, open for reading. Close it, or use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        """Open the file; one of an older version is first brought up to this one.

        Args:
            path: an SQLite file made by this program.

        Raises:
            TradeDataError: no such file, not a trade database, one of a newer version, or one of
                an older version in a folder that cannot be written.
        """
        self.path = path
        self.schema_version = _readable_version(path)
        if self.schema_version < SCHEMA_VERSION:
            upgrade(path)
            self.schema_version = SCHEMA_VERSION
        self._uri = f"{path.resolve().as_uri()}?mode=ro"

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, over a connection of its own.

        Raises:
            TradeDataError: the file cannot be read any more.
        """
        try:
            with contextlib.closing(sqlite3.connect(self._uri, uri=True)) as connection:
                return connection.execute(sql, tuple(parameters)).fetchall()
        except sqlite3.DatabaseError as error:
            raise TradeDataError(
                f"{self.path}: the trade database cannot be read ({error}); restore the file or "
                "delete it to have the starter database built again"
            ) from error

    def vintage(self) -> tuple[Vintage, ...]:
        """Source, release and last year of every table, in the order they were filled."""
        return tuple(
            Vintage(*row)
            for row in self.rows(
                "SELECT table_name, source, edition, max(year_to) FROM datasets "
                "GROUP BY table_name, source, edition ORDER BY min(id)"
            )
        )

    def close(self) -> None:
        """Let go of the file; nothing is held between queries."""

    def __enter__(self) -> Self:
        """The database itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close, whatever happened."""
        self.close()


def migrate(path: Path) -> None:
    """Create the tables in a new file, or bring an older file up to this version.

    Args:
        path: the file to write; made where it does not exist.

    Raises:
        TradeDataError: the file belongs to a newer version, or is no trade database.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import URL, create_engine

    if path.exists() and path.stat().st_size:
        _readable_version(path)
    else:
        with contextlib.closing(sqlite3.connect(path)) as fresh:
            # Larger pages take sorted rows a third faster; only an empty file can change them.
            fresh.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            fresh.execute("VACUUM")
    engine = create_engine(URL.create("sqlite", database=str(path)))
    config = Config()
    location = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", location.replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def backup_of(path: Path, version: int) -> Path:
    """Where the database as it was in an older version is kept."""
    return path.with_name(f"{path.stem}.version-{version}{path.suffix}")


def upgrade(path: Path) -> None:
    """Bring an older database up to this version; the file as it was stays beside it.

    The work is done on a copy that then takes the file's place, so that the file is whole at
    every moment.

    Raises:
        TradeDataError: not a trade database, a newer one, or the folder cannot be written.
    """
    version = _readable_version(path)
    if version == SCHEMA_VERSION:
        return
    backup = backup_of(path, version)
    try:
        with tempfile.TemporaryDirectory(prefix="upgrading-", dir=path.parent) as workplace:
            old, new = Path(workplace) / "old.sqlite", Path(workplace) / "new.sqlite"
            for copy in (old, new):
                copy_database(path, copy)
            migrate(new)
            if not backup.exists():
                old.replace(backup)
            new.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise TradeDataError(
            f"{path}: this trade database is of version {version} and cannot be brought up to "
            f"version {SCHEMA_VERSION} ({error}); make its folder writable or free disk space"
        ) from error


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as of now, also while others read or write it; the copy stands alone.

    Raises:
        sqlite3.Error: one of the files cannot be read or written.
    """
    with (
        contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as a,
        contextlib.closing(sqlite3.connect(target)) as b,
    ):
        a.backup(b)
        b.execute("PRAGMA journal_mode = DELETE")


def _readable_version(path: Path) -> int:
    """The schema version of a file this program can read.

    Raises:
        TradeDataError: it cannot, with the reason.
    """
    if not path.is_file():
        what = "this is a folder" if path.is_dir() else "there is no such trade database"
        raise TradeDataError(f"{path}: {what}; check the name")
    not_ours = f"{path}: this file is not a trade database of this program; choose another"
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise TradeDataError(not_ours) from error
    if application != APPLICATION_ID:
        raise TradeDataError(not_ours)
    if version > SCHEMA_VERSION:
        raise TradeDataError(
            f"{path}: this trade database has version {version} and this program reads up to "
            f"version {SCHEMA_VERSION}; update the program or choose another database"
        )
    return int(version)
