import csv
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QTreeView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui import messages, theme
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.models.frame_model import Cell, Column
from ui.tasks import TaskRunner
from ui.theme import Tone
from ui.widgets.buttons import button, icon_button, link_button, primary_button
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.code_list_edit import CodeListEdit, parse_ranges
from ui.widgets.data_table import DataTable
from ui.widgets.economy_picker import EconomyPicker
from ui.widgets.empty_state import EmptyState
from ui.widgets.figure_card import FigureCard
from ui.widgets.labels import ElidedLabel, InfoRow
from ui.widgets.number_spin import NumberSpin
from ui.widgets.percent_spin import PercentSpin
from ui.widgets.progress_line import ProgressLine
from ui.widgets.search_field import SearchField
from ui.widgets.segmented import SegmentedControl
from ui.widgets.views import set_up_view
from workbench.model.nomenclature import HSRange
from workbench.progress import Progress

ECONOMIES = [("AUS", "Australia"), ("CHL", "Chile"), ("EU27", "European Union"), ("NZL", "NZ")]
COLUMNS = (
    Column("code", "Product", fmt.code),
    Column("name", "Description"),
    Column("trade", "Trade", fmt.money, numeric=True, cell=Cell.BAR),
    Column("effect", "Effect", lambda v: fmt.money(v and v[1]), numeric=True, cell=Cell.RANGE),
    Column("check", "Check", cell=Cell.CHIP, tone=lambda v: Tone.BAD if v == "Bad" else Tone.GOOD),
)
FRAME = {
    "code": ["850511", "283691", "250410"],
    "name": ["Magnets", "Lithium carbonate", "=1+1"],
    "trade": [5e6, None, 2.25],
    "effect": [(-1.0, 2.0, 3.0), None, (-3.0, -2.0, None)],
    "check": ["Good", "Bad", None],
}
Key = Qt.Key


