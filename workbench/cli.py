"""The command line: the same engine, for scripts.

Heavy packages are imported inside the commands that need them, so that `--help`, `lane` and
`check` answer at once.
"""

import argparse
import json
import logging
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import Cancelled, DefinitionError, WorkbenchError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.tradedata.database import TradeDatabase

DONE, FINDINGS, BAD_INPUT, CANCELLED = 0, 1, 2, 130

COMMANDS = ("evaluate", "lane", "check", "data")


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status (0 done, 1 findings, 2 bad input)."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(list(arguments))
    try:
        command: Callable[[argparse.Namespace], int] = options.run
        return command(options)
    except DefinitionError as error:
        for line in str(error).splitlines():
            _say(line)
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        _say("Cancelled.")
        return CANCELLED
    except WorkbenchError as error:
        _say(str(error))
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pactwright",
        description="Model sectoral trade agreements. Without a command it opens the window.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    evaluate = _command(commands, "evaluate", _evaluate, "the whole evaluation of an agreement")
    evaluate.add_argument("file", type=Path, help="agreement, a YAML file")
    evaluate.add_argument("--option", metavar="NAME", help="evaluate a named option")
    evaluate.add_argument(
        "--year", type=int, metavar="N", help="year since entry into force; default fully staged"
    )
    _add_db(evaluate)

    _command(commands, "lane", _lane, "one lane by hand, a JSON object on standard input")

    check = _command(commands, "check", _check, "validate agreements without computing")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="agreements")

    data = _command(commands, "data", _data, "what is in the trade database")
    _add_db(data)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)
    return parser


def _add_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", type=Path, metavar="FILE", help="trade database; default the starter database"
    )


# Commands ----------------------------------------------------------------------------------


def _evaluate(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.report import evaluation_data
    from workbench.analysis.results import Level
    from workbench.definitions.reader import read_agreement

    if options.year is not None and options.year < 1:
        raise DefinitionError("--year counts from 1, the year of entry into force: give 1 or more.")
    agreement = read_agreement(options.file)
    names = [option.name for option in agreement.options]
    if options.option is not None and options.option not in names:
        known = ", ".join(names) if names else "none"
        raise DefinitionError(
            f"{options.file}: there is no option '{options.option}'; its options are: {known}."
        )
    with _database(options.db) as database:
        result = Evaluator(database).evaluate(
            agreement, options.option, options.year, _progress(options.json)
        )
    data = evaluation_data(result, options.file)
    if options.json:
        _print_json(data)
    else:
        _print_evaluation(data)
    failed = any(finding.level is Level.ERROR for finding in result.findings)
    return FINDINGS if failed else DONE


def _lane(options: argparse.Namespace) -> int:
    from workbench.analysis.one_lane import evaluate_lane
    from workbench.definitions.lane_input import parse_lane

    figures = evaluate_lane(parse_lane(sys.stdin.read()))
    if options.json:
        _print_json(figures)
    else:
        _print_rows([(name, _text(value)) for name, value in figures.items() if name != "gaps"])
        for gap in figures["gaps"]:
            print(f"missing: {gap['what']} ({gap['where']})")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from workbench.definitions.reader import check_file

    files: list[dict[str, Any]] = []
    for path in options.files:
        problems = check_file(path)
        files.append(
            {
                "file": str(path),
                "problems": [
                    {"line": p.line, "key": p.key, "text": p.text, "fix": p.fix} for p in problems
                ],
                "findings": [],
            }
        )
        if not options.json:
            for problem in problems:
                print(problem)
            if not problems:
                print(f"{path}: no problems")
    if options.json:
        _print_json({"files": files})
    return BAD_INPUT if any(entry["problems"] for entry in files) else DONE


def _data(options: argparse.Namespace) -> int:
    from workbench.analysis.report import database_data

    with _database(options.db) as database:
        data = database_data(database)
    if options.json:
        _print_json(data)
        return DONE
    _print_table(
        ["table", "source", "edition", "years", "rows"],
        [
            [t["table"], t["source"], t["edition"] or "–", t["years"] or "–", f"{t['rows']:,}"]
            for t in data["tables"]
        ],
    )
    for gap in data["gaps"]:
        print(f"missing: {gap['what']} ({gap['where']})")
    return DONE


def _database(path: Path | None) -> "TradeDatabase":
    from workbench.tradedata.database import TradeDatabase
    from workbench.tradedata.starter.location import ensure_starter

    return TradeDatabase(path if path is not None else ensure_starter())


# Output ------------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _progress(quiet: bool) -> Progress:
    if quiet or not sys.stderr.isatty():
        return Progress()

    def report(done: int, total: int, label: str) -> None:
        print(f"\r\x1b[K{done}/{total} {label}", end="", file=sys.stderr, flush=True)
        if done == total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return Progress(report)


def _print_json(data: dict[str, Any]) -> None:
    json.dump(data, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    print()


def _print_evaluation(data: dict[str, Any]) -> None:
    agreement = data["agreement"]
    when = "fully staged" if agreement["year"] is None else f"year {agreement['year']}"
    option = f", option {agreement['option']}" if agreement["option"] else ""
    print(f"{agreement['title']}{option}, {when}\n")
    _print_rows([(name.replace("_", " "), _text(v)) for name, v in data["totals"].items()])
    print()
    _print_table(
        ["product", "trade", "utilisation", "exposure", "traced", "re-sourced", "duty forgone"],
        [
            [
                row["product"],
                _money(row["value"]),
                _text(row["utilisation"]),
                _text(row["exposure"]),
                _text(row["traced_exposure"]),
                _money(row["resourced_content"]),
                _money(row["duty_forgone"]),
            ]
            for row in data["by_product"]
        ],
    )
    print()
    for finding in data["findings"]:
        print(f"{finding['level']}: {finding['text']} [{finding['where']}]")
    for gap in data["gaps"]:
        share = gap["share_of_trade"]
        of = f", {share:.1%} of trade" if share is not None else ""
        print(f"missing: {gap['what']} ({gap['where']}{of})")


def _print_rows(rows: Sequence[tuple[str, str]]) -> None:
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _text(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
    return str(value)


def _money(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"
