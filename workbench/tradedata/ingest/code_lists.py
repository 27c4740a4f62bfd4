"""Lists of codes in words, and how the codes of two lists relate: to be looked up, not computed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.tradedata.codes import UK_SCHEMES
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts
from workbench.tradedata.ingest.economy_codes import by_letters
from workbench.tradedata.ingest.figures import digits
from workbench.tradedata.ingest.source import Columns, Grid, Part

_PUBLIC = "public domain (United States Government)"
_OPEN_GOVERNMENT = "Open Government Licence v3.0"
_UK = "United Kingdom, rules of origin of the online tariff"


@dataclass(frozen=True, slots=True)
class _Layout:
    """A table that lists codes.

    Attributes:
        header: columns it is known by.
        name: of the list; "" to have it named after the file.
        source, licence: of the dataset.
        code, related, words: columns of the code, of the code of another list, and of its words.
        notes: columns of what else is said.
        file: what the file's name must begin with, where the columns alone say too little.
    """

    header: tuple[str, ...]
    name: str
    source: str
    licence: str
    code: str
    related: str = ""
    words: str = ""
    notes: tuple[str, ...] = ()
    file: str = ""


_BACI = ("CEPII BACI", "Etalab Open Licence 2.0")
_CENSUS = ("US Census Bureau", _PUBLIC)
_BEA = ("US Bureau of Economic Analysis, input-output tables", _PUBLIC)
_ICIO = ("OECD Inter-Country Input-Output tables", "CC BY 4.0")
_LAYOUTS = (
    _Layout(
        ("country_code", "country_name", "country_iso2", "country_iso3"),
        "CEPII BACI: economies",
        *_BACI,
        "country_code",
        "country_iso3",
        "country_name",
    ),
    _Layout(
        ("code", "description"),
        "CEPII BACI: products",
        *_BACI,
        "code",
        words="description",
        file="product_codes",
    ),
    _Layout(
        ("Code", "Name", "ISO Code"),
        "US Census Bureau: Schedule C",
        *_CENSUS,
        "Code",
        "ISO Code",
        "Name",
    ),
    _Layout(
        ("cty_code", "iso3"), "US Census Bureau: codes and ISO's", *_CENSUS, "cty_code", "iso3"
    ),
    _Layout(
        ("code", "country_or_region"), "OECD: economies", *_ICIO, "code", words="country_or_region"
    ),
    _Layout(
        ("code", "economic_activity"), "OECD: industries", *_ICIO, "code", words="economic_activity"
    ),
    _Layout(
        ("Commodity Code", "Description"),
        "BEA: commodities",
        *_BEA,
        "Commodity Code",
        words="Description",
    ),
    _Layout(
        ("summary_code", "detail_code", "detail_description"),
        "BEA: industries and their summaries",
        *_BEA,
        "detail_code",
        "summary_code",
        "detail_description",
    ),
    _Layout(
        ("section", "name"),
        "Harmonized System: sections",
        "UN Statistics Division, HS classification",
        "ODC PDDL 1.0",
        "section",
        words="name",
    ),
    _Layout(
        ("indicator", "series_id", "direction", "anchor"),
        "",
        "register of indicators",
        "not stated",
        "indicator",
        "series_id",
        "anchor",
        ("direction", "source", "year_min", "year_max", "license", "flags"),
    ),
)


class CodeLists:
    """Reads tables of codes; in an archive they belong to the figures beside them."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By the columns of each list."""
        if part.member or (found := listed_in(part)) is None:
            return None
        layout, _, _ = found
        return f"the header has {', '.join(layout.header)}, as a list of codes"

    def read(self, part: Part, into: Collected) -> None:
        """Take the codes."""
        found = listed_in(part)
        assert found is not None, "no other file is given to this reader"
        layout, grid, at = found
        columns = Columns(grid.head[at])
        stem = part.name.rsplit(".", 1)[0]
        release = re.search(r"_V(\d{6})", part.name)
        dataset = _dataset(
            into, layout.source, layout.licence, release[1] if release else "as imported"
        )
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            code, related, words = (
                columns.cell(cells, name) if name else ""
                for name in (layout.code, layout.related, layout.words)
            )
            if len(cells) != len(columns.names):
                into.reject(row, "wrong number of columns", cells)
            elif not code:
                into.reject(row, "no code", cells)
            else:
                notes = "; ".join(
                    f"{name.replace('_', ' ')} {said}"
                    for name in layout.notes
                    if (said := columns.cell(cells, name))
                )
                into.add(row, cells, dataset, (layout.name or stem, code, related, words, notes))


def listed_in(part: Part) -> tuple[_Layout, Grid, int] | None:
    """The list of codes that a table is, with its grid and the place of its header."""
    if part.form not in ("table", "workbook"):
        return None
    for grid in part.grids():
        for layout in _LAYOUTS:
            if not part.name.lower().startswith(layout.file):
                continue
            at = grid.header_at(*layout.header)
            # A table of figures may have these columns too, among others.
            if at is not None and (layout.notes or len(grid.head[at]) == len(layout.header)):
                return layout, grid, at
    return None


