"""Remarks on conclusions that one assumption can turn around."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.analysis.results import Finding, Level

if TYPE_CHECKING:
    from workbench.analysis.conclusions import Conclusion
    from workbench.analysis.uncertainty import Assumption

FRAGILE_SHARE = 0.5
"""A conclusion that turns within this part of an assumption's range is fragile."""


def flips(
    conclusions: tuple[Conclusion, ...], assumptions: tuple[Assumption, ...]
) -> Iterator[Finding]:
    """One remark a conclusion, with the assumption or else the year that turns it first."""
    from workbench.analysis.conclusions import flip_text

    titles = {a.name: a for a in assumptions}
    for conclusion in conclusions:
        text = conclusion.text[0].upper() + conclusion.text[1:]
        # Triggers are numbered; one row of the table is for all of them.
        kind = conclusion.name.rstrip("0123456789").rstrip("-")
        if not conclusion.flips and conclusion.otherwise:
            yield Finding(
                f"flips-{kind}",
                Level.NOTE,
                "parameters",
                f"{text}, but not so {' or '.join(conclusion.otherwise)}.",
                ((conclusion.figure, conclusion.value),),
                about=f"parameters {conclusion.name}",
            )
        if not conclusion.flips:
            continue
        nearest = conclusion.flips[0]
        fragile = nearest.share_of_range <= FRAGILE_SHARE
        yield Finding(
            f"flips-{kind}",
            Level.WARNING if fragile else Level.NOTE,
            "parameters",
            f"{text}, but no longer once {flip_text(titles[nearest.assumption], nearest)}, "
            f"{nearest.share_of_range:.0%} of the way to the end of its range.",
            ((conclusion.figure, conclusion.value), (nearest.assumption, nearest.value)),
            about=f"parameters {conclusion.name}",
        )
