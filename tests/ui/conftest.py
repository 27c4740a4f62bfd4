"""Offscreen Qt, the program's look, throw-away settings, and no task left running."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import theme
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.page import Page
from ui.tasks import TaskRunner
from ui.theme import Scheme
from workbench.model.agreement import Agreement

P = TypeVar("P", bound=Page)


class OpenPage(Protocol):
    """Shows a page of an agreement."""

    def __call__(self, kind: type[P], agreement: Agreement, height: int = 560) -> P:
        """The page, on its way to be worked out."""
        ...


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    theme.apply(qapp, Scheme.LIGHT)
    return qapp


@pytest.fixture(autouse=True)
def throw_away_settings(tmp_path: Path) -> Iterator[Path]:
    """Every test starts without settings and leaves none behind."""
    folder = tmp_path / "settings"
    before = QSettings.defaultFormat()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    yield folder
    QSettings.setDefaultFormat(before)


@pytest.fixture(autouse=True)
def no_task_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that leaves a task running fails, and the task is stopped."""
    runners: list[TaskRunner] = []
    made = TaskRunner.__init__

    def noted(self: TaskRunner, *args: object, **kwargs: object) -> None:
        made(self, *args, **kwargs)  # type: ignore[arg-type]
        runners.append(self)

    monkeypatch.setattr(TaskRunner, "__init__", noted)
    yield
    left = [task.title for runner in runners for task in runner.running]
    for runner in runners:
        assert runner.shutdown(), "a task does not stop when asked to"
    assert not left, f"tasks left running: {left}"


@pytest.fixture(scope="session")
def small_figures() -> type[Figures]:
    """Figures that evaluate on a small made-up market, on the spot."""
    import numpy as np
    import pandas as pd

    from workbench.analysis.baseline import build_baseline
    from workbench.analysis.evaluation import evaluate
    from workbench.analysis.market import ContentTable, Market
    from workbench.model.nomenclature import HSEdition

    def small_market() -> Market:
        """Two importers and exporters, two products; CHN is the non-party inside the goods."""
        economies = origins = ("CHN", "JPN", "USA")
        declared = np.full((3, 1, 3), 0.1)
        traced = np.full((3, 1, 3), 0.15)
        for n in range(3):
            declared[n, 0, n], traced[n, 0, n] = 0.2, 0.7
        declared[:, 0, 0], traced[:, 0, 0] = 0.4, 0.5
        content = ContentTable(
            economies, ("C27",), origins, declared, traced, np.ones((3, 1), dtype=bool), 2022
        )
        flows = pd.DataFrame(
            [
                ("USA", "JPN", "JPN", "850511", 100e6, False),
                ("USA", "JPN", "JPN", "810820", 300e6, False),
                ("JPN", "USA", "USA", "810820", 40e6, False),
            ],
            columns=["importer", "exporter", "member", "product", "value_usd", "equal_split"],
        )
        lines = pd.DataFrame(
            [
                ("USA", "81082000", "810820", "mfn", "", 0.15, "15%"),
                ("USA", "85051100", "850511", "mfn", "", 0.02, "2%"),
                ("USA", "85051190", "850511", "mfn", "", 0.0, "Free"),
            ],
            columns=["importer", "line", "product", "regime", "programme", "rate", "text"],
        ).assign(method="ad valorem", year=2025, source="test schedule")
        programmes = pd.DataFrame(
            columns=[
                "programme",
                "kind",
                "importer",
                "partner",
                "start",
                "end",
                "status",
                "rates_known",
                "name",
            ]
        )
        return Market(
            edition=HSEdition.HS2022,
            years=(2024,),
            products=("810820", "850511"),
            importers=("JPN", "USA"),
            traded=frozenset(("810820", "850511")),
            flows=flows,
            tariff_lines=lines,
            programmes=programmes,
            content=content,
            sector_of={"810820": "C27", "850511": "C27", "2846": "C27"},
            vintage=(),
        )

    class SmallFigures(Figures):
        """Evaluates on the small market, on the spot."""

        def _start(self) -> None:
            agreement = self._document.agreement
            self._on_result(evaluate(agreement, build_baseline(small_market(), agreement)))

    return SmallFigures


@pytest.fixture
def open_page(qtbot: QtBot, small_figures: type[Figures]) -> Iterator[OpenPage]:
    """Shows a page on the small market, with the signals of the window, and closes it."""
    runners: list[TaskRunner] = []

    def open_it(kind: type[P], agreement: Agreement, height: int = 560) -> P:
        document, runner = AgreementDocument(), TaskRunner()
        runners.append(runner)
        figures = small_figures(document, runner)
        page = kind(document, figures)
        qtbot.addWidget(page)
        page.resize(860, height)

        def redraw() -> None:
            page.refresh()
            page.show_figures()

        document.changed.connect(page.refresh)
        figures.evaluated.connect(redraw)
        figures.pinned_changed.connect(redraw)
        document.start_from(agreement)
        page.show()
        figures.evaluate_soon()
        return page

    yield open_it
    qtbot.waitUntil(lambda: not any(runner.running for runner in runners), timeout=20_000)
    for runner in runners:
        runner.shutdown()