class QueryParameters:
    """The file that tells what was asked of DataWeb, a line a choice."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By its first lines."""
        if part.form == "table" and any(
            "Step 1: Trade Flow" in cell for cells in part.grids()[0].head[:5] for cell in cells
        ):
            return "its lines are the steps of a USITC DataWeb query"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take what was chosen at each step."""
        dataset = _dataset(into, "USITC DataWeb", _PUBLIC)
        step = ""
        for cells in part.grids()[0].rows():
            row = into.next_row()
            said = ", ".join(cell for cell in cells[1:] if cell)
            if re.match(r"Step \d+:", cells[0]):
                step = cells[0]
                into.reject(row, "the heading of a step", cells)
            elif not said:
                into.reject(row, "nothing was chosen", cells)
            else:
                name = f"DataWeb query: {part.name.rsplit('.', 1)[0]}"
                into.add(row, cells, dataset, (name, cells[0], step, said, ""))


_Found = Iterator[tuple[str, tuple[str, ...], str, str]]
"""Code, codes of another list it relates to, words, note."""


class Schemes:
    """The schemes of rules of origin of the United Kingdom, each with its economies."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        return _known_by(part, "schemes", "scheme_code")

    def read(self, part: Part, into: Collected) -> None:
        """Take the schemes.

        Raises:
            TradeDataError: there is no list of them.
        """
        found = map(_scheme, part.json_entries("schemes"))
        _take(into, UK_SCHEMES, _UK, _OPEN_GOVERNMENT, found)


def _scheme(entry: dict[str, Any]) -> tuple[str, tuple[str, ...], str, str]:
    listed = entry.get("countries")
    letters = [str(each) for each in listed] if isinstance(listed, list) else []
    document = entry.get("ord")
    dated = document.get("ord_date") if isinstance(document, dict) else None
    notes = (
        ("from", entry.get("validity_start_date")),
        ("to", entry.get("validity_end_date")),
        ("Origin Reference Document of", dated),
    )
    return (
        _text(entry.get("scheme_code")),
        # Beside economies some schemes name themselves, in words.
        tuple(dict.fromkeys(by_letters(each) or each for each in letters if len(each) == 2)),
        _text(entry.get("title")),
        "; ".join(f"{words} {_text(said)}" for words, said in notes if _text(said)),
    )


class Areas:
    """Areas of origin by number, and the scheme that holds for each."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By keys of four digits."""
        if part.form == "json" and re.match(rb'\s*\{\s*"\d{4}"\s*:', part.start[:200]):
            return "its keys are numbers of areas of origin, as of the United Kingdom's schemes"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the areas that have a scheme.

        Raises:
            TradeDataError: it is no object.
        """
        areas = part.json_object().items()
        found = ((str(area), _words(scheme), "", "") for area, scheme in areas)
        _take(
            into,
            "United Kingdom: areas of origin",
            _UK,
            _OPEN_GOVERNMENT,
            found,
            alone="no scheme holds for it",
        )


class Wordings:
    """Wordings of rules of origin, without spaces and signs, and the classes they belong to."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By the classes."""
        text = part.start[:2000].decode("utf-8", "replace") if part.form == "json" else ""
        if re.search(r'\[\s*"(WO|CC|CTH|CTSH)"', text):
            return "its values are classes of rules of origin such as WO and CTH"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the wordings that have a class.

        Raises:
            TradeDataError: it is no object.
        """
        wordings = part.json_object().items()
        found = ((str(words), _words(classes), "", "") for words, classes in wordings)
        name = "United Kingdom: wordings of rules of origin"
        _take(into, name, _UK, _OPEN_GOVERNMENT, found, alone="no class is given for it")


class Rulings:
    """What United States customs found of single goods."""

    kind = "codes"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        return _known_by(part, "cases", "ruling")

    def read(self, part: Part, into: Collected) -> None:
        """Take the rulings.

        Raises:
            TradeDataError: there is no list of them.
        """
        source = "US Customs and Border Protection, rulings"
        name = "US Customs: rulings on changes of classification"
        _take(into, name, source, _PUBLIC, map(_ruling, part.json_entries("cases")))


def _ruling(entry: dict[str, Any]) -> tuple[str, tuple[str, ...], str, str]:
    good = digits(_text(entry.get("good")))
    year, note = _text(entry.get("year")), _text(entry.get("note"))
    materials = ", ".join(_words(entry.get("materials")))
    parts = (year, f"from materials of {materials}" if materials else "", note)
    return (
        _text(entry.get("ruling")),
        (good,) if good else (),
        _text(entry.get("cbp")).replace("_", " "),
        "; ".join(part for part in parts if part),
    )


def _dataset(into: Collected, source: str, licence: str, edition: str = "as imported") -> Dataset:
    return into.dataset(Facts("code_lists", source, edition, licence))


def _take(
    into: Collected, name: str, source: str, licence: str, found: _Found, *, alone: str = ""
) -> None:
    """Add each entry, a row for each code it relates to; `alone` is why one without is left out."""
    dataset = _dataset(into, source, licence)
    for code, related, words, note in found:
        row = into.next_row()
        cells = [code, *related, words, note]
        if not code:
            into.reject(row, "no code", cells)
        elif alone and not related:
            into.reject(row, alone, cells)
        else:
            records = [(name, code, other, words, note) for other in related or ("",)]
            into.add(row, cells, dataset, *records)


def _known_by(part: Part, *names: str) -> str | None:
    return f"its keys are {' and '.join(names)}" if part.has_keys(*names) else None


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _words(value: object) -> tuple[str, ...]:
    listed: Sequence[object] = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(words for each in listed if (words := _text(each))))


CODE_LISTS = (CodeLists(), QueryParameters(), Schemes(), Areas(), Wordings(), Rulings())
"""Every reader of such lists."""
