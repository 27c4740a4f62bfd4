"""Single figures of the tables of supply and of trade effects, told."""

import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Unit
from workbench.analysis.market import Market
from workbench.analysis.supply_explain import SUPPLY_FIGURES, explain_supply
from workbench.analysis.trade_effects import TradeEffects, trade_effects
from workbench.analysis.trade_effects_view import explain_dropped, explain_elasticity
from workbench.model.agreement import Agreement

ROW = {
    "product": "850511",
    "mineral": "rare earths",
    "economy": "CHN",
    "partner": False,
    "mine_share": 0.7,
    "refine_share": float("nan"),
    "export_share": 0.6,
    "origin_gap": -0.1,
}


def test_a_share_of_a_supplier() -> None:
    told = explain_supply(ROW, "mine_share")
    assert (told.subject, told.value, told.unit) == ("8505.11", 0.7, Unit.SHARE)
    terms = {term.meaning: term.value for term in told.terms}
    assert terms["Economy"] == "China"
    assert terms["Share of world exports"] == 0.6
    assert terms["Share of refinery output"] is None
    assert explain_supply(ROW, "refine_share").value is None
    assert "origin_gap" in SUPPLY_FIGURES
    with pytest.raises(KeyError):
        explain_supply(ROW, "economy")


def test_an_input_is_told_by_its_own_code() -> None:
    row = {"output": "850511", "input": "284690", "material": "rare earths", "tier": 1}
    told = explain_supply({**row, "partner_share": 0.2}, "partner_share")
    assert (told.subject, told.value) == ("2846.90", 0.2)
    assert any(term.value == "8505.11" for term in told.terms)


@pytest.fixture
def effects(agreement: Agreement, market: Market) -> TradeEffects:
    evaluation = evaluate(agreement, build_baseline(market, agreement), complete=False)
    return trade_effects(evaluation, None)


@pytest.mark.parametrize("name", ["demand", "substitution", "supply"])
def test_an_elasticity_with_its_source(effects: TradeEffects, name: str) -> None:
    told = explain_elasticity(effects, "810820", name)
    row = effects.elasticities.sources.set_index("product").loc["810820"]
    assert told.value == row[name]
    assert told.terms[0].value == row[f"{name}_source"]


def test_a_dropped_flow_says_why(effects: TradeEffects) -> None:
    told = explain_dropped(effects, 0)
    row = effects.dropped.iloc[0]
    assert told.value == row["value"]
    assert row["why"] in told.notes[0]
