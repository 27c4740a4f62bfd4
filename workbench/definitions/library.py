"""The named parts on hand: agreements, product lists, partner sets, rules, wordings, bills.

Those that ship with the program come with every installation; a user's own lie in a folder of
the same layout and count first where both share a name.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.definitions.fields import (
    CommitmentTexts,
    NamedBills,
    NamedRule,
    PartnerSet,
    ProductList,
    RulesInForce,
)
from workbench.definitions.folders import SHIPPED, Shelf, named_files
from workbench.definitions.reader import (
    open_agreement,
    read_commitment_texts,
    read_named_bills,
    read_named_rule,
    read_partner_set,
    read_product_list,
    read_rules_in_force,
)
from workbench.errors import DefinitionError


class Titled(Protocol):
    """Anything that has a title."""

    @property
    def title(self) -> str:
        """Its name as people say it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the library; a broken one is titled by its name and says why in `problem`."""

    name: str
    title: str
    path: Path
    shipped: bool
    problem: str = ""


def agreements(user_folder: Path | None = None) -> tuple[Entry, ...]:
    """Every agreement on hand, by name."""
    return _entries(Shelf.DEFINITIONS, lambda path: open_agreement(path).agreement, user_folder)


def templates(user_folder: Path | None = None) -> tuple[Entry, ...]:
    """Agreements to start a new one from: what ships and the user's own, by title."""
    return tuple(sorted(agreements(user_folder), key=lambda entry: entry.title.casefold()))


def first_agreement() -> Path:
    """The agreement that a first start shows: one whose trade the starter database holds."""
    return _find(Shelf.DEFINITIONS, "critical-minerals-club", None)


def product_lists(user_folder: Path | None = None) -> tuple[Entry, ...]:
    """Every shared product list on hand, by name."""
    return _entries(Shelf.PRODUCT_LISTS, read_product_list, user_folder)


def partner_sets(user_folder: Path | None = None) -> tuple[Entry, ...]:
    """Every named partner set on hand, by name."""
    return _entries(Shelf.PARTNER_SETS, read_partner_set, user_folder)


def origin_rules(user_folder: Path | None = None) -> tuple[Entry, ...]:
    """Every named origin rule on hand, by name."""
    return _entries(Shelf.ORIGIN_RULES, read_named_rule, user_folder)


def bills_of_inputs(user_folder: Path | None = None) -> tuple[NamedBills, ...]:
    """Bills of inputs on hand, a kind of good each; a broken file is left out."""
    found = []
    for path in named_files(_roots(user_folder), Shelf.BILLS_OF_INPUTS).values():
        with suppress(DefinitionError):
            found.append(read_named_bills(path))
    return tuple(found)


def commitment_texts(user_folder: Path | None = None) -> tuple[CommitmentTexts, ...]:
    """Wordings of commitments on hand, a topic each; a broken file is left out."""
    found = []
    for path in named_files(_roots(user_folder), Shelf.COMMITMENTS).values():
        with suppress(DefinitionError):
            found.append(read_commitment_texts(path))
    return tuple(found)


def rules_in_force(user_folder: Path | None = None) -> tuple[RulesInForce, ...]:
    """The rules of origin of agreements in force on hand; a broken file is left out."""
    found = []
    for path in named_files(_roots(user_folder), Shelf.RULES_IN_FORCE).values():
        with suppress(DefinitionError):
            found.append(read_rules_in_force(path))
    return tuple(found)


def product_list(name: str, user_folder: Path | None = None) -> ProductList:
    """The product list of a name.

    Raises:
        DefinitionError: there is none, or it is broken.
    """
    return read_product_list(_find(Shelf.PRODUCT_LISTS, name, user_folder))


def partner_set(name: str, user_folder: Path | None = None) -> PartnerSet:
    """The partner set of a name.

    Raises:
        DefinitionError: there is none, or it is broken.
    """
    return read_partner_set(_find(Shelf.PARTNER_SETS, name, user_folder))


def origin_rule(name: str, user_folder: Path | None = None) -> NamedRule:
    """The origin rule of a name.

    Raises:
        DefinitionError: there is none, or it is broken.
    """
    return read_named_rule(_find(Shelf.ORIGIN_RULES, name, user_folder))


def _roots(user_folder: Path | None) -> tuple[Path, ...]:
    return (user_folder, SHIPPED) if user_folder else (SHIPPED,)


def _find(shelf: Shelf, name: str, user_folder: Path | None) -> Path:
    files = named_files(_roots(user_folder), shelf)
    if name not in files:
        known = ", ".join(files) if files else "none"
        raise DefinitionError(f"There is nothing called '{name}' in {shelf}; there is: {known}.")
    return files[name]


def _entries(
    shelf: Shelf, read: Callable[[Path], Titled], user_folder: Path | None
) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for name, path in named_files(_roots(user_folder), shelf).items():
        shipped = path.is_relative_to(SHIPPED)
        try:
            found.append(Entry(name, read(path).title, path, shipped))
        except DefinitionError as error:
            found.append(Entry(name, name, path, shipped, str(error)))
    return tuple(found)
