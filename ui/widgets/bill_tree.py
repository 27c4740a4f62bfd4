"""The bill of materials of a good: a tree to type into, to paste into, and to fill from a file."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import messages
from ui.models.bill_model import CODE, NAME, ORIGIN, ORIGINATING, STATUS, VALUE, WEIGHT, BillModel
from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import ProblemLabel, small_label
from ui.widgets.views import set_up_view
from workbench.errors import WorkbenchError
from workbench.model.goods import Good, Material, MaterialUse, Place

_USES = (
    (MaterialUse.MATERIAL, "Material"),
    (MaterialUse.RETAIL_PACKAGING, "Retail packaging"),
    (MaterialUse.SHIPPING_PACKAGING, "Shipping packaging"),
    (MaterialUse.INDIRECT, "Indirect material"),
    (MaterialUse.ACCESSORY, "Accessory"),
    (MaterialUse.OTHER_COMPONENT, "Other component"),
)
_OWN = (("", "Not stated"), ("yes", "Yes"), ("no", "No, bought"))
_WIDTHS = {CODE: 84, VALUE: 74, ORIGIN: 64, ORIGINATING: 82, WEIGHT: 68, STATUS: 142}
_NAME_LEAST = 110
_FILES = "Bills (*.xlsx *.csv *.tsv *.txt)"
_LEAST_ROWS, _MOST_ROWS = 3, 12
Index = QModelIndex | QPersistentModelIndex


class _YesNoDelegate(QStyledItemDelegate):
    """Yes, no or not known from a list."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list in the cell."""
        box = QComboBox(parent)
        box.setAccessibleName(self.tr("Whether it is shown to originate"))
        for key, words in (
            ("", self.tr("Not known")),
            ("yes", self.tr("Yes")),
            ("no", self.tr("No")),
        ):
            box.addItem(words, key)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the value."""
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the choice."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())


class _Tree(QTreeView):
    """Tab moves to the next widget, not to the next cell."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabKeyNavigation(False)


