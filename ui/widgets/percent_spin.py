"""A number field that shows per cent and holds a fraction."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from ui.widgets.number_spin import set_up_spin


class PercentSpin(QDoubleSpinBox):
    """Shows "12.5 %" for the fraction 0.125.

    Signals:
        fraction_changed: the new fraction, when the user or `set_fraction` changed it.
    """

    fraction_changed = Signal(float)

    def __init__(
        self,
        says: str,
        name: str,
        low: float = 0.0,
        high: float = 1.0,
        step: float = 0.05,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        set_up_spin(self, says, name)
        self.setDecimals(4)
        self.setSuffix(" %")
        self.setRange(low * 100, high * 100)
        self.setSingleStep(step * 100)
        self.valueChanged.connect(self._tell)

    def fraction(self) -> float:
        """The value, 0 to 1."""
        return round(self.value() / 100, 8)

    def set_fraction(self, fraction: float) -> None:
        """Show a fraction as per cent."""
        self.setValue(fraction * 100)

    def _tell(self) -> None:
        self.fraction_changed.emit(self.fraction())

    def textFromValue(self, value: float) -> str:
        """Per cent without needless noughts."""
        digits = f"{value:.{self.decimals()}f}"
        return digits.rstrip("0").rstrip(".") or "0"

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
