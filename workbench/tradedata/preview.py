"""What a file would give: its kind and its first rows as understood; nothing is written."""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import TradeDataError
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.codes import product_code
from workbench.tradedata.ingest.collected import KEYS, VALUES, Collected, Dataset, Stated
from workbench.tradedata.ingest.readers import AUTO, Recognised, recognise
from workbench.tradedata.ingest.source import FILE_FAULTS, Part, parts_of, unreadable
from workbench.tradedata.queries import economy_code

OWN = "table"
"""Kind of a table of the user's own, whose columns are to be mapped."""

_HEAD_LINES = 2_000
_FLOW_COLUMNS = ("year", "product", "importer", "exporter", "value_usd", "quantity_kg")
_ECONOMIES = frozenset({"importer", "exporter", "economy", "partner", "other_economy"})
_PRODUCTS = frozenset({"product", "from_code", "to_code", "code", "parent", "output", "input"})


@dataclass(frozen=True)
class FoundFile:
    """One file of figures, or why it is none.

    Attributes:
        path: the file on disk.
        name: of the file itself, or of the member of a zip file.
        size_bytes: on disk.
        kind: of the reader; "" where none knows it.
        why: what it was recognised by, or what is wrong with it.
        recognised: for the reading; None where no reader knows it.
        columns: of a table of the user's own, to be mapped; empty for other kinds.
    """

    path: Path
    name: str
    size_bytes: int
    kind: str
    why: str
    recognised: Recognised | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file as they would be taken.

    Attributes:
        table: the table they would fill; "" where no row would be taken.
        source, edition: of the dataset.
        columns: names of the columns of the table.
        rows: values in the words of the program: economy codes, HS digits; None is missing.
        read, taken: rows of the file looked at, and how many of them would be taken.
        rejected: (reason, rows), the most frequent first.
        whole: whether this is all of the file.
    """

    table: str
    source: str
    edition: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    read: int
    taken: int
    rejected: tuple[tuple[str, int], ...]
    whole: bool


def look_at(
    paths: Sequence[Path], kind: str = AUTO, progress: Progress = NO_PROGRESS
) -> tuple[FoundFile, ...]:
    """Recognise files, each for itself: one that is wrong does not hide the others.

    Raises:
        Cancelled: asked to stop.
    """
    found: list[FoundFile] = []
    for done, path in enumerate(paths):
        progress.step(done, len(paths), path.name)
        try:
            parts = parts_of(path)
        except TradeDataError as error:
            found.append(FoundFile(path, path.name, 0, "", str(error), None))
            continue
        found += [_look_at(part, kind) for part in parts]
    return tuple(found)


def _look_at(part: Part, kind: str) -> FoundFile:
    try:
        entry = recognise(part, kind)
    except TradeDataError as error:
        return FoundFile(part.path, part.name, part.size, "", str(error), None)
    if entry is None:
        what = "any kind that is read" if kind == AUTO else f"of kind {kind}"
        why = f"its content is not {what}"
        return FoundFile(part.path, part.name, part.size, "", why, None)
    columns = _header(part) if entry.reader.kind == OWN else ()
    return FoundFile(part.path, part.name, part.size, entry.reader.kind, entry.why, entry, columns)


def _header(part: Part) -> tuple[str, ...]:
    """The row that names the columns: the first of those with most cells filled."""
    try:
        rows = [row for grid in part.grids()[:1] for row in grid.head]
    except FILE_FAULTS:
        return ()
    widest = max(rows, key=lambda row: sum(map(bool, row)), default=[])
    return tuple(dict.fromkeys(cell for cell in widest if cell))


def preview(
    entry: Recognised, stated: Stated, rows: int = 50, progress: Progress = NO_PROGRESS
) -> Preview:
    """Read the first lines of a text, or the whole of another file, as an import would.

    Args:
        entry: the file and its reader.
        stated: what the user says about it.
        rows: how many understood rows to give.
        progress: asked whether to stop.

    Raises:
        TradeDataError: the file is damaged, or something must be stated first.
        Cancelled: asked to stop.
    """

    def report(read: int, name: str) -> None:
        progress.step(0, 0, f"{name}: {read:,} rows")

    with _head(entry.part) as (part, whole):
        collected = Collected(part.name, stated, report)
        report(0, part.name)
        try:
            entry.reader.read(part, collected)
        except FILE_FAULTS as error:
            raise unreadable(entry.part.name, error) from error
    table, source, edition = "", "", ""
    columns: tuple[str, ...] = ()
    understood: tuple[tuple[object, ...], ...] = ()
    for facts, dataset in collected.datasets.items():
        dataset.settle()
        if not (dataset.pieces or dataset.rows):
            continue
        table, source, edition = facts.table, facts.source, facts.edition
        columns, understood = _understood(dataset, rows)
        break
    return Preview(
        table,
        source,
        edition,
        columns,
        understood,
        collected.read,
        collected.taken,
        tuple(collected.rejected.most_common()),
        whole,
    )


@contextlib.contextmanager
def _head(part: Part) -> Iterator[tuple[Part, bool]]:
    """The first lines of a text as a file of their own under the same name; others whole."""
    if part.form != "table":
        yield part, True
        return
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context(part.text())
            lines = list(itertools.islice(stream, _HEAD_LINES))
            whole = not stream.readline()
        except FILE_FAULTS as error:
            raise unreadable(part.name, error) from error
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="preview-"))
        path = Path(folder) / part.name
        path.write_text("".join(lines), encoding="utf-8", newline="")
        yield Part(path), whole


def _understood(
    dataset: Dataset, count: int
) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    """The first rows of a dataset, in words."""
    table = dataset.facts.table
    columns: tuple[str, ...]
    if dataset.pieces:
        flows, _ = dataset.flows()
        columns = _FLOW_COLUMNS
        arrays = [getattr(flows, name)[:count].tolist() for name in columns]
        raw = [
            tuple(None if name == "quantity_kg" and value < 0 else value for name, value in pairs)
            for pairs in (zip(columns, row, strict=True) for row in zip(*arrays, strict=True))
        ]
    else:
        columns = (*KEYS[table], *VALUES[table])
        first = itertools.islice(dataset.rows.items(), count)
        raw = [(*key, *values) for key, (_, values) in first]
    shown = [place for place, name in enumerate(columns) if not _packed(raw, place)]
    return (
        tuple(columns[place] for place in shown),
        tuple(tuple(_word(columns[place], row[place]) for place in shown) for row in raw),
    )


def _packed(rows: Sequence[tuple[object, ...]], place: int) -> bool:
    return any(isinstance(row[place], bytes) for row in rows)


def _word(column: str, value: object) -> object:
    if isinstance(value, int) and column in _ECONOMIES:
        return economy_code(value) if value else None
    if isinstance(value, int) and column in _PRODUCTS:
        return product_code(value)
    return value
