"""How strong the incentive is: duties today and as agreed, and what else a claim earns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import theme
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.staging import Staging, Step
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.page import Page
from ui.theme import Tone
from ui.widgets.buttons import button, icon_button, link_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.incentive_form import ENACTED_BY, KINDS, NEW_INCENTIVE, IncentiveForm
from ui.widgets.line_field import LineField
from ui.widgets.parameters_form import ParametersForm
from ui.widgets.segmented import SegmentedControl
from ui.widgets.staging_editor import StagingEditor
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Incentive,
    StagingCategory,
    StagingFormula,
    TreatmentBasis,
)
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation

_TONES = {
    "none": Tone.NEUTRAL,
    "weak": Tone.BAD,
    "contested": Tone.WARN,
    "strong": Tone.GOOD,
}
_HEADLINES = (
    ("utilisation", "Utilisation", fmt.percent, fmt.percent_change),
    ("leverage_gap", "Leverage gap", fmt.percent, fmt.percent_change),
    ("duty_forgone", "Duty forgone", fmt.money, fmt.money_change),
)
_EXPLAINED = {
    "value": "value",
    "mfn": "mfn_rate",
    "base_duty": "base_duty",
    "base_regime": "base_duty",
    "pref_duty": "pref_duty",
    "gross_incentive": "gross_incentive",
    "utilisation": "utilisation",
    "utilisation_change": "utilisation",
    "rating": "utilisation",
    "break_even_premium": "break_even_premium",
    "leverage_gap": "leverage_gap",
}
"""Which figure the inspector explains for a column; the incentive itself for any other."""

_KIND_WORDS = dict(KINDS)
_ENACTED_WORDS = dict(ENACTED_BY)
_TABLE_HEIGHT = 366
_LAST_YEAR = 5
_MOST_ROWS = 5_000
"""Rows shown at most, the largest by trade, so that an edit redraws at once."""
_Key = tuple[str, ...]


class IncentivesPage(Page):
    """Shares of trade on top, then lanes or products, then the terms that make the incentive."""

    name = "incentives"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._rows: list[int] = []
        self._keys: list[_Key] = []
        self._key: _Key = ()
        self._lane = -1
        self._filling = False
        self._incentive = 0
        self._new_incentive = False
        self._shown_incentives: tuple[Incentive, ...] | None = None
        self._build_shares()
        self._build_lanes()
        self._build_treatment()
        self._build_incentives()
        self._build_parameters()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        for card in (
            self._shares_card,
            self._lanes_card,
            self._treatment_card,
            self._incentives_card,
            self._parameters_card,
        ):
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("incentivesScroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self.column.addWidget(self._scroll, 1)
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

    # Layout

    def _build_shares(self) -> None:
        self._shares_card = Card(self.tr("What the agreement can change"), "sharesCard")
        self._shares = ChartWidget("shares")
        self._shares.setFixedHeight(144)
        self._headline_cells: dict[str, tuple[QLabel, QLabel]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        for row, (figure, title, _, _) in enumerate(_HEADLINES):
            head = link_button(self.tr(title), f"headline_{figure}")
            head.setToolTip(self.tr("Show formula and source in the inspector"))
            head.clicked.connect(self._on_headline)
            value, change = QLabel(fmt.MISSING), QLabel()
            value.setObjectName(f"headline_{figure}Value")
            theme.set_role(value, "heading")
            theme.set_role(change, "small")
            grid.addWidget(head, row, 0)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(value, row, 1)
            grid.addWidget(change, row, 2)
            self._headline_cells[figure] = value, change
        grid.setColumnMinimumWidth(2, 70)
        grid.setRowStretch(len(_HEADLINES), 1)
        row_box = QHBoxLayout()
        row_box.setSpacing(24)
        row_box.addWidget(self._shares, 1)
        row_box.addLayout(grid)
        self._shares_card.body.addLayout(row_box)

    def _build_lanes(self) -> None:
        self._lanes_card = Card(self.tr("Lanes"), "lanesCard")
        self._by = SegmentedControl(
            self.tr("Rows"),
            [("lanes", self.tr("Lanes")), ("products", self.tr("Products"))],
            "lanesBy",
        )
        self._lanes_card.tools.addWidget(self._by)
        every = [("", self.tr("All importers"))]
        self._importer = ChoiceBox(self.tr("Importer"), every, "importerFilter")
        self._importer.setMinimumWidth(170)
        ratings = [("", self.tr("All ratings"))]
        ratings += [(key, fmt.rating(key)) for key in _TONES]
        ratings.append(("unknown", self.tr("Not known")))
        self._rating = ChoiceBox(self.tr("Rating of the incentive"), ratings, "ratingFilter")
        self._rating.setMinimumWidth(130)
        self._traded = QCheckBox(self.tr("Hide rows without trade"))
        self._traded.setObjectName("tradedFilter")
        self._traded.setChecked(True)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self._importer)
        filters.addWidget(self._rating)
        filters.addWidget(self._traded)
        filters.addStretch(1)
        self._table = DataTable(self._columns("lanes"), self.tr("Incentives"), "incentiveLanes")
        self._table.setFixedHeight(_TABLE_HEIGHT)
        self._sort_by_trade()
        self._table.set_empty_text(self.tr("No row: loosen the filters, or cover more products."))
        self._lanes_card.body.addLayout(filters)
        self._lanes_card.body.addWidget(self._table)

    def _columns(self, by: str) -> list[Column]:
        percent, points = fmt.percent, fmt.percent_change
        full = fmt.percent_full

        def rate(name: str, title: str, tip: str, width: int) -> Column:
            return Column(name, title, percent, True, tip, full=full, width=width)

        names = [
            Column("importer", self.tr("Importer"), full=economy_name, width=88),
            Column("exporter", self.tr("Exporter"), full=economy_name, width=88),
        ]
        product = Column("product", self.tr("Product"), fmt.code, width=88)
        change = self.tr("Change since the pinned baseline")
        columns = [
            product,
            Column("value", self.tr("Trade"), fmt.money, True, full=fmt.money_full, width=82),
            Column(
                "rating",
                self.tr("Incentive"),
                fmt.rating,
                tip=self.tr("None: nothing to gain; weak, contested, strong by utilisation"),
                cell=Cell.CHIP,
                tone=lambda value: _TONES.get(str(value), Tone.NEUTRAL),
                width=124,
            ),
            Column(
                "mfn",
                self.tr("MFN rate"),
                _middle,
                True,
                self.tr("Lowest to highest of the lines, and their mean"),
                cell=Cell.RANGE,
                full=_range_words,
                width=150,
            ),
            rate("base_duty", self.tr("Today"), self.tr("Duty paid today, best regime"), 82),
            Column("base_regime", self.tr("Regime"), width=112),
            rate("pref_duty", self.tr("Agreed"), self.tr("Duty under the agreement"), 82),
            rate(
                "gross_incentive",
                self.tr("Gross"),
                self.tr("Gross incentive: duty saved and what else a claim earns"),
                78,
            ),
            rate("utilisation", self.tr("Utilisation"), self.tr("Share that claims"), 100),
            Column("utilisation_change", self.tr("Change"), points, True, change, width=86),
            rate(
                "break_even_premium",
                self.tr("Break-even"),
                self.tr("Largest price premium on originating inputs that still pays"),
                104,
            ),
            rate(
                "leverage_gap",
                self.tr("Leverage gap"),
                self.tr("Smallest extra incentive that reaches the target utilisation"),
                114,
            ),
        ]
        if by == "lanes":
            return names + columns
        left_out = ("base_regime", "utilisation_change", "break_even_premium", "leverage_gap")
        return [column for column in columns if column.name not in left_out]

    def _build_treatment(self) -> None:
        self._treatment_card = Card(self.tr("Treatment"), "treatmentCard")
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
        body = self._treatment_card.body
        body.addLayout(head)
        body.addWidget(self._staging)
        body.addLayout(default)
        body.addWidget(self._years_says)
        body.addWidget(self._years)

    def _build_incentives(self) -> None:
        self._incentives_card = Card(self.tr("Incentives other than duty"), "incentivesCard")
        self._add_incentive = button(self.tr("Add incentive"), "addIncentive", "plus")
        self._remove_incentive = icon_button(
            "trash-2", self.tr("Remove this incentive"), "removeIncentive"
        )
        self._incentives_card.tools.addWidget(self._add_incentive)
        self._incentives_card.tools.addWidget(self._remove_incentive)
        self._incentives = DataTable(
            [
                Column("name", self.tr("Name"), width=170),
                Column("kind", self.tr("Kind"), width=190),
                Column("ad_valorem", self.tr("Ad valorem"), fmt.percent, True, width=98),
                Column("enacted_by", self.tr("Enacted by"), width=150),
                Column("basis", self.tr("Basis")),
            ],
            self.tr("Incentives other than duty"),
            "otherIncentives",
            stretch="basis",
        )
        self._incentives.setSortingEnabled(False)
        self._incentives.set_empty_text(self.tr("None: a claim earns the duty saved alone."))
        self._incentive_form = IncentiveForm("incentive")
        self._incentives_card.body.addWidget(self._incentives)
        self._incentives_card.body.addWidget(self._incentive_form)

    def _build_parameters(self) -> None:
        self._parameters_card = Card(self.tr("Assumptions"), "parametersCard")
        self._parameters = ParametersForm("parameters")
        self._parameters_card.body.addWidget(self._parameters)

    def _connect(self) -> None:
        self._shares.selected.connect(self._on_share)
        self._by.chosen.connect(self._on_by)
        self._importer.chosen.connect(self._fill_table)
        self._rating.chosen.connect(self._fill_table)
        self._traded.clicked.connect(self._fill_table)
        self._table.row_selected.connect(self._on_row)
        self._table.clicked.connect(self._explain)
        self._access.clicked.connect(self._on_access)
        self._basis.chosen.connect(self._on_basis)
        self._default.chosen.connect(self._on_default)
        self._treatment_notes.edited.connect(self._on_treatment_notes)
        self._staging.category_changed.connect(self._on_category)
        self._incentives.row_selected.connect(self._on_incentive_selected)
        self._add_incentive.clicked.connect(self._start_incentive)
        self._remove_incentive.clicked.connect(self._remove_selected_incentive)
        self._incentive_form.incentive_changed.connect(self._on_incentive)
        self._parameters.parameter_changed.connect(self._on_parameter)

    # Redrawing

    def refresh(self) -> None:
        """Redraw from the agreement."""
        agreement = self.document.agreement
        treatment = agreement.treatment
        self._access.setChecked(treatment.market_access)
        self._basis.set_current(str(treatment.basis))
        self._basis.setEnabled(treatment.market_access)
        names = [category.name for category in treatment.staging]
        self._default.set_choices([(name, name) for name in names])
        self._default.show_key(treatment.default_category)
        self._treatment_notes.show_text(treatment.notes)
        self._staging.show_categories(treatment.staging, self._uses_of)
        self._parameters.show_parameters(agreement.parameters)
        self._show_incentives()

    def show_figures(self) -> None:
        """Redraw from the newest figures."""
        self._show_shares()
        self._fill_importers()
        self._fill_table()
        self._show_years()

    def show_section(self, section: str) -> None:
        """Select the part that a section names."""
        part, bracket, rest = section.partition("[")
        if part == "incentives" and bracket:
            self._incentives.select_row(int(rest.partition("]")[0]))
        cards = {
            "incentives": self._incentives_card,
            "treatment": self._treatment_card,
            "parameters": self._parameters_card,
        }
        name = part.partition(".")[0]
        if name in cards and (bracket or name != "incentives"):
            self._scroll.ensureWidgetVisible(cards[name])

    def _show_shares(self) -> None:
        result = self.figures.result
        totals = result.totals if result is not None else {}
        covered, known = totals.get("covered_trade"), totals.get("known_duty_share")
        mfn, already = totals.get("mfn_free_share"), totals.get("already_free_share")
        values: tuple[float | None, ...] = (None, None, None, None)
        if covered is not None and known is not None:
            sure = covered * known
            left = None if mfn is None or already is None else sure * (1 - mfn - already)
            values = (
                None if mfn is None else sure * mfn,
                None if already is None else sure * already,
                left,
                covered - sure,
            )
        self._shares.set_data(
            StackedBars(
                self.tr("Covered trade by what the agreement can change, USD"),
                (
                    Part("mfn_free_share", self.tr("MFN-free: no duty to save")),
                    Part("already_free_share", self.tr("Free already by another agreement")),
                    Part("gross_incentive", self.tr("With leverage: a duty to save")),
                    Part("known_duty_share", self.tr("Duty not known"), unknown=True),
                ),
                (Stack("trade", self.tr("Covered trade"), values),),
                label_title=self.tr("Part"),
                empty=self.tr("No figures yet"),
            )
        )
        for figure, title, text, change_text in _HEADLINES:
            value, change = self._headline_cells[figure]
            value.setText(text(totals.get(figure)))
            value.setAccessibleName(f"{self.tr(title)}: {text(totals.get(figure))}")
            change.setText(fmt.change_phrase(self.figures.change(figure), change_text))

    def _on_headline(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.explain.emit(sender.objectName().removeprefix("headline_"), -1)

    def _on_share(self, key: str) -> None:
        if key and key != "gross_incentive":
            self.explain.emit(key, -1)

    # Lanes and products

    def _fill_importers(self) -> None:
        result = self.figures.result
        codes = result.baseline.importers if result is not None else ()
        every = [("", self.tr("All importers"))]
        self._importer.set_choices(every + [(code, economy_name(code)) for code in codes])
        if self._importer.currentIndex() < 0:
            self._importer.show_key("")

    def _on_by(self, by: str) -> None:
        self._lanes_card.set_title(self.tr("Products") if by == "products" else self.tr("Lanes"))
        self._key, self._lane = (), -1
        self._filling = True
        self._table.set_columns(self._columns(by), {})
        self._sort_by_trade()
        self._filling = False
        self._fill_table()

    def _sort_by_trade(self) -> None:
        column = self._table.frame_model.column_of("value")
        self._table.sortByColumn(column, Qt.SortOrder.DescendingOrder)

    def _fill_table(self) -> None:
        result = self.figures.result
        if result is None:
            return
        lanes = result.lanes
        if self._importer.key():
            lanes = lanes[lanes["importer"] == self._importer.key()]
        names: tuple[str, ...] = ("importer", "exporter", "product")
        if self._by.current() == "products":
            frame = self._by_product(lanes)
            names = ("product",)
        else:
            frame = lanes.assign(utilisation_change=self._utilisation_change(result)[lanes.index])
        total = len(frame)
        if self._traded.isChecked():
            frame = frame[frame["value"] > 0]
        rating = self._rating.key()
        if rating == "unknown":
            frame = frame[frame["rating"].isna()]
        elif rating:
            frame = frame[frame["rating"] == rating]
        words = self.tr("{shown} of {total}")
        if len(frame) > _MOST_ROWS:
            frame = frame.nlargest(_MOST_ROWS, "value")
            words = self.tr("the {shown} largest of {total}")
        self._show_frame(frame, names)
        self._lanes_card.set_note(words.format(shown=fmt.count(len(frame)), total=fmt.count(total)))

    def _by_product(self, lanes: pd.DataFrame) -> pd.DataFrame:
        from workbench.analysis.incentive_view import incentive_by_product

        frame = incentive_by_product(lanes)
        largest = lanes.assign(value=lanes["value"].fillna(-1.0)).groupby("product")["value"]
        frame.index = frame["product"].map(largest.idxmax())
        return frame

    def _utilisation_change(self, result: Evaluation) -> Any:
        """L: utilisation minus that of the pinned baseline, NaN where either is missing."""
        pinned = self.figures.pinned
        now = result.lanes["utilisation"]
        if pinned is None:
            return now.to_numpy() * float("nan")
        if pinned.baseline is result.baseline or pinned.baseline.key == result.baseline.key:
            return now.to_numpy() - pinned.lanes["utilisation"].to_numpy()
        keys = ["importer", "exporter", "product"]
        then = pinned.lanes.set_index(keys)["utilisation"]
        return (
            result.lanes.set_index(keys)["utilisation"]
            - then.reindex(result.lanes.set_index(keys).index)
        ).to_numpy()

    def _show_frame(self, frame: pd.DataFrame, names: tuple[str, ...]) -> None:
        """Show rows, keeping the selected one and the place scrolled to."""
        self._rows = [int(row) for row in frame.index]
        columns = {name: frame[name].tolist() for name in frame.columns}
        self._keys = list(zip(*(columns[name] for name in names), strict=True))
        columns["mfn"] = [
            None if mean != mean else (low, mean, high)
            for low, mean, high in zip(
                columns["mfn_low"], columns["mfn_rate"], columns["mfn_high"], strict=True
            )
        ]
        bar = self._table.verticalScrollBar()
        place, column = bar.value(), max(self._table.currentIndex().column(), 0)
        self._filling = True
        self._table.set_frame(columns)
        at = self._keys.index(self._key) if self._key in self._keys else -1
        self._lane = self._rows[at] if at >= 0 else -1
        row = self._table.frame_model.row_of_source(at) if at >= 0 else -1
        if row >= 0:
            self._table.selectRow(row)
            self._table.setCurrentIndex(self._table.frame_model.index(row, column))
            bar.setValue(place)
        self._filling = False

    def _on_row(self, row: int) -> None:
        if self._filling or not 0 <= row < len(self._rows):
            return
        self._key, self._lane = self._keys[row], self._rows[row]
        self._explain()
        self._show_years()

    def _explain(self) -> None:
        """Explain the figure of the clicked column; of a product, that of its largest lane."""
        index = self._table.currentIndex()
        if self._filling or not index.isValid() or self._lane < 0:
            return
        name = self._table.frame_model.columns[index.column()].name
        self.explain.emit(_EXPLAINED.get(name, "gross_incentive"), self._lane)

    # Treatment

    def _uses_of(self, name: str) -> int:
        agreement = self.document.agreement
        entries = sum(entry.staging == name for entry in agreement.coverage.entries)
        return entries + (agreement.treatment.default_category == name)

    def _show_years(self) -> None:
        """The duty of the selected lane by year; without one, that of the largest lane."""
        from workbench.analysis.incentive_view import duty_by_year

        result = self.figures.result
        if result is None or not len(result.lanes):
            return
        row = self._lane
        if row < 0:
            known = result.lanes[result.lanes["base_duty"] > 0]
            largest = int(known["value"].fillna(-1.0).to_numpy().argmax()) if len(known) else 0
            row = int(known.index[largest]) if len(known) else 0
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

    def _edit_treatment(self, words: str, key: str = "", **change: Any) -> None:
        def edit(agreement: Agreement) -> Agreement:
            return replace(agreement, treatment=replace(agreement.treatment, **change))

        self.document.edit(words, edit, key)

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
        self.document.edit(words, lambda a: a.with_staging_category(place, category), key)

    # Incentives other than duty

    def _show_incentives(self) -> None:
        incentives = self.document.agreement.incentives
        if incentives is not self._shown_incentives:
            self._shown_incentives = incentives
            self._filling = True
            self._incentives.set_frame(
                {
                    "name": [i.name for i in incentives],
                    "kind": [self.tr(_KIND_WORDS[i.kind]) for i in incentives],
                    "ad_valorem": [i.ad_valorem for i in incentives],
                    "enacted_by": [self.tr(_ENACTED_WORDS[i.enacted_by]) for i in incentives],
                    "basis": [i.basis for i in incentives],
                }
            )
            self._incentive = min(max(self._incentive, 0), max(len(incentives) - 1, 0))
            if not self._new_incentive:
                self._incentives.select_row(self._incentive)
            self._filling = False
            rows = min(max(len(incentives), 1), 6)
            heading = self._incentives.horizontalHeader().sizeHint().height()
            self._incentives.setFixedHeight(rows * theme.ROW_HEIGHT_PX + heading + 6)
        self._show_incentive()

    def _show_incentive(self) -> None:
        incentives = self.document.agreement.incentives
        known = self._incentive < len(incentives) and not self._new_incentive
        self._remove_incentive.setVisible(known or self._new_incentive)
        self._incentive_form.setVisible(known or self._new_incentive)
        if known:
            self._incentive_form.show_incentive(incentives[self._incentive])

    def _on_incentive_selected(self, row: int) -> None:
        if not self._filling and row >= 0:
            self._new_incentive, self._incentive = False, row
            self._show_incentive()

    def _start_incentive(self) -> None:
        self._new_incentive = True
        self._incentives.clearSelection()
        self._incentive_form.show_incentive(NEW_INCENTIVE)
        self._show_incentive()
        self._scroll.ensureWidgetVisible(self._incentive_form)
        self._incentive_form.focus_name()

    def _remove_selected_incentive(self) -> None:
        if self._new_incentive:
            self._new_incentive = False
            self._incentives.select_row(self._incentive)
            self._show_incentive()
            return
        index = self._incentive
        self._incentive = max(index - 1, 0)
        self.document.edit(self.tr("Remove an incentive"), lambda a: a.with_incentive(index, None))

    def _on_incentive(self, incentive: Incentive, key: str) -> None:
        words = self.tr("Edit an incentive")
        if self._new_incentive:
            self._new_incentive, self._incentive = False, len(self.document.agreement.incentives)
            words, key = self.tr("Add an incentive"), ""
        index = self._incentive
        merge = f"incentives.{index}.{key}" if key else ""
        self.document.edit(words, lambda a: a.with_incentive(index, incentive), merge)

    # Assumptions

    def _on_parameter(self, name: str, value: float, key: str) -> None:
        words = self.tr("Change an assumption")
        self.document.edit(words, lambda a: a.with_parameter(name, value), key)


def _middle(value: Any) -> str:
    """The mean of a (low, mean, high) rate."""
    return fmt.MISSING if fmt.is_missing(value) else fmt.percent(value[1])


def _range_words(value: Any) -> str:
    """A (low, mean, high) rate in words."""
    if fmt.is_missing(value):
        return fmt.MISSING
    low, mean, high = value
    if low == high:
        return fmt.percent_full(mean)
    return f"{fmt.interval(low, high, fmt.percent_full)}, mean {fmt.percent_full(mean)}"
