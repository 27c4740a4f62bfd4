"""A small made-up market: three partners and two non-parties, three products."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.market import ContentTable, Market
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import OriginProvisions, RegionalValueContent, RvcMethod

ECONOMIES = ("AUS", "CHN", "DEU", "FRA", "JPN", "USA")
ORIGINS = ("AUS", "CHN", "EU27", "JPN", "USA")
SECTORS = ("C24B", "C27")


def _content() -> ContentTable:
    """Every economy buys 0.3 of value at home, 0.1 from CHN and 0.05 from each other origin."""
    declared = np.full((len(ECONOMIES), len(SECTORS), len(ORIGINS)), 0.05)
    traced = np.full(declared.shape, 0.04)
    for e, economy in enumerate(ECONOMIES):
        own = ORIGINS.index("EU27" if economy in ("DEU", "FRA") else economy)
        declared[e, :, ORIGINS.index("CHN")] = 0.1
        declared[e, :, own] = 0.3
        traced[e, :, ORIGINS.index("CHN")] = 0.12
        traced[e, :, own] = 0.0
        traced[e, :, own] = 1 - traced[e].sum(axis=1)
    return ContentTable(
        economies=ECONOMIES,
        sectors=SECTORS,
        origins=ORIGINS,
        declared=declared,
        traced=traced,
        known=np.ones((len(ECONOMIES), len(SECTORS)), dtype=bool),
        year=2022,
    )


def _flows() -> pd.DataFrame:
    rows = [
        ("USA", "JPN", "JPN", "810820", 300.0, False),
        ("USA", "CHN", "CHN", "850511", 700.0, False),
        ("USA", "JPN", "JPN", "850511", 100.0, False),
        ("USA", "EU27", "DEU", "850511", 60.0, False),
        ("USA", "EU27", "FRA", "850511", 20.0, False),
        ("USA", "AUS", "AUS", "750210", 50.0, False),
        ("JPN", "USA", "USA", "810820", 40.0, True),
        ("JPN", "AUS", "AUS", "750210", 30.0, False),
    ]
    names = ["importer", "exporter", "member", "product", "value_usd", "equal_split"]
    frame = pd.DataFrame(rows, columns=names)
    frame["value_usd"] *= 1e6
    return frame


def _lines() -> pd.DataFrame:
    source = "test schedule"
    rows = [
        ("USA", "81082000", "810820", "mfn", "", 0.15, "15%"),
        ("USA", "85051100", "850511", "mfn", "", 0.02, "2%"),
        ("USA", "85051190", "850511", "mfn", "", 0.0, "Free"),
        ("USA", "75021000", "750210", "mfn", "", 0.0, "Free"),
        ("USA", "85051100", "850511", "preference", "JP", 0.0, "Free"),
        ("USA", "81082000", "810820", "preference", "AU", 0.03, "3%"),
        ("USA", "81082000", "810820", "preference", "OLD", 0.0, "Free"),
    ]
    names = ["importer", "line", "product", "regime", "programme", "rate", "text"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(method="ad valorem", year=2025, source=source)


def _programmes() -> pd.DataFrame:
    rows = [
        ("JP", "agreement", "USA", "JPN", date(2020, 1, 1), None, "confirmed", True),
        ("AU", "agreement", "USA", "AUS", date(2005, 1, 1), None, "confirmed", True),
        ("OLD", "scheme", "USA", "JPN", None, date(2020, 12, 31), "confirmed", True),
        ("JPAU", "agreement", "JPN", "AUS", date(2015, 1, 15), None, "confirmed", False),
    ]
    names = ["programme", "kind", "importer", "partner", "start", "end", "status", "rates_known"]
    return pd.DataFrame(rows, columns=names).assign(name="test")


@pytest.fixture
def market() -> Market:
    return Market(
        edition=HSEdition.HS2022,
        years=(2024,),
        products=("750210", "810820", "850511"),
        importers=("AUS", "JPN", "USA"),
        traded=frozenset(("750210", "810820", "850511")),
        flows=_flows(),
        tariff_lines=_lines(),
        programmes=_programmes(),
        content=_content(),
        sector_of={"750210": "C24B", "810820": "C24B", "850511": "C27", "7502": "C24B"},
        vintage=(),
    )


@pytest.fixture
def agreement() -> Agreement:
    return Agreement(
        title="Test",
        partners=(Partner("USA"), Partner("JPN"), Partner("AUS")),
        coverage=ProductCoverage(
            (
                CoveredProducts((HSRange.parse("7502.10"), HSRange.parse("8108.20"))),
                CoveredProducts((HSRange.parse("8505.11"),), stage=Stage.DOWNSTREAM),
            )
        ),
        origin=OriginProvisions(
            default_rule=RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5),
        ),
    )


@pytest.fixture
def lane_row() -> Callable[[pd.DataFrame, str, str, str], pd.Series]:
    def find(lanes: pd.DataFrame, importer: str, exporter: str, product: str) -> pd.Series:
        found = lanes[
            (lanes["importer"] == importer)
            & (lanes["exporter"] == exporter)
            & (lanes["product"] == product)
        ]
        assert len(found) == 1
        return found.iloc[0]

    return find
