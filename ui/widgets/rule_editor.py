"""A rule of origin as an outline: a row for each criterion, groups indented."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import icons, theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.criterion_fields import TYPE_OF, TYPES, CriterionFields, explained, shape
from ui.widgets.form_grid import ProblemLabel
from workbench.model import rule_edits
from workbench.model.origin import AllOf, AnyOf, Criterion, Rule
from workbench.model.rule_edits import Place

_INDENT = 14


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
        self._told: Rule | None = None
        self._draft: Rule | None = None
        self._rows: dict[Place, _Row] = {}
        self._top: QWidget | None = None
        self._problem = ProblemLabel(f"{name}Problem")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self._problem)

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

    # Drawing

    def _show(self, rule: Rule, focus: Place | None = None) -> None:
        same = self._draft is not None and _outline(self._draft) == _outline(rule)
        self._draft = rule
        if same:
            for place, row in self._rows.items():
                row.show_part(rule_edits.part_at(rule, place))
        else:
            self._rebuild(rule)
        unfinished = not rule_edits.is_complete(rule)
        self._problem.say(
            self.tr("Not applied yet: finish the criteria marked above.") if unfinished else ""
        )
        if focus is not None:
            while focus and focus not in self._rows:
                focus = focus[:-1]
            if focus in self._rows:
                self._rows[focus].chooser.setFocus()

    def _rebuild(self, rule: Rule) -> None:
        focused = self.focusWidget()
        kept = focused.objectName() if focused is not None and focused.hasFocus() else ""
        if self._top is not None:
            self._top.hide()
            self._column.removeWidget(self._top)
            self._top.deleteLater()
        self._rows = {}
        self._top = self._make(rule, ())
        self._column.insertWidget(0, self._top)
        self._top.show()  # at once, so that a field in it can take the focus
        again = self._top.findChild(QWidget, kept) if kept else None
        if again is not None:
            again.setFocus()

    def _make(self, rule: Rule, place: Place) -> QWidget:
        if not isinstance(rule, AllOf | AnyOf):
            row = CriterionRow(self, rule, place)
            self._rows[place] = row
            if place:
                return row
            box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
            column.addWidget(row)
            column.addLayout(self.adders(place))
            return box
        group = GroupRow(self, rule, place)
        self._rows[place] = group
        for number, part in enumerate(rule.rules):
            group.add_part(self._make(part, (*place, number)))
        group.finish()
        return group

    def adders(self, place: Place) -> QHBoxLayout:
        """The buttons that add to a group."""
        name = f"{self.objectName()}{_suffix(place)}"
        row = QHBoxLayout()
        row.setSpacing(8)
        add = button(self.tr("Add criterion"), f"{name}_add", "plus")
        add.setToolTip(self.tr("Add a criterion to this group"))
        menu = QMenu(add)
        menu.setToolTipsVisible(True)
        for kind in TYPES:
            action = QAction(self.tr(kind.title), menu)
            action.setToolTip(explained(kind))
            action.setData(kind.key)
            menu.addAction(action)

        def chosen(action: QAction) -> None:
            self.add(place, TYPE_OF[str(action.data())].start())

        menu.triggered.connect(chosen)
        add.setMenu(menu)
        group = button(self.tr("Add group"), f"{name}_addGroup", "list-tree")
        group.setToolTip(self.tr("Add a group of criteria of the other kind"))

        def add_group() -> None:
            assert self._draft is not None
            here = rule_edits.part_at(self._draft, place)
            self.add(place, AllOf(()) if isinstance(here, AnyOf) else AnyOf(()))

        group.clicked.connect(add_group)
        row.addWidget(add)
        row.addWidget(group)
        row.addStretch(1)
        return row

    def siblings(self, place: Place) -> int:
        """How many parts the group around a place has."""
        assert self._draft is not None
        group = rule_edits.part_at(self._draft, place[:-1])
        return len(group.rules) if isinstance(group, AllOf | AnyOf) else 0


class _Row(QFrame):
    """A criterion or the head of a group."""

    chooser: ChoiceBox

    def show_part(self, part: Rule) -> None:
        """Show other values."""
        raise TypeError(f"{type(self).__name__} shows no {type(part).__name__}")


class CriterionRow(_Row):
    """Type, fields and menu of one criterion."""

    def __init__(self, editor: RuleEditor, criterion: Criterion, place: Place) -> None:
        super().__init__()
        self._editor, self._place = editor, place
        name = f"{editor.objectName()}{_suffix(place)}"
        self.setObjectName(name)
        self.setProperty("criterion", True)
        choices = [(kind.key, self.tr(kind.title)) for kind in TYPES]
        self.chooser = ChoiceBox(self.tr("Type of criterion"), choices, f"{name}_type")
        self.chooser.setMinimumWidth(190)
        self.chooser.chosen.connect(self._on_type)
        self._help = QLabel()
        self._help.setObjectName(f"{name}_help")
        self._help.setTextFormat(Qt.TextFormat.PlainText)
        self._help.setWordWrap(True)
        theme.set_role(self._help, "small")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.chooser)
        head.addWidget(self._help, 1)
        head.addWidget(_menu_button(editor, place, name, group=False))
        self._fields = CriterionFields(criterion, name, self._on_change)
        self._problem = ProblemLabel(f"{name}_problem")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(7)
        column.addLayout(head)
        column.addWidget(self._fields)
        column.addWidget(self._problem)
        self.show_part(criterion)

    def show_part(self, part: Rule) -> None:
        """Show the values of a criterion of the same shape."""
        assert not isinstance(part, AllOf | AnyOf)
        kind = TYPE_OF[type(part).__name__]
        self.chooser.show_key(kind.key)
        self._help.setText(explained(kind))
        self.chooser.setToolTip(explained(kind))
        self._fields.show_criterion(part)
        self._problem.say(rule_edits.lacks(part))

    def _on_type(self, key: str) -> None:
        self._editor.set_type(self._place, key)

    def _on_change(self, criterion: Criterion, field: str) -> None:
        self._editor.change(self._place, criterion, field, self._fields.gestures)


class GroupRow(_Row):
    """The head of a group, its parts below, the buttons that add at its foot."""

    def __init__(self, editor: RuleEditor, group: AllOf | AnyOf, place: Place) -> None:
        super().__init__()
        self._editor, self._place = editor, place
        self._name = f"{editor.objectName()}{_suffix(place)}"
        self.setObjectName(self._name)
        choices = [
            ("AllOf", self.tr("All of these must be met")),
            ("AnyOf", self.tr("Any one of these is enough")),
        ]
        self.chooser = ChoiceBox(self.tr("Kind of group"), choices, f"{self._name}_kind")
        self.chooser.setMinimumWidth(230)
        self.chooser.chosen.connect(self._on_kind)
        head = QHBoxLayout()
        head.addWidget(self.chooser)
        head.addStretch(1)
        head.addWidget(_menu_button(editor, place, self._name, group=True))
        self._problem = ProblemLabel(f"{self._name}_problem")
        self._word = self.tr("and") if isinstance(group, AllOf) else self.tr("or")
        inside = QFrame()
        inside.setObjectName(f"{self._name}_parts")
        inside.setProperty("outline", True)
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(_INDENT, 2, 0, 2)
        self._inside.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(inside)
        self.show_part(group)

    def add_part(self, part: QWidget) -> None:
        """Put a part at the end."""
        if self._inside.count():
            word = QLabel(self._word)
            theme.set_role(word, "caption")
            self._inside.addWidget(word)
        self._inside.addWidget(part)

    def finish(self) -> None:
        """Put the buttons below the parts."""
        self._inside.addWidget(self._problem)
        self._inside.addSpacing(3)
        self._inside.addLayout(self._editor.adders(self._place))

    def show_part(self, part: Rule) -> None:
        """Show the kind of group."""
        self.chooser.show_key(type(part).__name__)
        self._problem.say(rule_edits.lacks(part))

    def _on_kind(self, key: str) -> None:
        self._editor.set_kind(self._place, key)


def _menu_button(editor: RuleEditor, place: Place, name: str, *, group: bool) -> QToolButton:
    """The button with everything else that can be done with a row."""
    made = icon_button("ellipsis", editor.tr("Move, group or remove"), f"{name}_more")
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)

    def add(words: str, icon: str, act: str, run: Callable[[], None]) -> None:
        action = QAction(words, menu)
        action.setObjectName(f"{name}_{act}")
        icons.set_icon(action, icon)
        action.triggered.connect(run)
        menu.addAction(action)

    def fill() -> None:
        menu.clear()
        count = editor.siblings(place) if place else 0
        if place and place[-1] > 0:
            add(editor.tr("Move up"), "arrow-up", "up", partial(editor.move_part, place, -1))
        if place and place[-1] + 1 < count:
            add(editor.tr("Move down"), "arrow-down", "down", partial(editor.move_part, place, 1))
            words = editor.tr("Group with the next")
            add(words, "list-tree", "groupNext", partial(editor.group, place, 2))
        add(editor.tr("Put in a group"), "list-tree", "group", partial(editor.group, place, 1))
        if group:
            add(editor.tr("Ungroup"), "list-checks", "ungroup", partial(editor.ungroup, place))
        add(editor.tr("Remove"), "trash-2", "remove", partial(editor.remove, place))

    menu.aboutToShow.connect(fill)
    made.setMenu(menu)
    return made


def _suffix(place: Place) -> str:
    return "".join(f"_{position}" for position in place)


def _outline(rule: Rule) -> object:
    """What decides which rows and fields there are."""
    if isinstance(rule, AllOf | AnyOf):
        return (type(rule).__name__, *(_outline(part) for part in rule.rules))
    return shape(rule)
