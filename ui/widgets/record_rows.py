"""Short lists of records, one row each: bodies, clocks, triggers, brackets, steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.code_list_edit import CodeListEdit
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.economy_list_edit import EconomyListEdit
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.line_field import LineField


@dataclass(frozen=True, slots=True)
class RowField:
    """One field of a record.

    Attributes:
        attribute: of the record.
        title: heading of the column.
        make: builds the widget, given what it says and its object name.
        stretch: how much of the room left over it takes.
        needed: whether it must not be empty.
    """

    attribute: str
    title: str
    make: Callable[[str, str], QWidget]
    stretch: int = 0
    needed: bool = False


class RecordRows(QWidget):
    """Edits a tuple of frozen records; one that lacks something needed is not told.

    Signals:
        records_changed: the new tuple, and a merge key (empty for a step of its own).
    """

    records_changed = Signal(object, str)

    def __init__(
        self,
        fields: Sequence[RowField],
        new: Callable[[], Any],
        name: str,
        add: str,
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty list.

        Args:
            fields: columns, left to right.
            new: a record to start from.
            name: object name.
            add: words of the button that adds a record.
            parent: widget it is part of.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.fields, self._new = tuple(fields), new
        self._records: tuple[Any, ...] = ()
        self._rows: list[_Row] = []
        self._problem = ProblemLabel(f"{name}Problem")
        self.add = button(add, f"{name}Add", "plus")
        self.add.clicked.connect(self._add)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._heads: list[QLabel] = []
        for column, field in enumerate(self.fields):
            self._grid.setColumnStretch(column, field.stretch)
            label = QLabel(field.title)
            theme.set_role(label, "small")
            self._heads.append(label)
            self._grid.addWidget(label, 0, column)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(8)
        column_box.addLayout(self._grid)
        column_box.addWidget(self._problem)
        column_box.addLayout(foot)
        self._show_heads()

    def show_records(self, records: Sequence[Any]) -> None:
        """Show records; fields in which one is typing stay as they are."""
        self._records = tuple(records)
        while len(self._rows) > len(self._records):
            self._rows.pop().remove(self._grid)
        while len(self._rows) < len(self._records):
            self._rows.append(_Row(self, len(self._rows), self._grid))
        for row, record in zip(self._rows, self._records, strict=True):
            row.show(record)
        self._problem.say("")
        self._show_heads()

    def change(self, place: int, record: Any, field: RowField) -> None:
        """A field of a record has another value."""
        if field.needed and not getattr(record, field.attribute):
            self._problem.say(
                self.tr("Not applied yet: '{field}' must not be empty.").format(field=field.title)
            )
            return
        self._problem.say("")
        records = (*self._records[:place], record, *self._records[place + 1 :])
        if records != self._records:
            self._records = records
            key = f"{self.objectName()}.{place}.{field.attribute}"
            self.records_changed.emit(records, key)

    def take_out(self, place: int) -> None:
        """Take a record out."""
        self._tell((*self._records[:place], *self._records[place + 1 :]))

    def _add(self) -> None:
        self._tell((*self._records, self._new()))
        if self._rows:
            self._rows[-1].focus()

    def _tell(self, records: tuple[Any, ...]) -> None:
        self.show_records(records)
        self.records_changed.emit(records, "")

    def _show_heads(self) -> None:
        for label in self._heads:
            label.setVisible(bool(self._records))


class _Row(QObject):
    """The fields of one record, in a row of the grid."""

    def __init__(self, rows: RecordRows, place: int, grid: QGridLayout) -> None:
        super().__init__(rows)
        self._rows, self._place = rows, place
        self._record: Any = None
        self._widgets: list[QWidget] = []
        name = f"{rows.objectName()}_{place}"
        for column, field in enumerate(rows.fields):
            widget = field.make(f"{field.title} ({place + 1})", f"{name}_{field.attribute}")
            self._connect(widget)
            self._widgets.append(widget)
            grid.addWidget(widget, place + 1, column, Qt.AlignmentFlag.AlignTop)
        self.out = icon_button("trash-2", rows.tr("Remove this row"), f"{name}_remove")
        self.out.clicked.connect(self._on_remove)
        grid.addWidget(self.out, place + 1, len(rows.fields), Qt.AlignmentFlag.AlignTop)

    def focus(self) -> None:
        """Put the cursor into the first field."""
        self._widgets[0].setFocus()

    def remove(self, grid: QGridLayout) -> None:
        """Take the fields away."""
        for widget in (*self._widgets, self.out):
            grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.deleteLater()

    def show(self, record: Any) -> None:
        """Show a record."""
        self._record = record
        for field, widget in zip(self._rows.fields, self._widgets, strict=True):
            _show(widget, getattr(record, field.attribute))

    def _connect(self, widget: QWidget) -> None:
        if isinstance(widget, LineField):
            widget.edited.connect(self._on_field)
        elif isinstance(widget, ChoiceBox):
            widget.chosen.connect(self._on_field)
        elif isinstance(widget, DecimalSpin):
            widget.number_changed.connect(self._on_field)
        elif isinstance(widget, EconomyListEdit):
            widget.economies_changed.connect(self._on_field)
        elif isinstance(widget, CodeListEdit):
            widget.ranges_changed.connect(self._on_field)

    def _on_field(self) -> None:
        sender = self.sender()
        for field, widget in zip(self._rows.fields, self._widgets, strict=True):
            if widget is sender:
                value = _read(widget, getattr(self._record, field.attribute))
                self._record = replace(self._record, **{field.attribute: value})
                self._rows.change(self._place, self._record, field)

    def _on_remove(self) -> None:
        self._rows.take_out(self._place)


def _show(widget: QWidget, value: Any) -> None:
    if isinstance(widget, LineField):
        widget.show_text(str(value))
    elif isinstance(widget, ChoiceBox):
        if widget.findData(str(value)) < 0:
            widget.addItem(str(value), str(value))
        widget.show_key(str(value))
    elif isinstance(widget, DecimalSpin):
        widget.show_number(value)
    elif isinstance(widget, EconomyListEdit):
        widget.show_economies(value)
    elif isinstance(widget, CodeListEdit) and widget.ranges() != value:
        widget.set_ranges(value)


def _read(widget: QWidget, before: Any) -> Any:
    if isinstance(widget, LineField):
        return widget.text().strip()
    if isinstance(widget, ChoiceBox):
        return type(before)(widget.key())
    if isinstance(widget, DecimalSpin):
        number = widget.number()
        whole = widget.decimals() == 0
        return round(number) if whole and number is not None else number
    if isinstance(widget, EconomyListEdit):
        return widget.economies()
    assert isinstance(widget, CodeListEdit)
    return widget.ranges()


def line(hint: str = "") -> Callable[[str, str], QWidget]:
    """A line of words."""
    return lambda says, name: LineField(says, name, hint)


def choice(choices: Sequence[tuple[str, str]]) -> Callable[[str, str], QWidget]:
    """One of a few choices, as (key, words)."""
    return lambda says, name: ChoiceBox(says, choices, name)


def whole_number(low: float, high: float, nothing: str = "") -> Callable[[str, str], QWidget]:
    """A whole number; `nothing` are words for an open field."""

    def make(says: str, name: str) -> QWidget:
        spin = DecimalSpin(says, name, low, high, nothing=nothing)
        spin.setDecimals(0)
        spin.setMinimumWidth(92)
        return spin

    return make


def share(nothing: str = "") -> Callable[[str, str], QWidget]:
    """A fraction shown as per cent."""

    def make(says: str, name: str) -> QWidget:
        spin = DecimalSpin(says, name, 0.0, 1.0, 0.05, " %", 100.0, nothing)
        spin.setMinimumWidth(92)
        return spin

    return make


def number(low: float, high: float) -> Callable[[str, str], QWidget]:
    """A number in the figure's own unit."""

    def make(says: str, name: str) -> QWidget:
        spin = DecimalSpin(says, name, low, high, 0.05)
        spin.setMinimumWidth(110)
        return spin

    return make


def economies(hint: str = "") -> Callable[[str, str], QWidget]:
    """Economies by code or name."""
    return lambda says, name: EconomyListEdit(says, name, hint)


def codes() -> Callable[[str, str], QWidget]:
    """HS codes and ranges."""
    return lambda says, name: CodeListEdit(says, name)
