"""One good and its bill of materials: a tree of what it is made from.

Money is in any one currency per unit of the good. What is not known is None, never zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.model.nomenclature import HSRange
from workbench.model.origin import DeMinimis, DeMinimisBasis, Rule

Place = tuple[int, ...]
"""The way to a material: positions from the top of the bill."""


class Basis(StrEnum):
    """What the stated value of a good is."""

    TRANSACTION = "transaction"
    ADJUSTED = "adjusted"
    EX_WORKS = "ex-works"
    NET_COST = "net-cost"


class MaterialUse(StrEnum):
    """What a material is to the good, where it is not simply a part of it."""

    MATERIAL = "material"
    RETAIL_PACKAGING = "retail-packaging"
    SHIPPING_PACKAGING = "shipping-packaging"
    INDIRECT = "indirect"
    ACCESSORY = "accessory"
    OTHER_COMPONENT = "other-component"


class InventoryMethod(StrEnum):
    """How fungible materials of different origin in one stock are told apart."""

    SPECIFIC = "specific"
    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Movement:
    """A receipt (quantity above zero) or a withdrawal (below zero), in order of date.

    `lot` names a receipt, or the receipt that a withdrawal comes from (specific identification).
    """

    quantity: float
    originating: bool | None = None
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """A stock of a fungible material; its last withdrawal went into the good."""

    method: InventoryMethod
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A material, and what it was made from as far as that is known.

    Attributes:
        code: digits, "" where not known.
        value: what the producer paid, None where not known.
        origin: where it was made, as an economy or customs territory; None where not known.
        originating: whether it is shown to originate; None leaves it to the check.
        weight: in the unit of the good's weight.
        designated: whether the producer, who made it, designates it as an intermediate material,
            which then counts whole.
        self_produced: whether the good's producer made it; None: yes where it has a bill and was
            made in the exporter, or nothing is said of where.
        recovered: whether it was recovered from used goods, for remanufacturing.
        rule: the rule of origin that it must meet itself.
        described_as: words that describe it, in those of the rule; None where nothing is said.
        assists: value of moulds, tools and designs given free to its maker, on top of `value`.
        deductions: freight, duties and waste within `value` that do not count.
    """

    name: str = ""
    code: str = ""
    value: float | None = None
    origin: str | None = None
    originating: bool | None = None
    weight: float | None = None
    materials: tuple["Material", ...] = ()
    designated: bool = False
    self_produced: bool | None = None
    recovered: bool = False
    use: MaterialUse = MaterialUse.MATERIAL
    rule: Rule | None = None
    inventory: Inventory | None = None
    described_as: tuple[str, ...] | None = None
    assists: float = 0.0
    deductions: float = 0.0

    @property
    def counted_value(self) -> float | None:
        """The value that counts: with assists, without deductions."""
        return None if self.value is None else self.value + self.assists - self.deductions


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of a cost statement; `excluded` is the part that net cost leaves out.

    Left out are sales promotion, marketing and after-sales service, royalties, shipping and
    packing, and interest that is not allowable.
    """

    name: str
    amount: float
    excluded: float = 0.0


@dataclass(frozen=True, slots=True)
class Fact:
    """Whether something that a rule says in words holds for the good."""

    what: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Good:
    """A good as declared to customs.

    Attributes:
        code: digits.
        exporter: where it was made.
        value: on the basis stated; None where not known.
        net_cost: None where not known, or where `costs` give it.
        labour_value: value made at or above the wage of a labour rule.
        processes: what was done to it in the territory; None where nothing is said of it.
        facts: what holds of conditions that rules keep in words.
        date: of importation, as 2026-12-31; "" where not stated.
        is_set: whether it is a set, whose components stand as materials.
        shipped_directly: whether it came without leaving customs control in a non-party.
    """

    code: str
    exporter: str = ""
    value: float | None = None
    basis: Basis = Basis.TRANSACTION
    net_cost: float | None = None
    costs: tuple[CostItem, ...] = ()
    labour_value: float | None = None
    weight: float | None = None
    materials: tuple[Material, ...] = ()
    processes: tuple[str, ...] | None = None
    facts: tuple[Fact, ...] = ()
    date: str = ""
    is_set: bool = False
    shipped_directly: bool | None = None

    def holds(self, what: str) -> bool | None:
        """Whether something said in words holds; None where nothing is stated of it."""
        wanted = what.strip().casefold()
        for fact in self.facts:
            if fact.what.strip().casefold() == wanted:
                return fact.holds
        return None

    def walk(self) -> Iterator[tuple[Place, Material]]:
        """Every material of the bill with its place, a parent before its own materials."""
        yield from _walk(self.materials, ())

    def material_at(self, place: Place) -> Material:
        """The material at a place.

        Raises:
            IndexError: there is none.
        """
        materials = self.materials
        for position in place[:-1]:
            materials = materials[position].materials
        return materials[place[-1]]

    def with_material(self, place: Place, *new: Material) -> "Good":
        """Put zero, one or several materials in place of one."""
        return replace(self, materials=_placed(self.materials, place, new))


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A de minimis for some goods, in place of the general one."""

    products: tuple[HSRange, ...]
    share: float
    basis: DeMinimisBasis = DeMinimisBasis.VALUE


