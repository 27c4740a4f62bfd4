"""A number field that may be left open, for shares, rates and amounts."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from ui.widgets.number_spin import set_up_spin

_CLOSE = 1e-9


class DecimalSpin(QDoubleSpinBox):
    """Holds a number, or None where it may be left open and is.

    Signals:
        number_changed: the new number or None, when the user changed it.
    """

    number_changed = Signal(object)

    # Qt asks `validate` before `__init__` has come that far.
    _nothing = ""
    _low = 0.0

    def __init__(
        self,
        says: str,
        name: str,
        low: float,
        high: float,
        step: float = 1.0,
        suffix: str = "",
        scale: float = 1.0,
        nothing: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a field.

        Args:
            says: accessible name and tool tip.
            name: object name.
            low: smallest number.
            high: largest number.
            step: what an arrow adds.
            suffix: unit behind the figure.
            scale: shown figure divided by the number; 100 for per cent.
            nothing: words for an open field; empty where a number is needed.
            parent: widget it is part of.
        """
        super().__init__(parent)
        set_up_spin(self, says, name)
        self.lineEdit().setAccessibleName(says)
        self._scale, self._low, self._nothing = scale, low * scale, nothing
        self.setDecimals(4)
        self.setSuffix(suffix)
        self.setRange(self._low - 1 if nothing else self._low, high * scale)
        self.setSingleStep(step * scale)
        if nothing:
            self.setSpecialValueText(nothing)
            self.setValue(self.minimum())
        self.valueChanged.connect(self._tell)

    def number(self) -> float | None:
        """The number, or None where it is left open."""
        value = self.value()
        return None if value < self._low - _CLOSE else round(value / self._scale, 10)

    def show_number(self, number: float | None) -> None:
        """Show a number without telling; the same one leaves what is typed alone."""
        now = self.number()
        if now == number or (None not in (now, number) and abs(now - number) < _CLOSE):  # type: ignore[operator]
            return
        with QSignalBlocker(self):
            self.setValue(self.minimum() if number is None else number * self._scale)

    def _tell(self) -> None:
        self.number_changed.emit(self.number())

    def stepBy(self, steps: int) -> None:
        """From an open field the first step up is the smallest number."""
        if self.number() is None and steps > 0:
            self.setValue(self._low)
        elif self._nothing and steps < 0 and self.value() <= self._low:
            self.setValue(self.minimum())
        else:
            super().stepBy(steps)

    def textFromValue(self, value: float) -> str:
        """The figure without needless noughts."""
        digits = f"{value:,.{self.decimals()}f}"
        return digits.rstrip("0").rstrip(".") or "0"

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """An empty field is an open one, where that is allowed."""
        if self._nothing and not text.removesuffix(self.suffix()).strip():
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> float:
        """Read what was typed."""
        if self._nothing and not text.removesuffix(self.suffix()).strip():
            return self.minimum()
        value: float = super().valueFromText(text)
        return value if value >= self._low else self.minimum()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def share_spin(
    says: str, name: str, nothing: str = "", high: float = 1.0, step: float = 0.01
) -> DecimalSpin:
    """A field for a fraction, shown as per cent."""
    return DecimalSpin(says, name, 0.0, high, step, " %", 100.0, nothing)


def usd_spin(says: str, name: str, nothing: str = "", high: float = 1e15) -> DecimalSpin:
    """A field for an amount of US dollars."""
    return DecimalSpin(says, name, 0.0, high, 1.0, " USD", 1.0, nothing)
