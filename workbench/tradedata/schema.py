"""SQLAlchemy tables of the trade database; `version.py` holds the version of their layout.

Codes are integers inside SQL (an economy's ISO number, an HS code without its leading zeros, an HS
edition's year) and text everywhere else; `codes.py` translates. The tables that grow to millions of
rows are clustered on the key they are read by, so that a year of world trade can be appended in key
order and one product read without touching the rest. The dataset leads every such key: two sources
may hold one figure, each is appended in one piece, and each can be removed in one piece.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

datasets = Table(
    "datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table_name", String, nullable=False),
    Column("source", String, nullable=False),
    Column("edition", String, nullable=False, comment="release of the source, or HS edition"),
    Column("hs_edition", Integer, comment="year of the HS edition its product codes are in"),
    Column("year_from", Integer),
    Column("year_to", Integer),
    Column("licence", String, nullable=False),
    Column("file", String, nullable=False, comment="name of the file that was read"),
    Column("sha256", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("note", String, nullable=False),
    Column("basis", String, comment="FOB, CIF or customs value; null where it has none"),
    Column("reported_by", String, comment="importer, exporter or reconciled; null outside trade"),
    Column("whole_market", Boolean, comment="holds every supplier of the markets it holds"),
    Column("import_id", Integer, comment="null for what came with the program"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("why", String, nullable=False, comment="what the file was recognised by"),
    Column("file", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("settings", String, nullable=False, comment="what the user stated, as JSON"),
    Column("imported_at", String, nullable=False, comment="UTC, ISO 8601"),
    Column("read", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)
"""One row a file that was imported; each may have filled several datasets."""

rejections = Table(
    "rejections",
    metadata,
    Column("import_id", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("row", Integer, nullable=False, comment="data row of the file, from 1"),
    Column("reason", String, nullable=False),
    Column("text", String, nullable=False, comment="the row as it stands in the file"),
    sqlite_with_rowid=False,
)

source_order = Table(
    "source_order",
    metadata,
    Column("table_name", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("place", Integer, nullable=False, comment="the lowest is preferred"),
    sqlite_with_rowid=False,
)
"""Which source answers where several hold one figure; the user may edit it."""

economies = Table(
    "economies",
    metadata,
    Column("id", Integer, primary_key=True, comment="ISO 3166 numeric; own numbers from 9001"),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
)

economy_groups = Table(
    "economy_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False, comment="customs-territory or grouping"),
)

economy_group_members = Table(
    "economy_group_members",
    metadata,
    Column("group_id", ForeignKey("economy_groups.id"), primary_key=True),
    Column("economy", ForeignKey("economies.id"), primary_key=True),
    sqlite_with_rowid=False,
)

products = Table(
    "products",
    metadata,
    Column("edition", Integer, primary_key=True),
    Column("code", Integer, primary_key=True),
    Column("parent", Integer),
    Column("level", Integer, nullable=False, comment="2, 4 or 6 digits"),
    Column("dataset", Integer, comment="import that added it; null for what came first"),
    sqlite_with_rowid=False,
)

concordances = Table(
    "concordances",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("from_edition", Integer, nullable=False),
    Column("to_edition", Integer, nullable=False),
    Column("from_code", Integer, nullable=False),
    Column("to_code", Integer, nullable=False),
    Column("relationship", String, nullable=False, comment="1:1, 1:n, n:1, n:n or stated"),
    Column("weight", Float, comment="share of from_code that goes to to_code; null if unknown"),
    Column("derived", Boolean, comment="the weight follows from trade in the database"),
    PrimaryKeyConstraint("dataset", "from_edition", "to_edition", "from_code", "to_code"),
    sqlite_with_rowid=False,
)

trade_flows = Table(
    "trade_flows",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("product", Integer, nullable=False),
    Column("importer", Integer, nullable=False),
    Column("exporter", Integer, nullable=False),
    Column("value_usd", Integer, nullable=False),
    Column("quantity_kg", Integer),
    PrimaryKeyConstraint("dataset", "year", "product", "importer", "exporter"),
    sqlite_with_rowid=False,
)

trade_blocks = Table(
    "trade_blocks",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("product", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("importer", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("exporter", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("value_usd", LargeBinary, nullable=False, comment="rows x little-endian int64"),
    Column("quantity_kg", LargeBinary, nullable=False, comment="the same; -1 for missing"),
    PrimaryKeyConstraint("dataset", "year", "product"),
)
"""The flows of a year and product as columns: what queries read, some ten times as fast as rows.

