"""The right side: the selected figure with its formula, numbers, sources and vintage."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import messages, theme
from ui.figures import Figures
from ui.files import write_whole
from ui.models.frame_model import export_text
from ui.widgets.buttons import icon_button
from ui.widgets.card import Card

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.explain import Explanation, Term
    from workbench.analysis.results import Evaluation

log = logging.getLogger(__name__)

_SHOWN_ROWS = 5
_LONGEST_NAME = 80
_LANE_NAMES = ("importer", "exporter", "product", "stage")


class Inspector(Card):
    """Explains one figure; stays with it as the agreement changes."""

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "inspector", parent=parent)
        self.setAccessibleName(self.tr("Inspector"))
        self._figures = figures
        self._figure, self._lane = "utilisation", -1
        self._given: tuple[Explanation, Evaluation | None] | None = None
        self._shown: Explanation | None = None
        self._folder = Path.home()
        self._title = QLabel()
        self._title.setObjectName("inspectorFigure")
        theme.set_role(self._title, "heading")
        self._title.setWordWrap(True)
        self._subject = QLabel()
        self._subject.setObjectName("inspectorSubject")
        theme.set_role(self._subject, "muted")
        self._subject.setWordWrap(True)
        self._subject.setTextFormat(Qt.TextFormat.PlainText)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("inspectorScroll")
        self._scroll.setAccessibleName(self.tr("Formula, numbers and sources"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        copy = icon_button("copy", self.tr("Copy the explanation"), "copyExplanation")
        copy.clicked.connect(self._copy)
        export = icon_button(
            "download",
            self.tr("Save the explanation with the rows behind it"),
            "exportExplanation",
        )
        export.clicked.connect(self._export)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(copy)
        head.addWidget(export)
        self.body.addLayout(head)
        self.body.addWidget(self._subject)
        self.body.addWidget(self._scroll, 1)
        figures.evaluated.connect(self.redraw)
        self.redraw()

    def explain(self, figure: str, lane: int) -> None:
        """Show a figure: of a lane, or of the whole agreement (-1)."""
        self._figure, self._lane = figure, lane
        self._given = None
        self.redraw()

    def show_explanation(self, explanation: Explanation) -> None:
        """Show a figure that a page computed itself, until there are newer figures."""
        self._given = (explanation, self._figures.result)
        self.redraw()

    def redraw(self) -> None:
        """Explain the same figure again from the newest result."""
        result = self._figures.result
        if self._given is not None and self._given[1] is result:
            self._show(self._given[0])
            return
        self._given = None
        if result is None:
            self._title.setText(self.tr("Figures are on their way"))
            self._subject.setText(self.tr("Select a figure to see its formula and source."))
            return
        from workbench.analysis.explain import explain_lane, explain_total

        if self._lane >= len(result.lanes):
            self._lane = -1
        if self._lane < 0:
            explanation = explain_total(result, self._figure)
        else:
            explanation = explain_lane(result, self._lane, self._figure)
        self._show(explanation)

    def _show(self, explanation: Explanation) -> None:
        self._title.setText(explanation.title)
        self._subject.setText(explanation.subject)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(7)
        value = QLabel(shown(explanation.value, explanation.unit.value))
        value.setObjectName("inspectorValue")
        theme.set_role(value, "figure")
        column.addWidget(value)
        self._caption(column, self.tr("Formula"))
        formula = QLabel(explanation.formula)
        formula.setObjectName("inspectorFormula")
        formula.setWordWrap(True)
        formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(formula)
        numbers = [term for term in explanation.terms if not term.meaning.startswith("Source of")]
        sources = [term for term in explanation.terms if term.meaning.startswith("Source of")]
        if numbers:
            self._caption(column, self.tr("With the numbers put in"))
            for place, term in enumerate(numbers):
                column.addWidget(self._row(term, place))
        self._caption(column, self.tr("Sources"))
        for term in sources:
            label = QLabel(f"{term.meaning.removeprefix('Source of ').capitalize()}: {term.value}")
            self._small(column, label)
        for note in explanation.notes:
            self._small(column, QLabel(note))
        rows = self._rows()
        if rows is not None and self._lane < 0:
            self._show_rows(column, rows)
        column.addStretch(1)
        self._scroll.setWidget(box)
        self._shown = explanation

    def _rows(self) -> pd.DataFrame | None:
        """The lanes behind the figure shown; None for a figure that a page computed itself."""
        result = self._figures.result
        if self._given is not None or result is None:
            return None
        from workbench.analysis.explain_rows import rows_behind

        return rows_behind(result, self._figure, self._lane)

    def _show_rows(self, column: QVBoxLayout, rows: pd.DataFrame) -> None:
        """The largest lanes, and how many there are."""
        self._caption(column, self.tr("Rows behind it"))
        first = str(rows.columns[len(_LANE_NAMES)])
        _, unit = _titled(first)
        for importer, exporter, product, value in zip(
            *(rows[name].head(_SHOWN_ROWS) for name in (*_LANE_NAMES[:3], first)), strict=True
        ):
            words = f"{fmt.code(product)}, {exporter} → {importer}: {shown(value, unit)}"
            self._small(column, QLabel(words))
        more = len(rows) - _SHOWN_ROWS
        if more > 0:
            words = self.tr("and {count} more lanes, in the file that the button above saves")
            self._small(column, QLabel(words.format(count=fmt.count(more))))

    def _caption(self, column: QVBoxLayout, words: str) -> None:
        label = QLabel(words.upper())
        theme.set_role(label, "caption")
        column.addWidget(label)

    def _small(self, column: QVBoxLayout, label: QLabel) -> None:
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        theme.set_role(label, "small")
        column.addWidget(label)

    def _row(self, term: Term, place: int) -> QWidget:
        value = shown(term.value, term.unit.value)
        title = f"{term.meaning} ({term.symbol})" if term.symbol else term.meaning
        if len(value) > 22:
            label = QLabel(f"{title}: {value}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setToolTip(term.source)
            return label
        row = QWidget()
        row.setObjectName(f"inspectorTerm{place}")
        row.setToolTip(term.source)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        name, number = QLabel(title), QLabel(value)
        name.setWordWrap(True)
        theme.set_role(name, "muted")
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        line.addWidget(name, 1)
        line.addWidget(number)
        return row

    def _copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(_as_text(self._shown))

    def _export(self) -> None:
        """Write the explanation, and the lanes behind it, to a file."""
        explanation = self._shown
        if explanation is None:
            return
        stem = f"{explanation.title}, {explanation.subject}"
        stem = "".join(c if c.isalnum() or c in " -,." else "-" for c in stem).strip(" .")
        path = messages.save_file(
            self,
            self.tr("Save the explanation"),
            self._folder / f"{stem[:_LONGEST_NAME]}.csv",
            "CSV (*.csv)",
        )
        if path is None:
            return
        self._folder = path.parent
        try:
            write_whole(path, _as_csv(explanation, self._rows()).encode("utf-8-sig"))
        except OSError as error:
            log.warning("explanation not saved: %s", error)
            messages.show_error(
                self,
                self.tr("{path} could not be written: {why}. Choose another place.").format(
                    path=path, why=error.strerror or error
                ),
            )


def shown(value: float | str | None, unit: str) -> str:
    """A value in the words of its unit."""
    if value is None:
        return fmt.MISSING
    if isinstance(value, str):
        return value
    if unit == "USD":
        return fmt.money(value)
    if unit in ("share", "points"):
        return fmt.percent(value)
    if unit == "change of share":
        return fmt.percent_change(value)
    if unit == "count":
        return fmt.count(value)
    return fmt.plain(value)


def _titled(name: str) -> tuple[str, str]:
    """Title and unit of a column of the lanes."""
    from workbench.analysis.explain import FIGURES, Unit

    title, unit = FIGURES.get(name, (name.replace("_", " "), Unit.NUMBER))
    return title, unit.value


def _as_csv(explanation: Explanation, rows: pd.DataFrame | None) -> str:
    """The explanation term by term, then a table of the rows; values unrounded."""
    lines: list[list[object]] = [
        [explanation.title, explanation.subject],
        ["value", explanation.value, explanation.unit.value],
        ["formula", explanation.formula],
        ["method, section", explanation.section],
        [],
        ["symbol", "meaning", "value", "unit", "source"],
    ]
    for term in explanation.terms:
        lines.append([term.symbol, term.meaning, term.value, term.unit.value, term.source])
    lines += [["note", note] for note in explanation.notes]
    if rows is not None:
        lines += [[], [str(name) for name in rows.columns]]
        lines += [list(row) for row in zip(*(rows[n].tolist() for n in rows), strict=True)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([export_text(cell) for cell in line] for line in lines)
    return out.getvalue()


def _as_text(explanation: Explanation) -> str:
    lines = [
        f"{explanation.title}, {explanation.subject}",
        shown(explanation.value, explanation.unit.value),
        explanation.formula,
    ]
    for term in explanation.terms:
        symbol = f"{term.symbol} = " if term.symbol else ""
        source = f" [{term.source}]" if term.source else ""
        value = fmt.plain(term.value) if isinstance(term.value, float) else term.value
        lines.append(f"{symbol}{value}  {term.meaning}{source}")
    return "\n".join((*lines, *explanation.notes))
