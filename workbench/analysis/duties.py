"""The duty open to each exporter today, from tariff lines and agreements in force.

Why a table of importer x exporter x product: the base duty is the lowest regime open to the
exporter on each national line, so it is settled line by line and only then averaged to the
subheading (the simple mean; line trade is not in the database).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.market import Market
from workbench.model.commitments import StatedRate
from workbench.model.coverage import ProductCoverage
from workbench.model.economies import members_of
from workbench.tradedata import columns as col

Floats = NDArray[np.float64]

MFN = "MFN"

_LINES_KEPT = 32


@dataclass(frozen=True, eq=False)
class Duties:
    """Duties of importers (M) on products (K) of exporters (X); rates are fractions.

    NaN is unknown, with the reason in `why_unknown`. `*_free_share` is the share of the
    subheading's lines that are free. `mfn_source` names source and year of the MFN rate.
    """

    mfn_rate: Floats  # M x K
    mfn_low: Floats
    mfn_high: Floats
    mfn_free_share: Floats
    mfn_source: NDArray[np.object_]
    mfn_text: NDArray[np.object_]
    stand_in: NDArray[np.bool_]  # M x K: not the MFN rate but the base rate of a schedule
    base_duty: Floats  # M x X x K
    base_free_share: Floats
    base_regime: NDArray[np.object_]
    why_unknown: NDArray[np.object_]


def duties_today(
    market: Market,
    stated: tuple[StatedRate, ...],
    coverage: ProductCoverage,
    importers: tuple[str, ...],
    exporters: tuple[str, ...],
) -> Duties:
    """The lowest regime in force in the latest base year, for every lane.

    A rate stated in the agreement file counts before the database. Where an agreement is known
    to be in force but its rate is not, the duty is unknown unless the line is free anyway.
    """
    m, x, k = len(importers), len(exporters), len(market.products)
    duties = Duties(
        mfn_rate=np.full((m, k), np.nan),
        mfn_low=np.full((m, k), np.nan),
        mfn_high=np.full((m, k), np.nan),
        mfn_free_share=np.full((m, k), np.nan),
        mfn_source=np.full((m, k), "", dtype=object),
        mfn_text=np.full((m, k), "", dtype=object),
        stand_in=np.zeros((m, k), dtype=bool),
        base_duty=np.full((m, x, k), np.nan),
        base_free_share=np.full((m, x, k), np.nan),
        base_regime=np.full((m, x, k), "", dtype=object),
        why_unknown=np.full((m, x, k), "no MFN rate in the database", dtype=object),
    )
    day = date(max(market.years), 12, 31)
    by_importer = dict(iter(market.tariff_lines.groupby(col.IMPORTER)))
    for i, importer in enumerate(importers):
        own = [rate for rate in stated if rate.importer == importer]
        lines = _lines(_Asked(by_importer.get(importer), market.products, coverage, tuple(own)))
        if lines is not None:
            schemes = _schemes(market.programmes, importer, exporters, day)
            _fill(duties, i, lines, schemes, len(exporters))
        _fill_stated(duties, i, own, market.products, exporters)
    return duties


@dataclass(frozen=True, eq=False)
class _Lines:
    """National lines of one importer, sorted by product.

    Attributes:
        product: place of the line's subheading in the market's products.
        rate: MFN rate (or the base rate of a schedule), NaN where it cannot be computed.
        programme_rates: by programme, NaN where it gives no rate that can be computed.
        listed: by programme, whether it lists the line.
    """

    product: NDArray[np.int64]
    rate: Floats
    source: NDArray[np.object_]
    text: NDArray[np.object_]
    stand_in: NDArray[np.bool_]
    programme_rates: dict[str, Floats]
    listed: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """What an importer's lines depend on; most stay the same when another partner joins."""

    frame: pd.DataFrame | None
    products: tuple[str, ...]
    coverage: ProductCoverage
    stated: tuple[StatedRate, ...]

    def __hash__(self) -> int:
        return 0 if self.frame is None else hash(self.frame[col.IMPORTER].iloc[0])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Asked):
            return NotImplemented
        if (self.products, self.coverage, self.stated) != (
            other.products,
            other.coverage,
            other.stated,
        ):
            return False
        if self.frame is None or other.frame is None:
            return self.frame is other.frame
        mine, theirs = (frame.reset_index(drop=True) for frame in (self.frame, other.frame))
        return bool(mine.equals(theirs))


