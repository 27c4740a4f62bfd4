"""Published examples with their answers, as the program carries them.

Each case has a name, a citation, facts and what they come to. Facts are the input of the
`check-origin` command, or a calculation of costs. `official: false` marks variants of our own.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from workbench.definitions.folders import SHIPPED
from workbench.definitions.good_input import GoodInput, parse_good

FOLDER = SHIPPED / "reference-cases"
_MISPRINTS = "known-misprints"


@dataclass(frozen=True)
class ReferenceCase:
    """One example.

    Attributes:
        id: the file and the position in it.
        group: what the file is about, in words.
        good: the facts of an origin check; None for a calculation.
        calculation: what is worked out, for a calculation.
        expected: what the source gives, by figure.
        official: whether the source gives it, or it is a variant of ours.
    """

    id: str
    group: str
    name: str
    source: str
    good: GoodInput | None
    calculation: dict[str, Any]
    expected: dict[str, Any]
    official: bool = True


@dataclass(frozen=True, slots=True)
class Misprint:
    """A published figure that is wrong, and the exact one."""

    where: str
    printed: str
    exact: str


@lru_cache(maxsize=1)
def reference_cases() -> tuple[ReferenceCase, ...]:
    """Every case that ships, by file and position.

    Raises:
        DefinitionError: the facts of a case are wrong.
    """
    found: list[ReferenceCase] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem == _MISPRINTS:
            continue
        for number, entry in enumerate(_entries(path.stem)):
            facts = entry.get("facts")
            good = None if facts is None else parse_good(json.dumps(facts), entry["name"])
            found.append(
                ReferenceCase(
                    f"{path.stem}-{number + 1}",
                    path.stem.replace("-", " ").capitalize(),
                    entry["name"],
                    entry["source"],
                    good,
                    entry.get("calculation", {}),
                    entry["expect"],
                    entry.get("official", True),
                )
            )
    return tuple(found)


def misprints() -> tuple[Misprint, ...]:
    """Published figures that are known to be wrong."""
    return tuple(Misprint(**entry) for entry in _entries(_MISPRINTS))


def _entries(name: str) -> list[dict[str, Any]]:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: list[dict[str, Any]] = yaml.safe_load(text)
    return loaded
