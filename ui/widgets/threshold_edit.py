"""A share set by dragging or by typing."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from ui.widgets.decimal_spin import share_spin

_STEPS = 200


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the slider must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ThresholdEdit(QWidget):
    """A slider in steps of half a per cent, and a field for any share from 0 to 1.

    Signals:
        share_changed: the new share, at each step of a drag and at each figure typed.
    """

    share_changed = Signal(float)

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.gesture = 0
        self._slider = _Slider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(f"{name}Slider")
        self._slider.setAccessibleName(says)
        self._slider.setToolTip(says)
        self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._slider.setRange(0, _STEPS)
        self._slider.setSingleStep(2)
        self._slider.setPageStep(10)
        self._slider.setMinimumSize(70, 24)
        self._spin = share_spin(says, f"{name}Spin")
        self._spin.setFixedWidth(94)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._slider, 1)
        row.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        self._slider.sliderPressed.connect(self._begin)
        self._slider.valueChanged.connect(self._on_slider)
        self._spin.number_changed.connect(self._on_spin)
        self._spin.editingFinished.connect(self._begin)

    def share(self) -> float:
        """The share, 0 to 1."""
        return self._spin.number() or 0.0

    def show_share(self, share: float) -> None:
        """Show a share without telling."""
        self._spin.show_number(share)
        if not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(share * _STEPS))

    def _begin(self) -> None:
        """A new gesture, so a new step to undo; `gesture` counts them."""
        self.gesture += 1

    def _on_slider(self, place: int) -> None:
        share = place / _STEPS
        self._spin.show_number(share)
        self.share_changed.emit(share)

    def _on_spin(self, share: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(share * _STEPS))
        self.share_changed.emit(share)
