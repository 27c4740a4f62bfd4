"""How codes of one HS edition turn into another's, through the concordances of the database.

Where no concordance relates two editions directly, the shortest chain of those at hand does.
"""

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from workbench.tradedata.database import Readable
from workbench.tradedata.preferences import ranked

Part = tuple[int, float, bool]


class Conversion:
    """What each code became; codes not listed keep their number."""

    def __init__(self, listed: Sequence[tuple[int, int, float | None]]) -> None:
        """Take (from, to, weight) rows of a concordance."""
        rows: dict[int, list[tuple[int, float | None]]] = {}
        for source, target, weight in listed:
            rows.setdefault(source, []).append((target, weight))
        self.by_source: dict[int, list[Part]] = {
            source: _parts(found) for source, found in rows.items()
        }

    def targets(self, source: int) -> list[int]:
        """What a code became."""
        return [target for target, _, _ in self.shares(source)]

    def shares(self, source: int) -> list[Part]:
        """What a code became: (target, share of the figure, whether the share is a guess)."""
        return self.by_source.get(source, [(source, 1.0, False)])

    def all_targets(self) -> npt.NDArray[np.int64]:
        """Every code that some listed code became."""
        return np.unique([part[0] for parts in self.by_source.values() for part in parts]).astype(
            np.int64
        )

    def then(self, second: "Conversion") -> "Conversion":
        """This conversion, and the other after it."""
        chained = Conversion(())
        for source in self.by_source.keys() | second.by_source.keys():
            found: dict[int, tuple[float, bool]] = {}
            for middle, share, guess in self.shares(source):
                for target, part, guessed in second.shares(middle):
                    held = found.get(target, (0.0, False))
                    found[target] = (held[0] + share * part, held[1] or guess or guessed)
            chained.by_source[source] = [(t, s, g) for t, (s, g) in found.items()]
        return chained


def _parts(rows: Sequence[tuple[int, float | None]]) -> list[Part]:
    weights = [weight for _, weight in rows if weight is not None]
    if len(weights) == len(rows):
        return [(target, weight, False) for (target, _), weight in zip(rows, weights, strict=True)]
    guess = len(rows) > 1
    return [(target, 1 / len(rows), guess) for target, _ in rows]


def conversion(db: Readable, kept: int, asked: int) -> Conversion:
    """The conversion from the edition figures are kept in to the one that is asked for.

    Codes are taken to have kept their numbers where nothing relates the two editions.
    """
    if kept == asked:
        return Conversion(())
    steps = _path(db, kept, asked)
    turned = Conversion(())
    for place, (start, end) in enumerate(steps):
        step = _direct(db, start, end)
        turned = step if place == 0 else turned.then(step)
    return turned


def sources(turned: Conversion, wanted: Iterable[int]) -> list[int]:
    """Codes of the kept edition that may have become one of `wanted`."""
    codes = set(wanted)
    unchanged = codes - turned.by_source.keys()
    changed = {
        source
        for source, parts in turned.by_source.items()
        if any(target in codes for target, _, _ in parts)
    }
    return sorted(unchanged | changed)


def _direct(db: Readable, start: int, end: int) -> Conversion:
    """The preferred concordance between two editions."""
    held = {
        dataset
        for (dataset,) in db.rows(
            "SELECT DISTINCT dataset FROM concordances WHERE from_edition = ? AND to_edition = ?",
            [start, end],
        )
    }
    order = [entry.id for entry in ranked(db, "concordances") if entry.id in held]
    return Conversion(
        db.rows(
            "SELECT from_code, to_code, weight FROM concordances "
            "WHERE dataset = ? AND from_edition = ? AND to_edition = ?",
            [order[0] if order else min(held), start, end],
        )
    )


def _path(db: Readable, kept: int, asked: int) -> list[tuple[int, int]]:
    """The fewest steps between editions that concordances know; none where there is no way."""
    pairs = db.rows("SELECT DISTINCT from_edition, to_edition FROM concordances")
    if (kept, asked) in pairs:
        return [(kept, asked)]
    before: dict[int, int | None] = {kept: None}
    waiting = deque([kept])
    while waiting and asked not in before:
        edition = waiting.popleft()
        for start, end in sorted(pairs):
            if start == edition and end not in before:
                before[end] = edition
                waiting.append(end)
    steps: list[tuple[int, int]] = []
    at = asked
    while asked in before and (previous := before[at]) is not None:
        steps.append((previous, at))
        at = previous
    return steps[::-1]
