"""Claims of preference that importers really made, as the trade database holds them."""

import pandas as pd

from workbench.tradedata import columns as c
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.preferences import ranked
from workbench.tradedata.queries import economy_code

PERIOD = "period"
"""A year or a month: 2025 or 2025-01."""
CLAIMED_USD = "claimed_usd"
"""The part of the value that claims."""


def observed_claims(db: TradeDatabase) -> pd.DataFrame:
    """Trade and claims by national line, of the preferred source of each importer and programme.

    Returns:
        importer, programme, period, line, exporter, value_usd, claimed_usd, source.
    """
    rows: list[tuple[object, ...]] = []
    answered: set[tuple[int, str]] = set()
    for held in ranked(db, "utilisation"):
        new = set()
        for importer, programme, period, line, exporter, value, claimed in db.rows(
            "SELECT importer, programme, period, line, exporter, value_usd, claimed_usd "
            "FROM utilisation WHERE dataset = ?",
            [held.id],
        ):
            if (importer, programme) in answered:
                continue
            new.add((importer, programme))
            ends = (economy_code(importer), economy_code(exporter))
            rows.append((ends[0], programme, period, line, ends[1], value, claimed, held.name))
        answered |= new
    names = [
        c.IMPORTER,
        c.PROGRAMME,
        PERIOD,
        c.LINE,
        c.EXPORTER,
        c.VALUE_USD,
        CLAIMED_USD,
        c.SOURCE,
    ]
    return pd.DataFrame(rows, columns=names)
