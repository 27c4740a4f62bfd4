from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel

from ui import actions, messages
from ui.figures import Figures
from ui.main_window import PAGES, MainWindow
from ui.settings import RECENT_FILES, Settings, WindowState
from workbench.model.economies import Partner
from workbench.model.origin import RegionalValueContent, RvcMethod, WhollyObtained

SHIPPED = Path(__file__).parents[2] / "agreements" / "definitions"
US_JAPAN = SHIPPED / "us-japan-critical-minerals.yaml"


@pytest.fixture
def said(monkeypatch):
    """What message boxes would have said."""
    sentences: list[str] = []
    monkeypatch.setattr(
        messages, "show_error", lambda parent, text, detail="": sentences.append(text)
    )
    monkeypatch.setattr(messages, "inform", lambda parent, text, detail="": sentences.append(text))
    return sentences


@pytest.fixture
def window(qtbot, said, starter_file, monkeypatch):
    monkeypatch.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)
    window = MainWindow(Settings(), WindowState())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def _wait(qtbot, window: MainWindow) -> None:
    def ready() -> bool:
        figures = window.figures
        return figures.result is not None and not figures.out_of_date and figures.result.complete

    qtbot.waitUntil(ready, timeout=30_000)


@pytest.fixture
def opened(qtbot, window, tmp_path):
    """A window on a copy of a shipped agreement, with its figures."""
    file = tmp_path / "agreement.yaml"
    file.write_bytes(US_JAPAN.read_bytes())
    assert window.open_path(file)
    _wait(qtbot, window)
    return window


def test_every_page_shows_with_and_without_figures(qtbot, window):
    for row in PAGES:
        window.show_page(row.name)
        assert window.stack.currentWidget().name == row.name
    window.open_path(US_JAPAN)
    _wait(qtbot, window)
    for row in PAGES:
        window.show_page(row.name)
        assert not window.pages[row.name].grab().isNull()


def test_a_changed_rule_changes_the_figures_and_undo_brings_them_back(qtbot, opened):
    before = opened.figures.result.totals
    opened.document.edit("Strict", lambda a: a.with_default_rule(WhollyObtained()))
    _wait(qtbot, opened)
    after = opened.figures.result.totals
    assert after["exposure"] < before["exposure"]
    assert opened.figures.change("exposure") == pytest.approx(
        after["exposure"] - before["exposure"]
    )
    opened.actions_by_id["undo"].trigger()
    _wait(qtbot, opened)
    assert opened.figures.result.totals == before
    assert opened.figures.change("exposure") == 0


def test_pin_measures_changes_from_now_on(qtbot, opened):
    looser = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.4)
    opened.document.edit("Loose", lambda a: a.with_default_rule(looser))
    _wait(qtbot, opened)
    opened.actions_by_id["pin"].trigger()
    assert opened.figures.change("utilisation") == 0


def test_an_option_and_a_year_are_shown_when_chosen(qtbot, opened):
    base = opened.figures.result.totals["utilisation"]
    opened.option.setCurrentIndex(1)
    opened.option.activated.emit(1)
    _wait(qtbot, opened)
    assert opened.figures.result.option == "B"
    assert opened.figures.result.totals["utilisation"] > base
    opened.year.setCurrentIndex(1)
    opened.year.activated.emit(1)
    qtbot.waitUntil(lambda: opened.figures.result.year == 1, timeout=30_000)


def test_save_and_save_as(qtbot, opened, tmp_path, monkeypatch):
    opened.document.edit("Rename", lambda a: replace(a, title="Renamed"))
    assert opened.isWindowModified()
    opened.actions_by_id["save"].trigger()
    assert not opened.isWindowModified()
    assert "Renamed" in opened.document.path.read_text()
    other = tmp_path / "other.yaml"
    monkeypatch.setattr(messages, "save_file", lambda *_: other)
    opened.actions_by_id["save_as"].trigger()
    assert opened.document.path == other
    assert other.read_bytes() == (tmp_path / "agreement.yaml").read_bytes()
    assert str(other) in Settings().get(RECENT_FILES)


def test_a_broken_file_is_said_and_nothing_is_lost(opened, said, tmp_path):
    before = opened.document.agreement
    broken = tmp_path / "broken.yaml"
    broken.write_text("title: [\n")
    assert not opened.open_path(broken)
    assert "broken.yaml" in said[0]
    assert opened.document.agreement is before


@pytest.mark.parametrize(
    ("choice", "closes", "saved"),
    [
        (messages.SaveChoice.SAVE, True, True),
        (messages.SaveChoice.DISCARD, True, False),
        (messages.SaveChoice.CANCEL, False, False),
    ],
)
def test_closing_asks_about_unsaved_changes(opened, monkeypatch, choice, closes, saved):
    monkeypatch.setattr(messages, "ask_save", lambda *_: choice)
    opened.document.edit("Rename", lambda a: replace(a, title="Renamed"))
    event = QCloseEvent()
    opened.closeEvent(event)
    assert event.isAccepted() is closes
    assert ("Renamed" in opened.document.path.read_text()) is saved
    monkeypatch.setattr(messages, "ask_save", lambda *_: messages.SaveChoice.DISCARD)


def test_a_missing_database_is_a_sentence_and_the_starter_still_works(
    qtbot, opened, said, tmp_path
):
    opened.figures.choose_database(tmp_path / "nowhere.sqlite")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "nowhere.sqlite" in said[0]
    opened.actions_by_id["starter"].trigger()
    opened.document.edit("Add", lambda a: a.with_partner(Partner("AUS")))
    _wait(qtbot, opened)
    assert "AUS" in opened.figures.result.agreement.economies


