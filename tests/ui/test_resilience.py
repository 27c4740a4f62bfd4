"""The page of resilience, used as a user does, on a small made-up market."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ui.charts.bars import BarList
from ui.charts.heatmap import HeatMap, cell_key
from ui.charts.stacked import StackedBars
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.resilience import ResiliencePage
from ui.tasks import TaskRunner
from ui.widgets.figure_card import FigureCard
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
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, small_figures: type[Figures]) -> Iterator[ResiliencePage]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = small_figures(document, runner)
    made = ResiliencePage(document, figures)
    qtbot.addWidget(made)
    made.resize(860, 560)
    document.changed.connect(made.refresh)
    figures.evaluated.connect(made.show_figures)
    document.start_from(AGREEMENT)
    figures._start()
    made.show()
    ready(qtbot, made)
    yield made
    qtbot.waitUntil(lambda: not runner.running, timeout=10_000)
    runner.shutdown()


def ready(qtbot: QtBot, page: ResiliencePage) -> None:
    def computed() -> bool:
        result = page.result
        return (
            result is not None
            and result.evaluation is page.figures.result
            and page.shock.shock is not None
            and not page.figures.tasks.running
        )

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
        lambda: page.result is not None and page.result.named == ("JPN",), timeout=10_000
    )
    data = chart_of(page, "resilienceMap")
    assert isinstance(data, HeatMap)
    assert data.values[1][3] == 1


def test_every_view_shows(qtbot: QtBot, page: ResiliencePage) -> None:
    for key, widget in (
        ("table", page.table),
        ("suppliers", page.suppliers),
        ("chain", page.chain),
        ("shock", page.shock),
        ("remarks", page.remarks),
    ):
        press(qtbot, page, f"resilienceView_{key}")
        assert widget.isVisible(), key
    assert page.table.frame_model.rowCount() == 2
    picture = chart_of(page, "resilienceSuppliersChart")
    assert isinstance(picture, StackedBars)
    assert [stack.label for stack in picture.stacks] == ["Mines", "Refines", "Exports"]
    assert page.remarks.frame_model.rowCount() > 0


def test_a_supplier_stops(qtbot: QtBot, page: ResiliencePage) -> None:
    press(qtbot, page, "resilienceView_shock")
    shock = page.shock.shock
    assert shock is not None
    assert shock.economy == page.shock.economy.key()
    picture = chart_of(page, "resilienceShockChart")
    assert isinstance(picture, BarList)
    assert picture.series == ("At once", "After re-sourcing")
    page.shock.spare.setFocus()
    page.shock.spare.selectAll()
    qtbot.keyClicks(page.shock.spare, "0")
    qtbot.keyClick(page.shock.spare, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: page.shock.shock is not None and page.shock.shock.spare_share == 0, timeout=10_000
    )
    rows = page.shock.shock.products
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
    page.table.selectRow(1)
    assert told[-1].subject == "8505.11"
    page.shock.product_selected.emit("810820")
    assert told[-1].title.startswith("Lost if")
