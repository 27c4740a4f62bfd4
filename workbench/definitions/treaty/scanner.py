"""The small words of treaty text: codes, per cent, dates, prices, and named materials."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workbench.definitions.treaty.cleaning import CleanText, is_quote
from workbench.model.nomenclature import HSRange

_LEVEL = (
    r"(?:tariff |HS )?(?P<level>chapters?|(?:sub-?)?headings?|(?:tariff )?(?:items?|lines?)|codes?)"
)
_DIGITS = (
    r"\d{4}\.\d{2}(?:\.?\d{2}){0,2}(?!\d)|\d{2}\.\d{2}(?:\.\d{2}){0,2}(?!\d)"
    r"|\d{10}(?!\d)|\d{8}(?!\d)|\d{6}(?!\d)|\d{4}(?![\d%])"
)
_TWO_DIGITS = r"\d{1,2}(?!\d|\.\d|\s*(?:%|per ?cent))"
_TO = r"(?:through|thru|to|-|until)"
MOST_BASIS_SHARE = 2.0
"""A basis such as net cost or a price with freight may be worth more than the good's value."""
PER_CENT = r"(?P<share>\d+(?:[.,]\d+)?)\s?(?:%|per ?cent\b|percent\b|pct\b)"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th)?\s(?P<month>[a-z]{3})[a-z]*\.?\s(?P<year>\d{4}))"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Materials or goods as the text names them."""

    codes: tuple[HSRange, ...] = ()
    words: str = ""


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(rf" ?(?:{pattern})", re.IGNORECASE)


class Scanner:
    """Reads a plain text from left to right."""

    def __init__(self, source: CleanText) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.end = len(self.text)

    def eat(self, pattern: str) -> re.Match[str] | None:
        """Go past a pattern that stands here."""
        found = _pattern(pattern).match(self.text, self.at, self.end)
        if found is not None:
            self.at = found.end()
        return found

    def sees(self, pattern: str) -> bool:
        """Whether a pattern stands here."""
        return _pattern(pattern).match(self.text, self.at, self.end) is not None

    def find(self, pattern: str) -> int:
        """Where a pattern stands next, or the end."""
        found = re.compile(pattern, re.IGNORECASE).search(self.text, self.at, self.end)
        return self.end if found is None else found.start()

    @contextmanager
    def within(self, end: int) -> Iterator[None]:
        """Read no further than a place."""
        before, self.end = self.end, end
        try:
            yield
        finally:
            self.end = before

    def at_quote(self) -> bool:
        """Whether words in quotes stand here."""
        return is_quote(self.text[self.at : min(self.at + 2, self.end)].lstrip(" ")[:1])

    def words(self, start: int, end: int) -> str:
        """What stands in a stretch of the text."""
        return self.source.words(start, end)

    def at_end(self) -> bool:
        """Whether nothing but spaces and stops is left."""
        return not self.text[self.at : self.end].strip(" ,;.:•")

    # Figures -------------------------------------------------------------------------------

    def share(self, lead: str = "", most: float = 1) -> float | None:
        """A percentage as a fraction; one above the most it can be is not read."""
        before = self.at
        found = self.eat(lead + PER_CENT)
        if found is None:
            return None
        share = fraction(found["share"], most)
        if share is None:
            self.at = before
        return share

    def date(self) -> str:
        """A date as 2026-12-31, "" where there is none."""
        if self.at_quote():
            self.eat(".")
            return self.words(self.at - 1, self.at)
        found = self.eat(_DATE)
        if found is None:
            return ""
        if found["iso"]:
            return found["iso"]
        if found["month"].lower() not in _MONTHS:
            self.at = found.start()
            return ""
        month = _MONTHS.index(found["month"].lower()) + 1
        return f"{found['year']}-{month:02}-{int(found['day']):02}"

    # Codes ---------------------------------------------------------------------------------

    def codes(self) -> tuple[HSRange, ...]:
        """A list of codes and ranges such as "heading 8501 through 8503, or subheading 8504.10"."""
        found: list[HSRange] = []
        level = ""
        while True:
            before = self.at
            if found and not self.eat(r"(?:,? (?:and|or|and/or)|,|;)(?! ?(?:from|in)\b)"):
                break
            started = self.eat(r"(?:(?:of |the )?" + _LEVEL + r"|ex(?=\s?\d)|HS(?=\s?\d))\s?")
            if started is not None:
                level = (started["level"] or level or "heading").lower()
            elif not found and not self.sees(rf"(?:{_DIGITS})"):
                level = ""
            one = self._range(level)
            if one is None:
                self.at = before
                break
            found.append(one)
        return tuple(found)

    def _range(self, level: str) -> HSRange | None:
        first = self._code(level)
        if first is None:
            return None
        before = self.at
        if self.eat(rf"{_TO}(?:\s?{_LEVEL.replace('?P<level>', '?:')})?\s?"):
            last = self._code(level)
            if last is not None:
                made = _made_range(first, last)
                if made is not None:
                    return made
        self.at = before
        return HSRange(first, first)

    def _code(self, level: str) -> str | None:
        two = _TWO_DIGITS if level.startswith("chapter") else r"(?!)"
        found = self.eat(rf"(?:ex\s?)?(?P<code>{_DIGITS}|{two})(?![\w-]*[a-z])")
        if found is None:
            return None
        digits = found["code"].replace(".", "").rjust(2, "0")
        if digits.startswith("00"):
            self.at = found.start()
            return None
        return digits

    # Named materials -----------------------------------------------------------------------

    def named(self, stop: str) -> Named | None:
        """Codes, words of codes, or words alone, up to where `stop` stands.

        Words in quotes stand for themselves, whatever they hold.
        """
        start = self.at
        if self.at_quote():
            self.eat(".")
            words = self.words(start, self.at)
            codes = self.codes() if self.eat(r"(?:of|in)(?=\s)") else ()
            return Named(codes, words)
        self.eat(_GENERIC_OF)
        codes = self.codes()
        if codes:
            return Named(codes, self._after(stop))
        self.at = start
        limit = self.find(stop)
        with self.within(limit):
            for place in re.finditer(_OF_CODES, self.text[start:limit], re.IGNORECASE):
                self.at = start + place.end()
                codes = self.codes()
                # "machines of subheading 8443.31 of subheading 8443.99" are those of the last.
                further = re.compile(_OF_CODES, re.IGNORECASE).match(self.text, self.at, limit)
                if (
                    codes
                    and further is None
                    and not self._in_brackets(start, start + place.start())
                ):
                    words = self.words(start, start + place.start())
                    after = self._after(stop)
                    return Named(codes, f"{words} {after}".strip() if words else after)
            self.at = limit
        words = self.words(start, limit)
        if not words:
            self.at = start
            return None
        return Named((), words)

    def _in_brackets(self, start: int, place: int) -> bool:
        """Whether a place stands in brackets that opened after `start`."""
        before = self.text[start:place]
        return before.count("(") > before.count(")")

    def _after(self, stop: str) -> str:
        """Words behind codes that say which of them: "containing more than …"."""
        if not self.sees(_NARROWS):
            return ""
        start = self.at
        self.at = self.find(stop)
        return self.words(start, self.at)


