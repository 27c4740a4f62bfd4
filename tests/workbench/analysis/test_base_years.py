"""Which years of trade can stand in for the base years."""

from dataclasses import replace

import pytest

from workbench.analysis import base_years
from workbench.analysis.base_years import MOST_YEARS, YearsOfTrade, years_of_trade
from workbench.analysis.baseline import build_baseline
from workbench.analysis.headlines import Headlines
from workbench.analysis.market import Market
from workbench.model.agreement import Agreement
from workbench.tradedata.database import TradeDatabase

DATABASE = TradeDatabase.__new__(TradeDatabase)
"""Never read: what it holds is said by the test."""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[int, Market]:
    """What the database holds, by year; the test fills it."""
    markets: dict[int, Market] = {}

    class Loader:
        def __init__(self, database: TradeDatabase) -> None:
            assert database is DATABASE

        def load(self, agreement: Agreement, _progress: object) -> Market:
            (year,) = agreement.base_years
            return markets[year]

    monkeypatch.setattr(base_years, "MarketLoader", Loader)
    monkeypatch.setattr(base_years.queries, "trade_years", lambda _: tuple(sorted(markets)))
    return markets


def scaled(market: Market, year: int, factor: float) -> Market:
    flows = market.flows.assign(value_usd=market.flows["value_usd"] * factor)
    return replace(market, years=(year,), flows=flows)


def compared(market: Market, agreement: Agreement) -> YearsOfTrade:
    return years_of_trade(DATABASE, agreement, build_baseline(market, agreement))


def test_each_year_has_its_own_trade(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    held |= {2022: scaled(market, 2022, 0.5), 2024: market}
    baseline = build_baseline(market, agreement)
    found = years_of_trade(DATABASE, agreement, baseline)
    assert found.note == ""
    assert found.baselines[2024] is baseline
    half = found.baselines[2022]
    assert half.value_usd.tolist() == (baseline.value_usd[baseline.value_usd > 0] / 2).tolist()


def test_lanes_without_trade_change_no_headline(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    held |= {2022: scaled(market, 2022, 0.5), 2024: market}
    baseline = build_baseline(held[2022], agreement)
    short = years_of_trade(DATABASE, agreement, build_baseline(market, agreement)).baselines[2022]
    assert len(short.k) < len(baseline.k)
    one, other = (Headlines(agreement, world, None, ()) for world in (baseline, short))
    assert one.at({}) == other.at({})
    assert one.leverage_gap() == other.leverage_gap()


def test_a_year_without_any_of_the_trade_is_left_out(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    held |= {2023: scaled(market, 2023, 0.0), 2024: market}
    assert "2023 is left out" in compared(market, agreement).note
    held |= {2024: scaled(market, 2024, 0.0)}
    agreement = replace(agreement, base_years=(2022,))
    note = compared(market, agreement).note
    assert "nearly all of the covered trade in no year" in note
    assert "2023, 2024 is left out" in note


def test_one_year_is_nothing_to_compare(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    held |= {2024: market}
    found = compared(market, agreement)
    assert found.baselines == {}
    assert "trade of 2024 alone" in found.note


def test_a_year_that_lacks_an_importer_is_left_out(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    flows = market.flows[market.flows["importer"] != "JPN"]
    held |= {
        2022: scaled(market, 2022, 0.5),
        2023: replace(market, years=(2023,), flows=flows),
        2024: market,
    }
    found = compared(market, agreement)
    assert list(found.baselines) == [2022, 2024]
    assert "2023 is left out" in found.note


def test_a_year_that_lacks_a_product_is_left_out(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    flows = market.flows[market.flows["product"] != "810820"]
    traded = market.traded - {"810820"}
    held |= {2022: replace(market, years=(2022,), flows=flows, traded=traded), 2024: market}
    found = compared(market, agreement)
    assert found.baselines == {}
    assert "2022 is left out" in found.note
    assert "2024 alone" in found.note


def test_the_latest_years_are_compared(
    market: Market, agreement: Agreement, held: dict[int, Market]
) -> None:
    held |= {year: scaled(market, year, year / 2024) for year in range(2015, 2025)}
    found = compared(market, agreement)
    assert list(found.baselines) == list(range(2025 - MOST_YEARS, 2025))
    assert f"Of 10 years held the latest {MOST_YEARS}" in found.note
