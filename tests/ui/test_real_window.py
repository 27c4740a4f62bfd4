"""On a real screen: shortcuts fire, focus moves, and the window is drawn."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui import messages
from ui.main_window import PAGES, MainWindow
from ui.settings import Settings, WindowState
from workbench.model.origin import WhollyObtained

FILE = Path(__file__).parents[2] / "agreements" / "definitions" / "us-japan-critical-minerals.yaml"

pytestmark = pytest.mark.window


@pytest.fixture
def window(qtbot, starter_file, monkeypatch):
    assert QGuiApplication.platformName() != "offscreen"
    monkeypatch.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)
    window = MainWindow(Settings(), WindowState())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_path(FILE)
    qtbot.waitUntil(
        lambda: window.figures.result is not None and window.figures.result.complete,
        timeout=60_000,
    )
    yield window
    window.close()


def test_shortcuts_reach_pages_undo_and_panels(window, qtbot):
    control = Qt.KeyboardModifier.ControlModifier
    for number, row in enumerate(PAGES[:9], start=1):  # the others have no digit left
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), control)
        qtbot.waitUntil(lambda name=row.name: window.stack.currentWidget().name == name)
    before = window.document.agreement
    window.document.edit("Strict", lambda a: a.with_default_rule(WhollyObtained()))
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    assert window.document.agreement == before
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert window.inspector.isHidden()


def test_tab_leaves_and_comes_back_to_the_navigation(window, qtbot):
    window.navigation.setFocus()
    qtbot.waitUntil(window.navigation.hasFocus)
    seen = []
    for _ in range(400):
        qtbot.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
        focused = window.focusWidget()
        seen.append(focused.objectName())
        if focused is window.navigation:
            break
    assert window.navigation.hasFocus()
    assert {"year", "evaluateButton"} <= set(seen)


def test_the_window_is_drawn(window, qtbot):
    picture = window.screen().grabWindow(window.winId()).toImage()
    colors = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 7)
        for y in range(0, picture.height(), 7)
    }
    assert len(colors) > 20
