"""Bills of materials as tables: pasted from a spreadsheet, or read from a csv or xlsx file.

The first row may name the columns; without names they stand in the order of `COLUMNS`. Tiers come
from a column of levels (1, 2, 3), of numbers (1, 1.1, 1.1.1), or from blanks before a name.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.errors import DefinitionError, Problem
from workbench.model.economies import economy_name, is_economy
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.goods import Good, Material, Place
from workbench.model.nomenclature import digits_of, dotted
from workbench.tradedata.ingest.workbook import WorkbookError, sheet_names, sheet_rows

COLUMNS = ("name", "code", "value", "origin", "originating", "weight")
MOST_ROWS = 2_000
_MOST_BYTES = 10_000_000
_SLACK = 1 + 1e-9

_HEADINGS = {
    "name": ("name", "material", "materials", "description", "item", "part", "input", "component"),
    "code": ("code", "hs", "hs code", "hscode", "tariff", "tariff code", "classification", "hts"),
    "value": ("value", "cost", "price", "amount", "usd", "value usd", "unit cost", "total"),
    "origin": ("origin", "country", "country of origin", "made in", "economy", "coo"),
    "originating": ("originating", "originates", "status", "qualifies", "origin status"),
    "weight": ("weight", "kg", "net weight", "mass"),
    "level": ("level", "tier"),
    "number": ("no", "no.", "number", "position", "pos"),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}
_YES = {"yes", "y", "true", "1", "originating", "o", "x"}
_NO = {"no", "n", "false", "0", "non-originating", "not originating", "nonoriginating"}
_OPEN = {"", "?", "-", "–", "unknown", "not known", "n/a", "na"}
_LEVEL = re.compile(r"\d{1,4}(?:\.\d{1,4})*")
_CURRENCY = re.compile(r"^(?:usd|us\$|eur|\$|€|£)\s*|\s*(?:usd|eur|kg|\$|€|£)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as read: the material, its depth, and its number in the table."""

    material: Material
    depth: int
    number: int


def read_bill_text(text: str, name: str = "the clipboard") -> tuple[Material, ...]:
    """Materials from text with tabs, semicolons or commas between the cells.

    Raises:
        DefinitionError: there is no row, or a cell that is not what its column holds.
    """
    return _read(_split(text), name)


def read_bill_file(path: Path) -> tuple[Material, ...]:
    """Materials from a csv or xlsx file; of a workbook, the first sheet.

    Raises:
        DefinitionError: the file cannot be read, or does not hold a bill.
    """
    name = path.name
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _wrong(name, 0, "the file is too large for a bill of materials", "check it")
        if path.suffix.lower() in {".xlsx", ".xlsm"}:
            with path.open("rb") as book:
                sheets = sheet_names(book)
                rows = list(sheet_rows(book, sheets[0])) if sheets else []
            return _read(rows, name)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = f"the file cannot be read ({error.strerror or error})"
        raise _wrong(name, 0, why, "check its name and rights") from None
    except (WorkbookError, zipfile.BadZipFile) as error:
        raise _wrong(name, 0, f"not a workbook: {error}", "save it as xlsx or csv") from None
    except UnicodeDecodeError:
        raise _wrong(name, 0, "the text is not UTF-8", "save it as csv in UTF-8") from None
    return _read(_split(text), name)


def bill_text(materials: Sequence[Material]) -> str:
    """A bill as tab-separated text that `read_bill_text` reads back, for a spreadsheet."""
    lines = ["\t".join(("number", *COLUMNS))]
    for place, material in Good("", materials=tuple(materials)).walk():
        cells = (
            ".".join(str(step + 1) for step in place),
            _cell(material.name),
            dotted(material.code) if material.code else "",
            _figure(material.value),
            material.origin or "",
            {True: "yes", False: "no", None: ""}[material.originating],
            _figure(material.weight),
        )
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def bill_problems(good: Good) -> tuple[tuple[Place, str], ...]:
    """What cannot be in a bill, each with the place of the material; () is the whole good."""
    return tuple(_problems(good.materials, good.value, (), frozenset()))


def parse_origin(text: str) -> str | None:
    """An economy by its code or name; None where the text says that it is not known.

    Raises:
        ValueError: no economy, as a sentence.
    """
    word = text.strip()
    if word.casefold() in _OPEN:
        return None
    if is_economy(word.upper()):
        return word.upper()
    for code in (*ECONOMIES, *CUSTOMS_TERRITORIES):
        if economy_name(code).casefold() == word.casefold():
            return code
    raise ValueError(f"'{word}' is not an economy: write a code such as KOR, or its name")


def parse_code(text: str) -> str:
    """The digits of an HS code; "" where there is none.

    Raises:
        ValueError: not a code, as a sentence.
    """
    word = text.strip()
    if word.casefold() in _OPEN:
        return ""
    if re.fullmatch(r"\d{3}|\d{5}|\d{7}|\d{9}", word):
        word = f"0{word}"  # a spreadsheet took the code for a number
    return digits_of(word)


