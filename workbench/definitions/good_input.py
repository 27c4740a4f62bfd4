"""One good and its bill of materials: the JSON object that the `check-origin` command reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.definitions.checks import Issue, Place, rule_issues, shift_issues
from workbench.definitions.conversion import Converter, file_bytes
from workbench.definitions.fields import (
    CODES,
    ECONOMIES,
    RULE,
    SHARE,
    SOME_CODES,
    TEXT,
    WORDS,
    Choice,
    Economy,
    Field,
    Flag,
    Many,
    Number,
    OneCode,
    Part,
    Record,
    Shares,
)
from workbench.definitions.nodes import MAX_DEPTH, Mapping, Node, Scalar, decode, json_nodes
from workbench.errors import DefinitionError
from workbench.model.economies import territory_of
from workbench.model.goods import (
    MINIMAL_OPERATIONS,
    Basis,
    CostItem,
    Fact,
    Inventory,
    InventoryMethod,
    Material,
    MaterialUse,
    Movement,
    Tolerance,
)
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import Cumulation, DeMinimisBasis, Rule

_ANY_AMOUNT = Number("in the currency of the good's value", 0, 1e15)
_QUANTITY = Number("in any unit", -1e15, 1e15)
_SLACK = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class DeMinimisInput:
    """What is tolerated: in general, not for some products, and for others their own share."""

    share: float = 0.0
    basis: DeMinimisBasis = DeMinimisBasis.VALUE
    exceptions: tuple[HSRange, ...] = ()
    by_product: tuple[Tolerance, ...] = ()
    waives_value_content: bool = False


@dataclass(frozen=True, slots=True)
class JudgementInput:
    """The analyst's own view of substantial transformation."""

    transformed: bool | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class SetInput:
    """The good is a set; non-originating components may make `tolerance` of its value."""

    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class GoodInput:
    """A good, the rule it must meet, and whose production counts.

    A rule comes as a tree (`rule`) or in treaty words (`rule_text`); both None asks for nothing.
    Shares are fractions, money is in one currency per unit of the good.
    """

    good: str
    exporter: str
    importer: str = ""
    rule: Rule | None = None
    rule_text: str = ""
    rule_products: tuple[HSRange, ...] = ()
    value: float | None = None
    basis: Basis = Basis.TRANSACTION
    net_cost: float | None = None
    costs: tuple[CostItem, ...] = ()
    labour_value: float | None = None
    weight: float | None = None
    materials: tuple[Material, ...] = ()
    partners: tuple[str, ...] = ()
    cumulation: Cumulation = Cumulation.FULL
    extended: tuple[str, ...] = ()
    counted_at_most: tuple[tuple[str, float], ...] = ()
    de_minimis: DeMinimisInput = DeMinimisInput()
    roll_up: bool = True
    traced: tuple[HSRange, ...] = ()
    processes: tuple[str, ...] | None = None
    facts: tuple[Fact, ...] = ()
    date: str = ""
    minimal_operations: tuple[str, ...] = MINIMAL_OPERATIONS
    set: SetInput | None = None
    shipped_directly: bool | None = None
    marking_rule: Rule | None = None
    marking_rule_text: str = ""
    substantial_transformation: JudgementInput | None = None


_INVENTORY = Record(
    Inventory,
    "an inventory",
    (
        Field("method", Choice(InventoryMethod), "How receipts are told apart."),
        Field(
            "movements",
            Many(
                Part(
                    Record(
                        Movement,
                        "a movement",
                        (
                            Field("quantity", _QUANTITY, "Received; below zero, withdrawn."),
                            Field("originating", Flag(), "Whether a receipt originates."),
                            Field("lot", TEXT, "Name of a receipt, or of the one drawn on."),
                        ),
                        short=True,
                    )
                ),
                may_be_empty=False,
            ),
            "Receipts and withdrawals by date; the last withdrawal went into the good.",
        ),
    ),
)


