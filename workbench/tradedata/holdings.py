"""What a trade database holds: its sources, its size, and how far each table reaches."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.errors import TradeDataError
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.database import Readable, TradeDatabase
from workbench.tradedata.ingest.collected import KEYS, SHARED
from workbench.tradedata.preferences import ranked
from workbench.tradedata.queries import economy_code
from workbench.tradedata.user_database import is_starter

REMOVABLE = frozenset({"trade_flows", *KEYS}) - SHARED
"""Tables whose datasets can be taken out again; the others hold what all figures refer to."""


def is_removable(table: str, import_id: int | None) -> bool:
    """Whether a dataset can be taken out: of shared tables only what an import added."""
    return table in REMOVABLE or (table in SHARED and import_id is not None)


@dataclass(frozen=True, slots=True)
class Holding:
    """One dataset of the database, and the import it came by.

    Attributes:
        years: first and last year of the figures; None where they have none.
        place: 1 where its source answers first of those that fill the table, and so on.
        imported_at: UTC, ISO 8601; "" for what came with the program.
        why: what its file was recognised by; "" for what came with the program.
        import_id: None for what came with the program.
    """

    id: int
    table: str
    source: str
    edition: str
    hs_edition: int | None
    years: tuple[int, int] | None
    rows: int
    rejected: int
    licence: str
    file: str
    sha256: str
    note: str
    basis: str
    reported_by: str
    place: int
    imported_at: str
    why: str
    import_id: int | None

    @property
    def removable(self) -> bool:
        """Whether it can be taken out of the database."""
        return is_removable(self.table, self.import_id)


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a database holds.

    Attributes:
        size_bytes: on disk, with what is not yet moved into the main file.
        free_bytes: of these, room that compacting would give back.
        starter: it came with the program and is only read.
    """

    path: Path
    size_bytes: int
    free_bytes: int
    starter: bool
    datasets: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a table reaches, economy by economy and year by year.

    Attributes:
        counts_what: what the numbers count, e.g. "products imported".
        years: names of the columns, in order.
        economies: codes; the one with most first.
        counts: one tuple an economy; None where there is nothing.
    """

    table: str
    counts_what: str
    years: tuple[str, ...]
    economies: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]


def holdings(db: TradeDatabase) -> Holdings:
    """Every dataset with its provenance, in the order they were filled.

    Raises:
        TradeDataError: the file cannot be read.
    """
    rows = db.rows(
        "SELECT d.id, d.table_name, d.source, d.edition, d.hs_edition, d.year_from, d.year_to, "
        "d.rows, d.rejected, d.licence, d.file, d.sha256, d.note, d.basis, d.reported_by, "
        "i.imported_at, i.why, d.import_id "
        "FROM datasets d LEFT JOIN imports i ON i.id = d.import_id ORDER BY d.id"
    )
    places = {}
    for table in {str(row[1]) for row in rows}:
        sources = list(dict.fromkeys(held.source for held in ranked(db, table)))
        places.update({(table, source): place for place, source in enumerate(sources, start=1)})
    ((page,),), ((free,),) = db.rows("PRAGMA page_size"), db.rows("PRAGMA freelist_count")
    return Holdings(
        path=db.path,
        size_bytes=_size(db.path) + _size(db.path.with_name(f"{db.path.name}-wal")),
        free_bytes=page * free,
        starter=is_starter(db.path),
        datasets=tuple(
            Holding(
                id=row[0],
                table=row[1],
                source=row[2],
                edition=row[3],
                hs_edition=row[4],
                years=None if row[5] is None and row[6] is None else (row[5] or row[6], row[6]),
                rows=row[7],
                rejected=row[8],
                licence=row[9],
                file=row[10],
                sha256=row[11],
                note=row[12],
                basis=row[13] or "",
                reported_by=row[14] or "",
                place=places[row[1], row[2]],
                imported_at=row[15] or "",
                why=row[16] or "",
                import_id=row[17],
            )
            for row in rows
        ),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


_COUNTED: dict[str, tuple[str, str]] = {
    "tariffs": (
        "tariff lines with a rate",
        "SELECT importer, year, count(DISTINCT line) FROM tariffs GROUP BY importer, year",
    ),
    "content_shares": (
        "industries with content shares",
        "SELECT economy, year, count(DISTINCT sector) FROM content_shares GROUP BY economy, year",
    ),
    "indicators": (
        "indicators",
        "SELECT economy, year_to, count(DISTINCT indicator) FROM indicators "
        "WHERE year_to IS NOT NULL GROUP BY economy, year_to",
    ),
    "national_trade": (
        "national lines with imports",
        "SELECT importer, year, count(DISTINCT code) FROM national_trade GROUP BY importer, year",
    ),
    "utilisation": (
        "tariff lines with claims",
        "SELECT importer, CAST(substr(period, 1, 4) AS INTEGER), count(DISTINCT line) "
        "FROM utilisation GROUP BY 1, 2",
    ),
    "staged_rates": (
        "tariff lines in a schedule",
        "SELECT importer, step, count(DISTINCT line) FROM staged_rates GROUP BY importer, step",
    ),
}
REACHING = ("trade_flows", *_COUNTED)
"""Tables that know economies and years."""


def reach(db: Readable, table: str, progress: Progress = NO_PROGRESS) -> Reach:
    """Count what a table holds, by economy and year.

    Trade counts products that an economy imports; a schedule has its own years, from 0, the base
    rate.

    Raises:
        TradeDataError: no such table, or one without economies or years.
        Cancelled: asked to stop.
    """
    if table == "trade_flows":
        counts_what = "products imported"
        counted = _products_imported(db, progress)
    elif table in _COUNTED:
        counts_what, sql = _COUNTED[table]
        counted = {(economy, year): count for economy, year, count in db.rows(sql)}
    else:
        raise TradeDataError(
            f"'{table}' has no economies and years: use one of {', '.join(REACHING)}"
        )
    years = sorted({year for _, year in counted})
    totals: dict[int, int] = defaultdict(int)
    for (economy, _), count in counted.items():
        totals[economy] += count
    names = {number: economy_code(number) for number in totals}
    order = sorted(totals, key=lambda number: (-totals[number], names[number]))
    return Reach(
        table,
        counts_what,
        tuple(_year_name(table, year) for year in years),
        tuple(names[number] for number in order),
        tuple(tuple(counted.get((number, year)) for year in years) for number in order),
    )


def _year_name(table: str, year: int) -> str:
    if table != "staged_rates":
        return str(year)
    return "base" if year == 0 else f"year {year}"


def _products_imported(db: Readable, progress: Progress) -> dict[tuple[int, int], int]:
    """(importer, year) -> products with imports, whichever source has them."""
    counted: dict[tuple[int, int], int] = {}
    years = [year for (year,) in db.rows("SELECT DISTINCT year FROM trade_blocks ORDER BY year")]
    for done, year in enumerate(years):
        progress.step(done, len(years), f"trade of {year}")
        importers = defaultdict(list)
        for product, blob in db.rows(
            "SELECT product, importer FROM trade_blocks WHERE year = ?", [year]
        ):
            importers[product].append(np.frombuffer(blob, "<u2"))
        products = np.zeros(1 << 16, dtype=np.int64)
        for blocks in importers.values():
            products[np.unique(np.concatenate(blocks))] += 1
        for number in np.flatnonzero(products).tolist():
            counted[number, year] = int(products[number])
    return counted
