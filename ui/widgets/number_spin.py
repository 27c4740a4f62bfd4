"""A field for whole numbers, and what every spin box needs."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox, QWidget

_INDENT = 8


def set_up_spin(spin: QAbstractSpinBox, says: str, name: str) -> None:
    """Name a spin box, write its figures the English way, tell of a change only once it is made."""
    spin.setObjectName(name)
    spin.setAccessibleName(says)
    spin.setToolTip(says)
    spin.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    spin.setKeyboardTracking(False)
    spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    # WORKAROUND PySide6 6.11: the padding of a style sheet does not move the text of a spin box.
    spin.lineEdit().setTextMargins(_INDENT, 0, 0, 0)


class NumberSpin(QSpinBox):
    """A whole number between two others, e.g. a year."""

    def __init__(
        self, says: str, name: str, low: int, high: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_up_spin(self, says, name)
        self.setRange(low, high)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a page past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
