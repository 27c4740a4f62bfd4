"""Files as they come: plain, gzip or zip; text of any usual encoding; workbooks; none trusted."""

import codecs
import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from workbench.errors import TradeDataError
from workbench.tradedata.ingest.workbook import WorkbookError, sheet_names, sheet_rows

_HEAD_BYTES = 262_144
_HEAD_ROWS = 40
_KEY_BYTES = 8_000
_JSON_LIMIT = 1_000_000_000
# Trade tables as text shrink some ten times; a file that grows more than this is made to harm.
_BOMB_RATIO = 300
_BOMB_BYTES = 64_000_000
_GZIP_LEAST = 18
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")

FILE_FAULTS = (
    OSError,
    EOFError,
    UnicodeError,
    csv.Error,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,  # zipfile: a compression it does not know
    RuntimeError,  # zipfile: encrypted
    RecursionError,  # json: nested without end
    WorkbookError,
)
"""What damaged files raise while they are read."""


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are taken as ISO-8859-1: Comtrade and WITS write it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin-1", _as_latin_1)


class _Guarded(io.RawIOBase):
    """A decompressed stream that stops at a bomb and knows how far the file under it is read."""

    def __init__(self, stream: BinaryIO, under: BinaryIO, part: "Part") -> None:
        self._stream = stream
        self._under = under
        self._part = part
        self._given = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on.

        Raises:
            TradeDataError: far more comes out than the file can honestly hold.
        """
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._given += len(data)
        self._part.position = self._under.tell()
        if self._given > _BOMB_BYTES and self._given > _BOMB_RATIO * self._part.position:
            raise _bomb(self._part.name)
        return len(data)

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            self._stream.close()
            self._under.close()
        super().close()


class Part:
    """One file of figures: a path, what a gzip file holds, or a member of a zip file.

    Attributes:
        position: how far the file on disk has been read, bytes.
        size: its length on disk, bytes.
    """

    def __init__(self, path: Path, member: str = "") -> None:
        """Name it; nothing is read yet."""
        self.path = path
        self.member = member
        self.position = 0
        self.size = path.stat().st_size

    @property
    def name(self) -> str:
        """The name of the file of figures itself, without folder and packing."""
        name = Path(self.member).name if self.member else self.path.name
        return name.removesuffix(".gz")

    def open(self) -> BinaryIO:
        """The bytes, unpacked."""
        under = self.path.open("rb")
        try:
            magic = under.read(4)
            under.seek(0)
            if self.member:
                archive = zipfile.ZipFile(under)
                packed = archive.open(self.member)
                return io.BufferedReader(_Guarded(packed, under, self), 1 << 20)  # type: ignore[arg-type]
            if magic[:2] == b"\x1f\x8b":
                stream = gzip.GzipFile(fileobj=under)
                return io.BufferedReader(_Guarded(stream, under, self), 1 << 20)  # type: ignore[arg-type]
            return io.BufferedReader(_Guarded(under, under, self), 1 << 20)
        except BaseException:
            under.close()
            raise

    @cached_property
    def start(self) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(_HEAD_BYTES)

    @cached_property
    def form(self) -> str:
        """Table (text in columns), workbook, json, or other."""
        if self.start[:4] == b"PK\x03\x04":
            return "workbook"
        if self.start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return "old workbook"
        text = self.start[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        if text[:1] in (b"{", b"["):
            return "json"
        return "table" if text else "empty"

    def text(self) -> io.TextIOWrapper:
        """The text; UTF-8, UTF-16 with its mark, or ISO-8859-1."""
        utf_16 = self.start[:2] in (b"\xff\xfe", b"\xfe\xff")
        if utf_16:
            return io.TextIOWrapper(self.open(), "utf-16", errors="replace", newline="")
        return io.TextIOWrapper(self.open(), "utf-8-sig", errors="latin-1", newline="")

    def json(self) -> Any:
        """The whole of a JSON file.

        Raises:
            TradeDataError: it is no JSON, or too large to be held.
        """
        with self.text() as stream:
            text = stream.read(_JSON_LIMIT)
        try:
            found = json.loads(text)
            if _HALF_CHARACTER.search(text):
                json.dumps(found, ensure_ascii=False).encode()
            return found
        except json.JSONDecodeError as error:
            raise TradeDataError(
                f"{self.name}:{error.lineno}: this is not whole JSON ({error.msg}); "
                "download the file again"
            ) from error
        except ValueError as error:  # a number of thousands of digits, half a character
            raise unreadable(self.name, error) from error

    def has_keys(self, *names: str) -> bool:
        """Whether the beginning of a JSON file has all these keys."""
        text = self.start[:_KEY_BYTES].decode("utf-8", "replace") if self.form == "json" else ""
        return all(f'"{name}"' in text for name in names)

    def json_object(self) -> dict[str, Any]:
        """The whole of a JSON file that is one object.

        Raises:
            TradeDataError: it is none.
        """
        data = self.json()
        if not isinstance(data, dict):
            raise TradeDataError(f"{self.name}: this is no JSON object; download the file again")
        return data

    def json_entries(self, name: str) -> list[dict[str, Any]]:
        """The entries of a list in a JSON object; one that is no object counts as an empty one.

        Raises:
            TradeDataError: there is no such list.
        """
        found = self.json_object().get(name)
        if not isinstance(found, list):
            raise TradeDataError(
                f"{self.name}: there is no list under '{name}'; download the file again"
            )
        return objects(found)

    @cached_property
    def delimiter(self) -> str:
        """What separates the columns: the sign that most lines have most of."""
        with self.text() as stream:
            lines = [line for line in islice(stream, _HEAD_ROWS) if line.strip()]
        counts = {
            sign: sum(min(line.count(sign), 50) for line in lines) for sign in (",", "\t", "|", ";")
        }
        return max(counts, key=lambda sign: counts[sign])

    def grids(self) -> list["Grid"]:
        """The tables in the file: one of a text, one a sheet of a workbook."""
        return self._grids

    @cached_property
    def _grids(self) -> list["Grid"]:
        if self.form == "workbook":
            with self.open() as stream:
                names = sheet_names(io.BytesIO(stream.read()))
            return [Grid(self, name) for name in names]
        return [Grid(self, "")]


def objects(value: object) -> list[dict[str, Any]]:
    """The entries of a JSON list; one that is no object counts as an empty one."""
    listed = value if isinstance(value, list) else []
    return [each if isinstance(each, dict) else {} for each in listed]


@dataclass(frozen=True)
class Grid:
    """A table of text cells."""

    part: Part
    sheet: str

    def rows(self) -> Iterator[list[str]]:
        """The rows from the top, cells as text without outer spaces; blank rows are left out."""
        if self.part.form == "workbook":
            with self.part.open() as stream:
                book = io.BytesIO(stream.read())
            for cells in sheet_rows(book, self.sheet):
                if any(cells):
                    yield cells
            return
        with self.part.text() as text:
            for cells in csv.reader(text, delimiter=self.part.delimiter):
                cleaned = [cell.strip() for cell in cells]
                if any(cleaned):
                    yield cleaned

    @cached_property
    def head(self) -> list[list[str]]:
        """The first rows."""
        return list(islice(self.rows(), _HEAD_ROWS))

    def header_at(self, *names: str) -> int | None:
        """The place of the first row that holds all these cells, letters' case aside."""
        wanted = {_plain(name) for name in names}
        for place, cells in enumerate(self.head):
            if wanted <= {_plain(cell) for cell in cells}:
                return place
        return None


