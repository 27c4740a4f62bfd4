"""The page of trade effects, used as a user does, on a small made-up market."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.charts.bars import BarList
from ui.charts.widget import ChartWidget
from ui.panels.trade_effects import TradeEffectsPage
from ui.widgets.figure_card import FigureCard
from ui.widgets.split_column import SPLIT_MARK
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
def page(qtbot: QtBot, open_page: Callable[..., TradeEffectsPage]) -> TradeEffectsPage:
    made = open_page(TradeEffectsPage, AGREEMENT)
    ready(qtbot, made)
    return made


def ready(qtbot: QtBot, page: TradeEffectsPage) -> None:
    def computed() -> bool:
        effects = page.view.effects
        return (
            effects is not None
            and not page.view.is_stale()
            and effects.model.value == page.view.model.key()
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
    assert page.view.effects is not None
    assert "Trade created" in card.accessibleName()
    chart = shown_chart(page)
    assert chart.series == ("Created", "Diverted")
    assert [bar.key for bar in chart.bars] == ["JPN"]
    press(qtbot, page, "effectsView_effects")
    assert page.view.table.isVisible()
    model = page.view.table.frame_model
    assert {model.value(row, "name") for row in range(model.rowCount())} == {
        "Japan",
        "United States",
    }


def test_another_model_gives_other_figures(qtbot: QtBot, page: TradeEffectsPage) -> None:
    assert page.view.effects is not None
    before = page.view.effects.totals["creation"]
    page.view.model.setFocus()
    qtbot.keyClick(page.view.model, Qt.Key.Key_Down)
    ready(qtbot, page)
    assert page.view.model.key() == "infinite-supply"
    assert page.view.effects.totals["creation"] > before


def test_groups_and_gains(qtbot: QtBot, page: TradeEffectsPage) -> None:
    press(qtbot, page, "effectsGroup_product")
    press(qtbot, page, "effectsShown_gains")
    chart = shown_chart(page)
    assert chart.series == ("Revenue", "Welfare")
    assert {bar.label for bar in chart.bars} <= {"8108.20", "8505.11"}


def test_products_split_equally_are_marked(qtbot: QtBot, page: TradeEffectsPage) -> None:
    effects = page.view.effects
    assert effects is not None
    rows = effects.by_product
    page.view.effects = replace(
        effects, by_product=rows.assign(equal_split=rows["product"] == "810820")
    )
    press(qtbot, page, "effectsGroup_product")
    frame = page.view.table.frame_model
    names = [frame.index(n, 0).data() for n in range(frame.rowCount())]
    assert f"8108.20 {SPLIT_MARK}" in names
    assert "8505.11" in names
    assert [bar.label for bar in shown_chart(page).bars if bar.key == "810820"] == [
        f"8108.20 {SPLIT_MARK}"
    ]


def test_elasticities_and_dropped_flows_are_listed(qtbot: QtBot, page: TradeEffectsPage) -> None:
    page.show_section("elasticities[0]")
    assert page.view.elasticities.isVisible()
    model = page.view.elasticities.frame_model
    assert model.value(0, "substitution") == 1.5
    assert "SMART" in model.value(0, "substitution_source")
    press(qtbot, page, "effectsView_dropped")
    assert page.view.dropped.frame_model.rowCount() > 0
    press(qtbot, page, "effectsView_remarks")
    assert page.view.remarks.isVisible()


def test_an_elasticity_is_stated_and_taken_out(qtbot: QtBot, page: TradeEffectsPage) -> None:
    press(qtbot, page, "effectsView_elasticities")
    page.view.elasticities.select_value("product", "810820")
    assert not page.view.form.set.isEnabled()
    page.view.form.value.setValue(4)
    qtbot.keyClicks(page.view.form.source, "a study")
    qtbot.mouseClick(page.view.form.set, LEFT)
    (stated,) = page.document.agreement.elasticities
    assert (str(stated.products[0]), stated.substitution) == ("8108.20", 4)
    qtbot.waitUntil(lambda: page.view.elasticities.frame_model.value(0, "substitution") == 4)
    assert "a study" in page.view.elasticities.frame_model.value(0, "substitution_source")
    qtbot.mouseClick(page.view.form.drop, LEFT)
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
    page.view.table.select_value("name", "Japan")
    assert told[-1].subject.startswith("Japan")


def test_an_edit_is_computed_anew(qtbot: QtBot, page: TradeEffectsPage) -> None:
    excluded = Treatment(staging=(StagingCategory("A", StagingFormula.EXCLUDED),))
    page.document.edit("No cuts", lambda a: replace(a, treatment=excluded))
    qtbot.waitUntil(
        lambda: page.view.effects is not None and page.view.effects.totals["creation"] == 0,
        timeout=10_000,
    )
    page.document.undo_stack.undo()
    qtbot.waitUntil(
        lambda: page.view.effects is not None and page.view.effects.totals["creation"] > 0,
        timeout=10_000,
    )


def test_changes_since_the_pinned_baseline(qtbot: QtBot, page: TradeEffectsPage) -> None:
    def told(figure: str) -> str:
        card = page.findChild(FigureCard, f"effects-{figure}")
        assert card is not None
        return card.accessibleName()

    assert "↑" not in told("creation") + told("welfare")
    before = page.view.effects
    assert before is not None
    page.figures.pin()
    qtbot.waitUntil(lambda: page.figures.pinned is page.figures.result)
    costly = replace(AGREEMENT.parameters, fixed_cost=5_000.0)
    page.document.edit("Dearer claims", lambda a: replace(a, parameters=costly))
    ready(qtbot, page)
    now = page.view.effects
    assert now is not None
    change = now.totals["creation"] - before.totals["creation"]
    assert fmt.change_phrase(change, fmt.money_change) in told("creation")
    page.view.model.show_key("gsim")  # the baseline is worked out anew by the same model
    page.view.model.chosen.emit("gsim")
    ready(qtbot, page)
    assert "↓" in told("creation")
    page.figures.pin()
    qtbot.waitUntil(lambda: "↓" not in told("creation"), timeout=10_000)
    page.document.undo_stack.undo()
    ready(qtbot, page)
    assert "↑" in told("creation")


def test_an_agreement_without_products_says_what_to_do(
    qtbot: QtBot, page: TradeEffectsPage
) -> None:
    page.document.edit("Nothing", lambda a: replace(a, coverage=ProductCoverage(())))
    words = page.findChild(QLabel, "effectsViewEmptySentence")
    assert words is not None
    qtbot.waitUntil(lambda: words.text().startswith("Cover products first"), timeout=10_000)
    assert not page.view.area.isVisible()
