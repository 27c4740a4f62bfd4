"""How fast a year of world trade comes in: `python tests/benchmarks/bench_ingest.py [ROWS]`.

A synthetic year in the layout of CEPII BACI (11 million rows unless said otherwise), imported whole
with its checks, its report and its provenance, against what pandas does alone: parsing the file,
and `read_csv` + `to_sql` with the two indexes a plain table needs, on a tenth of the rows. A reader
asks the database all the while; queries are timed afterwards. Processor seconds stand beside those
on the clock: on a machine that others use too they are the ones to compare.
"""

import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import synthetic_baci

from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.flow_arrays import flow_arrays
from workbench.tradedata.ingest.loader import import_files
from workbench.tradedata.starter.build import build

ROWS = 11_000_000
PLAIN_PART = 10
IMPORTERS = tuple(re.findall(r"\w+", "USA DEU JPN GBR FRA KOR IND CAN MEX AUS VNM THA BRA TUR POL"))
REPEATS = 15
TICK_SECONDS = 0.016

say = sys.stdout.write


def parse_alone(path: Path) -> tuple[float, float]:
    start, busy = time.perf_counter(), time.process_time()
    kinds = {"t": "int16", "i": "int16", "j": "int16", "k": "int32", "v": "float64", "q": "float64"}
    with pd.read_csv(
        path, dtype=kinds, na_values=["NA"], skipinitialspace=True, chunksize=500_000
    ) as reader:
        rows = sum(len(chunk) for chunk in reader)
    taken, busy = time.perf_counter() - start, time.process_time() - busy
    say(
        f"parsing the csv alone: {rows:,} rows, {taken:.1f} s ({busy:.1f} s of processor), "
        f"{rows / taken:,.0f} rows/s\n"
    )
    return rows / taken, rows / busy


def plain(path: Path, database: Path, rows: int) -> tuple[float, float]:
    """What one would write without thinking."""
    from sqlalchemy import create_engine, text

    start, busy = time.perf_counter(), time.process_time()
    frame = pd.read_csv(path, nrows=rows, dtype={"k": str}, skipinitialspace=True)
    engine = create_engine(f"sqlite:///{database}")
    frame.to_sql("flows", engine, index=False)
    with engine.begin() as connection:
        connection.execute(text("CREATE INDEX by_importer ON flows (j, k)"))
        connection.execute(text("CREATE INDEX by_exporter ON flows (i, k)"))
    engine.dispose()
    taken, busy = time.perf_counter() - start, time.process_time() - busy
    rate = len(frame) / taken
    say(
        f"pandas read_csv + to_sql: {len(frame):,} rows, {taken:.1f} s ({busy:.1f} s of "
        f"processor), {rate:,.0f} rows/s\n"
    )
    return rate, len(frame) / busy


def watched(database: Path, work: Callable[[], object]) -> list[float]:
    """Run the work while a reader asks; the seconds each question took."""
    waits: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            start = time.perf_counter()
            connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=60)
            connection.execute("SELECT sum(rows) FROM trade_blocks WHERE dataset < 5").fetchall()
            connection.close()
            waits.append(time.perf_counter() - start)
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        work()
    finally:
        done.set()
        asking.join()
    return waits


def milliseconds(run: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Median and slowest of some runs, warm."""
    run()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken), max(taken)


def ticked(database: Path, csv: Path) -> None:
    """The import in a thread, as the window does it: how late a timer of 16 ms gets its turn."""
    late: list[float] = []
    working = threading.Thread(target=import_files, args=([csv], database))
    working.start()
    before = time.perf_counter()
    while working.is_alive():
        time.sleep(TICK_SECONDS)
        now = time.perf_counter()
        late.append(1000 * (now - before - TICK_SECONDS))
        before = now
    working.join()
    late.sort()
    say(
        f"a timer beside an import in the same process: {len(late)} ticks, 99 of 100 less than "
        f"{late[len(late) * 99 // 100]:.0f} ms late, slowest {late[-1]:.0f} ms\n"
    )


def alone(database: Path, csv: Path) -> None:
    """The import in a process of its own, so that its memory is its own."""
    import_files([csv], database)
    # Not getrusage: a new process starts there with the peak of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    memory = f"{int(found[1]) / 1024:.0f}" if found else "unknown"
    say(f"{memory} {time.process_time()}\n")


def queried(database: Path) -> None:
    r = np.random.default_rng(7)
    codes = synthetic_baci.product_codes()
    products = [f"{code:06d}" for code in np.sort(r.choice(codes, 400, replace=False))]
    with TradeDatabase(database) as db:
        sides = {"importers": {"importers": IMPORTERS}, "exporters": {"exporters": IMPORTERS}}
        for name, picked in sides.items():
            found = flow_arrays(db, products, "HS2017", [2024], **picked)
            arrays = milliseconds(
                lambda picked=picked: flow_arrays(db, products, "HS2017", [2024], **picked)
            )
            frame = milliseconds(
                lambda picked=picked: queries.flows(db, products, "HS2017", [2024], **picked)
            )
            say(
                f"15 {name} x 400 subheadings: {len(found):,} flows; arrays {arrays[0]:.0f} ms "
                f"(slowest {arrays[1]:.0f}), DataFrame {frame[0]:.0f} ms (slowest {frame[1]:.0f})\n"
            )

    with TradeDatabase(database) as db:
        world = milliseconds(lambda: queries.world_trade(db, "HS2022", [2024]), repeats=3)
        say(f"imports of the world by product and economy: {world[0]:,.0f} ms\n")


def main() -> None:
    if len(sys.argv) == 3 and Path(sys.argv[1]).is_file():
        alone(Path(sys.argv[1]), Path(sys.argv[2]))
        return
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        csv, database = Path(folder) / synthetic_baci.NAME, Path(folder) / "t.sqlite"
        rows = synthetic_baci.write_year(csv, wanted)
        say(f"{rows:,} rows, {csv.stat().st_size / 1e6:.0f} MB of csv\n")
        parse_rate = parse_alone(csv)
        plain_rate = plain(csv, Path(folder) / "plain.sqlite", rows // PLAIN_PART)
        build(database)
        peak: list[str] = []

        def work() -> None:
            command = [sys.executable, __file__, str(database), str(csv)]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            peak.append(run.stdout.strip())

        start = time.perf_counter()
        waits = watched(database, work)
        taken = time.perf_counter() - start
        memory, busy = peak[0].split()
        rates = (rows / taken, rows / float(busy))
        say(
            f"import, from starting Python to the last byte written: {rows:,} rows, {taken:.1f} s "
            f"({float(busy):.1f} s of processor), {rates[0]:,.0f} rows/s, {memory} MB\n"
        )
        for name, at in (("on the clock", 0), ("of processor", 1)):
            say(
                f"{name}: {rates[at] / plain_rate[at]:.1f} times as fast as to_sql, "
                f"{parse_rate[at] / rates[at]:.1f} times the time of parsing alone\n"
            )
        say(
            f"a reader meanwhile: {len(waits)} questions, median "
            f"{1000 * statistics.median(waits):.0f} ms, slowest {1000 * max(waits):.0f} ms\n"
            f"database: {database.stat().st_size / 1e6:.0f} MB\n"
        )
        queried(database)
        part = Path(folder) / "part" / synthetic_baci.NAME
        part.parent.mkdir()
        synthetic_baci.write_year(part, rows // PLAIN_PART)
        database.unlink()
        build(database)
        ticked(database, part)


if __name__ == "__main__":
    main()
