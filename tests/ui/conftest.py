"""Offscreen Qt, the program's look, throw-away settings, and no task left running."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from ui import theme
from ui.tasks import TaskRunner
from ui.theme import Scheme


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    theme.apply(qapp, Scheme.LIGHT)
    return qapp


@pytest.fixture(autouse=True)
def throw_away_settings(tmp_path: Path) -> Iterator[Path]:
    """Every test starts without settings and leaves none behind."""
    folder = tmp_path / "settings"
    before = QSettings.defaultFormat()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    yield folder
    QSettings.setDefaultFormat(before)


@pytest.fixture(autouse=True)
def no_task_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that leaves a task running fails, and the task is stopped."""
    runners: list[TaskRunner] = []
    made = TaskRunner.__init__

    def noted(self: TaskRunner, *args: object, **kwargs: object) -> None:
        made(self, *args, **kwargs)  # type: ignore[arg-type]
        runners.append(self)

    monkeypatch.setattr(TaskRunner, "__init__", noted)
    yield
    left = [task.title for runner in runners for task in runner.running]
    for runner in runners:
        assert runner.shutdown(), "a task does not stop when asked to"
    assert not left, f"tasks left running: {left}"
