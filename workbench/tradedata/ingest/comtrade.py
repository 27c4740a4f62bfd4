"""UN Comtrade: the csv of the old web page and API, the csv of the new, and its JSON.

Values are full USD; imports with cost, insurance and freight, exports free on board. Only annual
totals between two economies at one level of detail are taken: everything else in a file is a sum or
a part of those, and would be counted twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.flow_arrays import MISSING
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.economy_codes import by_letters, by_number, is_world
from workbench.tradedata.ingest.figures import digits, is_hs, is_missing, number, year_of
from workbench.tradedata.ingest.source import Columns, Part

_EDITIONS = {
    "H0": 1992, "H1": 1996, "H2": 2002, "H3": 2007, "H4": 2012, "H5": 2017, "H6": 2022,
}  # fmt: skip
_FLOWS = {"1": "M", "2": "X", "3": "RX", "4": "RM"}

# Our name -> the names of the column in the layouts, oldest first; snake_case is made here too.
_FIELDS = {
    "year": ("Year", "refYear", "period"),
    "month": ("refMonth",),
    "frequency": ("freqCode",),
    "flow": ("Trade Flow Code", "flowCode", "rgCode"),
    "reporter": ("Reporter Code", "reporterCode", "rtCode"),
    "reporter letters": ("Reporter ISO", "reporterISO"),
    "partner": ("Partner Code", "partnerCode", "ptCode"),
    "partner letters": ("Partner ISO", "partnerISO"),
    "partner2": ("2nd Partner Code", "partner2Code"),
    "customs": ("Customs Proc. Code", "customsCode"),
    "transport": ("Mode of Transport Code", "motCode"),
    "supply": ("mosCode",),
    "classification": ("Classification", "classificationCode"),
    "code": ("Commodity Code", "cmdCode"),
    "weight": ("Netweight (kg)", "netWgt"),
    "value": ("Trade Value (US$)", "primaryValue", "TradeValue"),
}
_NEEDED = ("year", "flow", "reporter", "partner", "classification", "code", "value")


def _snake(name: str) -> str:
    """The name as the R client writes it: refYear -> ref_year."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)


def _places(header: Sequence[str]) -> dict[str, int]:
    columns = Columns(header)
    found = {}
    for ours, names in _FIELDS.items():
        snakes = [_snake(name).replace("i_s_o", "iso") for name in names if " " not in name]
        place = columns.at(*names, *snakes)
        if place is not None:
            found[ours] = place
    return found


@dataclass
class _Level:
    """The lanes of one length of code."""

    lanes: dict[tuple[str, int, int, int, int, int], tuple[int, float, float | None]] = field(
        default_factory=dict
    )
    world: dict[tuple[int, int, int], float] = field(default_factory=dict)
    rows: dict[tuple[str, int, int, int, int, int], tuple[int, str]] = field(default_factory=dict)


