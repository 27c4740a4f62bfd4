"""A rule of origin in treaty words, read as one types.

What is typed is never rewritten while the field has the focus; the rule that it says is told as
soon as all of it is understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from ui import theme
from ui.theme import Tone
from ui.widgets.buttons import link_button
from ui.widgets.chip import Chip
from ui.widgets.form_grid import small_label
from ui.widgets.segmented import SegmentedControl
from workbench.model import rule_edits
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AllOf, Condition, OnlyGoods, Rule, criteria

if TYPE_CHECKING:
    from workbench.definitions.treaty_text import Reading

_LINES, _MOST_LINES = 3, 9
_SHOWN = 70
_PAUSE_MS = 60
_SAMPLE = (
    "A change from any other heading, except from heading 8501 through 8503; or a regional value "
    "content of not less than 45 per cent under the build-down method, provided that it is tested."
)
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class _Field(QPlainTextEdit):
    """Grows with its text.

    Signals:
        entered: the cursor came in.
        left: it went to another widget.
    """

    entered = Signal()
    left = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell it."""
        super().focusInEvent(event)
        if event.reason() not in _STAYS:
            self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell it, but not of a menu or another window."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()

    def fit(self) -> None:
        """Take the height that the text needs, within bounds."""
        lines = min(max(round(self.document().size().height()), _LINES), _MOST_LINES)
        height = lines * self.fontMetrics().lineSpacing() + 18
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)


