"""What lists and trees need before they are filled."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractItemView, QListView, QTreeView

_ICON = QSize(16, 16)


def set_up_view(view: QAbstractItemView, name: str, says: str) -> None:
    """Name a list or tree and give its rows the height of the style sheet; call before filling.

    Why before: Qt keeps row heights measured before the style sheet reached the view.
    """
    view.setObjectName(name)
    view.setAccessibleName(says)
    view.setIconSize(_ICON)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    if isinstance(view, QTreeView):
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
    if isinstance(view, QListView):
        view.setUniformItemSizes(True)
    view.ensurePolished()
