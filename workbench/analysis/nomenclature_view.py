"""The whole nomenclature with trade and duties beside each code, for choosing what to cover.

Everything is in rows of one order, chapters, headings and subheadings, each before what lies in it,
so that a tree on screen needs no look-ups.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.model.commitments import StatedRate
from workbench.model.coverage import ProductCoverage
from workbench.model.economies import territory_of
from workbench.model.nomenclature import HSRange, dotted
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.descriptions import describe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class NomenclatureView:
    """Codes (N) of an HS edition and the imports of every economy (M).

    Attributes:
        years: the imports are a mean over these.
        codes, descriptions: N, digits and words.
        searchable: N, code and words in small letters, each after a blank.
        parents: N, row of the code one level up, -1 for chapters.
        subheadings, traded: N, how many subheadings lie in a code, and how many of them have
            trade in the database; of the others it knows nothing.
        imports_usd: N x M, of the subheadings that have trade.
    """

    edition: str
    years: tuple[int, ...]
    codes: tuple[str, ...]
    descriptions: tuple[str, ...]
    searchable: tuple[str, ...]
    parents: Ints
    subheadings: Ints
    traded: Ints
    importers: tuple[str, ...]
    imports_usd: Floats

    def imports_of(self, economies: Sequence[str] | None = None) -> Floats:
        """N, imports of some economies from all others, USD a year; NaN where not known.

        Args:
            economies: codes; a member counts with its customs territory. None is the world.
        """
        values = self.imports_usd
        if economies is not None:
            wanted = {territory_of(code) for code in economies}
            values = values[:, [place for place, m in enumerate(self.importers) if m in wanted]]
        return np.where(self.traded > 0, values.sum(axis=1), np.nan)


@dataclass(frozen=True, eq=False)
class ImporterRates:
    """Duties of one importer for the codes (N) of a view, by its national lines (L).

    A subheading has the simple mean of its lines, higher levels the simple mean of their
    subheadings; NaN is unknown.

    Attributes:
        mean, low, high: N, fractions of value; `low` and `high` are of single lines.
        rated: N, subheadings with a rate.
        not_ad_valorem: N, national lines whose duty has no known share of value; their
            subheadings have no rate and count in no mean.
        stand_in: N, whether any of it is the base rate of an agreement's schedule, which
            stands in for the MFN rate.
        source: N, of subheadings.
        lines, line_rows, line_rates, line_texts: L, digits, row of the subheading they belong
            to (in order), rate and its wording.
    """

    importer: str
    mean: Floats
    low: Floats
    high: Floats
    rated: Ints
    not_ad_valorem: Ints
    stand_in: NDArray[np.bool_]
    source: tuple[str, ...]
    lines: tuple[str, ...]
    line_rows: Ints
    line_rates: Floats
    line_texts: tuple[str, ...]


def nomenclature_view(
    database: TradeDatabase,
    edition: str,
    years: Sequence[int],
    progress: Progress = NO_PROGRESS,
) -> NomenclatureView:
    """Read the codes of an edition with everyone's imports.

    Raises:
        TradeDataError: the database cannot be read, or does not know the edition.
        Cancelled: asked to stop.
    """
    progress.step(0, 3, "codes")
    codes = queries.product_tree(database, edition)[col.CODE].tolist()
    place = {code: row for row, code in enumerate(codes)}
    parents = np.array([place.get(code[:-2], -1) for code in codes], dtype=np.int64)
    level = np.array([len(code) for code in codes], dtype=np.int64)
    progress.step(1, 3, "trade")
    trade = queries.world_trade(database, edition, years)
    trade = trade[trade[col.PRODUCT].isin(place)]
    importers = tuple(sorted(trade[col.IMPORTER].unique().tolist()))
    imports = np.zeros((len(codes), len(importers)))
    traded = np.zeros(len(codes), dtype=np.int64)
    if len(trade):
        row = trade[col.PRODUCT].map(place).to_numpy(dtype=np.int64)
        column = pd.Categorical(trade[col.IMPORTER], categories=list(importers)).codes
        np.add.at(imports, (row, column), trade[col.VALUE_USD].to_numpy() / max(len(years), 1))
        traded[row] = 1
    subheadings = np.where(level == 6, 1, 0)
    _add_up(parents, level, imports, traded, subheadings)
    progress.step(2, 3, "descriptions")
    words = tuple(describe(code, edition) for code in codes)
    progress.step(3, 3, "done")
    return NomenclatureView(
        edition=edition,
        years=tuple(years),
        codes=tuple(codes),
        descriptions=words,
        searchable=tuple(
            f" {code} {dotted(code)} {text}".casefold()
            for code, text in zip(codes, words, strict=True)
        ),
        parents=parents,
        subheadings=subheadings,
        traded=traded,
        importers=importers,
        imports_usd=imports,
    )


def _add_up(parents: Ints, level: Ints, *columns: NDArray[np.generic]) -> None:
    """Add subheadings to their headings and headings to their chapters, in place."""
    for digits in (6, 4):
        rows = np.flatnonzero(level == digits)
        for values in columns:
            np.add.at(values, parents[rows], values[rows])


def importer_rates(
    database: TradeDatabase,
    view: NomenclatureView,
    importer: str,
    stated: Sequence[StatedRate] = (),
    progress: Progress = NO_PROGRESS,
) -> ImporterRates:
    """The MFN rates of one importer; rates stated for all in the agreement count first.

    Raises:
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    progress.step(0, 2, "duties")
    frame = queries.tariff_lines(database, [importer], None, view.edition, regimes=["mfn", "base"])
    place = {code: row for row, code in enumerate(view.codes)}
    frame = frame[frame[col.PRODUCT].isin(place)]
    with_mfn = frame.loc[frame[col.REGIME] == "mfn", col.PRODUCT].unique()
    frame = frame[(frame[col.REGIME] == "mfn") | ~frame[col.PRODUCT].isin(with_mfn)]
    frame = frame.sort_values([col.PRODUCT, col.LINE], kind="stable")
    progress.step(1, 2, "duties")
    count = len(view.codes)
    mean, low, high = (np.full(count, np.nan) for _ in range(3))
    stand_in = np.zeros(count, dtype=bool)
    source = [""] * count
    rows = np.array([place[code] for code in frame[col.PRODUCT]], dtype=np.int64)
    rates = frame[col.RATE].to_numpy(dtype=np.float64)
    if len(rows):
        found, first = np.unique(rows, return_index=True)
        size = np.diff(np.append(first, len(rows)))
        mean[found] = np.add.reduceat(rates, first) / size
        low[found] = np.minimum.reduceat(rates, first)
        high[found] = np.maximum.reduceat(rates, first)
        stand_in[found] = (frame[col.REGIME] == "base").to_numpy()[first]
        named = (frame[col.SOURCE] + ", " + frame[col.YEAR].astype(str)).tolist()
        for row, at in zip(found.tolist(), first.tolist(), strict=True):
            source[row] = named[at]
    for item in reversed([s for s in stated if s.importer == importer and not s.exporter]):
        for row, code in enumerate(view.codes):
            if len(code) == 6 and any(r.contains(code) for r in item.products):
                mean[row] = low[row] = high[row] = item.rate
                stand_in[row] = False
                source[row] = f"stated in the agreement: {item.source}"
    without = np.zeros(count, dtype=np.int64)
    np.add.at(without, rows[np.isnan(rates)], 1)
    without[~np.isnan(mean)] = 0  # a rate stated in the agreement stands for them
    level = np.array([len(code) for code in view.codes], dtype=np.int64)
    known = np.where((level == 6) & ~np.isnan(mean), 1, 0)
    total = np.where(known == 1, mean, 0.0)
    marked = np.where(known == 1, stand_in, False).astype(np.int64)
    _add_up(view.parents, level, known, total, marked, without)
    for digits in (6, 4):
        part = np.flatnonzero((level == digits) & (known > 0))
        np.fmin.at(low, view.parents[part], low[part])
        np.fmax.at(high, view.parents[part], high[part])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known > 0, total / known, np.nan)
    progress.step(2, 2, "done")
    return ImporterRates(
        importer=importer,
        mean=mean,
        low=low,
        high=high,
        rated=known,
        not_ad_valorem=without,
        stand_in=marked > 0,
        source=tuple(source),
        lines=tuple(frame[col.LINE].tolist()),
        line_rows=rows,
        line_rates=rates,
        line_texts=tuple(frame[col.TEXT].tolist()),
    )


