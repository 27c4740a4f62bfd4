"""The overview: cards with their intervals, and charts that lead to a formula."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.charts.widget import ChartWidget
from ui.panels.overview import OverviewPage
from ui.widgets.figure_card import FigureCard
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment, TreatmentBasis
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


@pytest.fixture
def page(qtbot: QtBot, open_page: Callable[..., OverviewPage]) -> Iterator[OverviewPage]:
    made = open_page(OverviewPage, AGREEMENT, 700)
    qtbot.waitUntil(lambda: made.figures.result is not None)
    yield made
    made.hide()


def test_cards_say_how_sure_they_are_after_a_pause(qtbot: QtBot, page: OverviewPage) -> None:
    card = page.findChild(FigureCard, "figure-utilisation")
    assert "draws" not in card.toolTip()
    qtbot.waitUntil(lambda: "nine draws of ten" in card.toolTip(), timeout=30_000)
    result = page.figures.result
    assert result is not None
    assert card.toolTip().startswith(fmt.percent_full(result.totals["utilisation"]))
    page.document.edit("Costly", lambda a: a.with_parameter("fixed_cost", 1_400.0))
    qtbot.waitUntil(lambda: "nine draws" not in card.toolTip(), timeout=5_000)


def test_cuts_for_everyone_show_whom_they_reach(
    qtbot: QtBot, open_page: Callable[..., OverviewPage]
) -> None:
    everyone = replace(
        AGREEMENT,
        partners=(Partner("USA"), Partner("CHN")),
        treatment=Treatment(basis=TreatmentBasis.EXTENDED),
    )
    page = open_page(OverviewPage, everyone, 700)
    qtbot.waitUntil(lambda: page.figures.result is not None)
    forgone = page.findChild(FigureCard, "reach-duty_forgone")
    qtbot.waitUntil(lambda: forgone.accessibleName().endswith(": 46.0 m, a year"))
    assert page.findChild(FigureCard, "reach-imports").isVisible()
    assert page.findChild(FigureCard, "trade-covered_trade").isVisible()
    assert not page.findChild(FigureCard, "figure-utilisation").isVisible()
    told: list[Explanation] = []
    page.explained.connect(told.append)
    forgone.clicked.emit()
    page._riders.selected.emit("JPN")
    assert [explanation.value for explanation in told] == [pytest.approx(46e6)] * 2
    assert told[1].subject == "Japan"
    assert "of every supplier: category A, free" in page._terms.text()


def test_draws_stop_at_an_edit_and_out_of_sight(qtbot: QtBot, page: OverviewPage) -> None:
    runner = page.figures.tasks
    qtbot.waitUntil(lambda: runner.find("overview-intervals") is not None, timeout=30_000)
    page.document.edit("Costly", lambda a: a.with_parameter("fixed_cost", 1_400.0))
    assert runner.find("overview-intervals") is None
    page._start_draws()
    assert runner.find("overview-intervals") is None, "the figures are of an earlier text"
    qtbot.waitUntil(lambda: runner.find("overview-intervals") is not None, timeout=30_000)
    page.hide()
    assert runner.find("overview-intervals") is None


def test_nothing_is_drawn_once_the_program_closes(qtbot: QtBot, page: OverviewPage) -> None:
    qtbot.waitUntil(page._pause.isActive, timeout=30_000)
    page.figures.tasks.shutdown()
    page._start_draws()
    assert not page.figures.tasks.running


def test_parts_and_products_lead_to_their_formula(page: OverviewPage) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    where = page.findChild(ChartWidget, "whereItBites")
    table = where.data().table()
    shown = dict(zip(table.values["part"], table.values["value"], strict=True))
    for hit in where.hits():
        where.selected.emit(hit.key)
        assert fmt.money(told[-1].value) in hit.words
    assert {one.value for one in told} == set(shown.values())
    assert max(shown.values()) == pytest.approx(350e6)
    page.findChild(ChartWidget, "riders").selected.emit("810820")
    assert told[-1].subject == "8108.20"
