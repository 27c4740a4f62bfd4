"""CEPII BACI: world trade by HS6, one csv a year; thousand USD free on board, and tonnes.

The fast way reads numbers with pandas, a piece at a time. Where a piece holds anything that is no
number, the file is read again row by row, which tells good rows from bad ones.
"""

import csv
import re
import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.io.parsers import TextFileReader

from workbench.errors import TradeDataError
from workbench.tradedata.codes import ECONOMY_IDS
from workbench.tradedata.flow_arrays import MISSING
from workbench.tradedata.ingest import economy_codes
from workbench.tradedata.ingest.collected import Collected, Dataset, Facts
from workbench.tradedata.ingest.source import Columns, Part

_NAME = re.compile(r"BACI_HS(\d\d)_Y(\d{4})_V(\d{6}[a-z]?)", re.IGNORECASE)
_SYNTHETIC = "000000"
"""The release that stands in the name of a made-up file."""
_HEADER = ("t", "i", "j", "k", "v", "q")
_CHUNK = 500_000
_LARGEST = 10**6
_MOST_USD = 1e15
_EDITIONS = {"92": 1992, "96": 1996, "02": 2002, "07": 2007, "12": 2012, "17": 2017, "22": 2022}

Floats = npt.NDArray[np.float64]


class Baci:
    """Reads the yearly files."""

    kind = "baci"

    def recognise(self, part: Part) -> str | None:
        """By the six one-letter columns; the file's name tells the HS edition and the release."""
        if part.form != "table":
            return None
        for grid in part.grids():
            if grid.head and {c.lower() for c in grid.head[0]} == set(_HEADER):
                named = " and the file's name" if _NAME.search(part.name) else ""
                return f"the header t,i,j,k,v,q{named} are those of CEPII BACI"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take the flows.

        Raises:
            TradeDataError: the HS edition is not known.
        """
        dataset = into.dataset(_facts(part, into))
        try:
            for chunk in _chunks(part):
                _take(chunk, into, dataset)
        except (ValueError, OverflowError):
            into.datasets.pop(dataset.facts)
            into.read = into.taken = 0
            into.rejected.clear()
            into.rejections.clear()
            dataset = into.dataset(dataset.facts)
            for chunk in _careful_chunks(part, into):
                _take(chunk, into, dataset)


def _facts(part: Part, into: Collected) -> Facts:
    match = _NAME.search(part.name)
    edition = into.stated.edition or (_EDITIONS.get(match[1]) if match else None)
    if edition is None:
        raise TradeDataError(
            f"{part.name}: the HS edition stands in the name of a BACI file, such as "
            "BACI_HS17_Y2024_V202601.csv, and this name has none; say it with --edition HS2017"
        )
    release = match[3] if match else "release unknown"
    made_up = release == _SYNTHETIC
    return Facts(
        table="trade_flows",
        source="Synthetic, shaped like CEPII BACI" if made_up else "CEPII BACI",
        edition=f"HS{edition % 100:02d} {release}",
        licence="made up for benchmarks" if made_up else "Etalab Open Licence 2.0",
        hs_edition=edition,
        basis="FOB",
        reported_by="reconciled",
        note="no real figures" if made_up else "values in whole USD, net weights in whole kg",
    )


def _chunks(part: Part) -> Iterator[pd.DataFrame]:
    """The file as numbers, with the number of the first row in each piece as its index."""
    kinds = {"t": "int16", "i": "int16", "j": "int16", "k": "int32", "v": "float64", "q": "float64"}
    with part.open() as stream:
        header = stream.readline().decode("utf-8-sig", "replace").strip().split(",")
        if sorted(header) != sorted(_HEADER):
            raise ValueError("not the plain header")
        reader = pd.read_csv(
            stream,
            names=header,
            header=None,
            dtype=kinds,
            chunksize=_CHUNK,
            na_values=["NA", ""],
            keep_default_na=False,
            skipinitialspace=True,
            index_col=False,
        )
        with reader:
            while (chunk := _next(reader)) is not None:
                yield chunk


def _next(reader: TextFileReader) -> pd.DataFrame | None:
    """The next piece; None at the end.

    Raises:
        ValueError: something in it is no number, or a row is too long or too short.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return reader.get_chunk()
        except StopIteration:
            return None
        except (pd.errors.ParserWarning, RuntimeWarning, TypeError) as error:
            # A number too large for its column is a TypeError, of all things.
            raise ValueError(str(error)) from error


