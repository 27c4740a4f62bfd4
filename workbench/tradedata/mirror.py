"""Mirror data: one flow as its importer reports it and as its exporter does.

Imports are mostly valued with freight and insurance, exports without: a ratio of 1.05 to 1.1 is
usual. Sources that reconcile both sides, such as BACI, are no report and are left out.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.tradedata import columns as c
from workbench.tradedata.codes import edition_id, product_id
from workbench.tradedata.conversion import conversion
from workbench.tradedata.database import Readable
from workbench.tradedata.flow_arrays import FlowArrays, blocks_of, converted, joined, opened
from workbench.tradedata.preferences import Held, ranked
from workbench.tradedata.queries import economy_texts, product_texts

FACTOR = 2.0
"""Beyond this ratio, either way, two reports of one flow contradict each other."""


def mirror_flows(
    db: Readable, products: Sequence[str] | None, edition: str, years: Sequence[int]
) -> pd.DataFrame:
    """Every flow that both ends report, with both figures.

    Args:
        db: the database.
        products: HS6 codes in `edition`; None for all.
        edition: HS edition of `products` and of the answer.
        years: calendar years.

    Returns:
        year, importer, exporter, product, imports_usd, imports_basis, imports_source,
        exports_usd, exports_basis, exports_source, ratio (imports to exports).

    Raises:
        TradeDataError: an unknown edition.
    """
    order = ranked(db, "trade_flows")
    sides = []
    for side in ("importer", "exporter"):
        held = [entry for entry in order if entry.reported_by == side]
        sides.append(_side(db, held, products, edition_id(edition), years))
    imports, exports = sides
    lanes = (imports.lane(), exports.lane())
    _, mine, theirs = np.intersect1d(*lanes, assume_unique=True, return_indices=True)
    imports, exports = imports.take(mine), exports.take(theirs)
    said = {entry.id: entry for entry in order}
    return pd.DataFrame(
        {
            c.YEAR: imports.year,
            c.IMPORTER: economy_texts(imports.importer),
            c.EXPORTER: economy_texts(imports.exporter),
            c.PRODUCT: product_texts(imports.product),
            c.IMPORTS_USD: imports.value_usd,
            c.IMPORTS_BASIS: [said[n].basis for n in imports.dataset.tolist()],
            c.IMPORTS_SOURCE: [said[n].name for n in imports.dataset.tolist()],
            c.EXPORTS_USD: exports.value_usd,
            c.EXPORTS_BASIS: [said[n].basis for n in exports.dataset.tolist()],
            c.EXPORTS_SOURCE: [said[n].name for n in exports.dataset.tolist()],
            c.RATIO: imports.value_usd / exports.value_usd,
        }
    )


def contradicts(ratio: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether two reports differ by more than `FACTOR`, either way."""
    found = np.asarray(ratio, dtype=np.float64)
    return (found > FACTOR) | (found < 1 / FACTOR)


def _side(
    db: Readable,
    held: Sequence[Held],
    products: Sequence[str] | None,
    asked: int,
    years: Sequence[int],
) -> FlowArrays:
    """What one end reports; of several sources the preferred one that has the lane."""
    wanted = None if products is None else sorted({product_id(code) for code in products})
    parts = []
    for entry in held:
        turned = conversion(db, entry.hs_edition or asked, asked)
        if blocks := blocks_of(db, entry, turned, wanted, years):
            parts.append(converted(opened(entry, blocks, None, None), turned))
    flows = joined(parts)
    if wanted is not None:
        flows = flows.take(np.isin(flows.product, wanted))
    _, first = np.unique(flows.lane(), return_index=True)
    return flows.take(first.astype(np.int64))
