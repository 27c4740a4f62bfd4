"""How much of the covered trade the agreement can change, and the three headlines of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.widget import ChartWidget
from ui.figures import Figures
from ui.widgets.buttons import link_button
from ui.widgets.card import Card

_HEADLINES = (
    ("utilisation", "Utilisation", fmt.percent, fmt.percent_change),
    ("leverage_gap", "Leverage gap", fmt.points, fmt.percent_change),
    ("duty_forgone", "Duty forgone", fmt.money, fmt.money_change),
)


class IncentiveShares(Card):
    """Covered trade by duty, beside utilisation, leverage gap and duty forgone.

    Signals:
        explain: a figure to show in the inspector, and -1 for totals.
        explained: an `Explanation` of a figure that only this card has.
    """

    explain = Signal(str, int)
    explained = Signal(object)

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "sharesCard", parent=parent)
        self.set_title(self.tr("What the agreement can change"))
        self._figures = figures
        self._shares = ChartWidget("shares")
        self._shares.setFixedHeight(144)
        self._headline_cells: dict[str, tuple[QLabel, QLabel]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        for row, (figure, title, _, _) in enumerate(_HEADLINES):
            head = link_button(self.tr(title), f"headline_{figure}")
            head.setToolTip(self.tr("Show formula and source in the inspector"))
            head.clicked.connect(self._on_headline)
            value, change = QLabel(fmt.MISSING), QLabel()
            value.setObjectName(f"headline_{figure}Value")
            theme.set_role(value, "heading")
            theme.set_role(change, "small")
            grid.addWidget(head, row, 0)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(value, row, 1)
            grid.addWidget(change, row, 2)
            self._headline_cells[figure] = value, change
        grid.setColumnMinimumWidth(2, 70)
        grid.setRowStretch(len(_HEADLINES), 1)
        row_box = QHBoxLayout()
        row_box.setSpacing(24)
        row_box.addWidget(self._shares, 1)
        row_box.addLayout(grid)
        self.body.addLayout(row_box)
        self._shares.selected.connect(self._on_share)

    def show_figures(self) -> None:
        """Redraw from the newest figures."""
        result = self._figures.result
        totals = result.totals if result is not None else {}
        leverage = self.tr("With leverage: a duty to save")
        if result is not None and not result.agreement.treatment.market_access:
            leverage = self.tr("With a duty, which stays")
        parts = (
            Part("leverage", leverage),
            Part("already", self.tr("Free by another agreement")),
            Part("mfn", self.tr("MFN-free: no duty to save")),
            Part("unknown", self.tr("Duty not known"), unknown=True),
        )
        values: tuple[float | None, ...] = (None,) * len(parts)
        if result is not None:
            from workbench.analysis.incentive_view import TradePart, trade_parts

            known = trade_parts(totals)
            values = tuple(known[TradePart(part.key)] for part in parts)
        self._shares.set_data(
            StackedBars(
                self.tr("Covered trade by what the agreement can change, USD"),
                parts,
                (Stack("trade", self.tr("Covered trade"), values),),
                label_title=self.tr("Part"),
                empty=self.tr("No figures yet"),
            )
        )
        for figure, title, text, change_text in _HEADLINES:
            value, change = self._headline_cells[figure]
            value.setText(text(totals.get(figure)))
            value.setAccessibleName(f"{self.tr(title)}: {text(totals.get(figure))}")
            change.setText(fmt.change_phrase(self._figures.change(figure), change_text))

    def _on_headline(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.explain.emit(sender.objectName().removeprefix("headline_"), -1)

    def _on_share(self, key: str) -> None:
        result = self._figures.result
        if result is None or not key:
            return
        from workbench.analysis.incentive_view import TradePart, explain_trade_part

        self.explained.emit(explain_trade_part(result, TradePart(key)))
