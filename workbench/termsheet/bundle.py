"""A reproducibility bundle: text, rows used, parameters and results in one zip file.

A second office evaluates it without our database and compares the figures.
"""

import io
import json
import math
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.report import evaluation_data
from workbench.analysis.results import Evaluation
from workbench.definitions.reader import read_agreement
from workbench.definitions.writer import write_text
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.model.commitments import parameter_sources, parameter_values
from workbench.model.economies import members_of
from workbench.progress import NO_PROGRESS, Progress
from workbench.termsheet.request import (
    Audience,
    scenario_sha256,
    self_contained,
    without_notes,
)
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.extract import extract

TEXT, ROWS, RESULTS = "agreement.yaml", "rows.sqlite", "results.json"
SCENARIO, PARAMETERS_FILE, README = "scenario.json", "parameters.json", "README.txt"
_NAMES = (README, TEXT, SCENARIO, PARAMETERS_FILE, RESULTS, ROWS)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LARGEST = 2_000_000_000
_CLOSE = 1e-9
_ABOUT = """{title}

agreement.yaml   the text, shared lists written out
rows.sqlite      the rows of the trade database that the figures rest on
parameters.json  the assumptions of the claiming model
results.json     every figure, as `pactwright evaluate --json` prints it
scenario.json    option, year and fingerprint

To redo the figures:    pactwright evaluate agreement.yaml --db rows.sqlite{options}
To compare them at once: pactwright check-bundle FILE.zip
"""


@dataclass(frozen=True, slots=True)
class Check:
    """What evaluating a bundle gave: how many figures, and those that differ."""

    scenario_sha256: str
    figures: int
    differences: tuple[str, ...]


def bundle(
    agreement: Agreement,
    database: TradeDatabase,
    option: str | None = None,
    year: int | None = None,
    audience: Audience = Audience.INTERNAL,
    progress: Progress = NO_PROGRESS,
) -> bytes:
    """The bundle of an agreement as a zip file.

    Args:
        agreement: the text with its options.
        database: the trade database that the figures rest on.
        option: the option evaluated; None is the base text.
        year: since entry into force; None is fully staged.
        audience: partners get no notes.
        progress: told of each step.

    Raises:
        KeyError: there is no such option.
        TradeDataError: the database cannot be read.
        Cancelled: asked to stop.
    """
    text = self_contained(agreement)
    if audience is Audience.PARTNERS:
        text = without_notes(text)
    result = Evaluator(database).evaluate(text, option, year, progress)
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        rows = Path(folder) / ROWS
        _write_rows(result, database, rows)
        return _zipped(_files(result, text), rows.read_bytes())


def check_bundle(path: Path, progress: Progress = NO_PROGRESS) -> Check:
    """Evaluate a bundle from its own rows, and compare with its results.

    Raises:
        DefinitionError: it is no bundle.
        TradeDataError: its rows cannot be read.
        Cancelled: asked to stop.
    """
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        parts = _unpacked(path, Path(folder))
        try:
            scenario = json.loads(parts[SCENARIO].read_bytes())
            stated = json.loads(parts[RESULTS].read_bytes())
            option, year = scenario["option"], scenario["year"]
            stated_sha = str(scenario["sha256"])
        except (ValueError, KeyError, TypeError) as error:
            raise DefinitionError(
                f"{path}: {SCENARIO} or {RESULTS} in it is not what it should be; "
                "ask for the bundle again."
            ) from error
        agreement = read_agreement(parts[TEXT])
        if option is not None and option not in [one.name for one in agreement.options]:
            raise DefinitionError(f"{path}: its text has no option '{option}'.")
        with TradeDatabase(parts[ROWS]) as database:
            result = Evaluator(database).evaluate(agreement, option, year, progress)
        found = evaluation_data(result)
        sha = scenario_sha256(result, result.agreement)
    differences = [] if sha == stated_sha else ["scenario: another fingerprint"]
    count = _compare(stated, found, "", differences)
    return Check(sha, count, tuple(differences))


def _write_rows(result: Evaluation, database: TradeDatabase, target: Path) -> None:
    agreement, market = result.agreement, result.baseline.market
    ranges = [part.product for bill in agreement.bills_of_inputs for part in bill.inputs]
    products = set(market.products)
    if ranges:
        tree = queries.product_tree(database, agreement.nomenclature)
        codes = [str(code) for code in tree.loc[tree["level"] == 6, "code"].tolist()]
        products |= {code for code in codes if any(r.contains(code) for r in ranges)}
    importers = {member for code in market.importers for member in (code, *members_of(code))}
    extract(
        database,
        target,
        sorted(products),
        agreement.base_years,
        sorted(importers),
        sorted(set(market.sector_of.values())),
    )


def _files(result: Evaluation, text: Agreement) -> dict[str, bytes]:
    option = f" --option {result.option}" if result.option else ""
    year = f" --year {result.year}" if result.year else ""
    about = _ABOUT.format(title=text.title, options=option + year)
    parameters = {
        "values": parameter_values(text.parameters),
        "sources": parameter_sources(text.parameters),
    }
    scenario = {
        "sha256": scenario_sha256(result, result.agreement),
        "option": result.option,
        "year": result.year,
    }
    return {
        README: about.encode(),
        TEXT: write_text(text).encode(),
        SCENARIO: _json(scenario),
        PARAMETERS_FILE: _json(parameters),
        RESULTS: _json(evaluation_data(result)),
    }


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _zipped(files: dict[str, bytes], rows: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (*files.items(), (ROWS, rows)):
            item = zipfile.ZipInfo(name, _ZIP_TIME)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.create_system = 0
            packed.writestr(item, content)
    return buffer.getvalue()


def _unpacked(path: Path, folder: Path) -> dict[str, Path]:
    """The known parts of a bundle in a folder; nothing else in it is touched."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {item.filename: item.file_size for item in packed.infolist()}
            absent = [name for name in _NAMES if name not in sizes]
            if absent:
                raise DefinitionError(f"{path}: not a bundle; {absent[0]} is missing in it.")
            if sum(sizes[name] for name in _NAMES) > _LARGEST:
                raise DefinitionError(f"{path}: too large for a bundle; ask for a smaller one.")
            found = {}
            for name in _NAMES:
                found[name] = folder / name
                found[name].write_bytes(packed.read(name))
            return found
    except (OSError, zipfile.BadZipFile) as error:
        raise DefinitionError(f"{path}: not a bundle ({error}); choose a zip file.") from None


def _compare(one: Any, other: Any, where: str, differences: list[str]) -> int:
    """Counts the numbers compared; adds the places that differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        return sum(
            _compare(one.get(k), other.get(k), f"{where}.{k}".lstrip("."), differences)
            for k in keys
        )
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return sum(_compare(a, b, f"{where}[{n}]", differences) for n, (a, b) in pairs)
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (one, other))
    same = math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE) if numbers else one == other
    if not same:
        differences.append(f"{where}: {one} in the bundle, {other} computed")
    return 1 if numbers else 0
