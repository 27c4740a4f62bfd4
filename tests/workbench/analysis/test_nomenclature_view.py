"""The tree of codes with trade and duties, on a hand-made database."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from workbench.analysis.nomenclature_view import (
    SEVERAL,
    CoveredParts,
    ImporterRates,
    NomenclatureView,
    Part,
    covered_parts,
    importer_rates,
    nomenclature_view,
)
from workbench.errors import Cancelled
from workbench.model.commitments import StatedRate
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.nomenclature import HSRange
from workbench.progress import Progress
from workbench.tradedata.database import TradeDatabase, migrate

USA, JPN, DEU, FRA, CHN = 840, 392, 276, 250, 156
CODES = ("28", "2846", "284610", "284690", "85", "8505", "850511", "850519", "850520")


def _numbers(kind: str, values: list[int]) -> bytes:
    return np.array(values, dtype=kind).tobytes()


def _fill(connection: sqlite3.Connection) -> None:
    run = connection.executemany
    run(
        "INSERT INTO datasets (id, table_name, source, edition, hs_edition, year_from, year_to, "
        "licence, file, sha256, rows, rejected, note) "
        "VALUES (?, ?, ?, ?, 2022, 2022, 2024, 'test', 'file', 'hash', 1, 0, '')",
        [(1, "trade_flows", "Flows", "r1"), (2, "tariffs", "Schedule", "r2")],
    )
    run(
        "INSERT INTO products (edition, code, parent, level) VALUES (2022, ?, ?, ?)",
        [(int(c), int(c[:-2]) if len(c) > 2 else None, len(c)) for c in CODES],
    )
    # year, product, (importer, exporter, value) of each flow
    blocks: list[tuple[int, int, list[tuple[int, int, int]]]] = [
        (2022, 850511, [(USA, CHN, 1000), (DEU, FRA, 500), (DEU, CHN, 300)]),
        (2024, 850511, [(USA, CHN, 2000), (JPN, CHN, 100)]),
        (2024, 850519, [(JPN, USA, 40)]),
    ]
    run(
        "INSERT INTO trade_blocks (year, product, rows, importer, exporter, value_usd, "
        "quantity_kg, dataset) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        [
            (
                year,
                product,
                len(flows),
                _numbers("<u2", [flow[0] for flow in flows]),
                _numbers("<u2", [flow[1] for flow in flows]),
                _numbers("<i8", [flow[2] for flow in flows]),
                _numbers("<i8", [-1] * len(flows)),
            )
            for year, product, flows in blocks
        ],
    )
    run(
        "INSERT INTO tariffs (importer, product, line, regime, programme, year, valid_from, "
        "ad_valorem_equivalent, text, dataset) VALUES (?, ?, ?, ?, 0, 2025, '', ?, ?, 2)",
        [
            (USA, 850511, "85051110", "mfn", 0.02, "2%"),
            (USA, 850511, "85051190", "mfn", 0.04, "4%"),
            (USA, 850511, "85051110", "base", 0.5, "50%"),
            (USA, 850519, "85051900", "base", 0.1, "10%"),
            (USA, 850520, "85052000", "mfn", None, "1 cent each"),
        ],
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[TradeDatabase]:
    path = tmp_path / "tree.sqlite"
    migrate(path)
    connection = sqlite3.connect(path)
    with connection:
        _fill(connection)
    connection.close()
    with TradeDatabase(path) as opened:
        yield opened


@pytest.fixture
def view(database: TradeDatabase) -> NomenclatureView:
    return nomenclature_view(database, "HS2022", (2022, 2024))


def at(view: NomenclatureView, code: str) -> int:
    return view.codes.index(code)


def test_codes_come_before_what_lies_in_them(view: NomenclatureView) -> None:
    assert view.codes == CODES
    assert [view.codes[p] if p >= 0 else "" for p in view.parents] == [code[:-2] for code in CODES]
    assert "8505.11" in view.searchable[at(view, "850511")]
    assert "magnets" in view.searchable[at(view, "8505")]


def test_trade_is_a_mean_over_the_years_and_adds_up(view: NomenclatureView) -> None:
    world = view.imports_of()
    # USA 1000 and 2000, the EU 300 from China (Germany's 500 from France are inside), Japan 100.
    assert world[at(view, "850511")] == pytest.approx((3000 + 300 + 100) / 2)
    assert world[at(view, "8505")] == pytest.approx((3400 + 40) / 2)
    assert world[at(view, "85")] == world[at(view, "8505")]
    assert view.traded[at(view, "8505")] == 2
    assert view.subheadings[at(view, "8505")] == 3


def test_trade_that_is_not_in_the_database_is_missing_not_zero(view: NomenclatureView) -> None:
    world, none = view.imports_of(), view.imports_of(["AUS"])
    assert np.isnan(world[at(view, "850520")])
    assert np.isnan(world[at(view, "28")])
    assert none[at(view, "850511")] == 0


def test_a_member_counts_with_its_customs_territory(view: NomenclatureView) -> None:
    row = at(view, "850511")
    assert view.imports_of(["DEU"])[row] == view.imports_of(["EU27"])[row] == 150


def test_rates_are_means_of_lines_then_of_subheadings(
    database: TradeDatabase, view: NomenclatureView
) -> None:
    rates = importer_rates(database, view, "USA")
    line, heading = at(view, "850511"), at(view, "8505")
    assert rates.mean[line] == pytest.approx(0.03)
    assert (rates.low[line], rates.high[line]) == (0.02, 0.04)
    assert rates.mean[heading] == pytest.approx((0.03 + 0.10) / 2)
    assert (rates.low[heading], rates.high[heading]) == (0.02, 0.10)
    assert rates.rated[heading] == 2
    assert rates.lines == ("85051110", "85051190", "85051900", "85052000")
    assert rates.source[line] == "Schedule r2, 2025"


def test_a_base_rate_stands_in_only_where_there_is_no_mfn_rate(
    database: TradeDatabase, view: NomenclatureView
) -> None:
    rates = importer_rates(database, view, "USA")
    assert not rates.stand_in[at(view, "850511")]
    assert rates.stand_in[at(view, "850519")]
    assert rates.stand_in[at(view, "85")]


def test_a_rate_that_cannot_be_computed_is_missing(
    database: TradeDatabase, view: NomenclatureView
) -> None:
    rates: ImporterRates = importer_rates(database, view, "USA")
    assert np.isnan(rates.mean[at(view, "850520")])
    left_out = [
        int(rates.not_ad_valorem[at(view, code)]) for code in ("850520", "8505", "85", "28")
    ]
    assert left_out == [1, 1, 1, 0]
    assert np.isnan(importer_rates(database, view, "JPN").mean).all()


def test_a_rate_stated_in_the_agreement_counts_first(
    database: TradeDatabase, view: NomenclatureView
) -> None:
    stated = (
        StatedRate("USA", (HSRange.parse("8505.11"),), 0.25, "own"),
        StatedRate("JPN", (HSRange.parse("8505"),), 0.5, "of another"),
        StatedRate("USA", (HSRange.parse("8505"),), 0.0, "for one", exporter="JPN"),
    )
    rates = importer_rates(database, view, "USA", stated)
    assert rates.mean[at(view, "850511")] == 0.25
    assert rates.source[at(view, "850511")] == "stated in the agreement: own"
    assert rates.mean[at(view, "850519")] == 0.10


def test_reading_can_be_stopped(database: TradeDatabase) -> None:
    with pytest.raises(Cancelled):
        nomenclature_view(database, "HS2022", (2024,), Progress(stopped=lambda: True))


def parts_of(view: NomenclatureView, *groups: tuple[str, str, Stage]) -> CoveredParts:
    entries = tuple(
        CoveredProducts(
            products=tuple(HSRange.parse(word) for word in products.split()),
            exceptions=tuple(HSRange.parse(word) for word in out.split()),
            stage=stage,
        )
        for products, out, stage in groups
    )
    return covered_parts(ProductCoverage(entries), view)


@pytest.mark.parametrize(
    ("products", "out", "expected"),
    [
        ("8505", "", {"85": 2, "8505": 2, "850511": 2, "850520": 2, "28": 0}),
        ("8505.11", "", {"85": 1, "8505": 1, "850511": 2, "850519": 0}),
        ("85", "8505.11", {"85": 1, "8505": 1, "850511": 0, "850519": 2}),
        ("8505.11 8505.19 8505.20", "", {"85": 2, "8505": 2}),
        ("8505.11.10", "", {"85": 1, "8505": 1, "850511": 1, "850519": 0}),
        ("8505", "8505.11.10", {"85": 1, "8505": 1, "850511": 1, "850519": 2}),
        ("8505.11.10-8505.20.10", "", {"850511": 1, "850519": 2, "850520": 1}),
        ("8505.12.10-8505.19.99", "", {"850511": 0, "850519": 2, "850520": 0}),
        ("28-85", "2846", {"28": 0, "284610": 0, "85": 2}),
    ],
)
def test_what_is_covered_of_a_code(
    view: NomenclatureView, products: str, out: str, expected: dict[str, int]
) -> None:
    found = parts_of(view, (products, out, Stage.CORE))
    assert {code: found.parts[at(view, code)] for code in expected} == expected
    for code, part in expected.items():
        assert found.stages[at(view, code)] == ("core" if part > Part.NONE else "")


def test_the_first_group_that_holds_a_code_gives_its_stage(view: NomenclatureView) -> None:
    found = parts_of(view, ("8505.11", "", Stage.UPSTREAM), ("8505", "", Stage.DOWNSTREAM))
    assert found.stages[at(view, "850511")] == "upstream"
    assert found.stages[at(view, "850519")] == "downstream"
    assert found.stages[at(view, "8505")] == found.stages[at(view, "85")] == SEVERAL
    assert found.parts[at(view, "85")] is Part.WHOLE
