"""What was read of a text as plain data, and texts from a file."""

from pathlib import Path
from typing import Any

from workbench.definitions.nodes import MAX_BYTES, decode
from workbench.definitions.treaty_text import Reading, Style, treaty_text
from workbench.definitions.writer import rule_data
from workbench.errors import DefinitionError, Problem


def reading_data(found: Reading, style: Style = Style.US) -> dict[str, Any]:
    """A reading, ready for JSON: the rule, its normalised text, status and remainder."""
    goods = None
    if found.goods is not None:
        goods = {"codes": [str(code) for code in found.goods.codes], "words": found.goods.words}
    return {
        "rule": None if found.rule is None else rule_data(found.rule),
        "text": "" if found.rule is None else treaty_text(found.rule, style),
        "status": str(found.status),
        "left_over": found.left_over,
        "goods": goods,
        "notes": list(found.notes),
    }


def read_lines(path: Path) -> list[str]:
    """The lines of a text file that hold anything.

    Raises:
        DefinitionError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError:
        problem = Problem(str(path), 0, "", "the file cannot be read", "check its name and rights")
        raise DefinitionError.of((problem,)) from None
    return [line for line in decode(raw, str(path)).splitlines() if line.strip()]
