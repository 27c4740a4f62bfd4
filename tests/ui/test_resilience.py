"""The page of resilience, used as a user does, on a small made-up market."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ui.charts.bars import BarList
from ui.charts.heatmap import HeatMap, cell_key
from ui.charts.stacked import StackedBars
from ui.charts.widget import ChartWidget
from ui.panels.resilience import ResiliencePage
from ui.widgets.figure_card import FigureCard
from ui.widgets.split_column import SPLIT_MARK
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

AGREEMENT = Agreement(
    title="Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    ),
)
ONE_PRODUCT = ProductCoverage((CoveredProducts((HSRange.parse("8505.11"),)),))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, open_page: Callable[..., ResiliencePage]) -> ResiliencePage:
    made = open_page(ResiliencePage, AGREEMENT)
    ready(qtbot, made)
    return made


def ready(qtbot: QtBot, page: ResiliencePage) -> None:
    def computed() -> bool:
        result = page.view.result
        return result is not None and not page.view.is_stale() and not page.figures.tasks.running

    qtbot.waitUntil(computed, timeout=10_000)


def press(qtbot: QtBot, page: ResiliencePage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, LEFT)


def chart_of(page: ResiliencePage, name: str) -> object:
    widget = page.findChild(ChartWidget, name)
    assert widget is not None
    return widget.data()


def test_map_of_products_by_indicator(qtbot: QtBot, page: ResiliencePage) -> None:
    data = chart_of(page, "resilienceMap")
    assert isinstance(data, HeatMap)
    assert data.rows == ("8108.20", "8505.11")
    assert data.values[1][0] == 1  # one supplier
    assert data.values[0][3] is None  # no economy is named
    press(qtbot, page, "resilienceWhen_after")
    assert isinstance(chart_of(page, "resilienceMap"), HeatMap)


def test_named_economies_are_watched(qtbot: QtBot, page: ResiliencePage) -> None:
    field = page.findChild(QLineEdit, "namedEconomiesField")
    assert field is not None
    qtbot.keyClicks(field, "jpn")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: page.view.result is not None and page.view.result.named == ("JPN",), timeout=10_000
    )
    data = chart_of(page, "resilienceMap")
    assert isinstance(data, HeatMap)
    assert data.values[1][3] == 1


def test_every_view_shows(qtbot: QtBot, page: ResiliencePage) -> None:
    for key, widget in (
        ("table", page.view.table),
        ("suppliers", page.view.suppliers),
        ("chain", page.view.chain),
        ("shock", page.view.shock),
        ("remarks", page.view.remarks),
    ):
        press(qtbot, page, f"resilienceView_{key}")
        assert widget.isVisible(), key
    assert page.view.table.frame_model.rowCount() == 2
    picture = chart_of(page, "resilienceSuppliersChart")
    assert isinstance(picture, StackedBars)
    assert [stack.label for stack in picture.stacks] == ["Mines", "Refines", "Exports"]
    assert page.view.remarks.frame_model.rowCount() > 0


def test_views_out_of_sight_catch_up_when_shown(qtbot: QtBot, page: ResiliencePage) -> None:
    for key in ("table", "shock", "map"):
        press(qtbot, page, f"resilienceView_{key}")
    qtbot.waitUntil(lambda: page.view.shock.shock is not None, timeout=10_000)
    earlier = page.view.shock.shock
    page.document.edit("Fewer", lambda a: replace(a, coverage=ONE_PRODUCT))
    ready(qtbot, page)
    assert page.view.shock.shock is earlier, "it is worked out for those who look at it"
    press(qtbot, page, "resilienceView_table")
    assert page.view.table.frame_model.rowCount() == 1
    press(qtbot, page, "resilienceView_remarks")
    qtbot.waitUntil(lambda: page.view.shock.shock is not earlier, timeout=10_000)


def test_products_without_figures_of_refining_are_named(qtbot: QtBot, page: ResiliencePage) -> None:
    press(qtbot, page, "resilienceView_suppliers")
    view = page.view.suppliers
    assert view.gap.isVisible()
    assert "titanium, rare earths (2 of 2 products)" in view.gap.text()
    assert "International Energy Agency" in view.gap.toolTip()


def test_products_split_equally_are_marked(qtbot: QtBot, page: ResiliencePage) -> None:
    result = page.view.result
    assert result is not None
    assert result.split == frozenset()
    split = result.products["product"] == "850511"
    page.view.result = replace(result, products=result.products.assign(equal_split=split))
    page.view._redraw()
    picture = chart_of(page, "resilienceMap")
    assert isinstance(picture, HeatMap)
    assert picture.rows == ("8108.20", f"8505.11 {SPLIT_MARK}")
    assert [bool(note) for note in picture.notes] == [False, True]
    told: list[Explanation] = []
    page.explained.connect(told.append)
    page.view._on_cell(cell_key(picture.rows[1], picture.columns[0]))
    assert told[-1].value == picture.values[1][0]
    press(qtbot, page, "resilienceView_table")
    frame = page.view.table.frame_model
    column = [each.name for each in frame.columns].index("equal_split")
    shown = {frame.index(n, 0).data(): frame.index(n, column).data() for n in range(2)}
    assert shown == {"8108.20": "", "8505.11": SPLIT_MARK}
    press(qtbot, page, "resilienceView_shock")
    qtbot.waitUntil(lambda: page.view.shock.shock is not None, timeout=10_000)
    picture = chart_of(page, "resilienceShockChart")
    assert isinstance(picture, BarList)
    (marked,) = (bar for bar in picture.bars if bar.key == "850511")
    assert marked.label == f"8505.11 {SPLIT_MARK}"
    assert "parts of one observation" in marked.tip


def test_a_supplier_stops(qtbot: QtBot, page: ResiliencePage) -> None:
    press(qtbot, page, "resilienceView_shock")
    qtbot.waitUntil(lambda: page.view.shock.shock is not None, timeout=10_000)
    shock = page.view.shock.shock
    assert shock is not None
    assert shock.economy == page.view.shock.economy.key()
    picture = chart_of(page, "resilienceShockChart")
    assert isinstance(picture, BarList)
    assert picture.series == ("At once", "After re-sourcing")
    page.view.shock.spare.setFocus()
    page.view.shock.spare.selectAll()
    qtbot.keyClicks(page.view.shock.spare, "0")
    qtbot.keyClick(page.view.shock.spare, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: page.view.shock.shock is not None and page.view.shock.shock.spare_share == 0,
        timeout=10_000,
    )
    rows = page.view.shock.shock.products
    assert rows["lost"].tolist() == pytest.approx(rows["lost_after"].tolist())


def test_selecting_explains(qtbot: QtBot, page: ResiliencePage) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    qtbot.mouseClick(page.findChild(FigureCard, "resilience-hhi"), LEFT)
    assert told[-1].figure == "hhi"
    map_widget = page.findChild(ChartWidget, "resilienceMap")
    assert map_widget is not None
    map_widget.selected.emit(cell_key("8108.20", "Largest"))
    assert (told[-1].figure, told[-1].subject) == ("largest_share", "8108.20")
    press(qtbot, page, "resilienceView_table")
    page.view.table.selectRow(1)
    assert told[-1].subject == "8505.11"
    press(qtbot, page, "resilienceView_shock")
    qtbot.waitUntil(lambda: page.view.shock.shock is not None, timeout=10_000)
    page.view.shock.product_selected.emit("810820")
    assert told[-1].title.startswith("Lost if")


def test_changes_since_the_pinned_baseline(qtbot: QtBot, page: ResiliencePage) -> None:
    card = page.findChild(FigureCard, "resilience-non_party_share")
    assert card is not None
    assert "pp" not in card.accessibleName()
    page.document.edit("Alone", lambda a: replace(a, partners=a.partners[:1]))
    ready(qtbot, page)
    assert "↑ +100.0 pp" in card.accessibleName()  # what Japan sells comes from outside now
    page.figures.pin()
    qtbot.waitUntil(lambda: "pp" not in card.accessibleName(), timeout=10_000)
    ready(qtbot, page)


def test_an_agreement_without_products_says_what_to_do(qtbot: QtBot, page: ResiliencePage) -> None:
    page.document.edit("Nothing", lambda a: replace(a, coverage=ProductCoverage(())))
    words = page.findChild(QLabel, "resiliencePageViewEmptySentence")
    assert words is not None
    qtbot.waitUntil(lambda: words.text().startswith("Cover products first"), timeout=10_000)
    assert not page.view.area.isVisible()
