"""A field that searches while one types."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from ui import icons, theme

_PAUSE_MS = 120
_ICON = 15


class SearchField(QLineEdit):
    """One line with a magnifier; Escape empties it, Return or Down moves on.

    Signals:
        searched: the text, once typing pauses.
        left: the user moves on to what was found.
    """

    searched = Signal(str)
    left = Signal()

    def __init__(self, hint: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        for clear in self.findChildren(QToolButton):
            clear.setAccessibleName(self.tr("Clear the search"))
            clear.setToolTip(self.tr("Clear the search (Esc)"))
            icons.set_icon(clear, "x", "text_3")
        self.setTextMargins(_ICON + 6, 0, 0, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._connect()

    def _connect(self) -> None:
        self.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._search)
        self.returnPressed.connect(self._finish)

    def _search(self) -> None:
        self.searched.emit(self.text())

    def _finish(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._search()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field, Down moves on."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._finish()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, then the magnifier."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            square = QRectF(10, (self.height() - _ICON) / 2, _ICON, _ICON)
            icons.paint(painter, "search", square, theme.current().color("text_3"))
