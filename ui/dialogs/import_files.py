"""The import wizard: choose files, see them as understood, try, import, read the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import data_words, messages
from ui import format as fmt
from ui.models.frame_model import Cell, Column
from ui.tasks import Task, TaskRunner
from ui.theme import Tone
from ui.widgets.buttons import button, primary_button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import ProblemLabel, small_label
from ui.widgets.import_options import ImportOptions
from ui.widgets.import_report import ImportReportView
from ui.widgets.progress_line import ProgressLine
from workbench.errors import WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.tradedata.ingest.report import ImportReport
    from workbench.tradedata.preview import FoundFile, Preview

FILTER = "Trade data (*.csv *.txt *.tsv *.zip *.gz *.xlsx *.json);;All files (*)"
KEY = "trade-database"
"""Key of every task that writes the trade database."""

_WAIT_MS = 350
_PREVIEW_ROWS = 100


def dropped_files(data: QMimeData) -> list[Path]:
    """Files that were dropped and may hold figures; agreements are not among them."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [p for p in paths if p.is_file() and p.suffix.lower() not in (".yaml", ".yml")]


class ImportDialog(QDialog):
    """Stays open beside the window; closing it lets an import go on in the background.

    Signals:
        imported: the database that was written; its figures are to be read anew.
    """

    imported = Signal(object)

    def __init__(
        self, tasks: TaskRunner, target: Callable[[], Path], parent: QWidget | None = None
    ) -> None:
        """Make it.

        Args:
            tasks: runs the reading and writing.
            target: the database to import into, asked when it starts.
            parent: the page it belongs to.
        """
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle(self.tr("Import into the trade database"))
        self.setAcceptDrops(True)
        self._tasks = tasks
        self._target = target
        self._paths: list[Path] = []
        self._found: tuple[FoundFile, ...] = ()
        self._reports: tuple[ImportReport, ...] = ()
        self._folder = Path.home()
        self._running: Task | None = None
        self._dry = False
        self._written = Path()
        self._previewed: object = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MS)
        self._build()
        self._connect()
        self.resize(940, 760)
        self._show_state()

    # Layout

    def _build(self) -> None:
        self.files = DataTable(
            [
                Column("name", self.tr("File"), width=250),
                Column("kind", self.tr("Kind"), cell=Cell.CHIP, tone=_tone, width=170),
                Column("why", self.tr("Recognised by")),
                Column("size", self.tr("Size"), text=fmt.size, numeric=True, width=96),
            ],
            self.tr("Files to import"),
            "importFiles",
            stretch="why",
        )
        self.files.setProperty("flat", True)
        self.files.setMinimumHeight(136)
        self.files.set_empty_text(self.tr("Drop files here, or choose them"))
        self.add_button = button(self.tr("Add files…"), "importAdd", "plus")
        self.drop_button = button(self.tr("Leave out"), "importLeaveOut", "x")
        self.drop_button.setToolTip(self.tr("Take the selected files off the list"))
        files = Card(self.tr("Files"), "importFilesCard")
        files.tools.addWidget(self.add_button)
        files.tools.addWidget(self.drop_button)
        files.body.addWidget(self.files)
        self.options = ImportOptions()
        options = Card(self.tr("What the files do not say"), "importOptionsCard")
        options.body.addWidget(self.options)
        self.rows = DataTable([], self.tr("First rows as understood"), "importRows")
        self.rows.setProperty("flat", True)
        self.rows.setMinimumHeight(136)
        self._preview_note = small_label("", "importPreviewNote")
        rows = Card(self.tr("First rows as understood"), "importRowsCard")
        rows.body.addWidget(self._preview_note)
        rows.body.addWidget(self.rows, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(files, 2)
        column.addWidget(options)
        column.addWidget(rows, 3)
        scroll = QScrollArea()
        scroll.setObjectName("importScroll")
        scroll.setAccessibleName(self.tr("Files, options and preview"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        self.report = ImportReportView()
        report = Card(self.tr("Report"), "importReportCard")
        report.body.addWidget(self.report, 1)
        self._stack = QStackedWidget()
        self._stack.setObjectName("importStack")
        self._stack.addWidget(scroll)
        self._stack.addWidget(report)
        self._report_card = report
        self.problem = ProblemLabel("importProblem")
        self._line = ProgressLine("importProgress", tall=True)
        self.close_button = button(self.tr("Close"), "importClose")
        self.back_button = button(self.tr("Back"), "importBack", "chevron-left")
        self.save_button = button(self.tr("Save rejected rows…"), "importSaveRejected", "download")
        self.dry_button = button(self.tr("Dry run"), "importDryRun")
        self.dry_button.setToolTip(self.tr("Read and check everything, write nothing"))
        self.import_button = primary_button(self.tr("Import"), "importGo", "upload")
        self.import_button.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        for widget in (self.close_button, self.dry_button, self.import_button):
            buttons.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.problem)
        whole.addWidget(self._line)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.choose_files)
        self.drop_button.clicked.connect(self._leave_out)
        self.files.row_selected.connect(self._preview_soon)
        self.files.selectionModel().selectionChanged.connect(self._show_state)
        self.options.kind_chosen.connect(self._look)
        self.options.changed.connect(self._preview_soon)
        self._soon.timeout.connect(self._preview)
        self.close_button.clicked.connect(self.close)
        self.back_button.clicked.connect(self._back)
        self.save_button.clicked.connect(self._save_rejected)
        self.dry_button.clicked.connect(self._try)
        self.import_button.clicked.connect(self._import)

    # Files

    def choose_files(self) -> None:
        """Let the user pick files."""
        title = self.tr("Choose files to import")
        paths = messages.open_files(self, title, self._folder, FILTER)
        if paths:
            self._folder = paths[0].parent
            self.add_files(paths)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Put files on the list and find out what they are."""
        if self._running is not None:
            return
        self._back()
        self._paths = list(dict.fromkeys([*self._paths, *(path.resolve() for path in paths)]))
        self._look()

    def _leave_out(self) -> None:
        model = self.files.frame_model
        places = [model.source_row(row) for row in self.files.selected_rows()]
        gone = {self._found[place].path.resolve() for place in places}
        self._paths = [path for path in self._paths if path not in gone]
        self._look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if self._running is None and dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put them on the list."""
        self.add_files(dropped_files(event.mimeData()))

    def _look(self) -> None:
        """Find out what the files are, in the background."""
        self.problem.say("")
        paths, kind = tuple(self._paths), self.options.kind.key()

        def work(progress: Progress) -> object:
            from workbench.tradedata.ingest.readers import KINDS
            from workbench.tradedata.preview import look_at

            return KINDS, look_at(paths, kind, progress)

        task = self._tasks.start(self.tr("Looking at files"), work, key="import-look")
        task.succeeded.connect(self._on_look)
        task.failed.connect(self._on_failed)

    def _on_look(self, outcome: tuple[tuple[str, ...], tuple[FoundFile, ...]]) -> None:
        kinds, self._found = outcome
        self.options.offer_kinds(kinds)
        self.files.set_frame(
            {
                "name": [file.name for file in self._found],
                "kind": [
                    data_words.kind(file.kind) if file.kind else _UNKNOWN for file in self._found
                ],
                "why": [data_words.in_window_words(file.why) for file in self._found],
                "size": [file.size_bytes for file in self._found],
            },
            key="name",
        )
        if self._found and self.files.current_row() < 0:
            self.files.select_row(0)
        self._show_state()
        self._preview_soon()

    # Preview

    def _preview_soon(self) -> None:
        self._soon.start()

    def _chosen(self) -> FoundFile | None:
        row = self.files.current_row()
        return self._found[row] if 0 <= row < len(self._found) else None

    def _preview(self) -> None:
        """Read the first rows of the selected file, in the background."""
        file = self._chosen()
        if self._running is not None or self._tasks.closed:
            return
        if file is not None and file.columns:
            self.options.mapping.show_columns(file.columns)
        self.problem.say("")
        if file is None or file.recognised is None or file.kind == "companion":
            self._show_preview(None, "" if file is None else data_words.in_window_words(file.why))
            return
        try:
            said = self.options.stated()
        except ValueError as error:
            self.problem.say(str(error))
            return
        entry, columns = file.recognised, self.options.columns_said()

        def work(progress: Progress) -> object:
            from workbench.tradedata.ingest.stated import stated_of
            from workbench.tradedata.preview import preview

            stated = replace(stated_of(said), mapping=columns)
            return preview(entry, stated, _PREVIEW_ROWS, progress)

        task = self._tasks.start(self.tr("Reading the first rows"), work, key="import-preview")
        task.succeeded.connect(self._on_preview)
        task.failed.connect(self._on_preview_failed)

    def _on_preview(self, found: Preview) -> None:
        looked = self.tr("the whole file") if found.whole else self.tr("the beginning of the file")
        said = [f"{fmt.plural(found.read, 'row')} read ({looked})"]
        if found.table:
            source = f"{found.source} {found.edition}".strip()
            said.append(f"{fmt.count(found.taken)} understood as {data_words.table(found.table)}")
            said.append(source)
        said += [f"{fmt.count(rows)} left out: {reason}" for reason, rows in found.rejected[:3]]
        self._show_preview(found, " · ".join(said))

    def _on_preview_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._show_preview(None, data_words.in_window_words(str(error)))

    def _show_preview(self, found: Preview | None, note: str) -> None:
        self._preview_note.setText(note)
        self._preview_note.setAccessibleName(note)
        names = () if found is None else found.columns
        rows = () if found is None else found.rows
        frame = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        self.rows.set_empty_text(self.tr("No row to show"))
        if names != self._previewed:
            self._previewed = names
            self.rows.set_columns([_column(name) for name in names], frame)
        else:
            self.rows.set_frame(frame)

    # Import

    def _try(self) -> None:
        self._start(dry_run=True, replacing=True)

    def _import(self) -> None:
        self._start(dry_run=False, replacing=self.options.replace.isChecked())

    def _start(self, *, dry_run: bool, replacing: bool) -> None:
        if self._running is not None:
            return
        self._soon.stop()
        self.problem.say("")
        other = self._tasks.find(KEY)
        if other is not None:
            self.problem.say(
                self.tr("“{task}” is still under way; wait until it is done.").format(
                    task=other.title
                )
            )
            return
        paths = [file.path for file in self._found if file.recognised is not None]
        paths = list(dict.fromkeys(paths))
        try:
            said = self.options.stated()
        except ValueError as error:
            self.problem.say(str(error))
            return
        kind, target = self.options.kind.key(), self._target()
        columns, in_place = self.options.columns_said(), replacing

        def work(progress: Progress) -> object:
            from workbench.tradedata.ingest.loader import import_files
            from workbench.tradedata.ingest.stated import stated_of
            from workbench.tradedata.starter.location import ensure_starter

            return import_files(
                paths,
                target,
                kind=kind,
                stated=replace(stated_of(said), mapping=columns),
                replace=in_place,
                dry_run=dry_run,
                starter=ensure_starter,
                progress=progress,
            )

        self._dry = dry_run
        title = self.tr("Dry run") if dry_run else self.tr("Import")
        name = paths[0].name if len(paths) == 1 else fmt.plural(len(paths), "file")
        task = self._tasks.start(f"{title}: {name}", work, key=KEY, aside=True, lasting=True)
        self._running = task
        self._written = target
        self._line.watch(task)
        self._stack.setCurrentIndex(0)
        task.succeeded.connect(self._on_reports)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self._show_state()

    def _on_reports(self, reports: tuple[ImportReport, ...]) -> None:
        self._running = None
        self._reports = reports
        self.report.show_reports(reports, self._dry)
        title = self.tr("Report of the dry run") if self._dry else self.tr("Report of the import")
        self._report_card.set_title(title)
        self._stack.setCurrentWidget(self._report_card)
        if not self._dry:
            self.imported.emit(self._written)
        self._come_back()

    def _on_failed(self, error: BaseException) -> None:
        importing = self._running is not None
        self._running = None
        self._show_state()
        if not isinstance(error, WorkbenchError):
            raise error
        from workbench.tradedata.ingest.overlap import AlreadyHeldError

        sentence = str(error)
        if (
            importing
            and not self._dry
            and isinstance(error, AlreadyHeldError)
            and messages.confirm(
                self,
                error.what,
                self.tr("Replace"),
                self.tr("The new figures take the place of the earlier ones."),
            )
        ):
            self._start(dry_run=False, replacing=True)
            return
        self.problem.say(data_words.in_window_words(sentence))
        self._come_back()

    def _on_cancelled(self) -> None:
        self._running = None
        self.problem.say(self.tr("Cancelled: the database is as it was."))
        self._show_state()

    def _come_back(self) -> None:
        """Show the outcome, also where the dialog was closed meanwhile."""
        self._show_state()
        if not self.isVisible():
            self.show()

    # Report

    def _back(self) -> None:
        if self._reports and not self._dry:
            self._paths, self._reports = [], ()
            self._look()
        self._stack.setCurrentIndex(0)
        self._show_state()

    def _save_rejected(self) -> None:
        rows = [row for report in self._reports for row in report.rejections]
        stem = Path(self._reports[0].file).stem if self._reports else "import"
        path = messages.save_file(
            self,
            self.tr("Save the rejected rows"),
            self._folder / f"{stem} rejected.csv",
            "CSV (*.csv)",
        )
        if path is None:
            return
        self._folder = path.parent

        def work(_: Progress) -> object:
            from workbench.errors import TradeDataError
            from workbench.tradedata.ingest.report import write_rejected

            try:
                write_rejected(rows, path)
            except OSError as error:
                raise TradeDataError(
                    f"{path} could not be written: {error.strerror or error}. Choose another place."
                ) from error
            return path

        task = self._tasks.start(self.tr("Saving rejected rows"), work, key="save-rejected")
        task.failed.connect(self._on_failed)

    # State

    def _show_state(self) -> None:
        """What can be done now."""
        busy = self._running is not None
        reading = self._stack.currentIndex() == 0
        usable = any(file.kind not in ("", "companion") for file in self._found)
        for widget in (self.options, self.add_button):
            widget.setEnabled(not busy)
        self.drop_button.setEnabled(not busy and bool(self.files.selected_rows()))
        self.back_button.setVisible(not reading)
        self.save_button.setVisible(not reading)
        self.save_button.setEnabled(not busy and any(report.rejections for report in self._reports))
        self.dry_button.setVisible(reading)
        self.import_button.setVisible(reading or self._dry)
        self.dry_button.setEnabled(usable and not busy)
        self.import_button.setEnabled(usable and not busy)
        self.back_button.setText(self.tr("Back") if self._dry else self.tr("Import more"))
        words = self.tr("Go on in the background") if busy else self.tr("Close")
        self.close_button.setText(words)


_UNKNOWN = "Not recognised"


def _tone(value: object) -> Tone:
    tones = {_UNKNOWN: Tone.BAD, data_words.kind("companion"): Tone.NEUTRAL}
    return tones.get(str(value), Tone.GOOD)


def _column(name: str) -> Column:
    """A column of the preview."""
    title = data_words.column(name)
    if name in data_words.RATES:
        return Column(name, title, text=fmt.percent, numeric=True)
    if name in data_words.COUNTS:
        return Column(name, title, text=fmt.count, numeric=True)
    if name in ("product", "from_code", "to_code", "line", "prefix"):
        return Column(name, title, text=fmt.code)
    return Column(name, title)
