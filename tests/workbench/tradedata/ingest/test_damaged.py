"""Files that were cut, mangled or made to harm: one sentence each, no traceback, no hang."""

import gzip
import os
import random
import time
import zipfile
from pathlib import Path

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.collected import Stated
from workbench.tradedata.ingest.loader import import_files

SAMPLES = Path(__file__).parents[3] / "data" / "ingest"
STATED = Stated(year=2025, exporter="TWN", importer="VNM", edition=2022)
MUTATIONS = int(os.environ.get("MUTATIONS", "20"))


def mutated(data: bytes, r: random.Random) -> bytes:
    """The data, damaged in one of several ways."""
    at, to = sorted(r.randrange(len(data)) for _ in range(2))
    ways = (
        lambda: data[:at],
        lambda: data[:at] + b"\x00" * r.randrange(1, 50) + data[at:],
        lambda: data[:at] + bytes(r.randrange(256) for _ in range(30)) + data[at:],
        lambda: data[:at] + data[to:],
        lambda: data[:at] + b'"' + data[at:],
        lambda: data[:at] + b"9" * 200_000 + data[at:],
        lambda: data.decode("latin-1").encode("utf-16"),
        lambda: data.replace(b",", b";"),
        lambda: b"\n".join(
            b",".join(r.sample(cells := line.split(b","), len(cells))) for line in data.split(b"\n")
        ),
        lambda: data.replace(b"\n", b"\r"),
        lambda: data + data,
        lambda: data.replace(b"1", b"-1e308").replace(b"8", "٨".encode()),
        lambda: b"[" * 5000 + data,
    )
    return r.choice(ways)()


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.iterdir() if p.suffix != ".yaml"))
def test_a_mutated_file_gives_rows_or_a_sentence(name, tmp_path):
    r = random.Random(name)
    data = (SAMPLES / name).read_bytes()
    for n in range(MUTATIONS):
        path = tmp_path / name
        path.write_bytes(mutated(data, r))
        start = time.monotonic()
        said = read_or_sentence(path)
        assert "\n" not in said, n
        assert 10 < len(said) < 700, n
        assert time.monotonic() - start < 10


def read_or_sentence(path: Path) -> str:
    try:
        (report,) = import_files([path], path.with_name("none"), dry_run=True, stated=STATED)
    except TradeDataError as error:
        return str(error)
    assert report.read == report.taken + sum(rows for _, rows in report.rejected)
    return f"{report.read} rows were read"


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
