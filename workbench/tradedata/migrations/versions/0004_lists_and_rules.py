"""Version 4: lists of codes, and rules of origin in words."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """CREATE TABLE code_lists (dataset INTEGER NOT NULL, list VARCHAR NOT NULL,
    code VARCHAR NOT NULL, related VARCHAR NOT NULL, words VARCHAR NOT NULL, note VARCHAR NOT NULL,
    PRIMARY KEY (dataset, list, code, related)) WITHOUT ROWID""",
    """CREATE TABLE origin_rules (dataset INTEGER NOT NULL, agreement VARCHAR NOT NULL,
    place INTEGER NOT NULL, first_code VARCHAR NOT NULL, last_code VARCHAR NOT NULL,
    goods VARCHAR NOT NULL, classes VARCHAR NOT NULL, joined VARCHAR NOT NULL,
    text VARCHAR NOT NULL, note VARCHAR NOT NULL,
    PRIMARY KEY (dataset, agreement, place, first_code, last_code)) WITHOUT ROWID""",
)


def upgrade() -> None:
    """Add the tables; what is there stays as it is."""
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute("PRAGMA user_version = 4")


def downgrade() -> None:
    """There is no way back: version 3 has no room for these tables.

    The backup that was made beside the file is of version 3.
    """
    raise RuntimeError("open the backup beside the database instead")
