"""A white panel with a title, on the grey ground of a page."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme


class Card(QFrame):
    """Holds one topic of a page: add widgets to `body`, small controls to `tools`."""

    def __init__(
        self, title: str, name: str, note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("card", True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 13, 16, 15)
        outer.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._title = QLabel()
        self._title.setObjectName(f"{name}Title")
        theme.set_role(self._title, "card-title")
        self._note = QLabel()
        self._note.setObjectName(f"{name}Note")
        theme.set_role(self._note, "small")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._note)
        head.addStretch(1)
        head.addLayout(self.tools)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        self.set_title(title)
        self.set_note(note)

    def set_title(self, title: str) -> None:
        """Change the title; an empty one takes no room."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_note(self, note: str) -> None:
        """Words beside the title, such as a unit or a year."""
        self._note.setText(note)
        self._note.setVisible(bool(note))
