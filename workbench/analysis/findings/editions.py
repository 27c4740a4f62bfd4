"""Remarks on codes: those of another edition, and those that a later edition changed."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import HSEdition, HSRange, dotted
from workbench.model.origin import (
    Criterion,
    InputsOriginate,
    MaxNonOriginating,
    OnlyGoods,
    RegionalValueContent,
    TariffShift,
    criteria,
)
from workbench.tradedata.editions import CodeHistory

_SHOWN = 4
_SUBHEADING = 6
_AS_THEY_ARE = ("options", "listed")
_DATA = "bills_of_inputs"
"""What goods are made of is data; its codes follow when the data does."""

Recoding = dict[str, tuple[str, ...]]


def unknown(agreement: Agreement, history: CodeHistory) -> Iterator[Finding]:
    """Codes that the agreement's edition does not have, and what stands in their place."""
    edition = _year(agreement.nomenclature)
    for where, ranges in _ranges(agreement):
        ends = dict.fromkeys(code for item in ranges for code in (item.first, item.last))
        wrong = [code for code in ends if not history.has(code, edition)]
        if not wrong:
            continue
        now: Recoding = {}
        told = []
        for code in wrong:
            found = history.origins(code, edition)
            if found is not None:
                other, now[code] = found
                told.append(
                    f"HS{other} has {dotted(code)}, which is {_listed(now[code])} in "
                    f"{agreement.nomenclature}"
                )
        verb, it = ("is not a code", "it") if len(wrong) == 1 else ("are not codes", "them")
        text = (
            f"{', '.join(dotted(code) for code in wrong)} {verb} of {agreement.nomenclature}, so "
            f"nothing is found under {it}. "
        )
        text += f"{_few(told)}." if told else "Take the code that edition has, or state another."
        yield Finding(
            "code-of-another-edition",
            Level.WARNING,
            where,
            text,
            (("codes", float(len(wrong))),),
            fix=(
                _recoding(agreement, now, agreement.nomenclature)
                if len(now) == len(wrong)
                else None
            ),
        )


def changed(agreement: Agreement, history: CodeHistory) -> Iterator[Finding]:
    """Codes that a later edition changed: the text will have to follow."""
    edition = _year(agreement.nomenclature)
    latest = history.latest(edition)
    if latest is None:
        return
    reviewed = agreement.institutions.review_every_years is not None
    listed = history.became[edition, latest]
    places = [(where, _changes(ranges, listed)) for where, ranges in _ranges(agreement)]
    now = {i.first: codes for _, found in places for i, codes in found if _is_subheading(i)}
    places = [(where, found) for where, found in places if not where.startswith(_DATA)]
    # Where parts have left something wider, somebody has to decide.
    whole = all(_is_subheading(item) for _, found in places for item, _ in found)
    known = f"HS{latest}" in HSEdition.__members__
    for where, changes in places:
        if not changes:
            continue
        told = _few([_told(item, codes) for item, codes in changes])
        clause = (
            f"The review every {agreement.institutions.review_every_years} years can move the text."
            if reviewed
            else "No review clause would move the text."
        )
        yield Finding(
            "code-changed-since",
            Level.NOTE if reviewed else Level.WARNING,
            where,
            f"The text is in {agreement.nomenclature}; in HS{latest} {told}. {clause}",
            (("codes", float(len(changes))),),
            fix=_recoding(agreement, now, HSEdition(f"HS{latest}")) if whole and known else None,
        )


def _changes(
    ranges: tuple[HSRange, ...], listed: Mapping[str, tuple[str, ...]]
) -> list[tuple[HSRange, tuple[str, ...]]]:
    """Codes and ranges that are something else in the later edition, and what.

    Of a range, or of what is wider than a subheading, only what has left it counts.
    """
    found = []
    for item in dict.fromkeys(ranges):
        if item.level > _SUBHEADING:
            now = {new for old in (item.first, item.last) for new in listed.get(old[:6], ())}
        elif _is_subheading(item):
            now = set(listed.get(item.first, ()))
        else:
            left = (new for old in listed if item.contains(old) for new in listed[old])
            now = {new[: max(item.level, 4)] for new in left if not item.contains(new)}
        if now:
            found.append((item, tuple(sorted(now))))
    return found


def _is_subheading(item: HSRange) -> bool:
    return item.level == _SUBHEADING and item.first == item.last


