"""The starter tables -> a trade database: a new file, finished or not there at all.

Everything goes through one transaction into freshly migrated tables, 500 rows a statement, in the
order of each table's key: the fastest way SQLite takes rows from Python. The file keeps the DELETE
journal, because a write-ahead log would need a writable folder to be read.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from itertools import groupby
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import TradeDataError
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata.codes import ECONOMY_IDS, product_id
from workbench.tradedata.database import migrate
from workbench.tradedata.ingest.writing import insert, packed
from workbench.tradedata.rate_text import DutyRate, parse_rate, programme_symbols
from workbench.tradedata.starter.layout import TABLES, read

_Row = tuple[object, ...]
_Flow = tuple[int, int, int, int, int, int | None, int]


def build(path: Path, progress: Progress = NO_PROGRESS, tables: Traversable = TABLES) -> None:
    """Write the starter database.

    Args:
        path: file to write; must not exist.
        progress: told about each group of tables.
        tables: folder of the packaged tables.

    Raises:
        TradeDataError: the disk is full or the folder is not writable.
        Cancelled: asked to stop; the unfinished file is the caller's to remove.
    """
    try:
        migrate(path)
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("BEGIN IMMEDIATE")
            builder = _Builder(connection, tables)
            for done, step in enumerate(builder.steps):
                progress.step(done, len(builder.steps), "Building the starter database")
                step()
            connection.execute("COMMIT")
            progress.step(len(builder.steps), len(builder.steps), "Starter database built")
        finally:
            connection.close()
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise TradeDataError(
            f"{path}: the starter database cannot be written ({error}); free some disk space, or "
            "name another folder in the environment variable PACTWRIGHT_DATA"
        ) from error


class _Builder:
    """Fills one table after another; each step knows its own tables only."""

    def __init__(self, connection: sqlite3.Connection, tables: Traversable) -> None:
        self.connection = connection
        self.tables = tables
        self.steps = (
            self._datasets,
            self._economies,
            self._products,
            self._trade,
            self._programmes,
            self._us_tariffs,
            self._base_rates,
            self._members,
            self._content,
            self._rest,
            self._counts,
        )
        self.dataset_ids: dict[str, int] = {}
        self.programme_ids: dict[str, int] = {}
        self.members: dict[tuple[int, int, int, str], tuple[str | None, bool]] = {}
        self.unit_values: dict[int, float] = {}

    def _read(self, name: str) -> Iterator[list[str]]:
        return read(name, self.tables)

    def _insert(self, table: str, columns: str, rows: Iterable[_Row]) -> None:
        """Append rows; `columns` are names apart by spaces."""
        insert(self.connection, table, columns.split(), rows)

    def _datasets(self) -> None:
        rows = []
        for number, row in enumerate(self._read("datasets"), start=1):
            key, table, source, edition, hs, first, last, licence, file, sha256, rejected, note = (
                row
            )
            self.dataset_ids[key] = number
            years = (_whole(first), _whole(last))
            rows.append(
                (
                    number,
                    table,
                    source,
                    edition,
                    _whole(hs),
                    *years,
                    licence,
                    file,
                    sha256,
                    0,
                    int(rejected),
                    note,
                    *(("FOB", "reconciled", True) if table == "trade_flows" else (None,) * 3),
                )
            )
        self._insert(
            "datasets",
            "id table_name source edition hs_edition year_from year_to licence file sha256 rows "
            "rejected note basis reported_by whole_market",
            rows,
        )

    def _economies(self) -> None:
        territories = [(facts[0], code, facts[1]) for code, facts in CUSTOMS_TERRITORIES.items()]
        self._insert(
            "economies",
            "id code name",
            sorted([(facts[0], code, facts[1]) for code, facts in ECONOMIES.items()] + territories),
        )
        groups: list[tuple[str, str, str, Sequence[str]]] = [
            (code, facts[1], "customs-territory", facts[2])
            for code, facts in CUSTOMS_TERRITORIES.items()
        ]
        groups += [
            (code, name, "grouping", members.split())
            for code, name, members in self._read("groups")
        ]
        self._insert(
            "economy_groups",
            "id code name kind",
            [
                (number, code, name, kind)
                for number, (code, name, kind, _) in enumerate(groups, start=1)
            ],
        )
        self._insert(
            "economy_group_members",
            "group_id economy",
            sorted(
                (number, ECONOMY_IDS[member])
                for number, (_, _, _, members) in enumerate(groups, start=1)
                for member in members
            ),
        )

    def _products(self) -> None:
        self._insert(
            "products",
            "edition code parent level",
            sorted(
                (int(edition), product_id(code), product_id(code[:-2] or "0") or None, len(code))
                for code, editions in self._read("products")
                for edition in editions.split()
            ),
        )
        self._insert(
            "concordances",
            "dataset from_edition to_edition from_code to_code relationship",
            sorted(
                (
                    self._concordance(int(start), int(end)),
                    int(start),
                    int(end),
                    product_id(source),
                    product_id(target),
                    relationship,
                )
                for start, source, end, target, relationship in self._read("concordances")
            ),
        )

    def _concordance(self, start: int, end: int) -> int:
        """The dataset that relates two editions, whichever way."""
        newer, older = max(start, end), min(start, end)
        # The step from 2012 to 2007 is kept chained with the later ones.
        newer = 2012 if older == 2007 else newer
        return self.dataset_ids[f"concordance-{newer}-{older}"]

    def _trade(self) -> None:
        datasets = {year: self.dataset_ids[f"trade-{year}"] for year in (2022, 2024)}
        rows: list[_Flow] = []
        usa = ECONOMY_IDS["USA"]
        value: dict[int, int] = defaultdict(int)
        weight: dict[int, int] = defaultdict(int)
        for code, importer, exporter, usd_2022, usd_2024, kg_2024 in self._read("trade"):
            product = product_id(code)
            ends = (ECONOMY_IDS[importer], ECONOMY_IDS[exporter])
            if usd_2022:
                rows.append((2022, product, *ends, int(usd_2022), None, datasets[2022]))
            if usd_2024:
                kilograms = _whole(kg_2024)
                rows.append((2024, product, *ends, int(usd_2024), kilograms, datasets[2024]))
                if ends[0] == usa and kilograms:
                    value[product] += int(usd_2024)
                    weight[product] += kilograms
        self.unit_values = {product: value[product] / weight[product] for product in weight}
        rows.sort(key=lambda row: row[:4])
        self._insert(
            "trade_flows",
            "year product importer exporter value_usd quantity_kg dataset",
            rows,
        )
        self._insert(
            "trade_blocks",
            "year product rows importer exporter value_usd quantity_kg dataset",
            [
                _block(year, product, list(group))
                for (year, product), group in groupby(rows, key=lambda row: row[:2])
            ],
        )

    def _programmes(self) -> None:
        facts: dict[str, _Row] = {}
        datasets = {
            "list": self.dataset_ids["programmes-2016"],
            "own": self.dataset_ids["programmes-own"],
        }
        for origin, code, name, kind, importer, partners, start, end, sure in self._read(
            "programmes"
        ):
            if code not in facts:
                self.programme_ids[code] = len(facts) + 1
                facts[code] = (len(facts) + 1, code, name, kind, datasets[origin])
            for partner in partners.split():
                key = (
                    ECONOMY_IDS[importer],
                    ECONOMY_IDS[partner],
                    self.programme_ids[code],
                    start,
                )
                self.members[key] = (end or None, sure == "1")
        self._insert("programmes", "id code name kind dataset", facts.values())

    def _us_tariffs(self) -> None:
        """One row a line and programme: most lines give one rate to one of a few sets of them."""
        by_symbol = {symbol: self.programme_ids[code] for symbol, code in self._read("us_symbols")}
        column2 = (self.programme_ids["US-COLUMN-2"],)
        sets: dict[tuple[int, ...], int] = {(0,): 0, column2: 1}
        rows: list[_Row] = []
        for line, mfn, second, special in self._read("us_tariffs"):
            product = product_id(line[:6])
            usd_per_kg = self.unit_values.get(product)
            stated: list[tuple[str, tuple[int, ...], str]] = [
                ("mfn", (0,), mfn),
                ("column2", column2, second),
            ]
            stated += [
                ("preference", programmes, text)
                for text, programmes in _preferences(special, by_symbol)
            ]
            for regime, programmes, text in stated:
                number = sets.setdefault(programmes, len(sets))
                rows.append((product, line, regime, number, *_figures(text, usd_per_kg), text))
        run = self.connection.execute
        run(
            "CREATE TEMP TABLE stated (product, line, regime, number, ad_valorem, specific, "
            "specific_unit, ad_valorem_equivalent, ave_method, ave_year, text)"
        )
        run("CREATE TEMP TABLE sets (number, programme, PRIMARY KEY (number, programme))")
        self._insert(
            "stated",
            "product line regime number ad_valorem specific specific_unit ad_valorem_equivalent "
            "ave_method ave_year text",
            rows,
        )
        self._insert(
            "sets",
            "number programme",
            [
                (number, programme)
                for programmes, number in sets.items()
                for programme in programmes
            ],
        )
        run(
            f"INSERT INTO tariffs ({','.join(_TARIFF_COLUMNS.split())}) "
            "SELECT ?, product, line, regime, programme, 2025, '', ad_valorem, specific, "
            "specific_unit, ad_valorem_equivalent, ave_method, ave_year, text, ? "
            "FROM stated JOIN sets USING (number) ORDER BY product, line, regime, programme",
            (ECONOMY_IDS["USA"], self.dataset_ids["us-tariffs"]),
        )
        run("DROP TABLE stated")
        run("DROP TABLE sets")

    def _base_rates(self) -> None:
        rows = []
        for importer, line, base in self._read("rcep_base"):
            try:
                rate = round(float(base), 8)
            except ValueError:
                # Specific duties of the schedules are in the importer's own money.
                figures: _Row = (None, None, None, None, None, None)
                text = base
            else:
                figures = (rate, None, None, rate, "ad valorem", None)
                text = f"{rate * 100:g}%"
            rows.append(
                (
                    ECONOMY_IDS[importer],
                    product_id(line[:6]),
                    line,
                    "base",
                    0,
                    2014,
                    "",
                    *figures,
                    f"{text} (base rate of the RCEP schedule, applied in 2014)",
                    self.dataset_ids[f"rcep-{importer}"],
                )
            )
        rows.sort(key=lambda row: row[:3])
        self._insert("tariffs", _TARIFF_COLUMNS, rows)

    def _members(self) -> None:
        known = set(
            self.connection.execute("SELECT DISTINCT importer, programme FROM tariffs").fetchall()
        )
        self._insert(
            "programme_members",
            "importer partner programme valid_from valid_to confirmed rates_known",
            [
                (*key, end, confirmed, (key[0], key[2]) in known)
                for key, (end, confirmed) in sorted(self.members.items())
            ],
        )

    def _content(self) -> None:
        rows = []
        # The table is in the order of the key.
        for economy, sector, origins, declared, traced in self._read("content"):
            numbers = [ECONOMY_IDS[code] for code in origins.split()]
            rows.append(
                (
                    2022,
                    sector,
                    ECONOMY_IDS[economy],
                    len(numbers),
                    packed("H", numbers),
                    *(
                        packed("d", [int(share) / 100_000 for share in shares.split()])
                        for shares in (declared, traced)
                    ),
                    self.dataset_ids["content"],
                )
            )
        self._insert(
            "content_shares",
            "year sector economy rows origin declared_share traced_share dataset",
            rows,
        )

    def _rest(self) -> None:
        self._insert("product_sectors", "prefix sector", [tuple(r) for r in self._read("sectors")])
        self._insert(
            "input_links",
            "edition output input material kind",
            [
                (2022, product_id(output), product_id(used), material, "ore to refined")
                for output, used, material in self._read("links")
            ],
        )
        dataset = self.dataset_ids["elasticities"]
        self._insert(
            "elasticities",
            "dataset product elasticity",
            [
                (dataset, product_id(code), float(value))
                for code, value in self._read("elasticities")
            ],
        )
        self._insert(
            "indicators",
            "indicator economy value at_bound unit year_from year_to dataset",
            sorted(
                (
                    name,
                    ECONOMY_IDS[economy],
                    float(value),
                    bound == "1",
                    unit,
                    int(first),
                    int(last),
                    self.dataset_ids[key],
                )
                for name, economy, value, bound, unit, first, last, key in self._read("indicators")
            ),
        )

        dataset = self.dataset_ids["minerals"]
        self._insert(
            "reference_figures",
            "dataset measure item economy other_item other_economy year value unit",
            sorted(
                (
                    dataset,
                    "production",
                    item,
                    ECONOMY_IDS[economy] if economy else 0,
                    "",
                    0,
                    int(year),
                    float(value),
                    unit,
                )
                for item, economy, year, value, unit in self._read("minerals")
            ),
        )

    def _counts(self) -> None:
        """State how many rows came from each source."""
        counts: dict[int, int] = {}
        shared = (
            "trade_flows",
            "tariffs",
            "programmes",
            "elasticities",
            "indicators",
            "concordances",
            "reference_figures",
        )
        for table in shared:
            counts |= dict(
                self.connection.execute(f"SELECT dataset, count(*) FROM {table} GROUP BY dataset")
            )
        for key, number in self.dataset_ids.items():
            if key.startswith("products-"):
                where = f"products WHERE edition = {int(key.removeprefix('products-'))}"
            elif key == "content":
                (counts[number],) = self.connection.execute(
                    "SELECT sum(rows) FROM content_shares"
                ).fetchone()
                continue
            elif key in _ALONE_IN_TABLE:
                where = _ALONE_IN_TABLE[key]
            else:
                continue
            (counts[number],) = self.connection.execute(f"SELECT count(*) FROM {where}").fetchone()
        self.connection.executemany(
            "UPDATE datasets SET rows = ? WHERE id = ?",
            [(counts.get(number, 0), number) for number in self.dataset_ids.values()],
        )


def _block(year: int, product: int, flows: list[_Flow]) -> _Row:
    """The flows of a year and product as one row of columns."""
    _, _, importer, exporter, value, quantity, dataset = zip(*flows, strict=True)
    weights = [-1 if kilograms is None else kilograms for kilograms in quantity]
    return (
        year,
        product,
        len(flows),
        packed("H", importer),
        packed("H", exporter),
        packed("q", value),
        packed("q", weights),
        dataset[0],
    )


_ALONE_IN_TABLE = {
    "economies": "economies",
    "sectors": "product_sectors",
    "links": "input_links",
}

_TARIFF_COLUMNS = (
    "importer product line regime programme year valid_from ad_valorem specific specific_unit "
    "ad_valorem_equivalent ave_method ave_year text dataset"
)


def _preferences(special: str, by_symbol: dict[str, int]) -> list[tuple[str, tuple[int, ...]]]:
    """Rates of the special column with the programmes that give them; a programme counts once."""
    taken: set[int] = set()
    found = []
    for text, symbols in programme_symbols(special):
        programmes = {by_symbol[symbol] for symbol in symbols} - taken
        taken |= programmes
        if programmes:
            found.append((text, tuple(sorted(programmes))))
    return found


@cache
def _rate(text: str) -> DutyRate | None:
    return parse_rate(text)


def _figures(text: str, usd_per_kg: float | None) -> _Row:
    """ad_valorem, specific, specific_unit, ad_valorem_equivalent, ave_method, ave_year."""
    rate = _rate(text)
    if rate is None:
        return (None, None, None, None, None, None)
    if not rate.specific:
        return (rate.ad_valorem, None, None, rate.ad_valorem, "ad valorem", None)
    equivalent = rate.equivalent(usd_per_kg)
    if equivalent is None:
        return (rate.ad_valorem, rate.specific, rate.unit, None, None, None)
    method = "unit value of imports from all economies (BACI, free on board)"
    return (rate.ad_valorem, rate.specific, rate.unit, equivalent, method, 2024)


def _whole(text: str) -> int | None:
    return int(text) if text else None
