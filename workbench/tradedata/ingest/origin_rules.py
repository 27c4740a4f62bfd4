"""Rules of origin by product, of the United Kingdom's tariff and United States regulations.

They are kept in words, to be read beside a rule that is drafted; the program applies none of them.
"""

import html
import re
from typing import Any

from workbench.tradedata.ingest.collected import Collected, Facts
from workbench.tradedata.ingest.figures import digits
from workbench.tradedata.ingest.source import Part, objects

_WIDTH = 10
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_BREAK = re.compile(r"<(br|p|li|div)\b[^>]*>|^\s*[-*] ", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_EDITION = re.compile(r"HS ?(\d{4})")


class UkRules:
    """The rule sets of an agreement of the United Kingdom; the file is named after its scheme."""

    kind = "origin-rules"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        if part.has_keys("rule_sets", "heading"):
            return "its rule_sets have headings, as rules of origin of the United Kingdom's tariff"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take every rule.

        Raises:
            TradeDataError: there is no list of rule sets.
        """
        agreement = into.stated.programme or part.name.split(".", 1)[0]
        dataset = into.dataset(
            Facts(
                "origin_rules",
                "United Kingdom, rules of origin of the online tariff",
                "as imported",
                "Open Government Licence v3.0",
                note="the government's rendering, not the text of the treaty; several rules may "
                "be for one code, told apart by the words of their goods",
            )
        )
        for entry in part.json_entries("rule_sets"):
            first, last = (digits(str(entry.get(end, ""))) for end in ("min", "max"))
            goods = _goods(entry)
            for rule in objects(entry.get("rules")):
                row = into.next_row()
                text = plain(str(rule.get("rule") or ""))
                if not _is_range(first, last):
                    into.reject(row, "no range of codes of ten digits", [goods, text])
                elif entry.get("valid") is False:
                    into.reject(row, "marked as not valid", [goods, text])
                elif not text:
                    into.reject(row, "no wording", [goods])
                else:
                    classes = ", ".join(map(str, _list(rule.get("class"))))
                    joined = str(rule.get("operator") or "")
                    values = (goods, classes, joined, text, _notes(rule))
                    into.add(row, [goods, text], dataset, (agreement, row, first, last, *values))


class UsRules:
    """Rules by tariff classification of 19 CFR 102, and later corrections of them."""

    kind = "origin-rules"

    def recognise(self, part: Part) -> str | None:
        """By its keys."""
        for keys in (("corpus", "authority"), ("overlay", "extends")):
            if part.has_keys(*keys):
                return f"its keys are {' and '.join(keys)}, as rules of origin of 19 CFR 102"
        return None

    def read(self, part: Part, into: Collected) -> None:
        """Take every alternative of every rule.

        Raises:
            TradeDataError: there is no list of rules.
        """
        data = part.json_object()
        agreement, edition, note = _regulation(data)
        named = data.get("nomenclature")
        codes = _EDITION.search(str(named.get("hs_edition"))) if isinstance(named, dict) else None
        dataset = into.dataset(
            Facts(
                "origin_rules",
                "US Code of Federal Regulations, title 19, part 102",
                edition,
                "public domain (United States Government)",
                int(codes[1]) if codes else None,
                note=note,
            )
        )
        for entry in part.json_entries("rules"):
            scope = [range_of(str(each)) for each in _list(entry.get("scope"))]
            goods = str(entry.get("htsus") or "")
            for place, rule in enumerate(objects(entry.get("alternatives"))):
                row = into.next_row()
                text = plain(str(rule.get("text") or ""))
                if not scope or None in scope:
                    into.reject(row, "no range of codes", [goods, text])
                elif not text:
                    into.reject(row, "no wording", [goods])
                else:
                    kind = str(rule.get("kind") or "").replace("_", " ")
                    joined = "or" if place and rule.get("sequence") is None else ""
                    values = (goods, kind, joined, text, "")
                    ranges = dict.fromkeys(each for each in scope if each)
                    records = [(agreement, row, *each, *values) for each in ranges]
                    into.add(row, [goods, text], dataset, *records)


def _regulation(data: dict[str, Any]) -> tuple[str, str, str]:
    """Name, date and note of a regulation, or of a correction of one."""
    if data.get("corpus"):
        name = str(data["corpus"]).replace("-", " ")
        dated = str(data.get("source_issue_date") or data.get("vintage") or "as imported")
        return name, dated, str(data.get("applies_to") or "")
    came = data.get("provenance")
    origin = str(came.get("origin") or "") if isinstance(came, dict) else ""
    name = f"{data.get('extends')} as corrected".replace("-", " ")
    return name, origin or "as imported", f"corrects {data.get('extends')}; read it first"


def plain(text: str) -> str:
    """Wording without links, marks and codes of its markup."""
    bare = _TAG.sub("", _BREAK.sub(" ", _LINK.sub(r"\1", text)))
    return " ".join(html.unescape(bare).replace("*", "").split())


def range_of(text: str) -> tuple[str, str] | None:
    """First and last code of ten digits of a code or range such as "8507.10-8507.80"."""
    low, _, high = text.partition("-")
    first, last = digits(low.strip()), digits((high or low).strip())
    first, last = first.ljust(_WIDTH, "0") if first else "", last.ljust(_WIDTH, "9") if last else ""
    return (first, last) if _is_range(first, last) else None


def _is_range(first: str, last: str) -> bool:
    return len(first) == len(last) == _WIDTH and first <= last


def _goods(entry: dict[str, Any]) -> str:
    heading, words = (plain(str(entry.get(name) or "")) for name in ("heading", "subdivision"))
    return f"{heading}: {words}" if words and words != heading else heading


def _notes(rule: dict[str, Any]) -> str:
    said = (
        ("within a quota", rule.get("quota") is True),
        ("not for imports into the United Kingdom", rule.get("import") is False),
        ("not for exports from the United Kingdom", rule.get("export") is False),
    )
    return "; ".join(words for words, holds in said if holds)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


ORIGIN_RULES: tuple[UkRules | UsRules, ...] = (UkRules(), UsRules())
"""Every reader of them."""
