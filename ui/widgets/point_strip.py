"""The figures of one rule of a sweep beside those of the rules as drafted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import format as fmt
from ui import theme
from ui.widgets.buttons import link_button
from ui.widgets.effects_strip import Effect
from ui.widgets.labels import ElidedLabel

Values = Mapping[str, float | None]
_NAME_WIDTH = 84


class PointStrip(QWidget):
    """Two rows of figures under headings that explain them, and what changes between them.

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
        for row, role in enumerate(("card-title", "muted", "small")):
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
            for row, role in enumerate(("card-title", "muted", "small")):
                cell = self._label(f"{name}_{effect.figure}{row}", role)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(cell, row + 1, place + 1)
                self._cells[row, effect.figure] = cell

    def _label(self, name: str, role: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(label, role)
        return label

    def show_points(self, words: str, point: Values, base_words: str, base: Values) -> None:
        """Show a point, what it is measured against, and the difference."""
        self._names[0].setText(words)
        self._names[1].setText(base_words)
        self._names[2].setText(self.tr("Difference"))
        for effect in self._effects:
            new, old = point.get(effect.figure), base.get(effect.figure)
            by = None if new is None or old is None else new - old
            change = fmt.MISSING if by is None else effect.change_text(by)
            for row, text in enumerate((effect.text(new), effect.text(old), change)):
                cell = self._cells[row, effect.figure]
                cell.setText(text)
                cell.setAccessibleName(f"{self._names[row].text()}, {effect.title}: {text}")

    def _tell(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.explained.emit(sender.objectName().removeprefix(f"{self.objectName()}_"))
