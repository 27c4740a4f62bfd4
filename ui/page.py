"""What every page of the main window offers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.document import AgreementDocument
from ui.figures import Figures


class Page(QWidget):
    """One page: a title, and a redraw when the agreement or its figures change.

    Signals:
        explain: a figure to show in the inspector, and its row in the lanes (-1 for totals).
        explained: an `Explanation` to show there, of a figure that only this page computes.
        go_to: a section of the agreement to show, e.g. "coverage".
        retold: the words beside the title are others now.
    """

    explain = Signal(str, int)
    explained = Signal(object)
    go_to = Signal(str)
    retold = Signal()

    name = ""
    shows_leverage = True
    """Whether it changes when leverage gaps follow the other figures of a text."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.figures = figures
        self.setObjectName(f"{self.name}Page")
        self.setAccessibleName(self.title())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)

    def stop_at_edits(self, *keys: str) -> None:
        """Stop own work of these keys at every edit, which would have to wait for it.

        The page starts it anew with the figures of the edited text.
        """

        def stop() -> None:
            for key in keys:
                task = self.figures.tasks.find(key)
                if task is not None:
                    task.cancel()

        self.document.changed.connect(stop)

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.name

    def subtitle(self) -> str:
        """A few words beside the title."""
        return ""

    def refresh(self) -> None:
        """Redraw from `document.agreement`."""

    def show_figures(self) -> None:
        """Redraw from `figures.result`, which may be None."""

    def show_section(self, section: str) -> None:
        """Select the part of the page that a section names, e.g. "origin.product_rules[1]"."""
