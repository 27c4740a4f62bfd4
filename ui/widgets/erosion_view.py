"""What leaks past the rule of origin: small parcels, false claims, transshipment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin, share_spin
from ui.widgets.form_grid import small_label
from ui.widgets.line_field import LineField
from ui.widgets.measured import measured, measured_full, measured_text
from workbench.model.commitments import PARAMETERS
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.erosion import Erosion
    from workbench.analysis.results import Evaluation
    from workbench.progress import Progress

_SHOWN_ORIGINS = 12
_TABLE_HEIGHT = 330
_SHARES = ("small_parcel_share", "false_claim_share")
_TITLES = {info.name: info.title for info in PARAMETERS}
_FIGURES = (
    "exempted_value",
    "exempted_duty",
    "false_value",
    "false_duty",
    "false_content",
    "false_traced_content",
    "transshipment",
    "transshipment_duty",
    "duty_forgone",
    "revenue_lost",
    "exposure",
    "exposure_with_false_claims",
    "exposure_with_all",
    "traced_exposure_with_false_claims",
    "traced_exposure_with_all",
)


class ErosionView(AnalysisView):
    """The three of them, in total and lane by lane."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "erosionView", parent)
        self._answer: Erosion | None = None
        self._spins: dict[str, DecimalSpin] = {}
        self._sources: dict[str, LineField] = {}
        self.body.addWidget(self._build_totals())
        self.body.addWidget(self._build_origins())
        self.body.addWidget(self._build_lanes())
        self.body.addStretch(1)
        self._totals.cell_selected.connect(self._on_total)
        self._origins.selected.connect(self._on_origin)
        self._lanes.cell_selected.connect(self._on_lane)
        document.changed.connect(self.refresh)
        self.refresh()

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Erosion")

    # Layout

    def _build_totals(self) -> Card:
        card = Card(self.tr("What leaks past the rule"), "erosionCard")
        settings = QGridLayout()
        settings.setHorizontalSpacing(8)
        settings.setVerticalSpacing(6)
        for row, name in enumerate(_SHARES):
            spin = share_spin(self.tr(_TITLES[name]), f"erosion_{name}")
            spin.setFixedWidth(110)
            spin.number_changed.connect(self._on_share)
            label = QLabel(self.tr(_TITLES[name]))
            label.setBuddy(spin)
            theme.set_role(label, "muted")
            source = LineField(
                self.tr("Source of {title}").format(title=_TITLES[name].lower()),
                f"erosion_{name}Source",
                self.tr("its source"),
            )
            source.edited.connect(self._on_source)
            for place, widget in enumerate((label, spin, source)):
                settings.addWidget(widget, row, place)
            self._spins[name], self._sources[name] = spin, source
        self._totals = DataTable(
            [
                Column("title", self.tr("Figure"), width=330),
                Column(
                    "value", self.tr("A year"), measured_text, True, full=measured_full, width=130
                ),
                Column("source", self.tr("Rests on")),
            ],
            self.tr("What leaks past the rule"),
            "erosionTotals",
        )
        self._totals.setFixedHeight(_TABLE_HEIGHT)
        card.body.addLayout(settings)
        card.body.addWidget(self._totals)
        return card

    def _build_origins(self) -> Card:
        card = Card(self.tr("Where transshipped goods could come from"), "transshipmentCard")
        self._origins = ChartWidget("transshipmentOrigins")
        self._origins.setFixedHeight(300)
        hint = small_label(
            self.tr(
                "Goods of the same subheading that a partner imports from non-parties and exports "
                "to partners: an upper bound, as trade statistics do not tell one from the other."
            ),
            "transshipmentHint",
        )
        card.body.addWidget(hint)
        card.body.addWidget(self._origins)
        return card

    def _build_lanes(self) -> Card:
        card = Card(self.tr("Lane by lane"), "erosionLanesCard")

        def money(name: str, words: str, tip: str, width: int = 0) -> Column:
            return Column(name, words, fmt.money, True, tip, full=fmt.money_full, width=width)

        self._lanes = DataTable(
            [
                Column("importer", self.tr("Importer"), full=economy_name, width=84),
                Column("exporter", self.tr("Exporter"), full=economy_name, width=84),
                Column("product", self.tr("Product"), fmt.code, width=84),
                Column(
                    "transshipment_bound",
                    self.tr("Transshipment, at most"),
                    fmt.money,
                    True,
                    self.tr("The lower of exports on the lane and imports from non-parties"),
                    cell=Cell.BAR,
                    full=fmt.money_full,
                    width=170,
                ),
                money(
                    "transshipment_duty",
                    self.tr("Duty lost"),
                    self.tr("Duty lost to it, imports shared over all the partner exports"),
                    92,
                ),
                money("false_value", self.tr("False claims"), self.tr("Trade claimed falsely"), 98),
                money("false_duty", self.tr("Duty lost"), self.tr("Duty lost to false claims"), 88),
                money(
                    "false_content",
                    self.tr("Content"),
                    self.tr("Non-party content of false claims, declared"),
                    84,
                ),
                money("exempted_value", self.tr("Small parcels"), self.tr("Trade exempted"), 104),
                money(
                    "exempted_duty",
                    self.tr("Not collected"),
                    self.tr("Duty not collected on small parcels"),
                    110,
                ),
            ],
            self.tr("Erosion lane by lane"),
            "erosionLanes",
        )
        self._lanes.setFixedHeight(_TABLE_HEIGHT)
        self._lanes.set_empty_text(self.tr("Nothing leaks on any lane with trade."))
        card.body.addWidget(self._lanes)
        return card

    # Working out

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Runs on a worker thread."""
        from workbench.analysis.erosion import erosion

        return erosion(evaluation)

    def refresh(self) -> None:
        """Show the two shares that the agreement states, and where they come from."""
        parameters = self.document.agreement.parameters
        for name, spin in self._spins.items():
            spin.show_number(getattr(parameters, name))
            self._sources[name].show_text(parameters.stated_source(name))
            self._sources[name].setToolTip(parameters.source(name))

    def _on_share(self, value: float | None) -> None:
        sender = self.sender()
        name = next((name for name, spin in self._spins.items() if spin is sender), "")
        if not name or value is None:
            return
        share = value
        self.document.edit(
            self.tr("Change an assumption"),
            lambda a: a.with_parameter(name, share),
            f"parameters.{name}",
        )

    def _on_source(self) -> None:
        sender = self.sender()
        name = next(name for name, field in self._sources.items() if field is sender)
        text = self._sources[name].text().strip()
        self.document.edit(
            self.tr("State a source"),
            lambda a: a.with_parameter_source(name, text),
            f"parameters.sources.{name}",
        )

    # Redrawing

    def show_answer(self, answer: object) -> None:
        """Show totals, origins and lanes."""
        from workbench.analysis.erosion import TITLES

        result = cast("Erosion", answer)
        self._answer = result
        self._totals.set_frame(
            {
                "title": [self.tr(TITLES[name][0]) for name in _FIGURES],
                "value": [
                    measured(result.totals[name], TITLES[name][1].value) for name in _FIGURES
                ],
                "source": [self._rests_on(result, name) for name in _FIGURES],
            },
            key="title",
        )
        origins = result.by_origin.head(_SHOWN_ORIGINS)
        self._origins.set_data(
            BarList(
                self.tr("Transshipment through partners by origin, at most, USD"),
                tuple(
                    Bar(str(code), economy_name(str(code)), float(value))
                    for code, value in zip(
                        origins["economy"], origins["transshipment"], strict=True
                    )
                ),
                label_title=self.tr("Non-party"),
                empty=self.tr("No partner imports the same goods from non-parties"),
            )
        )
        names = ["exempted_value", "false_value", "transshipment_bound"]
        lanes = result.lanes[(result.lanes[names].fillna(0.0) > 0).any(axis=1)]
        lanes = lanes.sort_values("transshipment_bound", ascending=False, kind="stable")
        self._rows = [int(row) for row in lanes.index]
        self._lanes.set_frame(lanes)

    def _rests_on(self, result: Erosion, name: str) -> str:
        for start, source in (
            ("exempted", "small parcels"),
            ("false", "false claims"),
            ("transshipment", "transshipment"),
        ):
            if name.startswith(start):
                return result.sources[source]
        return self.tr("the rule as written and the lines above")

    # Pointing

    def _on_total(self, row: int, _column: str) -> None:
        from workbench.analysis.erosion import explain_erosion

        if self._answer is not None and row >= 0:
            self.explained.emit(explain_erosion(self._answer, _FIGURES[row]))

    def _on_origin(self, key: str) -> None:
        from workbench.analysis.erosion import explain_origin

        if self._answer is not None and key:
            self.explained.emit(explain_origin(self._answer, key))

    def _on_lane(self, row: int, column: str) -> None:
        from workbench.analysis.erosion import TITLES, explain_erosion

        if self._answer is not None and row >= 0:
            figure = column if column in TITLES else "transshipment_bound"
            self.explained.emit(explain_erosion(self._answer, figure, self._rows[row]))
