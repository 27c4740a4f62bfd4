"""Who gets the cuts and how they are staged, with the duty of one lane by year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.staging import Staging, Step
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import small_label
from ui.widgets.line_field import LineField
from ui.widgets.segmented import SegmentedControl
from ui.widgets.staging_editor import StagingEditor
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, StagingFormula, TreatmentBasis
from workbench.model.economies import economy_name

_LAST_YEAR = 5


class TreatmentCard(Card):
    """Edits the treatment.

    Signals:
        explained: an `Explanation` of the duty of a year.
    """

    explained = Signal(object)

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "treatmentCard", parent=parent)
        self.set_title(self.tr("Treatment"))
        self._document = document
        self._figures = figures
        self._lane = self._shown_row = -1
        self._access = QCheckBox(self.tr("Market access: duties fall under the agreement"))
        self._access.setObjectName("marketAccess")
        self._basis = SegmentedControl(
            self.tr("Who gets the cuts"),
            [
                (str(TreatmentBasis.PREFERENTIAL), self.tr("Partners only")),
                (str(TreatmentBasis.EXTENDED), self.tr("Extended to all")),
            ],
            "treatmentBasis",
        )
        self._default = ChoiceBox(self.tr("Default staging category"), [], "defaultCategory")
        self._staging = StagingEditor("staging")
        self._treatment_notes = LineField(
            self.tr("Notes on the treatment"), "treatmentNotes", self.tr("Notes")
        )
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._access)
        head.addStretch(1)
        head.addWidget(self._basis)
        default = QHBoxLayout()
        default.setSpacing(10)
        label = QLabel(self.tr("Default category"))
        label.setBuddy(self._default)
        theme.set_role(label, "muted")
        self._default.setMinimumWidth(90)
        default.addWidget(label)
        default.addWidget(self._default)
        default.addWidget(self._treatment_notes, 1)
        self._years_says = small_label("", "yearsSays")
        self._years = ChartWidget("rateByYear")
        self._years.setFixedHeight(150)
        self.body.addLayout(head)
        self.body.addWidget(self._staging)
        self.body.addLayout(default)
        self.body.addWidget(self._years_says)
        self.body.addWidget(self._years)
        self._access.clicked.connect(self._on_access)
        self._basis.chosen.connect(self._on_basis)
        self._default.chosen.connect(self._on_default)
        self._treatment_notes.edited.connect(self._on_treatment_notes)
        self._staging.category_changed.connect(self._on_category)
        self._years.selected.connect(self._on_year)

    def refresh(self) -> None:
        """Redraw from the agreement."""
        treatment = self._document.agreement.treatment
        self._access.setChecked(treatment.market_access)
        self._basis.set_current(str(treatment.basis))
        self._basis.setEnabled(treatment.market_access)
        names = [category.name for category in treatment.staging]
        self._default.set_choices([(name, name) for name in names])
        self._default.show_key(treatment.default_category)
        self._treatment_notes.show_text(treatment.notes)
        self._staging.show_categories(treatment.staging, self._uses_of)

    def _uses_of(self, name: str) -> int:
        agreement = self._document.agreement
        entries = sum(entry.staging == name for entry in agreement.coverage.entries)
        return entries + (agreement.treatment.default_category == name)

    def show_lane(self, row: int) -> None:
        """The duty of the selected lane by year; without one, that of the largest lane."""
        self._lane = row
        from workbench.analysis.incentive_view import duty_by_year

        result = self._figures.result
        if result is None:
            return
        if not len(result.lanes):
            words, none = self.tr("Duty by year"), self.tr("No lane between partners")
            self._shown_row = -1
            self._years_says.setText(words)
            self._years.set_data(Staging(words, (), empty=none))
            return
        if row < 0:
            known = result.lanes[result.lanes["base_duty"] > 0]
            largest = int(known["value"].fillna(-1.0).to_numpy().argmax()) if len(known) else 0
            row = int(known.index[largest]) if len(known) else 0
        self._shown_row = row
        lane = result.lanes.iloc[row]
        staging = result.agreement.treatment.staging
        slow = [c.years or 0 for c in staging if c.formula is StagingFormula.EQUAL_CUTS]
        rates = duty_by_year(result, row, max([_LAST_YEAR, *slow]))
        words = self.tr("Duty by year: {product}, {exporter} to {importer}").format(
            product=fmt.code(lane["product"]),
            exporter=economy_name(lane["exporter"]),
            importer=economy_name(lane["importer"]),
        )
        if self._lane < 0:
            words += self.tr(" (largest dutiable lane; select another above)")
        self._years_says.setText(words)
        steps = [Step(self.tr("today"), rates[0], base=True)]
        steps += [Step(str(year), rate) for year, rate in enumerate(rates[1:], 1)]
        self._years.set_data(
            Staging(words, tuple(steps), empty=self.tr("The duty of this lane is not known"))
        )

    def _on_year(self, key: str) -> None:
        """Explain the duty of the year that was pointed at."""
        result = self._figures.result
        if result is None or not key or not 0 <= self._shown_row < len(result.lanes):
            return
        from workbench.analysis.incentive_view import explain_duty_in_year

        year = int(key) if key.isdigit() else 0
        self.explained.emit(explain_duty_in_year(result, self._shown_row, year))

    def _edit_treatment(self, words: str, key: str = "", **change: Any) -> None:
        def edit(agreement: Agreement) -> Agreement:
            return replace(agreement, treatment=replace(agreement.treatment, **change))

        self._document.edit(words, edit, key)

    def _on_access(self, on: bool) -> None:
        words = self.tr("Grant market access") if on else self.tr("Leave out market access")
        self._edit_treatment(words, market_access=on)

    def _on_basis(self, key: str) -> None:
        self._edit_treatment(self.tr("Change who gets the cuts"), basis=TreatmentBasis(key))

    def _on_default(self, name: str) -> None:
        self._edit_treatment(self.tr("Change the default category"), default_category=name)

    def _on_treatment_notes(self, text: str) -> None:
        self._edit_treatment(self.tr("Edit notes"), "treatment.notes", notes=text)

    def _on_category(
        self, place: int, category: StagingCategory | None, words: str, key: str
    ) -> None:
        self._document.edit(words, lambda a: a.with_staging_category(place, category), key)
