"""What the agreement does to trade: created, diverted, revenue and welfare, by a chosen model."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui.analysis_page import AnalysisPage
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.elasticity_form import ElasticityForm
from ui.widgets.figure_cards import FigureCards
from ui.widgets.findings_table import FindingsTable
from ui.widgets.form_grid import small_label
from ui.widgets.pinned_view import PinnedView
from ui.widgets.segmented import SegmentedControl
from ui.widgets.split_column import marked, split_tip
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation, Finding
    from workbench.analysis.trade_effects import TradeEffects

    _Answer = tuple[TradeEffects, tuple[Finding, ...]]

ECONOMY, PRODUCT, STAGE = "economy", "product", "stage"
TRADE, GAINS = "trade", "gains"
PICTURE, EFFECTS, REMARKS = "picture", "effects", "remarks"
ELASTICITIES, DROPPED = "elasticities", "dropped"
_MOST_BARS = 14
_LESS_IS_BETTER = {"creation": False, "diversion": None, "revenue_change": None, "welfare": False}
_NAMED = {ECONOMY: economy_name, PRODUCT: dotted, STAGE: str.capitalize}


class TradeEffectsView(PinnedView):
    """Cards, a chart of two series and three tables."""

    scrolls = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "effectsView", parent)
        self.effects: TradeEffects | None = None
        self._before: TradeEffects | None = None
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
        self._says = small_label("", "effectsSays")
        self.remarks = FindingsTable(self.tr("Remarks on trade"), "effectsFindings")
        self._build()
        self._connect()

    def title(self) -> str:
        """The words while it is worked out."""
        return self.tr("Trade effects")

    # Layout

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.model)
        tools.addStretch(1)
        tools.addWidget(self.group)
        self._cards = FigureCards(
            "effects",
            (
                ("creation", self.tr("Trade created")),
                ("diversion", self.tr("Trade diverted")),
                ("revenue_change", self.tr("Change of revenue")),
                ("welfare", self.tr("Welfare")),
            ),
        )
        self.body.addLayout(tools)
        self.body.addWidget(self._cards)
        self._chart = ChartWidget("effectsChart")
        self.table = DataTable(
            self._columns(ECONOMY), self.tr("Trade effects"), "effectsTable", stretch="name"
        )
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
        self._card = Card("", "effectsCard")
        self._card.tools.addWidget(self.shown)
        self._card.tools.addWidget(self.view)
        self._card.body.addWidget(self._stack, 1)
        self._card.body.addWidget(self._says)
        self.body.addWidget(self._card, 1)
        self._show_view(PICTURE)

    def _columns(self, by: str) -> list[Column]:
        titles = {
            ECONOMY: self.tr("Economy"),
            PRODUCT: self.tr("Product"),
            STAGE: self.tr("Stage"),
        }
        columns = [Column("name", titles[by], full=split_tip, width=150 if by == ECONOMY else 90)]
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
        self.model.chosen.connect(self._on_again)
        self._cards.pressed.connect(self._explain)
        self.group.chosen.connect(self._redraw)
        self.shown.chosen.connect(self._redraw)
        self.view.chosen.connect(self._show_view)
        self.table.cell_selected.connect(self._on_cell)
        self.dropped.row_selected.connect(self._on_dropped)
        self.elasticities.cell_selected.connect(self._explain_elasticity)
        self._chart.selected.connect(self._on_bar)
        self.remarks.go_to.connect(self.go_to)
        self.remarks.fix_wanted.connect(self.document.edit)
        self.remarks.aside_wanted.connect(self.document.set_aside)
        self.remarks.taken_up.connect(self.document.take_up)
        self.elasticities.row_selected.connect(self._on_elasticity)
        self.form.stated.connect(self._state_one)
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

    def _state_one(self, product: str, name: str, value: float, source: str) -> None:
        self.document.edit(
            self.tr("State an elasticity"),
            lambda a: a.with_elasticity(product, name, value, source),
        )

    def _drop(self, product: str) -> None:
        self.document.edit(
            self.tr("Take out elasticities"), lambda a: a.without_elasticities(product)
        )

    # Computing

    def question(self) -> object:
        """How trade answers."""
        return self.model.key()

    def nothing(self, evaluation: Evaluation) -> str:
        """Without covered trade of a partner there are no effects."""
        if not evaluation.agreement.coverage.entries:
            return self.tr("Cover products first: without them no trade is affected.")
        if not evaluation.baseline.importers:
            return self.tr("Add a partner that imports: without one no duty falls.")
        return ""

    def answer_of(self, evaluation: Evaluation, question: object, progress: Progress) -> object:
        """The effects by a model, and remarks on them; on a worker thread."""
        from workbench.analysis.findings import Needs, found_in
        from workbench.analysis.trade_effects import EffectsModel, trade_effects

        model = EffectsModel(str(question))
        found = trade_effects(evaluation, self.figures.database, model, progress)
        return found, found_in(Needs.TRADE_EFFECTS, evaluation.agreement, found)

    def show_both(self, answer: object, before: object | None) -> None:
        """Redraw, with changes since the pinned baseline."""
        self.effects, remarks = cast("_Answer", answer)
        self._before = None if before is None else cast("_Answer", before)[0]
        self._redraw()
        self.remarks.show_findings(remarks)

    # Redrawing

    def _redraw(self) -> None:
        effects = self.effects
        if effects is None:
            return
        self._show_cards(effects)
        self._show_chart(effects)
        self._show_tables(effects)

    def _show_cards(self, effects: TradeEffects) -> None:
        from workbench.analysis.trade_effects_view import lost_buyers

        totals, ranges = effects.totals, effects.ranges
        notes = {
            "creation": self._range(ranges["creation"]),
            "diversion": ""
            if fmt.is_missing(totals["diversion"])
            else self.tr("non-parties {money}").format(
                money=fmt.money(totals["diverted_from_non_parties"])
            ),
            "revenue_change": self._range(ranges["revenue_change"]),
            "welfare": self._range(ranges["welfare"]),
        }
        tips = {figure: fmt.money_full(totals[figure]) for figure in notes}
        lost = lost_buyers(effects)
        if lost:
            names = ", ".join(economy_name(code) for code in lost)
            few = names if len(lost) == 1 else fmt.plural(len(lost), "partner")
            without = self.tr("without {economies} as buyers")
            for figure in ("revenue_change", "welfare"):
                tips[figure] += f"\n{notes[figure]}\n{without.format(economies=names)}"
                notes[figure] = without.format(economies=few)
        for figure, note in notes.items():
            self._cards.show_figure(
                figure,
                totals[figure],
                None if self._before is None else self._before.totals[figure],
                fmt.money if figure in ("creation", "diversion") else fmt.money_change,
                fmt.money_change,
                note=note,
                tip=tips[figure],
                less_is_better=_LESS_IS_BETTER[figure],
            )

    def _range(self, ends: tuple[float, float]) -> str:
        if fmt.is_missing(ends[0]):
            return ""
        return self.tr("{low} to {high}").format(low=fmt.money(ends[0]), high=fmt.money(ends[1]))

    def _show_chart(self, effects: TradeEffects) -> None:
        from workbench.analysis.trade_effects_view import SPLIT_NOTE

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
        split = set(table.loc[table["equal_split"], by]) if by == PRODUCT else set()
        size = table[first].abs().fillna(0.0) + table[second].abs().fillna(0.0)
        rows = table.assign(size=size).sort_values("size", ascending=False, kind="stable")
        rows = rows[rows["size"] > 0].head(_MOST_BARS)
        self._chart.set_data(
            BarList(
                self.tr("{what}, USD a year").format(what=title),
                tuple(
                    Bar(
                        str(key),
                        marked(_NAMED[by](str(key)), key in split),
                        None if one != one else one,
                        None if other != other else other,
                        tip=f"{dotted(str(key))}: {series[0]} {fmt.money_change(one)}, "
                        f"{series[1]} {fmt.money_change(other)}. {SPLIT_NOTE}"
                        if key in split
                        else "",
                    )
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
                zeros=False,
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
        split = set(table.loc[table["equal_split"], by]) if by == PRODUCT else set()
        rows = {"name": [marked(_NAMED[by](key), key in split) for key in self._keys]}
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

    # Explaining

    def _on_cell(self, row: int, column: str) -> None:
        from workbench.analysis.trade_effects_view import SHARES, TITLES

        if 0 <= row < len(self._keys):
            figure = column if column in TITLES | SHARES else "welfare"
            self._explain(figure, self._shown_by, self._keys[row])

    def _on_dropped(self, row: int) -> None:
        from workbench.analysis.trade_effects_view import explain_dropped

        if self.effects is not None and row >= 0:
            self.explained.emit(explain_dropped(self.effects, row))

    def _explain_elasticity(self, row: int, column: str) -> None:
        from workbench.analysis.trade_effects_view import explain_elasticity

        if self.effects is not None and row >= 0:
            name = column if column in ("demand", "supply") else "substitution"
            product = str(self.effects.elasticities.sources["product"].iloc[row])
            self.explained.emit(explain_elasticity(self.effects, product, name))

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


class TradeEffectsPage(AnalysisPage):
    """The page of the view above."""

    name = "trade-effects"

    view: TradeEffectsView

    def make_view(self) -> TradeEffectsView:
        """The view of the page."""
        return TradeEffectsView(self.document, self.figures)

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Trade effects")

    def subtitle(self) -> str:
        """What the figures are."""
        return self.tr("what the cuts do to trade, USD a year")

    def show_section(self, section: str) -> None:
        """Show the elasticities where they are asked for."""
        self.view.show_section(section)
