"""What the agreement does to trade: created, diverted, revenue and welfare, by a chosen model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui import messages
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.page import Page
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.elasticity_form import ElasticityForm
from ui.widgets.figure_card import FigureCard
from ui.widgets.findings_table import FindingsTable
from ui.widgets.form_grid import small_label
from ui.widgets.progress_line import ProgressLine
from ui.widgets.segmented import SegmentedControl
from workbench.errors import WorkbenchError
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation
    from workbench.analysis.trade_effects import TradeEffects

KEY = "trade-effects"
ECONOMY, PRODUCT, STAGE = "economy", "product", "stage"
TRADE, GAINS = "trade", "gains"
PICTURE, EFFECTS, REMARKS = "picture", "effects", "remarks"
ELASTICITIES, DROPPED = "elasticities", "dropped"
_MOST_BARS = 14
_NAMED = {ECONOMY: economy_name, PRODUCT: dotted, STAGE: str.capitalize}


class TradeEffectsPage(Page):
    """Cards, a chart of two series and three tables; computed anew for every evaluation."""

    name = "trade-effects"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self.effects: TradeEffects | None = None
        self._computed_for: tuple[Evaluation, str] | None = None
        self._shown_by = ""
        self._keys: list[str] = []
        self.model = ChoiceBox(
            self.tr("How trade answers"),
            [
                ("finite-supply", self.tr("Single market, finite supply")),
                ("infinite-supply", self.tr("Single market, infinite supply")),
                ("gsim", self.tr("All markets at once (GSIM)")),
                ("armington", self.tr("Nested Armington shares")),
            ],
            "effectsModel",
        )
        self.model.show_key("finite-supply")
        self.model.setMinimumWidth(230)
        self.group = SegmentedControl(
            self.tr("Grouped"),
            [
                (ECONOMY, self.tr("By partner")),
                (PRODUCT, self.tr("By product")),
                (STAGE, self.tr("By stage")),
            ],
            "effectsGroup",
        )
        self.shown = SegmentedControl(
            self.tr("Figures in the chart"),
            [(TRADE, self.tr("Trade")), (GAINS, self.tr("Gains"))],
            "effectsShown",
        )
        self.view = SegmentedControl(
            self.tr("View"),
            [
                (PICTURE, self.tr("Picture")),
                (EFFECTS, self.tr("Table")),
                (REMARKS, self.tr("Remarks")),
                (ELASTICITIES, self.tr("Elasticities")),
                (DROPPED, self.tr("Dropped")),
            ],
            "effectsView",
        )
        self.progress = ProgressLine("effectsProgress")
        self._says = small_label("", "effectsSays")
        self.remarks = FindingsTable(self.tr("Remarks on trade"), "effectsFindings")
        self._build()
        self._connect()
        self.stop_at_edits(KEY)

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Trade effects")

    def subtitle(self) -> str:
        """What the figures are."""
        return self.tr("what the cuts do to trade, USD a year")

    # Layout

    def _build(self) -> None:
        self.tools.addWidget(self.model)
        self.tools.addWidget(self.progress, 1)
        self.tools.addStretch(0)
        self.tools.addWidget(self.group)
        self.column.addLayout(self.tools)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        self._cards: dict[str, FigureCard] = {}
        for figure, title in (
            ("creation", self.tr("Trade created")),
            ("diversion", self.tr("Trade diverted")),
            ("revenue_change", self.tr("Change of revenue")),
            ("welfare", self.tr("Welfare")),
        ):
            card = FigureCard(title, f"effects-{figure}")
            card.clicked.connect(self._on_card)
            self._cards[figure] = card
            cards.addWidget(card)
        self.column.addLayout(cards)
        self._chart = ChartWidget("effectsChart")
        self.table = DataTable(self._columns(ECONOMY), self.tr("Trade effects"), "effectsTable")
        self.elasticities = DataTable(
            self._elasticity_columns(), self.tr("Elasticities in use"), "elasticitiesTable"
        )
        self.elasticities.setProperty("flat", True)
        self.form = ElasticityForm("elasticityForm")
        used = QWidget()
        below = QVBoxLayout(used)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.elasticities, 1)
        below.addWidget(self.form)
        self.dropped = DataTable(
            [
                Column("importer", self.tr("Importer"), economy_name, width=130),
                Column("exporter", self.tr("Exporter"), economy_name, width=130),
                Column("product", self.tr("Product"), fmt.code, width=84),
                Column(
                    "value",
                    self.tr("Imports, USD"),
                    fmt.money,
                    numeric=True,
                    full=fmt.money_full,
                    width=100,
                ),
                Column("why", self.tr("Why it is not in the figures")),
            ],
            self.tr("Dropped flows"),
            "droppedTable",
            stretch="why",
        )
        self.dropped.set_empty_text(self.tr("Every flow could be computed"))
        self._stack = QStackedWidget()
        self._stack.setObjectName("effectsStack")
        self._views: dict[str, QWidget] = {
            PICTURE: self._chart,
            EFFECTS: self.table,
            REMARKS: self.remarks,
            ELASTICITIES: used,
            DROPPED: self.dropped,
        }
        for view in self._views.values():
            if isinstance(view, DataTable):
                view.setProperty("flat", True)
            self._stack.addWidget(view)
        self._card = Card("", "effectsCard", self.tr("USD a year"))
        self._card.tools.addWidget(self.shown)
        self._card.tools.addWidget(self.view)
        self._card.body.addWidget(self._stack, 1)
        self._card.body.addWidget(self._says)
        self.column.addWidget(self._card, 1)
        self._show_view(PICTURE)

    def _columns(self, by: str) -> list[Column]:
        titles = {
            ECONOMY: self.tr("Economy"),
            PRODUCT: self.tr("Product"),
            STAGE: self.tr("Stage"),
        }
        columns = [Column("name", titles[by], fmt.text, width=150 if by == ECONOMY else 90)]
        figures = [
            ("creation", self.tr("Created"), self.tr("Trade created by the cut")),
            ("diversion", self.tr("Diverted"), self.tr("Trade moved between suppliers")),
        ]
        if by == ECONOMY:
            figures += [
                ("exports_change", self.tr("Exports"), self.tr("Change of its exports")),
                ("imports_change", self.tr("Imports"), self.tr("Change of its imports")),
            ]
        else:
            figures.append(
                (
                    "diverted_from_non_parties",
                    self.tr("Outside"),
                    self.tr("Trade taken from suppliers that are non-parties"),
                )
            )
        figures += [
            ("consumer_gain", self.tr("Buyers"), self.tr("What buyers gain by lower prices")),
            ("revenue_change", self.tr("Revenue"), self.tr("Change of duty collected")),
            ("producer_gain", self.tr("Producers"), self.tr("What exporters gain")),
            ("welfare", self.tr("Welfare"), self.tr("Buyers, revenue and producers together")),
        ]
        if by != ECONOMY:
            columns += [
                Column(
                    name,
                    title,
                    fmt.percent,
                    numeric=True,
                    tip=self.tr("Partners’ share of the partners’ imports"),
                    width=76,
                )
                for name, title in (
                    ("partner_share", self.tr("Partners")),
                    ("partner_share_after", self.tr("After")),
                )
            ]
        for name, title, tip in figures:
            columns.append(
                Column(
                    name,
                    title,
                    fmt.money_change,
                    numeric=True,
                    tip=self.tr("{what}, USD a year").format(what=tip),
                    full=fmt.money_full,
                    width=82,
                )
            )
        return columns

    def _elasticity_columns(self) -> list[Column]:
        return [
            Column("product", self.tr("Product"), fmt.code, width=80),
            Column("demand", self.tr("Demand"), fmt.decimal, numeric=True, width=76),
            Column("demand_range", self.tr("Range"), fmt.text, width=120),
            Column("substitution", self.tr("Substitution"), fmt.decimal, numeric=True, width=96),
            Column("substitution_range", self.tr("Range"), fmt.text, width=120),
            Column("supply", self.tr("Supply"), _supply, numeric=True, width=80),
            Column("substitution_source", self.tr("Source of substitution"), width=240),
            Column("demand_source", self.tr("Source of demand"), width=240),
            Column("supply_source", self.tr("Source of supply"), width=240),
        ]

    def _connect(self) -> None:
        self.model.chosen.connect(self._compute)
        self.group.chosen.connect(self._redraw)
        self.shown.chosen.connect(self._redraw)
        self.view.chosen.connect(self._show_view)
        self.table.row_selected.connect(self._on_row)
        self._chart.selected.connect(self._on_bar)
        self.remarks.go_to.connect(self.go_to)
        self.elasticities.row_selected.connect(self._on_elasticity)
        self.form.stated.connect(self._state)
        self.form.dropped.connect(self._drop)

    def show_section(self, section: str) -> None:
        """Show the elasticities where they are asked for."""
        if section.startswith(ELASTICITIES):
            self.view.set_current(ELASTICITIES)
            self._show_view(ELASTICITIES)

    def refresh(self) -> None:
        """Know what the agreement states."""
        self.form.show_agreement(self.document.agreement)

    # Elasticities

    def _on_elasticity(self, row: int) -> None:
        if self.effects is not None and row >= 0:
            self.form.show_product(str(self.effects.elasticities.sources["product"].iloc[row]))

    def _state(self, product: str, name: str, value: float, source: str) -> None:
        self.document.edit(
            self.tr("State an elasticity"),
            lambda a: a.with_elasticity(product, name, value, source),
        )

    def _drop(self, product: str) -> None:
        self.document.edit(
            self.tr("Take out elasticities"), lambda a: a.without_elasticities(product)
        )

    # Computing

    def show_figures(self) -> None:
        """Compute anew where the evaluation is another one."""
        result = self.figures.result
        if result is not None and self._computed_for != (result, self.model.key()):
            self._compute()

    def _compute(self) -> None:
        result, database = self.figures.result, self.figures.database
        if result is None:
            return
        chosen = self.model.key()
        self._computed_for = (result, chosen)

        def work(progress: Progress) -> object:
            from workbench.analysis.trade_effects import EffectsModel, trade_effects

            return trade_effects(result, database, EffectsModel(chosen), progress)

        task = self.figures.tasks.start(self.tr("Trade effects"), work, key=KEY)
        self.progress.watch(task)
        task.succeeded.connect(self._on_effects)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)

    def _on_effects(self, effects: TradeEffects) -> None:
        if self._computed_for != (effects.evaluation, effects.model.value):
            return
        self.effects = effects
        self._redraw()

    def _on_failed(self, error: BaseException) -> None:
        self._computed_for = None
        if not isinstance(error, WorkbenchError):
            raise error
        messages.show_error(self, str(error))

    def _on_cancelled(self) -> None:
        """Stopped by the user: the figures shown are of an earlier text."""
        if self.figures.tasks.find(KEY) is None and not self.figures.out_of_date:
            self._says.setText(self.tr("Stopped: the figures are of an earlier text."))

    # Redrawing

    def _redraw(self) -> None:
        effects = self.effects
        if effects is None:
            return
        self._show_cards(effects)
        self._show_chart(effects)
        self._show_tables(effects)
        from workbench.analysis.trade_effects_view import effects_findings

        self.remarks.show_findings(effects_findings(effects))

    def _show_cards(self, effects: TradeEffects) -> None:
        totals, ranges = effects.totals, effects.ranges
        notes = {
            "creation": self._range(ranges["creation"]),
            "diversion": ""
            if fmt.is_missing(totals["diversion"])
            else self.tr("{money} from non-parties").format(
                money=fmt.money(totals["diverted_from_non_parties"])
            ),
            "revenue_change": self._range(ranges["revenue_change"]),
            "welfare": self._range(ranges["welfare"]),
        }
        for figure, card in self._cards.items():
            text = fmt.money if figure in ("creation", "diversion") else fmt.money_change
            card.set_figure(
                text(totals[figure]), note=notes[figure], tip=fmt.money_full(totals[figure])
            )

    def _range(self, ends: tuple[float, float]) -> str:
        if fmt.is_missing(ends[0]):
            return ""
        return self.tr("{low} to {high}").format(low=fmt.money(ends[0]), high=fmt.money(ends[1]))

    def _show_chart(self, effects: TradeEffects) -> None:
        by = self.group.current()
        table = self._table_of(effects, by)
        if self.shown.current() == TRADE:
            first, second = "creation", "diversion"
            series = (self.tr("Created"), self.tr("Diverted"))
            title = self.tr("Trade created and diverted")
        else:
            first, second = "revenue_change", "welfare"
            series = (self.tr("Revenue"), self.tr("Welfare"))
            title = self.tr("Change of revenue and welfare")
        size = table[first].abs().fillna(0.0) + table[second].abs()
        rows = table.assign(size=size).sort_values("size", ascending=False, kind="stable")
        rows = rows[rows["size"] > 0].head(_MOST_BARS)
        self._chart.set_data(
            BarList(
                self.tr("{what}, USD a year").format(what=title),
                tuple(
                    Bar(str(key), _NAMED[by](str(key)), None if one != one else one, float(other))
                    for key, one, other in zip(
                        rows[by].tolist(), rows[first].tolist(), rows[second].tolist(), strict=True
                    )
                ),
                text=fmt.money_change,
                series=series,
                label_title=self.group.accessibleName(),
                empty=self.tr("The database holds no trade in the covered products")
                if effects.flows.empty
                else self.tr("No duty falls, so no trade moves"),
            )
        )

    def _table_of(self, effects: TradeEffects, by: str) -> pd.DataFrame:
        return {
            ECONOMY: effects.by_partner,
            PRODUCT: effects.by_product,
            STAGE: effects.by_stage,
        }[by]

    def _show_tables(self, effects: TradeEffects) -> None:
        by = self.group.current()
        table = self._table_of(effects, by)
        self._keys = [str(key) for key in table[by]]
        columns = self._columns(by)
        rows = {"name": [_NAMED[by](key) for key in self._keys]}
        rows |= {c.name: table[c.name].tolist() for c in columns if c.name != "name"}
        if by == self._shown_by:
            self.table.set_frame(rows, key="name")
        else:
            self._shown_by = by
            self.table.set_columns(columns, rows)
        used = effects.elasticities.sources
        frame = {name: used[name].tolist() for name in used.columns}
        for name in ("demand", "substitution"):
            frame[f"{name}_range"] = [
                fmt.interval(low, high)
                for low, high in zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
            ]
        self.elasticities.set_frame(frame, key="product")
        names = ("importer", "exporter", "product", "value", "why")
        self.dropped.set_frame({name: effects.dropped[name].tolist() for name in names})
        lanes = effects.dropped["exporter"].isin(effects.evaluation.baseline.partners)
        lost = float(effects.dropped.loc[lanes, "value"].sum())
        covered = effects.evaluation.totals["covered_trade"]
        if effects.flows.empty:
            self._says.setText(self.tr("Import trade in these products on the Data page."))
            return
        self._says.setText(
            self.tr(
                "{lanes} of partners are not in the figures, {share} of covered trade. Home "
                "production is not in the data."
            ).format(
                lanes=fmt.plural(int(lanes.sum()), "lane"),
                share=fmt.percent(lost / covered if covered else None),
            )
        )

    def _show_view(self, view: str) -> None:
        self._stack.setCurrentWidget(self._views[view])
        self.shown.setVisible(view == PICTURE)
        titles = {
            PICTURE: self.tr("Effects"),
            EFFECTS: self.tr("Effects"),
            REMARKS: self.tr("Remarks"),
            ELASTICITIES: self.tr("Elasticities in use"),
            DROPPED: self.tr("Dropped flows"),
        }
        self._card.set_title(titles[view])
        self._card.set_note(self.tr("USD a year") if view in (PICTURE, EFFECTS) else "")

    # Explaining

    def _on_card(self) -> None:
        sender = self.sender()
        for figure, card in self._cards.items():
            if card is sender:
                self._explain(figure)

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._keys):
            self._explain("welfare", self._shown_by, self._keys[row])

    def _on_bar(self, key: str) -> None:
        by = self.group.current()
        if key in self._keys and by == self._shown_by:
            figure = "creation" if self.shown.current() == TRADE else "welfare"
            self._explain(figure, by, key)

    def _explain(self, figure: str, by: str = "", name: str = "") -> None:
        if self.effects is None:
            return
        from workbench.analysis.trade_effects_view import explain_effects

        self.explained.emit(explain_effects(self.effects, figure, by, name))


def _supply(value: object) -> str:
    """An elasticity of supply; 99 and more is infinite."""
    return "∞" if isinstance(value, int | float) and value >= 99 else fmt.decimal(value)
