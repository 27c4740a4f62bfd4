"""The coverage page and its tree as a user works them, on a hand-made database."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.coverage_model import Col, CoverageModel
from ui.panels.coverage import CoveragePage
from ui.tasks import TaskRunner
from workbench.model.agreement import Agreement
from workbench.model.commitments import StagingCategory, StagingFormula, Treatment
from workbench.model.coverage import CoveredProducts, ProductCoverage, Quota, Stage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.tradedata.database import TradeDatabase, migrate

USA, JPN, CHN = 840, 392, 156
CODES = ("28", "2836", "283691", "283692", "85", "8505", "850511", "850519", "850520")


def _fill(connection: sqlite3.Connection) -> None:
    run = connection.executemany
    run(
        "INSERT INTO datasets (id, table_name, source, edition, hs_edition, year_from, year_to, "
        "licence, file, sha256, rows, rejected, note) "
        "VALUES (?, ?, ?, 'r1', 2022, 2024, 2024, 'test', 'file', 'hash', 1, 0, '')",
        [(1, "trade_flows", "Flows"), (2, "tariffs", "Schedule")],
    )
    run(
        "INSERT INTO products (edition, code, parent, level) VALUES (2022, ?, ?, ?)",
        [(int(c), int(c[:-2]) if len(c) > 2 else None, len(c)) for c in CODES],
    )
    flows = [(USA, CHN, 2_000_000), (JPN, CHN, 500_000), (CHN, USA, 100_000)]
    connection.execute(
        "INSERT INTO trade_blocks VALUES (1, 2024, 850511, 3, ?, ?, ?, ?)",
        (
            np.array([flow[0] for flow in flows], dtype="<u2").tobytes(),
            np.array([flow[1] for flow in flows], dtype="<u2").tobytes(),
            np.array([flow[2] for flow in flows], dtype="<i8").tobytes(),
            np.array([-1, -1, -1], dtype="<i8").tobytes(),
        ),
    )
    run(
        "INSERT INTO tariffs (importer, product, line, regime, programme, year, valid_from, "
        "ad_valorem_equivalent, text, dataset) VALUES (?, ?, ?, ?, 0, 2025, '', ?, ?, 2)",
        [
            (USA, 850511, "85051110", "mfn", 0.02, "2%"),
            (USA, 850511, "85051190", "mfn", 0.04, "4%"),
            (USA, 850519, "85051900", "mfn", 0.049, "4.9%"),
            (JPN, 850511, "850511", "base", 0.5, "50%"),
        ],
    )


@pytest.fixture(scope="module")
def database_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("coverage") / "tree.sqlite"
    migrate(path)
    connection = sqlite3.connect(path)
    with connection:
        _fill(connection)
    connection.close()
    return path


class StillFigures(Figures):
    """Figures that only change when a test says so."""

    def evaluate_soon(self) -> None:
        pass


@pytest.fixture
def document() -> AgreementDocument:
    document = AgreementDocument()
    document.start_from(
        Agreement(
            "Test",
            partners=(Partner("USA"), Partner("JPN")),
            coverage=ProductCoverage(
                (
                    CoveredProducts((HSRange.parse("8505.11"),), stage=Stage.DOWNSTREAM),
                    CoveredProducts((HSRange.parse("2836"),), stage=Stage.UPSTREAM),
                )
            ),
            treatment=Treatment(
                staging=(
                    StagingCategory("A", StagingFormula.FREE),
                    StagingCategory("B5", StagingFormula.EQUAL_CUTS, years=5),
                )
            ),
        )
    )
    return document


@pytest.fixture
def waiting(qtbot: QtBot, document: AgreementDocument) -> Iterator[CoveragePage]:
    """The page before the database is there."""
    tasks = TaskRunner()
    figures = StillFigures(document, tasks)
    page = CoveragePage(document, figures)
    qtbot.addWidget(page)
    document.changed.connect(page.refresh)
    page.resize(860, 700)
    page.show()
    page.refresh()
    yield page
    tasks.shutdown()
    figures.close()


@pytest.fixture
def page(waiting: CoveragePage, qtbot: QtBot, database_path: Path) -> CoveragePage:
    """The page with the tree and the duties of the first partner."""
    waiting.figures.database = TradeDatabase(database_path)
    waiting.show_figures()
    settle(waiting, qtbot)
    return waiting


def settle(page: CoveragePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.figures.tasks.running)


@pytest.fixture
def at(page: CoveragePage) -> Callable[[str], QModelIndex]:
    def find(code: str, column: int = Col.CODE) -> QModelIndex:
        index = page.model.index_of(page.model.row_of_code(code))
        return index.siblingAtColumn(column)

    return find


def codes(model: CoverageModel, parent: QModelIndex | None = None) -> list[str]:
    """Every row in view, top to bottom."""
    found = []
    above = parent or QModelIndex()
    for row in range(model.rowCount(above)):
        index = model.index(row, Col.CODE, above)
        found += [model.digits(index), *codes(model, index)]
    return found


def tick(page: CoveragePage, qtbot: QtBot, index: QModelIndex) -> None:
    """Click the check box of a row."""
    parent = index.parent()
    while parent.isValid():
        page.tree.expand(parent)
        parent = parent.parent()
    page.tree.scrollTo(index)
    option = QStyleOptionViewItem()
    option.initFrom(page.tree)
    option.rect = page.tree.visualRect(index)
    option.features = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    box = page.tree.style().subElementRect(
        QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, page.tree
    )
    qtbot.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center()))


# The tree


def test_it_says_that_it_waits(waiting: CoveragePage) -> None:
    assert waiting._message.isVisible()
    assert "Waiting" in waiting._message.text()
    assert not waiting.tree.isVisible()
    assert waiting.subtitle() == "2 groups"


def test_the_tree_comes_in_the_background(
    waiting: CoveragePage, qtbot: QtBot, database_path: Path
) -> None:
    waiting.figures.database = TradeDatabase(database_path)
    waiting.show_figures()
    assert "Reading" in waiting._message.text()
    with qtbot.waitSignal(waiting.retold):
        settle(waiting, qtbot)
    assert waiting.tree.isVisible()
    assert codes(waiting.model)[:4] == ["28", "2836", "283691", "283692"]
    assert waiting.subtitle() == "3 subheadings covered in 2 groups"


def test_the_model_keeps_the_rules_of_models(page: CoveragePage, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(
        page.model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    page.model.set_filter("magnets", only_covered=False, only_traded=False)
    page.model.set_filter("", only_covered=True, only_traded=True)
    page.model.set_coverage(ProductCoverage())
    page.model.set_rates(None)
    page.model.set_filter("", only_covered=False, only_traded=False)
    page.model.set_view(None)
    assert tester.model() is page.model


def test_trade_and_rates_stand_beside_the_codes(
    page: CoveragePage, at: Callable[..., QModelIndex]
) -> None:
    assert at("850511", Col.IMPORTS).data() == "2.50 m"
    assert at("850511", Col.WORLD).data() == "2.60 m"
    assert at("850511", Col.RATE).data() == "3.0 % (2.0–4.0 %)"
    assert at("8505", Col.IMPORTS).data() == "≥ 2.50 m"  # trade of one of three subheadings
    assert at("8505", Col.RATE).data() == "4.0 % (2.0–4.9 %)"
    assert "1 of 3" in at("8505", Col.WORLD).data(Qt.ItemDataRole.ToolTipRole)


def test_what_is_not_in_the_database_is_missing(
    page: CoveragePage, at: Callable[..., QModelIndex]
) -> None:
    for column in (Col.IMPORTS, Col.WORLD, Col.RATE):
        assert at("283691", column).data() == fmt.MISSING


def test_national_lines_stand_under_their_subheading(
    page: CoveragePage, at: Callable[..., QModelIndex]
) -> None:
    magnets = at("850511")
    assert page.model.rowCount(magnets) == 2
    line = page.model.index(0, Col.CODE, magnets)
    assert line.data() == "8505.11.10"
    assert line.siblingAtColumn(Col.RATE).data() == "2.0 %"
    assert line.siblingAtColumn(Col.WORLD).data() == fmt.MISSING
    assert line.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert page.model.rowCount(at("283691")) == 0


def test_another_importer_shows_its_own_rates(
    page: CoveragePage, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    page.tree.expand(at("8505"))
    qtbot.keyClicks(page.importer, "MFN: J")
    settle(page, qtbot)
    assert page.importer.key() == "JPN"
    assert at("850511", Col.RATE).data() == "50.0 %*"
    assert "stands in" in at("850511", Col.RATE).data(Qt.ItemDataRole.ToolTipRole)
    assert at("850519", Col.RATE).data() == fmt.MISSING
    assert page.tree.isExpanded(at("8505"))


def test_words_find_codes_and_open_them(
    page: CoveragePage, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    qtbot.keyClicks(page.search, "lithium carbo")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert codes(page.model) == ["28", "2836", "283691"]
    assert page.model.digits(page.tree.currentIndex()) == "283691"
    assert page.tree.hasFocus()
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.model.shown_codes == len(CODES))
    assert page.model.digits(page.tree.currentIndex()) == "283691"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8505.11", ["85", "8505", "850511", "85051110", "85051190"]),
        ("850511", ["85", "8505", "850511", "85051110", "85051190"]),
        ("8505.11.90", ["85", "8505", "850511", "85051110", "85051190"]),
        ("28", ["28", "2836", "283691", "283692"]),
        ("no such thing", []),
    ],
)
def test_codes_are_found_however_they_are_written(
    page: CoveragePage, text: str, expected: list[str]
) -> None:
    page.search.setText(text)
    page._on_search()
    assert codes(page.model) == expected


def test_only_covered_and_only_with_trade(page: CoveragePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.only_covered, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert page.only_covered.isChecked()
    found = [code for code in codes(page.model) if len(code) <= 6]
    assert found == ["28", "2836", "283691", "283692", "85", "8505", "850511"]
    page.only_traded.toggle()
    assert [c for c in codes(page.model) if len(c) <= 6] == ["85", "8505", "850511"]


# Ticking


def test_a_tick_covers_in_the_selected_group(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    page.groups.select_row(1)
    tick(page, qtbot, at("850519"))
    assert document.agreement.coverage.entries[1].products == (
        HSRange.parse("2836"),
        HSRange.parse("8505.19"),
    )
    assert document.undo_stack.undoText() == "Cover 8505.19"
    assert at("8505").data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.PartiallyChecked
    assert at("850519", Col.STAGE).data() == "Upstream"
    assert at("8505", Col.STAGE).data() == "Several"
    assert page.tree.isExpanded(at("8505"))
    document.undo_stack.undo()
    assert at("850519").data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked


def test_a_tick_taken_away_makes_an_exception(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    tick(page, qtbot, at("283691"))
    assert document.agreement.coverage.entries[1].exceptions == (HSRange.parse("2836.91"),)
    assert at("2836").data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.PartiallyChecked


def test_space_ticks_and_a_group_left_with_nothing_goes(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    page.tree.setCurrentIndex(at("850511"))
    page.tree.setFocus()
    qtbot.keyClick(page.tree, Qt.Key.Key_Space)
    assert [e.stage for e in document.agreement.coverage.entries] == [Stage.UPSTREAM]
    document.undo_stack.undo()
    assert len(document.agreement.coverage.entries) == 2


def test_a_national_line_can_be_ticked(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    line = page.model.index(1, Col.CODE, at("850511"))
    tick(page, qtbot, line)
    entry = document.agreement.coverage.entries[0]
    assert entry.exceptions == (HSRange.parse("8505.11.90"),)
    assert at("850511").data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.PartiallyChecked


def test_a_tick_under_only_covered_leaves_the_list(
    page: CoveragePage, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    page.only_covered.toggle()
    tick(page, qtbot, at("283692"))
    assert "283692" not in codes(page.model)
    assert "283691" in codes(page.model)


# Groups


def test_a_new_group_takes_its_stage_and_the_first_tick(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot, at: Callable[..., QModelIndex]
) -> None:
    qtbot.mouseClick(page.add_group, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.stage, "Up")
    assert len(document.agreement.coverage.entries) == 2  # nothing covered yet
    tick(page, qtbot, at("850520"))
    assert document.agreement.coverage.entries[2] == CoveredProducts(
        (HSRange.parse("8505.20"),), stage=Stage.UPSTREAM
    )
    assert page.groups.current_row() == 2
    document.undo_stack.undo()
    assert len(document.agreement.coverage.entries) == 2


def test_codes_are_typed_into_a_group(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot
) -> None:
    field = page.products.focusProxy()
    assert field is not None
    page.products.setFocus()
    qtbot.keyClicks(field, ", 8505.2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert page.products.problem
    assert document.agreement.coverage.entries[0].products == (HSRange.parse("8505.11"),)
    qtbot.keyClicks(field, "0")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert document.agreement.coverage.entries[0].products == (
        HSRange.parse("8505.11"),
        HSRange.parse("8505.20"),
    )


def test_staging_quota_and_words_of_a_group(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.staging, "B5")
    assert not page.in_quota.isEnabled()
    page.quota.setValue(5e6)
    page.in_quota.setValue(1.5)
    qtbot.keyClicks(page.end_use, "for motors")
    entry = document.agreement.coverage.entries[0]
    assert (entry.staging, entry.end_use) == ("B5", "for motors")
    assert entry.quota == Quota(5e6, 0.015)
    document.undo_stack.undo()
    assert document.agreement.coverage.entries[0].end_use == ""
    document.undo_stack.undo()
    assert document.agreement.coverage.entries[0].quota is None
    assert page.quota.number() is None


def test_a_shared_list_is_chosen_by_stage(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot
) -> None:
    titles = [page.list.itemText(row) for row in range(page.list.count())]
    assert "Critical minerals and magnets: downstream" in titles
    for _ in range(titles.index("Critical minerals and magnets: downstream")):
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
    entry = document.agreement.coverage.entries[0]
    assert entry.product_list == "critical-minerals.downstream"
    assert entry.listed == (HSRange.parse("8505.11"),)


def test_delete_removes_a_group(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot
) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.groups.setFocus()
    qtbot.keyClick(page.groups, Qt.Key.Key_Delete)
    assert [e.stage for e in document.agreement.coverage.entries] == [Stage.UPSTREAM]
    document.undo_stack.undo()
    assert len(document.agreement.coverage.entries) == 2


def test_an_edit_elsewhere_keeps_what_is_being_typed(
    page: CoveragePage, document: AgreementDocument, qtbot: QtBot
) -> None:
    field = page.products.focusProxy()
    assert field is not None
    page.products.setFocus()
    qtbot.keyClicks(field, ", 28")
    document.edit("Rename", lambda a: replace(a, title="Other"))
    assert page.products.findChild(type(field)).text() == "8505.11, 28"
    assert field.hasFocus()


def test_a_finding_leads_to_its_group(page: CoveragePage) -> None:
    page.show_section("coverage[1]")
    assert page.groups.current_row() == 1
    assert page.stage.key() == "upstream"


# Taking out, and speed


def test_rows_are_copied_unrounded(page: CoveragePage, at: Callable[..., QModelIndex]) -> None:
    page.tree.setCurrentIndex(at("850511"))
    page.tree.copy_selection()
    heading, row = QApplication.clipboard().text().splitlines()
    assert heading.split("\t")[0] == "Code"
    cells = row.split("\t")
    assert (cells[0], *cells[2:4]) == ("8505.11", "yes", "downstream")
    assert [float(cell) for cell in cells[4:]] == [2_500_000.0, 2_600_000.0, 0.03]


def test_a_search_of_seven_thousand_codes_answers_while_typing() -> None:
    from workbench.analysis.nomenclature_view import NomenclatureView

    every = [f"{c:02d}" for c in range(1, 97)]
    every += [f"{c:02d}{h:02d}" for c in range(1, 97) for h in range(1, 13)]
    every += [
        f"{c:02d}{h:02d}{s:02d}" for c in range(1, 97) for h in range(1, 13) for s in range(5)
    ]
    every.sort()
    place = {code: row for row, code in enumerate(every)}
    ones = np.ones(len(every), dtype=np.int64)
    view = NomenclatureView(
        edition="HS2022",
        years=(2024,),
        codes=tuple(every),
        descriptions=("words of a product",) * len(every),
        searchable=tuple(f" {code} words of a product" for code in every),
        parents=np.array([place.get(code[:-2], -1) for code in every]),
        subheadings=ones,
        traded=ones,
        importers=("USA",),
        imports_usd=np.ones((len(every), 1)),
    )
    model = CoverageModel()
    model.set_view(view)
    times = []
    for text in ("p", "pro", "product", "85", "8505"):
        started = time.perf_counter()
        model.set_filter(text, only_covered=False, only_traded=False)
        model.rows_to_open()
        times.append(time.perf_counter() - started)
    assert len(every) == 7008
    assert min(times) < 0.05


def test_every_figure_of_the_tree_is_explained_by_its_own_value(
    page: CoveragePage, at: Callable[..., QModelIndex]
) -> None:
    model = page.model
    assert model.view is not None
    assert model._rates is not None
    economies = page.document.agreement.economies
    for row, code in enumerate(model.view.codes):
        for column, values in (
            (Col.IMPORTS, model.view.imports_of(economies)),
            (Col.WORLD, model.view.imports_of()),
            (Col.RATE, model._rates.mean),
        ):
            explained = model.explained(at(code, column), ())
            assert explained is not None
            value = values[row]
            wanted = None if fmt.is_missing(value) else pytest.approx(value)
            assert explained.value == wanted, (code, column)
            assert explained.formula
