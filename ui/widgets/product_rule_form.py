"""The particulars of a product rule around its criteria: products, exceptions, source."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.decimal_spin import share_spin
from ui.widgets.form_grid import FormGrid, ProblemLabel
from ui.widgets.line_field import LineField
from workbench.model.origin import ProductRule


class ProductRuleForm(QWidget):
    """Edits which products a rule is for; `more`, to be placed apart, holds the rest.

    Signals:
        edited: the rule with the change, what was done in words, and a merge key.
    """

    edited = Signal(object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rule: ProductRule | None = None
        self._products = CodeListEdit(self.tr("Products of the rule"), f"{name}Products")
        self._exceptions = CodeListEdit(self.tr("Products it is not for"), f"{name}Exceptions")
        self._de_minimis = share_spin(
            self.tr("De minimis of these products"), f"{name}DeMinimis", self.tr("as agreed")
        )
        self._source = LineField(self.tr("Source of the rule"), f"{name}Source")
        self._notes = LineField(self.tr("Notes on the rule"), f"{name}Notes")
        self._problem = ProblemLabel(f"{name}Problem")
        grid = FormGrid(2)
        grid.add(self.tr("Products"), self._products)
        grid.add(self.tr("Except"), self._exceptions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._problem)
        self.more = QWidget()
        self.more.setObjectName(f"{name}More")
        rest = FormGrid(2)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.add(self.tr("Own de minimis"), self._de_minimis)
        rest.add(self.tr("Source"), self._source)
        rest.add(self.tr("Notes"), self._notes, 2)
        self.more.setLayout(rest)
        self._products.ranges_changed.connect(self._on_products)
        self._exceptions.ranges_changed.connect(self._on_exceptions)
        self._de_minimis.number_changed.connect(self._on_de_minimis)
        self._source.edited.connect(self._on_source)
        self._notes.edited.connect(self._on_notes)

    def show_rule(self, rule: ProductRule) -> None:
        """Show a rule; fields that show it already stay as they are."""
        self._rule = rule
        for field, ranges in ((self._products, rule.products), (self._exceptions, rule.exceptions)):
            if field.ranges() != ranges:
                field.set_ranges(ranges)
        self._de_minimis.show_number(rule.de_minimis)
        self._source.show_text(rule.source)
        self._notes.show_text(rule.notes)

    def show_problem(self, problem: str) -> None:
        """Say why the rule is not applied; empty if it is."""
        self._problem.say(problem)

    def focus_products(self) -> None:
        """Put the cursor where the products are typed."""
        self._products.setFocus()

    def _tell(self, words: str, key: str = "", **change: Any) -> None:
        if self._rule is not None:
            self.edited.emit(replace(self._rule, **change), words, key)

    def _on_products(self, ranges: Any) -> None:
        self._tell(self.tr("Change the products of a rule"), products=ranges)

    def _on_exceptions(self, ranges: Any) -> None:
        self._tell(self.tr("Change the exceptions of a rule"), exceptions=ranges)

    def _on_de_minimis(self, share: float | None) -> None:
        self._tell(self.tr("Change the de minimis of a rule"), "de_minimis", de_minimis=share)

    def _on_source(self, text: str) -> None:
        self._tell(self.tr("Edit a rule's source"), "source", source=text)

    def _on_notes(self, text: str) -> None:
        self._tell(self.tr("Edit a rule's notes"), "notes", notes=text)
