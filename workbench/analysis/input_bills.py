"""Bills of inputs from a spreadsheet or a file of the library.

A row is one input of one good: `goods`, `input`, `share`, `source`, and where known `exporters`,
`origins` ("CHN 60, KOR 0.25") and `notes`. Rows of the same goods, exporters and source are one
bill. Shares are fractions, or per cent where one is above 1 or has the sign.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from workbench.definitions.reader import read_named_bills
from workbench.errors import DefinitionError
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.economies import is_economy
from workbench.model.nomenclature import HSRange
from workbench.tradedata.ingest.workbook import WorkbookError, sheet_names, sheet_rows

_NEEDED = ("goods", "input", "share", "source")
_MORE = ("exporters", "origins", "notes")
_HEADINGS = {
    "goods": ("goods", "good", "product", "products", "output", "hs code of the good"),
    "input": ("input", "material", "hs", "code", "input code"),
    "share": ("share", "cost share", "cost_share", "share of value"),
    "source": ("source", "sources"),
    "exporters": ("exporters", "exporter", "economy"),
    "origins": ("origins", "origin"),
    "notes": ("notes", "note"),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}
_ORIGIN = re.compile(r"([A-Za-z0-9]+)\s+([\d.]+)\s*%?")
_MOST_BYTES = 10_000_000
_MOST_ROWS = 5_000
_SLACK = 1e-9


def read_bills(path: Path) -> tuple[BillOfInputs, ...]:
    """Bills from a yaml file of the library, a csv file, or the first sheet of a workbook.

    Raises:
        DefinitionError: the file cannot be read, or a row of it is not right.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        return read_named_bills(path).bills
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DefinitionError(f"{path}: the file is too large for bills of inputs; check it")
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            with path.open("rb") as book:
                sheets = sheet_names(book)
                rows = [list(row) for row in sheet_rows(book, sheets[0])] if sheets else []
        else:
            text = path.read_bytes().decode("utf-8-sig")
            first = text.split("\n", 1)[0]
            sign = max("\t;,", key=first.count)
            rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    except OSError as error:
        why = error.strerror or str(error)
        raise DefinitionError(
            f"{path}: the file cannot be read ({why}); check its name and rights"
        ) from None
    except (WorkbookError, zipfile.BadZipFile) as error:
        raise DefinitionError(f"{path}: not a workbook ({error}); save it as xlsx") from None
    except UnicodeDecodeError:
        raise DefinitionError(f"{path}: the text is not UTF-8; save it as csv in UTF-8") from None
    return _bills(rows, path)


def _bills(rows: Sequence[Sequence[str]], path: Path) -> tuple[BillOfInputs, ...]:
    head = [_COLUMN_OF.get(cell.strip().casefold(), "") for cell in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise DefinitionError(
            f"{path}:1: there is no column '{missing[0]}'; the first row must name "
            f"{', '.join(_NEEDED)}"
        )
    if len(rows) > _MOST_ROWS:
        raise DefinitionError(f"{path}: it has more than {_MOST_ROWS:,} rows; check it")
    found: dict[tuple[tuple[HSRange, ...], tuple[str, ...], str], list[InputShare]] = {}
    notes: dict[object, str] = {}
    problems: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: cell.strip() for name, cell in zip(head, row, strict=False) if name}
        try:
            goods, exporters, item = _row(cells)
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
            continue
        key = (goods, exporters, cells["source"])
        found.setdefault(key, []).append(item)
        notes[key] = notes.get(key) or cells.get("notes", "")
    for key, items in found.items():
        total = sum(item.cost_share for item in items)
        if total > 1 + _SLACK:
            problems.append(
                f"{path}: the inputs of {key[0][0]} add up to {total:.4g} of its value; keep "
                "them within 1"
            )
    if problems:
        raise DefinitionError("\n".join(problems))
    if not found:
        raise DefinitionError(f"{path}: there is no row below the headings; add some")
    return tuple(
        BillOfInputs(goods, tuple(items), source, exporters, notes[goods, exporters, source])
        for (goods, exporters, source), items in found.items()
    )


def _row(cells: dict[str, str]) -> tuple[tuple[HSRange, ...], tuple[str, ...], InputShare]:
    if not cells.get("source"):
        raise ValueError("the source is blank; say where the share comes from")
    goods = tuple(HSRange.parse(code) for code in _words(cells.get("goods", "")))
    if not goods:
        raise ValueError("the goods are blank; give HS codes")
    exporters = tuple(code.upper() for code in _words(cells.get("exporters", "")))
    for code in exporters:
        if not is_economy(code):
            raise ValueError(f"'{code}' is not an economy; give codes such as KOR")
    origins: dict[str, float] = {}
    for part in filter(None, (p.strip() for p in re.split("[,;]", cells.get("origins", "")))):
        match = _ORIGIN.fullmatch(part)
        if match is None or not is_economy(match[1].upper()):
            raise ValueError(f"'{part}' is no origin; write an economy and its share, as KOR 25 %")
        origins[match[1].upper()] = _share(part.removeprefix(match[1]))
    if sum(origins.values()) > 1 + _SLACK:
        raise ValueError("the origins add up to more than the input; keep them within 1")
    item = InputShare(
        HSRange.parse(cells.get("input", "")),
        _share(cells.get("share", "")),
        tuple(origins.items()),
    )
    return goods, exporters, item


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,;\s]+", text) if word]


def _share(text: str) -> float:
    word = text.strip()
    try:
        share = float(word.removesuffix("%"))
    except ValueError:
        raise ValueError(f"'{word}' is not a share; write 0.25 or 25 %") from None
    if word.endswith("%") or share > 1:
        share /= 100
    if not 0 <= share <= 1:
        raise ValueError(f"'{word}' is not a share; write 0.25 or 25 %")
    return round(share, 10)