_GENERIC_OF = (
    r"(?:the |any |those |all )*(?:non-originating )?(?:materials?|products?|goods?"
    r"|those|that)(?: classified)? (?:of|in|from)(?=\s)"
)
_OF_CODES = (
    r"\s(?:classified (?:in|under)|falling (?:within|under)|of|in|within|from)"
    r"(?=\s(?:the )?(?:HS |tariff )?(?:ex )?(?:chapters?|(?:sub-?)?headings?|(?:tariff )?items?"
    r"|\d{4}))"
)
_NARROWS = (
    r"(?:,? ?(?:containing|incorporating|having|put up|not put up|other than|of a kind|of which"
    r"|obtained|derived|which (?:is|are|has|have)|that (?:is|are|has|have)|used as|intended|made"
    r"|if put|whose|with a|with an|weighing|measuring"
    r"|designed|suitable|unassembled|not ))"
)


def fraction(text: str, most: float = 1) -> float | None:
    """A percentage as a fraction, exactly: "47.5" is 0.475; None above the most it can be."""
    share = Decimal(text.replace(",", ".")).scaleb(-2)
    return float(share) if share <= most else None


def shares_above_one(text: str) -> list[str]:
    """Percentages of a text that are outside 0 to 100 %, as they stand there."""
    return [
        found[0].strip()
        for found in re.finditer(PER_CENT, text, re.IGNORECASE)
        if fraction(found["share"]) is None
    ]


def _made_range(first: str, last: str) -> HSRange | None:
    """A range whose ends may be of different levels, or None where it runs backwards."""
    size = max(len(first), len(last))
    low, high = first.ljust(size, "0"), last.ljust(size, "9")
    return HSRange(low, high) if low <= high else None
