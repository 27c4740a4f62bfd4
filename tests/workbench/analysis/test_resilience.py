"""Resilience on a small made-up market, and the chain around it."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.market import Market
from workbench.analysis.resilience import (
    Resilience,
    ResilienceFacts,
    dependency_flags,
    facts_of,
    named_economies,
    resilience,
    resilience_with,
)
from workbench.analysis.resilience_view import (
    TITLES,
    explain_resilience,
    explain_shock,
    refining_gap,
    resilience_data,
    resilience_tables,
)
from workbench.analysis.supply_chain import (
    MINE,
    ChainFacts,
    chokepoints,
    coverage_gaps,
    neighbours,
    output_shares,
    upstream_inputs,
    who_supplies,
)
from workbench.analysis.supply_shock import largest_suppliers, supply_shock
from workbench.analysis.trade_effects_view import SPLIT_NOTE
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.nomenclature import HSRange
from workbench.model.origin import EconomyCap

COVERED = ProductCoverage(
    (
        CoveredProducts(
            tuple(HSRange.parse(code) for code in ("7502.10", "8108.20", "8505")),
            (HSRange.parse("8505.19"),),
        ),
    )
)
PARTNERS = ("AUS", "JPN", "USA")


def links(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["output", "input", "material"])


def production(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item", "economy", "year", "value"])


NICKEL = "Nickel: Mine production, nickel content"
RARE = "Rare earths: Mine production, rare-earth-oxide equivalent"


@pytest.fixture
def chain() -> ChainFacts:
    trade = pd.DataFrame(
        [("USA", "CHN", "850511", 700.0), ("USA", "JPN", "850511", 300.0)],
        columns=["importer", "exporter", "product", "value"],
    )
    return ChainFacts(
        links(
            ("750210", "260400", "nickel"),
            ("850511", "280530", "magnets"),
            ("720260", "750210", "nickel"),
        ),
        trade,
        production(
            (NICKEL, "IDN", 2023, 1.0),
            (NICKEL, "IDN", 2024, 60.0),
            (NICKEL, "AUS", 2024, 30.0),
            (NICKEL, "", 2024, 10.0),
            (RARE, "CHN", 2024, 99.0),
            (RARE, "AUS", 2024, 1.0),
        ),
        ("850511", "850519", "750210"),
    )


@pytest.fixture
def result(agreement: Agreement, market: Market) -> Resilience:
    evaluation = evaluate(agreement, build_baseline(market, agreement), complete=False)
    return resilience(evaluation, None, ("CHN",))


def test_concentration_before_and_after_by_hand(result: Resilience) -> None:
    row = result.products.set_index("product").loc["850511"]
    shares = np.array([700, 100, 80]) / 880
    assert row["hhi"] == pytest.approx((shares**2).sum())
    assert (row["largest"], row["largest_share"]) == ("CHN", pytest.approx(700 / 880))
    assert row["non_party_share"] == pytest.approx(780 / 880)
    assert row["named_share"] == pytest.approx(700 / 880)
    titanium = result.products.set_index("product").loc["810820"]
    assert titanium["imports_after"] > titanium["imports"]
    assert result.totals["non_party_share"] == pytest.approx(780 / 1300)
    assert result.totals["non_party_share_after"] < 780 / 1300


def test_stages_add_up(result: Resilience) -> None:
    assert result.stages["imports"].sum() == pytest.approx(result.totals["imports"])
    assert set(result.stages["stage"]) == {"core", "downstream"}


def test_without_a_cut_after_is_before(agreement: Agreement, market: Market) -> None:
    closed = replace(agreement, treatment=replace(agreement.treatment, market_access=False))
    evaluation = evaluate(closed, build_baseline(market, closed), complete=False)
    found = resilience(evaluation, None)
    for name in ("imports", "hhi", "largest_share", "non_party_share", "named_share"):
        np.testing.assert_array_equal(found.products[name], found.products[f"{name}_after"])


def test_named_economies_are_those_of_the_text(agreement: Agreement) -> None:
    assert named_economies(agreement) == ()
    origin = replace(agreement.origin, default_rule=EconomyCap(("CHN", "DEU"), 0.1))
    assert named_economies(replace(agreement, origin=origin)) == ("CHN", "EU27")


def yearly(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["year", "importer", "exporter", "value"])
    return frame.assign(product="850511")


def test_flags_take_the_partners_as_one_economy() -> None:
    flags = dependency_flags(
        yearly(
            (2024, "USA", "CHN", 60.0),
            (2024, "JPN", "VNM", 40.0),
            (2024, "USA", "JPN", 900.0),
            (2024, "CHN", "JPN", 50.0),
        ),
        PARTNERS,
        (2024,),
    )
    row = flags.iloc[0]
    assert row["import_hhi"] == pytest.approx(0.36 + 0.16)
    assert row["imports_over_exports"] == pytest.approx(100 / 50)
    assert (row["import_flag"], row["export_flag"], row["deficit_flag"]) == (True, True, True)


def test_a_product_bought_and_never_sold_is_a_deficit() -> None:
    flags = dependency_flags(yearly((2024, "USA", "CHN", 60.0)), PARTNERS, (2024,))
    assert flags.iloc[0]["imports_over_exports"] == np.inf


def test_flags_stand_with_two_of_three_years(agreement: Agreement, market: Market) -> None:
    evaluation = evaluate(agreement, build_baseline(market, agreement), complete=False)
    base = facts_of(evaluation, None)
    rows = [(year, "USA", "CHN", 60.0) for year in (2022, 2023, 2024)]
    three = ResilienceFacts(base.chain, yearly(*rows), (2022, 2023, 2024))
    effects = resilience(evaluation, None).effects
    found = resilience_with(evaluation, three, effects)
    assert found.products.set_index("product").loc["850511", "dependent"] is True
    one = resilience_with(
        evaluation, replace(three, yearly=yearly(rows[0]), years=(2022,)), effects
    )
    assert one.products.set_index("product").loc["850511", "dependent"] is None
    assert "few-years" in {
        finding.id for finding in found_in(Needs.RESILIENCE, one.evaluation.agreement, one)
    }
    assert "few-years" not in {
        finding.id for finding in found_in(Needs.RESILIENCE, found.evaluation.agreement, found)
    }


def test_inputs_that_partners_supply(chain: ChainFacts) -> None:
    rows = upstream_inputs(chain, ("750210", "850511"), COVERED, PARTNERS).set_index("input")
    nickel = rows.loc["260400"]
    assert (nickel["basis"], nickel["partner_share"]) == (MINE, pytest.approx(0.3))
    assert (nickel["largest"], nickel["largest_share"]) == ("IDN", pytest.approx(0.6))
    assert nickel["supplied"] is True
    assert rows.loc["280530", "supplied"] is False
    assert not rows["covered"].any()
    wider = ProductCoverage((CoveredProducts((HSRange.parse("26"), HSRange.parse("28"))),))
    assert upstream_inputs(chain, ("750210",), wider, PARTNERS)["covered"].all()
    without = (HSRange.parse("2604"),)
    except_nickel = ProductCoverage((CoveredProducts((HSRange.parse("26"),), without),))
    assert not upstream_inputs(chain, ("750210",), except_nickel, PARTNERS)["covered"].any()


def test_bills_of_inputs_are_links_too(agreement: Agreement, market: Market) -> None:
    inputs = tuple(InputShare(HSRange.parse(code), 0.2) for code in ("2805.30", "72"))
    bill = BillOfInputs((HSRange.parse("8505.11"),), inputs, "a study")
    stated = replace(agreement, bills_of_inputs=(bill,))
    evaluation = evaluate(stated, build_baseline(market, stated), complete=False)
    found = resilience(evaluation, None).upstream
    assert list(zip(found["output"], found["input"], strict=True)) == [("850511", "280530")]


def test_what_is_not_known_is_not_said(chain: ChainFacts) -> None:
    blind = replace(chain, production=production())
    rows = upstream_inputs(blind, ("750210",), COVERED, PARTNERS)
    assert rows["supplied"].tolist() == [None]
    assert np.isnan(rows["partner_share"].iloc[0])


def test_gaps_up_and_down_the_chain(chain: ChainFacts) -> None:
    rows = coverage_gaps(chain, ("750210", "850511"), COVERED, ("USA",), PARTNERS)
    found = set(zip(rows["kind"], rows["product"], rows["beside"], strict=True))
    assert found == {
        ("upstream", "260400", "750210"),
        ("upstream", "280530", "850511"),
        ("downstream", "720260", "750210"),
        ("same heading", "850519", "850511"),
    }
    assert rows["imports"].isna().all()


def test_who_mines_and_who_exports(chain: ChainFacts) -> None:
    rows = who_supplies(chain, ("850511",), PARTNERS).set_index("economy")
    assert rows.loc["JPN", "origin_gap"] == pytest.approx(0.3)
    assert rows.loc["CHN", "mine_share"] == pytest.approx(0.99)
    assert rows.loc["CHN", "export_share"] == pytest.approx(0.7)
    assert rows["refine_share"].isna().all()


def test_who_may_be_among_the_others_is_not_said_to_mine_nothing(chain: ChainFacts) -> None:
    """The source names two who mine nickel and counts a tenth of it as others'."""
    sold = pd.DataFrame(
        [("USA", "JPN", "750210", 4e6), ("USA", "AUS", "750210", 1e6)],
        columns=["importer", "exporter", "product", "value"],
    )
    traded = replace(chain, trade=pd.concat([chain.trade, sold], ignore_index=True))
    rows = who_supplies(traded, ("750210",), PARTNERS).set_index("economy")
    assert np.isnan(rows.loc["JPN", ["mine_share", "origin_gap"]].astype(float)).all()
    assert rows.loc["JPN", "mine_at_most"] == pytest.approx(0.1)
    assert rows.loc["AUS", "mine_at_most"] == rows.loc["AUS", "mine_share"] == pytest.approx(0.3)
    assert rows.loc["AUS", "origin_gap"] == pytest.approx(0.2 - 0.3)
    named = chain.production[chain.production["economy"] != ""]
    all_named = who_supplies(replace(traded, production=named), ("750210",), PARTNERS)
    assert all_named.set_index("economy").loc["JPN", "mine_share"] == 0


