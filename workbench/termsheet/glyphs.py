"""Which characters the bundled font can draw, read from its own table.

Where the fonts lie: the window uses them too, so they are kept once, among its resources; this
reads the files and imports nothing from there.
"""

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

from workbench.termsheet.safe_text import code_point

FONTS = Path(__file__).resolve().parents[2] / "ui" / "resources" / "fonts"
_LONGEST_WORD = 26
_BREAK = "\u200b"


def drawable(text: str) -> str:
    """A text in characters that the font has; others are given by name.

    A word longer than a line may break anywhere.
    """
    known = _characters(FONTS / "Inter-Regular.otf")
    if text.isascii() or all(ord(letter) in known for letter in text):
        shown = text
    else:
        shown = "".join(letter if ord(letter) in known else _named(letter) for letter in text)
    if len(shown) <= _LONGEST_WORD:
        return shown
    return " ".join(_breakable(word) for word in shown.split(" "))


def _named(letter: str) -> str:
    if unicodedata.combining(letter):
        return ""
    name = unicodedata.name(letter, "")
    return f"«{name.lower()}»" if name else code_point(letter)


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    return _BREAK.join(word[n : n + 12] for n in range(0, len(word), 12))


@lru_cache(maxsize=4)
def _characters(path: Path) -> frozenset[int]:
    """Code points of a font's character map (OpenType, formats 4 and 12)."""
    data = path.read_bytes()
    tables = struct.unpack(">H", data[4:6])[0]
    start = 0
    for number in range(tables):
        record = data[12 + 16 * number : 28 + 16 * number]
        if record[:4] == b"cmap":
            start = struct.unpack(">I", record[8:12])[0]
    found: set[int] = set()
    count = struct.unpack(">H", data[start + 2 : start + 4])[0]
    for number in range(count):
        place = start + 4 + 8 * number
        offset = start + struct.unpack(">I", data[place + 4 : place + 8])[0]
        kind = struct.unpack(">H", data[offset : offset + 2])[0]
        if kind == 12:
            groups = struct.unpack(">I", data[offset + 12 : offset + 16])[0]
            for group in range(groups):
                at = offset + 16 + 12 * group
                first, last, _ = struct.unpack(">III", data[at : at + 12])
                found.update(range(first, last + 1))
        elif kind == 4:
            half = struct.unpack(">H", data[offset + 6 : offset + 8])[0]
            ends = struct.unpack(f">{half // 2}H", data[offset + 14 : offset + 14 + half])
            starts_at = offset + 16 + half
            starts = struct.unpack(f">{half // 2}H", data[starts_at : starts_at + half])
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, min(last, 0xFFFE) + 1))
    return frozenset(found)
