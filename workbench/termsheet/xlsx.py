"""The document as a spreadsheet: the text on one sheet, each table on one of its own.

Numbers are numbers, unrounded, in the format of their column; texts are strings, never formulas.
"""

import io
import re
from datetime import datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from workbench.termsheet.content import (
    Cell,
    Change,
    Column,
    ColumnKind,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    ParagraphKind,
    Picture,
    Row,
    Runs,
    Table,
    text_of,
)
from workbench.termsheet.labels import Labels

_EPOCH = datetime(2000, 1, 1)
_LONGEST_CELL = 32_000
_NUMBERS = {
    ColumnKind.USD: "#,##0",
    ColumnKind.SHARE: "0.00%",
    ColumnKind.POINTS: "0.00%",
    ColumnKind.NUMBER: "#,##0.######",
    ColumnKind.COUNT: "#,##0",
}
_SHARES = ("%", "pp", "pt")
_COLOURS = {"inserted": "#0b6b3a", "deleted": "#a6261d", "changed": "#d98a2b"}
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def xlsx(document: Document) -> bytes:
    """The document as XLSX."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": document.name[:250],
            "author": "Pactwright",
            "comments": document.trace.scenario_sha256,
            "created": _EPOCH,
        }
    )
    formats = _formats(book)
    text = book.add_worksheet("Text")
    _Text(text, formats, document).write()
    labels = Labels(document.words)
    taken = {"text"}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                _table(book, formats, document, block, labels.table(block), taken)
            elif isinstance(block, Picture):
                _table(book, formats, document, block.data, labels.picture(block), taken)
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    head = {
        **base,
        "bold": True,
        "bg_color": "#eaf0f8",
        "bottom": 2,
        "bottom_color": "#1f4e8c",
        "text_wrap": True,
        "valign": "bottom",
    }
    made = {
        "title": book.add_format({**base, "bold": True, "font_size": 18, "font_color": "#1f4e8c"}),
        "heading": book.add_format(
            {**base, "bold": True, "font_size": 13, "font_color": "#1f4e8c"}
        ),
        "strong": book.add_format({**base, "bold": True}),
        "text": book.add_format({**base, "text_wrap": True}),
        "note": book.add_format({**base, "text_wrap": True, "font_color": "#566273"}),
        "head": book.add_format(head),
        "unit": book.add_format({**base, "font_color": "#566273", "align": "right"}),
    }
    looks = {
        "inserted": {"font_color": _COLOURS["inserted"], "underline": 1},
        "deleted": {"font_color": _COLOURS["deleted"], "font_strikeout": True},
    }
    for look, form in looks.items():
        made[look] = book.add_format({**base, **form})
        made[f"head-{look}"] = book.add_format({**head, **form})
    made["head-changed"] = book.add_format({**head, "bg_color": "#fdf1d6"})
    for kind, pattern in _NUMBERS.items():
        made[kind.value] = book.add_format({**base, "num_format": pattern})
        for look, form in looks.items():
            made[f"{kind.value}-{look}"] = book.add_format({**base, **form, "num_format": pattern})
    return made


class _Text:
    """The sheet that reads as the document does, tables apart."""

    def __init__(self, sheet: Any, formats: dict[str, Any], document: Document) -> None:
        self._sheet, self._formats, self._document = sheet, formats, document
        self._row = 0

    def write(self) -> None:
        """Write it."""
        document = self._document
        self._sheet.set_column(0, 0, 26)
        self._sheet.set_column(1, 1, 110)
        self._sheet.set_column(2, 2, 18)
        self._page()
        self._put(text_of(document.title), "title")
        self._put(" · ".join(p for p in (text_of(document.subtitle), document.date) if p), "text")
        self._put(document.marking, "strong")
        for row in document.facts.rows:
            _string(
                self._sheet, self._row, 0, row.cells[0].runs, self._formats["strong"], self._formats
            )
            _string(
                self._sheet, self._row, 1, row.cells[1].runs, self._formats["text"], self._formats
            )
            self._row += 1
        if document.compared_with:
            self._put(document.compared_with, "text")
        for section in document.sections:
            self._row += 1
            number = f"{document.words.annex} {section.number}" if section.annex else section.number
            self._put(f"{number}  {text_of(section.title)}", "heading")
            for block in section.blocks:
                self._block(block)

    def _page(self) -> None:
        marking = self._document.marking.replace("&", "&&")[:200]
        version = f"{self._document.words.version} {self._document.trace.version}"
        self._sheet.set_header(f"&R{marking}")
        self._sheet.set_footer(f"&L{version}&R&P / &N")
        self._sheet.hide_gridlines(2)

    def _put(self, text: str, form: str) -> None:
        self._sheet.write_string(self._row, 0, text[:_LONGEST_CELL], self._formats[form])
        self._row += 1

    def _block(self, block: Any) -> None:
        match block:
            case Paragraph():
                form = {ParagraphKind.HEADING: "strong", ParagraphKind.NOTE: "note"}.get(
                    block.kind, "text"
                )
                self._words(block.runs, form)
            case ListBlock():
                for number, item in enumerate(block.items, 1):
                    if block.ordered:
                        self._sheet.write_number(self._row, 0, number, self._formats["text"])
                    self._words(item.runs, "text")
            case Figures():
                for figure in block.figures:
                    self._sheet.write_string(self._row, 0, figure.title, self._formats["strong"])
                    words = f"{figure.value.text} · {figure.interval.text} · {figure.formula}"
                    self._sheet.write_string(self._row, 1, words, self._formats["text"])
                    if figure.value.value is not None:
                        form = _number_format(ColumnKind.NUMBER, figure.value.text, Change.SAME)
                        self._sheet.write_number(
                            self._row, 2, figure.value.value, self._formats[form]
                        )
                    self._row += 1

    def _words(self, words: Runs, form: str) -> None:
        _string(self._sheet, self._row, 1, words, self._formats[form], self._formats)
        self._row += 1


def _table(
    book: Any,
    formats: dict[str, Any],
    document: Document,
    table: Table,
    label: str,
    taken: set[str],
) -> None:
    """A table on a sheet of its own; what changed since an earlier version is marked.

    A column of figures of which some changed has what they were beside it, as numbers too.
    """
    sheet = book.add_worksheet(_sheet_name(table.name, taken))
    sheet.set_header(f"&R{document.marking.replace('&', '&&')[:200]}")
    _string(sheet, 0, 0, table.caption, formats["strong"], formats, label)
    if table.note:
        _string(sheet, 1, 0, table.note, formats["note"], formats)
    places: list[tuple[int, bool]] = []
    for number, column in enumerate(table.columns):
        changed = any(row.cells[number].changed for row in table.rows if not _whole(row))
        look = "changed" if changed and not _whole(table) else table.change.value
        _head(sheet, len(places), column, column.title, formats, look)
        places.append((number, False))
        if changed and column.kind.numeric:
            title = f"{column.title}, {document.words.before}"
            _head(sheet, len(places), column, title, formats, Change.DELETED.value)
            places.append((number, True))
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(2, 3)
    for at, row in enumerate(table.rows, 4):
        for place, (number, before) in enumerate(places):
            cell, kind = row.cells[number], table.columns[number].kind
            if not before:
                _cell(sheet, at, place, cell, kind, formats)
            elif cell.changed and not _whole(row):
                _before(sheet, at, place, cell, kind, formats)
    if table.rows:
        sheet.autofilter(3, 0, 3 + len(table.rows), len(places) - 1)
    if _whole(table):
        sheet.set_tab_color(_COLOURS[table.change.value])
    elif any(cell.changed for row in table.rows for cell in row.cells):
        sheet.set_tab_color(_COLOURS["changed"])


def _whole(part: Row | Table) -> bool:
    """Whether it came or went as a whole."""
    return part.change is not Change.SAME


def _head(
    sheet: Any, place: int, column: Column, title: str, formats: dict[str, Any], look: str
) -> None:
    head = formats["head" if look == Change.SAME.value else f"head-{look}"]
    sheet.write_string(2, place, title, head)
    sheet.write_string(3, place, column.unit, formats["unit"])
    sheet.set_column(place, place, min(60, max(10, 13 * column.width)))


def _cell(
    sheet: Any, row: int, place: int, cell: Cell, kind: ColumnKind, formats: dict[str, Any]
) -> None:
    """A number as a number, also where it came, went or took the place of another."""
    shown = cell.runs
    if kind.numeric and len({run.change for run in shown}) > 1:  # the old one has its own column
        shown = tuple(run for run in shown if run.change is not Change.DELETED)
    if cell.value is None or not kind.numeric:
        _string(sheet, row, place, shown, formats["text"], formats)
        return
    look = shown[0].change if shown else Change.SAME
    form = _number_format(kind, text_of(shown), look)
    sheet.write_number(row, place, cell.value, formats[form])


def _before(
    sheet: Any, row: int, place: int, cell: Cell, kind: ColumnKind, formats: dict[str, Any]
) -> None:
    """What a figure was that is another now."""
    old = tuple(run for run in cell.runs if run.change is Change.DELETED)
    if cell.earlier is None:
        _string(sheet, row, place, old, formats["text"], formats)
    else:
        form = _number_format(kind, text_of(old), Change.DELETED)
        sheet.write_number(row, place, cell.earlier, formats[form])


def _number_format(kind: ColumnKind, text: str, look: Change) -> str:
    """The name of a format; a figure in a column of several kinds has a unit of its own."""
    if kind is ColumnKind.NUMBER and text.endswith(_SHARES):
        kind = ColumnKind.SHARE
    return kind.value if look is Change.SAME else f"{kind.value}-{look.value}"


def _string(
    sheet: Any,
    row: int,
    place: int,
    words: Runs,
    form: Any,
    formats: dict[str, Any],
    lead: str = "",
) -> None:
    """A text in a cell, its changes marked where it has any."""
    parts = [run for run in words if run.text]
    whole = (lead + text_of(tuple(parts)))[:_LONGEST_CELL]
    if all(run.change is Change.SAME for run in parts) or len(whole) == _LONGEST_CELL:
        sheet.write_string(row, place, whole, form)
        return
    if len(parts) == 1 and not lead:
        sheet.write_string(row, place, whole, formats[parts[0].change.value])
        return
    pieces: list[Any] = [lead] if lead else []
    for run in parts:
        if run.change is not Change.SAME:
            pieces.append(formats[run.change.value])
        pieces.append(run.text)
    sheet.write_rich_string(row, place, *pieces, form)


def _sheet_name(name: str, taken: set[str]) -> str:
    base = _NOT_IN_SHEET_NAMES.sub("-", name)[:28] or "Table"
    result, number = base, 2
    while result.lower() in taken:
        result, number = f"{base} {number}", number + 1
    taken.add(result.lower())
    return result
