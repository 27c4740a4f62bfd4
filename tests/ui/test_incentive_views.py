"""The views of the page of incentives beside the terms, used as a user does."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.charts.heatmap import HeatMap, cell_key
from ui.charts.tornado import Tornado
from ui.charts.widget import ChartWidget
from ui.panels.incentives import IncentivesPage
from ui.widgets.analysis_view import AnalysisView
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.data_table import DataTable
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.line_field import LineField
from ui.widgets.number_spin import NumberSpin
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.commitments import IncentiveKind, Parameters, TreatmentBasis
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
OWN_WORDS = {"relative", "share"}
"""Columns whose explanation is of the interval or the turn they are part of."""


@pytest.fixture
def page(qtbot: QtBot, open_page: Callable[..., IncentivesPage]) -> IncentivesPage:
    made = open_page(IncentivesPage, AGREEMENT, 700)
    qtbot.waitUntil(lambda: made.figures.result is not None)
    return made


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
    gap = column(shown, "title").index("Leverage gap")
    assert cell(shown, gap, "low") != fmt.MISSING
    widths = [
        max(s.at_low, chart.base, s.at_high) - min(s.at_low, chart.base, s.at_high)
        for s in chart.swings
        if s.at_low is not None and s.at_high is not None and chart.base is not None
    ]
    assert widths == sorted(widths, reverse=True)
    assert column(table(page, "conclusionsTable"), "text")


def test_what_sensitivity_leaves_out_is_said(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "sensitivity")
    notes = page.findChild(QLabel, "sensitivityNotes")
    assert notes.text().startswith("As evaluated these stand outside their interval: covered trade")
    page.document.edit("Aim high", lambda a: a.with_parameter("target_utilisation", 0.98))
    qtbot.waitUntil(lambda: "no incentive reaches the target" in notes.text(), timeout=20_000)
    assert notes.isVisible()
    shown = table(page, "intervalsTable")
    gap = column(shown, "title").index("Leverage gap")
    assert cell(shown, gap, "high") == fmt.MISSING


def test_a_conclusion_says_what_turns_it(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "sensitivity")
    result = page.figures.result
    aim = result.totals["utilisation"] + 0.01
    page.document.edit("Just above", lambda a: a.with_parameter("target_utilisation", aim))
    shown = table(page, "conclusionsTable")
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    assert cell(shown, 0, "change") == "250 to 218, cost per claim"
    assert cell(shown, 0, "text").startswith("Utilisation stays below the target")
    assert cell(shown, 0, "share") != fmt.MISSING
    assert "No single assumption" in column(shown, "change")


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


def test_an_edit_taken_back_leaves_nothing_to_work_out(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "sensitivity")
    page.document.edit("Costly", lambda a: replace(a, parameters=Parameters(fixed_cost=1_400.0)))
    label = page.findChild(QLabel, "sensitivityViewState")
    qtbot.waitUntil(lambda: "earlier text" in label.text(), timeout=5_000)
    page.document.undo_stack.undo()
    qtbot.waitUntil(lambda: label.text() == "", timeout=5_000)
    assert not view.is_stale()


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


# Leverage ----------------------------------------------------------------------------------


def test_an_instrument_is_adopted_and_undone(qtbot: QtBot, page: IncentivesPage) -> None:
    page.document.edit("Aim high", lambda a: a.with_parameter("target_utilisation", 0.98))
    open_view(qtbot, page, "leverage")
    shown = table(page, "instrumentTable")
    assert cell(shown, 1, "title") == "Tax credit"
    assert cell(shown, 1, "reached") == "Reached"
    adopt = page.findChild(QPushButton, "adoptInstrument")
    assert not adopt.isEnabled()
    shown.select_row(1)
    qtbot.mouseClick(adopt, LEFT)
    (incentive,) = page.document.agreement.incentives
    assert incentive.kind is IncentiveKind.TAX_CREDIT
    assert incentive.ad_valorem > 0
    page.document.undo_stack.undo()
    assert page.document.agreement.incentives == ()


def test_the_fee_is_a_choice(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "leverage")
    before = cell(table(page, "instrumentTable"), 4, "cost")
    spin = page.findChild(DecimalSpin, "leverageFee")
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "1")
    with qtbot.waitSignal(view.figures.tasks.ended, timeout=20_000):
        qtbot.keyClick(spin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    assert cell(table(page, "instrumentTable"), 4, "cost") != before


# Overlap, reciprocity ----------------------------------------------------------------------


def test_overlap_without_another_regime_says_so(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "overlap")
    assert table(page, "overlapTable").frame_model.rowCount() == 0


def test_partners_and_revenue_by_year(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "reciprocity")
    shown = table(page, "reciprocityTable")
    assert column(shown, "economy") == ["United States", "Japan"]
    result = page.figures.result
    assert result is not None
    assert cell(shown, 0, "duty_forgone") == fmt.money(result.totals["duty_forgone"])
    chart = page.findChild(ChartWidget, "revenueByYear").data()
    assert isinstance(chart, HeatMap)
    assert chart.columns == ("1", "2", "3", "4", "5")
    told: list[Explanation] = []
    page.explained.connect(told.append)
    page.findChild(ChartWidget, "revenueByYear").selected.emit(cell_key("United States", "2"))
    assert told[-1].title == "Duty forgone in year 2"


def test_partner_by_product_and_another_figure(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "reciprocity")
    chart = page.findChild(ChartWidget, "partnerByProduct")
    told: list[Explanation] = []
    page.explained.connect(told.append)
    chart.selected.emit(cell_key("Japan", "8108.20"))
    assert (told[-1].figure, told[-1].subject) == ("exposure", "8108.20, from Japan")
    box = page.findChild(ChoiceBox, "pairFigure")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    data = chart.data()
    assert isinstance(data, HeatMap)
    assert data.values[0] == (pytest.approx(300e6), pytest.approx(100e6))


def test_a_cut_for_everyone_is_a_what_if(qtbot: QtBot, page: IncentivesPage) -> None:
    open_view(qtbot, page, "reciprocity")
    note = page.findChild(QLabel, "extendedCardNote")
    assert "what if" in note.text()
    page.document.edit(
        "For all",
        lambda a: replace(a, treatment=replace(a.treatment, basis=TreatmentBasis.EXTENDED)),
    )
    qtbot.waitUntil(lambda: "as the agreement says" in note.text(), timeout=20_000)


# Erosion -----------------------------------------------------------------------------------


def test_a_share_of_false_claims_is_an_edit(qtbot: QtBot, page: IncentivesPage) -> None:
    view = open_view(qtbot, page, "erosion")
    spin = page.findChild(DecimalSpin, "erosion_false_claim_share")
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "5")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert page.document.agreement.parameters.false_claim_share == pytest.approx(0.05)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    totals = table(page, "erosionTotals")
    row = column(totals, "title").index("False claims: trade")
    assert cell(totals, row, "value") not in ("0", fmt.MISSING)


def test_a_share_of_false_claims_states_its_source(qtbot: QtBot, page: IncentivesPage) -> None:
    page.document.edit("x", lambda a: a.with_parameter("false_claim_share", 0.05))
    view = open_view(qtbot, page, "erosion")
    totals = table(page, "erosionTotals")
    row = column(totals, "title").index("False claims: trade")
    assert (
        cell(totals, row, "source") == "5.0% of trade (changed from the default, no source stated)"
    )
    qtbot.keyClicks(page.findChild(LineField, "erosion_false_claim_shareSource"), "Audits")
    assert page.document.agreement.parameters.source("false_claim_share") == "Audits"
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=20_000)
    assert cell(totals, row, "source") == "5.0% of trade (Audits)"


# Every figure ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["leverage", "overlap", "reciprocity", "erosion", "sensitivity"])
def test_a_cell_is_explained_by_its_own_figure(
    qtbot: QtBot, page: IncentivesPage, key: str
) -> None:
    """The value explained is the one in the cell."""
    view = open_view(qtbot, page, key)
    told: list[Explanation] = []
    view.explained.connect(told.append)
    for shown in view.findChildren(DataTable):
        model = shown.frame_model
        for place, described in enumerate(model.columns):
            if not described.numeric or described.name in OWN_WORDS or not model.rowCount():
                continue
            shown.setCurrentIndex(model.index(0, 0))
            shown.setCurrentIndex(model.index(0, place))
            value = model.value(0, described.name)
            if fmt.is_missing(value):
                assert told[-1].value is None, (shown.objectName(), described.name)
            else:
                assert told[-1].value == pytest.approx(float(value)), (
                    shown.objectName(),
                    described.name,
                )


@pytest.mark.parametrize("key", ["leverage", "overlap", "reciprocity", "erosion", "sensitivity"])
def test_every_control_has_a_name_and_is_reached(
    qtbot: QtBot, page: IncentivesPage, key: str
) -> None:
    view = open_view(qtbot, page, key)
    kinds = (QAbstractSpinBox, QComboBox, QAbstractItemView, QAbstractButton)
    controls = [w for w in view.findChildren(QWidget) if isinstance(w, kinds)]
    assert controls
    for control in controls:
        inner = isinstance(control.parent(), QComboBox | QAbstractItemView)
        if not control.isVisible() or inner:
            continue
        named = control.accessibleName() or getattr(control, "text", str)()
        assert named, control.objectName()
        if control.isEnabled() and not isinstance(control, QAbstractButton):
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.objectName()


def test_an_answer_of_a_year_left_again_is_not_shown(
    qtbot: QtBot, page: IncentivesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_view(qtbot, page, "reciprocity")
    work, go_on = view.work, threading.Event()

    def held(evaluation, progress):
        assert go_on.wait(10)
        return work(evaluation, progress)

    monkeypatch.setattr(view, "work", held)
    now = page.figures.result
    page.figures.result = evaluate(now.agreement, now.baseline, year=1)
    view.show_figures()
    qtbot.waitUntil(lambda: view._asked is not None and view._asked.year == 1, timeout=10_000)
    page.figures.result = now
    view.show_figures()
    go_on.set()
    qtbot.waitUntil(lambda: not page.figures.tasks.running, timeout=10_000)
    qtbot.waitUntil(lambda: view._task is None, timeout=10_000)
    assert view._of.year is None
    assert view._state.text() == ""
