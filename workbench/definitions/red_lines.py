"""Red lines as a file of their own beside the agreement's, which no export and no command reads.

Why apart: an agreement's file goes round the table. `club.yaml` has its lines in
`club.private.yaml`, which only its owner may read.
"""

from dataclasses import dataclass
from pathlib import Path

from workbench.definitions.conversion import convert_file
from workbench.definitions.fields import (
    CODES,
    NEGOTIATOR,
    NOTES,
    TEXT,
    Choice,
    Field,
    Many,
    Number,
    Part,
    Record,
)
from workbench.definitions.private_files import write_private
from workbench.definitions.writer import record_text
from workbench.errors import DefinitionError, Problem
from workbench.model.red_lines import Bound, LineOn, RedLine

_HEAD = "# Private: red lines, kept apart from the agreement. Do not send this file round.\n"


@dataclass(frozen=True, slots=True)
class RedLines:
    """What the file holds."""

    red_lines: tuple[RedLine, ...] = ()


RED_LINES = Record(
    RedLines,
    "a file of red lines",
    (
        Field(
            "red_lines",
            Many(
                Part(
                    Record(
                        RedLine,
                        "a red line",
                        (
                            Field("partner", NEGOTIATOR, "Whose line it is."),
                            Field("on", Choice(LineOn), "What it is drawn on."),
                            Field("bound", Choice(Bound), "Which way it must not be crossed."),
                            Field(
                                "value",
                                Number("fraction or USD", -1e15, 1e15),
                                "Where it is drawn; products have none.",
                            ),
                            Field("products", CODES, "Products it is for; all if left out."),
                            Field("figure", TEXT, "Name of a total, such as exposure."),
                            NOTES,
                        ),
                        short=True,
                    )
                )
            ),
            "The lines.",
        ),
    ),
)


def private_path(path: Path) -> Path:
    """Where the red lines of an agreement's file lie."""
    return path.with_name(f"{path.stem}.private.yaml")


def read_red_lines(path: Path) -> tuple[RedLine, ...]:
    """The red lines beside an agreement's file; none where there is no such file.

    Raises:
        DefinitionError: the file of red lines is not what it should be.
    """
    beside = private_path(path)
    if not beside.exists():
        return ()
    converter, value, _ = convert_file(beside, RED_LINES)
    if converter.problems:
        raise DefinitionError.of(converter.all_problems())
    found: RedLines = value
    return found.red_lines


def write_red_lines(path: Path, lines: tuple[RedLine, ...]) -> None:
    """Keep the red lines beside an agreement's file; without any, their file goes.

    Raises:
        DefinitionError: it cannot be written; it is then untouched.
    """
    beside = private_path(path)
    try:
        if lines:
            write_private(beside, (_HEAD + record_text(RED_LINES, RedLines(lines))).encode())
        else:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = f"the red lines are not saved, the disk refused it ({reason})"
        raise DefinitionError.of(
            (Problem(str(beside), 0, "", what, "free some space, or check the folder"),)
        ) from None
