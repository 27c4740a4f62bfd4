"""What a user chose for the term sheet of an agreement, remembered from one session to the next."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from ui.settings import TERM_SHEET, Settings

_MOST = 40
"""Agreements whose choices are remembered."""


@dataclass(frozen=True, slots=True)
class SheetChoices:
    """The choices for a term sheet; `against` is the file of an earlier version, "" for none."""

    template: str = "full"
    language: str = "en"
    audience: str = "internal"
    format: str = "docx"
    marking: str = ""
    dated: bool = False
    intervals: bool = True
    partner_sets: bool = False
    left_out: tuple[str, ...] = ()
    against: str = ""

    @property
    def of_any_agreement(self) -> "SheetChoices":
        """What of it may serve another agreement: nothing that is about this one alone."""
        return replace(self, marking="", left_out=(), against="")


def agreement_key(path: Path | None, title: str) -> str:
    """What the choices of an agreement are remembered by: its file, or its title before it has one.

    Args:
        path: of the file, None before the first saving.
        title: of the agreement.
    """
    return title if path is None else str(path.resolve())


def recall(settings: Settings, key: str) -> SheetChoices:
    """The choices for an agreement; for a new one, the latest made for any."""
    kept = _kept(settings)
    if key in kept:
        return kept[key]
    return next((choices.of_any_agreement for choices in kept.values()), SheetChoices())


def remember(settings: Settings, key: str, choices: SheetChoices) -> None:
    """Keep the choices for an agreement, as the latest."""
    kept = {key: choices, **{k: v for k, v in _kept(settings).items() if k != key}}
    texts = (json.dumps({"of": k, **asdict(v)}) for k, v in list(kept.items())[:_MOST])
    settings.set(TERM_SHEET, tuple(texts))


def _kept(settings: Settings) -> dict[str, SheetChoices]:
    """By agreement, the latest first; what cannot be read counts as not kept."""
    found: dict[str, SheetChoices] = {}
    for text in settings.get(TERM_SHEET):
        try:
            data = json.loads(text)
            found[str(data.pop("of"))] = _read(data)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def _read(data: dict[str, object]) -> SheetChoices:
    """Choices from plain data; one of another kind than it should be keeps its default."""
    default = SheetChoices()
    values: dict[str, object] = {}
    for part in fields(SheetChoices):
        value = data.get(part.name)
        if isinstance(value, list):
            value = tuple(str(item) for item in value)
        if type(value) is type(getattr(default, part.name)):
            values[part.name] = value
    return replace(default, **values)  # type: ignore[arg-type]