def _material(depth: int) -> Record:
    """The keys of a material whose own bill is at most `depth` tiers deep."""
    inner = (
        (Field("materials", Many(Part(_material(depth - 1))), "What it was made from."),)
        if depth
        else ()
    )
    return Record(
        Material,
        "a material",
        (
            Field("name", TEXT, "What it is called."),
            Field("code", OneCode(), "Its HS code."),
            Field("value", _ANY_AMOUNT, "What the producer paid for it."),
            Field("origin", Economy(), "Where it was made."),
            Field("originating", Flag(), "Whether it is shown to originate."),
            Field("weight", _ANY_AMOUNT, "Its weight, in the unit of the good's."),
            *inner,
            Field("designated", Flag(), "Whether it is a designated intermediate material."),
            Field("self_produced", Flag(), "Whether the good's producer made it."),
            Field("recovered", Flag(), "Whether it was recovered from used goods."),
            Field("use", Choice(MaterialUse), "What it is to the good."),
            Field("rule", RULE, "The rule of origin that it must meet itself."),
            Field("inventory", Part(_INVENTORY), "The stock of a fungible material."),
            Field("described_as", Many(WORDS), "What it is, in words of the rule."),
            Field("assists", _ANY_AMOUNT, "Moulds, tools and designs given free to its maker."),
            Field("deductions", _ANY_AMOUNT, "Freight, duties and waste within its value."),
        ),
    )


# A tier is a record in a list, and the good's own record stands around them all.
_TIERS = (MAX_DEPTH - 2) // 2
MATERIAL = _material(_TIERS)

GOOD = Record(
    GoodInput,
    "a good",
    (
        Field("good", OneCode(), "HS code of the good."),
        Field("exporter", Economy(), "Where it was made."),
        Field("importer", Economy(), "Where it goes."),
        Field("rule", RULE, "The rule of origin, or its text in quotes."),
        Field("rule_text", WORDS, "The rule of origin in treaty words."),
        Field("rule_products", CODES, "All products of the rule, for a shift outside the group."),
        Field("value", _ANY_AMOUNT, "Its value."),
        Field("basis", Choice(Basis), "What that value is."),
        Field("net_cost", _ANY_AMOUNT, "Its net cost."),
        Field(
            "costs",
            Many(
                Part(
                    Record(
                        CostItem,
                        "a cost",
                        (
                            Field("name", WORDS, "What the cost is for."),
                            Field("amount", _ANY_AMOUNT, "The cost."),
                            Field("excluded", _ANY_AMOUNT, "The part that net cost leaves out."),
                        ),
                        short=True,
                    )
                )
            ),
            "Its costs, from which net cost follows.",
        ),
        Field("labour_value", _ANY_AMOUNT, "Value made at or above the wage asked for."),
        Field("weight", _ANY_AMOUNT, "Its weight."),
        Field("materials", Many(Part(MATERIAL)), "What it was made from."),
        Field("partners", Many(Economy()), "Who takes part."),
        Field("cumulation", Choice(Cumulation), "Whose content counts as originating."),
        Field("extended", ECONOMIES, "Third countries whose originating materials count."),
        Field("counted_at_most", Shares(Economy()), "Economies that count up to a share."),
        Field(
            "de_minimis",
            Part(
                Record(
                    DeMinimisInput,
                    "a de minimis rule",
                    (
                        Field("share", SHARE, "Tolerated share of inputs that do not shift."),
                        Field("basis", Choice(DeMinimisBasis), "A share of value or of weight."),
                        Field("except", CODES, "Products it is not for.", "exceptions"),
                        Field(
                            "by_product",
                            Many(
                                Part(
                                    Record(
                                        Tolerance,
                                        "a tolerance",
                                        (
                                            Field("products", SOME_CODES, "Goods it is for."),
                                            Field("share", SHARE, "Tolerated share."),
                                            Field("basis", Choice(DeMinimisBasis), "Of what."),
                                        ),
                                        short=True,
                                    )
                                )
                            ),
                            "Products with a tolerance of their own.",
                        ),
                        Field(
                            "waives_value_content",
                            Flag(),
                            "Whether a good within it needs no regional value content.",
                        ),
                    ),
                )
            ),
            "Tolerance for inputs that do not shift.",
        ),
        Field("roll_up", Flag(), "Whether a material that originates counts whole."),
        Field("traced", CODES, "Materials that are traced; all if left out."),
        Field("processes", Many(WORDS), "What was done to it in the territory."),
        Field(
            "facts",
            Many(
                Part(
                    Record(
                        Fact,
                        "a fact",
                        (
                            Field("what", WORDS, "What the rule says, in its words."),
                            Field("holds", Flag(), "Whether it holds for the good."),
                        ),
                        short=True,
                    )
                )
            ),
            "What holds of conditions that the rule keeps in words.",
        ),
        Field("date", WORDS, "Date of importation, such as 2026-12-31."),
        Field("minimal_operations", Many(WORDS), "Operations that do not confer origin."),
        Field(
            "set",
            Part(
                Record(
                    SetInput,
                    "a set",
                    (Field("tolerance", SHARE, "Share of components that may not originate."),),
                    short=True,
                )
            ),
            "The good is a set, whose components stand as materials.",
        ),
        Field("shipped_directly", Flag(), "Whether it stayed under customs control on its way."),
        Field("marking_rule", RULE, "The shift that confers non-preferential origin."),
        Field("marking_rule_text", WORDS, "That shift in treaty words."),
        Field(
            "substantial_transformation",
            Part(
                Record(
                    JudgementInput,
                    "a judgement",
                    (
                        Field("transformed", Flag(), "The analyst's own view."),
                        Field("notes", TEXT, "Why."),
                    ),
                    short=True,
                )
            ),
            "The analyst's own judgement; kept, never computed.",
        ),
    ),
)


