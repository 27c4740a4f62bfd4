"""Lists of products of the database as products an agreement can cover, in the agreement's edition.

Codes of another edition are turned by the concordances, and every code that does not simply keep
its meaning is marked. Concordances end at subheadings: a longer code of another edition stands for
its whole subheading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from workbench.model.nomenclature import HSRange
from workbench.tradedata.codes import edition_id, edition_name, product_code, product_id
from workbench.tradedata.conversion import conversion
from workbench.tradedata.database import TradeDatabase

_SUBHEADING = 6
_LEVELS = (2, 4, _SUBHEADING)


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list, or one of its parts.

    Attributes:
        name: of the list.
        part: its part; "" for all of them together.
        edition: of its codes, e.g. "HS2017"; "" where the source states none.
        codes: how many it has.
        source: source and edition it comes from, and the file.
    """

    name: str
    part: str
    edition: str
    codes: int
    source: str


class Turned(StrEnum):
    """How a code of a list came into the agreement's edition."""

    SAME = "as it stands"
    RENUMBERED = "renumbered"
    SEVERAL = "became several"
    WIDER = "takes in more than the list"
    SUBHEADING = "as its whole subheading"
    UNKNOWN = "not in the edition"


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code as the list has it, and the codes it stands for; none where it is unknown."""

    stated: str
    codes: tuple[str, ...]
    turned: Turned


@dataclass(frozen=True, slots=True)
class ListedProducts:
    """The products of a list.

    Attributes:
        products: all of them as ranges.
    """

    held: HeldList
    edition: str
    codes: tuple[ListedCode, ...]
    products: tuple[HSRange, ...]

    def count(self, turned: Turned) -> int:
        """How many codes came in this way."""
        return sum(code.turned is turned for code in self.codes)

    @property
    def source(self) -> str:
        """Where the products come from, in a sentence for the agreement."""
        part = f", {self.held.part}" if self.held.part else ""
        words = f"{self.held.name}{part} ({self.held.source})"
        if self.held.edition in ("", self.edition):
            return words
        return f"{words}; turned from {self.held.edition} into {self.edition} by concordance"

    @property
    def marks(self) -> str:
        """What does not simply stand as it stood, with the codes; "" where all does."""
        said = []
        for turned in (Turned.SEVERAL, Turned.WIDER, Turned.SUBHEADING, Turned.UNKNOWN):
            stated = [code.stated for code in self.codes if code.turned is turned]
            if stated:
                said.append(f"{turned}: {', '.join(stated)}")
        return "; ".join(said)


def held_lists(db: TradeDatabase) -> tuple[HeldList, ...]:
    """Every list of products in the database, whole and, where it has several, part by part."""
    found = []
    rows = db.rows(
        "SELECT l.list, d.id, d.hs_edition, d.source || ' ' || d.edition || ', ' || d.file, "
        "l.class, count(*) FROM product_lists l JOIN datasets d ON d.id = l.dataset "
        "GROUP BY l.list, d.id, l.class ORDER BY l.list, d.hs_edition, d.id, l.class"
    )
    for (name, _, edition, source), parts in groupby(rows, key=lambda row: row[:4]):
        by_part = {part: count for *_, part, count in parts}
        named = "" if edition is None else edition_name(edition)
        found.append(HeldList(name, "", named, sum(by_part.values()), source))
        if len(by_part) > 1:
            found += [HeldList(name, p, named, count, source) for p, count in by_part.items() if p]
    return tuple(found)


def listed_products(db: TradeDatabase, held: HeldList, edition: str) -> ListedProducts:
    """The products of a list in an edition, each with how it came there.

    Raises:
        TradeDataError: the edition is none that is known.
    """
    stated = [
        prefix
        for (prefix,) in db.rows(
            "SELECT DISTINCT l.prefix FROM product_lists l JOIN datasets d ON d.id = l.dataset "
            "WHERE l.list = ? AND (? = '' OR l.class = ?) "
            "AND d.source || ' ' || d.edition || ', ' || d.file = ? ORDER BY l.prefix",
            [held.name, held.part, held.part, held.source],
        )
    ]
    known = _below(db, edition)
    if held.edition in ("", edition):
        codes = [_as_stated(code, known) for code in stated]
    else:
        codes = _converted(db, stated, held.edition, edition)
    every = sorted(code for code in known if len(code) == _SUBHEADING)
    return ListedProducts(
        held, edition, tuple(codes), ranges({c for code in codes for c in code.codes}, every)
    )


def _below(db: TradeDatabase, edition: str) -> dict[str, list[str]]:
    """Every chapter, heading and subheading of an edition -> the subheadings in it."""
    found: dict[str, list[str]] = {}
    for (number,) in db.rows(
        "SELECT code FROM products WHERE edition = ? AND level = ? ORDER BY code",
        [edition_id(edition), _SUBHEADING],
    ):
        code = product_code(number)
        for length in _LEVELS:
            found.setdefault(code[:length], []).append(code)
    return found


def _as_stated(code: str, known: dict[str, list[str]]) -> ListedCode:
    if len(code) % 2 == 0 and code[:_SUBHEADING] in known:
        return ListedCode(code, (code,), Turned.SAME)
    return ListedCode(code, (), Turned.UNKNOWN)


def _converted(db: TradeDatabase, stated: list[str], start: str, end: str) -> list[ListedCode]:
    before, known = _below(db, start), _below(db, end)
    turn = conversion(db, edition_id(start), edition_id(end))

    def targets(subheading: str) -> list[str]:
        return [product_code(number) for number in turn.targets(product_id(subheading))]

    inside = {code: before.get(code[:_SUBHEADING], []) for code in stated}
    listed = {each for codes in inside.values() for each in codes}
    every = {code for code in before if len(code) == _SUBHEADING}
    others = {target for each in every - listed for target in targets(each)}
    found = []
    for code, old in inside.items():
        new = tuple(sorted({t for each in old for t in targets(each) if t in known}))
        if not new:
            turned = Turned.UNKNOWN
        elif len(code) > _SUBHEADING:
            turned = Turned.SUBHEADING
        elif not others.isdisjoint(new):
            turned = Turned.WIDER
        elif any(len(targets(each)) > 1 for each in old):
            turned = Turned.SEVERAL
        else:
            turned = Turned.SAME if set(new) == set(old) else Turned.RENUMBERED
        found.append(ListedCode(code, new, turned))
    return found


def ranges(codes: set[str], every: Sequence[str]) -> tuple[HSRange, ...]:
    """Codes as ranges: whole chapters and headings, and neighbours from first to last.

    Args:
        codes: HS digits of any level.
        every: all subheadings of the edition, in order.
    """
    held = set(codes)
    for length in (4, 2):
        for parent, children in groupby(every, key=lambda code: code[:length]):
            if parent in held or {child[: length + 2] for child in children} <= held:
                held = {code for code in held if not code.startswith(parent)}
                held.add(parent)
    found = [HSRange(code, code) for code in held if len(code) > _SUBHEADING]
    for length in _LEVELS:
        order = dict.fromkeys(code[:length] for code in every)
        for (inside, _), run in groupby(order, key=lambda code: (code in held, code[:-2])):
            if inside:
                first, *rest = run
                found.append(HSRange(first, rest[-1] if rest else first))
    return tuple(sorted(found, key=lambda item: (item.low, item.high)))
