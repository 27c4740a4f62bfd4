"""Which partners: every set of the candidates, those that no other beats, and what each brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.analysis_page import AnalysisPage
from ui.charts.bars import Bar, BarList
from ui.charts.base import Ticks
from ui.charts.scatter import Scatter
from ui.charts.scatter_widget import ScatterWidget
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.figure_cards import FigureCards
from ui.widgets.findings_table import FindingsTable
from ui.widgets.form_grid import small_label
from ui.widgets.number_spin import NumberSpin
from ui.widgets.search_field import SearchField
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.partner_sets.answer import Answer, Choice
    from workbench.analysis.partner_sets.choice import Aim, Limits
    from workbench.analysis.partner_sets.question import SetQuestion
    from workbench.analysis.partner_sets.sensitivity import RankChanges
    from workbench.analysis.results import Evaluation
    from workbench.model.agreement import Agreement
    from workbench.model.economies import Partner
    from workbench.progress import Progress

MOST_COMPARED = 5
_LETTERS = "ABCDE"
_PICTURE_HEIGHT, _TABLE_HEIGHT, _COMPARED_HEIGHT, _REMARKS_HEIGHT = 340, 280, 490, 150
_TOP_SETS = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """How a figure of a set is put on screen."""

    name: str
    title: str
    text: Callable[[Any], str]
    full: Callable[[Any], str]
    ticks: Ticks
    width: int
    tip: str = ""
    change: Callable[[Any], str] = fmt.percent_change


def _decimal(value: object) -> str:
    return fmt.decimal(value, 3)


SHOWN: tuple[Shown, ...] = (
    Shown(
        "market",
        "Market",
        fmt.percent,
        fmt.percent_full,
        fmt.percent_ticks,
        78,
        "Share of world trade in the covered products: half exports, half imports",
    ),
    Shown(
        "covered_trade",
        "Covered trade",
        fmt.money,
        fmt.money_full,
        fmt.money_ticks,
        104,
        "USD a year between the partners",
        fmt.money_change,
    ),
    Shown("exposure", "Exposure", fmt.percent, fmt.percent_full, fmt.percent_ticks, 84),
    Shown("traced_exposure", "Traced", fmt.percent, fmt.percent_full, fmt.percent_ticks, 74),
    Shown("utilisation", "Utilisation", fmt.percent, fmt.percent_full, fmt.percent_ticks, 92),
    Shown(
        "resourced_content",
        "Re-sourced",
        fmt.money,
        fmt.money_full,
        fmt.money_ticks,
        94,
        "Content that the rule moves into the partners, USD a year",
        fmt.money_change,
    ),
    Shown(
        "duty_forgone",
        "Duty forgone",
        fmt.money,
        fmt.money_full,
        fmt.money_ticks,
        102,
        change=fmt.money_change,
    ),
    Shown(
        "leakage",
        "Leakage",
        fmt.money,
        fmt.money_full,
        fmt.money_ticks,
        80,
        change=fmt.money_change,
    ),
    Shown(
        "chain_completeness",
        "Chain",
        fmt.percent,
        fmt.percent_full,
        fmt.percent_ticks,
        70,
        "Inputs of the covered goods that the partners supply in quantity",
    ),
    Shown(
        "hhi",
        "Concentration",
        _decimal,
        _decimal,
        fmt.plain_ticks,
        110,
        "Herfindahl-Hirschman index of the suppliers to the joint market, 0 to 1",
    ),
    Shown(
        "alignment_min",
        "Lowest alignment",
        fmt.decimal,
        _decimal,
        fmt.plain_ticks,
        126,
        "The lowest alignment score of any partner, 0 to 1",
    ),
    Shown(
        "alignment_mean",
        "Mean alignment",
        fmt.decimal,
        _decimal,
        fmt.plain_ticks,
        116,
        "The mean alignment score of the partners, 0 to 1",
    ),
)
_AMOUNTS = tuple(
    Shown(name, title, fmt.money, fmt.money_full, fmt.money_ticks, 0, change=fmt.money_change)
    for name, title in (
        ("claimed", "Trade that claims"),
        ("free_riding_content", "Free-riding content"),
        ("traced_free_riding_content", "Free-riding content, traced"),
    )
)
"""What the ratios are made of: candidates contribute to these, sets are not shown by them."""
_BY_NAME = {each.name: each for each in (*SHOWN, *_AMOUNTS)}
_PINNED = {
    "market": "critical_mass_share",
    "covered_trade": "covered_trade",
    "exposure": "exposure",
    "utilisation": "utilisation",
}
"""Figures on the cards, and what an evaluation calls them."""
_BETTER = {"exposure": True, "utilisation": False}
"""Figures on the cards whose change is good or bad, and whether less is good."""
_SMALLER = frozenset({"exposure", "traced_exposure", "duty_forgone", "leakage", "hhi"})


class PartnerSetsView(AnalysisView):
    """The question, the sets as a picture and a table, five compared, and contributions."""

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, "partnerSetsView", parent)
        self._answer: Answer | None = None
        self._choice: Choice | None = None
        self._own: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self._aims_chosen = False
        self._known: tuple[Partner, ...] = ()
        self._best: frozenset[int] = frozenset()
        self._compared: list[int] = []
        self._box: tuple[float, float, float, float] | None = None
        self._point = -1
        for card in (
            self._build_question(),
            self._build_sentences(),
            self._build_cards(),
            self._build_picture(),
            self._build_table(),
            self._build_compared(),
            self._build_contributions(),
            self._build_steadiness(),
            self._build_remarks(),
        ):
            self.body.addWidget(card)
        self.body.addStretch(1)
        self._connect_all()
        self._show_chosen()

    def title(self) -> str:
        """The words while it is worked out."""
        return self.tr("Partner sets")

    # Layout

    def _build_question(self) -> Card:
        card = Card(self.tr("Who is in, and who may join"), "setsQuestion")
        self.suggest = button(self.tr("Suggest"), "suggestCandidates", "plus")
        self.suggest.setToolTip(
            self.tr("Add the largest suppliers from outside whose content is known")
        )
        self.reset = icon_button(
            "rotate-ccw", self.tr("Candidates as the agreement has them"), "resetCandidates"
        )
        card.tools.addWidget(self.suggest)
        card.tools.addWidget(self.reset)
        self.fixed = EconomyListEdit(self.tr("In every set"), "fixedPartners", self.tr("none"))
        self.candidates = EconomyListEdit(
            self.tr("Candidates"), "candidatePartners", self.tr("JPN, KOR, EU27")
        )
        self.most = NumberSpin(self.tr("Partners at most, 0 for no limit"), "mostPartners", 0, 60)
        self.most.setSpecialValueText(self.tr("no limit"))
        self.score = DecimalSpin(
            self.tr("Lowest alignment score of any partner"),
            "lowestScore",
            0.0,
            1.0,
            0.05,
            nothing=self.tr("no limit"),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, column, words, field, span in (
            (0, 0, self.tr("In every set"), self.fixed, 2),
            (0, 2, self.tr("Candidates"), self.candidates, 4),
            (2, 0, self.tr("Partners at most"), self.most, 2),
            (2, 2, self.tr("No score below"), self.score, 1),
        ):
            label = QLabel(words)
            theme.set_role(label, "muted")
            label.setBuddy(field)
            grid.addWidget(label, row, column, 1, span)
            grid.addWidget(field, row + 1, column, 1, span, Qt.AlignmentFlag.AlignTop)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        card.body.addLayout(grid)
        return card

    def _build_sentences(self) -> Card:
        card = Card(self.tr("In three sentences"), "setsSentences")
        self.copy_words = icon_button("copy", self.tr("Copy the sentences"), "copySentences")
        card.tools.addWidget(self.copy_words)
        self.sentences = [QLabel() for _ in range(3)]
        for number, label in enumerate(self.sentences):
            label.setObjectName(f"setsSentence{number + 1}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            card.body.addWidget(label)
        return card

    def _build_cards(self) -> FigureCards:
        self.cards = FigureCards("sets", [(name, _BY_NAME[name].title) for name in _PINNED])
        return self.cards

    def _build_picture(self) -> Card:
        card = Card(self.tr("Sets"), "setsPicture")
        self._picture_card = card
        choices = [(each.name, each.title) for each in SHOWN]
        self.across = ChoiceBox(self.tr("Figure across"), choices, "setsAcross")
        self.up = ChoiceBox(self.tr("Figure upwards"), choices, "setsUp")
        self.third = ChoiceBox(
            self.tr("One more figure to rank on"), [("", self.tr("none")), *choices], "setsThird"
        )
        self._as_table = icon_button("table", self.tr("Show as a table"), "setsAsTable")
        self._as_table.setCheckable(True)
        self._save = icon_button("download", self.tr("Save the picture"), "setsSave")
        self.clear = button(self.tr("Clear the rectangle"), "clearBrush", "x")
        card.tools.addWidget(self.clear)
        card.tools.addWidget(self._as_table)
        card.tools.addWidget(self._save)
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, box in (
            (self.tr("Across"), self.across),
            (self.tr("Upwards"), self.up),
            (self.tr("Also"), self.third),
        ):
            label = QLabel(words)
            theme.set_role(label, "muted")
            label.setBuddy(box)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(7)
            row.addWidget(label)
            row.addWidget(box, 1)
        self.picture = ScatterWidget("setsScatter")
        self.picture.setFixedHeight(_PICTURE_HEIGHT)
        self.picture.set_data(self._no_picture(self.tr("Figures are on their way")))
        self.missing = small_label("", "setsMissing")
        card.body.addLayout(row)
        card.body.addWidget(self.picture)
        card.body.addWidget(self.missing)
        card.body.addWidget(
            small_label(
                self.tr(
                    "Marks are sets that no other beats on these figures; the line joins those "
                    "best on the two axes. Draw a rectangle to keep some of the sets. Arrow keys "
                    "walk along the marks."
                ),
                "setsHint",
            )
        )
        return card

    def _build_table(self) -> Card:
        card = Card(self.tr("Sets in the table"), "setsTableCard")
        self._table_card = card
        self.search = SearchField(self.tr("Find sets"), "setsSearch")
        self.search.setMaximumWidth(260)
        self.only_best = button(self.tr("Not beaten only"), "onlyBest", "funnel")
        self.only_best.setCheckable(True)
        self.only_best.setChecked(True)
        self.compare = button(self.tr("Compare"), "compareSet", "columns-2")
        self.compare.setToolTip(self.tr("Put the selected set beside others, five at most"))
        self.adopt = primary_button(self.tr("Adopt this set"), "adoptSet", "check")
        self.adopt.setToolTip(
            self.tr("Make the selected set the partners of the agreement; one step to undo")
        )
        for widget in (self.compare, self.adopt):
            card.tools.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        row.addStretch(1)
        row.addWidget(self.only_best)
        card.body.addLayout(row)
        self.table = DataTable(
            [
                Column("words", self.tr("Set"), width=270),
                Column("size", self.tr("Partners"), fmt.count, True, width=80),
                *(
                    Column(e.name, e.title, e.text, True, e.tip, full=e.full, width=e.width)
                    for e in SHOWN
                ),
            ],
            self.tr("Sets of partners"),
            "setsTable",
        )
        self.table.setFixedHeight(_TABLE_HEIGHT)
        self.table.setProperty("flat", True)
        self.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.table.set_empty_text(self.tr("No set: widen the limits or clear the rectangle"))
        card.body.addWidget(self.table)
        return card

    def _build_compared(self) -> Card:
        card = Card(self.tr("Side by side"), "setsCompared")
        self._compared_card = card
        self.drop = button(self.tr("Remove all"), "dropCompared", "x")
        card.tools.addWidget(self.drop)
        self.side = DataTable(
            [Column("title", self.tr("Figure"))], self.tr("Sets side by side"), "setsSideBySide"
        )
        self.side.setFixedHeight(_COMPARED_HEIGHT)
        self.side.setProperty("flat", True)
        card.body.addWidget(self.side)
        card.hide()
        return card

    def _build_contributions(self) -> Card:
        card = Card(self.tr("What each candidate brings"), "setsContributions")
        self.figure = ChoiceBox(
            self.tr("Figure contributed to"),
            [(each.name, each.title) for each in (*SHOWN, *_AMOUNTS)],
            "contributionFigure",
        )
        self.figure.show_key("covered_trade")
        self._bars_save = icon_button("download", self.tr("Save the bars"), "contributionSave")
        card.tools.addWidget(self.figure)
        card.tools.addWidget(self._bars_save)
        self.bars = ChartWidget("contributionBars")
        self.core = small_label("", "coreNote")
        card.body.addWidget(self.bars)
        card.body.addWidget(self.core)
        return card

    def _build_steadiness(self) -> Card:
        card = Card(self.tr("Does the ranking hold?"), "setsSteadiness")
        self.try_others = button(self.tr("Try other assumptions"), "tryOthers", "refresh-cw")
        self.try_others.setToolTip(
            self.tr("Rank the best sets under other data years, assumptions and rules")
        )
        card.tools.addWidget(self.try_others)
        self.ranks = DataTable(
            [Column("title", self.tr("Under"))], self.tr("Places under other assumptions"), "ranks"
        )
        self.ranks.setFixedHeight(_TABLE_HEIGHT)
        self.ranks.setProperty("flat", True)
        self.ranks_note = small_label(
            self.tr(
                "The best sets on the figure upwards are ranked again: other data years, "
                "assumptions halved and doubled, content thresholds ten points lower and higher."
            ),
            "ranksNote",
        )
        card.body.addWidget(self.ranks_note)
        card.body.addWidget(self.ranks)
        self.ranks.hide()
        return card

    def _build_remarks(self) -> Card:
        card = Card(self.tr("Remarks"), "setsRemarks")
        self.remarks = FindingsTable(self.tr("Remarks on partner sets"), "setsFindings")
        self.remarks.setFixedHeight(_REMARKS_HEIGHT)
        self.notes = small_label("", "setsNotes")
        card.body.addWidget(self.remarks)
        card.body.addWidget(self.notes)
        return card

    def _connect_all(self) -> None:
        for field in (self.fixed, self.candidates):
            field.economies_changed.connect(self._on_question)
        self.most.valueChanged.connect(self._rank_again)
        self.score.number_changed.connect(self._rank_again)
        self.suggest.clicked.connect(self._suggest)
        self.reset.clicked.connect(self._reset)
        self.cards.pressed.connect(self._explain_card)
        self.copy_words.clicked.connect(self._copy_sentences)
        for box in (self.across, self.up, self.third):
            box.chosen.connect(self._on_axes)
        self.picture.selected.connect(self._on_point)
        self.picture.brushed.connect(self._on_brush)
        self.clear.clicked.connect(self._clear_brush)
        self._as_table.toggled.connect(self.picture.show_table)
        self._save.clicked.connect(self.picture.save_picture)
        self.search.searched.connect(self.table.search)
        self.only_best.toggled.connect(self._filter)
        self.table.cell_selected.connect(self._on_cell)
        self.table.row_activated.connect(self._on_activated)
        self.compare.clicked.connect(self._compare)
        self.adopt.clicked.connect(self._adopt)
        self.drop.clicked.connect(self._drop)
        self.figure.chosen.connect(self._draw_bars)
        self.bars.selected.connect(self._on_bar)
        self._bars_save.clicked.connect(self.bars.save_picture)
        self.try_others.clicked.connect(self._try_others)
        self.document.opened.connect(self._forget)
        self.remarks.go_to.connect(self.go_to)
        self.remarks.fix_wanted.connect(self.document.edit)
        self.remarks.aside_wanted.connect(self.document.set_aside)
        self.remarks.taken_up.connect(self.document.take_up)

    # The question

    def refresh(self) -> None:
        """The agreement changed: show who is asked about."""
        self._show_question()
        self._show_chosen()

    def show_figures(self) -> None:
        """There are newer figures."""
        super().show_figures()
        self._show_question()
        self._show_chosen()

    def _show_question(self) -> None:
        from workbench.analysis.partner_sets.choice import usual_aims
        from workbench.errors import DefinitionError

        if not self._aims_chosen:
            boxes = (self.across, self.up, self.third)
            for box, each in zip(boxes, usual_aims(self.document.agreement), strict=True):
                box.show_key(each.figure)
        if self._own is None:
            try:
                question = self._question(self.document.agreement)
            except DefinitionError:
                self.fixed.show_economies(self.document.agreement.economies)
                self.candidates.show_economies(())
                return
            self.fixed.show_economies(question.fixed)
            self.candidates.show_economies(question.candidates)

    def _on_question(self) -> None:
        self._own = self.fixed.economies(), self.candidates.economies()
        self._ask_again()

    def _suggest(self) -> None:
        from workbench.analysis.partner_sets.answer import suggested

        result = self.figures.result
        if result is None:
            return
        fixed, candidates = self.fixed.economies(), self.candidates.economies()
        more = suggested(result, (*fixed, *candidates))
        self._own = fixed, (*candidates, *more)
        self.candidates.show_economies(self._own[1])
        self._ask_again()

    def _reset(self) -> None:
        self._forget()
        self._show_question()
        self._ask_again()

    def _forget(self) -> None:
        """Another agreement has another question."""
        self._own, self._known = None, ()
        self._compared.clear()
        self._box = None

    def _ask_again(self) -> None:
        self._compared.clear()
        if self.figures.result is not None:
            self._on_again()

    def aims(self) -> tuple[Aim, ...]:
        """The figures to rank on: both axes and one more."""
        from workbench.analysis.partner_sets.choice import aim

        names = dict.fromkeys((self.across.key(), self.up.key(), self.third.key()))
        return tuple(aim(name) for name in names if name)

    def limits(self) -> Limits:
        """What a set has to meet."""
        from workbench.analysis.partner_sets.choice import Limits

        return Limits(most=self.most.value() or None, lowest_score=self.score.number())

    def start(self) -> None:
        """Note the question, here where widgets may be read, and work it out."""
        from workbench.errors import DefinitionError

        result = self.figures.result
        if result is None or self._says_nothing(result):
            return
        try:
            question = self._question(result.agreement)
        except DefinitionError as error:
            self._show_no_answer(str(error))
            return
        self._wanted = question, self.aims(), self.limits()
        super().start()

    def _question(self, agreement: Agreement) -> SetQuestion:
        from workbench.analysis.partner_sets.question import ask

        fixed, candidates = self._own if self._own is not None else (None, None)
        return ask(agreement, candidates, fixed, self._known)

    def _show_no_answer(self, words: str) -> None:
        """There is nothing to choose from: say so where the ranking would be told."""
        self._let_go()
        self._of = None
        self._say("")
        self._table_card.set_note("")
        self._picture_card.set_note("")
        self._answer = self._choice = self._box = None
        self._point = -1
        self._compared.clear()
        for label, sentence in zip(self.sentences, (words, "", ""), strict=True):
            label.setText(sentence)
            label.setVisible(bool(sentence))
        self._best = frozenset()
        self.table.set_frame({column.name: [] for column in self.table.frame_model.columns})
        self.picture.set_data(self._no_picture(self.tr("No set to show")))
        self.missing.hide()
        self.remarks.show_findings(())
        self.notes.hide()
        self.ranks.hide()
        self._draw_bars()
        self._draw_side()
        self._show_chosen()

    def nothing(self, evaluation: Evaluation) -> str:
        """Without covered trade no set differs from another."""
        if not evaluation.agreement.coverage.entries:
            return self.tr("Cover products first: without them no set of partners has trade.")
        return ""

    def work(self, evaluation: Evaluation, progress: Progress) -> object:
        """Every set; on a worker thread."""
        from workbench.analysis.partner_sets.answer import answer

        question, aims, limits = self._wanted
        return answer(evaluation, self.figures.database, question, aims, limits, progress)

    # What came of it

    def show_answer(self, answer: object) -> None:
        """Redraw from what the worker found."""
        found = cast("Answer", answer)
        same = self._answer is not None and (
            self._answer.sets.question.economies == found.sets.question.economies
        )
        self._answer = found
        if not same:
            self._compared.clear()
            self._box = None
        self.remarks.show_findings(found.findings)
        self.notes.setText("\n".join(found.sets.notes))
        self.notes.setVisible(bool(found.sets.notes))
        self.ranks.hide()
        self._draw_bars()
        self._show_choice(found.choice)
        _, aims, limits = self._wanted
        if (aims, limits) != (self.aims(), self.limits()):
            self._rank_again()

    def _rank_again(self) -> None:
        """Aims or limits changed: rank the same sets anew, away from the window."""
        answer = self._answer
        if answer is None:
            return
        aims, limits = self.aims(), self.limits()

        def work(progress: Progress) -> object:
            from workbench.analysis.partner_sets.answer import choose

            return answer, choose(answer.sets, answer.contributed, aims, limits)

        task = self.figures.tasks.start(self.tr("Ranking sets"), work, "partner-sets-ranking")
        task.succeeded.connect(self._on_ranked)

    def _on_ranked(self, outcome: object) -> None:
        answer, choice = cast("tuple[Answer, Choice]", outcome)
        if answer is self._answer:
            self._show_choice(choice)

    def _show_choice(self, choice: Choice) -> None:
        chosen = self._chosen_mask()
        self._choice = choice
        for label, sentence in zip(self.sentences, choice.sentences, strict=True):
            label.setText(sentence)
            label.show()
        self._best = frozenset(choice.best)
        self.table.set_frame(choice.frame)
        self._point = self._place_of(chosen)
        self._filter()
        if self._point >= 0:
            self.table.select_row(self._point)
        self._draw_side()
        self._show_chosen()

    def _masks(self) -> list[int]:
        """Numbers of the sets listed."""
        assert self._answer is not None
        assert self._choice is not None
        return cast("list[int]", self._answer.sets.masks[self._choice.rows].tolist())

    def _chosen_mask(self) -> int:
        if self._choice is None or self._answer is None or self._point < 0:
            return -1
        rows = self._choice.rows
        if self._point >= len(rows):
            return -1
        return int(self._answer.sets.masks[rows[self._point]])

    def _place_of(self, mask: int) -> int:
        if mask < 0 or self._choice is None or self._answer is None:
            return -1
        import numpy as np

        masks = self._answer.sets.masks[self._choice.rows]
        place = int(np.searchsorted(masks, mask))
        return place if place < len(masks) and masks[place] == mask else -1

    def _drafted_mask(self) -> int:
        assert self._answer is not None
        question = self._answer.sets.question
        active = self.document.agreement.economies
        if set(active) - set(question.economies) or set(question.fixed) - set(active):
            return -1
        mask = question.mask(active)
        return mask if mask or question.fixed else -1

    # Picture and table

    def _no_picture(self, sentence: str) -> Scatter:
        return Scatter(self.tr("Sets of partners"), "", "", (), (), empty=sentence)

    def _kept(self) -> frozenset[int]:
        """Places that the rectangle leaves out."""
        if self._choice is None or self._box is None:
            return frozenset()
        import numpy as np

        left, right, low, high = self._box
        x = self._choice.frame[self.across.key()].to_numpy()
        y = self._choice.frame[self.up.key()].to_numpy()
        inside = (x >= left) & (x <= right) & (y >= low) & (y <= high)
        return frozenset(np.flatnonzero(~inside).tolist())

    def _filter(self) -> None:
        """Show in the table what the rectangle and the button leave."""
        if self._choice is None:
            return
        outside = self._kept()
        best = self._best if self.only_best.isChecked() else None
        self.table.frame_model.set_row_filter(
            lambda row: row not in outside and (best is None or row in best)
        )
        shown = self.table.frame_model.rowCount()
        self._table_card.set_note(
            self.tr("{shown} of {all}").format(
                shown=fmt.count(shown), all=fmt.count(len(self._choice.rows))
            )
        )
        self.clear.setVisible(self._box is not None)
        self._draw_picture(outside)

    def _draw_picture(self, outside: frozenset[int]) -> None:
        choice = self._choice
        assert choice is not None
        across, up = _BY_NAME[self.across.key()], _BY_NAME[self.up.key()]
        xs, ys = choice.frame[across.name].tolist(), choice.frame[up.name].tolist()
        self.picture.set_data(
            Scatter(
                title=self.tr("Sets of partners: {x} and {y}").format(
                    x=across.title.lower(), y=up.title.lower()
                ),
                x_title=self._axis(across),
                y_title=self._axis(up),
                xs=xs,
                ys=ys,
                best=choice.best,
                frontier=_staircase(
                    xs, ys, choice.best, across.name in _SMALLER, up.name in _SMALLER
                ),
                outside=outside,
                compared=[self._place_of(mask) for mask in self._compared],
                drafted=self._place_of(self._drafted_mask()),
                words=partial(_point_words, choice.frame["words"].tolist(), xs, ys, across, up),
                x_text=across.text,
                y_text=up.text,
                x_ticks=across.ticks,
                y_ticks=up.ticks,
                empty=self._why_missing(),
            )
        )
        self._say_missing()
        self.picture.select(str(self._point) if self._point >= 0 else "")
        self._picture_card.set_note(
            self.tr("{best} of {all} not beaten").format(
                best=fmt.count(len(choice.best)), all=fmt.count(len(choice.rows))
            )
        )

    def _why_missing(self) -> str:
        """Why no set has both figures of the axes."""
        from workbench.analysis.partner_sets.view import why_missing

        assert self._answer is not None
        assert self._choice is not None
        if not len(self._choice.rows):
            return self.tr("No set meets the limits: widen them")
        lacking = [
            _BY_NAME[name]
            for name in dict.fromkeys((self.across.key(), self.up.key()))
            if self._choice.frame[name].isna().all()
        ]
        why = why_missing(self._answer.sets.question.text)
        parts = [f"{each.title.lower()} ({why[each.name]})" for each in lacking]
        return self.tr("No set has {figures}").format(
            figures=self.tr(" or ").join(parts) or self.tr("both figures")
        )

    def _say_missing(self) -> None:
        """How many sets are not drawn or not ranked, for want of a figure."""
        from workbench.analysis.partner_sets.view import why_missing

        assert self._answer is not None
        assert self._choice is not None
        frame, parts = self._choice.frame, []
        why = why_missing(self._answer.sets.question.text)
        for each in self.aims():
            lacking = int(frame[each.figure].isna().sum())
            if lacking:
                parts.append(
                    self.tr("{figure} of {lacking} ({why})").format(
                        figure=_BY_NAME[each.figure].title.lower(),
                        lacking=fmt.plural(lacking, "set"),
                        why=why[each.figure],
                    )
                )
        words = self.tr("Not known, so not ranked: {parts}.").format(parts="; ".join(parts))
        self.missing.setText(words if parts else "")
        self.missing.setVisible(bool(parts))

    def _axis(self, shown: Shown) -> str:
        better = self.tr("less is better") if shown.name in _SMALLER else self.tr("more is better")
        return f"{shown.title} ({better})"

    def _on_axes(self) -> None:
        self._aims_chosen = True
        self._box = None
        self._rank_again()

    def _on_brush(self, left: float, right: float, low: float, high: float) -> None:
        self._box = left, right, low, high
        self.only_best.setChecked(False)
        self._filter()

    def _clear_brush(self) -> None:
        self._box = None
        self._filter()
        self.picture.setFocus()

    def _on_point(self, key: str) -> None:
        self._point = int(key) if key else -1
        if self._point >= 0:
            if self.table.frame_model.row_of_source(self._point) < 0:
                self.only_best.setChecked(False)
            self.table.select_row(self._point)
            self._explain(self.up.key())
        self._show_chosen()

    def _on_cell(self, row: int, column: str) -> None:
        if row < 0:
            return
        self._point = row
        self.picture.select(str(row))
        self._explain(column if column in _BY_NAME else self.up.key())
        self._show_chosen()

    def _on_activated(self, row: int) -> None:
        self._point = row
        self._compare()

    def _explain(self, figure: str) -> None:
        from workbench.analysis.partner_sets.answer import explain_set

        mask = self._chosen_mask()
        if self._answer is not None and mask >= 0:
            self.explained.emit(explain_set(self._answer, mask, figure))

    def _show_cards(self) -> None:
        """Figures of the set chosen, or of the text as drafted, beside the pinned baseline."""
        answer, mask = self._answer, self._chosen_mask()
        result, pinned = self.figures.result, self.figures.pinned
        chosen: dict[str, float | None] = {}
        words = self.tr("as drafted")
        if answer is not None and mask >= 0:
            chosen = answer.sets.at(answer.sets.row(mask))
            words = answer.sets.question.words(mask)
        for name, total in _PINNED.items():
            shown = _BY_NAME[name]
            value = None if result is None else result.totals[total]
            if chosen:
                value = chosen[name]
            self.cards.show_figure(
                name,
                value,
                None if pinned is None else pinned.totals[total],
                shown.text,
                shown.change,
                note=words,
                tip=shown.full(value),
                less_is_better=_BETTER.get(name),
            )

    def _explain_card(self, figure: str) -> None:
        if self._chosen_mask() >= 0:
            self._explain(figure)
        else:
            self.explain.emit(_PINNED[figure], -1)

    def _show_chosen(self) -> None:
        """Cards and buttons of the set chosen."""
        self._show_cards()
        mask = self._chosen_mask()
        ready = mask >= 0 and not self.is_stale()
        self.adopt.setEnabled(ready and mask != self._drafted_mask())
        full = len(self._compared) >= MOST_COMPARED
        self.compare.setEnabled(mask >= 0 and mask not in self._compared and not full)
        self.try_others.setEnabled(
            self._answer is not None and self.figures.database is not None and not self.is_stale()
        )
        self.clear.setVisible(self._box is not None)

    def _copy_sentences(self) -> None:
        text = "\n".join(label.text() for label in self.sentences)
        QGuiApplication.clipboard().setText(text)

    # Side by side, and adopting

    def _compare(self) -> None:
        mask = self._chosen_mask()
        if mask < 0 or mask in self._compared or len(self._compared) >= MOST_COMPARED:
            return
        self._compared.append(mask)
        self._draw_side()
        self._draw_picture(self._kept())
        self._show_chosen()

    def _drop(self) -> None:
        self._compared.clear()
        self._draw_side()
        self._draw_picture(self._kept())
        self._show_chosen()
        self.table.setFocus()

    def _draw_side(self) -> None:
        answer = self._answer
        self._compared_card.setVisible(bool(self._compared) and answer is not None)
        if answer is None or not self._compared:
            return
        question = answer.sets.question
        figures = [answer.sets.at(answer.sets.row(mask)) for mask in self._compared]
        values: dict[str, list[Any]] = {
            "title": [
                self.tr("Partners"),
                self.tr("Left out"),
                *(each.title for each in SHOWN),
            ]
        }
        columns = [Column("title", self.tr("Figure"), width=146)]
        for letter, mask, found in zip(_LETTERS, self._compared, figures, strict=False):
            members = question.members(mask)
            out = [code for code in question.economies if code not in members]
            cells = [str(len(members)), ", ".join(out) or self.tr("none")]
            for each in SHOWN:
                number = found[each.name]
                known = [value for f in figures if (value := f[each.name]) is not None]
                best = known and number == (min(known) if each.name in _SMALLER else max(known))
                words = each.text(number)
                cells.append(f"{words} ●" if best and len(figures) > 1 else words)
            values[letter] = cells
            columns.append(
                Column(
                    letter,
                    letter,
                    tip=", ".join(economy_name(code) for code in members),
                    width=132,
                )
            )
        self._compared_card.set_note(self.tr("● is best of these"))
        self.side.set_columns(columns, values)

    def _adopt(self) -> None:
        from workbench.analysis.partner_sets.question import with_members

        mask = self._chosen_mask()
        if mask < 0 or self._answer is None:
            return
        question = self._answer.sets.question
        members = question.members(mask)
        # The question stays the same, so that other sets can still be compared and adopted.
        self._own = question.fixed, question.candidates
        self._known = known = question.text.partners
        self.document.edit(
            self.tr("Adopt {count} partners").format(count=len(members)),
            lambda agreement: with_members(agreement, members, known),
        )

    # Contributions

    def _draw_bars(self) -> None:
        figure = self.figure.key()
        shown = _BY_NAME[figure]
        found = self._answer.contributed.get(figure) if self._answer is not None else None
        title = self.tr("Contribution to {figure}").format(figure=shown.title.lower())
        if found is None:
            empty = self.tr("No contributions: the figure is missing for the whole set")
            self.bars.set_data(BarList(title, (), empty=empty))
            self.core.setText("")
            self.bars.setFixedHeight(90)
            return
        last = [None if fmt.is_missing(value) else value for value in found.marginal.tolist()]
        mean = found.shapley.tolist()
        bars = tuple(
            Bar(found.candidates[j], economy_name(found.candidates[j]), mean[j], last[j])
            for j in sorted(range(len(mean)), key=lambda j: -mean[j])
        )
        change = shown.change if shown.change is fmt.money_change else _change_text(shown)
        data = BarList(
            title,
            bars,
            change,
            (
                self.tr("Shapley value") if found.error is None else self.tr("Shapley, sampled"),
                self.tr("Joining last"),
            ),
            self.tr("Candidate"),
        )
        self.bars.set_data(data)
        self.bars.setFixedHeight(data.preferred_height() + 12)
        words = self.tr("Shapley values are mean gains over every order of joining")
        if found.error is not None:
            words = self.tr(
                "Too many candidates for every order: Shapley values are means over a sample of "
                "orders, with standard errors of at most {error}"
            )
        if found.lacking:
            words += self.tr(
                "; from {base} they add up to {total}. Sets that lack this figure stand at its "
                "mean first value when the others join in any order; {base} is that of the fixed "
                "partners alone."
            )
        else:
            words += self.tr("; with the fixed partners alone they add up to {total}.")
        error = 0.0 if found.error is None else float(found.error.max())
        words = words.format(
            total=shown.text(found.whole),
            base=shown.text(found.base),
            error=change(error).removeprefix("+"),
        )
        if found.in_core:
            words += " " + self.tr("No group would do better by itself.")
        elif found.blocking:
            words += " " + self.tr("{group} would do better by themselves.").format(
                group=", ".join(economy_name(code) for code in found.blocking)
            )
        self.core.setText(words)

    def _on_bar(self, key: str) -> None:
        from workbench.analysis.partner_sets.answer import explain_contribution

        found = self._answer.contributed.get(self.figure.key()) if self._answer else None
        if found is not None and key in found.candidates:
            self.explained.emit(explain_contribution(found, key))

    # Other years, assumptions and rules

    def _try_others(self) -> None:
        answer, choice, database = self._answer, self._choice, self.figures.database
        if answer is None or choice is None or database is None:
            return
        aim = self.aims()[1 if len(self.aims()) > 1 else 0]
        best = choice.best
        values = choice.frame[aim.figure].tolist()
        best.sort(key=lambda n: -values[n] if aim.larger else values[n])
        masks = self._masks()
        chosen = [masks[n] for n in best[:_TOP_SETS]]
        year = answer.sets.year

        def work(progress: Progress) -> object:
            from workbench.analysis.partner_sets.sensitivity import rank_changes

            return answer, rank_changes(database, answer.sets.question, chosen, aim, year, progress)

        task = self.figures.tasks.start(
            self.tr("Ranking under other assumptions"), work, "partner-sets-steadiness", aside=True
        )
        self._line.watch(task)
        task.succeeded.connect(self._on_ranks)
        task.failed.connect(self._on_failed)

    def _on_ranks(self, outcome: object) -> None:
        answer, changes = cast("tuple[Answer, RankChanges]", outcome)
        if answer is not self._answer:
            return
        question = answer.sets.question
        shown = _BY_NAME[changes.aim.figure]
        rows = (self.tr("as drafted"), *changes.alternatives)
        columns = [Column("title", self.tr("Under"), width=236)]
        told = []
        values: dict[str, list[Any]] = {"title": list(rows)}
        for n, mask in enumerate(changes.masks.tolist()):
            words = question.words(mask)
            name = f"set{n}"
            values[name] = [
                f"{changes.ranks[v, n]}  ({shown.text(float(changes.values[v, n]))})"
                for v in range(len(rows))
            ]
            number = self.tr("Set {number}").format(number=n + 1)
            columns.append(Column(name, number, tip=words, width=86))
            told.append(f"{number}: {words}")
        self.ranks.set_columns(columns, values)
        self.ranks.show()
        steady = int(changes.steady.sum())
        self.ranks_note.setText(
            self.tr(
                "Place on {figure} among these sets, with the figure. {steady} of {all} keep their "
                "place throughout."
            ).format(figure=shown.title.lower(), steady=steady, all=len(changes.masks))
            + "\n"
            + "\n".join(told)
        )


def _change_text(shown: Shown) -> Callable[[Any], str]:
    """Gains of shares are points; of scores and indices, decimals."""
    return shown.change if shown.text is fmt.percent else _decimal


def _point_words(
    words: list[str], xs: list[float], ys: list[float], across: Shown, up: Shown, n: int
) -> str:
    return (
        f"{words[n]}: {across.title.lower()} {across.text(xs[n])}, "
        f"{up.title.lower()} {up.text(ys[n])}"
    )


def _staircase(
    xs: list[float], ys: list[float], best: list[int], x_less: bool, y_less: bool
) -> list[int]:
    """Of the best, those not beaten on the two axes alone, left to right."""
    known = [n for n in best if xs[n] == xs[n] and ys[n] == ys[n]]
    known.sort(key=lambda n: (xs[n] if x_less else -xs[n], ys[n] if y_less else -ys[n]))
    found: list[int] = []
    for n in known:
        worth = -ys[n] if y_less else ys[n]
        if not found or worth > (-ys[found[-1]] if y_less else ys[found[-1]]):
            found.append(n)
    return sorted(found, key=lambda n: xs[n])


class PartnerSetsPage(AnalysisPage):
    """The page of the view above."""

    name = "partner-sets"

    view: PartnerSetsView

    def make_view(self) -> PartnerSetsView:
        """The view of the page."""
        return PartnerSetsView(self.document, self.figures)

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Partner sets")

    def subtitle(self) -> str:
        """What the page is for."""
        return self.tr("which partners would make the best agreement")
