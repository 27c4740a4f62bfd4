"""Reads the cells of an xlsx workbook as text; enough for the correlation tables, no library."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path: Path) -> list[list[list[str]]]:
    """The sheets of a workbook in the order of their files; rows hold the filled cells only."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{_MAIN}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = sorted(n for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
        return [list(_rows(book.read(name), shared)) for name in names]


def _rows(sheet: bytes, shared: list[str]) -> Iterator[list[str]]:
    for row in ElementTree.fromstring(sheet).iter(f"{_MAIN}row"):
        cells = []
        for cell in row.iter(f"{_MAIN}c"):
            value = cell.find(f"{_MAIN}v")
            if value is not None and value.text:
                text = shared[int(value.text)] if cell.get("t") == "s" else value.text
                cells.append(text.strip())
        yield cells
