"""Commitments by partner: where each partner stands on each text."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui import theme
from workbench.model.agreement import Agreement
from workbench.model.commitments import Commitment, Obligation, Stance
from workbench.model.economies import economy_name

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

STANCES = {
    Stance.ACCEPTS: ("A", "accepts", "good"),
    Stance.RESERVES: ("R", "reserves its position", "warn"),
    Stance.OPPOSES: ("O", "opposes", "bad"),
    Stance.SILENT: ("–", "has not said", "text_3"),
}
"""Letter, words and colour of each stance."""

OBLIGATIONS = {
    Obligation.SHALL: "shall",
    Obligation.SHALL_ENDEAVOUR: "shall endeavour",
    Obligation.INTENDS_TO: "intends to",
    Obligation.MAY: "may",
}
FIXED = 3
"""Columns before those of the partners: name, obligation, brackets."""


def stance_of(commitment: Commitment, economy: str) -> Stance:
    """Where a partner stands; silent where nothing is recorded."""
    for position in commitment.positions:
        if position.economy == economy:
            return position.stance
    return Stance.SILENT


class StanceModel(QAbstractTableModel):
    """One row a commitment, one column a partner."""

    def __init__(self, topic_words: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._topic_words = topic_words
        self._commitments: tuple[Commitment, ...] = ()
        self._economies: tuple[str, ...] = ()
        self._bound: tuple[tuple[str, ...], ...] = ()

    @property
    def economies(self) -> tuple[str, ...]:
        """Partners, in the order of the columns."""
        return self._economies

    def show(self, agreement: Agreement) -> None:
        """Show another text; the view keeps its place where the shape is the same."""
        economies = tuple(partner.economy for partner in agreement.partners)
        commitments = agreement.commitments
        bound = tuple(agreement.bound_by(one) for one in commitments)
        same = economies == self._economies and len(commitments) == len(self._commitments)
        if not same:
            self.beginResetModel()
        self._economies, self._commitments, self._bound = economies, commitments, bound
        if not same:
            self.endResetModel()
        elif commitments:
            last = self.index(len(commitments) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """One a commitment."""
        return 0 if parent.isValid() else len(self._commitments)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Three, and one a partner."""
        return 0 if parent.isValid() else FIXED + len(self._economies)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Short titles; a partner's full name as tool tip."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if section < FIXED:
            titles = (self.tr("Commitment"), self.tr("Obligation"), self.tr("[ ]"))
            tips = ("", "", self.tr("Brackets: words not agreed yet"))
            if role == Qt.ItemDataRole.DisplayRole:
                return titles[section]
            if role == Qt.ItemDataRole.TextAlignmentRole and section < FIXED - 1:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return tips[section] if role == Qt.ItemDataRole.ToolTipRole else None
        economy = self._economies[section - FIXED]
        if role == Qt.ItemDataRole.DisplayRole:
            return economy
        return economy_name(economy) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Letters, with words for tool tips and screen readers."""
        commitment, column = self._commitments[index.row()], index.column()
        if column < FIXED:
            return self._fixed(commitment, column, role)
        economy = self._economies[column - FIXED]
        letter, words, color = STANCES[stance_of(commitment, economy)]
        bound = economy in self._bound[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return letter
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.current().color(color)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            rest = "" if bound else self.tr("; not bound by it")
            return f"{economy_name(economy)} {words}{rest}"
        return None

    def _fixed(self, commitment: Commitment, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return commitment.called
            if column == 1:
                return OBLIGATIONS[commitment.obligation]
            return f"[{len(commitment.brackets)}]" if commitment.brackets else ""
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return f"{self._topic_words(commitment.topic)}: {commitment.text}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == FIXED - 1:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == FIXED - 1:
            return theme.current().color("warn")
        return None
