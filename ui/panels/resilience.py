"""How well the partners are supplied: concentration, dependency, the chain, and shocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import theme
from ui.analysis_page import AnalysisPage
from ui.charts.heatmap import HeatMap
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.widgets.card import Card
from ui.widgets.chain_view import ChainView
from ui.widgets.data_table import DataTable
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.figure_cards import FigureCards
from ui.widgets.findings_table import FindingsTable
from ui.widgets.pinned_view import PinnedView
from ui.widgets.segmented import SegmentedControl
from ui.widgets.shock_view import ShockView
from ui.widgets.split_column import SPLIT_MARK, marked, split_column
from ui.widgets.suppliers_view import SuppliersView
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.resilience import Resilience
    from workbench.analysis.results import Evaluation, Finding
    from workbench.analysis.supply_shock import SupplyShock

    _Answer = tuple[Resilience, tuple[str, ...], tuple[Finding, ...]]

SHOCK_KEY = "supply-shock"
MAP, TABLE, SUPPLIERS, CHAIN, SHOCK, REMARKS = (
    "map",
    "table",
    "suppliers",
    "chain",
    "shock",
    "remarks",
)
TODAY, AFTER = "today", "after"
_CHANGING = ("hhi", "largest_share", "non_party_share", "named_share")


class ResilienceView(PinnedView):
    """Cards, and one card with six views."""

    scrolls = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "resiliencePageView", parent)
        self.result: Resilience | None = None
        self._before: Resilience | None = None
        self._products: list[str] = []
        self._remarks: tuple[Finding, ...] = ()
        self._shock: SupplyShock | None = None
        self._behind: set[str] = set()
        self.named = EconomyListEdit(
            self.tr("Named economies to watch"), "namedEconomies", self.tr("those of the text")
        )
        self.named.setFixedWidth(220)
        self.when = SegmentedControl(
            self.tr("Trade"),
            [(TODAY, self.tr("Today")), (AFTER, self.tr("Under the agreement"))],
            "resilienceWhen",
        )
        self.view = SegmentedControl(
            self.tr("View"),
            [
                (MAP, self.tr("Map")),
                (TABLE, self.tr("Table")),
                (SUPPLIERS, self.tr("Suppliers")),
                (CHAIN, self.tr("Chain")),
                (SHOCK, self.tr("Shock")),
                (REMARKS, self.tr("Remarks")),
            ],
            "resilienceView",
        )
        self._build()
        self._connect()

    def title(self) -> str:
        """The words while it is worked out."""
        return self.tr("Resilience")

    # Layout

    def _build(self) -> None:
        label = QLabel(self.tr("Named economies"))
        theme.set_role(label, "muted")
        label.setBuddy(self.named)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(label)
        tools.addWidget(self.named)
        tools.addStretch(1)
        tools.addWidget(self.when)
        self._cards = FigureCards(
            "resilience",
            (
                ("hhi", self.tr("Supplier concentration")),
                ("non_party_share", self.tr("Non-party share")),
                ("above_half", self.tr("One supplier above half")),
                ("dependent", self.tr("Dependent products")),
            ),
        )
        self.body.addLayout(tools)
        self.body.addWidget(self._cards)
        self._map = ChartWidget("resilienceMap")
        self._scroll = QScrollArea()
        self._scroll.setObjectName("resilienceMapScroll")
        self._scroll.setAccessibleName(self.tr("Map of indicators"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        room = QVBoxLayout(inside)
        room.setContentsMargins(0, 0, 10, 0)
        room.addWidget(self._map)
        self._scroll.setWidget(inside)
        self.table = DataTable(
            self._columns(),
            self.tr("Resilience by product"),
            "resilienceTable",
            stretch="largest",
        )
        self.table.setProperty("flat", True)
        self.suppliers = SuppliersView("resilienceSuppliers")
        self.chain = ChainView("resilienceChain")
        self.shock = ShockView("resilienceShock")
        self.remarks = FindingsTable(self.tr("Remarks on supply"), "resilienceFindings")
        self._stack = QStackedWidget()
        self._stack.setObjectName("resilienceStack")
        self._views: dict[str, QWidget] = {
            MAP: self._scroll,
            TABLE: self.table,
            SUPPLIERS: self.suppliers,
            CHAIN: self.chain,
            SHOCK: self.shock,
            REMARKS: self.remarks,
        }
        for view in self._views.values():
            self._stack.addWidget(view)
        self._card = Card("", "resilienceCard")
        self._card.tools.addWidget(self.view)
        self._card.body.addWidget(self._stack, 1)
        self.body.addWidget(self._card, 1)
        self._show_view(MAP)

    def _columns(self) -> list[Column]:
        def share(name: str, title: str, tip: str, width: int = 82) -> Column:
            return Column(name, title, fmt.percent, numeric=True, tip=tip, width=width)

        def flag(value: object) -> str:
            return fmt.MISSING if value is None else self.tr("Yes") if value else self.tr("No")

        return [
            Column("product", self.tr("Product"), fmt.code, width=80),
            split_column(),
            Column(
                "imports",
                self.tr("Imports"),
                fmt.money,
                numeric=True,
                tip=self.tr("Of the importing partners, USD a year"),
                full=fmt.money_full,
                width=76,
            ),
            Column(
                "hhi",
                self.tr("HHI"),
                fmt.decimal,
                numeric=True,
                tip=self.tr("Supplier concentration, 0 to 1"),
                width=56,
            ),
            Column(
                "hhi_after",
                self.tr("After"),
                fmt.decimal,
                numeric=True,
                tip=self.tr("The same under the agreement"),
                width=60,
            ),
            Column("largest", self.tr("Largest"), economy_name, width=110),
            share("largest_share", self.tr("Share"), self.tr("Share of the largest supplier"), 70),
            share("non_party_share", self.tr("Outside"), self.tr("Non-party share"), 76),
            share("non_party_share_after", self.tr("After"), self.tr("Under the agreement"), 70),
            share("named_share", self.tr("Named"), self.tr("Share of the named economies"), 76),
            Column(
                "dependent",
                self.tr("Dependent"),
                flag,
                tip=self.tr("All three dependency flags stand; – where not settled"),
                width=84,
            ),
        ]

    def _connect(self) -> None:
        self.named.economies_changed.connect(self._on_again)
        self._cards.pressed.connect(self._explain)
        self.when.chosen.connect(self._draw_map)
        self.view.chosen.connect(self._show_view)
        self.table.cell_selected.connect(self._on_cell_of_table)
        self._map.selected.connect(self._on_cell)
        self.suppliers.product_selected.connect(self._explain_miner)
        self.suppliers.figure_selected.connect(self._explain_supply)
        self.chain.figure_selected.connect(self._explain_supply)
        self.chain.product_selected.connect(self._explain_miner)
        self.shock.wanted.connect(self._compute_shock)
        self.shock.product_selected.connect(self._explain_shock)
        self.remarks.go_to.connect(self.go_to)
        self.remarks.fix_wanted.connect(self.document.edit)
        self.remarks.aside_wanted.connect(self.document.set_aside)
        self.remarks.taken_up.connect(self.document.take_up)

    # Computing

    def question(self) -> object:
        """Whom to watch."""
        return self.named.economies()

    def nothing(self, evaluation: Evaluation) -> str:
        """Without covered products and a partner that imports there is no supply to look at."""
        if not evaluation.agreement.coverage.entries:
            return self.tr("Cover products first: without them there is no supply to look at.")
        if not evaluation.baseline.importers:
            return self.tr("Add a partner that imports: without one nothing is supplied.")
        return ""

    def answer_of(self, evaluation: Evaluation, question: object, progress: Progress) -> object:
        """The supply of the partners, whom to stop in a shock, and remarks; on a worker thread."""
        from workbench.analysis.findings import Needs, found_in
        from workbench.analysis.resilience import resilience
        from workbench.analysis.supply_shock import largest_suppliers

        named = cast("tuple[str, ...]", question)
        found = resilience(evaluation, self.figures.database, named, progress)
        remarks = found_in(Needs.RESILIENCE, evaluation.agreement, found)
        return found, largest_suppliers(evaluation.baseline), remarks

    def show_both(self, answer: object, before: object | None) -> None:
        """Redraw, with changes since the pinned baseline."""
        self.result, suppliers, self._remarks = cast("_Answer", answer)
        self._before = None if before is None else cast("_Answer", before)[0]
        self._shock = None
        self.shock.offer(suppliers)
        self._redraw()

    def _compute_shock(self, economy: str, spare: float) -> None:
        evaluation = self.figures.result
        if evaluation is None or not economy:
            return

        def work(_: Progress) -> object:
            from workbench.analysis.supply_shock import supply_shock

            return supply_shock(evaluation.baseline, economy, spare)

        task = self.figures.tasks.start(self.tr("Supply shock"), work, SHOCK_KEY, aside=True)
        task.succeeded.connect(self._on_shock)
        task.failed.connect(self._on_failed)

    def _on_shock(self, shock: SupplyShock) -> None:
        self._shock = shock
        self.shock.show_shock(shock, frozenset() if self.result is None else self.result.split)
        self._behind.add(REMARKS)
        self._catch_up(self.view.current())

    # Redrawing

    def _redraw(self) -> None:
        """The cards and the view on show; the others once they are shown."""
        if self.result is None:
            return
        self._show_cards(self.result)
        self._behind = set(self._views)
        self._catch_up(self.view.current())

    def _catch_up(self, view: str) -> None:
        """Redraw a view from the newest result, if it is of an earlier one."""
        result = self.result
        if result is None or view not in self._behind:
            return
        if view in (SHOCK, REMARKS) and SHOCK in self._behind:
            self._behind.discard(SHOCK)
            self._compute_shock(self.shock.economy.key(), self.shock.spare.fraction())
        self._behind.discard(view)
        if view == MAP:
            self._draw_map()
        elif view == TABLE:
            self._show_table(result)
        elif view == SUPPLIERS:
            self.suppliers.show_result(result)
        elif view == CHAIN:
            self.chain.show_result(result)
        elif view == REMARKS:
            self._show_remarks(result)

    def _show_table(self, result: Resilience) -> None:
        rows = result.products
        self._products = [str(code) for code in rows["product"]]
        self.table.set_frame(
            {c.name: rows[c.name].tolist() for c in self._columns()}, key="product"
        )

    def _show_remarks(self, result: Resilience) -> None:
        from workbench.analysis.findings import Needs, found_in

        found = self._remarks
        if self._shock is not None:
            agreement = result.evaluation.agreement
            found = (*found, *found_in(Needs.SUPPLY_SHOCK, agreement, self._shock))
        self.remarks.show_findings(found)

    def _show_cards(self, result: Resilience) -> None:
        totals = result.totals
        known = bool(len(result.products))
        count = fmt.count(totals["products"])
        notes = {
            "hhi": self.tr("{after} after").format(after=fmt.decimal(totals["hhi_after"])),
            "non_party_share": self.tr("{after} after").format(
                after=fmt.percent(totals["non_party_share_after"])
            ),
            "above_half": self.tr("of {count} products; {after} after").format(
                count=count, after=fmt.count(totals["above_half_after"])
            ),
            "dependent": self.tr("of {count}; {open} not settled").format(
                count=count, open=fmt.count(totals["unsettled"])
            ),
        }
        tips = {"hhi": self.tr("Supplier concentration: the mean of products by imports")}
        words = {
            "hhi": (fmt.decimal, fmt.decimal_change),
            "non_party_share": (fmt.percent, fmt.percent_change),
        }
        for figure, note in notes.items():
            text, change = words.get(figure, (fmt.count, fmt.count_change))
            self._cards.show_figure(
                figure,
                totals[figure] if known else None,
                None if self._before is None else self._before.totals[figure],
                text,
                change,
                note=note if known else "",
                tip=tips.get(figure, ""),
                less_is_better=True,
            )

    def _indicators(self) -> list[tuple[str, str]]:
        return [
            ("hhi", self.tr("Suppliers HHI")),
            ("largest_share", self.tr("Largest")),
            ("non_party_share", self.tr("Non-parties")),
            ("named_share", self.tr("Named")),
            ("export_hhi", self.tr("Exports HHI")),
            ("mine_share", self.tr("Top miner")),
        ]

    def _draw_map(self) -> None:
        result = self.result
        if result is None:
            return
        from workbench.analysis.trade_effects_view import SPLIT_NOTE

        ending = "_after" if self.when.current() == AFTER else ""
        rows, split = result.products, result.split
        columns = []
        for name, _ in self._indicators():
            values = rows[name + (ending if name in _CHANGING else "")].tolist()
            columns.append([None if fmt.is_missing(value) else float(value) for value in values])
        data = HeatMap(
            self.tr("Indicators of supply by product, per cent; HHI of 100 is one supplier"),
            tuple(marked(dotted(str(code)), code in split) for code in rows["product"]),
            tuple(title for _, title in self._indicators()),
            tuple(zip(*columns, strict=True)) if len(rows) else (),
            label_title=self.tr("Product"),
            notes=tuple(SPLIT_NOTE if code in split else "" for code in rows["product"]),
            heads_above=True,
            empty=self.tr("The database holds no imports of the covered products"),
        )
        self._map.setMinimumHeight(len(data.rows) * 24 + 72)
        self._map.set_data(data)

    def _show_view(self, view: str) -> None:
        self._catch_up(view)
        self._stack.setCurrentWidget(self._views[view])
        self.when.setVisible(view == MAP)
        titles = {
            MAP: self.tr("Indicators, per cent"),
            TABLE: self.tr("By product"),
            SUPPLIERS: self.tr("Who mines, refines, exports"),
            CHAIN: self.tr("The chain"),
            SHOCK: self.tr("One supplier stops"),
            REMARKS: self.tr("Remarks"),
        }
        self._card.set_title(titles[view])

    # Explaining

    def _on_cell_of_table(self, row: int, column: str) -> None:
        if 0 <= row < len(self._products):
            numeric = {each.name for each in self._columns() if each.numeric}
            self._explain(column if column in numeric else "hhi", self._products[row])

    def _explain_supply(self, row: dict[str, Any], figure: str) -> None:
        from workbench.analysis.supply_explain import explain_supply

        self.explained.emit(explain_supply(row, figure))

    def _on_cell(self, key: str) -> None:
        code, _, title = key.partition("|")
        figures = {words: name for name, words in self._indicators()}
        if title in figures:
            product, figure = code.removesuffix(f" {SPLIT_MARK}").replace(".", ""), figures[title]
            after = self.when.current() == AFTER and figure in _CHANGING
            self._explain(f"{figure}_after" if after else figure, product)
            self._catch_up(SUPPLIERS)
            self.suppliers.show_product(product)

    def _explain_miner(self, product: str) -> None:
        self._explain("mine_share", product)

    def _explain(self, figure: str, product: str = "") -> None:
        if self.result is None:
            return
        from workbench.analysis.resilience_view import explain_resilience

        self.explained.emit(explain_resilience(self.result, figure, product))

    def _explain_shock(self, product: str) -> None:
        if self.shock.shock is None:
            return
        from workbench.analysis.resilience_view import explain_shock

        self.explained.emit(explain_shock(self.shock.shock, product))


class ResiliencePage(AnalysisPage):
    """The page of the view above."""

    name = "resilience"

    view: ResilienceView

    def make_view(self) -> ResilienceView:
        """The view of the page."""
        return ResilienceView(self.document, self.figures)

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Resilience")

    def subtitle(self) -> str:
        """What the page answers."""
        return self.tr("who supplies the partners, and who could stop")