IsKnown = Callable[[str], bool]
"""Whether a code is one of the nomenclature, which this layer cannot tell."""


def read_good(path: Path, is_known: IsKnown | None = None) -> GoodInput:
    """Read a good from a JSON file.

    Args:
        path: the file.
        is_known: tells codes of the nomenclature from others, which are refused.

    Raises:
        DefinitionError: the file cannot be read, or anything in it is wrong.
    """
    return parse_good(decode(file_bytes(path), str(path)), str(path), is_known)


def parse_good(
    text: str, name: str = "standard input", is_known: IsKnown | None = None
) -> GoodInput:
    """Read a good from JSON.

    Args:
        text: one JSON object.
        name: what messages call the text.
        is_known: tells codes of the nomenclature from others, which are refused.

    Raises:
        DefinitionError: not a JSON object, or anything in it is wrong.
    """

    def issues(given: GoodInput) -> Iterator[Issue]:
        yield from _issues(given)
        if is_known is not None:
            yield from _code_issues(given, is_known)

    converter = Converter(name, ())
    root = _with_rule_text(json_nodes(text, name))
    good: GoodInput = converter.part(Part(GOOD), root, issues)
    if problems := converter.all_problems():
        raise DefinitionError.of(problems)
    return good


def _with_rule_text(root: Node) -> Node:
    """A rule given as a text goes to the key for texts."""
    if not isinstance(root, Mapping):
        return root
    entries: list[tuple[Scalar, Node]] = []
    for key, node in root.entries:
        worded = isinstance(node, Scalar) and not node.plain
        if worded and key.text in {"rule", "marking_rule"}:
            key = Scalar(f"{key.text}_text", key.line, key.plain)
        entries.append((key, node))
    return Mapping(tuple(entries), root.line)


def _issues(good: GoodInput) -> Iterator[Issue]:
    for key, rule, text in (
        ("rule", good.rule, good.rule_text),
        ("marking_rule", good.marking_rule, good.marking_rule_text),
    ):
        if rule is not None:
            yield from rule_issues(rule, (key,))
            yield from shift_issues(rule, (HSRange.parse(good.good),), (key,))
        if rule is not None and text:
            yield Issue((key,), "the rule stands twice", "keep the tree or the text")
    if good.traced and good.roll_up:
        what = "materials are traced only where those that originate do not roll up"
        yield Issue(("traced",), what, "add 'roll_up: false'")
    if good.date and not _is_date(good.date):
        yield Issue(("date",), f"'{good.date}' is not a date", "write it as 2026-12-31")
    if good.value == 0:
        yield Issue(("value",), "the good is worth nothing", "give its value, or leave it out")
    partners = {territory_of(code) for code in (*good.partners, good.exporter)}
    yield from bill_issues(good.materials, good.value or None, ("materials",), ())
    yield from _stated(good, good.materials, partners, ("materials",))
    if good.partners and territory_of(good.exporter) not in {
        territory_of(code) for code in good.partners
    }:
        yield Issue(("exporter",), f"{good.exporter} is not a partner", "add it under partners")


