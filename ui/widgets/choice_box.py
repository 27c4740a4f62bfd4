"""A list of a few fixed choices to pick one from."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

_NARROWEST = 120
_ROUND = 2
"""Pixels by which words are drawn wider than they are measured."""


class ChoiceBox(QComboBox):
    """Keys with words, of which one is chosen.

    Signals:
        chosen: the key that the user picked.
    """

    chosen = Signal(str)

    def __init__(
        self,
        says: str,
        choices: Sequence[tuple[str, str]],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setToolTip(says)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_choices(choices)
        self.activated.connect(self._tell)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (key, words); the one chosen stays if it is still there, else none is."""
        wanted = [(key, words) for key, words in choices]
        if wanted == [(str(self.itemData(n)), self.itemText(n)) for n in range(self.count())]:
            return
        kept = self.key()
        self.clear()
        for key, words in wanted:
            self.addItem(words, key)
        self.show_key(kept)

    def key(self) -> str:
        """The key that is chosen, or empty."""
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def show_key(self, key: str) -> None:
        """Choose without telling."""
        place = self.findData(key)
        if place != self.currentIndex():
            self.setCurrentIndex(place)

    def _tell(self) -> None:
        self.chosen.emit(self.key())

    def minimumSizeHint(self) -> QSize:
        """A long choice does not make a form wider than its page; the tool tip says what it is."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _NARROWEST), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A choice that is longer than its field ends in an ellipsis."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room.width() - _ROUND
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
