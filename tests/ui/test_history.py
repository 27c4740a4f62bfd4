"""History of a file: kept at each save, compared with the text now, restored."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.dialogs.history import BEFORE, HistoryDialog
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.tasks import TaskRunner
from workbench.analysis import evaluation
from workbench.analysis.baseline import build_baseline
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

START = Agreement(
    "Club",
    partners=(Partner("USA"),),
    coverage=ProductCoverage((CoveredProducts((HSRange.parse("8108.20"),)),)),
    options=(Option("B"),),
)


@pytest.fixture
def document(qapp: object, tmp_path: Path) -> AgreementDocument:
    made = AgreementDocument()
    made.history_folder = tmp_path / "history"
    path = tmp_path / "club.yaml"
    path.write_text(write_text(START), encoding="utf-8")
    made.open(path)
    return made


def _save(document: AgreementDocument, code: str, note: str) -> None:
    document.edit("Add partner", lambda a: a.with_partner(Partner(code)))
    document.save(note=note)


@pytest.fixture
def dialog(
    document: AgreementDocument,
    qtbot: QtBot,
    small_figures: type[Figures],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HistoryDialog]:
    runner = TaskRunner()
    _save(document, "JPN", "Japan is in")
    _save(document, "CHL", "")
    history = document.history()
    assert history is not None
    figures = small_figures(document, runner)
    figures._start()
    figures.database = object()
    market = figures.result.baseline.market

    class OnTheSpot:
        def __init__(self, database: object) -> None: ...

        def evaluate(self, agreement, option=None, year=None, progress=None, complete=True):
            baseline = build_baseline(market, agreement)
            return evaluation.evaluate(agreement, baseline, option, year, complete=complete)

    monkeypatch.setattr(evaluation, "Evaluator", OnTheSpot)
    monkeypatch.setattr(figures, "close", lambda: None)
    made = HistoryDialog(document, history, figures)
    qtbot.addWidget(made)
    made.show()
    yield made
    qtbot.waitUntil(lambda: not runner.running, timeout=10_000)
    runner.shutdown()


def _notes(dialog: HistoryDialog) -> list[str]:
    model = dialog.compared.notes.frame_model
    return [str(model.value(row, "text")) for row in range(model.rowCount())]


def test_each_save_is_kept_and_what_was_there_before(
    document: AgreementDocument, dialog: HistoryDialog
) -> None:
    model = dialog.table.frame_model
    assert [model.value(row, "note") for row in range(model.rowCount())] == ["", "Japan is in", ""]
    assert document.path is not None
    assert len(list(document.path.parent.glob("*.yaml"))) == 1


def test_a_state_is_compared_with_the_text_now_and_the_one_before(dialog: HistoryDialog) -> None:
    assert not dialog.restore.isEnabled()  # the newest state is the text now
    dialog.table.select_row(1)
    assert _notes(dialog) == ["Chile joins as a founding partner, both producer and consumer."]
    dialog.against._buttons[BEFORE].click()
    assert _notes(dialog) == ["Japan joins as a founding partner, both producer and consumer."]


def test_what_changed_since_then_in_figures(
    document: AgreementDocument, dialog: HistoryDialog, qtbot: QtBot
) -> None:
    document.edit("Dearer", lambda a: a.with_parameter("fixed_cost", 5_000.0))
    dialog.table.select_row(1)
    dialog._show()
    qtbot.waitUntil(lambda: dialog.compared.selected() is not None, timeout=10_000)
    change = dialog.compared.selected()
    assert change is not None
    assert change.because


def test_restoring_is_one_undoable_edit(
    document: AgreementDocument, dialog: HistoryDialog, qtbot: QtBot
) -> None:
    now = document.base
    document.choose_option("B")
    dialog.table.select_row(2)
    qtbot.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert document.base == START
    document.undo_stack.undo()
    assert document.base == now


def test_a_history_that_cannot_be_kept_does_not_stop_saving(
    document: AgreementDocument, tmp_path: Path
) -> None:
    (tmp_path / "history").write_text("a file stands where the folder should be")
    document.edit("Rename", lambda a: replace(a, title="Clubs"))
    document.save()
    assert not document.dirty
    assert "Clubs" in (tmp_path / "club.yaml").read_text()


def test_without_a_folder_nothing_is_kept(qapp: object, tmp_path: Path) -> None:
    document = AgreementDocument()
    document.start_from(Agreement("Club"))
    document.save(tmp_path / "club.yaml", "a note")
    assert document.history() is None
    assert [path.name for path in tmp_path.glob("*.yaml")] == ["club.yaml"]
