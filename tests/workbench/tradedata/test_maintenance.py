"""Looking after a database: what is removed is gone, what fails changes nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from workbench.errors import Cancelled, TradeDataError
from workbench.progress import Progress
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.holdings import holdings, reach
from workbench.tradedata.ingest.writer_lock import writing
from workbench.tradedata.maintenance import (
    back_up,
    check,
    compact,
    prefer_source,
    remove_datasets,
)

FLOWS, TARIFFS = 1, 2


@pytest.fixture
def path(tiny_path: Path, tmp_path: Path) -> Path:
    own = Path(shutil.copy(tiny_path, tmp_path / "own.sqlite"))
    change(own, "UPDATE datasets SET rows = 7 WHERE id = 1")
    return own


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def stopped() -> Progress:
    return Progress(stopped=lambda: True)


def test_holdings_state_every_dataset_with_its_provenance(path):
    with TradeDatabase(path) as database:
        found = holdings(database)
    assert [held.table for held in found.datasets][:2] == ["trade_flows", "tariffs"]
    flows = found.datasets[0]
    assert (flows.source, flows.edition, flows.years, flows.hs_edition) == (
        "A",
        "r1",
        (2021, 2021),
        2017,
    )
    assert flows.import_id is None
    assert flows.imported_at == ""
    assert flows.removable
    assert found.size_bytes == path.stat().st_size
    assert not found.starter


def test_reach_counts_products_by_importer_and_year(path):
    with TradeDatabase(path) as database:
        found = reach(database, "trade_flows")
        rates = reach(database, "tariffs")
        with pytest.raises(TradeDataError, match="no economies and years"):
            reach(database, "elasticities")
    assert found.years == ("2021",)
    assert dict(zip(found.economies, found.counts, strict=True)) == {
        "USA": ((5,)),
        "DEU": ((1,)),
        "FRA": ((1,)),
    }
    assert found.economies[0] == "USA"
    assert dict(zip(rates.economies, rates.counts, strict=True)) == {"USA": ((2,))}


def test_removed_trade_is_gone_from_every_table(path):
    remove_datasets(path, [FLOWS])
    assert count(path, "trade_flows") == 0
    assert count(path, "trade_blocks") == 0
    assert count(path, "tariffs") == 3
    assert check(path) == ()


def test_removed_rates_are_no_longer_known(path):
    known = "programme_members WHERE rates_known"
    assert count(path, known) == 1
    remove_datasets(path, [TARIFFS])
    assert count(path, "tariffs") == 0
    assert count(path, known) == 0


def test_what_all_figures_refer_to_stays(path):
    change(path, "UPDATE datasets SET table_name = 'economies' WHERE id = 6")
    with pytest.raises(TradeDataError, match="all other figures refer to it"):
        remove_datasets(path, [FLOWS, 6])
    assert count(path, "trade_flows") == 7


def test_a_cancelled_removal_changes_nothing(path):
    with pytest.raises(Cancelled):
        remove_datasets(path, [FLOWS], stopped())
    assert count(path, "trade_flows") == 7
    assert check(path) == ()


def test_one_writer_at_a_time(path):
    with writing(path, "an import of x.csv"), pytest.raises(TradeDataError, match=r"x\.csv"):
        remove_datasets(path, [FLOWS])
    assert count(path, "trade_flows") == 7


def test_the_starter_database_is_only_read(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PACTWRIGHT_DATA", str(tmp_path))
    starter = path.rename(tmp_path / "starter-0.sqlite")
    with pytest.raises(TradeDataError, match="only read"):
        remove_datasets(starter, [FLOWS])
    with pytest.raises(TradeDataError, match="only read"):
        compact(starter)
    assert check(starter) == ()


def test_compacting_gives_room_back(path):
    change(path, "CREATE TABLE large AS SELECT randomblob(2000000) AS x")
    change(path, "DROP TABLE large")
    with TradeDatabase(path) as database:
        assert holdings(database).free_bytes > 1_900_000
    done = compact(path)
    assert done.before - done.after > 1_900_000
    assert done.after == path.stat().st_size
    assert count(path, "trade_flows") == 7


def test_check_finds_rows_that_are_not_accounted_for(path):
    change(path, "DELETE FROM trade_flows WHERE product = 850511 AND importer = 840")
    change(path, "INSERT INTO elasticities VALUES (99, 850511, -1.0)")
    said = check(path)
    assert len(said) == 2
    assert said[0] == "A r1 states 7 flows and has 6 and 7"
    assert said[1] == "elasticities: 1 rows belong to no dataset"


def test_check_finds_a_damaged_file(path):
    content = bytearray(path.read_bytes())
    for place in range(3 * 8192, len(content) - 8192, 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert any("damaged" in words for words in check(path))


def test_a_backup_is_the_database(path, tmp_path):
    target = tmp_path / "backup.sqlite"
    back_up(path, target)
    assert count(target, "trade_flows") == 7
    assert check(target) == ()
    with pytest.raises(TradeDataError, match="the database itself"):
        back_up(path, path)
    with pytest.raises(TradeDataError, match="could not be written"):
        back_up(path, tmp_path / "nowhere" / "backup.sqlite")


def test_a_cancelled_backup_leaves_nothing(path, tmp_path):
    with pytest.raises(Cancelled):
        back_up(path, tmp_path / "backup.sqlite", stopped())
    assert [p.name for p in tmp_path.iterdir()] == ["own.sqlite"]


def test_a_preferred_source_answers_first(path):
    change(
        path,
        "INSERT INTO datasets SELECT 9, table_name, 'Z', edition, hs_edition, 1990, 1990, licence, "
        "file, sha256, 0, 0, note, basis, reported_by, whole_market, NULL FROM datasets "
        "WHERE id = 1",
    )

    def places() -> dict[str, int]:
        with TradeDatabase(path) as database:
            found = holdings(database).datasets
        return {held.source: held.place for held in found if held.table == "trade_flows"}

    assert places() == {"A": 1, "Z": 2}
    prefer_source(path, "trade_flows", "Z")
    assert places() == {"Z": 1, "A": 2}
    with pytest.raises(TradeDataError, match="no source"):
        prefer_source(path, "trade_flows", "nobody")
