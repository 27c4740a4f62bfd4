"""One question of origin: a good, a rule, and whose production counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from workbench.model.agreement import Agreement
from workbench.model.economies import territory_of
from workbench.model.goods import Good, OriginTerms
from workbench.model.nomenclature import HSRange, covers
from workbench.model.origin import (
    AnyGood,
    Cumulation,
    DeMinimis,
    OriginProvisions,
    Rule,
)

TOLERANCE = 1e-9
"""Shares closer than this are equal, so that 0.45 of a value is 0.45."""


@dataclass(frozen=True)
class OriginCase:
    """Everything an answer rests on.

    Attributes:
        good: what is declared.
        rule: the rule that it must meet.
        partners: economies and customs territories that take part.
        provisions: cumulation, absorption, de minimis, and rules of the materials' own.
        importer: where it goes; "" where not stated.
        terms: what agreements say in words and customs applies in figures.
        group: all products of the rule, for a shift from outside the group; those of the
            provisions' product rule where empty.
        unread: words of the rule's text that were not understood; with any, the answer is open.
    """

    good: Good
    rule: Rule
    partners: tuple[str, ...] = ()
    provisions: OriginProvisions = field(default_factory=OriginProvisions)
    importer: str = ""
    terms: OriginTerms = field(default_factory=OriginTerms)
    group: tuple[HSRange, ...] = ()
    unread: str = ""

    @classmethod
    def under(cls, agreement: Agreement, good: Good, importer: str = "") -> "OriginCase":
        """The question for a good under an agreement: its rule, partners and provisions."""
        return cls(
            good, agreement.rule_of(good.code), agreement.economies, agreement.origin, importer
        )

    @cached_property
    def territory(self) -> "Territory":
        """Whose production and materials count."""
        return Territory.of(self)

    @cached_property
    def de_minimis(self) -> DeMinimis:
        """What the good's shift tolerates unless the shift says so itself."""
        general = self.terms.de_minimis_of(self.good.code, self.provisions.de_minimis)
        for own in self.provisions.product_rules:
            if own.de_minimis is not None and covers(own.products, own.exceptions, self.good.code):
                return DeMinimis(own.de_minimis, general.basis)
        return general

    @cached_property
    def shift_group(self) -> tuple[HSRange, ...]:
        """The products of the rule."""
        if self.group:
            return self.group
        for own in self.provisions.product_rules:
            if own.rule == self.rule and covers(own.products, own.exceptions, self.good.code):
                return own.products
        return ()

    def rule_of_material(self, code: str) -> Rule | None:
        """The rule of origin of a material, or None where none is known."""
        if not code:
            return None
        for own in self.provisions.product_rules:
            if covers(own.products, own.exceptions, code):
                return own.rule
        default = self.provisions.default_rule
        return None if isinstance(default, AnyGood) else default


@dataclass(frozen=True, slots=True)
class Territory:
    """Economies by what their materials count for.

    Attributes:
        parties: who takes part; content from elsewhere is non-party content.
        processing: whose work on a material counts even where the material does not originate.
        presumed: whose materials originate unless something else is known.
        counting: whose originating materials count as originating in the good.
    """

    exporter: str
    parties: frozenset[str]
    processing: frozenset[str]
    presumed: frozenset[str]
    counting: frozenset[str]

    @classmethod
    def of(cls, case: OriginCase) -> "Territory":
        """The territory of a case, by its cumulation (method, section 3)."""
        exporter = territory_of(case.good.exporter) if case.good.exporter else ""
        parties = _territories((*case.partners, exporter))
        own = _territories((exporter,))
        both = _territories((exporter, case.importer)) & parties
        match case.provisions.cumulation:
            case Cumulation.NONE:
                processing, presumed, counting = own, own, own
            case Cumulation.BILATERAL:
                processing, presumed, counting = own, both, both
            case Cumulation.DIAGONAL:
                processing, presumed, counting = own, both, parties
            case Cumulation.FULL:
                processing, presumed, counting = parties, parties, parties
        extended = _territories(case.terms.extended)
        return cls(exporter, parties, processing, presumed, counting | extended)


def _territories(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(territory_of(code) for code in codes if code)
