"""One check of the drafting assistant: a row of the table of checks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.analysis.results import Finding, Level


class Needs(StrEnum):
    """What a check looks at, and so when it can run; `Check.find` is called with it."""

    TEXT = "the text"
    """`Agreement`."""
    WORDS = "the text, and what codes and terms stand for"
    """`Agreement` and `CodeHistory`; takes a moment at first, so it waits for the figures."""
    FIGURES = "the evaluation"
    """`Evaluation`."""
    WHOLE_FIGURES = "the whole evaluation"
    """`Evaluation`; runs once leverage gaps are worked out, so that edits show without it."""
    LINKS = "links two tiers up"
    """`TwoTiers`."""
    FRONTIER = "the frontier"
    """`Frontier`."""
    PARTNER_SETS = "the partner sets"
    """`PartnerSets`, contributions by figure, shares of world supply of inputs, their codes."""
    TRADE_EFFECTS = "the trade effects"
    """`TradeEffects`."""
    RESILIENCE = "the partners' supply"
    """`Resilience`."""
    SUPPLY_SHOCK = "a supplier that stops"
    """`SupplyShock`."""
    SENSITIVITY = "the sensitivity of the figures"
    """Conclusions and assumptions."""
    RED_LINES = "the red lines of the file's owner"
    """`Evaluation` and the red lines."""


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding.

    Attributes:
        id: of its findings; files that set one aside name it, so it never changes.
        levels: those its findings can have, the gravest first.
        looks_for: what it looks for, in words.
        needs: what `find` is called with.
        section: the part of the agreement that its findings lead to, or a page; "" is any.
        find: the findings, which may be of several rows: those with the same `find` run once.
        fix: what the edit does that some or all of its findings offer; "" where none does.
    """

    id: str
    levels: tuple[Level, ...]
    looks_for: str
    needs: Needs
    section: str
    find: Callable[..., Iterable[Finding]]
    fix: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """The check as plain data."""
        return {
            "id": self.id,
            "levels": [level.value for level in self.levels],
            "looks_for": self.looks_for,
            "needs": self.needs.value,
            "where": self.section or None,
            "fix": self.fix or None,
        }