def _plain(text: str) -> str:
    """A column's name without what varies: case, inner and outer spaces, line breaks."""
    return " ".join(text.split()).lower()


class Columns:
    """Finds cells by the name of their column."""

    def __init__(self, header: Sequence[str]) -> None:
        """Take the header row."""
        self.names = [_plain(name) for name in header]
        self.place: dict[str, int] = {}
        for place, name in enumerate(self.names):
            self.place.setdefault(name, place)
        self._found: dict[tuple[str, ...], int | None] = {}

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(_plain(name) in self.place for name in names)

    def at(self, *names: str) -> int | None:
        """The place of the first of these columns that is there."""
        if names not in self._found:
            plain = map(_plain, names)
            self._found[names] = next((self.place[n] for n in plain if n in self.place), None)
        return self._found[names]

    def cell(self, cells: Sequence[str], *names: str) -> str:
        """The cell under the first of these columns that is there; "" without one."""
        place = self.at(*names)
        return cells[place] if place is not None and place < len(cells) else ""


def parts_of(path: Path) -> list[Part]:
    """The files of figures in a file.

    Raises:
        TradeDataError: it cannot be read, or holds none.
    """
    if path.is_dir():
        raise TradeDataError(f"{path}: this is a folder; name the files in it")
    if not path.is_file():
        raise TradeDataError(f"{path}: there is no such file; check the name")
    try:
        with path.open("rb") as stream:
            zipped = stream.read(4) == b"PK\x03\x04"
        if not zipped:
            _weigh(path.name, _declared(path), path.stat().st_size)
            return [Part(path)]
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.filename == "xl/workbook.xml" for info in members):
            _weigh(path.name, sum(info.file_size for info in members), path.stat().st_size)
            return [Part(path)]
        for info in members:
            _weigh(Path(info.filename).name, info.file_size, info.compress_size)
        named = [
            info.filename
            for info in members
            if info.filename.lower().endswith((".csv", ".txt", ".tsv", ".json", ".xlsx"))
            and not Path(info.filename).name.startswith((".", "readme", "Readme", "README"))
        ]
    except FILE_FAULTS as error:
        raise unreadable(path.name, error) from error
    if not named:
        raise TradeDataError(f"{path.name}: this zip file holds no csv, txt, json or xlsx file")
    return [Part(path, name) for name in sorted(named)]


def _declared(path: Path) -> int:
    """What a gzip file says it unpacks to, at least; 0 of others. Not to be trusted if small."""
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b" or path.stat().st_size < _GZIP_LEAST:
            return 0
        stream.seek(-4, io.SEEK_END)
        return int.from_bytes(stream.read(4), "little")


def _weigh(name: str, unpacked: int, packed: int) -> None:
    """Refuse what unpacks to far more than it can honestly hold.

    Raises:
        TradeDataError: it does.
    """
    if unpacked > max(_BOMB_BYTES, _BOMB_RATIO * packed):
        raise _bomb(name)


def _bomb(name: str) -> TradeDataError:
    return TradeDataError(
        f"{name}: this file unpacks to more than {_BOMB_RATIO} times its size, which no table of "
        "figures does; unpack it yourself if you trust it"
    )


def unreadable(name: str, error: BaseException) -> TradeDataError:
    """The sentence for a file that is damaged."""
    said = " ".join(str(error).split()) or type(error).__name__
    return TradeDataError(
        f"{name}: the file is damaged or not what its name says ({said}); download it again"
    )


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file as it lies on disk."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
