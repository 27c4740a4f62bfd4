"""Findings of the drafting assistant, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.models.frame_model import Cell, Column
from ui.widgets.buttons import button, icon_button
from ui.widgets.data_table import DataTable
from ui.widgets.findings_table import level_shown, level_tone, level_word, told
from ui.widgets.line_field import LineField

if TYPE_CHECKING:
    from workbench.analysis.results import Finding

PRIVATE = "red-line"
_WIDEST_FIX = 240


class FindingsPanel(QWidget):
    """A table of findings; those set aside come last, with the reason.

    Signals:
        go_to: the section of the agreement that a finding is about.
        fix_wanted: a `Finding` whose fix the user asks for.
        aside_wanted: a `Finding` that the user sets aside, and the reason.
        taken_up: a `Finding` that was set aside and counts again.
    """

    go_to = Signal(str)
    fix_wanted = Signal(object)
    aside_wanted = Signal(object, str)
    taken_up = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findingsPanel")
        self._findings: tuple[Finding, ...] = ()
        self._on_show = True
        self.table = DataTable(
            [
                Column(
                    "level",
                    self.tr("Level"),
                    text=level_word,
                    cell=Cell.CHIP,
                    tone=level_tone,
                    width=110,
                ),
                Column("text", self.tr("Finding")),
                Column("where", self.tr("Where"), text=place_in_words, width=150),
            ],
            self.tr("Findings"),
            "findings",
            stretch="text",
        )
        self.table.horizontalHeader().hide()
        self.table.setProperty("flat", True)
        self.table.set_empty_text(self.tr("Nothing to remark"))
        self.show_it = icon_button("arrow-right", self.tr("Show the place"), "showFinding")
        self.fix = button("", "fixFinding", "check")
        self.reason = LineField(
            self.tr("Why the finding is set aside"),
            "asideReason",
            self.tr("Reason, kept in file"),
        )
        self.reason.setMinimumWidth(150)
        self.set_aside = button(self.tr("Set aside"), "setAside")
        self.take_up = button(self.tr("Take up again"), "takeUp", "rotate-ccw")
        self.acts = QWidget()
        self.acts.setObjectName("findingActs")
        row = QHBoxLayout(self.acts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.show_it)
        row.addWidget(self.fix)
        row.addWidget(self.reason, 1)
        row.addWidget(self.set_aside)
        row.addWidget(self.take_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.acts)
        self.table.row_activated.connect(self._go)
        self.table.row_selected.connect(self._on_row)
        self.show_it.clicked.connect(self._go_selected)
        self.fix.clicked.connect(self._on_fix)
        self.reason.edited.connect(self._on_reason)
        self.reason.returnPressed.connect(self._on_aside)
        self.set_aside.clicked.connect(self._on_aside)
        self.take_up.clicked.connect(self._on_take_up)
        self._on_row(-1)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings in the order given; the selected one stays selected."""
        self._findings = tuple(findings)
        self.table.set_frame(
            {
                "level": [level_shown(finding) for finding in self._findings],
                "text": [told(finding) for finding in self._findings],
                "where": [finding.where for finding in self._findings],
            },
            key="text",
        )
        self._on_row(self.table.current_row())

    def show_acts(self, on_show: bool) -> None:
        """Whether to offer what can be done; `acts` may be shown elsewhere than below the table."""
        self._on_show = on_show
        self._on_row(self.table.current_row())

    def selected(self) -> Finding | None:
        """The finding whose row is current."""
        row = self.table.current_row()
        return self._findings[row] if 0 <= row < len(self._findings) else None

    def _go(self, row: int) -> None:
        self.go_to.emit(self._findings[row].where)

    def _go_selected(self) -> None:
        finding = self.selected()
        if finding is not None:
            self.go_to.emit(finding.where)

    def _on_row(self, row: int) -> None:
        finding = self._findings[row] if 0 <= row < len(self._findings) else None
        self.acts.setVisible(finding is not None and self._on_show)
        if finding is None:
            return
        aside = bool(finding.set_aside)
        self.fix.setVisible(finding.fix is not None and not aside)
        if finding.fix is not None:
            shown = QFontMetrics(self.fix.font()).elidedText(
                finding.fix.text, Qt.TextElideMode.ElideRight, _WIDEST_FIX
            )
            self.fix.setText(shown)
            self.fix.setToolTip(finding.fix.text)
            self.fix.setAccessibleName(finding.fix.text)
        for widget in (self.reason, self.set_aside):
            # A private finding must not leave a trace in the file.
            widget.setVisible(not aside and finding.id != PRIVATE)
        self.take_up.setVisible(aside)
        self.reason.clear()
        self._on_reason("")

    def _on_reason(self, text: str) -> None:
        self.set_aside.setEnabled(bool(text))
        self.set_aside.setToolTip(
            "" if text else self.tr("Give a reason first; it is kept in the file")
        )

    def _on_fix(self) -> None:
        finding = self.selected()
        if finding is not None and finding.fix is not None:
            self.fix_wanted.emit(finding)

    def _on_aside(self) -> None:
        finding, reason = self.selected(), self.reason.text().strip()
        if finding is not None and reason:
            self.aside_wanted.emit(finding, reason)

    def _on_take_up(self) -> None:
        finding = self.selected()
        if finding is not None:
            self.taken_up.emit(finding)


def place_in_words(section: object) -> str:
    """A section in words: "origin.product_rules[0]" is "Origin: product rule 1"."""
    words: list[str] = []
    for step in str(section).split("."):
        name, bracket, number = step.partition("[")
        name = name.replace("_", " ")
        if not words:
            name = name.capitalize()
        elif bracket:
            name = name.removesuffix("s")
        words.append(f"{name} {int(number.partition(']')[0]) + 1}" if bracket else name)
    return ": ".join(words[:2])
