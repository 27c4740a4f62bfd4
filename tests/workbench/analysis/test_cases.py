"""What lanes share is worked out once: the figures are those of each lane worked out alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workbench.analysis.alike import alike, alike_in, alike_pairs
from workbench.analysis.baseline import Baseline, baseline_rows, build_baseline
from workbench.analysis.claiming import LaneTerms, claim
from workbench.analysis.content import content_of_each, lane_content
from workbench.analysis.content_seen import ContentSeen, content_seen, de_minimis_of
from workbench.analysis.evaluation import evaluate, with_leverage
from workbench.analysis.exposure import SUMMED, free_riding_flows, free_riding_routes
from workbench.analysis.incentives import break_even_premium, leverage_gap
from workbench.analysis.market import Market
from workbench.analysis.rule_terms import OriginInputs, rule_terms
from workbench.analysis.rules_by_lane import claiming_parameters, input_rows
from workbench.analysis.treatment import duties_under
from workbench.model.agreement import Agreement
from workbench.model.commitments import BillOfInputs, Incentive, IncentiveKind, InputShare
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyOf,
    Cumulation,
    EconomyCap,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)

Floats = NDArray[np.float64]

PARTNERS = ("USA", "JPN", "EU27", "AUS")
PRODUCTS = ("280461", "280469", "750210", "750220", "810820", "810890", "850511", "850519")
HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
SHIFT = TariffShift(ShiftFrom.HEADING, de_minimis=0.1)
CAP = AllOf((HALF, EconomyCap(("CHN",), 0.05)))
RULES: tuple[Rule, ...] = (
    HALF,
    AnyOf((SHIFT, RegionalValueContent(RvcMethod.BUILD_UP, 0.3))),
    CAP,
    AnyOf((SpecificProcess("melting", 0.6), HALF)),
    TariffShift(ShiftFrom.CHAPTER),
)
BILL = BillOfInputs(
    products=(HSRange.parse("8505"), HSRange.parse("7502.20")),
    inputs=(
        InputShare(HSRange.parse("8505.11"), 0.3, (("CHN", 0.5), ("JPN", 0.5))),
        InputShare(HSRange.parse("2614"), 0.1, (("CHN", 0.4),)),
    ),
    source="a test",
    exporters=("JPN", "EU27"),
)


def _random(market: Market, seed: int) -> Market:
    """Trade, duties and content by chance, some of each missing; rates and sectors repeat."""
    r = np.random.default_rng(seed)
    makers = (*PARTNERS[:2], "AUS", "CHN", "DEU", "FRA")
    rows = [
        (m, "EU27" if x in ("DEU", "FRA") else x, x, code, float(r.lognormal(14, 2)), False)
        for m in PARTNERS
        for x in makers
        for code in PRODUCTS
        if x != m and (m, x[:2]) not in {("EU27", "DE"), ("EU27", "FR")} and r.random() < 0.7
    ]
    lines = [
        (m, f"{code}{n}0", code, "mfn", "", r.choice([0.0, 0.02, 0.05, 0.1, np.nan]), "")
        for m in PARTNERS
        for code in PRODUCTS
        for n in range(r.integers(0, 3))
    ]
    table = market.content
    weight = r.dirichlet(np.full(len(table.origins), 0.5), table.known.shape)
    declared = weight * r.uniform(0.1, 0.9, (*table.known.shape, 1))
    known = r.random(table.known.shape) < 0.9
    return replace(
        market,
        products=PRODUCTS,
        importers=PARTNERS,
        traded=frozenset(PRODUCTS),
        flows=pd.DataFrame(rows, columns=market.flows.columns),
        tariff_lines=pd.DataFrame(
            lines, columns=["importer", "line", "product", "regime", "programme", "rate", "text"]
        ).assign(method="ad valorem", year=2025, source="test"),
        content=replace(table, declared=declared, traced=weight, known=known),
        sector_of={code: table.sectors[n // 4] for n, code in enumerate(PRODUCTS)},
    )


def _agreement(rule: Rule, cumulation: Cumulation, absorption: Absorption) -> Agreement:
    covered = tuple(HSRange.parse(code) for code in (*PRODUCTS[:-1], "8505.19.00"))
    return Agreement(
        title="Test",
        partners=tuple(Partner(code) for code in PARTNERS),
        coverage=ProductCoverage((CoveredProducts(covered[:3]), CoveredProducts(covered[3:]))),
        origin=OriginProvisions(
            default_rule=rule,
            product_rules=(
                ProductRule((HSRange.parse("2804"),), CAP),
                ProductRule((HSRange.parse("7502.20"),), SHIFT, de_minimis=0.2),
            ),
            cumulation=cumulation,
            absorption=absorption,
        ),
        bills_of_inputs=(BILL,),
        incentives=(
            Incentive(
                "relief",
                IncentiveKind.SPECIAL_DUTY_RELIEF,
                0.03,
                "a test",
                named_economies=("CHN",),
            ),
        ),
    )


def _alone(agreement: Agreement, baseline: Baseline, lane: int) -> tuple[LaneTerms, OriginInputs]:
    """One lane, its content by origin taken apart as the method says."""
    codes = (baseline.importer[[lane]], baseline.exporter[[lane]], baseline.product[[lane]])
    content = lane_content(baseline.market, *codes, baseline.bills)
    origin = agreement.origin
    basis = content.traced if origin.absorption is Absorption.TRACING else content.declared
    inside = {
        Cumulation.FULL: set(PARTNERS),
        Cumulation.BILATERAL: {codes[0][0], codes[1][0]},
        Cumulation.NONE: {codes[1][0]},
    }[origin.cumulation]
    foreign = np.array([code not in inside for code in content.origins])
    outside = np.array([code not in PARTNERS for code in content.origins])
    mean = float((basis[0] * foreign).sum())
    non_party = float((basis[0] * outside).sum())
    traced = float((content.traced[0] * outside).sum())
    some = baseline_rows(baseline, np.array([lane]))
    duties = duties_under(agreement, some, None)
    lanes = LaneTerms(
        value_usd=baseline.value_usd[[lane]],
        gross_incentive=duties.gross_incentive,
        ad_valorem_cost=duties.ad_valorem_cost,
        declared_mean=np.array([mean]),
        traced_mean=np.array([traced]),
        non_party_fraction=np.array([non_party / mean if mean else 1.0]),
        duty_cut=duties.base_duty - duties.pref_duty,
    )
    split = np.full((1, len(content.inputs)), np.nan)
    if content.input_declared is not None:
        amounts = (content.input_declared[0] * foreign).sum(axis=1)
        split[0] = amounts / amounts.sum()
    products = (str(codes[2][0]),)
    return lanes, OriginInputs(
        products=products,
        materials_share=content.declared.sum(axis=1),
        net_cost_share=np.array([agreement.parameters.net_cost_share]),
        de_minimis=de_minimis_of(agreement, products),
        input_codes=content.inputs,
        input_shares=split,
        origin_codes=content.origins,
        origin_shares=basis * foreign / mean,
    )


def _checked(
    agreement: Agreement, baseline: Baseline, seen: ContentSeen, lane: int
) -> tuple[LaneTerms, OriginInputs]:
    """One lane with its content to the last bit as seen: integration halves its steps by it."""
    plain, inputs = _alone(agreement, baseline, lane)
    names = ("declared_mean", "traced_mean", "non_party_fraction")
    lanes = replace(plain, **{name: getattr(seen, name)[[lane]] for name in names})
    found = input_rows(seen.inputs, np.array([lane]))
    for name in names:
        assert getattr(lanes, name) == _close(getattr(plain, name)), (name, lane)
    for name in ("materials_share", "net_cost_share", "de_minimis", "input_shares"):
        assert getattr(found, name) == _close(getattr(inputs, name)), (name, lane)
    if found.origin_codes:
        assert found.origin_shares == _close(inputs.origin_shares)
    assert found.products == inputs.products
    return lanes, found


def _close(figures: Floats, tolerance: float = 1e-12) -> object:
    return pytest.approx(figures, rel=tolerance, abs=1e-15, nan_ok=True)


def _plain(agreement: Agreement, baseline: Baseline) -> Iterator[dict[str, float]]:
    """The figures of every lane, one after the other."""
    parameters, seen = claiming_parameters(agreement), content_seen(agreement, baseline)
    for lane in range(len(baseline.k)):
        lanes, inputs = _checked(agreement, baseline, seen, lane)
        own = agreement.product_rule(inputs.products[0])
        rule, group = (own.rule, own.products) if own else (agreement.origin.default_rule, ())
        terms = rule_terms(rule, inputs, None, group)
        claims = claim(lanes, terms, parameters)
        told = {
            "utilisation": claims.utilisation,
            "as_is": claims.as_is,
            "adjusted": claims.adjusted,
            "exposure": claims.exposure,
            "traced_exposure": claims.traced_exposure,
            "break_even_premium": break_even_premium(lanes, terms, parameters).value,
            "leverage_gap": leverage_gap(lanes, terms, parameters).value,
        }
        for name in SUMMED:
            told[name] = getattr(claims, f"{name}_usd")
            if claims.utilisation[0] == 0:
                told[name] = np.zeros(1)
        unclear = ~np.isnan(lanes.gross_incentive + lanes.declared_mean)
        ends = [
            claim(lanes, rule_terms(rule, inputs, share, group), parameters) for share in (0.0, 1.0)
        ]
        for name in ("utilisation", "exposure"):
            both = np.array([getattr(end, name)[0] for end in ends])
            shown = unclear & np.isnan(claims.utilisation)
            told[f"{name}_low"] = np.where(shown, np.fmin(*both), np.nan)
            told[f"{name}_high"] = np.where(shown, np.fmax(*both), np.nan)
        yield {name: float(values[0]) for name, values in told.items()}


@pytest.mark.parametrize("cumulation", [c for c in Cumulation if c is not Cumulation.DIAGONAL])
@pytest.mark.parametrize("number", range(len(RULES)))
def test_figures_are_those_of_each_lane_alone(
    market: Market, number: int, cumulation: Cumulation
) -> None:
    absorption = Absorption.TRACING if number % 2 else Absorption.ROLL_UP
    agreement = _agreement(RULES[number], cumulation, absorption)
    baseline = build_baseline(_random(market, number), agreement)
    result = evaluate(agreement, baseline)
    lanes = result.lanes
    plain = pd.DataFrame(_plain(agreement, baseline))
    for name in plain:
        tolerance = 1e-8 if name == "leverage_gap" else 1e-12  # sought to a billionth
        assert lanes[name].to_numpy() == _close(plain[name].to_numpy(), tolerance), name
    known = plain[baseline.value_usd > -1]
    assert result.totals["claimed"] == pytest.approx(known["claimed"].sum(), rel=1e-12)
    for by in ("importer", "exporter", "product"):
        sums = known.groupby(lanes.loc[known.index, by])[list(SUMMED)].sum(min_count=1)
        table = getattr(result, f"by_{by}").set_index(by).loc[sums.index]
        for name in SUMMED:
            assert table[name].to_numpy() == _close(sums[name].to_numpy()), (by, name)
    for table in (result.by_origin, free_riding_routes(result), free_riding_flows(result)):
        ridden = float(table["free_riding_content"].sum())
        assert ridden == pytest.approx(lanes["free_riding_content"].sum(), rel=1e-12)


@pytest.mark.parametrize("cumulation", Cumulation)
def test_a_row_of_content_for_every_lane_gives_the_same(
    market: Market, cumulation: Cumulation
) -> None:
    agreement = _agreement(CAP, cumulation, Absorption.ROLL_UP)
    baseline = build_baseline(_random(market, 7), agreement)
    assert len(baseline.content.declared) < len(baseline.k)
    single = replace(baseline, content=content_of_each(baseline.content))
    one, other = (evaluate(agreement, each, complete=False) for each in (baseline, single))
    pd.testing.assert_frame_equal(one.lanes, other.lanes, rtol=1e-12)
    pd.testing.assert_frame_equal(one.by_origin, other.by_origin, rtol=1e-12)
    assert one.gaps == other.gaps


def test_figures_that_follow_are_those_that_come_at_once(market: Market) -> None:
    agreement = _agreement(HALF, Cumulation.FULL, Absorption.ROLL_UP)
    baseline = build_baseline(_random(market, 3), agreement)
    at_once = evaluate(agreement, baseline)
    followed = with_leverage(evaluate(agreement, baseline, complete=False))
    pd.testing.assert_frame_equal(at_once.lanes, followed.lanes)
    assert at_once.totals == followed.totals


KEYS = st.lists(st.integers(0, 30), max_size=40)


@given(KEYS, st.sampled_from([1, 1000]))
def test_alike_finds_the_first_of_each(key: list[int], scale: int) -> None:
    numbers = np.array(key, dtype=np.int64) * scale
    first, which = alike(numbers)
    assert (numbers[first][which] == numbers).all()
    assert len(first) == len(set(key))
    assert all(key.index(key[n]) == n for n in first.tolist())


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=40))
def test_alike_pairs_tells_pairs_apart(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    first, which = alike_pairs(one, other)
    assert len(first) == len(set(pairs))
    assert [pairs[n] for n in first[which].tolist()] == pairs


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, np.nan]), st.booleans()), max_size=30))
def test_alike_in_all_columns(rows: list[tuple[float, bool]]) -> None:
    columns = [np.array([float(row[n]) for row in rows]) for n in range(2)]
    first, which = alike_in(columns)
    for column in columns:
        np.testing.assert_array_equal(column[first][which], column)
    assert len(first) == len({repr(row) for row in rows})
