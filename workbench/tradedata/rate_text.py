"""Duty rates as tariff schedules word them, read into numbers where that is certain."""

import re
from dataclasses import dataclass

_NUMBER = r"\d+(?:\.\d+)?"
_AD_VALOREM = re.compile(rf"({_NUMBER})\s*%")
_SPECIFIC = re.compile(rf"(?:\$({_NUMBER})|({_NUMBER})\s*(?:cents?|¢))\s*(/\s*[\w. ]+|each)")
_KILOGRAMS_PER_UNIT = {"kg": 1.0, "t": 1000.0}
# Symbols that stand for goods or for schemes long closed, not for economies.
_UNUSED_SYMBOLS = frozenset({"B", "C", "CA", "J", "J*", "K", "L", "MX"})
# A second symbol of a programme counts only where the first is absent.
_SECOND_SYMBOLS = {"S+": "S", "P+": "P"}
_GROUP = re.compile(r"([^()]*)\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class DutyRate:
    """A duty of at most one ad valorem and one specific part.

    Attributes:
        ad_valorem: fraction of value.
        specific: USD per `unit`; 0 without a specific part.
        unit: what the specific part counts, e.g. "kg"; "" without one.
    """

    ad_valorem: float
    specific: float = 0.0
    unit: str = ""

    def equivalent(self, usd_per_kg: float | None) -> float | None:
        """The ad valorem equivalent, fraction of value.

        Args:
            usd_per_kg: unit value of the trade the duty falls on; None where unknown.

        Returns:
            None where a specific part meets no unit value or does not count weight.
        """
        if not self.specific:
            return self.ad_valorem
        kilograms = _KILOGRAMS_PER_UNIT.get(self.unit)
        if kilograms is None or not usd_per_kg:
            return None
        return self.ad_valorem + self.specific / (kilograms * usd_per_kg)


def parse_rate(text: str) -> DutyRate | None:
    """Read "Free", "3.7%", "$1.25/t" or "46.3 cents/kg + 14.9%".

    Returns:
        None for any wording beyond that: "on lead content", "See 9822.05.10", ceilings, ….
    """
    parts = [part.strip() for part in text.split("+")]
    if parts == ["Free"]:
        return DutyRate(0.0)
    ad_valorem = specific = 0.0
    unit = ""
    for part in parts:
        if (match := _AD_VALOREM.fullmatch(part)) and not ad_valorem:
            ad_valorem = round(float(match[1]) / 100, 8)
        elif (match := _SPECIFIC.fullmatch(part)) and not unit:
            dollars, cents, counted = match.groups()
            specific = float(dollars) if dollars else round(float(cents) / 100, 10)
            unit = counted.removeprefix("/").strip()
        else:
            return None
    return DutyRate(ad_valorem, specific, unit)


def special_rates(text: str) -> list[tuple[str, list[str]]]:
    """Split the special column of the United States schedule.

    "Free (AU,CL) 1.7% (KR)" gives [("Free", ["AU", "CL"]), ("1.7%", ["KR"])].
    """
    return [
        (rate.strip(), [mark for mark in re.split(r"[\s,.]+", marks) if mark])
        for rate, marks in _GROUP.findall(text)
    ]


def programme_symbols(special: str) -> list[tuple[str, list[str]]]:
    """The groups of `special_rates` with the symbols of programmes alone, each by its first.

    "Free (AU,B,S+)" gives [("Free", ["AU", "S"])].
    """
    groups = special_rates(special)
    marks = {mark for _, group in groups for mark in group}
    return [
        (
            rate,
            [
                _SECOND_SYMBOLS.get(mark, mark)
                for mark in group
                if mark not in _UNUSED_SYMBOLS and _SECOND_SYMBOLS.get(mark) not in marks
            ],
        )
        for rate, group in groups
    ]
