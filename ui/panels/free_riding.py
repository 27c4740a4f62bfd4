"""Who rides free, through which partner, in which product: a flow picture and its table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from ui import format as fmt
from ui.charts.sankey import Flow, Sankey, codes_of
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.page import Page
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.erosion_view import ErosionView
from ui.widgets.figure_card import FigureCard
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from ui.widgets.two_tiers_view import TwoTiersView
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation

DECLARED, TRACED = "declared", "traced"
RIDERS, TIERS, EROSION = "riders", "tiers", "erosion"
_STAGES = ("economy", "input", "exporter", "product")
_STAGES_PLAIN = ("economy", "exporter", "product")
_PREFIX = {"economy": "", "input": "of:", "exporter": "via:", "product": "in:"}
"""So that keys of two stages never meet."""


class FreeRidingPage(Page):
    """Declared and traced, never mixed: the control says which is shown."""

    name = "free-riding"
    shows_leverage = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._flows: pd.DataFrame | None = None
        self._stages: tuple[str, ...] = _STAGES_PLAIN
        self._shown_by = ""
        self._content = SegmentedControl(
            self.tr("Content shown"),
            [(DECLARED, self.tr("Declared")), (TRACED, self.tr("Traced"))],
            "content",
        )
        self._group = SegmentedControl(
            self.tr("Table grouped"),
            [
                ("economy", self.tr("By origin")),
                ("input", self.tr("By input")),
                ("exporter", self.tr("By partner")),
                ("product", self.tr("By product")),
            ],
            "group",
        )
        cards = QHBoxLayout()
        cards.setSpacing(12)
        self._cards: dict[str, FigureCard] = {}
        self._shown: tuple[Evaluation, Evaluation | None] | None = None
        for figure, title in (
            ("free_riding_content", self.tr("Free-riding content, declared, USD")),
            ("traced_free_riding_content", self.tr("Free-riding content, traced, USD")),
            ("leakage", self.tr("Leakage, declared, USD")),
            ("traced_leakage", self.tr("Leakage, traced, USD")),
        ):
            card = FigureCard(title, f"ride-{figure}")
            card.clicked.connect(self._on_card)
            self._cards[figure] = card
            cards.addWidget(card)
        self.column.addLayout(cards)
        self._tiers = TwoTiersView(document, figures)
        self._views: dict[str, AnalysisView] = {
            TIERS: self._tiers,
            EROSION: ErosionView(document, figures),
        }
        self._which = SegmentedControl(
            self.tr("View"),
            [
                (RIDERS, self.tr("Who rides")),
                *((key, view.title()) for key, view in self._views.items()),
            ],
            "rideView",
        )
        self._basis = small_label("", "rideBasis")
        switch = QHBoxLayout()
        switch.setSpacing(12)
        switch.addWidget(self._which)
        switch.addWidget(self._basis, 1)
        self.column.addLayout(switch)
        self._picture = ChartWidget("rideFlows")
        self._picture.selected.connect(self._on_flow)
        picture = Card(self.tr("From non-party, in input, through partner, in product"), "flowCard")
        picture.tools.addWidget(self._content)
        picture.body.addWidget(self._picture, 1)
        self._table = DataTable(self._columns("economy"), self.tr("Free riders"), "riderTable")
        self._table.setProperty("flat", True)
        self._table.cell_selected.connect(self._on_cell)
        table = Card(self.tr("Free riders"), "riderCard")
        table.tools.addWidget(self._group)
        table.body.addWidget(self._table, 1)
        self._riders = split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("flowSplit")
        split.setChildrenCollapsible(False)
        split.addWidget(picture)
        split.addWidget(table)
        split.setSizes([330, 220])
        self._stack = QStackedWidget()
        self._stack.setObjectName("rideStack")
        self._stack.addWidget(split)
        for view in self._views.values():
            self._stack.addWidget(view)
            view.explain.connect(self.explain)
            view.explained.connect(self.explained)
            view.go_to.connect(self.go_to)
        self.column.addWidget(self._stack, 1)
        self._which.chosen.connect(self._on_view)
        self._content.chosen.connect(self._redraw)
        self._group.chosen.connect(self._regroup)

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Free riding")

    def subtitle(self) -> str:
        """Exposure, both ways of counting."""
        result = self.figures.result
        if result is None:
            return ""
        return self.tr("exposure {declared} declared, {traced} traced").format(
            declared=fmt.percent(result.totals["exposure"]),
            traced=fmt.percent(result.totals["traced_exposure"]),
        )

    def show_figures(self) -> None:
        """Show totals, flows and table."""
        result, pinned = self.figures.result, self.figures.pinned
        if result is None or self._shown == (result, pinned):
            return
        self._shown = (result, pinned)
        from workbench.analysis.content_bases import BASIS_WORDS, content_bases

        words = "; ".join(
            f"{fmt.percent(entry.share_of_trade)} {BASIS_WORDS[entry.basis]}"
            for entry in content_bases(result)
            if entry.value_usd > 0
        )
        said = self.tr("Content of covered trade from: {words}").format(words=words)
        self._basis.setText(said if words else "")
        for view in self._views.values():
            view.show_figures()
        for figure, card in self._cards.items():
            value = result.totals[figure]
            change = self.figures.change(figure)
            card.set_figure(
                fmt.money(value),
                change=fmt.change_phrase(change, fmt.money_change) if change else "",
                note=self.tr("duty forgone on it")
                if "leakage" in figure
                else self.tr("entering under the preference"),
                tip=fmt.money_full(value),
            )
        self._redraw()

    def show_section(self, section: str) -> None:
        """Show the view that a section names."""
        name = section.rpartition(".")[2]
        if name in self._views:
            self._which.set_current(name)
            self._on_view()

    def _on_view(self) -> None:
        view = self._views.get(self._which.current())
        self._stack.setCurrentWidget(view if view is not None else self._riders)

    def _redraw(self) -> None:
        result = self.figures.result
        if result is None:
            return
        from workbench.analysis.exposure import NO_BILL, free_riding_routes

        traced = self._content.current() == TRACED
        flows = free_riding_routes(result, traced)
        self._flows = flows
        self._stages = _STAGES if (flows["input"] != NO_BILL).any() else _STAGES_PLAIN
        titles = {
            "economy": self.tr("Non-party"),
            "input": self.tr("Input"),
            "exporter": self.tr("Partner that exports"),
            "product": self.tr("Product"),
        }
        columns = [(_PREFIX[stage] + flows[stage]).tolist() for stage in self._stages]
        picture = Sankey(
            self.tr("Free-riding content, USD, {kind}").format(
                kind=self.tr("traced") if traced else self.tr("declared")
            ),
            tuple(titles[stage] for stage in self._stages),
            tuple(
                Flow(tuple(path), value)
                for *path, value in zip(
                    *columns, flows["free_riding_content"].tolist(), strict=True
                )
            ),
            names=tuple(
                (_PREFIX[stage] + key, _words(stage, key))
                for stage in self._stages
                for key in flows[stage].unique().tolist()
            ),
            empty=self.tr("Nothing claims, so nobody rides free")
            if result.totals["claimed"] is not None
            else self.tr("Not known: no trade with a known duty"),
        )
        self._picture.set_data(picture)
        self._regroup()

    def _columns(self, by: str) -> list[Column]:
        titles = {
            "economy": self.tr("Non-party"),
            "input": self.tr("Input"),
            "exporter": self.tr("Partner"),
            "product": self.tr("Product"),
        }
        return [
            Column("name", titles[by], text=lambda value: _words(by, str(value)), width=220),
            Column(
                "free_riding_content",
                self.tr("Free-riding content, USD"),
                text=fmt.money,
                full=fmt.money_full,
                numeric=True,
                cell=Cell.BAR,
                width=230,
            ),
            Column("share", self.tr("Share of all"), text=fmt.percent, numeric=True, width=110),
            Column("top", self.tr("Mostly through"), width=220),
        ]

    def _regroup(self) -> None:
        if self._flows is None:
            return
        by = self._group.current()
        flows = self._flows
        through = "product" if by == "exporter" else "exporter"
        grouped = flows.groupby(by)["free_riding_content"].sum().sort_values(ascending=False)
        total = float(grouped.sum())
        pairs = flows.groupby([by, through])["free_riding_content"].sum().reset_index()
        pairs = pairs.sort_values("free_riding_content", ascending=False, kind="stable")
        largest = pairs.drop_duplicates(by).set_index(by)[through]
        tops = largest.reindex(grouped.index).tolist()
        rows = {
            "name": [str(name) for name in grouped.index],
            "free_riding_content": grouped.tolist(),
            "share": [value / total for value in grouped.tolist()] if total else [],
            "top": [_words(through, top) for top in tops],
        }
        if by == self._shown_by:
            self._table.set_frame(rows, key="name")
        else:
            self._shown_by = by
            self._table.set_columns(self._columns(by), rows)

    def _on_card(self) -> None:
        sender = self.sender()
        for figure, card in self._cards.items():
            if card is sender:
                self.explain.emit(figure, -1)

    def _on_cell(self, row: int, column: str) -> None:
        """Explain the sum, or its share of all, of the row."""
        if self._flows is None or row < 0:
            return
        frame = self._table.frame_model
        name = str(frame.value(frame.row_of_source(row), "name"))
        self._explain({self._group.current(): name}, of_all=column == "share")

    def _on_flow(self, key: str) -> None:
        """Explain what passes a node or a ribbon of the picture."""
        picture = self._picture.data()
        if not key or not isinstance(picture, Sankey):
            return
        shown = [hit.key for hit in self._picture.hits()]
        codes = {self._stages[n]: keys for n, keys in codes_of(key, shown, picture.flows).items()}
        self._explain(
            {
                stage: [name.removeprefix(_PREFIX[stage]) for name in names]
                for stage, names in codes.items()
            }
        )

    def _explain(self, where: Mapping[str, str | Collection[str]], of_all: bool = False) -> None:
        result = self.figures.result
        if result is None:
            return
        from workbench.analysis.explain_groups import explain_riders

        traced = self._content.current() == TRACED
        self.explained.emit(explain_riders(result, where, traced, of_all))


def _words(stage: str, key: str) -> str:
    if stage == "product":
        return dotted(key)
    if stage != "input":
        return economy_name(key)
    from workbench.analysis.comparison import product_name
    from workbench.analysis.exposure import NO_BILL

    return "Not known" if key == NO_BILL else f"{key} {product_name(key)}".strip()
