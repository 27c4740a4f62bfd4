"""The `check` command: agreements read and checked without computing."""

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.shared import BAD_INPUT, DONE, Subparsers, add_command, print_json


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    check = add_command(commands, "check", _check, "validate agreements without computing")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="agreements")


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
        print_json({"files": files})
    return BAD_INPUT if any(entry["problems"] for entry in files) else DONE
