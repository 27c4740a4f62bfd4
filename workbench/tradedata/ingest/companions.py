"""Files that hold no figures: what they are, and what to do instead, in a sentence each."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from workbench.tradedata.ingest.collected import Collected
from workbench.tradedata.ingest.source import Columns, Part

_KNOWN = "; the program knows these codes, so there is nothing to import"
_RULES = (
    "; the trade database holds no rules: paste the wording of a rule on the Origin rules page, or "
    "give it to the command parse-rule"
)


def _json_with(*names: str) -> Callable[[Part], bool]:
    def test(part: Part) -> bool:
        text = part.start[:8000].decode("utf-8", "replace") if part.form == "json" else ""
        return all(f'"{name}"' in text for name in names)

    return test


def _csv_with(*names: str) -> Callable[[Part], bool]:
    def test(part: Part) -> bool:
        if part.form != "table" or not (head := part.grids()[0].head):
            return False
        return Columns(head[0]).has(*names)

    return test


def _text_with(words: bytes) -> Callable[[Part], bool]:
    return lambda part: words in part.start[:2000]


def _rule_classes(part: Part) -> bool:
    text = part.start[:2000].decode("utf-8", "replace") if part.form == "json" else ""
    return bool(re.search(r'\[\s*"(WO|CC|CTH|CTSH)"', text))


def _areas(part: Part) -> bool:
    return part.form == "json" and bool(re.match(rb'\s*\{\s*"\d{4}"\s*:', part.start[:200]))


@dataclass
class Companion:
    """Knows one such file."""

    why: str
    test: Callable[[Part], bool]
    kind: str = "companion"

    def recognise(self, part: Part) -> str | None:
        """The sentence, where the file is one of these."""
        return self.why if self.test(part) else None

    def read(self, part: Part, into: Collected) -> None:
        """Nothing is read of it."""


COMPANIONS = (
    Companion(
        f"it is CEPII BACI's list of economy codes{_KNOWN}",
        _csv_with("country_code", "country_iso3"),
    ),
    Companion(
        "it is the United States' Schedule C of country codes" + _KNOWN,
        _text_with(b"Schedule C - Country List"),
    ),
    Companion(
        f"it relates codes of the Census Bureau to ISO's{_KNOWN}", _csv_with("cty_code", "iso3")
    ),
    Companion(
        f"it is a list of economies and their codes{_KNOWN}", _csv_with("code", "country_or_region")
    ),
    Companion(
        "it is a list of industries and their codes; import the tables that use them",
        _csv_with("code", "economic_activity"),
    ),
    Companion(
        "it is a list of BEA commodities in words; import the tables that use them",
        _csv_with("Commodity Code", "Description"),
    ),
    Companion(
        "it relates BEA industries of two levels; import the tables that use them",
        _csv_with("summary_code", "detail_code"),
    ),
    Companion(
        "it lists the sections of the Harmonized System; import the list of its codes",
        _csv_with("section", "name"),
    ),
    Companion(
        "it describes indicators and holds none of their figures; import the table of figures "
        "beside it",
        _csv_with("indicator", "series_id", "anchor"),
    ),
    Companion(
        "it is CEPII BACI's list of products in words; import the yearly files",
        lambda part: (
            _csv_with("code", "description")(part) and part.name.lower().startswith("product_codes")
        ),
    ),
    Companion(f"it holds the rules of origin of an agreement{_RULES}", _json_with("rule_sets")),
    Companion(f"it lists schemes of rules of origin{_RULES}", _json_with("schemes", "scheme_code")),
    Companion(f"it relates areas to schemes of rules of origin{_RULES}", _areas),
    Companion(f"it classifies wordings of rules of origin{_RULES}", _rule_classes),
    Companion(f"it holds United States rules of origin{_RULES}", _json_with("corpus", "authority")),
    Companion(
        f"it corrects United States rules of origin{_RULES}", _json_with("overlay", "extends")
    ),
    Companion(f"it holds rulings on rules of origin{_RULES}", _json_with("cases", "ruling")),
    Companion(
        "it is an archive of the form tar, which is not read; unpack it and give its files",
        lambda part: part.start[257:262] == b"ustar",
    ),
)
