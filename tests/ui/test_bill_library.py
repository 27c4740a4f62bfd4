"""Bills of inputs taken from the library or a file into the agreement."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui import messages
from ui.dialogs.bill_library import BillLibrary


@pytest.fixture
def library(qtbot: QtBot) -> BillLibrary:
    made = BillLibrary()
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_shipped_kind_shows_its_inputs_and_source(library: BillLibrary) -> None:
    titles = [library.list.item(n).text() for n in range(library.list.count())]
    assert {"Lithium-ion battery cells", "Cotton garments", "Semiconductors"} <= set(titles)
    for row in range(library.list.count()):
        library.list.setCurrentRow(row)
        assert library.inputs.frame_model.rowCount() > 0
        assert "Source: " in library._facts.text()
        assert library.chosen()


def test_a_file_is_added_and_chosen(
    qtbot: QtBot, library: BillLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("goods,input,share,source\n8507.60,2841.90,40 %,a survey of ours\n", "utf-8")
    monkeypatch.setattr(messages, "open_file", lambda *_: path)
    qtbot.mouseClick(library.file, Qt.MouseButton.LeftButton)
    (bill,) = library.chosen()
    assert bill.source == "a survey of ours"
    assert bill.inputs[0].cost_share == 0.4
    qtbot.mouseClick(library.take, Qt.MouseButton.LeftButton)
    assert library.result() == BillLibrary.DialogCode.Accepted


def test_a_bad_file_is_refused_with_its_line(
    qtbot: QtBot, library: BillLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("goods,input,share,source\n8507.60,2841.90,lots,me\n", "utf-8")
    said: list[str] = []
    monkeypatch.setattr(messages, "open_file", lambda *_: path)
    monkeypatch.setattr(messages, "show_error", lambda _, words, detail="": said.append(words))
    before = library.list.count()
    qtbot.mouseClick(library.file, Qt.MouseButton.LeftButton)
    assert ":2: 'lots' is not a share" in said[0]
    assert library.list.count() == before


def test_a_folder_of_the_users_own_counts_too(qtbot: QtBot, tmp_path: Path) -> None:
    shelf = tmp_path / "bills-of-inputs"
    shelf.mkdir()
    (shelf / "mine.yaml").write_text(
        "format: 1\ntitle: Mine\nbills:\n  - products: ['8507.60']\n    inputs:\n"
        "      - {input: '28', share: 0.5}\n    source: a survey of ours\n",
        "utf-8",
    )
    made = BillLibrary(None, tmp_path)
    qtbot.addWidget(made)
    titles = [made.list.item(n).text() for n in range(made.list.count())]
    assert "Mine" in titles
