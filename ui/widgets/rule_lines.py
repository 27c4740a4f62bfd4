"""The lines of an outline of criteria: a criterion, the head of a group, a word between, its foot.

Lines are kept and shown again at another place, because making one takes longer than a keystroke
may: `move_to` gives it its place, its depth and the names of everything in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
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
from ui.widgets.criterion_fields import TYPE_OF, TYPES, CriterionFields, explained
from ui.widgets.form_grid import ProblemLabel
from workbench.model import rule_edits
from workbench.model.origin import AllOf, AnyOf, Criterion, Rule
from workbench.model.rule_edits import Place

if TYPE_CHECKING:
    from ui.widgets.rule_editor import RuleEditor

_INDENT = 16
_SPARE = "spare"


class Line(QFrame):
    """One line of the outline, indented by the depth of its place."""

    chooser: ChoiceBox | None = None

    def __init__(self, editor: RuleEditor, top: int = 0, bottom: int = 0) -> None:
        super().__init__()
        self.editor = editor
        self.place: Place | None = None
        self._depth = 0
        self._prefix = f"{editor.objectName()}_{_SPARE}"
        self.column = QVBoxLayout(self)
        self.column.setSpacing(6)
        self._above, self._below = top, bottom
        self.setObjectName(self._prefix)

    def name(self, part: str) -> str:
        """The object name of a part of the line, before it is moved to its place."""
        return f"{self._prefix}_{part}"

    def move_to(self, place: Place | None, depth: int) -> None:
        """Stand at a place; None puts the line aside."""
        editor = self.editor.objectName()
        prefix = f"{editor}_{_SPARE}" if place is None else f"{editor}{suffix(place)}"
        if prefix != self._prefix:
            for widget in (self, *self.findChildren(QWidget)):
                named = widget.objectName()
                if named.startswith(self._prefix):
                    widget.setObjectName(prefix + named[len(self._prefix) :])
            self._prefix = prefix
        self.place = place
        if depth != self._depth or self.column.contentsMargins().bottom() != self._below:
            self._depth = depth
            self.column.setContentsMargins(_INDENT * depth, self._above, 0, self._below)
            self.update()

    def show_part(self, part: Rule) -> None:
        """Show other values."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin line down the side for each group that this stands in."""
        super().paintEvent(event)
        if self._depth:
            with QPainter(self) as painter:
                color = theme.current().color("rule")
                for depth in range(self._depth):
                    painter.fillRect(_INDENT * depth, 0, 2, self.height(), color)


class CriterionLine(Line):
    """Type, fields and menu of one criterion."""

    def __init__(self, editor: RuleEditor, criterion: Criterion) -> None:
        super().__init__(editor, 5, 5)
        self.setProperty("criterion", True)
        self.chooser = box = ChoiceBox(self.tr("Type of criterion"), [], self.name("type"))
        box.setModel(editor.types)
        box.setMinimumWidth(200)
        box.chosen.connect(self._on_type)
        self._help = QLabel()
        self._help.setObjectName(self.name("help"))
        self._help.setTextFormat(Qt.TextFormat.PlainText)
        self._help.setWordWrap(True)
        theme.set_role(self._help, "small")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(box)
        head.addWidget(self._help, 1)
        head.addWidget(_menu_button(self, group=False))
        self._fields = CriterionFields(criterion, self._prefix, self._on_change)
        self._problem = ProblemLabel(self.name("problem"))
        self.column.addLayout(head)
        self.column.addWidget(self._fields)
        self.column.addWidget(self._problem)
        self.show_part(criterion)

    def show_part(self, part: Rule) -> None:
        """Show the values of a criterion of the same shape."""
        assert not isinstance(part, AllOf | AnyOf)
        assert self.chooser is not None
        kind = TYPE_OF[type(part).__name__]
        self.chooser.show_key(kind.key)
        words = explained(kind)
        if self._help.text() != words:
            self._help.setText(words)
            self.chooser.setToolTip(words)
        self._fields.show_criterion(part)
        self._problem.say(rule_edits.lacks(part))

    def _on_type(self, key: str) -> None:
        if self.place is not None:
            self.editor.set_type(self.place, key)

    def _on_change(self, criterion: Criterion, field: str) -> None:
        if self.place is not None:
            self.editor.change(self.place, criterion, field, self._fields.gestures)


