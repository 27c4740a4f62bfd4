"""The Data page as a user works it, on a small database of the user's own."""

import dataclasses
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ui import data_words, messages
from ui.dialogs.import_files import ImportDialog
from ui.dialogs.source_order import SourceOrderDialog
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.panels.data import DataPage
from ui.settings import DATABASE, Settings
from ui.tasks import TaskRunner
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner
from workbench.tradedata.database import TradeDatabase, migrate
from workbench.tradedata.ingest import loader
from workbench.tradedata.preferences import source_order

SAMPLES = Path(__file__).parents[1] / "data" / "ingest"
BACI = "BACI_HS17_Y2022_V202601.csv"
ROWS = (
    "t,i,j,k,v,q\n2022,842,156,850511,12.5,3\n2022,392,842,850511,1,NA\n2022,999,842,850511,1,1\n"
)


class StillFigures(Figures):
    """Opens the database that is chosen, evaluates nothing."""

    chosen: list[object]

    def evaluate_soon(self) -> None:
        pass

    def open(self, path: Path) -> None:
        self.database = TradeDatabase(path)
        self.evaluated.emit()

    def choose_database(self, path: Path | None) -> None:
        self.chosen.append(path)
        if path is not None:
            self.open(path)

    def choose_starter(self) -> None:
        self.chosen.append("starter")


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "own.sqlite"
    migrate(path)
    return path


@pytest.fixture
def own(empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PACTWRIGHT_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(empty_file, tmp_path / "own.sqlite"))


@pytest.fixture
def baci(tmp_path: Path) -> Path:
    path = tmp_path / BACI
    path.write_text(ROWS)
    return path


@pytest.fixture
def page(qtbot: QtBot, own: Path) -> Iterator[DataPage]:
    document = AgreementDocument()
    document.start_from(Agreement("Test", partners=(Partner("USA"), Partner("JPN"))))
    tasks = TaskRunner()
    figures = StillFigures(document, tasks)
    figures.chosen = []
    page = DataPage(document, figures)
    qtbot.addWidget(page)
    figures.evaluated.connect(page.show_figures)
    document.changed.connect(page.refresh)
    page.resize(860, 700)
    page.show()
    page.refresh()
    figures.open(own)
    wait(qtbot, page)
    yield page
    tasks.shutdown()


def wait(qtbot: QtBot, page: DataPage) -> None:
    qtbot.waitUntil(lambda: not page.figures.tasks.running, timeout=20_000)


def press(qtbot: QtBot, owner: object, name: str) -> None:
    button = owner.findChild(QPushButton, name)  # type: ignore[attr-defined]
    assert button.isEnabled(), f"{name} is disabled"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def notice(page: DataPage) -> str:
    return page._notice.text()


def dropped(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(page: DataPage, data: QMimeData) -> bool:
    """Drop on the page; whether it was willing."""
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), action, data, button, none)
    enter.ignore()
    page.dragEnterEvent(enter)
    if enter.isAccepted():
        page.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, none))
    return enter.isAccepted()


def wizard(qtbot: QtBot, page: DataPage, *paths: Path) -> ImportDialog:
    """The import wizard with files dropped on the page, recognised and previewed."""
    assert drop(page, dropped(*paths))
    dialog = page._dialog
    assert dialog is not None
    wait(qtbot, page)
    qtbot.waitUntil(lambda: not dialog._soon.isActive())
    wait(qtbot, page)
    return dialog


def take_in(qtbot: QtBot, page: DataPage, *paths: Path) -> ImportDialog:
    dialog = wizard(qtbot, page, *paths)
    press(qtbot, dialog, "importGo")
    wait(qtbot, page)
    return dialog


def cells(table: object, column: str) -> list[object]:
    model = table.frame_model  # type: ignore[attr-defined]
    return [model.value(row, column) for row in range(model.rowCount())]


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_an_empty_database_says_so(page):
    assert page._which.text() == "Your database"
    assert "0 sources" in page._facts.text()
    assert page.sources.table.frame_model.rowCount() == 0
    assert not page.sources.remove_button.isEnabled()


def test_agreements_are_left_to_the_window(page, tmp_path):
    path = tmp_path / "club.yaml"
    path.write_text("title: x")
    assert not drop(page, dropped(path))


