"""The page of incentives, used as a user does, on a small made-up market."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.charts.stacked import StackedBars
from ui.charts.staging import Staging
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.incentives import IncentivesPage
from ui.tasks import TaskRunner
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.line_field import LineField
from workbench.analysis.explain import FIGURES
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    PARAMETERS,
    IncentiveKind,
    Parameters,
    StagingFormula,
    TreatmentBasis,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

TITANIUM, MAGNETS = HSRange.parse("8108.20"), HSRange.parse("8505.11")
AGREEMENT = Agreement(
    title="Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage((CoveredProducts((TITANIUM, MAGNETS)),)),
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, open_page: Callable[..., IncentivesPage]) -> IncentivesPage:
    made = open_page(IncentivesPage, AGREEMENT, 700)
    qtbot.waitUntil(lambda: made.figures.result is not None)
    return made


def table_of(page: IncentivesPage) -> DataTable:
    found = page.findChild(DataTable, "incentiveLanes")
    assert found is not None
    return found


def cell(table: DataTable, row: int, name: str) -> str:
    model = table.frame_model
    return str(model.index(row, model.column_of(name)).data())


def cells(table: DataTable, name: str) -> list[str]:
    return [cell(table, row, name) for row in range(table.frame_model.rowCount())]


def choose(qtbot: QtBot, box: ChoiceBox, key: str) -> None:
    box.setFocus()
    target, step = box.findData(key), Qt.Key.Key_Down
    if target < box.currentIndex():
        step = Qt.Key.Key_Up
    for _ in range(abs(target - box.currentIndex())):
        qtbot.keyClick(box, step)


def type_number(qtbot: QtBot, spin: DecimalSpin, text: str) -> None:
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, text)
    qtbot.keyClick(spin, Qt.Key.Key_Return)


def test_shares_of_trade_add_up(page: IncentivesPage) -> None:
    data = page.findChild(ChartWidget, "shares").data()
    assert isinstance(data, StackedBars)
    leverage, already, mfn, unknown = data.stacks[0].values
    assert (mfn, already, unknown) == (pytest.approx(50e6), 0, pytest.approx(40e6))
    assert leverage == pytest.approx(350e6)


def test_lanes_are_listed_by_trade_with_rates_and_rating(page: IncentivesPage) -> None:
    table = table_of(page)
    assert cells(table, "product") == ["8108.20", "8505.11", "8108.20"]
    assert cells(table, "mfn") == ["15.0 %", "1.0 %", "–"]
    assert cells(table, "rating")[0] == "Strong"
    assert cells(table, "base_duty")[2] == "–"
    tip = table.frame_model.index(1, table.frame_model.column_of("mfn")).data(
        Qt.ItemDataRole.ToolTipRole
    )
    assert tip == "0 % to 2 %, mean 1 %"


def test_filters(qtbot: QtBot, page: IncentivesPage) -> None:
    table = table_of(page)
    qtbot.mouseClick(page.findChild(QCheckBox, "tradedFilter"), LEFT)
    assert table.frame_model.rowCount() == 4
    choose(qtbot, page.findChild(ChoiceBox, "importerFilter"), "USA")
    assert cells(table, "importer") == ["USA", "USA"]
    choose(qtbot, page.findChild(ChoiceBox, "ratingFilter"), "strong")
    assert cells(table, "product") == ["8108.20"]
    choose(qtbot, page.findChild(ChoiceBox, "ratingFilter"), "unknown")
    assert table.frame_model.rowCount() == 0


def test_products_instead_of_lanes(qtbot: QtBot, page: IncentivesPage) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, "lanesBy_products"), LEFT)
    table = table_of(page)
    assert cells(table, "product") == ["8108.20", "8505.11"]
    assert cells(table, "value") == ["340 m", "100 m"]
    with qtbot.waitSignal(page.explained) as signal:
        table.setCurrentIndex(table.frame_model.index(0, table.frame_model.column_of("value")))
    told = signal.args[0]
    assert (told.figure, told.subject, told.value) == ("value", "8108.20", pytest.approx(340e6))


def test_the_clicked_column_says_what_is_explained(qtbot: QtBot, page: IncentivesPage) -> None:
    table = table_of(page)
    model = table.frame_model
    for name, figure in (
        ("mfn", "mfn_rate"),
        ("break_even_premium", "break_even_premium"),
        ("exporter", "gross_incentive"),
    ):
        index = model.index(0, model.column_of(name))
        table.scrollTo(index)
        with qtbot.waitSignal(page.explain) as signal:
            qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
        assert signal.args[0] == figure
        lane = page.figures.result.lanes.iloc[signal.args[1]]
        assert (lane["importer"], lane["product"]) == ("USA", "810820")
        assert figure in FIGURES


def test_the_selected_lane_stays_and_shows_its_duty_by_year(
    qtbot: QtBot, page: IncentivesPage
) -> None:
    table = table_of(page)
    table.select_row(1 if cell(table, 0, "product") == "8108.20" else 0)
    selected = [cell(table, table.currentIndex().row(), n) for n in ("importer", "product")]
    qtbot.mouseClick(page.findChild(QPushButton, "stagingAdd"), LEFT)
    choose(qtbot, page.findChild(ChoiceBox, "defaultCategory"), "B5")
    page.figures._start()
    row = table.currentIndex().row()
    assert [cell(table, row, name) for name in ("importer", "product")] == selected
    data = page.findChild(ChartWidget, "rateByYear").data()
    assert isinstance(data, Staging)
    rates = [step.rate for step in data.steps]
    base = rates[0]
    assert rates == pytest.approx([base * (1 - year / 5) for year in range(6)])


def test_staging_categories(qtbot: QtBot, page: IncentivesPage) -> None:
    out = page.findChild(QToolButton, "staging_0_remove")
    assert not out.isEnabled()
    assert "default" in out.toolTip()
    qtbot.mouseClick(page.findChild(QPushButton, "stagingAdd"), LEFT)
    qtbot.waitUntil(page.findChild(ChoiceBox, "staging_1_formula").isVisible)
    choose(qtbot, page.findChild(ChoiceBox, "staging_1_formula"), "cap")
    type_number(qtbot, page.findChild(DecimalSpin, "staging_1_value"), "3")
    name = page.findChild(LineField, "staging_1_name")
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "A")
    assert "A is there already" in page.findChild(ProblemLabel, "stagingProblem").text()
    qtbot.keyClicks(name, "B")
    category = page.document.agreement.treatment.staging[1]
    assert (category.name, category.formula) == ("AB", StagingFormula.CAP)
    assert (category.value, category.years) == (0.03, None)
    assert name.hasFocus()
    assert page.findChild(DecimalSpin, "staging_1_years").text() == "–"
    qtbot.mouseClick(page.findChild(QToolButton, "staging_1_remove"), LEFT)
    assert page.document.agreement.treatment == AGREEMENT.treatment


def test_treatment(qtbot: QtBot, page: IncentivesPage) -> None:
    button = page.findChild(QPushButton, f"treatmentBasis_{TreatmentBasis.EXTENDED}")
    qtbot.mouseClick(button, LEFT)
    assert page.document.agreement.treatment.basis is TreatmentBasis.EXTENDED
    page.figures._start()
    assert set(cells(table_of(page), "utilisation")) == {"–"}
    access = page.findChild(QCheckBox, "marketAccess")
    qtbot.mouseClick(access, LEFT, pos=QPoint(12, access.height() // 2))
    assert not page.document.agreement.treatment.market_access
    assert not button.isEnabled()
    page.document.undo_stack.undo()
    page.document.undo_stack.undo()
    assert page.document.agreement == AGREEMENT
    assert access.isChecked()


def test_an_incentive_is_added_once_its_needed_fields_are_there(
    qtbot: QtBot, page: IncentivesPage
) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, "addIncentive"), LEFT)
    problem = page.findChild(ProblemLabel, "incentiveProblem")
    assert "name" in problem.text()
    name = page.findChild(LineField, "incentive_name")
    assert name.hasFocus()
    qtbot.keyClicks(name, "Fee")
    assert "worked out" in problem.text()
    choose(qtbot, page.findChild(ChoiceBox, "incentive_kind"), "fee-relief")
    type_number(qtbot, page.findChild(DecimalSpin, "incentive_ad_valorem"), "0.3464")
    type_number(qtbot, page.findChild(DecimalSpin, "incentive_minimum_usd"), "600")
    type_number(qtbot, page.findChild(DecimalSpin, "incentive_maximum_usd"), "60")
    assert page.document.agreement.incentives == ()
    qtbot.keyClicks(page.findChild(LineField, "incentive_basis"), "law")
    assert "minimum is above" in problem.text()
    type_number(qtbot, page.findChild(DecimalSpin, "incentive_maximum_usd"), "6000")
    (incentive,) = page.document.agreement.incentives
    assert (incentive.name, incentive.kind, incentive.basis) == (
        "Fee",
        IncentiveKind.FEE_RELIEF,
        "law",
    )
    assert (incentive.ad_valorem, incentive.minimum_usd, incentive.maximum_usd) == (
        0.003464,
        600,
        6000,
    )
    assert page.document.undo_stack.undoText() == "Add an incentive"
    importers = page.findChild(QLineEdit, "incentive_importersField")
    qtbot.keyClicks(importers, "USA")
    qtbot.keyClick(importers, Qt.Key.Key_Return)
    assert page.document.agreement.incentives[0].importers == ("USA",)
    qtbot.mouseClick(page.findChild(QToolButton, "removeIncentive"), LEFT)
    assert page.document.agreement.incentives == ()
    page.document.undo_stack.undo()
    assert page.document.agreement.incentives[0].importers == ("USA",)


def test_every_assumption_is_edited_and_reset(qtbot: QtBot, page: IncentivesPage) -> None:
    for info in PARAMETERS:
        spin = page.findChild(DecimalSpin, f"parameters_{info.name}")
        assert spin.number() == pytest.approx(getattr(Parameters(), info.name))
        assert info.help in page.findChild(QLabel, f"parameters_{info.name}Help").text()
    spin = page.findChild(DecimalSpin, "parameters_premium")
    reset = page.findChild(QToolButton, "parameters_premiumReset")
    assert not reset.isEnabled()
    type_number(qtbot, spin, "25")
    assert page.document.agreement.parameters.premium == 0.25
    qtbot.mouseClick(reset, LEFT)
    assert page.document.agreement == AGREEMENT
    assert spin.text() == "10 %"


def test_change_since_the_pinned_baseline(qtbot: QtBot, page: IncentivesPage) -> None:
    table = table_of(page)
    assert cells(table, "utilisation_change")[0] == "0.0 pp"
    page.document.edit("x", lambda a: a.with_parameter("fixed_cost", 25_000))
    page.figures._start()
    assert cells(table, "utilisation_change")[0].startswith("−")


def test_sections_lead_to_their_card(page: IncentivesPage) -> None:
    page.show_section("treatment")
    page.show_section("parameters")
    bar = page._scroll.verticalScrollBar()
    assert bar.value() > 0


def test_increments_are_shown_in_points(page: IncentivesPage) -> None:
    gap = page.figures.result.totals["leverage_gap"]
    assert page.findChild(QLabel, "headline_leverage_gapValue").text() == fmt.points(gap)
    table = table_of(page)
    shown = cells(table, "gross_incentive") + cells(table, "leverage_gap")
    assert any(words.endswith(" pp") for words in shown)
    assert not any("%" in words for words in shown)


def test_without_figures_the_page_still_edits(qtbot: QtBot) -> None:
    document, runner = AgreementDocument(), TaskRunner()
    figures = Figures(document, runner)
    page = IncentivesPage(document, figures)
    qtbot.addWidget(page)
    page.refresh()
    page.show_figures()
    assert page.findChild(QLabel, "headline_utilisationValue").text() == "–"


def test_a_changed_assumption_states_its_own_source(qtbot: QtBot, page: IncentivesPage) -> None:
    words = page.findChild(QLabel, "parameters_fixed_costHelp")
    field = page.findChild(LineField, "parameters_fixed_costSource")
    assert "Keck" in words.text()
    assert not field.isVisibleTo(page)
    type_number(qtbot, page.findChild(DecimalSpin, "parameters_fixed_cost"), "900")
    assert words.text().endswith("changed from the default, no source stated.")
    assert field.isVisibleTo(page)
    qtbot.keyClicks(field, "A survey")
    assert page.document.agreement.parameters.source("fixed_cost") == "A survey"
    assert words.text().endswith("Source: A survey.")
    page.document.undo_stack.undo()
    assert page.document.agreement.parameters.stated_source("fixed_cost") == ""
    page.document.undo_stack.redo()
    qtbot.mouseClick(page.findChild(QToolButton, "parameters_fixed_costReset"), LEFT)
    assert page.document.agreement == AGREEMENT
    assert "Keck" in words.text()
    assert not field.isVisibleTo(page)