class Comtrade:
    """Reads all its layouts."""

    kind = "comtrade"

    def recognise(self, part: Part) -> str | None:
        """By the columns (or keys) that only Comtrade has."""
        if part.form == "json":
            text = part.start[:4000].decode("utf-8", "replace")
            if '"cmdCode"' in text and '"primaryValue"' in text:
                return "its JSON records hold cmdCode and primaryValue, as UN Comtrade's do"
            return None
        if part.form != "table":
            return None
        for grid in part.grids():
            if grid.head:
                found = _places(grid.head[0])
                if all(name in found for name in _NEEDED):
                    return (
                        f"the header has {len(grid.head[0])} columns and among them "
                        f"{grid.head[0][found['value']]} and {grid.head[0][found['code']]}, "
                        "as UN Comtrade's"
                    )
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the lanes."""
        levels: dict[int, _Level] = defaultdict(_Level)
        width = 0
        for row, cells, found in _records(part, into):
            width = width or len(cells)
            if len(cells) < width:
                into.reject(row, "wrong number of columns", cells)
                continue
            fault = _take(row, cells, found, into, levels)
            if fault:
                into.reject(row, fault, cells)
        if not levels:
            return
        deepest = max(levels)
        for length, level in levels.items():
            if length != deepest:
                into.reject_many(
                    f"a sum at {length} digits of what stands at {deepest}", level.rows.values()
                )
        _hand_over(levels[deepest], deepest, into)


def _records(part: Part, into: Collected) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    """Number, cells and places of the fields of every record."""
    if part.form == "json":
        data = part.json()
        records = data.get("data") if isinstance(data, dict) else data
        if not isinstance(records, list):
            raise TradeDataError(f"{part.name}: there is no list of records under 'data'")
        keys = list(dict.fromkeys(key for r in records if isinstance(r, dict) for key in r))
        places = _places(keys)
        for record in records:
            row = into.next_row()
            if not isinstance(record, dict):
                into.reject(row, "not a record", str(record))
                continue
            cells = ["" if record.get(key) is None else str(record[key]) for key in keys]
            yield row, cells, places
        return
    rows = part.grids()[0].rows()
    places = _places(next(rows))
    for cells in rows:
        yield into.next_row(), cells, places


def _take(
    row: int,
    cells: Sequence[str],
    found: dict[str, int],
    into: Collected,
    levels: dict[int, _Level],
) -> str:
    """Take a record into its level; or say why not."""

    def cell(name: str) -> str:
        place = found.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    flow = _FLOWS.get(cell("flow"), cell("flow").upper())
    if flow not in ("M", "X"):
        return "not plain imports or exports (re-exports and the like are parts of those)"
    if cell("frequency").upper() not in ("", "A") or cell("month") not in ("", "52", "0"):
        return "not a whole year"
    for name, total in (("partner2", "0"), ("transport", "0"), ("supply", "0"), ("customs", "C00")):
        if cell(name) not in ("", total, f"{total}.0"):
            return "a part of a total (second partner, customs procedure or mode of transport)"
    classification = cell("classification").upper()
    edition = _EDITIONS.get(classification) or into.stated.edition
    if edition is None or not (classification.startswith("H") or not classification):
        return f"codes of {classification or 'no classification'}, not of an HS edition"
    code = digits(cell("code"))
    if len(code) not in (2, 4, 6):
        return "not a product code of 2, 4 or 6 digits"
    if not is_hs(code):
        return "a code outside the Harmonized System"
    if not into.stated.wants(code):
        return "not among the codes asked for"
    year = year_of(cell("year"))
    if year is None:
        return "not a year"
    reporter = _economy(cell("reporter"), cell("reporter letters"))
    if not reporter:
        return "no such economy reports"
    value = number(cell("value"))
    if value is None or value <= 0:
        return "no value, or one that is not above zero"
    level = levels[len(code)]
    product = product_id(code)
    if is_world(cell("partner")) or cell("partner letters") == "WLD":
        if flow == "M":
            level.world[year, product, ECONOMY_IDS[reporter]] = value
        return "the world total, which is the sum of the other rows"
    partner = _economy(cell("partner"), cell("partner letters"))
    if not partner:
        return "no such economy, or a group of several"
    weight = number(cell("weight"))
    kilograms = weight if weight and not is_missing(cell("weight")) else None
    ends = (reporter, partner) if flow == "M" else (partner, reporter)
    importer, exporter = (ECONOMY_IDS[end] for end in ends)
    lane = (flow, edition, year, product, importer, exporter)
    before = level.lanes.get(lane)
    if before is not None:
        same = before[1:] == (value, kilograms)
        return "stands twice" if same else "contradicts an earlier row"
    level.lanes[lane] = (row, value, kilograms)
    level.rows[lane] = (row, ",".join(cells))
    return ""


def _economy(code: str, letters: str) -> str:
    """The economy of a code, else of its letters; customs territories are groups here."""
    found = by_number(int(code)) if code.isascii() and code.isdigit() else ""
    found = found or by_letters(letters)
    return found if found and ECONOMY_IDS[found] < 9000 else ""


def _hand_over(level: _Level, length: int, into: Collected) -> None:
    sums: dict[tuple[int, int, int], float] = defaultdict(float)
    for (flow, _, year, product, importer, _), (_, value, _) in level.lanes.items():
        if flow == "M":
            sums[year, product, importer] += value
    # Only the world totals in the file can show that all suppliers are there.
    whole = bool(sums) and all(
        market in level.world and abs(level.world[market] - total) <= 0.01 * level.world[market]
        for market, total in sums.items()
    )
    for (flow, edition, year, product, importer, exporter), (
        row,
        value,
        weight,
    ) in level.lanes.items():
        imports = flow == "M"
        facts = Facts(
            table="trade_flows" if length == 6 else "national_trade",
            source="UN Comtrade",
            edition=f"HS{edition}, {'imports' if imports else 'exports'}",
            licence="United Nations; for internal use, not to be passed on without permission",
            hs_edition=edition,
            basis="CIF" if imports else "FOB",
            reported_by="importer" if imports else "exporter",
            whole_market=imports and whole,
            note="as reported; the imports are with cost, insurance and freight" if imports else "",
        )
        dataset = into.dataset(facts)
        if length == 6:
            kilograms = MISSING if weight is None else round(weight)
            dataset.pending.append((year, product, importer, exporter, round(value), kilograms))
        else:
            code = f"{product:0{length}d}"
            measure = "imports" if imports else "exports"
            key = (importer, code, year, exporter, measure)
            unit = None if weight is None else "kg"
            dataset.rows[key] = (row, (round(value), weight, unit))
        into.taken += 1
    for dataset in into.datasets.values():
        dataset.settle()
