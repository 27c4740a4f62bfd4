"""Rows of a status, a line and what is said about it, each with a button where one helps."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Tone
from ui.widgets.buttons import button
from ui.widgets.chip import Chip
from ui.widgets.form_grid import small_label


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """One row: a chip (none where empty), a line, smaller lines below, a word on the button."""

    text: str
    word: str = ""
    tone: Tone = Tone.NEUTRAL
    below: str = ""
    action: str = ""


class SentenceRows(QWidget):
    """Shows rows that wrap; kept ones are used again, so showing others is quick.

    Signals:
        acted: the position of the row whose button was pressed.
    """

    acted = Signal(int)

    def __init__(self, name: str, chip_width: int = 116, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._name, self._chip_width = name, chip_width
        self._rows: list[_Row] = []
        self._shown: tuple[SentenceRow, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def rows(self) -> tuple[SentenceRow, ...]:
        """The rows on show."""
        return self._shown

    def show_rows(self, rows: Sequence[SentenceRow]) -> None:
        """Show rows in place of those before."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        while len(self._rows) < len(rows):
            made = _Row(f"{self._name}{len(self._rows)}", self._chip_width)
            made.button.clicked.connect(self._tell)
            self._rows.append(made)
            self._column.addWidget(made)
        for row, content in zip(self._rows, rows, strict=False):
            row.show_content(content)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(rows))

    def _tell(self) -> None:
        sender = self.sender()
        for number, row in enumerate(self._rows):
            if row.button is sender:
                self.acted.emit(number)


class _Row(QFrame):
    def __init__(self, name: str, chip_width: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self._chip = Chip("", Tone.NEUTRAL, f"{name}Status")
        self._chip_room = QWidget()
        self._chip_room.setFixedWidth(chip_width)
        room = QHBoxLayout(self._chip_room)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._text = QLabel()
        self._text.setObjectName(f"{name}Text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._below = small_label("", f"{name}Below")
        self.button = button("", f"{name}Act")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._text)
        words.addWidget(self._below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._chip_room, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        theme.set_role(self._text, "")

    def show_content(self, content: SentenceRow) -> None:
        """Show other words."""
        self._chip_room.setHidden(not content.word)
        self._chip.set_status(content.word, content.tone)
        self._text.setText(content.text)
        self._below.setText(content.below)
        self._below.setHidden(not content.below)
        self.button.setText(content.action)
        self.button.setAccessibleName(f"{content.action}: {content.text}")
        self.button.setHidden(not content.action)
        said = [content.word, content.text, content.below]
        self.setAccessibleName(". ".join(part for part in said if part))
