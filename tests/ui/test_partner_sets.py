"""The partner sets page, used as a person does."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QLabel

from ui import theme
from ui.charts import export
from ui.charts.scatter import Scatter
from ui.document import AgreementDocument
from ui.panels.partner_sets import PartnerSetsPage, _staircase
from ui.widgets.figure_card import FigureCard
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import AlignmentScore, Partner, Role, Standing
from workbench.model.nomenclature import HSRange
from workbench.model.origin import OriginProvisions, RegionalValueContent, RvcMethod


def drafted() -> Agreement:
    return Agreement(
        title="Magnets",
        partners=(
            Partner("USA", alignment=(AlignmentScore("labour", 0.8, "test"),)),
            Partner("JPN"),
            Partner("CHN", standing=Standing.OBSERVER),
        ),
        coverage=ProductCoverage(
            (CoveredProducts((HSRange.parse("8505.11"), HSRange.parse("8108.20"))),)
        ),
        origin=OriginProvisions(default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)),
    )


@pytest.fixture
def page(qtbot, open_page) -> PartnerSetsPage:
    page = open_page(PartnerSetsPage, drafted(), 700)
    settle(qtbot, page)
    return page


@pytest.fixture
def document(page) -> AgreementDocument:
    return page.document


def settle(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    qtbot.waitUntil(
        lambda: view._answer is not None and not view.is_stale() and not page.figures.tasks.running,
        timeout=20_000,
    )


def ask_for(qtbot, page: PartnerSetsPage, candidates: str) -> None:
    field = page.view.candidates.focusProxy()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, candidates)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: (
            page.view._answer is not None
            and page.view._answer.sets.question.candidates
            == tuple(c.strip() for c in candidates.split(","))
            and not page.figures.tasks.running
        ),
        timeout=20_000,
    )


def test_asks_about_the_partners_of_the_text(page: PartnerSetsPage) -> None:
    view = page.view
    assert view.fixed.economies() == ("USA",)
    assert view.candidates.economies() == ("JPN",)
    assert view._answer.sets.count == 2
    said = (
        "Japan, the only candidate, would bring all of the covered trade, USD 440 million a year."
    )
    assert view.sentences[0].text() == said
    assert all(label.text() for label in view.sentences)
    words = [label.text() for label in view.findChildren(QLabel)]
    assert any("Shapley values are mean gains" in text for text in words)


def test_the_table_and_the_picture_are_linked(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    told = []
    page.explained.connect(told.append)
    view.only_best.setChecked(False)
    model = view.table.frame_model
    assert model.rowCount() == 2
    row = next(r for r in range(2) if model.value(r, "words") == "All")
    view.table.selectRow(row)
    assert view.picture.selected_key() == str(model.source_row(row))
    assert told[-1].subject == "United States, Japan"
    view.table.select_row(model.source_row(1 - row))
    assert view.picture.selected_key() == str(model.source_row(1 - row))
    qtbot.keyClick(view.picture.focusProxy(), Qt.Key.Key_Home)
    assert view.picture.selected_key()
    view.search.setText("jpn")
    view.search.searched.emit("jpn")
    assert model.rowCount() == 0  # "All" says it without codes
    view.search.searched.emit("")


def test_a_rectangle_picks_sets_out(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    ask_for(qtbot, page, "JPN, CHN")
    view.across.show_key("market")
    view.up.show_key("covered_trade")
    view.up.chosen.emit("covered_trade")
    qtbot.waitUntil(lambda: not page.figures.tasks.running)
    finder = view.picture.finder()
    assert finder is not None
    data = view.picture.data()
    assert isinstance(data, Scatter)
    known = data.known()
    assert len(known) == 4
    target = finder.layout.place(data, known[-1])
    point = finder.nearest(target)
    assert finder.layout.place(data, point) == target
    canvas = view.picture.focusProxy()
    start = (target - QPointF(30, 30)).toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for step in (10, 30, 60):
        qtbot.mouseMove(canvas, start + QPoint(step, step))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 60))
    assert view.clear.isVisibleTo(view)
    assert 1 <= view.table.frame_model.rowCount() < 4
    qtbot.mouseClick(view.clear, Qt.MouseButton.LeftButton)
    assert view.table.frame_model.rowCount() == 4
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=target.toPoint())
    assert view.table.current_row() == point


def test_adopting_a_set_is_one_step_to_undo(qtbot, page: PartnerSetsPage, document) -> None:
    view = page.view
    before = document.agreement
    ask_for(qtbot, page, "JPN, CHN")
    view.only_best.setChecked(False)
    row = view._masks().index(0b10)
    view.table.select_row(row)
    assert view.adopt.isEnabled()
    qtbot.mouseClick(view.adopt, Qt.MouseButton.LeftButton)
    assert document.agreement.economies == ("USA", "CHN")
    settle(qtbot, page)
    assert view.candidates.economies() == ("JPN", "CHN")  # the question stays
    assert not view.adopt.isEnabled()
    document.undo_stack.undo()
    assert document.agreement == before
    settle(qtbot, page)


def test_up_to_five_sets_side_by_side(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    ask_for(qtbot, page, "JPN, CHN, KOR")
    view.only_best.setChecked(False)
    for row in range(6):
        view.table.select_row(row)
        view._compare()
    assert len(view._compared) == 5
    assert not view.compare.isEnabled()
    assert [c.name for c in view.side.frame_model.columns] == ["title", *"ABCDE"]
    assert view.side.frame_model.value(1, "A") == "JPN, CHN, KOR"
    qtbot.mouseClick(view.drop, Qt.MouseButton.LeftButton)
    assert not view._compared_card.isVisibleTo(view)


def test_limits_leave_sets_out(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    ask_for(qtbot, page, "JPN, CHN")
    view.only_best.setChecked(False)
    view.most.setValue(2)
    qtbot.waitUntil(lambda: view.table.frame_model.total_rows == 3)
    view.score.setValue(0.9)
    qtbot.waitUntil(lambda: view.table.frame_model.total_rows == 0)
    view.score.setValue(view.score.minimum())
    view.most.setValue(0)
    qtbot.waitUntil(lambda: view.table.frame_model.total_rows == 4)


def test_bars_explain_and_sentences_are_copied(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    told = []
    page.explained.connect(told.append)
    view.bars.selected.emit("JPN")
    assert told[-1].title == "Contribution to covered trade"
    view.figure.show_key("hhi")
    view.figure.chosen.emit("hhi")
    assert "suppliers" not in view.core.text()
    qtbot.mouseClick(view.copy_words, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().count("\n") == 2


def test_limits_changed_while_sets_are_worked_out_count(
    qtbot, page: PartnerSetsPage, document, monkeypatch
) -> None:
    view = page.view
    work, go_on = view.work, threading.Event()

    def held(evaluation, progress):
        assert go_on.wait(10)
        return work(evaluation, progress)

    monkeypatch.setattr(view, "work", held)
    document.edit("Aim high", lambda a: a.with_parameter("target_utilisation", 0.9))
    qtbot.waitUntil(lambda: view._task is not None, timeout=10_000)
    view.most.setValue(1)
    go_on.set()
    settle(qtbot, page)
    qtbot.waitUntil(lambda: len(view._choice.rows) == 1, timeout=10_000)


def test_shapley_values_of_a_figure_that_sets_lack(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    told = []
    page.explained.connect(told.append)
    lacking = [name for name, found in view._answer.contributed.items() if found.lacking]
    assert lacking
    found = view._answer.contributed[lacking[0]]
    view.figure.show_key(lacking[0])
    view.figure.chosen.emit(lacking[0])
    assert "stand at its mean first value" in view.core.text()
    assert "fixed partners alone add up" not in view.core.text()
    view.bars.selected.emit("JPN")
    assert told[-1].value == found.shapley[found.candidates.index("JPN")]
    assert any(term.meaning == "Mean first value" for term in told[-1].terms)
    assert view.figure.findData("free_riding_content") >= 0


def test_a_question_without_an_answer_says_so(qtbot, page: PartnerSetsPage) -> None:
    view = page.view
    view._own = ("USA",), ()
    view._ask_again()
    assert view.sentences[0].text().startswith("There is no candidate: name at least one")
    assert view._state.text() == ""
    assert view.table.frame_model.rowCount() == 0
    assert not view.adopt.isEnabled()
    assert view.candidates.isVisible()
    qtbot.mouseClick(view.reset, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert view.table.frame_model.rowCount() > 0


def test_the_sets_come_back_with_the_candidates(qtbot, page: PartnerSetsPage, document) -> None:
    view = page.view
    document.edit("Alone", lambda a: replace(a, partners=a.partners[:1]))
    qtbot.waitUntil(lambda: view.table.frame_model.rowCount() == 0, timeout=10_000)
    document.undo_stack.undo()
    settle(qtbot, page)
    qtbot.waitUntil(lambda: view.table.frame_model.rowCount() > 0, timeout=10_000)


def test_cards_of_the_set_chosen_beside_the_pinned_baseline(
    qtbot, page: PartnerSetsPage, document
) -> None:
    view = page.view
    card = view.findChild(FigureCard, "sets-covered_trade")
    assert card is not None
    assert card.accessibleName() == "Covered trade: 440 m, as drafted"
    with qtbot.waitSignal(page.explain) as asked:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert asked.args == ["covered_trade", -1]
    view.only_best.setChecked(False)
    view.table.select_row(view._masks().index(0))
    assert card.accessibleName() == "Covered trade: 0, ↓ −440 m, USA"
    told = []
    page.explained.connect(told.append)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert (told[-1].figure, told[-1].subject) == ("covered_trade", "United States")


def test_roles_survive_a_smaller_set(qtbot, page: PartnerSetsPage, document) -> None:
    view = page.view
    document.edit("Role", lambda a: a.with_partner(Partner("JPN", Role.PRODUCER)))
    settle(qtbot, page)
    before = document.agreement
    view.only_best.setChecked(False)
    view.table.select_row(view._masks().index(0))
    qtbot.mouseClick(view.adopt, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert document.agreement.economies == ("USA",)
    view.table.select_row(view._masks().index(1))
    qtbot.mouseClick(view.adopt, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert set(document.agreement.partners) == set(before.partners)
    document.start_from(drafted())
    settle(qtbot, page)
    assert view.candidates.economies() == ("JPN",)
    assert view._own is None


def test_sets_without_a_figure_are_explained(qtbot, page: PartnerSetsPage, document) -> None:
    view = page.view
    assert "exposure of 1 set (nothing is claimed)" in view.missing.text()
    document.edit("No access", lambda a: replace(a, treatment=Treatment(market_access=False)))
    settle(qtbot, page)
    assert view.up.key() == "chain_completeness"  # claims are no aim where there are none
    view.up.show_key("exposure")
    view.up.chosen.emit("exposure")
    settle(qtbot, page)
    data = view.picture.data()
    assert isinstance(data, Scatter)
    assert data.known() == []
    assert data.empty == "No set has exposure (nothing is claimed)"


def test_the_line_through_the_best() -> None:
    xs, ys = [1.0, 2.0, 3.0, 2.5], [1.0, 3.0, 4.0, 3.9]
    assert _staircase(xs, ys, [0, 1, 2, 3], False, True) == [0, 1, 3, 2]
    assert _staircase(xs, ys, [0, 1, 2], True, True) == [0]


def test_sixteen_thousand_points_are_quick(qtbot) -> None:
    import time

    n = 16_383
    xs = [(k * 7919 % n) / n for k in range(n)]
    ys = [(k * 104_729 % n) / n for k in range(n)]
    data = Scatter("Sets", "x", "y", xs, ys, best=[1, 2, 3], frontier=[1, 2, 3], compared=[4])
    image = QImage(800, 340, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)

    def paint() -> float:
        start = time.process_time()
        with QPainter(image) as painter:
            drawing = data.draw(painter, image.rect().toRectF(), theme.current(), "2")
        assert {hit.key for hit in drawing.hits} == {"1", "2", "3"}
        return time.process_time() - start

    first, again = paint(), min(paint() for _ in range(3))
    assert again < 0.5 * first + 0.02
    assert len(data.table().values["x"]) == n
    assert "16,383 points" in data.describe()
    assert not export.to_image(data, export.titled_size(data, 480, 330)).isNull()


def test_points_without_figures_are_left_out(qtbot) -> None:
    nan = float("nan")
    data = Scatter("Sets", "x", "y", [nan, 0.1, 0.2], [0.1, nan, 0.3], best=[0, 2], drafted=1)
    assert data.known() == [2]
    image = QImage(300, 200, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(image) as painter:
        drawing = data.draw(painter, image.rect().toRectF(), theme.current())
    assert [hit.key for hit in drawing.hits] == ["2"]
    empty = Scatter("Sets", "x", "y", [nan], [nan])
    assert "nothing to show" in empty.describe()
