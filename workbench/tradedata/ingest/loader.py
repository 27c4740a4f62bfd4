"""The one loader: files are recognised, read, checked and written, all of them or none.

Everything an import changes happens in one transaction over a write-ahead log, so that readers go
on reading what was there, and whoever pulls the plug finds what was there. A database that does not
exist yet is made beside its place from the starter database and moved there when it is whole.
"""

import contextlib
import dataclasses
import json
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import TradeDataError
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import TradeDatabase, copy_database, upgrade
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts, Flows, Stated
from workbench.tradedata.ingest.derived import derive
from workbench.tradedata.ingest.overlap import AlreadyHeldError, already_held, overlapping
from workbench.tradedata.ingest.programmes import (
    known_programmes,
    number_programmes,
    write_members,
)
from workbench.tradedata.ingest.readers import AUTO, KINDS, Recognised, recognise
from workbench.tradedata.ingest.report import DatasetReport, ImportReport
from workbench.tradedata.ingest.source import FILE_FAULTS, Part, parts_of, sha256_of, unreadable
from workbench.tradedata.ingest.writer_lock import writing
from workbench.tradedata.ingest.writing import insert, write_flows, write_rows
from workbench.tradedata.preferences import default_place
from workbench.tradedata.removal import remove_dataset
from workbench.tradedata.user_database import is_starter

_CACHE_KIB = 65_536
_BUSY_SECONDS = 5.0

_IMPORT_COLUMNS = (
    "id",
    "kind",
    "why",
    "file",
    "sha256",
    "settings",
    "imported_at",
    "read",
    "taken",
    "rejected",
)
_DATASET_COLUMNS = (
    "id",
    "table_name",
    "source",
    "edition",
    "hs_edition",
    "year_from",
    "year_to",
    "licence",
    "file",
    "sha256",
    "rows",
    "rejected",
    "note",
    "basis",
    "reported_by",
    "whole_market",
    "import_id",
)


