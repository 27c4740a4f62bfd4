"""Lists of codes and rules of origin of others, kept in words to be looked up.

They answer as `queries` does: DataFrames whose columns `columns.py` names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench.tradedata import columns as c
from workbench.tradedata.codes import UK_SCHEMES, edition_name
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.queries import product_lists


@dataclass(frozen=True, slots=True)
class Lookup:
    """Something of the database that can be looked up.

    Attributes:
        kind: codes, products or rules.
        name: of the list; "" for rules, which are looked up together.
        title: in words.
    """

    kind: str
    name: str
    title: str


def lookups(db: TradeDatabase) -> tuple[Lookup, ...]:
    """All that can be looked up: rules of origin, then lists of products, then lists of codes."""
    found = []
    if db.rows("SELECT 1 FROM origin_rules LIMIT 1"):
        found.append(Lookup("rules", "", "Rules of origin of others"))
    for kind, table, words in (
        ("products", "product_lists", "Products"),
        ("codes", "code_lists", "Codes"),
    ):
        names = db.rows(f"SELECT DISTINCT list FROM {table} ORDER BY list")
        found += [Lookup(kind, name, f"{words} · {name}") for (name,) in names]
    return tuple(found)


def look_up(db: TradeDatabase, what: Lookup) -> pd.DataFrame:
    """The entries of one of `lookups`, in columns that depend on its kind."""
    if what.kind == "rules":
        return origin_rules(db)
    if what.kind == "codes":
        return code_list(db, what.name)
    held = product_lists(db)
    return held[held[c.LIST] == what.name].reset_index(drop=True)


def code_list(db: TradeDatabase, name: str) -> pd.DataFrame:
    """A list of codes in words, with the codes of another list that they relate to.

    Returns:
        code, related ("" for none), words, note, source; a row for each code that one relates to.
    """
    rows = db.rows(
        "SELECT l.code, l.related, l.words, l.note, d.source || ' ' || d.edition "
        "FROM code_lists l JOIN datasets d ON d.id = l.dataset "
        "WHERE l.list = ? ORDER BY l.dataset, l.code, l.related",
        [name],
    )
    return pd.DataFrame(rows, columns=[c.CODE, c.RELATED, c.WORDS, c.NOTE, c.SOURCE])


def origin_rules(db: TradeDatabase, products: Sequence[str] | None = None) -> pd.DataFrame:
    """Rules of origin in the words of their sources, in their order.

    Args:
        db: the database.
        products: HS digits, 2 to 10, in the edition of the source; a rule is given that is for
            some of the goods. None for all.

    Returns:
        agreement, title and economies ("" where no list of schemes is in the database), goods,
        first_code, last_code, classes, joined, text, note, edition ("" where the source states
        none), source.
    """
    titles: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for code, economy, words in db.rows(
        "SELECT code, related, words FROM code_lists WHERE list = ? ORDER BY dataset, related",
        [UK_SCHEMES],
    ):
        titles[code] = words
        members.setdefault(code, []).append(economy)
    wanted = None
    if products is not None:
        wanted = [(code.ljust(10, "0"), code.ljust(10, "9")) for code in products]
    rows = [
        (
            agreement,
            titles.get(agreement, ""),
            ", ".join(members.get(agreement, ())),
            goods,
            first,
            last,
            *said,
            "" if edition is None else edition_name(edition),
            source,
        )
        for agreement, goods, first, last, *said, edition, source in db.rows(
            "SELECT r.agreement, r.goods, r.first_code, r.last_code, r.classes, r.joined, r.text, "
            "r.note, d.hs_edition, d.source || ' ' || d.edition FROM origin_rules r "
            "JOIN datasets d ON d.id = r.dataset "
            "ORDER BY r.dataset, r.agreement, r.place, r.first_code"
        )
        if wanted is None or any(first <= high and low <= last for low, high in wanted)
    ]
    names = [
        c.AGREEMENT,
        c.TITLE,
        c.ECONOMIES,
        c.GOODS,
        c.FIRST_CODE,
        c.LAST_CODE,
        c.CLASSES,
        c.JOINED,
        c.TEXT,
        c.NOTE,
        c.EDITION,
        c.SOURCE,
    ]
    return pd.DataFrame(rows, columns=names)
