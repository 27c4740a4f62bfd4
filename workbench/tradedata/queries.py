"""Questions to the trade database: SQL in, DataFrames out, columns named in `columns.py`.

Codes are text in the frames. A product is given and returned in the HS edition the caller asks for;
figures kept in another edition are converted through the concordance: several old codes that
became one are summed, one that became several is split by the known weights, else equally, and
marked. A code the concordance does not list kept its number.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from workbench.model.economies_table import CUSTOMS_TERRITORIES
from workbench.tradedata import columns as c
from workbench.tradedata.codes import (
    ECONOMY_IDS,
    TERRITORY_OF,
    edition_id,
    edition_name,
    product_code,
    product_id,
)
from workbench.tradedata.conversion import conversion, sources
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.flow_arrays import ECONOMY_BITS, flow_arrays
from workbench.tradedata.preferences import ranked

_PRODUCTS_AT_ONCE = 200


def economies(db: TradeDatabase) -> pd.DataFrame:
    """Every economy and customs territory.

    Returns:
        economy, name, territory (of a member, else ""); ordered by name.
    """
    rows = db.rows("SELECT code, name FROM economies ORDER BY name")
    frame = pd.DataFrame(rows, columns=[c.ECONOMY, c.NAME])
    frame[c.TERRITORY] = [TERRITORY_OF.get(code, "") for code in frame[c.ECONOMY]]
    return frame


def flows(
    db: TradeDatabase,
    products: Sequence[str] | None,
    edition: str,
    years: Sequence[int],
    importers: Sequence[str] | None = None,
    exporters: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Trade between single economies; flows inside a customs territory are still there.

    Args:
        db: the database.
        products: HS6 codes in `edition`; None for all.
        edition: HS edition of `products` and of the answer, e.g. "HS2022".
        years: calendar years.
        importers: economies or customs territories; None for all.
        exporters: the same for the other end.

    Returns:
        year, importer, exporter, product, value_usd, quantity_kg (missing where any part of it
        is), equal_split, source (of those that hold the flow the preferred one).

    Raises:
        TradeDataError: an unknown edition.
    """
    found = flow_arrays(db, products, edition, years, importers, exporters)
    names = {held.id: held.name for held in ranked(db, "trade_flows")}
    sources = pd.array([names.get(n, "") for n in range(max(names, default=0) + 1)], dtype="str")
    return pd.DataFrame(
        {
            c.YEAR: found.year,
            c.IMPORTER: economy_texts(found.importer),
            c.EXPORTER: economy_texts(found.exporter),
            c.PRODUCT: product_texts(found.product),
            c.VALUE_USD: found.value_usd,
            c.QUANTITY_KG: found.quantity_kg,
            c.EQUAL_SPLIT: found.equal_split,
            c.SOURCE: sources.take(found.dataset),
        }
    )


def trade_years(db: TradeDatabase) -> tuple[int, ...]:
    """Years of which trade is held, in order."""
    return tuple(
        year for (year,) in db.rows("SELECT DISTINCT year FROM trade_blocks ORDER BY year")
    )


def world_trade(db: TradeDatabase, edition: str, years: Sequence[int]) -> pd.DataFrame:
    """Imports of every economy by product, without flows inside a customs territory.

    Args:
        db: the database.
        edition: HS edition of the answer.
        years: calendar years, summed over.

    Returns:
        product, importer (an economy, or its customs territory), value_usd.

    Raises:
        TradeDataError: an unknown edition.
    """
    codes = _traded(db, edition_id(edition), years)
    whole = np.arange(max(_ECONOMY_CODES) + 1)
    for member, territory in TERRITORY_OF.items():
        if member in ECONOMY_IDS:
            whole[ECONOMY_IDS[member]] = ECONOMY_IDS[territory]
    keys: list[npt.NDArray[np.int64]] = []
    sums: list[npt.NDArray[np.float64]] = []
    # A part of the nomenclature at a time: a year of world trade is too much to hold at once.
    for at in range(0, len(codes), _PRODUCTS_AT_ONCE):
        found = flow_arrays(db, codes[at : at + _PRODUCTS_AT_ONCE], edition, years)
        importer, exporter = whole[found.importer], whole[found.exporter]
        outside = importer != exporter
        key = (found.product[outside] << ECONOMY_BITS) | importer[outside]
        present, place = np.unique(key, return_inverse=True)
        keys.append(present)
        values = np.bincount(place, found.value_usd[outside], len(present))
        sums.append(values.astype(np.float64))
    key = np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)
    return pd.DataFrame(
        {
            c.PRODUCT: product_texts(key >> ECONOMY_BITS),
            c.IMPORTER: economy_texts(key & ((1 << ECONOMY_BITS) - 1)),
            c.VALUE_USD: np.concatenate(sums) if sums else np.zeros(0),
        }
    )


