"""Text from people and files, made fit for any document, and names fit for any system.

What no document can hold or what would turn a line around is shown by its number, so that a reader
sees that it is there and no format changes what it means.
"""

import re
import unicodedata
from functools import lru_cache

_LONGEST_NAME = 80
# Characters that XML cannot hold, and those that steer the direction of text without a trace.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\u2028\u2029\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[ \t\r\n]+")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """A text on one line in which nothing is hidden: U+202E is shown as «U+202E»."""
    return _UNSEEN.sub(lambda found: code_point(found.group()), _SPACES.sub(" ", text)).strip()


def code_point(letter: str) -> str:
    """A character by its number."""
    return f"«U+{ord(letter):04X}»"


def file_name(title: str, fallback: str = "term-sheet") -> str:
    """A title as the stem of a file name that every system takes: "critical-minerals-club"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = _NOT_IN_NAMES.sub("-", plain).strip("-._ ").lower()[:_LONGEST_NAME].strip("-._")
    if not name:
        return fallback
    return f"{fallback}-{name}" if _RESERVED.match(name.split(".")[0]) else name
