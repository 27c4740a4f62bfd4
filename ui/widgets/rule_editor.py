"""A rule of origin as an outline: a line for each criterion, groups indented."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.criterion_fields import TYPE_OF, shape
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.rule_lines import CriterionLine, FootLine, GroupLine, Line, WordLine, types_model
from workbench.model import rule_edits
from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    Criterion,
    MaxNonOriginating,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)
from workbench.model.rule_edits import Place

_MOST_SPARE = 24
_PAUSE_MS = 40
_SPARES = (
    AllOf((TariffShift(ShiftFrom.HEADING), RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5))),
    Condition(""),
    AllOf(()),
    MaxNonOriginating(0.5),
)
"""What is made ahead in a pause, so that the lines are there when they are typed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A line that the outline of a rule asks for; lines of one key can stand for each other."""

    key: str
    place: Place
    depth: int
    part: Rule


class RuleEditor(QWidget):
    """Edits a rule; one that is not finished yet is kept here and told only once it is.

    Signals:
        rule_changed: the new rule, what was done in words, and a key by which steps of one drag
            or of typing in one field merge (empty for a step of its own).
    """

    rule_changed = Signal(object, str, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Criteria of the rule"))
        self.types = types_model(self)
        self._told: Rule | None = None
        self._draft: Rule | None = None
        self._lines: list[tuple[_Wanted, Line]] = []
        self._spare: list[tuple[str, Line]] = []
        self._problem = ProblemLabel(f"{name}Problem")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._problem)
        self._ahead = [want for rule in _SPARES for want in _outline(rule, (0,), 1)]
        self._pause = QTimer(self)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._make_ahead)

    def rule(self) -> Rule | None:
        """The last finished rule."""
        return self._told

    @property
    def unfinished(self) -> bool:
        """Whether there is a draft that does not count yet."""
        return self._draft is not None and not rule_edits.is_complete(self._draft)

    def set_rule(self, rule: Rule) -> None:
        """Show a rule; the one it was last told of leaves an unfinished draft alone."""
        if rule != self._told:
            self._told = rule
            self._show(rule)

    # What rows ask for

    def change(self, place: Place, criterion: Criterion, field: str, gesture: int) -> None:
        """A field of a criterion has another value."""
        assert self._draft is not None
        words = self.tr("Change the rule of origin")
        key = f"{place}.{field}.{gesture}"
        self._apply(rule_edits.with_part(self._draft, place, criterion), words, key)

    def set_type(self, place: Place, key: str) -> None:
        """Make a criterion one of another type."""
        assert self._draft is not None
        part = TYPE_OF[key].start()
        if type(part) is not type(rule_edits.part_at(self._draft, place)):
            rule = rule_edits.with_part(self._draft, place, part)
            self._apply(rule, self.tr("Change a criterion"), focus=place)

    def add(self, place: Place, part: Rule) -> None:
        """Add a criterion or group to the group at a place."""
        assert self._draft is not None
        rule = rule_edits.with_added(self._draft, place, part)
        group = rule_edits.part_at(rule, place)
        assert isinstance(group, AllOf | AnyOf)
        words = self.tr("Add a group") if isinstance(part, AllOf | AnyOf) else ""
        words = words or self.tr("Add a criterion")
        self._apply(rule, words, focus=(*place, len(group.rules) - 1))

    def remove(self, place: Place) -> None:
        """Take a criterion or group out."""
        assert self._draft is not None
        rule = rule_edits.without_part(self._draft, place)
        self._apply(rule, self.tr("Remove from the rule"), focus=place[:-1])

    def move_part(self, place: Place, step: int) -> None:
        """Move a criterion or group within its group."""
        assert self._draft is not None
        rule = rule_edits.moved(self._draft, place, step)
        focus = (*place[:-1], place[-1] + step)
        self._apply(rule, self.tr("Move within the rule"), focus=focus)

    def group(self, place: Place, count: int) -> None:
        """Put a criterion, or it and the next, in a group."""
        assert self._draft is not None
        rule = rule_edits.grouped(self._draft, place, count)
        self._apply(rule, self.tr("Group criteria"), focus=place)

    def ungroup(self, place: Place) -> None:
        """Let the parts of a group take its place."""
        assert self._draft is not None
        self._apply(rule_edits.ungrouped(self._draft, place), self.tr("Ungroup"), focus=place)

    def set_kind(self, place: Place, key: str) -> None:
        """Turn an all-of into an any-of or back."""
        assert self._draft is not None
        if type(rule_edits.part_at(self._draft, place)).__name__ != key:
            words = self.tr("Turn into all of") if key == "AllOf" else self.tr("Turn into any of")
            self._apply(rule_edits.flipped(self._draft, place), words, focus=place)

    def _apply(self, rule: Rule, words: str, key: str = "", focus: Place | None = None) -> None:
        self._show(rule, focus)
        if rule_edits.is_complete(rule) and rule != self._told:
            self._told = rule
            self.rule_changed.emit(rule, words, key)

    def showEvent(self, event: QShowEvent) -> None:
        """Make lines ahead from now on."""
        super().showEvent(event)
        if self._ahead:
            self._pause.start()

    def _make_ahead(self) -> None:
        """One more spare line; a line takes a few milliseconds."""
        want = self._ahead.pop()
        line = self._made(want)
        line.hide()
        line.move_to(None, 0)
        self._column.addWidget(line)
        line.ensurePolished()
        self._spare.append((want.key, line))
        if not self._ahead:
            self._pause.stop()

    def part_at(self, place: Place) -> Rule:
        """The part of the draft at a place."""
        assert self._draft is not None
        return rule_edits.part_at(self._draft, place)

    def siblings(self, place: Place) -> int:
        """How many parts the group around a place has."""
        group = self.part_at(place[:-1])
        return len(group.rules) if isinstance(group, AllOf | AnyOf) else 0

    # Drawing

    def _show(self, rule: Rule, focus: Place | None = None) -> None:
        self._draft = rule
        self._arrange(list(_outline(rule, (), 0)))
        unfinished = not rule_edits.is_complete(rule)
        self._problem.say(
            self.tr("Not applied yet: finish the criteria marked above.") if unfinished else ""
        )
        if focus is not None:
            rows = {want.place: line for want, line in self._lines if line.chooser is not None}
            while focus and focus not in rows:
                focus = focus[:-1]
            if focus in rows:
                chooser = rows[focus].chooser
                assert chooser is not None
                chooser.setFocus()

    def _arrange(self, wanted: list[_Wanted]) -> None:
        """Fill the outline with the lines that stand there, spare ones, and new ones."""
        if [want.key for want in wanted] != [want.key for want, _ in self._lines] or [
            want.place for want in wanted
        ] != [want.place for want, _ in self._lines]:
            self._place_lines(wanted)
        else:
            pairs = zip(wanted, self._lines, strict=True)
            self._lines = [(want, line) for want, (_, line) in pairs]
        for want, line in self._lines:
            line.show_part(want.part)

    def _place_lines(self, wanted: list[_Wanted]) -> None:
        focused = self.focusWidget()
        kept = focused.objectName() if focused is not None and focused.hasFocus() else ""
        standing = {(want.key, want.place): line for want, line in self._lines}
        same = [standing.pop((want.key, want.place), None) for want in wanted]
        free = [*((key, line) for (key, _), line in standing.items()), *self._spare]
        self._lines = []
        for row, (want, found) in enumerate(zip(wanted, same, strict=True)):
            line = found or _taken(free, want.key) or self._made(want)
            line.move_to(want.place, want.depth)
            if self._column.indexOf(line) != row:
                self._column.insertWidget(row, line)
            line.show()
            self._lines.append((want, line))
        for _, line in free:
            line.hide()
            line.move_to(None, 0)
        self._spare = free[:_MOST_SPARE]
        for _, line in free[_MOST_SPARE:]:
            self._column.removeWidget(line)
            line.deleteLater()
        if kept:
            again = next((w for _, line in self._lines if (w := _named(line, kept))), None)
            if again is not None:
                again.setFocus()

    def _made(self, want: _Wanted) -> Line:
        if want.key == "word":
            return WordLine(self)
        if want.key == "foot":
            return FootLine(self)
        if isinstance(want.part, AllOf | AnyOf):
            return GroupLine(self)
        return CriterionLine(self, want.part)


def _taken(free: list[tuple[str, Line]], key: str) -> Line | None:
    """A line of a key, taken out of those that are free."""
    for number, (other, line) in enumerate(free):
        if other == key:
            del free[number]
            return line
    return None


def _named(line: Line, name: str) -> QWidget | None:
    return line if line.objectName() == name else line.findChild(QWidget, name)


def _outline(rule: Rule, place: Place, depth: int) -> Iterator[_Wanted]:
    """The lines of a rule from top to bottom."""
    if not isinstance(rule, AllOf | AnyOf):
        yield _Wanted(shape(rule), place, depth, rule)
        if not place:
            yield _Wanted("foot", place, depth, rule)
        return
    yield _Wanted("group", place, depth, rule)
    for number, part in enumerate(rule.rules):
        if number:
            yield _Wanted("word", (*place, number), depth + 1, rule)
        yield from _outline(part, (*place, number), depth + 1)
    yield _Wanted("foot", place, depth + 1, rule)
