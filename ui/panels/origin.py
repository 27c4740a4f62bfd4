"""Rules of origin: which rule applies to what, its criteria and treaty text, and what it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.page import Page
from ui.theme import Tone
from ui.widgets.bill_editor import EMPTY_BILL, BillEditor
from ui.widgets.buttons import button, icon_button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.effects_strip import Effect, EffectsStrip
from ui.widgets.form_grid import small_label
from ui.widgets.product_rule_form import ProductRuleForm
from ui.widgets.provisions_form import ProvisionsForm
from ui.widgets.rule_editor import RuleEditor
from ui.widgets.rules_elsewhere import RulesElsewhere
from ui.widgets.scrolled import scrolled
from ui.widgets.treaty_text_edit import TreatyTextEdit
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import OriginProvisions, ProductRule, Rule

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation

EFFECTS = (
    Effect("utilisation", "Utilisation", fmt.percent, fmt.percent_change, Tone.GOOD),
    Effect("exposure", "Exposure, declared", fmt.percent, fmt.percent_change, Tone.BAD),
    Effect("traced_exposure", "Exposure, traced", fmt.percent, fmt.percent_change, Tone.BAD),
    Effect("resourced_content", "Re-sourced content", fmt.money, fmt.money_change),
)
_DEFAULT = -1
_ROWS_SHOWN = 7
_BAR = 17
"""Pixels of the scroll bar and the room beside it."""
_SECTION = re.compile(r"(?:origin\.product_rules|bills_of_inputs)\[(\d+)\]")
_ByRule = dict[int, dict[str, float | None]]


class OriginPage(Page):
    """The default rule and the product rules; what is selected is edited below the list."""

    name = "origin"
    shows_leverage = False

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._selected = _DEFAULT
        self._bill = 0
        self._pending: ProductRule | None = None
        self._pending_from: ProductRule | None = None
        self._filling = False
        self._new_bill = False
        self._said_of: object = None
        self._shown_bills: tuple[BillOfInputs, ...] | None = None
        self._sums: tuple[object, _ByRule, _ByRule] | None = None
        self._strip = EffectsStrip(
            EFFECTS, "originEffects", self.tr("Effects of the selected rule and of all rules")
        )
        self._build_rules()
        self._build_rule()
        self._build_provisions()
        self._build_bills()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        self._elsewhere = RulesElsewhere("elsewhere", figures)
        for card in (
            self._rules_card,
            self._rule_card,
            self._elsewhere,
            self._provisions_card,
            self._bills_card,
        ):
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = scrolled(inside, "originScroll")
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, _BAR, 0)
        head.addWidget(self._strip)
        self.column.addLayout(head)
        self.column.addWidget(self._scroll, 1)
        self._connect()

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Origin rules")

    def subtitle(self) -> str:
        """How many rules there are."""
        count = len(self.document.agreement.origin.product_rules)
        return self.tr("default rule and {rules}").format(rules=fmt.plural(count, "product rule"))

    # Layout

    def _build_rules(self) -> None:
        self._rules_card = Card(self.tr("Rules"), "originRulesCard")
        self._add_rule = button(self.tr("Add product rule"), "addProductRule", "plus")
        self._add_rule.setToolTip(self.tr("Give some products a rule of their own"))
        self._rules_card.tools.addWidget(self._add_rule)
        since = self.tr("Change since the pinned baseline")
        percent, points = fmt.percent, fmt.percent_change
        self._rules = DataTable(
            [
                Column("products", self.tr("Products"), width=120),
                Column("text", self.tr("Rule")),
                Column("value", self.tr("Trade"), fmt.money, True, width=78, full=fmt.money_full),
                Column("utilisation", self.tr("Utilisation"), percent, True, width=96),
                Column("utilisation_change", self.tr("Change"), points, True, since, width=84),
                Column(
                    "exposure",
                    self.tr("Exposure"),
                    percent,
                    True,
                    self.tr("Declared non-party content in the trade that claims"),
                    width=88,
                ),
                Column("exposure_change", self.tr("Change"), points, True, since, width=84),
                Column(
                    "traced_exposure",
                    self.tr("Traced"),
                    percent,
                    True,
                    self.tr("Exposure through all tiers of supply"),
                    width=76,
                ),
            ],
            self.tr("Rules of origin"),
            "originRules",
            stretch="text",
        )
        self._rules.setSortingEnabled(False)
        self._rules_card.body.addWidget(self._rules)

    def _build_rule(self) -> None:
        self._rule_card = Card(self.tr("Default rule"), "originRuleCard")
        self._library = button(self.tr("From the library…"), "ruleLibrary", "list-checks")
        self._library.setToolTip(self.tr("Take a rule of an agreement in force, or a model text"))
        self._remove_rule = icon_button(
            "trash-2", self.tr("Remove this product rule"), "removeProductRule"
        )
        self._rule_card.tools.addWidget(self._library)
        self._rule_card.tools.addWidget(self._remove_rule)
        self._form = ProductRuleForm("productRule")
        self._editor = RuleEditor("rule")
        self._text = TreatyTextEdit("treatyText")
        for widget in (self._form, self._text, self._editor, self._form.more):
            self._rule_card.body.addWidget(widget)

    def _build_provisions(self) -> None:
        self._provisions_card = Card(self.tr("General provisions"), "provisionsCard")
        self._provisions = ProvisionsForm("provisions")
        self._provisions_card.body.addWidget(self._provisions)

    def _build_bills(self) -> None:
        self._bills_card = Card(self.tr("Bills of inputs"), "billsCard")
        self._add_bill = button(self.tr("Add bill"), "addBill", "plus")
        self._remove_bill = icon_button("trash-2", self.tr("Remove this bill"), "removeBill")
        self._insert_bills = button(self.tr("From the library…"), "insertBills", "layers")
        self._insert_bills.setToolTip(
            self.tr("Insert bills of inputs that ship with the program, or of a file")
        )
        self._bills_card.tools.addWidget(self._insert_bills)
        self._bills_card.tools.addWidget(self._add_bill)
        self._bills_card.tools.addWidget(self._remove_bill)
        self._bills_say = small_label("", "billsSay")
        self._bills = DataTable(
            [
                Column("products", self.tr("Goods"), width=120),
                Column("exporters", self.tr("Exporters"), width=130),
                Column("inputs", self.tr("Inputs"), fmt.count, True, width=74),
                Column("materials", self.tr("Share of value"), fmt.percent, True, width=118),
                Column("source", self.tr("Source")),
            ],
            self.tr("Bills of inputs"),
            "bills",
            stretch="source",
        )
        self._bills.setSortingEnabled(False)
        self._bills.set_empty_text(
            self.tr("No bill: content is the average of each exporter's sector.")
        )
        self._bill_editor = BillEditor("bill")
        for widget in (self._bills_say, self._bills, self._bill_editor):
            self._bills_card.body.addWidget(widget)

    def _connect(self) -> None:
        self._strip.explained.connect(self._explain)
        self._rules.row_selected.connect(self._on_rule_selected)
        self._rules.cell_selected.connect(self._on_rule_figure)
        self._elsewhere.explained.connect(self.explained)
        self._add_rule.clicked.connect(self._start_rule)
        self._remove_rule.clicked.connect(self._remove_selected_rule)
        self._library.clicked.connect(self._on_library)
        self._editor.rule_changed.connect(self._on_rule)
        self._text.rule_read.connect(self._on_text)
        self._elsewhere.taken.connect(self._on_taken)
        self._form.edited.connect(self._on_form)
        self._provisions.edited.connect(self._on_provisions)
        self._bills.row_selected.connect(self._on_bill_selected)
        self._add_bill.clicked.connect(self._start_bill)
        self._insert_bills.clicked.connect(self._on_insert_bills)
        self._remove_bill.clicked.connect(self._remove_selected_bill)
        self._bill_editor.bill_changed.connect(self._on_bill)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tables take a little more height where their columns do not fit."""
        super().resizeEvent(event)
        _fit_height(self._rules)
        _fit_height(self._bills)

    # Redrawing

    def refresh(self) -> None:
        """Redraw from the agreement."""
        origin = self.document.agreement.origin
        if self._selected >= len(origin.product_rules):
            self._drop_pending()
            self._selected = _DEFAULT
        if self._pending is not None and self._pending_from is not self._agreed_rule():
            self._drop_pending()
        self._fill_rules()
        self._show_rule()
        self._provisions.show_provisions(origin)
        self._show_bills()

    def show_figures(self) -> None:
        """Redraw from the newest figures."""
        self._fill_rules()
        self._show_effects()
        self._say_bills()

    def show_section(self, section: str) -> None:
        """Select the rule or bill that a section names."""
        found = _SECTION.match(section)
        if section.startswith("bills_of_inputs"):
            if found:
                self._bills.select_row(int(found[1]))
            self._scroll.ensureWidgetVisible(self._bills_card)
        elif found or section == "origin.default_rule":
            self._rules.select_row(int(found[1]) + 1 if found else 0)
            self._scroll.ensureWidgetVisible(self._rules_card)
        elif section.startswith("origin."):
            self._scroll.ensureWidgetVisible(self._provisions_card)

    def _fill_rules(self) -> None:
        from workbench.definitions.treaty_text import treaty_text

        origin = self.document.agreement.origin
        rules: list[ProductRule | None] = [None, *origin.product_rules]
        now, then = self._figures_by_rule()
        shown: dict[str, list[object]] = {
            "products": [self._products_of(rule) for rule in rules],
            "text": [treaty_text(origin.default_rule if r is None else r.rule) for r in rules],
        }
        places = range(_DEFAULT, len(origin.product_rules))
        for figure in ("value", "utilisation", "exposure", "traced_exposure"):
            shown[figure] = [now.get(place, {}).get(figure) for place in places]
        for figure in ("utilisation", "exposure"):
            shown[f"{figure}_change"] = [
                _change(now.get(place, {}).get(figure), then.get(place, {}).get(figure))
                for place in places
            ]
        self._filling = True
        self._rules.set_frame(shown)
        if self._pending is None or self._pending_from is not None:
            self._rules.select_row(self._selected + 1)
        self._filling = False
        _fit_height(self._rules)

    def _products_of(self, rule: ProductRule | None) -> str:
        if rule is not None:
            return ", ".join(str(each) for each in rule.products)
        others = self.document.agreement.origin.product_rules
        return self.tr("All other") if others else self.tr("All products")

    def _figures_by_rule(self) -> tuple[_ByRule, _ByRule]:
        """Sums of lanes by rule of the present text: now, and in the pinned baseline."""
        rules = self.document.agreement.origin.product_rules
        result, pinned = self.figures.result, self.figures.pinned
        of = (result, pinned, tuple((rule.products, rule.exceptions) for rule in rules))
        if self._sums is None or self._sums[0] != of:
            now, then = self._sums_of(result), self._sums_of(pinned)
            self._sums = of, now, then
        return self._sums[1], self._sums[2]

    def _sums_of(self, result: Evaluation | None) -> _ByRule:
        if result is None:
            return {}
        from workbench.analysis.rule_view import by_rule

        table = by_rule(result.lanes, self.document.agreement)
        return {
            int(place): {
                str(name): None if fmt.is_missing(value) else float(value)
                for name, value in row.items()
            }
            for place, row in zip(table.index, table.to_dict("records"), strict=True)
        }

    def _show_effects(self) -> None:
        now, then = self._figures_by_rule()
        place = self._selected
        words = self.tr("Default rule")
        if place >= 0:
            words = _short(self.document.agreement.origin.product_rules[place].products)
        self._strip.show_row(0, words, now.get(place, {}), then.get(place, {}))
        result, pinned = self.figures.result, self.figures.pinned
        all_words = self.tr("All rules")
        if result is not None and result.option:
            all_words = self.tr("All rules, option {name}").format(name=result.option)
        self._strip.show_row(
            1,
            all_words,
            result.totals if result is not None else {},
            pinned.totals if pinned is not None else {},
        )

    def _explain(self, figure: str) -> None:
        self.explain.emit(figure, -1)

    # The selected rule

    def _agreed_rule(self) -> ProductRule | None:
        """The selected product rule as the agreement has it; None for the default rule."""
        rules = self.document.agreement.origin.product_rules
        return rules[self._selected] if 0 <= self._selected < len(rules) else None

    @property
    def _is_new(self) -> bool:
        return self._pending is not None and self._pending_from is None

    def _drop_pending(self) -> None:
        self._pending = self._pending_from = None

    def _show_rule(self) -> None:
        rule = self._pending or self._agreed_rule()
        self._form.setVisible(rule is not None)
        self._form.more.setVisible(rule is not None)
        self._remove_rule.setVisible(rule is not None)
        if rule is None:
            title, body = self.tr("Default rule"), self.document.agreement.origin.default_rule
            self._form.show_problem("")
        else:
            body = rule.rule
            title = self.tr("Rule for {products}").format(products=_short(rule.products))
            if self._is_new:
                title = self.tr("New product rule")
            self._form.show_rule(rule)
            self._form.show_problem(self._problem_of(rule))
        self._rule_card.set_title(title)
        self._editor.set_rule(body)
        subject = "new" if self._is_new else self._selected
        self._text.show_rule(body, (id(self.document), subject), rule.products if rule else ())
        covered = self.document.agreement.coverage.entries
        everything = tuple(each for entry in covered for each in entry.ranges)
        self._elsewhere.show_rule(body, rule.products if rule is not None else everything)

    def _problem_of(self, rule: ProductRule) -> str:
        """Why a product rule cannot be applied as it stands; empty if it can."""
        from workbench.definitions.checks import issues

        not_applied = self.tr("Not applied yet: {why}")
        if not rule.products:
            return not_applied.format(why=self.tr("name the products, as codes."))
        agreement = self.document.agreement
        index = len(agreement.origin.product_rules) if self._is_new else self._selected
        origin = agreement.with_product_rule(index, rule).origin
        for issue in issues(Agreement("", origin=origin)):
            if issue.path[1] != "product_rules" or issue.other is None:
                continue
            pair = (issue.path[2], issue.other[2])
            if index not in pair:
                continue
            other = pair[0] if pair[1] == index else pair[1]
            products = _short(origin.product_rules[int(other)].products)
            text = issue.text.format(other=self.tr("the rule for {0}").format(products))
            return not_applied.format(why=f"{text}; {issue.fix}.")
        return ""

    def _on_rule_selected(self, row: int) -> None:
        if self._filling or row < 0:
            return
        self._drop_pending()
        self._selected = row - 1
        self._show_rule()
        self._show_effects()

    def _on_rule_figure(self, row: int, column: str) -> None:
        """Explain a figure of the lanes under one rule."""
        result = self.figures.result
        figure = column.removesuffix("_change")
        known = ("value", "utilisation", "exposure", "traced_exposure")
        if self._filling or row < 0 or result is None or figure not in known:
            return
        from workbench.analysis.rule_view import explain_rule

        self.explained.emit(explain_rule(result, self.document.agreement, row - 1, figure))

    def _start_rule(self) -> None:
        self._pending = ProductRule((), self.document.agreement.origin.default_rule)
        self._pending_from = None
        self._rules.clearSelection()
        self._show_rule()
        self._scroll.ensureWidgetVisible(self._form)
        self._form.focus_products()

    def _remove_selected_rule(self) -> None:
        index = self._selected
        if self._pending is not None:
            was_new = self._is_new
            self._drop_pending()
            if was_new:
                self._fill_rules()
                self._show_rule()
                return
        self._selected = index - 1
        self.document.edit(
            self.tr("Remove a product rule"), lambda a: a.with_product_rule(index, None)
        )

    def _on_rule(self, rule: Rule, words: str, key: str) -> None:
        agreed = self._pending or self._agreed_rule()
        if agreed is not None:
            self._apply(replace(agreed, rule=rule), words, key)
            return
        merge = f"origin.default_rule.{key}" if key else ""
        self.document.edit(words, lambda a: a.with_default_rule(rule), merge)

    def _on_text(self, rule: Rule, visit: int) -> None:
        self._on_rule(rule, self.tr("Edit the treaty text"), f"text.{visit}")

    def _on_form(self, rule: ProductRule, words: str, key: str) -> None:
        self._apply(rule, words, key)

    def _apply(self, rule: ProductRule, words: str, key: str) -> None:
        """Take a product rule into the agreement, or say why not and keep it at hand."""
        if self._problem_of(rule):
            if self._pending is None:
                self._pending_from = self._agreed_rule()
            self._pending = rule
            self._show_rule()
            return
        index = self._selected
        if self._is_new:
            words, key = self.tr("Add a product rule"), ""
            index = len(self.document.agreement.origin.product_rules)
        self._drop_pending()
        self._selected = index
        merge = f"origin.{index}.{key}" if key else ""
        self.document.edit(words, lambda a: a.with_product_rule(index, rule), merge)
        self._show_rule()
        self._show_effects()

    def _on_library(self) -> None:
        from ui.dialogs import library
        from workbench.definitions.library import origin_rule, origin_rules
        from workbench.definitions.treaty_text import treaty_text

        folder = self.document.library

        def says(name: str) -> tuple[str, str]:
            named = origin_rule(name, folder)
            text = "\n\n".join(filter(None, (named.text, treaty_text(named.rule))))
            return text, "\n".join(filter(None, (named.source, named.notes)))

        parts = library.parts_of(origin_rules(folder), says)
        if name := library.choose_part(self, self.tr("Take a rule from the library"), parts):
            named = origin_rule(name, folder)
            self._on_taken(named.rule, named.source)

    def _on_taken(self, taken: Rule, source: str) -> None:
        """Put a rule of another text in the place of the selected one, with its source."""
        rule = self._pending or self._agreed_rule()
        words = self.tr("Take a rule from the library")
        if rule is None:
            self._on_rule(taken, words, "")
        else:
            self._apply(replace(rule, rule=taken, source=source), words, "")

    # General provisions

    def _on_provisions(
        self, change: Callable[[OriginProvisions], OriginProvisions], words: str, key: str
    ) -> None:
        self.document.edit(words, lambda a: replace(a, origin=change(a.origin)), key)

    # Bills of inputs

    def _show_bills(self) -> None:
        bills = self.document.agreement.bills_of_inputs
        if bills is not self._shown_bills:
            self._shown_bills = bills
            self._filling = True
            self._bills.set_frame(
                {
                    "products": [", ".join(str(each) for each in b.products) for b in bills],
                    "exporters": [", ".join(b.exporters) or self.tr("every one") for b in bills],
                    "inputs": [len(b.inputs) for b in bills],
                    "materials": [b.materials_share for b in bills],
                    "source": [b.source for b in bills],
                }
            )
            self._bill = min(max(self._bill, 0), max(len(bills) - 1, 0))
            if not self._new_bill:
                self._bills.select_row(self._bill)
            self._filling = False
            _fit_height(self._bills)
        self._show_bill()
        self._say_bills()

    def _show_bill(self) -> None:
        bills = self.document.agreement.bills_of_inputs
        known = self._bill < len(bills) and not self._new_bill
        self._remove_bill.setVisible(known or self._new_bill)
        self._bill_editor.setVisible(known or self._new_bill)
        if known:
            self._bill_editor.show_bill(bills[self._bill])

    def _say_bills(self) -> None:
        result = self.figures.result
        if result is None or result.baseline is self._said_of:
            return
        from workbench.analysis.rule_view import products_with_bills

        self._said_of = result.baseline

        billed, count = products_with_bills(result)
        names = ", ".join(
            f"{dotted(code)} ({fmt.plural(len(exporters), 'exporter')})"
            for code, exporters in billed.items()
        )
        average = self.tr("the average content of the exporter's sector")
        if not billed:
            words = self.tr("All {count} products use {average}.")
        else:
            words = self.tr("{names} with a bill; the rest of {count} products use {average}.")
        self._bills_say.setText(words.format(names=names, count=count, average=average))

    def _on_bill_selected(self, row: int) -> None:
        if not self._filling and row >= 0:
            self._new_bill, self._bill = False, row
            self._show_bill()

    def _start_bill(self) -> None:
        self._new_bill = True
        self._bills.clearSelection()
        self._bill_editor.show_bill(EMPTY_BILL)
        self._show_bill()
        self._scroll.ensureWidgetVisible(self._bill_editor)
        self._bill_editor.focus_products()

    def _on_insert_bills(self) -> None:
        from ui.dialogs.bill_library import choose_bills

        bills = choose_bills(self, self.document.library)
        if bills:
            self._new_bill = False
            self._bill = len(self.document.agreement.bills_of_inputs)
            self.document.edit(
                self.tr("Insert bills of inputs"),
                lambda a: replace(a, bills_of_inputs=(*a.bills_of_inputs, *bills)),
            )

    def _remove_selected_bill(self) -> None:
        if self._new_bill:
            self._new_bill = False
            self._bills.select_row(self._bill)
            self._show_bill()
            return
        index = self._bill
        self._bill = max(index - 1, 0)
        self.document.edit(
            self.tr("Remove a bill of inputs"), lambda a: a.with_bill_of_inputs(index, None)
        )

    def _on_bill(self, bill: BillOfInputs, words: str, key: str) -> None:
        if self._new_bill:
            self._new_bill, self._bill = False, len(self.document.agreement.bills_of_inputs)
            words, key = self.tr("Add a bill of inputs"), ""
        index = self._bill
        merge = f"bills.{index}.{key}" if key else ""
        self.document.edit(words, lambda a: a.with_bill_of_inputs(index, bill), merge)


def _change(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then


def _short(ranges: tuple[HSRange, ...]) -> str:
    """The first of several ranges, and how many more."""
    if not ranges:
        return fmt.MISSING
    more = len(ranges) - 1
    return f"{ranges[0]} and {more} more" if more else str(ranges[0])


def _fit_height(table: DataTable) -> None:
    """Room for a few rows, the heading, and the bar below where columns do not fit."""
    shown = min(max(table.frame_model.rowCount(), 2), _ROWS_SHOWN)
    heading = table.horizontalHeader().sizeHint().height()
    bar = table.horizontalScrollBar()
    below = bar.sizeHint().height() if bar.maximum() > 0 else 0
    height = shown * theme.ROW_HEIGHT_PX + heading + 4 + below
    if table.height() != height or table.minimumHeight() != height:
        table.setFixedHeight(height)
