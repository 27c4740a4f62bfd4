"""Every source in the trade database, with its provenance and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import data_words, theme
from ui import format as fmt
from ui.models.frame_model import Column
from ui.widgets.buttons import button
from ui.widgets.data_table import DataTable

if TYPE_CHECKING:
    from workbench.tradedata.holdings import Holding, Holdings

_HASH_SHOWN = 10


class SourcesView(QWidget):
    """A table of datasets; the one selected is told in full below.

    Signals:
        remove: ids of the datasets to take out.
        prefer: table and source that shall answer first.
        order_wanted: the user wants to order the sources of a table; "" for no table in particular.
        save_rejected: id of the import whose rejected rows are wanted, and the name of its file.
    """

    remove = Signal(list)
    prefer = Signal(str, str)
    order_wanted = Signal(str)
    save_rejected = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sourcesView")
        self._datasets: tuple[Holding, ...] = ()
        self._writable = False
        self._busy = False
        self.table = DataTable(
            [
                Column("table", self.tr("Figures"), text=data_words.table, width=136),
                Column("source", self.tr("Source"), width=196),
                Column("edition", self.tr("Edition"), width=88),
                Column("years", self.tr("Years"), width=100),
                Column("rows", self.tr("Rows"), text=fmt.count, numeric=True, width=74),
                Column(
                    "rejected",
                    self.tr("Rejected"),
                    text=fmt.count,
                    numeric=True,
                    width=78,
                    tip=self.tr("Rows of the file that were not taken, each with a reason"),
                ),
                Column(
                    "place",
                    self.tr("Answers"),
                    text=_place,
                    width=72,
                    tip=self.tr("Which source answers where several hold one figure"),
                ),
                Column("imported", self.tr("Imported"), width=94),
                Column("licence", self.tr("Licence"), width=200),
                Column("file", self.tr("File"), width=220),
                Column("sha256", self.tr("SHA-256"), text=_short_hash, full=str, width=120),
                Column("id", self.tr("Number"), numeric=True, width=80),
            ],
            self.tr("Sources"),
            "sourcesTable",
        )
        self.table.setProperty("flat", True)
        self.table.set_empty_text(self.tr("The trade database is not open yet"))
        self._detail = QLabel()
        self._detail.setObjectName("sourceDetail")
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setWordWrap(True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._detail.setMinimumHeight(48)
        theme.set_role(self._detail, "small")
        self.prefer_button = button(self.tr("Prefer this source"), "preferSource")
        self.order_button = button(self.tr("Order of sources…"), "orderSources", "list-checks")
        self.rejected_button = button(self.tr("Save rejected rows…"), "saveRejected", "download")
        self.remove_button = button(self.tr("Remove…"), "removeSource", "trash-2")
        theme.set_role(self.remove_button, "danger")
        self._build()
        self._connect()
        self._show_selected()

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addStretch(1)
        for widget in (
            self.prefer_button,
            self.order_button,
            self.rejected_button,
            self.remove_button,
        ):
            actions.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.table, 1)
        whole.addWidget(self._detail)
        whole.addLayout(actions)

    def _connect(self) -> None:
        self.table.row_selected.connect(self._show_selected)
        self.table.selectionModel().selectionChanged.connect(self._show_selected)
        self.table.frame_model.modelReset.connect(self._show_selected)
        self.prefer_button.clicked.connect(self._prefer)
        self.order_button.clicked.connect(self._order)
        self.rejected_button.clicked.connect(self._save)
        self.remove_button.clicked.connect(self._remove)

    # Redraw

    def show_holdings(self, found: Holdings | None) -> None:
        """Show what a database holds."""
        datasets = () if found is None else found.datasets
        self._writable = found is not None and not found.starter
        if datasets != self._datasets or self.table.frame_model.total_rows != len(datasets):
            self._datasets = datasets
            self.table.set_frame(
                {
                    "table": [held.table for held in datasets],
                    "source": [held.source for held in datasets],
                    "edition": [held.edition for held in datasets],
                    "years": [data_words.years(held.years) for held in datasets],
                    "rows": [held.rows for held in datasets],
                    "rejected": [held.rejected for held in datasets],
                    "place": [held.place for held in datasets],
                    "imported": [held.imported_at[:10] or self.tr("shipped") for held in datasets],
                    "licence": [held.licence for held in datasets],
                    "file": [held.file for held in datasets],
                    "sha256": [held.sha256 for held in datasets],
                    "id": [held.id for held in datasets],
                },
                key="id",
            )
        self._show_selected()

    def set_busy(self, busy: bool) -> None:
        """While something is written, nothing else can be."""
        self._busy = busy
        self._show_selected()

    def selected(self) -> list[Holding]:
        """The datasets that are selected, top to bottom."""
        model = self.table.frame_model
        places = [model.source_row(row) for row in self.table.selected_rows()]
        return [self._datasets[place] for place in places if 0 <= place < len(self._datasets)]

    def _show_selected(self) -> None:
        chosen = self.selected()
        one = chosen[0] if len(chosen) == 1 else None
        if one is not None:
            self._detail.setText(_told(one))
        elif chosen:
            rows = sum(held.rows for held in chosen)
            self._detail.setText(
                f"{fmt.plural(len(chosen), 'source')} selected, {fmt.plural(rows, 'row')}"
            )
        else:
            self._detail.setText(self.tr("Select a source to see where it comes from."))
        free = self._writable and not self._busy
        removable = bool(chosen) and all(held.removable for held in chosen)
        self.remove_button.setEnabled(free and removable)
        self.prefer_button.setEnabled(free and one is not None and one.place > 1)
        self.order_button.setEnabled(free and any(held.place > 1 for held in self._datasets))
        self.order_button.setToolTip(
            self.tr("Put the sources of a table in the order in which they answer")
            if self._writable
            else self.tr("The starter database is only read; import a file to have your own")
        )
        self.rejected_button.setEnabled(
            one is not None and one.import_id is not None and one.rejected > 0
        )
        self.remove_button.setToolTip(self._why_not_removed(chosen, removable))
        self.prefer_button.setToolTip(
            self.tr("Let this source answer first where several hold one figure")
        )
        self.rejected_button.setToolTip(
            self.tr("The rejected rows of the file, each with its reason, as a csv file")
        )

    def _why_not_removed(self, chosen: list[Holding], removable: bool) -> str:
        if not self._writable:
            return self.tr("The starter database is only read; import a file to have your own")
        if chosen and not removable:
            return self.tr("All other figures refer to this; it cannot be removed")
        return self.tr("Take the selected figures out of the database")

    # What the user does

    def _remove(self) -> None:
        self.remove.emit([held.id for held in self.selected()])

    def _prefer(self) -> None:
        for held in self.selected()[:1]:
            self.prefer.emit(held.table, held.source)

    def _order(self) -> None:
        self.order_wanted.emit(next((held.table for held in self.selected()), ""))

    def _save(self) -> None:
        for held in self.selected()[:1]:
            if held.import_id is not None:
                self.save_rejected.emit(held.import_id, held.file)


def _place(value: object) -> str:
    return "first" if value == 1 else f"no. {value}"


def _short_hash(value: object) -> str:
    words = str(value)
    return f"{words[:_HASH_SHOWN]}…" if len(words) > _HASH_SHOWN else fmt.text(value)


def _told(held: Holding) -> str:
    """Where a dataset comes from, in two or three lines."""
    meaning = [
        held.basis,
        f"reported by the {held.reported_by}" if held.reported_by in ("importer", "exporter") else
        held.reported_by,
        f"codes in HS{held.hs_edition}" if held.hs_edition else "",
        held.note,
    ]  # fmt: skip
    if held.why:
        meaning.append(f"recognised because {held.why}")
    lines = [
        f"{held.file} · {held.licence}",
        f"SHA-256 {held.sha256 or fmt.MISSING}",
        "; ".join(part for part in meaning if part),
    ]
    return "\n".join(line for line in lines if line)