def parse_amount(text: str) -> float | None:
    """A number of at least zero, thousands separated or not; None where it is not known.

    Raises:
        ValueError: no such number, as a sentence.
    """
    word = _CURRENCY.sub("", text.strip())
    if word.casefold() in _OPEN:
        return None
    if re.fullmatch(r"-?\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?", word):
        word = re.sub(r"[,' ]", "", word)
    elif re.fullmatch(r"-?\d+,\d{1,2}", word):
        word = word.replace(",", ".")
    try:
        number = float(word)
    except ValueError:
        raise ValueError(f"'{text.strip()}' is not a number") from None
    if not 0 <= number < 1e15:
        raise ValueError(f"'{text.strip()}' is not between 0 and 1e15")
    return number


def parse_originating(text: str) -> bool | None:
    """Yes, no or not known.

    Raises:
        ValueError: none of them, as a sentence.
    """
    word = text.strip().casefold()
    if word in _OPEN:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"'{text.strip()}' is neither yes nor no; leave it empty where not known")


def _split(text: str) -> list[list[str]]:
    """Cells by the sign that separates most of the first line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in lines.split("\n") if line.strip()), "")
    sign = max("\t;,", key=lambda s: (first.count(s), s == "\t"))
    return list(csv.reader(io.StringIO(lines), delimiter=sign))


def _read(cells: Sequence[Sequence[str]], name: str) -> tuple[Material, ...]:
    rows = [(n, list(row)) for n, row in enumerate(cells, start=1) if any(c.strip() for c in row)]
    if not rows:
        raise _wrong(name, 0, "there is no row in it", "copy the cells with name, code, value")
    if len(rows) > MOST_ROWS:
        raise _wrong(name, 0, f"it has more than {MOST_ROWS:,} rows", "check what was copied")
    columns, named = _columns(rows[0][1])
    body = rows[1:] if named else rows
    read = [_row(dict(zip(columns, row, strict=False)), number, name) for number, row in body]
    if not read:
        raise _wrong(name, 0, "there is no row below the headings", "copy the rows too")
    return _tree(read, name)


def _columns(first: Sequence[str]) -> tuple[list[str], bool]:
    """The columns by the words of the first row, and whether it has such words."""
    found = [_COLUMN_OF.get(re.sub(r"\s*\(.*\)", "", w.strip().casefold()), "") for w in first]
    known = [column for column in found if column]
    if len(known) >= 2 and len(set(known)) == len(known):
        return found, True
    if known == ["name"] and len(first) == 1:
        return found, True
    return list(COLUMNS), False


def _row(cells: dict[str, str], number: int, name: str) -> _Row:
    cells.pop("", None)
    label = cells.get("name", "")
    depth = (len(label) - len(label.lstrip(" \u00a0"))) // 2
    for column in ("level", "number"):
        word = cells.get(column, "").strip().rstrip(".")
        if not word:
            continue
        if not _LEVEL.fullmatch(word):
            what = f"'{word}' is not a {column}"
            raise _wrong(name, number, what, "write levels as 1, 2, 3 and numbers as 1, 1.1, 1.1.1")
        depth = word.count(".")
        if column == "level" and not depth:
            depth = int(word)
    try:
        material = Material(
            name=label.strip(),
            code=parse_code(cells.get("code", "")),
            value=parse_amount(cells.get("value", "")),
            origin=parse_origin(cells.get("origin", "")),
            originating=parse_originating(cells.get("originating", "")),
            weight=parse_amount(cells.get("weight", "")),
        )
    except ValueError as error:
        raise _wrong(name, number, str(error), "correct the cell") from None
    if not material.name and not material.code:
        raise _wrong(name, number, "the material has neither a name nor a code", "give one")
    return _Row(material, depth, number)


def _tree(rows: list[_Row], name: str) -> tuple[Material, ...]:
    """Rows with depths as materials within materials."""
    numbered = _flat_levels(rows)
    at = 0

    def below(depth: int) -> tuple[Material, ...]:
        nonlocal at
        found: list[Material] = []
        while at < len(numbered) and numbered[at].depth >= depth:
            row = numbered[at]
            if row.depth > depth:
                what = "the material is a tier too deep below the one before it"
                raise _wrong(name, row.number, what, "check the levels")
            at += 1
            found.append(replace(row.material, materials=below(depth + 1)))
        return tuple(found)

    return below(0)


def _flat_levels(rows: list[_Row]) -> list[_Row]:
    """Depths counted from the least."""
    least = min(row.depth for row in rows)
    return [replace(row, depth=row.depth - least) for row in rows]


def _problems(
    materials: tuple[Material, ...], whole: float | None, at: Place, above: frozenset[str]
) -> Iterator[tuple[Place, str]]:
    total = sum(material.counted_value or 0.0 for material in materials)
    if whole is not None and total > whole * _SLACK:
        yield (
            at,
            f"The materials are worth {total:,.6g}, more than what they make ({whole:,.6g}): "
            "check the values and their currency.",
        )
    for position, material in enumerate(materials):
        place = (*at, position)
        key = material.name.strip().casefold()
        if key and key in above:
            yield place, f"{material.name} is made from itself: take one of the two out."
        value = material.counted_value
        if value is not None and value < 0:
            yield place, f"The deductions from {material.name} are more than its value."
        inside = above | {key} if key else above
        yield from _problems(material.materials, value, place, inside)


def _cell(text: str) -> str:
    flat = re.sub(r"[\t\r\n]+", " ", text)
    return f"'{flat}" if flat.startswith(("=", "+", "-", "@")) else flat


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _wrong(name: str, line: int, what: str, fix: str) -> DefinitionError:
    return DefinitionError.of((Problem(name, line, "", what, fix),))