class Part(IntEnum):
    """How much of a code is covered."""

    NONE = 0
    SOME = 1
    WHOLE = 2


SEVERAL = "several"
"""Stands for the stage of a code whose parts are at different ones."""


@dataclass(frozen=True, slots=True)
class CoveredParts:
    """What a coverage holds of the codes (N) of a view.

    Attributes:
        parts: N, how much of each.
        stages: N, stage of what is covered of it, `SEVERAL`, or "" where nothing is.
    """

    parts: list[Part]
    stages: list[str]


def covered_parts(coverage: ProductCoverage, view: NomenclatureView) -> CoveredParts:
    """How much of each code is covered, in well under the time of a key stroke.

    A subheading of which single national lines are covered counts as covered in part.
    """
    count = len(view.codes)
    rows = [row for row, code in enumerate(view.codes) if len(code) == 6]
    codes = [view.codes[row] for row in rows]
    parts, stages = [Part.NONE] * count, [""] * count
    for entry in reversed(coverage.entries):  # the first entry that holds a code counts
        held: dict[int, Part] = {}
        for item in entry.ranges:
            whole, ends = _met(codes, item)
            held.update((place, held.get(place, Part.SOME)) for place in ends)
            held.update((place, Part.WHOLE) for place in whole)
        for item in entry.exceptions:
            whole, ends = _met(codes, item)
            for place in whole:
                held.pop(place, None)
            held.update((place, Part.SOME) for place in ends if place in held)
        for place, part in held.items():
            row = rows[place]
            parts[row], stages[row] = max(part, parts[row]), entry.stage.value
    _add_up_parts(view, parts, stages)
    return CoveredParts(parts, stages)


