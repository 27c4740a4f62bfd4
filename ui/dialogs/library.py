"""Pick one named part of the library: search, look, insert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.buttons import button, primary_button
from ui.widgets.card import Card
from ui.widgets.search_field import SearchField
from ui.widgets.views import set_up_view

if TYPE_CHECKING:
    from workbench.definitions.library import Entry


@dataclass(frozen=True, slots=True)
class LibraryPart:
    """One thing to pick.

    Attributes:
        name: what it is found by.
        text: what it says.
        facts: its source and notes, or why it cannot be read.
        broken: whether it cannot be inserted.
    """

    name: str
    title: str
    text: str
    facts: str
    broken: bool = False


def parts_of(entries: Sequence[Entry], says: Callable[[str], tuple[str, str]]) -> list[LibraryPart]:
    """Parts for the files of a shelf; `says` tells text and facts of the one of a name."""
    found = []
    for entry in entries:
        text, facts = ("", entry.problem) if entry.problem else says(entry.name)
        found.append(LibraryPart(entry.name, entry.title, text, facts, bool(entry.problem)))
    return found


def choose_part(parent: QWidget | None, title: str, parts: Sequence[LibraryPart]) -> str:
    """Let the user pick a part; its name, or empty if they change their mind."""
    dialog = LibraryDialog(title, parts, parent)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.chosen() if accepted else ""
    dialog.deleteLater()
    return chosen


class LibraryDialog(QDialog):
    """Titles on the left; text, source and notes of the selected one on the right."""

    def __init__(
        self, title: str, parts: Sequence[LibraryPart], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("library")
        self.setWindowTitle(title)
        self.resize(860, 520)
        self._parts = tuple(parts)
        self.search = SearchField(self.tr("Search titles and texts"), "librarySearch")
        self.list = QListWidget()
        set_up_view(self.list, "libraryList", title)
        self.list.addItems([part.title for part in self._parts])
        self._card = Card("", "libraryPreview")
        self._text, self._facts = QLabel(), QLabel()
        self._text.setObjectName("libraryText")
        self._facts.setObjectName("libraryFacts")
        theme.set_role(self._facts, "small")
        self.cancel = button(self.tr("Cancel"), "libraryCancel")
        self.insert = primary_button(self.tr("Insert"), "libraryInsert", "plus")
        self.insert.setDefault(True)
        self._build()
        self.search.searched.connect(self._filter)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(self._on_activated)
        self.cancel.clicked.connect(self.reject)
        self.insert.clicked.connect(self.accept)
        self.list.setCurrentRow(0)
        self._show()

    def _build(self) -> None:
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 0, 0)
        for label in (self._text, self._facts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            lines.addWidget(label)
        lines.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("libraryScroll")
        scroll.setAccessibleName(self.tr("Text, source and notes"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inner)
        self._card.body.addWidget(scroll)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list, 2)
        middle.addWidget(self._card, 3)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.insert)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addLayout(middle, 1)
        column.addLayout(buttons)

    def chosen(self) -> str:
        """The name of the part under the cursor, empty where there is none to insert."""
        part = self._current()
        return "" if part is None or part.broken else part.name

    def _current(self) -> LibraryPart | None:
        item = self.list.currentItem()
        return None if item is None or item.isHidden() else self._parts[self.list.currentRow()]

    def _filter(self, wanted: str) -> None:
        words = wanted.casefold().split()
        shown = []
        for row, part in enumerate(self._parts):
            text = f"{part.title} {part.text} {part.facts}".casefold()
            fits = all(word in text for word in words)
            self.list.item(row).setHidden(not fits)
            if fits:
                shown.append(row)
        if shown and self._current() is None:
            self.list.setCurrentRow(shown[0])
        self._show()

    def _show(self) -> None:
        part = self._current()
        self.insert.setEnabled(bool(self.chosen()))
        self._card.set_title(part.title if part else "")
        self._text.setText(part.text if part else self.tr("Nothing in the library fits."))
        self._facts.setText(part.facts if part else "")

    def _on_activated(self) -> None:
        if self.chosen():
            self.accept()
