"""Looking after a trade database: take a source out, compact, check, back up, prefer a source.

Whatever writes holds the writer's lock and is one transaction: cancelled, failed or killed, the
database is as it was.
"""

import contextlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import Cancelled, TradeDataError
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.holdings import REMOVABLE, is_removable
from workbench.tradedata.ingest.derived import derive
from workbench.tradedata.ingest.writer_lock import writing
from workbench.tradedata.preferences import set_source_order, source_order
from workbench.tradedata.removal import remove_dataset
from workbench.tradedata.user_database import is_starter

_BUSY_SECONDS = 5.0
_INSTRUCTIONS = 20_000
_SECONDS_PER_REPORT = 0.1
_PAGES_PER_STEP = 512
_NULL = re.compile(r"NULL value in (\w+)\.(\w+)")


@dataclass(frozen=True, slots=True)
class Compacted:
    """What compacting did, in bytes on disk."""

    before: int
    after: int


class _Connected:
    """A connection, for questions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self._connection.execute(sql, tuple(parameters)).fetchall())


def remove_datasets(
    database: Path, numbers: Sequence[int], progress: Progress = NO_PROGRESS
) -> None:
    """Take datasets out, all or none.

    Raises:
        TradeDataError: there is no such dataset, or others refer to it, or nothing can be written.
        Cancelled: asked to stop; nothing is changed.
    """
    with _writing(database, "the removal of a source") as connection:
        db = _Connected(connection)
        with _transaction(connection, database), _asked(connection, progress, "Removing"):
            for number in numbers:
                found = db.rows(
                    "SELECT table_name, source, import_id FROM datasets WHERE id = ?", [number]
                )
                if not found:
                    raise TradeDataError(
                        f"{database}: there is no dataset {number}; it may have been removed before"
                    )
                ((table, source, import_id),) = found
                if not is_removable(table, import_id):
                    raise TradeDataError(
                        f"{source} ({table.replace('_', ' ')}) cannot be removed: all other "
                        "figures refer to it"
                    )
                remove_dataset(connection, number)
                connection.execute(
                    "DELETE FROM source_order WHERE table_name = ? AND source = ? AND NOT EXISTS "
                    "(SELECT 1 FROM datasets WHERE table_name = ? AND source = ?)",
                    [table, source, table, source],
                )
            derive(db, connection)


def prefer_source(
    database: Path, table: str, source: str, progress: Progress = NO_PROGRESS
) -> None:
    """Have a source answer first where several hold one figure of a table.

    Raises:
        TradeDataError: the table has no such source, or nothing can be written.
    """
    order_sources(database, table, [source], progress)


def order_sources(
    database: Path, table: str, sources: Sequence[str], progress: Progress = NO_PROGRESS
) -> None:
    """Have the sources of a table answer in this order; those not named follow as before.

    Raises:
        TradeDataError: the table has no such source, or nothing can be written.
    """
    with _writing(database, "the order of sources") as connection:
        db = _Connected(connection)
        with _transaction(connection, database), _asked(connection, progress, "Ordering"):
            order = source_order(db, table)
            for source in sources:
                if source not in order:
                    held = ", ".join(order) or "none"
                    raise TradeDataError(
                        f"{database}: {table} has no source '{source}'; it has {held}"
                    )
            rest = [source for source in order if source not in sources]
            set_source_order(connection, table, [*dict.fromkeys(sources), *rest])
            derive(db, connection)


def compact(database: Path, progress: Progress = NO_PROGRESS) -> Compacted:
    """Write the file anew without the room that removed figures left.

    Raises:
        TradeDataError: it is in use, the disk is full, or nothing can be written.
        Cancelled: asked to stop; nothing is changed.
    """
    before = database.stat().st_size if database.is_file() else 0
    with _writing(database, "compacting") as connection:
        try:
            with _asked(connection, progress, "Writing the file anew"):
                connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise TradeDataError(
                f"{database}: it could not be compacted ({error}); free as much disk space as the "
                "file takes, and wait until nothing else reads or writes it"
            ) from error
    return Compacted(before, database.stat().st_size)


def check(database: Path, progress: Progress = NO_PROGRESS) -> tuple[str, ...]:
    """Look for damage: of the file, of references between tables, of rows against what is stated.

    Returns:
        What is wrong, a sentence each; nothing where all is well.

    Raises:
        TradeDataError: it is no trade database.
        Cancelled: asked to stop.
    """
    problems: list[str] = []
    with TradeDatabase(database):
        pass
    uri = f"{database.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            db = _Connected(connection)
            with _asked(connection, progress, "Checking the file"):
                said = [str(row[0]) for row in db.rows("PRAGMA integrity_check")]
            problems += [f"the file is damaged: {words}" for words in said if _true(db, words)]
            with _asked(connection, progress, "Checking references"):
                broken = db.rows("PRAGMA foreign_key_check")
            problems += [
                f"{table}: {count:,} rows refer to something that is not there"
                for table in sorted({str(row[0]) for row in broken})
                if (count := sum(row[0] == table for row in broken))
            ]
            with _asked(connection, progress, "Counting rows"):
                problems += _miscounted(db)
    except sqlite3.DatabaseError as error:
        problems.append(f"the file is damaged: {error}")
    return tuple(problems)


def _true(db: _Connected, words: str) -> bool:
    """Whether what SQLite says of the file is so.

    WORKAROUND SQLite 3.40: it takes the columns of a table without row numbers for null where the
    key does not come first.
    """
    found = _NULL.fullmatch(words)
    if found is None:
        return words != "ok"
    ((nulls,),) = db.rows(f'SELECT count(*) FROM "{found[1]}" WHERE "{found[2]}" IS NULL')
    return bool(nulls)


def _miscounted(db: _Connected) -> Iterator[str]:
    """Tables whose rows are not those that the datasets and imports state."""
    stated = {
        number: (source, edition, rows)
        for number, source, edition, rows in db.rows(
            "SELECT id, source, edition, rows FROM datasets WHERE table_name = 'trade_flows'"
        )
    }
    as_rows = dict(db.rows("SELECT dataset, count(*) FROM trade_flows GROUP BY dataset"))
    as_columns = dict(db.rows("SELECT dataset, sum(rows) FROM trade_blocks GROUP BY dataset"))
    for number, (source, edition, rows) in stated.items():
        found = {as_rows.get(number, 0), as_columns.get(number, 0)}
        if found != {rows}:
            yield (
                f"{source} {edition} states {rows:,} flows and has "
                f"{' and '.join(f'{count:,}' for count in sorted(found))}"
            )
    for table in sorted(REMOVABLE):
        (lost,) = db.rows(
            f"SELECT count(*) FROM {table} WHERE dataset NOT IN (SELECT id FROM datasets)"
        )[0]
        if lost:
            yield f"{table}: {lost:,} rows belong to no dataset"
    for file, read, taken, rejected in db.rows("SELECT file, read, taken, rejected FROM imports"):
        if read != taken + rejected:
            yield (
                f"{file}: {read:,} rows were read, and {taken:,} taken and {rejected:,} rejected"
            )


def back_up(database: Path, target: Path, progress: Progress = NO_PROGRESS) -> None:
    """Copy the database as of now to another file, while others may go on reading and writing.

    Raises:
        TradeDataError: it is the same file, or cannot be written.
        Cancelled: asked to stop; nothing is left behind.
    """
    with TradeDatabase(database):
        pass
    if target.resolve() == database.resolve():
        raise TradeDataError(f"{target}: this is the database itself; choose another name")
    beside = target.with_name(f".{target.name}.part")

    def step(_status: int, remaining: int, total: int) -> None:
        progress.step(total - remaining, total, "copying")

    try:
        with (
            contextlib.closing(
                sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
            ) as source,
            contextlib.closing(sqlite3.connect(beside)) as copy,
        ):
            source.backup(copy, pages=_PAGES_PER_STEP, progress=step)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        beside.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise TradeDataError(
            f"{target}: the copy could not be written ({error}); choose another place or free "
            "some disk space"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


# Writing -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _writing(database: Path, what: str) -> Iterator[sqlite3.Connection]:
    """A connection that may write, while nobody else does.

    Raises:
        TradeDataError: it is the starter database, no trade database, or in another's hands.
    """
    if is_starter(database):
        raise TradeDataError(
            f"{database}: the starter database is only read; import a file, and a copy of your own "
            "is made"
        )
    with TradeDatabase(database):
        pass
    with (
        writing(database, what),
        contextlib.closing(
            sqlite3.connect(database, isolation_level=None, timeout=_BUSY_SECONDS)
        ) as connection,
    ):
        yield connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, database: Path) -> Iterator[None]:
    """All or nothing."""
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise TradeDataError(
            f"{database}: nothing was changed, because it could not be written ({error}); free "
            "some disk space and close other programs that use this file"
        ) from error


@contextlib.contextmanager
def _asked(connection: sqlite3.Connection, progress: Progress, label: str) -> Iterator[None]:
    """Long statements report now and then and stop when asked to.

    Raises:
        Cancelled: the work should stop.
    """
    cancelled: list[Cancelled] = []
    progress.step(0, 0, label)
    connection.set_progress_handler(_questions(progress, label, cancelled), _INSTRUCTIONS)
    try:
        yield
    except sqlite3.OperationalError:
        if cancelled:
            raise cancelled[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _questions(progress: Progress, label: str, cancelled: list[Cancelled]) -> Callable[[], int]:
    asked_at = time.monotonic()

    def ask() -> int:
        nonlocal asked_at
        if time.monotonic() - asked_at < _SECONDS_PER_REPORT:
            return 0
        asked_at = time.monotonic()
        try:
            progress.step(0, 0, label)
        except Cancelled as error:
            cancelled.append(error)
            return 1
        return 0

    return ask
