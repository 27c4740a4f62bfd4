"""Two tiers up: who mines what partners refine, what of it is hidden, and by which route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.sankey import Flow, Sankey, codes_of
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation
    from workbench.analysis.two_tiers import TwoTiers

ORIGINS, ROUTES = "origins", "routes"

_STAGES = ("origin", "via", "product")
"""Columns of the routes by stage of the picture."""


class TwoTiersView(AnalysisView):
    """A flow picture of hidden content, and tables by origin and by route."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "twoTiers", parent)
        self._found: TwoTiers | None = None
        self._shown_by = ""
        self._says = QLabel(self.tr("Following inputs to the mine…"))
        self._says.setObjectName("twoTiersSays")
        self._says.setWordWrap(True)
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._says, "heading")
        self.picture = ChartWidget("twoTiersFlows")
        self.picture.setFixedHeight(310)
        picture = Card(self.tr("From the mine, through the partner that refines"), "tiersCard")
        picture.body.addWidget(self.picture)
        self._by = SegmentedControl(
            self.tr("Table of"),
            [(ORIGINS, self.tr("Origins")), (ROUTES, self.tr("Routes"))],
            "twoTiersBy",
        )
        self.table = DataTable(self._columns(ORIGINS), self.tr("Two tiers up"), "twoTiersTable")
        self.table.setProperty("flat", True)
        self.table.setMinimumHeight(230)
        self.table.set_empty_text(self.tr("No link could be followed in the trade that claims."))
        table = Card(self.tr("Declared, traced and through the links"), "tiersTableCard")
        table.tools.addWidget(self._by)
        table.body.addWidget(self.table)
        self._notes = small_label("", "twoTiersNotes")
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget in (self._says, picture, table, self._notes):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._by.chosen.connect(self._fill)
        self.table.cell_selected.connect(self._on_cell)
        self.picture.selected.connect(self._on_flow)

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Two tiers up")

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Follow the links; None where there is no trade database to read them from."""
        from workbench.analysis.two_tiers import chain_facts, two_tiers

        database = self.figures.database
        if database is None:
            return None
        progress.step(0, 2, "links")
        facts = chain_facts(evaluation, database)
        progress.step(1, 2, "routes")
        return two_tiers(evaluation, facts)

    def show_answer(self, answer: object) -> None:
        """Show what was found."""
        self._found = cast("TwoTiers | None", answer)
        found = self._found
        if found is None:
            self._says.setText(self.tr("No trade database: the links are not known"))
            return
        words = self.tr(
            "{hidden} USD hidden behind declared content, at most; links reach {share} of the "
            "trade that claims"
        )
        self._says.setText(
            words.format(
                hidden=fmt.money(found.hidden_usd), share=fmt.percent(found.followed_share)
            )
        )
        from workbench.analysis.findings.links import hidden_content

        remarks = [finding.text for finding in hidden_content(found)]
        self._notes.setText("\n".join([*remarks, *found.notes]))
        self._draw(found)
        self._fill()

    def _draw(self, found: TwoTiers) -> None:
        routes = found.routes[found.routes["hidden_usd"] > 0]
        keys = ["origin", "via", "product"]
        summed = routes.groupby(keys, sort=False)["hidden_usd"].sum().reset_index()
        flows = tuple(
            Flow((f"from:{o}", f"via:{v}", f"in:{k}"), float(value))
            for o, v, k, value in summed.to_numpy().tolist()
        )
        names = {f"from:{o}": self._origin(str(o)) for o in routes["origin"].unique()}
        names |= {f"via:{v}": self._via(str(v)) for v in routes["via"].unique()}
        names |= {f"in:{k}": dotted(str(k)) for k in routes["product"].unique()}
        self.picture.set_data(
            Sankey(
                self.tr("Hidden non-party content, USD, upper bound"),
                (self.tr("Mined or made in"), self.tr("Refined in"), self.tr("Product")),
                flows,
                names=tuple(names.items()),
                empty=self.tr("Nothing is hidden"),
            )
        )

    def _columns(self, by: str) -> list[Column]:

        def money(name: str, title: str, width: int) -> Column:
            return Column(name, title, fmt.money, numeric=True, full=fmt.money_full, width=width)

        hidden = Column(
            "hidden",
            self.tr("Hidden, USD"),
            text=fmt.money,
            full=fmt.money_full,
            numeric=True,
            cell=Cell.BAR,
            width=170,
        )
        if by == ORIGINS:
            return [
                Column("name", self.tr("Mined or made in"), width=180),
                money("declared", self.tr("Declared"), 110),
                money("traced", self.tr("Traced"), 110),
                money("linked", self.tr("Through links"), 120),
                hidden,
            ]
        return [
            Column("name", self.tr("Mined or made in"), width=136),
            Column("via", self.tr("Refined in"), width=124),
            Column("input", self.tr("Input"), width=76),
            Column("product", self.tr("Product"), width=76),
            Column("exporter", self.tr("Exporter"), width=124),
            money("linked", self.tr("Content"), 84),
            replace(hidden, width=150),
            Column("basis", self.tr("Origins from"), width=230),
        ]

    def _fill(self) -> None:
        if self._found is None:
            return
        by = self._by.current()
        if by == ORIGINS:
            frame = self._found.origins
            rows: dict[str, list[object]] = {
                "name": [self._origin(str(code)) for code in frame["economy"]],
                "declared": frame["declared_usd"].tolist(),
                "traced": frame["traced_usd"].tolist(),
                "linked": frame["linked_usd"].tolist(),
                "hidden": frame["hidden_usd"].tolist(),
            }
        else:
            frame = self._found.routes
            rows = {
                "name": [self._origin(str(code)) for code in frame["origin"]],
                "via": [self._via(str(code)) for code in frame["via"]],
                "input": [dotted(str(code)) for code in frame["input"]],
                "product": [dotted(str(code)) for code in frame["product"]],
                "exporter": [economy_name(str(code)) for code in frame["exporter"]],
                "linked": frame["content_usd"].tolist(),
                "hidden": frame["hidden_usd"].tolist(),
                "basis": frame["basis"].tolist(),
            }
        if by == self._shown_by:
            self.table.set_frame(rows)
        else:
            self._shown_by = by
            self.table.set_columns(self._columns(by), rows)

    def _origin(self, code: str) -> str:
        return economy_name(code) if code else self.tr("Other economies")

    def _via(self, code: str) -> str:
        return economy_name(code) if code else self.tr("Bought directly")

    def _on_cell(self, row: int, column: str) -> None:
        if self._found is None or row < 0:
            return
        from workbench.analysis.two_tiers_report import explain_origin, explain_route

        if self._by.current() == ORIGINS:
            figure = column if column in ("declared", "traced", "linked") else "hidden"
            self.explained.emit(explain_origin(self._found, row, figure))
        else:
            figure = "content" if column == "linked" else "hidden"
            self.explained.emit(explain_route(self._found, row, figure))

    def _on_flow(self, key: str) -> None:
        """Explain what passes a node or a ribbon of the picture."""
        picture = self.picture.data()
        if self._found is None or not key or not isinstance(picture, Sankey):
            return
        from workbench.analysis.two_tiers_report import explain_routes

        shown = [hit.key for hit in self.picture.hits()]
        where = {
            _STAGES[stage]: [name.partition(":")[2] for name in names]
            for stage, names in codes_of(key, shown, picture.flows).items()
        }
        self.explained.emit(explain_routes(self._found, where))
