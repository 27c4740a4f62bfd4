"""Two tiers up: through the economy that refines to the one that mines."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation
from workbench.analysis.supply_chain import ChainFacts
from workbench.analysis.two_tiers import (
    BY_OUTPUT,
    BY_TRADE,
    TwoTiers,
    two_tiers,
)
from workbench.analysis.two_tiers_report import (
    explain_origin,
    explain_route,
    explain_routes,
    two_tiers_data,
)
from workbench.cli import main
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.nomenclature import HSRange
from workbench.tradedata.database import Vintage

TITANIUM = "Titanium Mineral Concentrates: Mine production, rutile, titanium dioxide (TiO2) content"
SPONGE = "Titanium & titanium dioxide: Sponge Metal Production"
CLUB = Path(__file__).parents[3] / "agreements" / "definitions" / "critical-minerals-club.yaml"


def facts(
    ore_imports: dict[tuple[str, str], float] | None = None,
    mined: dict[str, float] | None = None,
    refined: dict[str, float] | None = None,
) -> ChainFacts:
    """Titanium sponge 8108.20 from ore 2614.00: who buys whose ore, who mines, who refines."""
    trade = [(m, o, "261400", v) for (m, o), v in (ore_imports or {}).items()]
    output = [(TITANIUM, e, 2024, v) for e, v in (mined or {}).items()]
    output += [(SPONGE, e, 2024, v) for e, v in (refined or {}).items()]
    return ChainFacts(
        pd.DataFrame([("810820", "261400", "titanium")], columns=["output", "input", "material"]),
        pd.DataFrame(trade, columns=["importer", "exporter", "product", "value"]),
        pd.DataFrame(output, columns=["item", "economy", "year", "value"]),
    )


@pytest.fixture
def evaluation(market: Market, agreement: Agreement) -> Evaluation:
    return evaluate(agreement, build_baseline(market, agreement), complete=False)


def routes_of(found: TwoTiers, exporter: str) -> dict[str, float]:
    rows = found.routes[found.routes["exporter"] == exporter]
    return dict(zip(rows["origin"], rows["content_usd"], strict=True))


def claimed_of(evaluation: Evaluation, exporter: str, product: str = "810820") -> float:
    lanes = evaluation.lanes
    rows = (lanes["exporter"] == exporter) & (lanes["product"] == product)
    return float(lanes.loc[rows, "claimed"].fillna(0).sum())


def materials_of(evaluation: Evaluation, exporter: str, product: str = "810820") -> float:
    baseline = evaluation.baseline
    lane = np.flatnonzero((baseline.exporter == exporter) & (baseline.product == product))[0]
    return float(baseline.content.declared[baseline.content.row_of_lane[lane]].sum())


def test_the_ore_of_a_refiner_without_mines_is_what_it_imports(evaluation: Evaluation) -> None:
    found = two_tiers(
        evaluation,
        facts({("JPN", "CHN"): 30.0, ("JPN", "AUS"): 70.0}, {"CHN": 5.0, "AUS": 5.0}, {"JPN": 1}),
    )
    expected = claimed_of(evaluation, "JPN") * materials_of(evaluation, "JPN") * 0.3
    assert expected > 0
    assert routes_of(found, "JPN") == {"CHN": pytest.approx(expected)}
    route = found.routes.iloc[0]
    assert (route["via"], route["input"], route["basis"]) == ("JPN", "261400", BY_TRADE)
    origin = found.origins.set_index("economy").loc["CHN"]
    assert origin["linked_usd"] == pytest.approx(expected)
    assert origin["hidden_usd"] == pytest.approx(max(expected - origin["declared_usd"], 0))


def test_a_route_explains_itself(evaluation: Evaluation) -> None:
    found = two_tiers(evaluation, facts({("JPN", "CHN"): 1.0}, {"CHN": 5.0}, {"JPN": 1.0}))
    said = explain_route(found, 0)
    by_symbol = {term.symbol: term.value for term in said.terms if term.symbol}
    assert by_symbol["U V"] == pytest.approx(claimed_of(evaluation, "JPN"))
    assert by_symbol["a"] == pytest.approx(materials_of(evaluation, "JPN"))
    assert by_symbol["h"] == 1
    assert said.value == pytest.approx(found.routes["hidden_usd"].iloc[0])
    assert explain_origin(found, 0).value == pytest.approx(found.hidden_usd)
    for place in range(len(found.origins)):
        for figure in ("hidden", "linked", "declared", "traced"):
            told = explain_origin(found, place, figure).value
            assert told == pytest.approx(found.origins[f"{figure}_usd"].iloc[place])
    for place, route in enumerate(found.routes.to_dict("records")):
        assert explain_route(found, place, "content").value == pytest.approx(route["content_usd"])
    for column in ("origin", "via", "product"):
        for code, sums in found.routes.groupby(column):
            told = explain_routes(found, {column: [str(code)]})
            assert told.value == pytest.approx(sums["hidden_usd"].sum())


def test_a_refiner_that_mines_enough_hides_nobody(evaluation: Evaluation) -> None:
    found = two_tiers(
        evaluation,
        facts({("JPN", "CHN"): 30.0}, {"JPN": 6.0, "CHN": 4.0}, {"JPN": 1.0, "USA": 9.0}),
    )
    assert "CHN" not in routes_of(found, "JPN")


def test_without_trade_in_ore_the_mines_of_others_stand_in(evaluation: Evaluation) -> None:
    found = two_tiers(evaluation, facts(None, {"CHN": 60.0, "AUS": 40.0}, {"JPN": 10.0}))
    share = materials_of(evaluation, "JPN") * claimed_of(evaluation, "JPN")
    assert routes_of(found, "JPN")["CHN"] == pytest.approx(share * 0.6)
    assert set(found.routes["basis"]) == {BY_OUTPUT}
    assert any("mine output" in note for note in found.notes)


def test_a_partners_refined_input_is_followed_to_the_mine(
    market: Market, agreement: Agreement
) -> None:
    nickel = InputShare(HSRange.parse("7502.10"), 0.4)
    bill = BillOfInputs((HSRange.parse("8108.20"),), (nickel,), "test", ("JPN",))
    billed = replace(agreement, bills_of_inputs=(bill,))
    text = evaluate(billed, build_baseline(market, billed), complete=False)
    columns = ["importer", "exporter", "product", "value"]
    chain = facts()
    found = two_tiers(
        text,
        ChainFacts(
            chain.links,
            pd.DataFrame([("JPN", "AUS", "750210", 1.0)], columns=columns),
            pd.DataFrame(
                [("Nickel: Mine production, nickel content", "CHN", 2024, 1.0)],
                columns=["item", "economy", "year", "value"],
            ),
        ),
    )
    rows = found.routes[found.routes["via"] == "AUS"]
    assert list(zip(rows["origin"], rows["input"], rows["product"], strict=True)) == [
        ("CHN", "750210", "810820")
    ]
    claimed = claimed_of(text, "JPN")
    assert 0 < rows["content_usd"].sum() < 0.4 * claimed
    assert set(found.routes["via"]) == {"AUS", "JPN"}  # what it buys at home comes from China too


def test_the_ore_a_refining_partner_buys_counts_before_the_mines_of_others(
    market: Market, agreement: Agreement
) -> None:
    """Australia refines nickel of the Philippines; China mines all that the source names."""
    nickel = InputShare(HSRange.parse("7502.10"), 0.4)
    bill = BillOfInputs((HSRange.parse("8108.20"),), (nickel,), "test", ("JPN",))
    billed = replace(agreement, bills_of_inputs=(bill,))
    text = evaluate(billed, build_baseline(market, billed), complete=False)
    links = [("810820", "750210", "nickel"), ("750210", "260400", "nickel")]
    trade = [("JPN", "AUS", "750210", 1.0), ("AUS", "PHL", "260400", 1.0)]
    mined = [("Nickel: Mine production, nickel content", "CHN", 2024, 1.0)]
    found = two_tiers(
        text,
        ChainFacts(
            pd.DataFrame(links, columns=["output", "input", "material"]),
            pd.DataFrame(trade, columns=["importer", "exporter", "product", "value"]),
            pd.DataFrame(mined, columns=["item", "economy", "year", "value"]),
        ),
    )
    of_australia = found.routes[found.routes["via"] == "AUS"]
    assert of_australia[["origin", "basis"]].values.tolist() == [["PHL", BY_TRADE]]


def test_a_good_of_two_ores_follows_each(evaluation: Evaluation) -> None:
    """Titanium of two ores, half of the materials each: one is China's, the other Chile's."""
    base = facts({("JPN", "CHN"): 1.0}, {"CHN": 1.0}, {"JPN": 1.0})
    links = [("810820", "261400", "titanium"), ("810820", "261590", "titanium")]
    other = pd.DataFrame([("JPN", "CHL", "261590", 5.0)], columns=base.trade.columns)
    found = two_tiers(
        evaluation,
        ChainFacts(
            pd.DataFrame(links, columns=base.links.columns),
            pd.concat([base.trade, other], ignore_index=True),
            base.production,
        ),
    )
    rows = found.routes[found.routes["exporter"] == "JPN"]
    assert set(zip(rows["input"], rows["origin"], strict=True)) == {
        ("261400", "CHN"),
        ("261590", "CHL"),
    }


def test_sources_are_those_of_the_database(evaluation: Evaluation) -> None:
    held = (
        Vintage("input_links", "A map of materials", "v2", 2025),
        Vintage("tariffs", "A schedule", "v1", 2025),
    )
    found = two_tiers(
        replace(evaluation, vintage=held), facts({("JPN", "CHN"): 1.0}, {"CHN": 1.0}, {"JPN": 1.0})
    )
    for told in (explain_origin(found, 0), explain_route(found, 0), explain_routes(found, {})):
        named = {t.meaning: t.value for t in told.terms if t.meaning.startswith("Source of")}
        assert named == {"Source of links": "A map of materials v2"}


def test_nothing_to_follow_says_so(evaluation: Evaluation) -> None:
    nothing = facts()
    nothing = ChainFacts(nothing.links.iloc[:0], nothing.trade, nothing.production)
    found = two_tiers(evaluation, nothing)
    assert found.hidden_usd == 0
    assert found.followed_share == 0
    assert found.routes.empty
    data = two_tiers_data(found, Agreement("Test"))
    assert data["routes"] == []
    assert data["findings"] == []


def test_with_every_economy_a_partner_nothing_is_hidden(
    market: Market, agreement: Agreement
) -> None:
    found = two_tiers(
        evaluate(agreement, build_baseline(market, agreement), complete=False),
        facts({("JPN", "AUS"): 3.0, ("JPN", "USA"): 1.0}, {"AUS": 1.0, "USA": 1.0}, {"JPN": 1.0}),
    )
    assert found.routes.empty


@given(
    ore=st.dictionaries(
        st.sampled_from(["CHN", "AUS", "USA", "CHL", "MOZ"]), st.floats(0.1, 1e6), min_size=1
    ),
    scale=st.floats(0.01, 1e4),
)
@settings(max_examples=25, deadline=None)
def test_shares_alone_matter_and_hidden_is_part_of_content(
    ore: dict[str, float], scale: float
) -> None:
    evaluation = _EVALUATION[0]
    imports = {("JPN", origin): value for origin, value in ore.items()}
    one = two_tiers(evaluation, facts(imports, {"CHN": 1.0}, {"JPN": 1.0}))
    more = {key: value * scale for key, value in imports.items()}
    other = two_tiers(evaluation, facts(more, {"CHN": scale}, {"JPN": scale}))
    assert routes_of(other, "JPN") == pytest.approx(routes_of(one, "JPN"))
    assert (one.routes["hidden_usd"] <= one.routes["content_usd"] * (1 + 1e-12)).all()
    assert not set(one.routes["origin"]) & set(evaluation.baseline.partners)
    total = materials_of(evaluation, "JPN") * claimed_of(evaluation, "JPN")
    assert sum(routes_of(one, "JPN").values()) <= total * (1 + 1e-9)
    assert one.origins["hidden_usd"].sum() == pytest.approx(one.hidden_usd)


_EVALUATION: list[Evaluation] = []


@pytest.fixture(autouse=True)
def _keep(evaluation: Evaluation) -> None:
    _EVALUATION[:] = [evaluation]


def test_evaluate_prints_them(starter_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["evaluate", str(CLUB), "--json", "--db", str(starter_file)])
    data = json.loads(capsys.readouterr().out)["two_tiers"]
    assert 0 < data["followed_share"] < 1
    assert sum(r["hidden"] for r in data["routes"]) == pytest.approx(data["hidden_content"])
    assert sum(r["hidden"] for r in data["by_origin"]) == pytest.approx(data["hidden_content"])
    assert data["findings"][0]["id"] == "hidden-content"
    hidden = {r["economy"]: r["hidden"] for r in data["by_origin"]}
    assert hidden["CHN"] > 0
    assert hidden["COD"] > 0  # mines that the sector tables do not know
