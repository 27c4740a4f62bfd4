"""What a finding is about, in names that stay the same as entries come, go and move."""

import re
from typing import Any

from workbench.definitions.fields import AGREEMENT, Many, Part, Record, Wrapped
from workbench.model.agreement import Agreement

_STEP = re.compile(r"([a-z_]+)((?:\[\d+\])*)")


def stable_place(agreement: Agreement, where: str) -> str:
    """A place with the names of entries for their numbers: "commitments labour-1"."""
    record: Record = AGREEMENT
    value: Any = agreement
    words: list[str] = []
    for key, numbers in _STEP.findall(where):
        field = record.field(key)
        words.append(key)
        if field is None:
            continue
        kind, value = field.kind, getattr(value, field.name, None)
        if isinstance(kind, Wrapped):
            value, kind = getattr(value, kind.attribute, ()), kind.kind
        if isinstance(kind, Part):
            record = kind.record
        elif isinstance(kind, Many) and isinstance(kind.item, Part) and numbers:
            place = int(numbers.strip("[]").partition("]")[0])
            record = kind.item.record
            if place < len(value):
                value = value[place]
                words.append(_name(record, value))
    return " ".join(words)


def _name(record: Record, value: Any) -> str:
    """What tells an entry from others: its first key that says something."""
    for field in record.fields:
        found = getattr(value, field.name)
        if isinstance(found, tuple) and found:
            return ", ".join(str(item) for item in found)
        if found and not isinstance(found, tuple):
            return str(found)
    return ""
