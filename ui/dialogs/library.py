"""Pick one named part of the library: search, look, insert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from ui.dialogs.picker import PickDialog, fits, preview_label
from ui.widgets.card import Card
from ui.widgets.scrolled import scrolled
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
    return dialog.chosen() if dialog.ask() else ""


class LibraryDialog(PickDialog):
    """Titles on the left; text, source and notes of the selected one on the right."""

    def __init__(
        self, title: str, parts: Sequence[LibraryPart], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, "library", (self.tr("Insert"), "plus"), (860, 520), parent)
        self._parts = tuple(parts)
        self.search = SearchField(self.tr("Search titles and texts"), "librarySearch")
        self.list = QListWidget()
        set_up_view(self.list, "libraryList", title)
        self.list.addItems([part.title for part in self._parts])
        self._card = Card("", "libraryPreview")
        self._text = preview_label("libraryText")
        self._facts = preview_label("libraryFacts", "small")
        self._build()
        self.search.searched.connect(self._filter)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(self.accept)
        self.list.setCurrentRow(0)
        self._show()

    def _build(self) -> None:
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._text)
        lines.addWidget(self._facts)
        lines.addStretch(1)
        says = self.tr("Text, source and notes")
        self._card.body.addWidget(scrolled(inner, "libraryScroll", says))
        self.column.addWidget(self.search)
        self.add_sides(self.list, self._card, (2, 3))

    def chosen(self) -> str:
        """The name of the part under the cursor, empty where there is none to insert."""
        part = self._current()
        return "" if part is None or part.broken else part.name

    def _current(self) -> LibraryPart | None:
        item = self.list.currentItem()
        return None if item is None or item.isHidden() else self._parts[self.list.currentRow()]

    def _filter(self, wanted: str) -> None:
        shown = []
        for row, part in enumerate(self._parts):
            found = fits(wanted, f"{part.title} {part.text} {part.facts}")
            self.list.item(row).setHidden(not found)
            if found:
                shown.append(row)
        if shown and self._current() is None:
            self.list.setCurrentRow(shown[0])
        self._show()

    def _show(self) -> None:
        part = self._current()
        self.take.setEnabled(bool(self.chosen()))
        self._card.set_title(part.title if part else "")
        self._text.setText(part.text if part else self.tr("Nothing in the library fits."))
        self._facts.setText(part.facts if part else "")
