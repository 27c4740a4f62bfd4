"""Content shares, elasticities, indicators and observed utilisation."""

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.duties import name_year
from workbench.tradedata.ingest.economy_codes import by_letters, by_schedule_c, economy_of
from workbench.tradedata.ingest.figures import digits, is_hs, is_missing, number, padded, year_of
from workbench.tradedata.ingest.source import Columns, Grid, Part
from workbench.tradedata.ingest.writing import packed
from workbench.tradedata.starter.layout import read as read_table

_CONTENT = ("economy", "sector", "origin", "value_added_share", "direct_input_share")
_PROTEE = ("HS6", "zero", "positive", "sigma")
_GROUPS = ("ccode", "cname", "hs_3digit", "sigma")
_LONG = ("economy", "indicator", "value")
_CLAIMS = ("hts10", "cty_code", "total_value", "usmca_value")


def _grid(part: Part, names: Sequence[str]) -> tuple[Grid, int] | None:
    if part.form not in ("table", "workbook"):
        return None
    for grid in part.grids():
        at = grid.header_at(*names)
        if at is not None:
            return grid, at
    return None


class Content:
    """Shares of an industry's output by the origin of its content, from input-output tables."""

    kind = "icio-content"

    def recognise(self, part: Part) -> str | None:
        """By its five columns."""
        return f"the header has {', '.join(_CONTENT)}" if _grid(part, _CONTENT) else None

    def read(self, part: Part, into: Collected) -> None:
        """Take the shares, an industry at a time.

        Raises:
            TradeDataError: the year is not known.
        """
        grid, at = _grid(part, _CONTENT) or (part.grids()[0], 0)
        columns = Columns(grid.head[at])
        named = into.stated.year or name_year(part.name)
        shares: dict[tuple[int, str, int], dict[int, tuple[float, float]]] = defaultdict(dict)
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            year = year_of(columns.cell(cells, "year")) or named
            if year is None:
                raise TradeDataError(
                    f"{part.name}: neither a column nor the file's name says the year; say it with "
                    "--year 2022"
                )
            economy, origin = (by_letters(columns.cell(cells, n)) for n in ("economy", "origin"))
            declared, traced = (
                number(columns.cell(cells, n)) for n in ("direct_input_share", "value_added_share")
            )
            sector = columns.cell(cells, "sector")
            if not economy or not origin:
                into.reject(row, "no such economy", cells)
            elif declared is None or traced is None or not sector:
                into.reject(row, "not a number where one must be", cells)
            elif not (0 <= declared <= 1 and 0 <= traced <= 1):
                into.reject(row, "not a share between 0 and 1", cells)
            else:
                held = shares[year, sector, ECONOMY_IDS[economy]]
                if ECONOMY_IDS[origin] in held:
                    into.reject(row, "stands twice", cells)
                    continue
                held[ECONOMY_IDS[origin]] = (declared, traced)
                into.taken += 1
        dataset = into.dataset(
            Facts(
                "content_shares",
                "OECD Inter-Country Input-Output tables",
                "as imported",
                "CC BY 4.0",
                note="shares of gross output; what is not listed is not known",
            )
        )
        for key, by_origin in shares.items():
            origins = sorted(by_origin)
            dataset.rows[key] = (
                0,
                (
                    len(origins),
                    packed("H", origins),
                    packed("d", [by_origin[origin][0] for origin in origins]),
                    packed("d", [by_origin[origin][1] for origin in origins]),
                ),
            )


class Elasticities:
    """CEPII ProTEE: trade elasticities by HS 2007 subheading."""

    kind = "elasticities"

    def recognise(self, part: Part) -> str | None:
        """By its four columns."""
        if _grid(part, _PROTEE):
            return "the header is HS6, zero, positive, sigma, as CEPII ProTEE's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the significant negative estimates."""
        grid, at = _grid(part, _PROTEE) or (part.grids()[0], 0)
        columns = Columns(grid.head[at])
        dataset = into.dataset(
            Facts(
                "elasticities",
                "CEPII ProTEE",
                "0.1",
                "Etalab Open Licence 2.0",
                into.stated.edition or 2007,
                note="significant negative estimates only",
            )
        )
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            code = padded(columns.cell(cells, "HS6"))
            sigma = number(columns.cell(cells, "sigma"))
            if len(code) != 6 or not is_hs(code):
                into.reject(row, "not an HS code of six digits", cells)
            elif columns.cell(cells, "zero") != "0":
                into.reject(row, "not significantly different from zero", cells)
            elif columns.cell(cells, "positive") != "0":
                into.reject(row, "a positive estimate", cells)
            elif sigma is None or sigma >= 0:
                into.reject(row, "no estimate", cells)
            elif not into.stated.wants(code):
                into.reject(row, "not among the codes asked for", cells)
            else:
                into.add(row, cells, dataset, (product_id(code), sigma))


