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
        assert dialog.take.isEnabled()


def test_arrows_and_return_choose(qtbot: QtBot) -> None:
    def act() -> None:
        window = QApplication.activeModalWidget()
        assert isinstance(window, TemplateDialog)
        qtbot.keyClick(window.list, Qt.Key.Key_Down)
        qtbot.keyClick(window.list, Qt.Key.Key_Return)

    QTimer.singleShot(0, act)
    assert choose_template(None) == read_agreement(library.templates()[1].path)


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
    monkeypatch.setattr(library, "templates", lambda folder=None: (broken,))
    dialog = TemplateDialog()
    qtbot.addWidget(dialog)
    assert dialog._summary.text() == "broken.yaml:3: no title"
    assert not dialog.take.isEnabled()
    dialog.accept()
    assert dialog.chosen() is None
    assert dialog.result() != TemplateDialog.DialogCode.Accepted


def test_nothing_shipped(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "templates", lambda folder=None: ())
    dialog = TemplateDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.chosen() is None
    assert not dialog.take.isEnabled()


def test_a_playbook_is_told_from_market_access() -> None:
    words = {
        entry.name: templates.summary(read_agreement(entry.path)) for entry in library.templates()
    }
    assert words["supply-chain-playbook"].startswith("Cooperation only")
    assert words["critical-minerals-club"].startswith("Duty cuts for partners only")


def test_partners_and_name_are_chosen_on_the_way(qtbot: QtBot, dialog: TemplateDialog) -> None:
    base = read_agreement(library.templates()[0].path)
    assert dialog.agreement() == base
    dialog.partners.show_key("g7")
    qtbot.keyClicks(dialog.name, "Our draft")
    made = dialog.agreement()
    assert made is not None
    assert made.title == "Our draft"
    assert tuple(p.economy for p in made.partners) == library.partner_set("g7").economies
    assert made.coverage == base.coverage


def test_a_folder_of_the_users_own_adds_to_the_list(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "mine.yaml").write_text("format: 1\ntitle: A text of mine\n")
    dialog = TemplateDialog(library=tmp_path)
    qtbot.addWidget(dialog)
    titles = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert "A text of mine" in titles
