"""The staging categories: how rates fall, one row each."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.decimal_spin import DecimalSpin, share_spin
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.line_field import LineField
from workbench.model.commitments import StagingCategory, StagingFormula

_FORMULAS = (
    (StagingFormula.FREE, "Free at entry"),
    (StagingFormula.EQUAL_CUTS, "Equal cuts"),
    (StagingFormula.CUT, "Cut by a share"),
    (StagingFormula.CAP, "Cap at a rate"),
    (StagingFormula.MARGIN, "Margin of points"),
    (StagingFormula.SWISS, "Swiss formula"),
    (StagingFormula.EXCLUDED, "Excluded"),
)
_VALUE_OF = {
    StagingFormula.CUT: (0.5, "Share of the rate that is cut"),
    StagingFormula.CAP: (0.02, "Highest rate left"),
    StagingFormula.MARGIN: (0.02, "Points taken off the rate"),
    StagingFormula.SWISS: (0.1, "Coefficient of the formula"),
}
_YEARS = 5
_HEADINGS = ("Name", "Formula", "Years", "Value", "Notes")


class StagingEditor(QWidget):
    """Edits staging categories; a name that is empty or taken is not told.

    Signals:
        category_changed: place of the category, the new one or None to take it out, what was
            done in words, and a merge key.
    """

    category_changed = Signal(int, object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._categories: tuple[StagingCategory, ...] = ()
        self._rows: list[_Row] = []
        self._problem = ProblemLabel(f"{name}Problem")
        self._add = button(self.tr("Add category"), f"{name}Add", "plus")
        self._add.clicked.connect(self._add_category)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        for column, stretch in enumerate((2, 4, 0, 0, 5, 0)):
            self._grid.setColumnStretch(column, stretch)
        for column, words in enumerate(_HEADINGS):
            label = QLabel(self.tr(words))
            theme.set_role(label, "small")
            self._grid.addWidget(label, 0, column)
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(8)
        column_box.addLayout(self._grid)
        column_box.addWidget(self._problem)
        column_box.addLayout(foot)

    def show_categories(
        self, categories: tuple[StagingCategory, ...], used: Callable[[str], int]
    ) -> None:
        """Show categories.

        Args:
            categories: of the agreement.
            used: how many groups of products have a category, by its name.
        """
        self._categories = categories
        while len(self._rows) > len(categories):
            self._rows.pop().remove(self._grid)
        while len(self._rows) < len(categories):
            self._rows.append(_Row(self, len(self._rows), self._grid))
        for row, category in zip(self._rows, categories, strict=True):
            row.show(category, used(category.name), last=len(categories) == 1)
        self._say()

    def change(self, place: int, category: StagingCategory, field: str) -> None:
        """A field of a category has another value."""
        if self._say(place, category.name):
            return
        key = f"staging.{place}.{field}" if field else ""
        words = self.tr("Change a staging category")
        self.category_changed.emit(place, category, words, key)

    def remove(self, place: int) -> None:
        """Take a category out."""
        self.category_changed.emit(place, None, self.tr("Remove a staging category"), "")

    def _say(self, place: int = -1, name: str = "") -> str:
        """Say what is wrong with a name, if anything."""
        problem = ""
        others = [c.name for n, c in enumerate(self._categories) if n != place]
        if place >= 0 and not name:
            problem = self.tr("Not applied yet: give the category a name.")
        elif place >= 0 and name in others:
            problem = self.tr("Not applied yet: {name} is there already.").format(name=name)
        self._problem.say(problem)
        return problem

    def _add_category(self) -> None:
        taken = {category.name for category in self._categories}
        number = _YEARS
        while f"B{number}" in taken:
            number += 1
        new = StagingCategory(f"B{number}", StagingFormula.EQUAL_CUTS, years=number)
        words = self.tr("Add a staging category")
        self.category_changed.emit(len(self._categories), new, words, "")


class _Row:
    """The fields of one category, in a row of the grid."""

    def __init__(self, editor: StagingEditor, place: int, grid: QGridLayout) -> None:
        self._editor, self._place = editor, place
        self._category = StagingCategory("", StagingFormula.FREE)
        name = f"{editor.objectName()}_{place}"
        self.name = LineField(editor.tr("Name of the category"), f"{name}_name")
        formulas = [(str(key), editor.tr(words)) for key, words in _FORMULAS]
        self.formula = ChoiceBox(editor.tr("Formula"), formulas, f"{name}_formula")
        self.formula.setMinimumWidth(158)
        self.years = DecimalSpin(
            editor.tr("Number of yearly cuts"), f"{name}_years", 1, 100, nothing=fmt.MISSING
        )
        self.years.setDecimals(0)
        self.years.setFixedWidth(72)
        self.value = share_spin(
            editor.tr("Value of the formula"), f"{name}_value", fmt.MISSING, 4.0
        )
        self.value.setFixedWidth(92)
        self.notes = LineField(editor.tr("Notes on the category"), f"{name}_notes")
        self.name.setMinimumWidth(56)
        self.notes.setMinimumWidth(80)
        self.out = icon_button("trash-2", editor.tr("Remove this category"), f"{name}_remove")
        self._widgets = (self.name, self.formula, self.years, self.value, self.notes, self.out)
        for column, widget in enumerate(self._widgets):
            grid.addWidget(widget, place + 1, column)
        self.name.edited.connect(self._on_name)
        self.formula.chosen.connect(self._on_formula)
        self.years.number_changed.connect(self._on_years)
        self.value.number_changed.connect(self._on_value)
        self.notes.edited.connect(self._on_notes)
        self.out.clicked.connect(self._on_remove)

    def remove(self, grid: QGridLayout) -> None:
        """Take the fields away."""
        for widget in self._widgets:
            grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def show(self, category: StagingCategory, used: int, *, last: bool) -> None:
        """Show a category and whether it can be taken out."""
        self._category = category
        self.name.show_text(category.name)
        self.formula.show_key(category.formula)
        staged = category.formula is StagingFormula.EQUAL_CUTS
        self.years.setEnabled(staged)
        self.years.show_number(category.years if staged else None)
        valued = category.formula in _VALUE_OF
        self.value.setEnabled(valued)
        self.value.setToolTip(self._editor.tr(_VALUE_OF[category.formula][1]) if valued else "")
        self.value.show_number(category.value if valued else None)
        self.notes.show_text(category.notes)
        why = ""
        if used:
            why = self._editor.tr("Used by {0} group(s) of products or as the default").format(used)
        elif last:
            why = self._editor.tr("The only category")
        self.out.setEnabled(not why)
        self.out.setToolTip(why or self._editor.tr("Remove this category"))

    def _on_name(self, text: str) -> None:
        self._editor.change(self._place, replace(self._category, name=text), "name")

    def _on_formula(self, key: str) -> None:
        formula = StagingFormula(key)
        value = _VALUE_OF[formula][0] if formula in _VALUE_OF else None
        years = _YEARS if formula is StagingFormula.EQUAL_CUTS else None
        changed = replace(self._category, formula=formula, value=value, years=years)
        self._editor.change(self._place, changed, "")

    def _on_years(self, years: float | None) -> None:
        if years is None:
            self.years.show_number(self._category.years)
            return
        self._editor.change(self._place, replace(self._category, years=round(years)), "years")

    def _on_value(self, value: float | None) -> None:
        if value is None:
            self.value.show_number(self._category.value)
            return
        self._editor.change(self._place, replace(self._category, value=value), "value")

    def _on_notes(self, text: str) -> None:
        self._editor.change(self._place, replace(self._category, notes=text), "notes")

    def _on_remove(self) -> None:
        self._editor.remove(self._place)
