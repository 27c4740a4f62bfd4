"""How fast the window is: start-up, and from an edit to the figures on screen.

    python tests/benchmarks/bench_window.py [AGREEMENT.yaml]

Prints, for start-ups in new processes: seconds until the window is on screen and until it shows
figures. Then, for edits of the default rule on each page: milliseconds from the edit to the redrawn
page (median and worst), the longest time the window did not answer while figures, leverage and what
the page works out for itself came in, and the same two in processor time of the window's own
thread, which other programs do not lengthen. Ends with the ratio of an edit to a plain evaluation
that starts from the database each time.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # offscreen has no size hints

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT / "agreements" / "definitions" / "critical-minerals-club.yaml"
EDITS = 6
START_UPS = 5
TICK_MS = 4
LONGEST_WAIT_S = 60.0
LONGEST_START_S = 300.0  # the first start unpacks the starter database

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
                print(seen["shown"], time.time() - began, time.process_time())
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


class Moment(NamedTuple):
    """Wall clock and processor time of the window's thread, in seconds."""

    wall: float
    used: float

    @classmethod
    def now(cls) -> "Moment":
        """This moment."""
        return cls(time.perf_counter(), time.thread_time())

    def since(self, earlier: "Moment") -> "Moment":
        """Milliseconds since an earlier moment."""
        return Moment((self.wall - earlier.wall) * 1000, (self.used - earlier.used) * 1000)


def start_up(file: Path, times: int) -> None:
    """Start the program several times; the first warms the caches."""
    rows = []
    with tempfile.TemporaryDirectory() as settings:
        for _ in range(times + 1):
            own = {"XDG_CONFIG_HOME": settings, "XDG_DATA_HOME": settings}
            compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": settings}
            environment = {**os.environ, **own, **compiled, "PYTHONPATH": str(ROOT)}
            run = subprocess.run(
                [sys.executable, "-c", START, str(time.time()), str(file)],
                capture_output=True,
                text=True,
                check=True,
                timeout=LONGEST_START_S,
                env=environment,
            )
            rows.append([float(part) for part in run.stdout.split()[-3:]])
    shown, figures, used = zip(*rows[1:], strict=True)
    print(
        f"start-up, median of {times}: window {statistics.median(shown):.2f} s, figures "
        f"{statistics.median(figures):.2f} s (worst {max(figures):.2f}), "
        f"processor {statistics.median(used):.2f} s",
        flush=True,
    )


def edits(file: Path) -> None:
    """Edit the default rule on every page and wait for the redrawn figures."""
    from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.app import SteadyMemory
    from ui.main_window import PAGES, MainWindow
    from ui.settings import Settings, WindowState
    from ui.theme import Scheme
    from workbench.model.origin import RegionalValueContent, RvcMethod

    app = QApplication(sys.argv)
    theme.apply(app, Scheme.LIGHT)
    ticks: list[Moment] = []
    loop = QEventLoop()
    awaited: list[Callable[[], bool]] = []
    until = 0.0

    def tick() -> None:
        ticks.append(Moment.now())
        if awaited and awaited[0]():
            awaited.clear()
            loop.quit()
        elif time.perf_counter() > until:
            loop.quit()

    ticker = QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.timeout.connect(tick)

    def wait_for(what: str, condition: Callable[[], bool]) -> None:
        """Run the event loop as the program does: no turning in circles beside the worker."""
        nonlocal until
        until = time.perf_counter() + LONGEST_WAIT_S
        awaited[:] = [condition]
        loop.exec()
        if awaited:
            raise SystemExit(f"{what} did not come within {LONGEST_WAIT_S:.0f} s")

    def pause(seconds: float) -> None:
        over = time.perf_counter() + seconds
        wait_for("the end of a pause", lambda: time.perf_counter() > over)

    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "s.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(store), WindowState(store))
        steady = SteadyMemory(window)
        window.figures.evaluated.connect(steady.keep)
        window.resize(1440, 900)
        window.show()
        ticker.start(TICK_MS)
        window.open_path(file)
        figures = window.figures

        def complete() -> bool:
            return not figures.out_of_date and figures.result.complete

        def quiet() -> bool:
            return complete() and not window.tasks.running

        wait_for("the first figures", complete)
        print(
            "                 edit to screen, ms        not answering, ms     evaluated\n"
            "page             median  worst  own CPU   worst  own CPU worst  median ms"
        )
        evaluated: list[float] = []
        number = 0
        for row in PAGES:
            window.show_page(row.name)
            pause(0.5)
            wait_for(f"what {row.name} works out", quiet)
            drawn, stalls, here = [], [], []
            for _ in range(EDITS):
                number += 1
                rule = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.30 + 0.003 * number)
                app.processEvents()
                ticks[:] = [Moment.now()]
                # The slot runs after those of the window, and painting after the slot.
                seen: list[Moment] = []
                redrawn = QTimer()
                redrawn.setSingleShot(True)
                redrawn.timeout.connect(lambda seen=seen: seen.append(Moment.now()))
                figures.evaluated.connect(redrawn.start)
                window.document.edit("Rule", lambda a, rule=rule: a.with_default_rule(rule))
                wait_for(f"figures on {row.name}", lambda seen=seen: bool(seen))
                figures.evaluated.disconnect(redrawn.start)
                drawn.append(seen[0].since(ticks[0]))
                here.append(figures.milliseconds)
                wait_for(f"what {row.name} works out", quiet)
                pause(0.1)
                stalls += [later.since(earlier) for earlier, later in pairwise(ticks)]
            evaluated += here
            wall = [moment.wall for moment in drawn]
            print(
                f"{row.name:15} {statistics.median(wall):7.0f} {max(wall):6.0f} "
                f"{statistics.median(m.used for m in drawn):8.0f} "
                f"{max(m.wall for m in stalls):7.0f} {max(m.used for m in stalls):14.0f} "
                f"{statistics.median(here):10.0f}",
                flush=True,
            )
        agreement, path = window.document.agreement, figures.database.path
        window.document.undo_stack.setClean()
        window.close()
    plain = plain_evaluation(agreement, path)
    print(
        f"plain evaluation from the database each time: {plain:.0f} ms, "
        f"{plain / statistics.median(evaluated):.1f} times an edit's"
    )


def plain_evaluation(agreement: object, database: Path) -> float:
    """Milliseconds of an evaluation that keeps nothing of an earlier one; median of three."""
    from workbench.analysis.evaluation import Evaluator
    from workbench.tradedata.database import TradeDatabase

    runs = []
    for _ in range(3):
        began = time.perf_counter()
        with TradeDatabase(database) as opened:
            Evaluator(opened).evaluate(agreement)
        runs.append((time.perf_counter() - began) * 1000)
    return statistics.median(runs)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    sys.argv = sys.argv[:1]
    start_up(chosen, START_UPS)
    edits(chosen)
