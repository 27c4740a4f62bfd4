"""One trade database file: opened read-only, version checked, able to state its vintage.

SQLAlchemy and Alembic are imported where they are used, so that finding the starter database does
not hold up the window.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.errors import TradeDataError
from workbench.tradedata.version import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
        """Open the file.

        Args:
            path: an SQLite file made by this program.

        Raises:
            TradeDataError: no such file, not a trade database, or one of a newer version.
        """
        self.path = path
        self.schema_version = _readable_version(path)
        from sqlalchemy import URL, create_engine

        self._engine: Engine = create_engine(
            URL.create(
                "sqlite", database=path.resolve().as_uri(), query={"mode": "ro", "uri": "true"}
            )
        )

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, over a connection of its own.

        Goes below SQLAlchemy's row objects, which cost more than the query on large results.

        Raises:
            TradeDataError: the file cannot be read any more.
        """
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect() as connection:
                cursor = connection.connection.cursor()
                try:
                    cursor.execute(sql, tuple(parameters))
                    return list(cursor.fetchall())
                finally:
                    cursor.close()
        except (sqlite3.DatabaseError, SQLAlchemyError) as error:
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
        """Let go of the file."""
        self._engine.dispose()

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


def _readable_version(path: Path) -> int:
    """The schema version of a file this program can read.

    Raises:
        TradeDataError: it cannot, with the reason.
    """
    if not path.is_file():
        raise TradeDataError(f"{path}: there is no such trade database; check the name")
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
