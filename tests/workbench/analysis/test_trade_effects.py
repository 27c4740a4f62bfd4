"""Trade effects of an agreement on a small made-up market."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.elasticities import SUBSTITUTION_SOURCE, elasticities_in_use
from workbench.analysis.evaluation import evaluate
from workbench.analysis.extended import extended
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation
from workbench.analysis.trade_effects import EffectsModel, TradeEffects, effects_with
from workbench.analysis.trade_effects_view import (
    SPLIT_NOTE,
    TITLES,
    effects_data,
    effects_tables,
    explain_effects,
    lost_buyers,
)
from workbench.errors import Cancelled
from workbench.model.agreement import Agreement
from workbench.model.assumptions import StatedElasticity
from workbench.model.commitments import StagingCategory, StagingFormula, Treatment, TreatmentBasis
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, OriginProvisions
from workbench.progress import Progress

ALL_MODELS = list(EffectsModel)


def estimates(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(code, value, "own code", "test estimates") for code, value in rows],
        columns=["product", "elasticity", "method", "source"],
    ).astype({"elasticity": "float64"})


def evaluated(agreement: Agreement, market: Market) -> Evaluation:
    return evaluate(agreement, build_baseline(market, agreement), complete=False)


@pytest.fixture
def free(agreement: Agreement) -> Agreement:
    """Any good qualifies and claiming costs nothing, so that everything claims."""
    return replace(
        agreement,
        origin=OriginProvisions(default_rule=AnyGood()),
        parameters=replace(agreement.parameters, fixed_cost=0.0),
    )


@pytest.fixture
def effects(free: Agreement, market: Market) -> TradeEffects:
    return effects_with(
        evaluated(free, market), estimates(("850511", -3.0)), EffectsModel.INFINITE_SUPPLY
    )


def flow(effects: TradeEffects, importer: str, exporter: str, product: str) -> pd.Series:
    flows = effects.flows.set_index(["importer", "exporter", "product"])
    return flows.loc[(importer, exporter, product)]


def test_creation_and_revenue_by_hand(effects: TradeEffects) -> None:
    row = flow(effects, "USA", "JPN", "810820")
    assert (row["duty_before"], row["duty_after"]) == (0.15, 0.0)
    assert row["creation"] == pytest.approx(300e6 * 1.25 * 0.15 / 1.15)
    assert row["diversion"] == 0  # the only supplier
    assert row["revenue_change"] == pytest.approx(-45e6)
    after = 300e6 + row["creation"]
    assert row["consumer_gain"] == pytest.approx(0.15 * (300e6 + after) / 2)
    assert row["welfare"] == pytest.approx(0.15 / 2 * row["creation"])


def test_already_free_lanes_and_their_rivals_stay_as_they_are(effects: TradeEffects) -> None:
    rows = effects.flows[effects.flows["product"] == "850511"]
    assert (rows["diversion"] == 0).all()
    assert (rows["creation"] == 0).all()


def test_only_the_claimed_share_is_cut(agreement: Agreement, market: Market) -> None:
    evaluation = evaluated(agreement, market)
    found = effects_with(evaluation, estimates(), EffectsModel.INFINITE_SUPPLY)
    row = flow(found, "USA", "JPN", "810820")
    lane = evaluation.lanes.iloc[int(row["lane"])]
    assert 0 < lane["utilisation"] < 1
    assert row["duty_after"] == pytest.approx(0.15 * (1 - lane["utilisation"]))
    assert row["creation"] == pytest.approx(300e6 * 1.25 * 0.15 * lane["utilisation"] / 1.15)


def test_small_parcels_get_no_cut(free: Agreement, market: Market) -> None:
    parcels = replace(free, parameters=replace(free.parameters, small_parcel_share=0.25))
    found = effects_with(evaluated(parcels, market), estimates(), EffectsModel.INFINITE_SUPPLY)
    assert flow(found, "USA", "JPN", "810820")["duty_after"] == pytest.approx(0.15 * 0.25)


@pytest.mark.parametrize("model", ALL_MODELS)
def test_without_a_cut_nothing_happens(
    free: Agreement, market: Market, model: EffectsModel
) -> None:
    excluded = replace(
        free,
        treatment=Treatment(staging=(StagingCategory("A", StagingFormula.EXCLUDED),)),
    )
    found = effects_with(evaluated(excluded, market), estimates(), model)
    for name in ("creation", "diversion", "revenue_change", "welfare", "producer_gain"):
        assert found.totals[name] == 0
    assert found.clearing == 0


def diverting(market: Market) -> Market:
    """China sells the same good, so that the cut on Japan's takes trade from it."""
    extra = pd.DataFrame(
        [("USA", "CHN", "CHN", "810820", 200e6, False)], columns=market.flows.columns
    )
    return replace(market, flows=pd.concat([market.flows, extra], ignore_index=True))


