"""How sure the figures are: intervals, what moves a figure, and what would turn a conclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.intervals import Interval, Intervals
from ui.charts.tornado import Swing, Tornado
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.measured import measured, measured_full, measured_text, text_of
from ui.widgets.number_spin import NumberSpin
from ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from workbench.analysis.conclusions import Conclusion
    from workbench.analysis.results import Evaluation
    from workbench.analysis.sensitivity import Sensitivity
    from workbench.analysis.uncertainty import Assumption
    from workbench.progress import Progress

_UNITS = {
    "utilisation": "share",
    "exposure": "share",
    "traced_exposure": "share",
    "leverage_gap": "points",
}
_TICKS = {"USD": fmt.money_ticks, "share": fmt.percent_ticks, "points": fmt.points_ticks}
_FIGURES = (
    ("utilisation", "Utilisation"),
    ("exposure", "Exposure, declared"),
    ("traced_exposure", "Exposure, traced"),
    ("free_riding_content", "Free-riding content, declared"),
    ("traced_free_riding_content", "Free-riding content, traced"),
    ("resourced_content", "Re-sourced content"),
    ("duty_forgone", "Duty forgone"),
    ("leakage", "Leakage, declared"),
    ("traced_leakage", "Leakage, traced"),
    ("claimed", "Trade that claims"),
    ("covered_trade", "Covered trade"),
    ("leverage_gap", "Leverage gap"),
)
_TITLES = dict(_FIGURES)
_MOST_DRAWS = 100_000
_LEAST_CONCLUSIONS = 4
_PER_CENT = ("share of trade", "share of value", "share of price")
_WIDEST = 3.0
"""Of the figure as evaluated; an interval that ends beyond it would press all others together."""


class SensitivityView(AnalysisView):
    """Joint draws of all assumptions, and one assumption at a time."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "sensitivityView", parent)
        self._answer: Sensitivity | None = None
        self._draws = self._spin(self.tr("Draws"), "sensitivityDraws", 100, _MOST_DRAWS, 1_000, 500)
        self._draws.setGroupSeparatorShown(True)
        self._seed = self._spin(self.tr("Seed"), "sensitivitySeed", 0, 2**31 - 1, 20_250_101, 1)
        self.body.addWidget(self._build_intervals())
        self.body.addWidget(self._build_tornado())
        self.body.addWidget(self._build_conclusions())
        self.body.addStretch(1)
        self._show_as.chosen.connect(self._on_show_as)
        self._figure.chosen.connect(self._show_tornado)
        self._table.cell_selected.connect(self._on_interval_cell)
        self._picture.selected.connect(self._explain_interval)
        self._tornado.selected.connect(self._on_swing)
        self._conclusions.row_selected.connect(self._on_conclusion)
        self._conclusions.row_activated.connect(self._on_conclusion_activated)
        self._draws.editingFinished.connect(self._on_setting)
        self._seed.editingFinished.connect(self._on_setting)

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Sensitivity")

    # Layout

    def _spin(self, says: str, name: str, low: int, high: int, value: int, step: int) -> NumberSpin:
        spin = NumberSpin(says, name, low, high)
        spin.setSingleStep(step)
        spin.setValue(value)
        spin.setFixedWidth(118)
        return spin

    def _build_intervals(self) -> Card:
        card = Card(self.tr("How sure the headlines are"), "intervalsCard")
        self._show_as = SegmentedControl(
            self.tr("Intervals as"),
            [("table", self.tr("Table")), ("picture", self.tr("Picture"))],
            "intervalsAs",
        )
        card.tools.addWidget(self._show_as)
        share = self.tr(
            "5\u00a0% of the draws lie below the bar, 5\u00a0% above; 100\u00a0% is as evaluated. "
            "A bar that would go beyond 300\u00a0% is not drawn."
        )
        settings = QHBoxLayout()
        settings.setSpacing(8)
        settings.addWidget(small_label(share, "intervalsHint"), 1)
        for says, spin in ((self.tr("Draws"), self._draws), (self.tr("Seed"), self._seed)):
            label = QLabel(says)
            label.setBuddy(spin)
            theme.set_role(label, "muted")
            settings.addWidget(label)
            settings.addWidget(spin)
        self._table = DataTable(
            [
                Column("title", self.tr("Figure"), width=204),
                Column(
                    "base",
                    self.tr("Evaluated"),
                    measured_text,
                    True,
                    full=measured_full,
                    width=88,
                ),
                Column(
                    "relative",
                    self.tr("Median, relative"),
                    _relative_words,
                    True,
                    share,
                    cell=Cell.RANGE,
                    full=_relative_full,
                    width=200,
                ),
                Column("low", "5 %", measured_text, True, full=measured_full, width=78),
                Column("high", "95 %", measured_text, True, full=measured_full, width=78),
            ],
            self.tr("Intervals of the headlines"),
            "intervalsTable",
            stretch="relative",
        )
        _fit(self._table, len(_FIGURES))
        self._table.set_empty_text(self.tr("Being worked out"))
        self._picture = ChartWidget("intervalsPicture")
        self._picture.setFixedHeight(self._table.height())
        self._picture.hide()
        self._notes = small_label("", "sensitivityNotes")
        self._notes.hide()
        card.body.addWidget(self._table)
        card.body.addWidget(self._picture)
        card.body.addWidget(self._notes)
        card.body.addLayout(settings)
        return card

    def _build_tornado(self) -> Card:
        card = Card(self.tr("What moves the figure"), "tornadoCard")
        self._figure = ChoiceBox(
            self.tr("Figure"), [(key, self.tr(words)) for key, words in _FIGURES], "tornadoFigure"
        )
        self._figure.show_key(_FIGURES[0][0])
        self._figure.setMinimumWidth(220)
        card.tools.addWidget(self._figure)
        self._tornado = ChartWidget("tornado")
        self._tornado.setMinimumHeight(360)
        card.body.addWidget(self._tornado)
        return card

    def _build_conclusions(self) -> Card:
        card = Card(self.tr("What would turn a conclusion around"), "conclusionsCard")
        self._conclusions = DataTable(
            [
                Column("text", self.tr("As it stands"), width=352),
                Column("change", self.tr("Nearest change")),
                Column(
                    "share",
                    self.tr("Of range"),
                    fmt.percent,
                    True,
                    self.tr("How far on the way from its value to the end of its range"),
                    width=84,
                ),
            ],
            self.tr("What would turn a conclusion around"),
            "conclusionsTable",
            stretch="change",
        )
        _fit(self._conclusions, _LEAST_CONCLUSIONS)
        self._conclusions.setToolTip(
            self.tr("Select a row for every change that does it; press Return to see assumptions")
        )
        card.body.addWidget(self._conclusions)
        return card

    # Working out

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Runs on a worker thread."""
        from workbench.analysis.base_years import years_of_trade
        from workbench.analysis.sensitivity import sensitivity

        text, baseline, database = evaluation.agreement, evaluation.baseline, self.figures.database
        years = None
        if database is not None:
            years = years_of_trade(database, text, baseline, progress)
        return sensitivity(
            text, baseline, evaluation.option, evaluation.year, *self._wanted, progress, years
        )

    def start(self) -> None:
        """Take the numbers asked for along, as the worker may not read widgets."""
        self._wanted = self._draws.value(), self._seed.value()
        super().start()

    def _on_setting(self) -> None:
        wanted = self._draws.value(), self._seed.value()
        if self._answer is not None and wanted != (len(self._answer.draws), self._answer.seed):
            self._on_again()

    # Redrawing

    def show_answer(self, answer: object) -> None:
        """Show intervals, the tornado and the conclusions."""
        result = cast("Sensitivity", answer)
        self._answer = result
        self._notes.setText(" ".join(result.notes))
        self._notes.setVisible(bool(result.notes))
        names = [str(name) for name in result.intervals.columns]
        rows: list[dict[str, Any]] = [
            dict(zip(names, row, strict=True)) for row in result.intervals.to_numpy()
        ]
        self._table.set_frame(
            {
                "title": [self.tr(_TITLES[row["figure"]]) for row in rows],
                "relative": [_relative(row) for row in rows],
                **{
                    name: [measured(_or_none(row[name]), _unit(row["figure"])) for row in rows]
                    for name in ("base", "low", "high")
                },
            },
            key="title",
        )
        self._picture.set_data(
            Intervals(
                self.tr(
                    "Headlines in 90 % of {count} draws, as a share of the figure evaluated"
                ).format(count=fmt.count(len(result.draws))),
                tuple(
                    Interval(row["figure"], self.tr(_TITLES[row["figure"]]), *_relative_ends(row))
                    for row in rows
                ),
                fmt.percent,
                fmt.percent_ticks,
                label_title=self.tr("Figure"),
            )
        )
        self._show_tornado()
        found = result.conclusions
        self._conclusions.set_frame(
            {
                "text": [c.text[0].upper() + c.text[1:] for c in found],
                "change": [self._nearest(result, c) for c in found],
                "share": [c.flips[0].share_of_range if c.flips else None for c in found],
            },
            key="text",
        )
        _fit(self._conclusions, len(found))

    def _nearest(self, result: Sensitivity, conclusion: Conclusion) -> str:
        """What turns a conclusion around first, in words."""
        if conclusion.flips:
            flip = conclusion.flips[0]
            a = result.assumption(flip.assumption)
            assert a is not None
            return self.tr("{base} to {value}, {assumption}").format(
                base=_end(a, flip.base),
                value=_end(a, flip.value),
                assumption=a.title[0].lower() + a.title[1:],
            )
        if conclusion.otherwise:
            words = conclusion.otherwise[0]
            return words[0].upper() + words[1:]
        return self.tr("No single assumption")

    def _show_tornado(self) -> None:
        result = self._answer
        if result is None:
            return
        figure = self._figure.key()
        unit = _unit(figure)
        rows = result.swings[result.swings["figure"] == figure]
        swings = tuple(
            Swing(
                name,
                words,
                *self._ends(result, name, low, high),
                _or_none(at_low),
                _or_none(at_high),
            )
            for name, words, low, high, at_low, at_high in zip(
                *(
                    rows[column].tolist()
                    for column in ("assumption", "title", "low", "high", "at_low", "at_high")
                ),
                strict=True,
            )
        )
        title = self.tr(_TITLES[figure])
        self._tornado.set_data(
            Tornado(
                self.tr("{figure}, USD").format(figure=title) if unit == "USD" else title,
                result.base[figure],
                swings,
                text_of(unit),
                _TICKS[unit],
                empty=self.tr("There is no such figure for this agreement"),
            )
        )

    def _ends(self, result: Sensitivity, name: str, low: float, high: float) -> tuple[str, str]:
        from workbench.analysis.sensitivity import BASE_YEAR

        a = result.assumption(name)
        if a is not None:
            return _end(a, low), _end(a, high)
        if name == BASE_YEAR:
            return fmt.year(low), fmt.year(high)
        return self.tr("year 1"), self.tr("fully staged")

    # Pointing

    def _on_show_as(self, key: str) -> None:
        self._table.setVisible(key == "table")
        self._picture.setVisible(key == "picture")

    def _on_interval_cell(self, row: int, column: str) -> None:
        from workbench.analysis.sensitivity_view import explain_interval

        if self._answer is not None and row >= 0:
            figure = str(self._answer.intervals["figure"].iloc[row])
            part = column if column in ("base", "low", "high") else "middle"
            self.explained.emit(explain_interval(self._answer, figure, part))

    def _explain_interval(self, figure: str) -> None:
        from workbench.analysis.sensitivity_view import explain_interval

        if self._answer is not None and figure:
            self.explained.emit(explain_interval(self._answer, figure))

    def _on_swing(self, assumption: str) -> None:
        from workbench.analysis.sensitivity_view import explain_swing

        if self._answer is not None and assumption:
            self.explained.emit(explain_swing(self._answer, assumption, self._figure.key()))

    def _on_conclusion(self, row: int) -> None:
        from workbench.analysis.sensitivity_view import explain_conclusion

        if self._answer is not None and row >= 0:
            name = self._answer.conclusions[row].name
            self.explained.emit(explain_conclusion(self._answer, name))

    def _on_conclusion_activated(self, _row: int) -> None:
        self.go_to.emit("parameters")


def _unit(figure: str) -> str:
    return _UNITS.get(figure, "USD")


def _relative_ends(row: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    """Low, middle and high as shares of the figure as evaluated; those too wide are left out."""
    base = row["base"]
    if base != base or base == 0:
        return None, None, None
    low, middle, high = (_or_none(row[name] / base) for name in ("low", "middle", "high"))
    if high is None or high > _WIDEST:
        return None, middle if middle is not None and middle <= _WIDEST else None, None
    return low, middle, high


def _relative(row: dict[str, Any]) -> tuple[float | None, float | None, float | None] | None:
    ends = _relative_ends(row)
    return None if ends[1] is None else ends


def _relative_words(value: object) -> str:
    if fmt.is_missing(value):
        return fmt.MISSING
    return fmt.percent(cast("tuple[float, float, float]", value)[1])


def _relative_full(value: object) -> str:
    if fmt.is_missing(value):
        return fmt.MISSING
    low, _, high = cast("tuple[float, float, float]", value)
    return fmt.interval(low, high, fmt.percent)


def _end(assumption: Assumption, value: float) -> str:
    """A value of an assumption in its unit."""
    if assumption.unit in _PER_CENT:
        return fmt.percent(value)
    return fmt.money(value) if assumption.unit == "USD" else fmt.plain(float(f"{value:.4g}"))


def _fit(table: DataTable, rows: int) -> None:
    """As tall as its rows."""
    head = table.horizontalHeader().sizeHint().height()
    table.setFixedHeight(rows * theme.ROW_HEIGHT_PX + head + 4)


def _or_none(value: float) -> float | None:
    return None if value != value else float(value)
