"""`pactwright`: commands go to the engine before Qt is imported; else the window opens."""

import sys
from pathlib import Path


def main() -> int:
    """Run a command, or open the window on a file if one is given."""
    arguments = sys.argv[1:]
    from workbench import cli

    if arguments and (arguments[0] in cli.COMMANDS or arguments[0].startswith("-")):
        return cli.main(arguments)
    if len(arguments) > 1:
        return cli.main(arguments)  # says which commands there are
    from ui.app import run

    return run(Path(arguments[0]) if arguments else None)


if __name__ == "__main__":
    sys.exit(main())