class Indicators:
    """A long table: economy, indicator, year, value."""

    kind = "indicators"

    def recognise(self, part: Part) -> str | None:
        """By the columns economy, indicator and value."""
        return "the header has economy, indicator and value" if _grid(part, _LONG) else None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures."""
        grid, at = _grid(part, _LONG) or (part.grids()[0], 0)
        columns = Columns(grid.head[at])
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            economy = economy_of(columns.cell(cells, "economy"))
            name = columns.cell(cells, "indicator")
            text = columns.cell(cells, "value")
            value = number(text)
            year = year_of(columns.cell(cells, "year")) or into.stated.year
            if not economy:
                into.reject(row, "no such economy", cells)
            elif not name:
                into.reject(row, "no name of an indicator", cells)
            elif is_missing(text):
                into.reject(row, "no value", cells)
            elif value is None:
                into.reject(row, "not a number where one must be", cells)
            else:
                unit = columns.cell(cells, "unit") or "as the source has it"
                source = columns.cell(cells, "source") or into.stated.source or part.name
                dataset = into.dataset(
                    Facts("indicators", source, into.stated.release or "as imported", "not stated")
                )
                key = (name, ECONOMY_IDS[economy], year)
                into.add(row, cells, dataset, (*key, value, False, unit, year))


class WideIndicators:
    """A row an economy, a column an indicator."""

    kind = "indicators"

    def recognise(self, part: Part) -> str | None:
        """By a first column of ISO codes, and numbers in all others."""
        if part.form != "table" or not (head := part.grids()[0].head)[1:]:
            return None
        cells = [cell for row in head[1:] for cell in row[1:]]
        if (
            head[0][0].lower() == "iso3"
            and any(number(cell) is not None for cell in cells)
            and all(is_missing(cell) or number(cell) is not None for cell in cells)
        ):
            return "the first column is iso3 and all others hold numbers"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures."""
        grid = part.grids()[0]
        names = grid.head[0][1:]
        year = into.stated.year or name_year(part.name)
        unit = "risk score, 0 to 1" if "risk" in part.name.lower() else "as the source has it"
        dataset = into.dataset(Facts("indicators", part.name, "as imported", "not stated"))
        for place, cells in enumerate(grid.rows()):
            if place == 0:
                continue
            row = into.next_row()
            economy = by_letters(cells[0])
            texts = [text for text in cells[1:] if not is_missing(text)]
            if not economy:
                into.reject(row, "no such economy", cells)
            elif len(cells) != len(names) + 1:
                into.reject(row, "wrong number of columns", cells)
            elif any(number(text) is None for text in texts):
                into.reject(row, "not a number where one must be", cells)
            elif not texts:
                into.reject(row, "no value", cells)
            else:
                records = [
                    ((name, ECONOMY_IDS[economy], year), number(text))
                    for name, text in zip(names, cells[1:], strict=True)
                    if not is_missing(text)
                ]
                rows = [(*key, value, False, unit, year) for key, value in records]
                into.add(row, cells, dataset, *rows)


class GovernanceJson:
    """The mean of the Worldwide Governance Indicators, a number an economy."""

    kind = "indicators"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        text = part.start[:400].decode("utf-8", "replace") if part.form == "json" else ""
        return "its keys are source and wgi" if '"source"' in text and '"wgi"' in text else None

    def read(self, part: Part, into: Collected) -> None:
        """Take the figures.

        Raises:
            TradeDataError: the object is not of numbers.
        """
        data = part.json()
        figures = data.get("wgi") if isinstance(data, dict) else None
        if not isinstance(figures, dict):
            raise TradeDataError(f"{part.name}: there is no object of figures under 'wgi'")
        dataset = into.dataset(
            Facts(
                "indicators",
                "World Bank, Worldwide Governance Indicators",
                "mean of six estimates, latest year",
                "CC BY 4.0",
            )
        )
        years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", str(data.get("source", "")))
        first, last = (int(years[0]), int(years[-1])) if years else (None, into.stated.year)
        for letters, value in figures.items():
            row = into.next_row()
            economy = by_letters(str(letters))
            if not economy:
                into.reject(row, "no such economy", [str(letters), str(value)])
            elif isinstance(value, bool) or not isinstance(value, int | float):
                into.reject(row, "not a number where one must be", [str(letters), str(value)])
            else:
                key = ("governance_score", ECONOMY_IDS[economy], last)
                record = (*key, float(value), False, "score, -2.5 to 2.5", first)
                into.add(row, [str(letters)], dataset, record)


