"""The term sheet page: pages drawn, choices kept, files written."""

import errno
import json
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
from ui.settings import LIBRARY_FOLDER
from ui.tasks import TaskRunner
from workbench.cli import main
from workbench.definitions.writer import write_text
from workbench.termsheet import export

_WAIT = 60_000
_KEY, _EXPORT_KEY = "term-sheet-preview", "term-sheet-export"


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
    qtbot.mouseClick(page.partner_sets, Qt.MouseButton.LeftButton)
    page.language.show_key("fr")
    page.language.chosen.emit("fr")
    again = TermSheetPage(page.document, page.figures)
    qtbot.addWidget(again)
    assert again.marking.text() == "Embargo"
    assert again.dated.isChecked()
    assert again.partner_sets.isChecked()
    assert not again.intervals.isChecked()
    assert again.language.key() == "fr"
    assert again.template.key() == "brief"


def test_each_agreement_has_choices_of_its_own(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path
) -> None:
    one, other, earlier = (tmp_path / f"{name}.yaml" for name in ("one", "other", "earlier"))
    for path in (other, earlier):
        path.write_text(write_text(page.document.base).replace("Two and", "Three and"))
    page.document.save(one)
    qtbot.keyClicks(page.marking, "For Tokyo only")
    page.language.show_key("es")
    page.language.chosen.emit("es")
    page.compare_with(earlier)
    page.document.open(other)
    assert page.language.key() == "es"
    assert page.marking.text() == ""
    assert page.against.text() == "Against…"
    page.language.show_key("en")
    page.language.chosen.emit("en")
    page.document.open(one)
    assert page.marking.text() == "For Tokyo only"
    assert page.language.key() == "es"
    assert page.against.text() == "Against earlier.yaml"
    assert not page.forget.isHidden()
    earlier.unlink()
    page.document.open(one)
    assert page.against.text() == "Against…"
    assert page.forget.isHidden()


def test_choices_outlive_a_saving_elsewhere(page: TermSheetPage, tmp_path: Path) -> None:
    page.marking.setText("Embargo")
    page.document.save(tmp_path / "first.yaml")
    page.document.save(tmp_path / "second.yaml")
    page.document.open(tmp_path / "second.yaml")
    assert page.marking.text() == "Embargo"


def test_choices_of_another_agreement_are_not_kept_for_this_one(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(write_text(page.document.base))
    qtbot.keyClicks(page.marking, "For Tokyo only")
    page.document.opened.connect(lambda: page.document.saved.emit())
    page.document.open(other)
    assert page.marking.text() == ""


def test_partner_sets_come_into_the_pages(page: TermSheetPage, qtbot: QtBot) -> None:
    page.template.show_key("full")
    page.template.chosen.emit("full")
    qtbot.waitUntil(lambda: page.preview.page_count > 5, timeout=_WAIT)
    before = page.preview.page_count
    drawn = page._drawn_for
    qtbot.mouseClick(page.partner_sets, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._drawn_for != drawn, timeout=_WAIT)
    qtbot.waitUntil(lambda: page.figures.tasks.find(_KEY) is None, timeout=_WAIT)
    assert page.preview.page_count >= before
    assert page._study is not None
    assert any(key[0] == "partner-sets" for key in page._study._kept)


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
    qtbot.waitUntil(lambda: page.figures.tasks.find(_KEY) is None, timeout=_WAIT)
    assert page.preview.page_count >= 1
    qtbot.mouseClick(page.forget, Qt.MouseButton.LeftButton)
    assert page.against.text() == "Against…"
    qtbot.waitUntil(lambda: page.figures.tasks.find(_KEY) is None, timeout=_WAIT)


@pytest.mark.parametrize("option", [None, "B"])
def test_the_page_and_the_command_write_the_same_bytes(
    option: str | None,
    page: TermSheetPage,
    qtbot: QtBot,
    tmp_path: Path,
    starter_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = tmp_path / "two.yaml"
    page.document.save(text)
    page.document.choose_option(option)
    page.template.show_key("full")
    page.marking.setText("Embargo")
    page.intervals.setChecked(True)
    page.partner_sets.setChecked(True)
    qtbot.waitUntil(page._ready, timeout=_WAIT)
    kinds = [str(kind) for kind in export.Format]
    page.export_to([(option, tmp_path / f"page.{kind}") for kind in kinds])
    qtbot.waitUntil(lambda: page._says.text().startswith("6 files"), timeout=_WAIT)
    for kind in kinds:
        out = tmp_path / f"command.{kind}"
        arguments = ["term-sheet", str(text), "-o", str(out), "--marking", "Embargo"]
        arguments += ["--partner-sets", "--db", str(starter_file)]
        assert main([*arguments, *(["--option", option] if option else [])]) == 0
        assert out.read_bytes() == (tmp_path / f"page.{kind}").read_bytes(), kind
    capsys.readouterr()


def _broken(page: TermSheetPage, folder: Path, text: str) -> None:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "ours.yaml").write_text(text)
    page._settings.set(LIBRARY_FOLDER, str(folder))
    page._list_templates()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 1\ntitle: [Ours\n", "ours.yaml"),
        ("format: 1\ntitle: Ours\nsections: [orign]\n", "'orign' is not a section"),
    ],
)
def test_a_broken_template_is_told_and_not_offered(
    page: TermSheetPage, tmp_path: Path, text: str, said: str
) -> None:
    _broken(page, tmp_path, text)
    assert page.template.findData("ours") == -1
    assert page.template.key() == "brief"
    assert not page._problem.isHidden()
    assert said in page._problem.text()
    assert "\n" not in page._problem.text()


