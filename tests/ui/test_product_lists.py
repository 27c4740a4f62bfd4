"""Products of a list, of the library or of the database, taken in as a group."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.dialogs import product_lists
from ui.dialogs.product_lists import LibraryList, ProductListDialog
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.coverage import CoveragePage
from ui.tasks import TaskRunner
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts
from workbench.model.nomenclature import HSRange
from workbench.tradedata.database import TradeDatabase, migrate

OWN = LibraryList("magnets", "Magnets of tests", (HSRange.parse("8505"),))


class StillFigures(Figures):
    """Evaluates nothing."""

    def evaluate_soon(self) -> None:
        pass


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TradeDatabase]:
    """A list of HS2017, of which one code became two in HS2022 and one is unknown."""
    path: Path = tmp_path_factory.mktemp("lists") / "lists.sqlite"
    migrate(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO datasets (id, table_name, source, edition, hs_edition, licence, file, "
            "sha256, rows, rejected, note) VALUES (?, ?, 'Office', 'r1', ?, 'test', 'f.csv', 'h', "
            "1, 0, '')",
            [(1, "product_lists", 2017), (2, "concordances", None), (3, "products", 2022)],
        )
        connection.executemany(
            "INSERT INTO products (edition, code, parent, level) VALUES (?, ?, ?, ?)",
            [
                (edition, code, code // 100 or None, len(str(code)))
                for edition, codes in (
                    (2017, (85, 8541, 854110, 854140, 854150)),
                    (2022, (85, 8541, 854110, 854141, 854142, 854151)),
                )
                for code in codes
            ],
        )
        connection.executemany(
            "INSERT INTO concordances (dataset, from_edition, to_edition, from_code, to_code, "
            "relationship) VALUES (2, 2017, 2022, ?, ?, ?)",
            [(854140, 854141, "1:n"), (854140, 854142, "1:n"), (854150, 854151, "1:1")],
        )
        connection.executemany(
            "INSERT INTO product_lists VALUES (1, 'notice', ?, ?)",
            [("a", "854110"), ("a", "854140"), ("b", "854150"), ("b", "999999")],
        )
    with TradeDatabase(path) as opened:
        yield opened


@pytest.fixture
def tasks() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def dialog(qtbot: QtBot, database: TradeDatabase, tasks: TaskRunner) -> ProductListDialog:
    made = ProductListDialog(tasks, database, (OWN,), "HS2022")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.lists.frame_model.rowCount() == 4)
    return made


def pick(qtbot: QtBot, dialog: ProductListDialog, row: int) -> None:
    dialog.lists.select_row(row)
    qtbot.waitUntil(lambda: dialog.chosen is not None, timeout=20_000)


def column(dialog: ProductListDialog, name: str) -> list[object]:
    model = dialog.codes.frame_model
    return [model.value(row, name) for row in range(model.rowCount())]


def test_lists_of_the_library_and_of_the_database_stand_together(
    dialog: ProductListDialog,
) -> None:
    model = dialog.lists.frame_model
    told = [
        tuple(model.value(row, name) for name in ("list", "part", "codes", "edition", "where"))
        for row in range(model.rowCount())
    ]
    assert told == [
        ("Magnets of tests", "", 1, "HS2022", "the library"),
        ("notice", "", 4, "HS2017", "the database"),
        ("notice", "a", 2, "HS2017", "the database"),
        ("notice", "b", 2, "HS2017", "the database"),
    ]
    # the first is shown at once
    assert dialog.chosen == CoveredProducts(product_list="magnets", listed=OWN.products)


def test_a_list_of_the_database_is_turned_and_marked(
    qtbot: QtBot, dialog: ProductListDialog
) -> None:
    pick(qtbot, dialog, 1)
    qtbot.waitUntil(lambda: dialog.codes.frame_model.rowCount() == 4)
    assert column(dialog, "stated") == ["854140", "999999", "854110", "854150"]
    assert column(dialog, "codes") == ["8541.41, 8541.42", "", "8541.10", "8541.51"]
    assert column(dialog, "turned") == [
        "became several",
        "not in the edition",
        "as it stands",
        "renumbered",
    ]
    assert "4 codes as 1 range; 2 marked" in dialog._note.text()
    chosen = dialog.chosen
    assert chosen is not None
    assert [str(each) for each in chosen.products] == ["85"]
    assert chosen.source == (
        "notice (Office r1, f.csv); turned from HS2017 into HS2022 by concordance"
    )
    assert chosen.notes == "Became several: 854140; not in the edition: 999999."


def test_without_a_database_the_library_is_there(qtbot: QtBot, tasks: TaskRunner) -> None:
    made = ProductListDialog(tasks, None, (OWN,), "HS2022")
    qtbot.addWidget(made)
    assert made.lists.frame_model.rowCount() == 1
    assert made.take.isEnabled()
    none = ProductListDialog(tasks, None, (), "HS2022")
    qtbot.addWidget(none)
    assert not none.take.isEnabled()


def test_the_page_adds_the_list_as_one_edit(
    qtbot: QtBot,
    tasks: TaskRunner,
    database: TradeDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = AgreementDocument()
    document.start_from(Agreement("Test"))
    page = CoveragePage(document, StillFigures(document, tasks))
    qtbot.addWidget(page)
    document.changed.connect(page.refresh)
    page.refresh()

    def answer(made: ProductListDialog) -> int:
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: made.lists.frame_model.rowCount() == 3)
        pick(qtbot, made, 2)
        made.accept()
        return made.result()

    page.figures.database = database
    monkeypatch.setattr(product_lists.ProductListDialog, "exec", answer)
    before = document.undo_stack.count()
    qtbot.mouseClick(page.add_listed, Qt.MouseButton.LeftButton)
    (group,) = document.agreement.coverage.entries
    assert [str(each) for each in group.products] == ["8541.51"]
    assert page.products.ranges() == group.products
    assert document.undo_stack.count() == before + 1
    document.undo_stack.undo()
    assert document.agreement.coverage.entries == ()
    qtbot.waitUntil(lambda: not tasks.running, timeout=60_000)
