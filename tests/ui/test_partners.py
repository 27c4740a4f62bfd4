"""The partners page as a user works it, with a hand-made market and no database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.partners import PartnersPage, find_economy, offered
from ui.tasks import TaskRunner
from workbench.analysis.explain import Explanation
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import AlignmentScore, Partner, Role, Standing
from workbench.model.nomenclature import HSEdition, HSRange


class StillFigures(Figures):
    """Figures that only change when a test says so."""

    def evaluate_soon(self) -> None:
        pass


@pytest.fixture
def document() -> AgreementDocument:
    document = AgreementDocument()
    document.start_from(
        Agreement(
            "Test",
            partners=(Partner("USA"), Partner("JPN"), Partner("AUS", standing=Standing.OBSERVER)),
            coverage=ProductCoverage((CoveredProducts((HSRange.parse("8505.11"),)),)),
        )
    )
    return document


@pytest.fixture
def page(qtbot: QtBot, document: AgreementDocument) -> Iterator[PartnersPage]:
    tasks = TaskRunner()
    figures = StillFigures(document, tasks)
    page = PartnersPage(document, figures)
    qtbot.addWidget(page)
    document.changed.connect(page.refresh)
    page.resize(860, 700)
    page.show()
    page.refresh()
    yield page
    tasks.shutdown()


def economies(document: AgreementDocument) -> list[str]:
    return [partner.economy for partner in document.agreement.partners]


def shown(page: PartnersPage, column: str) -> list[str]:
    model = page.table.frame_model
    place = model.column_of(column)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def evaluate(page: PartnersPage) -> None:
    """Give the page figures of a market in which China supplies most from outside."""
    from workbench.analysis.baseline import build_baseline
    from workbench.analysis.evaluation import evaluate
    from workbench.analysis.market import ContentTable, Market

    flows = pd.DataFrame(
        [("USA", "JPN", 100e6), ("USA", "CHN", 700e6), ("JPN", "CHN", 50e6), ("USA", "EU27", 80e6)],
        columns=["importer", "exporter", "value_usd"],
    )
    names = ("importer", "line", "product", "regime", "programme", "rate", "text", "year", "source")
    lines = pd.DataFrame(
        [("USA", "85051100", "850511", "mfn", "", 0.1, "10%", 2025, "test")], columns=list(names)
    )
    programmes = ("programme", "kind", "importer", "partner", "start", "end", "status")
    shares = np.full((1, 1, 2), 0.1)
    market = Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=("850511",),
        importers=tuple(p.economy for p in page.document.agreement.partners),
        traded=frozenset(("850511",)),
        flows=flows.assign(member=flows["exporter"], product="850511", equal_split=False),
        tariff_lines=lines,
        programmes=pd.DataFrame(columns=[*programmes, "rates_known"]),
        content=ContentTable(
            ("JPN",), ("C27",), ("CHN", "JPN"), shares, shares, np.ones((1, 1), dtype=bool), 2022
        ),
        sector_of={"850511": "C27"},
        vintage=(),
    )
    agreement = page.document.agreement
    page.figures.result = evaluate(agreement, build_baseline(market, agreement))
    page.show_figures()


def test_typing_a_name_and_return_adds_a_partner(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.picker.lineEdit(), "Chile")
    qtbot.keyClick(page.picker.lineEdit(), Qt.Key.Key_Return)
    assert economies(document) == ["USA", "JPN", "AUS", "CHL"]
    assert page.table.current_row() == 3
    assert page.picker.currentText() == ""
    assert document.undo_stack.undoText() == "Add Chile"
    document.undo_stack.undo()
    assert economies(document) == ["USA", "JPN", "AUS"]


def test_germany_finds_the_european_union(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.picker.lineEdit(), "Germany")
    completer = page.picker.completer()
    assert completer is not None
    assert completer.completionCount() == 1
    assert "part of European Union (EU27)" in completer.currentCompletion()
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert economies(document)[-1] == "EU27"
    assert all(page.picker.itemData(row) != "EU27" for row in range(page.picker.count()))


def test_only_whole_customs_territories_are_offered() -> None:
    codes = {code for code, _ in offered(())}
    assert {"EU27", "SACU", "CHL"} <= codes
    assert not codes & {"DEU", "FRA", "ZAF"}
    assert "SACU" not in {code for code, _ in offered(("SACU",))}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("deu", "EU27"),
        ("germ", "EU27"),
        ("eu27", "EU27"),
        (" south africa ", "SACU"),
        ("jpn", "JPN"),
        ("united", ""),
        ("nowhere", ""),
        ("", ""),
    ],
)
def test_what_is_meant_by_a_word(typed: str, code: str) -> None:
    assert find_economy(typed) == code


def test_delete_removes_without_a_question_and_undo_restores(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.table.select_row(1)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert economies(document) == ["USA", "AUS"]
    assert page.table.current_row() == 1
    document.undo_stack.undo()
    assert economies(document) == ["USA", "JPN", "AUS"]


def test_several_partners_go_in_one_step(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    page.table.selectAll()
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    assert economies(document) == []
    assert not page.role.isEnabled()
    document.undo_stack.undo()
    assert len(economies(document)) == 3


def test_role_standing_and_development_are_edited(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    page.table.select_row(1)
    qtbot.keyClicks(page.role, "Producer")
    qtbot.keyClicks(page.standing, "Candidate")
    page.developing.setFocus()
    qtbot.keyClick(page.developing, Qt.Key.Key_Space)
    assert document.agreement.partners[1] == Partner(
        "JPN", role=Role.PRODUCER, standing=Standing.CANDIDATE, developing=True
    )
    assert shown(page, "role") == ["Both", "Producer", "Both"]
    assert shown(page, "standing") == ["Founding", "Candidate", "Observer"]
    for _ in range(3):
        document.undo_stack.undo()
    assert document.agreement.partners[1] == Partner("JPN")
    assert not page.developing.isChecked()


def test_typing_notes_is_one_step_and_keeps_the_cursor(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    page.notes.setFocus()
    qtbot.keyClicks(page.notes, "to be agreed")
    qtbot.keyClick(page.notes, Qt.Key.Key_Home)
    qtbot.keyClicks(page.notes, "still ")
    assert document.agreement.partners[0].notes == "still to be agreed"
    assert page.notes.cursorPosition() == 6
    document.undo_stack.undo()
    assert document.agreement.partners[0].notes == ""
    assert page.notes.text() == ""


def test_alignment_scores_need_a_source(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.subject, "Labour rights")
    page.score.setValue(0.75)
    assert not page.set_score.isEnabled()
    qtbot.keyClicks(page.score_source, "ILO, 2024")
    qtbot.mouseClick(page.set_score, Qt.MouseButton.LeftButton)
    score = AlignmentScore("Labour rights", 0.75, "ILO, 2024")
    assert document.agreement.partners[0].alignment == (score,)
    page.score.setValue(0.5)
    qtbot.mouseClick(page.set_score, Qt.MouseButton.LeftButton)
    assert document.agreement.partners[0].alignment == (replace(score, score=0.5),)
    page.scores.select_row(0)
    qtbot.mouseClick(page.drop_score, Qt.MouseButton.LeftButton)
    assert document.agreement.partners[0].alignment == ()


def test_alignment_stands_beside_the_figures(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    assert shown(page, "alignment") == [fmt.MISSING] * 3
    own = (AlignmentScore("labour", 0.5, "own"), AlignmentScore("transparency", 1.0, "own"))
    document.edit("Score", lambda a: a.with_partner(Partner("USA", alignment=own)))
    evaluate(page)
    assert shown(page, "alignment") == ["0.75", fmt.MISSING, fmt.MISSING]
    rows = page.scores.frame_model
    subjects = [rows.value(row, "subject") for row in range(rows.rowCount())]
    assert subjects == ["labour", "transparency", "Environment", "Governance"]
    page.scores.select_row(1)
    with qtbot.waitSignal(page.explained) as told:
        page.scores.select_row(0)
    assert told.args[0].value == 0.5
    assert page.weight.value() == 1
    page.weight.setValue(3)
    (weight,) = document.agreement.alignment_weights
    assert (weight.subject, weight.weight) == ("labour", 3)
    assert page.aligned is not None
    assert page.aligned.score_of("USA") == pytest.approx(0.625)
    document.undo_stack.undo()
    assert document.agreement.alignment_weights == ()
    assert shown(page, "alignment")[0] == "0.75"
    page.scores.select_row(2)
    assert not page.drop_score.isEnabled()
    assert page.subject.text() == "Environment"


def test_indicators_of_the_database_are_scored(
    page: PartnersPage, starter_file: Path, qtbot: QtBot
) -> None:
    from workbench.tradedata.database import TradeDatabase

    with TradeDatabase(starter_file) as database:
        page.figures.database = database
        evaluate(page)
        qtbot.waitUntil(lambda: fmt.MISSING not in shown(page, "alignment"), timeout=10_000)
        page.figures.database = None
    sources = page.scores.frame_model
    assert "union density" in sources.value(0, "source")


def test_figures_are_missing_until_they_come(page: PartnersPage) -> None:
    assert shown(page, "exports") == [fmt.MISSING] * 3
    evaluate(page)
    assert shown(page, "exports") == ["0", "100 m", fmt.MISSING]
    assert shown(page, "imports") == ["100 m", "0", fmt.MISSING]
    assert shown(page, "content") == ["Missing", "Known", fmt.MISSING]
    assert shown(page, "change") == [fmt.MISSING] * 3


def test_the_change_since_the_pinned_figures_is_shown(page: PartnersPage) -> None:
    evaluate(page)
    page.figures.pinned = page.figures.result
    page.show_figures()
    assert shown(page, "change")[1] == "0.0 pp"


def test_the_largest_supplier_from_outside_can_be_added(
    page: PartnersPage, document: AgreementDocument, qtbot: QtBot
) -> None:
    evaluate(page)
    model = page.suppliers.frame_model
    assert [model.value(row, "title") for row in range(2)] == ["CHN  China", "EU27  European Union"]
    assert model.value(0, "share") == pytest.approx(750 / 930)
    assert not page.add_supplier.isEnabled()
    page.suppliers.select_row(0)
    qtbot.mouseClick(page.add_supplier, Qt.MouseButton.LeftButton)
    assert economies(document)[-1] == "CHN"
    evaluate(page)
    assert model.value(0, "title") == "EU27  European Union"
    document.undo_stack.undo()
    assert economies(document) == ["USA", "JPN", "AUS"]


def test_every_figure_of_a_partner_is_explained_by_its_own_value(page: PartnersPage) -> None:
    evaluate(page)
    told: list[Explanation] = []
    page.explained.connect(told.append)
    model = page.table.frame_model
    for row in range(model.rowCount()):
        for name in ("exports", "imports", "utilisation", "exposure"):
            page.table.setCurrentIndex(model.index(row, 0))
            page.table.setCurrentIndex(model.index(row, model.column_of(name)))
            value = model.value(row, name)
            wanted = None if fmt.is_missing(value) else pytest.approx(value)
            assert told[-1].value == wanted, (row, name)
    assert any(one.value for one in told)
    assert told[-1].formula


def test_a_finding_leads_to_its_partner(page: PartnersPage) -> None:
    page.show_section("partners[2]")
    assert page.table.current_row() == 2
    assert page.subtitle() == "2 partners · 1 observer"


def test_a_grouping_comes_in_as_one_step(
    page: PartnersPage, document: AgreementDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.dialogs import library

    def pick(_parent: object, _title: str, parts: list[library.LibraryPart]) -> str:
        titles = {part.title: part for part in parts}
        assert {"CPTPP", "G7", "Quad"} <= set(titles)
        assert "Australia" in titles["Quad"].text
        return titles["Quad"].name

    monkeypatch.setattr(library, "choose_part", pick)
    before = economies(document)
    page.add_set.click()
    assert set(economies(document)) == {*before, "AUS", "IND", "JPN", "USA"}
    assert economies(document)[: len(before)] == before
    document.undo_stack.undo()
    assert economies(document) == before