def test_output_is_of_the_latest_year_and_counts_other_economies(chain: ChainFacts) -> None:
    shares = output_shares(chain.production, (NICKEL,))
    assert shares.to_dict() == pytest.approx({"IDN": 0.6, "AUS": 0.3, "": 0.1})


def test_chokepoints_count_who_depends_on_them(chain: ChainFacts) -> None:
    rows = chokepoints(chain, ("750210", "850511"), PARTNERS)
    found = {(row.product, row.economy, row.tier) for row in rows.itertuples()}
    assert ("280530", "CHN", 1) in found
    assert ("850511", "CHN", 0) in found
    assert ("260400", "IDN", 1) in found
    assert neighbours(("750210",), chain.links) == ("260400", "720260")


# Shocks ------------------------------------------------------------------------------------


def test_a_shock_by_hand(agreement: Agreement, market: Market) -> None:
    baseline = build_baseline(market, agreement)
    rows = supply_shock(baseline, "CHN", 0.0).products.set_index("product")
    magnets = rows.loc["850511"]
    assert magnets["direct_loss"] == pytest.approx(700 / 880)
    # Others buy 0.1 of value from China, of 0.3 + 0.1 + 3 * 0.05 of materials.
    assert magnets["input_loss"] == pytest.approx(180 / 880 * 0.1 / 0.55)
    assert magnets["lost_after"] == pytest.approx(magnets["lost"])
    assert magnets["known_share"] == 1


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_spare_capacity_never_loses_more(one: float, other: float) -> None:
    low, high = sorted((one, other))
    less = supply_shock(SHARED[0], "CHN", high).products.set_index("product")["lost_after"]
    more = supply_shock(SHARED[0], "CHN", low).products.set_index("product")["lost_after"]
    assert (less <= more.reindex(less.index) + 1e-12).all()
    assert ((less >= 0) & (more <= 1 + 1e-12)).all()