def test_dropped_files_are_recognised_and_previewed(qtbot, page, baci, tmp_path):
    notes = tmp_path / "notes.csv"
    notes.write_text("just,words\n1,2\n")
    dialog = wizard(qtbot, page, baci, notes)
    assert cells(dialog.files, "kind") == ["CEPII BACI", "Not recognised"]
    assert "t,i,j,k,v,q" in str(cells(dialog.files, "why")[0])
    assert cells(dialog.rows, "product") == ["850511", "850511"]
    assert cells(dialog.rows, "value_usd") == [12500, 1000]
    assert cells(dialog.rows, "quantity_kg") == [3000, None]
    assert "3 rows read (the whole file) · 2 understood" in dialog._preview_note.text()
    assert count(page.holdings.path, "trade_flows") == 0


def test_the_codes_filter_shows_in_the_preview(qtbot, page, baci):
    baci.write_text(ROWS + "2022,842,156,10121,1,1\n")
    dialog = wizard(qtbot, page, baci)
    assert len(cells(dialog.rows, "product")) == 3
    qtbot.keyClicks(dialog.options.fields["codes"], "0101")
    qtbot.waitUntil(lambda: cells(dialog.rows, "product") == ["010121"], timeout=5_000)
    wait(qtbot, page)


def test_a_dry_run_writes_nothing(qtbot, page, baci):
    dialog = wizard(qtbot, page, baci)
    press(qtbot, dialog, "importDryRun")
    wait(qtbot, page)
    assert dialog.report.headline() == "3 rows read: 2 would be taken, 1 rejected"
    assert count(page.holdings.path, "trade_flows") == 0
    assert page.figures.chosen == []
    press(qtbot, dialog, "importGo")
    wait(qtbot, page)
    assert dialog.report.headline() == "3 rows read: 2 taken, 1 rejected"


def test_an_import_is_reported_and_the_database_read_anew(qtbot, page, baci, tmp_path, monkeypatch):
    dialog = take_in(qtbot, page, baci)
    assert dialog.problem.text() == ""
    assert dialog.report.headline() == "3 rows read: 2 taken, 1 rejected"
    assert cells(dialog.report.rejected, "rows") == [1]
    assert page.figures.chosen == [page.holdings.path]
    assert cells(page.sources.table, "source") == ["CEPII BACI"]
    assert cells(page.sources.table, "rows") == [2]
    assert "imported" in page._facts.text()
    saved = tmp_path / "rejected.csv"
    monkeypatch.setattr(messages, "save_file", lambda *_: saved)
    press(qtbot, dialog, "importSaveRejected")
    wait(qtbot, page)
    assert saved.read_text().splitlines()[0] == "row,reason,text"
    assert "999" in saved.read_text()
    press(qtbot, dialog, "importBack")
    wait(qtbot, page)
    assert dialog.files.frame_model.rowCount() == 0


def test_a_newer_release_replaces_the_old_one_after_asking(qtbot, page, baci, monkeypatch):
    take_in(qtbot, page, baci)
    newer = baci.with_name(BACI.replace("202601", "202701"))
    newer.write_text("t,i,j,k,v,q\n2022,842,156,850511,99,3\n")
    asked = []
    monkeypatch.setattr(messages, "confirm", lambda *said: asked.append(said) or False)
    dialog = page._dialog
    press(qtbot, dialog, "importBack")
    wait(qtbot, page)
    take_in(qtbot, page, newer)
    assert "already holds" in asked[0][1]
    assert "--" not in asked[0][1]
    assert cells(page.sources.table, "edition") == ["HS17 202601"]
    assert "“Replace earlier figures”" in dialog.problem.text()
    monkeypatch.setattr(messages, "confirm", lambda *_: True)
    press(qtbot, dialog, "importGo")
    wait(qtbot, page)
    qtbot.waitUntil(lambda: cells(page.sources.table, "edition") == ["HS17 202701"])
    assert cells(dialog.report.filled, "did") == ["added", "replaced"]