def _careful_chunks(part: Part, into: Collected) -> Iterator[pd.DataFrame]:
    """The same, row by row; rows that are no numbers are rejected here."""
    rows = part.grids()[0].rows()
    columns = Columns(next(rows))
    places = [columns.place[name] for name in _HEADER]
    good: list[tuple[int, int, int, int, float, float]] = []
    numbers: list[int] = []
    try:
        for cells in rows:
            row = into.next_row()
            if len(cells) != len(columns.names):
                into.reject(row, "wrong number of columns", cells)
                continue
            try:
                good.append(_numbers([cells[place] for place in places]))
            except (ValueError, OverflowError):
                into.reject(row, "not a number where one must be", cells)
                continue
            numbers.append(row)
            if len(good) == _CHUNK:
                yield pd.DataFrame(good, columns=_HEADER, index=numbers)
                good, numbers = [], []
    except csv.Error as error:
        raise TradeDataError(
            f"{part.name}: row {into.read + 1} cannot be read ({error}); a quotation mark may be "
            "missing"
        ) from error
    if good:
        yield pd.DataFrame(good, columns=_HEADER, index=numbers)


def _numbers(cells: Sequence[str]) -> tuple[int, int, int, int, float, float]:
    t, i, j, k, v, q = cells
    if not (k.isascii() and k.isdigit() and len(k) <= 6):
        raise ValueError("not a product code")
    quantity = float("nan") if q in ("", "NA") else float(q)
    small = [int(text) for text in (t, i, j)]
    if any(abs(number) > 30_000 for number in small):
        raise ValueError("not a year or an economy")
    return (small[0], small[1], small[2], int(k), float(v), quantity)


def _take(chunk: pd.DataFrame, into: Collected, dataset: Dataset) -> None:
    careful = chunk.index.dtype != "int64" or not isinstance(chunk.index, pd.RangeIndex)
    first = 0 if careful else into.next_rows(len(chunk))
    table = _economies()
    t, i, j, k = (chunk[name].to_numpy() for name in ("t", "i", "j", "k"))
    v: Floats = chunk["v"].to_numpy()
    q: Floats = chunk["q"].to_numpy()
    exporter = table[np.clip(i, 0, len(table) - 1)]
    importer = table[np.clip(j, 0, len(table) - 1)]
    reasons: list[tuple[str, npt.NDArray[np.bool_]]] = [
        ("no such economy", (exporter == 0) | (importer == 0)),
        ("exporter and importer are one economy", exporter == importer),
        ("not a product code of six digits", (k <= 10_000) | (k >= _LARGEST)),
        ("no value, or one that is not above zero", ~((v > 0) & (v < _MOST_USD))),
        ("a quantity below zero", (q < 0) | np.isinf(q)),
        ("not a year", (t < 1962) | (t > 2100)),
    ]
    if into.stated.codes:
        wanted = np.array([into.stated.wants(f"{code:06d}") for code in np.unique(k)])
        reasons.append(("not among the codes asked for", ~wanted[np.searchsorted(np.unique(k), k)]))
    good = np.ones(len(chunk), dtype=bool)
    for reason, wrong in reasons:
        new = wrong & good
        if new.any():
            good &= ~new
            at = np.flatnonzero(new)
            rows = chunk.index.to_numpy()[at] if careful else first + at
            texts = (
                f"{a},{b},{c},{d:06d},{e:g},{'' if np.isnan(f) else f'{f:g}'}"
                for a, b, c, d, e, f in zip(t[at], i[at], j[at], k[at], v[at], q[at], strict=True)
            )
            into.reject_many(reason, zip(rows.tolist(), texts, strict=True))
    dataset.add_up = dataset.add_up or bool(np.isin((i, j), list(economy_codes.DISSOLVED)).any())
    quantity = np.where(np.isnan(q), MISSING, np.rint(q * 1000))
    columns = [t, k, importer, exporter, np.rint(v * 1000), quantity]
    if not good.all():
        columns = [column[good] for column in columns]
    if len(columns[0]):
        dataset.add_flows(*columns)
    into.taken += len(columns[0])


def _economies() -> npt.NDArray[np.uint16]:
    """BACI's number -> ours; 0 for others."""
    table = np.zeros(1000, dtype=np.uint16)
    for number in range(1000):
        code = economy_codes.by_number(number)
        if code and ECONOMY_IDS[code] < 9000:
            table[number] = ECONOMY_IDS[code]
    return table