SHARED: list[Baseline] = []


@pytest.fixture(autouse=True)
def shared_baseline(agreement: Agreement, market: Market) -> None:
    if not SHARED:
        SHARED.append(build_baseline(market, agreement))


def test_a_member_stands_for_its_territory(agreement: Agreement, market: Market) -> None:
    baseline = build_baseline(market, agreement)
    assert supply_shock(baseline, "DEU").economy == "EU27"
    assert largest_suppliers(baseline)[:2] == ("CHN", "EU27")


# Telling -----------------------------------------------------------------------------------


def test_explanations_findings_and_data(result: Resilience) -> None:
    for figure in TITLES:
        told = explain_resilience(result, figure, "850511")
        assert told.formula
        assert told.notes
    assert explain_resilience(result, "hhi").value == result.totals["hhi"]
    shock = supply_shock(result.evaluation.baseline, "CHN")
    assert explain_shock(shock).value == shock.lost_after
    assert explain_shock(shock, "850511").subject == "8505.11"
    ids = {
        finding.id for finding in found_in(Needs.RESILIENCE, result.evaluation.agreement, result)
    }
    assert "one-supplier-above-half" in ids
    assert [
        finding.id for finding in found_in(Needs.SUPPLY_SHOCK, result.evaluation.agreement, shock)
    ] == ["cannot-be-replaced"]
    data = resilience_data(result, shock)
    text = json.dumps(data, allow_nan=False)
    assert '"8505.11"' in text
    assert data["shock"]["lost_after"] == shock.lost_after
    assert list(resilience_tables(result, shock))[-1] == "Supply shock"


