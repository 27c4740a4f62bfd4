import time

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.models.frame_model import SORT_ROLE, TONE_ROLE, Cell, Column, FrameModel, export_text
from ui.theme import Tone

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
COLUMNS = (
    Column("code", "Product", fmt.code),
    Column("name", "Description"),
    Column("trade_usd", "Trade", fmt.money, numeric=True, full=fmt.money_full, tip="USD a year"),
    Column("effect", "Effect", lambda v: fmt.money(v and v[1]), numeric=True, cell=Cell.RANGE),
    Column("check", "Check", cell=Cell.CHIP, tone=lambda v: Tone.BAD if v == "Bad" else Tone.GOOD),
)
FRAME = {
    "code": ["850511", "283691", "250410", "282200"],
    "name": ["Magnets", "lithium carbonate", "Graphite", "=cobalt"],
    "trade_usd": [5.5, None, 20.25, 5.5],
    "effect": [(1, 2, 3), (0, 9, 10), None, (-3, -2, -1)],
    "check": ["Good", "Bad", "Good", "Bad"],
}


@pytest.fixture
def model(qtbot: QtBot) -> FrameModel:
    model = FrameModel(COLUMNS)
    model.set_frame(FRAME)
    return model


def names(model: FrameModel) -> list[str]:
    return [model.value(row, "name") for row in range(model.rowCount())]


