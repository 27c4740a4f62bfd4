"""Labelled fields in one or two columns, labels above fields, problems below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import theme


def small_label(words: str, name: str) -> QLabel:
    """A faint line of plain words that wraps."""
    label = QLabel(words)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    theme.set_role(label, "small")
    return label


class ProblemLabel(QLabel):
    """A sentence that says what is wrong; it takes no room while nothing is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        theme.set_role(self, "error")
        self.hide()

    def say(self, problem: str) -> None:
        """Say it, or nothing."""
        self.setText(problem)
        self.setAccessibleName(problem)
        self.setVisible(bool(problem))


class FormGrid(QGridLayout):
    """Fields under their labels, `columns` side by side."""

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        self._columns = columns
        self._next = 0
        self.setHorizontalSpacing(14)
        self.setVerticalSpacing(3)
        for column in range(columns):
            self.setColumnStretch(column, 1)

    def add(self, words: str, field: QWidget, span: int = 1, note: QWidget | None = None) -> QLabel:
        """Put a field in the next free place, over `span` columns.

        Returns:
            Its label.
        """
        place = self._next % self._columns
        if place + span > self._columns:
            self._next += self._columns - place
            place = 0
        row = self._next // self._columns * 4
        label = QLabel(words)
        label.setObjectName(f"{field.objectName()}Label")
        label.setBuddy(field)
        theme.set_role(label, "small")
        top = Qt.AlignmentFlag.AlignTop
        self.addWidget(label, row, place, 1, span)
        self.addWidget(field, row + 1, place, 1, span, top)
        if note is not None:
            self.addWidget(note, row + 2, place, 1, span, top)
        self.setRowMinimumHeight(row + 3, 6)
        self._next += span
        return label
