"""Headlines for many settings at once are those of `evaluate`, setting by setting."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.content import member_mask
from workbench.analysis.evaluation import evaluate
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.leverage_draws import TOLERANCE
from workbench.analysis.market import Market
from workbench.analysis.uncertainty import FOREIGN_CONTENT, LINE_RATE, assumptions_of, draw
from workbench.errors import Cancelled
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    BillOfInputs,
    Incentive,
    IncentiveKind,
    InputShare,
    StagingCategory,
    StagingFormula,
    Treatment,
    TreatmentBasis,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Stage
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Absorption,
    AllOf,
    Cumulation,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)
from workbench.progress import Progress

MAGNETS = HSRange.parse("8505.11")
NET_COST = RegionalValueContent(RvcMethod.NET_COST, 0.4)
BUILD_UP = RegionalValueContent(RvcMethod.BUILD_UP, 0.35)
FEES = Incentive("fee", IncentiveKind.FEE_RELIEF, 0.003464, "fee", 31.67, 614.35)
CREDIT = Incentive(
    "credit",
    IncentiveKind.SPECIAL_DUTY_RELIEF,
    0.05,
    "test",
    products=(MAGNETS,),
    named_economies=("CHN",),
)
BILL = BillOfInputs(
    (MAGNETS,),
    (InputShare(HSRange.parse("2805"), 0.3), InputShare(HSRange.parse("8505"), 0.2)),
    "test",
)
STAGED = Treatment(staging=(StagingCategory("A", StagingFormula.SWISS, value=0.05),))


def variants(base: Agreement) -> dict[str, Agreement]:
    """Agreements that together use all that a setting can change."""
    shift = TariffShift(ShiftFrom.HEADING)
    return {
        "build-down": base,
        "net cost": replace(base, origin=replace(base.origin, default_rule=NET_COST)),
        "build-up": replace(base, origin=replace(base.origin, default_rule=BUILD_UP)),
        "fees and relief": replace(base, incentives=(FEES, CREDIT)),
        "staged, two rules": replace(
            base,
            treatment=STAGED,
            bills_of_inputs=(BILL,),
            origin=OriginProvisions(
                default_rule=NET_COST,
                product_rules=(ProductRule((MAGNETS,), AllOf((shift, BUILD_UP))),),
            ),
        ),
        "no split known": replace(base, origin=replace(base.origin, default_rule=shift)),
        "tracing": replace(base, origin=replace(base.origin, absorption=Absorption.TRACING)),
        "diagonal": replace(base, origin=replace(base.origin, cumulation=Cumulation.DIAGONAL)),
    }


NAMES = (
    "build-down",
    "net cost",
    "build-up",
    "fees and relief",
    "staged, two rules",
    "no split known",
    "tracing",
    "diagonal",
)


def assert_same(found: dict[str, float], totals: dict[str, float | None]) -> None:
    for name in HEADLINES:
        wanted = totals[name]
        if wanted is None or np.isnan(wanted):
            assert np.isnan(found[name]), name
        else:
            assert found[name] == pytest.approx(wanted, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", [None, 1])
def test_parameters_drawn_jointly(
    market: Market, agreement: Agreement, name: str, year: int | None
) -> None:
    text = variants(agreement)[name]
    baseline = build_baseline(market, text)
    assumptions = assumptions_of(text)
    settings = {
        a.name: values
        for a in assumptions
        if not a.is_data
        for values in (draw(assumptions, 4, 7)[a.name],)
    }
    found = Headlines(text, baseline, year, assumptions).at(settings)
    for place in range(4):
        changes = {key: float(values[place]) for key, values in settings.items()}
        drawn = replace(text, parameters=replace(text.parameters, **changes))
        totals = evaluate(drawn, baseline, year=year, complete=False).totals
        assert_same({key: values[place] for key, values in found.items()}, totals)


@pytest.mark.parametrize("name", ["build-down", "build-up", "tracing"])
@pytest.mark.parametrize("scale", [0.9, 1.1])
def test_content_scaled(market: Market, agreement: Agreement, name: str, scale: float) -> None:
    text = variants(agreement)[name]
    baseline = build_baseline(market, text)
    outside = ~member_mask(baseline.content.origins, baseline.partners)
    content = replace(
        baseline.content,
        declared=np.where(outside, scale * baseline.content.declared, baseline.content.declared),
        traced=np.where(outside, scale * baseline.content.traced, baseline.content.traced),
    )
    found = Headlines(text, baseline, None, assumptions_of(text)).at(
        {FOREIGN_CONTENT: np.array([scale])}
    )
    totals = evaluate(text, replace(baseline, content=content), complete=False).totals
    assert_same({key: values[0] for key, values in found.items()}, totals)


def at_lines(baseline: Baseline, share: float) -> Baseline:
    """The baseline with MFN duties moved towards the lowest (-1) or highest line (1)."""
    duties = baseline.duties
    base = duties.base_duty.copy()
    for i in range(base.shape[0]):
        for x in range(base.shape[1]):
            for k in range(base.shape[2]):
                if duties.base_regime[i, x, k] == "MFN":
                    end = duties.mfn_high[i, k] if share > 0 else duties.mfn_low[i, k]
                    base[i, x, k] += abs(share) * (end - base[i, x, k])
    return replace(baseline, duties=replace(duties, base_duty=base))


@pytest.mark.parametrize("name", ["build-down", "staged, two rules"])
@pytest.mark.parametrize("share", [-1.0, -0.4, 0.7, 1.0])
def test_rates_among_the_lines(
    market: Market, agreement: Agreement, name: str, share: float
) -> None:
    text = variants(agreement)[name]
    baseline = build_baseline(market, text)
    found = Headlines(text, baseline, None, assumptions_of(text)).at({LINE_RATE: np.array([share])})
    totals = evaluate(text, at_lines(baseline, share), complete=False).totals
    assert_same({key: values[0] for key, values in found.items()}, totals)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", [None, 1])
def test_leverage_gaps_are_those_of_each_setting_alone(
    market: Market, agreement: Agreement, name: str, year: int | None
) -> None:
    text = variants(agreement)[name]
    baseline = build_baseline(market, text)
    assumptions = assumptions_of(text)
    settings = {
        a.name: values
        for a in assumptions
        if not a.is_data
        for values in (draw(assumptions, 4, 11)[a.name],)
    }
    headlines = Headlines(text, baseline, year, assumptions)
    found = headlines.leverage_gaps(settings)
    for place in range(4):
        changes = {key: float(values[place]) for key, values in settings.items()}
        drawn = replace(text, parameters=replace(text.parameters, **changes))
        wanted = evaluate(drawn, baseline, year=year).totals["leverage_gap"]
        if wanted is None:
            assert not np.isfinite(found[place])
        else:
            assert found[place] == pytest.approx(wanted, abs=2 * TOLERANCE)
    gap = evaluate(text, baseline, year=year).totals["leverage_gap"]
    assert headlines.leverage_gap() == gap


@pytest.mark.parametrize("share", [-1.0, 0.7])
def test_a_leverage_gap_follows_the_data(
    market: Market, agreement: Agreement, share: float
) -> None:
    baseline = build_baseline(market, agreement)
    headlines = Headlines(agreement, baseline, None, assumptions_of(agreement))
    found = headlines.leverage_gaps({LINE_RATE: np.array([share])})
    wanted = evaluate(agreement, at_lines(baseline, share)).totals["leverage_gap"]
    assert found[0] == pytest.approx(wanted, abs=2 * TOLERANCE)


def test_a_target_out_of_reach_has_no_end(market: Market, agreement: Agreement) -> None:
    baseline = build_baseline(market, agreement)
    headlines = Headlines(agreement, baseline, None, assumptions_of(agreement))
    gaps = headlines.leverage_gaps({"never_claims_share": np.array([0.0, 0.1, 0.2, 0.5])})
    assert np.isfinite(gaps[:2]).all()
    assert np.isinf(gaps[2:]).all()


def test_lanes_alike_are_one(market: Market, agreement: Agreement) -> None:
    """A second product with the duty, content and rule of another makes no new kind of lane."""

    def with_twin(frame: pd.DataFrame) -> pd.DataFrame:
        more = frame[frame["product"] == "850511"]
        return pd.concat([frame, more.assign(product="850519")], ignore_index=True)

    twin = replace(
        market,
        products=(*market.products, "850519"),
        traded=market.traded | {"850519"},
        flows=with_twin(market.flows),
        tariff_lines=with_twin(market.tariff_lines),
        sector_of=market.sector_of | {"850519": "C27"},
    )
    entry = CoveredProducts((MAGNETS, HSRange.parse("8505.19")), stage=Stage.DOWNSTREAM)
    text = replace(
        agreement,
        coverage=ProductCoverage((agreement.coverage.entries[0], entry)),
        incentives=(Incentive("credit", IncentiveKind.TAX_CREDIT, 0.02, "test"),),
    )
    baseline = build_baseline(twin, text)
    headlines = Headlines(text, baseline, None, assumptions_of(text))
    assert headlines.kinds < headlines.lanes
    found = {name: values[0] for name, values in headlines.at({}).items()}
    assert_same(found, evaluate(text, baseline, complete=False).totals)


def test_cuts_extended_to_all_claim_nothing(market: Market, agreement: Agreement) -> None:
    text = replace(agreement, treatment=Treatment(basis=TreatmentBasis.EXTENDED))
    baseline = build_baseline(market, text)
    headlines = Headlines(text, baseline, None, assumptions_of(text))
    found = headlines.at({"premium": np.array([0.05, 0.2])})
    assert np.isnan(found["utilisation"]).all()
    assert (found["covered_trade"] == evaluate(text, baseline).totals["covered_trade"]).all()
    assert headlines.leverage_gap() is None
    assert np.isnan(headlines.leverage_gaps({"premium": np.array([0.05, 0.2])})).all()


def test_it_can_be_stopped(market: Market, agreement: Agreement) -> None:
    headlines = Headlines(
        agreement, build_baseline(market, agreement), None, assumptions_of(agreement)
    )
    stopped = Progress(stopped=lambda: True)
    for work in (headlines.at, headlines.leverage_gaps):
        with pytest.raises(Cancelled):
            work({"premium": np.array([0.1])}, stopped)
