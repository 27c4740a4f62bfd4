"""A document against an earlier version: one document in which every difference is marked."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from workbench.termsheet.content import (
    Block,
    Cell,
    Change,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    Picture,
    Row,
    Run,
    Runs,
    Section,
    Table,
    text_of,
)

_WORD = re.compile(r"\s+|\d+(?:[.,]\d+)+|\w+|[^\w\s]")
_ALIKE = 0.5
"""Two paragraphs at least so alike are one that was reworded."""

T = TypeVar("T")


def marked(old: Document, new: Document, compared_with: str) -> Document:
    """The new document with what was inserted and deleted since the old one.

    Args:
        old: the earlier version, built with the same template and language.
        new: the version of today.
        compared_with: what the earlier version is, in words.
    """
    return replace(
        new,
        title=_runs(old.title, new.title),
        subtitle=_runs(old.subtitle, new.subtitle),
        facts=_table(old.facts, new.facts),
        sections=_paired(
            old.sections, new.sections, lambda section: section.name, _section, _whole_section
        ),
        compared_with=compared_with,
    )


def _paired(
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], Hashable],
    both: Callable[[T, T], T],
    whole: Callable[[T, Change], T],
) -> tuple[T, ...]:
    """Items with equal keys compared; the others gone or new, each at its place."""
    matcher = SequenceMatcher(None, [key(i) for i in old], [key(i) for i in new], autojunk=False)
    result: list[T] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            result += [both(o, n) for o, n in zip(old[a:b], new[c:d], strict=True)]
        else:
            result += [whole(item, Change.DELETED) for item in old[a:b]]
            result += [whole(item, Change.INSERTED) for item in new[c:d]]
    return tuple(result)


def _section(old: Section, new: Section) -> Section:
    return replace(new, title=_runs(old.title, new.title), blocks=_blocks(old.blocks, new.blocks))


def _whole_section(section: Section, change: Change) -> Section:
    return replace(
        section,
        title=_all(section.title, change),
        blocks=tuple(_whole(block, change) for block in section.blocks),
        change=change,
    )


def _blocks(old: tuple[Block, ...], new: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks of a section; paragraphs that say nearly the same are compared word by word."""
    keys_old, keys_new = _keys(old, new)
    old_of = dict(zip(keys_old, old, strict=True))
    new_of = dict(zip(keys_new, new, strict=True))
    return _paired_keys(keys_old, keys_new, old_of, new_of)


def _paired_keys(
    old: list[Hashable],
    new: list[Hashable],
    old_of: dict[Hashable, Block],
    new_of: dict[Hashable, Block],
) -> tuple[Block, ...]:
    result: list[Block] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for o, n in zip(old[a:b], new[c:d], strict=True):
                result += _both(old_of[o], new_of[n])
        else:
            result += [_whole(old_of[key], Change.DELETED) for key in old[a:b]]
            result += [_whole(new_of[key], Change.INSERTED) for key in new[c:d]]
    return tuple(result)


def _keys(old: tuple[Block, ...], new: tuple[Block, ...]) -> tuple[list[Hashable], list[Hashable]]:
    """A key for each block, equal where two blocks are the same or nearly so."""
    old_keys: list[Hashable] = []
    new_keys: list[Hashable] = []
    taken: set[int] = set()
    for place, block in enumerate(old):
        old_keys.append(("old", place) if isinstance(block, Paragraph) else _name(block, old_keys))
    for place, block in enumerate(new):
        if not isinstance(block, Paragraph):
            new_keys.append(_name(block, new_keys))
            continue
        found = _nearest(block, old, taken)
        if found is None:
            new_keys.append(("new", place))
        else:
            taken.add(found)
            new_keys.append(("old", found))
    return old_keys, new_keys


def _name(block: Block, before: list[Hashable]) -> Hashable:
    """Tables and pictures by name, other blocks by their kind and place among it."""
    if isinstance(block, Table | Picture):
        return (type(block).__name__, block.name, 0)
    kind = type(block).__name__
    place = sum(1 for key in before if isinstance(key, tuple) and key[0] == kind)
    return (kind, "", place)


def _nearest(block: Paragraph, old: tuple[Block, ...], taken: set[int]) -> int | None:
    best, found = _ALIKE, None
    words = _WORD.findall(text_of(block.runs))
    for place, other in enumerate(old):
        if place in taken or not isinstance(other, Paragraph) or other.kind is not block.kind:
            continue
        if other.runs == block.runs:
            return place
        matcher = SequenceMatcher(None, _WORD.findall(text_of(other.runs)), words, autojunk=False)
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, place
    return found


