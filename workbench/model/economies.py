"""Economies, customs territories, and the partners of an agreement."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES

_TERRITORY_OF = {
    member: code for code, (_, _, members) in CUSTOMS_TERRITORIES.items() for member in members
}


def is_economy(code: str) -> bool:
    """Whether a code names an economy or a customs territory."""
    return code in ECONOMIES or code in CUSTOMS_TERRITORIES


def economy_name(code: str) -> str:
    """The name of an economy or customs territory; the code itself where unknown."""
    if code in CUSTOMS_TERRITORIES:
        return CUSTOMS_TERRITORIES[code][1]
    return ECONOMIES[code][1] if code in ECONOMIES else code


def territory_of(code: str) -> str:
    """The customs territory an economy belongs to, or the economy itself.

    A customs territory has one tariff, so it trades and negotiates as one economy.
    """
    return _TERRITORY_OF.get(code, code)


def members_of(code: str) -> tuple[str, ...]:
    """The members of a customs territory, or the economy itself."""
    return CUSTOMS_TERRITORIES[code][2] if code in CUSTOMS_TERRITORIES else (code,)


class Role(StrEnum):
    """What a partner brings: supply, demand, or both."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    BOTH = "both"


class Standing(StrEnum):
    """How a partner takes part; observers give and get no preference."""

    FOUNDING = "founding"
    CANDIDATE = "candidate"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class AlignmentScore:
    """How close a partner stands on a subject, 0 to 1, with its source."""

    subject: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Partner:
    """An economy or customs territory that takes part."""

    economy: str
    role: Role = Role.BOTH
    standing: Standing = Standing.FOUNDING
    developing: bool = False
    alignment: tuple[AlignmentScore, ...] = ()
    notes: str = ""

    @property
    def takes_preferences(self) -> bool:
        """Whether it gives and gets preferences (observers do not)."""
        return self.standing is not Standing.OBSERVER
