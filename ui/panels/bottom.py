"""The bottom panel: findings of the drafting assistant, gaps in the data, and tasks."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.tasks import Task, TaskRunner
from ui.widgets.card import Card
from ui.widgets.check_list import CheckList
from ui.widgets.data_table import DataTable
from ui.widgets.findings_panel import FindingsPanel
from ui.widgets.form_grid import small_label
from ui.widgets.progress_line import ProgressLine

_LISTED_AFTER_MS = 250
"""What takes no longer than an edit's figures is never listed: it would only flicker."""


class BottomPanel(Card):
    """Four tabs; a finding leads to the section it is about.

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
        self.findings = FindingsPanel()
        self.findings.go_to.connect(self.go_to)
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
        self._gaps.setProperty("flat", True)
        self._tasks_box = QWidget()
        self._tasks_box.setObjectName("tasks")
        self._tasks_column = QVBoxLayout(self._tasks_box)
        self._idle = small_label(self.tr("Nothing is under way"), "noTasks")
        self._tasks_column.addWidget(self._idle)
        self._tasks_column.addStretch(1)
        self._tabs.addTab(self.findings, self.tr("Findings"))
        self._tabs.addTab(self._gaps, self.tr("Gaps"))
        self._tabs.addTab(self._tasks_box, self.tr("Tasks"))
        self._tabs.addTab(CheckList(), self.tr("Checks"))
        self._tabs.setCornerWidget(self.findings.acts)
        self._tabs.currentChanged.connect(self._on_tab)
        self.body.addWidget(self._tabs)
        figures.evaluated.connect(self.show_figures)
        self._lines: dict[int, ProgressLine] = {}
        self._begun: dict[int, Task] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_LISTED_AFTER_MS)
        self._pause.timeout.connect(self._list_tasks)
        tasks.started.connect(self._on_started)
        tasks.ended.connect(self._on_ended)

    def _on_started(self, task: Task) -> None:
        self._begun[task.number] = task
        if not self._pause.isActive():
            self._pause.start()

    def _list_tasks(self) -> None:
        """A line for each task that is still under way."""
        for number, task in self._begun.items():
            line = self._lines[number] = ProgressLine(f"task{number}")
            self._tasks_column.insertWidget(self._tasks_column.count() - 1, line)
            line.watch(task)
        self._begun.clear()
        self._show_count()

    def _on_ended(self, task: Task) -> None:
        self._begun.pop(task.number, None)
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
        self._name_tab(self._tabs.indexOf(self._tasks_box), words)

    def show_figures(self) -> None:
        """Show what the newest evaluation found."""
        result = self._figures.result
        if result is None:
            return
        found = (*self._figures.private_findings(), *result.findings)
        self.findings.show_findings(found)
        counting = [finding for finding in found if not finding.set_aside]
        self._gaps.set_frame(
            {
                "what": [gap.what[0].upper() + gap.what[1:] for gap in result.gaps],
                "where": [gap.where for gap in result.gaps],
                "share": [gap.share_of_trade for gap in result.gaps],
            }
        )
        self._name_tab(0, self.tr("Findings ({count})").format(count=len(counting)))
        self._name_tab(1, self.tr("Gaps ({count})").format(count=len(result.gaps)))

    def _name_tab(self, place: int, words: str) -> None:
        """Another name draws the whole panel anew, the same one nothing."""
        if self._tabs.tabText(place) != words:
            self._tabs.setTabText(place, words)

    def _on_tab(self, place: int) -> None:
        """What can be done about a finding is offered beside the findings alone."""
        self.findings.show_acts(self._tabs.widget(place) is self.findings)
