"""The document as plain data: everything it says, changes included."""

import json
from dataclasses import fields
from typing import Any

from workbench.termsheet.content import Document

FORMAT = 1
_SEPARATORS = (",\n", ": ")
"""A line for each value, so that two files compare line by line."""


def json_bytes(document: Document) -> bytes:
    """The document as JSON; the same document gives the same bytes."""
    data = {"format": FORMAT, "document": document}
    text = json.dumps(
        data, ensure_ascii=False, allow_nan=False, separators=_SEPARATORS, default=_fields
    )
    return (text + "\n").encode()


def _fields(part: Any) -> dict[str, Any]:
    """A part of a document by the names of what it holds, its kind first."""
    named = {one.name: getattr(part, one.name) for one in fields(part)}
    return {"type": type(part).__name__.lower(), **named}
