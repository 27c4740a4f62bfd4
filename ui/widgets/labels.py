"""Labels that keep to the room they have, and ones that explain their figure."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.widgets.buttons import icon_button


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where room is short; the tool tip then has all of it."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Change the words."""
        super().setText(text)
        self._tip()

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(
            QFontMetrics(self.font()).horizontalAdvance("MMM…"), super().sizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tool tip depends on the room."""
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), int(self.alignment()), self._shown())

    def _shown(self) -> str:
        return QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def _tip(self) -> None:
        self.setToolTip(self.text() if self._shown() != self.text() else "")


class InfoRow(QWidget):
    """A label and its value on one line, with the formula behind a question mark."""

    def __init__(
        self,
        label: str,
        name: str,
        value: str = "",
        formula: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._label = QLabel(label)
        self._label.setObjectName(f"{name}Label")
        theme.set_role(self._label, "muted")
        self._value = QLabel()
        self._value.setObjectName(f"{name}Value")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._why = icon_button("circle-help", self.tr("How is this worked out?"), f"{name}Why")
        self._why.setIconSize(QSize(14, 14))
        self._why.clicked.connect(self._explain)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._label)
        layout.addStretch(1)
        layout.addWidget(self._value)
        layout.addWidget(self._why)
        self._formula = formula
        self.set_value(value, formula)

    def set_value(self, value: str, formula: str = "", tip: str = "") -> None:
        """Show a figure; `formula` says how it comes about, with the numbers put in."""
        self._value.setText(value)
        self._value.setToolTip(tip)
        self._formula = formula
        self._why.setVisible(bool(formula))
        self._why.setToolTip(formula)
        self._why.setAccessibleDescription(formula)
        self.setAccessibleName(f"{self._label.text()}: {value}")

    def _explain(self) -> None:
        place = self._why.mapToGlobal(QPoint(0, self._why.height()))
        QToolTip.showText(place, self._formula, self._why)
