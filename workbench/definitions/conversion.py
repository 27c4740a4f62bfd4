"""Nodes to model by the table of keys, noting every problem on the way."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, assert_never

from workbench.definitions import checks, nodes
from workbench.definitions.fields import (
    AGREEMENT,
    FORMAT,
    PRODUCT_LIST,
    RULES,
    Changes,
    Choice,
    Codes,
    Economy,
    Field,
    Flag,
    Integer,
    Kind,
    ListName,
    Many,
    Marker,
    Number,
    OneCode,
    Part,
    ProductList,
    Record,
    RuleTree,
    Shares,
    Text,
    Wrapped,
    section_field,
    sections,
)
from workbench.definitions.folders import SHIPPED, Shelf, is_name, named_files
from workbench.definitions.nodes import Mapping, Node, Scalar
from workbench.definitions.nodes import Sequence as Items
from workbench.definitions.wording import last, list_example, meant, meant_economy, place, shown
from workbench.errors import DefinitionError, Problem
from workbench.model.agreement import Agreement
from workbench.model.coverage import CoveredProducts, Stage
from workbench.model.economies import economy_name, is_economy, territory_of
from workbench.model.nomenclature import HSEdition, HSRange, digits_of
from workbench.model.origin import AnyGood

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_PER_CENT = re.compile(r"([0-9]+(\.[0-9]+)?) ?(%|per ?cent|pct)")
_GROUPED = re.compile(r"[0-9]{1,3}([ ,_'][0-9]{3})+")


class Bad:
    """Stands for a value that could not be read; its problem is noted."""


BAD = Bad()


class _TooManyError(Exception):
    """More problems than anyone would read."""


class Converter:
    """Nodes to model by the table of keys, noting every problem on the way.

    `problems` leave no value to work with; `remarks` do not fit but can be opened.
    """

    def __init__(self, name: str, roots: Sequence[Path]) -> None:
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self._name = name
        self._roots = roots
        self._lines: dict[checks.Place, int] = {}
        self._broken: set[checks.Place] = set()
        self._lists: dict[str, ProductList] = {}
        self._editions: list[tuple[checks.Place, str, HSEdition]] = []

    def all_problems(self) -> tuple[Problem, ...]:
        """Everything noted, by line."""
        return tuple(sorted((*self.problems, *self.remarks), key=lambda p: p.line))

    def file(self, record: Record, root: Node) -> Any:
        """The value of a whole file, which states its format."""
        try:
            return self._file(record, root)
        except _TooManyError:
            return BAD

    def part(self, kind: Kind, root: Node, issues: Callable[[Any], Iterable[checks.Issue]]) -> Any:
        """The value of a text that is not a whole file."""
        self._lines[()] = root.line
        try:
            value = self._value(kind, root, ())
            if not isinstance(value, Bad):
                self._note(issues(value))
        except _TooManyError:
            return BAD
        return value

    def _file(self, record: Record, root: Node) -> Any:
        if not isinstance(root, Mapping):
            self._bad(
                (),
                root.line,
                "the file is not made of 'key: value' lines",
                "start with 'format: 1'",
            )
            return BAD
        self._lines[()] = root.line
        stated = [(key, node) for key, node in root.entries if key.text == "format"]
        rest = Mapping(tuple(e for e in root.entries if e[0].text != "format"), root.line)
        if not stated:
            self._bad(("format",), root.line, "the file does not say its format", "add 'format: 1'")
        elif len(stated) > 1:
            self._twice(("format",), stated[1][0].line, stated[0][0].line)
        else:
            key, node = stated[0]
            text = node.text if isinstance(node, Scalar) else "this"
            if not _INTEGER.fullmatch(text) or int(text) < 1:
                self._bad(
                    ("format",), key.line, f"{shown(text)} is not a format", f"write {FORMAT}"
                )
            elif int(text) > FORMAT:
                what = f"the file has format {int(text)}, this program reads up to {FORMAT}"
                self._bad(("format",), key.line, what, "open it with a newer version")
                return BAD
        value = self._value(Part(record), rest, ())
        if isinstance(value, Agreement):
            for path, list_name, edition in self._editions:
                if edition is not value.nomenclature:
                    what = (
                        f"the list '{list_name}' is in {edition}, the file in {value.nomenclature}"
                    )
                    self._remark(path, self._line(path), what, "use a list in the same edition")
            self._note(checks.issues(value))
        return value

    def _value(self, kind: Kind, node: Node, path: checks.Place) -> Any:
        """The value of a node, or the mark of a bad one."""
        match kind:
            case Part():
                return self._record(kind.record, node, path)
            case Wrapped():
                items = self._many(kind.kind, node, path)
                return items if isinstance(items, Bad) else kind.type(items)
            case Many():
                return self._many(kind, node, path)
            case Shares():
                return self._shares(kind, node, path)
            case RuleTree():
                return self._rule(node, path)
            case Changes():
                return self._changes(node, path)
            case _:
                return self._scalar(kind, node, path)

    # Collections ---------------------------------------------------------------------------

    def _record(self, record: Record, node: Node, path: checks.Place) -> Any:
        if not isinstance(node, Mapping):
            keys = ", ".join(field.key for field in record.fields)
            what = f"{record.name} is written as 'key: value'"
            return self._bad(path, node.line, what, f"its keys are {keys}")
        values: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for key, item in node.entries:
            field = record.field(key.text)
            at = (*path, key.text)
            if key.text in seen:
                self._twice(at, key.line, seen[key.text])
            elif field is None:
                what = f"{shown(key.text)} is not a key of {record.name}"
                self._bad(at, key.line, what, meant(key.text, [f.key for f in record.fields]))
            else:
                self._lines[at] = key.line
                values[field.name] = self._field(field, record, item, at)
            seen.setdefault(key.text, key.line)
        defaults = record.defaults
        for field in record.fields:
            if field.name not in values and field.name not in defaults:
                what = f"{record.name} needs '{field.key}'"
                self._bad((*path, field.key), node.line, what, f"add it: {field.help}")
                values[field.name] = BAD
        for field in record.fields:
            if isinstance(values.get(field.name), Bad):
                values[field.name] = defaults.get(field.name, _blank(field.kind))
        value = record.type(**values)
        return self._listed(value, path) if isinstance(value, CoveredProducts) else value

    def _field(self, field: Field, record: Record, node: Node, path: checks.Place) -> Any:
        if isinstance(node, Scalar) and node.is_null:
            defaults = record.defaults
            if node.text and field.name in defaults and defaults[field.name] is None:
                return None
            return self._bad(
                path, node.line, f"'{field.key}' has no value", "give one, or delete it"
            )
        return self._value(field.kind, node, path)

    def _many(self, kind: Many, node: Node, path: checks.Place) -> Any:
        if not isinstance(node, Items):
            sample = list_example(kind.item)
            return self._bad(path, node.line, f"{shown(last(path))} is a list", f"write {sample}")
        values: list[Any] = []
        for index, item in enumerate(node.items):
            at = (*path, index)
            self._lines[at] = item.line
            value = self._value(kind.item, item, at)
            if isinstance(value, Bad):
                value = _blank(kind.item)
            elif isinstance(kind.item, Economy | Integer) and value in values:
                self._remark(
                    at, item.line, f"{value} is listed twice in {shown(last(path))}", "keep one"
                )
            values.append(value)
        if not values and not kind.may_be_empty:
            self._remark(path, node.line, f"{shown(last(path))} is empty", "list at least one")
        return tuple(values)

    def _shares(self, kind: Shares, node: Node, path: checks.Place) -> Any:
        if not isinstance(node, Mapping):
            sample = "{CHN: 0.9}" if isinstance(kind.of, Economy) else '{"8507": 0.5}'
            return self._bad(
                path, node.line, f"{shown(last(path))} gives shares", f"write {sample}"
            )
        shares: dict[Any, float] = {}
        for key, item in node.entries:
            at = (*path, key.text)
            self._lines[at] = key.line
            name = self._scalar(kind.of, key, at)
            share = self._scalar(Number("fraction", 0, 1), item, at)
            if not isinstance(name, Bad) and name in shares:
                self._bad(at, key.line, f"{shown(key.text)} stands twice", "keep one")
            elif not isinstance(name, Bad) and not isinstance(share, Bad):
                shares[name] = share
        return tuple(shares.items())

    def _rule(self, node: Node, path: checks.Place) -> Any:
        names = [form.key for form in RULES]
        if not isinstance(node, Mapping) or len(node.entries) != 1:
            what = "a rule of origin is one key with what it says"
            return self._bad(
                path, node.line, what, f"use one of {', '.join(names)}; join several with all_of"
            )
        key, item = node.entries[0]
        at = (*path, key.text)
        self._lines[at] = key.line
        form = next((form for form in RULES if form.key == key.text), None)
        if form is None:
            what = f"{shown(key.text)} is not a rule of origin"
            return self._bad(at, key.line, what, meant(key.text, names))
        if isinstance(form.kind, Marker):
            if isinstance(item, Scalar) and item.text == "true":
                return form.kind.type()
            return self._bad(at, item.line, f"'{form.key}' says true or is left out", "write true")
        return self._value(form.kind, item, at)

    def _changes(self, node: Node, path: checks.Place) -> Any:
        if not isinstance(node, Mapping):
            what = "the changes of an option are sections with their new text"
            return self._bad(path, node.line, what, "write 'origin.default_rule:' or 'partners:'")
        changes: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for key, item in node.entries:
            at = (*path, key.text)
            field = section_field(key.text)
            if key.text in seen:
                self._twice(at, key.line, seen[key.text])
            elif field is None:
                what = f"{shown(key.text)} is not a section that an option can change"
                parts = [section for section in sections() if "." not in section]
                self._bad(at, key.line, what, meant(key.text, list(sections()), parts))
            else:
                self._lines[at] = key.line
                part, dot, _ = key.text.partition(".")
                owner = AGREEMENT.field(part)
                inner = owner.kind if dot and owner is not None else None
                record = inner.record if isinstance(inner, Part) else AGREEMENT
                value = self._field(field, record, item, at)
                if not isinstance(value, Bad):
                    changes[f"{part}.{field.name}" if dot else field.name] = value
            seen.setdefault(key.text, key.line)
        return tuple(changes.items())

    # Single values -------------------------------------------------------------------------

    def _scalar(self, kind: Kind, node: Node, path: checks.Place) -> Any:
        if not isinstance(node, Scalar):
            what = f"{shown(last(path))} is one value, not a list or a record"
            return self._bad(path, node.line, what, "write one value")
        text, line = node.text, node.line
        match kind:
            case Text():
                if not kind.may_be_empty and not text.strip():
                    self._remark(path, line, f"{shown(last(path))} is empty", "say what it is")
                return text
            case Number():
                return self._number(kind, text, line, path)
            case Integer():
                if _INTEGER.fullmatch(text) and kind.low <= int(text) <= kind.high:
                    return int(text)
                limits = f"from {kind.low} to {kind.high} ({kind.unit})"
                what = f"{shown(last(path))} is {shown(text)}, not a whole number {limits}"
                return self._bad(path, line, what, "correct it")
            case Flag():
                if text in {"true", "false"}:
                    return text == "true"
                what = f"{shown(last(path))} is {shown(text)}, neither true nor false"
                return self._bad(path, line, what, "write true or false")
            case Choice():
                options = [str(option) for option in kind.options]
                if text in options:
                    return kind.options(text)
                what = f"{shown(text)} is no choice for {shown(last(path))}"
                return self._bad(path, line, what, meant(text, options))
            case Economy():
                return self._economy(kind, text, line, path)
            case Codes() | OneCode():
                try:
                    return HSRange.parse(text) if isinstance(kind, Codes) else digits_of(text)
                except ValueError as error:
                    what, _, fix = str(error).rpartition("': " if "': " in str(error) else ": ")
                    return self._bad(path, line, what, fix)
            case ListName():
                return text
            case Many() | Shares() | Part() | Wrapped() | Marker() | RuleTree() | Changes():
                raise TypeError(f"{kind} is not a single value")
            case _:
                assert_never(kind)

    def _number(self, kind: Number, text: str, line: int, path: checks.Place) -> Any:
        value = float(text) if len(text) < 40 and _NUMBER.fullmatch(text) else None
        if value is not None and kind.low <= value <= kind.high:
            return value
        if found := _PER_CENT.fullmatch(text.strip()):
            what = f"{shown(text)} is written as per cent"
            fraction = f"{float(found[1]) / 100:.10g}"
            return self._bad(path, line, what, f"write the fraction {fraction}")
        if value is None:
            what = f"{shown(last(path))} is {shown(text)}, not a number"
            digits = re.sub("[^0-9]", "", text) if _GROUPED.fullmatch(text) else ""
            return self._bad(path, line, what, f"write {digits or 'digits such as 0.05'}")
        limits = f"{kind.low:g} to {kind.high:g}"
        unit = f" ({kind.unit})" if kind.unit else ""
        fix = "correct it"
        if kind.low == 0 and kind.high <= 4 and kind.high < value <= 100:
            fix = f"for {value:g} % write {value / 100:.10g}"
        return self._bad(path, line, f"{shown(last(path))} is {text}, outside {limits}{unit}", fix)

    def _economy(self, kind: Economy, text: str, line: int, path: checks.Place) -> Any:
        if not is_economy(text):
            what = f"{shown(text)} is not an economy code"
            return self._bad(path, line, what, meant_economy(text))
        whole = territory_of(text)
        if kind.negotiates and whole != text:
            what = f"{text} ({economy_name(text)}) has one tariff with the rest of {whole}"
            return self._bad(path, line, what, f"write {whole} ({economy_name(whole)})")
        return text

    # Shared product lists ------------------------------------------------------------------

    def _listed(self, entry: CoveredProducts, path: checks.Place) -> CoveredProducts:
        """The entry with the products of its list filled in."""
        if not entry.product_list:
            return entry
        name, dot, stage = entry.product_list.partition(".")
        at = (*path, "list")
        line = self._line(at)
        if not is_name(name):
            what = f"{shown(entry.product_list)} is not the name of a product list"
            self._remark(at, line, what, "use small letters, digits and hyphens, and no folder")
            return entry
        if name not in self._shelf:
            what = f"there is no product list '{name}'"
            self._remark(at, line, what, meant(name, list(self._shelf)))
            return entry
        if dot and stage not in set(Stage):
            what = f"{shown(stage)} is not a stage of the chain"
            self._remark(at, line, what, meant(stage, [str(s) for s in Stage]))
            return entry
        try:
            found = self._list(name)
        except DefinitionError as error:
            first = error.problems[0]
            self._remark(at, line, f"the product list '{name}' is broken", f"see {first}")
            return entry
        products = found.at(Stage(stage) if dot else None)
        if not products:
            self._remark(at, line, f"the list '{name}' has nothing {stage}", "choose another stage")
        self._editions.append((at, name, found.edition))
        return replace(entry, listed=products)

    @cached_property
    def _shelf(self) -> dict[str, Path]:
        return named_files(self._roots, Shelf.PRODUCT_LISTS)

    def _list(self, name: str) -> ProductList:
        if name not in self._lists:
            converter, found, _ = convert_file(self._shelf[name], PRODUCT_LIST)
            if problems := converter.all_problems():
                raise DefinitionError.of(problems)
            self._lists[name] = found
        return self._lists[name]

    # Problems ------------------------------------------------------------------------------

    def _bad(self, path: checks.Place, line: int, text: str, fix: str) -> Bad:
        self.problems.append(Problem(self._name, line, place(path), text, fix))
        self._broken.update(path[:length] for length in range(len(path) + 1))
        if len(self.problems) >= nodes.MAX_PROBLEMS:
            raise _TooManyError
        return BAD

    def _remark(self, path: checks.Place, line: int, text: str, fix: str) -> None:
        if len(self.remarks) < nodes.MAX_PROBLEMS:
            self.remarks.append(Problem(self._name, line, place(path), text, fix))

    def _note(self, issues: Iterable[checks.Issue]) -> None:
        for issue in issues:
            if issue.path in self._broken:
                continue
            other = "" if issue.other is None else self._place(issue.other)
            text = issue.text.replace("{other}", other)
            self._remark(issue.path, self._line(issue.path), text, issue.fix)

    def _twice(self, path: checks.Place, line: int, first: int) -> None:
        what = f"{shown(last(path))} stands twice, first in line {first}"
        self._bad(path, line, what, "keep one of the two")

    def _line(self, path: checks.Place) -> int:
        """The line of a place, or of the nearest place around it."""
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path, 0)

    def _place(self, path: checks.Place) -> str:
        line = self._line(path)
        return f"line {line}" if line else place(path)


def convert_file(
    path: Path, record: Record, user_folder: Path | None = None
) -> tuple[Converter, Any, bytes]:
    """The converter of a file with its problems, the value it made, and the bytes read.

    Raises:
        DefinitionError: the file cannot be read at all.
    """
    name = str(path)
    raw = file_bytes(path)
    root = nodes.yaml_nodes(nodes.decode(raw, name), name)
    roots = (path.parent, *((user_folder,) if user_folder else ()), SHIPPED)
    converter = Converter(name, roots)
    return converter, converter.file(record, root), raw


def file_bytes(path: Path) -> bytes:
    """The bytes of a file, and one more than may be there where it is too large.

    Raises:
        DefinitionError: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(nodes.MAX_BYTES + 1)
    except OSError as error:
        raise DefinitionError.of((_unreadable(str(path), error),)) from None


def _unreadable(name: str, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(name, 0, "", "there is no such file", "check the name")
    if isinstance(error, IsADirectoryError):
        return Problem(name, 0, "", "this is a folder", "name a file in it")
    if isinstance(error, PermissionError):
        return Problem(name, 0, "", "the file may not be read", "change its permissions")
    reason = error.strerror or type(error).__name__
    return Problem(name, 0, "", f"the file cannot be read ({reason})", "check the disk")


def _blank(kind: Kind) -> Any:
    """What stands in for a required value that could not be read, so that reading goes on."""
    match kind:
        case Text() | Economy() | ListName() | OneCode():
            return ""
        case Number():
            return float(kind.low)
        case Integer():
            return kind.low
        case Flag():
            return False
        case Choice():
            return next(iter(kind.options))
        case Codes():
            return HSRange("00", "00")
        case Many() | Shares() | Changes():
            return ()
        case Part():
            blanks = {f.name: _blank(f.kind) for f in kind.record.fields}
            return kind.record.type(**{**blanks, **kind.record.defaults})
        case Wrapped():
            return kind.type(())
        case Marker():
            return kind.type()
        case RuleTree():
            return AnyGood()
        case _:
            assert_never(kind)
