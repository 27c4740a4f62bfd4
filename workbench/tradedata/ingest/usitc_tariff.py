"""The USITC's annual tariff database: one row an eight-digit line, a group of columns a programme.

Rates are read from their wording; the number columns, which hold 9999.999999 where nothing can be
computed and here and there contradict the wording, serve where the wording is no number.
"""

from collections.abc import Sequence
from datetime import datetime

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.collected import Collected, Facts, Row
from workbench.tradedata.ingest.duties import (
    Place,
    clean,
    name_year,
    stated,
    us_preferences,
    us_symbols,
    worded,
)
from workbench.tradedata.ingest.figures import digits, is_hs, number, us_edition
from workbench.tradedata.ingest.source import Columns, Part
from workbench.tradedata.rate_text import DutyRate, parse_rate

_NEEDED = ("hts8", "mfn_text_rate", "mfn_rate_type_code")
_SENTINEL = 9000.0
_AGREEMENTS = (
    "usmca",
    "korea",
    "japan",
    "singapore",
    "chile",
    "morocco",
    "australia",
    "bahrain",
    "dr_cafta",
    "oman",
    "peru",
    "colombia",
    "panama",
    "jordan",
)
_UNITS = {"KG": "kg", "T": "t"}


class UsitcTariff:
    """Reads csv and pipe-delimited text."""

    kind = "usitc-tariff"

    def recognise(self, part: Part) -> str | None:
        """By hts8 beside the mfn columns."""
        if part.form in ("table", "workbook"):
            for grid in part.grids():
                if grid.header_at(*_NEEDED) is not None:
                    return "the header has hts8, mfn_text_rate and mfn_rate_type_code, as USITC's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the rates of every line and programme.

        Raises:
            TradeDataError: the year is not known.
        """
        year = into.stated.year or name_year(part.name)
        if year is None:
            raise TradeDataError(
                f"{part.name}: the name of the file does not say its year; say it with --year 2025"
            )
        dataset = into.dataset(
            Facts(
                table="tariffs",
                source="USITC tariff database",
                edition=str(year),
                licence="public domain (United States Government)",
                hs_edition=into.stated.edition or us_edition(year),
                note="rates read from their wording; chapters 98 and 99 left out",
            )
        )
        grid = next(g for g in part.grids() if g.header_at(*_NEEDED) is not None)
        at = grid.header_at(*_NEEDED) or 0
        columns = Columns(grid.head[at])
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            code = digits(columns.cell(cells, "hts8")).zfill(8)
            if len(code) != 8 or len(cells) > len(columns.names):
                into.reject(row, "not a line of eight digits", cells)
            elif not is_hs(code):
                reason = "chapters 98 and 99, which change the duties of other lines"
                into.reject(row, reason, cells)
            elif not into.stated.wants(code):
                into.reject(row, "not among the codes asked for", cells)
            elif not columns.cell(cells, "mfn_text_rate", "mfn_ad_val_rate"):
                into.reject(row, "no rate", cells)
            else:
                into.add(row, cells, dataset, *_records(code, year, columns, cells))


def _records(code: str, year: int, columns: Columns, cells: Sequence[str]) -> list[Row]:
    start = _date(columns.cell(cells, "begin_effect_date"))
    end = _date(columns.cell(cells, "end_effective_date"))
    said = columns.cell(cells, "footnote_comment")

    def place(regime: str, programme: str = "") -> Place:
        return Place("USA", code, regime, year, programme, start, end)

    records = [_rate(place("mfn"), "mfn", columns, cells, said)]
    if columns.cell(cells, "col2_text_rate"):
        records.append(_rate(place("column2", "US-COLUMN-2"), "col2", columns, cells))
    found = us_preferences(columns.cell(cells, "col1_special_text"))
    records += [worded(place("preference", programme), text) for programme, text in found]
    told = {programme for programme, _ in found}
    for agreement in _AGREEMENTS:
        programme = us_symbols().get(columns.cell(cells, f"{agreement}_indicator"))
        if programme and programme not in told:
            rate, other = _numbers(agreement, columns, cells)
            records.append(stated(place("preference", programme), rate, _text(rate), other))
    return records


def _rate(place: Place, group: str, columns: Columns, cells: Sequence[str], said: str = "") -> Row:
    text = clean(columns.cell(cells, f"{group}_text_rate"))
    if not text or parse_rate(text) is None:
        rate, other = _numbers(group, columns, cells)
        return stated(place, rate, text or _text(rate), other)
    return worded(place, text, said)


def _numbers(
    group: str, columns: Columns, cells: Sequence[str]
) -> tuple[DutyRate | None, float | None]:
    """The rate in the number columns and a second specific rate; None where there is none."""
    kind = columns.cell(cells, f"{group}_rate_type_code")
    share, specific, other = (
        number(columns.cell(cells, f"{group}_{name}_rate")) or 0.0
        for name in ("ad_val", "specific", "other")
    )
    if kind not in "01234567" or not kind or max(share, specific, other) > _SENTINEL:
        return None, None
    if kind == "0":
        return DutyRate(0.0), None
    counted = "quantity_2_code" if kind in "25" else "quantity_1_code"
    code = columns.cell(cells, counted)
    unit = _UNITS.get(code, code.lower())
    return DutyRate(share, specific, unit if specific else ""), (other or None)


def _text(rate: DutyRate | None) -> str:
    """The wording of a rate that the source gives in numbers only."""
    if rate is None:
        return "not computable"
    parts = [f"${rate.specific:g}/{rate.unit}"] if rate.specific else []
    if rate.ad_valorem or not parts:
        parts.append(f"{rate.ad_valorem * 100:g}%" if rate.ad_valorem else "Free")
    return " + ".join(parts)


def _date(text: str) -> str:
    """An ISO date of 1/31/25, 01/31/2025 or 2025-01-31; "" for anything else."""
    for form in ("%m/%d/%y", "%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.split(" ")[0], form).date().isoformat()
        except ValueError:
            continue
    return ""