class BillTree(QWidget):
    """Edits a bill of materials.

    Signals:
        changed: the new materials, and a key by which steps of typing merge.
    """

    changed = Signal(object, str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._folder = Path.home()
        self.model = BillModel(self)
        self.tree = _Tree()
        set_up_view(self.tree, f"{name}Tree", self.tr("Bill of materials"))
        self.tree.setModel(self.model)
        self.tree.setItemDelegateForColumn(ORIGINATING, _YesNoDelegate(self.tree))
        self.tree.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.tree.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(50)
        for column, width in _WIDTHS.items():
            self.tree.setColumnWidth(column, width)
        self._add = button(self.tr("Add"), f"{name}Add", "plus")
        self._add.setToolTip(self.tr("Add a material after the selected one"))
        self._inside = button(self.tr("Add inside"), f"{name}AddInside", "list-tree")
        self._inside.setToolTip(self.tr("Add what the selected material was made from"))
        self._paste = button(self.tr("Paste"), f"{name}Paste", "table")
        self._paste.setToolTip(self.tr("Add rows copied in a spreadsheet (Ctrl+V in the table)"))
        self._import = button(self.tr("Import…"), f"{name}Import", "upload")
        self._import.setToolTip(self.tr("Fill the bill from an xlsx or csv file"))
        self._remove = icon_button("trash-2", self.tr("Remove the material"), f"{name}Remove")
        self._sum = small_label("", f"{name}Sum")
        self.problem = ProblemLabel(f"{name}Problem")
        self._details = self._build_details(name)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self._add, self._inside, self._paste, self._import):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._remove)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(8)
        column_box.addLayout(row)
        for item in (self.tree, self.problem, self._sum, self._details):
            column_box.addWidget(item)
        self._add_actions()
        self._connect()
        self._fit()

    def _build_details(self, name: str) -> QWidget:
        """What else can be said of the selected material."""
        box = QWidget()
        box.setObjectName(f"{name}Details")
        uses = [(str(use), self.tr(words)) for use, words in _USES]
        self._use = ChoiceBox(self.tr("What the material is to the good"), uses, f"{name}Use")
        own = [(key, self.tr(words)) for key, words in _OWN]
        self._own = ChoiceBox(self.tr("Made by the good's producer"), own, f"{name}Own")
        self._designated = QCheckBox(self.tr("Designated intermediate"))
        self._designated.setObjectName(f"{name}Designated")
        self._designated.setToolTip(
            self.tr("A material the producer made and designates counts whole where it originates")
        )
        self._recovered = QCheckBox(self.tr("Recovered"))
        self._recovered.setObjectName(f"{name}Recovered")
        self._recovered.setToolTip(self.tr("Recovered from used goods, for remanufacturing"))
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        own_label = small_label(self.tr("Own production"), f"{name}OwnLabel")
        own_label.setWordWrap(False)
        for widget in (self._use, own_label, self._own, self._designated, self._recovered):
            row.addWidget(widget)
        row.addStretch(1)
        return box

    def _add_actions(self) -> None:
        for words, keys, run in (
            (self.tr("Paste rows"), QKeySequence.StandardKey.Paste, self.paste),
            (self.tr("Copy the bill"), QKeySequence.StandardKey.Copy, self.copy),
            (self.tr("Remove"), QKeySequence.StandardKey.Delete, self.remove),
        ):
            action = QAction(words, self.tree)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(run)
            self.tree.addAction(action)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _connect(self) -> None:
        self.model.edited.connect(self._on_edited)
        self.model.refused.connect(self.problem.say)
        self._add.clicked.connect(self.add)
        self._inside.clicked.connect(self.add_inside)
        self._remove.clicked.connect(self.remove)
        self._paste.clicked.connect(self.paste)
        self._import.clicked.connect(self.import_file)
        self.tree.selectionModel().currentChanged.connect(self._show_details)
        self.tree.expanded.connect(self._fit)
        self.tree.collapsed.connect(self._fit)
        self._use.chosen.connect(self._on_use)
        self._own.chosen.connect(self._on_own)
        self._designated.clicked.connect(self._on_designated)
        self._recovered.clicked.connect(self._on_recovered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names take the room that is left."""
        super().resizeEvent(event)
        room = self.tree.viewport().width() - sum(_WIDTHS.values())
        self.tree.setColumnWidth(NAME, max(room, _NAME_LEAST))

    # What the page says

    def show_materials(self, materials: tuple[Material, ...], whole: float | None) -> None:
        """Show a bill, keeping the current cell and what is open; `whole` is the good's value."""
        kept, column = self.current_place(), max(self.tree.currentIndex().column(), 0)
        closed = {
            place
            for place, material in self._good().walk()
            if material.materials and not self.tree.isExpanded(self.model.index_of(place))
        }
        if self.model.set_materials(materials):
            for place, material in self._good().walk():
                if material.materials and place not in closed:
                    self.tree.expand(self.model.index_of(place))
            self._select(kept, column)
            self._fit()
        total = sum(m.counted_value or 0.0 for m in materials)
        unknown = sum(m.counted_value is None for m in materials)
        words = [fmt.plural(len(materials), "material")]
        if materials:
            words.append(self.tr("worth {total}").format(total=fmt.plain(total)))
        if whole:
            words.append(self.tr("of {whole}").format(whole=fmt.plain(whole)))
        if unknown:
            words.append(self.tr("without {count} of unknown value").format(count=unknown))
        self._sum.setText(" ".join(words))
        self._show_details()

    def show_counted(self, counted: Mapping[Place, tuple[str, str]]) -> None:
        """Show what each material counts as, and why."""
        self.model.set_counted(counted)

    def current_place(self) -> Place:
        """The place of the current row; () for none."""
        return self.model.place_of(self.tree.currentIndex())

    # What the user does

    def add(self) -> None:
        """Add a material after the current one, and type its name."""
        place = self.current_place() or (len(self.model.materials()) - 1,)
        where = (*place[:-1], place[-1] + 1)
        self._insert(where, (Material(self.tr("New material")),))
        self._edit(where)

    def add_inside(self) -> None:
        """Add a material that the current one was made from, and type its name."""
        place = self.current_place()
        if not place:
            self.add()
            return
        where = (*place, len(self._good().material_at(place).materials))
        self._insert(where, (Material(self.tr("New material")),))
        self.tree.expand(self.model.index_of(place))
        self._edit(where)

    def remove(self) -> None:
        """Take the current material out, with all that it was made from."""
        place = self.current_place()
        if place:
            self._tell(self._good().with_material(place))
            left = self.model.index_of(place)
            before = (*place[:-1], place[-1] - 1)
            self._select(place if left.isValid() else before, NAME)

    def paste(self) -> None:
        """Add the rows on the clipboard after the current material."""
        from workbench.analysis.bill_table import read_bill_text

        try:
            rows = read_bill_text(QApplication.clipboard().text())
        except WorkbenchError as error:
            self.problem.say(self.tr("Nothing pasted: {why}.").format(why=_first(error)))
            return
        self._take(rows)

    def import_file(self) -> None:
        """Add the rows of a file that the user picks."""
        path = messages.open_file(self, self.tr("Import a bill"), self._folder, _FILES)
        if path is not None:
            self._folder = path.parent
            self.read_file(path)

    def read_file(self, path: Path) -> None:
        """Add the rows of a file."""
        from workbench.analysis.bill_table import read_bill_file

        try:
            rows = read_bill_file(path)
        except WorkbenchError as error:
            self.problem.say(self.tr("Nothing imported: {why}.").format(why=_first(error)))
            return
        self._take(rows)

    def copy(self) -> None:
        """Put the whole bill on the clipboard, for a spreadsheet."""
        from workbench.analysis.bill_table import bill_text

        QApplication.clipboard().setText(bill_text(self.model.materials()))

    def _take(self, rows: tuple[Material, ...]) -> None:
        self.problem.say("")
        place = self.current_place() or (len(self.model.materials()) - 1,)
        self._insert((*place[:-1], place[-1] + 1), rows)

    # Changes

    def _good(self) -> Good:
        return Good("", materials=self.model.materials())

    def _insert(self, where: Place, new: tuple[Material, ...]) -> None:
        good = self._good()
        siblings = good.material_at(where[:-1]).materials if where[1:] else good.materials
        at = where[-1]
        changed = (*siblings[:at], *new, *siblings[at:])
        if where[1:]:
            above = replace(good.material_at(where[:-1]), materials=changed)
            self._tell(good.with_material(where[:-1], above))
        else:
            self._tell(replace(good, materials=changed))

    def _on_edited(self, place: Place, material: Material) -> None:
        self._tell(self._good().with_material(place, material))

    def _tell(self, good: Good) -> None:
        self.changed.emit(good.materials, "")

    def _select(self, place: Place, column: int) -> None:
        index = self.model.index_of(place, column)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def _edit(self, place: Place) -> None:
        self._select(place, NAME)
        self.tree.setFocus()
        self.tree.edit(self.model.index_of(place))

    def _show_details(self) -> None:
        place = self.current_place()
        self._details.setVisible(bool(place))
        self._remove.setEnabled(bool(place))
        self._inside.setEnabled(bool(place))
        if place:
            material = self._good().material_at(place)
            self._use.show_key(str(material.use))
            own = {True: "yes", False: "no", None: ""}[material.self_produced]
            self._own.show_key(own)
            self._designated.setChecked(material.designated)
            self._recovered.setChecked(material.recovered)

    def _change(self, **change: Any) -> None:
        place = self.current_place()
        if place:
            material = self._good().material_at(place)
            self._on_edited(place, replace(material, **change))

    def _on_use(self, key: str) -> None:
        self._change(use=MaterialUse(key))

    def _on_own(self, key: str) -> None:
        self._change(self_produced={"yes": True, "no": False}.get(key))

    def _on_designated(self, on: bool) -> None:
        self._change(designated=on)

    def _on_recovered(self, on: bool) -> None:
        self._change(recovered=on)

    def _fit(self) -> None:
        """Room for the rows that are open, within bounds."""
        rows = sum(1 for _ in self._open_rows())
        row = max(self.tree.sizeHintForRow(0), 29)
        height = min(max(rows, _LEAST_ROWS), _MOST_ROWS) * row
        height += self.tree.header().sizeHint().height() + 6
        if self.tree.height() != height or self.tree.minimumHeight() != height:
            self.tree.setFixedHeight(height)

    def _open_rows(self) -> list[Place]:
        found = []
        for place, _ in self._good().walk():
            above = [place[:n] for n in range(1, len(place))]
            if all(self.tree.isExpanded(self.model.index_of(p)) for p in above):
                found.append(place)
        return found


def _first(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
