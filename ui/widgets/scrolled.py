"""A part of the window that may be taller than its room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolled(inside: QWidget, name: str, says: str = "") -> QScrollArea:
    """Put a widget into an area that scrolls down, never sideways.

    Args:
        inside: what it holds.
        name: object name.
        says: accessible name; without one it takes no focus, since parts of `inside` do.
    """
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(says)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if not says:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
