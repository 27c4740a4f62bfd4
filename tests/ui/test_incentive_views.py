"""The views of the page of incentives beside the terms, used as a user does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.charts.tornado import Tornado
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.incentives import IncentivesPage
from ui.tasks import TaskRunner
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.number_spin import NumberSpin
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.commitments import Parameters
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
def page(qtbot: QtBot, small_figures: type[Figures]) -> Iterator[IncentivesPage]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = small_figures(document, runner)
    made = IncentivesPage(document, figures)
    qtbot.addWidget(made)
    made.resize(860, 700)
    document.changed.connect(made.refresh)
    figures.evaluated.connect(made.show_figures)
    document.start_from(AGREEMENT)
    figures._start()
    made.show()
    qtbot.waitExposed(made)
    yield made
    figures.close()
    runner.shutdown()


def open_view(qtbot: QtBot, page: IncentivesPage, key: str) -> AnalysisView:
    """Press the tab and wait for the answer."""
    qtbot.mouseClick(page.findChild(QPushButton, f"incentivesView_{key}"), LEFT)
    view = page.findChild(AnalysisView, f"{key}View")
    assert isinstance(view, AnalysisView)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    return view


def table(page: IncentivesPage, name: str) -> DataTable:
    found = page.findChild(DataTable, name)
    assert found is not None
    return found


def cell(shown: DataTable, row: int, name: str) -> str:
    return str(shown.frame_model.index(row, shown.frame_model.column_of(name)).data())


def column(shown: DataTable, name: str) -> list[str]:
    return [cell(shown, row, name) for row in range(shown.frame_model.rowCount())]


# Sensitivity -------------------------------------------------------------------------------


def test_intervals_tornado_and_conclusions(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "sensitivity")
    shown = table(page, "intervalsTable")
    assert column(shown, "title")[1] == "Utilisation"
    utilisation = page.figures.result.totals["utilisation"]
    assert cell(shown, 1, "base") == fmt.percent(utilisation)
    low, high = cell(shown, 1, "low"), cell(shown, 1, "high")
    assert float(low.removesuffix(" %")) <= float(high.removesuffix(" %"))
    chart = page.findChild(ChartWidget, "tornado").data()
    assert isinstance(chart, Tornado)
    widths = [
        max(s.at_low, chart.base, s.at_high) - min(s.at_low, chart.base, s.at_high)
        for s in chart.swings
        if s.at_low is not None and s.at_high is not None and chart.base is not None
    ]
    assert widths == sorted(widths, reverse=True)
    assert column(table(page, "conclusionsTable"), "text")


def test_every_figure_of_sensitivity_is_explained(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "sensitivity")
    told: list[Explanation] = []
    page.explained.connect(told.append)
    table(page, "intervalsTable").select_row(3)
    assert told[-1].figure == "exposure"
    table(page, "conclusionsTable").select_row(0)
    assert "smallest change" in told[-1].formula
    chart = page.findChild(ChartWidget, "tornado")
    canvas = chart.focusProxy()
    canvas.setFocus()
    chart.hits()
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert "end of its range" in told[-1].formula


def test_another_figure_in_the_tornado(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "sensitivity")
    box = page.findChild(ChoiceBox, "tornadoFigure")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    chart = page.findChild(ChartWidget, "tornado").data()
    assert chart is not None
    assert chart.title == "Exposure, declared"


def test_the_same_seed_gives_the_same_draws(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "sensitivity")
    before = table(page, "intervalsTable").frame_model.to_tsv()
    spin = page.findChild(NumberSpin, "sensitivitySeed")

    def draw_with(seed: str) -> str:
        spin.setFocus()
        spin.selectAll()
        qtbot.keyClicks(spin, seed)
        with qtbot.waitSignal(view.figures.tasks.ended, timeout=20_000):
            qtbot.keyClick(spin, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
        return table(page, "intervalsTable").frame_model.to_tsv()

    assert draw_with("7") != before
    assert draw_with("20250101") == before


def test_an_edit_is_worked_out_again_after_a_pause(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "sensitivity")
    before = cell(table(page, "intervalsTable"), 1, "base")
    page.document.edit("Costly", lambda a: replace(a, parameters=Parameters(fixed_cost=1_400.0)))
    assert view.is_stale()
    label = page.findChild(QLabel, "sensitivityViewState")
    qtbot.waitUntil(lambda: "earlier text" in label.text(), timeout=5_000)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    assert cell(table(page, "intervalsTable"), 1, "base") != before
    assert label.text() == ""


def test_it_can_be_stopped_and_taken_up_again(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "sensitivity")
    page.findChild(NumberSpin, "sensitivityDraws").setValue(100_000)
    with qtbot.waitSignal(view.figures.tasks.ended, timeout=20_000):
        page.findChild(NumberSpin, "sensitivityDraws").editingFinished.emit()
        qtbot.mouseClick(page.findChild(QPushButton, "sensitivityViewProgressCancel"), LEFT)
    again = page.findChild(QPushButton, "sensitivityViewAgain")
    assert again.isVisible()
    page.findChild(NumberSpin, "sensitivityDraws").setValue(100)
    qtbot.mouseClick(again, LEFT)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    assert not again.isVisible()
