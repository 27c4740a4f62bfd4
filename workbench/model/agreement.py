"""The one root object: an agreement as its negotiators draft it, and the edits they make."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from workbench.model.assumptions import AlignmentWeight, StatedElasticity
from workbench.model.commitments import (
    BEYOND_QUOTA,
    BillOfInputs,
    Binds,
    Commitment,
    Incentive,
    Institutions,
    Parameters,
    Ratchet,
    Removal,
    StagingCategory,
    StatedRate,
    Treatment,
    TreatmentBasis,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Role
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import OriginProvisions, ProductRule, Rule
from workbench.model.range_index import index_of


class Status(StrEnum):
    """How far the text has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    SIGNED = "signed"
    IN_FORCE = "in-force"


@dataclass(frozen=True, slots=True)
class Option:
    """A named variant: sections that replace those of the base text.

    `changes` are (section, value) pairs. A section is an attribute of `Agreement`, such as
    "partners", or one step into a part, such as "origin.default_rule".
    """

    name: str
    title: str = ""
    changes: tuple[tuple[str, Any], ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that the drafters have looked at and set aside, and why.

    `about` is what the finding is about, which stays the same as entries move.
    """

    finding: str
    about: str
    reason: str


SHARED_SECTIONS = ("options", "suppressed")
"""Attributes of an agreement that all its options share."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A sectoral agreement: what is covered, for whom, on what terms.

    Immutable: every edit gives a new value, so undo, comparison and hand-over to another
    thread are safe.
    """

    title: str
    sector: str = ""
    status: Status = Status.DRAFT
    nomenclature: HSEdition = HSEdition.HS2022
    base_years: tuple[int, ...] = (2024,)
    partners: tuple[Partner, ...] = ()
    coverage: ProductCoverage = field(default_factory=ProductCoverage)
    treatment: Treatment = field(default_factory=Treatment)
    tariffs: tuple[StatedRate, ...] = ()
    incentives: tuple[Incentive, ...] = ()
    origin: OriginProvisions = field(default_factory=OriginProvisions)
    bills_of_inputs: tuple[BillOfInputs, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    institutions: Institutions = field(default_factory=Institutions)
    parameters: Parameters = field(default_factory=Parameters)
    elasticities: tuple[StatedElasticity, ...] = ()
    alignment_weights: tuple[AlignmentWeight, ...] = ()
    options: tuple[Option, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    notes: str = ""
    sources: tuple[str, ...] = ()

    @property
    def economies(self) -> tuple[str, ...]:
        """Codes of the partners that give and get preferences."""
        return tuple(p.economy for p in self.partners if p.takes_preferences)

    @property
    def gives_preference(self) -> bool:
        """Whether partners alone get something that their goods can claim, a cut or another."""
        return self.offers_claims and self.treatment.basis is not TreatmentBasis.EXTENDED

    @property
    def offers_claims(self) -> bool:
        """Whether there is anything to claim: a duty cut, or an incentive of another kind."""
        return self.treatment.market_access or bool(self.incentives)

    def category_of(self, entry: CoveredProducts | None) -> StagingCategory:
        """The staging category of an entry's goods; under a quota, of those beyond it."""
        if entry is not None and entry.quota is not None and not entry.staging:
            return BEYOND_QUOTA
        return self.treatment.category("" if entry is None else entry.staging)

    def product_rule(self, digits: str) -> ProductRule | None:
        """The product-specific rule of a code, or None where the default rule applies."""
        rules = self.origin.product_rules
        place = index_of(rules).first(digits)
        return None if place is None else rules[place]

    def product_rules_of(self, codes: tuple[str, ...]) -> tuple[int, ...]:
        """The place of each code's product rule, -1 for the default rule.

        Quick where the same tuple is asked about again.
        """
        return index_of(self.origin.product_rules).places(codes)

    def rule_of(self, digits: str) -> Rule:
        """The rule of origin of a code."""
        specific = self.product_rule(digits)
        return specific.rule if specific is not None else self.origin.default_rule

    def bound_by(self, commitment: Commitment) -> tuple[str, ...]:
        """Partners that a commitment binds."""
        wanted = {Binds.PRODUCERS: Role.PRODUCER, Binds.CONSUMERS: Role.CONSUMER}
        role = wanted.get(commitment.binds)
        return tuple(
            partner.economy
            for partner in self.partners
            if (not commitment.applies_to or partner.economy in commitment.applies_to)
            and (role is None or partner.role in {role, Role.BOTH})
        )

    def option(self, name: str) -> Option:
        """The option of that name.

        Raises:
            KeyError: there is none.
        """
        for option in self.options:
            if option.name == name:
                return option
        raise KeyError(name)

    def with_option(self, name: str) -> "Agreement":
        """The base text with an option's changes made.

        Raises:
            KeyError: there is no such option.
        """
        result = self
        for section, value in self.option(name).changes:
            part, dot, inner = section.partition(".")
            if dot:
                value = replace(getattr(result, part), **{inner: value})
            result = replace(result, **{part: value})
        return result

    # Edits -------------------------------------------------------------------------------

    def with_partner(self, partner: Partner) -> "Agreement":
        """Add a partner, or replace the one of the same economy."""
        if any(p.economy == partner.economy for p in self.partners):
            return replace(
                self,
                partners=tuple(
                    partner if p.economy == partner.economy else p for p in self.partners
                ),
            )
        return replace(self, partners=(*self.partners, partner))

    def without_partner(self, economy: str) -> "Agreement":
        """Take a partner out."""
        return replace(self, partners=tuple(p for p in self.partners if p.economy != economy))

    def with_coverage_entry(self, index: int, entry: CoveredProducts | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a group of covered products."""
        return replace(
            self, coverage=ProductCoverage(_with_item(self.coverage.entries, index, entry))
        )

    def with_covered(self, index: int, product: HSRange) -> "Agreement":
        """Cover a product in the group at `index` (a new group past the end).

        What other groups cover of it already stays with them.
        """
        entries = self.coverage.entries
        entry = entries[index] if index < len(entries) else CoveredProducts()
        entry = entry.with_product(product)
        inside = tuple(
            item
            for place, other in enumerate(entries)
            if place != index
            for item in other.ranges
            if product.low <= item.low and item.high <= product.high
        )
        for item in inside:
            entry = entry.without_product(item)
        return self.with_coverage_entry(index, entry)

    def without_covered(self, product: HSRange) -> "Agreement":
        """Take a product out of every group; a group left with nothing goes too."""
        entries = tuple(entry.without_product(product) for entry in self.coverage.entries)
        kept = tuple(entry for entry in entries if entry.products or entry.product_list)
        return replace(self, coverage=ProductCoverage(kept))

    def with_default_rule(self, rule: Rule) -> "Agreement":
        """Set the rule of every product without one of its own."""
        return replace(self, origin=replace(self.origin, default_rule=rule))

    def with_product_rule(self, index: int, rule: ProductRule | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a product rule."""
        rules = _with_item(self.origin.product_rules, index, rule)
        return replace(self, origin=replace(self.origin, product_rules=rules))

    def with_incentive(self, index: int, incentive: Incentive | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) an incentive."""
        return replace(self, incentives=_with_item(self.incentives, index, incentive))

    def with_commitment(self, index: int, commitment: Commitment | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a commitment."""
        return replace(self, commitments=_with_item(self.commitments, index, commitment))

    def with_ratchet(self, index: int, ratchet: Ratchet | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a ratchet."""
        ratchets = _with_item(self.treatment.ratchets, index, ratchet)
        return replace(self, treatment=replace(self.treatment, ratchets=ratchets))

    def with_removal(self, index: int, removal: Removal | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a removal of the preference."""
        removals = _with_item(self.treatment.removals, index, removal)
        return replace(self, treatment=replace(self.treatment, removals=removals))

    def with_bill_of_inputs(self, index: int, bill: BillOfInputs | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a bill of inputs."""
        return replace(self, bills_of_inputs=_with_item(self.bills_of_inputs, index, bill))

    def with_staging_category(self, index: int, category: StagingCategory | None) -> "Agreement":
        """Replace, add (index past the end) or remove (None) a staging category.

        Where a category gets another name, products and the default follow it.
        """
        staging = _with_item(self.treatment.staging, index, category)
        treatment, coverage = replace(self.treatment, staging=staging), self.coverage
        if category is not None and index < len(self.treatment.staging):
            old, new = self.treatment.staging[index].name, category.name
            if treatment.default_category == old:
                treatment = replace(treatment, default_category=new)
            if old != new:
                coverage = ProductCoverage(
                    tuple(
                        replace(entry, staging=new) if entry.staging == old else entry
                        for entry in coverage.entries
                    )
                )
        return replace(self, treatment=treatment, coverage=coverage)

    def with_elasticity(self, product: str, name: str, value: float, source: str) -> "Agreement":
        """State an elasticity of one product, "" for all; it counts before those stated earlier."""
        products = (HSRange.parse(product),) if product else ()
        change: dict[str, Any] = {name: value}
        for place, entry in enumerate(self.elasticities):
            if entry.products == products and entry.source == source:
                changed = replace(entry, **change)
                return replace(self, elasticities=_with_item(self.elasticities, place, changed))
        made = StatedElasticity(source, products, **change)
        return replace(self, elasticities=(made, *self.elasticities))

    def without_elasticities(self, product: str) -> "Agreement":
        """Take out what is stated for exactly that product; "" is what is stated for all."""
        products = (HSRange.parse(product),) if product else ()
        kept = tuple(entry for entry in self.elasticities if entry.products != products)
        return replace(self, elasticities=kept)

    def with_alignment_weight(self, subject: str, weight: float) -> "Agreement":
        """Set how much a subject counts in the overall alignment; 1 is what it counts anyway."""
        others = tuple(w for w in self.alignment_weights if w.subject != subject)
        stated = () if weight == 1 else (AlignmentWeight(subject, weight),)
        kept = tuple(sorted((*others, *stated), key=lambda w: w.subject))
        return replace(self, alignment_weights=kept)

    def with_suppressed(self, finding: Suppressed) -> "Agreement":
        """Set a finding aside, or change why."""
        others = self.without_suppressed(finding.finding, finding.about).suppressed
        return replace(self, suppressed=(*others, finding))

    def without_suppressed(self, finding: str, about: str) -> "Agreement":
        """Let a finding count again."""
        kept = (s for s in self.suppressed if (s.finding, s.about) != (finding, about))
        return replace(self, suppressed=tuple(kept))

    def with_parameter(self, name: str, value: float) -> "Agreement":
        """Set one assumption of the claiming model."""
        change: dict[str, Any] = {name: value}
        return replace(self, parameters=replace(self.parameters, **change))

    def with_default_parameter(self, name: str) -> "Agreement":
        """Let an assumption have its default again, and the default's source."""
        default: float = getattr(Parameters(), name)
        return self.with_parameter(name, default).with_parameter_source(name, "")

    def with_parameter_source(self, name: str, source: str) -> "Agreement":
        """State where an assumption comes from; "" states nothing."""
        change: dict[str, Any] = {name: source}
        sources = replace(self.parameters.sources, **change)
        return replace(self, parameters=replace(self.parameters, sources=sources))


T = TypeVar("T")
Edit = Callable[[Agreement], Agreement]


def _with_item(items: tuple[T, ...], index: int, item: T | None) -> tuple[T, ...]:
    kept = list(items)
    if item is None:
        del kept[index]
    elif index < len(kept):
        kept[index] = item
    else:
        kept.append(item)
    return tuple(kept)
