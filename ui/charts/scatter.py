"""Thousands of sets over two figures: all as one picture, the best ones as marks on a frontier.

Why a picture of its own: sixteen thousand marks take a tenth of a second to draw, so the crowd is
drawn once for a size and a theme, and kept until either changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from ui import format as fmt
from ui.charts.base import (
    CENTER,
    GAP,
    LEFT,
    RIGHT,
    SMALL_PX,
    Drawing,
    LegendEntry,
    Scale,
    Sheet,
    Table,
    Text,
    Ticks,
    nice_ticks,
)
from ui.charts.lines import marker
from ui.models.frame_model import Column
from ui.theme import Theme

_AXIS, _TITLE, _LEGEND = 20.0, 18.0, 22.0
_REACH = 8.0
_LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Points over two axes; a point is known by its place in `xs` and `ys`.

    Args:
        title: what is shown.
        x_title: first axis, with its unit.
        y_title: second axis, with its unit.
        xs: NaN is not known, and the point is left out.
        ys: likewise.
        best: places that nothing beats, drawn as marks.
        frontier: places joined by a line, left to right.
        outside: places that a filter leaves out, drawn faint.
        compared: places with a letter, A first.
        drafted: the place of what stands in the text, or -1.
        words: what is said of a point.
    """

    title: str
    x_title: str
    y_title: str
    xs: Sequence[float]
    ys: Sequence[float]
    best: Sequence[int] = ()
    frontier: Sequence[int] = ()
    outside: frozenset[int] = frozenset()
    compared: Sequence[int] = ()
    drafted: int = -1
    words: Callable[[int], str] = str
    x_text: Text = fmt.percent
    y_text: Text = fmt.percent
    x_ticks: Ticks = fmt.percent_ticks
    y_ticks: Ticks = fmt.percent_ticks
    empty: str = "Nothing to show"

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """See `draw` of this module."""
        return draw(painter, rect, look, self, selected)

    def known(self) -> list[int]:
        """Places with both figures."""
        import numpy as np

        there = np.isfinite(np.asarray(self.xs, dtype=float))
        there &= np.isfinite(np.asarray(self.ys, dtype=float))
        return [int(n) for n in np.flatnonzero(there)]

    def describe(self) -> str:
        """How many points and over what range."""
        known = self.known()
        if not known:
            return f"{self.title}: {self.empty.lower()}."
        x = [self.xs[n] for n in known]
        y = [self.ys[n] for n in known]
        return (
            f"{self.title}: {fmt.plural(len(known), 'point')}, {len(self.best)} not beaten; "
            f"{self.x_title} from {self.x_text(min(x))} to {self.x_text(max(x))}, "
            f"{self.y_title} from {self.y_text(min(y))} to {self.y_text(max(y))}."
        )

    def table(self) -> Table:
        """Every point."""
        known = self.known()
        best = set(self.best)
        columns = (
            Column("words", "Point"),
            Column("x", self.x_title, self.x_text, numeric=True),
            Column("y", self.y_title, self.y_text, numeric=True),
            Column("best", "Not beaten", fmt.yes_no),
        )
        return Table(
            columns,
            {
                "words": [self.words(n) for n in known],
                "x": [self.xs[n] for n in known],
                "y": [self.ys[n] for n in known],
                "best": [n in best for n in known],
            },
        )

    def preferred_height(self) -> int:
        """Room for five ticks, two titles and the legend."""
        return 330


