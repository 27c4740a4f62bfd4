"""A bill of materials as a tree that is edited in its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui import format as fmt
from ui import icons, theme
from workbench.model.economies import economy_name
from workbench.model.goods import Good, Material, Place

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
NAME, CODE, VALUE, ORIGIN, ORIGINATING, WEIGHT, STATUS = range(7)
_COUNTS = {
    "originating": ("Originating", "circle-check", "good"),
    "non-originating": ("Non-originating", "octagon-alert", "bad"),
    "unknown": ("Not known", "circle-help", "warn"),
    "seen-through": ("By its parts", "list-tree", "text_2"),
    "disregarded": ("Disregarded", "circle-minus", "text_3"),
}


@dataclass(eq=False)
class _Node:
    """A row: its place, and what stands around it."""

    place: Place
    above: "_Node | None"
    below: list["_Node"] = field(default_factory=list)


class BillModel(QAbstractItemModel):
    """Shows materials with what each counts as.

    Signals:
        edited: the place of a material, and the material with one cell changed.
        refused: the sentence that says why a cell was not taken.
    """

    edited = Signal(object, object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._good = Good("")
        self._top = _Node((), None)
        self._nodes: dict[Place, _Node] = {}
        self._counted: dict[Place, tuple[str, str]] = {}
        self._titles = (
            (self.tr("Material"), self.tr("What it is called")),
            (self.tr("HS code"), self.tr("Its product code")),
            (self.tr("Value"), self.tr("What the producer paid, per unit of the good")),
            (self.tr("Origin"), self.tr("Where it was made, by code or name")),
            (self.tr("Originates"), self.tr("Whether it is shown to originate")),
            (self.tr("Weight"), self.tr("In the unit of the good's weight")),
            (self.tr("Counts as"), self.tr("How the rule sees it; the tool tip says why")),
        )

    # What it holds

    def materials(self) -> tuple[Material, ...]:
        """The bill on show."""
        return self._good.materials

    def set_materials(self, materials: tuple[Material, ...]) -> bool:
        """Show a bill; True if rows came or went, so that all rows are new."""
        if materials == self._good.materials:
            return False
        before = list(self._nodes)
        self._good = Good("", materials=materials)
        places = [place for place, _ in self._good.walk()]
        if places == before:
            self._tell_all(NAME, WEIGHT)
            return False
        self.beginResetModel()
        self._top, self._nodes = _Node((), None), {}
        for place in places:
            above = self._nodes.get(place[:-1], self._top)
            node = _Node(place, above)
            above.below.append(node)
            self._nodes[place] = node
        self._counted = {}
        self.endResetModel()
        return True

    def set_counted(self, counted: Mapping[Place, tuple[str, str]]) -> None:
        """What materials count as: a status and the sentence that says why, by place."""
        if counted != self._counted:
            self._counted = dict(counted)
            self._tell_all(STATUS, STATUS)

    def place_of(self, index: Index) -> Place:
        """The place of a row; () for none."""
        node = index.internalPointer() if index.isValid() else None
        return node.place if isinstance(node, _Node) else ()

    def index_of(self, place: Place, column: int = NAME) -> QModelIndex:
        """The cell of a material."""
        node = self._nodes.get(place)
        return _NO_PARENT if node is None else self.createIndex(place[-1], column, node)

    def _tell_all(self, first: int, last: int) -> None:
        for place, node in self._nodes.items():
            row = place[-1]
            self.dataChanged.emit(
                self.createIndex(row, first, node), self.createIndex(row, last, node)
            )

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """A cell by its row below another."""
        above = self._node(parent)
        if not 0 <= row < len(above.below) or not 0 <= column < len(self._titles):
            return QModelIndex()
        return self.createIndex(row, column, above.below[row])

    def parent(self, index: Index = _NO_PARENT) -> Any:
        """The material that a row stands below."""
        node = self._node(index)
        if node.above is None or node.above is self._top:
            return QModelIndex()
        return self.createIndex(node.above.place[-1], 0, node.above)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """How many materials stand below a row."""
        return 0 if parent.isValid() and parent.column() else len(self._node(parent).below)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Columns."""
        return len(self._titles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All but the last column can be edited."""
        flags = super().flags(index)
        if index.isValid() and index.column() != STATUS:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._titles):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._titles[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, its icon, or its text to edit."""
        if not index.isValid():
            return None
        column, place = index.column(), self.place_of(index)
        material = self._good.material_at(place)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(material, place, column)
        if role == Qt.ItemDataRole.EditRole:
            return _typed(material, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._titles[column][0]}: {self._shown(material, place, column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(material, place, column)
        if role == Qt.ItemDataRole.DecorationRole and column == STATUS:
            status = self._counted.get(place, ("", ""))[0]
            if status in _COUNTS:
                _, icon, token = _COUNTS[status]
                return icons.icon(icon, theme.current().color(token))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed into a cell, or say why not."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        from workbench.analysis import bill_table

        place, column, text = self.place_of(index), index.column(), str(value)
        material = self._good.material_at(place)
        try:
            match column:
                case 0:
                    changed = replace(material, name=text.strip())
                case 1:
                    changed = replace(material, code=bill_table.parse_code(text))
                case 2:
                    changed = replace(material, value=bill_table.parse_amount(text))
                case 3:
                    changed = replace(material, origin=bill_table.parse_origin(text))
                case 4:
                    changed = replace(material, originating=bill_table.parse_originating(text))
                case _:
                    changed = replace(material, weight=bill_table.parse_amount(text))
        except ValueError as error:
            self.refused.emit(self.tr("Not taken: {why}.").format(why=error))
            return False
        self.refused.emit("")
        if changed != material:
            self.edited.emit(place, changed)
        return True

    def _node(self, index: Index) -> _Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, _Node) else self._top

    def _alignment(self, column: int) -> int:
        right = column in (VALUE, WEIGHT)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    def _shown(self, material: Material, place: Place, column: int) -> str:
        match column:
            case 0:
                return fmt.text(material.name)
            case 1:
                return fmt.code(material.code)
            case 2:
                return fmt.plain(material.value)
            case 3:
                return fmt.text(material.origin)
            case 4:
                return fmt.yes_no(material.originating)
            case 5:
                return fmt.plain(material.weight)
        status = self._counted.get(place, ("", ""))[0]
        return self.tr(_COUNTS[status][0]) if status in _COUNTS else fmt.MISSING

    def _tip(self, material: Material, place: Place, column: int) -> str:
        if column == STATUS:
            return self._counted.get(place, ("", ""))[1]
        if column == ORIGIN and material.origin:
            return economy_name(material.origin)
        return self._shown(material, place, column)


def _typed(material: Material, column: int) -> str:
    """The text of a cell as it is edited."""
    match column:
        case 0:
            return material.name
        case 1:
            return fmt.code(material.code) if material.code else ""
        case 2:
            return "" if material.value is None else f"{material.value:.12g}"
        case 3:
            return material.origin or ""
        case 4:
            return {True: "yes", False: "no", None: ""}[material.originating]
    return "" if material.weight is None else f"{material.weight:.12g}"
