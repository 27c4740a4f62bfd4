"""Which agreement in force an importer would rather claim under."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.overlap import Overlap
    from workbench.analysis.results import Evaluation
    from workbench.definitions.fields import RulesInForce
    from workbench.progress import Progress

_TONES = {"this agreement": Tone.GOOD, "a regime in force": Tone.WARN}
_EXPLAINED = {
    "value": "value",
    "mfn_rate": "mfn_rate",
    "pref_duty": "pref_duty",
}
"""Columns that are figures of the lane itself; the comparison is explained for any other."""


class OverlapView(AnalysisView):
    """Trade by what importers would rather use, and every lane with another regime open."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "overlapView", parent)
        self._answer: Overlap | None = None
        self._rules: tuple[RulesInForce, ...] = ()
        self._chart = ChartWidget("overlapChart")
        self._chart.setFixedHeight(168)
        chart = Card(
            self.tr("Trade with another regime open, by what importers would rather use"),
            "overlapCard",
        )
        chart.body.addWidget(self._chart)
        rate, points = self._rate, self._points
        self._table = DataTable(
            [
                Column("importer", self.tr("Importer"), full=economy_name, width=84),
                Column("exporter", self.tr("Exporter"), full=economy_name, width=84),
                Column("product", self.tr("Product"), fmt.code, width=84),
                Column("value", self.tr("Trade"), fmt.money, True, full=fmt.money_full, width=82),
                Column(
                    "rather",
                    self.tr("Rather"),
                    cell=Cell.CHIP,
                    tone=lambda value: _TONES.get(str(value), Tone.NEUTRAL),
                    width=180,
                ),
                Column("best", self.tr("Best in force"), width=116),
                rate("mfn_rate", self.tr("MFN rate"), self.tr("Mean of the lines"), 88),
                rate("best_duty", self.tr("Its duty"), self.tr("Duty under the best regime"), 82),
                points("best_saves", self.tr("Saves"), self.tr("MFN rate less its duty"), 78),
                rate("pref_duty", self.tr("Agreed"), self.tr("Duty under this agreement"), 82),
                points(
                    "saves",
                    self.tr("Saves here"),
                    self.tr("MFN rate less the duty, with other incentives, less the cost"),
                    96,
                ),
                Column(
                    "advice",
                    self.tr("Rules"),
                    tip=self.tr("Which rule of origin asks less of producers, where both are held"),
                    width=260,
                ),
                Column("regimes", self.tr("All regimes open"), width=180),
            ],
            self.tr("Regimes open beside this agreement"),
            "overlapTable",
        )
        self._table.setFixedHeight(430)
        self._table.set_empty_text(self.tr("No other regime is open on any lane with trade."))
        card = Card(self.tr("Lanes with another regime open"), "overlapLanesCard")
        card.body.addWidget(self._table)
        self._card = card
        self.body.addWidget(chart)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self._chart.selected.connect(self._on_answer_kind)
        self._table.cell_selected.connect(self._on_lane)

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Overlap")

    def _rate(self, name: str, title: str, tip: str, width: int) -> Column:
        return Column(name, title, fmt.percent, True, tip, full=fmt.percent_full, width=width)

    def _points(self, name: str, title: str, tip: str, width: int) -> Column:
        return Column(name, title, fmt.points, True, tip, full=fmt.points_full, width=width)

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Runs on a worker thread."""
        from workbench.analysis.overlap import overlap
        from workbench.definitions.library import rules_in_force

        rules = tuple(rules_in_force())
        return overlap(evaluation, rules), rules

    def show_answer(self, answer: object) -> None:
        """Show the trade by answer, and the lanes."""
        result, self._rules = cast("tuple[Overlap, tuple[RulesInForce, ...]]", answer)
        self._answer = result
        self._chart.set_data(
            BarList(
                self.tr("Trade with another regime open, USD"),
                tuple(
                    Bar(key, self.tr(key[0].upper() + key[1:]), value)
                    for key, value in result.totals.items()
                ),
                label_title=self.tr("Importers would rather use"),
            )
        )
        count = len(result.lanes)
        self._card.set_note(fmt.plural(count, "lane"))
        self._table.set_frame(result.lanes)

    def _on_lane(self, row: int, column: str) -> None:
        from workbench.analysis.overlap import FIGURES, explain_overlap

        if self._answer is None or row < 0:
            return
        if column in _EXPLAINED:
            self.explain.emit(_EXPLAINED[column], int(self._answer.lanes["row"].iloc[row]))
        else:
            figure = column if column in FIGURES else "rather"
            self.explained.emit(explain_overlap(self._answer, row, self._rules, figure))

    def _on_answer_kind(self, key: str) -> None:
        from workbench.analysis.overlap import explain_rather

        if self._answer is not None and key:
            self.explained.emit(explain_rather(self._answer, key))
