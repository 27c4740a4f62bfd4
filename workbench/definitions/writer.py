"""Stable writing: the same agreement always gives the same text, and a file is old or new.

Keys stand in drafting order, defaults are left out, one thing stands on a line, so that two
drafts can be compared with any tool. Codes and words that other YAML readers would take for
something else (8505.11, NO) are quoted.
"""

import errno
import hashlib
import json
import os
import re
import secrets
import textwrap
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, assert_never

from workbench.definitions.fields import (
    AGREEMENT,
    FORMAT,
    Changes,
    Choice,
    Codes,
    Economy,
    Flag,
    Integer,
    Kind,
    ListName,
    Many,
    Marker,
    Number,
    OneCode,
    Part,
    Record,
    RuleTree,
    Shares,
    Text,
    Wrapped,
    rule_form,
    section_field,
)
from workbench.definitions.nodes import MAX_BYTES
from workbench.errors import DefinitionError, Problem
from workbench.model.agreement import Agreement
from workbench.model.nomenclature import dotted
from workbench.model.origin import Rule

WIDTH = 100
_SHORT_WIDTH = 90
_LONGEST_IN_ROW = 24
_RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
# Characters that a quoted text needs escapes for, beyond those of JSON.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_FLOW_SIGN = re.compile(r"[,\[\]{}:]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Short(dict[str, Any]):
    """A record that goes on one line where it fits."""


class Row(Short):
    """Names with a number each, as many on a line as fit."""


# Model -> plain data -------------------------------------------------------------------------


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule of origin as plain data, ready for JSON: {"rvc": {"method": …, "at_least": …}}."""
    form = rule_form(rule)
    return Short({form.key: _data(form.kind, rule)})


def record_data(record: Record, value: Any) -> dict[str, Any]:
    """A part of the model as plain data in key order, without what equals its default."""
    defaults = record.defaults
    data: dict[str, Any] = Short() if record.short else {}
    for field in record.fields:
        item = getattr(value, field.name)
        if field.name not in defaults or item != defaults[field.name]:
            data[field.key] = None if item is None else _data(field.kind, item)
    return data


def plain_data(kind: Kind, value: Any) -> Any:
    """A value of any kind as plain data, ready for JSON."""
    return _data(kind, value)


def _data(kind: Kind, value: Any) -> Any:
    match kind:
        case Part():
            return record_data(kind.record, value)
        case Wrapped():
            return _data(kind.kind, getattr(value, kind.attribute))
        case Many():
            return [_data(kind.item, item) for item in value]
        case Shares():
            return Row({str(name): share for name, share in value})
        case RuleTree():
            return rule_data(value)
        case Marker():
            return True
        case Changes():
            return {section: _section_data(section, item) for section, item in value}
        case Text() | Choice() | Economy() | Codes() | ListName():
            return str(value)
        case OneCode():
            return dotted(value)
        case Number() | Integer() | Flag():
            return value
        case _:
            assert_never(kind)


def _section_data(section: str, value: Any) -> Any:
    field = section_field(section)
    if field is None:
        raise ValueError(f"{section} is not a section of an agreement")
    return None if value is None else _data(field.kind, value)


# Plain data -> text --------------------------------------------------------------------------


def write_text(agreement: Agreement) -> str:
    """The text of an agreement file; reading it gives the same agreement."""
    return record_text(AGREEMENT, agreement)


def record_text(record: Record, value: Any) -> str:
    """The text of a file that holds one record, such as a product list."""
    lines: list[str] = [f"format: {FORMAT}"]
    apart = False
    for key, item in record_data(record, value).items():
        section: list[str] = []
        _put(section, f"{key}:", item, 2)
        big = len(section) > 1 and not isinstance(item, str)
        if apart or big:
            lines.append("")
        lines.extend(section)
        apart = big
    return "\n".join(lines) + "\n"


def _put(lines: list[str], lead: str, value: Any, indent: int) -> None:
    """Add a value; `lead` is its line up to there, `indent` the column of the lines below."""
    if isinstance(value, str):
        _put_text(lines, lead, value, indent)
        return
    if not isinstance(value, dict | list) or not value:
        lines.append(f"{lead} {_flow(value)}")
        return
    row = isinstance(value, list) and not any(isinstance(item, dict) for item in value)
    if (
        (isinstance(value, Short) or row)
        and len(line := f"{lead} {_flow(value)}") <= _SHORT_WIDTH
        and not (row and _has_sentences(value))
    ):
        lines.append(line)
    elif isinstance(value, Row):
        lines.append(lead)
        lines.extend(_rows(_pairs(value), indent, "{}"))
    elif isinstance(value, dict):
        in_list = lead.endswith("-")
        if not in_list:
            lines.append(lead)
        for number, (key, item) in enumerate(value.items()):
            before = f"{lead} " if in_list and number == 0 else " " * indent
            _put(lines, f"{before}{_word(key, in_flow=True)}:", item, indent + 2)
    elif row and not _has_sentences(value):
        lines.append(lead)
        lines.extend(_rows([_flow(item) for item in value], indent, "[]"))
    else:
        lines.append(lead)
        for item in value:
            _put(lines, f"{' ' * indent}-", item, indent + 2)


def _rows(items: list[str], indent: int, brackets: str) -> list[str]:
    """Short items in brackets, as many on each line as fit."""
    rows: list[str] = []
    row = " " * indent + brackets[0]
    for number, item in enumerate(items):
        text = item + (brackets[1] if number == len(items) - 1 else ",")
        if number and len(row) + 1 + len(text) > WIDTH:
            rows.append(row)
            row = " " * (indent + 1) + text
        else:
            row += f" {text}" if number else text
    return [*rows, row]


def _put_text(lines: list[str], lead: str, text: str, indent: int) -> None:
    margin = " " * indent
    if "\n" in text and _fits_block(text):
        body = text.removesuffix("\n")
        lines.append(f"{lead} |" if body != text else f"{lead} |-")
        lines.extend(margin + line if line else "" for line in body.split("\n"))
        return
    line = f"{lead} {_word(text)}"
    if len(line) > WIDTH and "\n" not in text and _fits_block(text) and "  " not in text:
        lines.append(f"{lead} >-")
        wrapped = textwrap.wrap(
            text, WIDTH - indent, break_long_words=False, break_on_hyphens=False
        )
        lines.extend(margin + part for part in wrapped)
    else:
        lines.append(line)


def _fits_block(text: str) -> bool:
    """Whether a text survives as an indented block."""
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )


def _has_sentences(values: Iterable[Any]) -> bool:
    return any(isinstance(item, str) and len(item) > _LONGEST_IN_ROW for item in values)


def _flow(value: Any) -> str:
    """A value on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
        case str():
            return _word(value, in_flow=True)
        case Mapping():
            return "{" + ", ".join(_pairs(value)) + "}"
        case _:
            return "[" + ", ".join(_flow(item) for item in value) + "]"


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{_word(key, in_flow=True)}: {_flow(item)}" for key, item in values.items()]


