"""The calibration dialog: fits in the background, shows its limits, adopts in one step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabWidget
from pytestqt.qtbot import QtBot

from ui import messages
from ui.dialogs.calibration import CalibrationDialog
from ui.document import AgreementDocument
from ui.tasks import TaskRunner


@pytest.fixture
def tasks() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    assert runner.shutdown()


@pytest.fixture
def dialog(qtbot: QtBot, tasks: TaskRunner) -> CalibrationDialog:
    made = CalibrationDialog(AgreementDocument(), tasks)
    qtbot.addWidget(made)
    made.show()
    assert not made.adopt.isEnabled()
    qtbot.waitUntil(lambda: made.adopt.isEnabled(), timeout=20_000)
    return made


def test_it_shows_the_fit_and_where_it_fails(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    assert dialog.estimates.frame_model.rowCount() == 5
    verdicts = [
        dialog.checks.frame_model.value(row, "told")
        for row in range(dialog.checks.frame_model.rowCount())
    ]
    assert set(verdicts) == {"Told", "Fails"}
    fails = dialog.findChild(QLabel, "calibrationShortcomings")
    assert fails is not None
    assert "The defaults are off by 4.9 points" in fails.text()
    assert "5.9% of trade never claims" in fails.text()
    assert dialog.spells.count() > 2
    before = dialog.picture.data()
    dialog.spells.setCurrentIndex(1)
    dialog.spells.activated.emit(1)
    assert dialog.picture.data() != before
    tabs = dialog.findChild(QTabWidget, "calibrationTabs")
    assert tabs is not None
    assert tabs.count() == 5
    assert dialog.duties.frame_model.rowCount() > 5


def test_adopting_is_one_step_that_undo_takes_back(qtbot: QtBot, dialog: CalibrationDialog) -> None:
    document = dialog._document
    before = document.agreement
    qtbot.mouseClick(dialog.adopt, Qt.MouseButton.LeftButton)
    adopted = document.agreement.parameters
    assert adopted.fixed_cost < before.parameters.fixed_cost
    assert 0 < adopted.never_claims_share < 0.2
    assert adopted.consignment == before.parameters.consignment
    for name in ("fixed_cost", "sigma", "never_claims_share"):
        assert adopted.source(name).startswith("calibrated on USITC DataWeb")
    document.undo_stack.undo()
    assert document.agreement == before


def test_a_bad_file_says_what_is_wrong_and_keeps_the_fit(
    qtbot: QtBot,
    dialog: CalibrationDialog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("product,economy\n", "utf-8")
    monkeypatch.setattr(messages, "open_file", lambda *_: path)
    qtbot.mouseClick(dialog.other, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no column 'margin'" in dialog._says.text(), timeout=10_000)
    assert dialog.adopt.isEnabled()
