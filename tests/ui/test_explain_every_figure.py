"""Two actions lead from any figure on any page to its formula in the inspector.

The walk knows no page by name: it opens each one, and each of its views, selects a cell of every
column of figures of every table, everything that can be pointed at in a chart, and every card.
What shows no computed figures, such as counts of what is in the database, is declared below.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTreeView, QWidget

from ui import messages
from ui.charts.widget import ChartWidget
from ui.main_window import PAGES, MainWindow
from ui.page import Page
from ui.settings import Settings, WindowState
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.data_table import DataTable
from ui.widgets.figure_card import FigureCard
from ui.widgets.segmented import SegmentedControl

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
CLICK = Qt.MouseButton.LeftButton

NOT_COMPUTED: dict[str, set[str]] = {
    "data": {"*"},  # what is in the database: counted, not computed
    "origin": {"bills.inputs", "bills.materials"},  # counted from what the user states
    "incentives": {"otherIncentives.ad_valorem"},  # typed by the user, with its basis beside it
}
"""By page: `table.column`, chart or card names that show no computed figure; * is all of it."""

_MOST_PLACES = 6


@pytest.fixture(scope="module")
def _patched(monkeypatch_module: pytest.MonkeyPatch) -> None:
    monkeypatch_module.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def window(qtbot, starter_file, _patched):
    made = MainWindow(Settings(), WindowState())
    qtbot.addWidget(made)
    made.show()
    made.open_path(CLUB)
    qtbot.waitUntil(
        lambda: made.figures.result is not None and made.figures.result.complete, timeout=60_000
    )
    yield made
    made.close()


class Heard:
    """What pages ask the inspector to show."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        page.explain.connect(self._tell)
        page.explained.connect(self._tell)

    def _tell(self, *_: object) -> None:
        self.count += 1


def views(qtbot, page: Page) -> Iterator[QWidget]:
    """The page as it is, then each of its views once its figures are there."""
    yield page
    for control in page.findChildren(SegmentedControl):
        if not control.isVisible() or not control.objectName().endswith("View"):
            continue
        for button in control.findChildren(QPushButton):
            qtbot.mouseClick(button, CLICK)
            for view in page.findChildren(AnalysisView):
                if view.isVisible():
                    qtbot.waitUntil(lambda view=view: not view.is_stale(), timeout=60_000)
                    yield view


def silent_tables(qtbot, place: QWidget, heard: Heard, excused: set[str]) -> Iterator[str]:
    for table in place.findChildren(DataTable):
        model = table.frame_model
        if not table.isVisible() or not model.rowCount():
            continue
        for number, column in enumerate(model.columns):
            name = f"{table.objectName()}.{column.name}"
            if not column.numeric or name in excused or table.objectName() in excused:
                continue
            table.setCurrentIndex(model.index(0, 0))
            before = heard.count
            table.setCurrentIndex(model.index(0, number))  # one action: a click or an arrow key
            if heard.count == before:
                table.explain_action.trigger()  # the other: Explain in the menu of the table
            if heard.count == before:
                yield name


def silent_trees(qtbot, place: QWidget, heard: Heard, excused: set[str]) -> Iterator[str]:
    """Figures in trees: columns whose cells are set to the right."""
    for tree in place.findChildren(QTreeView):
        model = tree.model()
        if not tree.isVisible() or model is None or not model.rowCount():
            continue
        for number in range(model.columnCount()):
            name = f"{tree.objectName()}.{number}"
            place_of = model.index(0, number)
            side = model.data(place_of, Qt.ItemDataRole.TextAlignmentRole)
            right = side is not None and int(side) & int(Qt.AlignmentFlag.AlignRight)
            if not right or name in excused or tree.objectName() in excused:
                continue
            tree.setCurrentIndex(model.index(min(1, model.rowCount() - 1), 0))
            before = heard.count
            tree.setCurrentIndex(place_of)
            if heard.count == before:
                yield name


def silent_charts(qtbot, place: QWidget, heard: Heard, excused: set[str]) -> Iterator[str]:
    for chart in place.findChildren(ChartWidget):
        if not chart.isVisible() or chart.data() is None or chart.objectName() in excused:
            continue
        keys = list(dict.fromkeys(hit.key for hit in chart.hits()))
        for key in keys[:_MOST_PLACES]:
            canvas = chart.focusProxy()
            canvas._select("")
            before = heard.count
            canvas._select(key)
            if heard.count == before:
                yield f"{chart.objectName()}: {key}"


def silent_cards(qtbot, place: QWidget, heard: Heard, excused: set[str]) -> Iterator[str]:
    for card in place.findChildren(FigureCard):
        if not card.isVisible() or card.objectName() in excused:
            continue
        before = heard.count
        qtbot.mouseClick(card, CLICK)
        if heard.count == before:
            yield card.objectName()


def test_every_figure_leads_to_its_formula(window, qtbot):
    silent: list[str] = []
    for name in (page.name for page in PAGES):
        excused = NOT_COMPUTED.get(name, set())
        if "*" in excused:
            continue
        window.show_page(name)
        page = window.pages[name]
        heard = Heard(page)
        qtbot.waitUntil(lambda: not window.figures.tasks.running, timeout=60_000)
        for place in views(qtbot, page):
            qtbot.wait(20)
            found = set(silent_tables(qtbot, place, heard, excused))
            found |= set(silent_trees(qtbot, place, heard, excused))
            found |= set(silent_charts(qtbot, place, heard, excused))
            found |= set(silent_cards(qtbot, place, heard, excused))
            silent += [f"{name}: {each}" for each in sorted(found)]
    if silent:
        pytest.fail("no formula behind: " + "; ".join(dict.fromkeys(silent)))


def test_the_inspector_then_shows_formula_numbers_and_sources(window, qtbot):
    window.show_page("incentives")
    table = window.pages["incentives"].findChild(DataTable, "incentiveLanes")
    model = table.frame_model
    table.setCurrentIndex(model.index(0, 0))
    for number, column in enumerate(model.columns):
        if column.numeric:
            table.setCurrentIndex(model.index(0, number))
            formula = window.inspector.findChild(QLabel, "inspectorFormula")
            assert formula is not None
            assert formula.text()
            words = [label.text() for label in window.inspector.findChildren(QLabel)]
            assert {"FORMULA", "WITH THE NUMBERS PUT IN", "SOURCES"} <= set(words)
