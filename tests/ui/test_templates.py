"""Picking a shipped agreement with the keyboard and the mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.dialogs import templates
from ui.dialogs.templates import TemplateDialog, choose_template
from workbench.definitions import library
from workbench.definitions.library import Entry
from workbench.definitions.reader import read_agreement


@pytest.fixture
def dialog(qtbot: QtBot) -> TemplateDialog:
    made = TemplateDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_shipped_agreement_is_listed_with_a_preview(dialog: TemplateDialog) -> None:
    entries = library.templates()
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == [
        entry.title for entry in entries
    ]
    for row, entry in enumerate(entries):
        dialog.list.setCurrentRow(row)
        agreement = read_agreement(entry.path)
        assert dialog._title.text() == agreement.title
        assert agreement.sector.replace("-", " ").capitalize() in dialog._kind.text()
        assert dialog._partners.text().count(",") == len(agreement.partners) - 1
        lines = dialog._coverage.text().splitlines()
        assert len(lines) == len(agreement.coverage.entries)
        assert dialog.chosen() == entry.path
        assert dialog.start.isEnabled()


def test_arrows_and_return_choose(qtbot: QtBot) -> None:
    def act() -> None:
        window = QApplication.activeModalWidget()
        assert isinstance(window, TemplateDialog)
        qtbot.keyClick(window.list, Qt.Key.Key_Down)
        qtbot.keyClick(window.list, Qt.Key.Key_Return)

    QTimer.singleShot(0, act)
    assert choose_template(None) == library.templates()[1].path


def test_escape_chooses_nothing(qtbot: QtBot) -> None:
    def act() -> None:
        window = QApplication.activeModalWidget()
        assert window is not None
        qtbot.keyClick(window, Qt.Key.Key_Escape)

    QTimer.singleShot(0, act)
    assert choose_template(None) is None


def test_a_broken_agreement_says_why_and_cannot_be_chosen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = Entry("broken", "broken", tmp_path / "broken.yaml", True, "broken.yaml:3: no title")
    monkeypatch.setattr(library, "templates", lambda: (broken,))
    dialog = TemplateDialog()
    qtbot.addWidget(dialog)
    assert dialog._summary.text() == "broken.yaml:3: no title"
    assert not dialog.start.isEnabled()
    dialog.accept()
    assert dialog.chosen() is None
    assert dialog.result() != TemplateDialog.DialogCode.Accepted


def test_nothing_shipped(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "templates", tuple)
    dialog = TemplateDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.chosen() is None
    assert not dialog.start.isEnabled()


def test_a_playbook_is_told_from_market_access() -> None:
    words = {
        entry.name: templates.summary(read_agreement(entry.path)) for entry in library.templates()
    }
    assert words["supply-chain-playbook"].startswith("Cooperation only")
    assert words["critical-minerals-club"].startswith("Duty cuts for partners only")
