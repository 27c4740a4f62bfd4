"""How long the claiming kernel takes: `python tests/benchmarks/bench_claiming.py`.

73,000 lanes (14 importers x 13 exporters x 400 products), no two alike, with and without the
share of duty-free lanes found in reality, against the same figures integrated lane by lane.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import integrate, special

from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim, utilisation
from workbench.analysis.incentives import common_leverage_gap, leverage_gap
from workbench.analysis.rule_terms import All, Any, Leaf

LANES = 14 * 13 * 400
SAMPLE = 200
REPEATS = 5


def lanes_of(free_share: float) -> LaneTerms:
    r = np.random.default_rng(1)
    duty = np.where(r.random(LANES) < free_share, 0.0, r.lognormal(np.log(0.04), 0.8, LANES))
    declared = r.beta(3, 5, LANES)
    return LaneTerms(
        value_usd=r.lognormal(10, 3, LANES),
        gross_incentive=duty,
        ad_valorem_cost=np.zeros(LANES),
        declared_mean=declared,
        traced_mean=np.clip(declared + r.normal(0.05, 0.05, LANES), 0, 1),
        non_party_fraction=r.uniform(0.6, 1, LANES),
        duty_cut=duty,
    )


def parameters() -> ClaimingParameters:
    r = np.random.default_rng(2)
    return ClaimingParameters(
        concentration=r.uniform(6, 10, LANES),
        consignment_usd=r.lognormal(np.log(5e4), 0.3, LANES),
        sigma=r.uniform(1.3, 1.7, LANES),
        fixed_cost_usd=r.uniform(200, 300, LANES),
        premium=r.uniform(0.08, 0.12, LANES),
    )


def seconds(run: Callable[[], object], repeats: int = REPEATS) -> float:
    """The fastest of some runs: on a shared machine the others measure the neighbours."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def one_by_one(lanes: LaneTerms, leaf: Leaf, assumed: ClaimingParameters, lane: int) -> list[float]:
    """Utilisation, as is, re-sourced and free-riding content, one `quad` each."""
    gain, mean = lanes.gross_incentive[lane], lanes.declared_mean[lane]
    k, size, sigma, fixed, premium = (
        getattr(assumed, name)[lane]
        for name in ("concentration", "consignment_usd", "sigma", "fixed_cost_usd", "premium")
    )
    p, q = mean * k, (1 - mean) * k
    norm = special.betaln(p, q)
    kink = leaf.beta[lane] / leaf.alpha[lane]
    end = min(1.0, kink + gain / (premium * leaf.alpha[lane]))
    points = [kink] if 0 < kink < end else None

    def weighted(figure: Callable[[float, float], float]) -> float:
        def integrand(n: float) -> float:
            s = max(0.0, leaf.alpha[lane] * n - leaf.beta[lane])
            net = gain - premium * s
            if net <= 0 or not 0 < n < 1:
                return 0.0
            density = np.exp((p - 1) * np.log(n) + (q - 1) * np.log1p(-n) - norm)
            return density * special.ndtr(np.log(size * net / fixed) / sigma) * figure(n, s)

        return integrate.quad(integrand, 0, end, points=points, epsabs=1e-9, limit=100)[0]

    return [
        weighted(lambda n, s: 1.0),
        weighted(lambda n, s: float(s == 0)),
        weighted(lambda n, s: s),
        weighted(lambda n, s: n - s),
    ]


def main() -> None:
    assumed = parameters()
    ones = np.ones(LANES)
    attainable = np.ones(LANES, dtype=bool)
    r = np.random.default_rng(3)
    content = Leaf(ones, 0.5 * ones, attainable)
    shift = Leaf(r.uniform(0.2, 0.8, LANES), 0.1 * ones, attainable)
    cap = Leaf(shift.alpha, 0.05 * ones, attainable, elsewhere=shift.alpha)
    rules = {
        "build-down 50 %": content,
        "build-down and shift": All((content, shift)),
        "build-down or shift": Any((content, shift)),
        "build-down and cap": All((content, cap)),
    }
    say = sys.stdout.write
    say(f"{LANES:,} lanes, all parameters distinct; fastest of {REPEATS}, two threads\n")
    for free_share in (1 / 3, 0.0):
        lanes = lanes_of(free_share)
        for name, terms in rules.items():
            whole = seconds(lambda terms=terms, lanes=lanes: claim(lanes, terms, assumed))
            alone = seconds(lambda terms=terms, lanes=lanes: utilisation(lanes, terms, assumed))
            say(
                f"  {free_share:4.0%} duty-free, {name:22} {whole:6.3f} s;"
                f" utilisation alone {alone:6.3f} s\n"
            )

    lanes = lanes_of(0.0)
    found = claim(lanes, content, assumed)
    start = time.perf_counter()
    plain = [one_by_one(lanes, content, assumed, lane) for lane in range(SAMPLE)]
    each = (time.perf_counter() - start) / SAMPLE
    off = max(abs(found.utilisation[i] - plain[i][0]) for i in range(SAMPLE))
    kernel = seconds(lambda: claim(lanes, content, assumed))
    say(
        f"lane by lane with scipy.integrate.quad: {each * 1e3:.1f} ms a lane on {SAMPLE} lanes,"
        f" so {each * LANES:,.0f} s extrapolated to all: {each * LANES / kernel:,.0f} times the"
        f" kernel's; largest difference in utilisation {off:.1e}\n"
    )
    lanes = lanes_of(1 / 3)
    for name in ("build-down 50 %", "build-down and shift"):
        gap = seconds(lambda name=name: leverage_gap(lanes, rules[name], assumed), 1)
        say(f"leverage gap on every lane, {name}: {gap:.2f} s\n")
    together = ClaimingParameters()
    gap = seconds(lambda: common_leverage_gap([(lanes, content)], together), 1)
    say(f"common leverage gap, build-down 50 %: {gap:.2f} s\n")


if __name__ == "__main__":
    main()
