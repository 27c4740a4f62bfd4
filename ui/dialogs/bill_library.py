"""Pick bills of inputs from the library, or read them from a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QListWidget, QWidget

from ui import format as fmt
from ui import messages
from ui.dialogs.picker import PickDialog, preview_label
from ui.models.frame_model import Column
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.scrolled import scrolled
from ui.widgets.views import set_up_view
from workbench.errors import WorkbenchError
from workbench.model.commitments import BillOfInputs


def choose_bills(parent: QWidget | None, folder: Path | None = None) -> tuple[BillOfInputs, ...]:
    """Let the user pick bills, their own folder's among them; none if they change their mind."""
    dialog = BillLibrary(parent, folder)
    return dialog.chosen() if dialog.ask() else ()


class BillLibrary(PickDialog):
    """Kinds of goods on the left; inputs, source and notes of the selected one on the right."""

    def __init__(self, parent: QWidget | None = None, folder: Path | None = None) -> None:
        super().__init__(
            self.tr("Insert bills of inputs"),
            "billLibrary",
            (self.tr("Insert"), "plus"),
            (900, 560),
            parent,
        )
        from workbench.definitions.library import bills_of_inputs

        self._entries = [
            (named.title, named.bills, named.notes) for named in bills_of_inputs(folder)
        ]
        self.list = QListWidget()
        set_up_view(self.list, "billLibraryList", self.tr("Kinds of goods"))
        self._card = Card("", "billPreview")
        self.inputs = DataTable(
            [
                Column("goods", self.tr("Goods"), width=130),
                Column("input", self.tr("Input"), width=110),
                Column("share", self.tr("Share of value"), fmt.percent, True, width=120),
                Column("origins", self.tr("Origins")),
            ],
            self.tr("Inputs"),
            "billPreviewInputs",
            stretch="origins",
        )
        self.inputs.setSortingEnabled(False)
        self._facts = preview_label("billPreviewFacts", "small")
        self.file = button(self.tr("Read from a file…"), "billLibraryFile", "folder-open")
        self.file.setToolTip(
            self.tr("A csv file or workbook with the columns goods, input, share and source")
        )
        self._card.body.addWidget(self.inputs, 3)
        says = self.tr("Source and notes")
        self._card.body.addWidget(scrolled(self._facts, "billPreviewScroll", says), 2)
        self.add_sides(self.list, self._card, (2, 4))
        self.others.addWidget(self.file)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(self.accept)
        self.file.clicked.connect(self._on_file)
        self._fill(0)

    def chosen(self) -> tuple[BillOfInputs, ...]:
        """The bills of the selected kind of good."""
        row = self.list.currentRow()
        return self._entries[row][1] if 0 <= row < len(self._entries) else ()

    def _fill(self, row: int) -> None:
        self.list.clear()
        self.list.addItems([title for title, _, _ in self._entries])
        self.list.setCurrentRow(row)
        self._show()

    def _show(self) -> None:
        row = self.list.currentRow()
        self.take.setEnabled(bool(self.chosen()))
        if not 0 <= row < len(self._entries):
            self._facts.setText(self.tr("Nothing ships with this program; read a file."))
            return
        title, bills, notes = self._entries[row]
        self._card.set_title(title)
        rows = [(bill, item) for bill in bills for item in bill.inputs]
        self.inputs.set_frame(
            {
                "goods": [_codes(bill) for bill, _ in rows],
                "input": [str(item.product) for _, item in rows],
                "share": [item.cost_share for _, item in rows],
                "origins": [
                    ", ".join(f"{code} {fmt.percent(share)}" for code, share in item.origins)
                    or self.tr("left to the data")
                    for _, item in rows
                ],
            }
        )
        words = [
            self.tr("{goods}: inputs {share} of value. Source: {source}. {notes}").format(
                goods=_codes(bill),
                share=fmt.percent(bill.materials_share),
                source=bill.source,
                notes=bill.notes,
            )
            for bill in bills
        ]
        self._facts.setText("\n\n".join([*words, notes] if notes else words))

    def _on_file(self) -> None:
        from workbench.analysis.input_bills import read_bills

        path = messages.open_file(
            self,
            self.tr("Bills of inputs"),
            Path.home(),
            self.tr("Bills of inputs (*.csv *.xlsx *.yaml)"),
        )
        if path is None:
            return
        try:
            bills = read_bills(path)
        except WorkbenchError as error:
            first, *more = str(error).splitlines()
            messages.show_error(self, first, "\n".join(more))
            return
        self._entries.append((path.name, bills, ""))
        self._fill(len(self._entries) - 1)


def _codes(bill: BillOfInputs) -> str:
    more = len(bill.products) - 1
    return f"{bill.products[0]} and {more} more" if more else str(bill.products[0])
