"""Edits of the options of an agreement: named variants of its text.

An option holds the sections that differ from the base text, in full; what it does not change
follows the base text. Editing the text of an option changes these sections and nothing else.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from workbench.model.agreement import SHARED_SECTIONS, Agreement, Option


def with_option_text(base: Agreement, name: str, text: Agreement) -> Agreement:
    """The agreement after the text of an option was edited.

    Args:
        base: the whole agreement.
        name: of the option.
        text: `base.with_option(name)` after the edit.

    Raises:
        KeyError: there is no such option.
    """
    shown = base.with_option(name)
    for section in SHARED_SECTIONS:
        base = replace(base, **{section: getattr(text, section)})
    if all(option.name != name for option in base.options):
        return base
    option = base.option(name)
    changes = dict(option.changes)
    for section in _differing(shown, text):
        part, dot, _ = section.partition(".")
        whole = part if dot and part in changes else section
        new = _value(text, whole)
        changes = {key: value for key, value in changes.items() if not key.startswith(f"{whole}.")}
        if new == _value(base, whole):
            changes.pop(whole, None)
        else:
            changes[whole] = new
    return with_option(base, name, replace(option, changes=tuple(changes.items())))


def with_option(agreement: Agreement, name: str, option: Option | None) -> Agreement:
    """Replace or remove (None) the option of a name.

    Raises:
        KeyError: there is no such option.
    """
    old = agreement.option(name)
    kept = (option if o is old else o for o in agreement.options)
    return replace(agreement, options=tuple(o for o in kept if o is not None))


def with_new_option(agreement: Agreement, title: str = "", like: str | None = None) -> Agreement:
    """Add an option under the next free letter: the base text, or a copy of another option.

    Raises:
        KeyError: there is no option of the name `like`.
    """
    name = next_name(agreement)
    if like is None:
        return replace(agreement, options=(*agreement.options, Option(name, title)))
    copy = replace(agreement.option(like), name=name, title=title)
    return replace(agreement, options=(*agreement.options, copy))


def with_base_promoted(agreement: Agreement, name: str, title: str) -> Agreement:
    """Make an option the base text; the other options keep saying what they say.

    The base text so far stays as an option under the promoted one's name.

    Args:
        agreement: the whole agreement.
        name: of the option.
        title: of the option that keeps the base text so far.

    Raises:
        KeyError: there is no such option.
    """
    old = agreement.option(name)
    promoted = agreement.with_option(name)
    options = []
    for option in agreement.options:
        told = agreement if option is old else agreement.with_option(option.name)
        changes = tuple((section, _value(told, section)) for section in _differing(promoted, told))
        if option is old:
            options.append(Option(name, title, changes))
        else:
            options.append(replace(option, changes=changes))
    return replace(promoted, options=tuple(options))


def unchanging(agreement: Agreement, option: Option) -> tuple[str, ...]:
    """Sections that an option states as they are in the base text anyway."""
    return tuple(
        section for section, value in option.changes if _value(agreement, section) == value
    )


def next_name(agreement: Agreement) -> str:
    """The next free name for an option: the base text is A, so B, C, … Z, then B2."""
    taken = {option.name for option in agreement.options}
    letters = "BCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = [f"{letter}{number}" for number in ("", *range(2, 100)) for letter in letters]
    return next(name for name in names if name not in taken)


def _differing(one: Agreement, other: Agreement) -> Iterator[str]:
    """Sections that differ, one step into a part where it is made of several."""
    for field in fields(one):
        if field.name in SHARED_SECTIONS:
            continue
        before, after = getattr(one, field.name), getattr(other, field.name)
        if before == after:
            continue
        if is_dataclass(before) and len(fields(before)) > 1:
            for inner in fields(before):
                if getattr(before, inner.name) != getattr(after, inner.name):
                    yield f"{field.name}.{inner.name}"
        else:
            yield field.name


def _value(agreement: Agreement, section: str) -> Any:
    part, dot, inner = section.partition(".")
    value = getattr(agreement, part)
    return getattr(value, inner) if dot else value
