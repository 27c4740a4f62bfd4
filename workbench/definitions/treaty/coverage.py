"""How many of the rule texts of a source can be read: the measure behind COVERAGE.md.

Reads folders of published rules as data: the UK tariff's rule sets (`rule_sets`, each with
`rules`) and regulations with their `rules` and `text`, as JSON, gzipped or not.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.definitions.treaty.reading import ReadStatus, read_treaty
from workbench.errors import DefinitionError, Problem


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rule texts of one file were read, and how far."""

    source: str
    texts: int
    parsed: int
    partial: int

    @property
    def parsed_share(self) -> float:
        """Share of the texts that were read whole."""
        return self.parsed / self.texts

    @property
    def read_share(self) -> float:
        """Share of the texts of which at least one criterion was read."""
        return (self.parsed + self.partial) / self.texts

    def data(self) -> dict[str, Any]:
        """The figures, ready for JSON."""
        return {
            "source": self.source,
            "texts": self.texts,
            "parsed": self.parsed,
            "partial": self.partial,
            "unparsed": self.texts - self.parsed - self.partial,
        }


def coverage_table(found: list[Coverage]) -> list[str]:
    """The lines of a Markdown table, one source a line."""
    lines = [
        "| source | rule texts | parsed | partial | unparsed |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for one in found:
        partial = one.read_share - one.parsed_share
        shares = (one.parsed_share, partial, 1 - one.read_share)
        cells = " | ".join(f"{100 * share:.1f} %" for share in shares)
        lines.append(f"| {one.source} | {one.texts:,} | {cells} |")
    return lines


def coverage(folder: Path) -> list[Coverage]:
    """The coverage of every file of rules in a folder and the folders in it.

    Raises:
        DefinitionError: the folder is not there, or holds no rules.
    """
    files = sorted(p for p in folder.rglob("*") if p.name.endswith((".json", ".json.gz")))
    found = [one for path in files if (one := _coverage_of(path)) is not None]
    if not found:
        what = (
            "there are no rules of origin in it" if folder.is_dir() else "there is no such folder"
        )
        raise DefinitionError.of(
            (Problem(str(folder), 0, "", what, "name a folder of JSON files of rules"),)
        )
    return found


def rule_texts(path: Path) -> list[str]:
    """The rule texts of a file, as they stand there; empty for a file of something else."""
    raw = path.read_bytes()
    try:
        data = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (OSError, ValueError):
        return []
    return list(_texts(data)) if isinstance(data, dict) else []


def _texts(data: dict[str, Any]) -> Iterator[str]:
    for group in data.get("rule_sets", ()):
        for rule in group["rules"]:
            yield rule["rule"]
    for rule in data.get("rules", ()):
        if isinstance(rule, dict) and isinstance(rule.get("text"), str):
            yield rule["text"]


def _coverage_of(path: Path) -> Coverage | None:
    texts = [text for text in rule_texts(path) if text.strip()]
    if not texts:
        return None
    statuses = Counter(read_treaty(text).status for text in texts)
    name = f"{path.parent.name}/{path.name.removesuffix('.gz').removesuffix('.json')}"
    return Coverage(name, len(texts), statuses[ReadStatus.PARSED], statuses[ReadStatus.PARTIAL])
