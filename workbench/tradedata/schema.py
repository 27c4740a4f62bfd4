"""SQLAlchemy tables of the trade database; `version.py` holds the version of their layout.

Codes are integers inside SQL (an economy's ISO number, an HS code without its leading zeros, an HS
edition's year) and text everywhere else; `codes.py` translates. The tables that grow to millions of
rows are clustered on the key they are read by, so that a year of world trade can be appended in key
order and one product read without touching the rest.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
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
)

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
    sqlite_with_rowid=False,
)

concordances = Table(
    "concordances",
    metadata,
    Column("from_edition", Integer, primary_key=True),
    Column("from_code", Integer, primary_key=True),
    Column("to_edition", Integer, primary_key=True),
    Column("to_code", Integer, primary_key=True),
    Column("relationship", String, nullable=False, comment="1:1, 1:n, n:1 or n:n"),
    Column("weight", Float, comment="share of from_code that goes to to_code; null if unknown"),
    sqlite_with_rowid=False,
)

trade_flows = Table(
    "trade_flows",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("product", Integer, primary_key=True),
    Column("importer", Integer, primary_key=True),
    Column("exporter", Integer, primary_key=True),
    Column("value_usd", Integer, nullable=False),
    Column("quantity_kg", Integer),
    Column("dataset", Integer, nullable=False),
    sqlite_with_rowid=False,
)

trade_blocks = Table(
    "trade_blocks",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("product", Integer, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("importer", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("exporter", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("value_usd", LargeBinary, nullable=False, comment="rows x little-endian int64"),
    Column("quantity_kg", LargeBinary, nullable=False, comment="the same; -1 for missing"),
    Column("dataset", Integer, nullable=False),
)
"""The flows of a year and product as columns: what queries read, some ten times as fast as rows.

Derived from `trade_flows` and written in the same transaction.
"""

tariffs = Table(
    "tariffs",
    metadata,
    Column("importer", Integer, primary_key=True),
    Column("product", Integer, primary_key=True, comment="subheading the line belongs to"),
    Column("line", String, primary_key=True, comment="national tariff line, digits"),
    Column("regime", String, primary_key=True, comment="mfn, preference, base or column2"),
    Column("programme", Integer, primary_key=True, comment="0 for none"),
    Column("year", Integer, primary_key=True),
    Column("valid_from", String, primary_key=True, comment="ISO date, or empty"),
    Column("valid_to", String, comment="ISO date; null while valid"),
    Column("ad_valorem", Float, comment="fraction of value"),
    Column("specific", Float, comment="USD per specific_unit"),
    Column("specific_unit", String),
    Column("other", Float, comment="second specific rate, USD per unit of quantity 2"),
    Column("ad_valorem_equivalent", Float, comment="fraction of value; null: not computable"),
    Column("ave_method", String),
    Column("ave_year", Integer),
    Column("text", String, nullable=False),
    Column("dataset", Integer, nullable=False),
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
    sqlite_with_rowid=False,
)

content_shares = Table(
    "content_shares",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("sector", String, primary_key=True),
    Column("economy", Integer, primary_key=True),
    Column("rows", Integer, nullable=False, comment="origins"),
    Column("origin", LargeBinary, nullable=False, comment="rows x little-endian uint16"),
    Column("declared_share", LargeBinary, nullable=False, comment="rows x little-endian float64"),
    Column("traced_share", LargeBinary, nullable=False, comment="rows x little-endian float64"),
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
    Column("indicator", String, primary_key=True),
    Column("economy", Integer, primary_key=True),
    Column("value", Float, nullable=False),
    Column("at_bound", Boolean, nullable=False),
    Column("unit", String, nullable=False),
    Column("year_from", Integer),
    Column("year_to", Integer),
    Column("dataset", Integer, nullable=False),
    sqlite_with_rowid=False,
)
