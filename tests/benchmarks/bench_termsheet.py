"""Term sheets of the club agreement: seconds to gather what they show, and to the bytes of a file.

Run: python tests/benchmarks/bench_termsheet.py
Limits: PDF 2 s, DOCX 3 s, XLSX with all lanes 3 s, from gathered figures. Wall and processor time
are printed, best of three, with the ratio to writing the lanes alone with pandas; gathering is the
frontier, the intervals and the partner sets, once as for the first preview and once as for an
export after it. The sums are the seconds from pressing Export.
"""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from workbench.analysis.evaluation import Evaluator
from workbench.definitions.reader import read_agreement
from workbench.termsheet.export import Format, render
from workbench.termsheet.gather import Study, gather
from workbench.termsheet.language import language
from workbench.termsheet.request import Request
from workbench.termsheet.templates import template
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.starter.location import ensure_starter

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
LIMITS = {Format.PDF: 2.0, Format.DOCX: 3.0, Format.XLSX: 3.0}
_TIMES = 3

T = TypeVar("T")


def main() -> None:
    with TradeDatabase(ensure_starter()) as database:
        agreement = read_agreement(CLUB)
        known = Evaluator(database).evaluate(agreement)
        study = Study(database)

        def gathered() -> Request:
            return gather(
                study,
                agreement,
                template("full"),
                language("en"),
                with_partner_sets=True,
                known=known,
            )

        request, first = _timed(gathered)
        again = _timed(gathered)[1]
    lanes = request.evaluation.lanes
    plain = min(
        _timed(lambda: lanes.to_excel(io.BytesIO(), engine="xlsxwriter"))[1].wall
        for _ in range(_TIMES)
    )
    print(f"{len(lanes):,} lanes; pandas writes them alone in {plain:.2f} s")
    print(f"gather, figures on hand: {first}")
    print(f"gather, after a preview: {again}")
    for kind in Format:
        runs = [_timed(lambda kind=kind: render(request, kind)) for _ in range(_TIMES)]
        made = runs[0][0]
        wall = min(cost.wall for _, cost in runs)
        processor = min(cost.processor for _, cost in runs)
        limit = f", limit {LIMITS[kind]:.0f} s" if kind in LIMITS else ""
        counted = f", {made.pages} pages" if made.pages else ""
        print(
            f"{kind.value:5} {Cost(wall, processor)}{limit}{counted},"
            f" {len(made.content) / 1e3:,.0f} kB, {wall / plain:.2f} of pandas;"
            f" from pressing Export {again.wall + wall:.2f} s, without a preview"
            f" {first.wall + wall:.2f} s"
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a piece of work."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s wall, {self.processor:.2f} s processor"


def _timed(work: Callable[[], T]) -> tuple[T, Cost]:
    wall, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, Cost(time.perf_counter() - wall, time.process_time() - processor)


if __name__ == "__main__":
    main()
