"""Files that were cut, mangled or made to harm: one sentence each, no traceback, no hang."""

import gzip
import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.loader import import_files

SAMPLES = Path(__file__).parents[3] / "data" / "ingest"
STATED = Stated(year=2025, exporter="TWN", importer="VNM", edition=2022)
NAMES = sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".yaml")


def swapped(data: bytes, r: random.Random) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\n")]
    order = r.sample(range(max(map(len, lines))), max(map(len, lines)))
    return b"\n".join(b",".join(c[n] for n in order if n < len(c)) for c in lines)


def shuffled(data: bytes, r: random.Random) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\n")]
    return b"\n".join(b",".join(r.sample(cells, len(cells))) for cells in lines)


def inside_a_zip(data: bytes, r: random.Random) -> bytes:
    """In a zip file that is then cut or has a byte changed."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/figures.csv", data)
    packed = bytearray(raw.getvalue())
    packed[r.randrange(4, len(packed))] ^= 1 << r.randrange(8)
    return bytes(packed[: r.randrange(30, len(packed) + 1)] if r.random() < 0.3 else packed)


def inside_gzip(data: bytes, r: random.Random) -> bytes:
    packed = bytearray(gzip.compress(data))
    packed[r.randrange(3, len(packed))] ^= 1 << r.randrange(8)
    return bytes(packed)


def inside_a_workbook(data: bytes, r: random.Random) -> bytes:
    """As a workbook with a byte changed in one of its files."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in data.decode("utf-8", "replace").splitlines()[:40]:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in line.split(",")])
    raw = io.BytesIO()
    book.save(raw)
    book.close()
    damaged = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(damaged, "w") as new:
        victim = r.choice(old.namelist())
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == victim:
                at = r.randrange(len(content))
                content[at : at + r.randrange(9)] = bytes(r.randrange(256) for _ in range(3))
            new.writestr(name, bytes(content))
    return damaged.getvalue()


def bomb(data: bytes, r: random.Random) -> bytes:
    """The figures, then what unpacks to far more than it says."""
    filler = b"\x00" if r.random() < 0.5 else b"2021,156,842,850511,1,1\n"
    rest = filler * (80_000_000 // len(filler))
    if r.random() < 0.5:
        return gzip.compress(data + rest, 9)
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("figures.csv", data + rest)
    return raw.getvalue()


def at(data: bytes, r: random.Random) -> int:
    return r.randrange(len(data))


def put(data: bytes, place: int, piece: bytes) -> bytes:
    return data[:place] + piece + data[place:]


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "truncated": lambda d, r: d[: at(d, r)],
    "NUL bytes": lambda d, r: put(d, at(d, r), b"\x00" * r.randrange(1, 50)),
    "noise": lambda d, r: put(d, at(d, r), bytes(r.randrange(256) for _ in range(30))),
    "a piece missing": lambda d, r: d[: (n := at(d, r))] + d[n + r.randrange(99) :],
    "an open quotation mark": lambda d, r: put(d, at(d, r), b'"'),
    "a huge number": lambda d, r: put(d, at(d, r), b"9" * 200_000),
    "a huge field": lambda d, r: put(d, at(d, r), b"x" * 2_000_000),
    "UTF-16": lambda d, _: d.decode("latin-1").encode("utf-16"),
    "UTF-32": lambda d, _: d.decode("latin-1").encode("utf-32"),
    "EBCDIC": lambda d, _: d.decode("latin-1").encode("cp500", "replace"),
    "another delimiter": lambda d, _: d.replace(b",", b";"),
    "columns swapped": swapped,
    "cells shuffled": shuffled,
    "old line ends": lambda d, _: d.replace(b"\n", b"\r"),
    "twice": lambda d, _: d + d,
    "strange numbers": lambda d, _: d.replace(b"1", b"-1e308").replace(b"8", "٨".encode()),
    "nested without end": lambda d, _: b"[" * 5000 + d,
    "no header": lambda d, _: d.partition(b"\n")[2] or b"\n",
    "a damaged zip file": inside_a_zip,
    "a damaged gzip file": inside_gzip,
    "a damaged workbook": inside_a_workbook,
}
MUTATIONS = int(os.environ.get("MUTATIONS", "0"))
"""How many of each file besides one in every way; each fortieth is a bomb."""


@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_file_gives_rows_or_a_sentence(name, tmp_path):
    r = random.Random(name)
    data = (SAMPLES / name).read_bytes()
    ways = list(WAYS.values())
    for n in range(MUTATIONS):
        ways.append(bomb if n % 40 == 39 else r.choice(list(WAYS.values())))
    for n, way in enumerate(ways):
        path = tmp_path / name
        path.write_bytes(way(data, r))
        start = time.monotonic()
        said = read_or_sentence(path)
        assert "\n" not in said, n
        assert 10 < len(said) < 700, n
        assert time.monotonic() - start < 10, n


def read_or_sentence(path: Path) -> str:
    try:
        reports = import_files([path], path.with_name("none"), dry_run=True, stated=STATED)
    except TradeDataError as error:
        return str(error)
    for report in reports:
        assert report.read == report.taken + sum(rows for _, rows in report.rejected)
    return f"{sum(report.read for report in reports)} rows were read"


def sentence(path: Path) -> str:
    with pytest.raises(TradeDataError) as caught:
        import_files([path], path.with_name("none.sqlite"), dry_run=True)
    return str(caught.value)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "BACI_HS17_Y2021_V202601.csv.gz"
    row = b"2021,156,842,850511,1,1\n"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(b"t,i,j,k,v,q\n")
        for _ in range(120):
            stream.write(row * 50_000)
    assert "unpacks to more than" in sentence(path)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    assert "unpacks to more than" in sentence(path)


def test_damaged_and_wrong_containers(tmp_path):
    cases = {
        "empty.csv": b"",
        "cut.zip": b"PK\x03\x04" + b"\x00" * 40,
        "cut.csv.gz": gzip.compress(b"t,i,j,k,v,q\n2021,156,842,850511,1,1\n" * 99)[:40],
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        "deep.json": b'[{"htsno": "1", "indent": ' + b"[" * 200_000,
        "nothing.json": b'{"cmdCode": 1, "primaryValue": 2',
    }
    for name, data in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        said = sentence(path)
        assert name.removesuffix(".gz") in said
        assert "\n" not in said
    assert "there is no such file" in sentence(tmp_path / "absent.csv")
    assert ".xls are not read; save it as xlsx" in sentence(tmp_path / "old.xls")


def test_iso_8859_1_after_a_long_start_of_ascii(tmp_path):
    header, *rows = (SAMPLES / "census.csv").read_text().splitlines()
    late = '0101290090 Horses (no),Côte d\'Ivoire,All Districts,2024,"5",'.encode("latin-1")
    filler = [
        f"{code:010d} Goods (no),Mauritius,All Districts,2024,7,".encode()
        for code in range(2009000000, 2009006000)
    ]
    path = tmp_path / "census.csv"
    path.write_bytes(b"\n".join([header.encode(), *filler, late]))
    (report,) = import_files([path], tmp_path / "none.sqlite", dry_run=True)
    assert (report.read, report.taken) == (6001, 6001)
    assert rows
