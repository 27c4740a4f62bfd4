"""Computed remarks in a table; one leads to the section it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ui import format as fmt
from ui import messages
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.data_table import DataTable

if TYPE_CHECKING:
    from workbench.analysis.results import Finding

ASIDE = "aside"
LEVEL_TONES = {
    "error": Tone.BAD,
    "warning": Tone.WARN,
    "note": Tone.INFO,
    ASIDE: Tone.NEUTRAL,
}
_AIR = 8
"""Pixels of a row above and below its words."""


class FindingsTable(DataTable):
    """What a page's own computation remarks; its menu settles a remark or sets it aside.

    Signals:
        go_to: the section of the agreement that a remark is about.
        fix_wanted: the title of an edit that settles a remark, and the edit.
        aside_wanted: the id of a remark, what it is about, and why it does not count.
        taken_up: the id of a remark that counts again, and what it is about.
    """

    go_to = Signal(str)
    fix_wanted = Signal(str, object)
    aside_wanted = Signal(str, str, str)
    taken_up = Signal(str, str)

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                Column(
                    "level",
                    "",
                    level_word,
                    cell=Cell.CHIP,
                    tone=level_tone,
                    width=108,
                ),
                Column("text", says, fmt.text),
            ],
            says,
            name,
            stretch="text",
            parent=parent,
        )
        self._findings: tuple[Finding, ...] = ()
        self.setProperty("flat", True)
        self.setWordWrap(True)
        self.set_empty_text(self.tr("Nothing to remark"))
        self.row_activated.connect(self._go)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show remarks, the most serious first as given."""
        self._findings = tuple(findings)
        self.set_frame(
            {
                "level": [level_shown(finding) for finding in findings],
                "text": [told(finding) for finding in findings],
            },
            key="text",
        )
        self.resizeRowsToContents()
        rows = self.verticalHeader()
        for row in range(len(self._findings)):
            rows.resizeSection(row, rows.sectionSize(row) + _AIR)

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._findings):
            self.go_to.emit(self._findings[row].where)

    def export_menu(self) -> QMenu:
        """The menu of every table, and what can be done about the current remark."""
        menu = super().export_menu()
        row = self.current_row()
        if 0 <= row < len(self._findings):
            finding = self._findings[row]
            words = self.tr("Take up again") if finding.set_aside else self.tr("Set aside…")
            menu.addSeparator()
            if finding.fix is not None and not finding.set_aside:
                menu.addAction(finding.fix.text).triggered.connect(self._on_fix)
            menu.addAction(words).triggered.connect(self._on_aside)
        return menu

    def _on_fix(self) -> None:
        fix = self._findings[self.current_row()].fix
        if fix is not None:
            self.fix_wanted.emit(fix.text, fix.edit)

    def _on_aside(self) -> None:
        finding = self._findings[self.current_row()]
        if finding.set_aside:
            self.taken_up.emit(finding.id, finding.about)
            return
        reason = messages.ask_line(self, self.tr("Why does it not count? Kept in the file."))
        if reason:
            self.aside_wanted.emit(finding.id, finding.about, reason)


def level_shown(finding: Finding) -> str:
    """Its level, or that it was set aside."""
    return ASIDE if finding.set_aside else finding.level.value


def level_word(value: object) -> str:
    """A level on screen."""
    if value == ASIDE:
        return QCoreApplication.translate("FindingsTable", "Set aside")
    return str(value).capitalize()


def level_tone(value: object) -> Tone:
    """The colour of a level."""
    return LEVEL_TONES[str(value)]


def told(finding: Finding) -> str:
    """What it says, after the reason where it was set aside."""
    return f"{finding.set_aside} – {finding.text}" if finding.set_aside else finding.text
