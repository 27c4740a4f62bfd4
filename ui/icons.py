"""Outline icons, drawn sharp at any pixel density in the colours of the theme."""

from collections.abc import Callable
from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from ui.resources import ICONS

_SIZES = (16, 20, 24)
_DENSITIES = (1, 2, 3)
_NAME, _TOKEN = "iconName", "iconToken"


class HasIcon(Protocol):
    """A button or an action."""

    def setIcon(self, icon: QIcon, /) -> None: ...  # noqa: D102
    def setProperty(self, name: str, value: object, /) -> bool: ...  # noqa: D102


@cache
def _svg(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))


def paint(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw an icon into a square, on whatever the painter draws on."""
    _renderer(name, color.name()).render(painter, rect)


@cache
def _pixmap(name: str, color: str, size: int, density: float) -> QPixmap:
    pixmap = QPixmap(QSize(round(size * density), round(size * density)))
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        _renderer(name, color).render(painter)
    pixmap.setDevicePixelRatio(density)
    return pixmap


def pixmap(name: str, color: QColor, size: int = 16, density: float = 2.0) -> QPixmap:
    """One icon as a picture of `size` by `size` device-independent pixels."""
    return _pixmap(name, color.name(), size, density)


@cache
def _icon(name: str, color: str, faint: str) -> QIcon:
    icon = QIcon()
    for size in _SIZES:
        for density in _DENSITIES:
            icon.addPixmap(_pixmap(name, color, size, density))
            icon.addPixmap(_pixmap(name, faint, size, density), QIcon.Mode.Disabled)
    return icon


def icon(name: str, color: QColor | str, faint: QColor | str | None = None) -> QIcon:
    """An icon in one colour, and in another where it is disabled (half as strong if none)."""
    strong = QColor(color)
    weak = QColor(faint) if faint is not None else QColor(strong)
    return _icon(name, strong.name(), weak.name())


def set_icon(target: HasIcon, name: str, token: str = "text_2") -> None:
    """Give a button or action an icon that follows the theme.

    Args:
        target: a QAction or any button.
        name: file name without ending, see `ui/resources/icons`.
        token: which colour of the theme it is drawn in.
    """
    from ui import theme  # the theme refreshes icons, so it imports this module

    target.setProperty(_NAME, name)
    target.setProperty(_TOKEN, token)
    now = theme.current()
    target.setIcon(icon(name, now.color(token), now.color("disabled")))


def refresh(app: QApplication, color: Callable[[str], QColor]) -> None:
    """Draw again, in new colours, every icon given by `set_icon` to a living widget or action."""
    targets: set[QObject] = set()
    for window in app.topLevelWidgets():
        targets.update(window.actions())
        targets.update(window.findChildren(QAction))
    targets.update(app.allWidgets())
    for target in targets:
        if not isValid(target):  # its window is closing
            continue
        name = target.property(_NAME)
        if name:
            made = icon(name, color(str(target.property(_TOKEN))), color("disabled"))
            target.setIcon(made)  # type: ignore[attr-defined]
