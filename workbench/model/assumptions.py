"""Figures a user states for the analyses beside the claiming model: elasticities and weights."""

from dataclasses import dataclass

from workbench.model.nomenclature import HSRange


@dataclass(frozen=True, slots=True)
class StatedElasticity:
    """Elasticities that the agreement file itself states, with their source.

    They count before the database and the defaults; the first entry that names a product counts.
    Empty `products` is every product. None leaves that elasticity to the database.

    Attributes:
        demand: of import demand, negative: per cent change of imports for one of their price.
        substitution: between suppliers, positive.
        supply: of export supply, positive; 99 and more is infinite.
        between_groups: between partners' and non-parties' goods in nested Armington shares.
    """

    source: str
    products: tuple[HSRange, ...] = ()
    demand: float | None = None
    substitution: float | None = None
    supply: float | None = None
    between_groups: float | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class AlignmentWeight:
    """How much a subject counts in a partner's overall alignment; 1 where none is stated."""

    subject: str
    weight: float
    notes: str = ""
