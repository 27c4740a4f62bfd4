"""Treaty text as it comes, with markup and odd signs, made plain without losing the places.

Every character of the plain text knows where it stood, so that a remainder can be marked in the
text that a person typed or pasted.
"""

import html
import re
from dataclasses import dataclass

_FIRST_QUOTE = 0xE000
_MOST_QUOTES = 0x1900
_QUOTES = re.compile("[\ue000-\uf8ff]")
_ESCAPE = re.compile(r"\\([\\“”])")

_PIECE = re.compile(
    r"(?P<quote>“(?:[^“”\\]|\\[\\“”])*”)"
    r"|(?P<drop><[^<>]{0,200}>|\*+|\]\((?:/|https?:)[^()\s]*\)|\[(?=[^\[\]]*\]\((?:/|https?:)))"
    r"|(?P<entity>&(?:\#\d{1,6}|\w{2,8});)"
    r"|(?P<bullet>(?:^|\n)\s*[-•]\s+)"
    r"|(?P<hyphen>(?<=[a-z])-\s+(?=[a-z])(?!(?:or|and)\b))"
    r"|(?P<space>[\s\u200b\ufeff]+)"
    r"|(?P<dash>[\u2010-\u2015])"
    r"|(?P<mark>[\u2018\u2019])"
    r"|(?P<odd>[\ue000-\uf8ff])"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_REPLACED = {"drop": "", "bullet": " • ", "hyphen": "-", "space": " ", "dash": "-", "mark": "'"}


@dataclass(frozen=True, slots=True)
class CleanText:
    """Plain text; `places` gives for each character its start in the original, and the end.

    Words in typographic quotes count as one character here; `quoted` holds them.
    """

    original: str
    text: str
    places: tuple[int, ...]
    quoted: tuple[str, ...]

    def words(self, start: int, end: int) -> str:
        """What stands in a stretch of the plain text; quotes alone give their content."""
        text = self.text[start:end].strip(" ,;:.•")
        if len(text) == 1 and _QUOTES.fullmatch(text):
            return _ESCAPE.sub(r"\1", self.quoted[ord(text) - _FIRST_QUOTE][1:-1])
        return _QUOTES.sub(lambda found: self.quoted[ord(found[0]) - _FIRST_QUOTE], text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text that a stretch of the plain text stands for."""
        return self.places[start], self.places[end]


def clean(original: str) -> CleanText:
    """Plain text without markup, links, emphasis, entities and doubled spaces."""
    signs: list[str] = []
    places: list[int] = []
    quoted: list[str] = []
    for piece in _PIECE.finditer(original):
        kind = piece.lastgroup or "sign"
        if kind == "quote" and len(quoted) < _MOST_QUOTES:
            text = chr(_FIRST_QUOTE + len(quoted))
            quoted.append(piece[0])
        elif kind == "entity":
            text = html.unescape(piece[0]).replace("\xa0", " ")
        elif kind == "odd":
            text = " "
        else:
            text = _REPLACED.get(kind, piece[0])
        for sign in text:
            if sign == " " and (not signs or signs[-1] == " "):
                continue
            signs.append(sign)
            places.append(piece.start())
    return CleanText(original, "".join(signs), (*places, len(original)), tuple(quoted))


def in_quotes(text: str) -> str:
    """Words in typographic quotes, which are read back as they are."""
    return "“" + re.sub(r"([\\“”])", r"\\\1", text) + "”"


def is_quote(sign: str) -> bool:
    """Whether a character of a plain text stands for words in quotes."""
    return bool(_QUOTES.match(sign))
