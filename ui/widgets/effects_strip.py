"""A few figures of a part and of the whole, one above the other, with their change."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.theme import Tone
from ui.widgets.buttons import link_button
from ui.widgets.card import Card

_ROLES = {Tone.GOOD: "good", Tone.BAD: "error"}


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure: its name in the engine, its title, how it is shown, whether more is welcome."""

    figure: str
    title: str
    text: fmt.Formatter
    change_text: fmt.Formatter
    more_is: Tone = Tone.NEUTRAL


class EffectsStrip(Card):
    """Two rows of figures under headings that explain them.

    Signals:
        explained: the figure whose heading was pressed.
    """

    explained = Signal(str)

    def __init__(
        self, effects: Sequence[Effect], name: str, says: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", name, parent=parent)
        self.setAccessibleName(says)
        self._effects = tuple(effects)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self._names = [QLabel(), QLabel()]
        self._cells: dict[tuple[int, str], tuple[QLabel, QLabel]] = {}
        for row, label in enumerate(self._names):
            label.setTextFormat(Qt.TextFormat.PlainText)
            theme.set_role(label, "muted")
            grid.addWidget(label, row + 1, 0)
        for place, effect in enumerate(self._effects):
            head = link_button(effect.title, f"{name}_{effect.figure}")
            head.setToolTip(self.tr("Show formula and source in the inspector"))
            head.clicked.connect(self._tell)
            grid.addWidget(head, 0, place + 1, Qt.AlignmentFlag.AlignLeft)
            grid.setColumnStretch(place + 1, 1)
            for row in range(2):
                grid.addLayout(self._cell(row, effect, name), row + 1, place + 1)
        self.body.addLayout(grid)
        # The head of the card has neither title nor tools here.
        outer = self.layout()
        assert outer is not None
        outer.setContentsMargins(16, 4, 16, 10)
        outer.setSpacing(0)

    def _cell(self, row: int, effect: Effect, name: str) -> QHBoxLayout:
        value, change = QLabel(fmt.MISSING), QLabel()
        value.setObjectName(f"{name}_{effect.figure}{row}")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(value, "card-title" if row == 0 else "")
        change.setObjectName(f"{name}_{effect.figure}{row}Change")
        theme.set_role(change, "small")
        box = QHBoxLayout()
        box.setContentsMargins(4, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(value)
        box.addWidget(change)
        box.addStretch(1)
        self._cells[row, effect.figure] = value, change
        return box

    def show_row(
        self,
        row: int,
        words: str,
        now: dict[str, float | None],
        then: dict[str, float | None],
    ) -> None:
        """Show figures and what they were in the pinned baseline; None is not known."""
        self._names[row].setText(words)
        for effect in self._effects:
            value, change = self._cells[row, effect.figure]
            new, old = now.get(effect.figure), then.get(effect.figure)
            value.setText(effect.text(new))
            by = None if new is None or old is None else new - old
            value.setAccessibleName(f"{words}, {effect.title}: {effect.text(new)}")
            change.setText(fmt.change_phrase(by, effect.change_text))
            change.setToolTip(
                self.tr("Since the pinned baseline: {then}").format(then=effect.text(old))
            )
            role = "small"
            if by and effect.more_is in _ROLES:
                welcome = (by > 0) == (effect.more_is is Tone.GOOD)
                role = _ROLES[Tone.GOOD if welcome else Tone.BAD]
            if change.property("role") != role:
                theme.set_role(change, role)

    def _tell(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.explained.emit(sender.objectName().removeprefix(f"{self.objectName()}_"))