def show(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def pixels(widget: QWidget) -> list[int]:
    image = widget.grab().toImage()
    return [
        image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    ]


@pytest.fixture
def table(qtbot: QtBot) -> DataTable:
    table = DataTable(COLUMNS, "Covered products", "products", stretch="name")
    table.set_frame(FRAME)
    table.resize(800, 300)
    show(qtbot, table)
    return table


# What every page must be able to rely on


def gallery() -> QWidget:
    """One of each, in one window."""
    window = QWidget()
    window.setObjectName("gallery")
    window.setWindowTitle("Gallery")
    layout = QVBoxLayout(window)
    picker = EconomyPicker("Economy to add", "economy")
    picker.set_economies(ECONOMIES)
    tree = QTreeWidget()
    set_up_view(tree, "tree", "Nomenclature")
    tree.setHeaderLabels(["Code"])
    QTreeWidgetItem(tree, ["85"])
    row = InfoRow("Utilisation", "utilisation", "36.9 %", "U = F(b − p)")
    chart = ChartWidget("chart", BarList("Exposure, USD", (Bar("a", "A", 1.0),)))
    card = Card("Partners", "partners", "2024")
    card.body.addWidget(Chip("Conflict", Tone.BAD, "chip"))
    rows = DataTable(COLUMNS, "Covered products", "products")
    rows.set_frame(FRAME)
    for each in (
        FigureCard("Exposure", "exposure"),
        SearchField("Find a product", "search"),
        PercentSpin("Threshold", "threshold"),
        NumberSpin("Year", "year", 2020, 2040),
        CodeListEdit("Products", "codes"),
        picker,
        SegmentedControl("View", [("a", "Declared"), ("b", "Traced")], "view"),
        EmptyState("boxes", "Nothing yet.", "Add", "empty"),
        row,
        ElidedLabel("Words", "words"),
        button("Export…", "export", "download"),
        primary_button("Evaluate", "evaluate", "play"),
        link_button("Show all", "all"),
        icon_button("undo-2", "Undo", "undo"),
        card,
        rows,
        tree,
        chart,
    ):
        layout.addWidget(each)
    return window


def nodes(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield root
    for place in range(root.childCount()):
        child = root.child(place)
        if child is not None:
            yield from nodes(child)


def test_every_control_has_a_name_for_screen_readers(qtbot: QtBot) -> None:
    window = gallery()
    show(qtbot, window)
    root = QAccessible.queryAccessibleInterface(window)
    role = QAccessible.Role
    controls = {
        role.PushButton,
        role.Button,
        role.EditableText,
        role.ComboBox,
        role.SpinBox,
        role.CheckBox,
        role.RadioButton,
        role.Table,
        role.Tree,
        role.List,
        role.Slider,
    }
    seen, unnamed = 0, []
    for node in nodes(root):
        if node.role() in controls and not node.state().invisible:
            seen += 1
            owner = node.object() or node.parent().object()
            if not node.text(QAccessible.Text.Name) and not _is_inner(owner):
                unnamed.append((node.role(), owner))
    assert seen > 15
    assert unnamed == []


def _is_inner(owner: QObject) -> bool:
    """Parts that Qt itself makes inside a named control: the field of a spin box."""
    return isinstance(owner, QLineEdit) and owner.objectName() == "qt_spinbox_lineedit"


def test_every_widget_that_takes_the_focus_has_an_object_name(qtbot: QtBot) -> None:
    window = gallery()
    show(qtbot, window)
    taking = [
        child
        for child in window.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible()
    ]
    assert len(taking) > 12
    assert [child for child in taking if not child.objectName()] == []


@pytest.mark.parametrize(
    "name",
    [
        "exposure", "search", "threshold", "year", "codesField", "economy", "view_a",
        "emptyAction", "utilisationWhy", "export", "evaluate", "all", "undo", "products",
        "tree", "chartCanvas",
    ],
)  # fmt: skip
def test_keyboard_focus_is_seen(qtbot: QtBot, name: str) -> None:
    window = gallery()
    window.resize(700, 1500)
    show(qtbot, window)
    widget = window.findChild(QWidget, name)
    assert widget is not None
    window.setFocus()
    if isinstance(widget, QLineEdit):
        widget.setCursor(Qt.CursorShape.ArrowCursor)
    QApplication.processEvents()
    before = pixels(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    after = pixels(widget)
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    assert changed >= min(20, len(after) // 40)


def test_qt_calls_lose_no_reference(qtbot: QtBot) -> None:
    """Guards the pin of PySide6: 6.12.0 takes a reference off None at each call that returns it."""

    class Teller(QObject):
        told = Signal(bool)

    label, teller = QLabel(), Teller()
    qtbot.addWidget(label)
    before = [sys.getrefcount(value) for value in (None, True, False)]
    for _ in range(2000):
        label.setText("x")
        teller.told.emit(True)
        teller.told.emit(False)
    after = [sys.getrefcount(value) for value in (None, True, False)]
    assert all(late > early - 200 for early, late in zip(before, after, strict=True))


# One by one


def test_figure_card_says_its_figure_and_can_be_pressed(qtbot: QtBot) -> None:
    card = FigureCard("Free-rider exposure", "exposure")
    card.set_figure("34.4 m", "↑ +2.1 m", "2024", Tone.BAD, spark=[1, 3, 2], tip="USD 34,412,000")
    show(qtbot, card)
    assert card.accessibleName() == "Free-rider exposure: 34.4 m, ↑ +2.1 m, 2024"
    assert card.toolTip() == "USD 34,412,000"
    with qtbot.waitSignal(card.clicked):
        qtbot.keyClick(card, Key.Key_Space)
    before = pixels(card)
    card.set_figure("12", share=0.4)
    assert pixels(card) != before


def test_chip_says_its_word(qtbot: QtBot) -> None:
    chip = Chip("Conflict", Tone.BAD, "chip")
    qtbot.addWidget(chip)
    narrow = chip.sizeHint().width()
    chip.set_status("Consistent with the rule", Tone.GOOD)
    assert chip.accessibleName() == "Consistent with the rule"
    assert chip.sizeHint().width() > narrow


def test_search_waits_for_a_pause_and_moves_on(qtbot: QtBot) -> None:
    field = SearchField("Find a product", "search")
    show(qtbot, field)
    said: list[str] = []
    field.searched.connect(said.append)
    qtbot.keyClicks(field, "lith")
    assert said == []
    qtbot.waitUntil(lambda: said == ["lith"], timeout=2000)
    qtbot.keyClicks(field, "ium")
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field, Key.Key_Down)
    assert said == ["lith", "lithium"]
    qtbot.keyClick(field, Key.Key_Escape)
    assert field.text() == ""
    qtbot.waitUntil(lambda: said[-1] == "", timeout=2000)


def test_percent_field_shows_per_cent_and_holds_a_fraction(qtbot: QtBot) -> None:
    field = PercentSpin("Threshold", "threshold")
    show(qtbot, field)
    said: list[float] = []
    field.fraction_changed.connect(said.append)
    field.set_fraction(0.125)
    assert field.text() == "12.5 %"
    assert field.fraction() == 0.125
    field.selectAll()
    qtbot.keyClicks(field, "45")
    qtbot.keyClick(field, Key.Key_Return)
    assert field.fraction() == 0.45
    assert said == [0.125, 0.45]
    field.set_fraction(7)
    assert field.fraction() == 1.0


@pytest.mark.parametrize("make", ["percent", "number", "economy"])
def test_scrolling_past_a_field_does_not_change_it(qtbot: QtBot, make: str) -> None:
    window = QWidget()
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    picker = EconomyPicker("Economy", "economy", window)
    picker.set_economies(ECONOMIES)
    picker.set_code("CHL")
    spin = PercentSpin("Threshold", "threshold", parent=window)
    spin.set_fraction(0.5)
    year = NumberSpin("Year", "year", 2020, 2040, window)
    show(qtbot, window)
    window.setFocus()
    target = {"percent": spin, "number": year, "economy": picker}[make]
    before = (spin.fraction(), year.value(), picker.code())
    wheel = QWheelEvent(
        QPoint(5, 5),
        target.mapToGlobal(QPoint(5, 5)),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, wheel)
    assert (spin.fraction(), year.value(), picker.code()) == before
    assert not wheel.isAccepted()


def test_codes_are_taken_in_any_common_spelling() -> None:
    assert parse_ranges(" 8505.11, 2846;8541 - 8543\n850511 ") == (
        HSRange("850511", "850511"),
        HSRange("2846", "2846"),
        HSRange("8541", "8543"),
    )
    assert parse_ranges("") == ()


def test_a_wrong_code_is_explained_and_the_last_good_list_kept(qtbot: QtBot) -> None:
    edit = CodeListEdit("Products", "codes")
    show(qtbot, edit)
    field = edit.findChild(QLineEdit, "codesField")
    error = edit.findChild(QLabel, "codesError")
    assert field is not None
    assert error is not None
    said: list[object] = []
    edit.ranges_changed.connect(said.append)
    qtbot.keyClicks(field, "8505.11, 28x")
    assert error.isVisible()
    assert error.text().startswith("'28x' is not a product code")
    assert field.accessibleDescription() == error.text()
    qtbot.keyClick(field, Key.Key_Return)
    assert said == []
    qtbot.keyClick(field, Key.Key_Backspace)
    qtbot.keyClick(field, Key.Key_Return)
    assert not error.isVisible()
    assert said == [(HSRange("850511", "850511"), HSRange("28", "28"))]
    assert edit.ranges() == said[0]


@pytest.mark.parametrize("typed", ["chile", "CHL", "Chile (CHL)"])
def test_economies_are_found_by_name_or_code(qtbot: QtBot, typed: str) -> None:
    picker = EconomyPicker("Economy", "economy")
    picker.set_economies(ECONOMIES)
    show(qtbot, picker)
    said: list[str] = []
    picker.picked.connect(said.append)
    field = picker.lineEdit()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert picker.code() == "CHL"
    assert picker.currentText() == "Chile (CHL)"
    assert said == ["CHL"]


def test_what_is_no_economy_is_put_back(qtbot: QtBot) -> None:
    picker = EconomyPicker("Economy", "economy")
    picker.set_economies(ECONOMIES)
    picker.set_code("AUS")
    show(qtbot, picker)
    field = picker.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "Atlantis")
    qtbot.keyClick(field, Key.Key_Return)
    assert picker.code() == "AUS"
    assert picker.currentText() == "Australia (AUS)"
    picker.set_code("")
    assert picker.code() == ""


def test_type_ahead_finds_any_part_of_a_name(qtbot: QtBot) -> None:
    picker = EconomyPicker("Economy", "economy")
    picker.set_economies(ECONOMIES)
    completer = picker.completer()
    completer.setCompletionPrefix("union")
    assert completer.currentCompletion() == "European Union (EU27)"


def test_segments_hold_exactly_one_choice(qtbot: QtBot) -> None:
    view = SegmentedControl("View", [("a", "Declared"), ("b", "Traced")], "view")
    show(qtbot, view)
    said: list[str] = []
    view.chosen.connect(said.append)
    assert view.current() == "a"
    traced = view.findChild(QWidget, "view_b")
    assert traced is not None
    assert traced.accessibleName() == "View: Traced"
    qtbot.mouseClick(traced, Qt.MouseButton.LeftButton)
    assert view.current() == "b"
    view.set_current("a")
    assert said == ["b"]


def test_empty_state_offers_one_way_on(qtbot: QtBot) -> None:
    empty = EmptyState("boxes", "No partner yet.", "Add a partner", "empty")
    show(qtbot, empty)
    with qtbot.waitSignal(empty.acted):
        qtbot.mouseClick(empty.action, Qt.MouseButton.LeftButton)
    empty.say("Nothing matches.", "")
    assert empty.accessibleName() == "Nothing matches."
    assert not empty.action.isVisible()


def test_info_row_explains_its_figure(qtbot: QtBot) -> None:
    row = InfoRow("Utilisation", "row", "36.9 %", "U = F(b − p)")
    show(qtbot, row)
    why = row.findChild(QWidget, "rowWhy")
    assert why is not None
    assert row.accessibleName() == "Utilisation: 36.9 %"
    assert why.accessibleDescription() == "U = F(b − p)"
    row.set_value("–")
    assert not why.isVisible()


def test_elided_label_keeps_all_words_in_its_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("A description that is longer than its room", "label")
    qtbot.addWidget(label)
    label.resize(80, 20)
    show(qtbot, label)
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_card_without_a_title_takes_no_room_for_it(qtbot: QtBot) -> None:
    card = Card("Partners", "partners", "2024")
    show(qtbot, card)
    assert card.accessibleName() == "Partners"
    with_title = card.sizeHint().height()
    card.set_title("")
    card.set_note("")
    qtbot.waitUntil(lambda: card.sizeHint().height() < with_title, timeout=1000)


def test_trees_have_rows_of_even_height_from_the_start(qtbot: QtBot) -> None:
    tree = QTreeWidget()
    set_up_view(tree, "tree", "Nomenclature")
    top = QTreeWidgetItem(tree, ["85"])
    QTreeWidgetItem(top, ["8505"])
    top.setExpanded(True)
    show(qtbot, tree)
    assert isinstance(tree, QTreeView)
    assert tree.visualItemRect(top).height() >= 28


def test_progress_line_follows_its_task_and_can_stop_it(qtbot: QtBot) -> None:
    runner, line = TaskRunner(), ProgressLine("progress")
    window = QWidget()
    QVBoxLayout(window).addWidget(line)
    show(qtbot, window)
    assert not line.isVisible()
    stepped, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        while not go.wait(0.002):
            progress.step(62, 100, "row 62")
            stepped.set()

    line.watch(runner.start("Evaluate", work))
    assert line.isVisible()
    state = line.findChild(QLabel, "progressState")
    assert state is not None
    qtbot.waitUntil(lambda: state.text() == "62.0 % · row 62", timeout=2000)
    cancel = line.findChild(QWidget, "progressCancel")
    assert cancel is not None
    assert cancel.accessibleName() == "Cancel Evaluate"
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=2000)
    assert runner.running == ()


# The table


def test_table_tells_the_current_row_by_its_place_in_the_data(
    table: DataTable, qtbot: QtBot
) -> None:
    rows: list[int] = []
    gone_to: list[int] = []
    table.row_selected.connect(rows.append)
    table.row_activated.connect(gone_to.append)
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    table.setFocus()
    table.select_row(1)
    qtbot.keyClick(table, Key.Key_Down)
    qtbot.keyClick(table, Key.Key_Return)
    assert rows == [1, 2]
    assert gone_to == [2]
    assert table.current_row() == 2


def test_clicking_a_heading_sorts(table: DataTable, qtbot: QtBot) -> None:
    head = table.horizontalHeader()
    place = QPoint(head.sectionPosition(2) + 20, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shown = [table.frame_model.value(row, "trade") for row in range(3)]
    assert shown == [2.25, 5e6, None]


def test_a_cell_is_told_by_row_and_column_and_again_when_asked(
    qtbot: QtBot, table: DataTable
) -> None:
    told: list[tuple[int, str]] = []
    table.cell_selected.connect(lambda row, name: told.append((row, name)))
    table.setCurrentIndex(table.frame_model.index(0, 0))
    told.clear()
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert [name for _, name in told] == ["name", "name"]
    assert told[0][0] != told[1][0]
    place = table.visualRect(table.currentIndex()).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(told) == 3
    table.explain_action.trigger()
    assert told[1:] == [told[1]] * 3
    menu = table.export_menu()
    assert table.explain_action in menu.actions()
    menu.deleteLater()


def test_search_keeps_the_current_row_while_it_matches(table: DataTable) -> None:
    table.select_row(1)
    table.search("lith")
    assert table.current_row() == 1
    table.search("magn")
    assert table.current_row() == -1
    table.search("")
    assert table.frame_model.rowCount() == 3


def test_new_data_keeps_the_row_of_the_same_key(table: DataTable) -> None:
    table.select_row(2)
    swapped = {name: list(reversed(values)) for name, values in FRAME.items()}
    table.set_frame(swapped, key="code")
    assert table.current_row() == 0
    assert not table.select_value("code", "999999")


def test_selected_rows_are_copied_unrounded(table: DataTable, qtbot: QtBot) -> None:
    table.setFocus()
    table.select_row(0)
    qtbot.keyClick(table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Product\tDescription\tTrade\t")
    assert lines[1:] == ["850511\tMagnets\t5000000.0\t-1.0\t2.0\t3.0\tGood"]
    table.copy_all_action.trigger()
    assert len(QApplication.clipboard().text().splitlines()) == 4


def test_table_is_saved_as_csv(
    table: DataTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "products.csv"
    monkeypatch.setattr(messages, "save_file", lambda *args: target)
    table.save_action.trigger()
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1] == ["850511", "Magnets", "5000000.0", "-1.0", "2.0", "3.0", "Good"]
    assert rows[3] == ["250410", "'=1+1", "2.25", "-3.0", "-2.0", "", ""]
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["products.csv"]


def test_table_that_cannot_be_saved_is_explained(
    table: DataTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(messages, "save_file", lambda *args: tmp_path / "no" / "x.csv")
    monkeypatch.setattr(messages, "show_error", lambda parent, sentence: said.append(sentence))
    table.save_action.trigger()
    assert len(said) == 1
    assert "x.csv could not be written: No such file" in said[0]


def test_cells_are_drawn_as_bars_ranges_and_chips(table: DataTable) -> None:
    image = table.viewport().grab().toImage()
    look = theme.current()
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(96)}
    for token in ("bar", "bar_soft", "good_soft", "bad_soft"):
        assert look.color(token).name() in found


def test_the_column_that_stretches_keeps_a_readable_width(table: DataTable) -> None:
    table.resize(1200, 300)
    assert table.columnWidth(1) > 300
    table.resize(300, 300)
    assert table.columnWidth(1) >= 150


def test_an_empty_table_says_why(table: DataTable) -> None:
    table.set_empty_text("No product is covered yet.")
    full = pixels(table.viewport())
    table.set_frame({name: [] for name in FRAME})
    assert pixels(table.viewport()) != full
    table.set_frame(FRAME)
    table.search("nothing like this")
    assert table.frame_model.rowCount() == 0


def test_menu_offers_copy_and_save(table: DataTable) -> None:
    menu = table.export_menu()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["Explain this figure", "Copy", "Copy the whole table", "Save as CSV…"]
    menu.deleteLater()


def test_columns_can_change(table: DataTable) -> None:
    table.set_columns((Column("check", "Check"), Column("name", "Name")), FRAME)
    assert table.frame_model.columnCount() == 2
    assert table.frame_model.index(1, 0).data() == "Bad"
    assert table.itemDelegateForColumn(0) is None
    QTest.qWait(0)
