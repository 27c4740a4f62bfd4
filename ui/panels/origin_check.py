"""One good, one bill of materials: does it originate, why, and what would make it?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import icons, messages, theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.tasks import Task
from ui.theme import Tone
from ui.widgets.bill_tree import BillTree
from ui.widgets.buttons import button, icon_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import FormGrid, ProblemLabel, small_label
from ui.widgets.good_form import GoodForm
from ui.widgets.line_field import LineField
from ui.widgets.scrolled import scrolled
from ui.widgets.segmented import SegmentedControl
from ui.widgets.sentence_rows import SentenceRow, SentenceRows
from ui.widgets.treaty_text_edit import TreatyTextEdit
from workbench.model.economies import economy_name
from workbench.model.goods import Good, Material
from workbench.model.origin import Rule
from workbench.progress import Progress

if TYPE_CHECKING:
    from ui.origin_report import OriginReport
    from workbench.analysis.origin.marking import NonPreferential
    from workbench.analysis.origin.remedies import Remedy
    from workbench.analysis.origin.results import AnswerRange, CriterionResult
    from workbench.analysis.origin_check import OriginDetermination
    from workbench.analysis.origin_question import OriginQuestion

_TONES = {
    "originating": Tone.GOOD,
    "not_originating": Tone.BAD,
    "undetermined": Tone.WARN,
    "met": Tone.GOOD,
    "not_met": Tone.BAD,
}
_ICONS = {
    "originating": "circle-check",
    "not_originating": "octagon-alert",
    "undetermined": "circle-help",
}
_METHODS = ("build-down", "build-up", "net-cost", "focused")
_VIEWS = (("", "No view"), ("yes", "Transformed"), ("no", "Not transformed"))
_MOST_PAST = 100
_BAR = 17
_BIG_ICON = 30


class OriginCheckPage(Page):
    """The good and its bill above, the answer and its reasons below."""

    name = "origin-check"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self._asked: OriginQuestion | None = None
        self._past: list[OriginQuestion] = []
        self._merge = ""
        self._found: OriginDetermination | None = None
        self._view: NonPreferential | None = None
        self._remedies: tuple[Remedy, ...] = ()
        self._partners: tuple[str, ...] | None = None
        self._searching = False
        self._build_good()
        self._build_bill()
        self._build_verdict()
        self._build_content()
        self._build_criteria()
        self._build_remedies()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        for card in (
            self._good_card,
            self._bill_card,
            self._views,
            self._criteria_card,
            self._remedies_card,
            self._content_card,
        ):
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = scrolled(inside, "originCheckScroll")
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.column.addLayout(self._build_head())
        self.column.addWidget(self._scroll, 1)
        self._connect()

    def title(self) -> str:
        """The words in the navigation."""
        return self.tr("Origin check")

    def subtitle(self) -> str:
        """What the page answers."""
        return self.tr("one good, one bill of materials")

    # Layout

    def _build_head(self) -> QHBoxLayout:
        """The answer in one line, always in view, and what can be done with it."""
        self._strip = Card("", "originAnswer")
        self._icon = QLabel()
        self._icon.setObjectName("originAnswerIcon")
        self._word = QLabel()
        self._word.setObjectName("originAnswerWord")
        theme.set_role(self._word, "heading")
        self._short = small_label("", "originAnswerShort")
        self._put_back = button(self.tr("Take it back"), "originPutBack", "rotate-ccw")
        self._put_back.setToolTip(self.tr("As it was before the change that you tried"))
        self._put_back.hide()
        self._copy = button(self.tr("Copy report"), "originCopy", "copy")
        self._print = button(self.tr("One-page PDF…"), "originPrint", "file-text")
        self._print.setToolTip(self.tr("Save the report as a PDF of one page"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._icon)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._word)
        words.addWidget(self._short)
        row.addLayout(words, 1)
        row.addWidget(self._put_back)
        row.addWidget(self._copy)
        row.addWidget(self._print)
        self._strip.body.addLayout(row)
        outer = self._strip.layout()
        assert outer is not None
        outer.setContentsMargins(16, 6, 16, 12)
        outer.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, _BAR, 0)
        head.addWidget(self._strip)
        return head

    def _build_good(self) -> None:
        self._good_card = Card(self.tr("The good"), "goodCard")
        self._examples = button(self.tr("Example"), "originExamples", "list-checks")
        self._examples.setToolTip(self.tr("Start from a published example"))
        self._examples_menu = QMenu(self._examples)
        self._examples_menu.setToolTipsVisible(True)
        self._examples.setMenu(self._examples_menu)
        self._undo = icon_button(
            "undo-2", self.tr("Take back the last change to this check"), "originCheckUndo"
        )
        self._good_card.tools.addWidget(self._undo)
        self._good_card.tools.addWidget(self._examples)
        self._good = GoodForm("good")
        heading = QLabel(self.tr("Rule"))
        theme.set_role(heading, "caption")
        self._source = SegmentedControl(
            self.tr("Which rule"),
            [("agreed", self.tr("Of the agreement")), ("own", self.tr("Own text"))],
            "originRuleSource",
        )
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(self._source)
        self._agreed = QLabel()
        self._agreed.setObjectName("agreedRule")
        self._agreed.setTextFormat(Qt.TextFormat.PlainText)
        self._agreed.setWordWrap(True)
        self._agreed.setProperty("quote", True)
        self._own = TreatyTextEdit("ownRule", self.tr("Rule in treaty words"))
        self._terms = small_label("", "originTerms")
        self._good_card.body.addWidget(self._good)
        self._good_card.body.addLayout(head)
        for widget in (self._agreed, self._own, self._terms):
            self._good_card.body.addWidget(widget)

    def _build_bill(self) -> None:
        self._bill_card = Card(self.tr("Bill of materials"), "materialsCard")
        self._bill = BillTree("materials")
        self._bill_problem = ProblemLabel("materialsSum2")
        self._bill_card.body.addWidget(self._bill)
        self._bill_card.body.addWidget(self._bill_problem)

    def _build_verdict(self) -> None:
        """The two questions side by side, never one answer."""
        self._views = QWidget()
        self._views.setObjectName("originViews")
        self._verdict_card = Card(self.tr("Under the preference"), "verdictCard")
        self._verdict = SentenceRows("verdict", 126)
        self._verdict_card.body.addWidget(self._verdict)
        self._verdict_card.body.addStretch(1)
        self._second_card = Card(self.tr("Non-preferential view"), "secondCard")
        self._second_card.setToolTip(
            self.tr(
                "A question of its own, for marking and trade remedies: never part of the answer"
            )
        )
        self._marking_words = LineField(
            self.tr("Shift that confers non-preferential origin, in treaty words"),
            "markingWords",
            self.tr("A change from any other heading"),
        )
        self._marking = SentenceRows("marking", 92)
        self._transformed = ChoiceBox(
            self.tr("Substantial transformation: your own judgement"),
            [(key, self.tr(words)) for key, words in _VIEWS],
            "transformed",
        )
        self._notes = LineField(
            self.tr("Why"), "transformedNotes", self.tr("name, character or use")
        )
        form = FormGrid(1)
        form.add(self.tr("Marking shift (19 CFR 102.20 style)"), self._marking_words)
        held = FormGrid(2)
        held.add(self.tr("Substantial transformation"), self._transformed)
        held.add(self.tr("Your notes"), self._notes)
        self._second_card.body.addLayout(form)
        self._second_card.body.addWidget(self._marking)
        self._second_card.body.addLayout(held)
        self._second_card.body.addWidget(
            small_label(
                self.tr("A judgement is yours: it is kept and printed, never computed."),
                "judgementSays",
            )
        )
        self._second_card.body.addStretch(1)
        row = QHBoxLayout(self._views)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._verdict_card, 1)
        row.addWidget(self._second_card, 1)

    def _build_criteria(self) -> None:
        self._criteria_card = Card(self.tr("Criteria"), "criteriaCard")
        self._criteria = SentenceRows("criterion", 84)
        self._criteria_card.body.addWidget(self._criteria)

    def _build_remedies(self) -> None:
        self._remedies_card = Card(self.tr("It would originate"), "remediesCard")
        self._remedies_say = small_label("", "remediesSay")
        self._remedy_rows = SentenceRows("remedy")
        self._remedies_card.body.addWidget(self._remedies_say)
        self._remedies_card.body.addWidget(self._remedy_rows)

    def _build_content(self) -> None:
        self._content_card = Card(self.tr("Content"), "contentCard")
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        self._cells: dict[str, QLabel] = {}
        for place, (key, words, tip) in enumerate(self._figures_shown()):
            head, value = small_label(words, f"content_{key}Label"), QLabel(fmt.MISSING)
            value.setObjectName(f"content_{key}")
            value.setToolTip(tip)
            head.setToolTip(tip)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            theme.set_role(value, "card-title")
            row, column = divmod(place, 4)
            grid.addWidget(head, row * 3, column, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(value, row * 3 + 1, column)
            grid.setRowMinimumHeight(row * 3 + 2, 6)
            grid.setColumnStretch(column, 1)
            self._cells[key] = value
        self._content_card.body.addLayout(grid)
        self._unseen = small_label("", "contentUnseen")
        self._content_card.body.addWidget(self._unseen)

    def _figures_shown(self) -> list[tuple[str, str, str]]:
        down = self.tr("(value − non-originating materials) / value")
        up = self.tr("originating materials / value")
        net = self.tr("(net cost − non-originating materials) / net cost")
        focused = self.tr("(value − listed non-originating materials) / value")
        return [
            ("build-down", self.tr("RVC, build-down"), down),
            ("build-up", self.tr("RVC, build-up"), up),
            ("net-cost", self.tr("RVC, net cost"), net),
            ("focused", self.tr("RVC, focused value"), focused),
            (
                "declared",
                self.tr("Non-originating, declared"),
                self.tr("Non-originating materials as the rule sees them, as a share of value"),
            ),
            (
                "declared_non_party",
                self.tr("Non-party content, declared"),
                self.tr("The part of it that non-parties made"),
            ),
            (
                "traced_non_party",
                self.tr("Non-party content, traced"),
                self.tr("All tiers through, as far as the bill shows them"),
            ),
        ]

    def _connect(self) -> None:
        self._good.edited.connect(self._on_good)
        self._bill.changed.connect(self._on_bill)
        self._source.chosen.connect(self._on_source)
        self._own.rule_read.connect(self._on_own)
        self._own.field.textChanged.connect(self._on_own_text)
        self._examples_menu.aboutToShow.connect(self._fill_examples)
        self._examples_menu.triggered.connect(self._on_example)
        self._undo.clicked.connect(self.take_back)
        self._remedy_rows.acted.connect(self._try)
        self._marking_words.edited.connect(self._on_marking)
        self._transformed.chosen.connect(self._on_transformed)
        self._notes.edited.connect(self._on_notes)
        self._put_back.clicked.connect(self.take_back)
        self._copy.clicked.connect(self.copy_report)
        self._print.clicked.connect(self.print_report)

    # Redrawing

    def question(self) -> OriginQuestion:
        """What is asked."""
        if self._asked is None:
            from workbench.analysis.origin_question import OriginQuestion

            self._asked = OriginQuestion()
        return self._asked

    def refresh(self) -> None:
        """Redraw from the agreement, which may have another rule or other partners."""
        partners = self.document.agreement.economies
        if partners != self._partners:
            self._partners = partners
            self._good.set_partners(partners)
        self._show()

    def _show(self) -> None:
        """Redraw from the question: what is asked first, then the answer."""
        asked = self.question()
        case = asked.case(self.document.agreement)
        self._good.show_good(asked.good, asked.importer)
        self._good.ask_for(case.rule)
        self._bill.show_materials(asked.good.materials, asked.good.value)
        self._source.set_current("agreed" if asked.own_rule is None else "own")
        self._show_rule(case.rule)
        self._show_terms(asked)
        self._marking_words.show_text(asked.marking_words)
        self._transformed.show_key(
            {True: "yes", False: "no", None: ""}[asked.judgement.transformed]
        )
        self._notes.show_text(asked.judgement.notes)
        self._undo.setEnabled(bool(self._past))
        self._answer()

    def _show_rule(self, rule: Rule) -> None:
        from workbench.definitions.treaty_text import treaty_text

        own = self.question().own_rule is not None
        self._agreed.setHidden(own)
        self._own.setHidden(not own)
        if own:
            words = self.question().own_words
            if self._own.text() != words and not self._own.field.hasFocus():
                self._own.show_words(words)
            return
        text = treaty_text(rule)
        specific = self.document.agreement.product_rule(self.question().good.code)
        which = self.tr("Product rule") if specific is not None else self.tr("Default rule")
        self._agreed.setText(f"{which}: {text[:1].lower()}{text[1:]}.")
        self._agreed.setAccessibleName(self._agreed.text())

    def _show_terms(self, asked: OriginQuestion) -> None:
        case = asked.case(self.document.agreement)
        terms = case.provisions
        changed = asked.partners is not None or asked.provisions is not None
        whose = self.tr("as stated for this check") if changed else self.tr("as in the agreement")
        self._terms.setText(
            self.tr(
                "Terms {whose}: {cumulation} cumulation, {absorption}, de minimis {share} of "
                "{basis}; partners {partners}."
            ).format(
                whose=whose,
                cumulation=terms.cumulation,
                absorption=str(terms.absorption).replace("-", " "),
                share=fmt.percent(case.de_minimis.share),
                basis=case.de_minimis.basis,
                partners=", ".join(case.partners) or fmt.MISSING,
            )
        )

    # The answer

    def _answer(self) -> None:
        """Work out the answer at once, and what takes longer in the background."""
        asked = self.question()
        problems = self._problems(asked.good)
        self._bill_problem.say(problems)
        if not asked.good.code or problems:
            self._found = None
            self._remedies = ()
            self._say_nothing(problems)
            return
        from workbench.analysis.origin_check import determine

        case = asked.case(self.document.agreement)
        self._found = determine(case)
        self._view = asked.second_view(case)
        self._remedies = ()
        self._searching = str(self._found.answer) != "originating"
        self._show_answer(())
        if self._searching:
            self._search(self._found)

    def _problems(self, good: Good) -> str:
        from workbench.analysis.bill_table import bill_problems

        found = bill_problems(good)
        return found[0][1] if found else ""

    def _search(self, found: OriginDetermination) -> None:
        def work(_: Progress) -> object:
            from workbench.analysis.origin.remedies import find_remedies

            return found, found.ranges, find_remedies(found)

        task: Task = self.figures.tasks.start(
            self.tr("Looking for what would qualify"), work, key="origin-remedies"
        )
        task.succeeded.connect(self._on_remedies)

    def _on_remedies(
        self,
        outcome: tuple[OriginDetermination, tuple[AnswerRange, ...], tuple[Remedy, ...]],
    ) -> None:
        found, ranges, remedies = outcome
        if found is self._found:
            self._remedies = remedies
            self._searching = False
            self._show_answer(ranges)

    def _say_nothing(self, problem: str) -> None:
        self._word.setText(self.tr("No answer yet"))
        says = problem or self.tr("Give the HS code of the good, or start from an example.")
        self._short.setText(says)
        self._draw_icon("circle-minus", Tone.NEUTRAL)
        self._bill.show_counted({})
        for cell in self._cells.values():
            cell.setText(fmt.MISSING)
        self._unseen.setText("")
        self._verdict.show_rows([SentenceRow(says, self.tr("No answer"))])
        self._criteria.show_rows([])
        self._marking.show_rows([])
        self._remedy_rows.show_rows([])
        self._remedies_say.setText("")
        for widget in (self._copy, self._print):
            widget.setEnabled(False)
        self._criteria_card.hide()
        self._remedies_card.hide()

    def _show_answer(self, ranges: tuple[AnswerRange, ...]) -> None:
        from ui.origin_report import ANSWERS

        found = self._found
        assert found is not None
        answer = str(found.answer)
        word = self.tr(ANSWERS[answer])
        self._word.setText(word)
        self._draw_icon(_ICONS[answer], _TONES[answer])
        rows = found.blocked_by or found.criteria
        self._short.setText(_sentence(rows[0].why) if rows else "")
        self._strip.setAccessibleName(f"{word}. {self._short.text()}")
        for widget in (self._copy, self._print):
            widget.setEnabled(True)
        self._bill.show_counted(
            {i.place: (str(i.status), _sentence(i.why)) for i in found.materials}
        )
        self._show_verdict(found, ranges, word)
        self._show_criteria(found)
        self._show_content(found)
        self._show_second()
        self._show_remedies(found)

    def _show_verdict(
        self, found: OriginDetermination, ranges: tuple[AnswerRange, ...], word: str
    ) -> None:
        from workbench.analysis.origin.report import range_text

        rows = [
            SentenceRow(
                " ".join(_sentence(row.why) for row in found.blocked_by)
                or self.tr("Every requirement is met."),
                word,
                _TONES[str(found.answer)],
            )
        ]
        rows += [
            SentenceRow(_sentence(need), self.tr("Missing"), Tone.WARN) for need in found.needs
        ]
        rows += [
            SentenceRow(_sentence(range_text(each)), self.tr("Range"), Tone.INFO) for each in ranges
        ]
        rows += [
            SentenceRow(text, self.tr("Taken as given"), Tone.NEUTRAL) for text in found.assumptions
        ]
        self._verdict.show_rows(rows)

    def _show_criteria(self, found: OriginDetermination) -> None:
        self._criteria_card.show()
        self._criteria.show_rows([self._criterion_row(row, found) for row in found.criteria])

    def _criterion_row(self, row: CriterionResult, found: OriginDetermination) -> SentenceRow:
        from ui.origin_report import RESULTS

        below = [_sentence(row.why)]
        if row.needs:
            below.append(self.tr("Missing: {needs}.").format(needs="; ".join(row.needs)))
        if any(row is blocker for blocker in found.blocked_by):
            below.append(self.tr("This is in the way."))
        result = str(row.result)
        tone = _TONES.get(result, Tone.WARN)
        return SentenceRow(_sentence(row.text), self.tr(RESULTS[result]), tone, " ".join(below))

    def _show_content(self, found: OriginDetermination) -> None:
        from ui.origin_report import span_text

        for method in _METHODS:
            self._cells[method].setText(span_text(found.rvc.get(method)))
        self._cells["declared"].setText(span_text(found.declared))
        self._cells["declared_non_party"].setText(span_text(found.declared_non_party))
        self._cells["traced_non_party"].setText(span_text(found.traced_non_party))
        unseen = found.unseen_share
        words = ""
        if unseen:
            words = self.tr(
                "Materials made by partners whose own materials the bill does not show: {share} "
                "of value. Traced content counts them as theirs."
            ).format(share=fmt.percent(unseen))
        self._unseen.setText(words)
        self._unseen.setVisible(bool(words))

    def _show_second(self) -> None:
        view = self._view
        rows: list[SentenceRow] = []
        if view is not None and view.marking is not None:
            answer = str(view.marking.answer)
            blocked = view.marking.blocked_by or view.marking.criteria
            words = " ".join(_sentence(row.why) for row in blocked)
            if view.country:
                words = self.tr("To be marked as made in {country}. ").format(
                    country=economy_name(view.country)
                )
            elif answer == "not_originating":
                words += self.tr(" Essential character then decides, which no bill tells.")
            word = {"originating": self.tr("Met"), "not_originating": self.tr("Not met")}.get(
                answer, self.tr("Open")
            )
            rows.append(SentenceRow(words.strip(), word, _TONES[answer]))
        else:
            rows.append(SentenceRow(self.tr("No shift is stated."), self.tr("Open"), Tone.NEUTRAL))
        self._marking.show_rows(rows)

    def _show_remedies(self, found: OriginDetermination) -> None:
        originates = str(found.answer) == "originating"
        self._remedies_card.setVisible(not originates)
        if originates:
            self._remedy_rows.show_rows([])
            return
        if self._searching:
            says = self.tr("Looking for the smallest changes…")
        elif self._remedies:
            says = self.tr("Each change alone is enough; try one, and take it back if you like.")
        else:
            says = self.tr("No single change of a material, the rule or the terms would do.")
        self._remedies_say.setText(says)
        self._remedy_rows.show_rows(
            [
                SentenceRow(
                    self.tr("if {change}").format(change=remedy.text), action=self.tr("Try")
                )
                for remedy in self._remedies
            ]
        )

    def changeEvent(self, event: QEvent) -> None:
        """The icon of the answer follows the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_drawn"):
            self._draw_icon(*self._drawn)

    def _draw_icon(self, icon: str, tone: Tone) -> None:
        self._drawn = icon, tone
        color, _ = theme.current().tone(tone)
        density = self.devicePixelRatioF()
        self._icon.setPixmap(icons.pixmap(icon, color, _BIG_ICON, density))

    # What the user does

    def ask(self, asked: OriginQuestion, merge: str = "") -> None:
        """Ask another question; steps of one key in a row are one step to take back."""
        if asked == self.question():
            return
        if not merge or merge != self._merge:
            self._past = [*self._past[-_MOST_PAST:], self.question()]
        self._merge = merge
        self._asked = asked
        self._put_back.hide()
        self._show()

    def take_back(self) -> None:
        """The question as it was before the last change."""
        if self._past:
            self._asked = self._past.pop()
            self._merge = ""
            self._put_back.hide()
            self._show()

    def _on_good(self, good: Good, importer: str, key: str) -> None:
        self.ask(replace(self.question(), good=good, importer=importer), key)

    def _on_bill(self, materials: tuple[Material, ...], key: str) -> None:
        asked = self.question()
        self.ask(replace(asked, good=replace(asked.good, materials=materials)), key)

    def _on_source(self, key: str) -> None:
        asked = self.question()
        if key == "agreed":
            self.ask(asked.with_agreed_rule())
        elif asked.own_rule is None:
            from workbench.definitions.treaty_text import treaty_text

            rule = asked.case(self.document.agreement).rule
            self.ask(replace(asked, own_rule=rule, own_words=treaty_text(rule)))

    def _on_own(self, rule: Rule, visit: int) -> None:
        """Words that are understood in full; others leave the rule as it is until they are."""
        self._on_own_text()

    def _on_own_text(self) -> None:
        words = self._own.text()
        if self.question().own_rule is None or words == self.question().own_words:
            return
        self.ask(self.question().with_words(words), "own words")

    def _on_marking(self, text: str) -> None:
        self.ask(replace(self.question(), marking_words=text), "marking")

    def _on_transformed(self, key: str) -> None:
        asked = self.question()
        held = replace(asked.judgement, transformed={"yes": True, "no": False}.get(key))
        self.ask(replace(asked, judgement=held))

    def _on_notes(self, text: str) -> None:
        asked = self.question()
        self.ask(replace(asked, judgement=replace(asked.judgement, notes=text)), "notes")

    def _try(self, number: int) -> None:
        if self._found is not None and number < len(self._remedies):
            remedy = self._remedies[number]
            self.ask(self.question().tried(self._found.case, remedy.case))
            self._put_back.show()

    def _fill_examples(self) -> None:
        if self._examples_menu.actions():
            return
        from workbench.analysis.reference_cases import example_bills

        for example in example_bills():
            action = QAction(example.title, self._examples_menu)
            action.setToolTip(example.citation)
            action.setData(example.id)
            self._examples_menu.addAction(action)

    def _on_example(self, action: QAction) -> None:
        from workbench.analysis.origin_question import question_of
        from workbench.analysis.reference_cases import example_bills

        for example in example_bills():
            if example.id == str(action.data()) and example.good is not None:
                self.ask(question_of(example.good))

    # Taking it away

    def _report(self) -> OriginReport | None:
        from ui.origin_report import OriginReport

        if self._found is None or self._view is None:
            return None
        title = self.document.agreement.title
        return OriginReport(self._found, self._remedies, self._view, title)

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        report = self._report()
        if report is not None:
            QApplication.clipboard().setText(report.text())

    def print_report(self) -> None:
        """Save the report as a PDF of one page where the user says."""
        report = self._report()
        if report is None:
            return
        suggestion = Path.home() / f"origin-{self.question().good.code}.pdf"
        path = messages.save_file(self, self.tr("Print on one page"), suggestion, "PDF (*.pdf)")
        if path is None:
            return
        try:
            report.print_to(path)
        except OSError as error:
            messages.show_error(
                self,
                self.tr("{path} could not be written: {why}. Choose another place.").format(
                    path=path, why=error.strerror or error
                ),
            )


def _sentence(text: str) -> str:
    text = text.strip().replace(" %", "\N{NO-BREAK SPACE}%")
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else ""
