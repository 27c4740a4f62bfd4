"""The `merge` command: two people's copies and their ancestor into one."""

import argparse
from pathlib import Path

from workbench.commands.shared import DONE, FINDINGS, Subparsers, add_command, print_json, say


def add_to(commands: Subparsers) -> None:
    """Add it to the parser."""
    merge = add_command(
        commands, "merge", _merge, "put two copies of an agreement together, by their ancestor"
    )
    merge.add_argument("ancestor", type=Path, metavar="ANCESTOR", help="what both began from")
    merge.add_argument("mine", type=Path, metavar="MINE", help="one copy")
    merge.add_argument("theirs", type=Path, metavar="THEIRS", help="the other copy")
    merge.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="file to write"
    )
    merge.add_argument(
        "--take",
        choices=("mine", "theirs"),
        help="whose text to take where both changed the same entry; without it nothing is written",
    )


def _merge(options: argparse.Namespace) -> int:
    from workbench.definitions.change_notes import notes
    from workbench.definitions.merge import Side, merge
    from workbench.definitions.reader import open_agreement
    from workbench.definitions.writer import save

    ancestor, mine, theirs = (
        open_agreement(path).agreement for path in (options.ancestor, options.mine, options.theirs)
    )
    found = merge(ancestor, mine, theirs)
    if options.take and found.conflicts:
        side = Side(options.take)
        found = merge(ancestor, mine, theirs, {c.place: side for c in found.conflicts})
    written = not found.undecided
    if written:
        save(found.agreement, options.output, None)
    told = {
        "mine": [note.text for note in notes(ancestor, mine)],
        "theirs": [note.text for note in notes(ancestor, theirs)],
    }
    if options.json:
        print_json(
            {
                "written": str(options.output) if written else None,
                **told,
                "conflicts": [
                    {
                        "where": conflict.where,
                        "ancestor": conflict.words(None),
                        "mine": conflict.words(Side.MINE),
                        "theirs": conflict.words(Side.THEIRS),
                        "taken": options.take,
                    }
                    for conflict in found.conflicts
                ],
            }
        )
    else:
        for side_name, texts in told.items():
            for text in texts:
                print(f"{side_name}: {text}")
        for conflict in found.conflicts:
            print(
                f"conflict: {conflict.where}: mine {conflict.words(Side.MINE)}, "
                f"theirs {conflict.words(Side.THEIRS)}, was {conflict.words(None)}"
            )
    if not written:
        say(
            "Nothing is written: both copies changed the entries above. Choose in the window, or "
            "give --take mine or --take theirs."
        )
    return DONE if written else FINDINGS
