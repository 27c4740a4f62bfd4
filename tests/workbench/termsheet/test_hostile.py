"""Nothing that people write is run, lost or breaks a file, wherever it stands."""

import html
import io
import json
import os
import random
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import cycle, islice
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import docx
import openpyxl
import pypdf
import pytest

from tests.workbench.termsheet import readers
from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.market import Market
from workbench.definitions.treaty.cleaning import in_quotes
from workbench.model.agreement import Agreement, Suppressed
from workbench.model.assumptions import AlignmentWeight, StatedElasticity
from workbench.model.commitments import (
    BillOfInputs,
    Clock,
    InputShare,
    Ratchet,
    RatchetStep,
    Removal,
    StatedRate,
)
from workbench.model.economies import AlignmentScore
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    InputsOriginate,
    Materials,
    MaxNonOriginating,
    OnlyGoods,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
)
from workbench.termsheet.export import Format, render
from workbench.termsheet.glyphs import drawable
from workbench.termsheet.language import language
from workbench.termsheet.request import Request
from workbench.termsheet.safe_text import clean, file_name
from workbench.termsheet.templates import TemplateSection, template

_PREFIXES = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")')
_MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</w:t><w:br/>", "&lt;b&gt; & co",
    "{{ 7*7 }}", "{% raw %}", "#eval(\"1\")", "#read(\"/etc/passwd\")", "$x$ _a_ *b* `c`",
    "[link](javascript:alert(1))", "![i](http://example.org/i.png)", "| a | b |", "# title",
    "http://example.org", "]]>", "<!-- x -->", "${title}", "$$", "\\input{x}", "%PDF-1.4 /JS (x)",
    "&L&\"Arial\"&24", "<ins>x</ins>", "1. one", "---", "<title>",
)  # fmt: skip
_CONTROL = (
    "a\x00b", "a\x07b\x1b[31m", "a\x0bb", "line\nbreak\r\n", "\ufeffbom", "a\u2028b",
    "\ud800 alone",     "\ufffe", "a\u200bb", "\x7f", "\x85",
)  # fmt: skip
_DIRECTION = (
    "\u202egnp.exe",
    "\u2066abc\u2069",
    "\u200fabc",
    "שלום עולם",
    "مرحبا",
    "abc \u061c def",
)
_LONG = ("w" * 400, "長" * 30, "Donaudampfschifffahrt" * 12, "a/b\\c" * 60, "8505.11," * 80)
_EMOJI = (
    "🧲 magnets",
    "👩‍👩‍👧‍👦",
    "🇯🇵🇺🇸",
    "e\u0301\u0301\u0301",
    "½ ™ ﷽",
    "日本",
    "\U0010ffff",
    "ﬁ",
)
_NAMES = (
    "CON",
    "nul.txt",
    "../../etc/passwd",
    "a:b*c?d",
    "   ",
    ".",
    "..",
    "x" * 300,
    "é/ü",
    "-rf",
)


def hostile() -> list[str]:
    """Three hundred titles, notes and names that nobody should write."""
    kinds = (*_PREFIXES, *_MARKUP, *_CONTROL, *_DIRECTION, *_LONG, *_EMOJI, *_NAMES)
    mixed = random.Random(7)
    found = list(kinds)
    while len(found) < 300:
        found.append("".join(mixed.sample(kinds, 2)))
    return found


_ALL = bool(os.environ.get("PACTWRIGHT_ALL_HOSTILE"))
_COUNT = 300

_CODES = {
    "Partner.economy", "HSRange.first", "HSRange.last", "Ratchet.exporters", "Removal.exporters",
    "StatedRate.importer", "StatedRate.exporter", "Incentive.importers", "Incentive.exporters",
    "Incentive.named_economies", "EconomyCap.economies", "RemainderCap.economies", "Period.first",
    "Period.last", "BillOfInputs.exporters", "Commitment.applies_to", "Position.economy",
    "Bracket.proposed_by", "Trigger.figure", "Suppressed.finding", "Suppressed.about",
    "RegionalValueContent.basis", "MaxNonOriginating.basis",
}  # fmt: skip
"""Fields of codes and of names out of a list, which the reader of files refuses to be else."""

