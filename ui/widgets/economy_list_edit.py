"""A field for several economies, by code or name."""

import re
from functools import cache

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from ui import theme
from workbench.model.economies import economy_name, is_economy
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES

_BETWEEN = re.compile(r"[,;]+")


@cache
def _codes_by_name() -> dict[str, str]:
    return {economy_name(code).casefold(): code for code in (*ECONOMIES, *CUSTOMS_TERRITORIES)}


def parse_economies(text: str) -> tuple[str, ...]:
    """Codes from "CHN, rus; Viet Nam", each once, in the order given.

    Raises:
        ValueError: the first that is none, as a sentence.
    """
    found = []
    for word in (part.strip() for part in _BETWEEN.split(text)):
        if not word:
            continue
        code = word.upper()
        if not is_economy(code):
            code = _codes_by_name().get(word.casefold(), "")
        if not code:
            raise ValueError(
                f"'{word}' is not an economy: write codes such as CHN, or names, with commas"
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


class EconomyListEdit(QWidget):
    """Takes economies; while one is wrong it says so and keeps the last good list.

    Signals:
        economies_changed: the new tuple of codes, when editing ends and it differs.
    """

    economies_changed = Signal(object)

    def __init__(self, says: str, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._economies: tuple[str, ...] = ()
        self._field = QLineEdit()
        self._field.setObjectName(f"{name}Field")
        self._field.setAccessibleName(says)
        self._field.setPlaceholderText(hint or self.tr("CHN, RUS"))
        self._says = QLabel()
        self._says.setObjectName(f"{name}Error")
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._says.setWordWrap(True)
        theme.set_role(self._says, "error")
        self._says.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._field)
        layout.addWidget(self._says)
        self.setFocusProxy(self._field)
        self._field.textChanged.connect(self._check)
        self._field.editingFinished.connect(self._finish)

    def economies(self) -> tuple[str, ...]:
        """The last list without a mistake."""
        return self._economies

    def show_economies(self, economies: tuple[str, ...]) -> None:
        """Show a list; the same one leaves what is typed alone."""
        if economies != self._economies or not (self._field.text() or economies):
            self._economies = economies
            self._field.setText(", ".join(economies))
            self._field.setCursorPosition(0)
        self._field.setToolTip(", ".join(economy_name(code) for code in economies))

    def problem(self) -> str:
        """What is wrong with the text as it stands, as a sentence; empty if nothing."""
        try:
            parse_economies(self._field.text())
        except ValueError as error:
            return str(error)
        return ""

    def _check(self) -> None:
        problem = self.problem()
        self._says.setText(problem)
        self._says.setVisible(bool(problem))
        self._field.setAccessibleDescription(problem)
        if bool(self._field.property("invalid")) != bool(problem):
            self._field.setProperty("invalid", bool(problem))
            self._field.style().unpolish(self._field)
            self._field.style().polish(self._field)

    def _finish(self) -> None:
        if self.problem():
            return
        economies = parse_economies(self._field.text())
        if economies != self._economies:
            self._economies = economies
            self._field.setText(", ".join(economies))
            self.economies_changed.emit(economies)
