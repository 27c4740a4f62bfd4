"""Says, across the top of every page, which option is being edited."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui import theme
from ui.theme import Tone
from ui.widgets.buttons import button, link_button
from ui.widgets.chip import Chip
from ui.widgets.labels import ElidedLabel
from workbench.model.agreement import Option


class OptionStrip(QFrame):
    """Hidden while the base text is shown.

    Signals:
        left: the user wants the base text back.
        compared: the user wants the options side by side.
    """

    left = Signal()
    compared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("optionStrip")
        self.setProperty("strip", True)
        self.setAccessibleName(self.tr("The option being edited"))
        self._chip = Chip("", Tone.INFO, "optionChip", "git-branch")
        self._words = ElidedLabel("", "optionWords")
        theme.set_role(self._words, "muted")
        self._compare = link_button(self.tr("Compare the options"), "compareOptions")
        self._leave = button(self.tr("Back to the base text"), "leaveOption", "undo-2")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._chip)
        row.addWidget(self._words, 1)
        row.addWidget(self._compare)
        row.addWidget(self._leave)
        self._leave.clicked.connect(self.left)
        self._compare.clicked.connect(self.compared)
        self.hide()

    def show_option(self, option: Option | None) -> None:
        """Say which option is edited; None hides the strip."""
        self.setVisible(option is not None)
        if option is None:
            return
        word = self.tr("Editing option {name}").format(name=option.name)
        self._chip.set_status(word, Tone.INFO, "git-branch")
        title = f"{option.title} · " if option.title else ""
        words = self.tr(
            "{title}Edits go into this option alone; what it does not change follows the base text."
        ).format(title=title)
        self._words.setText(words)
