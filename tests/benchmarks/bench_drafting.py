"""How fast a large agreement opens, and how soon an edit is on screen.

    python tests/benchmarks/bench_drafting.py

The agreement has 40 commitments, 14 partners, 3 options and 600 product lines. Prints seconds to
open the file, milliseconds from an edit until the page is drawn again (without figures) for each
page, and the ratio of opening to a plain parse of the same YAML.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parents[2]))

import yaml
from large_agreement import large_agreement
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from ui import theme
from ui.main_window import PAGES, MainWindow
from ui.settings import Settings, WindowState
from ui.theme import Scheme
from workbench.definitions.reader import open_agreement
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement

TIMES = 7
LINES = [f"{chapter}{number:04d}" for chapter in ("26", "28", "81", "85") for number in range(150)]


def median_seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of the middle of a few runs."""
    runs = []
    for _ in range(TIMES):
        wall, used = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - wall, time.process_time() - used))
    return statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs)


def edits(number: int) -> list[tuple[str, Callable[[Agreement], Agreement]]]:
    """An edit of several parts of the text."""

    def worded(agreement: Agreement) -> Agreement:
        old = agreement.commitments[20]
        return agreement.with_commitment(20, replace(old, text=f"Reworded {number} times."))

    def ruled(agreement: Agreement) -> Agreement:
        rule = agreement.origin.product_rules[100]
        return agreement.with_product_rule(100, replace(rule, de_minimis=number / 1000))

    return [
        ("title", lambda a: replace(a, title=f"Draft {number}")),
        ("commitment", worded),
        ("product rule", ruled),
        ("partner", lambda a: a.with_partner(replace(a.partners[3], notes=f"{number}"))),
    ]


def main() -> None:
    """Print everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(write_text(large_agreement(LINES)), encoding="utf-8")
        wall, used = median_seconds(lambda: open_agreement(path))
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        text = path.read_text(encoding="utf-8")
        plain, _ = median_seconds(lambda: yaml.load(text, Loader=loader))
        print(f"opened in {wall:.3f} s ({used:.3f} s CPU), {wall / plain:.1f} x a plain parse")
        application = QApplication.instance() or QApplication(sys.argv)
        assert isinstance(application, QApplication)
        theme.apply(application, Scheme.LIGHT)
        store = QSettings(str(Path(folder) / "state.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(store), WindowState(store))
        window.figures.evaluate_soon = lambda: None  # type: ignore[method-assign]
        window.resize(1440, 900)
        window.show()
        window.open_path(path)
        number = 0
        for row in PAGES:
            window.show_page(row.name)
            application.processEvents()
            for name, _ in edits(0):
                runs = []
                for _ in range(TIMES):
                    number += 1
                    change = dict(edits(number))[name]
                    began = time.perf_counter()
                    window.document.edit("Edit", change)
                    application.processEvents()
                    runs.append((time.perf_counter() - began) * 1000)
                middle = statistics.median(runs)
                print(f"{row.name:16} {name:14} {middle:6.1f} ms, worst {max(runs):6.1f} ms")
        window.document.undo_stack.setClean()
        window.close()


if __name__ == "__main__":
    main()
