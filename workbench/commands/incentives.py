"""Commands on incentives: `leverage`, `reciprocity`, and `sensitivity` of all figures."""

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_choices,
    add_command,
    add_database_option,
    chosen_agreement,
    figure_text,
    money_text,
    open_database,
    print_json,
    print_rows,
    print_table,
    terminal_progress,
)
from workbench.errors import DefinitionError

_MOST_DRAWS = 1_000_000
_SHOWN_SWINGS = 5
_SHOWN_FIGURES = (
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "leakage",
    "leverage_gap",
)


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    enough = add_command(
        commands, "leverage", _leverage, "what would be enough where duties are too low"
    )
    enough.add_argument("file", type=Path, help="agreement, a YAML file")
    enough.add_argument(
        "--named", default="", metavar="A,B", help="economies of a graduated relief"
    )
    enough.add_argument(
        "--fee", type=float, metavar="RATE", help="customs fee, a fraction of value"
    )
    enough.add_argument("--fee-minimum", type=float, metavar="USD", help="least fee a consignment")
    enough.add_argument("--fee-maximum", type=float, metavar="USD", help="most fee a consignment")
    add_choices(enough)
    add_database_option(enough)

    sides = add_command(
        commands, "reciprocity", _reciprocity, "what each partner gives and gets, year by year"
    )
    sides.add_argument("file", type=Path, help="agreement, a YAML file")
    add_choices(sides)
    add_database_option(sides)

    sure = add_command(
        commands, "sensitivity", _sensitivity, "how sure the figures are, and what would turn them"
    )
    sure.add_argument("file", type=Path, help="agreement, a YAML file")
    sure.add_argument("--draws", type=int, metavar="N", help="joint draws; default 1000")
    sure.add_argument("--seed", type=int, metavar="N", help="seed of the draws")
    add_choices(sure)
    add_database_option(sure)


def _leverage(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.incentives_data import leverage_data
    from workbench.analysis.leverage import Choices, leverage
    from workbench.model.economies import is_economy
    from workbench.tradedata.extra_duties import PROCESSING_FEE_RATE

    named = tuple(code.strip().upper() for code in options.named.split(",") if code.strip())
    for code in named:
        if not is_economy(code):
            raise DefinitionError(f"--named: '{code}' is not an economy; write codes such as CHN.")
    fee = PROCESSING_FEE_RATE if options.fee is None else options.fee
    for name, value in (
        ("--fee", fee),
        ("--fee-minimum", options.fee_minimum),
        ("--fee-maximum", options.fee_maximum),
    ):
        if value is not None and not 0 <= value < float("inf"):
            raise DefinitionError(f"{name} {value}: give 0 or more.")
    agreement = chosen_agreement(options)
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        result = Evaluator(database).evaluate(agreement, options.option, options.year, progress)
    choices = Choices(named, fee, options.fee_minimum, options.fee_maximum)
    data = leverage_data(leverage(result, choices, progress), options.file)
    if options.json:
        print_json(data)
        return DONE
    print(f"{data['agreement']['title']}: utilisation of {data['target_utilisation']:.0%}\n")
    print_table(
        ["instrument", "rate", "reached", "utilisation", "cost", "raised", "exposure"],
        [
            [
                row["title"],
                figure_text(row["rate"]),
                "yes" if row["reached"] else "no",
                figure_text(row["totals"]["utilisation"]),
                money_text(row["cost"]),
                money_text(row["raised"]),
                figure_text(row["totals"]["exposure"]),
            ]
            for row in data["instruments"]
        ],
    )
    print()
    for row in data["products"]:
        if row["why"]:
            print(f"{row['product']}: {row['why']}")
    return DONE


def _reciprocity(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.extended import extended
    from workbench.analysis.incentives_data import reciprocity_data
    from workbench.analysis.overlap import overlap
    from workbench.analysis.reciprocity import reciprocity
    from workbench.definitions.library import rules_in_force

    agreement = chosen_agreement(options)
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        result = Evaluator(database).evaluate(
            agreement, options.option, options.year, progress, complete=False
        )
    data = reciprocity_data(
        reciprocity(result, progress),
        overlap(result, rules_in_force()),
        extended(result),
        options.file,
    )
    if options.json:
        print_json(data)
        return DONE
    print(f"{data['agreement']['title']}\n")
    names = ("duty_forgone", "leakage", "fiscal_cost", "duty_saved", "balance", "resourced_content")
    print_table(
        ["partner", *(name.replace("_", " ") for name in names)],
        [[row["economy"], *(money_text(row[n]) for n in names)] for row in data["partners"]],
    )
    print()
    revenue = data["revenue_by_year"]
    years = [name for name in revenue[0] if name != "importer"] if revenue else []
    print_table(
        ["duty forgone, year", *years],
        [
            [row["importer"], *(money_text(row[y]) for y in years)]
            for row in data["revenue_by_year"]
        ],
    )
    print()
    if data["extended"]["applies"]:
        print("Cuts reach everyone, so nothing has to be claimed under this agreement.")
        return DONE
    print("Trade with another regime open, by what importers would rather use:")
    print_rows([(name, money_text(value)) for name, value in data["overlap"]["totals"].items()])
    return DONE


def _sensitivity(options: argparse.Namespace) -> int:
    from workbench.analysis.base_years import years_of_trade
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
        years = years_of_trade(database, text, baseline, progress)
    result = sensitivity(text, baseline, options.option, options.year, draws, seed, progress, years)
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
                [
                    row["title"],
                    *(_end_text(row, end) for end in ("low", "high")),
                    *(figure_text(row[end]) for end in ("at_low", "at_high")),
                ]
                for row in rows
            ],
        )
    print()
    for note in data["notes"]:
        print(f"{note}\n")
    titles = {a["name"]: a["title"].lower() for a in data["assumptions"]}
    for conclusion in data["conclusions"]:
        print(f"{conclusion['text'][0].upper()}{conclusion['text'][1:]}.")
        for flip in conclusion["flips"]:
            print(
                f"  no longer once {titles[flip['assumption']]} is {figure_text(flip['flips_at'])}"
                f" (now {figure_text(flip['base'])})"
            )
        for other in conclusion["otherwise"]:
            print(f"  not so {other}")
        if not conclusion["flips"]:
            print("  no single assumption turns it around within its range")


def _end_text(row: dict[str, Any], end: str) -> str:
    """An end of an assumption; a year without a thousands separator."""
    is_year = row["assumption"] == "base_year" and row[end] is not None
    return f"{row[end]:.0f}" if is_year else figure_text(row[end])
