"""What a page shows while there is nothing to show yet."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui import icons, theme
from ui.widgets.buttons import primary_button

_ICON = 36


class EmptyState(QWidget):
    """An icon, a sentence that says why, and the one button that helps.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        icon: str,
        sentence: str,
        action: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon = icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = QLabel()
        self._sentence.setObjectName(f"{name}Sentence")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        theme.set_role(self._sentence, "muted")
        self.action: QPushButton = primary_button(action, f"{name}Action")
        self.action.clicked.connect(self.acted)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(self._picture, 0, centre)
        layout.addWidget(self._sentence)
        layout.addWidget(self.action, 0, centre)
        layout.addStretch(2)
        self.say(sentence, action)

    def say(self, sentence: str, action: str) -> None:
        """Change the sentence and the word on the button; no word, no button."""
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        color = theme.current().color("text_3")
        self._picture.setPixmap(icons.pixmap(self._icon, color, _ICON, self.devicePixelRatioF()))
