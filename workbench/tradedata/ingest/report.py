"""What an import did, in numbers and words that can be defended."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import TradeDataError
from workbench.tradedata.database import Readable
from workbench.tradedata.ingest.collected import Rejection

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """One dataset that a file filled, or that it took the place of."""

    table: str
    source: str
    edition: str
    years: tuple[int, int] | None
    rows: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file.

    Attributes:
        why: what it was recognised by.
        read, taken: rows of the file; `read` is `taken` and the rejected ones.
        rejected: (reason, rows), the most frequent first.
        unchanged: it had been imported before, so that nothing was done.
        seconds: from the first byte to the end of writing.
        rejections: the rejected rows themselves, or as many as are kept.
    """

    file: str
    kind: str
    why: str
    sha256: str
    read: int
    taken: int
    rejected: tuple[tuple[str, int], ...]
    datasets: tuple[DatasetReport, ...]
    replaced: tuple[DatasetReport, ...]
    notes: tuple[str, ...]
    unchanged: bool
    seconds: float
    rejections: tuple[Rejection, ...]


def report_data(reports: Sequence[ImportReport]) -> dict[str, Any]:
    """Reports as plain data for JSON: the sums over all files, then each file."""
    files = [
        {
            "file": report.file,
            "kind": report.kind,
            "why": report.why,
            "read": report.read,
            "taken": report.taken,
            "rejected": [{"reason": reason, "rows": rows} for reason, rows in report.rejected],
            "sha256": report.sha256,
            "seconds": report.seconds,
            "unchanged": report.unchanged,
            "datasets": [_dataset_data(held) for held in report.datasets],
            "replaced": [_dataset_data(held) for held in report.replaced],
            "notes": list(report.notes),
        }
        for report in reports
    ]
    reasons: Counter[str] = Counter()
    for report in reports:
        reasons.update(dict(report.rejected))
    return {
        "kind": _joined(report.kind for report in reports),
        "why": _joined(report.why for report in reports),
        "read": sum(report.read for report in reports),
        "taken": sum(report.taken for report in reports),
        "rejected": [{"reason": reason, "rows": rows} for reason, rows in reasons.most_common()],
        "sha256": _joined(report.sha256 for report in reports),
        "seconds": sum(report.seconds for report in reports),
        "files": files,
    }


def _dataset_data(held: DatasetReport) -> dict[str, Any]:
    first, last = held.years or (None, None)
    years = "" if first is None else str(first) if first == last else f"{first}-{last}"
    return {
        "table": held.table,
        "source": held.source,
        "edition": held.edition,
        "years": years,
        "rows": held.rows,
    }


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def write_rejected(rejections: Iterable[Rejection], path: Path) -> None:
    """The rejected rows as a csv file: row, reason, text; whole or not at all.

    Raises:
        TradeDataError: the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        try:
            with beside.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(["row", "reason", "text"])
                writer.writerows([r.row, _plain(r.reason), _plain(r.text)] for r in rejections)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise TradeDataError(
            f"{path}: the rejected rows could not be written ({error.strerror or error}); choose "
            "another place"
        ) from error


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def rejected_rows(db: Readable, import_id: int) -> list[Rejection]:
    """The rejected rows of an import, from the database."""
    return [
        Rejection(*row)
        for row in db.rows(
            "SELECT row, reason, text FROM rejections WHERE import_id = ? ORDER BY place",
            [import_id],
        )
    ]
