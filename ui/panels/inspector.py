"""The right side: the selected figure with its formula, numbers, sources and vintage."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
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
from ui.widgets.analysis_view import alike
from ui.widgets.buttons import icon_button
from ui.widgets.card import Card
from ui.widgets.form_grid import small_label

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.explain import Explanation, Term
    from workbench.analysis.results import Evaluation

log = logging.getLogger(__name__)

_SHOWN_ROWS = 5
_LONGEST_NAME = 80
_LONGEST_VALUE = 22
_LANE_NAMES = ("importer", "exporter", "product", "stage")


class _Lines(QVBoxLayout):
    """Small plain lines, as many as there are to show."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setSpacing(7)
        self._name = name
        self._labels: list[QLabel] = []

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these lines and no others."""
        for place in range(len(self._labels), len(lines)):
            self._labels.append(small_label("", f"{self._name}{place}"))
            self.addWidget(self._labels[place])
        for place, label in enumerate(self._labels):
            label.setText(lines[place] if place < len(lines) else "")
            label.setVisible(place < len(lines))


class _TermRow(QWidget):
    """A term with its value: side by side, or in one sentence where the value is long."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        self._title, self._number, self._sentence = QLabel(), QLabel(), QLabel()
        for label in (self._title, self._sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        theme.set_role(self._title, "muted")
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._title, 1)
        line.addWidget(self._number)
        line.addWidget(self._sentence, 1)

    def show_term(self, term: Term | None) -> None:
        """Show a term; None takes no room."""
        title = value = ""
        if term is not None:
            value = shown(term.value, term.unit.value)
            title = f"{term.meaning} ({term.symbol})" if term.symbol else term.meaning
        long = len(value) > _LONGEST_VALUE
        self._title.setText("" if long else title)
        self._number.setText("" if long else value)
        self._sentence.setText(f"{title}: {value}" if long else "")
        for label in (self._title, self._number):
            label.setVisible(not long)
        self._sentence.setVisible(long)
        self.setToolTip(term.source if term is not None else "")
        self.setVisible(term is not None)


