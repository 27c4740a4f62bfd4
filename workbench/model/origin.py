"""Rules of origin: a tree of criteria, and the provisions around it (method, section 4).

A criterion says which goods count as originating. What it costs a producer to meet it is
computed in `workbench.analysis.claiming`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from workbench.model.nomenclature import HSRange


class Cumulation(StrEnum):
    """Whose content counts as originating besides the exporter's own."""

    NONE = "none"
    BILATERAL = "bilateral"
    DIAGONAL = "diagonal"
    FULL = "full"


class RvcMethod(StrEnum):
    """How regional value content is counted."""

    BUILD_DOWN = "build-down"
    BUILD_UP = "build-up"
    NET_COST = "net-cost"
    FOCUSED = "focused"
    TRANSACTION = "transaction"


class ShiftFrom(StrEnum):
    """The level at which inputs must be classified apart from the good.

    LISTED is no level: only the materials that the rule names may be non-originating.
    """

    CHAPTER = "chapter"
    HEADING = "heading"
    SUBHEADING = "subheading"
    ANY_OTHER_PRODUCT = "any-other-product"
    LISTED = "listed"


class Measure(StrEnum):
    """What a share is counted in."""

    VALUE = "value"
    WEIGHT = "weight"
    NET_WEIGHT = "net-weight"
    DRY_WEIGHT = "dry-weight"
    VOLUME = "volume"
    ALCOHOLIC_VOLUME = "alcoholic-volume"


class ConditionAbout(StrEnum):
    """What a condition that is kept in words is about."""

    COMPOSITION = "composition"
    END_USE = "end-use"
    OPERATION = "operation"
    OWNERSHIP = "ownership"
    QUOTA = "quota"
    OTHER = "other"


class Absorption(StrEnum):
    """What a rule sees of a material that itself qualified."""

    ROLL_UP = "roll-up"
    TRACING = "tracing"


class DeMinimisBasis(StrEnum):
    """What the tolerated share of non-shifting inputs is a share of."""

    VALUE = "value"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class AnyGood:
    """Any good of the territory: no rule."""


@dataclass(frozen=True, slots=True)
class WhollyObtained:
    """No non-originating content at all."""


@dataclass(frozen=True, slots=True)
class RegionalValueContent:
    """At least `at_least` of the value is originating, counted by `method`.

    Shares are fractions of the good's value; `materials_share` and `net_cost_share`, where
    stated, override the producer's own. `basis` names the value, such as fob, where the text
    does; `words` describe the inputs that the focused-value method counts.
    """

    method: RvcMethod
    at_least: float
    materials_share: float | None = None
    net_cost_share: float | None = None
    inputs: tuple[HSRange, ...] = ()
    basis: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class MaxNonOriginating:
    """Non-originating materials at most `at_most` of a basis price.

    `basis_share` is the basis as a fraction of the good's value (1 where they are the same).
    `inputs` and `words` narrow the materials that count; the basis "materials" is the value of
    all materials used. Counted by weight or volume the basis is what is weighed: "good".
    """

    at_most: float
    basis: str = "ex-works"
    basis_share: float = 1.0
    inputs: tuple[HSRange, ...] = ()
    words: str = ""
    measure: Measure = Measure.VALUE


@dataclass(frozen=True, slots=True)
class Materials:
    """Materials that a tariff shift treats apart.

    They are those of `codes` that fit `words`, or what the words alone say. `goods` and
    `goods_words` keep this to some of the rule's goods, `when` to some circumstances.
    """

    codes: tuple[HSRange, ...] = ()
    words: str = ""
    goods: tuple[HSRange, ...] = ()
    goods_words: str = ""
    when: str = ""

    @property
    def by_code(self) -> bool:
        """Whether codes alone decide."""
        return bool(self.codes) and not (self.words or self.goods_words or self.when)


