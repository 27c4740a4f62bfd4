"""The chain around the covered goods: inputs, what is left out, chokepoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.resilience import Resilience

INPUTS, GAPS, CHOKEPOINTS = "inputs", "gaps", "chokepoints"
_YES, _NO, _UNKNOWN = "Supplied", "Nobody", "Not known"
_TONES = {_YES: Tone.GOOD, _NO: Tone.BAD, _UNKNOWN: Tone.NEUTRAL}


class ChainView(QWidget):
    """Three tables with a sentence each.

    Signals:
        product_selected: the covered product that the selected row is about.
        figure_selected: the row of a figure, by column, and its column.
    """

    product_selected = Signal(str)
    figure_selected = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.choice = SegmentedControl(
            self.tr("Part of the chain"),
            [
                (INPUTS, self.tr("Inputs")),
                (GAPS, self.tr("Left out")),
                (CHOKEPOINTS, self.tr("Chokepoints")),
            ],
            f"{name}Choice",
        )
        self._says = small_label("", f"{name}Says")
        self.inputs = DataTable(
            [
                Column("input", self.tr("Input"), fmt.code, width=80),
                Column("material", self.tr("Material"), width=90),
                Column("output", self.tr("Of"), fmt.code, width=80),
                Column("covered", self.tr("Covered"), fmt.yes_no, width=76),
                Column(
                    "state",
                    self.tr("Partners"),
                    cell=Cell.CHIP,
                    tone=lambda word: _TONES[str(word)],
                    width=126,
                ),
                Column("partner_share", self.tr("Share"), fmt.percent, numeric=True, width=74),
                Column("largest", self.tr("Largest"), economy_name, width=120),
                Column("largest_share", self.tr("Share"), fmt.percent, numeric=True, width=74),
                Column("basis", self.tr("Shares of"), fmt.text, width=100),
            ],
            self.tr("Upstream inputs"),
            f"{name}Inputs",
        )
        self.gaps = DataTable(
            [
                Column("kind", self.tr("Where"), lambda v: str(v).capitalize(), width=120),
                Column("product", self.tr("Not covered"), fmt.code, width=100),
                Column("beside", self.tr("Beside"), fmt.code, width=100),
                Column(
                    "imports",
                    self.tr("Partners’ imports, USD"),
                    fmt.money,
                    numeric=True,
                    full=fmt.money_full,
                    width=160,
                ),
                Column("non_party_share", self.tr("From non-parties"), fmt.percent, numeric=True),
            ],
            self.tr("Products left out"),
            f"{name}Gaps",
        )
        self.chokepoints = DataTable(
            [
                Column("product", self.tr("Product"), fmt.code, width=90),
                Column("economy", self.tr("Economy"), economy_name, width=170),
                Column("share", self.tr("Share"), fmt.percent, numeric=True, width=80),
                Column("basis", self.tr("Of"), fmt.text, width=120),
                Column("partner", self.tr("Partner"), fmt.yes_no, width=76),
                Column("tier", self.tr("Tiers up"), fmt.count, numeric=True, width=84),
                Column(
                    "dependents",
                    self.tr("Covered goods"),
                    fmt.count,
                    numeric=True,
                    tip=self.tr("Covered products that need it"),
                ),
            ],
            self.tr("Chokepoints"),
            f"{name}Chokepoints",
        )
        self._stack = QStackedWidget()
        self._stack.setObjectName(f"{name}Stack")
        self._tables = {INPUTS: self.inputs, GAPS: self.gaps, CHOKEPOINTS: self.chokepoints}
        self._subjects: dict[str, list[str]] = {key: [] for key in self._tables}
        self._rows: dict[str, list[dict[str, Any]]] = {key: [] for key in self._tables}
        head = QHBoxLayout()
        head.addWidget(self.choice)
        head.addWidget(self._says, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        for table in self._tables.values():
            table.setProperty("flat", True)
            table.cell_selected.connect(self._on_cell)
            self._stack.addWidget(table)
        self.inputs.set_empty_text(self.tr("No link says what the covered goods are made from"))
        self.gaps.set_empty_text(self.tr("Nothing next to the covered goods is left out"))
        self.chokepoints.set_empty_text(self.tr("No economy has more than half of any supply"))
        self.choice.chosen.connect(self._show)
        self._show(INPUTS)

    def show_result(self, result: Resilience) -> None:
        """Show another result."""
        words = {True: _YES, False: _NO, None: _UNKNOWN}
        for key, table, frame, subject in (
            (INPUTS, self.inputs, result.upstream, "output"),
            (GAPS, self.gaps, result.gaps, "beside"),
            (CHOKEPOINTS, self.chokepoints, result.chokepoints, "product"),
        ):
            rows = {str(name): frame[name].tolist() for name in frame.columns}
            if key == INPUTS:
                rows["state"] = [words[value] for value in rows["supplied"]]
            self._subjects[key] = [str(code) for code in rows[subject]]
            self._rows[key] = [
                dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)
            ]
            table.set_frame(rows)

    def _show(self, key: str) -> None:
        self._stack.setCurrentWidget(self._tables[key])
        self._says.setText(
            {
                INPUTS: self.tr("What covered goods are made from, and whether partners have it."),
                GAPS: self.tr("The same content can enter through products left out."),
                CHOKEPOINTS: self.tr("One economy has more than half of the world’s supply."),
            }[key]
        )

    def _on_cell(self, row: int, column: str) -> None:
        key = self.choice.current()
        subjects, table = self._subjects[key], self._tables[key]
        if not 0 <= row < len(subjects):
            return
        if any(each.name == column and each.numeric for each in table.frame_model.columns):
            self.figure_selected.emit(self._rows[key][row], column)
        else:
            self.product_selected.emit(subjects[row])