@pytest.mark.parametrize("model", ALL_MODELS)
def test_trade_is_taken_from_the_non_party_and_markets_clear(
    free: Agreement, market: Market, model: EffectsModel
) -> None:
    found = effects_with(evaluated(free, diverting(market)), estimates(("810820", -4.0)), model)
    assert flow(found, "USA", "CHN", "810820")["diversion"] < 0
    assert flow(found, "USA", "JPN", "810820")["diversion"] > 0
    assert found.clearing < 1e-10
    totals = found.totals
    assert totals["diverted_from_non_parties"] > 0
    assert totals["welfare"] == pytest.approx(
        totals["consumer_gain"] + totals["revenue_change"] + totals["producer_gain"]
    )
    for table in (found.by_product, found.by_stage):
        assert table["welfare"].sum() == pytest.approx(totals["welfare"])
    assert found.by_partner["producer_gain"].sum() == pytest.approx(totals["producer_gain"])
    if model is not EffectsModel.GSIM:
        assert found.flows["diversion"].sum() == pytest.approx(0, abs=1)
    rows = found.by_product.set_index("product")
    assert rows.loc["810820", "partner_share"] == pytest.approx(340 / 540)
    assert rows.loc["810820", "partner_share_after"] > rows.loc["810820", "partner_share"]
    for share in ("share_before", "share_after"):
        sums = found.flows.groupby(["importer", "product"])[share].sum()
        np.testing.assert_allclose(sums, 1)
    low, high = found.ranges["creation"]
    assert low < totals["creation"] < high


def test_welfare_of_diversion_is_the_duty_lost_on_it(free: Agreement, market: Market) -> None:
    """With infinite supply: the mean duty on each supplier's change of trade."""
    found = effects_with(
        evaluated(free, diverting(market)),
        estimates(("810820", -4.0)),
        EffectsModel.INFINITE_SUPPLY,
    )
    china = flow(found, "USA", "CHN", "810820")
    assert china["duty_before"] == pytest.approx(0.15)
    assert china["welfare"] == pytest.approx(0.15 * china["diversion"])
    assert found.totals["producer_gain"] == 0


def test_finite_supply_shares_the_gain_with_producers(free: Agreement, market: Market) -> None:
    evaluation = evaluated(free, market)
    endless = effects_with(evaluation, estimates(), EffectsModel.INFINITE_SUPPLY)
    finite = effects_with(evaluation, estimates(), EffectsModel.FINITE_SUPPLY)
    assert 0 < finite.totals["creation"] < endless.totals["creation"]
    assert finite.totals["producer_gain"] > 0
    assert finite.totals["consumer_gain"] < endless.totals["consumer_gain"]


def test_cuts_for_everyone_reach_non_parties(free: Agreement, market: Market) -> None:
    everyone = replace(free, treatment=replace(free.treatment, basis=TreatmentBasis.EXTENDED))
    found = effects_with(
        evaluated(everyone, diverting(market)), estimates(), EffectsModel.INFINITE_SUPPLY
    )
    china = flow(found, "USA", "CHN", "810820")
    assert (china["duty_after"], china["diversion"]) == (0.0, pytest.approx(0, abs=1e-6))
    assert china["creation"] > 0


def test_cuts_for_everyone_tell_nothing_where_no_duty_is_known(
    free: Agreement, market: Market
) -> None:
    everyone = replace(free, treatment=replace(free.treatment, basis=TreatmentBasis.EXTENDED))
    found = effects_with(evaluated(everyone, market), estimates())
    known = ~found.flows["duty_before"].isna()
    assert (found.flows["claimed_share"].notna() == known).all()
    rows = found.by_partner.set_index("economy")
    assert np.isfinite(rows.loc["USA", "welfare"])
    lost = lost_buyers(found)
    assert lost
    assert rows.loc[list(lost), ["consumer_gain", "revenue_change", "welfare"]].isna().all().all()
    assert any("Without what" in note for note in explain_effects(found, "welfare").notes)


