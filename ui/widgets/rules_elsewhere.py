"""The rules that agreements in force have for the same products, beside the one being drafted."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui import format as fmt
from ui import theme
from ui.models.frame_model import Column
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from workbench.model.nomenclature import HSRange
from workbench.model.origin import Rule

if TYPE_CHECKING:
    from ui.figures import Figures
    from workbench.definitions.fields import RuleInForce, RulesInForce
    from workbench.progress import Progress

_LEAST_ROWS, _MOST_ROWS = 2, 8
_PAUSE_MS = 150


class RulesElsewhere(Card):
    """Lists rules in force that touch some products, and how strict each is.

    Those that ship stand there at once; imported ones follow, as far as their words can be read.

    Signals:
        taken: a rule to draft from, and where it comes from.
        explained: an `Explanation` of how strict a rule is.
    """

    taken = Signal(object, str)
    explained = Signal(object)

    def __init__(self, name: str, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent=parent)
        self._figures = figures
        self.set_title(self.tr("The same products in agreements in force"))
        self._held: tuple[RulesInForce, ...] | None = None
        self._rows: list[tuple[RulesInForce, RuleInForce]] = []
        self._shown: tuple[object, ...] = ()
        self._awaited: tuple[object, ...] = ()
        self._take = button(self.tr("Use this rule"), f"{name}Take", "check")
        self._take.setToolTip(self.tr("Put the selected rule in the place of the one above"))
        self.tools.addWidget(self._take)
        self.table = DataTable(
            [
                Column("agreement", self.tr("Agreement"), width=96),
                Column("products", self.tr("Products"), width=136),
                Column("text", self.tr("Rule")),
                Column(
                    "strictness",
                    self.tr("Strictness"),
                    fmt.count,
                    True,
                    self.tr(
                        "Restrictiveness index, 0 (any good) to 7 (Estevadeordal 2000): the kind "
                        "of change asked for; of alternatives the easiest"
                    ),
                    width=92,
                ),
                Column(
                    "ceiling",
                    self.tr("Ceiling"),
                    fmt.percent,
                    True,
                    self.tr(
                        "Largest non-originating share of value that can qualify; a change of "
                        "classification alone sets none, so 100 %"
                    ),
                    width=80,
                ),
            ],
            self.tr("Rules in agreements in force"),
            f"{name}Table",
            stretch="text",
        )
        self.table.set_empty_text(self.tr("No rule in force on hand touches these products."))
        self._source = small_label("", f"{name}Source")
        self.body.addWidget(self.table)
        self.body.addWidget(self._source)
        self._asked: tuple[Rule, tuple[HSRange, ...]] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._show)
        self.table.row_selected.connect(self._on_row)
        self.table.row_activated.connect(self._on_take)
        self.table.cell_selected.connect(self._on_figure)
        self._take.clicked.connect(self._on_take)
        figures.database_opened.connect(self._on_database)
        self._on_row(-1)

    def show_rule(self, rule: Rule, products: tuple[HSRange, ...]) -> None:
        """Show the rules for products, with the one being drafted above them.

        While a rule is typed for the same products the table waits for a pause.
        """
        self._asked = rule, products
        if self._shown and products == self._shown[1]:
            self._later.start()
        else:
            self._show()

    def _show(self) -> None:
        if self._asked is None or self._asked == self._shown:
            return
        products = self._asked[1]
        if not self._shown or products != self._shown[1]:
            self._rows = [
                (agreement, each)
                for agreement in self._agreements()
                for each in agreement.rules
                if any(mine.overlaps(own) for mine in products for own in each.products)
            ]
            self._read_imported(products)
        self._shown = self._asked
        self._fill(*self._asked)

    def _on_database(self) -> None:
        self._shown = ()
        self._show()

    def _read_imported(self, products: tuple[HSRange, ...]) -> None:
        database = self._figures.database
        awaited = self._awaited = (products,)
        if database is None:
            return

        def work(progress: Progress) -> object:
            from workbench.analysis.imported_rules import imported_rules

            return awaited, imported_rules(database, products)

        title = self.tr("Imported rules of origin")
        task = self._figures.tasks.start(title, work, key="imported-rules", aside=True)
        task.succeeded.connect(self._on_imported)

    def _on_imported(self, outcome: object) -> None:
        awaited, found = cast("tuple[object, tuple[RulesInForce, ...]]", outcome)
        if found and self._asked is not None and awaited is self._awaited:
            self._rows += [(agreement, each) for agreement in found for each in agreement.rules]
            self._fill(*self._asked)

    def _fill(self, rule: Rule, products: tuple[HSRange, ...]) -> None:
        from workbench.analysis.strictness import ceiling, restrictiveness
        from workbench.definitions.treaty_text import treaty_text

        rules = [rule, *(each.rule for _, each in self._rows)]
        kept = self.table.current_row()
        self.table.set_frame(
            {
                "agreement": [self.tr("This text"), *(a.agreement for a, _ in self._rows)],
                "products": [
                    fmt.MISSING if not products else _short(products),
                    *(_short(each.products) for _, each in self._rows),
                ],
                "text": [treaty_text(each) for each in rules],
                "strictness": [restrictiveness(each) for each in rules],
                "ceiling": [ceiling(each) for each in rules],
            }
        )
        if 0 <= kept < len(rules):
            self.table.select_row(kept)
        self._on_row(self.table.current_row())
        rows = min(max(len(rules), _LEAST_ROWS), _MOST_ROWS)
        height = rows * theme.ROW_HEIGHT_PX + self.table.horizontalHeader().sizeHint().height() + 4
        if height != self.table.height() or height != self.table.minimumHeight():
            self.table.setFixedHeight(height)

    def _agreements(self) -> tuple[RulesInForce, ...]:
        if self._held is None:
            from workbench.definitions.library import rules_in_force

            self._held = rules_in_force()
        return self._held

    def _on_row(self, row: int) -> None:
        """Say where the selected rule comes from."""
        held = 0 < row <= len(self._rows)
        self._take.setEnabled(held)
        self._source.setText(
            _cited(*self._rows[row - 1])
            if held
            else self.tr("Select a rule to see its source, date and edition.")
        )

    def _on_figure(self, row: int, column: str) -> None:
        if column not in ("strictness", "ceiling") or self._asked is None or row < 0:
            return
        from workbench.analysis.strictness_view import explain_strictness

        rule, subject, source = self._asked[0], self.tr("This text"), ""
        if row > 0:
            agreement, each = self._rows[row - 1]
            rule, subject, source = each.rule, agreement.agreement, _cited(agreement, each)
        self.explained.emit(explain_strictness(rule, column, subject, source))

    def _on_take(self) -> None:
        row = self.table.current_row()
        if 0 < row <= len(self._rows):
            agreement, each = self._rows[row - 1]
            self.taken.emit(each.rule, _cited(agreement, each))


def _cited(agreement: RulesInForce, rule: RuleInForce) -> str:
    """Title, source, legal date, edition and notes in one line."""
    dated = f", text of {agreement.legal_date}" if agreement.legal_date else ""
    edition = f", {agreement.edition} codes" if agreement.edition else ""
    parts = [
        f"{agreement.title}{dated}{edition}.",
        agreement.source,
        agreement.notes,
        rule.notes,
    ]
    return " ".join(part for part in parts if part)


def _short(ranges: tuple[HSRange, ...]) -> str:
    more = len(ranges) - 1
    return f"{ranges[0]} and {more} more" if more else str(ranges[0])
