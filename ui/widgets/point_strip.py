"""The figures of one rule of a sweep beside those of the rules as drafted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.widgets.buttons import link_button
from ui.widgets.effects_strip import Effect
from ui.widgets.labels import ElidedLabel

Values = Mapping[str, float | None]
_NAME_WIDTH = 84
_HEAD_PAD = 6
"""What a heading that is a link has to the right of its words."""
_ROLES = ("card-title", "muted", "small", "small")
_ROUNDING = 1e-6


class PointStrip(QWidget):
    """Two rows of figures under headings that explain them, and what changes between them.

    A last row shows how the second differs from the pinned baseline, where it does.

    Signals:
        explained: the figure whose heading was pressed.
    """

    explained = Signal(str)

    def __init__(
        self, effects: Sequence[Effect], name: str, says: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self._effects = tuple(effects)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 3)
        self._names: list[ElidedLabel] = []
        self._cells: dict[tuple[int, str], QLabel] = {}
        for row, role in enumerate(_ROLES):
            label = ElidedLabel("", f"{name}Row{row}")
            label.setMinimumWidth(_NAME_WIDTH)
            theme.set_role(label, role)
            self._names.append(label)
            grid.addWidget(label, row + 1, 0)
        for place, effect in enumerate(self._effects):
            head = link_button(effect.title, f"{name}_{effect.figure}")
            head.setToolTip(self.tr("Show formula and numbers in the inspector"))
            head.clicked.connect(self._tell)
            grid.addWidget(head, 0, place + 1, Qt.AlignmentFlag.AlignRight)
            grid.setColumnStretch(place + 1, 2)
            for row, role in enumerate(_ROLES):
                cell = self._label(f"{name}_{effect.figure}{row}", role)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                cell.setContentsMargins(0, 0, _HEAD_PAD, 0)
                grid.addWidget(cell, row + 1, place + 1)
                self._cells[row, effect.figure] = cell

    def _label(self, name: str, role: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(label, role)
        return label

    def show_points(
        self, words: str, point: Values, base_words: str, base: Values, pinned: Values | None = None
    ) -> None:
        """Show a point, what it is measured against, the difference, and the pinned baseline's."""
        names = (words, base_words, self.tr("Difference"), self.tr("Since pinned"))
        for label, name in zip(self._names, names, strict=True):
            label.setText(name)
        moved = False
        for effect in self._effects:
            new, old = point.get(effect.figure), base.get(effect.figure)
            then = None if pinned is None else pinned.get(effect.figure)
            if old is not None and then is not None:
                moved |= not isclose(old, then, rel_tol=_ROUNDING)
            texts = (
                effect.text(new),
                effect.text(old),
                _difference(effect, new, old),
                _difference(effect, old, then),
            )
            for row, text in enumerate(texts):
                cell = self._cells[row, effect.figure]
                cell.setText(text)
                cell.setAccessibleName(f"{self._names[row].text()}, {effect.title}: {text}")

        self._names[-1].setVisible(moved)
        for effect in self._effects:
            self._cells[len(_ROLES) - 1, effect.figure].setVisible(moved)

    def _tell(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.explained.emit(sender.objectName().removeprefix(f"{self.objectName()}_"))


def _difference(effect: Effect, one: float | None, other: float | None) -> str:
    return fmt.MISSING if one is None or other is None else effect.change_text(one - other)
