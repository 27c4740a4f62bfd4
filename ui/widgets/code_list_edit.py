"""A field for product codes and ranges of them."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from ui import theme
from workbench.model.nomenclature import HSRange

_BETWEEN = re.compile(r"[,;\s]+")
_DASH = re.compile(r"\s*[-–]\s*")


def parse_ranges(text: str) -> tuple[HSRange, ...]:
    """Codes and ranges from "8505.11, 2846; 8541-8543", each once, in the order given.

    Raises:
        ValueError: the first that is none, as a sentence.
    """
    words = [word for word in _BETWEEN.split(_DASH.sub("-", text.strip())) if word]
    return tuple(dict.fromkeys(HSRange.parse(word) for word in words))


class CodeListEdit(QWidget):
    """Takes HS codes; while one is wrong it says so and keeps the last good list.

    Signals:
        ranges_changed: the new tuple of `HSRange`, when editing ends and it differs.
    """

    ranges_changed = Signal(object)

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._ranges: tuple[HSRange, ...] = ()
        self._field = QLineEdit()
        self._field.setObjectName(f"{name}Field")
        self._field.setAccessibleName(says)
        self._field.setPlaceholderText(self.tr("8505.11, 2846, 8541-8543"))
        self._error = QLabel()
        self._error.setObjectName(f"{name}Error")
        self._error.setWordWrap(True)
        theme.set_role(self._error, "error")
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._field)
        layout.addWidget(self._error)
        self.setFocusProxy(self._field)
        self._connect()

    def _connect(self) -> None:
        self._field.textChanged.connect(self._check)
        self._field.editingFinished.connect(self._finish)

    def ranges(self) -> tuple[HSRange, ...]:
        """The last list without a mistake."""
        return self._ranges

    def set_ranges(self, ranges: tuple[HSRange, ...]) -> None:
        """Show a list."""
        self._ranges = ranges
        self._field.setText(", ".join(str(each) for each in ranges))

    @property
    def problem(self) -> str:
        """What is wrong with the text as it stands, as a sentence; empty if nothing."""
        try:
            parse_ranges(self._field.text())
        except ValueError as error:
            return str(error)
        return ""

    def _check(self) -> None:
        problem = self.problem
        self._error.setText(problem)
        self._error.setVisible(bool(problem))
        self._field.setAccessibleDescription(problem)
        if bool(self._field.property("invalid")) != bool(problem):
            self._field.setProperty("invalid", bool(problem))
            self._field.style().unpolish(self._field)
            self._field.style().polish(self._field)

    def _finish(self) -> None:
        if self.problem:
            return
        ranges = parse_ranges(self._field.text())
        if ranges != self._ranges:
            self.set_ranges(ranges)
            self.ranges_changed.emit(ranges)
