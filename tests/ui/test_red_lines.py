"""Red lines on screen: drawn, watched while drafting, and kept out of the agreement's file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.dialogs.red_lines import RedLinesDialog
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.bottom import BottomPanel
from ui.tasks import TaskRunner
from workbench.definitions.red_lines import private_path, read_red_lines
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, RegionalValueContent, RvcMethod
from workbench.model.red_lines import Bound, LineOn, RedLine

LEFT = Qt.MouseButton.LeftButton
AGREEMENT = Agreement(
    title="Test",
    partners=(Partner("USA"), Partner("JPN")),
    coverage=ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    ),
).with_default_rule(RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5))


@pytest.fixture
def figures(qapp: object, small_figures: type[Figures], tmp_path: Path) -> Iterator[Figures]:
    document, runner = AgreementDocument(), TaskRunner()
    made = small_figures(document, runner)
    path = tmp_path / "club.yaml"
    path.write_text(write_text(AGREEMENT), encoding="utf-8")
    document.open(path)
    made._start()
    yield made
    runner.shutdown()


@pytest.fixture
def dialog(qtbot: QtBot, figures: Figures) -> RedLinesDialog:
    made = RedLinesDialog(figures._document, figures)
    qtbot.addWidget(made)
    made.show()
    return made


def _state(dialog: RedLinesDialog, row: int = 0) -> str:
    return str(dialog.table.frame_model.value(row, "state"))


def test_a_line_is_drawn_watched_and_kept_at_once(
    dialog: RedLinesDialog, figures: Figures, qtbot: QtBot
) -> None:
    document = figures._document
    assert not dialog._fields.isEnabled()
    qtbot.mouseClick(dialog.add, LEFT)
    assert document.red_lines == (
        RedLine("USA", LineOn.FIGURE, Bound.AT_MOST, 0.5, figure="exposure"),
    )
    assert _state(dialog) == "kept"
    dialog._on_value(0.001)
    document.edit("Loosen", lambda a: a.with_default_rule(AnyGood()))
    figures._start()
    assert _state(dialog) == "crossed"
    assert document.path is not None
    assert read_red_lines(document.path) == document.red_lines
    assert "red" not in write_text(document.base)


def test_the_fields_follow_what_the_line_is_drawn_on(dialog: RedLinesDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.add, LEFT)
    assert dialog.figure.isVisible()
    assert not dialog.products.isVisible()
    dialog._on_kind(LineOn.PRODUCT.value)
    assert not dialog.share.isVisible()
    assert dialog.bound.currentText() == "not covered"
    dialog._on_products((HSRange.parse("8505"),))
    assert _state(dialog) == "crossed"
    dialog._on_kind(LineOn.FIGURE.value)
    dialog._on_figure("covered_trade")
    assert dialog.amount.isVisible()
    qtbot.mouseClick(dialog.remove, LEFT)
    assert dialog._document.red_lines == ()
    assert not private_path(dialog._document.path).exists()


def test_a_crossed_line_is_a_finding_that_leaves_no_trace(qtbot: QtBot, figures: Figures) -> None:
    document = figures._document
    panel = BottomPanel(figures, figures.tasks)
    qtbot.addWidget(panel)
    panel.show()
    document.set_red_lines(
        (RedLine("JPN", LineOn.PRODUCT, Bound.AT_MOST, products=(HSRange.parse("8505"),)),)
    )
    figures._start()
    findings = panel.findings
    findings.table.select_row(0)
    finding = findings.selected()
    assert finding is not None
    assert finding.id == "red-line"
    assert not findings.reason.isVisible()
    assert not findings.set_aside.isVisible()
    assert figures.result is not None
    assert finding not in figures.result.findings


def test_opening_and_saving_elsewhere_take_the_lines_along(
    figures: Figures, tmp_path: Path
) -> None:
    document = figures._document
    line = RedLine("JPN", LineOn.RATE, Bound.AT_LEAST, 0.02)
    document.set_red_lines((line,))
    again = AgreementDocument()
    again.open(tmp_path / "club.yaml")
    assert again.red_lines == (line,)
    again.save(tmp_path / "copy.yaml")
    assert read_red_lines(tmp_path / "copy.yaml") == (line,)
    again.start_from(AGREEMENT)
    assert again.red_lines == ()