class Inspector(Card):
    """Explains one figure; stays with it as the agreement changes."""

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "inspector", parent=parent)
        self.setAccessibleName(self.tr("Inspector"))
        self._figures = figures
        self._figure, self._lane = "", -1
        self._lane_of: Evaluation | None = None
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
        self._build()
        figures.evaluated.connect(self.redraw)

    def _build(self) -> None:
        """One label for each part; terms and lines get more of them as they are needed."""
        self._box = QWidget()
        self._column = column = QVBoxLayout(self._box)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(7)
        self._value = QLabel()
        self._value.setObjectName("inspectorValue")
        theme.set_role(self._value, "figure")
        self._formula = QLabel()
        self._formula.setObjectName("inspectorFormula")
        self._formula.setWordWrap(True)
        self._formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._numbers_caption = _caption(self.tr("With the numbers put in"))
        self._terms: list[_TermRow] = []
        self._terms_column = QVBoxLayout()
        self._terms_column.setSpacing(7)
        self._sources = _Lines("inspectorSource")
        self._rows_caption = _caption(self.tr("Rows behind it"))
        self._row_lines = _Lines("inspectorRow")
        column.addWidget(self._value)
        column.addWidget(_caption(self.tr("Formula")))
        column.addWidget(self._formula)
        column.addWidget(self._numbers_caption)
        column.addLayout(self._terms_column)
        column.addWidget(_caption(self.tr("Sources")))
        column.addLayout(self._sources)
        column.addWidget(self._rows_caption)
        column.addLayout(self._row_lines)
        column.addStretch(1)
        self._box.hide()
        self._scroll.setWidget(self._box)

    def explain(self, figure: str, lane: int) -> None:
        """Show a figure: of a lane, or of the whole agreement (-1)."""
        self._figure, self._lane = figure, lane
        self._lane_of, self._given = self._figures.result, None
        self.redraw()

    def show_explanation(self, explanation: Explanation) -> None:
        """Show a figure that a page computed itself, until there are newer figures."""
        self._given = (explanation, self._figures.result)
        self.redraw()

    def redraw(self) -> None:
        """Explain the same figure again from the newest result; nothing while out of sight."""
        if self.isHidden():
            return
        result = self._figures.result
        if self._given is not None and self._is_current(self._given[1]):
            self._show(self._given[0])
            return
        self._given = None
        if result is None:
            self._title.setText(self.tr("Figures are on their way"))
            self._subject.setText(self.tr("Select a figure to see its formula and source."))
            return
        from workbench.analysis.explain import explain_lane, explain_total

        if self._lane_of is not result:
            self._lane = _same_lane(self._lane_of, self._lane, result)
            self._lane_of = result
        if self._lane < 0 and self._figure not in result.totals:  # none yet, or its lane is gone
            claims = result.agreement.gives_preference
            self._figure = "utilisation" if claims else "covered_trade"
        if self._lane < 0:
            explanation = explain_total(result, self._figure)
        else:
            explanation = explain_lane(result, self._lane, self._figure)
        self._show(explanation)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed out of sight."""
        super().showEvent(event)
        self.redraw()

    def _is_current(self, of: Evaluation | None) -> bool:
        """Whether what a page computed is of the newest text, year and trade."""
        result = self._figures.result
        return of is result or (of is not None and result is not None and alike(of, result))

    def _show(self, explanation: Explanation) -> None:
        """Fill in the labels there are, which is much quicker than to make new ones.

        The layout waits until all are filled: else each label shown lays out all of them anew.
        """
        self._shown = explanation
        self._column.setEnabled(False)
        self._fill(explanation)
        self._column.setEnabled(True)

    def _fill(self, explanation: Explanation) -> None:
        self._box.show()
        self._title.setText(explanation.title)
        self._subject.setText(explanation.subject)
        self._value.setText(shown(explanation.value, explanation.unit.value))
        self._formula.setText(explanation.formula)
        numbers = [term for term in explanation.terms if not term.meaning.startswith("Source of")]
        self._numbers_caption.setVisible(bool(numbers))
        for place in range(len(self._terms), len(numbers)):
            self._terms.append(_TermRow(f"inspectorTerm{place}"))
            self._terms_column.addWidget(self._terms[place])
        for row, term in zip_longest(self._terms, numbers):
            row.show_term(term)
        sources = [
            f"{term.meaning.removeprefix('Source of ').capitalize()}: {term.value}"
            for term in explanation.terms
            if term.meaning.startswith("Source of")
        ]
        self._sources.show_lines([*sources, *explanation.notes])
        rows = self._rows() if self._given is not None or self._lane < 0 else None
        self._rows_caption.setVisible(rows is not None)
        self._row_lines.show_lines([] if rows is None else self._in_lines(rows))

    def _in_lines(self, rows: pd.DataFrame) -> list[str]:
        """The largest lanes, and how many more there are."""
        first = str(rows.columns[len(_LANE_NAMES)])
        _, unit = _titled(first)
        lines = [
            f"{fmt.code(product)}, {exporter} → {importer}: {shown(value, unit)}"
            for importer, exporter, product, value in zip(
                *(rows[name].head(_SHOWN_ROWS) for name in (*_LANE_NAMES[:3], first)), strict=True
            )
        ]
        more = len(rows) - _SHOWN_ROWS
        if more > 0:
            words = self.tr("and {count} more lanes, in the file that the button above saves")
            lines.append(words.format(count=fmt.count(more)))
        return lines

    def _rows(self) -> pd.DataFrame | None:
        """The lanes behind the figure shown; None where a page computed it from none."""
        result = self._figures.result
        if self._given is not None:
            return self._given[0].rows
        if result is None:
            return None
        from workbench.analysis.explain_rows import rows_behind

        return rows_behind(result, self._figure, self._lane)

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


def _caption(words: str) -> QLabel:
    label = QLabel(words.upper())
    theme.set_role(label, "caption")
    return label


def shown(value: float | str | None, unit: str) -> str:
    """A value in the words of its unit."""
    if value is None:
        return fmt.MISSING
    if isinstance(value, str):
        return value
    if unit == "USD":
        return fmt.money(value)
    if unit == "share":
        return fmt.percent(value)
    if unit == "points":
        return fmt.points(value)
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


def _same_lane(old: Evaluation | None, lane: int, new: Evaluation) -> int:
    """The row of the same lane in a newer evaluation; -1 where it has none."""
    if old is None or not 0 <= lane < len(old.lanes):
        return -1
    a, b = old.baseline, new.baseline
    names = a.importers[a.i[lane]], a.exporters[a.x[lane]], a.market.products[a.k[lane]]
    lists = b.importers, b.exporters, b.market.products
    if any(name not in known for name, known in zip(names, lists, strict=True)):
        return -1
    i, x, k = (known.index(name) for name, known in zip(names, lists, strict=True))
    rows = ((b.i == i) & (b.x == x) & (b.k == k)).nonzero()[0]
    return int(rows[0]) if len(rows) else -1
