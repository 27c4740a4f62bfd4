"""Version 1: all tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    "programme_members",
    "economy_group_members",
    "trade_flows",
    "trade_blocks",
    "tariffs",
    "programmes",
    "products",
    "product_sectors",
    "input_links",
    "indicators",
    "elasticities",
    "economy_groups",
    "economies",
    "datasets",
    "content_shares",
    "concordances",
)


def upgrade() -> None:
    """Create every table, and mark the file as a trade database of version 1."""
    op.create_table(
        "concordances",
        sa.Column("from_edition", sa.Integer, primary_key=True),
        sa.Column("from_code", sa.Integer, primary_key=True),
        sa.Column("to_edition", sa.Integer, primary_key=True),
        sa.Column("to_code", sa.Integer, primary_key=True),
        sa.Column("relationship", sa.String, nullable=False, comment="1:1, 1:n, n:1 or n:n"),
        sa.Column(
            "weight", sa.Float, comment="share of from_code that goes to to_code; null if unknown"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "content_shares",
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("sector", sa.String, primary_key=True),
        sa.Column("economy", sa.Integer, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False, comment="origins"),
        sa.Column("origin", sa.LargeBinary, nullable=False, comment="rows x little-endian uint16"),
        sa.Column(
            "declared_share", sa.LargeBinary, nullable=False, comment="rows x little-endian float64"
        ),
        sa.Column(
            "traced_share", sa.LargeBinary, nullable=False, comment="rows x little-endian float64"
        ),
    )
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("table_name", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column(
            "edition", sa.String, nullable=False, comment="release of the source, or HS edition"
        ),
        sa.Column(
            "hs_edition", sa.Integer, comment="year of the HS edition its product codes are in"
        ),
        sa.Column("year_from", sa.Integer),
        sa.Column("year_to", sa.Integer),
        sa.Column("licence", sa.String, nullable=False),
        sa.Column("file", sa.String, nullable=False, comment="name of the file that was read"),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_table(
        "economies",
        sa.Column(
            "id", sa.Integer, primary_key=True, comment="ISO 3166 numeric; own numbers from 9001"
        ),
        sa.Column("code", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "economy_groups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False, comment="customs-territory or grouping"),
    )
    op.create_table(
        "elasticities",
        sa.Column("dataset", sa.Integer, primary_key=True),
        sa.Column("product", sa.Integer, primary_key=True),
        sa.Column("elasticity", sa.Float, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "indicators",
        sa.Column("indicator", sa.String, primary_key=True),
        sa.Column("economy", sa.Integer, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("at_bound", sa.Boolean, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("year_from", sa.Integer),
        sa.Column("year_to", sa.Integer),
        sa.Column("dataset", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "input_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("output", sa.Integer, nullable=False),
        sa.Column("input", sa.Integer, nullable=False),
        sa.Column("material", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("share", sa.Float, comment="fraction of the output's value; null if unknown"),
        sa.UniqueConstraint("edition", "output", "input", "material"),
    )
    op.create_table(
        "product_sectors",
        sa.Column(
            "prefix", sa.String, primary_key=True, comment="HS digits; the longest match counts"
        ),
        sa.Column("sector", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        sa.Column("edition", sa.Integer, primary_key=True),
        sa.Column("code", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer),
        sa.Column("level", sa.Integer, nullable=False, comment="2, 4 or 6 digits"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False, comment="agreement, unilateral or column2"),
        sa.Column("dataset", sa.Integer, nullable=False),
    )
    op.create_table(
        "tariffs",
        sa.Column("importer", sa.Integer, primary_key=True),
        sa.Column(
            "product", sa.Integer, primary_key=True, comment="subheading the line belongs to"
        ),
        sa.Column("line", sa.String, primary_key=True, comment="national tariff line, digits"),
        sa.Column(
            "regime", sa.String, primary_key=True, comment="mfn, preference, base or column2"
        ),
        sa.Column("programme", sa.Integer, primary_key=True, comment="0 for none"),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("valid_from", sa.String, primary_key=True, comment="ISO date, or empty"),
        sa.Column("valid_to", sa.String, comment="ISO date; null while valid"),
        sa.Column("ad_valorem", sa.Float, comment="fraction of value"),
        sa.Column("specific", sa.Float, comment="USD per specific_unit"),
        sa.Column("specific_unit", sa.String),
        sa.Column("other", sa.Float, comment="second specific rate, USD per unit of quantity 2"),
        sa.Column(
            "ad_valorem_equivalent", sa.Float, comment="fraction of value; null: not computable"
        ),
        sa.Column("ave_method", sa.String),
        sa.Column("ave_year", sa.Integer),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("dataset", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trade_blocks",
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("product", sa.Integer, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column(
            "importer", sa.LargeBinary, nullable=False, comment="rows x little-endian uint16"
        ),
        sa.Column(
            "exporter", sa.LargeBinary, nullable=False, comment="rows x little-endian uint16"
        ),
        sa.Column(
            "value_usd", sa.LargeBinary, nullable=False, comment="rows x little-endian int64"
        ),
        sa.Column(
            "quantity_kg", sa.LargeBinary, nullable=False, comment="the same; -1 for missing"
        ),
        sa.Column("dataset", sa.Integer, nullable=False),
    )
    op.create_table(
        "trade_flows",
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("product", sa.Integer, primary_key=True),
        sa.Column("importer", sa.Integer, primary_key=True),
        sa.Column("exporter", sa.Integer, primary_key=True),
        sa.Column("value_usd", sa.Integer, nullable=False),
        sa.Column("quantity_kg", sa.Integer),
        sa.Column("dataset", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "economy_group_members",
        sa.Column("group_id", sa.Integer, sa.ForeignKey("economy_groups.id"), primary_key=True),
        sa.Column("economy", sa.Integer, sa.ForeignKey("economies.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme_members",
        sa.Column("importer", sa.Integer, primary_key=True),
        sa.Column("partner", sa.Integer, primary_key=True),
        sa.Column("programme", sa.Integer, sa.ForeignKey("programmes.id"), primary_key=True),
        sa.Column("valid_from", sa.String, primary_key=True, comment="ISO date, or empty"),
        sa.Column("valid_to", sa.String, comment="ISO date; null while in force"),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column(
            "rates_known", sa.Boolean, nullable=False, comment="tariffs holds the importer's rates"
        ),
        sqlite_with_rowid=False,
    )
    op.execute(f"PRAGMA application_id = {0x50414354}")
    op.execute("PRAGMA user_version = 1")


def downgrade() -> None:
    """Drop every table; the file stays marked as ours."""
    for name in TABLES:
        op.drop_table(name)
    op.execute("PRAGMA user_version = 0")
