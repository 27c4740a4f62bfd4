"""Buttons with the icons and parts that the style sheet knows."""

from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from ui import icons, theme


def button(text: str, name: str, icon: str = "", parent: QWidget | None = None) -> QPushButton:
    """A plain button with a word on it."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    if icon:
        icons.set_icon(made, icon)
    return made


def primary_button(
    text: str, name: str, icon: str = "", parent: QWidget | None = None
) -> QPushButton:
    """The one button of a page that goes ahead."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    theme.set_role(made, "primary")
    if icon:
        icons.set_icon(made, icon, "on_accent")
    return made


def link_button(text: str, name: str, parent: QWidget | None = None) -> QPushButton:
    """A button that reads as a link: it leads somewhere and changes nothing."""
    made = QPushButton(text, parent)
    made.setObjectName(name)
    theme.set_role(made, "link")
    return made


def icon_button(icon: str, says: str, name: str, parent: QWidget | None = None) -> QToolButton:
    """A button with an icon alone; `says` is its tool tip and accessible name."""
    made = QToolButton(parent)
    made.setObjectName(name)
    made.setToolTip(says)
    made.setAccessibleName(says)
    icons.set_icon(made, icon)
    return made
