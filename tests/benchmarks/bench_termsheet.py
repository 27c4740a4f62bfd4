"""Term sheets of the club agreement: seconds from figures on hand to the bytes of a file.

Run: python tests/benchmarks/bench_termsheet.py
Limits: PDF 2 s, DOCX 3 s, XLSX with all lanes 3 s. Wall and processor time are printed, best of
three, and the ratio to writing the lanes alone with pandas.
"""

import io
import time
from pathlib import Path

from workbench.definitions.reader import read_agreement
from workbench.termsheet.export import Format, render
from workbench.termsheet.gather import Study, gather
from workbench.termsheet.language import language
from workbench.termsheet.templates import template
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.starter.location import ensure_starter

CLUB = Path(__file__).parents[2] / "agreements" / "definitions" / "critical-minerals-club.yaml"
LIMITS = {Format.PDF: 2.0, Format.DOCX: 3.0, Format.XLSX: 3.0}
_TIMES = 3


def main() -> None:
    with TradeDatabase(ensure_starter()) as database:
        request = gather(
            Study(database),
            read_agreement(CLUB),
            template("full"),
            language("en"),
            with_partner_sets=True,
        )
    lanes = request.evaluation.lanes
    plain = float("inf")
    for _ in range(_TIMES):
        started = time.perf_counter()
        lanes.to_excel(io.BytesIO(), engine="xlsxwriter")
        plain = min(plain, time.perf_counter() - started)
    print(f"{len(lanes):,} lanes; pandas writes them alone in {plain:.2f} s")
    for kind in Format:
        wall = processor = float("inf")
        pages = size = 0
        for _ in range(_TIMES):
            started, spent = time.perf_counter(), time.process_time()
            made = render(request, kind)
            wall = min(wall, time.perf_counter() - started)
            processor = min(processor, time.process_time() - spent)
            pages, size = made.pages or 0, len(made.content)
        limit = f", limit {LIMITS[kind]:.0f} s" if kind in LIMITS else ""
        counted = f", {pages} pages" if pages else ""
        print(
            f"{kind.value:5} {wall:.2f} s wall, {processor:.2f} s processor{limit}{counted},"
            f" {size / 1e3:,.0f} kB, {wall / plain:.2f} of pandas"
        )


if __name__ == "__main__":
    main()
