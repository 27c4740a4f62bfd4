"""Commands on what an agreement does to trade and supply: `trade-effects`, `resilience`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
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
    finding_line,
    money_text,
    open_database,
    print_json,
    print_rows,
    print_table,
    say,
    terminal_progress,
)
from workbench.errors import DefinitionError

_MODELS = ("finite-supply", "infinite-supply", "gsim", "armington")


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    effects = add_command(
        commands, "trade-effects", _trade_effects, "trade creation, diversion, revenue and welfare"
    )
    effects.add_argument("file", type=Path, help="agreement, a YAML file")
    effects.add_argument("--model", choices=_MODELS, default=_MODELS[0], help="how trade answers")
    add_choices(effects)
    effects.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the tables too: .xlsx or .csv"
    )
    add_database_option(effects)

    supply = add_command(
        commands, "resilience", _resilience, "concentration, dependency, chain and supply shocks"
    )
    supply.add_argument("file", type=Path, help="agreement, a YAML file")
    supply.add_argument(
        "--named", metavar="A,B", default="", help="economies to watch; default those of the text"
    )
    supply.add_argument("--shock", metavar="ECONOMY", help="a supplier that stops")
    supply.add_argument(
        "--spare",
        type=float,
        metavar="SHARE",
        default=0.2,
        help="spare capacity elsewhere, 0 to 1; default 0.2",
    )
    add_choices(supply)
    supply.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the tables too: .xlsx or .csv"
    )
    add_database_option(supply)


def _trade_effects(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.trade_effects import EffectsModel, trade_effects
    from workbench.analysis.trade_effects_view import effects_data, effects_tables
    from workbench.commands.tables import check_path, write_tables

    check_path(options.output)
    agreement = chosen_agreement(options)
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        result = Evaluator(database).evaluate(
            agreement, options.option, options.year, progress, complete=False
        )
        effects = trade_effects(result, database, EffectsModel(options.model), progress)
    if options.output is not None:
        for path in write_tables(options.output, effects_tables(effects)):
            say(f"Written: {path}")
    data = effects_data(effects, options.file)
    if options.json:
        print_json(data)
    else:
        _print(data)
    return DONE


def _resilience(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.resilience import resilience
    from workbench.analysis.resilience_view import resilience_data, resilience_tables
    from workbench.analysis.supply_shock import supply_shock
    from workbench.commands.tables import check_path, write_tables

    check_path(options.output)
    if not 0 <= options.spare <= 1:
        raise DefinitionError("--spare is a share: give a number from 0 to 1.")
    named = tuple(_economy(code) for code in options.named.split(",") if code.strip())
    stopped = _economy(options.shock) if options.shock else ""
    agreement = chosen_agreement(options)
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        evaluation = Evaluator(database).evaluate(
            agreement, options.option, options.year, progress, complete=False
        )
        result = resilience(evaluation, database, named, progress)
    shock = supply_shock(evaluation.baseline, stopped, options.spare) if stopped else None
    if options.output is not None:
        for path in write_tables(options.output, resilience_tables(result, shock)):
            say(f"Written: {path}")
    data = resilience_data(result, shock, options.file)
    if options.json:
        print_json(data)
    else:
        _print_resilience(data)
    return DONE


def _economy(text: str) -> str:
    from workbench.model.economies import is_economy

    code = text.strip().upper()
    if not is_economy(code):
        raise DefinitionError(f"'{text.strip()}' is no economy code: use one such as CHN or EU27.")
    return code


def _print_resilience(data: dict[str, Any]) -> None:
    print(f"{data['agreement']['title']}\n")
    print_rows([(name.replace("_", " "), figure_text(v)) for name, v in data["totals"].items()])
    print()
    print_table(
        ["product", "imports", "HHI", "after", "largest", "share", "non-party", "dependent"],
        [
            [
                _marked(row),
                money_text(row["imports"]),
                figure_text(row["hhi"]),
                figure_text(row["hhi_after"]),
                row["largest"],
                figure_text(row["largest_share"]),
                figure_text(row["non_party_share"]),
                {True: "yes", False: "no", None: "–"}[row["dependent"]],
            ]
            for row in data["products"]
        ],
    )
    _print_split(data["products"])
    shock = data.get("shock")
    if shock is not None:
        print(f"\nif {shock['economy']} stops")
        print_table(
            ["product", "bought there", "by inputs", "lost", "after re-sourcing"],
            [
                [
                    _marked(row),
                    *(
                        figure_text(row[name])
                        for name in ("direct_loss", "input_loss", "lost", "lost_after")
                    ),
                ]
                for row in shock["products"]
            ],
        )
    print()
    for finding in data["findings"]:
        print(finding_line(finding))
    for gap in data["gaps"]:
        print(f"missing: {gap['what']} ({gap['where']})")


def _marked(row: dict[str, Any]) -> str:
    """The product, with a mark where its trade is an equal part of that of a wider one."""
    return f"{row['product']} ≈" if row["equal_split"] else str(row["product"])


def _print_split(rows: Iterable[dict[str, Any]]) -> None:
    from workbench.analysis.trade_effects_view import SPLIT_NOTE

    if any(row["equal_split"] for row in rows):
        print(f"≈ {SPLIT_NOTE}")


def _print(data: dict[str, Any]) -> None:
    print(f"{data['agreement']['title']}, {data['model']}\n")
    rows = []
    for name, value in data["totals"].items():
        ends = data["ranges"][name]
        span = f"({money_text(ends['low'])} to {money_text(ends['high'])})"
        rows.append((name.replace("_", " "), f"{money_text(value)}  {span}"))
    print_rows(rows)
    print()
    print_table(
        [
            "partner",
            "exports change",
            "imports change",
            "buyers",
            "revenue",
            "producers",
            "welfare",
        ],
        [
            [
                row["economy"],
                *(
                    money_text(row[name])
                    for name in (
                        "exports_change",
                        "imports_change",
                        "consumer_gain",
                        "revenue_change",
                        "producer_gain",
                        "welfare",
                    )
                ),
            ]
            for row in data["by_partner"]
            if row["partner"]
        ],
    )
    if any(row["partner"] and row["welfare"] is None for row in data["by_partner"]):
        print("–: nothing it buys from partners could be computed, so nor could its welfare")
    print()
    print_table(
        ["product", "created", "diverted", "from non-parties", "revenue", "welfare"],
        [
            [
                _marked(row),
                *(
                    money_text(row[name])
                    for name in (
                        "creation",
                        "diversion",
                        "diverted_from_non_parties",
                        "revenue_change",
                        "welfare",
                    )
                ),
            ]
            for row in data["by_product"]
            if row["creation"] or row["diversion"]
        ],
    )
    _print_split(row for row in data["by_product"] if row["creation"] or row["diversion"])
    print(f"\nmarkets clear to {figure_text(data['clearing'])}")
    for finding in data["findings"]:
        print(finding_line(finding))
    for gap in data["gaps"]:
        share = gap["share_of_trade"]
        of = f" ({share:.1%} of covered trade)" if share else ""
        word = "missing" if gap["where"] == "by partner" else "dropped"
        print(f"{word}: {gap['what']}{of}")
