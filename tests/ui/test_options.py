"""The page of options, used as a user does, on a small made-up market."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.options import CHANGES, PICTURE, OptionsPage
from ui.tasks import TaskRunner
from ui.widgets.comparison_view import FIGURES
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, OriginProvisions, RegionalValueContent, RvcMethod

RVC = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.7)
AGREEMENT = Agreement(
    title="Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    ),
    origin=OriginProvisions(default_rule=RVC),
    options=(
        Option("B", "Loose", (("origin.default_rule", AnyGood()),)),
        Option("C", "Dearer", (("parameters.fixed_cost", 2_000.0),)),
    ),
)
LEFT = Qt.MouseButton.LeftButton


class _OnTheSpot:
    """Evaluates on the market that the figures rest on."""

    def __init__(self, figures: Figures) -> None:
        assert figures.result is not None
        self._baseline = figures.result.baseline

    def evaluate(self, agreement, option=None, year=None, progress=None, complete=True):
        return evaluate(agreement, self._baseline, option, year, complete=complete)


@pytest.fixture
def page(
    qtbot: QtBot, small_figures: type[Figures], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OptionsPage]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = small_figures(document, runner)
    figures.database = object()
    monkeypatch.setattr(figures, "close", lambda: None)
    made = OptionsPage(document, figures)
    monkeypatch.setattr(made, "evaluator", lambda: _OnTheSpot(figures))
    qtbot.addWidget(made)
    made.resize(860, 560)
    document.changed.connect(made.refresh)
    figures.evaluated.connect(made.show_figures)
    document.start_from(AGREEMENT)
    made.show()
    ready(qtbot, made)
    yield made
    qtbot.waitUntil(lambda: not runner.running, timeout=10_000)
    runner.shutdown()


def ready(qtbot: QtBot, page: OptionsPage) -> None:
    qtbot.waitUntil(
        lambda: len(page.evaluations) == len(page._variants) and page.comparison is not None,
        timeout=10_000,
    )


def names(page: OptionsPage) -> list[str]:
    model = page.table.frame_model
    return [str(model.value(row, "name")).partition(" · ")[0] for row in range(model.rowCount())]


def test_every_option_has_its_figures(page: OptionsPage) -> None:
    assert names(page) == ["Base (shown)", "B", "C"]
    model = page.table.frame_model
    base, loose, dearer = (model.value(row, "utilisation") for row in range(3))
    assert loose > base > dearer
    page.view._buttons[CHANGES].click()
    assert model.value(0, "utilisation") == 0
    assert model.value(1, "utilisation") == pytest.approx(loose - base)


def test_a_text_that_an_edit_leaves_alone_is_not_evaluated_again(
    page: OptionsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _OnTheSpot(page.figures)
    monkeypatch.setattr(page, "evaluator", lambda: one)
    before = dict(page.evaluations)
    for share in (0.6, 0.5):
        rule = RegionalValueContent(RvcMethod.BUILD_DOWN, share)
        page.document.edit("Rule", lambda a, rule=rule: a.with_default_rule(rule))
        shown, before = before, {}
        qtbot.waitUntil(lambda shown=shown: page.evaluations.get("") not in (None, shown[""]))
        ready(qtbot, page)
        before = dict(page.evaluations)
        assert before["C"].agreement.origin.default_rule == rule
    assert before["B"] is shown["B"], "its rule is its own"
    assert page.comparison is not None
    assert page.comparison.before is before[""]


def test_two_options_in_words_and_figures(page: OptionsPage, qtbot: QtBot) -> None:
    page._select("B")
    ready(qtbot, page)
    notes = page.compared.notes.frame_model
    assert "changes from" in str(notes.value(0, "text"))
    told: list[Explanation] = []
    page.explained.connect(told.append)
    page.compared.view._buttons[FIGURES].click()
    page.compared.figures.select_value("title", "Exposure")
    change = page.compared.selected()
    assert change is not None
    assert told[-1].figure == change.figure == "exposure"
    causes = page.compared.causes.frame_model
    assert causes.rowCount() == 1
    assert causes.value(0, "effect") == pytest.approx(change.change)


def test_the_base_against_each_of_the_others(page: OptionsPage, qtbot: QtBot) -> None:
    page.before.show_key("")
    page.after.show_key("each:")
    page.after.chosen.emit("each:")
    notes = page.compared.notes.frame_model
    told = {str(notes.value(row, "of")): str(notes.value(row, "text")) for row in range(2)}
    assert list(told) == ["B", "C"]
    assert "changes from" in told["B"]
    assert "2,000" in told["C"] or "2 000" in told["C"]
    figures = page.compared.figures.frame_model
    assert [c.title for c in figures.columns] == ["Figure", "Before", "B", "C"]
    page.compared.figures.select_value("title", "Utilisation")
    row = page.compared.figures.current_row()
    values = [figures.value(row, name) for name in ("base", "in0", "in1")]
    totals = [page.evaluations[key].totals["utilisation"] for key in ("", "B", "C")]
    assert values == pytest.approx(totals)
    page.compared.view._buttons[FIGURES].click()
    assert not page.compared.causes.isVisible()
    page._select("C")
    assert page.after.key() == "each:"
    page.after.show_key("B")
    page.after.chosen.emit("B")
    ready(qtbot, page)
    assert page.compared.causes.isVisible()
    assert [c.name for c in notes.columns] == ["text"]
    assert [c.name for c in figures.columns] == ["title", "before", "after", "change"]


def test_the_table_of_options_fits_a_small_window(page: OptionsPage, qtbot: QtBot) -> None:
    page.resize(704, 460)
    page.view._buttons[CHANGES].click()
    qtbot.waitUntil(lambda: page.table.horizontalScrollBar().maximum() == 0)
    head = page.table.horizontalHeader()
    widths = [head.sectionSize(n) for n in range(head.count())]
    assert min(widths) >= 70
    assert widths[0] >= 150


def test_a_new_option_is_one_undoable_edit(page: OptionsPage, qtbot: QtBot) -> None:
    before = write_text(page.document.base)
    qtbot.mouseClick(page.new, LEFT)
    assert names(page)[-1] == "D"
    assert page.long.hasFocus() or page.long.isVisible()
    qtbot.keyClicks(page.long, "Wider")
    assert page.document.base.option("D").title == "Wider"
    page.document.undo_stack.undo()
    page.document.undo_stack.undo()
    assert write_text(page.document.base) == before
    ready(qtbot, page)


def test_copy_rename_and_delete(page: OptionsPage, qtbot: QtBot) -> None:
    page._select("B")
    qtbot.mouseClick(page.copy, LEFT)
    copied = page.document.base.option("D")
    assert copied.changes == page.document.base.option("B").changes
    page.short.clear()
    qtbot.keyClicks(page.short, "C")
    assert "is called C" in page.problem.text()
    page.short.clear()
    qtbot.keyClicks(page.short, "X")
    assert page.document.base.option("X").title == "Copy of Loose"
    page._select("X")
    qtbot.mouseClick(page.delete, LEFT)
    assert [option.name for option in page.document.base.options] == ["B", "C"]
    ready(qtbot, page)


def test_promoting_keeps_the_text_before(page: OptionsPage, qtbot: QtBot) -> None:
    page._select("B")
    qtbot.mouseClick(page.promote, LEFT)
    base = page.document.base
    assert base.origin.default_rule == AnyGood()
    assert base.with_option("B").origin.default_rule == RVC
    assert base.option("B").title == "Base text before"
    page.document.undo_stack.undo()
    assert page.document.base == AGREEMENT
    ready(qtbot, page)


def test_opening_an_option_shows_its_text(page: OptionsPage, qtbot: QtBot) -> None:
    page._select("B")
    with qtbot.waitSignal(page.go_to) as told:
        qtbot.mouseClick(page.open, LEFT)
    assert told.args == ["overview"]
    assert page.document.option == "B"
    assert page.document.agreement.origin.default_rule == AnyGood()
    assert names(page)[1] == "B (shown)"
    ready(qtbot, page)


def test_comparing_with_a_file(page: OptionsPage, qtbot: QtBot, tmp_path, monkeypatch) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(write_text(replace(AGREEMENT, title="Theirs")), encoding="utf-8")
    monkeypatch.setattr(messages, "open_file", lambda *_: path)
    qtbot.mouseClick(page.add_file, LEFT)
    assert names(page)[-1] == "theirs"
    ready(qtbot, page)
    text = str(page.compared.notes.frame_model.value(0, "text"))
    assert text == "The title changes from Test to Theirs."
    qtbot.mouseClick(page.delete, LEFT)
    assert len(names(page)) == 3
    ready(qtbot, page)


def test_the_chart_shows_one_figure_by_option(page: OptionsPage) -> None:
    assert page.figure.currentText() == "Utilisation"
    page.view._buttons[PICTURE].click()
    data = page.chart.data()
    assert [bar.label for bar in data.bars] == ["Base", "B", "C"]
    assert page.figure.isVisible()