def test_products_without_figures_of_refining_are_named(
    chain: ChainFacts, result: Resilience
) -> None:
    copper = production(("Copper: Refinery production, copper", "CHL", 2024, 5.0))
    known = replace(
        chain,
        trade=pd.concat([chain.trade, chain.trade.assign(product="740311")], ignore_index=True),
        production=pd.concat([chain.production, copper], ignore_index=True),
    )
    suppliers = who_supplies(known, ("740311", "750210", "850511"), PARTNERS)
    found = replace(result, suppliers=suppliers)
    assert found.not_refined == {"nickel": ("750210",), "rare earths": ("850511",)}
    text = refining_gap(found)
    assert text.startswith("refinery output of 2 of 3 products")
    assert "nickel (7502.10), rare earths (8505.11)" in text
    assert "International Energy Agency" in text
    assert text in {gap["what"] for gap in resilience_data(found)["gaps"]}
    known_alone = replace(result, suppliers=suppliers[suppliers["product"] == "740311"])
    assert refining_gap(known_alone) == ""


def test_products_split_equally_are_marked(agreement: Agreement, market: Market) -> None:
    split = market.flows["product"] == "850511"
    marked = replace(market, flows=market.flows.assign(equal_split=split))
    evaluation = evaluate(agreement, build_baseline(marked, agreement), complete=False)
    found = resilience(evaluation, None, ("CHN",))
    assert found.split == {"850511"}
    assert SPLIT_NOTE in explain_resilience(found, "hhi", "850511").notes
    assert SPLIT_NOTE not in explain_resilience(found, "hhi", "810820").notes
    shock = supply_shock(evaluation.baseline, "CHN")
    data = resilience_data(found, shock)
    for rows in (data["products"], data["shock"]["products"]):
        assert {row["product"] for row in rows if row["equal_split"]} == {"8505.11"}
    for name in ("Products", "Supply shock"):
        assert "equal_split" in resilience_tables(found, shock)[name]
