"""The `check` command: files read and checked, with what the drafting assistant remarks."""

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    BAD_INPUT,
    DONE,
    FINDINGS,
    Subparsers,
    add_command,
    add_database_option,
    finding_line,
    open_database,
    print_json,
    say,
)
from workbench.errors import DefinitionError


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    check = add_command(
        commands,
        "check",
        _check,
        "validate agreements and remark on their text, without computing unless asked to",
    )
    check.add_argument("files", type=Path, nargs="*", metavar="FILE", help="agreements")
    check.add_argument("--list", action="store_true", help="list what is checked, and stop")
    check.add_argument(
        "--evaluate", action="store_true", help="remark on the figures too, which takes longer"
    )
    add_database_option(check)


def _check(options: argparse.Namespace) -> int:
    from workbench.definitions.reader import check_file

    if options.list:
        return _list(options.json)
    if not options.files:
        raise DefinitionError("check needs a file: name one or more agreements, or give --list.")
    files: list[dict[str, Any]] = []
    for path in options.files:
        problems = check_file(path)
        found: dict[str, Any] = {
            "file": str(path),
            "problems": [
                {"line": p.line, "key": p.key, "text": p.text, "fix": p.fix} for p in problems
            ],
            "findings": _findings(path, options),
        }
        files.append(found)
        for problem in problems:
            say(str(problem))
        if options.json:
            continue
        if not problems:
            print(f"{path}: no problems")
        for finding in found["findings"]:
            print(f"{path}: {finding_line(finding)}")
    if options.json:
        print_json({"files": files})
    if any(entry["problems"] for entry in files):
        return BAD_INPUT
    serious = (
        finding["level"] == "error" and not finding["set_aside"]
        for entry in files
        for finding in entry["findings"]
    )
    return FINDINGS if any(serious) else DONE


def _list(as_json: bool) -> int:
    """What is checked, and what a fix in the window does."""
    from workbench.analysis.findings import CHECKS

    if as_json:
        print_json({"checks": [check.row for check in CHECKS]})
        return DONE
    for check in CHECKS:
        fix = f"; a fix {check.fix}" if check.fix else ""
        levels = " or ".join(check.levels)
        print(f"{check.id}: {levels}: {check.looks_for} [{check.needs}{fix}]")
    return DONE


def _findings(path: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Remarks on an agreement; none on a file that is no agreement, or cannot be opened.

    What does not fit together is among the problems, with its line, and not told twice.
    """
    from workbench.analysis.findings import find_in_text
    from workbench.analysis.report import finding_data
    from workbench.definitions.reader import holds_agreement, open_agreement

    if not holds_agreement(path):
        return []
    try:
        agreement = open_agreement(path).agreement
    except DefinitionError:
        return []
    if options.evaluate:
        from workbench.analysis.evaluation import Evaluator

        with open_database(options.db) as database:
            found = Evaluator(database).evaluate(agreement).findings
    else:
        found = find_in_text(agreement)
    return [finding_data(finding) for finding in found if finding.id != "inconsistent"]
