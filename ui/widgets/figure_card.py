"""A key figure: what it is, how large, and how it changed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import theme
from ui.charts import cells
from ui.theme import Tone

_PAD = 14.0
_MORE_WIDTH, _MORE_MIN, _MORE_HEIGHT = 84.0, 34.0, 26.0
_HEIGHT = 86


class FigureCard(QAbstractButton):
    """A card with one figure; pressing it leads to the page behind it (`clicked`)."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self._now: tuple[object, ...] = ()
        self._value = ""
        self._change = ""
        self._note = ""
        self._tone = Tone.NEUTRAL
        self._spark: tuple[float, ...] = ()
        self._share: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_figure("")

    def set_figure(
        self,
        value: str,
        change: str = "",
        note: str = "",
        tone: Tone = Tone.NEUTRAL,
        spark: Sequence[float] = (),
        share: float | None = None,
        tip: str = "",
    ) -> None:
        """Show a figure.

        Args:
            value: the figure, from `ui/format.py`.
            change: since the baseline, e.g. "↑ +2.1 pp".
            note: what it is measured against, a year, a source.
            tone: whether the change is welcome.
            spark: values of a small line beside it.
            share: instead of a line, a bar filled this far, 0 to 1.
            tip: all digits and the formula.
        """
        self.setToolTip(tip)
        now = (value, change, note, tone, tuple(spark), share)
        if now == self._now:
            return
        self._now = now
        self._value, self._change, self._note, self._tone, self._spark, self._share = now
        parts = [part for part in (f"{self._title}: {value}", change, note) if part]
        self.setAccessibleName(", ".join(parts))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for a figure and its small chart."""
        return QSize(210, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Below this a figure could not be read."""
        return QSize(150, _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Back to rest."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw card, words and small chart."""
        look = theme.current()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = 2.0 if self.hasFocus() else 1.0
            edge = "focus" if self.hasFocus() else "border"
            if self.underMouse() and not self.hasFocus():
                edge = "input_border"
            painter.setPen(QPen(look.color(edge), ring))
            painter.setBrush(look.color("hover" if self.isDown() else "card"))
            inset = ring / 2
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8
            )
            self._draw_words(painter, look)

    def _draw_words(self, painter: QPainter, look: theme.Theme) -> None:
        inner = QRectF(self.rect()).adjusted(_PAD, 11, -_PAD, -10)

        y = inner.top()
        small = theme.font(theme.SMALL_PT, QFont.Weight.Medium)
        y += _line(painter, look.color("text_2"), small, self._title, inner, y)
        figure = theme.font(theme.TITLE_PT, QFont.Weight.DemiBold)
        top = y + 3
        y += 5 + _line(painter, look.color("text"), figure, self._value, inner, top)
        left = inner.left() + QFontMetricsF(figure).horizontalAdvance(self._value) + 12
        width = min(_MORE_WIDTH, inner.right() - left)
        if width >= _MORE_MIN:
            box = QRectF(inner.right() - width, top + 2, width, _MORE_HEIGHT)
            if self._share is not None:
                cells.draw_share(painter, box, look, self._share)
            elif self._spark:
                cells.draw_spark(painter, box, look, self._spark)
        note = self._note
        if self._change:
            _line(painter, look.tone(self._tone)[0], small, self._change, inner, y)
            inner.setLeft(inner.left() + QFontMetricsF(small).horizontalAdvance(self._change))
            note = f" · {note}" if note else ""
        faint = theme.font(theme.SMALL_PT)
        _line(painter, look.color("text_3"), faint, note, inner, y)


def _line(
    painter: QPainter, color: QColor, font: QFont, words: str, room: QRectF, top: float
) -> float:
    """Draw one elided line and return its height."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(color)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    box = QRectF(room.left(), top, room.width(), metrics.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.height()
