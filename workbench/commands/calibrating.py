"""The command that fits the claiming parameters: `calibrate`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_command,
    add_database_option,
    figure_text,
    money_text,
    open_database,
    print_json,
    print_rows,
    print_table,
    terminal_progress,
)
from workbench.errors import DefinitionError

if TYPE_CHECKING:
    from workbench.analysis.observed_claims import ObservedClaims


def add_to(commands: Subparsers) -> None:
    """Add it to the parser."""
    calibrate = add_command(
        commands, "calibrate", _calibrate, "fit the claiming parameters to observed utilisation"
    )
    calibrate.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="csv with product, economy, margin, value, claimed (and extra, relief, month, "
        "chapter where known); without it, claims on imports from Canada in 2025 that come "
        "with the program",
    )
    calibrate.add_argument(
        "--from-database",
        action="store_true",
        help="use the observed utilisation that was imported into the trade database",
    )
    add_database_option(calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    from workbench.analysis.calibration import calibrate
    from workbench.analysis.calibration_report import calibration_data

    claims = _claims(options)
    data = calibration_data(calibrate(claims, terminal_progress(options.json)))
    if options.json:
        print_json(data)
    else:
        _print(data)
    return DONE


def _claims(options: argparse.Namespace) -> "ObservedClaims":
    from workbench.analysis.observed_claims import database_claims, read_claims, shipped_claims

    if options.from_database:
        if options.file is not None:
            raise DefinitionError("Give a file or --from-database, not both.")
        with open_database(options.db) as database:
            return database_claims(database)
    return shipped_claims() if options.file is None else read_claims(options.file)


def _print(data: dict[str, Any]) -> None:
    print(f"{data['source']}\n")
    errors = data["standard_errors"]
    print_table(
        ["parameter", "estimate", "standard error", "model default"],
        [
            [
                name.replace("_", " "),
                figure_text(value),
                figure_text(errors[name]),
                figure_text(data["defaults"].get(name)),
            ]
            for name, value in data["parameters"].items()
        ],
    )
    print()
    print_table(
        ["margin", "trade, USD", "observed", "predicted", "left out of the fit"],
        [
            [
                _margin(row),
                money_text(row["value"]),
                *(_share(row[name]) for name in ("observed", "predicted", "out_of_sample")),
            ]
            for row in data["bands"]
        ],
    )
    print()
    words = {
        "error_in_sample": "mean absolute error in sample",
        "error_out_of_sample": "mean absolute error out of sample",
        "error_in_sample_by_extra": "the same, each spell of duties apart",
        "error_out_of_sample_by_extra": "out of sample, each spell of duties apart",
        "error_group_by_group": "out of sample, each chapter apart",
        "error_of_defaults": "mean absolute error of the defaults",
        "error_of_defaults_without_extra": "the same, before other duties",
    }
    print_rows([(words[name], _points(data[name])) for name in words])
    if data["checks"]:
        print("\nTrade outside the fit")
        print_table(
            ["kind", "other duties saved", "trade, USD", "observed", "predicted", "told"],
            [
                [
                    row["what"],
                    _share(row["extra"]),
                    money_text(row["value"]),
                    _share(row["observed"]),
                    _range(row),
                    "yes" if row["told"] else "no",
                ]
                for row in data["checks"]
            ],
        )
    print("\nWorst fitted: " + "; ".join(_misfit(row) for row in data["misfits"]))
    for row in data["gaps"]:
        print(f"left out: {row['what']} ({row['rows']:,} rows, USD {money_text(row['value'])})")
    if data["extra_duties"]:
        print("\nOther duties that a claim saved; – is not known, and left out")
        for duty in data["extra_duties"]:
            until = f" to {duty['to']}" if duty["to"] else ""
            goods = " ".join(duty["products"])
            print(f"{duty['from']}{until}, {goods}: {_share(duty['rate'])}, {duty['source']}")
        print()
    for note in data["notes"]:
        print(note)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.2f} percentage points"


def _margin(row: dict[str, Any]) -> str:
    if row["to"] is None:
        return f"{row['from']:.1%} and more"
    return f"{row['from']:.1%} to {row['to']:.1%}"


def _range(row: dict[str, Any]) -> str:
    low, high = row["predicted_at_least"], row["predicted_at_most"]
    if high is None:
        return f"{_share(low)} or more"
    return _share(low) if low == high else f"{_share(low)} to {_share(high)}"


def _misfit(row: dict[str, Any]) -> str:
    return f"{row['group']} ({_share(row['observed'])}, fit {_share(row['predicted'])})"
