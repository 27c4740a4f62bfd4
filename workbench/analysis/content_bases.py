"""What the content of the covered trade was taken from, and for how much of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analysis.content import (
    BY_BILL,
    BY_BILL_AND_IMPORTS,
    BY_BILL_AND_SECTOR,
    BY_SECTOR,
)
from workbench.analysis.results import Evaluation

NOT_KNOWN = "no content data"

_LONGEST_FIRST = (BY_BILL_AND_IMPORTS, BY_BILL_AND_SECTOR, BY_BILL, BY_SECTOR)
_SHOWN = (BY_BILL, BY_BILL_AND_IMPORTS, BY_BILL_AND_SECTOR, BY_SECTOR, NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class ContentBasis:
    """A kind of basis and the trade whose content rests on it; shares are of covered trade."""

    basis: str
    value_usd: float
    share_of_trade: float | None


def content_bases(evaluation: Evaluation) -> tuple[ContentBasis, ...]:
    """Trade by basis, from what says most to nothing; a basis without lanes is left out."""
    lanes = evaluation.lanes
    text, texts = pd.factorize(lanes["content_basis"])
    kind_of = np.array([basis_kind(str(each)) for each in texts], dtype=object)
    kinds = np.where(lanes["declared_mean"].notna(), kind_of[text], NOT_KNOWN)
    value = lanes["value"].fillna(0).groupby(kinds).sum()
    covered = float(value.sum())
    return tuple(
        ContentBasis(kind, float(value[kind]), float(value[kind]) / covered if covered else None)
        for kind in _SHOWN
        if kind in value.index
    )


def basis_kind(basis: str) -> str:
    """The kind of a lane's content basis."""
    return next((kind for kind in _LONGEST_FIRST if basis.startswith(kind)), BY_SECTOR)


BASIS_WORDS = {
    BY_BILL: "bills of inputs with their origins",
    BY_BILL_AND_IMPORTS: "bills of inputs, origins by the exporter's imports of them",
    BY_BILL_AND_SECTOR: "bills of inputs, origins as in the exporter's sector",
    BY_SECTOR: "the average of the exporter's sector",
    NOT_KNOWN: "nothing known",
}
"""Each basis as people say it."""