def test_a_cut_for_everyone_is_one_of_the_mfn_rate(free: Agreement, market: Market) -> None:
    """Five points off an MFN rate of 15 % do nothing for Australia, which pays 3 % already."""
    margin = StagingCategory("A", StagingFormula.MARGIN, value=0.05)
    treatment = Treatment(basis=TreatmentBasis.EXTENDED, staging=(margin,))
    text = replace(
        free,
        treatment=treatment,
        parameters=replace(free.parameters, small_parcel_share=0.2),
    )
    row = ("USA", "AUS", "AUS", "810820", 100e6, False)
    more = pd.DataFrame([row], columns=market.flows.columns)
    traded = replace(market, flows=pd.concat([market.flows, more], ignore_index=True))
    evaluation = evaluated(text, traded)
    found = effects_with(evaluation, estimates(), EffectsModel.INFINITE_SUPPLY)
    japan, australia = (flow(found, "USA", exporter, "810820") for exporter in ("JPN", "AUS"))
    assert japan["duty_after"] == pytest.approx(0.15 - 0.8 * 0.05)
    assert australia["duty_after"] == australia["duty_before"] == 0.03
    forgone = extended(evaluation).totals["partner_duty_forgone"]
    cut = found.flows["duty_before"] - found.flows["duty_after"]
    partners = found.flows["partner"]
    assert (cut * found.flows["value"])[partners].sum() == pytest.approx(forgone)


@pytest.mark.parametrize("model", ALL_MODELS)
def test_where_no_trade_is_known_nothing_is_zero(
    free: Agreement, market: Market, model: EffectsModel
) -> None:
    blind = replace(market, flows=market.flows.iloc[:0], traded=frozenset())
    found = effects_with(evaluated(free, blind), estimates(), model)
    assert all(np.isnan(value) for value in found.totals.values())
    data = effects_data(found)
    assert data["totals"]["welfare"] is None
    assert data["ranges"]["welfare"] == {"low": None, "high": None}
    assert explain_effects(found, "welfare").value is None
    assert set(found.dropped["why"]) == {"trade of the covered lines is not known"}
    assert found_in(Needs.TRADE_EFFECTS, found.evaluation.agreement, found) == ()


def test_dropped_lanes_say_why(effects: TradeEffects) -> None:
    why = effects.dropped.set_index(["importer", "exporter", "product"])["why"]
    assert why[("JPN", "USA", "810820")] == "duty not known: no MFN rate in the database"
    assert not effects.dropped["why"].eq("").any()


def test_elasticities_name_their_source(agreement: Agreement) -> None:
    stated = replace(
        agreement,
        elasticities=(
            StatedElasticity("a study", demand=-2.0),
            StatedElasticity("another", (HSRange.parse("8505.11"),), demand=-3.0, supply=5.0),
        ),
    )
    codes = ("810820", "850511")
    used = elasticities_in_use(stated, codes, estimates(("810820", -6.0)), False)
    assert used.demand.tolist() == [-2.0, -3.0]
    assert used.substitution.tolist() == [6.0, 1.5]
    assert used.supply.tolist() == [1.5, 5.0]
    assert used.between.tolist() == [3.0, 0.75]
    rows = used.sources.set_index("product")
    assert rows.loc["850511", "demand_source"] == "stated in the agreement: another"
    assert rows.loc["810820", "substitution_source"] == "test estimates, own code"
    assert rows.loc["850511", "substitution_source"] == SUBSTITUTION_SOURCE
    assert (rows.loc["810820", "demand_low"], rows.loc["810820", "demand_high"]) == (-1.0, -4.0)
    endless = elasticities_in_use(stated, codes, estimates(), True)
    assert endless.supply.tolist() == [99.0, 99.0]


