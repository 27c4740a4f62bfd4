"""The tables' own layout: comma-separated text with a header, packed the same way every time."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

TABLES = files("workbench.tradedata.starter") / "tables"
"""Folder of the packaged tables."""


def packed(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The bytes of a table file: no time, no file name, no platform in them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    raw = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as out:
        out.write(text.getvalue().encode("utf-8"))
    return raw.getvalue()


def read(name: str, folder: Traversable = TABLES) -> Iterator[list[str]]:
    """The rows of a table, without its header."""
    text = gzip.decompress((folder / f"{name}.csv.gz").read_bytes()).decode("utf-8")
    rows = csv.reader(io.StringIO(text))
    next(rows)
    return rows