# Operations that do not confer origin, in one word each: those that RCEP (Art. 3.6) or the EU's
# list of insufficient working or processing name.
MINIMAL_OPERATIONS = (
    "preserving",
    "packing",
    "repacking",
    "labelling",
    "marking",
    "sifting",
    "sorting",
    "grading",
    "washing",
    "cleaning",
    "drying",
    "diluting",
    "simple mixing",
    "simple cutting",
    "simple grinding",
    "sharpening",
    "ironing",
    "simple painting",
    "polishing",
    "slaughter",
    "simple assembly",
    "disassembly",
    "testing",
)


@dataclass(frozen=True, slots=True)
class OriginTerms:
    """What decides besides the rule and an agreement's origin provisions.

    Agreements say these in words; here they count.

    Attributes:
        tolerances: de minimis of particular goods; the first that fits is taken.
        waives_value_content: whether a good whose non-originating materials all lie within the
            de minimis needs no regional value content.
        extended: third countries whose originating materials count (extended cumulation).
        counted_at_most: economies whose materials count as originating up to a share of value.
        traced: materials that are traced through originating ones, all where empty; only with
            tracing. Only these, made by non-parties, then count as non-originating.
        set_tolerance: share of a set's value that non-originating components may make.
        minimal_operations: operations that do not confer origin alone or together.
    """

    tolerances: tuple[Tolerance, ...] = ()
    waives_value_content: bool = False
    extended: tuple[str, ...] = ()
    counted_at_most: tuple[tuple[str, float], ...] = ()
    traced: tuple[HSRange, ...] = ()
    set_tolerance: float = 0.0
    minimal_operations: tuple[str, ...] = MINIMAL_OPERATIONS

    def de_minimis_of(self, code: str, general: DeMinimis) -> DeMinimis:
        """What is tolerated for a good: its own tolerance, or the general one."""
        for own in self.tolerances:
            if any(r.contains(code) for r in own.products):
                return DeMinimis(own.share, own.basis)
        if any(r.contains(code) for r in general.exceptions):
            return DeMinimis(0.0, general.basis)
        return general


def _walk(materials: tuple[Material, ...], above: Place) -> Iterator[tuple[Place, Material]]:
    for position, material in enumerate(materials):
        place = (*above, position)
        yield place, material
        yield from _walk(material.materials, place)


def _placed(
    materials: tuple[Material, ...], place: Place, new: tuple[Material, ...]
) -> tuple[Material, ...]:
    position = place[0]
    old = materials[position]
    if len(place) > 1:
        new = (replace(old, materials=_placed(old.materials, place[1:], new)),)
    return (*materials[:position], *new, *materials[position + 1 :])
