"""The cells of an xlsx workbook as text, row by row.

A cell comes as it is stored: a percentage of 12 % as "0.12", a code kept as a number without its
leading zeros, a day as 2024-12-31.
"""

import contextlib
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

_MOST_ROWS = 1_048_576
_LARGEST_BYTES = 2_000_000_000
_BOMB_RATIO = 300
_BOMB_BYTES = 64_000_000
_ERRORS = frozenset({"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"})


class WorkbookError(Exception):
    """The file is no workbook, or a damaged one."""


def sheet_names(book: BinaryIO) -> list[str]:
    """The names of the sheets with cells, in order.

    Raises:
        WorkbookError: damaged.
    """
    with _opened(book) as workbook:
        return [sheet.title for sheet in workbook.worksheets]


def sheet_rows(book: BinaryIO, name: str) -> Iterator[list[str]]:
    """The rows of a sheet, cells as text; columns without a cell are "".

    Raises:
        WorkbookError: damaged, or no such sheet.
    """
    with _opened(book) as workbook:
        sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        if name not in sheets:
            raise WorkbookError(f"there is no sheet '{name}'")
        # What the file says of its own size is not trusted.
        sheets[name].reset_dimensions()
        for row in sheets[name].iter_rows(values_only=True, max_row=_MOST_ROWS):
            yield [_text(value) for value in row]


@contextlib.contextmanager
def _opened(book: BinaryIO) -> Iterator[Any]:
    """The workbook while it is read; whatever a damaged one raises is told in one way."""
    from openpyxl import load_workbook

    # What the library leaves aside (styles, validation) is no figure.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        _refuse_bomb(book)
        workbook = load_workbook(book, read_only=True, data_only=True, keep_links=False)
    except WorkbookError:
        raise
    except Exception as error:
        # A damaged file makes the library raise anything.
        raise WorkbookError(str(error) or type(error).__name__) from error
    try:
        yield workbook
    except WorkbookError:
        raise
    except Exception as error:
        raise WorkbookError(str(error) or type(error).__name__) from error
    finally:
        workbook.close()


def _refuse_bomb(book: BinaryIO) -> None:
    with zipfile.ZipFile(book) as archive:
        sizes = [(info.file_size, info.compress_size) for info in archive.infolist()]
    unpacked, packed = (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0)
    if unpacked > min(max(_BOMB_BYTES, _BOMB_RATIO * packed), _LARGEST_BYTES):
        raise WorkbookError(
            f"it unpacks to more than {_BOMB_RATIO} times its size; save it as csv if you trust it"
        )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time(0)
        return value.date().isoformat() if whole_day else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    words = str(value).strip()
    return "" if words in _ERRORS else words


def _number(number: float) -> str:
    """A number as people write it: 850511, not 850511.0; 0.1, not 0.10000000000000001."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"
