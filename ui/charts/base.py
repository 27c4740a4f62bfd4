"""What every chart is drawn with: a sheet that keeps words whole, nice ticks, legends, hatching."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from ui.models.frame_model import Column
from ui.theme import Theme, chart_font, contrast

BODY_PX, SMALL_PX, TITLE_PX = 12, 11, 14
GAP = 8.0
Text = Callable[[Any], str]
Ticks = Callable[[Sequence[float]], list[str]]

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignHCenter
_FADED = 0.35
_HATCH = 5.0
_INKS = ("#FFFFFF", "#000000")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that can be pointed at: what it stands for and what is said of it."""

    key: str
    region: QPainterPath
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words as they were put on the sheet."""

    words: str
    box: QRectF


@dataclass(frozen=True, slots=True)
class Drawing:
    """What came of drawing: places to point at, and every label with the room it takes."""

    hits: tuple[Hit, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures behind a chart, for those who want numbers."""

    columns: tuple[Column, ...]
    values: Mapping[str, Sequence[Any]]


class ChartData(Protocol):
    """Everything a chart shows; frozen, so that it can be compared and kept."""

    @property
    def title(self) -> str:
        """What the chart is, with its unit: "Free-riding content by product, USD"."""
        ...

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> Drawing:
        """Draw into a rectangle of any painter."""
        ...

    def describe(self) -> str:
        """One sentence with the main point, for those who do not see it."""
        ...

    def table(self) -> Table:
        """The figures behind it."""
        ...

    def preferred_height(self) -> int:
        """Pixels that show all of it at ease."""
        ...


