"""The nomenclature as a tree, with trade, duties and what is covered beside each code.

Rows are numbers: first the codes of the view, then the national lines of the importer shown. What
a filter hides is left out of the lists of children, so no proxy model is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from ui import format as fmt
from ui import theme
from ui.models.frame_model import SORT_ROLE, TONE_ROLE, Index, export_text
from ui.theme import Tone
from workbench.model.coverage import ProductCoverage

if TYPE_CHECKING:
    from workbench.analysis.explain import Explanation, Term
    from workbench.analysis.nomenclature_view import CoveredParts, ImporterRates, NomenclatureView

STAGE_TITLES = {
    "upstream": "Upstream",
    "core": "Core",
    "downstream": "Downstream",
    "several": "Several",
}
STAND_IN_MARK = "*"
_MOST_OPENED = 120
_NO_PARENT = QModelIndex()
_CHECKS = (
    Qt.CheckState.Unchecked,
    Qt.CheckState.PartiallyChecked,
    Qt.CheckState.Checked,
)


class Col(IntEnum):
    """Columns, left to right."""

    CODE = 0
    IMPORTS = 1
    WORLD = 2
    RATE = 3
    STAGE = 4


_NUMBERS = (Col.IMPORTS, Col.WORLD, Col.RATE)


class CoverageModel(QAbstractItemModel):
    """Shows a `NomenclatureView`; ticking a code asks for an edit and changes nothing itself.

    Signals:
        ticked: digits of a code and whether it is to be covered.
    """

    ticked = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: NomenclatureView | None = None
        self._coverage = ProductCoverage()
        self._covered: CoveredParts | None = None
        self._rates: ImporterRates | None = None
        self._economies: tuple[str, ...] = ()
        self._parents: list[int] = []
        self._imports: list[float] = []
        self._world: list[float] = []
        self._text = ""
        self._only_covered = self._only_traded = False
        self._hits: list[bool] = []
        self._top: list[int] = []
        self._children: list[list[int]] = []
        self._place: list[int] = []
        self._line_first: list[int] = []
        self._line_count: list[int] = []
        self._line_rows: list[int] = []
        self._means: list[float] = []
        self._line_rates: list[float] = []

    # What it holds

    @property
    def view(self) -> NomenclatureView | None:
        """What it shows."""
        return self._view

    @property
    def covered(self) -> CoveredParts | None:
        """How much of each code is covered."""
        return self._covered

    def set_view(self, view: NomenclatureView | None) -> None:
        """Show another nomenclature; the importer's duties go with the old one."""
        self.beginResetModel()
        self._view = view
        self._parents = [] if view is None else view.parents.tolist()
        self._drop_rates()
        self._measure()
        self._cover()
        self._arrange()
        self.endResetModel()

    def set_economies(self, economies: tuple[str, ...]) -> None:
        """Show the imports of other partners."""
        if economies != self._economies:
            self._economies = economies
            self._measure()
            self._redraw()

    def set_coverage(self, coverage: ProductCoverage) -> None:
        """Show what another coverage holds."""
        if coverage == self._coverage:
            return
        self._coverage = coverage
        self._cover()
        if self._only_covered:
            self._rearrange()
        self._redraw()

    def set_rates(self, rates: ImporterRates | None) -> None:
        """Show the duties and national lines of an importer."""
        self.layoutAboutToBeChanged.emit()
        kept = self._persistent()
        self._drop_rates()
        if rates is not None and self._view is not None:
            self._rates = rates
            self._means = rates.mean.tolist()
            self._line_rates = rates.line_rates.tolist()
            self._line_rows = rates.line_rows.tolist()
            for line, row in enumerate(self._line_rows):
                if not self._line_count[row]:
                    self._line_first[row] = line
                self._line_count[row] += 1
        count = len(self._parents)
        self._move(kept, lambda node: node if node < count else -1)
        self.layoutChanged.emit()

    def set_filter(self, text: str, *, only_covered: bool, only_traded: bool) -> None:
        """Show codes that hold every word, with what lies in them and above them."""
        wanted = (text, only_covered, only_traded)
        if wanted != (self._text, self._only_covered, self._only_traded):
            self._text, self._only_covered, self._only_traded = wanted
            self._rearrange()

    @property
    def shown_codes(self) -> int:
        """Codes that the filter leaves, national lines not counted."""
        return len(self._top) + sum(len(children) for children in self._children)

    def found(self) -> list[int]:
        """Rows that a search found themselves, top to bottom; empty without a search."""
        return [row for row, hit in enumerate(self._hits) if hit] if self._text.strip() else []

    def rows_to_open(self) -> list[QModelIndex]:
        """What to expand so that everything found is in view; nothing where that is too much."""
        above: dict[int, None] = {}
        for row in self.found():
            chain = []
            parent = self._parents[row]
            while parent >= 0 and parent not in above:
                chain.append(parent)
                parent = self._parents[parent]
            above.update(dict.fromkeys(reversed(chain)))
            if len(above) > _MOST_OPENED:
                return []
        return [self.index_of(row) for row in above]

    def index_of(self, row: int) -> QModelIndex:
        """Where a row of the view is in the tree; invalid if the filter hides it."""
        place = self._place[row]
        return QModelIndex() if place < 0 else self.createIndex(place, Col.CODE, row)

    def row_of_code(self, digits: str) -> int:
        """The row of a code, else of the nearest level above it; -1 if there is none."""
        if self._view is not None:
            for width in (6, 4, 2):
                if digits[:width] in self._view.codes:
                    return self._view.codes.index(digits[:width])
        return -1

    def digits(self, index: Index) -> str:
        """The code or national line at a place of the tree."""
        node = int(index.internalId())
        count = len(self._parents)
        if node < count:
            assert self._view is not None
            return self._view.codes[node]
        assert self._rates is not None
        return self._rates.lines[node - count]

    def explained(self, index: Index, sources: tuple[Term, ...]) -> Explanation | None:
        """The figure at a place of the tree; the partners' imports where it holds none.

        Args:
            index: the place.
            sources: of the trade, with their vintage.
        """
        view, rates = self._view, self._rates
        if view is None:
            return None
        from workbench.analysis.nomenclature_explain import (
            explain_imports,
            explain_line,
            explain_rate,
        )

        node, column = int(index.internalId()), index.column()
        if node >= len(self._parents):
            assert rates is not None
            of_trade = column in (Col.IMPORTS, Col.WORLD)
            return explain_line(view, rates, node - len(self._parents), of_trade)
        if column == Col.RATE and rates is not None:
            return explain_rate(view, rates, node)
        whose = None if column == Col.WORLD else self._economies
        return explain_imports(view, node, whose, sources)

    # Working out

    def _drop_rates(self) -> None:
        self._rates = None
        self._line_rows, self._means, self._line_rates = [], [], []
        self._line_first = [0] * len(self._parents)
        self._line_count = [0] * len(self._parents)

    def _measure(self) -> None:
        if self._view is None:
            self._imports, self._world = [], []
            return
        self._imports = self._view.imports_of(self._economies).tolist()
        self._world = self._view.imports_of().tolist()

    def _cover(self) -> None:
        if self._view is None:
            self._covered = None
            return
        from workbench.analysis.nomenclature_view import covered_parts

        self._covered = covered_parts(self._coverage, self._view)

    def _arrange(self) -> None:
        """Work out which codes are in view and where."""
        view, parents = self._view, self._parents
        count = len(parents)
        self._top, self._children, self._place = [], [[] for _ in parents], [-1] * count
        if view is None or self._covered is None:
            self._hits = []
            return
        parts, traded = self._covered.parts, view.traded.tolist()
        keep = [
            (not self._only_covered or part > 0) and (not self._only_traded or known > 0)
            for part, known in zip(parts, traded, strict=True)
        ]
        hits = keep
        for needle in map(_needle, self._text.casefold().split()):
            hits = [hit and needle in text for hit, text in zip(hits, view.searchable, strict=True)]
        under = list(hits)
        for row, parent in enumerate(parents):
            under[row] = hits[row] or (parent >= 0 and under[parent])
        shown = [kept and below for kept, below in zip(keep, under, strict=True)]
        for row in range(count - 1, -1, -1):
            if shown[row] and parents[row] >= 0:
                shown[parents[row]] = True
        for row, parent in enumerate(parents):
            if shown[row]:
                siblings = self._top if parent < 0 else self._children[parent]
                self._place[row] = len(siblings)
                siblings.append(row)
        self._hits = hits

    def _rearrange(self) -> None:
        """The same codes under another filter: what is expanded or current stays so."""
        self.layoutAboutToBeChanged.emit()
        kept = self._persistent()
        self._arrange()
        self._move(kept, lambda node: node)
        self.layoutChanged.emit()

    def _persistent(self) -> list[tuple[QModelIndex, int, int]]:
        return [
            (index, int(index.internalId()), index.column()) for index in self.persistentIndexList()
        ]

    def _move(self, kept: list[tuple[QModelIndex, int, int]], follow: Any) -> None:
        before = [index for index, _, _ in kept]
        after = [self._index_of_node(follow(node), column) for _, node, column in kept]
        self.changePersistentIndexList(before, after)

    def _index_of_node(self, node: int, column: int) -> QModelIndex:
        count = len(self._parents)
        if node < 0:
            return QModelIndex()
        if node < count:
            place = self._place[node]
        else:
            row = self._line_rows[node - count]
            place = node - count - self._line_first[row] if self._place[row] >= 0 else -1
        return QModelIndex() if place < 0 else self.createIndex(place, column, node)

    def _redraw(self) -> None:
        if self._top:
            last = self.createIndex(len(self._top) - 1, Col.STAGE, self._top[-1])
            self.dataChanged.emit(self.createIndex(0, Col.CODE, self._top[0]), last)

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """The place of a child."""
        if row < 0 or not 0 <= column < len(Col) or row >= self.rowCount(parent):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, self._top[row])
        above = int(parent.internalId())
        if self._children[above]:
            return self.createIndex(row, column, self._children[above][row])
        return self.createIndex(row, column, len(self._parents) + self._line_first[above] + row)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """The place of the level above."""
        if not index.isValid():
            return QModelIndex()
        node = int(index.internalId())
        count = len(self._parents)
        above = self._parents[node] if node < count else self._line_rows[node - count]
        return self._index_of_node(above, Col.CODE)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Codes or lines one level down that the filter leaves."""
        if not parent.isValid():
            return len(self._top)
        node = int(parent.internalId())
        if parent.column() != Col.CODE or node >= len(self._parents):
            return 0
        return len(self._children[node]) or self._line_count[node]

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Columns."""
        return len(Col)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A code can be ticked; a line of an older edition only with its subheading."""
        flags = super().flags(index)
        if index.isValid() and index.column() == Col.CODE and self._may_tick(index):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def _may_tick(self, index: Index) -> bool:
        node = int(index.internalId())
        count = len(self._parents)
        if node < count:
            return True
        assert self._view is not None
        return self.digits(index).startswith(self._view.codes[self._line_rows[node - count]])

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a code to be covered or not."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.ticked.emit(self.digits(index), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def shown(self, index: Index) -> tuple[str, bool]:
        """Words of a cell, and whether they are a number."""
        column = index.column()
        return self._words(int(index.internalId()), column), column in _NUMBERS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        node, column = int(index.internalId()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(node, column)
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._check(node) if column == Col.CODE else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(node, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self._words(node, column)
            return words if column == Col.CODE else f"{self._title(column)}: {words}"
        if role == Qt.ItemDataRole.FontRole and column == Col.CODE:
            found = node < len(self._hits) and self._hits[node] and self._text.strip()
            return theme.font(weight=QFont.Weight.DemiBold) if found else None
        if role == TONE_ROLE and column == Col.STAGE:
            return Tone.NEUTRAL if self._stage(node) == "several" else Tone.INFO
        if role == SORT_ROLE and column == Col.STAGE:
            return self._stage(node)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Titles and what they mean."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Col):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._heading_tip(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section in (Col.IMPORTS, Col.WORLD, Col.RATE)
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    # Words

    def _title(self, column: int) -> str:
        return {
            Col.CODE: self.tr("Product"),
            Col.IMPORTS: self.tr("Partners’ imports"),
            Col.WORLD: self.tr("World trade"),
            Col.RATE: self.tr("MFN rate"),
            Col.STAGE: self.tr("Stage"),
        }[Col(column)]

    def _heading_tip(self, column: int) -> str:
        years = "" if self._view is None else ", ".join(str(year) for year in self._view.years)
        return {
            Col.CODE: self.tr("Ticked codes are covered; Space ticks the current one."),
            Col.IMPORTS: self.tr(
                "Imports of all partners from everyone, USD, mean of {years}. ≥: trade of some "
                "subheadings is not in the database."
            ).format(years=years),
            Col.WORLD: self.tr(
                "Imports of all economies, USD, mean of {years}; trade inside a customs territory "
                "is left out."
            ).format(years=years),
            Col.RATE: self.tr(
                "MFN rate of the importer chosen: simple mean, with the lowest and highest "
                "national line. {mark}: the base rate of an agreement’s schedule stands in."
            ).format(mark=STAND_IN_MARK),
            Col.STAGE: self.tr("Stage of what is covered"),
        }[Col(column)]

    def _words(self, node: int, column: int) -> str:
        count = len(self._parents)
        if node >= count:
            return self._line_words(node - count, column)
        view = self._view
        assert view is not None
        if column == Col.CODE:
            return f"{fmt.code(view.codes[node])}  {view.descriptions[node]}"
        if column == Col.STAGE:
            return STAGE_TITLES.get(self._stage(node), "")
        if column == Col.RATE:
            return self._rate_words(node)
        value = (self._imports if column == Col.IMPORTS else self._world)[node]
        partly = not fmt.is_missing(value) and view.traded[node] < view.subheadings[node]
        return f"≥ {fmt.money(value)}" if partly else fmt.money(value)

    def _rate_words(self, row: int) -> str:
        rates = self._rates
        if rates is None or fmt.is_missing(self._means[row]):
            return fmt.MISSING
        mark = STAND_IN_MARK if rates.stand_in[row] else ""
        low, high = float(rates.low[row]), float(rates.high[row])
        words = f"{fmt.percent(self._means[row])}{mark}"
        if low == high:
            return words
        return f"{words} ({fmt.percent(low).removesuffix(' %')}–{fmt.percent(high)})"

    def _line_words(self, line: int, column: int) -> str:
        assert self._rates is not None
        if column == Col.CODE:
            return fmt.code(self._rates.lines[line])
        if column == Col.RATE:
            mark = STAND_IN_MARK if self._rates.stand_in[self._line_rows[line]] else ""
            rate = self._line_rates[line]
            return fmt.MISSING if fmt.is_missing(rate) else f"{fmt.percent(rate)}{mark}"
        if column == Col.STAGE:
            return STAGE_TITLES.get(self._stage(len(self._parents) + line), "")
        return fmt.MISSING

    def _tip(self, node: int, column: int) -> str:
        count = len(self._parents)
        if node >= count:
            assert self._rates is not None
            line = node - count
            if column == Col.RATE:
                return (
                    f"{self._rates.line_texts[line]}\n{self._rates.source[self._line_rows[line]]}"
                )
            if column in (Col.IMPORTS, Col.WORLD):
                return self.tr("Trade of single national lines is not in the database.")
            return self._line_words(line, column)
        view = self._view
        assert view is not None
        if column in (Col.IMPORTS, Col.WORLD):
            known, every = int(view.traded[node]), int(view.subheadings[node])
            value = (self._imports if column == Col.IMPORTS else self._world)[node]
            of = self.tr("trade of {known} of {every} subheadings is in the database").format(
                known=fmt.count(known), every=fmt.count(every)
            )
            if not known:
                return of.capitalize()
            world = self.tr("world trade {value}").format(value=fmt.money_full(self._world[node]))
            return "; ".join((fmt.money_full(value), of, world))
        if column == Col.RATE:
            return self._rate_tip(node)
        return self._words(node, column)

    def _rate_tip(self, row: int) -> str:
        rates, view = self._rates, self._view
        if rates is None or view is None:
            return self.tr("No rate of this importer is in the database.")
        lines = int(rates.not_ad_valorem[row])
        left_out = self.tr("{lines} left out with the subheading: no share of value is known")
        left_out = left_out.format(lines=fmt.plural(lines, "national line"))
        if not rates.rated[row]:
            return left_out if lines else self.tr("No rate of this importer is in the database.")
        parts = [fmt.percent_full(self._means[row])]
        if len(view.codes[row]) < 6:
            parts.append(
                self.tr("mean of {rated} of {every} subheadings").format(
                    rated=fmt.count(int(rates.rated[row])),
                    every=fmt.count(int(view.subheadings[row])),
                )
            )
        if lines:
            parts.append(left_out)
        if rates.stand_in[row]:
            parts.append(self.tr("the base rate of an agreement’s schedule stands in"))
        if rates.source[row]:
            parts.append(rates.source[row])
        return "; ".join(parts)

    def _stage(self, node: int) -> str:
        count = len(self._parents)
        if node < count:
            return self._covered.stages[node] if self._covered is not None else ""
        entry = self._line_entry(node - count)
        return entry.stage.value if entry is not None else ""

    def _check(self, node: int) -> Qt.CheckState:
        count = len(self._parents)
        if node < count:
            return _CHECKS[self._covered.parts[node]] if self._covered is not None else _CHECKS[0]
        return _CHECKS[2 if self._line_entry(node - count) is not None else 0]

    def _line_entry(self, line: int) -> Any:
        assert self._rates is not None
        assert self._view is not None
        subheading = self._view.codes[self._line_rows[line]]
        digits = self._rates.lines[line]
        return self._coverage.entry_of(digits if digits.startswith(subheading) else subheading)

    # Taking data out

    def to_tsv(self, indexes: Iterable[QModelIndex]) -> str:
        """Rows as tab-separated text for a spreadsheet, values unrounded."""
        head = [
            self.tr("Code"),
            self.tr("Description"),
            self.tr("Covered"),
            *(self._title(column) for column in (Col.STAGE, Col.IMPORTS, Col.WORLD, Col.RATE)),
        ]
        lines: list[Sequence[object]] = [head]
        lines += [self._export(int(index.internalId())) for index in indexes]
        return "".join("\t".join(export_text(cell) for cell in row) + "\n" for row in lines)

    def shown_rows(self) -> list[QModelIndex]:
        """Every code that the filter leaves, in order of the nomenclature."""
        return [self.index_of(row) for row, place in enumerate(self._place) if place >= 0]

    def _export(self, node: int) -> list[object]:
        count = len(self._parents)
        state = {0: "no", 1: "in part", 2: "yes"}[_CHECKS.index(self._check(node))]
        if node >= count:
            line = node - count
            assert self._rates is not None
            digits, words = self._rates.lines[line], ""
            figures: list[object] = [None, None, self._line_rates[line]]
        else:
            assert self._view is not None
            digits, words = self._view.codes[node], self._view.descriptions[node]
            rate = self._means[node] if self._rates is not None else None
            figures = [self._imports[node], self._world[node], rate]
        return [fmt.code(digits), words, state, self._stage(node), *figures]


def _needle(word: str) -> str:
    """What to look for: a code from its start, down to the subheading; other words anywhere."""
    digits = word.replace(".", "")
    if digits.isdigit() and len(digits) > 6:
        return f" {digits[:6]} "
    return f" {word}" if digits.isdigit() else word
