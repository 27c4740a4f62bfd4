"""Duty, incentive and utilisation of every lane or product, with filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from ui import format as fmt
from ui.figures import Figures
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.segmented import SegmentedControl
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.results import Evaluation

_TONES = {
    "none": Tone.NEUTRAL,
    "weak": Tone.BAD,
    "contested": Tone.WARN,
    "strong": Tone.GOOD,
}
_EXPLAINED = {
    "value": "value",
    "mfn": "mfn_rate",
    "base_duty": "base_duty",
    "base_regime": "base_duty",
    "pref_duty": "pref_duty",
    "gross_incentive": "gross_incentive",
    "utilisation": "utilisation",
    "utilisation_change": "utilisation",
    "rating": "utilisation",
    "break_even_premium": "break_even_premium",
    "leverage_gap": "leverage_gap",
}
"""Which figure the inspector explains for a column; the incentive itself for any other."""

_TABLE_HEIGHT = 366
_MOST_ROWS = 5_000
"""Rows shown at most, the largest by trade, so that an edit redraws at once."""
_Key = tuple[str, ...]


class IncentiveLanes(Card):
    """A table of lanes, or of products.

    Signals:
        explain: a figure to show in the inspector, and its row in the lanes.
        explained: an `Explanation` of a figure of a product.
        lane_selected: row in the lanes of what is selected.
    """

    explain = Signal(str, int)
    explained = Signal(object)
    lane_selected = Signal(int)

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__("", "lanesCard", parent=parent)
        self.set_title(self.tr("Lanes"))
        self._figures = figures
        self._rows: list[int] = []
        self._keys: list[_Key] = []
        self._key: _Key = ()
        self._lane = -1
        self._filling = False
        self._by = SegmentedControl(
            self.tr("Rows"),
            [("lanes", self.tr("Lanes")), ("products", self.tr("Products"))],
            "lanesBy",
        )
        self.tools.addWidget(self._by)
        every = [("", self.tr("All importers"))]
        self._importer = ChoiceBox(self.tr("Importer"), every, "importerFilter")
        self._importer.setMinimumWidth(170)
        ratings = [("", self.tr("All ratings"))]
        ratings += [(key, fmt.rating(key)) for key in _TONES]
        ratings.append(("unknown", self.tr("Not known")))
        self._rating = ChoiceBox(self.tr("Rating of the incentive"), ratings, "ratingFilter")
        self._rating.setMinimumWidth(130)
        self._traded = QCheckBox(self.tr("Hide rows without trade"))
        self._traded.setObjectName("tradedFilter")
        self._traded.setChecked(True)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self._importer)
        filters.addWidget(self._rating)
        filters.addWidget(self._traded)
        filters.addStretch(1)
        self._table = DataTable(self._columns("lanes"), self.tr("Incentives"), "incentiveLanes")
        self._table.setFixedHeight(_TABLE_HEIGHT)
        self._sort_by_trade()
        self._table.set_empty_text(
            self.tr("No row: loosen the filters, cover more products, or import their trade.")
        )
        self.body.addLayout(filters)
        self.body.addWidget(self._table)
        self._by.chosen.connect(self._on_by)
        self._importer.chosen.connect(self._fill_table)
        self._rating.chosen.connect(self._fill_table)
        self._traded.clicked.connect(self._fill_table)
        self._table.row_selected.connect(self._on_row)
        self._table.cell_selected.connect(self._explain)

    @property
    def lane(self) -> int:
        """Row in the lanes of what is selected; -1 for nothing."""
        return self._lane

    def show_figures(self) -> None:
        """Redraw from the newest figures."""
        self._fill_importers()
        self._fill_table()

    def _columns(self, by: str) -> list[Column]:
        def rate(name: str, title: str, tip: str, width: int) -> Column:
            return Column(name, title, fmt.percent, True, tip, full=fmt.percent_full, width=width)

        def points(name: str, title: str, tip: str, width: int) -> Column:
            return Column(name, title, fmt.points, True, tip, full=fmt.points_full, width=width)

        names = [
            Column("importer", self.tr("Importer"), full=economy_name, width=88),
            Column("exporter", self.tr("Exporter"), full=economy_name, width=88),
        ]
        product = Column("product", self.tr("Product"), fmt.code, width=88)
        change = self.tr("Change since the pinned baseline")
        columns = [
            product,
            Column("value", self.tr("Trade"), fmt.money, True, full=fmt.money_full, width=82),
            Column(
                "rating",
                self.tr("Incentive"),
                fmt.rating,
                tip=self.tr("None: nothing to gain; weak, contested, strong by utilisation"),
                cell=Cell.CHIP,
                tone=lambda value: _TONES.get(str(value), Tone.NEUTRAL),
                width=124,
            ),
            Column(
                "mfn",
                self.tr("MFN rate"),
                _middle,
                True,
                self.tr("Lowest to highest of the lines, and their mean"),
                cell=Cell.RANGE,
                full=_range_words,
                width=150,
            ),
            rate("base_duty", self.tr("Today"), self.tr("Duty paid today, best regime"), 82),
            Column("base_regime", self.tr("Regime"), width=112),
            rate("pref_duty", self.tr("Agreed"), self.tr("Duty under the agreement"), 82),
            points(
                "gross_incentive",
                self.tr("Gross"),
                self.tr("Gross incentive: duty saved and what else a claim earns"),
                78,
            ),
            rate("utilisation", self.tr("Utilisation"), self.tr("Share that claims"), 100),
            Column(
                "utilisation_change",
                self.tr("Change"),
                fmt.percent_change,
                True,
                change,
                width=86,
            ),
            rate(
                "break_even_premium",
                self.tr("Break-even"),
                self.tr("Largest price premium on originating inputs that still pays"),
                104,
            ),
            points(
                "leverage_gap",
                self.tr("Leverage gap"),
                self.tr("Smallest extra incentive that reaches the target utilisation"),
                114,
            ),
        ]
        if by == "lanes":
            return names + columns
        left_out = ("base_regime", "utilisation_change", "break_even_premium", "leverage_gap")
        return [column for column in columns if column.name not in left_out]

    def _fill_importers(self) -> None:
        result = self._figures.result
        codes = result.baseline.importers if result is not None else ()
        every = [("", self.tr("All importers"))]
        self._importer.set_choices(every + [(code, economy_name(code)) for code in codes])
        if self._importer.currentIndex() < 0:
            self._importer.show_key("")

    def _on_by(self, by: str) -> None:
        self.set_title(self.tr("Products") if by == "products" else self.tr("Lanes"))
        self._key, self._lane = (), -1
        self._filling = True
        self._table.set_columns(self._columns(by), {})
        self._sort_by_trade()
        self._filling = False
        self._fill_table()

    def _sort_by_trade(self) -> None:
        column = self._table.frame_model.column_of("value")
        self._table.sortByColumn(column, Qt.SortOrder.DescendingOrder)

    def _fill_table(self) -> None:
        result = self._figures.result
        if result is None:
            return
        lanes = result.lanes
        if self._importer.key():
            lanes = lanes[lanes["importer"] == self._importer.key()]
        names: tuple[str, ...] = ("importer", "exporter", "product")
        if self._by.current() == "products":
            frame = self._by_product(lanes)
            names = ("product",)
        else:
            frame = lanes.assign(utilisation_change=self._utilisation_change(result)[lanes.index])
        total = len(frame)
        if self._traded.isChecked():
            frame = frame[frame["value"] > 0]
        rating = self._rating.key()
        if rating == "unknown":
            frame = frame[frame["rating"].isna()]
        elif rating:
            frame = frame[frame["rating"] == rating]
        words = self.tr("{shown} of {total}")
        if len(frame) > _MOST_ROWS:
            frame = frame.nlargest(_MOST_ROWS, "value")
            words = self.tr("the {shown} largest of {total}")
        self._show_frame(frame, names)
        self.set_note(words.format(shown=fmt.count(len(frame)), total=fmt.count(total)))

    def _by_product(self, lanes: pd.DataFrame) -> pd.DataFrame:
        from workbench.analysis.incentive_view import incentive_by_product

        frame = incentive_by_product(lanes)
        largest = lanes.assign(value=lanes["value"].fillna(-1.0)).groupby("product")["value"]
        frame.index = frame["product"].map(largest.idxmax())
        return frame

    def _utilisation_change(self, result: Evaluation) -> Any:
        """L: utilisation minus that of the pinned baseline, NaN where either is missing."""
        pinned = self._figures.pinned
        now = result.lanes["utilisation"]
        if pinned is None:
            return now.to_numpy() * float("nan")
        if pinned.baseline is result.baseline or pinned.baseline.key == result.baseline.key:
            return now.to_numpy() - pinned.lanes["utilisation"].to_numpy()
        keys = ["importer", "exporter", "product"]
        then = pinned.lanes.set_index(keys)["utilisation"]
        return (
            result.lanes.set_index(keys)["utilisation"]
            - then.reindex(result.lanes.set_index(keys).index)
        ).to_numpy()

    def _show_frame(self, frame: pd.DataFrame, names: tuple[str, ...]) -> None:
        """Show rows, keeping the selected one and the place scrolled to."""
        self._rows = [int(row) for row in frame.index]
        columns = {name: frame[name].tolist() for name in frame.columns}
        self._keys = list(zip(*(columns[name] for name in names), strict=True))
        columns["mfn"] = [
            None if mean != mean else (low, mean, high)
            for low, mean, high in zip(
                columns["mfn_low"], columns["mfn_rate"], columns["mfn_high"], strict=True
            )
        ]
        bar = self._table.verticalScrollBar()
        place, column = bar.value(), max(self._table.currentIndex().column(), 0)
        self._filling = True
        self._table.set_frame(columns)
        at = self._keys.index(self._key) if self._key in self._keys else -1
        self._lane = self._rows[at] if at >= 0 else -1
        row = self._table.frame_model.row_of_source(at) if at >= 0 else -1
        if row >= 0:
            self._table.selectRow(row)
            self._table.setCurrentIndex(self._table.frame_model.index(row, column))
            bar.setValue(place)
        self._filling = False

    def _on_row(self, row: int) -> None:
        if self._filling or not 0 <= row < len(self._rows):
            return
        self._key, self._lane = self._keys[row], self._rows[row]
        self.lane_selected.emit(self._lane)

    def _explain(self, row: int, column: str) -> None:
        """Explain the figure of the current column; the incentive itself for a name."""
        result = self._figures.result
        if self._filling or result is None or not 0 <= row < len(self._rows):
            return
        figure = _EXPLAINED.get(column, "gross_incentive")
        if self._by.current() == "lanes":
            self.explain.emit(figure, self._rows[row])
            return
        from workbench.analysis.explain_groups import explain_group

        where = {"product": self._keys[row][0]}
        if self._importer.key():
            where["importer"] = self._importer.key()
        self.explained.emit(explain_group(result, where, figure))


def _middle(value: Any) -> str:
    """The mean of a (low, mean, high) rate."""
    return fmt.MISSING if fmt.is_missing(value) else fmt.percent(value[1])


def _range_words(value: Any) -> str:
    """A (low, mean, high) rate in words."""
    if fmt.is_missing(value):
        return fmt.MISSING
    low, mean, high = value
    if low == high:
        return fmt.percent_full(mean)
    return f"{fmt.interval(low, high, fmt.percent_full)}, mean {fmt.percent_full(mean)}"