def bill_issues(
    materials: tuple[Material, ...],
    whole: float | None,
    at: Place,
    above: tuple[tuple[str, str], ...],
) -> Iterator[Issue]:
    """Whether a bill fits within what is made from it, and holds no circle.

    Args:
        materials: the bill.
        whole: the value of what is made from it, None where not known.
        at: where the bill stands.
        above: name and code of what it goes into, tier by tier.
    """
    total = sum(material.counted_value or 0.0 for material in materials)
    if whole is not None and total > max(whole, 0.0) * _SLACK:
        what = f"the materials are worth {total:,.6g}, more than what they make ({whole:,.6g})"
        yield Issue(at, what, "check the values and their currency")
    for index, material in enumerate(materials):
        here: Place = (*at, index)
        key = (material.name.strip().casefold(), material.code)
        if not material.name.strip() and not material.code:
            yield Issue(here, "the material has neither a name nor a code", "give one")
        elif key[0] and key in above:
            yield Issue(here, f"{material.name} is made from itself", "take one of the two out")
        value = material.counted_value
        if value is not None and value < 0:
            yield Issue(here, "the deductions are more than the value", "check them")
        if material.rule is not None:
            yield from rule_issues(material.rule, (*here, "rule"))
        if material.inventory is not None:
            yield from _stock_issues(material.inventory, (*here, "inventory"))
        inner: Place = (*here, "materials")
        yield from bill_issues(material.materials, value, inner, (*above, key))


def _code_issues(good: GoodInput, is_known: IsKnown) -> Iterator[Issue]:
    codes: list[tuple[Place, str]] = [(("good",), good.good)]
    codes += list(_codes(good.materials, ("materials",)))
    for at, code in codes:
        if code and not is_known(code):
            heading = dotted(code[:4])
            yield Issue(at, f"there is no {heading} in the nomenclature", "correct the code")


def _codes(materials: tuple[Material, ...], at: Place) -> Iterator[tuple[Place, str]]:
    for index, material in enumerate(materials):
        yield (*at, index, "code"), material.code
        yield from _codes(material.materials, (*at, index, "materials"))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _stock_issues(inventory: Inventory, at: Place) -> Iterator[Issue]:
    held = 0.0
    drawn = False
    lots: dict[str, float] = {}
    specific = inventory.method is InventoryMethod.SPECIFIC
    for index, movement in enumerate(inventory.movements):
        held += movement.quantity
        lots[movement.lot] = lots.get(movement.lot, 0.0) + movement.quantity
        drawn = drawn or movement.quantity < 0
        if held < -1e-9 or (specific and lots[movement.lot] < -1e-9):
            where: Place = (*at, "movements", index)
            yield Issue(where, "more is withdrawn than there is in stock", "check the quantities")
            return
    if not drawn:
        yield Issue(at, "nothing is withdrawn from the stock", "add a quantity below zero")


def _stated(
    good: GoodInput, materials: tuple[Material, ...], partners: set[str], at: Place
) -> Iterator[Issue]:
    """A material cannot originate outside the partners and the extended countries."""
    if not good.partners:
        return
    known = partners | {territory_of(code) for code in good.extended}
    for index, material in enumerate(materials):
        here: Place = (*at, index)
        origin = material.origin
        if material.originating and origin is not None and territory_of(origin) not in known:
            what = (
                f"{material.name or dotted(material.code)} is said to originate, made in {origin}"
            )
            yield Issue(
                here, f"{what}, which is not a partner", "correct 'origin' or 'originating'"
            )
        yield from _stated(good, material.materials, partners, (*here, "materials"))
