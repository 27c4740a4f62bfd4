"""Which source answers first where several hold one figure: a list a table, to put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from ui import data_words
from ui.widgets.buttons import button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import small_label
from ui.widgets.views import set_up_view


class SourceOrderDialog(QDialog):
    """Edits the order of one table's sources; `order` is what the user left."""

    def __init__(
        self,
        orders: Mapping[str, Sequence[str]],
        table: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show the sources of every table.

        Args:
            orders: table -> its sources, the preferred one first.
            table: the one to begin with.
            parent: the window above which it stands.
        """
        super().__init__(parent)
        self.setObjectName("sourceOrderDialog")
        self.setWindowTitle(self.tr("Order of sources"))
        self.resize(520, 380)
        self._orders = {name: list(sources) for name, sources in orders.items()}
        self._before = {name: list(sources) for name, sources in orders.items()}
        names = sorted(orders, key=data_words.table)
        self.choice = ChoiceBox(
            self.tr("Figures"), [(name, data_words.table(name)) for name in names], "orderTable"
        )
        self.choice.show_key(table if table in orders else next(iter(names), ""))
        self.list = QListWidget()
        set_up_view(self.list, "orderList", self.tr("Sources, the preferred one first"))
        self.up_button = button(self.tr("Move up"), "orderUp", "arrow-up")
        self.down_button = button(self.tr("Move down"), "orderDown", "arrow-down")
        self._help = small_label(
            self.tr(
                "The first source that holds a figure gives it. Of trade, one source gives a "
                "market all its suppliers, so that their shares add up."
            ),
            "orderHelp",
        )
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._build()
        self.choice.chosen.connect(self._show_table)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button.clicked.connect(lambda: self._move(1))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._show_table()

    def _build(self) -> None:
        moves = QVBoxLayout()
        moves.setSpacing(8)
        moves.addWidget(self.up_button)
        moves.addWidget(self.down_button)
        moves.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list, 1)
        middle.addLayout(moves)
        whole = QVBoxLayout(self)
        whole.setSpacing(12)
        whole.addWidget(self.choice)
        whole.addLayout(middle, 1)
        whole.addWidget(self._help)
        whole.addWidget(self._buttons)

    @property
    def changed(self) -> dict[str, list[str]]:
        """Table -> its sources in the order the user left, where it is another one."""
        return {name: order for name, order in self._orders.items() if order != self._before[name]}

    def _show_table(self) -> None:
        self.list.clear()
        self.list.addItems(self._orders.get(self.choice.key(), []))
        self.list.setCurrentRow(0)
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.list.currentRow()
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < self.list.count() - 1)

    def _move(self, step: int) -> None:
        order = self._orders[self.choice.key()]
        row = self.list.currentRow()
        order[row], order[row + step] = order[row + step], order[row]
        self.list.insertItem(row + step, self.list.takeItem(row))
        self.list.setCurrentRow(row + step)
