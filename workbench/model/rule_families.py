"""Families of rules of origin with one number to sweep, and the edits that set it.

A sweep changes the rule of all covered products or of chosen ones; others keep their own. Either
one plain rule takes the place of theirs, or the number is set wherever their rules have it and
the rest of each rule stays (method, section 6: the frontier).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSRange, covers
from workbench.model.origin import (
    AllOf,
    AnyOf,
    EconomyCap,
    InputsOriginate,
    MaxNonOriginating,
    Measure,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    TariffShift,
    criteria,
)


class Family(StrEnum):
    """Which number of a rule is swept."""

    BUILD_DOWN = "rvc"
    BUILD_UP = "build-up"
    NET_COST = "net-cost"
    MAX_NON_ORIGINATING = "max-non-originating"
    ECONOMY_CAP = "economy-cap"
    DE_MINIMIS = "de-minimis"
    TOLERANCE = "tolerance"
    RULES = "rules"
    """No number but a list of rules, one after the other."""

    @property
    def stricter_upwards(self) -> bool:
        """Whether a higher number asks for more; of a list nothing is said."""
        return self in (Family.BUILD_DOWN, Family.BUILD_UP, Family.NET_COST)

    @property
    def replaces(self) -> bool:
        """Whether a rule of nothing but this criterion makes sense."""
        return self not in (Family.DE_MINIMIS, Family.TOLERANCE)


class Base(StrEnum):
    """What happens to the rule that the products have."""

    REPLACE = "replace"
    """One plain rule of the family takes its place."""
    WITHIN = "within"
    """The number is set wherever the rule has it; the rest stays."""


_METHODS = {
    Family.BUILD_DOWN: (RvcMethod.BUILD_DOWN, RvcMethod.TRANSACTION),
    Family.BUILD_UP: (RvcMethod.BUILD_UP,),
    Family.NET_COST: (RvcMethod.NET_COST,),
}


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """One of a list of rules; `source` says where it is from."""

    label: str
    rule: Rule
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is swept, and for which products.

    Attributes:
        family: the number.
        base: what happens to the present rules.
        products: codes of chosen products, digits only; none means all that are covered.
        economies: whose content a cap is on.
        rules: the list, where the family is one; `at` is then a place in it.
    """

    family: Family = Family.BUILD_DOWN
    base: Base = Base.REPLACE
    products: tuple[str, ...] = ()
    economies: tuple[str, ...] = ()
    rules: tuple[RuleChoice, ...] = ()

    def problem(self, agreement: Agreement) -> str:
        """Why this cannot be swept, as a sentence that says what to do; "" if it can."""
        if self.family is Family.RULES:
            return "" if self.rules else "There is no rule to compare: name at least one."
        if self.base is Base.REPLACE:
            if not self.family.replaces:
                return "This number stands within a rule: vary it inside the present rules."
            if self.family is Family.ECONOMY_CAP and not self.economies:
                return "Name the economies whose content is capped."
            return ""
        rules = [agreement.origin.default_rule, *(r.rule for r in agreement.origin.product_rules)]
        if not any(number_in(rule, self.family) is not None for rule in rules):
            return (
                "No rule of this agreement has such a number: choose another one, or let one "
                "plain rule take the place of the present ones."
            )
        return ""

    def includes(self, digits: str) -> bool:
        """Whether a product is swept."""
        return not self.products or digits in self.products

    def rule(self, at: float) -> Rule:
        """The plain rule of the family at a number, or a rule of the list.

        Raises:
            ValueError: the family has no plain rule.
        """
        match self.family:
            case Family.BUILD_DOWN | Family.BUILD_UP | Family.NET_COST:
                return RegionalValueContent(_METHODS[self.family][0], at)
            case Family.MAX_NON_ORIGINATING:
                return MaxNonOriginating(at)
            case Family.ECONOMY_CAP:
                return EconomyCap(self.economies, at)
            case Family.RULES:
                return self.rules[round(at)].rule
        raise ValueError(f"there is no plain rule of the family '{self.family}'")

    def edited(self, agreement: Agreement, at: float) -> Agreement:
        """The agreement with the rule set at `at`.

        A product rule that chosen products share with others is split, so that no product has
        two. The number and the order of the rules do not depend on `at`.

        Raises:
            ValueError: the family has no plain rule to put in the place of others.
        """
        origin = agreement.origin
        plain = self.base is Base.REPLACE or self.family is Family.RULES
        if self.products:
            return replace(agreement, origin=replace(origin, product_rules=self._split(origin, at)))
        if plain:
            return replace(
                agreement, origin=replace(origin, default_rule=self.rule(at), product_rules=())
            )
        general, specific = origin.de_minimis, origin.product_rules
        if self.family is Family.DE_MINIMIS:
            general = replace(general, share=at)
        return replace(
            agreement,
            origin=replace(
                origin,
                de_minimis=general,
                default_rule=with_number(origin.default_rule, self.family, at),
                product_rules=tuple(self._within(each, at) for each in specific),
            ),
        )

    def _split(self, origin: OriginProvisions, at: float) -> tuple[ProductRule, ...]:
        """The product rules, with the chosen products apart from the others of their rule."""
        owned: dict[int | None, list[str]] = {}
        for code in self.products:
            owned.setdefault(_owner(origin, code), []).append(code)
        rules: list[ProductRule] = []
        for place, each in enumerate(origin.product_rules):
            mine = owned.get(place, [])
            codes = tuple(HSRange(code, code) for code in mine)
            if not mine:
                rules.append(each)
            elif set(each.products) <= set(codes):
                rules.append(self._set(each, at))
            else:
                rules.append(replace(each, exceptions=(*each.exceptions, *codes)))
                rules.append(self._set(replace(each, products=codes, exceptions=()), at))
        if others := owned.get(None):
            codes = tuple(HSRange(code, code) for code in others)
            rules.append(self._set(ProductRule(codes, origin.default_rule), at))
        return tuple(rules)

    def _set(self, rule: ProductRule, at: float) -> ProductRule:
        """The rule of chosen products, set at `at`."""
        if self.base is Base.REPLACE or self.family is Family.RULES:
            return replace(rule, rule=self.rule(at))
        if self.family is Family.DE_MINIMIS:
            rule = replace(rule, de_minimis=at)
        return self._within(rule, at)

    def _within(self, rule: ProductRule, at: float) -> ProductRule:
        own = rule.de_minimis
        if self.family is Family.DE_MINIMIS and own is not None:
            own = at
        return replace(rule, rule=with_number(rule.rule, self.family, at), de_minimis=own)


