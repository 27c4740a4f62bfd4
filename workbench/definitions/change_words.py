"""The words in which changes of an agreement are told: names of entries, values, verbs."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from workbench.definitions.fields import (
    Changes,
    Choice,
    Codes,
    Economy,
    Field,
    Flag,
    Integer,
    Kind,
    Many,
    Marker,
    Number,
    OneCode,
    Part,
    Record,
    RuleTree,
    Shares,
    Wrapped,
)
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Option
from workbench.model.commitments import (
    PARAMETERS,
    BillOfInputs,
    Body,
    Bracket,
    Clock,
    Commitment,
    Incentive,
    InputShare,
    Parameters,
    Position,
    StagingCategory,
    Stance,
    StatedRate,
    Treatment,
    Trigger,
)
from workbench.model.coverage import CoveredProducts
from workbench.model.economies import AlignmentScore, Partner, Standing, economy_name
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import DeMinimis, ProductRule

_SHOWN = 4
_LONGEST_QUOTE = 240
_MOST_FRAGMENTS = 3
_FRACTION = re.compile("fraction|share")

_HYPHENATED = {
    word: word for word in ("build-down", "build-up", "facility-specific", "net-cost", "roll-up")
} | {"non-market-practices": "non-market practices", "state-to-state": "state-to-state"}

_FIELD_WORDS: dict[tuple[type | None, str], str] = {
    (None, "ad_valorem"): "ad valorem equivalent",
    (None, "applies_to"): "list of partners bound",
    (None, "at_least"): "threshold",
    (None, "base_years"): "base years",
    (None, "default_category"): "default staging category",
    (None, "default_rule"): "default rule",
    (None, "de_minimis"): "de minimis",
    (None, "end_use"): "end-use condition",
    (None, "enacted_by"): "body that has to enact it",
    (None, "except"): "exceptions",
    (None, "in_quota_rate"): "in-quota rate",
    (None, "list"): "product list",
    (None, "accession"): "text on accession",
    (None, "certification"): "text on certification",
    (None, "direct_shipment"): "text on direct shipment",
    (None, "fungible_goods"): "text on fungible goods",
    (None, "made_of"): "membership",
    (None, "packaging"): "text on packaging",
    (None, "sets"): "text on sets",
    (None, "notes"): "note",
    (None, "years"): "period",
    (None, "maximum_usd"): "maximum a consignment",
    (None, "minimum_usd"): "minimum a consignment",
    (None, "named_economies"): "named economies",
    (None, "nomenclature"): "edition of the Harmonized System",
    (None, "proposed_by"): "proposers",
    (None, "review_every_years"): "interval between reviews",
    (None, "sunset_years"): "sunset",
    (None, "text"): "text",
    (None, "volume_usd"): "quota volume",
    (None, "withdrawal_lock_years"): "withdrawal lock",
    (None, "withdrawal_notice_months"): "notice of withdrawal",
    (Treatment, "basis"): "reach of the cuts",
    (DeMinimis, "share"): "de minimis share",
    (DeMinimis, "basis"): "basis of de minimis",
    (DeMinimis, "except"): "exceptions from de minimis",
    (Clock, "days"): "clock",
    (Body, "does"): "mandate",
    (Trigger, "above"): "upper level",
    (Trigger, "below"): "lower level",
    **{(Parameters, info.name): info.title.lower() for info in PARAMETERS},
}

FLAGS: dict[tuple[type | None, str], tuple[str, str]] = {
    (Treatment, "market_access"): (
        "The agreement now grants market access.",
        "The agreement no longer grants market access: it is cooperation only.",
    ),
    (Partner, "developing"): (
        "{entry} is now treated as a developing economy.",
        "{entry} is no longer treated as a developing economy.",
    ),
    (Commitment, "preference_depends"): (
        "The preference now depends on {entry}.",
        "The preference no longer depends on {entry}.",
    ),
    (Incentive, "fiscal_cost"): (
        "{Entry} now costs the treasury.",
        "{Entry} no longer costs the treasury.",
    ),
}
"""Sentences of what is now so, and of what is so no longer."""

STANCES = {
    Stance.ACCEPTS: ("accepts", "accepted"),
    Stance.RESERVES: ("reserves its position on", "reserved its position"),
    Stance.OPPOSES: ("opposes", "opposed"),
    Stance.SILENT: ("is silent on", "was silent"),
}
"""What a partner does now, and what it did before."""

_STANDINGS = {
    Standing.FOUNDING: ("a founding partner", "founding partners"),
    Standing.CANDIDATE: ("a candidate", "candidates"),
    Standing.OBSERVER: ("an observer", "observers"),
}


class Words:
    """Names and values in words; `product_name` says what a code stands for."""

    def __init__(self, product_name: Callable[[str], str] | None) -> None:
        self._product_name = product_name

    # Names -----------------------------------------------------------------------------------

    def entry(self, record: Record, value: Any, siblings: Sequence[Any] = ()) -> str:
        """What an entry of a list is called."""
        match value:
            case Partner() | Position():
                return economy_name(value.economy)
            case AlignmentScore():
                return f"the score on {value.subject}"
            case CoveredProducts():
                return self._covered(value, siblings)
            case Commitment():
                return f"“{value.called}”"
            case StagingCategory():
                return f"staging category {value.name}"
            case ProductRule():
                return f"the rule for {self.goods(value.products)}"
            case StatedRate():
                of = economy_name(value.importer)
                from_ = f" from {economy_name(value.exporter)}" if value.exporter else ""
                return f"the stated rate of {of} on {self.goods(value.products)}{from_}"
            case BillOfInputs():
                of = f" of {economies(value.exporters)}" if value.exporters else ""
                return f"the bill of inputs for {self.goods(value.products)}{of}"
            case Option():
                return f"option {value.name}"
            case InputShare():
                return f"the input {self.goods((value.product,))}"
            case Bracket():
                return f"the bracket “{cut(value.text)}”"
            case Clock():
                return f"“{value.what}”"
            case Trigger():
                return f"the trigger on {value.figure.replace('_', ' ')}"
        what = re.sub("^(an?|the) ", "", record.name)
        field = record.fields[0]
        name = getattr(value, field.name)
        name = f"“{cut(name)}”" if isinstance(name, str) else self.value(field.kind, name)
        return f"the {what} {name}"

    def bill(self, value: BillOfInputs) -> str:
        """What a bill of inputs holds, in short."""
        count = len(value.inputs)
        if not count:
            return "no inputs yet"
        total = percent(sum(item.cost_share for item in value.inputs))
        if count == 1:
            return f"{self.goods((value.inputs[0].product,))}, {total} of value"
        largest = max(value.inputs, key=lambda item: item.cost_share)
        name, share = self.goods((largest.product,)), percent(largest.cost_share)
        return f"{count} inputs, {total} of value, most of it {name} with {share}"

    def _covered(self, value: CoveredProducts, siblings: Sequence[Any]) -> str:
        name = f"{value.stage.value} products"
        alike = [s for s in siblings if isinstance(s, CoveredProducts) and s.stage is value.stage]
        if len(alike) < 2:
            return name
        if value.product_list:
            return f"{name} of the list {value.product_list}"
        return f"{name} {self.goods(value.products)}" if value.products else name

    def goods(self, ranges: Sequence[HSRange]) -> str:
        """Codes; one alone with its name where that is known."""
        if len(ranges) == 1:
            (item,) = ranges
            named = ""
            if self._product_name is not None and item.first == item.last:
                named = self._product_name(item.first)
            return f"{named} ({item})" if named else str(item)
        return listed([str(item) for item in ranges])

    def field(self, record: Record, field: Field) -> str:
        """What a key is called in a sentence."""
        own = _FIELD_WORDS.get((record.type, field.key))
        return own or _FIELD_WORDS.get((None, field.key)) or field.key.replace("_", " ")

    def partner(self, partner: Partner) -> str:
        """As what a partner takes part: "a founding partner and producer"."""
        standing, _ = _STANDINGS[partner.standing]
        if partner.role.value == "both":
            return f"{standing}, both producer and consumer"
        return f"{standing} and {partner.role.value}"

    def standing(self, standing: Standing) -> str:
        """A standing as what a partner is: "a candidate"."""
        return _STANDINGS[standing][0]

    # Values ----------------------------------------------------------------------------------

    def value(self, kind: Kind, value: Any) -> str:
        """A value as a sentence says it."""
        if value is None or value == "" or value == ():
            return "nothing"
        match kind:
            case Number():
                return number(kind, value)
            case Integer():
                return str(value) if kind.unit == "year" else _count(value, kind.unit)
            case Flag():
                return "yes" if value else "no"
            case Choice():
                return choice(value)
            case Economy():
                return economy_name(value)
            case Codes():
                return self.goods((value,))
            case OneCode():
                return dotted(value)
            case RuleTree():
                return f"“{cut(treaty_text(value))}”"
            case Many():
                return listed([self.value(kind.item, item) for item in value])
            case Shares():
                return listed(
                    [f"{self.value(kind.of, name)} {percent(share)}" for name, share in value]
                )
            case Part():
                return self._record(kind.record, value)
            case Wrapped():
                return self.value(kind.kind, getattr(value, kind.attribute))
            case Marker() | Changes():
                return "set"
        return quoted(str(value))

    def _record(self, record: Record, value: Any) -> str:
        return self.says(record, value, record.fields)

    def says(self, record: Record, value: Any, fields: Iterable[Field]) -> str:
        """What a record says under some of its keys, where it is not what goes without saying."""
        defaults = record.defaults
        return ", ".join(
            f"{self.field(record, field)} {self.value(field.kind, item)}"
            for field in fields
            if (item := getattr(value, field.name)) != defaults.get(field.name)
        )


def choice(value: str) -> str:
    """A word of a closed list: "shall-endeavour" is "shall endeavour"."""
    return _HYPHENATED.get(value, str(value).replace("-", " "))


def economies(codes: Iterable[str]) -> str:
    """Economies by name."""
    return listed([economy_name(code) for code in codes])


def quoted(text: str) -> str:
    """A text in quotation marks; a single short word as it is."""
    return text if re.fullmatch(r"\w{1,12}", text) else f"“{cut(text)}”"


def _count(value: int, unit: str) -> str:
    return f"{value:,} {unit.removesuffix('s') if value == 1 else unit}".strip()


def number(kind: Number, value: float) -> str:
    """A number with its unit: fractions as per cent, money as USD."""
    if kind.unit.startswith("USD"):
        return f"USD {_plain(value)}"
    return percent(value) if _FRACTION.search(kind.unit) else _plain(value)


def percent(share: float) -> str:
    """A fraction as per cent, with the digits it has and no more."""
    return f"{_plain(round(share * 100, 10))} %"


def _plain(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.12g}" if abs(value) < 1e6 else f"{value:,.2f}"


def moves(before: Any, after: Any) -> str:
    """The verb for a number that changes."""
    return "rises" if after > before else "falls"


def listed(names: Iterable[str], shown: int = _SHOWN) -> str:
    """Names in a sentence; a long list by its first ones and how many more."""
    names = list(names)
    if len(names) > shown + 1:
        return f"{', '.join(names[:shown])} and {len(names) - shown} more"
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def cut(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """A text on one line, the end of a long one left out."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}…"


def capital(text: str) -> str:
    """With a capital letter at the start."""
    return text[:1].upper() + text[1:]


def reworded(before: str, after: str) -> str:
    """What became of the words of a text: "“shall” becomes “may”", or both in full."""
    old, new = before.split(), after.split()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    parts: list[str] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        was, now = cut(" ".join(old[i1:i2])), cut(" ".join(new[j1:j2]))
        if tag == "replace":
            parts.append(f"“{was}” becomes “{now}”")
        elif tag != "equal":
            parts.append(f"“{was}” goes" if was else f"“{now}” is added")
    if not parts:
        return "only its spacing changes"
    if len(parts) > _MOST_FRAGMENTS or matcher.ratio() < 0.5:
        return f"“{cut(before)}” becomes “{cut(after)}”"
    return listed(parts)
