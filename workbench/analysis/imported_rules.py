"""Rules of origin that were imported in words, as far as the words can be read as rules."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from workbench.definitions.fields import RuleInForce, RulesInForce
from workbench.definitions.treaty_text import Reading, ReadStatus, read_treaty
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import AllOf, AnyOf, Rule
from workbench.tradedata import columns as c
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.lookups import origin_rules

_Row = dict[str, str]
_CHAPTER = 2


def imported_rules(db: TradeDatabase, products: Sequence[HSRange]) -> tuple[RulesInForce, ...]:
    """The imported rules for some products, each with its source.

    Left out is what cannot be read whole, what holds on a condition of its own (a quota, one
    direction of trade), and alternatives whose source does not say how they are joined.

    Args:
        db: the trade database.
        products: in the edition of the source; rules that are for any of them are given.
    """
    rows: list[_Row] = [
        {str(name): str(value) for name, value in row.items()}
        for row in origin_rules(db).to_dict("records")
        if any(row[c.FIRST_CODE] <= p.high and p.low <= row[c.LAST_CODE] for p in products)
    ]
    found = []
    for (source, agreement, title, edition), held in groupby(rows, _origin):
        rules = tuple(rule for rule in map(_rule, _by_goods(held)) if rule is not None)
        if rules:
            found.append(
                RulesInForce(
                    title=title or agreement,
                    agreement=agreement,
                    legal_date="",
                    rules=rules,
                    source=f"{source}, imported.",
                    edition=HSEdition(edition) if edition in set(HSEdition) else None,
                )
            )
    return tuple(found)


def _origin(row: _Row) -> tuple[str, str, str, str]:
    return row[c.SOURCE], row[c.AGREEMENT], row[c.TITLE], row[c.EDITION]


def _by_goods(rows: Iterable[_Row]) -> list[list[_Row]]:
    """The rows of each group of goods, in the order of the source."""
    groups: dict[tuple[str, str, str], list[_Row]] = {}
    for row in rows:
        groups.setdefault((row[c.FIRST_CODE], row[c.LAST_CODE], row[c.GOODS]), []).append(row)
    return list(groups.values())


def _rule(rows: Sequence[_Row]) -> RuleInForce | None:
    readings = [_read(row[c.TEXT]) for row in rows]
    joins = {row[c.JOINED] for row in rows[1:]}
    if any(row[c.NOTE] for row in rows) or len(joins) > 1 or not joins <= {"or", "and"}:
        return None
    parts: list[Rule] = []
    words = [rows[0][c.GOODS]]
    for reading in readings:
        if reading.rule is None or reading.status is not ReadStatus.PARSED:
            return None
        parts.append(reading.rule)
        if reading.goods is not None and reading.goods.words:
            words.append(reading.goods.words)
    rule = parts[0]
    if len(parts) > 1:
        rule = AllOf(tuple(parts)) if joins == {"and"} else AnyOf(tuple(parts))
    return RuleInForce(
        sector="",
        products=(_range(rows[0][c.FIRST_CODE], rows[0][c.LAST_CODE]),),
        rule=rule,
        notes=f"For {'; '.join(dict.fromkeys(words))}.",
    )


@lru_cache(maxsize=4096)
def _read(text: str) -> Reading:
    return read_treaty(text)


def _range(first: str, last: str) -> HSRange:
    """Ten digits of both ends as the shortest codes that say the same."""
    while len(first) > _CHAPTER and first.endswith("00") and last.endswith("99"):
        first, last = first[:-2], last[:-2]
    return HSRange(first, last)
