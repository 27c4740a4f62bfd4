"""Product codes of the Harmonized System: text, zero-padded, never numbers."""

import re
from dataclasses import dataclass
from enum import StrEnum

_WIDTH = 10
_CODE = re.compile(r"(?!00)\d{2}(\d{2}(\d{2}(\d{2}(\d{2})?)?)?)?", re.ASCII)
_DOTTED = re.compile(r"\d{2}|\d{4}|\d{4}\.\d{2}(\.?\d{2}(\.?\d{2})?)?", re.ASCII)


class HSEdition(StrEnum):
    """Editions of the Harmonized System that the workbench relates to each other."""

    HS2007 = "HS2007"
    HS2012 = "HS2012"
    HS2017 = "HS2017"
    HS2022 = "HS2022"


def digits_of(text: str) -> str:
    """The bare digits of a code written with or without dots, e.g. "8505.11" -> "850511".

    Raises:
        ValueError: not a chapter, heading, subheading or national line.
    """
    bare = text.replace(".", "").replace(" ", "")
    if not _CODE.fullmatch(bare) or not (bare == text or _DOTTED.fullmatch(text)):
        raise ValueError(
            f"'{text}' is not a product code: write 2, 4, 6, 8 or 10 digits such as 85, 8505, "
            "8505.11 or 8505.11.00"
        )
    return bare


def dotted(digits: str) -> str:
    """A code as people write it: "85", "8505", "8505.11", "8505.11.00"."""
    if len(digits) <= 4:
        return digits
    return ".".join([digits[:4], *(digits[i : i + 2] for i in range(4, len(digits), 2))])


@dataclass(frozen=True, slots=True, order=True)
class HSRange:
    """All products from `first` to `last`, both with everything below them.

    "8505" is heading 8505 and all its lines; "8541-8543" three headings. Digits only.
    """

    first: str
    last: str

    @classmethod
    def parse(cls, text: str) -> "HSRange":
        """Read "8505.11" or "8541-8543".

        Raises:
            ValueError: a code that is none, levels that differ, or an end before the start.
        """
        start, dash, end = (part.strip() for part in text.partition("-"))
        first = digits_of(start)
        last = digits_of(end) if dash else first
        if len(first) != len(last):
            raise ValueError(f"'{text}' mixes levels: give both ends with the same digits")
        if last < first:
            raise ValueError(f"'{text}' ends before it starts: swap the two codes")
        return cls(first, last)

    @property
    def low(self) -> str:
        """The smallest ten-digit code inside."""
        return self.first.ljust(_WIDTH, "0")

    @property
    def high(self) -> str:
        """The largest ten-digit code inside."""
        return self.last.ljust(_WIDTH, "9")

    @property
    def level(self) -> int:
        """Digits of its ends: 2, 4, 6, 8 or 10."""
        return len(self.first)

    def contains(self, digits: str) -> bool:
        """Whether a code lies wholly inside."""
        level = len(self.first)
        if len(digits) >= level:
            return self.first <= digits[:level] <= self.last
        return self.low <= digits.ljust(_WIDTH, "0") and digits.ljust(_WIDTH, "9") <= self.high

    def overlaps(self, other: "HSRange") -> bool:
        """Whether any product lies in both."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        first = dotted(self.first)
        return first if self.first == self.last else f"{first}-{dotted(self.last)}"


def covers(included: tuple[HSRange, ...], excluded: tuple[HSRange, ...], digits: str) -> bool:
    """Whether a code lies in the included ranges and outside the excluded ones."""
    return any(r.contains(digits) for r in included) and not any(
        r.contains(digits) for r in excluded
    )
