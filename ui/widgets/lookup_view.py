"""Lists of codes, lists of products and rules of origin of others: kept to be looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import format as fmt
from ui import theme
from ui.models.frame_model import Column
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tradedata.lookups import Lookup

_CODE = 10
_LEAST_DIGITS = 2


class LookUpView(QWidget):
    """Choose a list, search in it, and read the selected entry in full.

    Signals:
        wanted: the `Lookup` to read.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lookUpView")
        self._offered: dict[str, Lookup] = {}
        self._shown: Lookup | None = None
        self._frame: pd.DataFrame | None = None
        self.choice = ChoiceBox(self.tr("What is looked up"), (), "lookUpList")
        self.search = SearchField(self.tr("Find words or a product code"), "lookUpSearch")
        self.table = DataTable((), self.tr("Entries"), "lookUpTable")
        self.table.setProperty("flat", True)
        self._detail = QLabel()
        self._detail.setObjectName("lookUpDetail")
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setWordWrap(True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._detail.setMinimumHeight(48)
        theme.set_role(self._detail, "small")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choice, 1)
        row.addWidget(self.search, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(row)
        whole.addWidget(self.table, 1)
        whole.addWidget(self._detail)
        self.choice.chosen.connect(self.ask)
        self.search.searched.connect(self._search)
        self.table.row_selected.connect(self._on_row)
        self.offer(())

    def offer(self, found: tuple[Lookup, ...]) -> None:
        """What can be looked up; what is shown is read anew by the next `ask`."""
        self._offered = {f"{each.kind}:{each.name}": each for each in found}
        self._shown = None
        self.choice.set_choices([(key, each.title) for key, each in self._offered.items()])
        self.choice.setEnabled(bool(found))
        self.search.setEnabled(bool(found))
        if found and not self.choice.key():
            self.choice.show_key(next(iter(self._offered)))
        if not found:
            self._frame = None
            self.table.set_frame({})
            self.table.set_empty_text(
                self.tr(
                    "The database holds no list and no rule to look up; import lists of codes or "
                    "products, or rules of origin"
                )
            )
            self._on_row(-1)

    def ask(self) -> None:
        """Have the chosen list read, unless it is shown."""
        chosen = self._offered.get(self.choice.key())
        if chosen is not None and chosen != self._shown:
            self.table.set_empty_text(self.tr("Reading …"))
            self.wanted.emit(chosen)

    def show_found(self, what: Lookup, frame: pd.DataFrame) -> None:
        """Show the entries of a list, in the order of its source."""
        if what != self._offered.get(self.choice.key()):
            return
        self._shown, self._frame = what, frame
        self.table.set_empty_text(self.tr("No entry holds these words"))
        # No filter of the list before may see rows of this one.
        self.table.frame_model.set_row_filter(None)
        self.table.set_columns(_columns(frame), frame)
        self._search()
        self._on_row(-1)

    def _search(self) -> None:
        """Words are found as they stand, a code in the ranges of rules."""
        frame, text = self._frame, self.search.text().strip()
        if frame is None:
            return
        digits = text.replace(".", "").replace(" ", "")
        by_code = digits.isascii() and digits.isdigit() and _LEAST_DIGITS <= len(digits) <= _CODE
        if not (by_code and "first_code" in frame.columns):
            self.table.frame_model.set_row_filter(None)
            self.table.search(text)
            return
        low, high = digits.ljust(_CODE, "0"), digits.ljust(_CODE, "9")
        first, last = frame["first_code"].tolist(), frame["last_code"].tolist()
        self.table.search("")
        self.table.frame_model.set_row_filter(lambda row: first[row] <= high and low <= last[row])

    def _on_row(self, row: int) -> None:
        frame = self._frame
        if frame is None or not 0 <= row < len(frame):
            self._detail.setText(
                self.tr("Select an entry to read it in full, with its source.")
                if frame is not None
                else ""
            )
            return
        entry = {str(name): str(value) for name, value in frame.iloc[row].items() if value}
        self._detail.setText("\n".join(_told(entry)))


def _columns(frame: pd.DataFrame) -> list[Column]:
    """What of a frame is shown in the table; the rest is told of the selected entry."""
    words = {
        "agreement": Column("agreement", "Agreement", width=104),
        "goods": Column("goods", "Goods", width=170),
        "classes": Column("classes", "Class", width=90),
        "joined": Column("joined", "Joined", width=64, tip="How it follows the rule before"),
        "class": Column("class", "Part", width=220),
        "prefix": Column("prefix", "Codes that begin with", text=fmt.code, width=170),
        "code": Column("code", "Code", width=150),
        "related": Column("related", "Related code", width=120),
        "edition": Column("edition", "Edition", width=84),
        "words": Column("words", "In words"),
        "text": Column("text", "Rule"),
    }
    return [column for name, column in words.items() if name in frame.columns]


def _told(entry: dict[str, str]) -> list[str]:
    """An entry in full, a line for each thing to be known."""
    named = entry.get("title") or entry.get("agreement", "")
    economies = entry.get("economies", "")
    lines = [
        f"{named} ({economies})" if named and economies else named,
        entry.get("text", "") or " · ".join(entry[k] for k in ("code", "words") if k in entry),
        entry.get("note", ""),
        entry.get("source", ""),
    ]
    return [line for line in lines if line]
