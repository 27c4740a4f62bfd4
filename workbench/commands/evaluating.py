"""Commands that evaluate: `evaluate` a whole agreement, one `lane` by hand."""

import argparse
import sys
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    DONE,
    FINDINGS,
    Subparsers,
    add_choices,
    add_command,
    add_database_option,
    chosen_agreement,
    figure_text,
    finding_line,
    money_text,
    open_database,
    print_json,
    print_rows,
    print_table,
    terminal_progress,
)


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    evaluate = add_command(commands, "evaluate", _evaluate, "the whole evaluation of an agreement")
    evaluate.add_argument("file", type=Path, help="agreement, a YAML file")
    add_choices(evaluate)
    add_database_option(evaluate)

    add_command(commands, "lane", _lane, "one lane by hand, a JSON object on standard input")


def _evaluate(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.report import evaluation_data
    from workbench.analysis.results import Level
    from workbench.analysis.two_tiers import chain_facts, two_tiers
    from workbench.analysis.two_tiers_report import two_tiers_data

    agreement = chosen_agreement(options)
    with open_database(options.db) as database:
        result = Evaluator(database).evaluate(
            agreement, options.option, options.year, terminal_progress(options.json)
        )
        tiers = two_tiers(result, chain_facts(result, database))
    data = evaluation_data(result, options.file) | {
        "two_tiers": two_tiers_data(tiers, result.agreement)
    }
    if options.json:
        print_json(data)
    else:
        _print_evaluation(data, result.agreement.gives_preference)
    failed = any(f.level is Level.ERROR and not f.set_aside for f in result.findings)
    return FINDINGS if failed else DONE


def _lane(options: argparse.Namespace) -> int:
    from workbench.analysis.one_lane import evaluate_lane
    from workbench.definitions.lane_input import parse_lane

    figures = evaluate_lane(parse_lane(sys.stdin.read()))
    if options.json:
        print_json(figures)
    else:
        print_rows(
            [(name, figure_text(value)) for name, value in figures.items() if name != "gaps"]
        )
        for gap in figures["gaps"]:
            print(f"missing: {gap['what']} ({gap['where']})")
    return DONE


_FREE_RIDERS = 10


def _print_extended(extended: dict[str, Any]) -> None:
    """Who rides free on cuts that reach everyone."""
    from workbench.analysis.extended import TITLES

    totals = extended["totals"]
    print_rows([(title.lower(), figure_text(totals[n])) for n, (title, *_) in TITLES.items()])
    print()
    print_table(
        ["non-party", "imports", "that get the cut", "duty forgone", "share"],
        [
            [
                row["economy"],
                *(money_text(row[name]) for name in ("imports", "benefiting", "duty_forgone")),
                figure_text(row["share"]),
            ]
            for row in extended["free_riders"][:_FREE_RIDERS]
        ],
    )
    print()


def _print_evaluation(data: dict[str, Any], with_claims: bool) -> None:
    """Figures, products, findings and gaps; no figure of claims where there is none to make."""
    from workbench.analysis.results import TRADE_FIGURES

    agreement = data["agreement"]
    when = "fully staged" if agreement["year"] is None else f"year {agreement['year']}"
    option = f", option {agreement['option']}" if agreement["option"] else ""
    print(f"{agreement['title']}{option}, {when}\n")
    totals = data["totals"]
    shown = list(totals) if with_claims else list(TRADE_FIGURES)
    print_rows([(name.replace("_", " "), figure_text(totals[name])) for name in shown])
    print()
    titles = ["product", "trade"]
    if with_claims:
        titles += ["utilisation", "exposure", "traced", "re-sourced", "duty forgone"]
    rows = [
        [
            row["product"],
            money_text(row["value"]),
            figure_text(row["utilisation"]),
            figure_text(row["exposure"]),
            figure_text(row["traced_exposure"]),
            money_text(row["resourced_content"]),
            money_text(row["duty_forgone"]),
        ]
        for row in data["by_product"]
    ]
    print_table(titles, [row[: len(titles)] for row in rows])
    print()
    if data["extended"] is not None:
        _print_extended(data["extended"])
    for finding in data["findings"]:
        print(finding_line(finding))
    for gap in data["gaps"]:
        share = gap["share_of_trade"]
        of = f", {share:.1%} of trade" if share is not None else ""
        print(f"missing: {gap['what']} ({gap['where']}{of})")