class GroupElasticities:
    """Broda, Greenfield and Weinstein: substitution by importer and group of three HS digits."""

    kind = "elasticities"

    def recognise(self, part: Part) -> str | None:
        """By its four columns."""
        if _grid(part, _GROUPS):
            return f"the header has {', '.join(_GROUPS)}, as Broda, Greenfield and Weinstein's"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the median over importers; a trade elasticity is one less the substitution's."""
        grid, at = _grid(part, _GROUPS) or (part.grids()[0], 0)
        columns = Columns(grid.head[at])
        dataset = into.dataset(
            Facts(
                "elasticities",
                "Broda, Greenfield and Weinstein",
                "1994-2003, three digits of HS",
                "MIT (insongkim/concordance)",
                note="1 - sigma, median over importers; the same for all codes of a group",
            )
        )
        sigmas: dict[str, list[float]] = defaultdict(list)
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            group = number(columns.cell(cells, "hs_3digit"))
            sigma = number(columns.cell(cells, "sigma"))
            if group is None or not 10 <= group <= 979 or group != int(group):
                into.reject(row, "not a group of three HS digits", cells)
            elif sigma is None or sigma <= 1:
                into.reject(row, "no elasticity of substitution above one", cells)
            else:
                sigmas[f"{int(group):03d}"].append(sigma)
                into.taken += 1
        for code, _ in read_table("products"):
            if len(code) == 6 and code[:3] in sigmas and into.stated.wants(code):
                elasticity = round(1 - median(sigmas[code[:3]]), 6)
                dataset.rows[product_id(code),] = (0, (elasticity,))


class Utilisation:
    """United States imports by HTS-10 with the part that claims USMCA origin."""

    kind = "utilisation"

    def recognise(self, part: Part) -> str | None:
        """By its columns."""
        return f"the header has {', '.join(_CLAIMS)}" if _grid(part, _CLAIMS) else None

    def read(self, part: Part, into: Collected) -> None:
        """Take trade and claims by line and period.

        Raises:
            TradeDataError: the year is not known.
        """
        grid, at = _grid(part, _CLAIMS) or (part.grids()[0], 0)
        columns = Columns(grid.head[at])
        named = into.stated.year or name_year(part.name)
        if named is None and not columns.has("month"):
            raise TradeDataError(
                f"{part.name}: neither a column nor the file's name says the year; say it with "
                "--year 2025"
            )
        usa = ECONOMY_IDS["USA"]
        monthly = columns.has("month")
        dataset = into.dataset(
            Facts(
                "utilisation",
                "USITC DataWeb",
                f"claims by line, {'monthly' if monthly else 'annual'}",
                "public domain (United States Government)",
                note="claims of origin as a part of customs value",
            )
        )
        for place, cells in enumerate(grid.rows()):
            if place <= at:
                continue
            row = into.next_row()
            line = digits(columns.cell(cells, "hts10")).zfill(10)
            country = digits(columns.cell(cells, "cty_code"))
            partner = by_schedule_c(int(country)) if country else ""
            value, claimed = (
                number(columns.cell(cells, n)) for n in ("total_value", "usmca_value")
            )
            period = columns.cell(cells, "month") if monthly else str(named)
            if len(line) != 10:
                into.reject(row, "not a line of ten digits", cells)
            elif not partner:
                into.reject(row, "no such economy", cells)
            elif value is None or claimed is None or year_of(period) is None:
                into.reject(row, "not a number where one must be", cells)
            elif not 0 <= claimed <= value:
                into.reject(row, "claims below zero or above the trade", cells)
            elif not into.stated.wants(line):
                into.reject(row, "not among the codes asked for", cells)
            else:
                programme = into.stated.programme or "USMCA"
                key = (usa, programme, period, line, ECONOMY_IDS[partner])
                into.add(row, cells, dataset, (*key, round(value), round(claimed)))
