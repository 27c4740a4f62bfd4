"""What the agreement is and does: six figures, one picture, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.charts.bars import Bar, BarList
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.widgets.analysis_view import alike
from ui.widgets.card import Card
from ui.widgets.figure_cards import FigureCards
from ui.widgets.scrolled import scrolled
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, TreatmentBasis
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    import pandas as pd

    from ui.tasks import Task
    from workbench.analysis.results import Evaluation
    from workbench.progress import Progress

_MONEY = frozenset({"covered_trade", "resourced_content", "duty_forgone"})
_LESS_IS_BETTER = {
    "covered_trade": None,
    "utilisation": False,
    "exposure": True,
    "traced_exposure": True,
    "resourced_content": False,
    "duty_forgone": True,
}
_SHOWN_PRODUCTS = 10
_CHART_MARGIN = 12
_LEAST_WORDS = 96
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
        self._cards = FigureCards(
            "figure",
            (
                ("covered_trade", self.tr("Covered trade, USD")),
                ("utilisation", self.tr("Utilisation")),
                ("exposure", self.tr("Exposure, declared")),
                ("traced_exposure", self.tr("Exposure, traced")),
                ("resourced_content", self.tr("Re-sourced content, USD")),
                ("duty_forgone", self.tr("Duty forgone, USD")),
            ),
            across=3,
        )
        self._cards.pressed.connect(self._on_card)
        self._trade_cards = FigureCards(
            "trade",
            (
                ("covered_trade", self.tr("Covered trade, USD")),
                ("critical_mass_share", self.tr("Share of world trade")),
                ("known_duty_share", self.tr("Trade with a known duty")),
            ),
            across=3,
        )
        self._trade_cards.pressed.connect(self._on_card)
        self._reach_cards = FigureCards(
            "reach",
            (
                ("imports", self.tr("Non-parties’ goods with the cut, USD")),
                ("duty_forgone", self.tr("Duty forgone on them, USD")),
                ("non_party_share", self.tr("Share of all duty forgone")),
            ),
            across=3,
        )
        self._reach_cards.pressed.connect(self._on_reach)
        self._where = ChartWidget("whereItBites")
        self._bite = Card(self.tr("Where the preference can bite"), "biteCard")
        self._bite.body.addWidget(self._where)
        self._riders = ChartWidget("riders")
        self._ride = Card(self.tr("Who rides free, by product"), "ridersCard")
        self._ride.body.addWidget(self._riders, 1)
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
        words = scrolled(self._terms, "termsScroll", self.tr("The agreement in words"))
        words.setMinimumHeight(_LEAST_WORDS)
        text = Card(self.tr("In words"), "termsCard")
        text.body.addWidget(words, 1)
        left.addWidget(self._bite, 0, 0)
        left.addWidget(text, 1, 0)
        left.setRowStretch(1, 1)
        below.addLayout(left, 1)
        below.addWidget(self._ride, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for cards in (self._cards, self._trade_cards, self._reach_cards):
            column.addWidget(cards)
        column.addLayout(below, 1)
        says = self.tr("The agreement at a glance")
        self.column.addWidget(scrolled(inside, "overviewScroll", says), 1)
        self._where.selected.connect(self._on_part)
        self._sure: tuple[Evaluation, pd.DataFrame] | None = None
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
        result, pinned = self.figures.result, self.figures.pinned
        if result is None:
            for figure in _LESS_IS_BETTER:
                self._show_card(figure, None, None, self.tr("being worked out"))
            return
        agreement, totals = result.agreement, result.totals
        everyone = agreement.treatment.basis is TreatmentBasis.EXTENDED
        self._cards.setVisible(agreement.gives_preference)
        self._trade_cards.setVisible(not agreement.gives_preference)
        self._reach_cards.setVisible(everyone)
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
        self._bite.set_title(self.tr("Where the preference can bite"))
        self._ride.set_title(
            self.tr("Who rides free, by non-party")
            if everyone
            else self.tr("Who rides free, by product")
        )
        if not agreement.gives_preference:
            self._bite.set_title(self.tr("Duties on covered trade today"))
            self._show_trade(result, pinned)
        if everyone:
            self._show_reach(result)
        for figure, note in notes.items():
            before = None if pinned is None else pinned.totals[figure]
            self._show_card(figure, totals[figure], before, note)
        shares = self._shares()
        self._where.set_data(shares)
        self._where.setMinimumHeight(shares.preferred_height() + _CHART_MARGIN)
        self._riders.set_data(self._by_non_party() if everyone else self._by_product())
        self._draw_soon()

    def _show_card(self, figure: str, value: float | None, before: float | None, note: str) -> None:
        money = figure in _MONEY
        full = fmt.money_full(value) if money else fmt.percent_full(value)
        self._cards.show_figure(
            figure,
            value,
            before,
            fmt.money if money else fmt.percent,
            fmt.money_change if money else fmt.percent_change,
            note=note,
            tip="\n".join(part for part in (full, self._interval(figure)) if part),
            less_is_better=_LESS_IS_BETTER[figure],
        )

    def _show_trade(self, result: Evaluation, pinned: Evaluation | None) -> None:
        """What is known of trade and duties where partners have nothing of their own to claim."""
        notes = {
            "covered_trade": self.tr("imports of partners from partners"),
            "critical_mass_share": self.tr("90 % is the usual aim of a cut for all")
            if result.agreement.treatment.basis is TreatmentBasis.EXTENDED
            else self.tr("in covered products"),
            "known_duty_share": self.tr("of covered trade"),
        }
        for figure, note in notes.items():
            money = figure in _MONEY
            self._trade_cards.show_figure(
                figure,
                result.totals[figure],
                None if pinned is None else pinned.totals[figure],
                fmt.money if money else fmt.percent,
                fmt.money_change if money else fmt.percent_change,
                note=note,
            )

    def _show_reach(self, result: Evaluation) -> None:
        """Whom cuts for everyone reach."""
        from workbench.analysis.extended import extended

        totals = extended(result).totals
        known = self.tr("{share} of that trade has a known duty").format(
            share=fmt.percent(totals["known_duty_share"])
        )
        on_all = self.tr("on goods of non-parties")
        for figure, text, note in (
            ("imports", fmt.money, known),
            ("duty_forgone", fmt.money, self.tr("a year")),
            ("non_party_share", fmt.percent, on_all),
        ):
            self._reach_cards.show_figure(figure, totals[figure], None, text, text, note=note)

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
        drawn = result is not None and result.complete and result.agreement.gives_preference
        if result is None or not drawn or not self.isVisible():
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
        """Whether the draws are of this text, year and trade."""
        return self._sure is not None and alike(self._sure[0], result)

    def _start_draws(self) -> None:
        result = self.figures.result
        if result is None or not result.complete:
            return
        if self.figures.out_of_date or self.figures.tasks.closed:
            return

        def work(progress: Progress) -> object:
            from workbench.analysis.base_years import years_of_trade
            from workbench.analysis.sensitivity import headline_intervals

            text, baseline, database = result.agreement, result.baseline, self.figures.database
            years = None
            if database is not None:
                years = years_of_trade(database, text, baseline, progress)
            return result, headline_intervals(
                text, baseline, result.year, _DRAWS, progress=progress, years=years
            )

        task: Task = self.figures.tasks.start(
            self.tr("How sure the headlines are"), work, _DRAWING, aside=True
        )
        task.succeeded.connect(self._on_draws)

    def _on_draws(self, outcome: object) -> None:
        self._sure = cast("tuple[Evaluation, pd.DataFrame]", outcome)
        self.show_figures()

    def _interval(self, figure: str) -> str:
        """Where nine draws in ten lie; empty while that is of an earlier text."""
        result, sure = self.figures.result, self._sure
        if result is None or sure is None or not self._is_sure_of(result):
            return ""
        _, intervals = sure
        row = intervals[intervals["figure"] == figure].iloc[0]
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

    def _by_non_party(self) -> BarList:
        """Duty forgone on goods of non-parties that a cut for everyone reaches."""
        assert self.figures.result is not None
        from workbench.analysis.extended import extended

        table = extended(self.figures.result).riders
        table = table[table["duty_forgone"] > 0].head(_SHOWN_PRODUCTS)
        return BarList(
            self.tr("Duty forgone on its goods, USD"),
            tuple(
                Bar(str(code), economy_name(str(code)), float(forgone))
                for code, forgone in zip(table["economy"], table["duty_forgone"], strict=True)
            ),
            label_title=self.tr("Non-party"),
            empty=self.tr("No duty falls on goods of non-parties, as far as duties are known"),
        )

    def _on_card(self, figure: str) -> None:
        self.explain.emit(figure, -1)

    def _on_reach(self, figure: str, economy: str = "") -> None:
        if self.figures.result is None:
            return
        from workbench.analysis.extended import explain_extended, extended

        self.explained.emit(explain_extended(extended(self.figures.result), figure, economy))

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
        if result.agreement.treatment.basis is TreatmentBasis.EXTENDED:
            self._on_reach("duty_forgone", code)
            return
        from workbench.analysis.explain_groups import explain_group

        self.explained.emit(explain_group(result, {"product": code}, "free_riding_content"))


def _in_words(agreement: Agreement) -> str:
    """A few sentences on what the agreement says."""
    names = [economy_name(code) for code in agreement.economies]
    listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    lines = [f"{listed}." if names else "No partners yet."]
    if agreement.treatment.market_access:
        everyone = agreement.treatment.basis is TreatmentBasis.EXTENDED
        whose = "of every supplier" if everyone else "of partners"
        lines.append(f"Duties on covered goods {whose}: {_cuts(agreement)}.")
        if not everyone:
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


def _cuts(agreement: Agreement) -> str:
    """The staging categories in use, with how many groups of products each has."""
    groups: dict[StagingCategory, int] = {}
    for entry in agreement.coverage.entries:
        category = agreement.category_of(entry)
        groups[category] = groups.get(category, 0) + 1
    if not groups:
        groups = {agreement.category_of(None): 0}
    parts = []
    for category, count in groups.items():
        words = category.formula.value.replace("-", " ")
        name = f"category {category.name}, {words}" if category.name else "under a quota"
        parts.append(f"{name} ({fmt.plural(count, 'group')})" if len(groups) > 1 else name)
    return "; ".join(parts)
