"""How long joint draws take: `python tests/benchmarks/bench_sensitivity.py`.

1,000 draws of the critical minerals club, against the same figures from `evaluate`, one draw
after the other (timed on some of them), and the largest relative difference between the two.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from workbench.analysis.evaluation import Evaluator, evaluate
from workbench.analysis.headlines import HEADLINES, Headlines
from workbench.analysis.sensitivity import sensitivity
from workbench.analysis.uncertainty import assumptions_of, draw
from workbench.definitions.reader import read_agreement
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.starter.location import ensure_starter

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
DRAWS, PLAIN = 1_000, 20


def main() -> None:
    """Time both and print the ratio."""
    say = sys.stdout.write
    agreement = read_agreement(CLUB)
    with TradeDatabase(ensure_starter()) as database:
        baseline = Evaluator(database).baseline(agreement)
    assumptions = assumptions_of(agreement)
    # `evaluate` knows parameters alone, so only they are drawn for the comparison.
    settings = {
        name: values
        for name, values in draw(assumptions, DRAWS, 1).items()
        if hasattr(agreement.parameters, name)
    }
    wall, cpu = time.perf_counter(), time.process_time()
    headlines = Headlines(agreement, baseline, None, assumptions)
    found = headlines.at(settings)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    say(
        f"{DRAWS:,} draws, {len(baseline.k):,} lanes of which {headlines.lanes} could claim:"
        f" {wall:.2f} s ({cpu:.2f} s of processor)\n"
    )
    start, furthest = time.perf_counter(), 0.0
    for place in range(PLAIN):
        changes = {name: float(values[place]) for name, values in settings.items()}
        drawn = replace(agreement, parameters=replace(agreement.parameters, **changes))
        totals = evaluate(drawn, baseline, complete=False).totals
        for name in HEADLINES:
            wanted = totals[name]
            assert wanted is not None
            furthest = max(furthest, abs(found[name][place] - wanted) / max(abs(wanted), 1e-9))
    each = (time.perf_counter() - start) / PLAIN
    say(
        f"evaluate one draw after the other: {each * 1e3:.0f} ms each, so {each * DRAWS:.0f} s;"
        f" ratio {each * DRAWS / wall:.0f}; largest relative difference {furthest:.0e}\n"
    )
    start = time.perf_counter()
    whole = sensitivity(agreement, baseline, count=DRAWS)
    say(
        f"with tornado and flips, data assumptions too: {time.perf_counter() - start:.2f} s;"
        f" utilisation {np.quantile(whole.draws['utilisation'], 0.05):.3f} to"
        f" {np.quantile(whole.draws['utilisation'], 0.95):.3f}\n"
    )


if __name__ == "__main__":
    main()
