"""What each partner gives and gets, revenue by year, and what a cut for everyone would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui.charts.heatmap import HeatMap, cell_key
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.measured import measured, measured_full, measured_text
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.extended import Extended
    from workbench.analysis.reciprocity import Reciprocity
    from workbench.analysis.results import Evaluation
    from workbench.progress import Progress

_TOTALS = (
    "critical_mass_share",
    "imports",
    "duty_forgone",
    "partner_imports",
    "partner_duty_forgone",
    "non_party_share",
    "known_duty_share",
)
_SHARES = frozenset({"exposure", "traced_exposure", "utilisation"})
_BY_PAIR = (
    ("exposure", "Exposure, declared"),
    ("traced_exposure", "Exposure, traced"),
    ("utilisation", "Utilisation"),
    ("free_riding_content", "Free-riding content, declared"),
    ("traced_free_riding_content", "Free-riding content, traced"),
    ("leakage", "Leakage"),
    ("duty_forgone", "Duty forgone"),
    ("resourced_content", "Re-sourced content"),
    ("value", "Trade"),
)


class ReciprocityView(AnalysisView):
    """Both sides of every partner."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "reciprocityView", parent)
        self._answer: Reciprocity | None = None
        self._extended: Extended | None = None
        self.body.addWidget(self._build_partners())
        self.body.addWidget(self._build_grid())
        self.body.addWidget(self._build_revenue())
        self.body.addWidget(self._build_extended())
        self.body.addStretch(1)
        self._partners.cell_selected.connect(self._on_partner)
        self._revenue.selected.connect(self._on_revenue)
        self._figure.chosen.connect(self._show_grid)
        self._grid.selected.connect(self._on_pair)
        self._totals.cell_selected.connect(self._on_total)
        self._riders.cell_selected.connect(self._on_rider)

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Reciprocity")

    # Layout

    def _money(self, name: str, title: str, tip: str, width: int, cell: Cell = Cell.TEXT) -> Column:
        return Column(
            name, title, fmt.money, True, tip, cell=cell, full=fmt.money_full, width=width
        )

    def _build_partners(self) -> Card:
        tr, money = self.tr, self._money
        self._partners = DataTable(
            [
                Column("economy", tr("Partner"), economy_name, width=150),
                money("duty_forgone", tr("Duty forgone"), tr("On its imports from partners"), 110),
                money("leakage", tr("Leakage"), tr("Duty forgone on non-party content"), 88),
                money(
                    "fiscal_cost", tr("Other costs"), tr("Other incentives its treasury bears"), 100
                ),
                money("duty_saved", tr("Duty saved"), tr("On its exports to partners"), 100),
                money("balance", tr("Gets less gives"), tr("Saved less forgone and costs"), 118),
                money("resourced_content", tr("Re-sourced"), tr("Moved into it or partners"), 100),
                money("free_riding_content", tr("Free riding"), tr("Through its exports"), 98),
                Column(
                    "exposure",
                    tr("Exposure"),
                    fmt.percent,
                    True,
                    tr("Non-party content of what of its exports claims"),
                    full=fmt.percent_full,
                    width=86,
                ),
                money("imports", tr("Imports"), tr("Covered imports from partners"), 86),
                money("exports", tr("Exports"), tr("Covered exports to partners"), 86),
            ],
            tr("What partners give and get"),
            "reciprocityTable",
        )
        self._partners.setFixedHeight(352)
        card = Card(self.tr("What each partner gives and gets"), "reciprocityCard", "USD a year")
        card.body.addWidget(self._partners)
        return card

    def _build_grid(self) -> Card:
        self._figure = ChoiceBox(
            self.tr("Figure"), [(key, self.tr(words)) for key, words in _BY_PAIR], "pairFigure"
        )
        self._figure.show_key(_BY_PAIR[0][0])
        self._figure.setMinimumWidth(230)
        self._grid = ChartWidget("partnerByProduct")
        self._grid.setFixedHeight(380)
        self._pairs: dict[str, tuple[str, str]] = {}
        card = Card(self.tr("Partner by product"), "partnerByProductCard")
        card.tools.addWidget(self._figure)
        card.body.addWidget(self._grid)
        return card

    def _build_revenue(self) -> Card:
        self._revenue = ChartWidget("revenueByYear")
        self._revenue.setFixedHeight(300)
        card = Card(self.tr("Duty forgone by importer and year"), "revenueCard")
        card.set_note(self.tr("million USD; year 1 is entry into force"))
        card.body.addWidget(self._revenue)
        return card

    def _build_extended(self) -> Card:
        tr, money = self.tr, self._money
        self._extended_card = Card(tr("If the cuts reached everyone"), "extendedCard")
        self._totals = DataTable(
            [
                Column("title", tr("Figure"), width=330),
                Column("value", tr("A year"), measured_text, True, full=measured_full),
            ],
            tr("A cut for everyone"),
            "extendedTotals",
        )
        self._totals.setFixedHeight(268)
        self._riders = DataTable(
            [
                Column("economy", tr("Non-party"), economy_name, width=190),
                money("duty_forgone", tr("Duty forgone"), tr("On its goods"), 190, Cell.BAR),
                Column("share", tr("Share"), fmt.percent, True, full=fmt.percent_full, width=80),
                money("benefiting", tr("Gets the cut"), tr("Its goods that pay less"), 110),
                money("imports", tr("All imports"), tr("All covered goods of it"), 100),
            ],
            tr("Free riders on a cut for everyone"),
            "extendedRiders",
        )
        self._riders.setFixedHeight(300)
        self._riders.set_empty_text(tr("No non-party's goods get the cut."))
        self._extended_card.body.addWidget(self._totals)
        self._extended_card.body.addWidget(self._riders)
        return self._extended_card

    # Working out

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Runs on a worker thread."""
        from workbench.analysis.extended import extended
        from workbench.analysis.reciprocity import reciprocity

        return reciprocity(evaluation, progress), extended(evaluation)

    def show_answer(self, answer: object) -> None:
        """Show partners, revenue and the cut for everyone."""
        from workbench.analysis.extended import TITLES

        result, everyone = cast("tuple[Reciprocity, Extended]", answer)
        self._answer, self._extended = result, everyone
        self._extended_card.set_title(
            self.tr("What reaches everyone")
            if everyone.applies
            else self.tr("If the cuts reached everyone")
        )
        self._partners.set_frame(result.partners, key="economy")
        self._show_grid()
        years = tuple(str(year) for year in result.years)
        importers = [str(code) for code in result.revenue["importer"]]
        self._revenue.set_data(
            HeatMap(
                self.tr("Duty forgone by importer and year, million USD"),
                tuple(economy_name(code) for code in importers),
                years,
                tuple(
                    tuple(None if v != v else float(v) for v in row)
                    for row in result.revenue[list(years)].to_numpy()
                ),
                text=fmt.money,
                cell=_millions,
                label_title=self.tr("Importer"),
                empty=self.tr("No importing partner's duty is known"),
            )
        )
        self._cells = {
            cell_key(economy_name(code), year): (code, int(year))
            for code in importers
            for year in years
        }
        self._extended_card.set_note(
            self.tr("as the agreement says")
            if everyone.applies
            else self.tr("what if: the agreement cuts duties for partners only")
        )
        self._totals.set_frame(
            {
                "title": [self.tr(TITLES[name][0]) for name in _TOTALS],
                "value": [
                    measured(everyone.totals[name], TITLES[name][1].value) for name in _TOTALS
                ],
            },
            key="title",
        )
        self._riders.set_frame(everyone.riders, key="economy")

    def _show_grid(self) -> None:
        if self._answer is None:
            return
        from workbench.analysis.partner_product import by_partner_and_product

        figure = self._figure.key()
        grid = by_partner_and_product(self._answer.evaluation, figure)
        money = figure not in _SHARES
        title = self.tr(dict(_BY_PAIR)[figure])
        rows = {str(code): economy_name(str(code)) for code in grid.index}
        columns = {str(code): fmt.code(code) for code in grid.columns}
        self._grid.set_data(
            HeatMap(
                self.tr("{figure} by exporting partner and product, {unit}").format(
                    figure=title, unit=self.tr("million USD") if money else "%"
                ),
                tuple(rows.values()),
                tuple(columns.values()),
                tuple(
                    tuple(None if v != v else float(v) for v in line) for line in grid.to_numpy()
                ),
                text=fmt.money if money else fmt.percent,
                cell=_millions if money else fmt.percent_bare,
                label_title=self.tr("Partner"),
                empty=self.tr("No trade between partners"),
            )
        )
        self._pairs = {
            cell_key(name, words): (exporter, product)
            for exporter, name in rows.items()
            for product, words in columns.items()
        }

    # Pointing

    def _on_pair(self, key: str) -> None:
        from workbench.analysis.explain_groups import explain_group

        if self._answer is not None and key in self._pairs:
            exporter, product = self._pairs[key]
            where = {"product": product, "exporter": exporter}
            self.explained.emit(explain_group(self._answer.evaluation, where, self._figure.key()))

    def _on_partner(self, row: int, column: str) -> None:
        from workbench.analysis.reciprocity import FIGURES_OF, explain_partner

        if self._answer is not None and row >= 0:
            economy = str(self._answer.partners["economy"].iloc[row])
            figure = column if column in FIGURES_OF else "balance"
            self.explained.emit(explain_partner(self._answer, economy, figure))

    def _on_revenue(self, key: str) -> None:
        from workbench.analysis.reciprocity import explain_revenue

        if self._answer is not None and key in self._cells:
            importer, year = self._cells[key]
            self.explained.emit(explain_revenue(self._answer, importer, year))

    def _on_total(self, row: int, _column: str) -> None:
        from workbench.analysis.extended import explain_extended

        if self._extended is not None and row >= 0:
            self.explained.emit(explain_extended(self._extended, _TOTALS[row]))

    def _on_rider(self, row: int, column: str) -> None:
        from workbench.analysis.extended import explain_extended

        if self._extended is None or row < 0:
            return
        economy = str(self._extended.riders["economy"].iloc[row])
        figure = {"benefiting": "imports", "imports": "covered", "share": "share"}.get(
            column, "duty_forgone"
        )
        self.explained.emit(explain_extended(self._extended, figure, economy))


def _millions(value: object) -> str:
    """An amount in millions, for the cells of a grid that says so in its title."""
    if value is None:
        return fmt.MISSING
    return fmt.plain(round(cast("float", value) / 1e6, 1))
