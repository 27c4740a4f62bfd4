"""The supplier's view: what one exporter would have to change, at what cost, under a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.model.agreement import Agreement
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Family, Sweep
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.baseline import Baseline
    from workbench.analysis.results import Evaluation
    from workbench.analysis.supplier_view import Producer, SupplierLane, SupplierView

DRAFTED, CHOSEN, ALONG = "drafted", "chosen", "along"
_KEEPS = {"yes": Tone.GOOD, "no": Tone.BAD}
_HEIGHT = 240


class SupplierCard(Card):
    """Choose an exporter and a product; the table says what each producer faces.

    Signals:
        explained: an `Explanation` of the row selected.
    """

    explained = Signal(object)

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "supplierCard", parent=parent)
        self.set_title(self.tr("What a supplier would have to change"))
        self.figures = figures
        self._baseline: Baseline | None = None
        self._pairs: tuple[tuple[str, str, float], ...] = ()
        self._sweep = Sweep()
        self._at: float | None = None
        self._numbers: tuple[float, ...] = ()
        self._producers: list[tuple[SupplierView, str, SupplierLane, Producer]] = []
        self._asked: tuple[object, ...] = ()
        self.exporter = ChoiceBox(self.tr("Exporter"), [], "supplierExporter")
        self.product = ChoiceBox(self.tr("Product exported"), [], "supplierProduct")
        self.rule = SegmentedControl(
            self.tr("Under which rule"),
            [
                (DRAFTED, self.tr("As drafted")),
                (CHOSEN, self.tr("Chosen")),
                (ALONG, self.tr("Sweep")),
            ],
            "supplierRule",
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, field in ((self.tr("Exporter"), self.exporter), (self.tr("of"), self.product)):
            label = QLabel(words)
            label.setBuddy(field)
            theme.set_role(label, "muted")
            row.addWidget(label)
            row.addWidget(field)
        row.addStretch(1)
        row.addWidget(self.rule)
        self._says = small_label("", "supplierSays")
        self._along = False
        self.table = DataTable(
            self._columns(False),
            self.tr("What producers would have to change"),
            "supplierTable",
            stretch="keeps",
        )
        self.table.setProperty("flat", True)
        self.table.setFixedHeight(_HEIGHT)
        self.table.set_empty_text(self.tr("Choose an exporter and a product"))
        self.body.addLayout(row)
        self.body.addWidget(self.table)
        self.body.addWidget(self._says)
        self.exporter.chosen.connect(self._on_exporter)
        self.product.chosen.connect(self._start)
        self.rule.chosen.connect(self._start)
        self.table.cell_selected.connect(self._on_cell)

    def _columns(self, along: bool) -> list[Column]:
        pct = fmt.percent
        first = self.tr("Rule") if along else self.tr("Market")
        return [
            Column("where", first, width=112),
            Column(
                "name",
                self.tr("Producer"),
                tip=self.tr("At the mean, and by percentile of non-originating content"),
                width=82,
            ),
            Column(
                "non_originating",
                self.tr("Non-originating"),
                pct,
                True,
                self.tr("Its non-originating content today, share of value"),
                width=110,
            ),
            Column(
                "resourced",
                self.tr("To re-source"),
                pct,
                True,
                self.tr("What the rule makes it move to partners, share of value"),
                width=94,
            ),
            Column(
                "cost",
                self.tr("Cost"),
                pct,
                True,
                self.tr("Premium on the content moved, and the claim; share of value"),
                width=76,
            ),
            Column("pays", self.tr("Preference"), fmt.points, True, width=88),
            Column("net_gain", self.tr("Net gain"), fmt.percent_change, True, width=94),
            Column(
                "break_even_premium",
                self.tr("Break-even"),
                pct,
                True,
                self.tr("Premium on partners' inputs at which complying just pays"),
                width=88,
            ),
            Column(
                "keeps",
                self.tr("Pays"),
                lambda value: str(value).capitalize(),
                cell=Cell.CHIP,
                tone=lambda value: _KEEPS.get(str(value), Tone.NEUTRAL),
                tip=self.tr("Whether complying pays"),
            ),
        ]

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Offer the exporters and products of a newer evaluation."""
        from workbench.analysis.supplier_view import suppliers

        if evaluation.baseline is not self._baseline:
            self._baseline = evaluation.baseline
            self._pairs = suppliers(evaluation.baseline)
            exporters = list(dict.fromkeys(exporter for exporter, _, _ in self._pairs))
            self.exporter.set_choices([(code, economy_name(code)) for code in exporters])
            if not self.exporter.key() and exporters:
                self.exporter.show_key(exporters[0])
            self._offer_products()
        self._start()

    def show_sweep(self, sweep: Sweep, numbers: tuple[float, ...], at: float | None) -> None:
        """The sweep on show, and the number chosen in it."""
        if (sweep, numbers, at) == (self._sweep, self._numbers, self._at):
            return
        moved = sweep.products != self._sweep.products and self._choose(sweep.products)
        self._sweep, self._numbers, self._at = sweep, numbers, at
        if moved or self.rule.current() != DRAFTED:
            self._start()

    def _choose(self, products: tuple[str, ...]) -> bool:
        """Where one product is swept, show its largest exporter; whether that is another one."""
        of_it = [exporter for exporter, code, _ in self._pairs if products == (code,)]
        before = self.exporter.key(), self.product.key()
        if of_it:
            self.exporter.show_key(of_it[0])
            self._offer_products()
            self.product.show_key(products[0])
        return (self.exporter.key(), self.product.key()) != before

    def _offer_products(self) -> None:
        exporter = self.exporter.key()
        codes = [product for code, product, _ in self._pairs if code == exporter]
        self.product.set_choices([(code, dotted(code)) for code in codes])
        if not self.product.key() and codes:
            self.product.show_key(codes[0])

    def _on_exporter(self) -> None:
        self._offer_products()
        self._start()

    def _texts(self, agreement: Agreement) -> list[tuple[Agreement, float | None]]:
        """The texts to look at, with the number each is set to."""
        sweep, chosen = self._sweep, self.rule.current()
        try:
            if chosen == CHOSEN and self._at is not None:
                return [(sweep.edited(agreement, self._at), self._at)]
            if chosen == ALONG:
                return [(sweep.edited(agreement, at), at) for at in self._numbers]
        except ValueError:
            return []
        return [(agreement, None)]

    def _start(self) -> None:
        result, exporter, product = self.figures.result, self.exporter.key(), self.product.key()
        if result is None or not exporter or not product:
            self._show([])
            return
        texts = self._texts(result.agreement)
        baseline, year = result.baseline, result.year
        asked = (result.agreement, baseline, year, exporter, product, tuple(at for _, at in texts))
        self._asked = asked

        def work(progress: Progress) -> object:
            from workbench.analysis.supplier_view import supplier_view

            found = []
            for done, (text, at) in enumerate(texts):
                progress.step(done, len(texts), product)
                try:
                    found.append(supplier_view(text, baseline, exporter, product, year, at))
                except ValueError as error:
                    return asked, [], str(error)
            return asked, found, ""

        title = self.tr("Supplier's view")
        task = self.figures.tasks.start(title, work, key="supplier-view", aside=True)
        task.succeeded.connect(self._on_views)

    def _on_views(self, outcome: object) -> None:
        asked, views, problem = cast("tuple[object, list[SupplierView], str]", outcome)
        if asked is self._asked:
            self._show(views, problem)

    def _show(self, views: list[SupplierView], problem: str = "") -> None:
        along = self.rule.current() == ALONG
        rows = []
        for view in views:
            # Along a sweep the largest market stands for all: the rule asks the same of each.
            for lane in view.lanes[:1] if along else view.lanes:
                where = self._number(view.at) if along else economy_name(lane.importer)
                rows += [(view, where, lane, each) for each in lane.producers]
        self._producers = rows
        self.table.set_empty_text(problem or self.tr("Choose an exporter and a product"))
        values: dict[str, list[object]] = {
            "where": [where for _, where, _, _ in rows],
            "name": [each.name for *_, each in rows],
            "non_originating": [each.non_originating for *_, each in rows],
            "resourced": [each.resourced for *_, each in rows],
            "cost": [each.cost for *_, each in rows],
            "pays": [lane.gross_incentive for _, _, lane, _ in rows],
            "net_gain": [each.net_gain for *_, each in rows],
            "break_even_premium": [each.break_even_premium for *_, each in rows],
            "keeps": [self._keeps(each, lane.gross_incentive) for _, _, lane, each in rows],
        }
        if along == self._along:
            self.table.set_frame(values)
        else:
            self._along = along
            self.table.set_columns(self._columns(along), values)
        self._say(views, along)

    def _keeps(self, producer: Producer, pays: float | None) -> str:
        if pays is not None and pays <= 0:
            return self.tr("no gain")
        if not producer.can_meet and producer.non_originating is not None:
            return self.tr("cannot")
        if producer.net_gain is None:
            return self.tr("unknown")
        return self.tr("yes") if producer.keeps_the_preference else self.tr("no")

    def _number(self, at: float | None) -> str:
        if at is None:
            return self.tr("As drafted")
        if self._sweep.family is Family.RULES:
            return self._sweep.rules[round(at)].label
        return fmt.percent(at)

    def _say(self, views: list[SupplierView], along: bool) -> None:
        if not views:
            self._says.setText("")
            return
        view = views[0]
        words = self.tr(
            "Partners' inputs cost {premium} more; a claim costs {fixed} on a consignment of "
            "{size}. Percentiles are of producers by non-originating content."
        ).format(
            premium=fmt.percent(view.premium),
            fixed=fmt.money_full(view.fixed_cost_usd),
            size=fmt.money_full(view.consignment_usd),
        )
        market = view.lanes[0] if view.lanes else None
        if along and market is not None:
            words = self.tr("In its largest market, {market}. {words}").format(
                market=economy_name(market.importer), words=words
            )
        elif not along:
            words = self.tr("Rule: {rule}. {words}").format(rule=view.rule, words=words)
        self._says.setText(words)

    def _on_cell(self, row: int, column: str) -> None:
        if 0 <= row < len(self._producers):
            from workbench.analysis.supplier_explain import FIGURES, explain_producer

            figure = column if column in FIGURES else "net_gain"
            self.explained.emit(explain_producer(*self._producers[row], figure))
