"""The language of a document: its words, numbers, dates and units.

Words lie in agreements/templates/words, a file for each language. They are text with named places
($name), filled in by plain substitution: a file can say things, not do things. What the engine says
in English of its own accord, such as why a duty is unknown, is found again by its English words.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from string import Template

from workbench.definitions.folders import SHIPPED
from workbench.errors import DefinitionError
from workbench.model.economies import economy_name
from workbench.termsheet.plain_files import mapping_of, read_plain, text_of, texts_of

MISSING = "–"
MINUS = "−"
_BOUND = re.compile(r"(?<=«) | (?=[»;:!?%])|(?<= =) | (?== )")
_PLACE = re.compile(r"\$([a-z]+)")
_FOLDER = SHIPPED / "templates" / "words"


@dataclass(frozen=True, eq=False)
class Language:
    """Words and formats of one language; English stands in for words that are not there."""

    code: str
    name: str
    decimal: str
    thousands: str
    percent_form: str
    points_form: str
    usd_form: str
    units: tuple[tuple[float, str], ...]
    date_form: str
    months: tuple[str, ...]
    words: Mapping[str, str]
    economies: Mapping[str, str]
    phrases: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The words of a key with its places filled in.

        Raises:
            KeyError: no such words, or a place that nothing fills.
        """
        return Template(self.words[key]).substitute(values)

    def counted(self, thing: str, count: int) -> str:
        """A number of things: "1 partner", "13 partners"."""
        return self.say(f"{'one' if count == 1 else 'many'}-{thing}", count=self.number(count))

    def word(self, group: str, value: str) -> str:
        """The word for one of several choices, as "role-producer"; the choice where none is."""
        return self.words.get(f"{group}-{value}", value)

    def phrase(self, english: str) -> str:
        """What the engine says in English, in this language; as it is where no words are known."""
        if english in self.phrases:
            return self.phrases[english]
        for pattern, form in self._patterns:
            if found := pattern.fullmatch(english):
                places = {name: self.phrase(text) for name, text in found.groupdict().items()}
                return Template(form).substitute(places)
        return english

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The phrases with places, each as a pattern of its English words."""
        return tuple(
            (re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(english).replace(r"\$", "$"))), form)
            for english, form in self.phrases.items()
            if "$" in english
        )

    def economy(self, code: str) -> str:
        """The name of an economy."""
        return self.economies.get(code) or economy_name(code)

    def economy_list(self, codes: tuple[str, ...]) -> str:
        """Names of economies, with commas."""
        return ", ".join(self.economy(code) for code in codes)

    def number(self, value: float | None, places: int = 0) -> str:
        """A number with fixed decimals."""
        if value is None or math.isnan(value):
            return MISSING
        digits = f"{abs(value):,.{places}f}"
        whole, _, fraction = digits.partition(".")
        text = whole.replace(",", self.thousands) + (self.decimal + fraction if fraction else "")
        return text if not any(c in "123456789" for c in text) or value >= 0 else MINUS + text

    def plain(self, value: float) -> str:
        """A number as short as its six leading digits allow."""
        digits = f"{abs(float(f'{value:.6g}')):.6f}".rstrip("0")
        return self.number(value, len(digits.partition(".")[2]))

    def share(self, value: float | None) -> str:
        """A fraction as per cent: 0.369 is "36.9 %"."""
        return self._hundred(value, self.percent_form)

    def points(self, value: float | None) -> str:
        """A fraction as percentage points."""
        return self._hundred(value, self.points_form)

    def share_bare(self, value: float | None) -> str:
        """A fraction as per cent without the sign, under a heading that has it."""
        return self._hundred(value, "$number")

    def share_tick(self, value: float | None) -> str:
        """A fraction as per cent at an axis, no longer than it has to be."""
        if value is None or math.isnan(value):
            return MISSING
        return _kept(Template(self.percent_form).substitute(number=self.plain(value * 100)))

    def _hundred(self, value: float | None, form: str) -> str:
        if value is None or math.isnan(value):
            return MISSING
        size = abs(value) * 100
        if 0 < size < 0.005:
            number = "<" + self.number(0.01, 2)
        else:
            number = self.number(value * 100, 2 if 0 < size < 0.995 else 1)
        return _kept(Template(form).substitute(number=number))

    def usd(self, value: float | None) -> str:
        """An amount with its currency: "USD 1.24 bn"."""
        if value is None or math.isnan(value):
            return MISSING
        return _kept(Template(self.usd_form).substitute(number=self.amount(value)))

    def usd_range(self, low: float, high: float, to: str) -> str:
        """Two amounts with the currency once: "USD 1.35 m to 4.92 m"."""
        ends = f"{self.amount(low)} {to} {self.amount(high)}"
        return Template(_kept(self.usd_form)).substitute(number=ends)

    def amount(self, value: float | None) -> str:
        """US dollars in three digits and a word: "1.24 bn"."""
        if value is None or math.isnan(value):
            return MISSING
        size = abs(value)
        if 0 < size < 0.5:
            return "<1"
        for scale, form in self.units:
            if size >= scale * 0.9995:
                part = size / scale
                places = 2 if part < 9.995 else 1 if part < 99.95 else 0
                text = _kept(Template(form).substitute(number=self.number(part, places)))
                return MINUS + text if value < 0 else text
        return self.number(value)

    def day(self, when: date) -> str:
        """A date in words."""
        return Template(self.date_form).substitute(
            day=when.day, month=self.months[when.month - 1], year=when.year
        )


def _kept(text: str) -> str:
    """A number and its unit on one line."""
    return text.replace(" ", "\u00a0")


def languages() -> tuple[str, ...]:
    """Codes of the languages on hand."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=8)
def language(code: str) -> Language:
    """The language of a code.

    Raises:
        DefinitionError: there is none, or its file is broken.
    """
    if code not in languages():
        known = ", ".join(languages())
        raise DefinitionError(f"There are no words in the language '{code}'; there are: {known}.")
    own = _read(_FOLDER / f"{code}.yaml")
    if code == "en":
        return own
    english = language("en")
    return replace(own, words={**english.words, **own.words})


def _read(path: Path) -> Language:
    data = mapping_of(read_plain(path), path.name)
    units = mapping_of(data.get("units", {}), f"{path.name}: units")
    return Language(
        code=text_of(data, "language", path.name),
        name=text_of(data, "name", path.name),
        decimal=text_of(data, "decimal", path.name),
        thousands=_kept(text_of(data, "thousands", path.name)),
        percent_form=text_of(data, "percent", path.name),
        points_form=text_of(data, "points", path.name),
        usd_form=text_of(data, "usd", path.name),
        units=tuple((float(scale), str(form)) for scale, form in units.items()),
        date_form=text_of(data, "date", path.name),
        months=tuple(texts_of(data, "months", path.name)),
        words=_texts(data, "text", path),
        economies=_texts(data, "economies", path),
        phrases=_texts(data, "phrases", path),
    )


def _texts(data: Mapping[str, object], key: str, path: Path) -> dict[str, str]:
    """The texts of a group; lines end neither before colons and per cent signs nor at equals."""
    group = mapping_of(data.get(key, {}), f"{path.name}: {key}")
    return {name: _BOUND.sub("\u00a0", str(text)) for name, text in group.items()}
