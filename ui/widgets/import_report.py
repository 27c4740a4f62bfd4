"""What an import did, or would do, in numbers and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui import data_words, theme
from ui import format as fmt
from ui.models.frame_model import Column
from ui.widgets.data_table import DataTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.tradedata.ingest.report import ImportReport


class ImportReportView(QWidget):
    """A sentence, the datasets filled, and the rows left out by reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importReport")
        self._head = _words("importReportHead", "heading")
        self._note = _words("importReportNote", "muted")
        self.filled = DataTable(
            [
                Column("file", self.tr("File"), width=180),
                Column("did", self.tr("What happened"), width=130),
                Column("table", self.tr("Figures"), text=data_words.table, width=166),
                Column("source", self.tr("Source")),
                Column("years", self.tr("Years"), width=106),
                Column("rows", self.tr("Rows"), text=fmt.count, numeric=True, width=90),
            ],
            self.tr("Datasets of the import"),
            "importFilled",
            stretch="source",
        )
        self.rejected = DataTable(
            [
                Column("reason", self.tr("Rows left out because")),
                Column("rows", self.tr("Rows"), text=fmt.count, numeric=True, width=110),
                Column("file", self.tr("File"), width=240),
            ],
            self.tr("Rejected rows by reason"),
            "importRejected",
            stretch="reason",
        )
        self.rejected.set_empty_text(self.tr("Every row was taken"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._head)
        whole.addWidget(self._note)
        whole.addWidget(self.filled, 2)
        whole.addWidget(self.rejected, 3)

    def headline(self) -> str:
        """The sentence at the top."""
        return self._head.text()

    def show_reports(self, reports: Sequence[ImportReport], dry_run: bool) -> None:
        """Show what became of the files."""
        read = sum(report.read for report in reports)
        taken = sum(report.taken for report in reports)
        left_out = sum(rows for report in reports for _, rows in report.rejected)
        would = self.tr("would be taken") if dry_run else self.tr("taken")
        self._head.setText(
            f"{fmt.plural(read, 'row')} read: {fmt.count(taken)} {would}, "
            f"{fmt.count(left_out)} rejected"
        )
        seconds = sum(report.seconds for report in reports)
        notes = [note for report in reports for note in report.notes]
        pace = f"{fmt.decimal(seconds, 1)} s"
        if read and seconds > 0.05:
            pace += f", {fmt.count(read / seconds)} rows a second"
        self._note.setText(
            ". ".join(part[:1].upper() + part[1:] for part in (pace, *dict.fromkeys(notes)))
        )
        rows: list[tuple[object, ...]] = []
        for report in reports:
            did = self.tr("would be added") if dry_run else self.tr("added")
            if report.unchanged:
                did = self.tr("already there")
            for held in report.datasets:
                source = f"{held.source} {held.edition}".strip()
                years = data_words.years(held.years)
                rows.append((report.file, did, held.table, source, years, held.rows))
            for held in report.replaced:
                source = f"{held.source} {held.edition}".strip()
                years = data_words.years(held.years)
                replaced = self.tr("replaced")
                rows.append((report.file, replaced, held.table, source, years, held.rows))
        names = [column.name for column in self.filled.frame_model.columns]
        self.filled.set_frame(
            {name: [row[place] for row in rows] for place, name in enumerate(names)}
        )
        reasons = [
            (reason, rows, report.file) for report in reports for reason, rows in report.rejected
        ]
        self.rejected.set_frame(
            {
                "reason": [reason for reason, _, _ in reasons],
                "rows": [rows for _, rows, _ in reasons],
                "file": [file for _, _, file in reasons],
            }
        )


def _words(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    theme.set_role(label, role)
    return label