def _both(old: Block, new: Block) -> list[Block]:
    match old, new:
        case Paragraph(), Paragraph():
            return [replace(new, runs=_runs(old.runs, new.runs))]
        case ListBlock(), ListBlock():
            blocks = _blocks(old.items, new.items)
            items = tuple(item for item in blocks if isinstance(item, Paragraph))
            return [replace(new, items=items)]
        case Table(), Table():
            if old.columns != new.columns or old.note != new.note:
                return [_whole(old, Change.DELETED), _whole(new, Change.INSERTED)]
            return [_table(old, new)]
        case Picture(), Picture():
            if old.data.columns != new.data.columns:
                return [_whole(old, Change.DELETED), _whole(new, Change.INSERTED)]
            earlier = old.svg if old.svg != new.svg else ""
            return [
                replace(
                    new,
                    caption=_runs(old.caption, new.caption),
                    data=_table(old.data, new.data),
                    earlier=earlier,
                )
            ]
        case Figures(), Figures():
            if [f.name for f in old.figures] == [f.name for f in new.figures]:
                figures = tuple(
                    replace(
                        n, value=_cell(o.value, n.value), interval=_cell(o.interval, n.interval)
                    )
                    for o, n in zip(old.figures, new.figures, strict=True)
                )
                return [replace(new, figures=figures)]
    return [_whole(old, Change.DELETED), _whole(new, Change.INSERTED)]


def _whole(block: Block, change: Change) -> Block:
    match block:
        case Paragraph():
            return replace(block, runs=_all(block.runs, change), change=change)
        case ListBlock():
            items = tuple(
                replace(item, runs=_all(item.runs, change), change=change) for item in block.items
            )
            return replace(block, items=items, change=change)
        case Table():
            return _whole_table(block, change)
        case Picture():
            return replace(
                block,
                caption=_all(block.caption, change),
                data=_whole_table(block.data, change),
                change=change,
            )
        case Figures():
            figures = tuple(
                replace(
                    figure,
                    value=replace(figure.value, runs=_all(figure.value.runs, change)),
                    interval=replace(figure.interval, runs=_all(figure.interval.runs, change)),
                )
                for figure in block.figures
            )
            return replace(block, figures=figures, change=change)


def _whole_table(table: Table, change: Change) -> Table:
    rows = tuple(_whole_row(row, change) for row in table.rows)
    return replace(table, caption=_all(table.caption, change), rows=rows, change=change)


def _table(old: Table, new: Table) -> Table:
    """Rows are the same where their first cells are."""
    first = _row_keys(old.rows)
    second = _row_keys(new.rows)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    rows: list[Row] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for o, n in zip(old.rows[a:b], new.rows[c:d], strict=True):
                cells = (_cell(p, q) for p, q in zip(o.cells, n.cells, strict=True))
                rows.append(replace(n, cells=tuple(cells)))
        else:
            rows += [_whole_row(row, Change.DELETED) for row in old.rows[a:b]]
            rows += [_whole_row(row, Change.INSERTED) for row in new.rows[c:d]]
    return replace(new, caption=_runs(old.caption, new.caption), rows=tuple(rows))


def _row_keys(rows: tuple[Row, ...]) -> list[Hashable]:
    seen: dict[str, int] = {}
    keys: list[Hashable] = []
    for row in rows:
        name = row.cells[0].text if row.cells else ""
        seen[name] = seen.get(name, 0) + 1
        keys.append((name, seen[name]))
    return keys


def _whole_row(row: Row, change: Change) -> Row:
    cells = tuple(replace(cell, runs=_all(cell.runs, change)) for cell in row.cells)
    return replace(row, cells=cells, change=change)


def _cell(old: Cell, new: Cell) -> Cell:
    if old.runs == new.runs:  # the figure itself may differ by less than is shown
        return new if old.value == new.value else replace(new, earlier=old.value)
    if new.value is not None or old.value is not None:  # a figure is shown old and new, whole
        gone, come = _all(old.runs, Change.DELETED), _all(new.runs, Change.INSERTED)
        return replace(new, runs=(*gone, *come), earlier=old.value)
    return replace(new, runs=_runs(old.runs, new.runs))


def _all(words: Runs, change: Change) -> Runs:
    return tuple(replace(run, change=change) for run in words)


def _runs(old: Runs, new: Runs) -> Runs:
    """Two texts word by word; words in another style are other words."""
    if old == new:
        return new
    first, second = _words(old), _words(new)
    result: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            result += first[a:b]
            continue
        result += [replace(run, change=Change.DELETED) for run in first[a:b]]
        result += [replace(run, change=Change.INSERTED) for run in second[c:d]]
    return _joined(result)


def _words(words: Runs) -> list[Run]:
    return [replace(run, text=word) for run in words for word in _WORD.findall(run.text)]


def _joined(words: list[Run]) -> Runs:
    result: list[Run] = []
    for run in words:
        last = result[-1] if result else None
        if last is not None and (last.style, last.change) == (run.style, run.change):
            result[-1] = replace(last, text=last.text + run.text)
        else:
            result.append(run)
    return tuple(result)
