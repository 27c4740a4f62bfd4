"""Result types: numbers, what they were computed from, and what is missing."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.model.agreement import Agreement, Edit
from workbench.tradedata.database import Vintage


class Level(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fix:
    """One undoable edit that settles a finding: what it does in words, and the edit."""

    text: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Finding:
    """A computed remark of the drafting assistant.

    Attributes:
        where: section of the agreement to jump to, e.g. "origin.product_rules[0]".
        about: what it is about in names that stay the same as entries move; `find` fills it in
            from `where` if it is left empty.
        fix: an edit that settles it, where one does.
        set_aside: why the drafters suppressed it; empty while they have not.
    """

    id: str
    level: Level
    where: str
    text: str
    figures: tuple[tuple[str, float | None], ...] = ()
    about: str = ""
    fix: Fix | None = field(default=None, compare=False)
    set_aside: str = ""


TRADE_FIGURES = (
    "covered_trade",
    "known_duty_share",
    "critical_mass_share",
    "mfn_free_share",
    "already_free_share",
)
"""Totals of trade and of duties today, which a text that gives nothing to claim has too."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the answer rests on that is missing or stood in for.

    `share_of_trade` is a fraction of covered trade; None where trade itself is missing.
    """

    what: str
    where: str
    share_of_trade: float | None


@dataclass(frozen=True, eq=False)
class NonPartyOrigins:
    """Where each lane's non-party content comes from.

    Attributes:
        declared, traced: shares by origin, rows x economies.
        row: L, the row of each lane.
    """

    economies: tuple[str, ...]
    declared: NDArray[np.float64]
    traced: NDArray[np.float64]
    row: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an agreement does, and everything the answer rests on.

    Attributes:
        agreement: the text evaluated, an option's changes already made.
        lanes: one row a lane; columns as in `evaluate --json`, plus what explanations need.
        totals: as in `evaluate --json`; None is missing.
        by_product, by_exporter, by_importer, by_stage, by_origin: sums of lanes.
        year: years since entry into force, None for fully staged.
        complete: False while leverage gaps and break-even premiums are still to come.
    """

    agreement: Agreement
    option: str | None
    year: int | None
    baseline: Baseline
    lanes: pd.DataFrame
    totals: dict[str, float | None]
    by_product: pd.DataFrame
    by_exporter: pd.DataFrame
    by_importer: pd.DataFrame
    by_stage: pd.DataFrame
    by_origin: pd.DataFrame
    origins: NonPartyOrigins
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    vintage: tuple[Vintage, ...]
    complete: bool
