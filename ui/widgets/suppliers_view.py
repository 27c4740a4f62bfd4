"""Who mines, who refines and who exports one product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.widget import ChartWidget
from ui.models.frame_model import Column
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.scrolled import scrolled
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.resilience import Resilience

_MOST = 6


class SuppliersView(QWidget):
    """Three bars of one product, and the shares below.

    Signals:
        product_selected: the product that was chosen.
        figure_selected: the row of a figure, by column, and its column.
    """

    product_selected = Signal(str)
    figure_selected = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._result: Resilience | None = None
        self._rows: Any = ()
        self.product = ChoiceBox(self.tr("Product"), [], f"{name}Product")
        self.product.setMinimumWidth(220)
        self._says = small_label("", f"{name}Says")
        self.gap = small_label("", f"{name}Gap")
        self.gap.setWordWrap(True)
        self._chart = ChartWidget(f"{name}Chart")
        self._chart.setMinimumHeight(164)
        self.table = DataTable(
            [
                Column("economy", self.tr("Economy"), economy_name, width=160),
                Column("partner", self.tr("Partner"), fmt.yes_no, width=76),
                Column("mine_share", self.tr("Mines"), fmt.percent, numeric=True, width=90),
                Column("refine_share", self.tr("Refines"), fmt.percent, numeric=True, width=90),
                Column("export_share", self.tr("Exports"), fmt.percent, numeric=True, width=90),
                Column(
                    "origin_gap",
                    self.tr("Origin gap"),
                    fmt.percent_change,
                    numeric=True,
                    tip=self.tr("Share of world exports less share of mine output"),
                    width=110,
                ),
            ],
            self.tr("Who mines, refines and exports"),
            f"{name}Table",
            stretch="economy",
        )
        self.table.setProperty("flat", True)
        head = QHBoxLayout()
        head.addWidget(self.product)
        head.addWidget(self._says, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._chart, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.gap)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(scrolled(inner, f"{name}Scroll", self.tr("Stages of one mineral")), 1)
        self.product.chosen.connect(self._on_product)
        self.table.cell_selected.connect(self._on_cell)
        self._chart.selected.connect(self._on_stage)

    def show_result(self, result: Resilience) -> None:
        """Show another result; the product stays if it is still there."""
        from workbench.analysis.resilience_view import refining_gap

        self._result = result
        gap = refining_gap(result)
        lacking = result.not_refined
        self.gap.setText(
            self.tr("Missing: who refines {minerals} ({count} of {all} products).").format(
                minerals=", ".join(mineral or self.tr("others") for mineral in lacking),
                count=sum(map(len, lacking.values())),
                all=result.suppliers["product"].nunique(),
            )
        )
        self.gap.setToolTip(gap)
        self.gap.setVisible(bool(gap))
        names = dict(zip(result.suppliers["product"], result.suppliers["mineral"], strict=True))
        self.product.set_choices(
            [(code, f"{dotted(code)}  {mineral}".rstrip()) for code, mineral in names.items()]
        )
        if not self.product.key() and names:
            mined = result.suppliers.dropna(subset=["mine_share"])["product"]
            self.product.show_key(str(mined.iloc[-1]) if len(mined) else next(iter(names)))
        self._redraw()

    def show_product(self, product: str) -> None:
        """Show one product."""
        if self.product.findData(product) >= 0:
            self.product.show_key(product)
            self._redraw()

    def _on_product(self, product: str) -> None:
        self._redraw()
        self.product_selected.emit(product)

    def _on_cell(self, row: int, column: str) -> None:
        if 0 <= row < len(self._rows) and column.endswith(("_share", "_gap")):
            self.figure_selected.emit(self._rows.iloc[row].to_dict(), column)

    def _on_stage(self, stage: str) -> None:
        """Tell the share of the largest economy at a stage."""
        if stage and len(self._rows):
            row = self._rows.sort_values(stage, ascending=False).iloc[0]
            self.figure_selected.emit(row.to_dict(), stage)

    def _redraw(self) -> None:
        if self._result is None:
            return
        product = self.product.key()
        rows = self._result.suppliers
        rows = rows[rows["product"] == product]
        largest = rows[["mine_share", "refine_share", "export_share"]].max(axis=1)
        rows = rows.assign(largest=largest).sort_values("largest", ascending=False)
        self._rows = rows.drop(columns="largest")
        self.table.set_frame(
            {
                name: rows[name].tolist()
                for name in (
                    "economy",
                    "partner",
                    "mine_share",
                    "refine_share",
                    "export_share",
                    "origin_gap",
                )
            },
            key="economy",
        )
        self._chart.set_data(self._picture(product, rows))
        words = ""
        gaps = rows.dropna(subset=["origin_gap"]).sort_values("origin_gap")
        if len(gaps):
            last = gaps.iloc[-1]
            words = self.tr("Largest origin gap: {economy}, {gap}").format(
                economy=economy_name(str(last["economy"])),
                gap=fmt.percent_change(float(last["origin_gap"])),
            )
        self._says.setText(words)

    def _picture(self, product: str, rows: pd.DataFrame) -> StackedBars:
        top = rows.head(_MOST)
        economies = [str(code) for code in top["economy"]]
        stacks = []
        for name, title in (
            ("mine_share", self.tr("Mines")),
            ("refine_share", self.tr("Refines")),
            ("export_share", self.tr("Exports")),
        ):
            values = [None if fmt.is_missing(value) else value for value in top[name].tolist()]
            known = not rows[name].isna().all()
            rest = max(0.0, 1 - float(top[name].fillna(0).sum())) if known else None
            stacks.append(
                Stack(name, title, (*values, rest) if known else (None,) * (len(top) + 1))
            )
        parts = [Part(code, economy_name(code)) for code in economies]
        parts.append(Part("", self.tr("Others"), unknown=True))
        return StackedBars(
            self.tr("Who mines, refines and exports {code}, share of the world").format(
                code=dotted(product) if product else ""
            ),
            tuple(parts),
            tuple(stacks),
            text=fmt.percent,
            empty=self.tr("Neither output nor trade of it is known"),
        )
