"""`pactwright`: commands go to the engine before Qt is imported; else the window opens."""

import os
import sys
from pathlib import Path


def main() -> int:
    """Run a command, or open the window on a file if one is given."""
    arguments = sys.argv[1:]
    from workbench import cli
    from workbench.commands.shared import BAD_INPUT

    if arguments and (arguments[0] in cli.COMMANDS or arguments[0].startswith("-")):
        return cli.main(arguments)
    if len(arguments) > 1:
        return cli.main(arguments)  # says which commands there are
    if _no_screen():
        sys.stderr.write(
            "Pactwright: there is no screen to open the window on. Start it from a desktop, set "
            "DISPLAY, or run a command; pactwright --help lists them.\n"
        )
        return BAD_INPUT
    from ui.app import run

    return run(Path(arguments[0]) if arguments else None)


def _no_screen() -> bool:
    """Whether Qt would end the program for want of an X11 or Wayland display."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