@lru_cache(maxsize=_LINES_KEPT)
def _lines(asked: _Asked) -> _Lines | None:
    """The covered lines of an importer; rates stated for all replace those of the database."""
    frame, products, coverage, stated = asked.frame, asked.products, asked.coverage, asked.stated
    place = {code: index for index, code in enumerate(products)}
    entries = zip(products, coverage.entries_of(products), strict=True)
    whole = {code for code, entry in entries if entry is not None}
    fixed = {
        code: rate
        for rate in reversed(stated)
        if not rate.exporter
        for code in products
        if any(r.contains(code) for r in rate.products)
    }
    rows: list[tuple[int, str, float, str, str, bool]] = [
        (place[code], "", rate.rate, _stated_source(rate), "", False)
        for code, rate in fixed.items()
    ]
    others = None
    if frame is not None:
        frame = frame[~frame[col.PRODUCT].isin(list(fixed))]
        covered = [
            code in whole or coverage.covers(line)
            for code, line in _values(frame, col.PRODUCT, col.LINE)
        ]
        frame = frame[np.array(covered, dtype=bool)]
        mfn = frame[frame[col.REGIME] == "mfn"]
        base = frame[
            (frame[col.REGIME] == "base") & ~frame[col.PRODUCT].isin(mfn[col.PRODUCT].unique())
        ]
        others = frame[frame[col.REGIME].isin(["preference", "column2"])]
        for part, stand_in in ((mfn, False), (base, True)):
            rows += [
                (place[code], line, rate, f"{source}, {year}", text, stand_in)
                for code, line, rate, source, year, text in _values(
                    part, col.PRODUCT, col.LINE, col.RATE, col.SOURCE, col.YEAR, col.TEXT
                )
            ]
    if not rows:
        return None
    rows.sort(key=lambda row: row[:2])
    order = {(row[0], row[1]): n for n, row in enumerate(rows)}
    rates: dict[str, Floats] = {}
    listed: dict[str, NDArray[np.bool_]] = {}
    if others is not None:
        for code, line, programme, rate in _values(
            others, col.PRODUCT, col.LINE, col.PROGRAMME, col.RATE
        ):
            n = order.get((place[code], line))
            if n is not None:
                rates.setdefault(programme, np.full(len(rows), np.nan))[n] = rate
                listed.setdefault(programme, np.zeros(len(rows), dtype=bool))[n] = True
    product, _, rate_list, source_list, text_list, stand_ins = zip(*rows, strict=True)
    return _Lines(
        product=np.array(product),
        rate=np.array(rate_list, dtype=np.float64),
        source=np.array(source_list, dtype=object),
        text=np.array([str(text) if text else "" for text in text_list], dtype=object),
        stand_in=np.array(stand_ins),
        programme_rates=rates,
        listed=listed,
    )


