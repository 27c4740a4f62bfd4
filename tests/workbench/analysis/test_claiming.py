"""The claiming kernel against the method's worked check, plain integration, and its own limits."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from workbench.analysis.claiming import (
    ClaimingParameters,
    Claims,
    LaneTerms,
    claim,
    requirement,
    utilisation,
)
from workbench.analysis.rule_terms import All, Any, Leaf, OriginInputs, Terms, rule_terms
from workbench.errors import DefinitionError
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    EconomyCap,
    RegionalValueContent,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

BATTERY_INPUTS = {"8507": 0.5, "2841": 0.2, "7410": 0.1, "3920": 0.2}


def lanes_of(size=1, **changes) -> LaneTerms:
    figures = {
        "value_usd": 1e8,
        "gross_incentive": 0.05,
        "ad_valorem_cost": 0.0,
        "declared_mean": 0.4,
        "traced_mean": 0.4,
        "non_party_fraction": 1.0,
        "duty_cut": 0.05,
    }
    figures |= changes
    return LaneTerms(
        **{k: np.broadcast_to(np.asarray(v, dtype=float), (size,)) for k, v in figures.items()}
    )


def inputs_of(size=1, **changes) -> OriginInputs:
    known = {
        "products": ("870380",) * size,
        "materials_share": np.full(size, 0.6),
        "net_cost_share": np.ones(size),
        "de_minimis": np.zeros(size),
        "input_codes": tuple(HSRange.parse(code) for code in BATTERY_INPUTS),
        "input_shares": np.tile(list(BATTERY_INPUTS.values()), (size, 1)),
        "origin_codes": ("CHN", "ROW"),
        "origin_shares": np.tile([0.6, 0.4], (size, 1)),
    }
    return OriginInputs(**(known | changes))


def leaf(alpha, beta, attainable=True, capped=False, size=1) -> Leaf:
    alpha, beta = (np.broadcast_to(np.asarray(x, dtype=float), (size,)) for x in (alpha, beta))
    possible = np.broadcast_to(np.asarray(attainable, dtype=bool), (size,))
    return Leaf(alpha, beta, possible, elsewhere=alpha if capped else None)


def build_down(at_least: float) -> RegionalValueContent:
    return RegionalValueContent(RvcMethod.BUILD_DOWN, at_least)


SHIFT = TariffShift(ShiftFrom.ANY_OTHER_PRODUCT, (HSRange.parse("8507"),), de_minimis=0.10)


def one(rule: Rule, parameters=None, **changes) -> Claims:
    terms = rule_terms(rule, inputs_of())
    return claim(lanes_of(**changes), terms, parameters or ClaimingParameters())


# --- the worked check of the method -----------------------------------------------------------

WORKED = [
    (AnyGood(), 0.05, (0.937615, 0.937615, 37_504_602, 0, 0.400000, 1_875_230)),
    (build_down(0.5), 0.05, (0.929845, 0.680070, 34_355_073, 2_608_855, 0.369471, 1_717_754)),
    (build_down(0.75), 0.05, (0.851358, 0.184494, 19_985_082, 12_086_567, 0.234743, 999_254)),
    (WhollyObtained(), 0.05, (0.523138, 0, 0, 15_484_053, 0, 0)),
    (SHIFT, 0.05, (0.912002, 0.106775, 26_879_446, 9_217_997, 0.294730, 1_343_972)),
    (
        AllOf((build_down(0.5), SHIFT)),
        0.05,
        (0.911818, 0.106775, 26_859_749, 9_221_617, 0.294574, 1_342_987),
    ),
    (
        AnyOf((build_down(0.5), SHIFT)),
        0.05,
        (0.930030, 0.680070, 34_374_769, 2_605_235, 0.369609, 1_718_738),
    ),
    (build_down(0.5), 0.02, (0.752592, 0.596436, 26_985_013, 1_065_644, 0.358561, 539_700)),
]


@pytest.mark.parametrize(("rule", "duty", "expected"), WORKED)
def test_worked_check(rule, duty, expected):
    claims = one(rule, gross_incentive=duty, duty_cut=duty)
    found = (
        claims.utilisation,
        claims.as_is,
        claims.free_riding_content_usd,
        claims.resourced_content_usd,
        claims.exposure,
        claims.leakage_usd,
    )
    for figure, value in zip(found, expected, strict=True):
        assert figure[0] == pytest.approx(value, rel=1.5e-6, abs=1e-6)
    assert claims.adjusted[0] == claims.utilisation[0] - claims.as_is[0]
    assert claims.duty_forgone_usd[0] == pytest.approx(duty * 1e8 * expected[0], rel=1e-6)


def test_worked_check_of_traced_content():
    claims = one(build_down(0.5), traced_mean=0.52)
    assert claims.traced_free_riding_content_usd[0] == pytest.approx(45_513_218, rel=1e-6)
    assert claims.traced_exposure[0] == pytest.approx(0.489471, abs=5e-7)
    assert claims.free_riding_content_usd[0] == pytest.approx(34_355_073, rel=1e-6)
    assert claims.traced_leakage_usd[0] == pytest.approx(0.05 * 45_513_218, rel=1e-6)


@pytest.mark.parametrize("rule", [AnyGood(), build_down(0.5), WhollyObtained(), SHIFT])
def test_nothing_is_claimed_where_nothing_is_gained(rule):
    claims = one(rule, gross_incentive=0.0, duty_cut=0.0)
    assert claims.utilisation[0] == 0
    assert claims.free_riding_content_usd[0] == 0
    assert claims.leakage_usd[0] == 0
    assert np.isnan(claims.exposure[0])
    assert np.isnan(claims.traced_exposure[0])


# --- against plain integration ------------------------------------------------------------------


def needs(terms: Terms, lane: int, n: float, rest: float) -> tuple[float, float]:
    """s and r of one producer, written as the method writes them."""
    if isinstance(terms, Leaf):
        if not terms.attainable[lane]:
            return np.inf, np.inf
        s = max(0.0, terms.alpha[lane] * n - terms.beta[lane])
        if terms.elsewhere is None:
            return s, s
        share = terms.elsewhere[lane]
        rest = max(rest, 1e-300)
        return s, s * rest / ((1 - share) + share * rest)
    found = [needs(part, lane, n, rest) for part in terms.parts]
    if isinstance(terms, All):
        return max(s for s, _ in found), max(r for _, r in found)
    return min(found, key=lambda pair: pair[0])


def leaves_of(terms: Terms) -> list[Leaf]:
    if isinstance(terms, Leaf):
        return [terms]
    return [found for part in terms.parts for found in leaves_of(part)]


def sign_changes(function, grid) -> list[float]:
    values = [function(x) for x in grid]
    found = []
    for low, high, at_low, at_high in zip(grid, grid[1:], values, values[1:], strict=False):
        if np.isfinite(at_low + at_high) and at_low * at_high < 0:
            for _ in range(50):
                middle = 0.5 * (low + high)
                if function(middle) * at_low <= 0:
                    high = middle
                else:
                    low = middle
            found.append(0.5 * (low + high))
    return found


def plain(lanes: LaneTerms, terms: Terms, parameters: ClaimingParameters, lane: int):
    """E of c, c(s = 0), c r, c pi (N - r) and c times traced content, by adaptive integration.

    In the logarithm of N below one half and of 1 - N above it, cut where anything has a kink.
    """
    gain = lanes.gross_incentive[lane] - lanes.ad_valorem_cost[lane]
    mean, pi = lanes.declared_mean[lane], lanes.non_party_fraction[lane]
    offset = lanes.traced_mean[lane] - pi * mean
    k, size, sigma, fixed, premium = (
        np.broadcast_to(getattr(parameters, name), (len(lanes.value_usd),))[lane]
        for name in ("concentration", "consignment_usd", "sigma", "fixed_cost_usd", "premium")
    )

    def figures(n, rest):
        s, r = needs(terms, lane, n, rest)
        net = gain - premium * s if np.isfinite(s) else -np.inf
        if net <= 0:
            return np.zeros(5)
        c = 1.0 if fixed == 0 else special.ndtr(np.log(size * net / fixed) / sigma)
        traced = min(1.0, max(0.0, pi * (n - r) + offset))
        return c * np.array([1, s == 0, r, pi * (n - r), traced])

    p, q = mean * k, (1 - mean) * k
    if p == 0 or q == 0:
        return figures(mean, 1 - mean)

    edge = np.geomspace(1e-12, 1e-2, 20)
    grid = [0, *edge, *np.linspace(0.02, 0.98, 40), *(1 - edge[::-1]), 1]
    spread = np.sqrt(mean * (1 - mean) / (k + 1))
    kinks = [mean + z * spread for z in (-6, -3, -1, 0, 1, 3, 6)]
    for part in leaves_of(terms):
        for z in (-6, -3, -1, 1, 3, 6):
            least = fixed / size * np.exp(z * sigma)
            kinks += sign_changes(
                lambda n, part=part, least=least: (
                    gain - premium * (part.alpha[lane] * n - part.beta[lane]) - least
                ),
                grid,
            )
        for bound in (0, 1):
            kinks += sign_changes(
                lambda n, part=part, bound=bound: (
                    pi * (n - needs(part, lane, n, 1 - n)[1]) + offset - bound
                ),
                grid,
            )
        kinks += sign_changes(lambda n, part=part: part.alpha[lane] * n - part.beta[lane], grid)
        for other in leaves_of(terms):
            for which in (0, 1):
                kinks += sign_changes(
                    lambda n, part=part, other=other, which=which: (
                        needs(part, lane, n, 1 - n)[which] - needs(other, lane, n, 1 - n)[which]
                    ),
                    grid,
                )
    kinks = np.array(kinks)
    norm = special.betaln(p, q)
    tiny = 1e-40
    total = figures(1e-300, 1.0) * np.exp(p * np.log(tiny) - norm) / p
    total = total + figures(1.0, 1e-300) * np.exp(q * np.log(tiny) - norm) / q
    for near, far, own, swap in ((p, q, kinks, False), (q, p, 1 - kinks, True)):

        def density(y, near=near, far=far, swap=swap):
            close, away = np.exp(y), -np.expm1(y)
            at = figures(away, close) if swap else figures(close, away)
            return at * np.exp(near * y + (far - 1) * np.log(away) - norm)

        inner = own[(own > tiny) & (own < 0.5)]
        cuts = np.unique(np.log([tiny, 1e-20, 1e-8, 0.5, *inner]))
        for low, high in pairwise(cuts):
            total = (
                total
                + integrate.quad_vec(density, low, high, epsabs=1e-12, epsrel=1e-11, limit=2000)[0]
            )
    return total


def figures_of(claims: Claims, lanes: LaneTerms, lane: int):
    value = lanes.value_usd[lane]
    return np.array(
        [
            claims.utilisation[lane],
            claims.as_is[lane],
            claims.resourced_content_usd[lane] / value,
            claims.free_riding_content_usd[lane] / value,
            claims.traced_free_riding_content_usd[lane] / value,
        ]
    )


def random_case(seed: int, size: int):
    """Lanes and parameters over the whole valid range, with means very near 0 and 1 too."""
    r = np.random.default_rng(seed)
    near = 10 ** r.uniform(-9, -1, size)
    mean = np.select(
        [r.random(size) < 0.6, r.random(size) < 0.4, r.random(size) < 0.5],
        [r.random(size), near, 1 - near],
        r.choice([0.0, 1.0], size),
    )
    lanes = lanes_of(
        size,
        gross_incentive=r.choice([0.001, 0.01, 0.05, 0.3], size) * r.uniform(0.5, 2, size),
        ad_valorem_cost=r.choice([0, 0.002], size),
        declared_mean=mean,
        traced_mean=r.random(size),
        non_party_fraction=np.where(r.random(size) < 0.5, 1, r.random(size)),
    )
    parameters = ClaimingParameters(
        concentration=0.5 * 1000 ** r.random(size),
        consignment_usd=10 ** r.uniform(2, 8, size),
        sigma=0.05 * 100 ** r.random(size),
        fixed_cost_usd=r.choice([0, 1, 20, 250, 1500, 1e4], size),
        premium=r.choice([0, 0.01, 0.1, 1, 5], size) * r.uniform(0.5, 1, size),
    )

    def some(capped=False):
        return leaf(
            np.where(r.random(size) < 0.5, 1.0, r.random(size)),
            np.where(r.random(size) < 0.25, 0.0, r.random(size) ** 2),
            r.random(size) < 0.9,
            capped,
            size,
        )

    rules = {
        "one": some(),
        "cap": some(capped=True),
        "all": All((some(), some())),
        "any": Any((some(), some(capped=True))),
        "all capped": All((some(capped=True), some(capped=True))),
        "deep": Any((All((some(), some(capped=True))), All((some(), some())))),
    }
    return lanes, parameters, rules


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_agrees_with_plain_integration(seed):
    lanes, parameters, rules = random_case(seed, 2)
    for terms in rules.values():
        claims = claim(lanes, terms, parameters)
        alone = utilisation(lanes, terms, parameters)
        for lane in range(2):
            expected = plain(lanes, terms, parameters, lane)
            assert figures_of(claims, lanes, lane) == pytest.approx(expected, abs=2e-8)
            assert alone[lane] == pytest.approx(expected[0], abs=2e-8)


def test_agrees_with_plain_integration_at_the_defaults():
    lanes = lanes_of(traced_mean=0.55, non_party_fraction=0.9)
    terms = All((leaf(1, 0.5), leaf(0.6, 0.1, capped=True)))
    expected = plain(lanes, terms, ClaimingParameters(), 0)
    claims = claim(lanes, terms, ClaimingParameters())
    assert figures_of(claims, lanes, 0) == pytest.approx(expected, abs=1e-10)


# --- properties -----------------------------------------------------------------------------------

RULES = st.sampled_from(
    [leaf(1, 0.5), leaf(1, 0.25), leaf(0.5, 0.1), leaf(1, 0), leaf(0.6, 0.05, capped=True)]
)


def is_capped(part: Leaf) -> bool:
    return part.elsewhere is not None


DUTIES = st.floats(0.001, 0.4)
MEANS = st.floats(0.01, 0.99)


@settings(max_examples=60, deadline=None)
@given(first=RULES, second=RULES, duty=DUTIES, mean=MEANS)
def test_and_tightens_and_or_loosens(first, second, duty, mean):
    lanes = lanes_of(gross_incentive=duty, declared_mean=mean, traced_mean=mean)
    assumed = ClaimingParameters()
    alone, both, either = (
        claim(lanes, terms, assumed)
        for terms in (first, All((first, second)), Any((first, second)))
    )
    for name in ("utilisation", "as_is", "free_riding_content_usd"):
        slack = 1e-7 * (1e8 if name.endswith("usd") else 1)
        assert getattr(both, name)[0] <= getattr(alone, name)[0] + slack
        # What a cap moves may stay non-party content, so the alternative can be the stricter.
        if name != "free_riding_content_usd" or not (is_capped(first) or is_capped(second)):
            assert getattr(alone, name)[0] <= getattr(either, name)[0] + slack


@settings(max_examples=40, deadline=None)
@given(first=RULES, second=RULES, mean=MEANS)
def test_and_never_raises_exposure_of_those_who_claim_whatever_it_takes(first, second, mean):
    lanes = lanes_of(gross_incentive=1.0, declared_mean=mean, traced_mean=mean)
    free = ClaimingParameters(fixed_cost_usd=0.0, premium=0.0)
    alone = claim(lanes, first, free).exposure[0]
    assert claim(lanes, All((first, second)), free).exposure[0] <= alone + 1e-8
    if not (is_capped(first) or is_capped(second)):
        assert claim(lanes, Any((first, second)), free).exposure[0] >= alone - 1e-8


@settings(max_examples=40, deadline=None)
@given(terms=RULES, duty=DUTIES, mean=MEANS, factor=st.floats(1.05, 5))
def test_utilisation_falls_with_costs_and_rises_with_duty(terms, duty, mean, factor):
    lanes = lanes_of(gross_incentive=duty, declared_mean=mean)
    base = utilisation(lanes, terms, ClaimingParameters())[0]
    for dearer in (
        ClaimingParameters(premium=0.1 * factor),
        ClaimingParameters(fixed_cost_usd=250 * factor),
    ):
        assert utilisation(lanes, terms, dearer)[0] <= base + 2e-8
    more = replace(lanes, gross_incentive=lanes.gross_incentive * factor)
    assert utilisation(more, terms, ClaimingParameters())[0] >= base - 2e-8


@settings(max_examples=30, deadline=None)
@given(at_least=st.floats(0.05, 0.95), mean=MEANS, duty=DUTIES)
def test_no_good_enters_above_the_ceiling_of_its_rule(at_least, mean, duty):
    claims = one(build_down(at_least), gross_incentive=duty, declared_mean=mean, traced_mean=mean)
    if claims.utilisation[0] > 1e-6:
        assert claims.exposure[0] <= 1 - at_least + 1e-6


@settings(max_examples=30, deadline=None)
@given(terms=RULES, duty=DUTIES, mean=MEANS)
def test_traced_is_declared_where_no_content_is_rolled_up(terms, duty, mean):
    claims = claim(
        lanes_of(gross_incentive=duty, declared_mean=mean, traced_mean=mean),
        terms,
        ClaimingParameters(),
    )
    assert claims.traced_free_riding_content_usd[0] == pytest.approx(
        claims.free_riding_content_usd[0], abs=1
    )


def test_scaling_trade_leaves_shares_alone():
    small, large = (one(SHIFT, value_usd=value) for value in (1e3, 1e9))
    for name in ("utilisation", "as_is", "exposure", "traced_exposure"):
        assert getattr(small, name)[0] == getattr(large, name)[0]
    assert large.leakage_usd[0] == pytest.approx(1e6 * small.leakage_usd[0])


@pytest.mark.parametrize("terms", [leaf(1, 0.5), leaf(1, 0.0), All((leaf(1, 0.3), leaf(0.5, 0)))])
@pytest.mark.parametrize(("limit", "near"), [(0.0, 1e-11), (1.0, 1 - 1e-11)])
def test_means_of_0_and_1_are_limits(terms, limit, near):
    assumed = ClaimingParameters(premium=0.01)
    at, close = (claim(lanes_of(declared_mean=mean), terms, assumed) for mean in (limit, near))
    for name in ("utilisation", "free_riding_content_usd", "resourced_content_usd"):
        scale = 1e8 if name.endswith("usd") else 1
        assert getattr(at, name)[0] == pytest.approx(getattr(close, name)[0], abs=2e-8 * scale)


def test_many_alike_producers_approach_the_producer_at_the_mean():
    lanes = lanes_of(declared_mean=0.6)
    claims = claim(lanes, leaf(1, 0.5), ClaimingParameters(concentration=5e5))
    net = 0.05 - 0.1 * 0.1
    assert claims.net_gain_at_mean[0] == pytest.approx(net)
    expected = special.ndtr(np.log(50_000 * net / 250) / 1.5)
    assert claims.utilisation[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("cost", [14, 50, 260, 1500])
@pytest.mark.parametrize("margin", [0.01, 0.022, 0.033, 0.05, 0.10])
def test_half_of_trade_claims_at_the_break_even_consignment(cost, margin):
    break_even = {
        (14, 0.01): 1400, (14, 0.022): 636, (14, 0.033): 424, (14, 0.05): 280, (14, 0.10): 140,
        (50, 0.01): 5000, (50, 0.022): 2273, (50, 0.033): 1515, (50, 0.05): 1000,
        (50, 0.10): 500, (260, 0.01): 26_000, (260, 0.022): 11_818, (260, 0.033): 7879,
        (260, 0.05): 5200, (260, 0.10): 2600, (1500, 0.01): 150_000, (1500, 0.022): 68_182,
        (1500, 0.033): 45_455, (1500, 0.05): 30_000, (1500, 0.10): 15_000,
    }[cost, margin]  # fmt: skip
    assumed = ClaimingParameters(fixed_cost_usd=cost, consignment_usd=cost / margin)
    half = utilisation(lanes_of(gross_incentive=margin), leaf(0, 0), assumed)
    assert half[0] == pytest.approx(0.5, abs=1e-12)
    assert cost / margin == pytest.approx(break_even, abs=0.5)


def test_without_a_fixed_cost_everyone_with_a_gain_claims():
    assumed = ClaimingParameters(fixed_cost_usd=0)
    terms = leaf(1, 0.3)  # n = 0 at N = 0.8
    found = claim(lanes_of(), terms, assumed)
    assert found.utilisation[0] == pytest.approx(special.betainc(3.2, 4.8, 0.8), abs=1e-9)
    assert found.as_is[0] == pytest.approx(special.betainc(3.2, 4.8, 0.3), abs=1e-12)


def test_content_moved_by_a_cap_may_go_to_another_non_party():
    capped, plain_leaf = leaf(0.6, 0.1, capped=True), leaf(0.6, 0.1)
    lanes = lanes_of(declared_mean=0.5)
    through_cap = claim(lanes, capped, ClaimingParameters())
    at_home = claim(lanes, plain_leaf, ClaimingParameters())
    assert through_cap.utilisation[0] == pytest.approx(at_home.utilisation[0], abs=1e-9)
    assert 0 < through_cap.resourced_content_usd[0] < at_home.resourced_content_usd[0]


# --- processes ------------------------------------------------------------------------------------


def test_processes_of_one_name_are_one_draw_and_of_two_names_two():
    cast, forge = SpecificProcess("cast", 0.5), SpecificProcess("forge", 0.4)
    full = one(AnyGood()).utilisation[0]
    for rule, share in (
        (cast, 0.5),
        (AllOf((cast, cast)), 0.5),
        (AnyOf((cast, cast)), 0.5),
        (AllOf((cast, forge)), 0.2),
        (AnyOf((cast, forge)), 0.7),
    ):
        assert one(rule).utilisation[0] == pytest.approx(share * full, abs=1e-12)


def test_a_process_as_an_alternative_mixes_the_two_outcomes():
    rule = AnyOf((SpecificProcess("cast", 0.3), build_down(0.75)))
    mixed = one(rule)
    free, bound = one(AnyGood()), one(build_down(0.75))
    for name in ("utilisation", "as_is", "free_riding_content_usd", "resourced_content_usd"):
        expected = 0.3 * getattr(free, name)[0] + 0.7 * getattr(bound, name)[0]
        assert getattr(mixed, name)[0] == pytest.approx(expected, rel=1e-9)


def test_too_many_processes_and_two_shares_of_one_are_refused():
    many = AllOf(tuple(SpecificProcess(f"step {i}", 0.9) for i in range(9)))
    with pytest.raises(DefinitionError, match="9 different processes; at most 8"):
        one(many)
    with pytest.raises(DefinitionError, match="'cast' is carried out by 0"):
        one(AllOf((SpecificProcess("cast", 0.5), SpecificProcess("cast", 0.6))))


def test_a_process_nobody_carries_out_leaves_nothing():
    claims = one(SpecificProcess("cast", 0.0))
    assert claims.utilisation[0] == 0
    assert np.isnan(claims.exposure[0])


# --- what is missing ------------------------------------------------------------------------------


def test_a_missing_figure_is_missing_on_its_own_lane_only():
    terms = leaf(1, 0.5, size=3)
    whole = claim(lanes_of(3), terms, ClaimingParameters())
    for name in ("gross_incentive", "declared_mean", "ad_valorem_cost"):
        holed = claim(
            replace(lanes_of(3), **{name: np.array([0.4, np.nan, 0.4])}),
            terms,
            ClaimingParameters(),
        )
        assert np.isnan(holed.utilisation).tolist() == [False, True, False]
        assert np.isnan(holed.free_riding_content_usd).tolist() == [False, True, False]
    for name, figure in (
        ("value_usd", "leakage_usd"),
        ("traced_mean", "traced_leakage_usd"),
        ("duty_cut", "leakage_usd"),
        ("non_party_fraction", "free_riding_content_usd"),
    ):
        holed = claim(
            replace(lanes_of(3), **{name: np.where([0, 1, 0], np.nan, getattr(lanes_of(3), name))}),
            terms,
            ClaimingParameters(),
        )
        assert np.isnan(getattr(holed, figure)).tolist() == [False, True, False]
        assert holed.utilisation == pytest.approx(whole.utilisation)


def test_an_unknown_share_leaves_a_gap_unless_a_stand_in_is_given():
    unknown = inputs_of(2, input_shares=np.array([[0.5, 0.2, 0.1, 0.2], [np.nan] * 4]))
    lanes = lanes_of(2)
    found = claim(lanes, rule_terms(SHIFT, unknown), ClaimingParameters()).exposure
    assert np.isnan(found).tolist() == [False, True]
    loose, strict = (
        claim(lanes, rule_terms(SHIFT, unknown, share), ClaimingParameters()) for share in (0, 1)
    )
    assert strict.exposure[1] < found[0] < loose.exposure[1]
    assert loose.exposure[0] == strict.exposure[0] == found[0]


def test_no_gain_settles_a_lane_whose_content_is_unknown():
    claims = one(build_down(0.5), gross_incentive=0.0, duty_cut=0.0, declared_mean=np.nan)
    assert claims.utilisation[0] == 0


def test_one_lane_of_many_is_the_lane_alone():
    lanes, parameters, rules = random_case(5, 3000)
    for terms in rules.values():
        together = claim(lanes, terms, parameters, threads=2)
        apart = claim(lanes, terms, parameters, threads=1)
        for name in ("utilisation", "exposure", "traced_free_riding_content_usd"):
            assert np.array_equal(getattr(together, name), getattr(apart, name), equal_nan=True)
        assert (together.utilisation >= -1e-8).all()
        assert (together.utilisation <= 1).all()
        assert (together.as_is <= together.utilisation + 1e-8).all()
        with np.errstate(invalid="ignore"):
            assert not (together.exposure > 1 + 1e-6).any()


# --- what a rule asks -----------------------------------------------------------------------------


def test_requirement_is_the_mean_of_those_who_must_adjust():
    found = requirement(lanes_of(), leaf(1, 0.5), ClaimingParameters())
    above = special.betainc(4.8, 3.2, 0.5)
    amount = 0.4 * special.betainc(4.8, 4.2, 0.5) - 0.5 * above
    assert found.attainable_share[0] == 1
    assert found.adjusting_share[0] == pytest.approx(above)
    assert found.mean_resourcing[0] == pytest.approx(amount / above)


def test_requirement_with_a_cap_and_a_process():
    rule = AllOf((SpecificProcess("cast", 0.5), EconomyCap(("CHN",), 0.12)))
    found = requirement(lanes_of(), rule_terms(rule, inputs_of()), ClaimingParameters())
    above = special.betainc(4.8, 3.2, 0.8)  # 0.6 N > 0.12
    amount = 0.6 * 0.4 * special.betainc(4.8, 4.2, 0.8) - 0.12 * above
    assert found.attainable_share[0] == pytest.approx(0.5)
    assert found.adjusting_share[0] == pytest.approx(0.5 * above)
    assert found.mean_resourcing[0] == pytest.approx(amount / above)


def test_a_process_of_unknown_spread_is_a_gap_unless_it_does_not_matter():
    unknown = SpecificProcess("cast")
    assert np.isnan(one(AllOf((unknown, build_down(0.5)))).utilisation[0])
    free = one(AnyGood()).utilisation[0]
    assert one(AnyOf((unknown, AnyGood()))).utilisation[0] == pytest.approx(free)
