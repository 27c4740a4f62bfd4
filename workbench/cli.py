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

COMMANDS = (
    "evaluate",
    "lane",
    "parse-rule",
    "check",
    "check-origin",
    "reference-cases",
    "data",
    "import",
)


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

    parse = _command(commands, "parse-rule", _parse_rule, "treaty text to rule and back")
    parse.add_argument("text", nargs="?", help="a rule of origin in treaty words")
    parse.add_argument("--file", type=Path, metavar="F", help="a text file, one rule a line")
    parse.add_argument(
        "--coverage", type=Path, metavar="FOLDER", help="how much of a folder of rules is read"
    )
    parse.add_argument(
        "--style", choices=("us", "eu"), default="us", help="the words to write back; default us"
    )

    check = _command(commands, "check", _check, "validate agreements without computing")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="agreements")

    origin = _command(commands, "check-origin", _check_origin, "one good, one bill of materials")
    origin.add_argument("file", metavar="FILE", help="JSON file of the good, or - to type it in")

    _command(
        commands, "reference-cases", _reference_cases, "published examples, worked through here"
    )

    data = _command(commands, "data", _data, "what is in the trade database")
    _add_db(data)

    _add_import(commands)
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
        "--db",
        type=Path,
        metavar="FILE",
        help="trade database; default your own, else the starter database",
    )


