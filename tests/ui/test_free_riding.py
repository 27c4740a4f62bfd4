"""The free-riding page: what content rests on, and the view two tiers up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.free_riding import FreeRidingPage
from ui.tasks import TaskRunner
from ui.widgets.data_table import DataTable
from ui.widgets.erosion_view import ErosionView
from workbench.analysis.explain import Explanation

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"


@pytest.fixture
def page(qtbot: QtBot, starter_file: Path) -> Iterator[FreeRidingPage]:
    document, tasks = AgreementDocument(), TaskRunner()
    figures = Figures(document, tasks)
    made = FreeRidingPage(document, figures)
    qtbot.addWidget(made)
    figures.evaluated.connect(made.show_figures)
    made.resize(860, 700)
    made.show()
    document.open(CLUB)
    qtbot.waitUntil(lambda: figures.result is not None, timeout=60_000)
    yield made
    tasks.shutdown()
    figures.close()


def _press(qtbot: QtBot, page: FreeRidingPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_two_tiers_up_by_origin_and_by_route(qtbot: QtBot, page: FreeRidingPage) -> None:
    basis = page.findChild(QLabel, "rideBasis")
    assert basis is not None
    assert "exporter's sector" in basis.text()
    explained: list[Explanation] = []
    page.explained.connect(explained.append)
    _press(qtbot, page, "rideView_tiers")
    view = page._tiers
    qtbot.waitUntil(lambda: view._found is not None, timeout=60_000)
    found = view._found
    assert found is not None
    assert view.table.frame_model.rowCount() == len(found.origins)
    view.table.select_row(0)
    assert explained[-1].value == pytest.approx(found.origins["hidden_usd"].iloc[0])
    assert explained[-1].notes == found.notes
    _press(qtbot, page, "twoTiersBy_routes")
    assert view.table.frame_model.rowCount() == len(found.routes)
    view.table.select_row(0)
    assert explained[-1].value == pytest.approx(found.routes["hidden_usd"].iloc[0])
    data = view.picture.data()
    assert data is not None
    total = sum(data.table().values["value"])
    assert total == pytest.approx(found.hidden_usd)
    _press(qtbot, page, "rideView_riders")
    assert page._stack.currentIndex() == 0


def test_the_picture_tells_riders_apart_in_the_smallest_window(
    qtbot: QtBot, page: FreeRidingPage
) -> None:
    qtbot.waitUntil(lambda: page._picture.data() is not None)
    page.resize(656, 440)
    page.grab()
    names = {key for hit in page._picture.hits() if (key := hit.key).startswith("0:")}
    assert len([key for key in names if "/" not in key]) >= 5


def test_a_section_names_the_view(page: FreeRidingPage) -> None:
    page.show_section("free-riding.tiers")
    assert page._stack.currentIndex() == 1


@pytest.mark.parametrize("content", ["declared", "traced"])
def test_every_row_is_explained_as_the_sum_it_shows(
    qtbot: QtBot, page: FreeRidingPage, content: str
) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    _press(qtbot, page, f"content_{content}")
    for by in ("economy", "exporter", "product"):
        _press(qtbot, page, f"group_{by}")
        model = page._table.frame_model
        assert model.rowCount()
        for row in range(model.rowCount()):
            for name in ("free_riding_content", "share"):
                page._table.setCurrentIndex(model.index(row, 0))
                page._table.setCurrentIndex(model.index(row, model.column_of(name)))
                assert told[-1].value == pytest.approx(model.value(row, name), rel=1e-9)
    first = told[-2]
    assert first.rows is not None
    assert first.rows.iloc[:, 4].sum() == pytest.approx(first.value)
    assert {"k", "S", "σ", "F", "ρ"} <= {term.symbol for term in first.terms}
    assert any(term.meaning.startswith("Source of") for term in first.terms)


def test_nodes_and_ribbons_are_explained_as_what_flows(page: FreeRidingPage) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    words: dict[str, list[str]] = {}
    for hit in page._picture.hits():
        words.setdefault(hit.key, []).append(hit.words)
    assert any("/" in key for key in words)
    assert any(key.endswith(":other") for key in words)
    for key, said in words.items():
        page._picture.focusProxy()._select(key)
        value = fmt.money(told[-1].value)
        assert any(each.endswith(value) for each in said), (key, said, value)


def test_erosion_is_shown_here_too(qtbot: QtBot, page: FreeRidingPage) -> None:
    told: list[Explanation] = []
    page.explained.connect(told.append)
    page.show_section("free-riding.erosion")
    view = page._stack.currentWidget()
    assert isinstance(view, ErosionView)
    qtbot.waitUntil(lambda: not view.is_stale(), timeout=60_000)
    table = view.findChild(DataTable, "erosionTotals")
    assert table is not None
    table.select_row(0)
    assert told[-1].section == "2"