def _told(item: HSRange, now: tuple[str, ...]) -> str:
    if item.level < _SUBHEADING or item.first != item.last:
        return f"parts of {item} are in {_listed(now)}"
    return f"{item} is {_listed(now)}"


def _listed(codes: tuple[str, ...]) -> str:
    return _few([dotted(code) for code in codes], ", ", " and ")


def _few(items: list[str], between: str = "; ", last: str = "; and ") -> str:
    """A few items in a sentence, and how many more."""
    if len(items) > _SHOWN:
        return f"{between.join(items[:_SHOWN])}{last}{len(items) - _SHOWN} more"
    return last.join([between.join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]


def _year(edition: HSEdition) -> int:
    return int(edition.value.removeprefix("HS"))


# The fix -------------------------------------------------------------------------------------


def _recoding(agreement: Agreement, now: Recoding, edition: HSEdition) -> Fix | None:
    """Put other codes in the place of these, everywhere; None where that cannot be done."""
    changed = _recoded(agreement, now)
    if changed is None:
        return None
    if edition is not agreement.nomenclature:
        text = f"Move the text to {edition}"
    elif len(now) == 1:
        ((code, found),) = now.items()
        text = f"Take {_listed(found)} for {dotted(code)}"
    else:
        text = f"Take the codes of {edition}"

    def edit(text: Agreement) -> Agreement:
        made = _recoded(text, now)
        return text if made is None else replace(made, nomenclature=edition)

    return Fix(text, edit)


def _recoded(value: Any, now: Recoding) -> Any | None:
    """A value with codes replaced; None where one code cannot become what it is now.

    Options and shared product lists keep theirs; a range that begins or ends with a code cannot
    change.
    """
    if isinstance(value, HSRange):
        found = _in_place(value, now)
        return None if found is None or len(found) != 1 else found[0]
    if isinstance(value, tuple):
        made: list[Any] = []
        for item in value:
            many = _in_place(item, now) if isinstance(item, HSRange) else (_recoded(item, now),)
            if many is None or None in many:
                return None
            made += [new for new in many if not (isinstance(new, HSRange) and new in made)]
        return tuple(made)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for part in fields(value):
            before = getattr(value, part.name)
            if before is None or part.name in _AS_THEY_ARE:
                continue
            after = _recoded(before, now)
            if after is None:
                return None
            if after != before:
                changes[part.name] = after
        return replace(value, **changes) if changes else value
    return value


def _in_place(item: HSRange, now: Recoding) -> tuple[HSRange, ...] | None:
    if item.first == item.last and item.first in now:
        return tuple(HSRange(code, code) for code in now[item.first])
    return None if item.first in now or item.last in now else (item,)


# Where codes stand ---------------------------------------------------------------------------


def _ranges(agreement: Agreement) -> Iterator[tuple[str, tuple[HSRange, ...]]]:
    """Every list of codes, with its place."""
    for n, entry in enumerate(agreement.coverage.entries):
        yield f"coverage[{n}]", (*entry.products, *entry.exceptions)
    for n, rule in enumerate(agreement.origin.product_rules):
        inputs = tuple(item for part in criteria(rule.rule) for item in _codes_in(part))
        yield f"origin.product_rules[{n}]", (*rule.products, *rule.exceptions, *inputs)
    inputs = tuple(
        item for part in criteria(agreement.origin.default_rule) for item in _codes_in(part)
    )
    yield "origin.default_rule", inputs
    for n, bill in enumerate(agreement.bills_of_inputs):
        yield f"bills_of_inputs[{n}]", (*bill.products, *(part.product for part in bill.inputs))
    for n, rate in enumerate(agreement.tariffs):
        yield f"tariffs[{n}]", rate.products
    for n, incentive in enumerate(agreement.incentives):
        yield f"incentives[{n}]", incentive.products


def _codes_in(criterion: Criterion) -> tuple[HSRange, ...]:
    """Codes that a criterion names."""
    match criterion:
        case RegionalValueContent() | MaxNonOriginating() | InputsOriginate():
            return criterion.inputs
        case TariffShift():
            listed = (*criterion.also, *criterion.except_some)
            own = (*criterion.exceptions, *criterion.group)
            return (*own, *(item for part in listed for item in part.codes))
        case OnlyGoods():
            return criterion.codes
    return ()
