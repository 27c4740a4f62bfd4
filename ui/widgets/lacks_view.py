"""What the figures of the open agreement lack, and which file would bring it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import data_words
from ui import format as fmt
from ui.models.frame_model import Column
from ui.widgets.buttons import button
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.labels import InfoRow

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation


class LacksView(QWidget):
    """Three totals and the list of gaps.

    Signals:
        go_to: the section of the agreement that a gap is about.
        import_wanted: the user wants to bring a file.
    """

    go_to = Signal(str)
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lacksView")
        self._sections: list[str] = []
        self._advice: list[str] = []
        self._importers = InfoRow(self.tr("Duty unknown, of imports"), "lacksImporters")
        self._exporters = InfoRow(self.tr("Content unknown, of exports"), "lacksExporters")
        self._products = InfoRow(self.tr("Products without trade"), "lacksProducts")
        self.table = DataTable(
            [
                Column("what", self.tr("What is missing or stands in")),
                Column("where", self.tr("Where"), width=112),
                Column(
                    "share",
                    self.tr("Share of trade"),
                    text=fmt.percent,
                    numeric=True,
                    width=116,
                    tip=self.tr("Share of covered trade; – where trade itself is missing"),
                ),
                Column("file", self.tr("Filled by"), width=196),
            ],
            self.tr("What the agreement lacks"),
            "lacksTable",
            stretch="what",
        )
        self.table.setProperty("flat", True)
        self._help = small_label("", "lacksHelp")
        self.go_button = button(self.tr("Go there"), "lacksGo", "arrow-right")
        self.go_button.setToolTip(self.tr("Show the part of the agreement this is about"))
        self.import_button = button(self.tr("Import a file for it…"), "lacksImport", "upload")
        self.import_button.setToolTip(self.tr("Choose a file that fills the gap"))
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addWidget(self._help, 1)
        actions.addWidget(self.go_button)
        actions.addWidget(self.import_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        for row in (self._importers, self._exporters, self._products):
            whole.addWidget(row)
        whole.addWidget(self.table, 1)
        whole.addLayout(actions)
        self.table.row_selected.connect(self._show_selected)
        self.table.frame_model.modelReset.connect(self._show_selected)
        self.table.row_activated.connect(self._go_to_row)
        self.go_button.clicked.connect(self._go)
        self.import_button.clicked.connect(self.import_wanted)
        self.show_result(None)

    @property
    def count(self) -> int:
        """How many gaps there are."""
        return len(self._sections)

    def show_result(self, result: Evaluation | None) -> None:
        """Show what an evaluation lacked."""
        if result is None:
            self._sections, self._advice = [], []
            self.table.set_empty_text(self.tr("The agreement has not been evaluated yet"))
            self.table.set_frame({})
            for row in (self._importers, self._exporters, self._products):
                row.set_value(fmt.MISSING)
            return
        from workbench.analysis.gap_remedies import lacks_of, remedy_of

        lacks = lacks_of(result)
        self._importers.set_value(
            _of(
                len(lacks.importers),
                lacks.all_importers,
                data_words.some_economies(lacks.importers),
            )
        )
        self._exporters.set_value(
            _of(
                len(lacks.exporters),
                lacks.all_exporters,
                data_words.some_economies(lacks.exporters),
            )
        )
        codes = fmt.codes(lacks.products[:6]) if lacks.products else ""
        more = len(lacks.products) - 6
        self._products.set_value(
            _of(
                len(lacks.products),
                lacks.all_products,
                f"{codes} and {fmt.count(more)} more" if more > 0 else codes,
            )
        )
        remedies = [remedy_of(gap) for gap in result.gaps]
        self._sections = [remedy.section for remedy in remedies]
        self._advice = [
            ". ".join(words for words in (remedy.file, remedy.advice) if words)
            for remedy in remedies
        ]
        self.table.set_empty_text(self.tr("Nothing is missing"))
        self.table.set_frame(
            {
                "what": [gap.what[0].upper() + gap.what[1:] for gap in result.gaps],
                "where": [gap.where for gap in result.gaps],
                "share": [gap.share_of_trade for gap in result.gaps],
                "file": [remedy.file or remedy.advice for remedy in remedies],
            },
            key="what",
        )

    def _show_selected(self) -> None:
        row = self.table.current_row()
        known = 0 <= row < len(self._sections)
        self.go_button.setEnabled(known)
        self._help.setText(self._advice[row] if known else "")

    def _go(self) -> None:
        self._go_to_row(self.table.current_row())

    def _go_to_row(self, row: int) -> None:
        if 0 <= row < len(self._sections):
            self.go_to.emit(self._sections[row])


def _of(count: int, whole: int, names: str) -> str:
    words = f"{fmt.count(count)} of {fmt.count(whole)}"
    return f"{words}: {names}" if count else f"none of {fmt.count(whole)}"
