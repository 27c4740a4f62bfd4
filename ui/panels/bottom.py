"""The bottom panel: findings of the drafting assistant, gaps in the data, and tasks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.tasks import Task, TaskRunner
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.progress_line import ProgressLine

_TONES = {
    "error": theme.Tone.BAD,
    "warning": theme.Tone.WARN,
    "note": theme.Tone.INFO,
}


class BottomPanel(Card):
    """Three tabs; a finding leads to the section it is about.

    Signals:
        go_to: the section of the agreement that a finding is about.
    """

    go_to = Signal(str)

    def __init__(self, figures: Figures, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__("", "bottomPanel", parent=parent)
        self.setAccessibleName(self.tr("Findings, gaps and tasks"))
        self._figures = figures
        self._tabs = QTabWidget()
        self._tabs.setObjectName("bottomTabs")
        self._tabs.setAccessibleName(self.tr("Findings, gaps and tasks"))
        self._findings = DataTable(
            [
                Column(
                    "level",
                    self.tr("Level"),
                    text=lambda value: str(value).capitalize(),
                    cell=Cell.CHIP,
                    tone=lambda value: _TONES[str(value)],
                    width=110,
                ),
                Column("text", self.tr("Finding")),
                Column("where", self.tr("Where"), text=_place, width=150),
            ],
            self.tr("Findings"),
            "findings",
            stretch="text",
        )
        self._findings.row_activated.connect(self._go)
        self._gaps = DataTable(
            [
                Column("what", self.tr("What is missing or stands in")),
                Column("where", self.tr("Where"), width=220),
                Column(
                    "share",
                    self.tr("Share of trade"),
                    text=fmt.percent,
                    numeric=True,
                    width=120,
                    tip=self.tr("Share of covered trade; – where trade itself is missing"),
                ),
            ],
            self.tr("Gaps"),
            "gaps",
            stretch="what",
        )
        self._findings.horizontalHeader().hide()
        for table in (self._findings, self._gaps):
            table.setProperty("flat", True)
        self._tasks_box = QWidget()
        self._tasks_box.setObjectName("tasks")
        self._tasks_column = QVBoxLayout(self._tasks_box)
        self._idle = small_label(self.tr("Nothing is under way"), "noTasks")
        self._tasks_column.addWidget(self._idle)
        self._tasks_column.addStretch(1)
        self._tabs.addTab(self._findings, self.tr("Findings"))
        self._tabs.addTab(self._gaps, self.tr("Gaps"))
        self._tabs.addTab(self._tasks_box, self.tr("Tasks"))
        self.body.addWidget(self._tabs)
        self._where: list[str] = []
        figures.evaluated.connect(self.show_figures)
        self._lines: dict[int, ProgressLine] = {}
        tasks.started.connect(self._add_task)
        tasks.ended.connect(self._drop_task)

    def _add_task(self, task: Task) -> None:
        line = ProgressLine(f"task{task.number}")
        self._lines[task.number] = line
        self._tasks_column.insertWidget(self._tasks_column.count() - 1, line)
        line.watch(task)
        self._show_count()

    def _drop_task(self, task: Task) -> None:
        line = self._lines.pop(task.number, None)
        if line is not None:
            self._tasks_column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._show_count()

    def _show_count(self) -> None:
        count = len(self._lines)
        self._idle.setVisible(count == 0)
        words = self.tr("Tasks ({count})").format(count=count) if count else self.tr("Tasks")
        self._tabs.setTabText(self._tabs.indexOf(self._tasks_box), words)

    def show_figures(self) -> None:
        """Show what the newest evaluation found."""
        result = self._figures.result
        if result is None:
            return
        self._where = [finding.where for finding in result.findings]
        self._findings.set_frame(
            {
                "level": [finding.level.value for finding in result.findings],
                "text": [finding.text for finding in result.findings],
                "where": self._where,
            }
        )
        self._gaps.set_frame(
            {
                "what": [gap.what[0].upper() + gap.what[1:] for gap in result.gaps],
                "where": [gap.where for gap in result.gaps],
                "share": [gap.share_of_trade for gap in result.gaps],
            }
        )
        self._tabs.setTabText(0, self.tr("Findings ({count})").format(count=len(result.findings)))
        self._tabs.setTabText(1, self.tr("Gaps ({count})").format(count=len(result.gaps)))

    def _go(self, row: int) -> None:
        self.go_to.emit(self._where[row])


def _place(section: object) -> str:
    """A section in words: "origin.product_rules[0]" is "Origin: product rule 1"."""
    part, _, inner = str(section).partition(".")
    name, bracket, number = inner.partition("[")
    words = part.replace("_", " ").partition("[")[0].capitalize()
    if not inner:
        _, bracket, number = part.partition("[")
        return f"{words} {int(number[:-1]) + 1}" if bracket else words
    place = name.replace("_", " ").removesuffix("s") if bracket else name.replace("_", " ")
    return f"{words}: {place} {int(number[:-1]) + 1}" if bracket else f"{words}: {place}"
