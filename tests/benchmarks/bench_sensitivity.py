"""How long joint draws take: `python tests/benchmarks/bench_sensitivity.py`.

1,000 draws of the critical minerals club, with and without the leverage gap, against the same
figures from `evaluate`, one draw after the other (timed on some of them), and the largest
difference between the two. Then the whole of the sensitivity analysis, over two years of trade.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from workbench.analysis.base_years import years_of_trade
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
        start = _Clock()
        years = years_of_trade(database, agreement, baseline)
        say(f"trade of {len(years.baselines)} years, each alone: {start}\n")
    assumptions = assumptions_of(agreement)
    # `evaluate` knows parameters alone, so only they are drawn for the comparison.
    settings = {
        name: values
        for name, values in draw(assumptions, DRAWS, 1).items()
        if hasattr(agreement.parameters, name)
    }
    start = _Clock()
    headlines = Headlines(agreement, baseline, None, assumptions)
    found = headlines.at(settings)
    say(
        f"{DRAWS:,} draws, {len(baseline.k):,} lanes of which {headlines.lanes} could claim:"
        f" {start}\n"
    )
    quick = start.wall
    start = _Clock()
    gaps = headlines.leverage_gaps(settings)
    say(f"their leverage gaps, {headlines.counted_kinds} kinds of lanes: {start}\n")
    quick_gap = start.wall
    for complete, before, name in ((False, quick, "without"), (True, quick + quick_gap, "with")):
        start, furthest, furthest_gap = _Clock(), 0.0, 0.0
        for place in range(PLAIN):
            changes = {key: float(values[place]) for key, values in settings.items()}
            drawn = replace(agreement, parameters=replace(agreement.parameters, **changes))
            totals = evaluate(drawn, baseline, complete=complete).totals
            for figure in HEADLINES:
                wanted = totals[figure]
                assert wanted is not None
                miss = abs(found[figure][place] - wanted) / max(abs(wanted), 1e-9)
                furthest = max(furthest, miss)
            gap = totals["leverage_gap"]
            if gap is not None:
                furthest_gap = max(furthest_gap, abs(gaps[place] - gap))
        each = start.wall / PLAIN
        say(
            f"evaluate one draw after the other, {name} leverage gaps: {each * 1e3:.0f} ms each,"
            f" so {each * DRAWS:.0f} s; ratio {each * DRAWS / before:.0f}; largest relative"
            f" difference {furthest:.0e}, of the gap {furthest_gap:.0e}\n"
        )
    start = _Clock()
    whole = sensitivity(agreement, baseline, count=DRAWS, years=years)
    low, high = np.quantile(whole.draws["utilisation"], (0.05, 0.95))
    say(
        f"with tornado and flips, data and years too: {start}; utilisation {low:.3f} to"
        f" {high:.3f}\n"
    )


class _Clock:
    """Time since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    @property
    def wall(self) -> float:
        """Seconds since."""
        return time.perf_counter() - self._wall

    def __str__(self) -> str:
        """In words."""
        return f"{self.wall:.2f} s ({time.process_time() - self._cpu:.2f} s of processor)"


if __name__ == "__main__":
    main()
