"""How far a table of the trade database reaches: economies by years as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ui import data_words
from ui import format as fmt
from ui.charts.heatmap import HeatMap
from ui.charts.widget import ChartWidget
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.model.economies import economy_name
from workbench.model.economies_table import CUSTOMS_TERRITORIES

if TYPE_CHECKING:
    from workbench.tradedata.holdings import Reach

PARTNERS, ALL = "partners", "all"
Counts = tuple[int | None, ...]


class ReachView(QWidget):
    """Choose a table, see what it holds of whom.

    Signals:
        wanted: the table to count.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reachView")
        self._reach: Reach | None = None
        self._partners: tuple[str, ...] = ()
        self.choice = ChoiceBox(
            self.tr("Table shown"),
            [("trade_flows", data_words.table("trade_flows"))],
            "reachTable",
        )
        self.choice.show_key("trade_flows")
        self.whose = SegmentedControl(
            self.tr("Economies shown"),
            [(PARTNERS, self.tr("Partners")), (ALL, self.tr("All economies"))],
            "reachWhose",
        )
        self.chart = ChartWidget("reachChart")
        self.as_table = QToolButton()
        self.as_table.setObjectName("reachAsTable")
        self.as_table.setDefaultAction(self.chart.table_action)
        self.as_table.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.as_table.setAccessibleName(self.tr("Show as table"))
        self._note = small_label("", "reachNote")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addWidget(self.whose)
        row.addStretch(1)
        row.addWidget(self.as_table)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(row)
        whole.addWidget(self.chart, 1)
        whole.addWidget(self._note)
        self.choice.chosen.connect(self.wanted)
        self.whose.chosen.connect(self._redraw)
        self._redraw()

    def offer(self, tables: list[str]) -> None:
        """The tables that can be counted."""
        self.choice.set_choices([(name, data_words.table(name)) for name in tables])
        if not self.choice.key() and tables:
            self.choice.show_key(tables[0])

    def show_partners(self, partners: tuple[str, ...]) -> None:
        """Whose rows are shown under "Partners"."""
        if partners != self._partners:
            self._partners = partners
            self._redraw()

    def show_reach(self, found: Reach | None) -> None:
        """Show a table that has been counted."""
        self._reach = found
        self._redraw()

    def _redraw(self) -> None:
        found = self._reach
        if found is None:
            self.chart.set_data(
                HeatMap(self.tr("Coverage"), (), (), (), empty=self.tr("Counting …"))
            )
            self._note.setText("")
            return
        counts = dict(zip(found.economies, found.counts, strict=True))
        partners = self.whose.current() == PARTNERS
        shown = self._partners if partners else found.economies
        whole = [code for code in shown if code not in counts and code in CUSTOMS_TERRITORIES]
        nothing: Counts = (None,) * len(found.years)
        rows = {
            code: _of_members(code, counts, nothing) if code in whole else counts.get(code, nothing)
            for code in shown
        }
        what = found.counts_what

        def words(value: object) -> str:
            return f"{fmt.count(value)} {what}" if not fmt.is_missing(value) else "nothing"

        self.chart.set_data(
            HeatMap(
                f"{data_words.table(found.table)}: {what}",
                tuple(economy_name(code) for code in rows),
                found.years,
                tuple(rows.values()),
                text=words,
                cell=fmt.count,
                label_title=self.tr("Economy"),
                empty=self.tr("This table holds nothing yet"),
            )
        )
        held = sum(any(value for value in line) for line in rows.values())
        of = self.tr("partners") if partners else self.tr("economies")
        note = f"Each cell: {what}. {fmt.count(held)} of {fmt.count(len(rows))} {of} have any."
        if any(any(rows[code]) for code in whole):
            note += " " + self.tr("A customs territory shows the member that has most.")
        self._note.setText(note)


def _of_members(code: str, counts: dict[str, Counts], nothing: Counts) -> Counts:
    """The most that any member of a customs territory has, year by year."""
    members = [counts[member] for member in CUSTOMS_TERRITORIES[code][2] if member in counts]
    if not members:
        return nothing
    return tuple(
        max((value for value in year if value is not None), default=None)
        for year in zip(*members, strict=True)
    )
