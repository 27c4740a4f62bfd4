"""Every control has a name that a screen reader can say, and can be reached by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from ui import messages
from ui.main_window import PAGES, MainWindow
from ui.settings import Settings, WindowState

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
ROLES = {
    QAccessible.Role.Button,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.SpinBox,
    QAccessible.Role.Slider,
    QAccessible.Role.Table,
    QAccessible.Role.Tree,
    QAccessible.Role.List,
    QAccessible.Role.PageTab,
    QAccessible.Role.MenuItem,
    QAccessible.Role.Chart,
}
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)


@pytest.fixture
def window(qtbot, starter_file, monkeypatch):
    monkeypatch.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)
    window = MainWindow(Settings(), WindowState())
    qtbot.addWidget(window)
    window.show()
    window.open_path(CLUB)
    qtbot.waitUntil(
        lambda: window.figures.result is not None and window.figures.result.complete,
        timeout=60_000,
    )
    yield window
    window.close()


def _walk(
    node: QAccessibleInterface, path: tuple[str, ...] = ()
) -> Iterator[tuple[QAccessibleInterface, tuple[str, ...]]]:
    """Every visible node, with the object names above it; not the cells of tables."""
    if node is None or not node.isValid() or node.state().invisible:
        return
    held = node.object()
    name = held.objectName() if held is not None else ""
    here = (*path, name) if name else path
    yield node, here
    if node.role() in (QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.List):
        return
    for index in range(node.childCount()):
        yield from _walk(node.child(index), here)


def _unnamed(root: QWidget) -> list[str]:
    found = []
    for node, path in _walk(QAccessible.queryAccessibleInterface(root)):
        held = node.object()
        if isinstance(held, QScrollBar) or node.role() not in ROLES:
            continue
        if not node.text(QAccessible.Text.Name).strip():
            found.append(f"{node.role().name} at {'/'.join(path[-4:])}")
    return found


def _unreachable(root: QWidget) -> list[str]:
    """Visible, enabled controls that Tab does not come to, itself or the widget they are in."""
    found = []
    for control in root.findChildren(QWidget):
        if not isinstance(control, CONTROLS) or isinstance(control, QScrollBar):
            continue
        if not control.isVisible() or not control.isEnabled():
            continue
        widget: QWidget | None = control
        while widget is not None and widget is not root:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                break
            widget = widget.parentWidget()
        else:
            found.append(f"{type(control).__name__} {control.objectName()}")
    return found


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_controls_of_a_page_have_names_and_are_reachable(window, qtbot, name):
    window.show_page(name)
    qtbot.wait(50)
    assert _unnamed(window) == []
    assert _unreachable(window) == []


def test_the_walk_sees_the_window(window):
    nodes = list(_walk(QAccessible.queryAccessibleInterface(window)))
    roles = {node.role() for node, _ in nodes}
    assert len(nodes) > 60
    assert {QAccessible.Role.Button, QAccessible.Role.ComboBox, QAccessible.Role.List} <= roles


def test_the_walk_finds_a_nameless_button(qtbot):
    from PySide6.QtWidgets import QToolButton

    bare = QToolButton()
    qtbot.addWidget(bare)
    bare.show()
    assert len(_unnamed(bare)) == 1
