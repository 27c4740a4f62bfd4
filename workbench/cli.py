"""The command line: the same engine, for scripts.

Heavy packages are imported inside the commands that need them, so that `--help` and `lane`
answer at once.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from workbench.commands import (
    calibrating,
    checking,
    comparing,
    effects,
    evaluating,
    incentives,
    merging,
    origin,
    partner_sets,
    sweeping,
    term_sheets,
    trade_data,
)
from workbench.commands.shared import BAD_INPUT, CANCELLED, DONE, say
from workbench.errors import Cancelled, DefinitionError, WorkbenchError

_MODULES = (
    evaluating,
    sweeping,
    incentives,
    origin,
    checking,
    comparing,
    merging,
    effects,
    partner_sets,
    calibrating,
    term_sheets,
    trade_data,
)

COMMANDS = (
    "evaluate",
    "frontier",
    "leverage",
    "reciprocity",
    "sensitivity",
    "lane",
    "parse-rule",
    "check",
    "compare",
    "merge",
    "check-origin",
    "reference-cases",
    "trade-effects",
    "resilience",
    "partner-sets",
    "calibrate",
    "term-sheet",
    "bundle",
    "check-bundle",
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
            say(line)
        return BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        say("Cancelled.")
        return CANCELLED
    except WorkbenchError as error:
        say(str(error))
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say it and leave, as bad input."""
        say(f"{self.prog}: {message}; '{self.prog} --help' tells what it takes.")
        sys.exit(BAD_INPUT)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pactwright",
        description="Model sectoral trade agreements. Without a command it opens the window.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in _MODULES:
        module.add_to(commands)
    return parser
