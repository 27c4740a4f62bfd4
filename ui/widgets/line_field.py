"""A line of words that a redraw leaves alone while one types."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget


class LineField(QLineEdit):
    """One line of text.

    Signals:
        edited: the words without outer blanks, at each key the user presses.
    """

    edited = Signal(str)

    def __init__(self, says: str, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setPlaceholderText(hint)
        self.textEdited.connect(self._tell)

    def show_text(self, text: str) -> None:
        """Show words; ones that are there already stay as they were typed."""
        if self.text().strip() != text:
            self.setText(text)
            self.setCursorPosition(0)
        self.setToolTip(text)

    def _tell(self) -> None:
        self.edited.emit(self.text().strip())
