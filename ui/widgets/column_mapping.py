"""Which columns of a table of the user's own hold what."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ui import data_words
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.form_grid import FormGrid, small_label

_EDITIONS = tuple((f"HS{year}", f"HS{year}") for year in (2022, 2017, 2012, 2007, 2002, 1996, 1992))
_UNITS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "rate": ("rate_unit", (("per cent", "per cent"), ("fraction", "fraction"))),
    "value": (
        "value_unit",
        (("usd", "USD"), ("thousand usd", "thousand USD"), ("million usd", "million USD")),
    ),
    "quantity": ("quantity_unit", (("kg", "kg"), ("t", "tonnes"))),
}
_WITH_MONEY = ("trade", "utilisation")


class _ColumnField(QComboBox):
    """A column of the file, or words."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling past the field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ColumnMapping(QWidget):
    """A list for each of our columns; "= text" stands for one text in every row.

    Signals:
        changed: another column was chosen, or the table.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnMapping")
        self._columns: tuple[str, ...] = ()
        self.table = ChoiceBox(
            self.tr("What the rows are"),
            [(name, words) for name, (words, _, _) in data_words.OWN_TABLES.items()],
            "mappingTable",
        )
        self.table.show_key("tariffs")
        self.fields: dict[str, QComboBox] = {}
        self.settings: dict[str, ChoiceBox] = {}
        self._inside = QWidget()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(4)
        head = FormGrid(1)
        head.add(self.tr("What the rows are"), self.table)
        self._whole.addLayout(head)
        self._whole.addWidget(self._inside)
        self._whole.addWidget(
            small_label(
                self.tr("Choose the column of the file, or write “= VNM” for one text in all rows"),
                "mappingHelp",
            )
        )
        self.table.chosen.connect(self._on_table)
        self._lay_out()

    def show_columns(self, columns: Sequence[str]) -> None:
        """Offer the columns of a file, with a first guess at which holds what."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._lay_out()

    def mapping(self) -> dict[str, str]:
        """Our columns and settings with what stands for them."""
        said = {name: field.currentText().strip() for name, field in self.fields.items()}
        found = {"table": self.table.key()}
        found.update({name: text for name, text in said.items() if text})
        found.update({name: choice.key() for name, choice in self.settings.items()})
        return found

    def _on_table(self) -> None:
        self._lay_out()
        self.changed.emit()

    def _lay_out(self) -> None:
        """Fields for the table that is chosen."""
        kind = self.table.key()
        _, must, may = data_words.OWN_TABLES[kind]
        self.fields, self.settings = {}, {}
        inside = QWidget()
        grid = FormGrid(3)
        grid.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(grid)
        guessed = _guessed((*must, *may), self._columns)
        for name in (*must, *may):
            words = data_words.column(name) + ("" if name in must else self.tr(", if there is one"))
            grid.add(words, self._field(name, words, guessed.get(name, "")))
            unit = _UNITS.get(name)
            if unit is not None and (name != "value" or kind in _WITH_MONEY):
                setting, choices = unit
                said = self.tr("Unit of {column}").format(column=data_words.column(name).lower())
                self._setting(grid, setting, said, choices)
        if kind == "concordance":
            self._setting(grid, "from_edition", self.tr("From HS edition"), _EDITIONS)
            self._setting(grid, "to_edition", self.tr("To HS edition"), _EDITIONS)
        self._whole.replaceWidget(self._inside, inside)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = inside

    def _field(self, name: str, words: str, guess: str) -> QComboBox:
        field = _ColumnField()
        field.setObjectName(f"mapping-{name}")
        field.setAccessibleName(words)
        field.setEditable(True)
        line = field.lineEdit()
        if line is not None:
            line.setAccessibleName(words)
        field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.addItems(["", *self._columns])
        field.setMinimumContentsLength(12)
        field.setCurrentText(guess)
        field.currentTextChanged.connect(self.changed)
        self.fields[name] = field
        return field

    def _setting(
        self, grid: FormGrid, name: str, words: str, choices: Sequence[tuple[str, str]]
    ) -> None:
        choice = ChoiceBox(words, choices, f"mapping-{name}")
        choice.show_key(choices[0][0])
        choice.chosen.connect(self.changed)
        self.settings[name] = choice
        grid.add(words, choice)


def _guessed(names: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Our columns with that of the file whose name is theirs, or else hints at it; each once."""
    found: dict[str, str] = {}
    for by_hint in (False, True):
        for name in names:
            own = {name, data_words.column(name).lower()}
            hints = set(data_words.HINTS.get(name, ()))
            for column in columns:
                said = column.lower()
                alike = (
                    bool(hints & set(re.findall(r"[a-z]+\d*", said))) if by_hint else said in own
                )
                if alike and name not in found and column not in found.values():
                    found[name] = column
    return found
