"""Small pieces of the sentences about what is wrong in a file."""

from difflib import get_close_matches

from workbench.definitions.checks import Place
from workbench.definitions.fields import Codes, Economy, Integer, Kind, Part
from workbench.model.economies import economy_name
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES

_KNOWN_AS = {
    "DRC": "COD",
    "EU": "EU27",
    "PRC": "CHN",
    "ROK": "KOR",
    "UAE": "ARE",
    "UK": "GBR",
    "US": "USA",
}


def list_example(kind: Kind) -> str:
    """How the entries of a list of some kind are written."""
    match kind:
        case Codes():
            return '["8505.11", "8541-8543"]'
        case Economy():
            return "[JPN, USA]"
        case Integer():
            return "[2024]"
        case Part():
            return f"'- {kind.record.fields[0].key}: …' for each, indented below the key"
        case _:
            return "'- ' and the text for each, indented below the key"


def place(path: Place) -> str:
    """A place in the file's own words, such as "coverage[0].staging"."""
    text = "".join(
        f"[{step}]" if isinstance(step, int) else f".{shown(step)[1:-1]}" for step in path
    )
    return text.removeprefix(".")


def last(path: Place) -> str:
    """The nearest key, for a sentence."""
    return next((step for step in reversed(path) if isinstance(step, str)), "the file")


def shown(text: str) -> str:
    """A text as quoted in a sentence: short, on one line."""
    line = "".join(letter if letter.isprintable() else "?" for letter in text[:41])
    return f"'{line[:40]}…'" if len(text) > 40 else f"'{line}'"


def meant(text: str, words: list[str], named: list[str] | None = None) -> str:
    """Which of the words was meant, or all of them (those of `named`) where none is close."""
    close = get_close_matches(text[:60].lower(), words, 1, 0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"use one of {', '.join(named or words)}" if words else "there is none to choose from"


def meant_economy(text: str) -> str:
    """The code of an economy written by name, or codes that look like the text."""
    codes = (*ECONOMIES, *CUSTOMS_TERRITORIES)
    wanted = text[:60].strip()
    if wanted.upper() in _KNOWN_AS:
        code = _KNOWN_AS[wanted.upper()]
        return f"write {code} ({economy_name(code)})"
    by_name = {economy_name(code).casefold(): code for code in codes}
    names = get_close_matches(wanted.casefold(), list(by_name), 1, 0.8) if len(wanted) > 4 else []
    close = [by_name[n] for n in names] or get_close_matches(wanted.upper(), codes, 3, 0.6)
    if close:
        return f"did you mean {' or '.join(f'{c} ({economy_name(c)})' for c in close)}?"
    return "use the three-letter ISO code, such as JPN, or a territory such as EU27"
