"""Remarks on the red lines of the file's owner; they stay in the window."""

from collections.abc import Iterator

from workbench.analysis.red_lines import line_in_words, line_states
from workbench.analysis.results import Evaluation, Finding, Level
from workbench.model.economies import economy_name
from workbench.model.red_lines import RedLine


def crossed(evaluation: Evaluation, lines: tuple[RedLine, ...]) -> Iterator[Finding]:
    """A finding for each red line that is crossed."""
    for state in line_states(evaluation, lines):
        if state.crossed:
            words = line_in_words(state.line)
            yield Finding(
                "red-line",
                Level.ERROR,
                state.where,
                f"Red line of {economy_name(state.line.partner)}: {words}, but {state.found}.",
                about=f"{state.line.partner} {words}",
            )