def test_a_damaged_file_is_refused_with_a_sentence(qtbot, page, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing of use")
    dialog = wizard(qtbot, page, broken)
    assert cells(dialog.files, "kind") == ["Not recognised"]
    assert "broken.zip" in dialog._preview_note.text()
    assert not dialog.import_button.isEnabled()
    press(qtbot, dialog, "importLeaveOut")
    wait(qtbot, page)
    assert dialog.files.frame_model.rowCount() == 0


def test_what_the_file_does_not_say_is_asked_for(qtbot, page, baci):
    unnamed = baci.rename(baci.with_name("figures.csv"))
    dialog = wizard(qtbot, page, unnamed)
    assert "“HS edition”" in dialog._preview_note.text()
    dialog.options.edition.setFocus()
    dialog.options.edition.show_key("HS2017")
    dialog.options.edition.chosen.emit("HS2017")
    qtbot.waitUntil(lambda: len(cells(dialog.rows, "product")) == 2, timeout=5_000)
    wait(qtbot, page)
    press(qtbot, dialog, "importMore")
    qtbot.keyClicks(dialog.options.fields["year"], "20x2")
    press(qtbot, dialog, "importGo")
    assert "“20x2” is not a year" in dialog.problem.text()


@pytest.fixture
def held(monkeypatch):
    """Imports wait, before and after their work, until they are let go."""
    before, after = threading.Event(), threading.Event()
    do_import = loader.import_files

    def import_files(*paths, **more):
        assert before.wait(10)
        reports = do_import(*paths, **more)
        assert after.wait(10)
        return reports

    monkeypatch.setattr(loader, "import_files", import_files)
    return before, after


def test_cancelling_too_late_tells_of_the_import(qtbot, page, baci, held):
    before, after = held
    dialog = wizard(qtbot, page, baci)
    press(qtbot, dialog, "importGo")
    before.set()
    qtbot.waitUntil(lambda: page.holdings.path.is_file(), timeout=5_000)
    qtbot.waitUntil(lambda: count(page.holdings.path, "trade_flows") == 2, timeout=5_000)
    press(qtbot, dialog, "importProgressCancel")
    after.set()
    wait(qtbot, page)
    assert "as it was" not in dialog.problem.text()
    assert count(page.holdings.path, "trade_flows") == 2


def test_cancelling_leaves_the_database_as_it_was(qtbot, page, baci, held):
    before, after = held
    dialog = wizard(qtbot, page, baci)
    press(qtbot, dialog, "importGo")
    press(qtbot, dialog, "importProgressCancel")
    before.set()
    after.set()
    wait(qtbot, page)
    assert "as it was" in dialog.problem.text()
    assert count(page.holdings.path, "trade_flows") == 0
    assert dialog.import_button.isEnabled()


def test_an_import_goes_on_while_the_dialog_is_closed(qtbot, page, baci):
    dialog = wizard(qtbot, page, baci)
    press(qtbot, dialog, "importGo")
    press(qtbot, dialog, "importClose")
    assert not dialog.isVisible()
    wait(qtbot, page)
    assert dialog.isVisible()
    assert "2 taken" in dialog.report.headline()


@pytest.mark.slow
def test_the_first_import_copies_the_starter(qtbot, page, baci, starter_file, tmp_path):
    from workbench.tradedata.user_database import user_path

    starter = Path(shutil.copy(starter_file, tmp_path / "data" / starter_file.name))
    page.figures.open(starter)
    wait(qtbot, page)
    assert page._which.text() == "Starter database"
    assert not page.sources.remove_button.isEnabled()
    before = count(starter, "datasets")
    take_in(qtbot, page, baci)
    assert page.figures.chosen == [user_path()]
    assert count(user_path(), "datasets") == before + 1
    assert count(starter, "datasets") == before
    assert page._which.text() == "Your database"
    page._show_menu()
    assert page.starter_action.isEnabled()
    page.starter_action.trigger()
    assert page.figures.chosen[-1] == "starter"


def test_a_source_is_removed_after_asking(qtbot, page, baci, monkeypatch):
    take_in(qtbot, page, baci).close()
    asked = []
    monkeypatch.setattr(messages, "confirm", lambda *said: asked.append(said) or False)
    page.sources.table.select_row(0)
    assert "Etalab" in page.sources._detail.text()
    press(qtbot, page, "removeSource")
    assert asked[0][1] == "Remove 1 source with 2 rows from the trade database?"
    assert count(page.holdings.path, "trade_flows") == 2
    monkeypatch.setattr(messages, "confirm", lambda *_: True)
    press(qtbot, page, "removeSource")
    wait(qtbot, page)
    assert count(page.holdings.path, "trade_flows") == 0
    assert page.sources.table.frame_model.rowCount() == 0
    assert notice(page).startswith("Done")


def test_rejected_rows_can_be_saved_later(qtbot, page, baci, tmp_path, monkeypatch):
    take_in(qtbot, page, baci).close()
    saved = tmp_path / "later.csv"
    monkeypatch.setattr(messages, "save_file", lambda *_: saved)
    page.sources.table.select_row(0)
    press(qtbot, page, "saveRejected")
    wait(qtbot, page)
    assert "999" in saved.read_text()


def test_check_compact_and_backup_tell_how_they_ended(qtbot, page, tmp_path, monkeypatch):
    page._show_menu()
    page.check_action.trigger()
    wait(qtbot, page)
    assert notice(page).startswith("The database is sound")
    page.compact_action.trigger()
    wait(qtbot, page)
    assert notice(page).startswith("Compacted from")
    target = tmp_path / "backup.sqlite"
    monkeypatch.setattr(messages, "save_file", lambda *_: target)
    page.backup_action.trigger()
    wait(qtbot, page)
    assert notice(page) == f"Backed up to {target}."
    with TradeDatabase(target) as copy:
        assert copy.vintage() == ()


def test_damage_is_said(qtbot, page, baci, monkeypatch):
    take_in(qtbot, page, baci).close()
    with closing(sqlite3.connect(page.holdings.path)) as connection, connection:
        connection.execute("DELETE FROM trade_flows")
    said = []
    monkeypatch.setattr(messages, "show_error", lambda *words: said.append(words))
    page.check_action.trigger()
    wait(qtbot, page)
    assert notice(page).startswith("The database is damaged (1 problem)")
    assert "states 2 flows" in said[0][2]


def test_only_a_trade_database_is_chosen(qtbot, page, own, tmp_path, monkeypatch):
    wrong = tmp_path / "wrong.sqlite"
    wrong.write_text("no database")
    monkeypatch.setattr(messages, "open_file", lambda *_: wrong)
    page.choose_action.trigger()
    wait(qtbot, page)
    assert "not a trade database" in notice(page)
    assert page.figures.chosen == []
    other = Path(shutil.copy(own, tmp_path / "other.sqlite"))
    monkeypatch.setattr(messages, "open_file", lambda *_: other)
    page.choose_action.trigger()
    wait(qtbot, page)
    assert page.figures.chosen == [other]
    assert "other.sqlite" in page._where.text()


def test_coverage_shows_partners_by_year_and_as_a_table(qtbot, page, baci):
    take_in(qtbot, page, baci).close()
    press(qtbot, page, "dataView_reach")
    wait(qtbot, page)
    chart = page.reach.chart.data()
    assert chart.rows == ("United States", "Japan")
    assert chart.columns == ("2022",)
    assert chart.values == ((1,), (None,))
    assert "1 of 2 partners have any" in page.reach._note.text()
    press(qtbot, page, "reachWhose_all")
    assert len(page.reach.chart.data().rows) == 2
    page.reach.as_table.click()
    assert page.reach.chart.findChild(type(page.sources.table)).isVisible()


def test_lists_and_rules_are_looked_up(qtbot, page):
    press(qtbot, page, "dataView_look-up")
    assert not page.look_up.choice.isEnabled()
    assert page.look_up.table.frame_model.rowCount() == 0
    take_in(
        qtbot,
        page,
        SAMPLES / "uk_made_up.json",
        SAMPLES / "uk_schemes.json",
        SAMPLES / "schedule_c.txt",
        SAMPLES / "list_annex.csv",
    ).close()
    wait(qtbot, page)
    offered = page.look_up.choice
    assert [offered.itemText(n).split(" · ")[0] for n in range(offered.count())] == [
        "Rules of origin of others",
        "Products",
        "Codes",
        "Codes",
    ]
    assert cells(page.look_up.table, "goods")[-1] == "8507"
    qtbot.keyClicks(page.look_up.search, "8505.11")
    qtbot.waitUntil(lambda: page.look_up.table.frame_model.rowCount() == 2)
    page.look_up.table.select_row(1)
    told = page.look_up._detail.text()
    assert told.startswith("Agreement of Tests (EU27, JPN, XK)\nAnything within the quota.")
    assert "not for exports from the United Kingdom" in told
    page.look_up.search.clear()
    qtbot.keyClicks(page.look_up.search, "any OTHER chapter")
    qtbot.waitUntil(lambda: cells(page.look_up.table, "classes") == ["CC, RVC"])
    page.look_up.search.clear()
    offered.setCurrentIndex(offered.findText("Codes · US Census Bureau: Schedule C"))
    offered.activated.emit(offered.currentIndex())
    wait(qtbot, page)
    assert cells(page.look_up.table, "related") == ["CA", "MX"]


def test_a_filter_of_one_list_does_not_hide_the_next(qtbot, page):
    take_in(qtbot, page, SAMPLES / "uk_made_up.json", SAMPLES / "schedule_c.txt").close()
    wait(qtbot, page)
    press(qtbot, page, "dataView_look-up")
    wait(qtbot, page)
    qtbot.keyClicks(page.look_up.search, "9999")
    qtbot.waitUntil(lambda: page.look_up.table.frame_model.rowCount() == 0)
    offered = page.look_up.choice
    offered.setCurrentIndex(offered.findText("Codes · US Census Bureau: Schedule C"))
    offered.activated.emit(offered.currentIndex())
    wait(qtbot, page)
    page.look_up.search.clear()
    qtbot.waitUntil(lambda: page.look_up.table.frame_model.rowCount() == 2)


def test_missing_figures_lead_to_their_place_and_their_file(qtbot, page, monkeypatch):
    from workbench.analysis import gap_remedies
    from workbench.analysis.results import Gap

    class Result:
        gaps = (
            Gap("duty unknown: no MFN rate in the database", "JPN", 0.25),
            Gap("no content data", "AUS", 0.5),
        )

    lacks = gap_remedies.Lacks((("JPN", 0.25),), 2, (("AUS", 1.0),), 3, (), 4)
    monkeypatch.setattr(gap_remedies, "lacks_of", lambda _: lacks)
    page.figures.result = Result()
    page.show_figures()
    press(qtbot, page, "dataView_lacks")
    assert cells(page.lacks.table, "where") == ["JPN", "AUS"]
    assert "Tariff file" in str(cells(page.lacks.table, "file")[0])
    assert page.lacks._importers.accessibleName().endswith("1 of 2: Japan 25.0 %")
    assert page.lacks._products.accessibleName().endswith("none of 4")
    went = []
    page.go_to.connect(went.append)
    page.lacks.table.select_row(1)
    press(qtbot, page, "lacksGo")
    qtbot.keyClick(page.lacks.table, Qt.Key.Key_Home)
    page.lacks.table.select_row(0)
    page.lacks.table.activated.emit(page.lacks.table.currentIndex())
    assert went == ["origin", "tariffs"]


def test_a_table_of_the_users_own_is_mapped_column_by_column(qtbot, page, tmp_path):
    path = tmp_path / "offer.csv"
    path.write_text("HS Code;Offer;Note\n85051100;2,5;x\n81129200;0;y\n".replace(",", "."))
    dialog = wizard(qtbot, page, path)
    dialog.options.kind.show_key("table")
    dialog.options.kind.chosen.emit("table")
    wait(qtbot, page)
    qtbot.waitUntil(lambda: dialog.options.mapping.fields["product"].count() == 4, timeout=5_000)
    dialog.options.edition.show_key("HS2022")
    for name, said in (("importer", "= VNM"), ("product", "HS Code"), ("rate", "Offer"),
                       ("year", "= 2025")):  # fmt: skip
        dialog.options.mapping.fields[name].setFocus()
        dialog.options.mapping.fields[name].clearEditText()
        qtbot.keyClicks(dialog.options.mapping.fields[name], said)
    qtbot.waitUntil(lambda: len(dialog.rows.frame_model.columns) > 2, timeout=5_000)
    wait(qtbot, page)
    assert cells(dialog.rows, "importer") == ["VNM", "VNM"]
    assert cells(dialog.rows, "ad_valorem") == [0.025, 0.0]
    press(qtbot, dialog, "importGo")
    wait(qtbot, page)
    assert dialog.problem.text() == ""
    assert dialog.report.headline() == "2 rows read: 2 taken, 0 rejected"


def test_columns_are_guessed_by_their_names(qtbot, page, tmp_path):
    path = tmp_path / "offer.csv"
    path.write_text("Country,HS code,Rate %,Since,Remark\nVNM,8505.11,5,2025-01-01,x\n")
    dialog = wizard(qtbot, page, path)
    dialog.options.kind.show_key("table")
    dialog.options.kind.chosen.emit("table")
    wait(qtbot, page)
    mapping = dialog.options.mapping
    qtbot.waitUntil(lambda: mapping.fields["product"].currentText() == "HS code", timeout=5_000)
    said = {name: field.currentText() for name, field in mapping.fields.items()}
    assert said == {
        "importer": "Country",
        "product": "HS code",
        "rate": "Rate %",
        "year": "",
        "regime": "",
        "programme": "",
        "valid_from": "Since",
    }


def test_every_field_of_the_wizard_has_a_name(qtbot, page, baci):
    dialog = wizard(qtbot, page, baci)
    dialog.options.kind.show_key("table")
    dialog.options.kind.chosen.emit("table")
    wait(qtbot, page)
    fields = [*dialog.findChildren(QComboBox), *dialog.findChildren(QLineEdit)]
    assert len(fields) > 15
    assert [field.objectName() for field in fields if not field.accessibleName()] == []


def test_the_tables_offered_are_those_the_engine_reads():
    from workbench.tradedata.ingest import own_table
    from workbench.tradedata.ingest.readers import KINDS

    offered = {
        name: (" ".join(must), " ".join(may))
        for name, (_, must, may) in data_words.OWN_TABLES.items()
    }
    assert offered == own_table._COLUMNS
    assert set(KINDS) <= set(data_words.KINDS)


def test_words_of_the_command_become_words_of_the_window():
    said = data_words.in_window_words("say it with --edition HS2017; give --nothing")
    assert said == "say it with “HS edition” HS2017; give --nothing"


def test_the_replace_box_can_be_ticked_by_keyboard(qtbot, page, baci):
    dialog = wizard(qtbot, page, baci)
    box = dialog.findChild(QCheckBox, "importReplace")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()


def test_the_users_own_database_is_used_from_the_next_start(own, starter_file, tmp_path, qtbot):
    from workbench.progress import NO_PROGRESS
    from workbench.tradedata.user_database import user_path

    starter = shutil.copy(starter_file, tmp_path / "data" / starter_file.name)
    tasks = TaskRunner()
    figures = Figures(AgreementDocument(), tasks)

    def used() -> Path:
        figures._soon.stop()
        figures._evaluator_now(NO_PROGRESS)
        assert figures.database is not None
        return figures.database.path

    assert used() == Path(starter)
    shutil.copy(own, user_path())
    figures.choose_database(None)
    assert used() == user_path()
    figures.choose_starter()
    assert used() == Path(starter)
    figures.choose_database(own)
    assert used() == own
    figures.close()
    tasks.shutdown()


def mirrored(market):
    import pandas as pd

    from workbench.analysis.baseline import build_baseline
    from workbench.analysis.evaluation import evaluate
    from workbench.model.coverage import CoveredProducts, ProductCoverage
    from workbench.model.nomenclature import HSRange

    coverage = ProductCoverage(
        (CoveredProducts((HSRange.parse("8108.20"), HSRange.parse("8505.11"))),)
    )
    agreement = Agreement("Test", partners=(Partner("USA"), Partner("JPN")), coverage=coverage)
    mirror = pd.DataFrame(
        {
            "importer": ["USA", "USA"],
            "exporter": ["JPN", "JPN"],
            "product": ["810820", "850511"],
            "imports_usd": [400e6, 105e6],
            "exports_usd": [100e6, 100e6],
            "ratio": [4.0, 1.05],
            "imports_basis": ["CIF", "CIF"],
            "imports_source": ["Imports 1", "Imports 1"],
            "exports_basis": ["FOB", "FOB"],
            "exports_source": ["Exports 2", "Exports 2"],
        }
    )
    market = dataclasses.replace(market, mirror=mirror)
    return evaluate(agreement, build_baseline(market, agreement))


def test_mirror_data_shows_both_reports_and_leads_to_the_explanation(qtbot, page, small_figures):
    small = small_figures(page.document, page.figures.tasks)
    small._start()
    page.figures.result = mirrored(small.result.baseline.market)
    small.close()
    press(qtbot, page, "dataView_mirror")
    assert cells(page.mirror.table, "reports") == ["differ", "agree"]
    assert cells(page.mirror.table, "ratio") == [4.0, 1.05]
    assert "Imports 1 (CIF) · Exports 2 (FOB)" in str(cells(page.mirror.table, "sources")[0])
    assert page.mirror._differ.accessibleName().endswith("of their trade")
    asked = []
    page.explain.connect(lambda figure, lane: asked.append((figure, lane)))
    page.mirror.table.select_row(0)
    press(qtbot, page, "mirrorExplain")
    ((figure, lane),) = asked
    assert figure == "value"
    row = page.figures.result.lanes.iloc[lane]
    assert (row["importer"], row["exporter"], row["product"]) == ("USA", "JPN", "810820")


def test_without_reports_of_both_ends_the_view_says_what_to_bring(qtbot, page):
    press(qtbot, page, "dataView_mirror")
    assert not page.mirror.explain_button.isEnabled()
    assert "UN Comtrade" in page.mirror._help.text()


def test_the_sources_of_a_table_are_put_in_order(qtbot, page, own, baci, monkeypatch, tmp_path):
    take_in(qtbot, page, baci)
    other = tmp_path / "TradeData.csv"
    other.write_text(
        "refYear,flowCode,reporterCode,partnerCode,classificationCode,cmdCode,primaryValue\n"
        "2022,M,842,392,H5,850511,105\n"
    )
    assert page._dialog is not None
    page._dialog.close()
    take_in(qtbot, page, other)
    press(qtbot, page, "dataView_sources")

    def up(dialog: SourceOrderDialog) -> int:
        assert [dialog.list.item(n).text() for n in range(2)] == ["CEPII BACI", "UN Comtrade"]
        assert not dialog.up_button.isEnabled()
        dialog.list.setCurrentRow(1)
        qtbot.mouseClick(dialog.up_button, Qt.MouseButton.LeftButton)
        assert dialog.changed == {"trade_flows": ["UN Comtrade", "CEPII BACI"]}
        return int(SourceOrderDialog.DialogCode.Accepted)

    monkeypatch.setattr(SourceOrderDialog, "exec", up)
    press(qtbot, page, "orderSources")
    wait(qtbot, page)
    with TradeDatabase(own) as database:
        assert source_order(database, "trade_flows") == ["UN Comtrade", "CEPII BACI"]


def test_the_database_that_was_chosen_is_used_again(own, starter_file, tmp_path, qtbot):
    settings = Settings()
    tasks = TaskRunner()
    figures = Figures(AgreementDocument(), tasks)
    figures.database_chosen.connect(lambda text: settings.set(DATABASE, text))
    assert figures.default_database
    figures.choose_database(own)
    figures._soon.stop()
    assert settings.get(DATABASE) == str(own)
    later = Figures(AgreementDocument(), tasks)
    later.remember_database(settings.get(DATABASE))
    assert later.database_path == own
    assert not later.default_database
    # a file that is gone is no reason not to start
    gone = Figures(AgreementDocument(), tasks)
    gone.remember_database(str(tmp_path / "gone.sqlite"))
    assert gone.default_database
    figures.choose_starter()
    assert settings.get(DATABASE) == "starter"
    later.remember_database("starter")
    assert later.database_path is None
    assert not later.default_database
    figures.choose_database(None)
    assert settings.get(DATABASE) == ""
    for made in (figures, later, gone):
        made.close()
    tasks.shutdown()
