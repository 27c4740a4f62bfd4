import sqlite3
from pathlib import Path

import pytest

from workbench.errors import TradeDataError
from workbench.tradedata.database import TradeDatabase, Vintage, migrate
from workbench.tradedata.schema import metadata
from workbench.tradedata.version import SCHEMA_VERSION


def test_the_migrated_file_has_the_tables_of_the_schema(tiny_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import URL, create_engine

    engine = create_engine(URL.create("sqlite", database=str(tiny_path)))
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
    finally:
        engine.dispose()


def test_tables_that_grow_are_clustered_on_their_key(tiny: TradeDatabase) -> None:
    plan = tiny.rows(
        "EXPLAIN QUERY PLAN SELECT value_usd FROM trade_flows "
        "WHERE dataset = 1 AND year = 2021 AND product IN (1, 2)"
    )
    assert "USING PRIMARY KEY (dataset=? AND year=? AND product=?)" in plan[0][3]
    plan = tiny.rows(
        "EXPLAIN QUERY PLAN SELECT text FROM tariffs "
        "WHERE dataset = 2 AND importer = 840 AND product = 1"
    )
    assert "USING PRIMARY KEY (dataset=? AND importer=? AND product=?)" in plan[0][3]


def test_migrating_twice_changes_nothing(tiny_path: Path) -> None:
    before = tiny_path.read_bytes()
    migrate(tiny_path)
    assert tiny_path.read_bytes() == before


def test_the_database_cannot_be_written_through(tiny: TradeDatabase) -> None:
    with pytest.raises(TradeDataError, match="readonly"):
        tiny.rows("DELETE FROM economies")
    assert tiny.rows("SELECT count(*) FROM economies") == [(6,)]


def test_vintage_names_each_source(tiny: TradeDatabase) -> None:
    assert Vintage("trade_flows", "A", "r1", 2021) in tiny.vintage()
    assert Vintage("elasticities", "C", "r3", None) in tiny.vintage()


def test_a_newer_schema_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    message = rf"version {SCHEMA_VERSION + 1} and this program reads up to version {SCHEMA_VERSION}"
    with pytest.raises(TradeDataError, match=message):
        TradeDatabase(path)
    with pytest.raises(TradeDataError, match=message):
        migrate(path)


@pytest.mark.parametrize(
    "content", [b"", b"economy,name\n", b"SQLite format 3\x00" + b"\x00" * 200]
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.sqlite"
    path.write_bytes(content)
    with pytest.raises(TradeDataError, match="not a trade database"):
        TradeDatabase(path)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (id INTEGER)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(TradeDataError, match="not a trade database"):
        migrate(path)
    assert path.read_bytes() == before


def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "absent.sqlite"
    with pytest.raises(TradeDataError, match=r"absent\.sqlite"):
        TradeDatabase(path)
    assert not path.exists()
