"""What follows from the rows of several tables together, brought up to date by every import.

- The ad valorem equivalent of a specific duty: the duty of a kilogram or tonne over the unit value
  of the importer's imports of the subheading, in the latest year that has both value and weight.
- Weights of a code that became several: world trade in the successors, where trade is known in
  both editions.
- Which programmes have their rates in the database.
"""

import sqlite3
from collections import defaultdict

import numpy as np

from workbench.tradedata.codes import edition_name, product_code
from workbench.tradedata.database import Readable
from workbench.tradedata.flow_arrays import flow_arrays
from workbench.tradedata.preferences import ranked
from workbench.tradedata.queries import economy_code
from workbench.tradedata.rate_text import DutyRate

_METHOD = "unit value of imports from all economies"


def derive(db: Readable, connection: sqlite3.Connection) -> None:
    """Bring everything up to date; within the caller's transaction."""
    _weigh(db, connection)
    _equivalents(db, connection)
    connection.execute(
        "UPDATE programme_members SET rates_known = 1 WHERE (importer, programme) IN "
        "(SELECT DISTINCT importer, programme FROM tariffs WHERE regime = 'preference')"
    )


def _weigh(db: Readable, connection: sqlite3.Connection) -> None:
    """Shares of trade for the successors of codes that became several, all found anew."""
    connection.execute("UPDATE concordances SET weight = NULL, derived = NULL WHERE derived")
    traded: dict[int, dict[int, int]] = {}
    for held in ranked(db, "trade_flows"):
        if held.hs_edition is None or held.hs_edition in traded or held.year_to is None:
            continue
        kinds = db.rows("SELECT reported_by FROM datasets WHERE id = ?", [held.id])
        if kinds != [("reconciled",)]:
            continue
        totals: dict[int, int] = {}
        for product, values in db.rows(
            "SELECT product, value_usd FROM trade_blocks WHERE dataset = ? AND year = ?",
            [held.id, held.year_to],
        ):
            totals[product] = int(np.frombuffer(values, "<i8").sum())
        traded[held.hs_edition] = totals
    for edition, totals in traded.items():
        split: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for dataset, start, source, target in db.rows(
            "SELECT dataset, from_edition, from_code, to_code FROM concordances "
            "WHERE to_edition = ? AND weight IS NULL",
            [edition],
        ):
            split[dataset, start, source].append(target)
        weights = []
        for (dataset, start, source), targets in split.items():
            known = [totals.get(target, 0) for target in targets]
            # One year's silence on a successor is no reason to give it nothing.
            if len(targets) > 1 and all(known):
                weights += [
                    (value / sum(known), dataset, start, edition, source, target)
                    for target, value in zip(targets, known, strict=True)
                ]
        connection.executemany(
            "UPDATE concordances SET weight = ?, derived = 1 WHERE dataset = ? "
            "AND from_edition = ? AND to_edition = ? AND from_code = ? AND to_code = ?",
            weights,
        )


def _equivalents(db: Readable, connection: sqlite3.Connection) -> None:
    """Ad valorem equivalents of duties by weight that have none yet, or had one of this kind."""
    needed: dict[tuple[int, int], list[tuple[object, ...]]] = defaultdict(list)
    for row in db.rows(
        "SELECT t.dataset, d.hs_edition, t.importer, t.product, t.line, t.regime, t.programme, "
        "t.year, t.valid_from, coalesce(t.ad_valorem, 0), t.specific, t.specific_unit "
        "FROM tariffs t JOIN datasets d ON d.id = t.dataset WHERE t.specific > 0 "
        "AND t.specific_unit IN ('kg', 't') AND t.other IS NULL "
        "AND (t.ad_valorem_equivalent IS NULL OR d.import_id IS NOT NULL OR t.ave_method LIKE ?)",
        [f"{_METHOD}, %"],
    ):
        needed[row[1] or 2022, row[2]].append(row)
    changes: list[tuple[object, ...]] = []
    for (edition, importer), rows in needed.items():
        values = _unit_values(db, edition, importer, sorted({int(str(row[3])) for row in rows}))
        for dataset, _, _, product, line, regime, programme, year, start, share, usd, unit in rows:
            key = (dataset, importer, product, line, regime, programme, year, start)
            found = values.get(int(str(product)))
            rate = None
            if found is not None:
                usd_per_kg, about, source = found
                duty = DutyRate(float(str(share)), float(str(usd)), str(unit))
                rate = duty.equivalent(usd_per_kg)
            if found is None or rate is None:
                changes.append((None, None, None, *key))
            else:
                changes.append((rate, f"{_METHOD}, {source}", about, *key))
    connection.executemany(
        "UPDATE tariffs SET ad_valorem_equivalent = ?, ave_method = ?, ave_year = ? "
        "WHERE dataset = ? AND importer = ? AND product = ? AND line = ? AND regime = ? "
        "AND programme = ? AND year = ? AND valid_from = ?",
        changes,
    )


def _unit_values(
    db: Readable, edition: int, importer: int, products: list[int]
) -> dict[int, tuple[float, int, str]]:
    """USD a kilogram of an importer's imports, with the year and the source they are of.

    Sources that hold single lanes only do not count: their unit value is that of some suppliers.
    """
    found: dict[int, tuple[float, int, str]] = {}
    years = sorted(
        {
            year
            for first, last in db.rows(
                "SELECT year_from, year_to FROM datasets WHERE table_name = 'trade_flows'"
            )
            for year in range(first, last + 1)
        },
        reverse=True,
    )
    codes = [product_code(product) for product in products]
    whole = {held.id: held.source for held in ranked(db, "trade_flows") if held.whole_market}
    for year in years:
        left = [code for code, product in zip(codes, products, strict=True) if product not in found]
        if not left:
            break
        flows = flow_arrays(db, left, edition_name(edition), [year], [economy_code(importer)])
        known = flows.take((flows.quantity_kg > 0) & np.isin(flows.dataset, list(whole)))
        for product in np.unique(known.product):
            of = known.product == product
            usd_per_kg = float(known.value_usd[of].sum() / known.quantity_kg[of].sum())
            if usd_per_kg > 0:
                datasets = np.unique(known.dataset[of]).tolist()
                source = " and ".join(dict.fromkeys(whole[number] for number in datasets))
                found[int(product)] = (usd_per_kg, year, source)
    return found
