"""A short status: an icon and a word on a soft ground, never colour alone."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import icons, theme
from ui.theme import TONE_ICONS, Theme, Tone

_HEIGHT, _ICON, _PAD, _GAP = 21.0, 13.0, 8.0, 4.0


def chip_width(word: str, font: QFont) -> float:
    """Pixels that a chip takes."""
    return 2 * _PAD + _ICON + _GAP + QFontMetricsF(font).horizontalAdvance(word)


def draw_chip(
    painter: QPainter,
    rect: QRectF,
    look: Theme,
    word: str,
    tone: Tone,
    font: QFont,
    icon: str = "",
) -> None:
    """Draw a chip at the left of a rectangle, in its middle; too long a word is elided."""
    color, soft = look.tone(tone)
    width = min(chip_width(word, font), rect.width())
    top = rect.center().y() - _HEIGHT / 2
    body = QRectF(rect.left(), top, width, _HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft)
    painter.drawRoundedRect(body, _HEIGHT / 2, _HEIGHT / 2)
    square = QRectF(body.left() + _PAD, body.center().y() - _ICON / 2, _ICON, _ICON)
    icons.paint(painter, icon or TONE_ICONS[tone], square, color)
    painter.setPen(color)
    painter.setFont(font)
    room = QRectF(square.right() + _GAP, top, body.right() - _PAD / 2 - square.right(), _HEIGHT)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


class Chip(QWidget):
    """A chip on its own, outside a table."""

    def __init__(
        self,
        word: str,
        tone: Tone,
        name: str,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._word, self._tone, self._icon = word, tone, icon
        self.set_status(word, tone, icon)

    def set_status(self, word: str, tone: Tone, icon: str = "") -> None:
        """Say something else."""
        self._word, self._tone, self._icon = word, tone, icon
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the word asks for."""
        return QSize(round(chip_width(self._word, self._font()) + 0.5), round(_HEIGHT) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            draw_chip(
                painter,
                QRectF(self.rect()),
                theme.current(),
                self._word,
                self._tone,
                self._font(),
                self._icon,
            )

    def _font(self) -> QFont:
        return theme.font(theme.SMALL_PT, QFont.Weight.Medium)
