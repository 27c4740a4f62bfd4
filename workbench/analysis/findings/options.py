"""Remarks on options: what they state as the base text has it anyway."""

from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement, Edit
from workbench.model.option_edits import unchanging, with_option


def idle(agreement: Agreement) -> Iterator[Finding]:
    """Options that change nothing, and sections they state as the base text does."""
    for n, option in enumerate(agreement.options):
        same = unchanging(agreement, option)
        if same:
            words = ", ".join(section.replace("_", " ").replace(".", ": ") for section in same)
            yield Finding(
                "option-repeats-base",
                Level.WARNING,
                f"options[{n}]",
                f"Option {option.name} states {words} as the base text has it, so it would not "
                "follow the base text when that is edited.",
                (("sections", float(len(same))),),
                fix=Fix("Let the option follow the base text", _without(option.name, same)),
            )
        elif not option.changes:
            yield Finding(
                "option-without-changes",
                Level.NOTE,
                f"options[{n}]",
                f"Option {option.name} changes nothing yet. Show it and edit its text.",
                fix=Fix(f"Delete option {option.name}", _deleted(option.name)),
            )


def _without(name: str, sections: tuple[str, ...]) -> Edit:
    def edit(agreement: Agreement) -> Agreement:
        option = agreement.option(name)
        kept = tuple(change for change in option.changes if change[0] not in sections)
        return with_option(agreement, name, replace(option, changes=kept))

    return edit


def _deleted(name: str) -> Edit:
    return lambda agreement: with_option(agreement, name, None)