class TreatyTextEdit(QWidget):
    """Shows a rule in words and reads words as a rule.

    Signals:
        rule_read: the rule that the whole text says, and a number that changes whenever the
            cursor comes in anew (typing within one visit is one step to undo).
    """

    rule_read = Signal(object, int)

    def __init__(self, name: str, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rule: Rule | None = None
        self._subject: object = None
        self._products: tuple[HSRange, ...] = ()
        self._visits = 0
        self._behind = False
        self._gaps: tuple[tuple[int, int], ...] = ()
        self._checked: tuple[str, Reading | None, str] | None = None
        words = heading or self.tr("Treaty text")
        self._heading = QLabel(words)
        theme.set_role(self._heading, "caption")
        self.style_switch = SegmentedControl(
            self.tr("Wording"),
            [("us", self.tr("US style")), ("eu", self.tr("EU style"))],
            f"{name}Style",
        )
        self.field = _Field()
        self.field.setObjectName(f"{name}Field")
        self.field.setAccessibleName(words)
        self.field.setTabChangesFocus(True)
        self.field.setPlaceholderText(self.tr("A change from any other heading."))
        self._heading.setBuddy(self.field)
        self._chip = Chip("", Tone.NEUTRAL, f"{name}Status")
        self._says = small_label("", f"{name}Says")
        self.put_back = link_button(self.tr("Put back the applied words"), f"{name}PutBack")
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self.style_switch)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._says, 1)
        foot.addWidget(self.put_back, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addLayout(foot)
        self.put_back.hide()
        self._connect()

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self.field.entered.connect(self._on_entered)
        self.field.left.connect(self._on_left)
        self.style_switch.chosen.connect(self._rewrite)
        self.put_back.clicked.connect(self._rewrite)

    # What the page says

    def text(self) -> str:
        """The words as they stand."""
        return self.field.toPlainText()

    def rule(self) -> Rule | None:
        """The rule that was last applied."""
        return self._rule

    def unapplied(self) -> str:
        """What keeps the words from being applied, as a sentence; empty if nothing does."""
        return self._check()[1]

    def show_rule(
        self, rule: Rule, subject: object = None, products: tuple[HSRange, ...] = ()
    ) -> None:
        """Show a rule; words that say it already, or are being typed, stay as they are.

        Args:
            rule: the rule.
            subject: whose rule it is; that of another subject replaces the words in any case.
            products: the goods that the rule is for, which the words may name.
        """
        self._products = products
        other = subject != self._subject or self._rule is None
        if other:
            self._subject, self._rule = subject, rule
            self.field.setPlainText(self._written(rule))
        elif rule != self._rule:
            self._rule = rule
            if self.field.hasFocus():
                self._behind = True
                self._say()
            else:
                self._rewrite()

    def show_words(self, text: str) -> None:
        """Show words as they are, such as those of an example."""
        self._rule = None
        self.field.setPlainText(text)
        reading, problem = self._check()
        if reading is not None and not problem:
            self._rule = self._rule_of(reading)

    # Reading

    def _on_text(self) -> None:
        self._behind = False
        reading, problem = self._check()
        if reading is not None and not problem:
            rule = self._rule_of(reading)
            if rule != self._rule:
                self._rule = rule
                self.rule_read.emit(rule, self._visits)
        self._gaps = reading.left if reading is not None and problem else ()
        self._say()
        self._mark()
        self.field.fit()

    def _check(self) -> tuple[Reading | None, str]:
        """What the words say, and why that cannot be applied; "" if it can."""
        text = self.text()
        if self._checked is None or self._checked[0] != text:
            self._checked = (text, *self._read(text))
        return self._checked[1], self._checked[2]

    def _read(self, text: str) -> tuple[Reading | None, str]:
        if not text.strip():
            words = self.tr("Not applied yet: write a rule, such as “a change from any heading”.")
            return None, words
        from workbench.definitions.checks import rule_issues
        from workbench.definitions.treaty_text import ReadStatus, read_treaty

        reading = read_treaty(text)
        if reading.status is not ReadStatus.PARSED or reading.rule is None:
            left = reading.left_over or text.strip()
            shown = f"{left[:_SHOWN]}…" if len(left) > _SHOWN else left
            words = self.tr("Not applied yet: “{words}” was not understood.")
            return reading, words.format(words=shown)
        for issue in rule_issues(reading.rule):
            return reading, self.tr("Not applied yet: {why}.").format(why=issue.text)
        if lack := _lack(reading.rule):
            return reading, self.tr("Not applied yet: {why}").format(why=_lower(lack))
        return reading, ""

    def _rule_of(self, reading: Reading) -> Rule:
        """The rule, kept to the goods that the words name where these are not its own goods."""
        assert reading.rule is not None
        goods = reading.goods
        if goods is None or self._are_own(goods):
            return reading.rule
        return AllOf((goods, reading.rule))

    def _are_own(self, goods: OnlyGoods) -> bool:
        return (
            not goods.words
            and bool(self._products)
            and all(
                any(own.low >= named.low and own.high <= named.high for named in goods.codes)
                for own in self._products
            )
        )

    def _say(self) -> None:
        """The status and the sentence below the words."""
        reading, problem = self._check()
        if self._behind:
            word, tone = self.tr("Rule changed"), Tone.INFO
            says = self.tr("The rule was changed elsewhere; its words follow when you leave here.")
        elif problem:
            partly = reading is not None and reading.rule is not None
            word = self.tr("Partly read") if partly else self.tr("Not read")
            tone, says = (Tone.WARN if partly else Tone.BAD), problem
        else:
            word, tone, says = self.tr("Read in full"), Tone.GOOD, ""
            if reading is not None and reading.goods is not None:
                own = self._are_own(reading.goods)
                says = (
                    self.tr("The words name the goods of this rule.")
                    if own
                    else self.tr("The words keep the rule to some goods: {goods}.").format(
                        goods=_goods(reading.goods)
                    )
                )
            if reading is not None and reading.rule is not None:
                kept = [c.text for c in criteria(reading.rule) if isinstance(c, Condition)]
                if kept:
                    says += self.tr(" Kept in words, for the origin check to ask: {text}.").format(
                        text="; ".join(f"“{text}”" for text in kept)
                    )
            if reading is not None and reading.notes:
                notes = "; ".join(reading.notes)
                says += self.tr(" Asks nothing by itself: {notes}.").format(notes=notes)
        self._chip.set_status(word, tone)
        self._says.setText(says.strip())
        self.field.setAccessibleDescription(says or word)
        self.put_back.setVisible(bool(problem) and self._rule is not None)

    def _mark(self) -> None:
        """Underline what was not understood, without touching the text."""
        color, soft = theme.current().tone(Tone.WARN)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(color)
        look.setBackground(soft)
        marks = []
        for start, end in self._gaps:
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.field.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor, mark.format = cursor, look
            marks.append(mark)
        self.field.setExtraSelections(marks)

    # Writing

    def _written(self, rule: Rule) -> str:
        from workbench.definitions.treaty_text import Style, treaty_text

        text = treaty_text(rule, Style(self.style_switch.current()))
        return f"{text[:1].upper()}{text[1:]}."

    def _rewrite(self) -> None:
        """The words of the applied rule, as one step that undo in the field takes back."""
        if self._rule is None:
            return
        text = self._written(self._rule)
        if text != self.text():
            cursor = QTextCursor(self.field.document())
            cursor.select(QTextCursor.SelectionType.Document)
            with QSignalBlocker(self.field):
                cursor.insertText(text)
            self._gaps = ()
            self._mark()
            self.field.fit()
        self._behind = False
        self._say()

    def _on_entered(self) -> None:
        self._visits += 1

    def _on_left(self) -> None:
        if self._behind:
            self._rewrite()

    def showEvent(self, event: QShowEvent) -> None:
        """Have the grammar ready before the first key."""
        super().showEvent(event)
        QTimer.singleShot(_PAUSE_MS, self._warm_up)

    def _warm_up(self) -> None:
        from workbench.definitions.treaty_text import read_treaty

        read_treaty(_SAMPLE)

    def changeEvent(self, event: QEvent) -> None:
        """Marks follow the colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "field"):
            self._mark()


def _lack(rule: Rule) -> str:
    """The first thing that a rule or a part of it lacks."""
    if lack := rule_edits.lacks(rule):
        return lack
    return next((lack for part in getattr(rule, "rules", ()) if (lack := _lack(part))), "")


def _goods(goods: OnlyGoods) -> str:
    codes = ", ".join(str(code) for code in goods.codes)
    return " ".join(part for part in (codes, goods.words) if part)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
