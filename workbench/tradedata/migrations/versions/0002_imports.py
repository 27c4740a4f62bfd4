"""Version 2: several sources may hold one figure; what the user imported is recorded."""

import re

from alembic import op

revision = "0002"
down_revision = "0001"

# The dataset now leads the key. Columns stand in the order of the key: SQLite 3.40 finds faults in
# its integrity check where they do not.
REBUILT = {
    "trade_flows": (
        """dataset INTEGER NOT NULL, year INTEGER NOT NULL, product INTEGER NOT NULL,
        importer INTEGER NOT NULL, exporter INTEGER NOT NULL, value_usd INTEGER NOT NULL,
        quantity_kg INTEGER,
        PRIMARY KEY (dataset, year, product, importer, exporter)""",
        " WITHOUT ROWID",
    ),
    "trade_blocks": (
        """dataset INTEGER NOT NULL, year INTEGER NOT NULL, product INTEGER NOT NULL,
        rows INTEGER NOT NULL, importer BLOB NOT NULL, exporter BLOB NOT NULL,
        value_usd BLOB NOT NULL, quantity_kg BLOB NOT NULL,
        PRIMARY KEY (dataset, year, product)""",
        "",
    ),
    "tariffs": (
        """dataset INTEGER NOT NULL, importer INTEGER NOT NULL, product INTEGER NOT NULL,
        line VARCHAR NOT NULL, regime VARCHAR NOT NULL, programme INTEGER NOT NULL,
        year INTEGER NOT NULL, valid_from VARCHAR NOT NULL, valid_to VARCHAR, ad_valorem FLOAT,
        specific FLOAT, specific_unit VARCHAR, other FLOAT, ad_valorem_equivalent FLOAT,
        ave_method VARCHAR, ave_year INTEGER, text VARCHAR NOT NULL,
        PRIMARY KEY (dataset, importer, product, line, regime, programme, year, valid_from)""",
        " WITHOUT ROWID",
    ),
    "indicators": (
        """indicator VARCHAR NOT NULL, economy INTEGER NOT NULL, value FLOAT NOT NULL,
        at_bound BOOLEAN NOT NULL, unit VARCHAR NOT NULL, year_from INTEGER, year_to INTEGER,
        dataset INTEGER NOT NULL, UNIQUE (dataset, indicator, economy, year_to)""",
        "",
    ),
    "content_shares": (
        """dataset INTEGER NOT NULL, year INTEGER NOT NULL, sector VARCHAR NOT NULL,
        economy INTEGER NOT NULL, rows INTEGER NOT NULL, origin BLOB NOT NULL,
        declared_share BLOB NOT NULL, traced_share BLOB NOT NULL,
        PRIMARY KEY (dataset, year, sector, economy)""",
        "",
    ),
    "concordances": (
        """dataset INTEGER NOT NULL, from_edition INTEGER NOT NULL,
        to_edition INTEGER NOT NULL, from_code INTEGER NOT NULL, to_code INTEGER NOT NULL,
        relationship VARCHAR NOT NULL, weight FLOAT,
        PRIMARY KEY (dataset, from_edition, to_edition, from_code, to_code)""",
        " WITHOUT ROWID",
    ),
}

# Version 1 did not say which dataset these rows came from; its datasets do.
DATASET_OF = {
    "content_shares": "coalesce((SELECT min(id) FROM datasets "
    "WHERE table_name = 'content_shares'), 0)",
    "concordances": "coalesce((SELECT min(id) FROM datasets "
    "WHERE table_name = 'concordances' AND edition = 'HS' || max(from_edition, to_edition) "
    "|| ' to HS' || min(from_edition, to_edition)), "
    "(SELECT max(id) FROM datasets WHERE table_name = 'concordances'), 0)",
}

NEW = (
    """CREATE TABLE imports (id INTEGER NOT NULL PRIMARY KEY, kind VARCHAR NOT NULL,
    why VARCHAR NOT NULL, file VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    settings VARCHAR NOT NULL, imported_at VARCHAR NOT NULL, read INTEGER NOT NULL,
    taken INTEGER NOT NULL, rejected INTEGER NOT NULL)""",
    """CREATE TABLE rejections (import_id INTEGER NOT NULL, place INTEGER NOT NULL,
    row INTEGER NOT NULL, reason VARCHAR NOT NULL, text VARCHAR NOT NULL,
    PRIMARY KEY (import_id, place)) WITHOUT ROWID""",
    """CREATE TABLE source_order (table_name VARCHAR NOT NULL, source VARCHAR NOT NULL,
    place INTEGER NOT NULL, PRIMARY KEY (table_name, source)) WITHOUT ROWID""",
    """CREATE TABLE national_trade (dataset INTEGER NOT NULL, importer INTEGER NOT NULL,
    code VARCHAR NOT NULL, year INTEGER NOT NULL, exporter INTEGER NOT NULL,
    measure VARCHAR NOT NULL, value_usd INTEGER NOT NULL, quantity FLOAT, quantity_unit VARCHAR,
    PRIMARY KEY (dataset, importer, code, year, exporter, measure)) WITHOUT ROWID""",
    """CREATE TABLE utilisation (dataset INTEGER NOT NULL, importer INTEGER NOT NULL,
    programme VARCHAR NOT NULL, period VARCHAR NOT NULL, line VARCHAR NOT NULL,
    exporter INTEGER NOT NULL, value_usd INTEGER NOT NULL, claimed_usd INTEGER NOT NULL,
    PRIMARY KEY (dataset, importer, programme, period, line, exporter)) WITHOUT ROWID""",
    """CREATE TABLE staged_rates (dataset INTEGER NOT NULL, importer INTEGER NOT NULL,
    product INTEGER NOT NULL, line VARCHAR NOT NULL, step INTEGER NOT NULL, ad_valorem FLOAT,
    text VARCHAR NOT NULL, PRIMARY KEY (dataset, importer, product, line, step))
    WITHOUT ROWID""",
    "ALTER TABLE datasets ADD COLUMN basis VARCHAR",
    "ALTER TABLE datasets ADD COLUMN reported_by VARCHAR",
    "ALTER TABLE datasets ADD COLUMN whole_market BOOLEAN",
    "ALTER TABLE datasets ADD COLUMN import_id INTEGER",
    # All trade of version 1 is CEPII BACI's.
    "UPDATE datasets SET basis = 'FOB', reported_by = 'reconciled', whole_market = 1 "
    "WHERE table_name = 'trade_flows'",
)


def upgrade() -> None:
    """Rebuild the tables whose key grew, and add those that record imports."""
    for statement in NEW:
        op.execute(statement)
    for name, (body, ending) in REBUILT.items():
        columns = re.findall(r"(\w+) (?:INTEGER|VARCHAR|FLOAT|BLOB|BOOLEAN)", body)
        values = [
            DATASET_OF.get(name, column) if column == "dataset" else column for column in columns
        ]
        op.execute(f"ALTER TABLE {name} RENAME TO {name}_1")
        op.execute(f"CREATE TABLE {name} ({body}){ending}")
        op.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {name}_1"
        )
        op.execute(f"DROP TABLE {name}_1")
    op.execute("PRAGMA user_version = 2")


def downgrade() -> None:
    """There is no way back: version 1 cannot hold two sources for one figure.

    The backup that was made beside the file is of version 1.
    """
    raise RuntimeError("open the backup beside the database instead")
