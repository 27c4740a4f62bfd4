"""The commitments page as a negotiator works it, on a small made-up market."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from ui.dialogs.commitment_library import CommitmentLibrary
from ui.document import AgreementDocument
from ui.models.stance_model import FIXED, stance_of
from ui.panels.commitments import CommitmentsPage, with_stance
from ui.tasks import TaskRunner
from ui.widgets.choice_box import ChoiceBox
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    Bracket,
    Commitment,
    CommitmentTopic,
    Enforcement,
    Institutions,
    Obligation,
    Position,
    Stance,
    Trigger,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

LABOUR = Commitment(
    "labour-1",
    CommitmentTopic.LABOUR,
    "Each partner shall keep labour rights.",
    Obligation.SHALL,
    enforcement=Enforcement.FACILITY_SPECIFIC,
    preference_depends=True,
    positions=(Position("USA", Stance.ACCEPTS), Position("JPN", Stance.RESERVES, "see annex")),
)
TRACING = Commitment(
    "tracing-1",
    CommitmentTopic.TRANSPARENCY,
    "A claim shall name the mine.",
    Obligation.MAY,
    brackets=(Bracket("mine", ("USA",)),),
)


@pytest.fixture
def document() -> AgreementDocument:
    document = AgreementDocument()
    document.start_from(
        Agreement(
            "Test",
            partners=(Partner("USA"), Partner("JPN")),
            coverage=ProductCoverage((CoveredProducts((HSRange.parse("8505.11"),)),)),
            commitments=(LABOUR, TRACING),
            institutions=Institutions(triggers=(Trigger("utilisation", "the rules", above=0.0),)),
        )
    )
    return document


@pytest.fixture
def page(qtbot: QtBot, document, small_figures) -> Iterator[CommitmentsPage]:
    tasks = TaskRunner()
    figures = small_figures(document, tasks)
    page = CommitmentsPage(document, figures)
    qtbot.addWidget(page)
    document.changed.connect(page.refresh)
    figures.evaluated.connect(page.show_figures)
    page.resize(860, 700)
    page.show()
    page.refresh()
    figures.evaluate_soon()
    yield page
    tasks.shutdown()


def texts(document: AgreementDocument) -> tuple[Commitment, ...]:
    return document.agreement.commitments


def test_a_key_sets_where_a_partner_stands(qtbot, page, document):
    table = page.table
    table.setCurrentIndex(table.model().index(1, FIXED + 1))
    qtbot.keyClick(table, Qt.Key.Key_O)
    assert stance_of(texts(document)[1], "JPN") is Stance.OPPOSES
    assert table.currentIndex().column() == FIXED + 1
    qtbot.keyClick(table, Qt.Key.Key_S)
    assert texts(document)[1].positions == ()
    document.undo_stack.undo()
    assert stance_of(texts(document)[1], "JPN") is Stance.OPPOSES
    words = table.model().index(0, FIXED).data(Qt.ItemDataRole.ToolTipRole)
    assert words == "United States accepts"


def test_silence_keeps_notes():
    silent = with_stance(LABOUR, "JPN", Stance.SILENT)
    assert silent.positions[1] == Position("JPN", Stance.SILENT, "see annex")
    assert with_stance(LABOUR, "USA", Stance.SILENT).positions == LABOUR.positions[1:]


def test_typing_the_text_is_one_step(qtbot, page, document):
    page.table.select_row(1)
    page.form.text.setFocus()
    page.form.text.selectAll()
    qtbot.keyClicks(page.form.text, "A claim names the refinery.")
    assert texts(document)[1].text == "A claim names the refinery."
    assert (
        page.findChild(QLabel, "commitmentBracketNote").text() == "Not in the text above: “mine”."
    )
    document.undo_stack.undo()
    assert texts(document)[1] == TRACING
    assert page.form.text.toPlainText() == TRACING.text


def test_a_name_that_is_taken_is_not_applied(qtbot, page, document):
    page.table.select_row(1)
    field = page.findChild(QLineEdit, "commitment_id")
    field.selectAll()
    qtbot.keyClicks(field, "labour-1")
    assert [one.id for one in texts(document)] == ["labour-1", "labour-"]
    problem = page.findChild(QLabel, "commitmentProblem")
    assert problem.text() == "Not applied yet: labour-1 is there already."


def test_wordings_of_the_library_come_in_behind_the_selected_one(qtbot, page, document):
    library = CommitmentLibrary()
    qtbot.addWidget(library)
    assert not library.take.isEnabled()
    library.search.setText("tailings")
    library._filter("tailings")
    topics = [library.tree.topLevelItem(n) for n in range(library.tree.topLevelItemCount())]
    (shown,) = [topic for topic in topics if not topic.isHidden()]
    (item,) = [shown.child(n) for n in range(shown.childCount()) if not shown.child(n).isHidden()]
    item.setSelected(True)
    assert library.take.isEnabled()
    (chosen,) = library.chosen()
    page.table.select_row(0)
    page.insert_commitments((chosen, replace(chosen, id="labour-1")))
    assert [one.id for one in texts(document)] == [
        "labour-1",
        chosen.id,
        "labour-1-2",
        "tracing-1",
    ]
    assert page.table.row() == 1
    document.undo_stack.undo()
    assert len(texts(document)) == 2


def test_order_and_removal(qtbot, page, document):
    page.table.select_row(0)
    assert not page.up.isEnabled()
    qtbot.mouseClick(page.down, Qt.MouseButton.LeftButton)
    assert [one.id for one in texts(document)] == ["tracing-1", "labour-1"]
    assert page.table.row() == 1
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    assert [one.id for one in texts(document)] == ["tracing-1"]


def test_what_a_breach_takes_is_shown_and_explained(qtbot, page):
    page.show_section("commitments[1]")
    assert page.table.row() == 1
    page._go("profile")
    model = page.stakes.frame_model
    columns = [column.name for column in model.columns]
    claimed = model.index(0, columns.index("claimed")).data()
    lost = model.index(0, columns.index("lost")).data()
    assert lost == f"not stated (at most {claimed})"
    assert claimed != "0"
    assert model.export_rows([0])[0][columns.index("lost")] is None
    assert model.index(1, columns.index("lost")).data() == "0"
    with qtbot.waitSignal(page.explained) as told:
        page.stakes.selectRow(0)
    assert told.args[0].value is None
    missing = page.findChild(QLabel, "missingDisciplines").text()
    assert "environment" in missing
    assert "labour" not in missing


def test_ratchets_and_removals_are_edited(qtbot, page, document):
    page.show_section("treatment.ratchets")
    form = page.remedies
    qtbot.mouseClick(form._add, Qt.MouseButton.LeftButton)
    (ratchet,) = document.agreement.treatment.ratchets
    assert ratchet.exporters == ("USA",)
    assert "Open now: 0%" in page.findChild(QLabel, "remediesRatchet0Sum").text()
    qtbot.mouseClick(form._removals.add, Qt.MouseButton.LeftButton)
    field = page.findChild(QLineEdit, "remediesRemovals_0_facility")
    qtbot.keyClicks(field, "Mine X")
    (removal,) = document.agreement.treatment.removals
    assert (removal.facility, removal.share) == ("Mine X", 0.05)
    document.undo_stack.undo()
    assert document.agreement.treatment.removals[0].facility == ""


def test_a_trigger_is_turned_round(page, document):
    page.show_section("institutions")
    states = page.findChild(QLabel, "institutionsStates")
    assert "(above" in states.text()
    side = page.findChild(ChoiceBox, "institutionsTriggers_0_side")
    side.show_key("below")
    side.chosen.emit("below")
    assert document.agreement.institutions.triggers == (
        Trigger("utilisation", "the rules", below=0.0),
    )
    document.undo_stack.undo()
    assert document.agreement.institutions.triggers[0].above == 0.0
    assert side.key() == "above"


def test_a_stated_share_of_a_facility_is_a_figure(page, document, qtbot):
    facility = replace(document.agreement.commitments[0], facility_share=1.0)
    document.edit("x", lambda a: a.with_commitment(0, facility))
    page.figures._start()
    qtbot.waitUntil(lambda: page.figures.result.agreement == document.agreement, timeout=20_000)
    page._go("profile")
    model = page.stakes.frame_model
    columns = [column.name for column in model.columns]
    claimed, lost = (model.index(0, columns.index(name)).data() for name in ("claimed", "lost"))
    assert lost == claimed != "0"


def test_triggers_say_where_their_figure_stands(qtbot, page, document):
    page.show_section("institutions")
    states = page.findChild(QLabel, "institutionsStates")
    assert "set off today" in states.text()
    qtbot.mouseClick(page.institutions._lists["bodies"].add, Qt.MouseButton.LeftButton)
    (body,) = document.agreement.institutions.bodies
    assert body.name == "Committee"
    field = page.findChild(QLineEdit, "institutionsBodies_0_name")
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    problem = page.findChild(QLabel, "institutionsBodiesProblem")
    assert problem.text() == "Not applied yet: 'Body' must not be empty."
    assert document.agreement.institutions.bodies == (body,)
