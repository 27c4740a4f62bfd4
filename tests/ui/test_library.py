"""Named parts of the library: searched, looked at, inserted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.dialogs import library
from ui.dialogs.library import LibraryDialog, LibraryPart

PARTS = (
    LibraryPart("quad", "Quad", "Australia, India, Japan, United States", "Members."),
    LibraryPart("g7", "G7", "Canada, Japan", "Members of the Group of Seven."),
    LibraryPart("own", "own", "", "own.yaml: it is empty.", broken=True),
)


def shown(dialog: LibraryDialog) -> list[str]:
    rows = (dialog.list.item(row) for row in range(dialog.list.count()))
    return [item.text() for item in rows if not item.isHidden()]


def test_search_look_insert(qtbot: QtBot) -> None:
    dialog = LibraryDialog("Add", PARTS)
    qtbot.addWidget(dialog)
    assert shown(dialog) == ["Quad", "G7", "own"]
    assert dialog.chosen() == "quad"
    dialog.search.searched.emit("canada")
    assert shown(dialog) == ["G7"]
    assert dialog.chosen() == "g7"
    assert dialog.findChild(QLabel, "libraryText").text() == "Canada, Japan"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)


def test_nothing_fits_and_what_is_broken_say_so(qtbot: QtBot) -> None:
    dialog = LibraryDialog("Add", PARTS)
    qtbot.addWidget(dialog)
    dialog.search.searched.emit("no such thing")
    assert shown(dialog) == []
    assert not dialog.take.isEnabled()
    assert "Nothing" in dialog.findChild(QLabel, "libraryText").text()
    dialog.search.searched.emit("own.yaml")
    assert dialog.findChild(QLabel, "libraryFacts").text() == "own.yaml: it is empty."
    assert not dialog.take.isEnabled()
    assert dialog.chosen() == ""
    dialog.show()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_cancel_chooses_nothing(monkeypatch) -> None:
    monkeypatch.setattr(LibraryDialog, "exec", lambda _: LibraryDialog.DialogCode.Rejected)
    assert library.choose_part(None, "Add", PARTS) == ""
    monkeypatch.setattr(LibraryDialog, "exec", lambda _: LibraryDialog.DialogCode.Accepted)
    assert library.choose_part(None, "Add", PARTS) == "quad"


def test_what_is_picked_from_comes_before_the_buttons(qtbot: QtBot) -> None:
    dialog = LibraryDialog("Add", PARTS)
    qtbot.addWidget(dialog)
    dialog.show()
    reached = [dialog.nextInFocusChain()]
    while reached[-1] is not dialog:
        reached.append(reached[-1].nextInFocusChain())
    order = [reached.index(each) for each in (dialog.list, dialog.cancel, dialog.take)]
    assert order == sorted(order)