class Axis(Scale):
    """A scale that places many values at once."""

    def along(self, values: Any) -> Any:
        """Pixels of an array of values."""
        start, end = self(self.low), self(self.high)
        span = self.high - self.low
        return start + (values - self.low) / (span or 1.0) * (end - start)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the axes of a chart lie in a rectangle."""

    plot: QRectF
    across: Axis
    up: Axis

    def place(self, data: Scatter, point: int) -> QPointF:
        """Where a point is drawn."""
        return QPointF(self.across(data.xs[point]), self.up(data.ys[point]))

    def values(self, box: QRectF) -> tuple[float, float, float, float]:
        """Least and most of both axes inside a box."""
        inside = box.normalized().intersected(self.plot)

        def back(scale: Scale, low: float, high: float, at: float) -> float:
            share = (at - low) / (high - low) if high != low else 0.0
            return scale.low + share * (scale.high - scale.low)

        left, right = self.plot.left(), self.plot.right()
        bottom, top = self.plot.bottom(), self.plot.top()
        return (
            back(self.across, left, right, inside.left()),
            back(self.across, left, right, inside.right()),
            back(self.up, bottom, top, inside.bottom()),
            back(self.up, bottom, top, inside.top()),
        )


def layout_of(sheet: Sheet, data: Scatter, known: Sequence[int]) -> Layout:
    """Axes that hold every known point."""
    rect = sheet.rect
    xs, ys = [data.xs[n] for n in known], [data.ys[n] for n in known]
    most = max(2, min(6, int((rect.height() - 90) // 34)))
    y_ticks = nice_ticks(min(ys), max(ys), most)
    wide = sheet.widest(data.y_ticks(y_ticks), SMALL_PX) + 7
    plot = QRectF(
        rect.left() + wide,
        rect.top() + _TITLE + _LEGEND + 4,
        max(rect.width() - wide - 14, 20),
        max(rect.height() - _TITLE - _LEGEND - 4 - _AXIS - _TITLE, 20),
    )
    x_ticks = nice_ticks(min(xs), max(xs), max(2, min(8, int(plot.width() // 80))))
    return Layout(
        plot,
        Axis(x_ticks[0], x_ticks[-1], plot.left(), plot.right()),
        Axis(y_ticks[0], y_ticks[-1], plot.bottom(), plot.top()),
    )


def draw(
    painter: QPainter, rect: QRectF, look: Theme, data: Scatter, selected: str = ""
) -> Drawing:
    """Draw axes, the crowd, the frontier and the marks into a rectangle."""
    sheet = Sheet(painter, rect, look, selected)
    known = data.known()
    if not known:
        return sheet.nothing(data.empty)
    layout = layout_of(sheet, data, known)
    entries = [
        LegendEntry(fmt.plural(len(known), "set"), _crowd(look)),
        LegendEntry(f"{fmt.count(len(data.best))} not beaten", look.series_color(0)),
    ]
    if data.drafted >= 0:
        entries.append(LegendEntry("As drafted", QColor(look.color("text"))))
    sheet.legend(entries, QRectF(rect.left(), rect.top(), rect.width(), _LEGEND))
    _draw_axes(sheet, data, layout)
    painter.drawImage(layout.plot.adjusted(-4, -4, 4, 4), _picture(data, layout, look, known))
    shown = [n for n in data.frontier if isfinite(data.xs[n]) and isfinite(data.ys[n])]
    if len(shown) > 1:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.series_color(0), 1.6))
        painter.drawPolyline(QPolygonF([layout.place(data, n) for n in shown]))
    there = set(known)
    for n in sorted((n for n in data.best if n in there), key=lambda n: data.xs[n]):
        color = QColor(look.series_color(0))
        if n in data.outside:
            color.setAlphaF(0.25)
        _mark(sheet, layout, data, n, color, "d", 3.6)
    if data.drafted in there:
        _mark(sheet, layout, data, data.drafted, look.color("text"), "s", 4.2)
    if selected.isdigit() and int(selected) in there:
        color = look.series_color(0 if int(selected) in set(data.best) else 1)
        _mark(sheet, layout, data, int(selected), color, "d", 6.0, chosen=True)
    for letter, n in zip(_LETTERS, data.compared, strict=False):
        if n in there:
            place = layout.place(data, n)
            box = QRectF(place.x() - 8, place.y() - 22, 16, 15)
            sheet.block(box, "card", 3)
            sheet.words(box, letter, "text", CENTER, SMALL_PX, strong=True)
    return sheet.drawing()


def _mark(
    sheet: Sheet,
    layout: Layout,
    data: Scatter,
    n: int,
    color: QColor,
    shape: str,
    size: float,
    *,
    chosen: bool = False,
) -> None:
    place = layout.place(data, n)
    marker(sheet, place, color, shape, size, chosen)
    reach = QRectF(place.x() - _REACH, place.y() - _REACH, 2 * _REACH, 2 * _REACH)
    sheet.hit(str(n), reach, data.words(n))


def _crowd(look: Theme) -> QColor:
    color = QColor(look.other)
    color.setAlphaF(0.45)
    return color


def _inside(axis: Scale, most: int) -> tuple[float, ...]:
    """Ticks of an axis, none beyond its ends."""
    return tuple(
        tick for tick in nice_ticks(axis.low, axis.high, most) if axis.low <= tick <= axis.high
    )


def _draw_axes(sheet: Sheet, data: Scatter, layout: Layout) -> None:
    rect, plot = sheet.rect, layout.plot
    title = QRectF(rect.left(), plot.top() - _TITLE - 3, rect.width(), _TITLE)
    sheet.words(title, data.y_title, "text_3", LEFT, SMALL_PX)
    y_ticks = _inside(layout.up, max(2, int(plot.height() // 34) + 1))
    for tick, words in zip(y_ticks, data.y_ticks(y_ticks), strict=True):
        y = layout.up(tick)
        sheet.line(QPointF(plot.left(), y), QPointF(plot.right(), y), "rule")
        box = QRectF(rect.left(), y - 8, plot.left() - rect.left() - 7, 16)
        sheet.words(box, words, "text_2", RIGHT, SMALL_PX)
    x_ticks = _inside(layout.across, max(2, int(plot.width() // 80)))
    for tick, words in zip(x_ticks, data.x_ticks(x_ticks), strict=True):
        x = layout.across(tick)
        wide = sheet.width(words, SMALL_PX) + 2
        sheet.line(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4), "border")
        box = QRectF(x - wide / 2, plot.bottom() + 4, wide, _AXIS - 4)
        box.moveLeft(min(max(box.left(), rect.left()), rect.right() - wide))
        sheet.words(box, words, "text_2", CENTER, SMALL_PX)
    foot = QRectF(rect.left(), plot.bottom() + _AXIS, plot.right() - rect.left(), _TITLE - GAP / 4)
    sheet.words(foot, data.x_title, "text_3", RIGHT, SMALL_PX)


# The crowd as a picture -----------------------------------------------------------------------

_DENSITY = 2.0
_kept: list[tuple[Scatter, tuple[object, ...], QImage]] = []
_MOST_KEPT = 3
_DOT = 3


def _picture(data: Scatter, layout: Layout, look: Theme, known: Sequence[int]) -> QImage:
    """Every point as a dot, drawn once for a size and a theme."""
    plot = layout.plot
    key = (round(plot.width(), 1), round(plot.height(), 1), look.other, look.card)
    for held, of, image in _kept:
        if held is data and of == key:
            return image
    image = _stamped(data, layout, look, known)
    _kept.insert(0, (data, key, image))
    del _kept[_MOST_KEPT:]
    return image


def _stamped(data: Scatter, layout: Layout, look: Theme, known: Sequence[int]) -> QImage:
    """A dot for every point; where dots meet they darken. Those left out are fainter."""
    import numpy as np

    plot = layout.plot.adjusted(-4, -4, 4, 4)
    wide = max(round(plot.width() * _DENSITY), 1)
    tall = max(round(plot.height() * _DENSITY), 1)
    places = np.array(known, dtype=np.int64)
    x = np.asarray(data.xs, dtype=float)[places]
    y = np.asarray(data.ys, dtype=float)[places]
    column = ((layout.across.along(x) - plot.left()) * _DENSITY).astype(np.int64)
    row = ((layout.up.along(y) - plot.top()) * _DENSITY).astype(np.int64)
    outside = np.isin(places, np.array(sorted(data.outside), dtype=np.int64))
    reach = np.arange(-_DOT, _DOT + 1)
    dot = np.array([i * wide + j for i in reach for j in reach if i * i + j * j <= _DOT**2 + 1])
    clear = np.ones(wide * tall)
    for chosen, strength in ((outside, 0.06), (~outside, 0.4)):
        to = ((row * wide + column)[chosen, None] + dot).ravel()
        count = np.bincount(to[(to >= 0) & (to < wide * tall)], minlength=wide * tall)
        drawn = np.flatnonzero(count)
        clear[drawn] *= (1 - strength) ** np.minimum(count[drawn], 6)
    drawn = np.flatnonzero(clear < 1)
    alpha = 1 - clear[drawn]
    pixels = np.zeros((wide * tall, 4), dtype=np.uint8)
    color = QColor(look.other)
    for place, part in enumerate((color.blue(), color.green(), color.red(), 255)):
        pixels[drawn, place] = np.rint(alpha * part)
    held = QImage(pixels.data, wide, tall, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
    return held.copy()  # the pixels are not Qt's to keep


class Finder:
    """Finds the point under the pointer."""

    def __init__(self, data: Scatter, layout: Layout, known: Sequence[int]) -> None:
        import numpy as np

        self.layout = layout
        places = np.array(known, dtype=np.int64)
        x = layout.across.along(np.asarray(data.xs, dtype=float)[places])
        y = layout.up.along(np.asarray(data.ys, dtype=float)[places])
        order = np.argsort(x, kind="stable")
        outside = np.isin(places, np.array(sorted(data.outside), dtype=np.int64))
        self._x, self._y, self._places = x[order], y[order], places[order]
        self._far = outside[order] * (_REACH / 2)

    def nearest(self, at: QPointF) -> int:
        """The nearest point within reach, -1 for none; those not filtered out come first."""
        import numpy as np

        first, last = np.searchsorted(self._x, (at.x() - _REACH, at.x() + _REACH))
        if first == last:
            return -1
        some = slice(int(first), int(last))
        far = np.hypot(self._x[some] - at.x(), self._y[some] - at.y()) + self._far[some]
        best = int(np.argmin(far))
        return int(self._places[some][best]) if far[best] < _REACH else -1
