"""Who rides free, through which partner, in which product: a flow picture and its table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
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
from ui.widgets.figure_cards import FigureCards
from ui.widgets.form_grid import small_label
from ui.widgets.scrolled import scrolled
from ui.widgets.segmented import SegmentedControl
from ui.widgets.two_tiers_view import TwoTiersView
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation

DECLARED, TRACED = "declared", "traced"
RIDERS, TIERS, EROSION = "riders", "tiers", "erosion"
_LEAST_PICTURE, _LEAST_TABLE = 310, 220
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
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.timeout.connect(self._draw)
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
        self._shown: tuple[Evaluation, Evaluation | None] | None = None
        self._cards = FigureCards(
            "ride",
            (
                ("free_riding_content", self.tr("Free riding, declared")),
                ("traced_free_riding_content", self.tr("Free riding, traced")),
                ("leakage", self.tr("Leakage, declared")),
                ("traced_leakage", self.tr("Leakage, traced")),
            ),
        )
        self._cards.pressed.connect(self._on_card)
        self.column.addWidget(self._cards)
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
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("flowSplit")
        split.setChildrenCollapsible(False)
        split.addWidget(picture)
        split.addWidget(table)
        split.setSizes([330, 220])
        picture.setMinimumHeight(_LEAST_PICTURE)
        table.setMinimumHeight(_LEAST_TABLE)
        self._stack = QStackedWidget()
        self._stack.setObjectName("rideStack")
        self._riders = scrolled(split, "rideScroll")
        self._stack.addWidget(self._riders)
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
        if result is None or result.totals["exposure"] is None:
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
        content, duty = self.tr("USD of content"), self.tr("USD of duty")
        for figure, note in (
            ("free_riding_content", content),
            ("traced_free_riding_content", content),
            ("leakage", duty),
            ("traced_leakage", duty),
        ):
            self._cards.show_figure(
                figure,
                result.totals[figure],
                None if pinned is None else pinned.totals[figure],
                fmt.money,
                fmt.money_change,
                note=note,
                tip=fmt.money_full(result.totals[figure]),
                less_is_better=True,
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

        flows = free_riding_routes(result, self._content.current() == TRACED)
        self._flows = flows
        self._stages = _STAGES if (flows["input"] != NO_BILL).any() else _STAGES_PLAIN
        self._regroup()
        self._drawing.start()

    def _draw(self) -> None:
        """The picture, in a turn of its own: it takes as long as all the rest of the page."""
        result, flows = self.figures.result, self._flows
        if result is None or flows is None:
            return
        traced = self._content.current() == TRACED
        titles = {
            "economy": self.tr("Non-party"),
            "input": self.tr("Input"),
            "exporter": self.tr("Partner"),
            "product": self.tr("Product"),
        }
        codes = {stage: flows[stage].tolist() for stage in self._stages}
        columns = [[_PREFIX[stage] + code for code in codes[stage]] for stage in self._stages]
        picture = Sankey(
            self.tr("Free-riding content, USD, {kind}").format(
                kind=self.tr("traced") if traced else self.tr("declared")
            ),
            tuple(titles[stage] for stage in self._stages),
            tuple(map(Flow, zip(*columns, strict=True), flows["free_riding_content"].tolist())),
            names=tuple(
                (_PREFIX[stage] + key, _words(stage, key))
                for stage in self._stages
                for key in dict.fromkeys(codes[stage])
            ),
            empty=self.tr("Nothing claims, so nobody rides free")
            if result.totals["claimed"] is not None
            else self.tr("Cuts reach everyone, so nothing is claimed: see Incentives, Reciprocity")
            if result.agreement.treatment.basis is TreatmentBasis.EXTENDED
            else self.tr("Not known: no trade with a known duty"),
        )
        self._picture.set_data(picture)

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
        values = flows["free_riding_content"].tolist()
        sums: dict[str, float] = {}
        pairs: dict[tuple[str, str], float] = {}
        for name, other, value in zip(
            flows[by].tolist(), flows[through].tolist(), values, strict=True
        ):
            sums[name] = sums.get(name, 0.0) + value
            pairs[name, other] = pairs.get((name, other), 0.0) + value
        names = sorted(sums, key=lambda name: (-sums[name], name))
        total = sum(values)
        tops: dict[str, str] = {}
        for name, other in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
            tops.setdefault(name, other)
        rows: dict[str, list[object]] = {
            "name": [*names],
            "free_riding_content": [sums[name] for name in names],
            "share": [sums[name] / total for name in names],
            "top": [_words(through, tops[name]) for name in names],
        }
        if by == self._shown_by:
            self._table.set_frame(rows, key="name")
        else:
            self._shown_by = by
            self._table.set_columns(self._columns(by), rows)

    def _on_card(self, figure: str) -> None:
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
