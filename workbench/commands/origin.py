"""Commands about origin: `parse-rule`, `check-origin`, `reference-cases`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    DONE,
    FINDINGS,
    Subparsers,
    add_command,
    figure_text,
    print_json,
    print_rows,
    print_table,
    terminal_progress,
)
from workbench.errors import DefinitionError


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    parse = add_command(commands, "parse-rule", _parse_rule, "treaty text to rule and back")
    parse.add_argument("text", nargs="?", help="a rule of origin in treaty words")
    parse.add_argument("--file", type=Path, metavar="F", help="a text file, one rule a line")
    parse.add_argument(
        "--coverage", type=Path, metavar="FOLDER", help="how much of a folder of rules is read"
    )
    parse.add_argument(
        "--style", choices=("us", "eu"), default="us", help="the words to write back; default us"
    )

    origin = add_command(commands, "check-origin", _check_origin, "one good, one bill of materials")
    origin.add_argument("file", metavar="FILE", help="JSON file of the good, or - to type it in")

    add_command(
        commands, "reference-cases", _reference_cases, "published examples, worked through here"
    )


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
            print_json({"sources": [one.data() for one in measured]})
        else:
            print("\n".join(coverage_table(measured)))
        return DONE
    if options.file is not None:
        rules = [reading_data(read_treaty(line), style) for line in read_lines(options.file)]
        if options.json:
            print_json({"rules": rules})
        else:
            for found in rules:
                _print_reading(found)
        return DONE
    found = reading_data(read_treaty(options.text), style)
    if options.json:
        print_json(found)
    else:
        _print_reading(found)
    return DONE


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
        print_json(data)
        return DONE
    print(f"{data['text']}\n")
    for row in data["criteria"]:
        print(f"{row['result'].replace('_', ' '):<13} {row['criterion']}")
        print(f"{'':<13} {row['why']}")
    print()
    print_table(
        ["material", "origin", "value", "counts as", "non-originating"],
        [
            [
                f"{'  ' * (len(row['place']) - 1)}{row['name']}",
                row["origin"] or "–",
                figure_text(row["value"]),
                row["status"],
                figure_text(row["non_originating"]),
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

    data = results_data(run_reference_cases(terminal_progress(options.json)))
    if options.json:
        print_json(data)
    else:
        _print_reference_cases(data)
    return FINDINGS if data["failed"] else DONE


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
    print_rows(rows)
    print()


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
