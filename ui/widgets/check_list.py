"""What the drafting assistant checks, as a table to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui.models.frame_model import Cell, Column
from ui.widgets.data_table import DataTable
from ui.widgets.findings_table import level_tone, level_word

if TYPE_CHECKING:
    from workbench.analysis.findings import Check


class CheckList(DataTable):
    """The table of checks; filled when it is first shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            [],
            self.tr("What is checked"),
            "checks",
            stretch="looks_for",
            parent=parent,
        )
        self.setProperty("flat", True)
        self.set_columns(
            [
                Column(
                    "level",
                    self.tr("Level"),
                    text=level_word,
                    cell=Cell.CHIP,
                    tone=level_tone,
                    width=110,
                    tip=self.tr("The gravest level that its findings can have"),
                ),
                Column("looks_for", self.tr("Looks for"), fmt.text),
                Column("needs", self.tr("In"), fmt.text, width=210),
                Column("fix", self.tr("The fix offered"), fmt.text, width=260),
            ],
            {"level": [], "looks_for": [], "needs": [], "fix": []},
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Fill it."""
        super().showEvent(event)
        if self.frame_model.rowCount() == 0:
            from workbench.analysis.findings import CHECKS

            self.set_frame(
                {
                    "level": [check.levels[0].value for check in CHECKS],
                    "looks_for": [_sentence(check) for check in CHECKS],
                    "needs": [check.needs.value for check in CHECKS],
                    "fix": [check.fix or None for check in CHECKS],
                }
            )


def _sentence(check: Check) -> str:
    return f"{check.looks_for[0].upper()}{check.looks_for[1:]}"
