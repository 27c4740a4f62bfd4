"""The inspector: copied and saved with the rows behind a figure."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.inspector import Inspector
from ui.tasks import TaskRunner
from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation, Term, Unit
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange

LEFT = Qt.MouseButton.LeftButton
AGREEMENT = Agreement(
    title="=Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    ),
)


@pytest.fixture
def inspector(qtbot: QtBot, small_figures: type[Figures]) -> Iterator[Inspector]:
    document, runner = AgreementDocument(), TaskRunner()
    figures = small_figures(document, runner)
    made = Inspector(figures)
    qtbot.addWidget(made)
    made.resize(320, 700)
    document.start_from(AGREEMENT)
    figures._start()
    made.show()
    yield made
    figures.close()
    runner.shutdown()


def saved(
    qtbot: QtBot, inspector: Inspector, monkeypatch: pytest.MonkeyPatch, path: Path
) -> list[list[str]]:
    monkeypatch.setattr(messages, "save_file", lambda *_: path)
    qtbot.mouseClick(inspector.findChild(QToolButton, "exportExplanation"), LEFT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_total_is_saved_with_its_lanes(
    qtbot: QtBot, inspector: Inspector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inspector.explain("duty_forgone", -1)
    rows = saved(qtbot, inspector, monkeypatch, tmp_path / "a.csv")
    assert rows[0] == ["Duty forgone", "'=Test"]  # text is never a live formula
    head = next(n for n, row in enumerate(rows) if row[:2] == ["importer", "exporter"])
    column = rows[head].index("duty_forgone")
    total = sum(float(row[column]) for row in rows[head + 1 :])
    result = inspector._figures.result
    assert result is not None
    assert total == pytest.approx(result.totals["duty_forgone"])
    assert any(row and row[0] == "formula" for row in rows)


def test_a_lane_is_saved_alone(
    qtbot: QtBot, inspector: Inspector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inspector.explain("utilisation", 0)
    rows = saved(qtbot, inspector, monkeypatch, tmp_path / "a.csv")
    head = next(n for n, row in enumerate(rows) if row[:2] == ["importer", "exporter"])
    assert len(rows) == head + 2


def test_a_figure_of_a_page_is_saved_term_by_term(
    qtbot: QtBot, inspector: Inspector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    term = Term("x", "A number", 0.25, Unit.SHARE, "a source")
    given = Explanation("own", "Own", "Test", 0.5, Unit.SHARE, "2 x", (term,), "6", ("a note",))
    inspector.show_explanation(given)
    rows = saved(qtbot, inspector, monkeypatch, tmp_path / "a.csv")
    assert ["x", "A number", "0.25", "share", "a source"] in rows
    assert ["note", "a note"] in rows


def test_the_largest_rows_are_named(inspector: Inspector) -> None:
    inspector.explain("duty_forgone", -1)
    words = [label.text() for label in inspector.findChildren(QLabel)]
    assert "ROWS BEHIND IT" in words
    assert any("8108.20, JPN → USA" in text for text in words)


def test_a_disk_that_cannot_be_written_is_told(
    qtbot: QtBot, inspector: Inspector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "save_file", lambda *_: tmp_path / "no" / "where" / "a.csv")
    monkeypatch.setattr(messages, "show_error", lambda _parent, text: told.append(text))
    inspector.explain("duty_forgone", -1)
    qtbot.mouseClick(inspector.findChild(QToolButton, "exportExplanation"), LEFT)
    assert "could not be written" in told[0]


def test_it_is_copied(qtbot: QtBot, inspector: Inspector) -> None:
    inspector.explain("exposure", -1)
    qtbot.mouseClick(inspector.findChild(QToolButton, "copyExplanation"), LEFT)
    assert "Σ free-riding content / Σ U V" in QApplication.clipboard().text()


def test_a_lane_stays_itself_when_others_come_or_go(inspector: Inspector) -> None:
    result = inspector._figures.result
    assert result is not None
    lanes = result.lanes
    (row,) = lanes.index[(lanes["importer"] == "JPN") & (lanes["product"] == "810820")]
    inspector.explain("base_duty", int(row))
    subject = inspector._subject.text()
    turned = replace(AGREEMENT, partners=AGREEMENT.partners[::-1])
    other = evaluate(turned, build_baseline(result.baseline.market, turned))
    assert other.lanes.loc[row, "importer"] == "USA"
    inspector._figures.result = other
    inspector.redraw()
    assert inspector._subject.text() == subject
    one = replace(AGREEMENT, partners=(Partner("USA"),))
    inspector._figures.result = evaluate(one, build_baseline(result.baseline.market, one))
    inspector.redraw()
    assert "8108.20" not in inspector._subject.text()
