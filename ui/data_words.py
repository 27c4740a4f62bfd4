"""Tables, kinds of file and columns of the trade database in the words of the screen."""

import re

from ui import format as fmt
from workbench.model.economies import economy_name

TABLES = {
    "trade_flows": "Trade flows",
    "national_trade": "Trade by national line",
    "tariffs": "Tariffs",
    "staged_rates": "Staged rates",
    "content_shares": "Content shares",
    "utilisation": "Utilisation",
    "elasticities": "Elasticities",
    "indicators": "Indicators",
    "concordances": "HS concordances",
    "products": "HS nomenclature",
    "economies": "Economies",
    "programmes": "Agreements in force",
    "product_sectors": "Industry of a product",
    "input_links": "Input links",
    "product_lists": "Product lists",
    "reference_figures": "Figures for reference",
    "code_lists": "Lists of codes",
    "origin_rules": "Rules of origin of others",
}

KINDS = {
    "baci": "CEPII BACI",
    "comtrade": "UN Comtrade",
    "dataweb": "USITC DataWeb",
    "census": "US Census exports",
    "hts": "US HTS export",
    "usitc-tariff": "USITC tariff database",
    "wits": "WITS / TRAINS",
    "wto": "WTO tariff file",
    "icio-content": "Content shares",
    "concordance": "HS concordance",
    "elasticities": "Elasticities",
    "indicators": "Indicators",
    "utilisation": "Observed utilisation",
    "schedule": "Tariff schedule",
    "nomenclature": "HS nomenclature",
    "product-list": "Product list",
    "agreements": "Agreements in force",
    "input-links": "Input links",
    "reference": "Figures for reference",
    "codes": "List of codes",
    "origin-rules": "Rules of origin",
    "table": "Table of your own",
    "companion": "Not imported",
}

COLUMNS = {
    "year": "Year",
    "year_to": "Year",
    "product": "Product",
    "code": "Code",
    "importer": "Importer",
    "exporter": "Exporter",
    "economy": "Economy",
    "value_usd": "Value, USD",
    "claimed_usd": "Claimed, USD",
    "quantity_kg": "Net weight, kg",
    "line": "Tariff line",
    "regime": "Regime",
    "programme": "Programme",
    "valid_from": "Valid from",
    "valid_to": "Valid to",
    "partner": "Partner",
    "other_economy": "Other economy",
    "other_item": "Other item",
    "ad_valorem": "Ad valorem rate",
    "ad_valorem_equivalent": "Ad valorem equivalent",
    "ave_method": "Equivalent by",
    "text": "As printed",
    "related": "Related code",
    "words": "In words",
    "first_code": "First code",
    "last_code": "Last code",
}
RATES = frozenset({"ad_valorem", "ad_valorem_equivalent", "declared_share", "traced_share"})
COUNTS = frozenset({"value_usd", "claimed_usd", "quantity_kg"})

# Tables of the user's own: words, columns there must be, columns there may be.
OWN_TABLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "trade": (
        "Trade flows",
        ("importer", "exporter", "product", "year", "value"),
        ("quantity",),
    ),
    "tariffs": (
        "Tariff rates",
        ("importer", "product", "rate"),
        ("year", "regime", "programme", "valid_from"),
    ),
    "indicators": ("Indicators", ("economy", "indicator", "value"), ("year", "unit")),
    "elasticities": ("Elasticities", ("product", "elasticity"), ()),
    "utilisation": (
        "Observed utilisation",
        ("importer", "exporter", "line", "value", "claimed"),
        ("programme", "period", "year"),
    ),
    "concordance": ("HS concordance", ("from", "to"), ("weight",)),
}

# Words in the names of columns that say what they hold, for a first guess.
HINTS: dict[str, tuple[str, ...]] = {
    "importer": ("importer", "importing", "reporter", "country", "market", "destination"),
    "exporter": ("exporter", "exporting", "origin", "partner", "supplier"),
    "product": ("product", "hs", "hs6", "code", "subheading", "commodity"),
    "line": ("line", "hts", "hs8", "code"),
    "year": ("year",),
    "value": ("value", "amount", "score"),
    "claimed": ("claimed", "claims", "preferential"),
    "quantity": ("quantity", "weight", "netweight"),
    "rate": ("rate", "duty", "tariff", "offer"),
    "regime": ("regime",),
    "programme": ("programme", "program", "agreement"),
    "valid_from": ("since", "from", "valid"),
    "economy": ("economy", "country", "iso3"),
    "indicator": ("indicator", "series"),
    "unit": ("unit",),
    "elasticity": ("elasticity", "sigma"),
    "period": ("period", "month"),
    "from": ("from", "old", "before"),
    "to": ("to", "new", "after"),
    "weight": ("weight", "share"),
}

_FIELDS = {
    "replace": "Replace earlier figures",
    "edition": "HS edition",
    "codes": "Products",
    "year": "Year",
    "importer": "Importer",
    "exporter": "Exporter",
    "source": "Source",
    "release": "Release",
    "licence": "Licence",
    "programme": "Programme",
    "map": "Columns",
    "db": "Choose a database",
}
_OPTION = re.compile(r"--([a-z]+)")


def table(name: str) -> str:
    """A table in words."""
    return TABLES.get(name, name.replace("_", " ").capitalize())


def kind(name: str) -> str:
    """A kind of file in words."""
    return KINDS.get(name, name.replace("-", " ").replace("_", " ").capitalize())


def column(name: str) -> str:
    """A column in words."""
    return COLUMNS.get(name, name.replace("_", " ").capitalize())


def years(span: tuple[int, int] | None) -> str:
    """One year or a range of years; "" for none."""
    if span is None:
        return ""
    first, last = span
    return str(first) if first == last else f"{first}–{last}"


def in_window_words(sentence: str) -> str:
    """A sentence of the engine with the fields of the window for the options of the command."""
    return _OPTION.sub(
        lambda found: f"“{_FIELDS[found[1]]}”" if found[1] in _FIELDS else found[0], sentence
    )


def some_economies(shares: tuple[tuple[str, float], ...], shown: int = 2) -> str:
    """The first few economies by name with their shares, and how many more."""
    names = ", ".join(
        f"{economy_name(code)} {fmt.percent(share)}" for code, share in shares[:shown]
    )
    more = len(shares) - shown
    return f"{names} and {more} more" if more > 0 else names
