"""How long the origin-rule frontier takes: `python tests/benchmarks/bench_frontier.py`.

21 thresholds, with turning points by product, for 15 partners and 400 products and for the whole
nomenclature (5,400 products), against the plain version: one evaluation of an edited agreement for
each threshold. Prints wall and processor seconds, the ratio, and the largest difference. The last
line is the worst case: every lane trades and no two are alike, so that each is worked out and only
what it is asked, or what it is made of, is shared with a few others.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from synthetic_market import agreement_of, market_of
from synthetic_schedules import scheduled_agreement, scheduled_market

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.frontier import default_numbers, frontier
from workbench.model.agreement import Agreement
from workbench.model.rule_families import Sweep

TARGET_SECONDS = {400: 1.0, 5400: 10.0}
PLAIN_RUNS = {400: 3, 5400: 1}
REPEATS = {400: 3, 5400: 1}
FIGURES = ("utilisation", "exposure", "resourced_content", "duty_forgone", "leakage")


def run(agreement: Agreement, baseline: Baseline) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    frontier(agreement, baseline)
    return time.perf_counter() - wall, time.process_time() - processor


def plain(agreement: Agreement, baseline: Baseline, runs: int) -> tuple[float, float]:
    """Seconds of a whole plain sweep, from some of its thresholds; and the largest difference."""
    numbers = np.linspace(0.3, 0.9, runs)
    points = frontier(agreement, baseline, numbers=tuple(numbers)).whole
    taken, worst = 0.0, 0.0
    for point in points:
        edited = Sweep().edited(agreement, point.at or 0.0)
        began = time.perf_counter()
        totals = evaluate(edited, baseline, complete=False).totals
        taken += time.perf_counter() - began
        for name in FIGURES:
            ours, theirs = getattr(point, name), totals[name]
            worst = max(worst, abs(ours - theirs) / abs(theirs))
    return taken / runs * len(default_numbers(Sweep())), worst


def main() -> None:
    for products in (400, 5400):
        market = scheduled_market(products)
        agreement = scheduled_agreement(market)
        began = time.perf_counter()
        baseline = build_baseline(market, agreement)
        built = time.perf_counter() - began
        runs = [run(agreement, baseline) for _ in range(REPEATS[products])]
        wall, processor = min(runs)
        result = frontier(replace(agreement), baseline)
        turned = int(result.by_product["turning_at"].notna().sum())
        slow, worst = plain(agreement, baseline, PLAIN_RUNS[products])
        print(
            f"{products:>5} products, {len(baseline.k):,} lanes of which {result.lanes:,} could "
            f"claim, baseline {built:.1f} s: 21 thresholds in {wall:.2f} s ({processor:.2f} s of "
            f"processor), target {TARGET_SECONDS[products]:g} s; plain about {slow:.1f} s, "
            f"{slow / wall:.0f} times as long; {turned} products turn; largest difference "
            f"{worst:.0e}"
        )
    market = market_of(400)
    agreement = agreement_of(market.products)
    baseline = build_baseline(market, agreement)
    wall, processor = run(agreement, baseline)
    slow, worst = plain(agreement, baseline, 1)
    print(
        f"  400 products, no two lanes alike: {wall:.2f} s ({processor:.2f} s of processor); plain "
        f"about {slow:.1f} s, {slow / wall:.0f} times as long; largest difference {worst:.0e}"
    )


if __name__ == "__main__":
    main()