class GroupLine(Line):
    """The head of a group: whether all of its parts must be met, or any one is enough."""

    def __init__(self, editor: RuleEditor) -> None:
        super().__init__(editor, 3, 3)
        choices = [
            ("AllOf", self.tr("All of these must be met")),
            ("AnyOf", self.tr("Any one of these is enough")),
        ]
        self.chooser = ChoiceBox(self.tr("Kind of group"), choices, self.name("kind"))
        self.chooser.setMinimumWidth(230)
        self.chooser.chosen.connect(self._on_kind)
        self._problem = ProblemLabel(self.name("problem"))
        head = QHBoxLayout()
        head.addWidget(self.chooser)
        head.addStretch(1)
        head.addWidget(_menu_button(self, group=True))
        self.column.addLayout(head)
        self.column.addWidget(self._problem)

    def show_part(self, part: Rule) -> None:
        """Show the kind of group."""
        assert self.chooser is not None
        self.chooser.show_key(type(part).__name__)
        self._problem.say(rule_edits.lacks(part))

    def _on_kind(self, key: str) -> None:
        if self.place is not None:
            self.editor.set_kind(self.place, key)


class WordLine(Line):
    """The word between two parts."""

    def __init__(self, editor: RuleEditor) -> None:
        super().__init__(editor)
        self._word = QLabel()
        theme.set_role(self._word, "caption")
        self.column.addWidget(self._word)

    def show_part(self, part: Rule) -> None:
        """Show the word of a group."""
        self._word.setText(self.tr("and") if isinstance(part, AllOf) else self.tr("or"))


class FootLine(Line):
    """The buttons that add to a group, or beside a criterion that stands alone."""

    def __init__(self, editor: RuleEditor) -> None:
        super().__init__(editor, 3, 3)
        self._add = button(self.tr("Add criterion"), self.name("add"), "plus")
        self._add.setToolTip(self.tr("Add a criterion to this group"))
        self._menu = QMenu(self._add)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._on_add)
        self._add.setMenu(self._menu)
        group = button(self.tr("Add group"), self.name("addGroup"), "list-tree")
        group.setToolTip(self.tr("Add a group of criteria of the other kind"))
        group.clicked.connect(self._on_group)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._add)
        row.addWidget(group)
        row.addStretch(1)
        self.column.addLayout(row)

    def _fill(self) -> None:
        if self._menu.actions():
            return
        for kind in TYPES:
            action = QAction(self.tr(kind.title), self._menu)
            action.setToolTip(explained(kind))
            action.setData(kind.key)
            self._menu.addAction(action)

    def _on_add(self, action: QAction) -> None:
        if self.place is not None:
            self.editor.add(self.place, TYPE_OF[str(action.data())].start())

    def _on_group(self) -> None:
        if self.place is None:
            return
        here = self.editor.part_at(self.place)
        self.editor.add(self.place, AllOf(()) if isinstance(here, AnyOf) else AnyOf(()))


def types_model(parent: QWidget) -> QStandardItemModel:
    """The types of criteria, one list for all choosers of an editor."""
    model = QStandardItemModel(parent)
    for kind in TYPES:
        item = QStandardItem(parent.tr(kind.title))
        item.setData(kind.key, Qt.ItemDataRole.UserRole)
        item.setToolTip(explained(kind))
        model.appendRow(item)
    return model


def _menu_button(line: Line, *, group: bool) -> QToolButton:
    """The button with everything else that can be done with a line."""
    says = line.tr("Move, group or remove")
    made = icon_button("ellipsis", says, line.name("more"))
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)

    def add(words: str, icon: str, act: str, run: Callable[[], None]) -> None:
        action = QAction(words, menu)
        action.setObjectName(f"{made.objectName().removesuffix('more')}{act}")
        icons.set_icon(action, icon)
        action.triggered.connect(run)
        menu.addAction(action)

    def fill() -> None:
        editor, place = line.editor, line.place
        menu.clear()
        if place is None:
            return
        count = editor.siblings(place) if place else 0
        if place and place[-1] > 0:
            add(line.tr("Move up"), "arrow-up", "up", partial(editor.move_part, place, -1))
        if place and place[-1] + 1 < count:
            add(line.tr("Move down"), "arrow-down", "down", partial(editor.move_part, place, 1))
            words = line.tr("Group with the next")
            add(words, "list-tree", "groupNext", partial(editor.group, place, 2))
        add(line.tr("Put in a group"), "list-tree", "group", partial(editor.group, place, 1))
        if group:
            add(line.tr("Ungroup"), "list-checks", "ungroup", partial(editor.ungroup, place))
        add(line.tr("Remove"), "trash-2", "remove", partial(editor.remove, place))

    menu.aboutToShow.connect(fill)
    made.setMenu(menu)
    return made


def suffix(place: Place) -> str:
    """A place as the end of an object name."""
    return "".join(f"_{position}" for position in place)