def _traded(db: TradeDatabase, asked: int, years: Sequence[int]) -> list[str]:
    """The codes with trade in some years, in the HS edition that is asked for."""
    found: set[int] = set()
    for held in ranked(db, "trade_flows"):
        turned = conversion(db, held.hs_edition or asked, asked)
        for (product,) in db.rows(
            "SELECT DISTINCT product FROM trade_blocks WHERE dataset = ? "
            "AND year IN (SELECT value FROM json_each(?))",
            [held.id, json.dumps(held.has_year(years))],
        ):
            found.update(turned.targets(product))
    return [product_code(number) for number in sorted(found)]


def tariff_lines(
    db: TradeDatabase,
    importers: Sequence[str],
    products: Sequence[str] | None,
    edition: str,
    regimes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Duty rates by national tariff line.

    Where the schedule is kept in an older edition, a line stands at every product its
    subheading became: it may be that line's rate. Of several sources the preferred one that has
    rates of the importer and product under the regime and programme gives them all; of several
    dates the last.

    Args:
        db: the database.
        importers: economies or customs territories.
        products: HS6 codes in `edition`; None for all.
        edition: HS edition of `products` and of the answer.
        regimes: regimes wanted, e.g. "mfn"; None for all.

    Returns:
        importer, line, product, regime, programme, rate, text, method, year, source.
    """
    asked = edition_id(edition)
    importer_ids = json.dumps([ECONOMY_IDS[code] for code in importers if code in ECONOMY_IDS])
    programme_codes = dict(db.rows("SELECT id, code FROM programmes"))
    wanted = None if products is None else {product_id(code) for code in products}
    found: list[tuple[object, ...]] = []
    answered: set[tuple[int, int, str, int]] = set()
    for held in ranked(db, "tariffs"):
        turned = conversion(db, held.hs_edition or asked, asked)
        where = ""
        parameters: list[object] = [held.id, importer_ids]
        if wanted is not None:
            where = "AND product IN (SELECT value FROM json_each(?))"
            parameters.append(json.dumps(sources(turned, wanted)))
        if regimes is not None:
            where += " AND regime IN (SELECT value FROM json_each(?))"
            parameters.append(json.dumps(list(regimes)))
        # The rows of a line end with the one that holds now.
        latest = {
            row[:5]: row[5:]
            for row in db.rows(
                "SELECT importer, line, product, regime, programme, ad_valorem_equivalent, text, "
                "ave_method, year FROM tariffs WHERE dataset = ? "
                f"AND importer IN (SELECT value FROM json_each(?)) {where} "
                "ORDER BY importer, product, line, regime, programme, year, valid_from",
                parameters,
            )
        }
        new = set()
        for (importer, line, product, regime, programme), (
            rate,
            text,
            method,
            year,
        ) in latest.items():
            for target in turned.targets(product):
                figure = (importer, target, regime, programme)
                if figure in answered or not (wanted is None or target in wanted):
                    continue
                new.add(figure)
                found.append(
                    (
                        _ECONOMY_CODES[importer],
                        line,
                        product_code(target),
                        regime,
                        programme_codes.get(programme, ""),
                        rate,
                        text,
                        method or "",
                        year,
                        held.name,
                    )
                )
        answered |= new
    names_out = [
        c.IMPORTER,
        c.LINE,
        c.PRODUCT,
        c.REGIME,
        c.PROGRAMME,
        c.RATE,
        c.TEXT,
        c.METHOD,
        c.YEAR,
        c.SOURCE,
    ]
    frame = pd.DataFrame(found, columns=names_out)
    return frame.astype({c.RATE: "float64", c.YEAR: "int64"})


def programmes(db: TradeDatabase, importers: Sequence[str]) -> pd.DataFrame:
    """Agreements and unilateral schemes under which the importers may charge less (or column 2).

    A customs territory stands beside its members, on both sides, so that either code finds its
    row: what holds for the territory holds for each member; what holds for every member holds for
    the territory; what holds for some is unconfirmed for it.

    Args:
        db: the database.
        importers: economies or customs territories.

    Returns:
        programme, name, kind, importer, partner, start, end, status, rates_known.
    """
    asked = set(importers)
    needed = {member for code in importers for member in _with_members(code)}
    stated = needed | {TERRITORY_OF[code] for code in needed if code in TERRITORY_OF}
    facts = {}
    terms: dict[tuple[str, str, str], list[_Term]] = {}
    for code, name, kind, importer, partner, start, end, confirmed, known in db.rows(
        "SELECT p.code, p.name, p.kind, m.importer, m.partner, m.valid_from, m.valid_to, "
        "m.confirmed, m.rates_known FROM programme_members m JOIN programmes p "
        "ON p.id = m.programme WHERE m.importer IN (SELECT value FROM json_each(?)) "
        "ORDER BY p.code, m.importer, m.partner, m.valid_from",
        [json.dumps([ECONOMY_IDS[code] for code in stated if code in ECONOMY_IDS])],
    ):
        facts[code] = (name, kind)
        term = _Term(start, end, bool(confirmed), bool(known))
        for importer_code in needed.intersection(_with_members(_ECONOMY_CODES[importer])):
            for partner_code in _with_members(_ECONOMY_CODES[partner]):
                terms.setdefault((code, importer_code, partner_code), []).append(term)
    _add_territories(terms, 2)
    _add_territories(terms, 1)
    rows = [
        (
            code,
            *facts[code],
            importer,
            partner,
            _day(term.start),
            _day(term.end),
            "confirmed" if term.confirmed else "unconfirmed",
            term.rates_known,
        )
        for (code, importer, partner), found in sorted(terms.items())
        if importer in asked
        for term in found
    ]
    names = [
        c.PROGRAMME,
        c.NAME,
        c.KIND,
        c.IMPORTER,
        c.PARTNER,
        c.START,
        c.END,
        c.STATUS,
        c.RATES_KNOWN,
    ]
    # Objects, or pandas makes timestamps of the days and NaT of None.
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    return frame.astype({c.RATES_KNOWN: bool})


def content_shares(db: TradeDatabase, sectors: Sequence[str] | None = None) -> pd.DataFrame:
    """Where the content of an economy's goods comes from, for the latest year of the best source.

    Cells that round below 0.00005 are not in the source, so an industry's traced shares sum to
    0.9992 to 1.0000, not exactly to one.

    Args:
        db: the database.
        sectors: content sectors such as "C24B"; None for all.

    Returns:
        economy, sector, origin, declared_share, traced_share (float64).
    """
    held = ranked(db, "content_shares")
    dataset = held[0].id if held else None
    where = ""
    parameters: list[object] = [dataset, dataset]
    if sectors is not None:
        where = "AND sector IN (SELECT value FROM json_each(?))"
        parameters.append(json.dumps(list(sectors)))
    blocks = db.rows(
        "SELECT economy, sector, rows, origin, declared_share, traced_share FROM content_shares "
        "WHERE dataset = ? "
        f"AND year = (SELECT max(year) FROM content_shares WHERE dataset = ?) {where}",
        parameters,
    )
    makers, industries, lengths, *columns = zip(*blocks, strict=True) if blocks else [()] * 6
    rows = np.array(lengths, dtype=np.int64)
    origin, declared, traced = (
        np.frombuffer(b"".join(column), kind)
        for column, kind in zip(columns, ("<u2", "<f8", "<f8"), strict=True)
    )
    return pd.DataFrame(
        {
            c.ECONOMY: economy_texts(np.repeat(np.array(makers, dtype=np.int64), rows)),
            c.SECTOR: pd.array(industries, dtype="str").repeat(rows),
            c.ORIGIN: economy_texts(origin.astype(np.int64)),
            c.DECLARED_SHARE: declared.astype(np.float64),
            c.TRACED_SHARE: traced.astype(np.float64),
        }
    )


def content_year(db: TradeDatabase) -> int | None:
    """The year `content_shares` is about; None where the database holds none."""
    held = ranked(db, "content_shares")
    return held[0].year_to if held else None


def product_sectors(db: TradeDatabase, products: Iterable[str]) -> dict[str, str]:
    """The content sector of each product: the longest prefix in the map counts.

    Args:
        db: the database.
        products: HS codes of two digits and more.

    Returns:
        product -> sector; products without a sector are left out.
    """
    by_prefix: dict[str, str] = dict(db.rows("SELECT prefix, sector FROM product_sectors"))
    found = {}
    for product in products:
        for width in range(len(product), 1, -1):
            if product[:width] in by_prefix:
                found[product] = by_prefix[product[:width]]
                break
    return found


def product_tree(db: TradeDatabase, edition: str) -> pd.DataFrame:
    """The codes of an HS edition, chapters to subheadings, in order of the nomenclature.

    Returns:
        code, parent ("" for a chapter), level (2, 4 or 6).
    """
    rows = db.rows(
        "SELECT code, parent, level FROM products WHERE edition = ?", [edition_id(edition)]
    )
    named = [
        (product_code(code), "" if parent is None else product_code(parent), level)
        for code, parent, level in rows
    ]
    return pd.DataFrame(sorted(named), columns=[c.CODE, c.PARENT, c.LEVEL])


def input_links(db: TradeDatabase) -> pd.DataFrame:
    """Which product is made from which.

    Returns:
        output, input, material, kind, share (missing where unknown), edition.
    """
    rows = [
        (product_code(output), product_code(used), material, kind, share, edition_name(edition))
        for output, used, material, kind, share, edition in db.rows(
            "SELECT output, input, material, kind, share, edition FROM input_links ORDER BY id"
        )
    ]
    names = [c.OUTPUT, c.INPUT, c.MATERIAL, c.KIND, c.SHARE, c.EDITION]
    return pd.DataFrame(rows, columns=names).astype({c.SHARE: "float64"})


def elasticities(db: TradeDatabase, products: Sequence[str], edition: str) -> pd.DataFrame:
    """Trade elasticities; a product that several older codes became takes their mean.

    Args:
        db: the database.
        products: HS6 codes in `edition`.
        edition: HS edition of `products`.

    Returns:
        product, elasticity, method ("own code", "mean of n codes of HS2007" or "its group of
        codes"), source; no row where there is no estimate.
    """
    asked = edition_id(edition)
    wanted = set(products)
    found = []
    for held in ranked(db, "elasticities"):
        turned = conversion(db, held.hs_edition or asked, asked)
        by_product: dict[str, list[float]] = {}
        needed = sources(turned, (product_id(code) for code in wanted))
        for product, elasticity in db.rows(
            "SELECT product, elasticity FROM elasticities WHERE dataset = ? "
            "AND product IN (SELECT value FROM json_each(?))",
            [held.id, json.dumps(needed)],
        ):
            for target in turned.targets(product):
                by_product.setdefault(product_code(target), []).append(elasticity)
        for code in sorted(wanted & by_product.keys()):
            values = by_product[code]
            method = "own code" if len(values) == 1 else f"mean of {len(values)} codes"
            if held.hs_edition is None:
                method = "its group of codes"
            if held.hs_edition not in (None, asked):
                method += f" of HS{held.hs_edition}"
            found.append((code, sum(values) / len(values), method, held.name))
        wanted -= by_product.keys()
    names = [c.PRODUCT, c.ELASTICITY, c.METHOD, c.SOURCE]
    return pd.DataFrame(found, columns=names).astype({c.ELASTICITY: "float64"})


def indicators(db: TradeDatabase) -> pd.DataFrame:
    """Governance and labour indicators: of each economy the latest figure of the best source.

    Returns:
        economy, indicator, value (in `unit`), unit, at_bound, year_from, year_to, source.
    """
    best: dict[tuple[str, str], tuple[Any, ...]] = {}
    for held in ranked(db, "indicators"):
        # The rows of an economy end with the latest year.
        latest = {
            (row[1], row[0]): (*row, held.source)
            for row in db.rows(
                "SELECT e.code, i.indicator, i.value, i.unit, i.at_bound, i.year_from, i.year_to "
                "FROM indicators i JOIN economies e ON e.id = i.economy WHERE i.dataset = ? "
                "ORDER BY i.year_to",
                [held.id],
            )
        }
        best = latest | best
    rows = [best[key] for key in sorted(best)]
    names = [
        c.ECONOMY,
        c.INDICATOR,
        c.VALUE,
        c.UNIT,
        c.AT_BOUND,
        c.YEAR_FROM,
        c.YEAR_TO,
        c.SOURCE,
    ]
    return pd.DataFrame(rows, columns=names).astype({c.VALUE: "float64", c.AT_BOUND: bool})


def product_lists(db: TradeDatabase) -> pd.DataFrame:
    """Which products belong together, e.g. by use category or in an official notice.

    Returns:
        list, class ("" where the list has no parts), prefix (HS digits that codes begin with),
        edition ("" where the source has none), source.
    """
    rows = [
        (name, inside, prefix, "" if edition is None else edition_name(edition), source)
        for name, inside, prefix, edition, source in db.rows(
            "SELECT l.list, l.class, l.prefix, d.hs_edition, d.source FROM product_lists l "
            "JOIN datasets d ON d.id = l.dataset ORDER BY l.list, l.class, l.prefix"
        )
    ]
    return pd.DataFrame(rows, columns=[c.LIST, c.CLASS, c.PREFIX, c.EDITION, c.SOURCE])


def reference_figures(
    db: TradeDatabase, measure: str, items: Sequence[str] | None = None
) -> pd.DataFrame:
    """Figures kept for reference: sales between industries, production of minerals and the like.

    Args:
        db: the database.
        measure: e.g. "sales to industries" or "reserves".
        items: industries, commodities or products; None for all.

    Returns:
        item, economy, other_item, other_economy (both "" where there is none), year (0 where the
        source has none), value, unit, source.
    """
    where = ""
    parameters: list[object] = [measure]
    if items is not None:
        where = "AND r.item IN (SELECT value FROM json_each(?))"
        parameters.append(json.dumps(list(items)))
    rows = [
        (item, _ECONOMY_CODES.get(a, ""), other, _ECONOMY_CODES.get(b, ""), *rest)
        for item, a, other, b, *rest in db.rows(
            "SELECT r.item, r.economy, r.other_item, r.other_economy, r.year, r.value, r.unit, "
            "d.source FROM reference_figures r JOIN datasets d ON d.id = r.dataset "
            f"WHERE r.measure = ? {where}",
            parameters,
        )
    ]
    names = [
        c.ITEM,
        c.ECONOMY,
        c.OTHER_ITEM,
        c.OTHER_ECONOMY,
        c.YEAR,
        c.VALUE,
        c.UNIT,
        c.SOURCE,
    ]
    return pd.DataFrame(rows, columns=names).astype({c.VALUE: "float64"})


def tables(db: TradeDatabase) -> pd.DataFrame:
    """What the database holds, one row per import.

    Returns:
        table, source, edition, years (e.g. "2022", "2014-2024" or ""), rows, licence.
    """
    rows = [
        (table, source, edition, _span(first, last), count, licence)
        for table, source, edition, first, last, count, licence in db.rows(
            "SELECT table_name, source, edition, year_from, year_to, rows, licence "
            "FROM datasets ORDER BY id"
        )
    ]
    names = [c.TABLE, c.SOURCE, c.EDITION, c.YEARS, c.ROWS, c.LICENCE]
    return pd.DataFrame(rows, columns=names)


def economy_code(number: int) -> str:
    """The code of an economy or customs territory that the database keeps as a number."""
    return _ECONOMY_CODES[number]


_ECONOMY_CODES: dict[int, str] = {number: code for code, number in ECONOMY_IDS.items()}
_ECONOMY_TEXTS = pd.array(
    [_ECONOMY_CODES.get(number, "") for number in range(max(_ECONOMY_CODES) + 1)], dtype="str"
)


def economy_texts(numbers: npt.NDArray[np.int64]) -> ExtensionArray:
    """Economy codes of their numbers."""
    return _ECONOMY_TEXTS.take(numbers)


def product_texts(numbers: npt.NDArray[np.int64]) -> ExtensionArray:
    """HS codes of their numbers."""
    present, place = np.unique(numbers, return_inverse=True)
    return pd.array([product_code(int(number)) for number in present], dtype="str").take(place)


@dataclass(frozen=True, slots=True)
class _Term:
    """When and how surely a programme is in force for one importer and one partner."""

    start: str
    end: str | None
    confirmed: bool
    rates_known: bool


def _add_territories(terms: dict[tuple[str, str, str], list[_Term]], side: int) -> None:
    """Say for a customs territory what holds for its members; side 1 importer, 2 partner."""
    by_territory: dict[tuple[str, str, str], dict[str, _Term]] = {}
    for key, found in terms.items():
        if territory := TERRITORY_OF.get(key[side]):
            above = (key[0], territory, key[2]) if side == 1 else (key[0], key[1], territory)
            by_territory.setdefault(above, {})[key[side]] = found[-1]
    for above, of_member in by_territory.items():
        if above in terms:
            continue
        members = list(of_member.values())
        everywhere = len(members) == len(CUSTOMS_TERRITORIES[above[side]][2])
        ends = [term.end for term in members if term.end]
        starts = [term.start for term in members]
        terms[above] = [
            _Term(
                max(starts) if everywhere else min(starts),
                max(ends) if len(ends) == len(members) else None,
                everywhere and all(term.confirmed for term in members),
                all(term.rates_known for term in members),
            )
        ]


def _with_members(code: str) -> tuple[str, ...]:
    """An economy; or a customs territory and its members."""
    territory = CUSTOMS_TERRITORIES.get(code)
    return (code,) if territory is None else (code, *territory[2])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _span(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}-{last}"
