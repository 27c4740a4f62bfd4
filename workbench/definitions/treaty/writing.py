"""Rules to treaty wording, in American and in European style.

The wording is read back the same by `reading`. What a treaty would not say, such as the share
of producers who carry out a process, stands in square brackets. `strict` wording puts free words
in quotes and parts in brackets, for rules whose own words would be taken for something else.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from workbench.definitions.treaty.cleaning import in_quotes
from workbench.definitions.treaty.criteria import condition_about
from workbench.model.economies import economy_name
from workbench.model.nomenclature import HSRange, dotted
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    ConditionAbout,
    Criterion,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)


class Style(StrEnum):
    """Whose wording a rule is written in."""

    US = "us"
    EU = "eu"


_METHOD = {
    RvcMethod.BUILD_DOWN: "build-down",
    RvcMethod.BUILD_UP: "build-up",
    RvcMethod.NET_COST: "net cost",
    RvcMethod.FOCUSED: "focused value",
    RvcMethod.TRANSACTION: "transaction value",
}
_LEVEL = {
    ShiftFrom.CHAPTER: "chapter",
    ShiftFrom.HEADING: "heading",
    ShiftFrom.SUBHEADING: "subheading",
    ShiftFrom.ANY_OTHER_PRODUCT: "product",
}
_SHORT = {ShiftFrom.CHAPTER: "CC", ShiftFrom.HEADING: "CTH", ShiftFrom.SUBHEADING: "CTSH"}
_MEASURE = {measure: measure.value.replace("-", " ") for measure in Measure}
_BASIS = {
    "ex-works": "the ex-works price of the good",
    "fob": "the FOB value of the good",
    "transaction": "the transaction value of the good",
    "adjusted": "the adjusted value of the good",
    "customs value": "the customs value of the good",
    "net cost": "the net cost of the good",
    "materials": "the value of all the materials used",
    "value": "the value of the good",
}
_SHORT_BASIS = {"ex-works": "EXW", "fob": "FOB"}
_ABOUT = {
    ConditionAbout.END_USE: "end use",
    ConditionAbout.OTHER: "other matters",
}
_WHEN = re.compile(r"(?:when|if|where|unless) \S.*", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z](?:[\w ,'()/%-]*[\w)%])?", re.ASCII)


def written(rule: Rule, style: Style, strict: bool = False) -> str:
    """A rule in the words of a style."""
    return _Writer(style, strict).rule(rule)


class _Writer:
    """Writes rules; `strict` quotes free words and brackets every part."""

    def __init__(self, style: Style, strict: bool) -> None:
        self._style = style
        self._strict = strict
        self._eu = style is Style.EU

    def rule(self, rule: Rule) -> str:
        """A rule and everything in it."""
        if not isinstance(rule, AllOf | AnyOf):
            return self.criterion(rule)
        which = "all" if isinstance(rule, AllOf) else "any"
        if not rule.rules:
            return f"{which} of the following: rules to be named"
        if len(rule.rules) == 1:
            return f"{which} of the following: ({self.rule(rule.rules[0])})"
        word = "; and " if isinstance(rule, AllOf) else "; or "
        return word.join(self._part(part) for part in rule.rules)

    def _part(self, rule: Rule) -> str:
        text = self.rule(rule)
        return f"({text})" if self._strict or isinstance(rule, AllOf | AnyOf) else text

    def criterion(self, rule: Criterion) -> str:
        """One criterion."""
        match rule:
            case AnyGood():
                return (
                    "Production from non-originating materials of any heading"
                    if self._eu
                    else "any good of a Party"
                )
            case WhollyObtained():
                return (
                    "Production in which all the materials used are wholly obtained"
                    if self._eu
                    else "wholly obtained or produced entirely in the territory of one or more of "
                    "the Parties"
                )
            case RegionalValueContent():
                return self._content(rule)
            case MaxNonOriginating():
                return self._limit(rule)
            case TariffShift():
                return self._shift(rule)
            case InputsOriginate():
                return self._inputs(rule)
            case EconomyCap(economies, at_most):
                return f"{_of(economies)} not exceeding {self._pct(at_most)} of the value"
            case RemainderCap(at_least, economies, at_most):
                return (
                    f"a regional value content of not less than {self._pct(at_least)} and "
                    f"{_of(economies)} not exceeding {self._pct(at_most)} of the remainder"
                )
            case SpecificProcess(name, performed):
                place = "in the territory of one or more of the Parties"
                return f"{self._free(name)} {place}{self._performed(performed)}"
            case LabourValueContent(at_least, wage, performed):
                at = "" if wage is None else f" at USD {_number(wage)} or more an hour"
                text = f"a labour value content of not less than {self._pct(at_least)}{at}"
                return text + self._performed(performed)
            case OnlyGoods(codes, words):
                if not codes and not words:
                    return "only for goods to be named"
                return f"only for {self._named(codes, words)}"
            case Period():
                return self._period(rule)
            case Condition(text, about, performed):
                known = condition_about(text) is about and not self._strict
                word = _ABOUT.get(about, about.value)
                lead = "" if known else f"as to {word}, "
                return f"provided that {lead}{self._free(text)}{self._performed(performed)}"

    def _content(self, rule: RegionalValueContent) -> str:
        basis = f" of {self._basis(rule.basis)}" if rule.basis else ""
        method = _METHOD[rule.method]
        if self._eu:
            text = f"RVC of at least {self._pct(rule.at_least)}{basis} ({method})"
        else:
            text = (
                f"a regional value content of not less than {self._pct(rule.at_least)}{basis} "
                f"under the {method} method"
            )
        if rule.inputs or rule.words:
            named = self._named(rule.inputs, rule.words, "materials")
            text += f", taking into account only the non-originating {named}"
        if rule.materials_share is not None:
            text += f" [materials {self._pct(rule.materials_share)} of value]"
        if rule.net_cost_share is not None:
            text += f" [net cost {self._pct(rule.net_cost_share)} of value]"
        return text

    def _limit(self, rule: MaxNonOriginating) -> str:
        share = self._pct(rule.at_most)
        note = ""
        if rule.basis_share != 1:
            note = f" [basis {self._pct(rule.basis_share)} of value]"
        named = rule.inputs or rule.words
        if self._eu and not named and rule.measure is Measure.VALUE and rule.basis in _SHORT_BASIS:
            return f"MaxNOM {share} ({_SHORT_BASIS[rule.basis]}){note}"
        what = self._named(rule.inputs, rule.words, "materials") if named else "materials"
        measure = _MEASURE[rule.measure]
        basis = (
            f"the {'volume' if 'volume' in measure else 'weight'} of the good"
            if rule.basis == "good"
            else self._basis(rule.basis)
        )
        return (
            f"the {measure} of the non-originating {what} used does not exceed {share} of "
            f"{basis}{note}"
        )

    def _shift(self, rule: TariffShift) -> str:
        text = self._eu_shift(rule) if self._eu else ""
        if not text:
            sources = [] if rule.level is ShiftFrom.LISTED else [f"any other {_LEVEL[rule.level]}"]
            if sources:
                sources[0] += self._outside(rule)
            sources += [self._materials(some) for some in rule.also]
            text = "a change from " + (" or from ".join(sources) or "materials to be named")
            if not sources or rule.level is ShiftFrom.LISTED:
                text += self._outside(rule)
            text += self._exceptions(rule.exceptions)
        for some in rule.except_some:
            if some.when and some == Materials(when=some.when) and not self._strict:
                text += f", except{self._when(some.when)}"
            else:
                text += f", except from {self._materials(some, told_apart=True)}"
        if rule.de_minimis is not None:
            text += f", save for {self._pct(rule.de_minimis)} of the value"
        return text

    def _eu_shift(self, rule: TariffShift) -> str:
        """The European words for what they can say; "" for the rest."""
        qualified = any(some.goods or some.goods_words or some.when for some in rule.also)
        if rule.level is ShiftFrom.LISTED:
            if qualified or not rule.also or rule.outside_group or rule.group or rule.exceptions:
                return ""
            return "Production from non-originating " + " or ".join(
                self._named(some.codes, some.words, "materials") for some in rule.also
            )
        if rule.level is ShiftFrom.ANY_OTHER_PRODUCT or rule.also or rule.group:
            return ""
        if rule.outside_group:
            text = _SHORT[rule.level] + self._outside(rule)
            return text + self._exceptions(rule.exceptions)
        level = _LEVEL[rule.level]
        text = (
            f"Production from non-originating materials of any {level}, except that of the product"
        )
        return text + (f" and of {_codes(rule.exceptions)}" if rule.exceptions else "")

    def _outside(self, rule: TariffShift) -> str:
        if not rule.outside_group:
            return f" within the group of {_codes(rule.group)}" if rule.group else ""
        return (
            f" outside the group of {_codes(rule.group)}" if rule.group else " outside that group"
        )

    def _exceptions(self, codes: tuple[HSRange, ...]) -> str:
        return f", except from {_codes(codes)}" if codes else ""

    def _materials(self, some: Materials, told_apart: bool = False) -> str:
        """Materials of a shift; `told_apart` where codes alone would mean something else."""
        alone = some == Materials(some.codes)
        if alone and (told_apart or not some.codes):
            text = in_quotes("") + (f" of {_codes(some.codes)}" if some.codes else "")
        else:
            text = self._named(some.codes, some.words)
        if some.goods or some.goods_words:
            text += f" for a change to {self._named(some.goods, some.goods_words)}"
        return text + self._when(some.when)

    def _when(self, when: str) -> str:
        if not when:
            return ""
        if _WHEN.fullmatch(when) and _PLAIN.fullmatch(when) and not self._strict:
            return f" {when}"
        return f" when {in_quotes(when)}"

    def _inputs(self, rule: InputsOriginate) -> str:
        state = "wholly obtained" if rule.wholly_obtained else "originating"
        if rule.inputs or rule.words:
            what = self._named(rule.inputs, rule.words, "materials")
        else:
            what = "materials to be named"
        if rule.at_least == 1 and rule.measure is Measure.VALUE:
            text = f"all the {what} used are {state}" if self._eu else f"{what} are {state}"
        else:
            share, measure = self._pct(rule.at_least), _MEASURE[rule.measure]
            text = f"not less than {share} by {measure} of the {what} are {state}"
        if self._eu:
            text = f"Production in which {text}"
        if rule.tolerance:
            text += f", save for {self._pct(rule.tolerance)} of the value"
        return text

    def _period(self, rule: Period) -> str:
        if not rule.first and not rule.last:
            return "in force at any time"
        first = f" from {self._date(rule.first)}" if rule.first else ""
        last = f" until {self._date(rule.last)}" if rule.last else ""
        return f"in force{first}{last}"

    def _date(self, day: str) -> str:
        return day if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII) else in_quotes(day)

    def _performed(self, share: float | None) -> str:
        return "" if share is None else f" [carried out by {self._pct(share)} of producers]"

    def _basis(self, basis: str) -> str:
        return _BASIS.get(basis) or in_quotes(basis)

    def _named(self, codes: tuple[HSRange, ...], words: str, generic: str = "") -> str:
        if not codes:
            return self._free(words)
        said = self._free(words) if words else generic
        return f"{said} of {_codes(codes)}" if said else _codes(codes)

    def _free(self, text: str) -> str:
        """Words of the rule's own, in quotes where they need it."""
        return text if _PLAIN.fullmatch(text) and not self._strict else in_quotes(text)

    def _pct(self, share: float) -> str:
        number = _number(Decimal(repr(share)).scaleb(2))
        return f"{number} %" if self._eu else f"{number} per cent"


def _number(value: float | Decimal) -> str:
    """A number in digits, exactly."""
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of(economies: tuple[str, ...]) -> str:
    if not economies:
        return "content of economies to be named"
    return f"content of {_listed([economy_name(code) for code in economies])}"


def _codes(ranges: tuple[HSRange, ...]) -> str:
    """Codes as treaties list them: "heading 8501 through 8503 and subheading 8504.10"."""
    return _listed([_one(item) for item in ranges])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _one(item: HSRange) -> str:
    level = {2: "Chapter", 4: "heading"}.get(item.level, "subheading")
    first, last = (_code(code) for code in (item.first, item.last))
    return f"{level} {first}" if first == last else f"{level} {first} through {last}"


def _code(digits: str) -> str:
    return dotted(digits).lstrip("0") if len(digits) == 2 else dotted(digits)
