from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from ui import messages
from ui.messages import SaveChoice

Button = QMessageBox.StandardButton


class Presser:
    """Presses a button of the next message box, as a user would, and notes what it said."""

    def __init__(self, choice: Button | str) -> None:
        self.choice = choice
        self.said = ""
        QTimer.singleShot(0, self.press)

    def press(self) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        self.said = box.text()
        if isinstance(self.choice, str):
            words = [b for b in box.buttons() if b.text().replace("&", "") == self.choice]
            words[0].click()
        else:
            box.button(self.choice).click()


@pytest.mark.parametrize(
    ("pressed", "choice"),
    [
        (Button.Save, SaveChoice.SAVE),
        (Button.Discard, SaveChoice.DISCARD),
        (Button.Cancel, SaveChoice.CANCEL),
    ],
)
def test_unsaved_changes(qtbot: QtBot, pressed: Button, choice: SaveChoice) -> None:
    presser = Presser(pressed)
    assert messages.ask_save(None, "Green steel") is choice
    assert "Green steel" in presser.said


@pytest.mark.parametrize(("word", "agreed"), [("Delete", True), ("Cancel", False)])
def test_confirmation(qtbot: QtBot, word: str, agreed: bool) -> None:
    presser = Presser(word)
    assert messages.confirm(None, "Delete option B?", "Delete") is agreed
    assert presser.said == "Delete option B?"


def test_errors_and_information_say_their_sentence(qtbot: QtBot) -> None:
    presser = Presser(Button.Ok)
    messages.show_error(None, "a.yaml:14: 'stagging' is not a key.", "Traceback …")
    assert presser.said == "a.yaml:14: 'stagging' is not a key."
    presser = Presser(Button.Ok)
    messages.inform(None, "Saved.")
    assert presser.said == "Saved."


def test_saved_files_get_the_ending_of_their_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    answers = [
        (str(tmp_path / "table"), "CSV (*.csv)"),
        (str(tmp_path / "table.txt"), "CSV (*.csv)"),
        ("", ""),
    ]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: answers.pop(0))
    where = Path("t.csv")
    assert messages.save_file(None, "Save", where, "CSV (*.csv)") == tmp_path / "table.csv"
    assert messages.save_file(None, "Save", where, "CSV (*.csv)") == tmp_path / "table.txt"
    assert messages.save_file(None, "Save", where, "CSV (*.csv)") is None


def test_a_file_that_got_its_ending_is_not_written_over_unasked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "table.csv").touch()
    answer = (str(tmp_path / "table"), "CSV (*.csv)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: answer)
    presser = Presser("Cancel")
    assert messages.save_file(None, "Save", Path("t"), "CSV (*.csv)") is None
    assert "table.csv is there already" in presser.said


def test_files_to_open(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("a.yaml", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: (["a", "b"], ""))
    assert messages.open_file(None, "Open", Path(), "YAML (*.yaml)") == Path("a.yaml")
    assert messages.open_files(None, "Open", Path(), "All (*)") == [Path("a"), Path("b")]


@pytest.mark.parametrize(("accepted", "said"), [(True, "after Lima"), (False, None)])
def test_a_line_is_asked_for(qapp: QApplication, accepted: bool, said: str | None) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QInputDialog)
        assert dialog.labelText() == "What is it?"
        dialog.setTextValue("  after Lima ")
        (dialog.accept if accepted else dialog.reject)()

    QTimer.singleShot(0, answer)
    assert messages.ask_line(None, "What is it?") == said
