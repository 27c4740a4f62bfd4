"""What the dialogs that pick something have in common."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.buttons import button, primary_button


class PickDialog(QDialog):
    """What can be picked stands in `column`; below it `others`, Cancel and the pick."""

    def __init__(
        self,
        title: str,
        name: str,
        take: tuple[str, str],
        size: tuple[int, int],
        parent: QWidget | None = None,
    ) -> None:
        """Make one.

        Args:
            title: of the window.
            name: object name, and start of those of its buttons.
            take: word and icon of the button that picks.
            size: width and height in pixels.
            parent: window it stands over.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.resize(*size)
        self.cancel = button(self.tr("Cancel"), f"{name}Cancel")
        self.take = primary_button(take[0], f"{name}Take", take[1])
        self.take.setDefault(True)
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        self.others = QHBoxLayout()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addLayout(self.others)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(self.column, 1)
        whole.addLayout(buttons)
        self.cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)

    def add_sides(self, left: QWidget, right: QWidget, shares: tuple[int, int]) -> None:
        """Put what can be picked beside its preview, the width shared so."""
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(left, shares[0])
        middle.addWidget(right, shares[1])
        self.column.addLayout(middle, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """The buttons come last in the order of Tab, so that what is picked from comes first."""
        super().showEvent(event)
        last: QWidget = self.cancel
        each = last.nextInFocusChain()
        while each is not None and each is not self.cancel:
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each is not self.take:
                last = each
            each = each.nextInFocusChain()
        self.setTabOrder(last, self.cancel)
        self.setTabOrder(self.cancel, self.take)

    def accept(self) -> None:
        """Close with what is selected, if it can be picked."""
        if self.take.isEnabled():
            super().accept()

    def ask(self) -> bool:
        """Let the user pick; False if they change their mind. The dialog is then of no more use."""
        picked = self.exec() == QDialog.DialogCode.Accepted
        self.deleteLater()
        return picked


def preview_label(name: str, role: str = "") -> QLabel:
    """Plain words that wrap and can be copied."""
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    theme.set_role(label, role)
    return label


def fits(wanted: str, text: str) -> bool:
    """Whether a text holds every word that is searched for."""
    return all(word in text.casefold() for word in wanted.casefold().split())
