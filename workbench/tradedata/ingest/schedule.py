"""Schedules of agreements in the layout of RCEP: base rate, then a rate for every year.

Headings have no rate. "U" is no commitment. Rates are fractions, or per cent where the file's
largest is above 15; specific duties are in the importer's own money and stay words.
"""

import re
from collections.abc import Iterable, Iterator

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.duties import Place, stated
from workbench.tradedata.ingest.economy_codes import economy_in
from workbench.tradedata.ingest.figures import digits, is_hs, number
from workbench.tradedata.ingest.source import Grid, Part
from workbench.tradedata.rate_text import DutyRate

_STEP = re.compile(r"year\s*(\d{1,2})\b", re.IGNORECASE)
_BASE_YEAR = 2014
_RCEP_EDITION = 2012
_PER_CENT_FROM = 15.0


class Schedule:
    """Reads a partner's schedule."""

    kind = "schedule"

    def recognise(self, part: Part) -> str | None:
        """By HS Code, Base Rate and Year 1."""
        if part.form in ("table", "workbook") and any(_header(grid) for grid in part.grids()):
            return "the header has HS Code, Base Rate and Year 1, as the schedules of RCEP"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take base rates and stages.

        Raises:
            TradeDataError: nobody says whose schedule it is, or in which HS edition.
        """
        importer = into.stated.importer or economy_in(part.name)
        if not importer:
            raise TradeDataError(
                f"{part.name}: the schedule does not say whose it is; say it with --importer AUS"
            )
        if not into.stated.importer:
            into.notes.append(f"taken to be the schedule of {importer}, by the file's name")
        rcep = "rcep" in part.name.lower() or "rcep" in into.stated.programme.lower()
        edition = into.stated.edition or (_RCEP_EDITION if rcep else None)
        if edition is None:
            raise TradeDataError(
                f"{part.name}: the schedule does not say its HS edition; say it with "
                "--edition HS2012"
            )
        for grid in part.grids():
            if found := _header(grid):
                _read_grid(grid, found, (importer, edition, rcep), into)


def _header(grid: Grid) -> tuple[int, int, int, dict[int, int]] | None:
    """Place of the header, of code and base rate, and step -> place."""
    for place, cells in enumerate(grid.head):
        names = [" ".join(cell.split()).lower() for cell in cells]
        steps = {int(match[1]): n for n, name in enumerate(names) if (match := _STEP.match(name))}
        if "hs code" in names and "base rate" in names and 1 in steps:
            return place, names.index("hs code"), names.index("base rate"), steps
    return None


def _read_grid(
    grid: Grid,
    header: tuple[int, int, int, dict[int, int]],
    about: tuple[str, int, bool],
    into: Collected,
) -> None:
    at, code_at, base_at, steps = header
    importer, edition, rcep = about
    name = into.stated.programme or ("RCEP" if rcep else grid.part.name)
    source = "RCEP Annex I, tariff schedules" if rcep else f"{name}, tariff schedules"
    licence = "CC BY 4.0 (Australian Department of Foreign Affairs and Trade)" if rcep else ""
    places = {0: base_at, **steps}
    factor = 0.01 if _largest(grid, at, places.values()) > _PER_CENT_FROM else 1.0
    staged = into.dataset(
        Facts(
            "staged_rates",
            source,
            f"{importer}, {grid.part.name}",
            licence or "not stated",
            edition,
            note="a rate holds until the next step that is listed",
        )
    )
    year = into.stated.year or (_BASE_YEAR if rcep else None)
    for row, cells in _rows(grid, at, into):
        code = digits(cells[code_at]) if code_at < len(cells) else ""
        texts = {step: cells[n] if n < len(cells) else "" for step, n in places.items()}
        if len(code) not in (6, 8, 10) or not is_hs(code):
            reason = "a heading, which has no rate" if code else "not a product code"
            into.reject(row, reason, cells)
        elif not any(texts.values()):
            into.reject(row, "a heading, which has no rate", cells)
        elif not into.stated.wants(code):
            into.reject(row, "not among the codes asked for", cells)
        else:
            product = product_id(code[:6])
            records: list[tuple[object, ...]] = []
            before: str | None = None
            for step in sorted(texts):
                if texts[step] != before:
                    rate = _rate(texts[step], factor)
                    key = (ECONOMY_IDS[importer], product, code, step)
                    records.append((*key, rate, texts[step]))
                before = texts[step]
            if into.add(row, cells, staged, *records) and year is not None and texts[0]:
                base = into.dataset(
                    Facts(
                        "tariffs",
                        source,
                        f"base rates of {importer}, {year}",
                        licence or "not stated",
                        edition,
                        note="base rates of the schedule, not the present MFN rates",
                    )
                )
                rate = _rate(texts[0], factor)
                duty = None if rate is None else DutyRate(rate)
                said = f"{rate * 100:g}%" if rate is not None else texts[0]
                record = stated(
                    Place(importer, code, "base", year), duty, f"{said} (base rate of the schedule)"
                )
                base.rows[record[:7]] = (row, record[7:])


def _rows(grid: Grid, at: int, into: Collected) -> Iterator[tuple[int, list[str]]]:
    for place, cells in enumerate(grid.rows()):
        if place > at:
            yield into.next_row(), cells


def _largest(grid: Grid, at: int, places: Iterable[int]) -> float:
    largest = 0.0
    wanted = list(places)
    for place, cells in enumerate(grid.rows()):
        if place > at:
            for n in wanted:
                largest = max(largest, (number(cells[n]) or 0.0) if n < len(cells) else 0.0)
    return largest


def _rate(text: str, factor: float) -> float | None:
    """A fraction; None for "U", specific and mixed duties."""
    if text.endswith("%"):
        found = number(text[:-1])
        return None if found is None else round(found / 100, 10)
    found = number(text)
    return None if found is None else round(found * factor, 10)