def _word(text: str, in_flow: bool = False) -> str:
    """A text on one line, in quotes wherever a reader could take it for something else."""
    plain = (
        text[:1].isalpha()
        and text.isprintable()
        and not text.endswith((" ", ":"))
        and ": " not in text
        and " #" not in text
        and text.lower() not in _RESERVED
        and not (in_flow and _FLOW_SIGN.search(text))
    )
    if plain:
        return text
    quoted = json.dumps(_SURROGATE.sub("\ufffd", text), ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


# Saving --------------------------------------------------------------------------------------


def save(agreement: Agreement, path: Path, expected_sha: str | None) -> str:
    """Save an agreement so that the file is the old text or the new one at any moment.

    Args:
        agreement: what to save.
        path: the file; a link is followed.
        expected_sha: SHA-256 of the file as it was opened; None saves over whatever is there.

    Returns:
        SHA-256 of the bytes now in the file.

    Raises:
        DefinitionError: the file changed since, or cannot be written; it is then untouched.
    """
    return save_text(write_text(agreement), path, expected_sha)


def save_text(text: str, path: Path, expected_sha: str | None) -> str:
    """Save a text as `save` does an agreement.

    Raises:
        DefinitionError: the file changed since, or cannot be written; it is then untouched.
    """
    raw = text.encode("utf-8")
    if len(raw) > MAX_BYTES:
        what = f"the text is larger than {MAX_BYTES // 1_000_000} MB and could not be opened again"
        raise _not_saved(path, what, "move product lists out of the agreement")
    try:
        target = path.resolve()
        _check_unchanged(target, expected_sha)
        _replace(target, raw)
    except OSError as error:
        raise _not_saved(path, *_reason(error)) from None
    return hashlib.sha256(raw).hexdigest()


def _check_unchanged(target: Path, expected_sha: str | None) -> None:
    if expected_sha is None:
        return
    try:
        found = hashlib.sha256(target.read_bytes()).hexdigest()
    except FileNotFoundError:
        what = "the file was moved or deleted since it was opened"
        raise _not_saved(target, what, "save under a new name, or put it back") from None
    if found != expected_sha:
        what = "another program changed the file since it was opened"
        raise _not_saved(target, what, "save under a new name, or open it again")


def _replace(target: Path, raw: bytes) -> None:
    """Write beside the file, then put the new one in its place in one step."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    prefix, suffix = f".{target.name}.", ".saving"
    for left in target.parent.iterdir():
        if left.name.startswith(prefix) and left.name.endswith(suffix):
            left.unlink(missing_ok=True)
    beside = target.with_name(f"{prefix}{secrets.token_hex(4)}{suffix}")
    try:
        # Made like any new file, so that it gets the rights the user's settings give.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    # Some systems cannot open a folder; the file itself is on disk already.
    with suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _not_saved(path: Path, what: str, fix: str) -> DefinitionError:
    return DefinitionError.of((Problem(str(path), 0, "", f"not saved, {what}", fix),))


def _reason(error: OSError) -> tuple[str, str]:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "the disk is full", "free some space, or save elsewhere"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "the file or its folder is not yours to write", "save elsewhere"
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "its folder is gone", "save elsewhere"
    if error.errno == errno.EISDIR:
        return "a folder has that name", "save under another name"
    reason = error.strerror or type(error).__name__
    return f"the disk refused it ({reason})", "save elsewhere"
