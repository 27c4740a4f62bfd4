"""The pages of a document as images, one below the other, as wide as there is room."""

import struct
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

_GAP = 14
_WIDEST = 780
_SIZE = slice(16, 24)
"""Where a PNG says how wide and how high it is."""


class PagePreview(QScrollArea):
    """A scrolling column of pages; keeps its place when the pages are drawn anew.

    Pages are decoded one at a time between other events, those in view first, so that a long
    document does not hold up the window.
    """

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        self._inside.setObjectName(f"{name}Pages")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._column.setSpacing(_GAP)
        self._column.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._inside)
        self._pages: list[bytes] = []
        self._labels: list[QLabel] = []
        self._waiting: set[int] = set()
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._draw_one)

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def drawn(self) -> bool:
        """Whether every page is drawn."""
        return not self._waiting

    def show_pages(self, images: Sequence[bytes]) -> None:
        """Show pages, each a PNG."""
        self._pages = list(images)
        while len(self._labels) > len(self._pages):
            label = self._labels.pop()
            self._column.removeWidget(label)
            label.deleteLater()
        while len(self._labels) < len(self._pages):
            label = QLabel()
            label.setObjectName("previewPage")
            self._labels.append(label)
            self._column.addWidget(label)
        for number, label in enumerate(self._labels, 1):
            label.setAccessibleName(
                self.tr("Page {number} of {count}").format(number=number, count=len(self._pages))
            )
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages into the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit again where the screen is another one."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ScreenChangeInternal:
            self._fit()

    def _fit(self) -> None:
        """Give every page its place; drawing follows."""
        width = min(_WIDEST, self.viewport().width() - 2 * _GAP)
        if width < 50:
            return
        for page, label in zip(self._pages, self._labels, strict=True):
            wide, high = struct.unpack(">II", page[_SIZE])
            label.setFixedSize(width, max(1, round(width * high / wide)))
        self._waiting = set(range(len(self._pages)))
        if self._waiting:
            self._next.start()

    def _draw_one(self) -> None:
        """Draw the page nearest to what is in view."""
        if not self._waiting:
            self._next.stop()
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        place = min(
            self._waiting, key=lambda n: abs(self._labels[n].geometry().center().y() - middle)
        )
        self._waiting.discard(place)
        label, page = self._labels[place], QPixmap()
        page.loadFromData(self._pages[place], "PNG")
        ratio = self.devicePixelRatioF()
        shown = page.scaledToWidth(
            round(label.width() * ratio), Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        label.setPixmap(shown)
