"""What a term sheet is made from, and the choices made for it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.analysis.results import Evaluation
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement
from workbench.model.commitments import parameter_values
from workbench.model.coverage import CoveredProducts
from workbench.termsheet.language import Language
from workbench.termsheet.templates import Template

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.frontier import Frontier
    from workbench.analysis.partner_sets.sweep import PartnerSets
    from workbench.analysis.rules_compared import RuleMark


class Audience(StrEnum):
    """Who will read it. Notes and internal sections stay at home."""

    INTERNAL = "internal"
    PARTNERS = "partners"


@dataclass(frozen=True, eq=False)
class Request:
    """Everything a document is built from.

    Attributes:
        evaluation: of the text or the option that the document is about.
        template, language: its sections and its words.
        marking: head of each page, e.g. "Confidential"; "" for the status of the text.
        dated: on the cover; None for none. The time of writing is never used.
        options: evaluations of the options, for sections that show them beside each other.
        intervals: of the headlines, as `headline_intervals` gives them; shown where given.
        frontier, partner_sets: shown where given.
        in_force: rules in force on the axis of the frontier.
        every_row: whether long tables are given whole, as spreadsheets want them.
        left_out: names of sections to leave out.
    """

    evaluation: Evaluation
    template: Template
    language: Language
    marking: str = ""
    audience: Audience = Audience.INTERNAL
    dated: date | None = None
    options: tuple[Evaluation, ...] = ()
    intervals: "pd.DataFrame | None" = None
    frontier: "Frontier | None" = None
    partner_sets: "PartnerSets | None" = None
    in_force: "tuple[RuleMark, ...]" = ()
    every_row: bool = False
    left_out: frozenset[str] = field(default_factory=frozenset)

    @property
    def agreement(self) -> Agreement:
        """The text of the document, an option's changes made, notes as the audience may see."""
        text = self.evaluation.agreement
        return without_notes(text) if self.audience is Audience.PARTNERS else text


def without_notes(agreement: Agreement) -> Agreement:
    """The text without any note of its drafters, and without findings set aside."""
    return _changed(replace(agreement, suppressed=()), _without_note)


def self_contained(agreement: Agreement) -> Agreement:
    """The text with shared product lists written out, so that it needs no other file."""
    return _changed(agreement, _written_out)


def scenario_sha256(evaluation: Evaluation, text: Agreement) -> str:
    """The fingerprint of a scenario: text, option, year, parameters and vintages.

    Notes do not count, and shared lists count as what they hold: what changes no figure changes no
    fingerprint.
    """
    data = {
        "agreement": write_text(self_contained(without_notes(text))),
        "option": evaluation.option,
        "year": evaluation.year,
        "vintage": [[v.table, v.source, v.edition, v.year] for v in evaluation.vintage],
        "parameters": parameter_values(text.parameters),
    }
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()


def _without_note(value: Any) -> dict[str, Any]:
    return {"notes": ""} if getattr(value, "notes", "") else {}


def _written_out(value: Any) -> dict[str, Any]:
    if not isinstance(value, CoveredProducts) or not value.product_list:
        return {}
    return {"products": value.ranges, "product_list": "", "listed": ()}


T = TypeVar("T")


def _changed(value: T, change: Callable[[Any], dict[str, Any]]) -> T:
    """A value with a change made to it and to every part of it."""
    made: Any = value
    if isinstance(value, tuple):
        made = tuple(_changed(item, change) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changes = change(value)
        for part in fields(value):
            if part.name not in changes:
                before = getattr(value, part.name)
                after = _changed(before, change)
                if after != before:
                    changes[part.name] = after
        made = replace(value, **changes) if changes else value
    result: T = made
    return result
