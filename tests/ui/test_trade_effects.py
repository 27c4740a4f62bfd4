"""The page of trade effects, used as a user does, on a small made-up market."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.charts.bars import BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.trade_effects import TradeEffectsPage
from ui.tasks import TaskRunner
from ui.widgets.figure_card import FigureCard
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, StagingFormula, Treatment
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, OriginProvisions

AGREEMENT = Agreement(
    title="Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    ),
    origin=OriginProvisions(default_rule=AnyGood()),
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, small_figures: type[Figures]) -> Iterator[TradeEffectsPage]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = small_figures(document, runner)
    made = TradeEffectsPage(document, figures)
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


def ready(qtbot: QtBot, page: TradeEffectsPage) -> None:
    def computed() -> bool:
        effects = page.effects
        return (
            effects is not None
            and effects.evaluation is page.figures.result
            and effects.model.value == page.model.key()
        )

    qtbot.waitUntil(computed, timeout=10_000)


def press(qtbot: QtBot, page: TradeEffectsPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, LEFT)


def shown_chart(page: TradeEffectsPage) -> BarList:
    widget = page.findChild(ChartWidget, "effectsChart")
    assert widget is not None
    data = widget.data()
    assert isinstance(data, BarList)
    return data


def test_cards_chart_and_table_show_the_effects(qtbot: QtBot, page: TradeEffectsPage) -> None:
    card = page.findChild(FigureCard, "effects-creation")
    assert card is not None
    assert page.effects is not None
    assert "Trade created" in card.accessibleName()
    chart = shown_chart(page)
    assert chart.series == ("Created", "Diverted")
    assert [bar.key for bar in chart.bars] == ["JPN"]
    press(qtbot, page, "effectsView_effects")
    assert page.table.isVisible()
    model = page.table.frame_model
    assert {model.value(row, "name") for row in range(model.rowCount())} == {
        "Japan",
        "United States",
    }


def test_another_model_gives_other_figures(qtbot: QtBot, page: TradeEffectsPage) -> None:
    assert page.effects is not None
    before = page.effects.totals["creation"]
    page.model.setFocus()
    qtbot.keyClick(page.model, Qt.Key.Key_Down)
    ready(qtbot, page)
    assert page.model.key() == "infinite-supply"
    assert page.effects.totals["creation"] > before


def test_groups_and_gains(qtbot: QtBot, page: TradeEffectsPage) -> None:
    press(qtbot, page, "effectsGroup_product")
    press(qtbot, page, "effectsShown_gains")
    chart = shown_chart(page)
    assert chart.series == ("Revenue", "Welfare")
    assert {bar.label for bar in chart.bars} <= {"8108.20", "8505.11"}


def test_elasticities_and_dropped_flows_are_listed(qtbot: QtBot, page: TradeEffectsPage) -> None:
    page.show_section("elasticities[0]")
    assert page.elasticities.isVisible()
    model = page.elasticities.frame_model
    assert model.value(0, "substitution") == 1.5
    assert "SMART" in model.value(0, "substitution_source")
    press(qtbot, page, "effectsView_dropped")
    assert page.dropped.frame_model.rowCount() > 0
    press(qtbot, page, "effectsView_remarks")
    assert page.remarks.isVisible()


def test_an_elasticity_is_stated_and_taken_out(qtbot: QtBot, page: TradeEffectsPage) -> None:
    press(qtbot, page, "effectsView_elasticities")
    page.elasticities.select_value("product", "810820")
    assert not page.form.set.isEnabled()
    page.form.value.setValue(4)
    qtbot.keyClicks(page.form.source, "a study")
    qtbot.mouseClick(page.form.set, LEFT)
    (stated,) = page.document.agreement.elasticities
    assert (str(stated.products[0]), stated.substitution) == ("8108.20", 4)
    qtbot.waitUntil(lambda: page.elasticities.frame_model.value(0, "substitution") == 4)
    assert "a study" in page.elasticities.frame_model.value(0, "substitution_source")
    qtbot.mouseClick(page.form.drop, LEFT)
    assert page.document.agreement.elasticities == ()
    page.document.undo_stack.undo()
    page.document.undo_stack.undo()
    assert page.document.agreement.elasticities == ()


def test_selecting_explains(qtbot: QtBot, page: TradeEffectsPage) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    qtbot.mouseClick(page.findChild(FigureCard, "effects-welfare"), LEFT)
    assert told[-1].figure == "welfare"
    press(qtbot, page, "effectsView_effects")
    page.table.select_value("name", "Japan")
    assert told[-1].subject.startswith("Japan")


def test_an_edit_is_computed_anew(qtbot: QtBot, page: TradeEffectsPage) -> None:
    excluded = Treatment(staging=(StagingCategory("A", StagingFormula.EXCLUDED),))
    page.document.edit("No cuts", lambda a: replace(a, treatment=excluded))
    qtbot.waitUntil(
        lambda: page.effects is not None and page.effects.totals["creation"] == 0, timeout=10_000
    )
    page.document.undo_stack.undo()
    qtbot.waitUntil(
        lambda: page.effects is not None and page.effects.totals["creation"] > 0, timeout=10_000
    )
