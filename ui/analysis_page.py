"""A page whose figures take longer than a blink."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.widgets.analysis_view import AnalysisView


class AnalysisPage(Page):
    """Holds one view of its own, so that nothing is worked out while it is out of sight."""

    view: AnalysisView

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self.view = self.make_view()
        inside = QVBoxLayout()
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.view)
        self.column.addLayout(inside, 1)
        self.view.explain.connect(self.explain)
        self.view.explained.connect(self.explained)
        self.view.go_to.connect(self.go_to)

    def make_view(self) -> AnalysisView:
        """The view of the page."""
        raise RuntimeError(f"{type(self).__name__} says which view it holds")

    def refresh(self) -> None:
        """Redraw from the agreement."""
        self.view.refresh()

    def show_figures(self) -> None:
        """Redraw from newer figures."""
        self.view.show_figures()
