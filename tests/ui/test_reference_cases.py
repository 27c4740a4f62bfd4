"""The dialog of published examples."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ui.dialogs.reference_cases import ReferenceCasesDialog
from ui.tasks import TaskRunner
from ui.widgets.data_table import DataTable
from workbench.definitions.reference_cases import reference_cases


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[ReferenceCasesDialog]:
    runner = TaskRunner()
    made = ReferenceCasesDialog(runner)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()
    qtbot.waitUntil(lambda: not runner.running, timeout=20_000)
    runner.shutdown()


def ready(qtbot: QtBot, dialog: ReferenceCasesDialog) -> DataTable:
    table = dialog.findChild(DataTable, "referenceCases")
    qtbot.waitUntil(lambda: table.frame_model.total_rows > 0, timeout=20_000)
    return table


def test_all_cases_pass_with_their_source(qtbot: QtBot, dialog: ReferenceCasesDialog) -> None:
    table = ready(qtbot, dialog)
    model = table.frame_model
    assert model.total_rows > 60
    assert {model.value(row, "result") for row in range(model.rowCount())} == {"Pass"}
    says = dialog.findChild(QLabel, "referenceCasesSays").text()
    official = sum(case.official for case in reference_cases())
    own = model.total_rows - official
    assert says.startswith(f"{official} of {official} published examples come out as published")
    assert f"{own} of {own} variants of our own" in says
    assert all(model.value(row, "source") for row in range(model.rowCount()))
    assert "computed" in dialog.findChild(QLabel, "referenceCaseDetail").text()


def test_cases_are_searched_and_misprints_listed(
    qtbot: QtBot, dialog: ReferenceCasesDialog
) -> None:
    table = ready(qtbot, dialog)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "referenceCasesSearch"), "bulldozer engines")
    qtbot.waitUntil(lambda: table.frame_model.rowCount() == 1)
    table.selectRow(0)
    assert "bulldozer" in dialog.findChild(QLabel, "referenceCaseDetail").text()
    misprints = dialog.findChild(DataTable, "knownMisprints").frame_model
    assert misprints.total_rows == 6
    qtbot.mouseClick(
        dialog.findChild(QPushButton, "referenceCasesClose"), Qt.MouseButton.LeftButton
    )
    assert not dialog.isVisible()


def test_closing_at_once_stops_the_work(qtbot: QtBot, dialog: ReferenceCasesDialog) -> None:
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog._tasks.running, timeout=20_000)
