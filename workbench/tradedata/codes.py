"""Text codes outside, integers inside: the boundary between DataFrames and SQL."""

from workbench.errors import TradeDataError
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES

ECONOMY_IDS: dict[str, int] = {code: facts[0] for code, facts in ECONOMIES.items()} | {
    code: facts[0] for code, facts in CUSTOMS_TERRITORIES.items()
}
"""Economy or customs territory -> its number in the database."""

EDITIONS: dict[str, int] = {
    f"HS{year}": year for year in (1992, 1996, 2002, 2007, 2012, 2017, 2022)
}

TERRITORY_OF: dict[str, str] = {
    member: code for code, (_, _, members) in CUSTOMS_TERRITORIES.items() for member in members
}
"""Economy -> the customs territory it belongs to."""


UK_SCHEMES = "United Kingdom: schemes of rules of origin"
"""Name of the list that has the economies of every scheme whose rules may be in the database."""


def edition_id(edition: str) -> int:
    """The number of an HS edition such as "HS2022".

    Raises:
        TradeDataError: an edition the database cannot relate to others.
    """
    try:
        return EDITIONS[edition]
    except KeyError:
        known = ", ".join(EDITIONS)
        raise TradeDataError(f"'{edition}' is not a known HS edition: use one of {known}") from None


def product_id(code: str) -> int:
    """An HS code of 2, 4 or 6 digits as a number; unique across levels."""
    return int(code)


def product_code(number: int) -> str:
    """The HS code of 2, 4 or 6 digits that `product_id` made a number of."""
    width = 2 if number < 100 else 4 if number < 10_000 else 6
    return f"{number:0{width}d}"


def edition_name(number: int) -> str:
    """The name of the HS edition that `edition_id` made a number of."""
    return f"HS{number}"
