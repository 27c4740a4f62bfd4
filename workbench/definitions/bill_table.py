"""A bill of materials as a table: pasted from a spreadsheet, or the text of a csv file.

The first line names the columns, in any order: the keys of a material in `check-origin`, or their
usual headings. `tier` nests a material in the nearest one above it of a lower tier. Rows become
the nodes that JSON would give, so mistakes read the same and name their line.
"""

import csv
import io
from dataclasses import dataclass, field

from workbench.definitions.conversion import Converter
from workbench.definitions.fields import Field, Many, Part, Record
from workbench.definitions.good_input import MATERIAL, bill_issues
from workbench.definitions.nodes import Mapping, Node, Scalar, Sequence
from workbench.definitions.wording import meant, shown
from workbench.errors import DefinitionError, Problem
from workbench.model.goods import Material

COLUMNS = (
    "name",
    "code",
    "value",
    "origin",
    "originating",
    "weight",
    "tier",
    "designated",
    "self_produced",
    "recovered",
    "use",
    "assists",
    "deductions",
)
_HEADINGS = {
    "material": "name",
    "description": "name",
    "item": "name",
    "part": "name",
    "hs": "code",
    "hs code": "code",
    "tariff code": "code",
    "price": "value",
    "cost": "value",
    "amount": "value",
    "country": "origin",
    "country of origin": "origin",
    "made in": "origin",
    "originates": "originating",
    "level": "tier",
    "self produced": "self_produced",
}
_FLAGS = {"yes": "true", "y": "true", "no": "false", "n": "false"}
_NOT_KNOWN = {"", "-", "–", "?", "unknown", "n/a"}


@dataclass(frozen=True, slots=True)
class _Bill:
    materials: tuple[Material, ...] = ()


_BILL = Record(
    _Bill,
    "a bill of materials",
    (Field("materials", Many(Part(MATERIAL), may_be_empty=False), "The materials."),),
)


@dataclass
class _Row:
    """A material with what is nested in it."""

    line: int
    cells: list[tuple[Scalar, Node]]
    inner: list["_Row"] = field(default_factory=list)

    def node(self) -> Mapping:
        cells = list(self.cells)
        if self.inner:
            items = Sequence(tuple(row.node() for row in self.inner), self.line)
            cells.append((Scalar("materials", self.line, False), items))
        return Mapping(tuple(cells), self.line)


def parse_bill(text: str, name: str = "table") -> tuple[Material, ...]:
    """Read a table of materials, its cells parted by tabs, commas or semicolons.

    Args:
        text: the table.
        name: what messages call it.

    Raises:
        DefinitionError: a column that is none, or anything wrong in a row.
    """
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))
    rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    if not rows:
        raise _error(name, 0, "the table is empty", "start with a line that names the columns")
    head_line, head = rows[0]
    columns = [_column(cell, name, head_line) for cell in head]
    top: list[_Row] = []
    open_rows: list[_Row] = []
    for line, cells in rows[1:]:
        row, tier = _row(cells, columns, name, line)
        if tier > len(open_rows) + 1:
            what = f"tier {tier} follows tier {len(open_rows)}"
            raise _error(name, line, what, "add the material in between, or correct the tier")
        del open_rows[tier - 1 :]
        (open_rows[-1].inner if open_rows else top).append(row)
        open_rows.append(row)
    items = Sequence(tuple(row.node() for row in top), head_line)
    root = Mapping(((Scalar("materials", head_line, False), items),), head_line)
    converter = Converter(name, ())
    bill: _Bill = converter.part(
        Part(_BILL), root, lambda bill: bill_issues(bill.materials, None, ("materials",), ())
    )
    if problems := converter.all_problems():
        raise DefinitionError.of(problems)
    return bill.materials


def _row(cells: list[str], columns: list[str], name: str, line: int) -> tuple[_Row, int]:
    """The cells of a row that say something, and its tier."""
    found: list[tuple[Scalar, Node]] = []
    tier = 1
    if len(cells) > len(columns):
        raise _error(name, line, "the row has more cells than columns", "check its separators")
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if text.casefold() in _NOT_KNOWN:
            continue
        if column == "tier":
            if not (text.isascii() and text.isdigit() and int(text) >= 1):
                raise _error(name, line, f"the tier is {shown(text)}", "count from 1")
            tier = int(text)
            continue
        text = _FLAGS.get(text.casefold(), text) if column in _FLAG_COLUMNS else text
        found.append((Scalar(column, line, False), Scalar(text, line, False)))
    return _Row(line, found), tier


_FLAG_COLUMNS = {"originating", "designated", "self_produced", "recovered"}


def _column(cell: str, name: str, line: int) -> str:
    text = " ".join(cell.strip().casefold().split())
    column = _HEADINGS.get(text, text)
    if column not in COLUMNS:
        what = f"{shown(cell)} is not a column of a bill of materials"
        raise _error(name, line, what, meant(text, list(COLUMNS)))
    return column


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    if "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _error(name: str, line: int, text: str, fix: str) -> DefinitionError:
    return DefinitionError.of((Problem(name, line, "", text, fix),))
