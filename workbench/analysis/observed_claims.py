"""How much of what kind of trade claimed a preference: from a file, the program, the database."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DefinitionError, TradeDataError
from workbench.tradedata import columns as c
from workbench.tradedata.claims import CLAIMED_USD, PERIOD, observed_claims
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.extra_duties import (
    EXPORTER,
    EXTRA_DUTIES,
    IMPORTER,
    PROCESSING_FEE_RATE,
    ExtraDuty,
    extra_duty,
)
from workbench.tradedata.queries import tariff_lines
from workbench.tradedata.starter.layout import read

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

AD_VALOREM, SPECIFIC, CRUDE_OIL, FREE = "ad valorem", "specific", "crude oil", "free"

_NEEDED = ("product", "economy", "margin", "value", "claimed")
_MORE = ("extra", "relief", "month", "chapter")
_MOST_PROBLEMS = 20
_SHIPPED_SOURCE = (
    "USITC DataWeb, imports for consumption from Canada by special programme, months of 2025 "
    "(by way of Budget Lab at Yale, tariff-rate-tracker), joined to the USITC tariff database of "
    "June 2025"
)


@dataclass(frozen=True, eq=False)
class ObservedClaims:
    """Trade and the share of it that claimed, in rows (R).

    Attributes:
        group: what is kept together when errors are judged: chapter, else product.
        month: a month such as "2025-01", "" where not known.
        kind: of duty: "ad valorem", "specific", "crude oil" or "free".
        margin: MFN rate minus preferential rate; NaN where it cannot be computed.
        extra: what else a claim saves, as a fraction of value; NaN where not known.
        relief: fees that a claim saves, as a fraction of value.
        value_usd, claimed_share: trade, and the share that claimed.
        source: where the rows come from.
        left_out: rows that could not be used, by reason.
        duties: the extra duties that `extra` is from; empty where the rows state it themselves.
    """

    group: Objects
    month: Objects
    kind: Objects
    margin: Floats
    extra: Floats
    relief: Floats
    value_usd: Floats
    claimed_share: Floats
    source: str
    left_out: tuple[tuple[str, int], ...] = ()
    duties: tuple[ExtraDuty, ...] = ()


def shipped_claims() -> ObservedClaims:
    """Claims on imports of the United States from Canada in 2025, summed over like lines."""
    rows = []
    for month, chapter, kind, margin, extra, _, value, claimed in read("observed_claims"):
        rows.append((chapter, month, kind, _number(margin), _number(extra), value, claimed))
    group, months, kinds, margins, extras, values, claims = zip(*rows, strict=True)
    value_usd = np.array(values, dtype=np.float64)
    return ObservedClaims(
        group=_objects(group),
        month=_objects(months),
        kind=_objects(kinds),
        margin=np.array(margins),
        extra=np.array(extras),
        relief=np.full(len(rows), PROCESSING_FEE_RATE),
        value_usd=value_usd,
        claimed_share=np.array(claims, dtype=np.float64) / value_usd,
        source=_SHIPPED_SOURCE,
        duties=EXTRA_DUTIES,
    )


def read_claims(path: Path) -> ObservedClaims:
    """Claims from a csv file: product, economy, margin, value, claimed; margins as fractions.

    Further columns that count where they are there: `extra` and `relief`, what else a claim
    saves; `month` and `chapter`, to judge the error on months and chapters left out of the fit.

    Raises:
        DefinitionError: the file cannot be read, or a cell is not what it must be.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise DefinitionError(
            f"{path}: the file cannot be read ({why}); check its name and rights"
        ) from None
    except UnicodeDecodeError:
        raise DefinitionError(f"{path}: the text is not UTF-8; save it as csv in UTF-8") from None
    lines = csv.reader(text.splitlines())
    head = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise DefinitionError(
            f"{path}:1: there is no column '{missing[0]}'; the first line must name "
            f"{', '.join(_NEEDED)}"
        )
    place = {name: head.index(name) for name in (*_NEEDED, *_MORE) if name in head}
    rows: list[tuple[str, str, float, float, float, float, float]] = []
    problems: list[str] = []
    unknown = nothing = 0
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _read_row(cells, place)
        except ValueError as error:
            problems.append(f"{path}:{lines.line_num}: {error}")
            if len(problems) == _MOST_PROBLEMS:
                break
            continue
        if math.isnan(row[2] + row[3]):
            unknown += 1
        elif row[5] == 0:
            nothing += 1
        else:
            rows.append(row)
    if problems:
        raise DefinitionError("\n".join(problems))
    if not rows:
        raise DefinitionError(f"{path}: there is no row with a margin and trade; add some")
    group, month, margin, extra, relief, value, claimed = zip(*rows, strict=True)
    return ObservedClaims(
        group=_objects(group),
        month=_objects(month),
        kind=_objects([FREE if m == 0 else AD_VALOREM for m in margin]),
        margin=np.array(margin),
        extra=np.array(extra),
        relief=np.array(relief),
        value_usd=np.array(value),
        claimed_share=np.array(claimed),
        source=path.name,
        left_out=_counted({"margin not known": unknown, "no trade": nothing}),
    )


