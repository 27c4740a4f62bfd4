"""Computed remarks in a table; one leads to the section it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.data_table import DataTable

if TYPE_CHECKING:
    from workbench.analysis.results import Finding

_TONES = {"error": Tone.BAD, "warning": Tone.WARN, "note": Tone.INFO}


class FindingsTable(DataTable):
    """What a page's own computation remarks.

    Signals:
        go_to: the section of the agreement that a remark is about.
    """

    go_to = Signal(str)

    def __init__(self, says: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                Column(
                    "level",
                    "",
                    lambda value: str(value).capitalize(),
                    cell=Cell.CHIP,
                    tone=lambda value: _TONES[str(value)],
                    width=100,
                ),
                Column("text", says, fmt.text),
            ],
            says,
            name,
            stretch="text",
            parent=parent,
        )
        self._where: list[str] = []
        self.setProperty("flat", True)
        self.setWordWrap(True)
        self.set_empty_text(self.tr("Nothing to remark"))
        self.row_activated.connect(self._go)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show remarks, the most serious first as given."""
        self._where = [finding.where for finding in findings]
        self.set_frame(
            {
                "level": [finding.level.value for finding in findings],
                "text": [finding.text for finding in findings],
            },
            key="text",
        )
        self.resizeRowsToContents()

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._where):
            self.go_to.emit(self._where[row])
