"""Another person's copy taken in: what each changed, and a choice where both changed one entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui import messages
from ui.document import AgreementDocument
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.buttons import button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.labels import ElidedLabel
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement

if TYPE_CHECKING:
    from workbench.definitions.merge import Merged, Place, Side

FILTER = "Agreements (*.yaml *.yml)"
_FROM_FILE = "file"
_OPEN = "open"
_MOST_STATES = 20


class MergeDialog(QDialog):
    """Their file and what both began from at the top; changes and conflicts below."""

    def __init__(self, document: AgreementDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDialog")
        self.setWindowTitle(self.tr("Merge another copy"))
        self._document = document
        self._theirs: Agreement | None = None
        self._ancestors: dict[str, Agreement] = {}
        self._choices: dict[Place, Side] = {}
        self.merged: Merged | None = None
        self._build()
        self._connect()
        self._fill_ancestors()
        self.resize(980, 600)
        self._show()

    # Layout

    def _build(self) -> None:
        self.pick_theirs = button(self.tr("Choose their copy…"), "pickTheirs", "folder-open")
        self._their_name = ElidedLabel(self.tr("No file chosen"), "theirName")
        self.ancestor = ChoiceBox(self.tr("What both began from"), [], "mergeAncestor")
        self.ancestor.setMinimumWidth(260)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.pick_theirs)
        top.addWidget(self._their_name, 1)
        top.addWidget(small_label(self.tr("Both began from"), "ancestorLabel"))
        top.addWidget(self.ancestor)
        self.changes = DataTable(
            [
                Column(
                    "who",
                    self.tr("Whose"),
                    text=self._whose,
                    cell=Cell.CHIP,
                    tone=lambda value: Tone.INFO if value == "mine" else Tone.NEUTRAL,
                    width=104,
                ),
                Column("text", self.tr("What changed"), text=fmt.text),
            ],
            self.tr("Changes of both copies"),
            "mergeChanges",
            stretch="text",
        )
        self.conflicts = DataTable(
            [
                Column("where", self.tr("Where"), text=fmt.text, width=190),
                Column("mine", self.tr("Mine"), text=fmt.text, width=210),
                Column("theirs", self.tr("Theirs"), text=fmt.text, width=210),
                Column("was", self.tr("Was"), text=fmt.text),
                Column("taken", self.tr("Taken"), text=self._whose, width=90),
            ],
            self.tr("Entries that both changed"),
            "mergeConflicts",
            stretch="was",
        )
        for table in (self.changes, self.conflicts):
            table.setProperty("flat", True)
            table.setWordWrap(True)
        self.changes.horizontalHeader().hide()
        self._changes_card = Card(self.tr("Changes"), "mergeChangesCard")
        self._changes_card.body.addWidget(self.changes, 1)
        self._conflict_card = Card(self.tr("Both changed"), "mergeConflictsCard")
        self.take_mine = button(self.tr("Take mine"), "takeMine")
        self.take_theirs = button(self.tr("Take theirs"), "takeTheirs")
        self._conflict_card.tools.addWidget(self.take_mine)
        self._conflict_card.tools.addWidget(self.take_theirs)
        self._conflict_card.body.addWidget(self.conflicts, 1)
        self._says = small_label("", "mergeSays")
        self.cancel = button(self.tr("Cancel"), "mergeCancel")
        self.go = primary_button(self.tr("Merge"), "mergeGo", "check")
        buttons = QHBoxLayout()
        buttons.addWidget(self._says, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(self._changes_card, 1)
        whole.addWidget(self._conflict_card, 1)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.pick_theirs.clicked.connect(self._on_pick)
        self.ancestor.chosen.connect(self._on_ancestor)
        self.take_mine.clicked.connect(self._on_mine)
        self.take_theirs.clicked.connect(self._on_theirs)
        self.conflicts.row_selected.connect(self._on_row)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)

    def _whose(self, value: object) -> str:
        words = {"mine": self.tr("Mine"), "theirs": self.tr("Theirs")}
        return words.get(str(value), fmt.MISSING)

    # What to merge

    def _fill_ancestors(self) -> None:
        """Saved states of the file, the newest first, and any file."""
        choices: list[tuple[str, str]] = []
        history = self._document.history()
        states = history.states() if history is not None else ()
        for state in states[:_MOST_STATES]:
            try:
                assert history is not None
                self._ancestors[state.saved_at.isoformat()] = history.read(state)
            except WorkbenchError:
                continue
            when = state.saved_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            words = self.tr("Saved {when}").format(when=when)
            choices.append((state.saved_at.isoformat(), f"{words} {state.note}".strip()))
        choices.append((_FROM_FILE, self.tr("A file…")))
        self.ancestor.set_choices(choices)
        self.ancestor.show_key(choices[0][0])

    def _on_pick(self) -> None:
        opened = self._open(self.tr("Their copy"))
        if opened is not None:
            path, self._theirs = opened
            self._their_name.setText(path.name)
            self._choices = {}
            self._show()

    def _on_ancestor(self, key: str) -> None:
        if key == _FROM_FILE:
            opened = self._open(self.tr("What both began from"))
            if opened is not None:
                path, agreement = opened
                self._ancestors[_OPEN] = agreement
                kept = [
                    (str(self.ancestor.itemData(n)), self.ancestor.itemText(n))
                    for n in range(self.ancestor.count())
                    if self.ancestor.itemData(n) != _OPEN
                ]
                self.ancestor.set_choices([(_OPEN, path.name), *kept])
                self.ancestor.show_key(_OPEN)
        self._choices = {}
        self._show()

    def _open(self, title: str) -> tuple[Path, Agreement] | None:
        from workbench.definitions.reader import open_agreement

        folder = self._document.path.parent if self._document.path is not None else Path.home()
        path = messages.open_file(self, title, folder, FILTER)
        if path is None:
            return None
        try:
            return path, open_agreement(path).agreement
        except WorkbenchError as error:
            messages.show_error(self, str(error))
            return None

    # What comes of it

    def _show(self) -> None:
        ancestor = self._ancestors.get(self.ancestor.key())
        self.merged = None
        changes: list[tuple[str, str]] = []
        if self._theirs is not None and ancestor is not None:
            from workbench.analysis.comparison import differences_in_words
            from workbench.definitions.merge import merge

            self.merged = merge(ancestor, self._document.base, self._theirs, self._choices)
            for whose, copy in (("mine", self._document.base), ("theirs", self._theirs)):
                changes += [(whose, note.text) for note in differences_in_words(ancestor, copy)]
        self.changes.set_empty_text(
            self.tr("Choose their copy, and what both copies began from.")
            if self.merged is None
            else self.tr("Nothing was changed")
        )
        self.changes.set_frame(
            {"who": [who for who, _ in changes], "text": [text for _, text in changes]}
        )
        self.changes.resizeRowsToContents()
        self._show_conflicts()

    def _show_conflicts(self) -> None:
        from workbench.definitions.merge import Side

        found = self.merged.conflicts if self.merged is not None else ()
        row = max(self.conflicts.current_row(), 0)
        self.conflicts.set_empty_text(self.tr("No entry was changed by both"))
        self.conflicts.set_frame(
            {
                "where": [conflict.where for conflict in found],
                "mine": [conflict.words(Side.MINE) for conflict in found],
                "theirs": [conflict.words(Side.THEIRS) for conflict in found],
                "was": [conflict.words(None) for conflict in found],
                "taken": [str(self._choices.get(conflict.place, "")) for conflict in found],
            }
        )
        self.conflicts.resizeRowsToContents()
        self.conflicts.select_row(row)
        undecided = len(self.merged.undecided) if self.merged is not None else 0
        self.go.setEnabled(self.merged is not None and not undecided)
        self._says.setText(
            self.tr("{count} to decide before the copies can be merged").format(
                count=fmt.plural(undecided, "entry", "entries")
            )
            if undecided
            else self.tr("Merging is one edit of your copy and can be undone.")
        )
        self._on_row(self.conflicts.current_row())

    def _on_row(self, row: int) -> None:
        for widget in (self.take_mine, self.take_theirs):
            widget.setEnabled(row >= 0)

    def _on_mine(self) -> None:
        from workbench.definitions.merge import Side

        self._take(Side.MINE)

    def _on_theirs(self) -> None:
        from workbench.definitions.merge import Side

        self._take(Side.THEIRS)

    def _take(self, side: Side) -> None:
        """Decide the selected conflicts, and go on to the next undecided one."""
        from workbench.definitions.merge import merge

        ancestor = self._ancestors.get(self.ancestor.key())
        if self.merged is None or self._theirs is None or ancestor is None:
            return
        model = self.conflicts.frame_model
        for row in self.conflicts.selected_rows():
            self._choices[self.merged.conflicts[model.source_row(row)].place] = side
        self.merged = merge(ancestor, self._document.base, self._theirs, self._choices)
        self._show_conflicts()
        for row, conflict in enumerate(self.merged.conflicts):
            if conflict.place not in self._choices:
                self.conflicts.select_row(row)
                break

    def _on_go(self) -> None:
        if self.merged is None or self.merged.undecided:
            return
        agreement = self.merged.agreement
        words = self.tr("Merge {name}").format(name=self._their_name.text())
        self._document.edit_whole(words, lambda _: agreement)
        self.accept()