def test_a_template_that_breaks_while_it_is_chosen(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path
) -> None:
    _broken(page, tmp_path, "format: 1\ntitle: Ours\nsections: [origin]\n")
    assert page._problem.isHidden()
    page.template.show_key("ours")
    page.template.chosen.emit("ours")
    qtbot.waitUntil(lambda: page.figures.tasks.find(_KEY) is None, timeout=_WAIT)
    (tmp_path / "templates" / "ours.yaml").write_text("format: 1\ntitle: Ours\n")
    page._on_template()
    qtbot.waitUntil(lambda: "ours.yaml" in page._says.text(), timeout=_WAIT)
    assert page.sections.menu().isEmpty()


def _said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    def tell(parent: QWidget | None, text: str) -> None:
        said.append(text)

    monkeypatch.setattr(messages, "show_error", tell)
    return said


def test_a_full_disk_is_one_sentence_and_loses_nothing(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _said(monkeypatch)
    old = tmp_path / "b.md"
    old.write_text("of yesterday")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if "b.md" in self.name:
            write(self, data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    page.export_to([(None, tmp_path / f"{name}.md") for name in "abc"])
    qtbot.waitUntil(lambda: bool(said), timeout=_WAIT)
    assert said == [f"{old}: not written (No space left on device); free some space."]
    assert old.read_text() == "of yesterday"
    assert sorted(path.name for path in tmp_path.glob("*.md*")) == ["a.md", "b.md"]
    assert page._says.text() == "Stopped: 1 of 3 files written"


def test_stopping_in_the_midst_leaves_whole_files_only(
    page: TermSheetPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = export.write_whole

    def stop_then_write(path: Path, content: bytes) -> None:
        write(path, content)
        task = page.figures.tasks.find(_EXPORT_KEY)
        assert task is not None
        task.cancel()

    monkeypatch.setattr(export, "write_whole", stop_then_write)
    page.export_to([(None, tmp_path / f"{name}.json") for name in "abc"])
    qtbot.waitUntil(lambda: page._says.text().startswith("Stopped"), timeout=_WAIT)
    assert page._says.text() == "Stopped: 1 of 3 files written"
    names = [path.name for path in tmp_path.iterdir() if path.is_file()]
    assert [name for name in names if ".json" in name] == ["a.json"]
    assert json.loads((tmp_path / "a.json").read_bytes())["format"] == 1
