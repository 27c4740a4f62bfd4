"""A choice of a few, all in view."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class SegmentedControl(QFrame):
    """Buttons of which exactly one is down; arrow keys move between them.

    Signals:
        chosen: the key of the choice the user made.
    """

    chosen = Signal(str)

    def __init__(
        self,
        says: str,
        choices: Sequence[tuple[str, str]],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            says: accessible name of the whole, and the start of each button's.
            choices: (key, word) from left to right; the first is down.
            name: object name.
            parent: widget it is part of.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setProperty("segments", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for key, word in choices:
            button = QPushButton(word)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleName(f"{says}: {word}")
            button.setCheckable(True)
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)
        next(iter(self._buttons.values())).setChecked(True)
        self._group.buttonClicked.connect(self._tell)

    def current(self) -> str:
        """Key of the choice that is down."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_current(self, key: str) -> None:
        """Press a choice without telling."""
        self._buttons[key].setChecked(True)

    def _tell(self) -> None:
        self.chosen.emit(self.current())