class _Open:
    """The database that is being written, for questions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self.connection.execute(sql, tuple(parameters)).fetchall())


@dataclass(frozen=True)
class _Read:
    """A file that has been read."""

    found: Recognised
    collected: Collected
    sha256: str
    seconds: float


def import_files(
    paths: Sequence[Path],
    database: Path,
    *,
    kind: str = AUTO,
    stated: Stated | None = None,
    replace: bool = False,
    dry_run: bool = False,
    starter: Callable[[Progress], Path] | None = None,
    progress: Progress = NO_PROGRESS,
) -> tuple[ImportReport, ...]:
    """Read source files into a trade database.

    Args:
        paths: the files; zip files may hold several.
        database: the database to write; made from `starter` where it does not exist.
        kind: what the files are, or "auto" to have each recognised by its content.
        stated: what the user says about them.
        replace: put the figures in the place of those of an earlier release of the same source.
        dry_run: read and check everything, write nothing.
        starter: gives the database a new one starts from.
        progress: told in thousandths; asked whether to stop.

    Returns:
        A report a file of figures.

    Raises:
        AlreadyHeldError: the database holds some of the figures, and `replace` is False. Nothing is
            changed.
        TradeDataError: a file or the database cannot be used, with what to do. Nothing is changed.
        Cancelled: asked to stop. Nothing is changed.
    """
    stated = stated or Stated()
    if kind not in (AUTO, *KINDS):
        raise TradeDataError(
            f"'{kind}' is no kind of file: use {AUTO} or one of {', '.join(KINDS)}"
        )
    if is_starter(database):
        raise TradeDataError(
            f"{database}: the starter database is only read; leave out --db to import into a copy "
            "of your own"
        )
    recognised = _recognised(paths, kind)
    steps = _Steps(recognised, progress)
    if dry_run:
        with contextlib.ExitStack() as stack:
            held = database.is_file()
            db = stack.enter_context(TradeDatabase(database)) if held else None
            return tuple(_dry(entry, stated, db, steps) for entry in recognised)
    names = ", ".join(path.name for path in paths)
    with writing(database, f"an import of {names}"):
        if database.is_file():
            upgrade(database)
            return _write(database, recognised, stated, replace, steps)
        if starter is None:
            raise TradeDataError(f"{database}: there is no such trade database; check the name")
        base = starter(progress)
        with _beside(database) as fresh:
            copy_database(base, fresh)
            reports = _write(fresh, recognised, stated, replace, steps)
            fresh.replace(database)
        return reports


def _recognised(paths: Sequence[Path], kind: str) -> list[Recognised]:
    found = []
    for path in paths:
        parts = parts_of(path)
        here = [entry for part in parts if (entry := recognise(part, kind)) is not None]
        if not here:
            known = ", ".join(KINDS)
            what = "of any kind that is read" if kind == AUTO else f"of kind '{kind}'"
            raise TradeDataError(
                f"{path.name}: this file is not {what}; the kinds are {known}, and 'table' with "
                "--map takes a table of your own"
            )
        found += here
    figures = [entry for entry in found if entry.reader.kind != "companion"]
    if not figures:
        raise TradeDataError(f"{found[0].part.name}: {found[0].why}")
    return figures


class _Steps:
    """Turns what is being done into thousandths, rows a second and time left."""

    def __init__(self, recognised: Sequence[Recognised], progress: Progress) -> None:
        self.progress = progress
        self.total = max(sum(entry.part.size for entry in recognised), 1)
        self.done = 0
        self.began = time.monotonic()
        self.rows = 0

    def reading(self, part: Part) -> Callable[[int, str], None]:
        """For a reader: told the rows so far."""

        def report(rows: int, name: str) -> None:
            share = (self.done + 0.5 * min(part.position, part.size)) / self.total
            self._say(share, rows, name)

        return report

    def writing(self, part: Part, rows: int) -> Callable[[int, int], None]:
        """For the writer: told rows written and rows to write."""

        def step(written: int, total: int) -> None:
            share = (self.done + part.size * (0.5 + 0.5 * written / max(total, 1))) / self.total
            self._say(share, rows, part.name)

        return step

    def finished(self, part: Part) -> None:
        """A file is done."""
        self.done += part.size
        self._say(self.done / self.total, self.rows, part.name)

    def _say(self, share: float, rows: int, name: str) -> None:
        share = min(share, 1.0)
        seconds = time.monotonic() - self.began
        self.rows = rows
        left = seconds / share - seconds if share > 0.01 else 0.0
        rate = rows / seconds if seconds > 0.1 else 0.0
        words = f"{name}: {rows:,} rows, {rate:,.0f} a second, {left:.0f} s left"
        self.progress.step(int(1000 * share), 1000, words)


def _dry(
    entry: Recognised, stated: Stated, db: TradeDatabase | None, steps: _Steps
) -> ImportReport:
    """Read a file and say what would become of it."""
    read = _read(entry, sha256_of(entry.part.path), stated, steps)
    datasets = []
    for facts, dataset in read.collected.datasets.items():
        years = dataset.years()
        flows = _flows(read, dataset) if dataset.pieces else None
        rows = len(dataset.rows) if flows is None else len(flows)
        datasets.append(DatasetReport(facts.table, facts.source, facts.edition, years, rows))
        if db is not None:
            if facts.table == "tariffs":
                known_programmes(db, dataset)
            if found := overlapping(db, dataset, flows):
                held = already_held(entry.part.name, facts.source, found)
                read.collected.notes.append(f"{held}; they would have to be replaced")
    steps.finished(entry.part)
    return _report(read, tuple(datasets), ())


def _read(entry: Recognised, sha256: str, stated: Stated, steps: _Steps) -> _Read:
    """Read a file whole.

    Raises:
        TradeDataError: it is damaged or gives nothing.
        Cancelled: asked to stop.
    """
    began = time.monotonic()
    part = entry.part
    collected = Collected(part.name, stated, steps.reading(part))
    try:
        steps.reading(part)(0, part.name)
        entry.reader.read(part, collected)
    except FILE_FAULTS as error:
        raise unreadable(part.name, error) from error
    collected.finish()
    left_out = sum(collected.rejected.values())
    if collected.read != collected.taken + left_out:
        raise AssertionError(f"{part.name}: rows were lost between reading and writing")
    return _Read(entry, collected, sha256, time.monotonic() - began)


def _flows(read: _Read, dataset: Dataset) -> Flows:
    """The trade of a dataset, its repeated lanes counted as rejected."""
    flows, twice = dataset.flows()
    if twice:
        read.collected.taken -= twice
        read.collected.rejected["the lane stands twice in the file"] += twice
    return flows


def _report(
    read: _Read,
    datasets: tuple[DatasetReport, ...],
    replaced: tuple[DatasetReport, ...],
) -> ImportReport:
    collected = read.collected
    return ImportReport(
        file=read.found.part.name,
        kind=read.found.reader.kind,
        why=read.found.why,
        sha256=read.sha256,
        read=collected.read,
        taken=collected.taken,
        rejected=tuple(collected.rejected.most_common()),
        datasets=datasets,
        replaced=replaced,
        notes=tuple(collected.notes),
        unchanged=False,
        seconds=read.seconds,
        rejections=tuple(collected.rejections),
    )


@contextlib.contextmanager
def _beside(database: Path) -> Iterator[Path]:
    """A place to make a new database, in the same folder; swept, whatever happens."""
    for left in database.parent.glob(f"importing-{database.stem}-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"importing-{database.stem}-", dir=database.parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder) / database.name


def _write(
    path: Path, recognised: Sequence[Recognised], stated: Stated, replace: bool, steps: _Steps
) -> tuple[ImportReport, ...]:
    """Read the files and write them in one transaction.

    Raises:
        TradeDataError: the disk is full, or another program writes the file.
        Cancelled: asked to stop.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
        ) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA secure_delete = OFF")
            connection.execute("BEGIN IMMEDIATE")
            try:
                reports = tuple(
                    _write_one(connection, entry, stated, replace, steps) for entry in recognised
                )
                if not all(report.unchanged for report in reports):
                    derive(_Open(connection), connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return reports
    except (OSError, sqlite3.Error) as error:
        raise TradeDataError(
            f"{path}: the import could not be written and nothing was changed ({error}); free "
            "some disk space, close other programs that write this file, and import again"
        ) from error


def _write_one(
    connection: sqlite3.Connection,
    entry: Recognised,
    stated: Stated,
    replace: bool,
    steps: _Steps,
) -> ImportReport:
    db = _Open(connection)
    began = time.monotonic()
    settings = json.dumps(asdict(stated), sort_keys=True)
    sha256 = sha256_of(entry.part.path)
    if before := _imported_before(db, entry, sha256, settings):
        steps.finished(entry.part)
        return before
    read = _read(entry, sha256, stated, steps)
    collected = read.collected
    number = _next_id(db, "imports")
    written: list[DatasetReport] = []
    replaced: list[DatasetReport] = []
    step = steps.writing(entry.part, collected.read)
    for facts, dataset in collected.datasets.items():
        years = dataset.years()
        flows = _flows(read, dataset) if dataset.pieces else None
        dataset_number = _next_id(db, "datasets")
        if facts.table == "tariffs":
            number_programmes(connection, dataset_number, dataset, collected.programmes)
        replaced += _made_room(connection, entry.part, dataset, flows, replace)
        if flows is not None:
            rows = write_flows(connection, dataset_number, flows, step)
        elif facts.table == "programmes":
            rows = write_members(connection, dataset_number, dataset, collected.programmes)
        else:
            rows = write_rows(connection, dataset_number, dataset, step)
        del flows
        left_out = sum(collected.rejected.values())
        _state(connection, dataset_number, facts, years, (rows, left_out), read, number)
        written.append(DatasetReport(facts.table, facts.source, facts.edition, years, rows))
        dataset.rows.clear()
    left_out = sum(collected.rejected.values())
    insert(
        connection,
        "imports",
        _IMPORT_COLUMNS,
        [
            (
                number,
                entry.reader.kind,
                entry.why,
                entry.part.name,
                read.sha256,
                settings,
                datetime.now(UTC).isoformat(timespec="seconds"),
                collected.read,
                collected.taken,
                left_out,
            )
        ],
    )
    insert(
        connection,
        "rejections",
        ("import_id", "place", "row", "reason", "text"),
        ((number, n, r.row, r.reason, r.text) for n, r in enumerate(collected.rejections)),
    )
    steps.finished(entry.part)
    report = _report(read, tuple(written), tuple(replaced))
    return dataclasses.replace(report, seconds=time.monotonic() - began)


def _imported_before(
    db: _Open, entry: Recognised, sha256: str, settings: str
) -> ImportReport | None:
    """The report of the same file under the same settings, where it is still all there."""
    for number, why, read, taken in db.rows(
        "SELECT id, why, read, taken FROM imports "
        "WHERE sha256 = ? AND file = ? AND kind = ? AND settings = ?",
        [sha256, entry.part.name, entry.reader.kind, settings],
    ):
        counts = db.rows(
            "SELECT reason, count(*) FROM rejections WHERE import_id = ? GROUP BY reason "
            "ORDER BY count(*) DESC",
            [number],
        )
        datasets = [
            DatasetReport(table, source, edition, None if first is None else (first, last), rows)
            for table, source, edition, first, last, rows in db.rows(
                "SELECT table_name, source, edition, year_from, year_to, rows FROM datasets "
                "WHERE import_id = ? ORDER BY id",
                [number],
            )
        ]
        return ImportReport(
            file=entry.part.name,
            kind=entry.reader.kind,
            why=why,
            sha256=sha256,
            read=read,
            taken=taken,
            rejected=tuple(counts),
            datasets=tuple(datasets),
            replaced=(),
            notes=("this file had been imported before; nothing was changed",),
            unchanged=True,
            seconds=0.0,
            rejections=(),
        )
    return None


def _made_room(
    connection: sqlite3.Connection,
    part: Part,
    dataset: Dataset,
    flows: Flows | None,
    replace: bool,
) -> list[DatasetReport]:
    """Remove earlier releases of the same figures.

    Raises:
        AlreadyHeldError: there are some, and the user has not said to replace them.
    """
    facts = dataset.facts
    found = overlapping(_Open(connection), dataset, flows)
    if found and not replace:
        raise AlreadyHeldError(already_held(part.name, facts.source, found), facts.edition)
    replaced = []
    for number, edition, first, last, rows, _ in found:
        remove_dataset(connection, number)
        years = None if first is None or last is None else (first, last)
        replaced.append(DatasetReport(facts.table, facts.source, edition, years, rows))
    return replaced


def _state(
    connection: sqlite3.Connection,
    number: int,
    facts: Facts,
    years: tuple[int, int] | None,
    counts: tuple[int, int],
    read: _Read,
    import_id: int,
) -> None:
    """Write where a dataset comes from, and give its source a place in the order."""
    insert(
        connection,
        "datasets",
        _DATASET_COLUMNS,
        [
            (
                number,
                facts.table,
                facts.source,
                facts.edition,
                facts.hs_edition,
                *(years or (None, None)),
                facts.licence,
                read.found.part.name,
                read.sha256,
                *counts,
                facts.note,
                facts.basis or None,
                facts.reported_by or None,
                facts.whole_market if facts.table == "trade_flows" else None,
                import_id,
            )
        ],
    )
    db = _Open(connection)
    sources = db.rows(
        "SELECT source, max(import_id) IS NULL FROM datasets WHERE table_name = ? GROUP BY source",
        [facts.table],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO source_order VALUES (?, ?, ?)",
        [
            (facts.table, source, default_place(facts.table, source, shipped=bool(shipped)))
            for source, shipped in sources
        ],
    )


def _next_id(db: _Open, table: str) -> int:
    ((number,),) = db.rows(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
    return int(number)
