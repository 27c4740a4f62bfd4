"""What an answer rests on that is missing or stood in for (method, section 9)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.content import BY_BILL_AND_SECTOR
from workbench.analysis.results import Gap
from workbench.analysis.rule_terms import kept_in_words, needs_input_split
from workbench.model.agreement import Agreement
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
        *_duties(baseline, lanes),
        *_content(agreement, lanes, value),
        *_editions(baseline, lanes),
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
    parts = [c for c in products if c in traded and not agreement.coverage.covers(c)]
    if parts:
        yield Gap("trade of single national lines is not in the database", _codes(parts), None)


def _codes(codes: list[str]) -> str:
    """Codes as people write them; a long list by its first ones and how many more."""
    shown = ", ".join(dotted(code) for code in codes[:_SHOWN_CODES])
    more = len(codes) - _SHOWN_CODES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _duties(baseline: Baseline, lanes: pd.DataFrame) -> Iterator[tuple[str, str, Mask]]:
    unknown = lanes["base_duty"].isna().to_numpy()
    importer, exporter = lanes["importer"].to_numpy(), lanes["exporter"].to_numpy()
    reasons = lanes["why_unknown"].to_numpy()
    place = {code: n for n, code in enumerate(baseline.importers)}
    for name in sorted(set(importer[unknown])):
        of_importer = baseline.i == place[str(name)]
        here = unknown & of_importer
        for reason in sorted(set(reasons[here])):
            rows = here & (reasons == reason)
            exporters = sorted(set(exporter[rows]))
            some = len(exporters) < len(set(exporter[of_importer]))
            where = f"{name} from {', '.join(exporters)}" if some else str(name)
            yield f"duty unknown: {reason}", where, rows
    stands_in = baseline.duties.stand_in[baseline.i, baseline.k] & ~unknown
    for name in sorted(set(importer[stands_in])):
        yield (
            "the base rate of an agreement's schedule stands in for the MFN rate",
            str(name),
            stands_in & (importer == name),
        )


def _content(
    agreement: Agreement, lanes: pd.DataFrame, value: NDArray[np.float64]
) -> Iterator[tuple[str, str, Mask]]:
    missing = lanes["declared_mean"].isna().to_numpy()
    exporter, product = lanes["exporter"].to_numpy(), lanes["product"].to_numpy()
    for name in sorted(set(exporter[missing])):
        yield "no content data", str(name), missing & (exporter == name)
    duty_known = lanes["base_duty"].notna().to_numpy()
    no_split = lanes["utilisation"].isna().to_numpy() & duty_known & ~missing & (value > 0)
    for code in sorted(set(product[no_split])):
        rule = agreement.rule_of(code)
        if needs_input_split(rule):
            reason = "the rule looks at inputs and no bill of inputs is known; see the range"
        elif any(isinstance(c, SpecificProcess | LabourValueContent) for c in criteria(rule)):
            reason = "how many producers meet the rule's process is not stated; see the range"
        else:
            reason = "the rule names economies whose content is not known; see the range"
        yield reason, dotted(code), no_split & (product == code)
        if kept_in_words(agreement.rule_of(code)):
            yield (
                "the rule has a condition that is not modelled; see the range",
                dotted(code),
                no_split & (product == code),
            )
    basis = lanes["content_basis"].tolist()
    by_sector = np.array([text.startswith("sector") for text in basis], dtype=bool) & ~missing
    yield "content is the average of the exporter's sector", "lanes without a bill", by_sector
    mixed = np.array([text.startswith(BY_BILL_AND_SECTOR) for text in basis], dtype=bool)
    mixed &= ~missing
    yield "the origins of a bill's inputs are those of the exporter's sector", "bills", mixed


def _editions(baseline: Baseline, lanes: pd.DataFrame) -> Iterator[tuple[str, str, Mask]]:
    product = lanes["product"].to_numpy()
    for code in sorted(set(product[baseline.equal_split])):
        yield (
            "trade split equally over the product's successors in a newer HS edition",
            dotted(code),
            baseline.equal_split & (product == code),
        )
