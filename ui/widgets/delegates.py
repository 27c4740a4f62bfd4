"""How cells that are more than words are drawn in tables."""

from typing import Any, Protocol

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import format as fmt
from ui import theme
from ui.charts import cells
from ui.models.frame_model import SORT_ROLE, TONE_ROLE, FrameModel, Index
from ui.theme import Theme, Tone
from ui.widgets.chip import chip_width, draw_chip

_PAD = 12.0
_CHART_MIN = 40.0
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LINE_END = "\u2028"


class Shows(Protocol):
    """A model that tells a cell without being asked role by role."""

    def shown(self, index: Index) -> tuple[str, bool]:
        """Words of a cell, and whether they are a number."""
        ...


class TextDelegate(QStyledItemDelegate):
    """Puts the words of a cell into the style's hands.

    Why: Qt's own asks a model for seven things one by one, each a call into Python.
    """

    def __init__(self, model: Shows, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """What the style draws."""
        words, numeric = self._model.shown(index)
        option.index = index  # type: ignore[assignment]
        option.displayAlignment = _NUMBERS if numeric else _WORDS
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
        option.text = words.replace("\n", _LINE_END)


class _DrawnDelegate(TextDelegate):
    """Draws the row as the style does, then its own picture in place of the words."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        self.initStyleOption(option, index)
        words = option.text
        option.text = ""
        view = option.widget
        style = view.style() if view is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, view)
        rect = QRectF(option.rect).adjusted(_PAD, 0, -_PAD, 0)
        painter.save()
        painter.setClipRect(option.rect)
        painter.setFont(option.font)
        self.draw(painter, rect, theme.current(), index, words)
        painter.restore()

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, index: Index, words: str) -> None:
        """Draw the picture."""
        draw_words(painter, rect, look, words)


def draw_words(painter: QPainter, rect: QRectF, look: Theme, words: str) -> None:
    """Right-aligned words of a cell."""
    painter.setPen(look.color("text"))
    shown = QFontMetricsF(painter.font()).elidedText(
        words, Qt.TextElideMode.ElideRight, rect.width()
    )
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def _split(painter: QPainter, rect: QRectF, index: Index) -> tuple[QRectF | None, QRectF]:
    """Room for the picture (None if too little) and for the words, equal in every row."""
    width = QFontMetricsF(painter.font()).horizontalAdvance("−888.8 bn")
    if rect.width() - width < _CHART_MIN:
        return None, rect
    picture = QRectF(rect.left(), rect.top(), rect.width() - width, rect.height())
    return picture, QRectF(picture.right(), rect.top(), width, rect.height())


def _scale(index: Index) -> tuple[float, float]:
    model = index.model()
    return model.scale(index.column()) if isinstance(model, FrameModel) else (0.0, 1.0)


class BarDelegate(_DrawnDelegate):
    """A value as a bar from zero, and its figure beside it."""

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, index: Index, words: str) -> None:
        """Draw bar and figure."""
        picture, figure = _split(painter, rect, index)
        value: Any = index.data(SORT_ROLE)
        if picture is not None and not fmt.is_missing(value):
            cells.draw_bar(painter, picture, look, float(value), _scale(index))
        draw_words(painter, figure, look, words)


class RangeBarDelegate(_DrawnDelegate):
    """A (low, middle, high) value as an interval, and its middle beside it."""

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, index: Index, words: str) -> None:
        """Draw interval and figure."""
        picture, figure = _split(painter, rect, index)
        value: Any = index.data(SORT_ROLE)
        if picture is not None:
            if fmt.is_missing(value) or any(fmt.is_missing(part) for part in value):
                cells.draw_zero_line(painter, picture, look, _scale(index))
            else:
                low, middle, high = (float(part) for part in value)
                cells.draw_range(painter, picture, look, (low, middle, high), _scale(index))
        draw_words(painter, figure, look, words)


class ChipDelegate(_DrawnDelegate):
    """A status as a chip; its tone comes from the column."""

    def draw(self, painter: QPainter, rect: QRectF, look: Theme, index: Index, words: str) -> None:
        """Draw the chip."""
        if words in ("", fmt.MISSING):
            painter.setPen(look.color("text_3"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, fmt.MISSING)
            return
        tone = index.data(TONE_ROLE)
        tone = Tone(tone) if tone else Tone.NEUTRAL  # Qt hands it on as plain text
        draw_chip(painter, rect, look, words, tone, painter.font())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the whole chip."""
        words = str(index.data() or "")
        font = option.font
        return QSize(round(chip_width(words, font) + 2 * _PAD + 1), theme.ROW_HEIGHT_PX)
