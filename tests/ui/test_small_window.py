"""Every page fits the smallest window that is promised, 1200 by 760, also while it works."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget

from ui import messages
from ui.main_window import PAGES, MainWindow
from ui.settings import Settings, WindowState
from ui.widgets.progress_line import ProgressLine

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
SMALLEST = QSize(1200, 760)


@pytest.fixture
def window(qtbot, starter_file, monkeypatch):
    monkeypatch.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)
    window = MainWindow(Settings(), WindowState())
    qtbot.addWidget(window)
    window.resize(SMALLEST)
    window.show()
    window.open_path(CLUB)
    qtbot.waitUntil(lambda: window.figures.result is not None, timeout=60_000)
    yield window
    window.close()


def test_no_page_makes_the_window_larger(window, qtbot):
    beside = window.inspector.width()
    for row in PAGES:
        window.show_page(row.name)
        page = window.pages[row.name]
        for stack in page.findChildren(QStackedWidget):
            for place in range(stack.count()):
                stack.setCurrentIndex(place)
                qtbot.wait(5)
        for line in page.findChildren(ProgressLine):
            line.show()
        qtbot.wait(5)
        assert window.size() == SMALLEST, row.name
        assert window.inspector.width() == beside, f"{row.name} takes room from the inspector"