class Sheet:
    """A rectangle of a painter to draw a chart on; remembers labels and places to point at."""

    def __init__(self, painter: QPainter, rect: QRectF, look: Theme, selected: str = "") -> None:
        self.painter = painter
        self.rect = rect
        self.look = look
        self.selected = selected
        self._hits: list[Hit] = []
        self._labels: list[Label] = []
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)

    def drawing(self) -> Drawing:
        """What came of it."""
        return Drawing(tuple(self._hits), tuple(self._labels))

    # Words

    def width(self, words: str, pixels: int = BODY_PX, *, strong: bool = False) -> float:
        """Room that words take."""
        return QFontMetricsF(_font(pixels, strong)).horizontalAdvance(words)

    def widest(self, many: Sequence[str], pixels: int = BODY_PX) -> float:
        """Room that the longest of several takes."""
        metrics = QFontMetricsF(_font(pixels, False))
        return max((metrics.horizontalAdvance(words) for words in many), default=0.0)

    def words(
        self,
        box: QRectF,
        words: str,
        token: str | QColor = "text",
        align: Qt.AlignmentFlag = LEFT,
        pixels: int = BODY_PX,
        *,
        strong: bool = False,
        tail: str = "",
    ) -> QRectF:
        """Put one line into a box, in its middle from top to bottom; what does not fit is elided.

        Args:
            box: where it may stand.
            words: the line.
            token: its colour.
            align: to which side of the box.
            pixels: size of the letters.
            strong: in heavier letters.
            tail: its end, which stays whole where words before it are elided.

        Returns:
            The room it takes; empty if not even one letter fits.
        """
        if not words:
            return QRectF()
        font = _font(pixels, strong)
        metrics = QFontMetricsF(font)
        shown = words + tail
        width, height = metrics.horizontalAdvance(shown), metrics.height()
        if width > box.width() + 0.5:
            room = box.width() + 0.5 - metrics.horizontalAdvance(tail)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            if shown in ("", "…"):
                return QRectF()
            shown += tail
            width = metrics.horizontalAdvance(shown)
        left = box.left()
        if align == RIGHT:
            left = box.right() - width
        elif align == CENTER:
            left = box.center().x() - width / 2
        top = box.center().y() - height / 2
        self.painter.setFont(font)
        self.painter.setPen(self.color(token))
        self.painter.drawText(QPointF(left, top + metrics.ascent()), shown)
        taken = QRectF(left, top, width, height)
        self._labels.append(Label(shown, taken))
        return taken

    def turned_words(self, foot: QPointF, words: str, token: str, side: float) -> None:
        """Put words at 45 degrees so that they end at a point, within a square below left of it."""
        font = _font(SMALL_PX, False)
        metrics = QFontMetricsF(font)
        length = side / math.sqrt(0.5) - metrics.height()
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, length)
        if not shown or shown == "…":
            return
        width = metrics.horizontalAdvance(shown)
        self.painter.save()
        self.painter.translate(foot)
        self.painter.rotate(-45)
        self.painter.setFont(font)
        self.painter.setPen(self.color(token))
        self.painter.drawText(QPointF(-width, metrics.ascent() / 2), shown)
        self.painter.restore()
        taken = (width + metrics.height()) * math.sqrt(0.5)
        self._labels.append(Label(shown, QRectF(foot.x() - taken, foot.y(), taken, taken)))

    # Colours, lines and shapes

    def color(self, token: str | QColor) -> QColor:
        """A colour by its token."""
        return token if isinstance(token, QColor) else self.look.color(token)

    def shade(self, token: str | QColor, key: str) -> QColor:
        """A colour, faded while something else is selected."""
        color = QColor(self.color(token))
        if self.selected and key != self.selected:
            color.setAlphaF(color.alphaF() * _FADED)
        return color

    def line(self, start: QPointF, end: QPointF, token: str | QColor, width: float = 1.0) -> None:
        """A straight line."""
        self.painter.setPen(QPen(self.color(token), width))
        self.painter.drawLine(QLineF(start, end))

    def dashed(self, start: QPointF, end: QPointF, token: str | QColor) -> None:
        """A dashed line, for marks that are no data."""
        self.painter.setPen(QPen(self.color(token), 1.0, Qt.PenStyle.DashLine))
        self.painter.drawLine(QLineF(start, end))

    def block(
        self, box: QRectF, color: str | QColor, radius: float = 2.0, *, hatched: bool = False
    ) -> None:
        """A filled rectangle, hatched where a second mark beside colour is wanted."""
        shade = self.color(color)
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        if not hatched:
            self.painter.fillPath(path, shade)
            return
        ground = QColor(shade)
        ground.setAlphaF(shade.alphaF() * 0.30)
        self.painter.fillPath(path, ground)
        # Lines are cut to the box by hand: an SVG painter knows no clipping.
        self.painter.setPen(QPen(shade, 1.4))
        x = box.left() - box.height() + _HATCH
        while x < box.right():
            start = max(x, box.left())
            end = min(x + box.height(), box.right())
            foot, head = box.bottom() - (start - x), box.bottom() - (end - x)
            self.painter.drawLine(QLineF(start, foot, end, head))
            x += _HATCH

    # Pointing

    def hit(self, key: str, region: QRectF | QPainterPath, words: str) -> None:
        """Say that a place stands for something."""
        path = region
        if isinstance(region, QRectF):
            path = QPainterPath()
            path.addRect(region)
        assert isinstance(path, QPainterPath)
        self._hits.append(Hit(key, path, words))

    def legend(self, entries: Sequence["LegendEntry"], box: QRectF) -> float:
        """Swatches with words, as many lines as needed from the top of a box.

        Returns:
            The height taken.
        """
        line, swatch = 20.0, 11.0
        x, y = box.left(), box.top()
        for entry in entries:
            width = swatch + 6 + self.width(entry.words, SMALL_PX)
            if x > box.left() and x + width > box.right():
                x, y = box.left(), y + line
            square = QRectF(x, y + (line - swatch) / 2, swatch, swatch)
            self.block(square, entry.color, hatched=entry.hatched)
            room = QRectF(x + swatch + 6, y, box.right() - x - swatch - 6, line)
            self.words(room, entry.words, "text_2", pixels=SMALL_PX)
            x += width + 18
        return y + line - box.top() if entries else 0.0

    def legend_height(self, entries: Sequence["LegendEntry"], width: float) -> float:
        """What `legend` would take."""
        line, swatch = 20.0, 11.0
        x, lines = 0.0, 1
        for entry in entries:
            wide = swatch + 6 + self.width(entry.words, SMALL_PX)
            if x > 0 and x + wide > width:
                x, lines = 0.0, lines + 1
            x += wide + 18
        return lines * line if entries else 0.0

    def more_line(self, box: QRectF, hidden: int) -> None:
        """Say how many there was no room for."""
        self.words(box, f"and {hidden} more: see the table", "text_3", pixels=SMALL_PX)

    def nothing(self, sentence: str = "Nothing to show") -> Drawing:
        """A chart without data."""
        self.words(self.rect, sentence, "text_3", CENTER)
        return self.drawing()


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A colour and what it stands for."""

    words: str
    color: QColor
    hatched: bool = False


def _font(pixels: int, strong: bool) -> QFont:
    return chart_font(pixels, QFont.Weight.DemiBold if strong else QFont.Weight.Normal)


def ink_on(color: QColor) -> QColor:
    """Dark or light words, whichever reads better on a colour; one of them always does."""
    return QColor(max(_INKS, key=lambda ink: contrast(ink, color.name())))


def blend(low: QColor, high: QColor, share: float) -> QColor:
    """A colour between two, 0 to 1."""
    share = min(max(share, 0.0), 1.0)
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * share,
        low.greenF() + (high.greenF() - low.greenF()) * share,
        low.blueF() + (high.blueF() - low.blueF()) * share,
    )


def nice_ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Round numbers that span a range: steps of 1, 2, 2.5 or 5 times a power of ten.

    Args:
        low: smallest value.
        high: largest value.
        most: how many ticks at most; at least two are given.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    low, high = min(low, high), max(low, high)
    if high - low <= abs(high) * 1e-9:
        half = abs(high) / 2
        high, low = (high + half, low - half) if high else (1.0, 0.0)
    power = math.floor(math.log10((high - low) / max(most - 1, 1)))
    for exponent in (power, power + 1, power + 2):
        for factor in (1.0, 2.0, 2.5, 5.0):
            step = factor * 10.0**exponent
            first = math.floor(low / step + 1e-9)
            last = math.ceil(high / step - 1e-9)
            if last - first + 1 <= max(most, 2):
                return tuple(_clean(number * step, step) for number in range(first, last + 1))
    return (low, high)


def _clean(value: float, step: float) -> float:
    """A tick without the dust of binary fractions."""
    places = max(0, 1 - math.floor(math.log10(step)))
    return round(value, places) + 0.0


class Scale:
    """Places values along a line of pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        """Pixel of a value."""
        if self.high == self.low:
            return self._start
        share = (value - self.low) / (self.high - self.low)
        return self._start + share * (self._end - self._start)
