"""The pages of a document as images, one below the other, as wide as there is room."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

_GAP = 14
_WIDEST = 780


class PagePreview(QScrollArea):
    """A scrolling column of pages; keeps its place when the pages are drawn anew."""

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
        self._pages: list[QPixmap] = []
        self._labels: list[QLabel] = []

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._pages)

    def show_pages(self, images: Sequence[bytes]) -> None:
        """Show pages, each a PNG."""
        self._pages = []
        for image in images:
            page = QPixmap()
            page.loadFromData(image, "PNG")
            self._pages.append(page)
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
        width = min(_WIDEST, self.viewport().width() - 2 * _GAP)
        if width < 50:
            return
        ratio = self.devicePixelRatioF()
        for page, label in zip(self._pages, self._labels, strict=True):
            shown = page.scaledToWidth(
                int(width * ratio), Qt.TransformationMode.SmoothTransformation
            )
            shown.setDevicePixelRatio(ratio)
            label.setPixmap(shown)
