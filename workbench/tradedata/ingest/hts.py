"""The Harmonized Tariff Schedule of the United States as the USITC exports it: csv or JSON.

A rate stands on the eight-digit line, or on the ten-digit row where the line is not split; rows
below without one have that of the nearest row above, by indent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts
from workbench.tradedata.ingest.duties import Place, joined, name_year, us_preferences, worded
from workbench.tradedata.ingest.figures import digits, is_hs, us_edition
from workbench.tradedata.ingest.source import Columns, Part

_HEADER = ("HTS Number", "Indent", "General Rate of Duty")
_KEYS = ('"htsno"', '"indent"', '"general"')


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the schedule."""

    code: str
    indent: int
    general: str
    special: str
    column2: str
    said: str


class Hts:
    """Reads both exports."""

    kind = "hts"

    def recognise(self, part: Part) -> str | None:
        """By the columns HTS Number, Indent and General Rate of Duty, or the keys of the JSON."""
        if part.form == "json":
            text = part.start.decode("utf-8", "replace")
            if all(key in text for key in _KEYS[:2]):
                return "its records hold htsno and indent, as the USITC's HTS export does"
        elif part.form in ("table", "workbook") and any(
            grid.header_at(*_HEADER) is not None for grid in part.grids()
        ):
            return "the header has HTS Number, Indent and General Rate of Duty, as the HTS export's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the rates.

        Raises:
            TradeDataError: the year is not known.
        """
        year = into.stated.year or name_year(part.name)
        if year is None:
            raise TradeDataError(
                f"{part.name}: the schedule does not say of which year it is; say it with "
                "--year 2025"
            )
        dataset = into.dataset(
            Facts(
                table="tariffs",
                source="USITC Harmonized Tariff Schedule",
                edition=str(year),
                licence="public domain (United States Government)",
                hs_edition=into.stated.edition or us_edition(year),
                note="rates read from their wording; chapters 98 and 99 left out",
            )
        )
        above: list[_Line] = []
        for row, cells, line in _lines(part, into):
            if line is None:
                into.reject(row, "not a row of a schedule", cells)
                continue
            while above and above[-1].indent >= line.indent:
                above.pop()
            _take(row, cells, line, above, year, into, dataset)
            above.append(line)


def _lines(part: Part, into: Collected) -> Iterator[tuple[int, list[str], _Line | None]]:
    if part.form == "json":
        data = part.json()
        if not isinstance(data, list):
            raise TradeDataError(f"{part.name}: this is not a list of rows; export it again")
        for record in data:
            row = into.next_row()
            if not isinstance(record, dict):
                yield row, [str(record)], None
                continue
            cells = ["" if value is None else str(value) for value in record.values()]
            yield row, cells, _record(record)
        return
    grid = next(grid for grid in part.grids() if grid.header_at(*_HEADER) is not None)
    at = grid.header_at(*_HEADER) or 0
    columns = Columns(grid.head[at])
    for place, cells in enumerate(grid.rows()):
        if place <= at:
            continue
        row = into.next_row()
        indent = columns.cell(cells, "Indent")
        if not indent.isdigit() or len(cells) != len(columns.names):
            yield row, cells, None
            continue
        yield (
            row,
            cells,
            _Line(
                digits(columns.cell(cells, "HTS Number")),
                int(indent),
                columns.cell(cells, "General Rate of Duty"),
                columns.cell(cells, "Special Rate of Duty"),
                columns.cell(cells, "Column 2 Rate of Duty"),
                columns.cell(cells, "Additional Duties"),
            ),
        )


def _record(record: dict[str, Any]) -> _Line | None:
    indent = str(record.get("indent") or "")
    if not indent.isdigit():
        return None
    notes = record.get("footnotes") or []
    said = [str(note.get("value", "")).strip() for note in notes if isinstance(note, dict)]
    said += [str(record.get(key) or "") for key in ("additionalDuties", "addiitionalDuties")]
    return _Line(
        digits(str(record.get("htsno") or "")),
        int(indent),
        str(record.get("general") or "").strip(),
        str(record.get("special") or "").strip(),
        str(record.get("other") or "").strip(),
        joined(said),
    )


def _take(
    row: int,
    cells: Sequence[str],
    line: _Line,
    above: Sequence[_Line],
    year: int,
    into: Collected,
    dataset: Dataset,
) -> None:
    if len(line.code) < 8:
        into.reject(row, "a heading or a text row, which has no line of its own", cells)
        return
    if not is_hs(line.code):
        into.reject(row, "chapters 98 and 99, which change the duties of other lines", cells)
        return
    if not into.stated.wants(line.code):
        into.reject(row, "not among the codes asked for", cells)
        return
    rated = line if line.general else next((a for a in above[::-1] if a.general), None)
    if rated is None:
        into.reject(row, "no rate, and none above it", cells)
        return
    split = any(a.code == line.code[:8] for a in above)
    if split and rated is not line:
        into.taken += 1  # a statistical suffix: the line above stands for it
        return
    code = line.code if split else line.code[:8]
    place = Place("USA", code, "mfn", year)
    records = [worded(place, rated.general, line.said)]
    if rated.column2:
        records.append(worded(Place("USA", code, "column2", year, "US-COLUMN-2"), rated.column2))
    records += [
        worded(Place("USA", code, "preference", year, programme), text)
        for programme, text in us_preferences(rated.special)
    ]
    into.add(row, cells, dataset, *records)