Derived from `trade_flows` and written in the same transaction.
"""

tariffs = Table(
    "tariffs",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("importer", Integer, nullable=False),
    Column("product", Integer, nullable=False, comment="subheading the line belongs to"),
    Column("line", String, nullable=False, comment="national tariff line, digits"),
    Column("regime", String, nullable=False, comment="mfn, preference, base or column2"),
    Column("programme", Integer, nullable=False, comment="0 for none"),
    Column("year", Integer, nullable=False),
    Column("valid_from", String, nullable=False, comment="ISO date, or empty"),
    Column("valid_to", String, comment="ISO date; null while valid"),
    Column("ad_valorem", Float, comment="fraction of value"),
    Column("specific", Float, comment="USD per specific_unit"),
    Column("specific_unit", String),
    Column("other", Float, comment="second specific rate, USD per unit of quantity 2"),
    Column("ad_valorem_equivalent", Float, comment="fraction of value; null: not computable"),
    Column("ave_method", String),
    Column("ave_year", Integer),
    Column("text", String, nullable=False),
    PrimaryKeyConstraint(
        "dataset", "importer", "product", "line", "regime", "programme", "year", "valid_from"
    ),
    sqlite_with_rowid=False,
)

programmes = Table(
    "programmes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False, comment="agreement, unilateral or column2"),
    Column("dataset", Integer, nullable=False),
)

programme_members = Table(
    "programme_members",
    metadata,
    Column("importer", Integer, primary_key=True),
    Column("partner", Integer, primary_key=True),
    Column("programme", ForeignKey("programmes.id"), primary_key=True),
    Column("valid_from", String, primary_key=True, comment="ISO date, or empty"),
    Column("valid_to", String, comment="ISO date; null while in force"),
    Column("confirmed", Boolean, nullable=False),
    Column("rates_known", Boolean, nullable=False, comment="tariffs holds the importer's rates"),
    Column("dataset", Integer, comment="import that added it; null for what came first"),
    sqlite_with_rowid=False,
)

content_shares = Table(
    "content_shares",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sector", String, nullable=False),
    Column("economy", Integer, nullable=False),
    Column("rows", Integer, nullable=False, comment="origins"),
    Column("origin", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("declared_share", LargeBinary, nullable=False, comment="rows x little-endian float64"),
    Column("traced_share", LargeBinary, nullable=False, comment="rows x little-endian float64"),
    PrimaryKeyConstraint("dataset", "year", "sector", "economy"),
)
"""The origins of an industry's content as columns: the table is always read by whole industries."""

product_sectors = Table(
    "product_sectors",
    metadata,
    Column("prefix", String, primary_key=True, comment="HS digits; the longest match counts"),
    Column("sector", String, nullable=False),
    sqlite_with_rowid=False,
)

