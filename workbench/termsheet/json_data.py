"""The document as plain data: everything it says, changes included."""

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from workbench.termsheet.content import Document

FORMAT = 1


def json_bytes(document: Document) -> bytes:
    """The document as JSON; the same document gives the same bytes."""
    data = {"format": FORMAT, "document": _plain(document)}
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        named = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        return {"type": type(value).__name__.lower(), **named}
    return value
