"""A bill of inputs: what a good is made from, and where that comes from."""

import re
from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import theme
from ui.widgets.buttons import button
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.economy_list_edit import EconomyListEdit, parse_economies
from ui.widgets.form_grid import FormGrid, ProblemLabel, small_label
from ui.widgets.line_field import LineField
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.nomenclature import HSRange

_ORIGIN = re.compile(r"(?P<who>.*?)\s+(?P<share>[\d.]+)\s*%?", re.DOTALL)
_ROWS_SHOWN = 8
_INPUT, _SHARE, _ORIGINS = 0, 1, 2
EMPTY_BILL = BillOfInputs((), (), "")


def percent_text(share: float) -> str:
    """A share as it is typed: "38.58 %"."""
    return f"{fmt.plain(share * 100)} %"


def origins_text(origins: Iterable[tuple[str, float]]) -> str:
    """Origins as they are typed: "JPN 66.9 %, RUS 4 %"."""
    return ", ".join(f"{code} {percent_text(share)}" for code, share in origins)


def parse_share(text: str) -> float:
    """A share from "38.58 %" or "38.58".

    Raises:
        ValueError: it is none, as a sentence.
    """
    try:
        share = float(text.replace("%", "").replace(",", "").strip()) / 100
    except ValueError:
        raise ValueError(f"'{text}' is not a share: write per cent such as 38.5") from None
    if not 0 <= share <= 1:
        raise ValueError(f"'{text}' is not between 0 and 100 per cent")
    return round(share, 10)


def parse_origins(text: str) -> tuple[tuple[str, float], ...]:
    """Origins from "JPN 66.9 %, RUS 4 %".

    Raises:
        ValueError: a part that is none, or an economy that comes twice, as a sentence.
    """
    found: dict[str, float] = {}
    for part in (piece.strip() for piece in text.split(",")):
        if not part:
            continue
        match = _ORIGIN.fullmatch(part)
        if match is None:
            raise ValueError(f"'{part}' is no origin: write an economy and per cent, as JPN 66.9")
        (code,) = parse_economies(match["who"]) or ("",)
        if not code or code in found:
            raise ValueError(f"'{part}' names no economy, or one that is there already")
        found[code] = parse_share(match["share"])
    return tuple(found.items())