def _read_row(
    cells: Sequence[str], place: dict[str, int]
) -> tuple[str, str, float, float, float, float, float]:
    def text(name: str) -> str:
        at = place.get(name)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    def figure(name: str, low: float, high: float, missing: float) -> float:
        word = text(name)
        if word.lower() in ("", "na", "nan", "null", "–", "-"):
            return missing
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            wanted = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of {low:g} or more"
            raise ValueError(f"{name} is '{word}'; give a number {wanted}")
        return value

    product = text("product").replace(".", "")
    if not product:
        raise ValueError("there is no product; give an HS code or a name")
    value, claimed = figure("value", 0, math.inf, math.nan), figure("claimed", 0, 1, math.nan)
    if math.isnan(value + claimed):
        raise ValueError("value or claimed is blank; give both, or leave the row out")
    chapter = text("chapter") or (product[:2] if product[:2].isdigit() else product)
    return (
        chapter,
        text("month"),
        figure("margin", 0, 100, math.nan),
        figure("extra", 0, 100, 0.0 if "extra" not in place else math.nan),
        figure("relief", 0, 100, 0.0),
        value,
        claimed,
    )


def database_claims(db: TradeDatabase) -> ObservedClaims:
    """Claims that were imported into the database, joined to its duties by national line.

    Raises:
        TradeDataError: the database holds no claims, or no duties for them.
    """
    frame = observed_claims(db)
    if frame.empty:
        raise TradeDataError(
            "the trade database holds no observed utilisation; import a file of claims with "
            "'pactwright import utilisation', or leave out --from-database"
        )
    importers = sorted(frame[c.IMPORTER].unique())
    duties = tariff_lines(db, importers, None, "HS2022", ("mfn", "preference"))
    mfn = {
        (importer, line): (rate, method)
        for importer, line, regime, rate, method in zip(
            duties[c.IMPORTER],
            duties[c.LINE],
            duties[c.REGIME],
            duties[c.RATE],
            duties[c.METHOD],
            strict=True,
        )
        if regime == "mfn"
    }
    preferential = {
        (importer, programme, line): rate
        for importer, programme, line, regime, rate in zip(
            duties[c.IMPORTER],
            duties[c.PROGRAMME],
            duties[c.LINE],
            duties[c.REGIME],
            duties[c.RATE],
            strict=True,
        )
        if regime == "preference"
    }
    rows: list[tuple[str, str, str, float, float, float, float, float]] = []
    unknown = nothing = 0
    for importer, programme, period, line, exporter, value, claimed in zip(
        frame[c.IMPORTER],
        frame[c.PROGRAMME],
        frame[PERIOD],
        frame[c.LINE],
        frame[c.EXPORTER],
        frame[c.VALUE_USD],
        frame[CLAIMED_USD],
        strict=True,
    ):
        width = next((w for w in range(len(line), 5, -1) if (importer, line[:w]) in mfn), 0)
        if not width or value == 0:
            unknown, nothing = unknown + (not width), nothing + (value == 0)
            continue
        rate, method = mfn[importer, line[:width]]
        preference = preferential.get((importer, programme, line[:width]))
        kind = FREE if rate == 0 else AD_VALOREM if method == "ad valorem" else SPECIFIC
        kind = CRUDE_OIL if kind == SPECIFIC and line.startswith("2709") else kind
        if preference is None:
            margin = 0.0 if kind == FREE else math.nan
        else:
            margin = max(rate - preference, 0.0)
        extra: float | None = 0.0
        if (importer, exporter) == (IMPORTER, EXPORTER):
            year, _, month = period.partition("-")
            extra = extra_duty(line, int(year), int(month)) if month else None
        fee = PROCESSING_FEE_RATE if importer == IMPORTER else 0.0
        saved = math.nan if extra is None else extra
        rows.append((line[:2], period, kind, margin, saved, fee, value, claimed / value))
    if not rows:
        raise TradeDataError(
            "the trade database holds no duties for the lines with observed utilisation; import "
            "the importer's tariff schedule first"
        )
    group, months, kinds, margins, extras, fees, values, shares = zip(*rows, strict=True)
    return ObservedClaims(
        group=_objects(group),
        month=_objects(months),
        kind=_objects(kinds),
        margin=np.array(margins),
        extra=np.array(extras),
        relief=np.array(fees),
        value_usd=np.array(values, dtype=np.float64),
        claimed_share=np.array(shares),
        source="; ".join(sorted(frame[c.SOURCE].unique())),
        left_out=_counted({"no MFN rate for the line": unknown, "no trade": nothing}),
        duties=EXTRA_DUTIES,
    )


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _objects(values: Sequence[str]) -> Objects:
    return np.array(values, dtype=object)


def _counted(reasons: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, count) for reason, count in reasons.items() if count)
