"""HS concordances: the UN Statistics Division's workbooks, and the consolidated csv of Comtrade's.

Backwards each code has the one best match the conversion sheet gives. Forwards a code goes to the
codes whose best match it is; one that is nobody's best match goes to those the correlation sheet
names. Fainter correlations are left out: they would spread trade over codes it hardly touches.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from workbench.errors import TradeDataError
from workbench.tradedata.codes import EDITIONS, product_id
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.source import Columns, Grid, Part

_CSV = ("code.after", "code.before", "adjustment")
_STEP = re.compile(r"(\d{4}) to (\d{4})")

Pairs = set[tuple[str, str]]


class UnsdWorkbook:
    """Reads a "Conversion and Correlation Tables" workbook."""

    kind = "concordance"

    def recognise(self, part: Part) -> str | None:
        """By a sheet from one HS edition to another."""
        if part.form == "workbook" and any(_conversion(grid) for grid in part.grids()):
            return "a sheet leads from codes of one HS edition to another's, as the UN's tables do"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take both directions.

        Raises:
            TradeDataError: the workbook holds no conversion sheet.
        """
        best: Pairs = set()
        faint: list[tuple[int, list[str], str, str]] = []
        editions = (0, 0)
        for grid in part.grids():
            found = _conversion(grid)
            if found:
                editions = found[:2]
            for row, cells, pair in _pairs(grid, into):
                if pair is None:
                    into.reject(row, "not a pair of codes of six digits", cells)
                elif found:
                    best.add(pair)
                    into.taken += 1
                else:
                    faint.append((row, cells, *pair))
        if not best:
            raise TradeDataError(f"{part.name}: there is no sheet of conversions in this workbook")
        reached = {old for _, old in best}
        rescued: Pairs = set()
        for row, cells, new, old in faint:
            if (new, old) in best:
                into.taken += 1
            elif old not in reached:
                rescued.add((new, old))
                into.taken += 1
            else:
                into.reject(row, "a correlation beside the best match", cells)
        newer, older = editions
        forward = {(old, new) for new, old in best | rescued}
        _hand_over(into, newer, older, {(newer, older): best, (older, newer): forward}, _UNSD)


_UNSD = ("UN Statistics Division, correlation tables", "tables of the UN Statistics Division")
_COMTRADE = (
    "UN Comtrade concordances, consolidated by the Growth Lab at Harvard University",
    "Apache-2.0",
)


def _editions(cells: Sequence[str]) -> list[int]:
    """The HS editions named in a header, in order."""
    years = [re.fullmatch(r"(?:From|To)?\s*HS\s*(\d{4})", cell.strip(), re.I) for cell in cells]
    found = [int(match[1]) for match in years if match]
    return [year for year in found if year in EDITIONS.values()]


def _conversion(grid: Grid) -> tuple[int, int, int] | None:
    """From, to and the place of the header of a sheet with one target a code."""
    for place, cells in enumerate(grid.head[:6]):
        years = _editions(cells)
        if len(years) == 2 and cells[0].strip().lower().startswith("from"):
            return years[0], years[1], place
    return None


def _pairs(grid: Grid, into: Collected) -> Iterable[tuple[int, list[str], tuple[str, str] | None]]:
    """The rows below the header: the first two codes of each."""
    header = next(
        (place for place, cells in enumerate(grid.head) if len(_editions(cells)) == 2), None
    )
    for place, cells in enumerate(grid.rows()):
        if header is None or place <= header:
            continue
        row = into.next_row()
        codes = [cell.zfill(6) for cell in cells if cell.isdigit() and len(cell) in (5, 6)]
        yield row, cells, (codes[0], codes[1]) if len(codes) == 2 else None


class ConsolidatedCsv:
    """Reads the csv of all steps between editions."""

    kind = "concordance"

    def recognise(self, part: Part) -> str | None:
        """By its columns."""
        if part.form == "table" and part.grids()[0].header_at(*_CSV) is not None:
            return f"the header has {', '.join(_CSV)}"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take every step between HS editions, both ways."""
        rows = part.grids()[0].rows()
        columns = Columns(next(rows))
        listed: dict[tuple[int, int], Pairs] = defaultdict(set)
        for cells in rows:
            row = into.next_row()
            match = _STEP.fullmatch(columns.cell(cells, "adjustment"))
            after, before = (columns.cell(cells, name).zfill(6) for name in _CSV[:2])
            if match is None or not {int(match[1]), int(match[2])} <= set(EDITIONS.values()):
                into.reject(row, "not between two HS editions", cells)
            elif not (after.isdigit() and before.isdigit() and len(after) == len(before) == 6):
                into.reject(row, "not a pair of codes of six digits", cells)
            elif (after, before) in listed[int(match[1]), int(match[2])]:
                into.reject(row, "stands twice", cells)
            else:
                listed[int(match[1]), int(match[2])].add((after, before))
                into.taken += 1
        for (newer, older), pairs in listed.items():
            if not pairs:
                continue
            forward = {(old, new) for new, old in pairs}
            both = {(newer, older): _cored(pairs), (older, newer): _cored(forward)}
            _hand_over(into, newer, older, both, _COMTRADE)


def _cored(pairs: Pairs) -> Pairs:
    """A code that kept its number keeps its core; only new numbers take all they are linked to."""
    kept = {source for source, target in pairs if source == target}
    return {(s, t) for s, t in pairs if s == t or s not in kept}


def _hand_over(
    into: Collected,
    newer: int,
    older: int,
    pairs: dict[tuple[int, int], Pairs],
    origin: tuple[str, str],
) -> None:
    source, licence = origin
    dataset = into.dataset(
        Facts("concordances", source, f"HS{newer} to HS{older}", licence, note="no weights")
    )
    for (start, end), linked in pairs.items():
        targets: dict[str, set[str]] = defaultdict(set)
        origins: dict[str, set[str]] = defaultdict(set)
        for code, target in linked:
            targets[code].add(target)
            origins[target].add(code)
        for code, target in linked:
            if targets[code] == {code}:
                continue
            many_from = "n" if len(origins[target]) > 1 else "1"
            many_to = "n" if len(targets[code]) > 1 else "1"
            key = (start, end, product_id(code), product_id(target))
            dataset.rows[key] = (0, (f"{many_from}:{many_to}", None))
