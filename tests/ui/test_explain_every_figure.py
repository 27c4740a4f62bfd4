"""Two actions lead from any figure on any page to its formula in the inspector, and to that figure.

The walk knows no page by name: it opens each one, and each of its views, selects cells of every
column of figures of every table, everything that can be pointed at in a chart, and every card, and
compares the number explained with the number shown. What shows no computed figures, such as counts
of what is in the database, and what is explained as part of something larger, is declared below.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui import messages
from ui.charts.widget import ChartWidget
from ui.main_window import PAGES, MainWindow
from ui.page import Page
from ui.panels.inspector import shown
from ui.settings import Settings, WindowState
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.data_table import DataTable
from ui.widgets.figure_card import FigureCard
from ui.widgets.segmented import SegmentedControl
from workbench.analysis.explain import Explanation, explain_lane, explain_total

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
CLICK = Qt.MouseButton.LeftButton

NOT_COMPUTED: dict[str, set[str]] = {
    "data": {"*"},  # what is in the database: counted, not computed
    "origin": {"bills.inputs", "bills.materials"},  # counted from what the user states
    "incentives": {"otherIncentives.ad_valorem"},  # typed by the user, with its basis beside it
    "partner-sets": {"setsTable.size"},  # how many partners the row names
    "partners": {"alignmentScores.weight"},  # set by the user, the same for all partners
}
"""By page: `table.column`, chart or card names that show no computed figures; * is all of it."""

PART_OF_ANOTHER: dict[str, set[str]] = {
    # The change since the pinned text, explained by the figure that changed.
    "origin": {"originRules.utilisation_change", "originRules.exposure_change"},
    # A bar relative to the middle; how often a conclusion turns; both ends of a swing.
    "incentives": {"intervalsTable.relative", "conclusionsTable.share", "tornado"},
}
"""By page: what leads to a formula, whose value is not the number in the cell itself."""

_MOST_PLACES, _MOST_ROWS = 12, 8


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
    """What pages ask the inspector to show, explained as it does."""

    def __init__(self, window: MainWindow, page: Page) -> None:
        self.last: Explanation | None = None
        self._figures = window.figures
        page.explain.connect(self._explain)
        page.explained.connect(self._explained)

    def _explain(self, figure: str, lane: int) -> None:
        result = self._figures.result
        assert result is not None
        total = lane < 0
        self.last = explain_total(result, figure) if total else explain_lane(result, lane, figure)

    def _explained(self, explanation: Explanation) -> None:
        self.last = explanation


def is_of(told: Explanation, value: object) -> bool:
    """Whether the explanation is of the number in a cell; of a range, of its middle."""
    if isinstance(value, tuple | list):
        value = value[1]
    if fmt.is_missing(value) or told.value is None:
        return fmt.is_missing(value) and told.value is None
    if isinstance(told.value, str):
        return told.value == str(value)
    return told.value == pytest.approx(float(str(value)), rel=1e-9, abs=1e-12)


def is_in(told: Explanation, words: str) -> bool:
    """Whether the number explained is in the words shown."""
    value = told.value
    texts = {shown(value, told.unit.value)}
    if isinstance(value, float):
        ways = (fmt.money, fmt.percent, fmt.decimal, fmt.money_change, fmt.percent_change)
        texts |= {way(value) for way in ways}
    return any(text in words for text in texts)


def views(qtbot, page: Page, running: Callable[[], bool]) -> Iterator[Page]:
    """The page as it is, then after each press of a switch, once its figures are there."""

    def settled() -> bool:
        seen = (view for view in page.findChildren(AnalysisView) if view.isVisible())
        return not running() and not any(view.is_stale() for view in seen)

    qtbot.waitUntil(settled, timeout=60_000)
    yield page
    for control in page.findChildren(SegmentedControl):
        for button in control.findChildren(QPushButton):
            if button.isVisible() and not button.isChecked():
                qtbot.mouseClick(button, CLICK)
                qtbot.waitUntil(settled, timeout=60_000)
                yield page


def wrong_tables(place: QWidget, heard: Heard, excused: set[str], part: set[str]) -> Iterator[str]:
    for table in place.findChildren(DataTable):
        model = table.frame_model
        if not table.isVisible() or not model.rowCount():
            continue
        for number, column in enumerate(model.columns):
            name = f"{table.objectName()}.{column.name}"
            if not column.numeric or name in excused or table.objectName() in excused:
                continue
            count = model.rowCount()
            for row in {*range(min(count, _MOST_ROWS)), count - 1}:
                table.setCurrentIndex(model.index(row, 0))
                heard.last = None
                # One action: a click or an arrow key.
                table.setCurrentIndex(model.index(row, number))
                if heard.last is None:
                    table.explain_action.trigger()  # the other: Explain in the table's menu
                value = model.value(row, column.name)
                if heard.last is None:
                    yield f"{name}: no formula"
                elif name not in part and not is_of(heard.last, value):
                    yield f"{name}: {value} explained as {heard.last.value} ({heard.last.subject})"
                    break


def wrong_trees(place: QWidget, heard: Heard, excused: set[str], part: set[str]) -> Iterator[str]:
    """Figures in trees: columns whose cells are set to the right."""
    for tree in place.findChildren(QTreeView):
        model = tree.model()
        if not tree.isVisible() or model is None or not model.rowCount():
            continue
        for number in range(model.columnCount()):
            name = f"{tree.objectName()}.{number}"
            side = model.data(model.index(0, number), Qt.ItemDataRole.TextAlignmentRole)
            right = side is not None and int(side) & int(Qt.AlignmentFlag.AlignRight)
            if not right or name in excused or tree.objectName() in excused:
                continue
            for row in range(min(model.rowCount(), _MOST_ROWS)):
                tree.setCurrentIndex(model.index(row, 0))
                heard.last = None
                tree.setCurrentIndex(model.index(row, number))
                words = str(model.data(model.index(row, number)))
                if heard.last is None:
                    yield f"{name}: no formula"
                elif name not in part and not is_in(heard.last, words):
                    yield f"{name}: {words} explained as {heard.last.value}"


def wrong_charts(place: QWidget, heard: Heard, excused: set[str], part: set[str]) -> Iterator[str]:
    for chart in place.findChildren(ChartWidget):
        name = chart.objectName()
        if not chart.isVisible() or chart.data() is None or name in excused:
            continue
        words: dict[str, list[str]] = {}
        for hit in chart.hits():
            words.setdefault(hit.key, []).append(hit.words)
        keys = list(words)
        for key in dict.fromkeys([*keys[:_MOST_PLACES], *keys[-_MOST_PLACES:]]):
            canvas = chart.focusProxy()
            canvas._select("")
            heard.last = None
            canvas._select(key)
            if heard.last is None:
                chart.explain_action.trigger()  # what was selected before the walk came by
            if heard.last is None:
                yield f"{name}, {key}: no formula"
            elif name not in part and not any(is_in(heard.last, each) for each in words[key]):
                yield f"{name}: {words[key]} explained as {heard.last.value}"


def wrong_cards(
    qtbot: QtBot, place: QWidget, heard: Heard, excused: set[str], part: set[str]
) -> Iterator[str]:
    for card in place.findChildren(FigureCard):
        name = card.objectName()
        if not card.isVisible() or name in excused:
            continue
        heard.last = None
        qtbot.mouseClick(card, CLICK)
        if heard.last is None:
            yield f"{name}: no formula"
        elif name not in part and not is_in(heard.last, card.accessibleName()):
            yield f"{name}: {card.accessibleName()} explained as {heard.last.value}"


def test_every_figure_leads_to_its_formula(window, qtbot):
    wrong: list[str] = []
    for name in (page.name for page in PAGES):
        excused, part = NOT_COMPUTED.get(name, set()), PART_OF_ANOTHER.get(name, set())
        if "*" in excused:
            continue
        window.show_page(name)
        page = window.pages[name]
        heard = Heard(window, page)
        for place in views(qtbot, page, lambda: bool(window.figures.tasks.running)):
            qtbot.wait(20)
            found = set(wrong_tables(place, heard, excused, part))
            found |= set(wrong_trees(place, heard, excused, part))
            found |= set(wrong_charts(place, heard, excused, part))
            found |= set(wrong_cards(qtbot, place, heard, excused, part))
            wrong += [f"{name}: {each}" for each in sorted(found)]
    if wrong:
        pytest.fail("not the figure shown:\n" + "\n".join(dict.fromkeys(wrong)))


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
