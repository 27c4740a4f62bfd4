"""Files that hold nothing to import: what they are, and what to do instead, in a sentence each."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.tradedata.ingest.code_lists import listed_in
from workbench.tradedata.ingest.collected import Collected
from workbench.tradedata.ingest.source import Part


@dataclass
class Companion:
    """Knows one such file."""

    why: str
    test: Callable[[Part], bool]
    kind: str = "companion"

    def recognise(self, part: Part) -> str | None:
        """The sentence, where the file is one of these."""
        return self.why if self.test(part) else None

    def read(self, part: Part, into: Collected) -> None:
        """Nothing is read of it."""


COMPANIONS = (
    Companion(
        "it lists the codes of the figures beside it in the archive, which the program knows; "
        "unpack it to import the list itself",
        lambda part: bool(part.member) and listed_in(part) is not None,
    ),
    Companion(
        "it is an archive of the form tar, which is not read; unpack it and give the tables that "
        "are in it, for texts cannot be imported",
        lambda part: part.start[257:262] == b"ustar",
    ),
)
