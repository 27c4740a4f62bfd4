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


def _older_version(path: Path, revision: str) -> None:
    """An empty database as an older release made it."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import URL, create_engine

    import workbench.tradedata

    config = Config()
    folder = Path(workbench.tradedata.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def _first_version(path: Path) -> None:
    """A database of the first release, with a few rows."""
    _older_version(path, "0001")
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(
                "INSERT INTO datasets VALUES (1, 'trade_flows', 'CEPII BACI', 'r1', 2017, 2021, "
                "2021, 'l', 'f', 'h', 1, 0, '')"
            )
            connection.execute(
                "INSERT INTO datasets VALUES (2, 'concordances', 'U', 'HS2022 to HS2017', NULL, "
                "NULL, NULL, 'l', 'f', 'h', 1, 0, '')"
            )
            connection.execute("INSERT INTO trade_flows VALUES (2021, 850511, 840, 156, 9, 1, 1)")
            connection.execute(
                "INSERT INTO concordances VALUES (2017, 811292, 2022, 811231, '1:n', NULL)"
            )
    finally:
        connection.close()


def test_an_older_database_is_brought_up_with_a_backup_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    _first_version(path)
    with TradeDatabase(path) as database:
        assert database.schema_version == SCHEMA_VERSION
        assert database.rows("SELECT dataset, value_usd FROM trade_flows") == [(1, 9)]
        assert database.rows("SELECT dataset, from_code FROM concordances") == [(2, 811292)]
        assert database.rows("SELECT basis, reported_by FROM datasets WHERE id = 1") == [
            ("FOB", "reconciled")
        ]
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
    connection = sqlite3.connect(tmp_path / "old.version-1.sqlite")
    try:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT value_usd FROM trade_flows").fetchall() == [(9,)]
    finally:
        connection.close()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "old.sqlite",
        "old.version-1.sqlite",
    ]


def test_an_older_database_that_cannot_be_brought_up_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    _first_version(path)
    before = path.read_bytes()

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.tradedata.database.migrate", full)
    with pytest.raises(
        TradeDataError, match=f"version 1 and cannot be brought up to version {SCHEMA_VERSION}"
    ):
        TradeDatabase(path)
    assert path.read_bytes() == before


def test_version_2_keeps_its_rows_and_gets_the_new_tables(tmp_path: Path) -> None:
    path = tmp_path / "second.sqlite"
    _older_version(path, "0002")
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute("INSERT INTO products VALUES (2022, 850511, 8505, 6)")
            connection.execute(
                "INSERT INTO input_links VALUES (1, 2022, 740311, 260300, 'copper', 'ore', NULL)"
            )
    finally:
        connection.close()
    with TradeDatabase(path) as database:
        assert database.rows("SELECT code, dataset FROM products") == [(850511, None)]
        assert database.rows("SELECT material, dataset FROM input_links") == [("copper", None)]
        assert database.rows("SELECT count(*) FROM product_lists") == [(0,)]
        assert database.rows("SELECT count(*) FROM reference_figures") == [(0,)]
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
    connection = sqlite3.connect(tmp_path / "second.version-2.sqlite")
    try:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    finally:
        connection.close()


def test_version_3_keeps_its_rows_and_gets_room_for_lists_and_rules(tmp_path: Path) -> None:
    path = tmp_path / "third.sqlite"
    _older_version(path, "0003")
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute("INSERT INTO product_lists VALUES (1, 'mine', '', '8505')")
    finally:
        connection.close()
    with TradeDatabase(path) as database:
        assert database.rows("SELECT prefix FROM product_lists") == [("8505",)]
        assert database.rows("SELECT count(*) FROM code_lists") == [(0,)]
        assert database.rows("SELECT count(*) FROM origin_rules") == [(0,)]
    assert (tmp_path / "third.version-3.sqlite").is_file()