class BillEditor(QWidget):
    """Edits one bill; one that is not finished is kept here and told only once it is.

    Signals:
        bill_changed: the new bill, what was done in words, and a merge key.
    """

    bill_changed = Signal(object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._told: BillOfInputs | None = None
        self._products = CodeListEdit(self.tr("Goods made from these inputs"), f"{name}Products")
        self._exporters = EconomyListEdit(
            self.tr("Exporters"), f"{name}Exporters", self.tr("every exporter")
        )
        hint = self.tr("Where this comes from: document, page, date")
        self._source = LineField(self.tr("Source of the bill"), f"{name}Source", hint)
        self._notes = LineField(self.tr("Notes on the bill"), f"{name}Notes")
        self._table = QTableWidget(0, 3)
        self._table.setObjectName(f"{name}Inputs")
        self._table.setAccessibleName(self.tr("Inputs of the bill"))
        self._set_up_table()
        self._add = button(self.tr("Add input"), f"{name}AddInput", "plus")
        self._remove = button(self.tr("Remove input"), f"{name}RemoveInput", "trash-2")
        self._sum = small_label("", f"{name}Sum")
        self._problem = ProblemLabel(f"{name}Problem")
        grid = FormGrid(2)
        grid.add(self.tr("Goods"), self._products)
        grid.add(self.tr("Exporters"), self._exporters)
        grid.add(self.tr("Source (needed)"), self._source, 2)
        grid.add(self.tr("Notes"), self._notes, 2)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self._add)
        tools.addWidget(self._remove)
        tools.addWidget(self._sum, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self._table)
        column.addLayout(tools)
        column.addWidget(self._problem)
        self._connect()

    def _set_up_table(self) -> None:
        self._table.setHorizontalHeaderLabels(
            [self.tr("Input"), self.tr("Share of value"), self.tr("Origins, share of this input")]
        )
        origins = self._table.horizontalHeaderItem(_ORIGINS)
        if origins is not None:
            origins.setToolTip(
                self.tr(
                    "Left blank: at home as much as of the sector's materials, the rest as the "
                    "exporter imports this input; without such trade as the sector's materials"
                )
            )
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows = self._table.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(theme.ROW_HEIGHT_PX)
        head = self._table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(_ORIGINS, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(_INPUT, 110)
        self._table.setColumnWidth(_SHARE, 120)

    def _connect(self) -> None:
        self._products.ranges_changed.connect(self._on_field)
        self._exporters.economies_changed.connect(self._on_field)
        self._source.edited.connect(self._on_source)
        self._notes.edited.connect(self._on_notes)
        self._table.itemChanged.connect(self._on_field)
        self._add.clicked.connect(self.add_input)
        self._remove.clicked.connect(self.remove_input)

    def show_bill(self, bill: BillOfInputs) -> None:
        """Show a bill; the one it was last told of leaves an unfinished draft alone."""
        if bill == self._told:
            return
        self._told = bill
        self._products.set_ranges(bill.products)
        self._exporters.show_economies(bill.exporters)
        self._source.show_text(bill.source)
        self._notes.show_text(bill.notes)
        with QSignalBlocker(self._table):
            self._table.setRowCount(0)
            for item in bill.inputs:
                self._append(
                    str(item.product), percent_text(item.cost_share), origins_text(item.origins)
                )
        self._fit()
        self._check()

    def focus_products(self) -> None:
        """Put the cursor where the goods are typed."""
        self._products.setFocus()

    def add_input(self) -> None:
        """Add an empty row and begin to type its code."""
        with QSignalBlocker(self._table):
            self._append("", "", "")
        self._fit()
        self._check()
        row = self._table.rowCount() - 1
        self._table.setCurrentCell(row, _INPUT)
        self._table.setFocus()
        self._table.edit(self._table.model().index(row, _INPUT))

    def remove_input(self) -> None:
        """Take the current row out."""
        row = self._table.currentRow()
        if row >= 0:
            with QSignalBlocker(self._table):
                self._table.removeRow(row)
            self._fit()
            self._tell(self.tr("Remove an input"))

    def _append(self, *texts: str) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self._table.setItem(row, column, item)

    def _fit(self) -> None:
        rows = min(max(self._table.rowCount(), 2), _ROWS_SHOWN)
        height = rows * theme.ROW_HEIGHT_PX + self._table.horizontalHeader().sizeHint().height()
        self._table.setFixedHeight(height + 4)

    # Reading

    def _read(self) -> BillOfInputs:
        """The bill as it stands in the fields.

        Raises:
            ValueError: what is missing or wrong, as a sentence.
        """
        inputs = tuple(self._read_row(row) for row in range(self._table.rowCount()))
        if not self._products.ranges():
            raise ValueError(self.tr("Name the goods, as codes."))
        if not inputs:
            raise ValueError(self.tr("Add at least one input."))
        if not self._source.text().strip():
            raise ValueError(self.tr("Name the source."))
        bill = BillOfInputs(
            self._products.ranges(),
            inputs,
            self._source.text().strip(),
            self._exporters.economies(),
            self._notes.text().strip(),
        )
        self._check_sums(bill)
        return bill

    def _read_row(self, row: int) -> InputShare:
        items = [self._table.item(row, column) for column in range(3)]
        texts = [item.text().strip() if item is not None else "" for item in items]
        try:
            product = HSRange.parse(texts[_INPUT])
            share, origins = parse_share(texts[_SHARE]), parse_origins(texts[_ORIGINS])
        except ValueError as error:
            words = self.tr("Input {number}: {why}.")
            raise ValueError(words.format(number=row + 1, why=error)) from None
        return InputShare(product, share, origins)

    def _check_sums(self, bill: BillOfInputs) -> None:
        if bill.materials_share > 1 + 1e-9:
            raise ValueError(
                self.tr("The inputs add up to {share} of the good's value.").format(
                    share=fmt.percent(bill.materials_share)
                )
            )
        for number, item in enumerate(bill.inputs):
            total = sum(share for _, share in item.origins)
            if total > 1 + 1e-9:
                words = self.tr("The origins of input {number} add up to {share}.")
                raise ValueError(words.format(number=number + 1, share=fmt.percent(total)))

    def _check(self) -> BillOfInputs | None:
        """Say what is missing; the bill if nothing is."""
        bill, problem = None, ""
        try:
            bill = self._read()
        except ValueError as error:
            problem = self.tr("Not applied yet: {why}").format(why=error)
        self._problem.say(problem)
        if bill is not None:
            words = self.tr("Inputs {inputs} of value; the rest, {rest}, is added by the exporter.")
            self._sum.setText(
                words.format(
                    inputs=fmt.percent(bill.materials_share),
                    rest=fmt.percent(1 - bill.materials_share),
                )
            )
        else:
            self._sum.setText("")
        return bill

    def _tell(self, words: str, key: str = "") -> None:
        bill = self._check()
        if bill is not None and bill != self._told:
            self._told = bill
            self.bill_changed.emit(bill, words, key)

    def _on_field(self) -> None:
        self._tell(self.tr("Edit a bill of inputs"))

    def _on_source(self) -> None:
        self._tell(self.tr("Edit a bill of inputs"), "source")

    def _on_notes(self) -> None:
        self._tell(self.tr("Edit a bill of inputs"), "notes")