def _values(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of some columns; a list is walked much faster than a column of texts."""
    return zip(*(frame[column].tolist() for column in columns), strict=True)


def _stated_source(rate: StatedRate) -> str:
    return f"stated in the agreement: {rate.source}" + (f", {rate.year}" if rate.year else "")


@dataclass(frozen=True, eq=False)
class _Schemes:
    """Programmes of one importer: which exporters (X bools) are in for sure, or perhaps."""

    kinds: dict[str, str]
    rates_known: dict[str, bool]
    confirmed: dict[str, NDArray[np.bool_]]
    possible: dict[str, NDArray[np.bool_]]


def _schemes(
    programmes: pd.DataFrame, importer: str, exporters: tuple[str, ...], day: date
) -> _Schemes:
    """Programmes in force on a day. A customs territory is in only with every member."""
    rows = programmes[programmes[col.IMPORTER] == importer]
    in_force = [
        (pd.isna(start) or start <= day) and (pd.isna(end) or end >= day)
        for start, end in zip(rows[col.START], rows[col.END], strict=True)
    ]
    schemes = _Schemes({}, {}, {}, {})
    for code, group in rows[np.array(in_force, dtype=bool)].groupby(col.PROGRAMME):
        programme = str(code)
        sure = set(group.loc[group[col.STATUS] == "confirmed", col.PARTNER])
        perhaps = sure | set(group[col.PARTNER])
        schemes.kinds[programme] = str(group[col.KIND].iloc[0])
        schemes.rates_known[programme] = bool(group[col.RATES_KNOWN].all())
        confirmed = np.array([_all_in(e, sure) for e in exporters], dtype=bool)
        schemes.confirmed[programme] = confirmed
        schemes.possible[programme] = ~confirmed & np.array(
            [_any_in(e, perhaps) for e in exporters], dtype=bool
        )
    return schemes


def _all_in(economy: str, members: set[str]) -> bool:
    return economy in members or all(part in members for part in members_of(economy))


def _any_in(economy: str, members: set[str]) -> bool:
    return economy in members or any(part in members for part in members_of(economy))


class _Reasons:
    """Why duties are unknown, by number; "" where they are known."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._texts = [""]
        self._number = np.zeros(shape, dtype=np.int64)

    def give(self, where: NDArray[np.bool_], text: str) -> None:
        """Set the reason of some lines and exporters, or of some exporters on all lines."""
        if text not in self._texts:
            self._texts.append(text)
        self._number[np.broadcast_to(where, self._number.shape)] = self._texts.index(text)

    def largest(self, starts: NDArray[np.int64]) -> NDArray[np.object_]:
        """Of each stretch of lines the last reason in alphabetical order; "" comes first."""
        texts = sorted(self._texts)
        rank = np.array([texts.index(text) for text in self._texts])
        return np.array(texts, dtype=object)[np.maximum.reduceat(rank[self._number], starts)]


def _fill(duties: Duties, i: int, lines: _Lines, schemes: _Schemes, exporters: int) -> None:
    """Lowest regime line by line, then means by product."""
    best = np.repeat(lines.rate[:, None], exporters, axis=1)  # lines x exporters
    regime = np.zeros(best.shape, dtype=np.int64)
    names = [MFN, *sorted(schemes.confirmed)]
    reasons = _Reasons(best.shape)
    nothing = np.full(len(lines.rate), np.nan)
    unlisted = np.zeros(len(lines.rate), dtype=bool)
    for number, programme in enumerate(names[1:], start=1):
        rates = lines.programme_rates.get(programme, nothing)[:, None]
        listed = lines.listed.get(programme, unlisted)[:, None]
        sure, perhaps = schemes.confirmed[programme], schemes.possible[programme]
        if schemes.kinds[programme] == "column2":
            applies = listed & sure
        else:
            if not schemes.rates_known[programme]:
                reasons.give(sure, f"{programme} is in force, its rates are not known")
                continue
            applies = listed & sure & (rates < np.where(np.isnan(best), np.inf, best))
            reasons.give(
                listed & sure & np.isnan(rates), f"{programme} gives a rate that cannot be computed"
            )
            reasons.give(
                listed & perhaps & ~(rates >= best),
                f"not known whether it benefits from {programme}",
            )
        best = np.where(applies, rates, best)
        regime[applies] = number
    reasons.give(np.isnan(best), "a specific duty without a unit value")
    reasons.give(best == 0, "")

    found, first = np.unique(lines.product, return_index=True)
    count = np.diff(np.append(first, len(lines.product)))
    duties.mfn_rate[i, found] = np.add.reduceat(lines.rate, first) / count
    duties.mfn_low[i, found] = np.minimum.reduceat(lines.rate, first)
    duties.mfn_high[i, found] = np.maximum.reduceat(lines.rate, first)
    duties.mfn_free_share[i, found] = np.add.reduceat((lines.rate == 0) * 1.0, first) / count
    duties.mfn_source[i, found] = lines.source[first]
    duties.stand_in[i, found] = lines.stand_in[first]
    duties.mfn_text[i, found] = lines.text[first]
    several = count > 1
    for k, start, size in zip(found[several], first[several], count[several], strict=True):
        texts = dict.fromkeys(t for t in lines.text[start : start + size] if t)
        duties.mfn_text[i, k] = "; ".join(texts)

    mean = np.add.reduceat(best, first) / count[:, None]
    free = np.add.reduceat((best == 0) * 1.0, first) / count[:, None]
    highest = np.maximum.reduceat(regime, first)
    lowest = np.minimum.reduceat(np.where(regime == 0, len(names), regime), first)
    label = np.array(names, dtype=object)[highest]
    label[(highest > 0) & (lowest != highest)] = "several programmes"
    reason = reasons.largest(first)
    known = reason == ""
    duties.base_duty[i][:, found] = np.where(known, mean, np.nan).T
    duties.base_free_share[i][:, found] = np.where(known, free, np.nan).T
    duties.base_regime[i][:, found] = np.where(known, label, "").T
    duties.why_unknown[i][:, found] = reason.T


def _fill_stated(
    duties: Duties,
    i: int,
    stated: list[StatedRate],
    products: tuple[str, ...],
    exporters: tuple[str, ...],
) -> None:
    """Rates stated for one exporter: known, and lower than what else is known."""
    for rate in stated:
        if rate.exporter not in exporters:
            continue
        x = exporters.index(rate.exporter)
        for k, code in enumerate(products):
            if not any(r.contains(code) for r in rate.products):
                continue
            present = duties.base_duty[i, x, k]
            if not present <= rate.rate:
                duties.base_duty[i, x, k] = rate.rate
                duties.base_free_share[i, x, k] = float(rate.rate == 0)
                duties.base_regime[i, x, k] = _stated_source(rate)
            duties.why_unknown[i, x, k] = ""


def open_regimes(
    market: Market,
    stated: tuple[StatedRate, ...],
    coverage: ProductCoverage,
    importers: tuple[str, ...],
    exporters: tuple[str, ...],
) -> pd.DataFrame:
    """Every programme and agreement open to each exporter in the latest base year.

    Returns:
        importer, exporter, product, programme, kind, duty (mean over the lines, the MFN rate
        where a line is not listed; NaN where its rates are not known).
    """
    day = date(max(market.years), 12, 31)
    by_importer = dict(iter(market.tariff_lines.groupby(col.IMPORTER)))
    parts: list[pd.DataFrame] = []
    for importer in importers:
        own = [rate for rate in stated if rate.importer == importer]
        schemes = _schemes(market.programmes, importer, exporters, day)
        lines = _lines(_Asked(by_importer.get(importer), market.products, coverage, tuple(own)))
        for programme, sure in schemes.confirmed.items():
            if schemes.kinds[programme] == "column2" or not sure.any():
                continue
            duty = np.full(len(market.products), np.nan)
            if lines is not None and schemes.rates_known[programme]:
                duty = _mean_duty(lines, programme, len(market.products))
            for x in np.flatnonzero(sure):
                frame = pd.DataFrame({col.PRODUCT: market.products, "duty": duty})
                names = {col.IMPORTER: importer, col.EXPORTER: exporters[x]}
                kind = schemes.kinds[programme]
                parts.append(frame.assign(**names, programme=programme, kind=kind))
    columns = [col.IMPORTER, col.EXPORTER, col.PRODUCT, "programme", "kind", "duty"]
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts, ignore_index=True)[columns]
    return table[table[col.IMPORTER] != table[col.EXPORTER]].reset_index(drop=True)


def _mean_duty(lines: _Lines, programme: str, products: int) -> Floats:
    """Mean duty under a programme by product; NaN where a line's rate cannot be computed."""
    nothing = np.full(len(lines.rate), np.nan)
    unlisted = np.zeros(len(lines.rate), dtype=bool)
    listed = lines.listed.get(programme, unlisted)
    rates = np.where(listed, lines.programme_rates.get(programme, nothing), lines.rate)
    rates = np.where(lines.rate == 0, 0.0, np.minimum(rates, lines.rate))
    count = np.bincount(lines.product, minlength=products)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(lines.product, rates, products) / np.where(count > 0, count, np.nan)
