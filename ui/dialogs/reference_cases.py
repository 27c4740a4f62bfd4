"""Published examples, worked through by this program: what the source gives, what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.models.frame_model import Cell, Column
from ui.tasks import Task, TaskRunner
from ui.theme import Tone
from ui.widgets.buttons import primary_button
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.search_field import SearchField
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.reference_cases import CaseResult

KEY = "reference-cases"
_PASS, _FAIL = "Pass", "Fail"


def _tone(word: object) -> Tone:
    return Tone.GOOD if word == _PASS else Tone.BAD


class ReferenceCasesDialog(QDialog):
    """All cases in a table, the selected one in full below, misprints on a page of their own."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referenceCasesDialog")
        self.setWindowTitle(self.tr("Reference cases"))
        self.resize(960, 620)
        self._tasks = tasks
        self._results: tuple[CaseResult, ...] = ()
        self._says = QLabel(self.tr("Working through the cases…"))
        self._says.setObjectName("referenceCasesSays")
        theme.set_role(self._says, "heading")
        self._search = SearchField(self.tr("Search the cases"), "referenceCasesSearch")
        self.table = DataTable(
            [
                Column("result", self.tr("Result"), cell=Cell.CHIP, tone=_tone, width=84),
                Column("name", self.tr("Case")),
                Column("expected", self.tr("Expected"), width=190),
                Column("computed", self.tr("Computed here"), width=190),
                Column("source", self.tr("Source"), width=230),
            ],
            self.tr("Reference cases"),
            "referenceCases",
            stretch="name",
        )
        self.table.set_empty_text(self.tr("Working through the cases…"))
        self._detail = small_label("", "referenceCaseDetail")
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.setMinimumHeight(64)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.misprints = DataTable(
            [
                Column("where", self.tr("Where"), width=300),
                Column("printed", self.tr("Printed"), width=300),
                Column("exact", self.tr("Exact")),
            ],
            self.tr("Known misprints"),
            "knownMisprints",
            stretch="exact",
        )
        self._close = primary_button(self.tr("Close"), "referenceCasesClose")
        self._build()
        self._search.searched.connect(self.table.search)
        self.table.row_selected.connect(self._on_row)
        self._close.clicked.connect(self.accept)
        self._start()

    def _build(self) -> None:
        first, second = QWidget(), QWidget()
        cases, misprints = QVBoxLayout(first), QVBoxLayout(second)
        cases.setContentsMargins(0, 12, 0, 0)
        cases.setSpacing(10)
        cases.addWidget(self._search)
        cases.addWidget(self.table, 1)
        cases.addWidget(self._detail)
        misprints.setContentsMargins(0, 12, 0, 0)
        misprints.addWidget(
            small_label(
                self.tr(
                    "These published figures are wrong or rounded oddly. The program gives the "
                    "exact ones and is not bent to match them."
                ),
                "misprintsSay",
            )
        )
        misprints.addWidget(self.misprints, 1)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("referenceCasesTabs")
        self._tabs.tabBar().setAccessibleName(self.tr("Cases or misprints"))
        self._tabs.addTab(first, self.tr("Cases"))
        self._tabs.addTab(second, self.tr("Known misprints"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(10)
        whole.addWidget(self._says)
        whole.addWidget(self._tabs, 1)
        whole.addLayout(buttons)

    def _start(self) -> None:
        def work(progress: Progress) -> object:
            from workbench.analysis.reference_cases import run_reference_cases

            return run_reference_cases(progress)

        task: Task = self._tasks.start(self.tr("Reference cases"), work, key=KEY)
        task.succeeded.connect(self._on_results)

    def _on_results(self, results: tuple[CaseResult, ...]) -> None:
        from workbench.definitions.reference_cases import misprints

        self._results = results
        official = [one for one in results if one.case.official]
        own = [one for one in results if not one.case.official]
        words = self.tr(
            "{passed} of {all} published examples come out as published, {own_passed} of {own} "
            "variants of our own as expected"
        )
        self._says.setText(
            words.format(
                passed=fmt.count(sum(one.passed for one in official)),
                all=fmt.count(len(official)),
                own_passed=fmt.count(sum(one.passed for one in own)),
                own=fmt.count(len(own)),
            )
        )
        self.table.set_frame(
            {
                "result": [_PASS if one.passed else _FAIL for one in results],
                "name": [one.case.name for one in results],
                "expected": [one.expected for one in results],
                "computed": [one.computed for one in results],
                "source": [_source(one) for one in results],
            }
        )
        held = misprints()
        self.misprints.set_frame(
            {
                "where": [each.where for each in held],
                "printed": [each.printed for each in held],
                "exact": [each.exact for each in held],
            }
        )
        self.table.select_row(next((n for n, one in enumerate(results) if not one.passed), 0))

    def _on_row(self, row: int) -> None:
        if not 0 <= row < len(self._results):
            self._detail.setText("")
            return
        one = self._results[row]
        lines = [f"{one.case.group}: {one.case.name}", _source(one)]
        lines += [
            self.tr("{figure}: expected {expected}, computed {computed}").format(
                figure=each.figure or self.tr("answer"),
                expected=each.expected,
                computed=each.computed,
            )
            for each in one.compared
        ]
        self._detail.setText("\n".join(lines))

    def done(self, result: int) -> None:
        """Stop working through the cases when the dialog closes."""
        task = self._tasks.find(KEY)
        if task is not None:
            task.cancel()
        super().done(result)


def _source(one: CaseResult) -> str:
    return one.case.source if one.case.official else f"Variant of our own of: {one.case.source}"
