"""Where the duty is too low: what would be enough, what it costs, who pays, what to adopt."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.buttons import primary_button
from ui.widgets.card import Card
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import share_spin, usd_spin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.form_grid import small_label
from workbench.model.agreement import Agreement
from workbench.model.economies import economy_name
from workbench.tradedata.extra_duties import PROCESSING_FEE_RATE

if TYPE_CHECKING:
    from workbench.analysis.leverage import Choices, Leverage
    from workbench.analysis.results import Evaluation
    from workbench.progress import Progress

_REACHED, _SHORT = "Reached", "Falls short"
_SHOWN = ("utilisation", "exposure", "traced_exposure", "resourced_content", "duty_forgone")


class LeverageView(AnalysisView):
    """Instruments for the agreement as a whole, and the products that fall short."""

    needs_all_figures = True

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "leverageView", parent)
        self._answer: Leverage | None = None
        self._choices: Choices | None = None
        self.body.addWidget(self._build_instruments())
        self.body.addWidget(self._build_products())
        self.body.addStretch(1)
        self._instruments.cell_selected.connect(self._on_instrument)
        self._products.cell_selected.connect(self._on_product)
        self._adopt.clicked.connect(self._on_adopt)
        self._named.economies_changed.connect(self._on_choice)
        for spin in (self._rate, self._least, self._most):
            spin.number_changed.connect(self._on_choice)

    def title(self) -> str:
        """The word on its tab."""
        return self.tr("Leverage")

    # Layout

    def _build_instruments(self) -> Card:
        tr = self.tr
        self._instruments_card = Card(tr("What would be enough"), "instrumentsCard")
        self._adopt = primary_button(tr("Adopt"), "adoptInstrument", "plus")
        self._adopt.setToolTip(tr("Add the selected instrument to the agreement"))
        self._adopt.setEnabled(False)
        self._instruments_card.tools.addWidget(self._adopt)

        def rate(name: str, words: str, tip: str, width: int) -> Column:
            return Column(name, words, fmt.percent, True, tip, full=fmt.percent_full, width=width)

        def money(name: str, words: str, tip: str, width: int) -> Column:
            return Column(name, words, fmt.money, True, tip, full=fmt.money_full, width=width)

        self._instruments = DataTable(
            [
                Column("title", tr("Instrument"), width=216),
                Column(
                    "rate",
                    tr("Rate"),
                    fmt.percent_fine,
                    True,
                    tr("Smallest rate that reaches the target"),
                    full=fmt.percent_full,
                    width=74,
                ),
                Column(
                    "reached",
                    tr("Target"),
                    cell=Cell.CHIP,
                    tone=lambda value: Tone.GOOD if value == _REACHED else Tone.WARN,
                    width=124,
                ),
                rate("utilisation", tr("Utilisation"), tr("With it"), 96),
                money("cost", tr("Treasuries"), tr("Cost a year, apart from duty forgone"), 96),
                money("raised", tr("Raised"), tr("By the charge, before trade answers"), 84),
                money("duty_forgone", tr("Duty forgone"), tr("With it"), 106),
                rate("exposure", tr("Exposure"), tr("Declared, with it"), 86),
                rate("traced_exposure", tr("Traced"), tr("Exposure traced, with it"), 78),
                money("resourced_content", tr("Re-sourced"), tr("With it"), 96),
                Column("payer", tr("Who pays"), width=330),
            ],
            tr("Instruments that would be enough"),
            "instrumentTable",
        )
        self._instruments.setFixedHeight(318)
        self._instruments.set_empty_text(tr("Being worked out"))
        self._named = EconomyListEdit(
            tr("Relief lessened by inputs from"), "leverageNamed", tr("largest non-party")
        )
        self._rate = share_spin(tr("Customs fee"), "leverageFee", "", 1.0, 0.0001)
        self._rate.show_number(PROCESSING_FEE_RATE)
        self._least = usd_spin(tr("Fee a consignment, at least"), "leverageFeeLeast", tr("none"))
        self._most = usd_spin(tr("Fee a consignment, at most"), "leverageFeeMost", tr("none"))
        for spin in (self._least, self._most):
            spin.show_number(None)
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(3)
        fields = (
            (tr("Graduated relief: inputs from"), self._named),
            (tr("Customs fee that could be waived"), self._rate),
            (tr("The fee's minimum a consignment"), self._least),
            (tr("The fee's maximum a consignment"), self._most),
        )
        for place, (words, field) in enumerate(fields):
            label = QLabel(words)
            label.setBuddy(field)
            theme.set_role(label, "small")
            row, column = divmod(place, 2)
            form.addWidget(label, 2 * row, column)
            form.addWidget(field, 2 * row + 1, column)
            form.setColumnStretch(column, 1)
        self._instruments_card.body.addWidget(self._instruments)
        self._instruments_card.body.addLayout(form)
        return self._instruments_card

    def _build_products(self) -> Card:
        tr = self.tr

        def points(name: str, words: str, tip: str, width: int) -> Column:
            return Column(name, words, fmt.points, True, tip, full=fmt.points_full, width=width)

        def money(name: str, words: str, tip: str, width: int) -> Column:
            return Column(name, words, fmt.money, True, tip, full=fmt.money_full, width=width)

        card = Card(tr("Where it falls short, product by product"), "leverageProductsCard")
        self._products_card = card
        self._products = DataTable(
            [
                Column("product", tr("Product"), fmt.code, width=84),
                money("value", tr("Trade"), tr("Covered trade"), 82),
                Column(
                    "utilisation",
                    tr("Utilisation"),
                    fmt.percent,
                    True,
                    tr("Of trade with a known duty"),
                    full=fmt.percent_full,
                    width=96,
                ),
                money("short", tr("Short"), tr("Trade below the target"), 82),
                points("gap", tr("Gap"), tr("Mean leverage gap of its trade, ad valorem"), 80),
                points("largest_gap", tr("Largest"), tr("The largest gap of its lanes"), 82),
                money("credit_cost", tr("Credit"), tr("A credit of the gap would cost a year"), 82),
                money("hopeless", tr("Beyond"), tr("Trade where no incentive helps"), 82),
                Column("why", tr("What stands in the way"), width=330),
            ],
            tr("Leverage by product"),
            "leverageProducts",
        )
        self._products.setFixedHeight(400)
        hint = small_label(
            tr(
                "The gap is the smallest extra ad valorem incentive that brings a lane to the "
                "target utilisation. Where too few producers can meet the rule, none does: "
                "change the rule."
            ),
            "leverageHint",
        )
        card.body.addWidget(hint)
        card.body.addWidget(self._products)
        return card

    # Working out

    def start(self) -> None:
        """Take the choices along, as the worker may not read widgets."""
        from workbench.analysis.leverage import Choices

        fee = self._rate.number()
        self._choices = Choices(
            self._named.economies(),
            PROCESSING_FEE_RATE if fee is None else fee,
            self._least.number() or None,
            self._most.number() or None,
        )
        super().start()

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Runs on a worker thread."""
        from workbench.analysis.leverage import leverage

        return leverage(evaluation, self._choices, progress)

    def _on_choice(self, _value: object) -> None:
        self._on_again()

    # Redrawing

    def show_answer(self, answer: object) -> None:
        """Show instruments and products."""
        result = cast("Leverage", answer)
        self._answer = result
        self._instruments_card.set_note(
            self.tr("for utilisation of {target} in total").format(
                target=fmt.percent(result.target)
            )
        )
        found = result.instruments
        self._instruments.set_frame(
            {
                "title": [self.tr(i.title) for i in found],
                "rate": [i.rate for i in found],
                "reached": [self.tr(_REACHED if i.reached else _SHORT) for i in found],
                "cost": [i.cost for i in found],
                "raised": [i.raised for i in found],
                "payer": [i.payer for i in found],
                **{name: [i.totals[name] for i in found] for name in _SHOWN},
            },
            key="title",
        )
        named = ", ".join(economy_name(code) for code in result.named)
        self._instruments.set_empty_text(self.tr("Cuts for everyone need no claim."))
        self._named.setToolTip(self.tr("Now: {named}").format(named=named or fmt.MISSING))
        self._products.set_frame(result.products, key="product")
        beyond = float(result.products["hopeless"].sum())
        self._products_card.set_note(
            self.tr("{money} of trade beyond any incentive").format(money=fmt.money(beyond))
            if beyond > 0
            else ""
        )
        self._enable()

    def _enable(self) -> None:
        row = self._instruments.current_row()
        self._adopt.setEnabled(self._answer is not None and row >= 0)

    # What the user does

    def _on_instrument(self, row: int, column: str) -> None:
        from workbench.analysis.leverage import explain_instrument

        self._enable()
        if self._answer is not None and row >= 0:
            figure = column if column in (*_SHOWN, "cost", "raised") else "rate"
            key = self._answer.instruments[row].key
            self.explained.emit(explain_instrument(self._answer, key, figure))

    def _on_product(self, row: int, column: str) -> None:
        from workbench.analysis.leverage import explain_lever

        if self._answer is not None and row >= 0:
            product = str(self._answer.products["product"].iloc[row])
            figure = column if column not in ("product", "why") else "gap"
            self.explained.emit(explain_lever(self._answer, product, figure))

    def _on_adopt(self) -> None:
        row = self._instruments.current_row()
        if self._answer is None or row < 0:
            return
        found = self._answer.instruments[row]

        def adopt(agreement: Agreement) -> Agreement:
            for incentive in found.incentives:
                agreement = agreement.with_incentive(len(agreement.incentives), incentive)
            return agreement

        self.document.edit(self.tr("Adopt: {title}").format(title=found.title), adopt)