def test_model_keeps_qt_s_rules_through_all_it_can_do(model: FrameModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(2, DOWN)
    model.set_search("co")
    model.sort(0, UP)
    model.set_search("")
    model.set_row_filter(lambda row: row != 1)
    model.set_row_filter(None)
    model.set_frame({})
    model.set_frame(FRAME)
    model.set_columns(COLUMNS[:2], FRAME)
    assert model.columnCount() == 2
    assert tester.model() is model


def test_cells_show_formatted_and_sort_raw(model: FrameModel) -> None:
    assert model.index(0, 0).data() == "8505.11"
    assert model.index(0, 0).data(SORT_ROLE) == "850511"
    assert model.index(2, 2).data() == "20"
    assert model.index(2, 2).data(SORT_ROLE) == 20.25
    assert model.index(2, 2).data(Qt.ItemDataRole.ToolTipRole) == "USD 20"
    assert model.index(1, 2).data() == "–"
    assert model.index(1, 2).data(SORT_ROLE) is None
    assert model.index(1, 4).data(TONE_ROLE) == Tone.BAD
    assert model.index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "Trade: 6"
    right = model.index(0, 2).data(Qt.ItemDataRole.TextAlignmentRole)
    assert Qt.AlignmentFlag(right) & Qt.AlignmentFlag.AlignRight
    tip = model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "USD a year"


def test_sorting_is_stable_and_leaves_missing_last(model: FrameModel) -> None:
    model.sort(2, UP)
    assert names(model) == ["Magnets", "=cobalt", "Graphite", "lithium carbonate"]
    model.sort(2, DOWN)
    assert names(model) == ["Graphite", "Magnets", "=cobalt", "lithium carbonate"]
    model.sort(1, UP)
    assert names(model) == ["=cobalt", "Graphite", "lithium carbonate", "Magnets"]
    model.sort(3, DOWN)
    assert names(model) == ["lithium carbonate", "Magnets", "=cobalt", "Graphite"]
    model.sort(-1, UP)
    assert names(model) == FRAME["name"]


def test_selection_follows_its_row_through_sorting(model: FrameModel) -> None:
    kept = QPersistentModelIndex(model.index(2, 1))
    model.sort(1, UP)
    assert kept.data() == "Graphite"
    assert kept.row() == 1
    assert model.source_row(1) == 2
    assert model.row_of_source(2) == 1


def test_search_needs_every_word_in_words_or_codes(model: FrameModel) -> None:
    model.set_search("LITHIUM carb")
    assert names(model) == ["lithium carbonate"]
    model.set_search("8505.11")
    assert names(model) == ["Magnets"]
    model.set_search("850511")
    assert names(model) == ["Magnets"]
    model.set_search("20.25")
    assert names(model) == []
    assert model.total_rows == 4
    assert model.row_of_source(0) == -1
    model.set_search(" ")
    assert model.rowCount() == 4


def test_sorting_and_search_stay_in_force_for_new_data(model: FrameModel) -> None:
    model.sort(2, DOWN)
    model.set_search("good")
    model.set_frame({**FRAME, "trade_usd": [9.0, 1.0, 8.0, 2.0]})
    assert names(model) == ["Magnets", "Graphite"]


def test_the_same_data_again_changes_nothing(model: FrameModel) -> None:
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.set_frame({name: list(values) for name, values in FRAME.items()})
    assert not resets
    model.set_frame({**FRAME, "trade_usd": [5.5, None, 20.25, 5.75]})
    assert len(resets) == 1
    assert model.value(3, "trade_usd") == 5.75


def test_row_filter_sees_rows_as_given(model: FrameModel) -> None:
    model.set_row_filter(lambda row: FRAME["check"][row] == "Bad")
    assert names(model) == ["lithium carbonate", "=cobalt"]


def test_data_frames_are_taken_with_their_missing_values(qtbot: QtBot) -> None:
    pandas = pytest.importorskip("pandas")
    model = FrameModel(COLUMNS)
    frame = pandas.DataFrame({k: v for k, v in FRAME.items() if k != "effect"})
    frame["trade_usd"] = frame["trade_usd"].astype("Float64")
    model.set_frame(frame)
    assert model.index(1, 2).data() == "–"
    assert model.index(0, 3).data() == "–"
    model.sort(2, UP)
    assert names(model)[-1] == "lithium carbonate"


def test_columns_of_different_lengths_are_refused(model: FrameModel) -> None:
    with pytest.raises(ValueError, match="different lengths"):
        model.set_frame({"code": ["85"], "name": []})
    assert model.rowCount() == 4


def test_copy_is_raw_with_headings_and_never_a_formula(model: FrameModel) -> None:
    lines = model.to_tsv([2, 3]).splitlines()
    assert lines == [
        "Product\tDescription\tTrade\tEffect (low)\tEffect (middle)\tEffect (high)\tCheck",
        "250410\tGraphite\t20.25\t\t\t\tGood",
        "282200\t'=cobalt\t5.5\t-3\t-2\t-1\tBad",
    ]
    assert model.to_tsv([0], headings=False) == "850511\tMagnets\t5.5\t1\t2\t3\tGood\n"


def test_export_follows_sorting_and_search(model: FrameModel) -> None:
    model.sort(2, DOWN)
    model.set_search("bad")
    assert [row[0] for row in model.export_rows()] == ["282200", "283691"]
    assert model.export_rows()[1][2] is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (-1.5, "-1.5"),
        (True, "True"),
        ("-1+2", "'-1+2"),
        ("@SUM", "'@SUM"),
        ("a\tb\nc", "a b c"),
        ("plain", "plain"),
    ],
)
def test_export_text(value: object, text: str) -> None:
    assert export_text(value) == text


def test_scale_of_a_drawn_column_contains_zero(model: FrameModel) -> None:
    assert model.scale(3) == (-3.0, 10.0)
    assert model.scale(2) == (0.0, 20.25)


def test_many_rows_sort_and_search_within_a_blink(qtbot: QtBot) -> None:
    size = 16_000
    model = FrameModel(COLUMNS[:3])
    model.set_frame(
        {
            "code": [f"{number:06d}" for number in range(size)],
            "name": [f"Product {number * 7919 % size}" for number in range(size)],
            "trade_usd": [float(number * 104729 % size) for number in range(size)],
        }
    )
    start = time.perf_counter()
    model.sort(2, DOWN)
    sorted_in = time.perf_counter() - start
    model.set_search("product 15")
    start = time.perf_counter()
    model.set_search("product 159")
    searched_in = time.perf_counter() - start
    assert model.value(0, "trade_usd") >= model.value(1, "trade_usd")
    assert model.rowCount() > 0
    assert sorted_in < 0.25, "a proxy model over these rows takes more than a second"
    assert searched_in < 0.25
