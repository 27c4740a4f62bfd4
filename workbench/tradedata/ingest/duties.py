"""Duty rates from tariff files -> rows of `tariffs`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.ingest.collected import Row
from workbench.tradedata.rate_text import DutyRate, parse_rate, programme_symbols
from workbench.tradedata.starter.layout import read

_FOOTNOTE = re.compile(r"\s+\d{1,2}/\s*$")
_PADDING = re.compile(r"(\d+\.\d*?)0+(?=\s*%)")


@dataclass(frozen=True, slots=True)
class Place:
    """Which rate: of whom, on what, when.

    Attributes:
        regime: mfn, preference, base, column2, bound or applied.
        programme: code of the agreement or scheme; "" for none.
        valid_from, valid_to: ISO dates, "" where the source has none.
    """

    importer: str
    line: str
    regime: str
    year: int
    programme: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def key(self) -> Row:
        """The key of the row; the loader turns the programme into its number."""
        return (
            ECONOMY_IDS[self.importer],
            product_id(self.line[:6]),
            self.line,
            self.regime,
            self.programme,
            self.year,
            self.valid_from,
        )


def worded(place: Place, text: str, said: str = "") -> Row:
    """The row of a rate as the schedule words it; a wording that is no number stays a wording.

    Args:
        place: which rate.
        text: the wording.
        said: what stands beside it, such as a footnote.
    """
    text = clean(text)
    return stated(place, _rate(text), f"{text} ({said})" if said else text)


def stated(place: Place, rate: DutyRate | None, text: str, other: float | None = None) -> Row:
    """The row of a rate in numbers; None for one that is not to be computed."""
    if rate is None:
        figures: Row = (None, None, None, None, None, None, None)
    elif rate.specific or other:
        # Its equivalent needs the trade it falls on: `derived.py`.
        figures = (rate.ad_valorem, rate.specific, rate.unit, other, None, None, None)
    else:
        figures = (rate.ad_valorem, None, None, None, rate.ad_valorem, "ad valorem", None)
    return (*place.key(), place.valid_to or None, *figures, text)


def per_cent(place: Place, value: float) -> Row:
    """The row of a rate that the source gives in per cent."""
    return stated(place, DutyRate(round(value / 100, 10)), f"{value:g}%")


def clean(text: str) -> str:
    """A wording without padding, footnote marks and spreadsheet zeros: "16.50% 1/" is "16.5%"."""
    text = _FOOTNOTE.sub("", " ".join(text.replace("¢", " cents").split()))
    return _PADDING.sub(lambda match: match[1].rstrip("."), text)


@cache
def us_symbols() -> dict[str, str]:
    """Symbol of the special column -> programme."""
    return {row[0]: row[1] for row in read("us_symbols")}


def us_preferences(special: str) -> list[tuple[str, str]]:
    """(programme, wording of its rate) of the United States' special column; each once."""
    found: dict[str, str] = {}
    for text, symbols in programme_symbols(clean(special)):
        for symbol in symbols:
            if programme := us_symbols().get(symbol):
                found.setdefault(programme, text)
    return list(found.items())


@cache
def _rate(text: str) -> DutyRate | None:
    return parse_rate(text)


def name_year(name: str) -> int | None:
    """The year in a file's name: hts_2025_basic, tariff_database_202506, …_22_02_2026_16_59."""
    match = re.search(r"(?<!\d)(20[0-4]\d)(?:[01]\d)?(?!\d)", name)
    match = match or re.search(r"(?<!\d)[0-3]\d[01]\d(20[0-4]\d)(?!\d)", name)
    return int(match[1]) if match else None


def joined(cells: Sequence[str]) -> str:
    """What stands in several cells."""
    return "; ".join(cell for cell in cells if cell)