@dataclass(frozen=True, slots=True)
class TariffShift:
    """Non-originating inputs must be classified in another chapter, heading or subheading.

    Inputs within `exceptions` do not count as shifted. `de_minimis` is the tolerated share of
    value that does not shift; None leaves it to the product rule or the agreement. Inputs in
    `also` may be used wherever they are classified; `except_some` are exceptions that words or
    circumstances narrow. `group` is what `outside_group` means; empty, the rule's products.
    """

    level: ShiftFrom
    exceptions: tuple[HSRange, ...] = ()
    outside_group: bool = False
    de_minimis: float | None = None
    also: tuple[Materials, ...] = ()
    except_some: tuple[Materials, ...] = ()
    group: tuple[HSRange, ...] = ()


@dataclass(frozen=True, slots=True)
class InputsOriginate:
    """The listed inputs must originate (yarn-forward, melt and pour, key parts).

    `words` narrow the inputs or, without codes, are all that says what they are. `at_least` is
    the share of these inputs, in `measure`, that must originate or be wholly obtained.
    """

    inputs: tuple[HSRange, ...]
    tolerance: float = 0.0
    words: str = ""
    wholly_obtained: bool = False
    at_least: float = 1.0
    measure: Measure = Measure.VALUE


@dataclass(frozen=True, slots=True)
class EconomyCap:
    """Content of the named economies at most `at_most` of value."""

    economies: tuple[str, ...]
    at_most: float


@dataclass(frozen=True, slots=True)
class RemainderCap:
    """RVC of `at_least`, and the named economies at most a share of the remainder."""

    at_least: float
    economies: tuple[str, ...]
    at_most_of_remainder: float


@dataclass(frozen=True, slots=True)
class SpecificProcess:
    """A process carried out in the territory, which `performed_share` of producers do."""

    name: str
    performed_share: float | None = None


@dataclass(frozen=True, slots=True)
class LabourValueContent:
    """A share of value made at or above a wage (USD an hour)."""

    at_least: float
    wage: float | None = None
    performed_share: float | None = None


@dataclass(frozen=True, slots=True)
class OnlyGoods:
    """The rest of the rule is for these goods alone; `words` narrow the codes."""

    codes: tuple[HSRange, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The rest of the rule applies in a period; dates as 2026-12-31, both within it."""

    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition kept in words, which `performed_share` of producers meet."""

    text: str
    about: ConditionAbout = ConditionAbout.OTHER
    performed_share: float | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every rule in it must be met."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One rule in it is enough."""

    rules: tuple["Rule", ...]


Criterion = (
    AnyGood
    | WhollyObtained
    | RegionalValueContent
    | MaxNonOriginating
    | TariffShift
    | InputsOriginate
    | EconomyCap
    | RemainderCap
    | SpecificProcess
    | LabourValueContent
    | OnlyGoods
    | Period
    | Condition
)
Rule = Criterion | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class DeMinimis:
    """Tolerated share of inputs that do not shift; not for products in `exceptions`."""

    share: float = 0.0
    basis: DeMinimisBasis = DeMinimisBasis.VALUE
    exceptions: tuple[HSRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRule:
    """The rule of some products; its de minimis overrides the agreement's."""

    products: tuple[HSRange, ...]
    rule: Rule
    exceptions: tuple[HSRange, ...] = ()
    de_minimis: float | None = None
    source: str = ""
    notes: str = ""

    @property
    def ranges(self) -> tuple[HSRange, ...]:
        """Everything it is for, before exceptions."""
        return self.products


@dataclass(frozen=True, slots=True)
class OriginProvisions:
    """Everything an agreement says of origin."""

    cumulation: Cumulation = Cumulation.FULL
    absorption: Absorption = Absorption.ROLL_UP
    de_minimis: DeMinimis = field(default_factory=DeMinimis)
    default_rule: Rule = field(default_factory=AnyGood)
    product_rules: tuple[ProductRule, ...] = ()
    sets: str = ""
    fungible_goods: str = ""
    direct_shipment: str = ""
    packaging: str = ""
    certification: str = ""
    notes: str = ""


def criteria(rule: Rule) -> tuple[Criterion, ...]:
    """The leaves of a rule, in reading order."""
    if isinstance(rule, AllOf | AnyOf):
        return tuple(leaf for part in rule.rules for leaf in criteria(part))
    return (rule,)
