"""Every exception the engine raises on purpose.

Each message says what is wrong, where, and what to do. Anything else that is raised is a bug.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, what, and what to do.

    `line` counts from 1; 0 is the file as a whole. `key` is the place in the file's own words,
    such as "coverage[0].staging".
    """

    file: str
    line: int
    key: str
    text: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.text}; {self.fix}" if self.fix else f"{where}: {self.text}"


class WorkbenchError(Exception):
    """Something a user can act on."""


class DefinitionError(WorkbenchError):
    """A file, or a value in it, that is not what it should be.

    `problems` holds each thing wrong where a file was read; the message is all of them, a line
    each.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> "DefinitionError":
        """The error that says all of these."""
        return cls("\n".join(str(problem) for problem in problems), problems)


class TradeDataError(WorkbenchError):
    """The trade database is absent, unreadable, or does not hold what was asked for."""


class Cancelled(WorkbenchError):
    """The user asked a long piece of work to stop."""
