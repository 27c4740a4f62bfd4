"""The supply-shock test: one supplier stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import small_label
from ui.widgets.percent_spin import PercentSpin
from ui.widgets.split_column import marked
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    from workbench.analysis.supply_shock import SupplyShock

_WAIT_MS = 250
_SPARE = 0.2


class ShockView(QWidget):
    """Who stops, how much capacity is spare, and what is lost of each product.

    Signals:
        wanted: the economy that stops and the spare capacity; compute it.
        product_selected: a product in the picture; "" for all.
    """

    wanted = Signal(str, float)
    product_selected = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.shock: SupplyShock | None = None
        self.economy = ChoiceBox(self.tr("Supplier that stops"), [], f"{name}Economy")
        self.economy.setMinimumWidth(200)
        self.spare = PercentSpin(self.tr("Spare capacity elsewhere"), f"{name}Spare")
        self.spare.set_fraction(_SPARE)
        self.spare.setToolTip(
            self.tr("How much the rest of world supply can grow, of materials and of goods")
        )
        self._says = small_label("", f"{name}Says")
        self._chart = ChartWidget(f"{name}Chart")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MS)
        head = QHBoxLayout()
        head.setSpacing(8)
        for words, field in (
            (self.tr("If"), self.economy),
            (self.tr("stops; spare capacity"), self.spare),
        ):
            label = QLabel(words)
            label.setBuddy(field)
            theme.set_role(label, "muted")
            head.addWidget(label)
            head.addWidget(field)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._says)
        layout.addWidget(self._chart, 1)
        self.economy.chosen.connect(self._ask)
        self.spare.fraction_changed.connect(self._soon.start)
        self._soon.timeout.connect(self._ask)
        self._chart.selected.connect(self.product_selected)

    def offer(self, economies: tuple[str, ...]) -> None:
        """List the suppliers that can be stopped, the largest first."""
        self.economy.set_choices([(code, economy_name(code)) for code in economies])
        if economies:
            if not self.economy.key():
                self.economy.show_key(economies[0])
            return
        self.shock = None
        self._says.setText("")
        self._chart.set_data(
            BarList(
                self.tr("Lost if a supplier stops, share of imports"),
                (),
                empty=self.tr("The database holds no imports of the covered products"),
            )
        )

    def show_shock(self, shock: SupplyShock, split: frozenset[str]) -> None:
        """Show what is lost; products whose trade is an equal part of a wider one are marked."""
        self.shock = shock
        rows = shock.products[shock.products["lost"] > 0]
        rows = rows.sort_values("lost_after", ascending=False, kind="stable")
        self._says.setText(
            self.tr(
                "Of all covered imports {lost} are lost at once: what is bought there, and what "
                "others cannot make without its materials. Re-sourcing leaves {after} lost."
            ).format(lost=fmt.percent(shock.lost), after=fmt.percent(shock.lost_after))
        )
        self._chart.set_data(
            BarList(
                self.tr("Lost if {economy} stops, share of imports").format(
                    economy=economy_name(shock.economy)
                ),
                tuple(
                    Bar(
                        str(code),
                        marked(dotted(str(code)), code in split),
                        float(one),
                        float(other),
                        tip=self._tip(str(code), float(one), float(other)) if code in split else "",
                    )
                    for code, one, other in zip(
                        rows["product"], rows["lost"], rows["lost_after"], strict=True
                    )
                ),
                text=fmt.percent,
                series=(self.tr("At once"), self.tr("After re-sourcing")),
                label_title=self.tr("Product"),
                empty=self.tr("Nothing covered comes from there"),
            )
        )

    def _tip(self, code: str, one: float, other: float) -> str:
        from workbench.analysis.trade_effects_view import SPLIT_NOTE

        words = self.tr("{code}: {one} at once, {other} after re-sourcing.").format(
            code=dotted(code), one=fmt.percent(one), other=fmt.percent(other)
        )
        return f"{words} {SPLIT_NOTE}"

    def _ask(self) -> None:
        self._soon.stop()
        if self.economy.key():
            self.wanted.emit(self.economy.key(), self.spare.fraction())
