"""How soon an edit shows its figures: `python tests/benchmarks/bench_edit.py [PRODUCTS ...]`.

15 partners and 400 products, then the whole nomenclature (5,400): a changed threshold of the
default rule, and a partner who leaves or comes back, both as the window asks for them first
(without leverage gaps). Prints processor and wall seconds, the memory that all took at its most,
and the ratio to the plain version, which keeps nothing and asks the kernel for every lane. The last
line of each size is the worst case for a threshold: no two lanes are alike, so that each is
integrated by itself. Each market runs in a process of its own.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import synthetic_market
from synthetic_schedules import scheduled_agreement, scheduled_market

from workbench.analysis.baseline import Baseline, build_baseline
from workbench.analysis.claiming import claim
from workbench.analysis.content import content_of_each
from workbench.analysis.content_seen import content_seen
from workbench.analysis.evaluation import evaluate, terms_of_lanes
from workbench.analysis.exposure import SUMMED
from workbench.analysis.market import Market
from workbench.analysis.rules_by_lane import claiming_parameters, lane_rows, rule_parts
from workbench.analysis.treatment import duties_under
from workbench.model.agreement import Agreement
from workbench.model.origin import RegionalValueContent, RvcMethod

EDITS = 7
SIZES = (400, 5400)
TARGET_SECONDS, TARGET_SECONDS_WHOLE, WHOLE = 0.1, 1.0, 5_000

say = sys.stdout.write


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - used


def middle(runs: list[tuple[float, float]]) -> str:
    wall, used = (statistics.median(column) for column in zip(*runs, strict=True))
    return f"{used:.3f} s of processor, {wall:.3f} s"


def threshold(agreement: Agreement, number: int) -> Agreement:
    rule = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.40 + number / 100)
    return agreement.with_default_rule(rule)


def partner_edits(market: Market, agreement: Agreement) -> list[tuple[float, float]]:
    """Without one partner or another: the world is built again, and evaluated."""
    runs = []
    for left_out in range(EDITS):
        partners = agreement.partners
        edited = replace(agreement, partners=partners[:left_out] + partners[left_out + 1 :])
        importers = tuple(partner.economy for partner in edited.partners)
        others = replace(market, importers=importers)

        def work(edited: Agreement = edited, others: Market = others) -> None:
            evaluate(edited, build_baseline(others, edited), complete=False)

        runs.append(timed(work))
    return runs


def plain(agreement: Agreement, baseline: Baseline) -> dict[str, float]:
    """Sums by the kernel for every lane, from content by lane and origin."""
    baseline = replace(baseline, content=content_of_each(baseline.content))
    seen = content_seen(agreement, baseline)
    lanes = terms_of_lanes(agreement, baseline, duties_under(agreement, baseline, None), seen)
    sums = dict.fromkeys(SUMMED, 0.0)
    for part in rule_parts(agreement, seen.inputs):
        mine = lane_rows(lanes, part.rows)
        claims = claim(mine, part.terms, claiming_parameters(agreement))
        for name in SUMMED:
            sums[name] += float(np.nansum(getattr(claims, f"{name}_usd")))
    return sums


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def scheduled(count: int) -> None:
    market = scheduled_market(count)
    agreement = scheduled_agreement(market)
    made = memory_mb()
    baseline = build_baseline(market, agreement)
    first = timed(lambda: evaluate(agreement, baseline, complete=False))
    runs = [
        timed(partial(evaluate, threshold(agreement, n), baseline, complete=False))
        for n in range(EDITS)
    ]
    most = memory_mb()
    moved = partner_edits(market, agreement)
    edited = threshold(agreement, 0)
    totals = evaluate(edited, baseline, complete=False).totals
    with_partners = memory_mb()
    slow: list[dict[str, float]] = []
    wall, used = timed(lambda: slow.append(plain(edited, baseline)))
    off = max(abs(slow[0][name] / (totals[name] or 1.0) - 1) for name in SUMMED)
    target = TARGET_SECONDS_WHOLE if count > WHOLE else TARGET_SECONDS
    say(
        f"{count:,} products, {len(baseline.k):,} lanes, target {target:g} s\n"
        f"  first figures       {first[1]:.2f} s of processor\n"
        f"  changed threshold   {middle(runs)}; most memory {most:,.0f} MB, of it the market "
        f"{made:,.0f}\n"
        f"  changed partner     {middle(moved)}; most memory {with_partners:,.0f} MB\n"
        f"  plain, sums alone   {used:.2f} s of processor, {wall:.2f} s, "
        f"{used / statistics.median(run[1] for run in runs):.1f} times a changed threshold; "
        f"most memory {memory_mb():,.0f} MB; largest difference {off:.0e}\n"
    )


def unlike(count: int) -> None:
    market = synthetic_market.market_of(count)
    agreement = synthetic_market.agreement_of(market.products)
    baseline = build_baseline(market, agreement)
    evaluate(agreement, baseline, complete=False)
    runs = [
        timed(partial(evaluate, threshold(agreement, n), baseline, complete=False))
        for n in range(3)
    ]
    say(f"  no two lanes alike  {middle(runs)}; most memory {memory_mb():,.0f} MB\n")


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        {"scheduled": scheduled, "unlike": unlike}[sys.argv[2]](int(sys.argv[3]))
        return
    for count in [int(text) for text in sys.argv[1:]] or SIZES:
        for kind in ("scheduled", "unlike"):
            subprocess.run([sys.executable, __file__, "--one", kind, str(count)], check=True)


if __name__ == "__main__":
    main()
