"""Origin rules in treaty words."""

from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

_METHOD = {
    RvcMethod.BUILD_DOWN: "under the build-down method",
    RvcMethod.BUILD_UP: "under the build-up method",
    RvcMethod.NET_COST: "under the net cost method",
    RvcMethod.FOCUSED: "under the focused value method",
    RvcMethod.TRANSACTION: "under the transaction value method",
}
_SHIFT = {
    ShiftFrom.CHAPTER: "any other chapter",
    ShiftFrom.HEADING: "any other heading",
    ShiftFrom.SUBHEADING: "any other subheading",
    ShiftFrom.ANY_OTHER_PRODUCT: "any other product",
}


def treaty_text(rule: Rule) -> str:
    """A rule as one sentence fragment, e.g. "a change from any other heading"."""
    match rule:
        case AnyGood():
            return "any good of a Party"
        case WhollyObtained():
            return "wholly obtained or produced entirely in the Parties"
        case RegionalValueContent(method, at_least, _, _, inputs):
            of = f" counting {_codes(inputs)}" if inputs else ""
            return (
                f"a regional value content of not less than {_pct(at_least)} {_METHOD[method]}{of}"
            )
        case MaxNonOriginating(at_most, basis, _):
            return f"non-originating materials not exceeding {_pct(at_most)} of the {basis} price"
        case TariffShift(level, exceptions, outside, de_minimis):
            text = f"a change from {_SHIFT[level]}"
            if outside:
                text += " outside that group"
            if exceptions:
                text += f", except from {_codes(exceptions)}"
            if de_minimis:
                text += f", save for {_pct(de_minimis)} of the value"
            return text
        case InputsOriginate(inputs, tolerance):
            text = f"materials of {_codes(inputs)} are originating"
            return f"{text}, save for {_pct(tolerance)} of the value" if tolerance else text
        case EconomyCap(economies, at_most):
            return f"content of {', '.join(economies)} not exceeding {_pct(at_most)} of the value"
        case RemainderCap(at_least, economies, at_most):
            return (
                f"a regional value content of not less than {_pct(at_least)} and content of "
                f"{', '.join(economies)} not exceeding {_pct(at_most)} of the remainder"
            )
        case SpecificProcess(name, _):
            return f"{name} in one or more of the Parties"
        case LabourValueContent(at_least, wage, _):
            at = f" at USD {wage:g} or more an hour" if wage is not None else ""
            return f"a labour value content of not less than {_pct(at_least)}{at}"
        case AllOf(rules):
            return "; and ".join(_inner(part) for part in rules)
        case AnyOf(rules):
            return "; or ".join(_inner(part) for part in rules)
    raise TypeError(f"not a rule: {rule!r}")


def _inner(rule: Rule) -> str:
    text = treaty_text(rule)
    return f"({text})" if isinstance(rule, AllOf | AnyOf) else text


def _codes(ranges: tuple[HSRange, ...]) -> str:
    return ", ".join(str(r) for r in ranges)


def _pct(share: float) -> str:
    return f"{share * 100:.6g} per cent"