def test_a_finding_leads_to_its_page(qtbot, opened):
    opened.show_section("coverage")
    assert opened.stack.currentWidget().name == "coverage"
    opened.show_section("origin.product_rules[1]")
    assert opened.stack.currentWidget().name == "origin"


def test_no_shortcut_is_used_twice(window):
    keys = [
        action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        for action in window.actions_by_id.values()
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))
    assert {f"Ctrl+{n}" for n in range(1, min(len(PAGES), 9) + 1)} <= set(keys)


def test_every_action_has_a_handler(window):
    for row in actions.ACTIONS:
        if row.handler:
            assert callable(getattr(window, row.handler)), row.id


def test_inspector_and_bottom_panel_can_be_hidden(window):
    window.actions_by_id["inspector"].trigger()
    assert window.inspector.isHidden()
    window.actions_by_id["inspector"].trigger()
    assert not window.inspector.isHidden()
    window.actions_by_id["bottom"].trigger()
    assert window.bottom.isHidden()


def test_an_evaluation_can_be_cancelled_and_started_again(qtbot, opened):
    opened.figures.evaluate_soon()
    opened.actions_by_id["cancel"].trigger()
    opened.actions_by_id["evaluate"].trigger()
    _wait(qtbot, opened)
    assert isinstance(opened.figures, Figures)
    assert opened.figures.result.complete


def test_the_navigation_works_by_keyboard(qtbot, window):
    window.navigation.setFocus()
    qtbot.keyClick(window.navigation, Qt.Key.Key_Down)
    assert window.stack.currentWidget().name == PAGES[1].name


def test_recovered_changes_are_one_edit_of_the_saved_file(window, tmp_path):
    file = tmp_path / "agreement.yaml"
    file.write_bytes(US_JAPAN.read_bytes())
    window.open_path(file)
    saved = window.document.agreement
    window.recover(replace(saved, title="Not saved yet"), file)
    assert window.document.agreement.title == "Not saved yet"
    assert window.document.path == file
    assert window.document.dirty
    window.document.undo_stack.undo()
    assert window.document.agreement == saved


def test_changes_to_a_file_that_is_gone_are_recovered_without_it(window, tmp_path):
    agreement = replace(window.document.agreement, title="Never saved", notes="x")
    window.recover(agreement, tmp_path / "gone.yaml")
    assert window.document.agreement == agreement
    assert window.document.path is None
    assert window.document.dirty


def test_the_inspector_shows_what_a_page_explains_and_returns_to_figures(window):
    from workbench.analysis.explain import Explanation, Unit

    own = Explanation(
        "turning_point", "Turning point", "Magnets", 0.55, Unit.SHARE, "max r", (), "6"
    )
    window.pages["overview"].explained.emit(own)
    assert window.inspector.findChild(QLabel, "inspectorValue").text() == "55.0 %"
    window.pages["overview"].explain.emit("utilisation", -1)
    assert window.inspector.findChild(QLabel, "inspectorFigure").text() != "Turning point"


def test_a_finding_is_mended_and_set_aside_from_the_bottom_panel(opened, qtbot):
    draft = opened.document.agreement
    opened.document.edit(
        "No review",
        lambda a: replace(a, institutions=replace(a.institutions, review_every_years=None)),
    )
    qtbot.waitUntil(lambda: not opened.figures.out_of_date, timeout=20_000)

    def finding():
        return next((f for f in opened.figures.result.findings if f.id == "no-review"), None)

    opened.set_finding_aside(finding(), "in the side letter")
    qtbot.waitUntil(lambda: bool(finding() and finding().set_aside), timeout=20_000)
    opened.take_finding_up(finding())
    qtbot.waitUntil(lambda: bool(finding() and not finding().set_aside), timeout=20_000)
    opened.fix_finding(finding())
    assert opened.document.agreement.institutions.review_every_years == 3
    qtbot.waitUntil(lambda: finding() is None, timeout=20_000)
    while opened.document.undo_stack.canUndo():
        opened.document.undo_stack.undo()
    assert opened.document.agreement == draft


def test_the_option_being_edited_is_said_on_every_page(opened):
    names = [option.name for option in opened.document.base.options]
    assert opened.option_strip.isHidden()
    opened.document.choose_option(names[0])
    assert not opened.option_strip.isHidden()
    opened.option_strip._leave.click()
    assert opened.document.option is None
    assert opened.option_strip.isHidden()


def test_a_save_carries_its_note_into_the_history(opened, tmp_path, monkeypatch):
    opened.document.history_folder = tmp_path / "history"
    told = []
    monkeypatch.setattr(messages, "inform", lambda *_: told.append("no history yet"))
    opened.document.path = None
    opened.show_history()
    assert told == ["no history yet"]
    opened.document.edit("Rename", lambda a: replace(a, title="Club"))
    assert opened._save_to(tmp_path / "club.yaml")
    monkeypatch.setattr(messages, "ask_line", lambda *_: "as tabled in Lima")
    opened.document.edit("Rename", lambda a: replace(a, title="Clubs"))
    assert opened.save_with_note()
    assert opened.document.history().states()[0].note == "as tabled in Lima"
    monkeypatch.setattr(messages, "ask_line", lambda *_: None)
    assert not opened.save_with_note()
