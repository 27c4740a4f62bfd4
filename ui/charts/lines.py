"""Lines over one axis: figures along a swept rule, years, or points of which some are best."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    LEFT,
    RIGHT,
    SMALL_PX,
    Drawing,
    Scale,
    Sheet,
    Table,
    Text,
    Ticks,
    blend,
    nice_ticks,
)
from ui.models.frame_model import Column
from ui.theme import Theme, contrast

_AXIS, _TITLE, _LINE = 20.0, 18.0, 15.0
_END_LABEL_SHARE = 0.34
_DASHES = ((), (6.0, 3.0), (2.0, 2.5), (8.0, 3.0, 2.0, 3.0))
_MARKERS = "osd^"
_REACH = 9.0
_EARLY_END = 40.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on both axes; y is None where not known, and the line has a gap."""

    x: float
    y: float | None
    key: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, left to right.

    Args:
        label: words at its end.
        points: where it goes.
        line: whether points are joined.
        markers: whether points are marked.
        faint: drawn in grey, behind the others and without a label of its own.
    """

    label: str
    points: tuple[Point, ...]
    line: bool = True
    markers: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A dashed upright line with words at its head, e.g. the rule as drafted."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Series over shared axes; axis titles carry the units."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    x_text: Text = fmt.percent
    y_text: Text = fmt.money
    x_ticks: Ticks = fmt.percent_ticks
    y_ticks: Ticks = fmt.money_ticks
    from_zero: bool = True
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def describe(self) -> str:
        """From where to where each line runs."""
        parts = []
        for series in self.series:
            known = [point for point in series.points if point.y is not None]
            if known and not series.faint:
                first, last = known[0], known[-1]
                parts.append(
                    f"{series.label} from {self.y_text(first.y)} at {self.x_text(first.x)} "
                    f"to {self.y_text(last.y)} at {self.x_text(last.x)}"
                )
        return f"{self.title}: {'; '.join(parts) or self.empty.lower()}."

    def table(self) -> Table:
        """Every point."""
        rows = [(series.label, point) for series in self.series for point in series.points]
        columns = (
            Column("series", "Series"),
            Column("label", "Point"),
            Column("x", self.x_title, self.x_text, numeric=True),
            Column("y", self.y_title, self.y_text, numeric=True),
        )
        values: dict[str, Sequence[object]] = {
            "series": [label for label, _ in rows],
            "label": [point.label or None for _, point in rows],
            "x": [point.x for _, point in rows],
            "y": [point.y for _, point in rows],
        }
        named = any(point.label for _, point in rows)
        return Table(columns if named else (columns[0], *columns[2:]), values)

    def preferred_height(self) -> int:
        """Room for five ticks and two titles."""
        return 300


def draw(painter: QPainter, rect: QRectF, look: Theme, data: Lines, selected: str = "") -> Drawing:
    """Draw axes, marks, lines and their labels into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    xs = [point.x for series in data.series for point in series.points]
    ys = [p.y for series in data.series for p in series.points if p.y is not None]
    if not ys:
        return sheet.nothing(data.empty)
    xs += [mark.x for mark in data.marks]
    low = min(*ys, 0.0) if data.from_zero else min(ys)
    most = max(2, min(6, int((rect.height() - 60) // 34)))
    y_ticks = nice_ticks(low, max(ys), most)
    y_wide = sheet.widest(data.y_ticks(y_ticks), SMALL_PX) + 7
    ends = [s.label for s in data.series if not s.faint and s.label]
    end_wide = min(sheet.widest(ends, SMALL_PX) + 10, rect.width() * _END_LABEL_SHARE)
    head = _TITLE + (_LINE if data.marks else 6) + 2
    plot = QRectF(
        rect.left() + y_wide,
        rect.top() + head,
        max(rect.width() - y_wide - max(end_wide, 14), 20),
        max(rect.height() - head - _AXIS - _TITLE, 20),
    )
    x_ticks = _x_ticks(sheet, data, min(xs), max(xs), plot.width())
    across = Scale(min(x_ticks[0], min(xs)), max(x_ticks[-1], max(xs)), plot.left(), plot.right())
    up = Scale(y_ticks[0], y_ticks[-1], plot.bottom(), plot.top())
    _draw_axes(sheet, data, plot, x_ticks, y_ticks, across, up, y_wide)
    _draw_marks(sheet, data, plot, across)
    colors = _colors(look, data.series)
    strong = [series for series in data.series if not series.faint]
    for series, color in sorted(
        zip(data.series, colors, strict=True), key=lambda each: not each[0].faint
    ):
        number = 0 if series.faint else strong.index(series)
        _draw_series(sheet, data, series, number, color, across, up)
    _draw_end_labels(sheet, data, plot, colors, across, up)
    return sheet.drawing()


def _colors(look: Theme, series: Sequence[Series]) -> list[QColor]:
    colors, number = [], 0
    for one in series:
        if one.faint:
            colors.append(QColor(look.other))
        else:
            colors.append(look.series_color(number))
            number += 1
    return colors


def _x_ticks(sheet: Sheet, data: Lines, low: float, high: float, width: float) -> tuple[float, ...]:
    ticks: tuple[float, ...] = (low, high)
    for most in (11, 9, 7, 6, 5, 4, 3, 2):
        ticks = nice_ticks(low, high, most)
        wide = sheet.widest(data.x_ticks(ticks), SMALL_PX) + 14
        if wide * len(ticks) <= width:
            break
    return ticks


def _draw_axes(
    sheet: Sheet,
    data: Lines,
    plot: QRectF,
    x_ticks: tuple[float, ...],
    y_ticks: tuple[float, ...],
    across: Scale,
    up: Scale,
    y_wide: float,
) -> None:
    rect = sheet.rect
    title_box = QRectF(rect.left(), rect.top(), rect.width(), _TITLE)
    sheet.words(title_box, data.y_title, "text_3", LEFT, SMALL_PX)
    for tick, words in zip(y_ticks, data.y_ticks(y_ticks), strict=True):
        y = up(tick)
        token = "input_border" if tick == 0 else "rule"
        sheet.line(QPointF(plot.left(), y), QPointF(plot.right(), y), token)
        box = QRectF(rect.left(), y - 8, y_wide - 7, 16)
        sheet.words(box, words, "text_2", RIGHT, SMALL_PX)
    for tick, words in zip(x_ticks, data.x_ticks(x_ticks), strict=True):
        x = across(tick)
        wide = sheet.width(words, SMALL_PX) + 2
        sheet.line(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4), "border")
        box = QRectF(x - wide / 2, plot.bottom() + 4, wide, _AXIS - 4)
        box.moveLeft(min(max(box.left(), rect.left()), rect.right() - wide))
        sheet.words(box, words, "text_2", CENTER, SMALL_PX)
    foot = QRectF(rect.left(), plot.bottom() + _AXIS, plot.right() - rect.left(), _TITLE)
    sheet.words(foot, data.x_title, "text_3", RIGHT, SMALL_PX)


def _draw_marks(sheet: Sheet, data: Lines, plot: QRectF, across: Scale) -> None:
    marks = sorted(data.marks, key=lambda mark: mark.x)
    boxes = [_mark_box(sheet, mark, plot, across, -0.5) for mark in marks]
    if any(one.intersects(other) for one, other in pairwise(boxes)):
        # Words of the first end at its line, words of the others start at theirs.
        shifts = [-1.0] + [0.0] * (len(marks) - 1)
        boxes = [_mark_box(sheet, m, plot, across, s) for m, s in zip(marks, shifts, strict=True)]
    taken = QRectF()
    for mark, box in zip(marks, boxes, strict=True):
        x = across(mark.x)
        sheet.dashed(QPointF(x, plot.top()), QPointF(x, plot.bottom()), "text_3")
        if not box.intersects(taken):
            taken = sheet.words(box, mark.label, "text_2", CENTER, SMALL_PX)
        sheet.hit(f"mark:{mark.label}", QRectF(x - 4, plot.top(), 8, plot.height()), mark.label)


def _mark_box(sheet: Sheet, mark: Mark, plot: QRectF, across: Scale, shift: float) -> QRectF:
    """Room for the words of a mark above the plot, `shift` of its width from the line."""
    wide = min(sheet.width(mark.label, SMALL_PX) + 4, sheet.rect.right() - plot.left())
    box = QRectF(across(mark.x) + shift * wide, plot.top() - _LINE - 1, wide, _LINE)
    box.moveLeft(min(max(box.left(), plot.left()), sheet.rect.right() - wide))
    return box


def _draw_series(
    sheet: Sheet,
    data: Lines,
    series: Series,
    number: int,
    color: QColor,
    across: Scale,
    up: Scale,
) -> None:
    painter = sheet.painter
    if series.line:
        pen = QPen(color, 1.4 if series.faint else 2.2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashes := _DASHES[number % len(_DASHES)]:
            pen.setDashPattern([dash / pen.widthF() * 1.6 for dash in dashes])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path, drawing = QPainterPath(), False
        for point in series.points:
            if point.y is None:
                drawing = False
                continue
            place = QPointF(across(point.x), up(point.y))
            if drawing:
                path.lineTo(place)
            else:
                path.moveTo(place)
            drawing = True
        painter.setPen(pen)
        painter.drawPath(path)
    for point in series.points:
        if point.y is None:
            continue
        place = QPointF(across(point.x), up(point.y))
        key = point.key or f"{series.label}|{point.x!r}"
        if series.markers or not series.line or key == sheet.selected:
            size = 3.0 if series.faint else 4.0
            chosen = key == sheet.selected
            marker(sheet, place, color, _MARKERS[number % 4], size + 2 * chosen, chosen)
        words = f"{series.label}: {data.y_text(point.y)} at {data.x_text(point.x)}"
        if point.label:
            words = f"{point.label}: {data.x_text(point.x)}, {data.y_text(point.y)}"
        reach = QRectF(place.x() - _REACH, place.y() - _REACH, 2 * _REACH, 2 * _REACH)
        sheet.hit(key, reach, words)


def marker(
    sheet: Sheet, place: QPointF, color: QColor, shape: str, size: float, chosen: bool
) -> None:
    """A mark at a place: o a circle, s a square, d a diamond, ^ a triangle; outlined if chosen."""
    painter = sheet.painter
    painter.setPen(QPen(sheet.color("text" if chosen else "card"), 1.6 if chosen else 1.0))
    painter.setBrush(color)
    if shape == "o":
        painter.drawEllipse(place, size, size)
    elif shape == "s":
        side = size * 0.9
        painter.drawRect(QRectF(place.x() - side, place.y() - side, 2 * side, 2 * side))
    else:
        low = size * (1.25 if shape == "d" else 0.8)
        corners = [QPointF(0, -size * 1.25), QPointF(size * 1.15, low if shape == "^" else 0)]
        corners += [QPointF(0, low)] if shape == "d" else []
        corners.append(QPointF(-size * 1.15, low if shape == "^" else 0))
        painter.drawPolygon(QPolygonF([place + corner for corner in corners]))


def _draw_end_labels(
    sheet: Sheet,
    data: Lines,
    plot: QRectF,
    colors: list[QColor],
    across: Scale,
    up: Scale,
) -> None:
    """Names at the ends of lines, pushed apart so that none covers another."""
    wanted: list[tuple[float, int, str]] = []
    for number, series in enumerate(data.series):
        known = [point for point in series.points if point.y is not None]
        if not known or series.faint or not series.label:
            continue
        last = max(known, key=lambda point: point.x)
        x, y = across(last.x), up(last.y or 0.0)
        if plot.right() - x > _EARLY_END:
            box = QRectF(x + 9, y - _LINE / 2, sheet.rect.right() - x - 9, _LINE)
            sheet.words(box, series.label, readable(colors[number], sheet.look), pixels=SMALL_PX)
        else:
            wanted.append((y, number, series.label))
    wanted = sorted(wanted[: int(plot.height() // _LINE)])
    places = spread([y for y, _, _ in wanted], _LINE, plot.top(), plot.bottom() - 8)
    left = plot.right() + 8
    for y, (at, number, label) in zip(places, wanted, strict=True):
        color = colors[number]
        if abs(y - at) > 4:
            sheet.line(QPointF(plot.right() + 1, at), QPointF(left - 2, y), color, 0.8)
        box = QRectF(left, y - _LINE / 2, sheet.rect.right() - left, _LINE)
        sheet.words(box, label, readable(color, sheet.look), LEFT, SMALL_PX)


def readable(color: QColor, look: Theme) -> QColor:
    """A line's colour made strong enough for words on a card."""
    ink = look.color("text")
    for share in (0.0, 0.15, 0.3, 0.45, 0.6, 0.8):
        mixed = blend(color, ink, share)
        if contrast(mixed.name(), look.card) >= 4.5:
            return mixed
    return ink


def spread(places: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Places moved as little as need be so that neighbours are `apart`, in the order given.

    Args:
        places: in rising order.
        apart: least distance.
        low: none shall be before this.
        high: none shall be after this, room permitting.
    """
    moved = list(places)
    for place in range(1, len(moved)):
        moved[place] = max(moved[place], moved[place - 1] + apart)
    if moved and moved[-1] > high:
        moved[-1] = high
        for place in range(len(moved) - 2, -1, -1):
            moved[place] = min(moved[place], moved[place + 1] - apart)
    if moved and moved[0] < low:
        moved[0] = low
        for place in range(1, len(moved)):
            moved[place] = max(moved[place], moved[place - 1] + apart)
    return moved
