"""The panel below: every task that is under way has a line of its own."""

import threading

import pytest
from PySide6.QtWidgets import QLabel

from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.bottom import BottomPanel
from ui.tasks import TaskRunner
from ui.widgets.progress_line import ProgressLine


@pytest.fixture
def panel(qtbot):
    tasks = TaskRunner()
    panel = BottomPanel(Figures(AgreementDocument(), tasks), tasks)
    qtbot.addWidget(panel)
    yield panel, tasks
    tasks.shutdown()


def _lines(panel: BottomPanel) -> list[str]:
    found = panel.findChildren(ProgressLine)
    return sorted(line._title.text() for line in found if not line.isHidden())


def test_all_running_tasks_are_listed_and_leave_when_they_end(qtbot, panel):
    bottom, tasks = panel
    go = threading.Event()
    idle = bottom.findChild(QLabel, "noTasks")
    assert not idle.isHidden()
    tasks.start("Importing", lambda _: go.wait(10), aside=True)
    tasks.start("Evaluating", lambda _: go.wait(10))
    assert _lines(bottom) == []  # what ends at once is not listed
    qtbot.waitUntil(lambda: _lines(bottom) == ["Evaluating", "Importing"], timeout=10_000)
    assert bottom._tabs.tabText(2) == "Tasks (2)"
    assert idle.isHidden()
    go.set()
    qtbot.waitUntil(lambda: not tasks.running, timeout=10_000)
    assert _lines(bottom) == []
    assert bottom._tabs.tabText(2) == "Tasks"
    assert not idle.isHidden()
