"""Text of a file to nodes with line numbers: mappings, sequences and scalars, nothing else.

Every scalar stays text (what `yaml.BaseLoader` does). Nodes are made from the parser's events,
so what YAML can do beyond plain data (anchors, aliases, tags, several documents) is refused
before it has any effect, and size and depth are bounded while reading.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from workbench.errors import DefinitionError, Problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_ITEMS = 20_000
MAX_PROBLEMS = 100

# What YAML does not allow in its text at all; \x85 and \xa0 upwards are fine.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_SENTENCES = (
    ("mapping values are not allowed", "a second ':' on this line, or a key indented too far",
     "put a text that holds ': ' in quotes, and align the keys"),
    ("mapping keys are not allowed", "a key stands where none can", "align it with its neighbours"),
    ("escape", "a backslash in double quotes starts an escape that is none",
     "double the backslash, or use single quotes"),
    ("quoted scalar", "a quotation mark is opened and not closed", "close it"),
    ("expected ',' or ']'", "a list opened with '[' is not closed, or a comma is missing",
     "close it with ']'"),
    ("expected ',' or '}'", "a record opened with '{' is not closed, or a comma is missing",
     "close it with '}'"),
    ("cannot start any token", "this line has a character that cannot begin a text",
     "put the text in quotes"),
    ("expected '-' indicator", "an entry of a list does not start with '- '",
     "start it with '- ', aligned with the others"),
    ("block sequence entries are not allowed", "a list starts in the middle of a line",
     "put '- ' on a line of its own below the key"),
    ("could not find expected ':'", "a key has no ':' after it", "write 'key: value'"),
    ("expected key", "the indentation does not match the lines above",
     "align each key with its neighbours"),
    ("<block end>", "the indentation does not match the lines above",
     "align each key with its neighbours"),
    ("expected <document start>", "text follows the end of the file's data",
     "align each key with its neighbours, or take the text out"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as text; `plain` when it was written without quotes."""

    text: str
    line: int
    plain: bool

    @property
    def is_null(self) -> bool:
        """Whether it says that there is no value."""
        return self.plain and self.text in {"", "null", "~"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written; equal keys may stand twice."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node = Scalar | Sequence | Mapping


def decode(raw: bytes, file: str) -> str:
    """The text of a file's bytes.

    Raises:
        DefinitionError: too large, or not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        raise _error(
            file,
            0,
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            "check that it is an agreement; split product lists off if it is",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(file, line, "the file is not UTF-8 text", "save it as UTF-8") from None


def yaml_nodes(text: str, file: str) -> Node:
    """The nodes of a YAML text.

    Raises:
        DefinitionError: broken YAML, too large or deep, empty, or more than plain data.
    """
    if len(text) > MAX_BYTES:
        decode(text.encode("utf-8", "replace"), file)
    if found := _CONTROL.search(text):
        raise _error(
            file,
            text.count("\n", 0, found.start()) + 1,
            f"the invisible character U+{ord(found.group()):04X} cannot stand in a file",
            "delete it",
        )
    builder = _Builder(file)
    try:
        root = builder.root(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, file) from None
    if builder.problems:
        raise DefinitionError.of(tuple(builder.problems))
    if root is None or (isinstance(root, Scalar) and root.is_null):
        raise _error(file, 0, "the file is empty", "start it with 'format: 1' and 'title:'")
    return root


def json_nodes(text: str, file: str) -> Node:
    """The nodes of a JSON text; JSON is nearly a part of YAML, so lines come along.

    Raises:
        DefinitionError: not JSON, too large or deep.
    """
    if len(text) > MAX_BYTES:
        decode(text.encode("utf-8", "replace"), file)
    try:
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as error:
        what = "nothing was given" if not text.strip() else f"this is not JSON: {error.msg}"
        raise _error(file, error.lineno, what, "give one JSON object in braces") from None
    except RecursionError:
        raise _error(file, 0, f"nested deeper than {MAX_DEPTH} levels", "flatten it") from None
    # Valid JSON has tabs only between values, where YAML wants spaces.
    return yaml_nodes(text.replace("\t", " "), file)


class _Builder:
    """Events to nodes, noting what goes beyond plain data."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._depth = 0

    def root(self, events: Iterator[Any]) -> Node | None:
        """The only document's node, or None where there is none."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _line(event)
                    self._refuse(line, "a second document starts here", "keep one in each file")
                    break
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events)
        return root

    def _node(self, event: Any, events: Iterator[Any]) -> Node:
        line = _line(event)
        if event.anchor is not None:
            sign, what = (
                ("*", "an alias") if isinstance(event, yaml.AliasEvent) else ("&", "an anchor")
            )
            self._refuse(
                line,
                f"'{sign}{event.anchor}' is {what}, which these files do not use",
                "write the text out" if sign == "*" else "delete it",
            )
        if isinstance(event, yaml.AliasEvent):
            return Scalar("", line, plain=True)
        if event.tag is not None:
            self._refuse(
                line, f"'{event.tag[:60]}' is a type tag, which these files do not use", "delete it"
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line, plain=not event.style)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _error(self._file, line, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        node: Node
        if isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(line, events)
        else:
            node = self._mapping(line, events)
        self._depth -= 1
        return node

    def _sequence(self, line: int, events: Iterator[Any]) -> Sequence:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            self._limit(len(items), event)
            items.append(self._node(event, events))
        return Sequence(tuple(items), line)

    def _mapping(self, line: int, events: Iterator[Any]) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            self._limit(len(entries), event)
            key = self._node(event, events)
            value = self._node(next(events), events)
            if not isinstance(key, Scalar):
                self._refuse(key.line, "a key is a list or a record", "write a key as one word")
            elif key.plain and key.text == "<<":
                self._refuse(
                    key.line, "'<<' (merging) is not used in these files", "write the keys out"
                )
            else:
                entries.append((key, value))
        return Mapping(tuple(entries), line)

    def _limit(self, count: int, event: Any) -> None:
        if count >= MAX_ITEMS:
            raise _error(
                self._file,
                _line(event),
                f"more than {MAX_ITEMS} entries in one list",
                "use ranges such as 8541-8543",
            )

    def _refuse(self, line: int, text: str, fix: str) -> None:
        self.problems.append(Problem(self._file, line, "", text, fix))
        if len(self.problems) >= MAX_PROBLEMS:
            raise DefinitionError.of(tuple(self.problems))


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _error(file: str, line: int, text: str, fix: str) -> DefinitionError:
    return DefinitionError.of((Problem(file, line, "", text, fix),))


def _syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> DefinitionError:
    said = f"{error.context or ''} {error.problem or ''}"
    what, fix = next(
        ((what, fix) for part, what, fix in _SENTENCES if part in said),
        ("this is not YAML", "compare the line with its neighbours"),
    )
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark is not None else 0
    opened = error.context_mark
    lines = text.splitlines()
    if line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]:
        what, fix = "the line is indented with a tab", "indent it with two spaces a level"
    elif opened is not None and ("not closed" in what or "no ':'" in what):
        line = opened.line
    return _error(file, min(line, max(len(lines) - 1, 0)) + 1, what, fix)
