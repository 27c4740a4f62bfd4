"""A grid of values, darker where larger: partner by product, exporter by importer."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    GAP,
    RIGHT,
    SMALL_PX,
    Drawing,
    Sheet,
    Table,
    Text,
    blend,
    ink_on,
)
from ui.models.frame_model import Column
from ui.theme import Theme

_ROW_MIN, _ROW_MAX, _MORE = 18.0, 32.0, 20.0
_LABEL_SHARE = 0.3
_TURNED = 64.0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Values by row and column; None where not known.

    Args:
        title: what they are, with the unit.
        rows: names of rows, top to bottom.
        columns: names of columns, left to right.
        values: one tuple a row.
        text: a value with its unit, for tips and table.
        cell: a value as shown in its cell, the unit being in the title; where one of them has no
            room in its cell, none is shown.
        label_title: what the rows are.
        notes: what else the tips of a row's cells say, one a row; none where empty.
        heads_above: names of columns stand above the grid where they fit without turning.
        empty: what to say without values.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    text: Text = fmt.percent
    cell: Text = fmt.percent_bare
    label_title: str = "Name"
    notes: tuple[str, ...] = ()
    heads_above: bool = False
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """The largest value and where it stands."""
        known = [
            (value, row, column)
            for row, line in zip(self.rows, self.values, strict=True)
            for column, value in zip(self.columns, line, strict=True)
            if value is not None
        ]
        if not known:
            return f"{self.title}: {self.empty.lower()}."
        value, row, column = max(known, key=lambda each: each[0])
        return (
            f"{self.title}: {fmt.plural(len(self.rows), 'row')} by "
            f"{fmt.plural(len(self.columns), 'column')}, the largest {self.text(value)} "
            f"at {row}, {column}."
        )

    def table(self) -> Table:
        """The grid itself."""
        columns = [Column("label", self.label_title)]
        values: dict[str, Sequence[object]] = {"label": list(self.rows)}
        for place, name in enumerate(self.columns):
            key = f"column{place}"
            columns.append(Column(key, name, self.text, numeric=True))
            values[key] = [line[place] for line in self.values]
        return Table(tuple(columns), values)

    def preferred_height(self) -> int:
        """All rows at ease, and turned headings."""
        return round(len(self.rows) * 28 + _TURNED + 4)


def cell_key(row: str, column: str) -> str:
    """Key of a cell, as it is selected by."""
    return f"{row}|{column}"


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: HeatMap, selected: str = ""
) -> Drawing:
    """Draw the grid into a rectangle; column names turn where they would not fit."""
    sheet = Sheet(painter, rect, look, selected)
    known = [v for line in data.values for v in line if v is not None]
    if not known or not data.columns:
        return sheet.nothing(data.empty)
    labels_wide = min(sheet.widest(data.rows) + 1, rect.width() * _LABEL_SHARE)
    left = rect.left() + labels_wide + GAP
    cell_wide = (rect.right() - left) / len(data.columns)
    turned = sheet.widest(data.columns, SMALL_PX) + 4 > cell_wide
    foot = _TURNED if turned else 20.0
    above = foot if data.heads_above and not turned else 0.0
    body = QRectF(left, rect.top() + above, rect.right() - left, rect.height() - foot)
    rows = data.rows
    if len(rows) * _ROW_MIN > body.height():
        body.setBottom(body.bottom() - _MORE)
        rows = rows[: max(1, int(body.height() // _ROW_MIN))]
        line = QRectF(rect.left(), rect.bottom() - _MORE, rect.width(), _MORE)
        sheet.more_line(line, len(data.rows) - len(rows))
    height = min(max(body.height() / len(rows), _ROW_MIN), _ROW_MAX)
    top_value, low_value = max(known), min(*known, 0.0)
    span = (top_value - low_value) or 1.0
    low, high = look.color("heat_low"), look.color("heat_high")
    cells = [data.cell(value) for line in data.values for value in line]
    written = sheet.widest(cells, SMALL_PX) + 4 <= cell_wide - 2
    for place, name in enumerate(rows):
        top = body.top() + place * height
        sheet.words(QRectF(rect.left(), top, labels_wide, height), name, "text", RIGHT)
        for number, column in enumerate(data.columns):
            value = data.values[place][number]
            box = QRectF(left + number * cell_wide, top, cell_wide, height)
            cell = box.adjusted(1, 1, -1, -1)
            color = low if value is None else blend(low, high, (value - low_value) / span)
            sheet.block(cell, "card" if value is None else color, 3)
            if written:
                ink = look.color("text_3") if value is None else ink_on(color)
                sheet.words(cell, data.cell(value), ink, CENTER, SMALL_PX)
            key = cell_key(name, column)
            if key == selected:
                painter.setPen(QPen(look.color("text"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell, 3, 3)
            note = f". {data.notes[place]}" if data.notes and data.notes[place] else ""
            sheet.hit(key, box, f"{name}, {column}: {data.text(value)}{note}")
    bottom = body.top() + height * len(rows)
    every = 1
    while turned and cell_wide * every < 15:
        every += 1
    for number, column in enumerate(data.columns):
        middle = left + (number + 0.5) * cell_wide
        if not turned:
            head = rect.top() if above else bottom + 2
            box = QRectF(middle - cell_wide / 2, head, cell_wide, 18)
            sheet.words(box, column, "text_2", CENTER, SMALL_PX)
        elif number % every == 0:
            room = min(_TURNED - 8, middle + 3 - rect.left())
            sheet.turned_words(QPointF(middle + 3, bottom + 5), column, "text_2", room)
    return sheet.drawing()
