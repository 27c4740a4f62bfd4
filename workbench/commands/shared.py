"""What every command shares: exit states, options, progress and printing."""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from workbench.errors import DefinitionError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.model.agreement import Agreement
    from workbench.tradedata.database import TradeDatabase

DONE, FINDINGS, BAD_INPUT, CANCELLED = 0, 1, 2, 130

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    commands: Subparsers,
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    """One command, with its `--json` and the function that runs it."""
    parser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)
    return parser


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """The `--db` option."""
    parser.add_argument(
        "--db",
        type=Path,
        metavar="FILE",
        help="trade database; default your own, else the starter database",
    )


def add_choices(parser: argparse.ArgumentParser) -> None:
    """The `--option` and `--year` of commands that rest on an evaluation."""
    parser.add_argument("--option", metavar="NAME", help="take a named option")
    parser.add_argument(
        "--year", type=int, metavar="N", help="year since entry into force; default fully staged"
    )


def chosen_agreement(options: argparse.Namespace) -> "Agreement":
    """The agreement of the file, once option and year are found to be right.

    Raises:
        DefinitionError: the file is wrong, or there is no such option or year.
    """
    from workbench.definitions.reader import read_agreement

    check_year(options.year)
    agreement = read_agreement(options.file)
    check_option(agreement, options.option, options.file)
    return agreement


def check_year(year: int | None) -> None:
    """Refuse a year before entry into force.

    Raises:
        DefinitionError: it is one.
    """
    if year is not None and year < 1:
        raise DefinitionError("--year counts from 1, the year of entry into force: give 1 or more.")


def check_option(agreement: "Agreement", option: str | None, path: Path) -> None:
    """Refuse an option that the text does not have.

    Raises:
        DefinitionError: there is no such option.
    """
    names = [one.name for one in agreement.options]
    if option is not None and option not in names:
        known = ", ".join(names) if names else "none"
        raise DefinitionError(f"{path}: there is no option '{option}'; its options are: {known}.")


def open_database(path: Path | None) -> "TradeDatabase":
    """The database asked for, else the user's, else the starter database."""
    from workbench.tradedata.database import TradeDatabase
    from workbench.tradedata.user_database import default_path

    return TradeDatabase(path if path is not None else default_path())


def say(text: str) -> None:
    """A message to the person at the terminal."""
    print(text, file=sys.stderr)


def terminal_progress(quiet: bool) -> Progress:
    """A progress line on a terminal; silent with `--json` and in pipes."""
    if quiet or not sys.stderr.isatty():
        return Progress()

    def report(done: int, total: int, label: str) -> None:
        print(f"\r\x1b[K{done}/{total} {label}", end="", file=sys.stderr, flush=True)
        if done == total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return Progress(report)


def print_json(data: dict[str, Any]) -> None:
    """One JSON object on standard output; no zero in it has a sign."""
    json.dump(_unsigned(data), sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    print()


def _unsigned(value: Any) -> Any:
    """The same data with 0.0 for every -0.0."""
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, dict):
        return {key: _unsigned(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_unsigned(held) for held in value]
    return value


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: the first column to the left, the others to the right."""
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def figure_text(value: Any) -> str:
    """A figure as printed; a missing one is –."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
    return str(value)


def finding_line(finding: dict[str, Any]) -> str:
    """A finding as printed; one set aside says why."""
    aside = f" (set aside: {finding['set_aside']})" if finding["set_aside"] else ""
    return f"{finding['level']}: {finding['text']} [{finding['where']}]{aside}"


def money_text(value: float | None) -> str:
    """USD without cents; a missing amount is –."""
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"
