"""What an answer rests on that is missing or stood in for (method, section 9)."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.content import BY_BILL_AND_SECTOR
from workbench.analysis.results import Gap
from workbench.analysis.rule_terms import kept_in_words, needs_input_split
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis
from workbench.model.nomenclature import dotted
from workbench.model.origin import LabourValueContent, SpecificProcess, criteria

Mask = NDArray[np.bool_]

_SHOWN_CODES = 6


def find_gaps(agreement: Agreement, baseline: Baseline, lanes: pd.DataFrame) -> tuple[Gap, ...]:
    """Everything missing or stood in for, with the share of covered trade it touches.

    Gaps that touch no trade are left out; trade itself missing has no share.
    """
    value = np.nan_to_num(lanes["value"].to_numpy())
    covered = float(value.sum())
    gaps = list(_trade(agreement, baseline))
    for what, where, mask in (
        *_duties(baseline),
        *_content(agreement, baseline, lanes, value),
        *_editions(baseline),
    ):
        touched = float(value[mask].sum())
        if touched > 0:
            gaps.append(Gap(what, where, touched / covered))
    return tuple(gaps)


def _trade(agreement: Agreement, baseline: Baseline) -> Iterator[Gap]:
    products, traded = baseline.market.products, baseline.market.traded
    absent = [code for code in products if code not in traded]
    years = ", ".join(str(year) for year in baseline.market.years)
    if absent:
        yield Gap(f"trade of {years} is not in the database", _codes(absent), None)
    entries = agreement.coverage.entries_of(products)
    parts = [
        code
        for code, entry in zip(products, entries, strict=True)
        if entry is None and code in traded
    ]
    if parts:
        yield Gap("trade of single national lines is not in the database", _codes(parts), None)


def _codes(codes: list[str]) -> str:
    """Codes as people write them; a long list by its first ones and how many more."""
    shown = ", ".join(dotted(code) for code in codes[:_SHOWN_CODES])
    more = len(codes) - _SHOWN_CODES
    return f"{shown} and {more:,} more" if more > 0 else shown


@lru_cache(maxsize=2)
def _duties(baseline: Baseline) -> tuple[tuple[str, str, Mask], ...]:
    """Duties that no text of an agreement makes known."""
    i, x, k, duties = baseline.i, baseline.x, baseline.k, baseline.duties
    unknown = np.isnan(duties.base_duty[i, x, k])
    reasons = duties.why_unknown[i, x, k]
    stands_in = duties.stand_in[i, k] & ~unknown
    gaps = []
    for name, place in sorted((name, place) for place, name in enumerate(baseline.importers)):
        of_importer = i == place
        here = unknown & of_importer
        for reason in sorted(set(reasons[here])):
            rows = here & (reasons == reason)
            exporters = sorted(baseline.exporters[n] for n in np.unique(x[rows]))
            some = len(exporters) < len(np.unique(x[of_importer]))
            where = f"{name} from {', '.join(exporters)}" if some else name
            gaps.append((f"duty unknown: {reason}", where, rows))
    for name, place in sorted((name, place) for place, name in enumerate(baseline.importers)):
        rows = stands_in & (i == place)
        what = "the base rate of an agreement's schedule stands in for the MFN rate"
        if rows.any():
            gaps.append((what, name, rows))
    return tuple(gaps)


def _content(
    agreement: Agreement, baseline: Baseline, lanes: pd.DataFrame, value: NDArray[np.float64]
) -> Iterator[tuple[str, str, Mask]]:
    missing = np.isnan(lanes["declared_mean"].to_numpy())
    exporters, products = baseline.exporters, baseline.market.products
    for name, place in sorted((exporters[n], n) for n in np.unique(baseline.x[missing])):
        yield "no content data", name, missing & (baseline.x == place)
    duty_known = ~np.isnan(lanes["base_duty"].to_numpy())
    no_split = np.isnan(lanes["utilisation"].to_numpy()) & duty_known & ~missing & (value > 0)
    if agreement.treatment.basis is TreatmentBasis.EXTENDED:
        no_split[:] = False  # no rule applies
    for code, place in sorted((products[n], n) for n in np.unique(baseline.k[no_split])):
        rule = agreement.rule_of(code)
        if needs_input_split(rule):
            reason = "the rule looks at inputs and no bill of inputs is known; see the range"
        elif any(isinstance(c, SpecificProcess | LabourValueContent) for c in criteria(rule)):
            reason = "how many producers meet the rule's process is not stated; see the range"
        else:
            reason = "the rule names economies whose content is not known; see the range"
        yield reason, dotted(code), no_split & (baseline.k == place)
        if kept_in_words(agreement.rule_of(code)):
            yield (
                "the rule has a condition that is not modelled; see the range",
                dotted(code),
                no_split & (baseline.k == place),
            )
    by_sector, mixed = _content_by_sector(baseline)
    yield (
        "content is the average of the exporter's sector",
        "lanes without a bill",
        by_sector & ~missing,
    )
    yield (
        "the origins of a bill's inputs are those of the exporter's sector",
        "bills",
        mixed & ~missing,
    )


@lru_cache(maxsize=2)
def _content_by_sector(baseline: Baseline) -> tuple[Mask, Mask]:
    """Lanes whose content is the sector's, and those whose bill has its origins from there."""
    basis, row = baseline.content.basis.tolist(), baseline.content.row_of_lane
    by_sector = np.array([text.startswith("sector") for text in basis], dtype=bool)
    mixed = np.array([text.startswith(BY_BILL_AND_SECTOR) for text in basis], dtype=bool)
    return by_sector[row], mixed[row]


def _editions(baseline: Baseline) -> Iterator[tuple[str, str, Mask]]:
    products, split = baseline.market.products, baseline.equal_split
    for code, place in sorted((products[n], n) for n in np.unique(baseline.k[split])):
        yield (
            "trade split equally over the product's successors in a newer HS edition",
            dotted(code),
            split & (baseline.k == place),
        )
