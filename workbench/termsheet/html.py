"""The document as one HTML file: style and pictures inside, every text escaped, fit to print."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workbench.termsheet.content import Document, Picture
from workbench.termsheet.labels import Labels
from workbench.termsheet.language import MISSING


def html(document: Document) -> bytes:
    """The document as HTML in UTF-8."""
    page = _environment().get_template("document.html")
    text: str = page.render(
        document=document,
        labels=Labels(document.words),
        drawing=_drawing,
        kind=_kind,
        in_style=_in_style,
        missing=MISSING,
    )
    return text.encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _drawing(picture: Picture) -> Markup:
    """A drawing of our own; what people wrote in it was escaped when it was drawn."""
    start, rest = picture.svg.split(">", 1)
    named = Markup('{} role="img" aria-label="{}">').format(Markup(start), picture.alt)
    return named + Markup(rest)


def _in_style(words: str) -> Markup:
    """Words within the quotes of a style sheet, whatever they hold: signs by their numbers."""
    return Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in words))


def _kind(block: object) -> str:
    return type(block).__name__
