"""A field that finds an economy by its name or code."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget


class EconomyPicker(QComboBox):
    """A list of economies that narrows as one types any part of a name or a code.

    Signals:
        picked: the code the user chose.
    """

    picked = Signal(str)

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field = self.lineEdit()
        assert field is not None
        field.setObjectName(f"{name}Field")
        field.setAccessibleName(says)
        field.setPlaceholderText(self.tr("Type a name or code"))
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.activated.connect(self._tell)
        field.editingFinished.connect(self._settle)

    def set_economies(self, economies: Sequence[tuple[str, str]]) -> None:
        """Offer economies as (code, name), in the order given; nothing is chosen."""
        self.clear()
        for code, title in economies:
            self.addItem(f"{title} ({code})", code)
        self.setCurrentIndex(-1)

    def code(self) -> str:
        """Code of the one chosen, or empty."""
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def set_code(self, code: str) -> None:
        """Choose one by its code; an unknown or empty code chooses none."""
        self.setCurrentIndex(self.findData(code))

    def _tell(self) -> None:
        if self.code():
            self.picked.emit(self.code())

    def _settle(self) -> None:
        """Turn what was typed into a choice, or put back the last one."""
        typed = self.currentText().strip()
        for position in range(self.count()):
            label, code = self.itemText(position), str(self.itemData(position))
            if typed.casefold() in (
                label.casefold(),
                code.casefold(),
                label[: -len(code) - 3].casefold(),
            ):
                if position != self.currentIndex():
                    self.setCurrentIndex(position)
                    self._tell()
                else:
                    self.setEditText(label)
                return
        self.setEditText(self.itemText(self.currentIndex()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
