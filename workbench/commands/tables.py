"""Results as tables in a file: csv or xlsx, without live formulas."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import pandas as pd

_RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")


def check_path(path: Path | None) -> None:
    """Refuse a place that tables could not be written to, before anything is worked out.

    Raises:
        WorkbenchError: neither .csv nor .xlsx, or there is no such folder.
    """
    if path is None:
        return
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise WorkbenchError(f"{path}: the file must end in .csv or .xlsx; name it so.")
    if not path.parent.is_dir():
        raise WorkbenchError(f"{path}: there is no folder {path.parent}. Choose another place.")


def write_tables(path: Path, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write tables to one workbook, or the first to a csv file and the others beside it.

    Numbers are unrounded; what is missing is an empty cell. A file is whole or not there.

    Args:
        path: ends in .csv or .xlsx.
        tables: by name; a name becomes a sheet, or the end of a file's name.

    Returns:
        The files written.

    Raises:
        WorkbenchError: another ending, no such folder, or the file cannot be written.
    """
    check_path(path)
    files: dict[Path, bytes] = {}
    if path.suffix.lower() == ".xlsx":
        files[path] = _workbook(tables)
    else:
        for place, (name, table) in enumerate(tables.items()):
            beside = path.with_name(f"{path.stem}-{name.lower().replace(' ', '-')}{path.suffix}")
            files[path if place == 0 else beside] = _csv(table)
    for file, content in files.items():
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            part.write_bytes(content)
            part.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise WorkbenchError(
                f"{file} could not be written: {error.strerror or error}. Choose another place."
            ) from error
    return list(files)


def _csv(table: pd.DataFrame) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([str(name) for name in table.columns])
    for row in _rows(table):
        writer.writerow([_safe(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_RISKY_STARTS):
        return f"'{cell}"
    return cell


def _workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        heads = [WriteOnlyCell(sheet, value=str(title)) for title in table.columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in _rows(table):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows of plain values; missing is None."""
    columns = [
        [None if value is None or value != value else value for value in table[name].tolist()]
        for name in table.columns
    ]
    return list(zip(*columns, strict=True))
