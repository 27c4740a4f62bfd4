"""The origin check page, used as an official does: a bill in, an answer with reasons out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
)
from pytestqt.qtbot import QtBot

from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.bill_model import CODE, NAME, ORIGIN, ORIGINATING, STATUS, VALUE, BillModel
from ui.panels.origin_check import OriginCheckPage
from ui.tasks import TaskRunner
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.decimal_spin import DecimalSpin
from ui.widgets.economy_picker import EconomyPicker
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.sentence_rows import SentenceRows
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner
from workbench.model.goods import Good, Material
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Condition,
    DeMinimis,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
)

BATTERIES = HSRange.parse("8507.60")
HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
AGREEMENT = Agreement(
    title="Batteries",
    partners=(Partner("USA"), Partner("KOR")),
    origin=OriginProvisions(
        de_minimis=DeMinimis(0.1), product_rules=(ProductRule((BATTERIES,), HALF),)
    ),
)
CELLS = Material("Cells", "850790", 60.0, "CHN")
CASE = Material("Case", "392690", 5.0, "KOR")
LEFT = Qt.MouseButton.LeftButton
PASTED = "name\tcode\tvalue\torigin\nCells\t8507.90\t60\tChina\nCase\t3926.90\t5\tKOR\n"


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[OriginCheckPage]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = Figures(document, runner)
    document.changed.disconnect(figures.evaluate_soon)  # needs no trade database
    made = OriginCheckPage(document, figures)
    qtbot.addWidget(made)
    made.resize(860, 700)
    document.changed.connect(made.refresh)
    document.start_from(AGREEMENT)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    settle(qtbot, made)
    runner.shutdown()


def settle(qtbot: QtBot, page: OriginCheckPage) -> None:
    """Wait for what is worked out in the background."""
    qtbot.waitUntil(lambda: not page.figures.tasks.running, timeout=20_000)


def fill(qtbot: QtBot, page: OriginCheckPage) -> None:
    """A battery worth 100 made in Korea, with a pasted bill."""
    qtbot.keyClicks(page.findChild(QLineEdit, "goodCode"), "8507.60")
    pick(page, "goodExporter", "KOR")
    value = page.findChild(DecimalSpin, "goodValue")
    value.setFocus()
    value.selectAll()
    qtbot.keyClicks(value, "100")
    qtbot.keyClick(value, Qt.Key.Key_Return)
    paste(qtbot, page, PASTED)
    settle(qtbot, page)


def pick(page: OriginCheckPage, name: str, code: str) -> None:
    picker = page.findChild(EconomyPicker, name)
    picker.setCurrentIndex(picker.findData(code))
    picker.activated.emit(picker.currentIndex())


def paste(qtbot: QtBot, page: OriginCheckPage, text: str) -> None:
    QApplication.clipboard().setText(text)
    qtbot.mouseClick(page.findChild(QPushButton, "materialsPaste"), LEFT)


def word(page: OriginCheckPage) -> str:
    return page.findChild(QLabel, "originAnswerWord").text()


def rows(page: OriginCheckPage, name: str) -> list[str]:
    return [
        " | ".join(part for part in (row.word, row.text, row.below) if part)
        for row in page.findChild(SentenceRows, name).rows()
    ]


def tree(page: OriginCheckPage) -> QTreeView:
    return page.findChild(QTreeView, "materialsTree")


def cell(page: OriginCheckPage, row: int, column: int) -> QModelIndex:
    model: QAbstractItemModel = tree(page).model()
    return model.index(row, column)


def materials(page: OriginCheckPage) -> tuple[Material, ...]:
    return page.question().good.materials


def test_a_pasted_bill_is_answered_with_its_reason(qtbot: QtBot, page: OriginCheckPage) -> None:
    assert word(page) == "No answer yet"
    fill(qtbot, page)
    assert materials(page) == (CELLS, CASE)
    assert word(page) == "Not originating"
    (criterion,) = rows(page, "criterion")
    assert criterion.startswith("Not met | A regional value content of not less than 50 per cent")
    assert "40" in criterion
    assert "in the way" in criterion
    assert page.findChild(QLabel, "content_build-down").text() == "40.0 %"
    assert page.findChild(QLabel, "content_declared_non_party").text() == "60.0 %"
    assert page.findChild(QLabel, "content_traced_non_party").text() == "60.0 %"
    assert page.findChild(QLabel, "content_net-cost").text() == "–"
    assert cell(page, 0, STATUS).data() == "Non-originating"
    assert "non-party" in cell(page, 0, STATUS).data(Qt.ItemDataRole.ToolTipRole)
    assert cell(page, 1, STATUS).data() == "Originating"


def test_a_change_is_tried_and_taken_back(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    changes = rows(page, "remedy")
    assert any("10 of the 60" in change for change in changes)
    number = next(
        n for n, text in enumerate(changes) if "40\N{NO-BREAK SPACE}%" in text or "40 %" in text
    )
    before = page.question()
    qtbot.mouseClick(page.findChild(QPushButton, f"remedy{number}Act"), LEFT)
    assert word(page) == "Originating"
    assert page.question().good == before.good
    assert page.document.agreement == AGREEMENT
    assert "40 per cent" in page.findChild(QPlainTextEdit, "ownRuleField").toPlainText()
    back = page.findChild(QPushButton, "originPutBack")
    assert back.isVisible()
    qtbot.mouseClick(back, LEFT)
    assert page.question() == before
    assert word(page) == "Not originating"
    settle(qtbot, page)


def test_every_offered_change_makes_it_originate(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    count = len(rows(page, "remedy"))
    assert count >= 3
    for number in range(count):
        qtbot.mouseClick(page.findChild(QPushButton, f"remedy{number}Act"), LEFT)
        assert word(page) == "Originating"
        page.take_back()
        settle(qtbot, page)


def test_cells_are_edited_by_keyboard(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    view = tree(page)
    view.setFocus()
    view.setCurrentIndex(cell(page, 0, VALUE))
    view.edit(cell(page, 0, VALUE))
    editor = view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "45")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: materials(page)[0].value == 45.0)
    assert word(page) == "Originating"
    assert view.currentIndex().column() == VALUE
    qtbot.mouseClick(page.findChild(QToolButton, "originCheckUndo"), LEFT)
    assert materials(page)[0].value == 60.0
    settle(qtbot, page)


def test_a_wrong_cell_is_refused_in_a_sentence(page: OriginCheckPage, qtbot: QtBot) -> None:
    fill(qtbot, page)
    model = tree(page).model()
    problem = page.findChild(ProblemLabel, "materialsProblem")
    assert not model.setData(cell(page, 0, CODE), "85x")
    assert "not a product code" in problem.text()
    assert not model.setData(cell(page, 0, ORIGIN), "Atlantis")
    assert "not an economy" in problem.text()
    assert not model.setData(cell(page, 0, VALUE), "-1")
    assert model.setData(cell(page, 0, ORIGIN), "viet nam")
    assert problem.isHidden()
    assert materials(page)[0].origin == "VNM"
    assert model.setData(cell(page, 0, ORIGINATING), "no")
    assert materials(page)[0].originating is False
    settle(qtbot, page)


def test_an_unknown_origin_leaves_the_answer_open(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    tree(page).model().setData(cell(page, 0, ORIGIN), "")
    settle(qtbot, page)
    assert word(page) == "Undetermined"
    said = rows(page, "verdict")
    assert any(row.startswith("Missing | Where Cells was made") for row in said)
    assert any(row.startswith("Range | ") for row in said)
    assert page.findChild(QLabel, "content_build-down").text() == "40.0 % to 100.0 %"


def test_tiers_are_added_inside_and_removed(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    view = tree(page)
    view.setCurrentIndex(cell(page, 0, NAME))
    qtbot.mouseClick(page.findChild(QPushButton, "materialsAddInside"), LEFT)
    assert materials(page)[0].materials == (Material("New material"),)
    model = view.model()
    inner = model.index(0, NAME, cell(page, 0, NAME))
    assert view.isExpanded(cell(page, 0, NAME))
    assert view.currentIndex() == inner
    model.setData(inner, "Cathode")
    assert materials(page)[0].materials[0].name == "Cathode"
    assert view.isExpanded(cell(page, 0, NAME))
    qtbot.mouseClick(page.findChild(QToolButton, "materialsRemove"), LEFT)
    assert materials(page)[0].materials == ()
    box = page.findChild(QCheckBox, "materialsRecovered")
    view.setCurrentIndex(cell(page, 1, NAME))
    qtbot.mouseClick(box, LEFT)
    assert materials(page)[1].recovered
    settle(qtbot, page)


def test_the_model_keeps_the_rules_of_models(page: OriginCheckPage, qtbot: QtBot) -> None:
    model = BillModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    wheel = Material("Wheel", materials=(CELLS, CASE))
    assert model.set_materials((wheel, CASE))
    assert not model.set_materials((Material("Hub", materials=(CELLS, CASE)), CASE))
    assert model.set_materials((CASE,))
    assert model.set_materials(())
    assert tester.model() is model


def test_a_file_is_imported_and_a_bad_one_refused(
    qtbot: QtBot, page: OriginCheckPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bill.csv"
    file.write_text(PASTED.replace("\t", ";"))
    monkeypatch.setattr(messages, "open_file", lambda *_: file)
    qtbot.mouseClick(page.findChild(QPushButton, "materialsImport"), LEFT)
    assert materials(page) == (CELLS, CASE)
    file.write_text("name;value\nCells;lots\n")
    qtbot.mouseClick(page.findChild(QPushButton, "materialsImport"), LEFT)
    problem = page.findChild(ProblemLabel, "materialsProblem").text()
    assert problem.startswith("Nothing imported: bill.csv:2: 'lots' is not a number")
    assert materials(page) == (CELLS, CASE)


def test_a_bill_above_the_value_of_the_good_gets_no_answer(
    qtbot: QtBot, page: OriginCheckPage
) -> None:
    fill(qtbot, page)
    tree(page).model().setData(cell(page, 0, VALUE), "600")
    assert word(page) == "No answer yet"
    assert "more than what they make" in page.findChild(QLabel, "originAnswerShort").text()


def test_an_example_starts_a_check(qtbot: QtBot, page: OriginCheckPage) -> None:
    menu = page.findChild(QPushButton, "originExamples").menu()
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if "chainring designated" in a.text()).trigger()
    settle(qtbot, page)
    assert word(page) == "Originating"
    assert page.findChild(QLabel, "content_net-cost").text() == "80.5 %"
    assert tree(page).isExpanded(cell(page, 0, NAME))
    qtbot.mouseClick(page.findChild(QToolButton, "originCheckUndo"), LEFT)
    assert page.question().good == Good("")


def test_the_agreement_gives_the_rule_until_one_is_typed(
    qtbot: QtBot, page: OriginCheckPage
) -> None:
    fill(qtbot, page)
    assert page.findChild(QLabel, "agreedRule").text().startswith("Product rule: a regional value")
    page.document.edit(
        "Loosen",
        lambda a: a.with_product_rule(
            0, ProductRule((BATTERIES,), RegionalValueContent(RvcMethod.BUILD_DOWN, 0.3))
        ),
    )
    assert word(page) == "Originating"
    qtbot.mouseClick(page.findChild(QPushButton, "originRuleSource_own"), LEFT)
    field = page.findChild(QPlainTextEdit, "ownRuleField")
    assert "30 per cent" in field.toPlainText()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "A change from any other heading")
    assert field.textCursor().position() == len("A change from any other heading")
    settle(qtbot, page)
    assert word(page) == "Not originating"
    qtbot.keyClicks(field, "; and sung to at dawn")
    settle(qtbot, page)
    assert word(page) == "Undetermined"
    qtbot.mouseClick(page.findChild(QPushButton, "originRuleSource_agreed"), LEFT)
    assert word(page) == "Originating"


def test_words_not_understood_never_give_a_yes(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    qtbot.mouseClick(page.findChild(QPushButton, "originRuleSource_own"), LEFT)
    field = page.findChild(QPlainTextEdit, "ownRuleField")
    field.setPlainText("A change from any other subheading; and sung to at dawn.")
    settle(qtbot, page)
    assert word(page) == "Undetermined"
    assert any("sung to at dawn" in row for row in rows(page, "verdict"))


def test_the_second_view_stands_apart(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    assert rows(page, "marking") == ["Open | No shift is stated."]
    qtbot.keyClicks(page.findChild(QLineEdit, "markingWords"), "A change from any other subheading")
    settle(qtbot, page)
    (row,) = rows(page, "marking")
    assert row == "Met | To be marked as made in Korea."
    assert word(page) == "Not originating"
    held = page.findChild(ChoiceBox, "transformed")
    held.setFocus()
    qtbot.keyClick(held, Qt.Key.Key_Down)
    qtbot.keyClicks(page.findChild(QLineEdit, "transformedNotes"), "A new article")
    settle(qtbot, page)
    assert page.question().judgement.transformed is True
    assert page.question().judgement.notes == "A new article"
    assert word(page) == "Not originating"


def test_facts_that_the_rule_asks_for_in_words(qtbot: QtBot, page: OriginCheckPage) -> None:
    rule = Condition("the good is for use in motor vehicles")
    page.document.edit("Words", lambda a: a.with_product_rule(0, ProductRule((BATTERIES,), rule)))
    fill(qtbot, page)
    assert word(page) == "Undetermined"
    box = page.findChild(ChoiceBox, "goodFact0")
    assert box.isVisible()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert word(page) == "Originating"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert word(page) == "Not originating"


def test_the_report_is_copied(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    qtbot.mouseClick(page.findChild(QPushButton, "originCopy"), LEFT)
    text = QApplication.clipboard().text()
    assert text.startswith("Origin of 8507.60: not originating\n")
    for part in ("Batteries", "50 per cent", "Cells\t8507.90\t60\tCHN", "It would originate"):
        assert part in text


def test_the_report_is_one_page_however_long_the_bill(
    qtbot: QtBot, page: OriginCheckPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(qtbot, page)
    file = tmp_path / "report.pdf"
    monkeypatch.setattr(messages, "save_file", lambda *_: file)
    qtbot.mouseClick(page.findChild(QPushButton, "originPrint"), LEFT)
    assert file.read_bytes().startswith(b"%PDF")
    paste(qtbot, page, "name\tvalue\n" + "Screw\t0.1\n" * 200)
    settle(qtbot, page)
    report = page._report()
    assert report is not None
    assert report.print_to(tmp_path / "long.pdf") == 1


def test_a_page_that_cannot_be_written_is_said(
    qtbot: QtBot, page: OriginCheckPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    fill(qtbot, page)
    monkeypatch.setattr(messages, "save_file", lambda *_: tmp_path / "none" / "report.pdf")
    monkeypatch.setattr(messages, "show_error", lambda _, text: said.append(text))
    qtbot.mouseClick(page.findChild(QPushButton, "originPrint"), LEFT)
    assert "could not be written" in said[0]


def test_an_edit_elsewhere_leaves_what_is_typed_alone(qtbot: QtBot, page: OriginCheckPage) -> None:
    fill(qtbot, page)
    field = page.findChild(QLineEdit, "goodProcesses")
    field.setFocus()
    qtbot.keyClicks(field, "assembly, te")
    page.document.edit("Title", lambda a: a.with_partner(Partner("JPN")))
    assert field.text() == "assembly, te"
    assert field.hasFocus()
    qtbot.keyClicks(field, "sting")
    assert page.question().good.processes == ("assembly", "testing")
    settle(qtbot, page)
