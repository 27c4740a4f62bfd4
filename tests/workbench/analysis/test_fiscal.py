"""What incentives other than duty cost, by importing partner."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.fiscal import PAYERS, fiscal
from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation
from workbench.model.agreement import Agreement
from workbench.model.commitments import Incentive, IncentiveKind
from workbench.model.nomenclature import HSRange

TITANIUM = (HSRange.parse("8108.20"),)


def evaluated(market: Market, agreement: Agreement, *incentives: Incentive) -> Evaluation:
    text = replace(agreement, incentives=incentives)
    return evaluate(text, build_baseline(market, text), complete=False)


def test_a_credit_costs_its_rate_on_what_claims(market: Market, agreement: Agreement) -> None:
    credit = Incentive("credit", IncentiveKind.TAX_CREDIT, 0.02, "", products=TITANIUM)
    result = evaluated(market, agreement, credit)
    lanes = result.lanes
    rows = lanes[(lanes["product"] == "810820") & (lanes["importer"] == "USA")]
    found = fiscal(result)
    by = found.rows.set_index("importer")
    assert by.loc["USA", "cost"] == pytest.approx(0.02 * rows["claimed"].sum())
    assert by.loc["AUS", "cost"] == 0
    assert found.raised == 0


def test_a_charge_raises_revenue_and_costs_no_treasury(
    market: Market, agreement: Agreement
) -> None:
    magnets = (HSRange.parse("8505.11"),)
    charge = Incentive(
        "charge", IncentiveKind.EXTERNAL_CHARGE, 0.03, "", importers=("USA",), products=magnets
    )
    result = evaluated(market, agreement, charge)
    found = fiscal(result)
    lanes = result.lanes
    rows = lanes[(lanes["product"] == "850511") & (lanes["importer"] == "USA")]
    unclaimed = (rows["value"] - rows["claimed"]).sum()
    outside = 700e6 + 80e6  # from China, and the European Union, which takes no part
    assert found.cost == 0
    assert found.raised == pytest.approx(0.03 * (unclaimed + outside))
    assert list(found.rows["importer"]) == ["USA"]


def test_what_is_not_known_is_left_out(market: Market, agreement: Agreement) -> None:
    """No duty of Japan is known: nothing is said of its cost, and its charge meets no trade."""
    credit = Incentive("credit", IncentiveKind.TAX_CREDIT, 0.02, "", importers=("JPN",))
    charge = Incentive("charge", IncentiveKind.EXTERNAL_CHARGE, 0.03, "", importers=("JPN",))
    found = fiscal(evaluated(market, agreement, credit, charge))
    of_credit, of_charge = found.of((0,)).iloc[0], found.of((1,)).iloc[0]
    assert np.isnan([of_credit["claimed"], of_credit["cost"], of_credit["paid"]]).all()
    assert of_charge["raised"] == 0
    assert fiscal(evaluated(market, agreement, credit)).cost is None


def test_small_parcels_pay_no_charge(market: Market, agreement: Agreement) -> None:
    charge = Incentive("charge", IncentiveKind.EXTERNAL_CHARGE, 0.03, "")
    half = replace(agreement, parameters=replace(agreement.parameters, small_parcel_share=0.5))
    assert fiscal(evaluated(market, half, charge)).raised == pytest.approx(
        fiscal(evaluated(market, agreement, charge)).raised / 2
    )


def test_what_the_text_says_costs_nothing_costs_nothing(
    market: Market, agreement: Agreement
) -> None:
    free = Incentive("credit", IncentiveKind.TAX_CREDIT, 0.02, "", fiscal_cost=False)
    floor = Incentive("floor", IncentiveKind.PRICE_FLOOR, 0.02, "")
    assert fiscal(evaluated(market, agreement, free, floor)).cost == 0


def test_a_relief_shrinks_with_named_inputs(market: Market, agreement: Agreement) -> None:
    whole = Incentive("relief", IncentiveKind.SPECIAL_DUTY_RELIEF, 0.05, "", products=TITANIUM)
    less = replace(whole, named_economies=("CHN",))
    rows = []
    for incentive in (whole, less):
        result = evaluated(market, agreement, incentive)
        paid, claimed = (
            fiscal(result).cost,
            result.lanes.loc[(result.lanes["product"] == "810820"), "claimed"].sum(),
        )
        rows.append(paid / claimed)
    # 0.1 of the 0.55 of materials comes from China.
    assert rows[0] == pytest.approx(0.05)
    assert rows[1] == pytest.approx(0.05 * (1 - 0.1 / 0.55))


def test_fees_cost_their_share_of_a_consignment(market: Market, agreement: Agreement) -> None:
    fee = Incentive("fee", IncentiveKind.FEE_RELIEF, 0.003, "", 30.0, 100.0)
    result = evaluated(market, agreement, fee)
    assert fiscal(result).cost == pytest.approx(100 / 50_000 * result.totals["claimed"])


def test_every_kind_has_a_payer() -> None:
    assert set(PAYERS) == set(IncentiveKind)
