"""The frontier page, used as a person does."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from ui import format as fmt
from ui.charts.swept import step_key, step_of
from ui.document import AgreementDocument
from ui.panels.frontier import FrontierPage, picture_of
from workbench.analysis.frontier import frontier
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AnyGood,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RemainderCap,
    RvcMethod,
    WhollyObtained,
)
from workbench.model.rule_families import Family, RuleChoice, Sweep


def drafted() -> Agreement:
    return Agreement(
        title="Magnets",
        partners=(Partner("USA"), Partner("JPN")),
        coverage=ProductCoverage(
            (CoveredProducts((HSRange.parse("8505.11"), HSRange.parse("8108.20"))),)
        ),
        origin=OriginProvisions(
            default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5),
            product_rules=(
                ProductRule((HSRange.parse("8505.11"),), RemainderCap(0.5, ("CHN",), 0.2)),
            ),
        ),
    )


@pytest.fixture
def page(qtbot, open_page) -> FrontierPage:
    page = open_page(FrontierPage, drafted(), 700)
    tasks = page.figures.tasks
    qtbot.waitUntil(lambda: page.view.chosen() is not None and not tasks.running, timeout=20_000)
    return page


@pytest.fixture
def document(page) -> AgreementDocument:
    return page.document


def settle(qtbot, page: FrontierPage) -> None:
    view = page.view
    qtbot.waitUntil(
        lambda: (
            not view.is_stale()
            and not page.figures.tasks.running
            and not view._settings.isActive()
            and not view._pause.isActive()
        ),
        timeout=20_000,
    )


def press(qtbot, page: FrontierPage, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def test_it_opens_at_the_rule_as_drafted(page):
    assert page.view.chosen().at == 0.5
    assert page.view.picture.selected_key() == step_key(10)
    assert page.view.adopt.isEnabled()
    assert "50" in page.view.adopt.text()


def test_a_point_is_chosen_explained_and_adopted_as_one_step(qtbot, page, document):
    told = []
    page.explained.connect(told.append)
    steps = {hit.key: hit for hit in page.view.picture.hits()}
    assert "Utilisation".lower() in steps[step_key(16)].words
    canvas = page.view.picture._canvas
    place = steps[step_key(16)].region.boundingRect().center().toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert page.view.chosen().at == pytest.approx(0.8)
    assert told[-1].value == page.view.chosen().exposure
    assert "80 per cent" in str(told[-1].terms[0].value)
    press(qtbot, page, "adoptRule")
    rule = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.8)
    assert document.agreement.origin.default_rule == rule
    assert document.agreement.rule_of("850511") == rule
    settle(qtbot, page)
    assert page.view._frontier().drafted.at == 0.8
    document.undo_stack.undo()
    assert document.agreement == drafted()
    settle(qtbot, page)


def test_return_on_a_point_adopts_it(qtbot, page, document):
    canvas = page.view.picture._canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    at = page.view.chosen().at
    assert at == pytest.approx(0.55)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert document.agreement.origin.default_rule.at_least == pytest.approx(at)
    settle(qtbot, page)


def test_figures_of_an_earlier_text_are_marked_and_not_adopted(qtbot, page, document):
    document.edit(
        "Change",
        lambda a: a.with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.7)),
    )
    assert page.view.picture.data().stale
    assert not page.view.adopt.isEnabled()
    settle(qtbot, page)
    assert not page.view.picture.data().stale
    assert page.view.adopt.isEnabled()


def test_one_product_is_swept_and_adopted_alone(qtbot, page, document):
    view = page.view
    view.form.products.show_key("product:810820")
    view.form.products.chosen.emit("product:810820")
    settle(qtbot, page)
    assert view._frontier().sweep.products == ("810820",)
    press(qtbot, page, "frontier_least_exposure")
    best = view._frontier().least_exposure
    assert view.chosen().at == best.at
    press(qtbot, page, "adoptRule")
    assert document.agreement.rule_of("810820").at_least == best.at
    assert document.agreement.rule_of("850511") == drafted().rule_of("850511")
    settle(qtbot, page)


def test_return_on_a_product_sweeps_it(qtbot, page):
    table = page.view.products
    table.setFocus()
    table.select_row(0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    settle(qtbot, page)
    swept = page.view._frontier()
    assert swept.sweep.products == (page.view.form.products.key().removeprefix("product:"),)


def test_selecting_a_product_explains_its_best_rule(page):
    told = []
    page.explained.connect(told.append)
    page.view.products.select_row(1)
    assert told[-1].title == "Best rule"
    row = page.view._frontier().by_product.iloc[1]
    assert told[-1].value == pytest.approx(row["least_exposure_at"], nan_ok=True)


def test_a_cap_needs_economies_and_takes_those_of_the_text(qtbot, page):
    view = page.view
    view.form.family.show_key(Family.ECONOMY_CAP)
    view.form.family.chosen.emit(Family.ECONOMY_CAP)
    settle(qtbot, page)
    assert view._frontier().sweep.economies == ("CHN",)
    assert view.form.economies.isVisible()


def test_what_cannot_be_swept_says_why(qtbot, page):
    view = page.view
    view.form.family.show_key(Family.TOLERANCE)
    view.form.family.chosen.emit(Family.TOLERANCE)
    qtbot.waitUntil(lambda: view._frontier() is None, timeout=20_000)
    assert "No rule of this agreement" in view.picture.data().empty
    assert not view.adopt.isEnabled()
    settle(qtbot, page)


def test_goal_seek_finds_and_adopts_a_threshold(qtbot, page, document):
    view = page.view
    points = view._frontier().points
    target = (points[8].exposure + points[18].exposure) / 2
    view.goal_share.set_fraction(target)
    press(qtbot, page, "goalFind")
    qtbot.waitUntil(lambda: view.goal_adopt.isEnabled(), timeout=20_000)
    found = view._goal
    assert found.reached
    assert found.point.exposure == pytest.approx(target, abs=1e-5)
    press(qtbot, page, "goalAdopt")
    assert document.agreement.origin.default_rule.at_least == pytest.approx(found.point.at)
    assert document.undo_stack.count() == 1
    settle(qtbot, page)


def test_goal_out_of_reach_shows_the_nearest(qtbot, page):
    view = page.view
    view.goal_share.set_fraction(0.99)
    press(qtbot, page, "goalFind")
    qtbot.waitUntil(lambda: bool(view.goal_says.text()), timeout=20_000)
    assert "never as high" in view.goal_says.text()
    settle(qtbot, page)


def test_supplier_is_told_what_to_change(qtbot, page):
    card = page.view.supplier
    assert card.exporter.key() == "JPN"
    qtbot.waitUntil(lambda: card.table.frame_model.rowCount() == 4, timeout=20_000)
    shown = card.table.frame_model
    assert [shown.value(row, "name") for row in range(4)] == ["mean", "10 %", "50 %", "90 %"]
    told = []
    page.explained.connect(told.append)
    card.table.select_row(3)
    assert told[-1].title == "Net gain of complying"
    button = card.findChild(QPushButton, "supplierRule_along")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.rowCount() == 4 * 21, timeout=20_000)
    settle(qtbot, page)


def test_the_picture_has_a_table_and_words(page):
    data = page.view.picture.data()
    table = data.table()
    assert len(table.values["x"]) == 21
    assert "Exposure, traced" in [column.title for column in table.columns]
    assert "as drafted" in data.describe().lower()


def test_a_list_of_rules_is_drawn_by_name(page):
    choices = (RuleChoice("any", AnyGood()), RuleChoice("all", WhollyObtained()))
    result = page.figures.result
    found = frontier(result.agreement, result.baseline, Sweep(Family.RULES, rules=choices))
    data = picture_of(found, (), False)
    assert data.names == ("any", "all")
    assert not data.joined
    assert data.table().values["x"] == ["any", "all"]
    assert data.step_words(1).startswith("all: utilisation")


def test_keys_of_steps():
    assert step_of("elsewhere:1") is None
    assert step_of(step_key(3)) == 3


def test_the_drafted_rules_beside_the_pinned_baseline(qtbot, page, document):
    row = page.findChild(QLabel, "frontierPoint_exposure3")
    assert not row.isVisible()
    other = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.7)
    drafted = page.view._frontier().drafted
    document.edit("Stricter", lambda a: a.with_default_rule(other))
    page.figures._start()
    qtbot.waitUntil(lambda: not page.view.is_stale() and not page.figures.tasks.running)
    now = page.view._frontier().drafted
    assert row.text() == fmt.percent_change(now.exposure - drafted.exposure)
    assert row.isVisible()
    page.figures.pin()
    page.show_figures()
    assert not row.isVisible()
    document.undo_stack.undo()
    page.figures._start()
    qtbot.waitUntil(lambda: not page.view.is_stale() and not page.figures.tasks.running)


def test_without_market_access_there_is_no_rule_to_sweep(qtbot, page, document):
    document.edit(
        "Playbook", lambda a: replace(a, treatment=replace(a.treatment, market_access=False))
    )
    page.figures._start()
    qtbot.waitUntil(lambda: not page.view.area.isVisible())
    assert "no origin rule to sweep" in page.view._empty.accessibleName()
    document.undo_stack.undo()
    page.figures._start()
    qtbot.waitUntil(lambda: page.view.area.isVisible())
