"""How fast origin is: `python tests/benchmarks/bench_origin.py`.

Prints what 1,000 checks of one good with 50 materials each take, beside the same verdicts worked
out plainly, a pandas table a good; and what one more letter of treaty text takes, from reading to
the text written back, beside the 30 ms of one keystroke.
"""

import statistics
import time

import numpy as np
import pandas as pd

from workbench.analysis.origin.results import Answer
from workbench.analysis.origin_check import determine_origin
from workbench.definitions.treaty_text import Style, read_treaty, treaty_text
from workbench.model.goods import Good, Material
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyOf, RegionalValueContent, RvcMethod, ShiftFrom, TariffShift

CHECKS, MATERIALS = 1_000, 50
PLAIN_CHECKS = 100
PARTNERS = ("KOR", "USA")
THRESHOLD = 0.45
RULE = AnyOf(
    (
        TariffShift(ShiftFrom.HEADING, (HSRange.parse("8501-8503"),)),
        RegionalValueContent(RvcMethod.BUILD_DOWN, THRESHOLD),
    )
)
TEXT = (
    "A change to subheading 8507.60 from any other heading, except from heading 8501 through "
    "8503; or a regional value content of not less than 45 per cent under the build-down method, "
    "provided that no more than 10 per cent by weight of the good is attributable to cobalt"
)
CODES = ("8507.90", "8501.10", "2841.90", "7410.11", "3920.10", "8544.42", "8504.90", "7606.12")


def goods() -> list[Good]:
    """Goods of value 100 whose materials are worth 40 to 90."""
    r = np.random.default_rng(1)
    found = []
    for _ in range(CHECKS):
        values = r.random(MATERIALS)
        values *= r.uniform(40, 90) / values.sum()
        materials = tuple(
            Material(
                name=f"part {n}",
                code=str(r.choice(CODES)).replace(".", ""),
                value=float(value),
                origin=str(r.choice(["CHN", "KOR", "USA", "JPN", "DEU"])),
            )
            for n, value in enumerate(values)
        )
        found.append(Good("850760", "KOR", value=100.0, materials=materials))
    return found


def plain(good: Good) -> bool:
    """The verdict of a table: every material shifts, or the rest is above the threshold."""
    table = pd.DataFrame(
        {
            "code": [material.code for material in good.materials],
            "value": [material.value for material in good.materials],
            "origin": [material.origin for material in good.materials],
        }
    )
    foreign = table[~table["origin"].isin(PARTNERS)]
    heading = foreign["code"].str[:4]
    shifts = (heading != good.code[:4]) & ~heading.isin(["8501", "8502", "8503"])
    return bool(shifts.all()) or 1 - foreign["value"].sum() / 100 >= THRESHOLD


def main() -> None:
    """Print both measurements."""
    asked = goods()
    start = time.perf_counter()
    answers = [determine_origin(good, RULE, PARTNERS).answer for good in asked]
    taken = time.perf_counter() - start
    start = time.perf_counter()
    verdicts = [plain(good) for good in asked[:PLAIN_CHECKS]]
    each = (time.perf_counter() - start) / PLAIN_CHECKS
    same = [answer is Answer.ORIGINATING for answer in answers[:PLAIN_CHECKS]]
    assert same == verdicts, "the two do not agree"
    print(
        f"{CHECKS:,} checks of {MATERIALS} materials: {taken:.2f} s (target 1 s), "
        f"{each * CHECKS / taken:.1f} times as fast as a pandas table a good"
    )

    steps = []
    for end in range(1, len(TEXT) + 1):
        start = time.perf_counter()
        found = read_treaty(TEXT[:end])
        if found.rule is not None:
            treaty_text(found.rule, Style.US)
        steps.append(1000 * (time.perf_counter() - start))
    print(
        f"one more letter of {len(TEXT)}: median {statistics.median(steps):.1f} ms, longest "
        f"{max(steps):.1f} ms (target 30 ms)"
    )


if __name__ == "__main__":
    main()