def _add_import(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add = _command(commands, "import", _import, "source files into the trade database").add_argument
    add("kind", metavar="KIND", help="what the files are: auto, baci, comtrade, hts, ...")
    add("paths", type=Path, nargs="+", metavar="PATH", help="files as downloaded; zip and gz too")
    add("--db", type=Path, metavar="FILE", help="trade database to write; default your own")
    add("--codes", default="", help="take these products only: HS digits, commas between")
    add("--dry-run", action="store_true", help="read and check, write nothing")
    add("--replace", action="store_true", help="in the place of an earlier release")
    add("--rejected", type=Path, metavar="FILE", help="write the rejected rows to a csv file")
    add("--importer", default="", metavar="CODE", help="economy, where the file leaves it out")
    add("--exporter", default="", metavar="CODE", help="economy, where the file leaves it out")
    add("--edition", metavar="HS2022", help="HS edition, where the file does not tell")
    add("--year", type=int, metavar="N", help="year, where the file does not tell")
    add("--source", default="", metavar="TEXT", help="who published it")
    add("--release", default="", metavar="TEXT", help="release or date of the source")
    add("--licence", default="", metavar="TEXT", help="terms of the source")
    add("--programme", default="", metavar="CODE", help="agreement the rates or claims are under")
    add("--map", type=Path, metavar="FILE", help="our columns to yours, YAML or JSON; kind 'table'")


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


def _parse_rule(options: argparse.Namespace) -> int:
    from workbench.definitions.treaty.coverage import coverage, coverage_table
    from workbench.definitions.treaty.report import read_lines, reading_data
    from workbench.definitions.treaty_text import Style, read_treaty

    asked = [options.text, options.file, options.coverage]
    if sum(one is not None for one in asked) != 1:
        raise DefinitionError(
            "parse-rule takes one thing: a text in quotes, --file F or --coverage FOLDER."
        )
    style = Style(options.style)
    if options.coverage is not None:
        measured = coverage(options.coverage)
        if options.json:
            _print_json({"sources": [one.data() for one in measured]})
        else:
            print("\n".join(coverage_table(measured)))
        return DONE
    if options.file is not None:
        rules = [reading_data(read_treaty(line), style) for line in read_lines(options.file)]
        if options.json:
            _print_json({"rules": rules})
        else:
            for found in rules:
                _print_reading(found)
        return DONE
    found = reading_data(read_treaty(options.text), style)
    if options.json:
        _print_json(found)
    else:
        _print_reading(found)
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


def _check_origin(options: argparse.Namespace) -> int:
    from workbench.analysis.origin.report import check_good
    from workbench.definitions.good_input import parse_good, read_good
    from workbench.tradedata.descriptions import is_known

    if options.file == "-":
        given = parse_good(sys.stdin.read(), is_known=is_known)
    else:
        given = read_good(Path(options.file), is_known)
    data = check_good(given)
    if options.json:
        _print_json(data)
        return DONE
    print(f"{data['text']}\n")
    for row in data["criteria"]:
        print(f"{row['result'].replace('_', ' '):<13} {row['criterion']}")
        print(f"{'':<13} {row['why']}")
    print()
    _print_table(
        ["material", "origin", "value", "counts as", "non-originating"],
        [
            [
                f"{'  ' * (len(row['place']) - 1)}{row['name']}",
                row["origin"] or "–",
                _text(row["value"]),
                row["status"],
                _text(row["non_originating"]),
            ]
            for row in data["materials"]
        ],
    )
    for heading, texts in (
        ("missing", data["needs"]),
        ("taken for granted", data["assumptions"]),
        ("would originate if", [change["text"] for change in data["would_qualify_if"]]),
    ):
        for text in texts:
            print(f"{heading}: {text}")
    return DONE


def _reference_cases(options: argparse.Namespace) -> int:
    from workbench.analysis.reference_cases import results_data, run_reference_cases

    data = results_data(run_reference_cases(_progress(options.json)))
    if options.json:
        _print_json(data)
    else:
        _print_reference_cases(data)
    return FINDINGS if data["failed"] else DONE


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
    from workbench.tradedata.user_database import default_path

    return TradeDatabase(path if path is not None else default_path())


def _import(options: argparse.Namespace) -> int:
    from workbench.tradedata.ingest.loader import import_files
    from workbench.tradedata.ingest.report import report_data, write_rejected
    from workbench.tradedata.ingest.stated import stated_of
    from workbench.tradedata.starter.location import ensure_starter
    from workbench.tradedata.user_database import user_path

    reports = import_files(
        options.paths,
        options.db or user_path(),
        kind=options.kind,
        stated=stated_of(vars(options)),
        replace=options.replace,
        dry_run=options.dry_run,
        starter=ensure_starter,
        progress=_progress(options.json),
    )
    if options.rejected is not None:
        write_rejected([row for report in reports for row in report.rejections], options.rejected)
    data = report_data(reports)
    if options.json:
        _print_json(data)
        return DONE
    for entry in data["files"]:
        print(f"{entry['file']}: {entry['kind']}, because {entry['why']}")
        did = "would be taken" if options.dry_run else "taken"
        print(f"  {entry['read']:,} rows read, {entry['taken']:,} {did}, {entry['seconds']:.1f} s")
        for rejected in entry["rejected"]:
            print(f"  {rejected['rows']:,} rejected: {rejected['reason']}")
        for held in entry["datasets"]:
            years = f", {held['years']}" if held["years"] else ""
            source = f"{held['source']} {held['edition']}{years}"
            print(f"  {held['table']}: {source}, {held['rows']:,} rows")
        for old in entry["replaced"]:
            print(f"  in the place of {old['source']} {old['edition']}, {old['rows']:,} rows")
        for note in entry["notes"]:
            print(f"  {note}")
    return DONE


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


def _print_reading(found: dict[str, Any]) -> None:
    rows = [("status", found["status"])]
    if found["goods"] is not None:
        rows.append(("goods", json.dumps(found["goods"], ensure_ascii=False)))
    if found["rule"] is not None:
        rows.append(("rule", json.dumps(found["rule"], ensure_ascii=False)))
        rows.append(("text", found["text"]))
    if found["left_over"]:
        rows.append(("left over", found["left_over"]))
    rows += [("note", note) for note in found["notes"]]
    _print_rows(rows)
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


def _print_reference_cases(data: dict[str, Any]) -> None:
    group = ""
    for case in data["cases"]:
        if case["group"] != group:
            group = case["group"]
            print(f"{group}\n")
        mark = "pass" if case["passed"] else "FAIL"
        own = "" if case["official"] else " (variant of our own)"
        print(f"{mark}  {case['name']}{own}\n      {case['source']}")
        for figure in case["figures"]:
            what = f"{figure['figure']} " if figure["figure"] else ""
            wrong = "" if figure["agrees"] else f", computed {figure['computed']}"
            print(f"      {what}{figure['expected']}{wrong}")
        print()
    print("Published figures known to be wrong\n")
    for misprint in data["known_misprints"]:
        print(f"{misprint['where']}\n      printed: {misprint['printed']}")
        print(f"      exact: {misprint['exact']}\n")
    print(f"{data['passed']} passed, {data['failed']} failed")


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
