"""What holds for every import, whatever the format."""

import csv
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from workbench.errors import Cancelled, TradeDataError
from workbench.progress import Progress
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.ingest import loader
from workbench.tradedata.ingest.collected import Rejection, Stated
from workbench.tradedata.ingest.loader import import_files
from workbench.tradedata.ingest.overlap import AlreadyHeldError
from workbench.tradedata.ingest.report import rejected_rows, write_rejected
from workbench.tradedata.ingest.writer_lock import writing
from workbench.tradedata.maintenance import order_sources, remove_datasets
from workbench.tradedata.preferences import set_source_order, source_order
from workbench.tradedata.removal import remove_dataset

SAMPLES = Path(__file__).parents[3] / "data" / "ingest"
BACI = "BACI_HS17_Y2021_V202601.csv"
TABLES = (
    "datasets",
    "imports",
    "rejections",
    "source_order",
    "trade_flows",
    "trade_blocks",
    "tariffs",
    "programmes",
    "programme_members",
    "national_trade",
)


def content(database: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        return [connection.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in TABLES]


def write_baci(path: Path, release: str, value: str, rows: int = 1) -> Path:
    file = path / f"BACI_HS17_Y2021_V{release}.csv"
    lines = [f"2021,156,842,{850511 + n % 9:06d},{value},1" for n in range(min(rows, 9))]
    lines += [
        f"2021,{i},842,{n:06d},{value},1" for n in range(20_000, 20_000 + rows) for i in (36,)
    ]
    file.write_text("t,i,j,k,v,q\n" + "\n".join(lines) + "\n")
    return file


def test_the_same_file_twice_changes_nothing(bring, database):
    first = bring(BACI)
    before = content(database)
    again = bring(BACI)
    assert again.unchanged
    assert (again.read, again.taken, dict(again.rejected)) == (7, 4, dict(first.rejected))
    assert content(database) == before


def test_provenance_tells_what_a_file_gave(bring, ask, opened, tmp_path):
    report = bring(BACI)
    ((file, sha256, read, taken, left_out, why),) = ask(
        "SELECT file, sha256, read, taken, rejected, why FROM imports"
    )
    assert (file, read, taken, left_out) == (BACI, 7, 4, 3)
    assert sha256 == report.sha256
    assert why == report.why
    rows = rejected_rows(opened(), 1)
    assert [row.reason for row in rows] == [r.reason for r in report.rejections]
    write_rejected(rows, tmp_path / "rejected.csv")
    with (tmp_path / "rejected.csv").open(newline="") as stream:
        written = list(csv.DictReader(stream))
    assert {"row": "5", "reason": "no such economy", "text": "2021,999,842,850511,1,1"} in written


def test_a_newer_release_takes_the_place_only_when_told(bring, ask, tmp_path):
    bring(write_baci(tmp_path, "202601", "1"))
    newer = write_baci(tmp_path, "202701", "2")
    with pytest.raises(TradeDataError, match=r"already holds some .* 202601, 2021.* --replace"):
        bring(newer)
    report = bring(newer, replace=True)
    assert [held.edition for held in report.replaced] == ["HS17 202601"]
    assert ask(
        "SELECT d.edition, f.value_usd FROM trade_flows f JOIN datasets d ON d.id = f.dataset "
        "WHERE f.year = 2021 AND f.product = 850511"
    ) == [("HS17 202701", 2000)]
    assert ask("SELECT count(*) FROM imports") == [(1,)]


def test_another_year_or_importer_is_no_newer_release(bring, ask, tmp_path):
    bring(BACI)
    other = tmp_path / "BACI_HS17_Y2020_V202601.csv"
    other.write_text("t,i,j,k,v,q\n2020,156,842,850511,1,1\n")
    assert bring(other).replaced == ()
    bring("dataweb_wide.csv")
    assert ask("SELECT count(DISTINCT source) FROM datasets WHERE table_name='trade_flows'") == [
        (2,)
    ]


def frame_edition(ask) -> str:
    ((edition,),) = ask(
        "SELECT edition FROM datasets WHERE source = 'USITC DataWeb' "
        "AND table_name = 'trade_flows' AND year_to >= 2022 AND year_from <= 2022"
    )
    return edition


def test_two_sources_are_kept_and_the_order_decides(bring, ask, opened, database, tmp_path):
    file = tmp_path / "BACI_HS22_Y2022_V202601.csv"
    file.write_text(
        "t,i,j,k,v,q\n2022,392,842,850511,1,1\n2022,156,842,850511,3,1\n2022,36,36,850511,1,1\n"
    )
    bring(file)
    bring("dataweb_wide.csv")

    def imports() -> dict[str, float]:
        frame = queries.flows(opened(), ["850511"], "HS2022", [2022], importers=["USA"])
        return frame.set_index("exporter")["value_usd"].to_dict()

    # one source gives a market whole
    assert source_order(opened(), "trade_flows")[0] == "CEPII BACI"
    assert imports() == {"JPN": 1000, "CHN": 3000}
    with closing(sqlite3.connect(database)) as connection, connection:
        set_source_order(connection, "trade_flows", ["USITC DataWeb", "CEPII BACI"])
    # the query of one country is no whole market: it gives its lane, the other source the rest
    assert imports() == {"JPN": 2000, "CHN": 3000}
    frame = queries.flows(opened(), ["850511"], "HS2022", [2022], importers=["USA"])
    assert frame.set_index("exporter")["source"].to_dict() == {
        "JPN": "USITC DataWeb " + frame_edition(ask),
        "CHN": "CEPII BACI HS22 202601",
    }
    order_sources(database, "trade_flows", ["CEPII BACI"])
    assert imports() == {"JPN": 1000, "CHN": 3000}
    assert source_order(opened(), "trade_flows") == ["CEPII BACI", "USITC DataWeb"]
    with pytest.raises(TradeDataError, match="it has CEPII BACI, USITC DataWeb"):
        order_sources(database, "trade_flows", ["Nobody"])
    order_sources(database, "trade_flows", ["USITC DataWeb", "CEPII BACI"])
    alone = queries.flows(opened(), ["850511"], "HS2022", [2022], exporters=["CHN"])
    assert alone[alone["importer"] == "USA"]["value_usd"].tolist() == [3000]


def test_sources_that_nobody_ordered_stand_as_stated_and_behind_those_somebody_did(
    bring, opened, database
):
    assert source_order(opened(), "concordances")[0].startswith("UN Statistics Division")
    order_sources(database, "tariffs", ["RCEP Annex I, tariff schedules"])
    bring("adb_mfn_applied_duty_22_02_2026_16_59_09.csv")
    assert source_order(opened(), "tariffs") == [
        "RCEP Annex I, tariff schedules",
        "USITC tariff database",
        "WTO Tariff and Trade Data",
    ]


def test_what_is_held_already_is_an_error_of_its_own_and_told_by_a_dry_run(bring, tmp_path):
    bring(write_baci(tmp_path, "202501", "1"))
    newer = write_baci(tmp_path, "202601", "2")
    with pytest.raises(AlreadyHeldError) as caught:
        bring(newer)
    assert str(caught.value).startswith(caught.value.what)
    assert "--replace" not in caught.value.what
    (note,) = bring(newer, dry_run=True).notes
    assert "already holds some of these figures from CEPII BACI (HS17 202501" in note
    # of rates too, whose programmes have numbers in the database
    bring("tariff_database_202506.txt")
    later = tmp_path / "tariff_database_202507.txt"
    later.write_bytes((SAMPLES / "tariff_database_202506.txt").read_bytes() + b"\n")
    (note,) = bring(later, dry_run=True).notes
    assert "USITC tariff database" in note


def test_rejected_rows_are_no_formulas_and_come_whole_or_not_at_all(tmp_path):
    path = tmp_path / "rejected.csv"
    rows = [
        Rejection(1, "not a number where one must be", '=HYPERLINK("http://x")'),
        Rejection(2, "no value", "-1,2"),
        Rejection(3, "no value", "2021,1"),
    ]
    write_rejected(rows, path)
    with path.open(newline="") as stream:
        texts = [row[2] for row in csv.reader(stream)][1:]
    assert texts == ['\'=HYPERLINK("http://x")', "'-1,2", "2021,1"]

    def broken():
        yield rows[0]
        raise RuntimeError("a fault")

    before = path.read_bytes()
    with pytest.raises(RuntimeError):
        write_rejected(broken(), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["rejected.csv"]
    with pytest.raises(TradeDataError, match="choose another place"):
        write_rejected(rows, tmp_path / "absent" / "rejected.csv")


def test_a_removed_dataset_can_come_again(bring, ask, database):
    bring(BACI)
    with closing(sqlite3.connect(database)) as connection, connection:
        ((number,),) = connection.execute("SELECT id FROM datasets WHERE import_id = 1").fetchall()
        remove_dataset(connection, number)
    assert ask("SELECT count(*) FROM imports") == [(0,)]
    assert ask("SELECT count(*) FROM trade_blocks WHERE year = 2021") == [(0,)]
    assert not bring(BACI).unchanged


def test_a_dry_run_writes_nothing(bring, database, tmp_path):
    before = content(database)
    report = bring(BACI, dry_run=True)
    assert (report.read, report.taken) == (7, 4)
    assert report.datasets[0].rows == 4
    assert content(database) == before
    absent = tmp_path / "absent" / "none.sqlite"
    import_files([SAMPLES / BACI], absent, dry_run=True)
    assert not absent.parent.exists()


def test_cancelling_at_any_step_leaves_everything_as_it_was(database, tmp_path):
    file = write_baci(tmp_path, "202601", "1", rows=3000)
    before = content(database)
    steps: list[str] = []
    import_files([file], database, dry_run=True, progress=Progress(lambda *s: steps.append(s[2])))
    assert len(steps) >= 3
    for at in range(len(steps)):
        left = iter(range(at))
        stop = Progress(None, lambda left=left: next(left, None) is None)
        with pytest.raises(Cancelled):
            import_files([file], database, progress=stop)
        assert content(database) == before


def test_a_bug_in_the_middle_of_writing_leaves_everything_as_it_was(
    database, monkeypatch: pytest.MonkeyPatch
):
    before = content(database)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(loader, "derive", fail)
    with pytest.raises(ZeroDivisionError):
        import_files([SAMPLES / BACI], database)
    assert content(database) == before


def test_several_files_come_all_or_none(database, tmp_path):
    before = content(database)
    broken = tmp_path / "TradeData.csv"
    broken.write_text((SAMPLES / "TradeData_new.csv").read_text().replace(",H6,", ",XX,"))
    with pytest.raises(TradeDataError, match="no row of this file could be taken"):
        import_files([SAMPLES / BACI, broken], database)
    assert content(database) == before


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from workbench.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.exit(main(["import", "baci", sys.argv[2], "--db", sys.argv[3]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_leaves_everything_as_it_was(database, tmp_path):
    before = content(database)
    file = write_baci(tmp_path, "202601", "1", rows=60_000)
    limit = database.stat().st_size // 4
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(limit), str(file), str(database)],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2, run.stderr
    assert "could not be written and nothing was changed" in run.stderr
    assert run.stderr.count("\n") == 1
    assert content(database) == before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_random_moments_nothing_is_damaged_and_nothing_half_done(database, tmp_path):
    file = write_baci(tmp_path, "202601", "1", rows=30_000)
    before = content(database)
    command = [sys.executable, "-m", "workbench", "import", "baci", str(file), "--db"]
    start = time.monotonic()
    whole, untouched = tmp_path / "whole.sqlite", tmp_path / "untouched.sqlite"
    for copy in (whole, untouched):
        shutil.copy(database, copy)
    subprocess.run([*command, str(whole)], check=True, capture_output=True)
    seconds = time.monotonic() - start
    r = random.Random(1)
    killed = 0
    while killed < int(os.environ.get("KILLS", "4")):
        run = subprocess.Popen([*command, str(database)], stdout=subprocess.DEVNULL)
        time.sleep(r.uniform(0.3, 1.1) * seconds)
        run.send_signal(signal.SIGKILL)
        killed += run.wait() == -signal.SIGKILL
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            done = connection.execute("SELECT count(*) FROM imports").fetchone() == (1,)
        if done:
            assert same(content(database), content(whole))
            database.with_name("trade.sqlite-wal").unlink(missing_ok=True)
            database.with_name("trade.sqlite-shm").unlink(missing_ok=True)
            shutil.copy(untouched, database)
        assert content(database) == before
    import_files([file], database)
    assert same(content(database), content(whole))


def same(one: list[list[tuple[object, ...]]], other: list[list[tuple[object, ...]]]) -> bool:
    """Equal but for the moment of the import."""
    at = TABLES.index("imports")
    return [*one[:at], *one[at + 1 :]] == [*other[:at], *other[at + 1 :]]


def test_a_second_writer_is_told_who_writes(database):
    with (
        writing(database, "an import of big.csv"),
        pytest.raises(
            TradeDataError, match=rf"process {os.getpid()} has held .* an import of big\.csv"
        ),
    ):
        import_files([SAMPLES / BACI], database)
    import_files([SAMPLES / BACI], database)


def test_readers_go_on_while_a_writer_writes(database, tmp_path):
    import_files([SAMPLES / "dataweb_wide.csv"], database)
    file = write_baci(tmp_path, "202601", "1", rows=40_000)
    waits: list[float] = []
    counts: set[int] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            start = time.monotonic()
            with TradeDatabase(database) as db:
                frame = queries.flows(db, ["850511"], "HS2017", [2021])
            waits.append(time.monotonic() - start)
            counts.add(len(frame))

    reader = threading.Thread(target=ask)
    reader.start()
    try:
        import_files([file], database)
    finally:
        done.set()
        reader.join()
    assert counts <= {1, 2}
    assert max(waits) < 2


def test_a_new_database_starts_from_the_starter_and_only_whole(starter, tmp_path):
    own = tmp_path / "folder" / "trade.sqlite"
    with pytest.raises(TradeDataError):
        import_files(
            [SAMPLES / "hts.json"],
            own,
            stated=Stated(codes=("99",), year=2025),
            starter=_at(starter),
        )
    assert not own.exists()
    import_files([SAMPLES / BACI], own, starter=_at(starter))
    assert [path.name for path in own.parent.iterdir() if path.is_dir()] == []
    with TradeDatabase(own) as db:
        assert len(queries.flows(db, ["850511"], "HS2017", [2021])) == 3
        assert len(queries.flows(db, ["850511"], "HS2017", [2024])) > 1000
        assert db.rows("PRAGMA journal_mode") == [("wal",)]


def _at(starter: TradeDatabase):
    return lambda progress: starter.path


def test_the_starter_database_itself_is_never_written(
    starter, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PACTWRIGHT_DATA", str(tmp_path))
    path = tmp_path / "starter-0123.sqlite"
    shutil.copy(starter.path, path)
    with pytest.raises(TradeDataError, match="only read"):
        import_files([SAMPLES / BACI], path)


def test_a_database_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TradeDataError, match=r"none\.sqlite: there is no such trade database"):
        import_files([SAMPLES / BACI], tmp_path / "none.sqlite")


def test_weights_come_from_trade_known_in_both_editions(bring, ask, opened, database, tmp_path):
    ((start, end, source),) = ask(
        "SELECT from_edition, to_edition, from_code FROM concordances WHERE from_edition = 2017 "
        "AND to_edition = 2022 GROUP BY from_code HAVING count(*) = 2 ORDER BY from_code LIMIT 1"
    )
    targets = [
        row[0]
        for row in ask(
            "SELECT to_code FROM concordances WHERE from_edition = ? AND to_edition = ? "
            "AND from_code = ? ORDER BY 1",
            start,
            end,
            source,
        )
    ]
    file = tmp_path / "BACI_HS22_Y2023_V202601.csv"
    file.write_text(
        f"t,i,j,k,v,q\n2023,156,842,{targets[0]:06d},1,1\n2023,156,842,{targets[1]:06d},3,1\n"
    )
    bring(file)
    older = tmp_path / "BACI_HS17_Y2019_V202601.csv"
    older.write_text(f"t,i,j,k,v,q\n2019,156,842,{source:06d},8,1\n")
    bring(older)
    frame = queries.flows(opened(), [f"{t:06d}" for t in targets], "HS2022", [2019])
    assert frame.set_index("product")["value_usd"].to_dict() == {
        f"{targets[0]:06d}": 2000,
        f"{targets[1]:06d}": 6000,
    }
    assert not frame["equal_split"].any()
    # without the trade they follow from, the weights are gone too
    ((number,),) = ask("SELECT id FROM datasets WHERE file = ?", file.name)
    remove_datasets(database, [number])
    frame = queries.flows(opened(), [f"{t:06d}" for t in targets], "HS2022", [2019])
    assert frame["value_usd"].tolist() == [4000, 4000]
    assert frame["equal_split"].all()


def test_trade_in_an_old_edition_is_answered_in_a_new_one(bring, opened, tmp_path):
    file = tmp_path / "BACI_HS07_Y2010_V202601.csv"
    file.write_text("t,i,j,k,v,q\n2010,156,842,850511,8,1\n")
    bring(file)
    frame = queries.flows(opened(), ["850511"], "HS2022", [2010])
    assert frame["value_usd"].tolist() == [8000]
