"""The origin-rule frontier: one number of a rule swept, and a point of it adopted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.analysis_page import AnalysisPage
from ui.charts.swept import Curve, Elsewhere, Flag, Panel, Swept, elsewhere_of, step_key, step_of
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.effects_strip import Effect
from ui.widgets.findings_table import FindingsTable
from ui.widgets.form_grid import small_label
from ui.widgets.percent_spin import PercentSpin
from ui.widgets.point_strip import PointStrip
from ui.widgets.supplier_card import SupplierCard
from ui.widgets.sweep_form import SweepForm
from workbench.model.commitments import TreatmentBasis
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Base, Family, Sweep

if TYPE_CHECKING:
    from workbench.analysis.frontier import Frontier, RulePoint
    from workbench.analysis.goal_seek import GoalAnswer
    from workbench.analysis.results import Evaluation, Finding
    from workbench.analysis.rules_compared import RuleMark
    from workbench.definitions.fields import RulesInForce
    from workbench.progress import Progress

EFFECTS = (
    Effect("utilisation", "Utilisation", fmt.percent, fmt.percent_change, Tone.GOOD),
    Effect("exposure", "Exposure", fmt.percent, fmt.percent_change, Tone.BAD),
    Effect("traced_exposure", "Traced", fmt.percent, fmt.percent_change, Tone.BAD),
    Effect("resourced_content", "Re-sourced", fmt.money, fmt.money_change, Tone.GOOD),
    Effect("duty_forgone", "Duty forgone", fmt.money, fmt.money_change, Tone.BAD),
    Effect("leakage", "Leakage", fmt.money, fmt.money_change, Tone.BAD),
)
_RATINGS = {
    "none": Tone.NEUTRAL,
    "weak": Tone.BAD,
    "contested": Tone.WARN,
    "strong": Tone.GOOD,
}
_MONEY = frozenset({"resourced_content", "duty_forgone", "leakage"})
_PICTURE_HEIGHT, _REMARKS_HEIGHT = 320, 110
_LEAST_ROWS, _MOST_ROWS = 2, 7
_PAUSE_MS = 400


@dataclass(frozen=True, eq=False)
class _Answer:
    """What the worker found; a sentence in `problem` where nothing can be swept."""

    frontier: Frontier | None
    findings: tuple[Finding, ...] = ()
    marks: tuple[RuleMark, ...] = ()
    silent: tuple[str, ...] = ()
    problem: str = ""


class FrontierView(AnalysisView):
    """Picture, best rules, goal seek, products and a supplier, of one sweep."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "frontierView", parent)
        self._answer: _Answer | None = None
        self._goal: GoalAnswer | None = None
        self._place: int | None = None
        self._between: RulePoint | None = None
        self._in_force: tuple[RulesInForce, ...] | None = None
        self.form = SweepForm("sweepForm")
        self.picture = ChartWidget("frontierPicture")
        self.picture.setFixedHeight(_PICTURE_HEIGHT)
        self.strip = PointStrip(EFFECTS, "frontierPoint", self.tr("Figures of the rule chosen"))
        self.adopt = primary_button(self.tr("Adopt this rule"), "adoptRule", "check")
        self.adopt.setToolTip(self.tr("Put the rule chosen into the agreement; one step to undo"))
        self.supplier = SupplierCard(figures)
        self._settings = QTimer(self)
        self._settings.setSingleShot(True)
        self._settings.setInterval(_PAUSE_MS)
        for card in (
            self._build_form(),
            self._build_picture(),
            self._build_goal(),
            self._build_products(),
            self.supplier,
            self._build_remarks(),
        ):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._connect_all()
        self._show_choice()

    def title(self) -> str:
        """The words while it is worked out."""
        return self.tr("Origin-rule frontier")

    # Layout

    def _build_form(self) -> Card:
        card = Card("", "sweepCard")
        card.setAccessibleName(self.tr("What is swept"))
        card.body.addWidget(self.form)
        return card

    def _build_picture(self) -> Card:
        card = Card(self.tr("From loose to strict"), "frontierCard")
        self._card = card
        self._table_button = icon_button(
            "table", self.tr("Show the figures as a table"), "frontierAsTable"
        )
        self._table_button.setCheckable(True)
        self._save_button = icon_button("download", self.tr("Save the picture"), "frontierSave")
        card.tools.addWidget(self._table_button)
        card.tools.addWidget(self._save_button)
        card.tools.addWidget(self.adopt)
        self._best = QHBoxLayout()
        self._best.setSpacing(6)
        self._best_buttons = {
            key: button(words, f"frontier_{key}")
            for key, words in (
                ("drafted", self.tr("As drafted")),
                ("most_resourced", self.tr("Most re-sourced")),
                ("least_exposure", self.tr("Least exposure")),
                ("turning_point", self.tr("Turning point")),
            )
        }
        self._jump = QLabel(self.tr("Go to"))
        theme.set_role(self._jump, "muted")
        self._best.addWidget(self._jump)
        for made in self._best_buttons.values():
            self._best.addWidget(made)
        self._best.addStretch(1)
        self._note = small_label("", "frontierNote")
        card.body.addWidget(self.strip)
        card.body.addWidget(self.picture)
        card.body.addLayout(self._best)
        card.body.addWidget(self._note)
        return card

    def _build_goal(self) -> Card:
        card = Card(self.tr("Find the rule for a figure"), "goalCard")
        self.goal_figure = ChoiceBox(
            self.tr("Figure to reach"),
            [
                ("exposure", self.tr("Exposure, declared")),
                ("traced_exposure", self.tr("Exposure, traced")),
                ("utilisation", self.tr("Utilisation")),
                ("leakage", self.tr("Leakage, USD million")),
                ("resourced_content", self.tr("Re-sourced content, USD million")),
            ],
            "goalFigure",
        )
        self.goal_figure.show_key("exposure")
        self.goal_share = PercentSpin(self.tr("Target"), "goalShare", 0.0, 1.0, 0.01)
        self.goal_share.set_fraction(0.05)
        self.goal_money = DecimalSpin(
            self.tr("Target, USD million"), "goalMoney", 0.0, 1e6, 0.5, " m"
        )
        self.goal_money.setValue(1.0)
        self.goal_find = button(self.tr("Find"), "goalFind", "search")
        self.goal_adopt = button(self.tr("Adopt"), "goalAdopt", "check")
        self.goal_adopt.setEnabled(False)
        self.goal_says = small_label("", "goalSays")
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.goal_figure, self.goal_share, self.goal_money, self.goal_find):
            row.addWidget(widget)
        row.addWidget(self.goal_says, 1)
        row.addWidget(self.goal_adopt)
        card.body.addLayout(row)
        return card

    def _build_products(self) -> Card:
        card = Card(self.tr("Best rule by product"), "frontierProductsCard")
        pct, number = fmt.percent, self._number
        self.products = DataTable(
            [
                Column("product", self.tr("Product"), lambda code: dotted(str(code)), width=84),
                Column("trade", self.tr("Trade"), fmt.money, True, width=76, full=fmt.money_full),
                Column("drafted_at", self.tr("Drafted"), number, True, width=80),
                Column(
                    "least_exposure_at",
                    self.tr("Best at"),
                    number,
                    True,
                    self.tr("Least exposure with utilisation at or above the floor"),
                    width=78,
                ),
                Column(
                    "least_exposure",
                    self.tr("Exposure"),
                    pct,
                    True,
                    self.tr("At the best rule"),
                    width=86,
                ),
                Column(
                    "utilisation_there",
                    self.tr("Utilisation"),
                    pct,
                    True,
                    self.tr("At the best rule"),
                    width=94,
                ),
                Column(
                    "most_resourced_at",
                    self.tr("Most moved"),
                    number,
                    True,
                    self.tr("The rule that moves most content into the partners"),
                    width=98,
                ),
                Column(
                    "turning_at",
                    self.tr("Turns at"),
                    number,
                    True,
                    self.tr("Stricter than this, less content is moved"),
                    width=80,
                ),
                Column(
                    "rating",
                    self.tr("Rating"),
                    fmt.rating,
                    cell=Cell.CHIP,
                    tone=lambda value: _RATINGS.get(str(value), Tone.NEUTRAL),
                    tip=self.tr("Strength of the incentive at the best rule"),
                    width=112,
                ),
            ],
            self.tr("Best rule by product"),
            "frontierProducts",
            stretch="rating",
        )
        self.products.setProperty("flat", True)
        self.products.set_empty_text(self.tr("No swept product has trade between partners"))
        card.body.addWidget(self.products)
        card.body.addWidget(
            small_label(
                self.tr("Press Return on a row to sweep that product alone."),
                "frontierProductsHint",
            )
        )
        return card

    def _build_remarks(self) -> Card:
        card = Card(self.tr("Remarks"), "frontierRemarksCard")
        self.remarks = FindingsTable(self.tr("Remarks on the frontier"), "frontierFindings")
        self.remarks.setMinimumHeight(_REMARKS_HEIGHT)
        card.body.addWidget(self.remarks)
        return card

    def _connect_all(self) -> None:
        self.form.changed.connect(self._settings.start)
        self._settings.timeout.connect(self._on_settings)
        self.picture.selected.connect(self._on_point)
        self.picture.activated.connect(self._on_activated)
        self._table_button.toggled.connect(self.picture.show_table)
        self._save_button.clicked.connect(self.picture.save_picture)
        for made in self._best_buttons.values():
            made.clicked.connect(self._on_best)
        self.adopt.clicked.connect(self._adopt_chosen)
        self.strip.explained.connect(self._explain)
        self.goal_figure.chosen.connect(self._show_target)
        self.goal_find.clicked.connect(self._seek)
        self.goal_adopt.clicked.connect(self._adopt_goal)
        self.products.row_activated.connect(self._on_product)
        self.products.cell_selected.connect(self._explain_product)
        self.supplier.explained.connect(self.explained)
        self.remarks.go_to.connect(self.go_to)
        self.remarks.fix_wanted.connect(self.document.edit)
        self.remarks.aside_wanted.connect(self.document.set_aside)
        self.remarks.taken_up.connect(self.document.take_up)
        self._show_target()

    # Working it out

    def refresh(self) -> None:
        """The agreement changed: offer its products, and mark what is shown as of before."""
        result = self.figures.result
        codes = result.baseline.market.products if result is not None else ()
        self.form.show_agreement(self.document.agreement, codes)
        self._mark_stale()

    def show_figures(self) -> None:
        """There are newer figures."""
        result = self.figures.result
        if result is None:
            return
        self.form.show_agreement(self.document.agreement, result.baseline.market.products)
        super().show_figures()
        self.supplier.show_evaluation(result)
        self._show_strip()
        self._mark_stale()

    def start(self) -> None:
        """Note what the form asks for, here where widgets may be read, and work it out."""
        if not self.isVisible():
            return
        self._wanted = self.form.sweep(), self.form.numbers(), self.form.stated_floor()
        super().start()

    def nothing(self, evaluation: Evaluation) -> str:
        """Without cuts for partners there is no rule to sweep."""
        agreement = evaluation.agreement
        if not agreement.treatment.market_access:
            return self.tr("The agreement changes no duty, so there is no origin rule to sweep.")
        if agreement.treatment.basis is TreatmentBasis.EXTENDED:
            return self.tr("Cuts reach everyone, so origin rules do not apply.")
        if len(agreement.economies) < 2 or not agreement.coverage.entries:
            return self.tr("Add partners and cover products first: there is no trade to sweep.")
        return ""

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Sweep; on a worker thread."""
        from workbench.analysis.findings import Needs, found_in
        from workbench.analysis.frontier import frontier
        from workbench.analysis.rules_compared import marks_in_force, rules_to_compare
        from workbench.definitions.library import rules_in_force

        sweep, numbers, floor = self._wanted
        covered = evaluation.baseline.market.products
        codes = sweep.products or covered
        agreements = self._in_force
        if agreements is None:
            agreements = self._in_force = rules_in_force()
        if sweep.family is Family.RULES:
            rules = rules_to_compare(codes, agreements)
            sweep = Sweep(sweep.family, sweep.base, sweep.products, sweep.economies, rules)
        try:
            found = frontier(
                evaluation.agreement,
                evaluation.baseline,
                sweep,
                numbers or None,
                floor,
                evaluation.option,
                evaluation.year,
                progress,
            )
        except ValueError as error:
            return _Answer(None, problem=str(error))
        marks, silent = (
            ((), ())
            if sweep.family is Family.RULES
            else marks_in_force(sweep.family, codes, agreements)
        )
        remarks = found_in(Needs.FRONTIER, evaluation.agreement, found)
        return _Answer(found, remarks, marks, silent)

    def _on_settings(self) -> None:
        if self.figures.result is not None and self.isVisible():
            self._on_again()
            self._mark_stale()

    def show_answer(self, answer: object) -> None:
        """Redraw from what the worker found."""
        self._answer = cast("_Answer", answer)
        found = self._answer.frontier
        self._between = None
        if found is None:
            self.picture.set_data(Swept(self.title(), "", (), (), empty=self._answer.problem))
            self._place = None
            self.products.set_frame({c.name: [] for c in self.products.frame_model.columns})
            self.remarks.show_findings(())
        else:
            if self._place is None or self._place >= len(found.points):
                self._place = _nearest(found)
            self._draw(False)
            table = found.by_product
            self.products.set_frame(
                {c.name: table[c.name].tolist() for c in self.products.frame_model.columns},
                key="product",
            )
            _fit(self.products, len(table))
            self.remarks.show_findings(self._answer.findings)
        self._goal = None
        self.goal_says.setText("")
        self._show_choice()

    def _mark_stale(self) -> None:
        if self._answer is not None and self._answer.frontier is not None and self.is_stale():
            self._draw(True)
            self.adopt.setEnabled(False)
            self.goal_adopt.setEnabled(False)

    def _frontier(self) -> Frontier | None:
        return self._answer.frontier if self._answer is not None else None

    def _draw(self, stale: bool) -> None:
        found, answer = self._frontier(), self._answer
        if found is None or answer is None:
            return
        self.picture.set_data(picture_of(found, answer.marks, stale))
        if self._place is not None:
            self.picture.select(step_key(self._place))

    # The rule chosen

    def chosen(self) -> RulePoint | None:
        """The point chosen: a step of the picture, or one between two steps."""
        found = self._frontier()
        if self._between is not None:
            return self._between
        if found is None or self._place is None or self._place >= len(found.points):
            return None
        return found.points[self._place]

    def _on_point(self, key: str) -> None:
        place = step_of(key)
        if place is None:
            self._explain_in_force(key)
            if self._place is not None:
                self.picture.select(step_key(self._place))
            return
        self._place, self._between = place, None
        self._show_choice()
        self._explain("exposure")

    def _explain_in_force(self, key: str) -> None:
        """Explain the mark of a rule in force."""
        found, answer = self._frontier(), self._answer
        at = elsewhere_of(key)
        if found is not None and answer is not None and at is not None:
            from workbench.analysis.frontier_explain import explain_marks

            marks = [mark for mark in answer.marks if mark.at == at]
            self.explained.emit(explain_marks(marks, self.tr(FAMILY_TITLES[found.sweep.family])))

    def _on_activated(self, key: str) -> None:
        place = step_of(key)
        if place is not None:
            self._place, self._between = place, None
            self._show_choice()
            self._adopt_chosen()

    def _on_best(self) -> None:
        found, sender = self._frontier(), self.sender()
        if found is None or sender is None:
            return
        point = getattr(found, sender.objectName().removeprefix("frontier_"))
        if point is not None and point.at is not None:
            self._place = _place_of(found, point.at)
            self._between = None if found.points[self._place].at == point.at else point
            self.picture.select(step_key(self._place))
            self._show_choice()
            self._explain("exposure")

    def _show_choice(self) -> None:
        found, point = self._frontier(), self.chosen()
        self.adopt.setEnabled(point is not None and not self.is_stale())
        if found is None or point is None:
            empty: dict[str, float | None] = {}
            self.strip.show_points(fmt.MISSING, empty, self.tr("As drafted"), empty)
            self._note.setText("")
            for made in self._best_buttons.values():
                made.setEnabled(False)
            return
        self._show_strip()
        self.adopt.setText(self.tr("Adopt {rule}").format(rule=self._short(point)))
        self.adopt.setToolTip(self._adopt_tip(found))
        for key, made in self._best_buttons.items():
            best = getattr(found, key)
            made.setEnabled(best is not None and best.at is not None)
        self._best_buttons["turning_point"].setToolTip(found.no_turning_point)
        self._note.setText(self._says(found))
        self._card.set_note(self._of_what(found))
        numbers = tuple(p.at for p in found.points if p.at is not None)
        self.supplier.show_sweep(found.sweep, numbers, point.at)

    def _show_strip(self) -> None:
        """The point beside the rules as drafted, and these beside the pinned baseline."""
        found, point, pinned = self._frontier(), self.chosen(), self.figures.pinned
        if found is None or point is None:
            return
        whole = not found.sweep.products
        self.strip.show_points(
            self._words(point),
            asdict(point),
            self.tr("As drafted"),
            asdict(found.drafted),
            pinned.totals if pinned is not None and whole else None,
        )

    def _adopt_tip(self, found: Frontier) -> str:
        """What adopting changes."""
        sweep, rules = found.sweep, len(found.agreement.origin.product_rules)
        if sweep.base is Base.WITHIN:
            return self.tr("Sets the number in the present rules; one step to undo")
        if sweep.products:
            return self.tr("Makes it the rule of the products swept; one step to undo")
        if rules:
            return self.tr(
                "Makes it the rule of all products, in place of {rules} too; one step to undo"
            ).format(rules=fmt.plural(rules, "product rule"))
        return self.tr("Makes it the default rule; one step to undo")

    def _words(self, point: RulePoint) -> str:
        return point.label or self._number(point.at)

    def _short(self, point: RulePoint) -> str:
        if point.label:
            return self.tr("rule {n}").format(n=round(point.at or 0) + 1)
        return self._number(point.at)

    def _number(self, value: object) -> str:
        found = self._frontier()
        if fmt.is_missing(value):
            return fmt.MISSING
        if found is not None and found.sweep.family is Family.RULES:
            return self.tr("rule {n}").format(n=round(float(str(value))) + 1)
        return fmt.percent(value)

    def _of_what(self, found: Frontier) -> str:
        count = len(found.by_product)
        how = (
            self.tr("within the present rules")
            if found.sweep.base is Base.WITHIN
            else self.tr("one plain rule")
        )
        if found.sweep.family is Family.RULES:
            how = self.tr("rules one by one")
        return f"{fmt.plural(count, 'product')} · {how}"

    def _says(self, found: Frontier) -> str:
        from workbench.analysis.frontier import comparable

        parts = []
        if found.floor is not None:
            parts.append(
                self.tr("Least exposure keeps utilisation at {floor} or more.").format(
                    floor=fmt.percent(found.floor)
                )
            )
        if found.no_turning_point:
            parts.append(found.no_turning_point)
        answer = self._answer
        if answer is not None and any(mark.is_one_way for mark in answer.marks):
            parts.append(self.tr("Hollow marks: the good may also qualify in another way."))
        if answer is not None and answer.silent:
            parts.append(
                self.tr("{names}: rules for these products set no such number.").format(
                    names=", ".join(answer.silent)
                )
            )
        if any(not enough for enough in comparable(found.points)):
            parts.append(self.tr("Rules left blank ask for shares of inputs that are not known."))
        known = found.points[0].known_share if found.points else None
        if known is not None and known < 1:
            parts.append(
                self.tr("Figures rest on {share} of trade.").format(share=fmt.percent(known))
            )
        return " ".join(parts)

    def _explain(self, figure: str) -> None:
        found, point = self._frontier(), self.chosen()
        if found is not None and point is not None:
            from workbench.analysis.frontier_explain import explain_point

            self.explained.emit(explain_point(found, point, figure))

    # Adopting

    def _adopt_chosen(self) -> None:
        point = self.chosen()
        if point is not None:
            self._adopt(point)

    def _adopt(self, point: RulePoint) -> None:
        found = self._frontier()
        if found is None or point.at is None or self.is_stale():
            return
        sweep, at = found.sweep, point.at
        self.document.edit(
            self.tr("Adopt {rule}").format(rule=self._words(point)),
            lambda agreement: sweep.edited(agreement, at),
        )

    # Goal seek

    def _show_target(self) -> None:
        money = self.goal_figure.key() in _MONEY
        self.goal_money.setVisible(money)
        self.goal_share.setVisible(not money)

    def _seek(self) -> None:
        found, result = self._frontier(), self.figures.result
        if found is None or result is None or self.is_stale():
            return
        figure = self.goal_figure.key()
        target = self.goal_share.fraction()
        if figure in _MONEY:
            target = self.goal_money.value() * 1e6
        sweep = found.sweep
        numbers = tuple(p.at for p in found.points if p.at is not None)

        def work(progress: Progress) -> object:
            from workbench.analysis.goal_seek import goal_seek

            return found, goal_seek(
                result.agreement,
                result.baseline,
                sweep,
                figure,
                target,
                numbers,
                result.year,
                progress,
            )

        task = self.figures.tasks.start(
            self.tr("Finding the rule"), work, key="goal-seek", aside=True
        )
        task.succeeded.connect(self._on_goal)
        self.goal_find.setEnabled(False)
        for end in (task.succeeded, task.cancelled, task.failed):
            end.connect(self._on_goal_over)

    def _on_goal_over(self) -> None:
        self.goal_find.setEnabled(True)

    def _on_goal(self, outcome: object) -> None:
        of, answer = cast("tuple[Frontier, GoalAnswer]", outcome)
        if of is not self._frontier():
            return
        self._goal = answer
        point = answer.point
        if point is None:
            self.goal_says.setText(answer.reason)
        else:
            effect = next(e for e in EFFECTS if e.figure == answer.figure)
            value = effect.text(getattr(point, answer.figure))
            words = self.tr("{rule}: {figure} {value}, utilisation {use}.").format(
                rule=self._words(point),
                figure=effect.title.lower(),
                value=value,
                use=fmt.percent(point.utilisation),
            )
            self.goal_says.setText(" ".join(part for part in (words, answer.reason) if part))
            self.goal_adopt.setText(self.tr("Adopt {rule}").format(rule=self._short(point)))
        self.goal_adopt.setEnabled(point is not None)

    def _adopt_goal(self) -> None:
        if self._goal is not None and self._goal.point is not None:
            self._adopt(self._goal.point)

    # Products

    def _on_product(self, row: int) -> None:
        found = self._frontier()
        if found is not None and 0 <= row < len(found.by_product):
            code = str(found.by_product["product"].iloc[row])
            self.form.products.show_key(f"product:{code}")
            self._on_settings()

    def _explain_product(self, row: int, column: str) -> None:
        found = self._frontier()
        if found is not None and 0 <= row < len(found.by_product):
            from workbench.analysis.frontier_explain import explain_product

            figure = "least_exposure_at" if column in ("product", "rating") else column
            self.explained.emit(explain_product(found, row, figure))


class FrontierPage(AnalysisPage):
    """The page of the view above."""

    name = "frontier"

    view: FrontierView

    def make_view(self) -> FrontierView:
        """The view of the page."""
        return FrontierView(self.document, self.figures)

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Frontier")

    def subtitle(self) -> str:
        """What the page is for."""
        return self.tr("what a looser or stricter rule would do")


def picture_of(found: Frontier, marks: tuple[RuleMark, ...], stale: bool) -> Swept:
    """A frontier as a chart."""
    from workbench.analysis.frontier import comparable

    points = found.points
    enough = comparable(points).tolist()

    def curve(label: str, figure: str) -> Curve:
        values = (
            getattr(point, figure) if known else None
            for point, known in zip(points, enough, strict=True)
        )
        return Curve(label, tuple(values))

    flags = [Flag(found.drafted.at, "As drafted", True)] if found.drafted.at is not None else []
    for point, words in (
        (found.least_exposure, "Least exposure"),
        (found.most_resourced, "Most re-sourced"),
        (found.turning_point, "Turning point"),
    ):
        if point is not None and point.at is not None:
            flags.append(Flag(point.at, words))
    listed = found.sweep.family is Family.RULES
    return Swept(
        title=f"{FAMILY_TITLES[found.sweep.family]}: what each rule does",
        x_title="Rule (names in the table)" if listed else FAMILY_TITLES[found.sweep.family],
        xs=tuple(point.at or 0.0 for point in points),
        panels=(
            Panel(
                "of trade",
                (curve("Utilisation", "utilisation"),),
                fmt.percent,
                fmt.percent_ticks,
            ),
            Panel(
                "of claims",
                (
                    curve("Exposure", "exposure"),
                    curve("Exposure, traced", "traced_exposure"),
                ),
                fmt.percent,
                fmt.percent_ticks,
            ),
            Panel(
                "USD",
                (curve("Re-sourced content", "resourced_content"),),
                fmt.money,
                fmt.money_ticks,
            ),
            Panel(
                "USD",
                (curve("Duty forgone", "duty_forgone"), curve("Leakage", "leakage")),
                fmt.money,
                fmt.money_ticks,
            ),
        ),
        flags=tuple(flags),
        elsewhere=tuple(
            Elsewhere(
                mark.at,
                mark.agreement,
                f"{fmt.percent(mark.at)}: {mark.agreement}, {mark.products}, {mark.text} "
                f"({mark.source})",
                mark.is_one_way,
            )
            for mark in marks
        ),
        names=tuple(point.label for point in points) if listed else (),
        joined=not listed,
        stale=stale,
    )


FAMILY_TITLES = {
    Family.BUILD_DOWN: "Regional value content at least, build-down",
    Family.BUILD_UP: "Regional value content at least, build-up",
    Family.NET_COST: "Regional value content at least, net cost",
    Family.MAX_NON_ORIGINATING: "Non-originating materials at most",
    Family.ECONOMY_CAP: "Content of named economies at most",
    Family.DE_MINIMIS: "De minimis",
    Family.TOLERANCE: "Tolerance of listed inputs",
    Family.RULES: "Rules",
}


def _fit(table: DataTable, rows: int) -> None:
    """As tall as its rows, within reason."""
    shown = min(max(rows, _LEAST_ROWS), _MOST_ROWS)
    head = table.horizontalHeader().sizeHint().height()
    table.setFixedHeight(shown * theme.ROW_HEIGHT_PX + head + 16)


def _place_of(found: Frontier, at: float) -> int:
    """The step nearest to a number."""
    numbers = [point.at or 0.0 for point in found.points]
    return min(range(len(numbers)), key=lambda place: abs(numbers[place] - at))


def _nearest(found: Frontier) -> int | None:
    """The step of the rule as drafted, or the middle one."""
    if not found.points:
        return None
    if found.drafted.at is not None:
        return _place_of(found, found.drafted.at)
    return len(found.points) // 2
