"""What the agreement is and does: six figures, one picture, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.bars import Bar, BarList
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.theme import Tone
from ui.widgets.card import Card
from ui.widgets.figure_card import FigureCard
from workbench.model.agreement import Agreement
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    from ui.tasks import Task
    from workbench.analysis.results import Evaluation
    from workbench.analysis.sensitivity import Sensitivity
    from workbench.progress import Progress

_MONEY = frozenset({"covered_trade", "resourced_content", "duty_forgone"})
_LESS_IS_BETTER = frozenset({"exposure", "traced_exposure", "duty_forgone"})
_SHOWN_PRODUCTS = 10
_CHART_MARGIN = 12
_DRAWS = 300
_PAUSE_MS = 1_500
_DRAWING = "overview-intervals"


class OverviewPage(Page):
    """Opens first."""

    name = "overview"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        titles = (
            ("covered_trade", self.tr("Covered trade, USD"), "coverage"),
            ("utilisation", self.tr("Utilisation"), "incentives"),
            ("exposure", self.tr("Exposure, declared"), "free-riding"),
            ("traced_exposure", self.tr("Exposure, traced"), "free-riding"),
            ("resourced_content", self.tr("Re-sourced content, USD"), "free-riding"),
            ("duty_forgone", self.tr("Duty forgone, USD"), "incentives"),
        )
        grid = QGridLayout()
        grid.setSpacing(12)
        self._cards: dict[str, FigureCard] = {}
        self._leads_to: dict[str, str] = {}
        for place, (figure, title, page) in enumerate(titles):
            card = FigureCard(title, f"figure-{figure}")
            card.clicked.connect(self._on_card)
            self._cards[figure] = card
            self._leads_to[figure] = page
            grid.addWidget(card, place // 3, place % 3)
        self.column.addLayout(grid)
        self._where = ChartWidget("whereItBites")
        bite = Card(self.tr("Where the preference can bite"), "biteCard")
        bite.body.addWidget(self._where)
        self._riders = ChartWidget("riders")
        ride = Card(self.tr("Who rides free, by product"), "ridersCard")
        ride.body.addWidget(self._riders, 1)
        self._riders.selected.connect(self._on_product)
        below = QHBoxLayout()
        below.setSpacing(12)
        left = QGridLayout()
        left.setSpacing(12)
        self._terms = QLabel()
        self._terms.setObjectName("terms")
        self._terms.setWordWrap(True)
        self._terms.setTextFormat(Qt.TextFormat.PlainText)
        self._terms.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.set_role(self._terms, "muted")
        scroll = QScrollArea()
        scroll.setObjectName("termsScroll")
        scroll.setAccessibleName(self.tr("The agreement in words"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._terms)
        scroll.setMinimumHeight(20)
        text = Card(self.tr("In words"), "termsCard")
        text.body.addWidget(scroll, 1)
        left.addWidget(bite, 0, 0)
        left.addWidget(text, 1, 0)
        left.setRowStretch(1, 1)
        below.addLayout(left, 1)
        below.addWidget(ride, 1)
        self.column.addLayout(below, 1)
        self._where.selected.connect(self._on_part)
        self._sure: Sensitivity | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._start_draws)
        document.changed.connect(self._pause.stop)
        self.stop_at_edits(_DRAWING)

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Overview")

    def subtitle(self) -> str:
        """Partners and coverage in numbers."""
        result = self.figures.result
        partners = fmt.plural(len(self.document.agreement.economies), "partner")
        if result is None:
            return partners
        products = fmt.plural(len(result.baseline.market.products), "product")
        return f"{partners} · {products}"

    def refresh(self) -> None:
        """Say the terms in words."""
        self._terms.setText(_in_words(self.document.agreement))

    def show_figures(self) -> None:
        """Show figures, their changes, and the picture."""
        result = self.figures.result
        if result is None:
            for card in self._cards.values():
                card.set_figure(fmt.MISSING, note=self.tr("being worked out"))
            return
        totals = result.totals
        notes = {
            "covered_trade": self.tr("{share} with a known duty").format(
                share=fmt.percent(totals["known_duty_share"])
            ),
            "utilisation": self.tr("of trade with a known duty"),
            "exposure": self.tr("of claims is non-party content"),
            "traced_exposure": self.tr("at all tiers upstream"),
            "resourced_content": self.tr("moved into the partners"),
            "duty_forgone": self.tr("{money} leaks to non-parties").format(
                money=fmt.money(totals["leakage"])
            ),
        }
        if not result.agreement.treatment.market_access:
            notes["utilisation"] = self.tr("no market access: nothing to claim")
        for figure, card in self._cards.items():
            value = totals[figure]
            money = figure in _MONEY
            change = self.figures.change(figure)
            words, tone = "", Tone.NEUTRAL
            if change:
                shown = fmt.money_change if money else fmt.percent_change
                words = fmt.change_phrase(change, shown)
                better = (change < 0) == (figure in _LESS_IS_BETTER)
                tone = Tone.GOOD if better else Tone.WARN
                if figure == "covered_trade":
                    tone = Tone.NEUTRAL
            full = fmt.money_full(value) if money else fmt.percent_full(value)
            card.set_figure(
                fmt.money(value) if money else fmt.percent(value),
                change=words,
                note=notes[figure],
                tone=tone,
                share=None if money or value is None else value,
                tip="\n".join(part for part in (full, self._interval(figure)) if part),
            )
        shares = self._shares()
        self._where.set_data(shares)
        self._where.setMinimumHeight(shares.preferred_height() + _CHART_MARGIN)
        self._riders.set_data(self._by_product())
        self._draw_soon()

    # How sure the headlines are

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what is missing now that it is seen."""
        super().showEvent(event)
        self._draw_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing out of sight."""
        super().hideEvent(event)
        self._stop_draws()

    def _draw_soon(self) -> None:
        """Draw the intervals once there is a pause; not while the page is out of sight."""
        result = self.figures.result
        if result is None or not result.complete or not self.isVisible():
            self._pause.stop()
        elif not self._is_sure_of(result):
            self._pause.start()

    def _stop_draws(self) -> None:
        """Leave the processor to what is being edited or looked at."""
        self._pause.stop()
        drawing = self.figures.tasks.find(_DRAWING)
        if drawing is not None:
            drawing.cancel()

    def _is_sure_of(self, result: Evaluation) -> bool:
        """Whether the draws are of this text and year."""
        sure = self._sure
        return sure is not None and (sure.agreement, sure.year) == (result.agreement, result.year)

    def _start_draws(self) -> None:
        result = self.figures.result
        if result is None or not result.complete:
            return
        if self.figures.out_of_date or self.figures.tasks.closed:
            return

        def work(progress: Progress) -> object:
            from workbench.analysis.base_years import years_of_trade
            from workbench.analysis.sensitivity import sensitivity

            text, baseline, database = result.agreement, result.baseline, self.figures.database
            years = None
            if database is not None:
                years = years_of_trade(database, text, baseline, progress)
            return sensitivity(
                text,
                baseline,
                result.option,
                result.year,
                _DRAWS,
                progress=progress,
                years=years,
            )

        task: Task = self.figures.tasks.start(
            self.tr("How sure the headlines are"), work, _DRAWING, aside=True
        )
        task.succeeded.connect(self._on_draws)

    def _on_draws(self, outcome: object) -> None:
        self._sure = cast("Sensitivity", outcome)
        self.show_figures()

    def _interval(self, figure: str) -> str:
        """Where nine draws in ten lie; empty while that is of an earlier text."""
        result, sure = self.figures.result, self._sure
        if result is None or sure is None or not self._is_sure_of(result):
            return ""
        row = sure.intervals[sure.intervals["figure"] == figure].iloc[0]
        shown = fmt.money if figure in _MONEY else fmt.percent
        return self.tr("{low} to {high} in nine draws of ten over all assumptions").format(
            low=shown(float(row["low"])), high=shown(float(row["high"]))
        )

    def _shares(self) -> StackedBars:
        """Covered trade by what an origin rule can do there."""
        assert self.figures.result is not None
        from workbench.analysis.incentive_view import TradePart, trade_parts

        saves = self.figures.result.agreement.treatment.market_access
        parts = (
            Part("leverage", self.tr("Duty to save") if saves else self.tr("With a duty")),
            Part("already", self.tr("Free by another agreement")),
            Part("mfn", self.tr("MFN-free")),
            Part("unknown", self.tr("Duty not known"), unknown=True),
        )
        values = trade_parts(self.figures.result.totals)
        return StackedBars(
            self.tr("Covered trade by duty today"),
            parts,
            (
                Stack(
                    "all",
                    self.tr("Covered trade"),
                    tuple(values[TradePart(part.key)] for part in parts),
                ),
            ),
            empty=self.tr("No trade in covered products is known"),
        )

    def _by_product(self) -> BarList:
        assert self.figures.result is not None
        table = self.figures.result.by_product
        table = table[table["free_riding_content"] > 0]
        table = table.sort_values("free_riding_content", ascending=False).head(_SHOWN_PRODUCTS)
        bars = tuple(
            Bar(str(code), dotted(str(code)), float(declared), float(traced))
            for code, declared, traced in zip(
                table["product"],
                table["free_riding_content"],
                table["traced_free_riding_content"],
                strict=True,
            )
        )
        return BarList(
            self.tr("Free-riding content, USD"),
            bars,
            series=(self.tr("Declared"), self.tr("Traced")),
            label_title=self.tr("Product"),
            empty=self.tr("Nothing claims, so nobody rides free")
            if self.figures.result.totals["claimed"] is not None
            else self.tr("Not known: no trade with a known duty"),
        )

    def _on_card(self) -> None:
        sender = self.sender()
        for figure, card in self._cards.items():
            if card is sender:
                self.explain.emit(figure, -1)

    def _on_part(self, key: str) -> None:
        result = self.figures.result
        if result is None or not key:
            return
        from workbench.analysis.incentive_view import TradePart, explain_trade_part

        self.explained.emit(explain_trade_part(result, TradePart(key)))

    def _on_product(self, code: str) -> None:
        result = self.figures.result
        if result is None or not code:
            return
        from workbench.analysis.explain_groups import explain_group

        self.explained.emit(explain_group(result, {"product": code}, "free_riding_content"))


def _in_words(agreement: Agreement) -> str:
    """A few sentences on what the agreement says."""
    names = [economy_name(code) for code in agreement.economies]
    listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    lines = [f"{listed}." if names else "No partners yet."]
    if agreement.treatment.market_access:
        category = agreement.treatment.category("")
        lines.append(
            f"Duties on covered goods of partners: category {category.name}, "
            f"{category.formula.value.replace('-', ' ')}."
        )
        lines.append(
            f"Origin: {agreement.origin.cumulation.value} cumulation, "
            f"{fmt.plural(len(agreement.origin.product_rules), 'product rule')}."
        )
    else:
        lines.append("No market access: a playbook of cooperation.")
    institutions = agreement.institutions
    parts = [fmt.plural(len(agreement.commitments), "commitment")]
    if institutions.bodies:
        parts.append(fmt.plural(len(institutions.bodies), "body", "bodies"))
    lines.append(" and ".join(parts) + ".")
    lines += [f"Within {clock.days} days: {clock.what}." for clock in institutions.clocks]
    if institutions.withdrawal_lock_years:
        lines.append(f"No withdrawal for {institutions.withdrawal_lock_years} years.")
    if institutions.review_every_years:
        lines.append(f"Review every {institutions.review_every_years} years.")
    if agreement.notes:
        lines += ["", agreement.notes]
    return "\n".join(lines)
