"""Taking in another copy: changes of both, a choice for each conflict, one undoable edit."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui import messages
from ui.dialogs.merge import MergeDialog
from ui.document import AgreementDocument
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner

LEFT = Qt.MouseButton.LeftButton
BASE = Agreement("Club", partners=(Partner("JPN"), Partner("USA")), notes="as tabled")


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MergeDialog:
    mine, theirs = tmp_path / "mine.yaml", tmp_path / "theirs.yaml"
    mine.write_text(write_text(BASE), encoding="utf-8")
    document = AgreementDocument()
    document.history_folder = tmp_path / "history"
    document.open(mine)
    document.save(note="as sent out")
    document.edit("Rename", lambda a: replace(a, title="Mine", sector="ores"))
    other = replace(BASE, title="Theirs").with_partner(Partner("CHL"))
    theirs.write_text(write_text(other), encoding="utf-8")
    monkeypatch.setattr(messages, "open_file", lambda *_: theirs)
    made = MergeDialog(document)
    qtbot.addWidget(made)
    made.show()
    return made


def test_nothing_is_merged_before_their_copy_is_chosen(dialog: MergeDialog) -> None:
    assert dialog.merged is None
    assert not dialog.go.isEnabled()
    assert "as sent out" in dialog.ancestor.currentText()


def test_changes_of_both_and_the_conflict(dialog: MergeDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.pick_theirs, LEFT)
    model = dialog.changes.frame_model
    told = {(model.value(r, "who"), model.value(r, "text")) for r in range(model.rowCount())}
    assert ("mine", "The title changes from Club to Mine.") in told
    assert ("theirs", "Chile joins as a founding partner, both producer and consumer.") in told
    assert dialog.conflicts.frame_model.value(0, "where") == "title"
    assert not dialog.go.isEnabled()
    assert "1 entry to decide" in dialog._says.text()


def test_a_choice_decides_and_merging_is_one_edit(dialog: MergeDialog, qtbot: QtBot) -> None:
    document = dialog._document
    before = document.base
    qtbot.mouseClick(dialog.pick_theirs, LEFT)
    dialog.conflicts.select_row(0)
    qtbot.mouseClick(dialog.take_theirs, LEFT)
    assert dialog.conflicts.frame_model.value(0, "taken") == "theirs"
    qtbot.mouseClick(dialog.go, LEFT)
    assert document.base.title == "Theirs"
    assert document.base.sector == "ores"
    assert document.base.economies == ("JPN", "USA", "CHL")
    document.undo_stack.undo()
    assert document.base == before


def test_a_choice_can_be_changed(dialog: MergeDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.pick_theirs, LEFT)
    dialog.conflicts.select_row(0)
    qtbot.mouseClick(dialog.take_theirs, LEFT)
    qtbot.mouseClick(dialog.take_mine, LEFT)
    assert dialog.merged is not None
    assert dialog.merged.agreement.title == "Mine"
    assert dialog.go.isEnabled()
