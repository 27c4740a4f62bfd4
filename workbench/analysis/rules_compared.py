"""Rules of agreements in force on the axis of a sweep, and as a list to sweep through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.definitions.fields import RuleInForce, RulesInForce
from workbench.definitions.treaty_text import treaty_text
from workbench.model.nomenclature import HSRange, covers
from workbench.model.origin import AllOf, AnyGood, AnyOf, Rule, WhollyObtained
from workbench.model.rule_families import Family, RuleChoice, number_in

_CONTENT = (Family.BUILD_DOWN, Family.MAX_NON_ORIGINATING)


@dataclass(frozen=True, slots=True)
class RuleMark:
    """A rule in force on the axis of a sweep.

    Attributes:
        at: the number there.
        agreement: its short name.
        products: what it is for.
        text: the rule in treaty words.
        is_one_way: whether the good may qualify in another way, such as a change of heading.
        source: where the text is from.
    """

    at: float
    agreement: str
    products: str
    text: str
    is_one_way: bool
    source: str


def marks_in_force(
    family: Family, codes: Sequence[str], agreements: Iterable[RulesInForce]
) -> tuple[tuple[RuleMark, ...], tuple[str, ...]]:
    """Where rules in force for some products stand on the axis of a family.

    A limit on non-originating materials of x and a build-down threshold of 1 - x let in the same
    content, so each is shown on the other's axis; prices they are shares of differ a little.

    Args:
        family: the axis.
        codes: six-digit products.
        agreements: rules in force.

    Returns:
        The marks, by number; and the agreements whose rules for these products set no such number.
    """
    marks: dict[tuple[str, float], RuleMark] = {}
    silent: dict[str, None] = {}
    for agreement, each in _touching(codes, agreements):
        at = _number(each.rule, family)
        if at is None:
            silent.setdefault(agreement.agreement)
            continue
        marks.setdefault(
            (agreement.agreement, at),
            RuleMark(
                at,
                agreement.agreement,
                _words(each.products),
                treaty_text(each.rule),
                _can_do_without(each.rule, family),
                f"{agreement.title}, text of {agreement.legal_date}",
            ),
        )
    marked = {name for name, _ in marks}
    ordered = sorted(marks.values(), key=lambda mark: (mark.at, mark.agreement))
    return tuple(ordered), tuple(name for name in silent if name not in marked)


def _number(rule: Rule, family: Family) -> float | None:
    own = number_in(rule, family)
    if own is not None or family not in _CONTENT:
        return own
    other = number_in(rule, _CONTENT[1 - _CONTENT.index(family)])
    return None if other is None else round(1 - other, 9)


def _can_do_without(rule: Rule, family: Family) -> bool:
    """Whether a good may qualify without meeting the number."""
    if isinstance(rule, AllOf):
        return all(_can_do_without(part, family) for part in rule.rules)
    if isinstance(rule, AnyOf):
        return any(_can_do_without(part, family) for part in rule.rules)
    return _number(rule, family) is None


def rules_to_compare(
    codes: Sequence[str],
    agreements: Iterable[RulesInForce],
    named: Iterable[tuple[str, Rule]] = (),
) -> tuple[RuleChoice, ...]:
    """Rules to sweep through: any good, those in force for some products, others, wholly obtained.

    Args:
        codes: six-digit products.
        agreements: rules in force.
        named: further rules with their titles, such as model texts.
    """
    found: dict[Rule, RuleChoice] = {}
    any_good, obtained = AnyGood(), WhollyObtained()
    found[any_good] = RuleChoice("Any good of a partner", any_good)
    for agreement, each in _touching(codes, agreements):
        source = f"{agreement.title}, text of {agreement.legal_date}"
        label = f"{agreement.agreement}, {_words(each.products)}"
        found.setdefault(each.rule, RuleChoice(label, each.rule, source))
    for title, rule in named:
        found.setdefault(rule, RuleChoice(title, rule))
    found.setdefault(obtained, RuleChoice("Wholly obtained", obtained))
    return tuple(found.values())


def _touching(
    codes: Sequence[str], agreements: Iterable[RulesInForce]
) -> list[tuple[RulesInForce, RuleInForce]]:
    return [
        (agreement, each)
        for agreement in agreements
        for each in agreement.rules
        if any(covers(each.products, each.exceptions, code) for code in codes)
    ]


def _words(ranges: tuple[HSRange, ...]) -> str:
    more = len(ranges) - 1
    return f"{ranges[0]} and {more} more" if more else str(ranges[0])
