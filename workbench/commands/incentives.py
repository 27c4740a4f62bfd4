"""Commands on incentives: `sensitivity`, how sure the figures are."""

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.effects import add_choices, chosen_agreement
from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_command,
    add_database_option,
    figure_text,
    open_database,
    print_json,
    print_table,
    terminal_progress,
)
from workbench.errors import DefinitionError

_MOST_DRAWS = 1_000_000
_SHOWN_SWINGS = 5
_SHOWN_FIGURES = ("utilisation", "exposure", "traced_exposure", "resourced_content", "leakage")


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    sure = add_command(
        commands, "sensitivity", _sensitivity, "how sure the figures are, and what would turn them"
    )
    sure.add_argument("file", type=Path, help="agreement, a YAML file")
    sure.add_argument("--draws", type=int, metavar="N", help="joint draws; default 1000")
    sure.add_argument("--seed", type=int, metavar="N", help="seed of the draws")
    add_choices(sure)
    add_database_option(sure)


def _sensitivity(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.sensitivity import sensitivity
    from workbench.analysis.sensitivity_view import sensitivity_data
    from workbench.analysis.uncertainty import DEFAULT_DRAWS, DEFAULT_SEED

    draws = DEFAULT_DRAWS if options.draws is None else options.draws
    seed = DEFAULT_SEED if options.seed is None else options.seed
    if not 1 <= draws <= _MOST_DRAWS:
        raise DefinitionError(f"--draws {draws}: give a number from 1 to {_MOST_DRAWS:,}.")
    if seed < 0:
        raise DefinitionError(f"--seed {seed}: give 0 or more.")
    agreement = chosen_agreement(options)
    text = agreement.with_option(options.option) if options.option else agreement
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        baseline = Evaluator(database).baseline(text, progress)
    result = sensitivity(text, baseline, options.option, options.year, draws, seed, progress)
    data = sensitivity_data(result, options.file)
    if options.json:
        print_json(data)
    else:
        _print(data)
    return DONE


def _print(data: dict[str, Any]) -> None:
    print(f"{data['agreement']['title']}, {data['draws']:,} draws, seed {data['seed']}\n")
    print_table(
        ["figure", "as evaluated", "5 %", "50 %", "95 %"],
        [
            [figure.replace("_", " "), *(figure_text(row[k]) for k in ("base", "p5", "p50", "p95"))]
            for figure, row in data["intervals"].items()
        ],
    )
    for figure in _SHOWN_FIGURES:
        rows = [row for row in data["tornado"] if row["figure"] == figure][:_SHOWN_SWINGS]
        print()
        print_table(
            [figure.replace("_", " "), "from", "to", "there", "and there"],
            [
                [row["title"], *(figure_text(row[k]) for k in ("low", "high", "at_low", "at_high"))]
                for row in rows
            ],
        )
    print()
    titles = {a["name"]: a["title"].lower() for a in data["assumptions"]}
    for conclusion in data["conclusions"]:
        print(f"{conclusion['text'][0].upper()}{conclusion['text'][1:]}.")
        for flip in conclusion["flips"]:
            print(
                f"  no longer once {titles[flip['assumption']]} is {flip['flips_at']:,.4g}"
                f" (now {flip['base']:,.4g})"
            )
        if not conclusion["flips"]:
            print("  no single assumption turns it around within its range")
