"""Two texts compared: what differs in words, every figure's change, and the edits behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui import format as fmt
from ui.models.frame_model import Column
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.measured import measured, measured_full, measured_text
from ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from workbench.analysis.comparison import Cause, Comparison, FigureChange
    from workbench.definitions.change_notes import Note

WORDS, FIGURES = "words", "figures"
_LONGEST = 140


class ComparisonView(QWidget):
    """Switches between the differences in words and what they do.

    Signals:
        figure_selected: a `FigureChange` that the user looks at.
    """

    figure_selected = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._changes: tuple[FigureChange, ...] = ()
        self.view = SegmentedControl(
            self.tr("Comparison"),
            [(WORDS, self.tr("In words")), (FIGURES, self.tr("Figures and causes"))],
            f"{name}View",
        )
        self.notes = DataTable(
            [Column("text", self.tr("What differs"), fmt.text)],
            self.tr("Differences in words"),
            f"{name}Notes",
            stretch="text",
        )
        self.notes.horizontalHeader().hide()
        self.notes.setWordWrap(True)
        self.figures = DataTable(
            [
                Column("title", self.tr("Figure"), fmt.text),
                self._amount("before", self.tr("Before")),
                self._amount("after", self.tr("After")),
                self._amount("change", self.tr("Change")),
            ],
            self.tr("Change of every figure"),
            f"{name}Figures",
            stretch="title",
        )
        self.causes = DataTable(
            [
                self._amount("effect", self.tr("Effect")),
                Column("text", self.tr("Because"), fmt.text),
            ],
            self.tr("Edits behind the change"),
            f"{name}Causes",
            stretch="text",
        )
        self.causes.setWordWrap(True)
        for table in (self.notes, self.figures, self.causes):
            table.setProperty("flat", True)
        self._says = small_label("", f"{name}Says")
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.causes, 1)
        column.addWidget(self._says)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName(f"{name}Split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.figures)
        split.addWidget(below)
        split.setSizes([420, 380])
        self._stack = QStackedWidget()
        self._stack.setObjectName(f"{name}Stack")
        self._stack.addWidget(self.notes)
        self._stack.addWidget(split)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.view.chosen.connect(self._on_view)
        self.figures.row_selected.connect(self._on_figure)

    def _amount(self, name: str, title: str) -> Column:
        return Column(name, title, measured_text, numeric=True, full=measured_full, width=82)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show what differs, before the figures are there."""
        self.notes.set_empty_text(self.tr("Nothing differs"))
        self.notes.set_frame({"text": [note.text for note in notes]})
        self.notes.resizeRowsToContents()

    def clear(self, sentence: str) -> None:
        """Show nothing, and why."""
        for table in (self.notes, self.figures, self.causes):
            table.set_empty_text(sentence)
        self.notes.set_frame({"text": []})
        self._show_changes(())

    def show_comparison(self, found: Comparison) -> None:
        """Show words and figures; the figure looked at stays selected."""
        self.show_notes(found.notes)
        self.figures.set_empty_text(self.tr("No figure changes"))
        self._show_changes(tuple(change for change in found.figures if change.changed))

    def _show_changes(self, changes: tuple[FigureChange, ...]) -> None:
        kept = self.selected()
        self._changes = changes
        units = [change.unit for change in changes]
        self.figures.set_frame(
            {
                "title": [change.title for change in changes],
                "before": [
                    measured(c.before, unit) for c, unit in zip(changes, units, strict=True)
                ],
                "after": [measured(c.after, unit) for c, unit in zip(changes, units, strict=True)],
                "change": [
                    measured(c.change, unit, is_change=True)
                    for c, unit in zip(changes, units, strict=True)
                ],
            },
            key="title",
        )
        if changes and (kept is None or self.figures.current_row() < 0):
            self.figures.select_row(0)
        self._on_figure(self.figures.current_row())

    def selected(self) -> FigureChange | None:
        """The figure that is looked at."""
        row = self.figures.current_row()
        return self._changes[row] if 0 <= row < len(self._changes) else None

    def _on_view(self, view: str) -> None:
        self._stack.setCurrentIndex(0 if view == WORDS else 1)
        self.notes.resizeRowsToContents()
        self.causes.resizeRowsToContents()

    def _reason(self, cause: Cause, unit: str) -> str:
        """An edit in a line or two, and the range of its effect where the order matters."""
        head, _, _ = cause.text.partition(": ")
        text = cause.text if len(cause.text) <= _LONGEST else f"{head}."
        if not cause.depends_on_order:
            return text
        ends = (measured(end, unit, is_change=True) for end in (cause.low, cause.high))
        low, high = (measured_text(end) for end in ends)
        return self.tr("{text} ({low} to {high} by the order)").format(
            text=text, low=low, high=high
        )

    def _on_figure(self, row: int) -> None:
        change = self._changes[row] if 0 <= row < len(self._changes) else None
        because = change.because if change is not None else ()
        unit = change.unit if change is not None else ""
        self.causes.set_empty_text(
            self.tr("Select a figure") if change is None else self.tr("Not shared out by edit")
        )
        self.causes.set_frame(
            {
                "effect": [measured(cause.effect, unit, is_change=True) for cause in because],
                "text": [self._reason(cause, unit) for cause in because],
            }
        )
        self.causes.resizeRowsToContents()
        depends = any(cause.depends_on_order for cause in because)
        self._says.setText(
            self.tr(
                "Effects are means of making the edits in the listed order and in reverse; they "
                "add up to the change."
            )
            if depends
            else ""
        )
        self._says.setVisible(depends)
        if change is not None:
            self.figure_selected.emit(change)
