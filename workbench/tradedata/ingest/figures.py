"""Cells of source files -> numbers and codes."""

import re

_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?|-?\d+(\.\d*)?([eE][+-]?\d+)?|-?\.\d+")
_MOST = 1e15
_US_EDITIONS = ((2022, 2022), (2017, 2017), (2012, 2012), (2007, 2007), (2002, 2002), (1996, 1996))


def number(text: str) -> float | None:
    """A number with or without thousands commas; None for anything else.

    Signs of missing data ("", "NA", "n/a", "..") are None too: ask `is_missing` first.
    """
    text = text.strip().removeprefix("$")
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text.replace(",", ""))
    return found if abs(found) < _MOST else None


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure."""
    return text.strip().lower() in ("", "na", "n/a", "nan", "null", "none", "-", "..", "–")


def digits(text: str) -> str:
    """The digits of a product code, without dots and spaces; "" where it is none."""
    bare = text.replace(".", "").replace(" ", "")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= 10 else ""


def padded(text: str) -> str:
    """A code that may have lost a leading zero, at an even length of 2 to 10; "" for no code."""
    bare = digits(text)
    return bare.zfill(len(bare) + len(bare) % 2)


def is_hs(code: str) -> bool:
    """Whether digits begin with a chapter of the Harmonized System: 01 to 97, without 77."""
    return code[:2].isdigit() and 1 <= int(code[:2]) <= 97 and code[:2] != "77"


def year_of(text: str) -> int | None:
    """The year in a cell such as "2024" or "January 2024"; None without one."""
    match = re.search(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)", text)
    return int(match[1]) if match else None


def us_edition(year: int) -> int | None:
    """The HS edition of United States trade and tariffs of a year."""
    return next((edition for first, edition in _US_EDITIONS if year >= first), None)
