"""The free-riding page: what content rests on, and the view two tiers up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.free_riding import FreeRidingPage
from ui.tasks import TaskRunner
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


def test_a_section_names_the_view(page: FreeRidingPage) -> None:
    page.show_section("free-riding.tiers")
    assert page._stack.currentIndex() == 1
