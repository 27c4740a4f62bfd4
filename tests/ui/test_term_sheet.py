"""The term sheet page: pages drawn, choices kept, files written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui import messages
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.term_sheet import TermSheetPage
from ui.tasks import TaskRunner
from workbench.definitions.writer import write_text

_WAIT = 60_000


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, starter_file: Path) -> Iterator[TermSheetPage]:
    """The page on a small agreement and the starter database."""
    from workbench.definitions.reader import parse_agreement

    text = (
        "format: 1\ntitle: Two and a metal\npartners: [{economy: USA}, {economy: JPN}]\n"
        'coverage: [{products: ["8108.20"]}]\nnotes: SECRET-NOTE\n'
        "options:\n  - name: B\n    title: Loose\n    changes:\n"
        "      origin.default_rule: {rvc: {method: build-down, at_least: 0.3}}\n"
    )
    document = AgreementDocument()
    document.show(parse_agreement(text, "test"), None)
    tasks = TaskRunner()
    figures = Figures(document, tasks)
    figures.choose_database(starter_file)
    page = TermSheetPage(document, figures)
    page.intervals.setChecked(False)
    page.template.show_key("brief")
    figures.evaluated.connect(page.show_figures)
    document.changed.connect(page.refresh)
    qtbot.addWidget(page)
    page.resize(860, 700)
    page.show()
    qtbot.waitUntil(lambda: page.preview.page_count > 0, timeout=_WAIT)
    yield page
    tasks.shutdown(20_000)
    figures.close()


def test_pages_are_drawn_and_follow_the_text(page: TermSheetPage, qtbot: QtBot) -> None:
    assert page.preview.page_count == 1
    assert page._says.text() == "1 page"
    page.template.setCurrentIndex(page.template.findData("full"))
    page.template.chosen.emit("full")
    qtbot.waitUntil(lambda: page.preview.page_count > 5, timeout=_WAIT)
    names = {action.data() for action in page.sections.menu().actions()}
    assert {"summary", "origin", "definitions"} <= names
    before = page.preview.page_count
    for action in page.sections.menu().actions():
        if action.data() in ("definitions", "method", "sources", "gaps", "parameters"):
            action.setChecked(False)
    qtbot.waitUntil(lambda: page.preview.page_count < before, timeout=_WAIT)


def test_choices_are_kept(page: TermSheetPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.marking, "Embargo")
    qtbot.mouseClick(page.dated, Qt.MouseButton.LeftButton)
    page.language.show_key("fr")
    page.language.chosen.emit("fr")
    again = TermSheetPage(page.document, page.figures)
    qtbot.addWidget(again)
    assert again.marking.text() == "Embargo"
    assert again.dated.isChecked()
    assert again.language.key() == "fr"
    assert again.template.key() == "brief"


def test_a_file_is_written(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def choose(parent: QWidget | None, title: str, suggestion: Path, filters: str) -> Path:
        asked.append(suggestion)
        return tmp_path / "out.html"

    monkeypatch.setattr(messages, "save_file", choose)
    page.format.show_key("html")
    page.audience.show_key("partners")
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "out.html").is_file(), timeout=_WAIT)
    assert asked[0].name == "two-and-a-metal.html"
    content = (tmp_path / "out.html").read_bytes()
    assert b"Two and a metal" in content
    assert b"SECRET" not in content
    qtbot.waitUntil(lambda: page._says.text().startswith("Written"), timeout=_WAIT)


def test_all_options_in_all_formats(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(parent: QWidget | None, title: str, folder: Path) -> Path:
        return tmp_path

    monkeypatch.setattr(messages, "choose_folder", choose)
    qtbot.mouseClick(page.export_all, Qt.MouseButton.LeftButton)
    wanted = {f"two-and-a-metal{option}.{kind}" for option in ("", "-b")
              for kind in ("docx", "pdf", "html", "md", "xlsx", "json")}  # fmt: skip
    qtbot.waitUntil(lambda: "12 files" in page._says.text(), timeout=_WAIT)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} >= wanted


def test_against_an_earlier_version(page: TermSheetPage, qtbot: QtBot, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(write_text(page.document.base).replace("Two and", "Three and"))
    page.compare_with(earlier)
    assert page.forget.isVisible()
    drawn = page._drawn_for
    qtbot.waitUntil(lambda: page._drawn_for != drawn, timeout=_WAIT)
    qtbot.waitUntil(lambda: page.figures.tasks.find("term-sheet-preview") is None, timeout=_WAIT)
    assert page.preview.page_count >= 1
    qtbot.mouseClick(page.forget, Qt.MouseButton.LeftButton)
    assert page.against.text() == "Against…"
    qtbot.waitUntil(lambda: page.figures.tasks.find("term-sheet-preview") is None, timeout=_WAIT)
