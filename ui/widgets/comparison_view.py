"""Two texts compared: what differs in words, every figure's change, and the edits behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        figure_selected: a `FigureChange` that the user looks at, and the column of it.
        cause_selected: a `FigureChange`, and the `Cause` among those behind it.
    """

    figure_selected = Signal(object, str)
    cause_selected = Signal(object, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._changes: tuple[FigureChange, ...] = ()
        self.view = SegmentedControl(
            self.tr("Comparison"),
            [(WORDS, self.tr("In words")), (FIGURES, self.tr("Figures and causes"))],
            f"{name}View",
        )
        self._of_two = [Column("text", self.tr("What differs"), fmt.text)]
        self._of_each = [Column("of", self.tr("In"), fmt.text, width=96), *self._of_two]
        self.notes = DataTable(
            self._of_two, self.tr("Differences in words"), f"{name}Notes", stretch="text"
        )
        self.notes.horizontalHeader().hide()
        self.notes.setWordWrap(True)
        self._title = Column("title", self.tr("Figure"), fmt.text)
        self._change = [
            self._title,
            self._amount("before", self.tr("Before")),
            self._amount("after", self.tr("After")),
            self._amount("change", self.tr("Change")),
        ]
        self.figures = DataTable(
            self._change, self.tr("Change of every figure"), f"{name}Figures", stretch="title"
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
        self._behind = QWidget()
        column = QVBoxLayout(self._behind)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.causes, 1)
        column.addWidget(self._says)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName(f"{name}Split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.figures)
        split.addWidget(self._behind)
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
        self.figures.cell_selected.connect(self._on_cell)
        self.causes.row_selected.connect(self._on_cause)

    def _amount(self, name: str, title: str) -> Column:
        return Column(name, title, measured_text, numeric=True, full=measured_full, width=82)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show what differs, before the figures are there."""
        self.notes.set_empty_text(self.tr("Nothing differs"))
        _fill(self.notes, self._of_two, {"text": [note.text for note in notes]})
        self.notes.resizeRowsToContents()

    def show_each(
        self,
        told: Sequence[tuple[str, Sequence[Note]]],
        before: Mapping[str, float | None],
        after: Sequence[Mapping[str, float | None]],
    ) -> None:
        """Show what differs between one text and each of several others, without the causes.

        Args:
            told: the name of each other text, and its differences in words.
            before: figures of the one text, by name.
            after: figures of each other text; empty while they are not all known.
        """
        from workbench.analysis.explain import FIGURES as UNITS

        same = self.tr("Nothing differs")
        words = [(name, text) for name, notes in told for text in _texts(notes, same)]
        self.notes.set_empty_text(same)
        _fill(
            self.notes,
            self._of_each,
            {"of": [name for name, _ in words], "text": [text for _, text in words]},
        )
        self.notes.resizeRowsToContents()
        self.figures.set_empty_text(
            self.tr("No figure changes") if after else self.tr("The figures are being worked out")
        )
        moved = [
            name
            for name, value in before.items()
            if any(figures[name] != value for figures in after)
        ]
        columns = [self._title, self._amount("base", self.tr("Before"))]
        frame: dict[str, list[object]] = {
            "title": [UNITS[name][0] for name in moved],
            "base": [measured(before[name], UNITS[name][1]) for name in moved],
        }
        for place, ((name, _), figures) in enumerate(zip(told, after, strict=False)):
            columns.append(self._amount(f"in{place}", name))
            frame[f"in{place}"] = [measured(figures[n], UNITS[n][1]) for n in moved]
        self._changes = ()
        self._behind.hide()
        _fill(self.figures, columns, frame)

    def clear(self, sentence: str) -> None:
        """Show nothing, and why."""
        for table in (self.notes, self.figures, self.causes):
            table.set_empty_text(sentence)
        _fill(self.notes, self._of_two, {"text": []})
        self._show_changes(())

    def show_comparison(self, found: Comparison) -> None:
        """Show words and figures; the figure looked at stays selected."""
        self.show_notes(found.notes)
        self.figures.set_empty_text(self.tr("No figure changes"))
        self._show_changes(tuple(change for change in found.figures if change.changed))

    def _show_changes(self, changes: tuple[FigureChange, ...]) -> None:
        kept = self.selected()
        self._behind.show()
        self._changes = changes
        units = [change.unit for change in changes]
        # Told of once, below, rather than at every step of the change.
        self.figures.blockSignals(True)
        _fill(
            self.figures,
            self._change,
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
        )
        if changes and (kept is None or self.figures.current_row() < 0):
            self.figures.select_row(0)
        self.figures.blockSignals(False)
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
            self.figure_selected.emit(change, "change")

    def _on_cell(self, row: int, column: str) -> None:
        if 0 <= row < len(self._changes):
            self.figure_selected.emit(self._changes[row], column)

    def _on_cause(self, row: int) -> None:
        change = self.selected()
        if change is not None and 0 <= row < len(change.because):
            self.cause_selected.emit(change, change.because[row])


def _texts(notes: Sequence[Note], same: str) -> list[str]:
    return [note.text for note in notes] or [same]


def _fill(
    table: DataTable, columns: Sequence[Column], frame: Mapping[str, Sequence[object]]
) -> None:
    """Show rows under columns, which are set anew only where they are others."""
    shown = [(column.name, column.title) for column in table.frame_model.columns]
    if shown == [(column.name, column.title) for column in columns]:
        table.set_frame(frame, key="title" if "title" in frame else "")
    else:
        table.set_columns(columns, frame)
