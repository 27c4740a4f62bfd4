"""Version 3: lists of products, figures for reference, and what follows from other rows."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """CREATE TABLE product_lists (dataset INTEGER NOT NULL, list VARCHAR NOT NULL,
    class VARCHAR NOT NULL, prefix VARCHAR NOT NULL,
    PRIMARY KEY (dataset, list, class, prefix)) WITHOUT ROWID""",
    """CREATE TABLE reference_figures (dataset INTEGER NOT NULL, measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL, economy INTEGER NOT NULL, other_item VARCHAR NOT NULL,
    other_economy INTEGER NOT NULL, year INTEGER NOT NULL, value FLOAT NOT NULL,
    unit VARCHAR NOT NULL,
    PRIMARY KEY (dataset, measure, item, economy, other_item, other_economy, year))
    WITHOUT ROWID""",
    "ALTER TABLE concordances ADD COLUMN derived BOOLEAN",
    "ALTER TABLE products ADD COLUMN dataset INTEGER",
    "ALTER TABLE input_links ADD COLUMN dataset INTEGER",
    "ALTER TABLE programme_members ADD COLUMN dataset INTEGER",
)


def upgrade() -> None:
    """Add tables and columns; what is there stays as it is."""
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute("PRAGMA user_version = 3")


def downgrade() -> None:
    """There is no way back: version 2 has no room for these tables.

    The backup that was made beside the file is of version 2.
    """
    raise RuntimeError("open the backup beside the database instead")
