"""The right side: the selected figure with its formula, numbers, sources and vintage."""

from __future__ import annotations

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
from ui import theme
from ui.figures import Figures
from ui.widgets.buttons import icon_button
from ui.widgets.card import Card

if TYPE_CHECKING:
    from workbench.analysis.explain import Explanation, Term
    from workbench.analysis.results import Evaluation


class Inspector(Card):
    """Explains one figure; stays with it as the agreement changes."""

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "inspector", parent=parent)
        self.setAccessibleName(self.tr("Inspector"))
        self._figures = figures
        self._figure, self._lane = "utilisation", -1
        self._given: tuple[Explanation, Evaluation | None] | None = None
        self._text = ""
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
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(copy)
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
        column.addStretch(1)
        self._scroll.setWidget(box)
        self._text = _as_text(explanation)

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
        QGuiApplication.clipboard().setText(self._text)


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
    if unit == "count":
        return fmt.count(value)
    return fmt.plain(value)


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
