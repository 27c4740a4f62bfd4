"""How fast the window is: start-up, and from an edit to the figures on screen.

    python tests/benchmarks/bench_window.py [AGREEMENT.yaml]

Prints, for start-ups in new processes: seconds until the window is on screen and until it shows
figures; for edits of the default rule on each page: milliseconds of evaluation, from the edit to
the redrawn page, and the longest time the window did not answer. Ends with the ratio of an edit to
a plain evaluation that starts from the database each time.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).parents[2]
DEFAULT = ROOT / "agreements" / "definitions" / "critical-minerals-club.yaml"
EDITS = 8

START = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import app as application
began = float(sys.argv.pop(1))
seen = {}

def look():
    for window in QApplication.topLevelWidgets():
        if window.objectName() == "mainWindow":
            handle = window.windowHandle()
            if handle is not None and handle.isExposed():
                seen.setdefault("shown", time.time() - began)
            if window.figures.result is not None:
                print(seen["shown"], time.time() - began)
                window.close()
                return
    QTimer.singleShot(2, look)

start = application.start

def started(arguments):
    app = start(arguments)
    QTimer.singleShot(0, look)
    return app

application.start = started
from ui.__main__ import main
sys.exit(main())
"""


def start_up(file: Path, times: int) -> None:
    """Start the program several times; the first warms the caches."""
    rows = []
    with tempfile.TemporaryDirectory() as settings:
        for _ in range(times + 1):
            own = {"XDG_CONFIG_HOME": settings, "XDG_DATA_HOME": settings}
            environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
            run = subprocess.run(
                [sys.executable, "-c", START, str(time.time()), str(file)],
                capture_output=True,
                text=True,
                check=True,
                env=environment,
            )
            rows.append([float(part) for part in run.stdout.split()[-2:]])
    shown, figures = (statistics.median(column) for column in zip(*rows[1:], strict=True))
    print(f"start-up, median of {times}: window {shown:.2f} s, figures {figures:.2f} s")


def edits(file: Path) -> None:
    """Edit the default rule on every page and wait for the redrawn figures."""
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.main_window import PAGES, MainWindow
    from ui.settings import Settings, WindowState
    from ui.theme import Scheme
    from workbench.analysis.evaluation import Evaluator
    from workbench.model.origin import RegionalValueContent, RvcMethod
    from workbench.tradedata.database import TradeDatabase

    app = QApplication(sys.argv)
    theme.apply(app, Scheme.LIGHT)
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(store), WindowState(store))
        window.resize(1440, 900)
        window.show()
        window.open_path(file)
        figures = window.figures

        def settle() -> None:
            while figures.out_of_date or not figures.result.complete:
                app.processEvents()
                time.sleep(0.001)

        settle()
        ticks: list[float] = []
        ticker = QTimer()
        ticker.timeout.connect(lambda: ticks.append(time.perf_counter()))
        ticker.start(4)
        print("page            evaluation   edit to screen   longest stall   (ms, medians)")
        all_edits = []
        for row in PAGES:
            window.show_page(row.name)
            settle()
            evaluated, drawn, stalls = [], [], []
            for step in range(EDITS):
                rule = RegionalValueContent(
                    RvcMethod.BUILD_DOWN, 0.40 + 0.01 * step + 0.001 * PAGES.index(row)
                )
                ticks[:] = [time.perf_counter()]
                window.document.edit("Rule", lambda a, rule=rule: a.with_default_rule(rule))
                while figures.out_of_date:
                    app.processEvents()
                app.processEvents()
                drawn.append((time.perf_counter() - ticks[0]) * 1000)
                evaluated.append(figures.milliseconds)
                moments = [*ticks, time.perf_counter()]
                stalls.append(max(b - a for a, b in pairwise(moments)) * 1000)
                settle()
            all_edits += evaluated
            print(
                f"{row.name:15} {statistics.median(evaluated):10.0f} "
                f"{statistics.median(drawn):16.0f} {statistics.median(stalls):15.0f}"
            )
        agreement, path = window.document.agreement, figures.database.path
        window.document.undo_stack.setClean()
        window.close()
    plain = []
    for _ in range(3):
        began = time.perf_counter()
        with TradeDatabase(path) as database:
            Evaluator(database).evaluate(agreement)
        plain.append((time.perf_counter() - began) * 1000)
    ratio = statistics.median(plain) / statistics.median(all_edits)
    print(
        f"plain evaluation from the database each time: {statistics.median(plain):.0f} ms, "
        f"{ratio:.1f} times an edit's"
    )


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    sys.argv = sys.argv[:1]
    start_up(chosen, 5)
    edits(chosen)
