"""Icons, fonts and style-sheet pictures shipped with the program."""

from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
ICONS = FOLDER / "icons"
STYLE = FOLDER / "style"
