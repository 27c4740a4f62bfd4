"""How strong the incentive is, how sure that is, and what else could be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.erosion_view import ErosionView
from ui.widgets.incentive_lanes import IncentiveLanes
from ui.widgets.incentive_shares import IncentiveShares
from ui.widgets.leverage_view import LeverageView
from ui.widgets.other_incentives import OtherIncentives
from ui.widgets.overlap_view import OverlapView
from ui.widgets.parameters_form import ParametersForm
from ui.widgets.reciprocity_view import ReciprocityView
from ui.widgets.scrolled import scrolled
from ui.widgets.segmented import SegmentedControl
from ui.widgets.sensitivity_view import SensitivityView
from ui.widgets.treatment_card import TreatmentCard
from workbench.model.commitments import TreatmentBasis

STRENGTH = "strength"
_VIEWS: dict[str, Callable[[AgreementDocument, Figures], AnalysisView]] = {
    "leverage": LeverageView,
    "overlap": OverlapView,
    "reciprocity": ReciprocityView,
    "erosion": ErosionView,
    "sensitivity": SensitivityView,
}


class IncentivesPage(Page):
    """The terms and what they are worth; beside them views that answer one question each."""

    name = "incentives"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._shares = IncentiveShares(figures)
        self._lanes = IncentiveLanes(figures)
        self._treatment = TreatmentCard(document, figures)
        self._incentives = OtherIncentives(document)
        self._parameters_card = Card(self.tr("Assumptions"), "parametersCard")
        self._calibrate = button(self.tr("Calibrate…"), "calibrate", "sliders-horizontal")
        self._calibrate.setToolTip(
            self.tr("Fit the claiming parameters to what importers really did")
        )
        self._parameters_card.tools.addWidget(self._calibrate)
        self._parameters = ParametersForm("parameters")
        self._parameters_card.body.addWidget(self._parameters)
        self._views: dict[str, AnalysisView] = {}
        self._which = SegmentedControl(
            self.tr("View"),
            [
                (STRENGTH, self.tr("Strength")),
                ("leverage", self.tr("Leverage")),
                ("overlap", self.tr("Overlap")),
                ("reciprocity", self.tr("Reciprocity")),
                ("erosion", self.tr("Erosion")),
                ("sensitivity", self.tr("Sensitivity")),
            ],
            "incentivesView",
        )
        self._stack = QStackedWidget()
        self._stack.setObjectName("incentivesStack")
        self._scroll = self._scrolled()
        self._stack.addWidget(self._scroll)
        self.column.addWidget(self._which)
        self.column.addWidget(self._stack, 1)
        self._connect()

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Incentives")

    def subtitle(self) -> str:
        """The basis of the treatment."""
        treatment = self.document.agreement.treatment
        if not treatment.market_access:
            return self.tr("no market access: duties stay as they are")
        if treatment.basis is TreatmentBasis.EXTENDED:
            return self.tr("cuts extended to all")
        return self.tr("cuts for partners only")

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        for card in (
            self._shares,
            self._lanes,
            self._treatment,
            self._incentives,
            self._parameters_card,
        ):
            column.addWidget(card)
        column.addStretch(1)
        scroll = scrolled(inside, "incentivesScroll")
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        return scroll

    def _connect(self) -> None:
        self._which.chosen.connect(self.show_view)
        self._shares.explain.connect(self.explain)
        self._shares.explained.connect(self.explained)
        self._lanes.explain.connect(self.explain)
        self._lanes.explained.connect(self.explained)
        self._lanes.lane_selected.connect(self._treatment.show_lane)
        self._treatment.explained.connect(self.explained)
        self._incentives.form_shown.connect(self._on_form)
        self._parameters.parameter_changed.connect(self._on_parameter)
        self._parameters.source_changed.connect(self._on_source)
        self._parameters.reset_asked.connect(self._on_reset)
        self._calibrate.clicked.connect(self._on_calibrate)

    def refresh(self) -> None:
        """Redraw from the agreement."""
        self._treatment.refresh()
        self._parameters.show_parameters(self.document.agreement.parameters)
        self._incentives.refresh()

    def show_figures(self) -> None:
        """Redraw from the newest figures."""
        self._shares.show_figures()
        self._lanes.show_figures()
        self._treatment.show_lane(self._lanes.lane)
        for view in self._views.values():
            view.show_figures()

    def show_view(self, key: str) -> None:
        """Show the terms, or the view of a name."""
        self._which.set_current(key)
        self._stack.setCurrentWidget(self._scroll if key == STRENGTH else self._view(key))

    def _view(self, key: str) -> AnalysisView:
        """A view, made when it is first asked for."""
        if key not in self._views:
            view = _VIEWS[key](self.document, self.figures)
            view.explain.connect(self.explain)
            view.explained.connect(self.explained)
            view.go_to.connect(self.go_to)
            self._stack.addWidget(view)
            self._views[key] = view
        return self._views[key]

    def show_section(self, section: str) -> None:
        """Select the part that a section names."""
        part, bracket, rest = section.partition("[")
        name = part.partition(".")[0]
        if name in _VIEWS:
            self.show_view(name)
            return
        self.show_view(STRENGTH)
        if part == "incentives" and bracket:
            self._incentives.select(int(rest.partition("]")[0]))
        cards = {
            "incentives": self._incentives,
            "treatment": self._treatment,
            "parameters": self._parameters_card,
        }
        if name in cards and (bracket or name != "incentives"):
            self._scroll.ensureWidgetVisible(cards[name])

    def _on_form(self) -> None:
        self._scroll.ensureWidgetVisible(self._incentives.form())

    def _on_parameter(self, name: str, value: float, key: str) -> None:
        words = self.tr("Change an assumption")
        self.document.edit(words, lambda a: a.with_parameter(name, value), key)

    def _on_source(self, name: str, source: str, key: str) -> None:
        words = self.tr("State a source")
        self.document.edit(words, lambda a: a.with_parameter_source(name, source), key)

    def _on_reset(self, name: str) -> None:
        words = self.tr("Change an assumption")
        self.document.edit(words, lambda a: a.with_default_parameter(name))

    def _on_calibrate(self) -> None:
        from ui.dialogs.calibration import CalibrationDialog

        dialog = CalibrationDialog(self.document, self.figures.tasks, self)
        dialog.exec()
        dialog.deleteLater()
