"""The `compare` command: files or options, what differs, and what it does."""

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_command,
    add_database_option,
    check_year,
    figure_text,
    open_database,
    print_json,
    terminal_progress,
)
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement

BASE = "base"
"""What the base text of a file is called where an option could stand."""
_SHOWN_CAUSES = 5


def add_to(commands: Subparsers) -> None:
    """Add it to the parser."""
    compare = add_command(
        commands,
        "compare",
        _compare,
        "two or more files or options: what differs from the first, and what it does",
    )
    compare.add_argument("a", metavar="A", help="a file, or FILE:OPTION; before")
    compare.add_argument("b", metavar="B", help="a file, or FILE:OPTION; after")
    compare.add_argument(
        "more",
        metavar="C",
        nargs="*",
        default=[],
        help="further ones, each compared with A as B is",
    )
    compare.add_argument(
        "--options",
        type=Path,
        metavar="FILE",
        help=f"A, B and others name options of this file; {BASE} is its base text",
    )
    compare.add_argument(
        "--year", type=int, metavar="N", help="year since entry into force; default fully staged"
    )
    add_database_option(compare)


def _compare(options: argparse.Namespace) -> int:
    from workbench.analysis.comparison import compare
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.report import comparison_data

    check_year(options.year)
    names = [options.b, *options.more]
    if options.options is not None:
        old, *others = (_option(options.options, name) for name in (options.a, *names))
    else:
        old, *others = (_text(name) for name in (options.a, *names))
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        evaluator = Evaluator(database)
        found = [
            comparison_data(compare(evaluator, old, new, options.year, progress)) for new in others
        ]
    if options.json:
        each = [{"with": name, **data} for name, data in zip(names, found, strict=True)]
        print_json(found[0] | ({"each": each} if options.more else {}))
        return DONE
    for name, data in zip(names, found, strict=True):
        if options.more:
            print(f"== {options.a} and {name}")
        _print(data)
        if name != names[-1]:
            print()
    return DONE


def _text(name: str) -> Agreement:
    """The text of FILE or FILE:OPTION."""
    from workbench.definitions.reader import read_agreement

    path, colon, option = name.rpartition(":")
    if colon and path and not Path(name).exists() and Path(path).exists():
        return _option(Path(path), option)
    return read_agreement(Path(name))


def _option(path: Path, name: str) -> Agreement:
    from workbench.definitions.reader import read_agreement

    agreement = read_agreement(path)
    names = [option.name for option in agreement.options]
    if name in names:
        return agreement.with_option(name)
    if name in ("", BASE):
        return agreement
    known = ", ".join([BASE, *names])
    raise DefinitionError(f"{path}: there is no option '{name}'; its options are: {known}.")


def _print(data: dict[str, Any]) -> None:
    if not data["differences"]:
        print("Nothing differs.")
        return
    for difference in data["differences"]:
        print(f"- {difference['text']}")
    for change in data["figures"]:
        if not change["changed"]:
            continue
        name = change["figure"].replace("_", " ")
        print(f"\n{name}: {figure_text(change['before'])} -> {figure_text(change['after'])}")
        for cause in change["because"][:_SHOWN_CAUSES]:
            effect = figure_text(cause["effect"])
            order = (
                f" ({figure_text(cause['low'])} to {figure_text(cause['high'])}, by the order)"
                if cause["depends_on_order"]
                else ""
            )
            print(f"  {effect}{order}  {cause['text']}")
        more = len(change["because"]) - _SHOWN_CAUSES
        if more > 0:
            print(f"  and {more} smaller ones")