def _met(codes: list[str], item: HSRange) -> tuple[range, list[int]]:
    """Places of the subheadings that a range holds in whole, and of those it holds in part."""
    cuts_low, cuts_high = item.low[6:] != "0000", item.high[6:] != "9999"
    first = (bisect_right if cuts_low else bisect_left)(codes, item.low[:6])
    last = (bisect_left if cuts_high else bisect_right)(codes, item.high[:6])
    ends = []
    for end, cut in ((item.low[:6], cuts_low), (item.high[:6], cuts_high)):
        place = bisect_left(codes, end)
        if cut and place < len(codes) and codes[place] == end:
            ends.append(place)
    return range(first, last), ends


def _add_up_parts(view: NomenclatureView, parts: list[Part], stages: list[str]) -> None:
    """Fill headings and chapters from what lies in them, in place."""
    parents = view.parents.tolist()
    wholes = [0] * len(parts)
    children = [0] * len(parts)
    for row in range(len(parts) - 1, -1, -1):  # what lies in a code comes after it
        if children[row]:
            if wholes[row] == children[row]:
                parts[row] = Part.WHOLE
            elif stages[row]:
                parts[row] = Part.SOME
        above = parents[row]
        if above >= 0:
            children[above] += 1
            wholes[above] += parts[row] is Part.WHOLE
            if stages[row] and stages[above] != stages[row]:
                stages[above] = SEVERAL if stages[above] else stages[row]
