"""Taking a dataset out of the database again."""

import sqlite3

_TABLES = frozenset(
    {
        "trade_flows",
        "tariffs",
        "national_trade",
        "utilisation",
        "staged_rates",
        "content_shares",
        "concordances",
        "elasticities",
        "indicators",
        "product_lists",
        "reference_figures",
        "code_lists",
        "origin_rules",
        "products",
        "input_links",
    }
)


def remove_dataset(connection: sqlite3.Connection, number: int) -> None:
    """Remove a dataset with its rows; within the caller's transaction.

    Its file may then be imported anew: what is remembered of the import goes with it, unless other
    datasets of the same file remain.
    """
    table, import_id = connection.execute(
        "SELECT table_name, import_id FROM datasets WHERE id = ?", [number]
    ).fetchone()
    if table == "tariffs":
        # `derive` says anew which of these still have their rates.
        connection.execute(
            "UPDATE programme_members SET rates_known = 0 WHERE (importer, programme) IN "
            "(SELECT DISTINCT importer, programme FROM tariffs "
            "WHERE dataset = ? AND regime = 'preference')",
            [number],
        )
    if table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE dataset = ?", [number])
    if table == "programmes":
        connection.execute("DELETE FROM programme_members WHERE dataset = ?", [number])
        connection.execute(
            "DELETE FROM programmes WHERE dataset = ? "
            "AND id NOT IN (SELECT programme FROM programme_members) "
            "AND id NOT IN (SELECT programme FROM tariffs)",
            [number],
        )
    if table == "trade_flows":
        connection.execute("DELETE FROM trade_blocks WHERE dataset = ?", [number])
    connection.execute("DELETE FROM datasets WHERE id = ?", [number])
    (left,) = connection.execute(
        "SELECT count(*) FROM datasets WHERE import_id = ?", [import_id]
    ).fetchone()
    if left:
        # The same file is then no longer all there, and may be imported again.
        connection.execute("UPDATE imports SET settings = '' WHERE id = ?", [import_id])
    else:
        connection.execute("DELETE FROM imports WHERE id = ?", [import_id])
        connection.execute("DELETE FROM rejections WHERE import_id = ?", [import_id])
