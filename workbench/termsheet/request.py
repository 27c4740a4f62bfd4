"""What a term sheet is made from, and the choices made for it."""

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workbench.analysis.results import Evaluation
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement
from workbench.model.commitments import PARAMETERS
from workbench.termsheet.language import Language
from workbench.termsheet.templates import Template

if TYPE_CHECKING:
    from workbench.analysis.frontier import Frontier
    from workbench.analysis.sensitivity import Sensitivity


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
        sensitivity, frontier: shown where given.
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
    sensitivity: "Sensitivity | None" = None
    frontier: "Frontier | None" = None
    every_row: bool = False
    left_out: frozenset[str] = field(default_factory=frozenset)

    @property
    def agreement(self) -> Agreement:
        """The text of the document, an option's changes made, notes as the audience may see."""
        text = self.evaluation.agreement
        return without_notes(text) if self.audience is Audience.PARTNERS else text


def without_notes(agreement: Agreement) -> Agreement:
    """The text without any note of its drafters, and without findings set aside."""
    bare: Agreement = _bare(replace(agreement, suppressed=()))
    return bare


def _bare(value: Any) -> Any:
    """A value with every `notes` in it emptied."""
    if isinstance(value, tuple):
        return tuple(_bare(item) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for part in fields(value):
        before = getattr(value, part.name)
        after = "" if part.name == "notes" else _bare(before)
        if after != before:
            changes[part.name] = after
    return replace(value, **changes) if changes else value


def scenario_sha256(evaluation: Evaluation, text: Agreement) -> str:
    """The fingerprint of a scenario: text, option, year, parameters and vintages."""
    data = {
        "agreement": write_text(text),
        "option": evaluation.option,
        "year": evaluation.year,
        "vintage": [[v.table, v.source, v.edition, v.year] for v in evaluation.vintage],
        "parameters": {p.name: getattr(text.parameters, p.name) for p in PARAMETERS},
    }
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
