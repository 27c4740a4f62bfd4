"""How long all partner sets take: `python tests/benchmarks/bench_partner_sets.py [products ...]`.

All 16,383 sets of 14 candidates and a home market, every pair trading every product, no two duties
alike, against a plain evaluation of single sets of the same agreement, and against the memory
bandwidth measured in the same run.
"""

import resource
import sys
import time

import workbench  # noqa: F401  # before numpy, whose threads it settles

# isort: split
import numpy as np
from synthetic_market import CANDIDATES, HOME, agreement_of, market_of

from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.partner_sets.bits import slices
from workbench.analysis.partner_sets.figures import Chain, simple_figures, trade_of
from workbench.analysis.partner_sets.question import ask
from workbench.analysis.partner_sets.sweep import partner_sets, prepare, slice_figures

PLAIN_SETS = 5


def bandwidth() -> float:
    """Bytes a second that numpy moves in a triad over arrays too large for any cache."""
    a, b, c = (np.full(8_000_000, float(n)) for n in range(3))
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        np.multiply(b, 3.0, out=a)
        np.add(a, c, out=a)
        best = min(best, time.perf_counter() - start)
    return 5 * a.nbytes / best


def megabytes() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    say = sys.stdout.write
    speed = bandwidth()
    say(f"memory bandwidth {speed / 1e9:.1f} GB/s\n")
    for count in [int(text) for text in sys.argv[1:]] or [400, 5400]:
        start = time.perf_counter()
        market = market_of(count)
        question = ask(agreement_of(market.products), list(CANDIDATES), [HOME])
        say(
            f"{count:,} products, {len(CANDIDATES)} candidates; market made up in "
            f"{time.perf_counter() - start:.1f} s, {megabytes():,.0f} MB\n"
        )
        start = time.perf_counter()
        trade = trade_of(market, question, Chain((), (), {}), {})
        (whole,) = slices(1, len(CANDIDATES))
        simple_figures(trade, whole)
        simple = time.perf_counter() - start
        say(f"  figures without claiming {simple:6.2f} s\n")
        wall, cpu = time.perf_counter(), time.process_time()
        prepared = prepare(market, trade, question)
        half = time.perf_counter() - wall
        slice_figures(prepared, whole)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say(
            f"  with the claiming model  {wall:6.2f} s ({cpu:.2f} s of processor): curves "
            f"{half:.2f} s, sets {wall - half:.2f} s; most memory {megabytes():,.0f} MB; "
            f"{prepared.lanes_asked} lanes asked set by set\n"
        )
        rows = sum(len(g.low) * 2 ** (14 - (1 + (len(g.importers) == 1))) for g in prepared.groups)
        floor = rows * 8 * 2 / speed
        say(
            f"  {rows / 1e6:,.0f} million contents of rows and sets: {floor:.2f} s to write and "
            f"read them once, so the sets take {(wall - half) / floor:.0f} times that\n"
        )
        found = partner_sets(market, trade, question) if count <= 1000 else None
        sample = np.random.default_rng(0).integers(1, 2 ** len(CANDIDATES), PLAIN_SETS)
        start, off = time.perf_counter(), 0.0
        for mask in sample:
            text = question.agreement(int(mask))
            totals = evaluate(text, build_baseline(market, text), complete=False).totals
            for name in ("utilisation", "exposure", "traced_exposure", "resourced_content"):
                if found is not None:
                    fast, plain = found.at(found.row(int(mask)))[name], totals[name]
                    assert fast is not None
                    assert plain is not None
                    off = max(off, abs(fast / plain - 1))
        each = (time.perf_counter() - start) / PLAIN_SETS
        say(
            f"  plain evaluation {each:.2f} s a set on {PLAIN_SETS} sets, so "
            f"{each * 16383:,.0f} s for all: {each * 16383 / wall:,.0f} times as long"
            + (f"; largest difference {off:.1e}\n" if found is not None else "\n")
        )


if __name__ == "__main__":
    main()