input_links = Table(
    "input_links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("output", Integer, nullable=False),
    Column("input", Integer, nullable=False),
    Column("material", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("share", Float, comment="fraction of the output's value; null if unknown"),
    Column("dataset", Integer, comment="import that added it; null for what came first"),
    UniqueConstraint("edition", "output", "input", "material"),
)

elasticities = Table(
    "elasticities",
    metadata,
    Column("dataset", Integer, primary_key=True),
    Column("product", Integer, primary_key=True),
    Column("elasticity", Float, nullable=False),
    sqlite_with_rowid=False,
)

indicators = Table(
    "indicators",
    metadata,
    Column("indicator", String, nullable=False),
    Column("economy", Integer, nullable=False),
    Column("value", Float, nullable=False),
    Column("at_bound", Boolean, nullable=False),
    Column("unit", String, nullable=False),
    Column("year_from", Integer),
    Column("year_to", Integer),
    Column("dataset", Integer, nullable=False),
    UniqueConstraint("dataset", "indicator", "economy", "year_to"),
)

national_trade = Table(
    "national_trade",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("importer", Integer, nullable=False),
    Column("code", String, nullable=False, comment="digits of the source: 2 to 10"),
    Column("year", Integer, nullable=False),
    Column("exporter", Integer, nullable=False),
    Column("measure", String, nullable=False, comment="in the words of the source"),
    Column("value_usd", Integer, nullable=False),
    Column("quantity", Float),
    Column("quantity_unit", String),
    PrimaryKeyConstraint("dataset", "importer", "code", "year", "exporter", "measure"),
    sqlite_with_rowid=False,
)
"""Trade by national tariff line, and measures other than the value of trade, as reported."""

utilisation = Table(
    "utilisation",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("importer", Integer, nullable=False),
    Column("programme", String, nullable=False),
    Column("period", String, nullable=False, comment="2025 or 2025-01"),
    Column("line", String, nullable=False, comment="national tariff line, digits"),
    Column("exporter", Integer, nullable=False),
    Column("value_usd", Integer, nullable=False),
    Column("claimed_usd", Integer, nullable=False),
    PrimaryKeyConstraint("dataset", "importer", "programme", "period", "line", "exporter"),
    sqlite_with_rowid=False,
)

staged_rates = Table(
    "staged_rates",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("importer", Integer, nullable=False),
    Column("product", Integer, nullable=False),
    Column("line", String, nullable=False, comment="national tariff line, digits"),
    Column("step", Integer, nullable=False, comment="0 base rate, 1 first year of the agreement"),
    Column("ad_valorem", Float, comment="fraction of value; null where the text is no such rate"),
    Column("text", String, nullable=False),
    PrimaryKeyConstraint("dataset", "importer", "product", "line", "step"),
    sqlite_with_rowid=False,
)
"""The schedule of an agreement; a rate holds until the next step that has a row."""

product_lists = Table(
    "product_lists",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("list", String, nullable=False, comment="e.g. BEC 4, or a list of products by its name"),
    Column("class", String, nullable=False, comment="part of the list; empty where it has none"),
    Column("prefix", String, nullable=False, comment="digits that the codes begin with"),
    PrimaryKeyConstraint("dataset", "list", "class", "prefix"),
    sqlite_with_rowid=False,
)
"""Which products belong together: use categories, lists of official notices."""

reference_figures = Table(
    "reference_figures",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("measure", String, nullable=False, comment="e.g. sales to industries, mine production"),
    Column("item", String, nullable=False, comment="industry, commodity or product"),
    Column("economy", Integer, nullable=False, comment="0 for none"),
    Column("other_item", String, nullable=False, comment="the buying industry; empty for none"),
    Column("other_economy", Integer, nullable=False, comment="0 for none"),
    Column("year", Integer, nullable=False, comment="0 where the source does not say"),
    Column("value", Float, nullable=False),
    Column("unit", String, nullable=False),
    PrimaryKeyConstraint(
        "dataset", "measure", "item", "economy", "other_item", "other_economy", "year"
    ),
    sqlite_with_rowid=False,
)
"""Figures to look up beside trade: input-output tables, production and reserves of minerals."""

code_lists = Table(
    "code_lists",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("list", String, nullable=False, comment="e.g. US Census Bureau: Schedule C"),
    Column("code", String, nullable=False),
    Column("related", String, nullable=False, comment="code of another list; empty for none"),
    Column("words", String, nullable=False),
    Column("note", String, nullable=False),
    PrimaryKeyConstraint("dataset", "list", "code", "related"),
    sqlite_with_rowid=False,
)
"""Codes in words, and how the codes of two lists relate; to look up, not to compute with."""

origin_rules = Table(
    "origin_rules",
    metadata,
    Column("dataset", Integer, nullable=False),
    Column("agreement", String, nullable=False, comment="code of a scheme, or a regulation"),
    Column("place", Integer, nullable=False, comment="order in the source"),
    Column("first_code", String, nullable=False, comment="ten digits"),
    Column("last_code", String, nullable=False, comment="ten digits"),
    Column("goods", String, nullable=False, comment="heading and words of the source"),
    Column("classes", String, nullable=False, comment="such as CTH, as the source tags them"),
    Column("joined", String, nullable=False, comment="or, and: how it follows the one before"),
    Column("text", String, nullable=False),
    Column("note", String, nullable=False),
    PrimaryKeyConstraint("dataset", "agreement", "place", "first_code", "last_code"),
    sqlite_with_rowid=False,
)
"""Rules of origin by product in the words of their source; the program applies none of them."""