_REFERENCES = {
    "CoveredProducts.staging": "StagingCategory.name",
    "Treatment.default_category": "StagingCategory.name",
    "Removal.commitment": "Commitment.id",
}
"""Fields that name another part of the text."""

_NOT_SHOWN = {
    "AlignmentScore.subject", "AlignmentScore.source", "AlignmentWeight.subject",
    "AlignmentWeight.notes", "StatedElasticity.source", "StatedElasticity.notes",
    "Ratchet.notes", "Removal.notes", "Removal.facility", "StatedRate.notes",
    "BillOfInputs.notes", "Body.made_of", "Commitment.title", "Option.notes",
    "InputsOriginate.words", "MaxNonOriginating.words", "RegionalValueContent.words",
}  # fmt: skip
"""Texts that a term sheet has no place for."""


_QUOTED = {
    "Condition.text", "Materials.goods_words", "Materials.when", "Materials.words",
    "OnlyGoods.words", "SpecificProcess.name",
}  # fmt: skip
"""Texts within a rule, which treaty text has in quotes: those in them, and backslashes, escaped."""


class _Filler:
    """Puts a text of its own into every place of a model that takes text, whatever its class."""

    def __init__(self, words: Iterator[str]) -> None:
        self._words = words
        self._names: dict[tuple[str, str], str] = {}
        self.placed: dict[str, list[str]] = {}

    def filled(self, value: Any) -> Any:
        """A part of the model with all its texts changed, those of its parts too."""
        if isinstance(value, tuple):
            return tuple(self.filled(item) for item in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        hints = get_type_hints(type(value))
        changes = {}
        for part in fields(value):
            place = f"{type(value).__name__}.{part.name}"
            held = getattr(value, part.name)
            if place in _CODES:
                continue
            if place in _REFERENCES:
                changes[part.name] = self._named(_REFERENCES[place], held) if held else held
            elif hints[part.name] is str:
                changes[part.name] = self._named(place, held) if held else self._word(place)
            elif hints[part.name] == tuple[str, ...]:
                changes[part.name] = tuple(self._word(place) for _ in held)
            else:
                changes[part.name] = self.filled(held)
        return replace(value, **changes)

    def _named(self, place: str, held: str) -> str:
        """The text that stands for another; the same for the same one."""
        if (place, held) not in self._names:
            self._names[place, held] = self._word(place)
        return self._names[place, held]

    def _word(self, place: str) -> str:
        word = f"{next(self._words)} q{sum(map(len, self.placed.values()))}q"
        self.placed.setdefault(place, []).append(word)
        return word


def _classes(kind: Any, found: set[type]) -> set[type]:
    """The classes that values of a type are made of."""
    if get_origin(kind) is not None or isinstance(kind, UnionType):
        for part in get_args(kind):
            _classes(part, found)
    elif is_dataclass(kind) and isinstance(kind, type) and kind not in found:
        found.add(kind)
        for part in get_type_hints(kind).values():
            _classes(part, found)
    return found


def _in_use(value: Any) -> set[type]:
    if isinstance(value, tuple):
        return {kind for item in value for kind in _in_use(item)}
    if not is_dataclass(value) or isinstance(value, type):
        return set()
    return {type(value)}.union(*(_in_use(getattr(value, part.name)) for part in fields(value)))


def _with_everything(agreement: Agreement) -> Agreement:
    """The agreement with at least one of every part that holds a text."""
    magnets, alloys = HSRange.parse("8505.11"), HSRange.parse("7202")
    first, *partners = agreement.partners
    listed, *groups = agreement.coverage.entries
    rule = AnyOf(
        (
            AllOf((OnlyGoods((), "those"), Condition("kept"), SpecificProcess("melted"))),
            TariffShift(ShiftFrom.HEADING, also=(Materials((), "a", (), "b", "c"),)),
            InputsOriginate((), words="parts"),
            MaxNonOriginating(0.4, words="ores"),
            RegionalValueContent(RvcMethod.FOCUSED, 0.5, words="magnets"),
        )
    )
    return replace(
        agreement,
        partners=(replace(first, alignment=(AlignmentScore("labour", 0.5, "x"),)), *partners),
        coverage=replace(
            agreement.coverage,
            entries=(replace(listed, product_list="x", listed=listed.products), *groups),
        ),
        treatment=replace(
            agreement.treatment,
            ratchets=(Ratchet(("AUS",), (RatchetStep("x", 0.5),)),),
            removals=(Removal(("JPN",), 0.1, commitment="labour-1"),),
        ),
        origin=replace(
            agreement.origin,
            product_rules=(*agreement.origin.product_rules, ProductRule((alloys,), rule)),
        ),
        institutions=replace(agreement.institutions, clocks=(Clock("x", 30),)),
        commitments=tuple(replace(c, compliance_cost=0.001) for c in agreement.commitments),
        bills_of_inputs=(BillOfInputs((magnets,), (InputShare(alloys, 0.3),), "x"),),
        tariffs=(StatedRate("USA", (magnets,), 0.021, "x"),),
        suppressed=(Suppressed("x", "x", "x"),),
        elasticities=(StatedElasticity("x", (magnets,), demand=-2.0),),
        alignment_weights=(AlignmentWeight("labour", 1.0),),
    )


def test_every_part_that_holds_a_text_is_tried(agreement: Agreement) -> None:
    holds = {
        kind
        for kind in _classes(Agreement, set())
        if any(hint in (str, tuple[str, ...]) for hint in get_type_hints(kind).values())
    }
    coded = {"HSRange", "EconomyCap", "RemainderCap", "Period"}
    used = _in_use(_with_everything(agreement))
    assert {kind.__name__ for kind in holds - used} <= coded
    known = {f"{kind.__name__}.{name}" for kind in holds for name in get_type_hints(kind)}
    assert {*_CODES, *_REFERENCES, *_NOT_SHOWN} <= known


def _request(agreement: Agreement, market: Market, start: int) -> tuple[Request, dict[str, Any]]:
    """A document with hostile words in every place, another one in each place at each start."""
    words = hostile()
    filler = _Filler(islice(cycle(words), start, None))
    text: Agreement = filler.filled(_with_everything(agreement))
    commitments = tuple(
        replace(c, text=" ".join((c.text, *(b.text for b in c.brackets)))) for c in text.commitments
    )
    text = replace(text, commitments=commitments)
    marking, source, published, title = (words[(start + n) % _COUNT] + " zz" for n in range(4))
    market = replace(
        market,
        tariff_lines=market.tariff_lines.assign(source=source, text=published),
        vintage=tuple(replace(v, source=source, edition=published) for v in market.vintage),
    )
    bare = evaluate(text, build_baseline(market, text))
    finding = bare.findings[0]
    (aside,) = text.suppressed
    text = replace(text, suppressed=(replace(aside, finding=finding.id, about=finding.about),))
    result = evaluate(text, build_baseline(market, text))
    shown: list[Any] = [result]
    for option in text.options:
        changed = text.with_option(option.name)
        shown.append(evaluate(changed, build_baseline(market, changed), option.name))
    full = template("full")
    sections = (*full.sections, TemplateSection("options"))
    first, *others = sections
    sections = (replace(first, titles=(("en", title),)), *others)
    request = Request(
        evaluation=result,
        template=replace(full, titles=(("en", title),), sections=sections),
        language=language("en"),
        marking=marking,
        options=tuple(shown),
    )
    return request, {**filler.placed, "of files": [marking, source, published, title]}


_READ = {
    Format.HTML: readers.html_text,
    Format.DOCX: readers.docx_text,
    Format.PDF: readers.pdf_body,
    Format.XLSX: lambda raw: "\n".join(_cells(raw)),
    Format.JSON: lambda raw: "\n".join(_strings(json.loads(raw))),
    Format.MARKDOWN: lambda raw: _from_markdown(raw.decode()),
}


def _cells(raw: bytes) -> Iterator[str]:
    for rows in readers.xlsx_cells(raw).values():
        yield from (str(value) for row in rows for value in row if value is not None)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    parts = value.values() if isinstance(value, dict) else value
    for item in parts if isinstance(value, dict | list) else ():
        yield from _strings(item)


def _from_markdown(text: str) -> str:
    return html.unescape(re.sub(r"\\(.)", r"\1", text.replace("**", "")))


@cache
def _letters(text: str) -> str:
    """A text as a page shows it, without what depends on layout or emphasis."""
    squeezed: str = readers.squeezed(text)
    return squeezed.replace("*", "")


@cache
def _drawn(word: str) -> str:
    """A text in the letters of the bundled font."""
    return _without_accents(_letters(drawable(word)))


def _without_accents(text: str) -> str:
    """Letters alone: a font may draw an accent as a glyph of its own."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not (unicodedata.combining(c) or c.isspace()))


def _is_on_pages(word: str, pages: str) -> bool:
    """Whether a text stands on pages: whole, or parted by the ends of at most two of them."""
    rest = word
    for _ in range(3):
        size = next((n for n in range(len(rest), 0, -1) if rest[:n] in pages), 0)
        rest = rest[size:]
        if not rest:
            return True
    return False


@pytest.mark.parametrize("start", range(_COUNT) if _ALL else (0, 100, 200))
def test_hostile_words_are_shown_in_every_place(
    start: int, agreement: Agreement, market: Market
) -> None:
    request, placed = _request(agreement, market, start)
    wanted = [
        (place, clean(in_quotes(word)[1:-1] if place in _QUOTED else word))
        for place, several in placed.items()
        if place not in _NOT_SHOWN
        for word in several
    ]
    assert len(wanted) > 60
    for kind in Format:
        raw = render(request, kind).content
        _assert_harmless(kind, raw)
        found = _letters(_READ[kind](raw))
        if kind is Format.PDF:
            found = _without_accents(found)
        missing = [
            (place, word)
            for place, word in wanted
            if not (
                _is_on_pages(_drawn(word), found) if kind is Format.PDF else _letters(word) in found
            )
        ]
        assert not missing, kind


def _assert_harmless(kind: Format, raw: bytes) -> None:
    """Nothing in a file runs, fetches or breaks it."""
    match kind:
        case Format.HTML:
            page = readers.read_html(raw)
            assert not {"script", "img", "iframe", "object", "link", "base"} & set(page.tags)
            assert not [name for name, _ in page.attributes if name.startswith("on")]
            links = [value or "" for name, value in page.attributes if name in ("href", "src")]
            assert all(link.startswith("#") for link in links)
        case Format.XLSX:
            book = openpyxl.load_workbook(io.BytesIO(raw))
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
            book.close()
        case Format.DOCX:
            assert len(docx.Document(io.BytesIO(raw)).tables) > 3
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                assert packed.testzip() is None
                relations = packed.read("word/_rels/document.xml.rels").decode()
            assert 'TargetMode="External"' not in relations
        case Format.PDF:
            root = pypdf.PdfReader(io.BytesIO(raw)).trailer["/Root"]
            assert "/OpenAction" not in root
            assert "/JavaScript" not in str(root.get("/Names", ""))
        case Format.MARKDOWN:
            text = re.sub(r"\\.", "", raw.decode())
            assert set(re.findall(r"<[^>\n]*>", text)) <= {"<ins>", "</ins>", "<del>", "</del>"}
            assert "](" not in text
            assert "`" not in text
            assert not re.search(r"(?i)\b(https?|javascript):", text)
        case Format.JSON:
            assert json.loads(raw)["format"]


def test_names_of_files_are_safe_everywhere() -> None:
    for word in hostile():
        name = file_name(word)
        assert name
        assert len(name) <= 100
        assert name.isascii()
        assert not set(name) & set('/\\:*?"<>| \n\t\0')
        assert name[0] not in "-."
        assert name.split(".")[0].upper() not in {"CON", "NUL", "PRN", "AUX"}


def test_hidden_characters_are_told() -> None:
    assert clean("a\u202eb") == "a«U+202E»b"
    assert clean(" a\n b\t") == "a b"
    assert drawable("🧲") == "«magnet»"
    assert drawable("Türkiye × 10 − 5 %") == "Türkiye × 10 − 5 %"