@pytest.mark.parametrize("model", ALL_MODELS)
def test_explanations_findings_and_data(
    free: Agreement, market: Market, model: EffectsModel
) -> None:
    found = effects_with(evaluated(free, diverting(market)), estimates(), model)
    for figure in found.totals:
        told = explain_effects(found, figure)
        assert told.value == found.totals[figure]
        assert told.formula
        assert figure in TITLES
    told = explain_effects(found, "welfare", "product", "810820")
    assert {"Em", "σ", "Ex"} <= {term.symbol for term in told.terms}
    assert all(term.source for term in told.terms if term.symbol in ("Em", "σ", "Ex"))
    sold = explain_effects(found, "exports_change", "economy", "JPN").value
    assert isinstance(sold, float)
    assert sold > 0
    assert {f.id for f in found_in(Needs.TRADE_EFFECTS, found.evaluation.agreement, found)} <= {
        "partner-loses",
        "default-elasticities",
        "diverts-more-than-it-creates",
        "beyond-the-model",
    }
    data = effects_data(found)
    text = json.dumps(data, allow_nan=False)
    assert '"8108.20"' in text
    assert data["totals"]["welfare"] == found.totals["welfare"]
    tables = effects_tables(found)
    assert next(iter(tables)) == "Lanes"
    assert np.isclose(tables["Lanes"]["welfare"].sum(), found.totals["welfare"])


def test_a_buyer_whose_duties_are_not_known_has_no_revenue_figure(
    free: Agreement, market: Market
) -> None:
    lines = market.tariff_lines
    known = replace(market, tariff_lines=lines[lines["importer"] != "JPN"])
    rows = effects_with(evaluated(free, known), estimates()).by_partner.set_index("economy")
    assert rows.loc["JPN", ["imports", "revenue_change", "consumer_gain"]].isna().all()
    assert rows.loc["JPN", "producer_gain"] > 0
    assert np.isnan(rows.loc["JPN", "welfare"])  # of its producers alone it would be no welfare
    assert rows.loc["USA", "revenue_change"] < 0
    found = effects_with(evaluated(free, known), estimates())
    (gap,) = (gap for gap in effects_data(found)["gaps"] if gap["where"] == "by partner")
    assert "JPN" in gap["what"]
    told = explain_effects(found, "welfare", "economy", "JPN")
    assert told.value is None
    assert told.notes[0].startswith("Nothing it buys from partners could be computed")


@pytest.mark.parametrize("model", ALL_MODELS)
@pytest.mark.parametrize("blind", ["", "JPN"])
def test_parts_add_up_to_welfare_in_every_aggregate(
    free: Agreement, market: Market, model: EffectsModel, blind: str
) -> None:
    lines = market.tariff_lines
    known = replace(market, tariff_lines=lines[lines["importer"] != blind])
    found = effects_with(evaluated(free, known), estimates(), model)
    parts = ["consumer_gain", "revenue_change", "producer_gain"]
    tables = (found.flows, found.by_partner, found.by_product, found.by_stage)
    for table in (*tables, pd.DataFrame([found.totals])):
        assert len(table)
        shown = table[parts].notna().all(axis=1)
        assert shown.equals(table["welfare"].notna())  # a part that is missing is missing in it
        np.testing.assert_allclose(
            table.loc[shown, parts].sum(axis=1), table.loc[shown, "welfare"], atol=1e-6
        )
    if blind:
        rows = found.by_partner.set_index("economy")
        assert np.isnan(rows.loc[blind, "welfare"])
        assert not np.isnan(rows.loc["USA", "welfare"])


def test_products_split_equally_are_marked(free: Agreement, market: Market) -> None:
    split = market.flows["product"] == "850511"
    marked = replace(market, flows=market.flows.assign(equal_split=split))
    found = effects_with(evaluated(free, marked), estimates())
    rows = found.by_product.set_index("product")["equal_split"]
    assert rows["850511"]
    assert not rows.drop("850511").any()
    assert found.flows.loc[found.flows["equal_split"], "product"].unique().tolist() == ["850511"]
    assert explain_effects(found, "welfare", "product", "850511").notes[0] == SPLIT_NOTE
    (row,) = (r for r in effects_data(found)["by_product"] if r["product"] == "8505.11")
    assert row["equal_split"] is True
    assert effects_tables(found)["By product"]["equal_split"].sum() == 1


@pytest.mark.parametrize("model", [EffectsModel.GSIM, EffectsModel.ARMINGTON])
def test_the_range_moves_forward_and_can_be_stopped(
    free: Agreement, market: Market, model: EffectsModel
) -> None:
    evaluation, table = evaluated(free, market), estimates()
    seen: list[float] = []
    effects_with(evaluation, table, model, Progress(lambda d, t, _: seen.append(d / t)))
    assert seen == sorted(seen)
    assert seen[-1] == 1
    asked = iter([False] * (len(seen) // 2))
    with pytest.raises(Cancelled):
        effects_with(evaluation, table, model, Progress(None, lambda: next(asked, True)))
