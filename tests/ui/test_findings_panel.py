"""Findings in the bottom panel: shown, mended, set aside."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.widgets.findings_panel import FindingsPanel, place_in_words
from workbench.analysis.findings import find_in_text
from workbench.analysis.results import Finding
from workbench.model.agreement import Agreement, Suppressed
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import RegionalValueContent, RvcMethod

LEFT = Qt.MouseButton.LeftButton
DRAFT = Agreement(
    "Club",
    partners=(Partner("JPN"), Partner("USA")),
    coverage=ProductCoverage((CoveredProducts((HSRange.parse("8505.11"),)),)),
).with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5))


@pytest.fixture
def panel(qtbot: QtBot) -> FindingsPanel:
    made = FindingsPanel()
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.show_findings(find_in_text(DRAFT))
    made.show()
    return made


def _select(panel: FindingsPanel, name: str) -> Finding:
    places = [n for n, finding in enumerate(panel._findings) if finding.id == name]
    panel.table.select_row(places[0])
    return panel._findings[places[0]]


def test_a_fix_is_offered_where_one_helps(panel: FindingsPanel, qtbot: QtBot) -> None:
    finding = _select(panel, "no-review")
    assert panel.fix.text() == "Review every 3 years"
    with qtbot.waitSignal(panel.fix_wanted) as told:
        qtbot.mouseClick(panel.fix, LEFT)
    assert told.args == [finding]
    _select(panel, "missing-disciplines")
    assert not panel.fix.isVisible()


def test_setting_aside_needs_a_reason(panel: FindingsPanel, qtbot: QtBot) -> None:
    finding = _select(panel, "no-review")
    assert not panel.set_aside.isEnabled()
    qtbot.keyClicks(panel.reason, "in the side letter")
    with qtbot.waitSignal(panel.aside_wanted) as told:
        qtbot.mouseClick(panel.set_aside, LEFT)
    assert told.args == [finding, "in the side letter"]


def test_what_is_set_aside_can_be_taken_up_again(panel: FindingsPanel, qtbot: QtBot) -> None:
    finding = _select(panel, "no-review")
    aside = Suppressed(finding.id, finding.about, "in the side letter")
    panel.show_findings(find_in_text(replace(DRAFT, suppressed=(aside,))))
    finding = _select(panel, "no-review")
    model = panel.table.frame_model
    row = model.rowCount() - 1
    assert str(model.value(row, "text")).startswith("in the side letter – There is no review")
    assert not panel.reason.isVisible()
    with qtbot.waitSignal(panel.taken_up) as told:
        qtbot.mouseClick(panel.take_up, LEFT)
    assert told.args == [finding]


def test_a_double_click_leads_to_the_place(panel: FindingsPanel, qtbot: QtBot) -> None:
    _select(panel, "no-review")
    with qtbot.waitSignal(panel.go_to) as told:
        qtbot.mouseClick(panel.show_it, LEFT)
    assert told.args == ["institutions"]


def test_places_in_words() -> None:
    assert place_in_words("origin.product_rules[0]") == "Origin: product rule 1"
    assert place_in_words("origin.default_rule") == "Origin: default rule"
    assert place_in_words("commitments[2]") == "Commitments 3"
    assert place_in_words("coverage[0].products[3]") == "Coverage 1: product 4"
    assert place_in_words("coverage") == "Coverage"
