"""Findings in the bottom panel: shown, mended, set aside."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui import messages
from ui.document import AgreementDocument
from ui.widgets.check_list import CheckList
from ui.widgets.findings_panel import FindingsPanel, place_in_words
from ui.widgets.findings_table import FindingsTable
from workbench.analysis.findings import CHECKS, find_in_text
from workbench.analysis.results import Finding
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option, Suppressed
from workbench.model.commitments import (
    Bracket,
    Commitment,
    CommitmentTopic,
    Enforcement,
    Institutions,
    Obligation,
    Ratchet,
    RatchetStep,
    StagingCategory,
    StagingFormula,
    Treatment,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AllOf, AnyGood, RegionalValueContent, RvcMethod, SpecificProcess

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
    panel.show_findings(find_in_text(DRAFT.with_default_rule(AnyGood())))
    _select(panel, "missing-disciplines")  # a rule of origin is among them
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


FAULTY = replace(
    DRAFT,
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8505.11"), HSRange.parse("8548.10"))),)
    ),
    treatment=Treatment(
        staging=(
            StagingCategory("A", StagingFormula.FREE),
            StagingCategory("X", StagingFormula.FREE),
        ),
        ratchets=(Ratchet(("JPN",), (RatchetStep("a law", 0.5),)),),
    ),
    commitments=(
        Commitment(
            "cells",
            CommitmentTopic.STANDARDS,
            "Cells shall be LFP cells.",
            Obligation.SHALL,
            enforcement=Enforcement.NONE,
            preference_depends=True,
            brackets=(Bracket("LFP"),),
        ),
    ),
    institutions=Institutions(sunset_years=4, withdrawal_lock_years=5, review_every_years=4),
    options=(Option("B"),),
).with_default_rule(
    AllOf((RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5), SpecificProcess("sintered")))
)


def test_every_fix_is_one_edit_that_one_undo_takes_back(qtbot: QtBot) -> None:
    document = AgreementDocument()
    document.start_from(FAULTY)
    before = write_text(document.agreement)
    offered = [finding for finding in find_in_text(FAULTY) if finding.fix is not None]
    assert {finding.id for finding in offered} >= {
        "open-brackets",
        "sanction-without-enforcement",
        "ratchet-not-whole",
        "staging-without-products",
        "lock-beyond-sunset",
        "review-after-sunset",
        "code-of-another-edition",
        "technology-may-age",
        "option-without-changes",
    }
    for finding in offered:
        assert finding.fix is not None
        document.edit(finding.fix.text, finding.fix.edit)
        left = {(f.id, f.about) for f in find_in_text(document.agreement)}
        assert (finding.id, finding.about) not in left
        assert document.undo_stack.count() == 1
        document.undo_stack.undo()
        assert write_text(document.agreement) == before


def test_a_remark_of_a_page_is_set_aside_from_its_menu(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = AgreementDocument()
    document.start_from(DRAFT)
    table = FindingsTable("Remarks", "remarks")
    qtbot.addWidget(table)
    table.aside_wanted.connect(document.set_aside)
    table.taken_up.connect(document.take_up)
    monkeypatch.setattr(messages, "ask_line", lambda *_: "in the side letter")
    for words, reason in (("Set aside…", "in the side letter"), ("Take up again", "")):
        table.show_findings(find_in_text(document.base))
        finding = next(f for f in find_in_text(document.base) if f.id == "no-review")
        row = find_in_text(document.base).index(finding)
        table.select_row(row)
        menu = table.export_menu()
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.deleteLater()
        kept = next(f for f in find_in_text(document.base) if f.id == "no-review")
        assert kept.set_aside == reason
    assert document.undo_stack.count() == 2
    table.fix_wanted.connect(document.edit)
    found = find_in_text(document.base)
    table.show_findings(found)
    table.select_row([finding.id for finding in found].index("no-review"))
    menu = table.export_menu()
    next(a for a in menu.actions() if a.text() == "Review every 3 years").trigger()
    menu.deleteLater()
    assert document.agreement.institutions.review_every_years == 3
    assert document.undo_stack.count() == 3


def test_what_is_checked_can_be_read(qtbot: QtBot) -> None:
    table = CheckList()
    qtbot.addWidget(table)
    table.resize(900, 200)
    assert table.frame_model.rowCount() == 0
    table.show()
    model = table.frame_model
    assert model.rowCount() == len(CHECKS)
    assert model.index(0, 0).data() == "Error"
    assert str(model.value(0, "looks_for")).startswith("Parts of the text")