def number_in(rule: Rule, family: Family, de_minimis: float = 0.0) -> float | None:
    """The number of a family that a rule has; of several the strictest; None without any.

    Args:
        rule: the rule.
        family: which number.
        de_minimis: what a tariff shift without a de minimis of its own tolerates.
    """
    found = []
    for criterion in criteria(rule):
        match criterion:
            case RegionalValueContent() if criterion.method in _METHODS.get(family, ()):
                found.append(criterion.at_least)
            case RemainderCap() if family is Family.BUILD_DOWN:
                found.append(criterion.at_least)
            case MaxNonOriginating() if family is Family.MAX_NON_ORIGINATING and _by_value(
                criterion
            ):
                found.append(criterion.at_most)
            case EconomyCap() if family is Family.ECONOMY_CAP:
                found.append(criterion.at_most)
            case TariffShift() if family is Family.DE_MINIMIS:
                own = criterion.de_minimis
                found.append(de_minimis if own is None else own)
            case InputsOriginate() if family is Family.TOLERANCE:
                found.append(criterion.tolerance)
    if not found:
        return None
    return max(found) if family.stricter_upwards else min(found)


def with_number(rule: Rule, family: Family, at: float) -> Rule:
    """The rule with the number of a family set wherever it has one.

    A de minimis is set where a tariff shift states its own; others take it from their rule.
    """
    match rule:
        case AllOf() | AnyOf():
            return replace(rule, rules=tuple(with_number(r, family, at) for r in rule.rules))
        case RegionalValueContent() if rule.method in _METHODS.get(family, ()):
            return replace(rule, at_least=at)
        case RemainderCap() if family is Family.BUILD_DOWN:
            return replace(rule, at_least=at)
        case MaxNonOriginating() if family is Family.MAX_NON_ORIGINATING and _by_value(rule):
            return replace(rule, at_most=at)
        case EconomyCap() if family is Family.ECONOMY_CAP:
            return replace(rule, at_most=at)
        case TariffShift() if family is Family.DE_MINIMIS and rule.de_minimis is not None:
            return replace(rule, de_minimis=at)
        case InputsOriginate() if family is Family.TOLERANCE:
            return replace(rule, tolerance=at)
    return rule


def capped_economies(agreement: Agreement) -> tuple[str, ...]:
    """The economies whose content a rule of the text caps."""
    rules = (agreement.origin.default_rule, *(r.rule for r in agreement.origin.product_rules))
    named = [
        code
        for rule in rules
        for criterion in criteria(rule)
        if isinstance(criterion, EconomyCap | RemainderCap)
        for code in criterion.economies
    ]
    return tuple(dict.fromkeys(named))


def drafted_numbers(agreement: Agreement, sweep: Sweep, codes: tuple[str, ...]) -> dict[str, float]:
    """The number that the rule of each swept product has today; products without one are left out.

    Args:
        agreement: the text as drafted.
        sweep: what is swept.
        codes: the covered products.
    """
    general = agreement.origin.de_minimis
    numbers = {}
    for code in codes:
        if not sweep.includes(code):
            continue
        specific = agreement.product_rule(code)
        tolerated = 0.0 if any(r.contains(code) for r in general.exceptions) else general.share
        if specific is not None and specific.de_minimis is not None:
            tolerated = specific.de_minimis
        rule = agreement.origin.default_rule if specific is None else specific.rule
        number = number_in(rule, sweep.family, tolerated)
        if number is not None:
            numbers[code] = number
    return numbers


def _owner(origin: OriginProvisions, code: str) -> int | None:
    """The place of the product rule of a code; None where the default rule applies."""
    for place, rule in enumerate(origin.product_rules):
        if covers(rule.products, rule.exceptions, code):
            return place
    return None


def _by_value(rule: MaxNonOriginating) -> bool:
    """Whether the limit is on all materials, by value; others cannot be swept as one number."""
    return rule.measure is Measure.VALUE and not (rule.inputs or rule.words)
