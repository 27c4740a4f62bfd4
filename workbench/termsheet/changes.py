"""A document against an earlier version: one document in which every difference is marked."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from workbench.termsheet.content import (
    Block,
    Cell,
    Change,
    ColumnKind,
    Document,
    Figures,
    ListBlock,
    Paragraph,
    ParagraphKind,
    Picture,
    Row,
    Run,
    Runs,
    Section,
    Table,
    text_of,
)

_WORD = re.compile(r"\s+|\d+(?:[.,]\d+)+|\w+|[^\w\s]")
_TELLING = re.compile(r"\d+(?:[.,]\d+)+|\d{4,}|[^\W\d][\w-]*")
"""Words, codes and long numbers; a short one may be no more than a running number."""
_ALIKE = 0.5
"""Two texts that share more of their words are one that was reworded."""
_SHORT_CELL = 60
_MOST_COMPARED = 100_000
"""Pairs of rows that are compared word by word."""

T = TypeVar("T")
Keys = tuple[list[Hashable], list[Hashable]]
"""Of the old and of the new; what has equal keys is compared."""


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
            old.sections,
            new.sections,
            ([section.name for section in old.sections], [s.name for s in new.sections]),
            lambda one, other: [_section(one, other)],
            _gone_and_come(_whole_section),
        ),
        compared_with=compared_with,
    )


def _paired(
    old: Sequence[T],
    new: Sequence[T],
    keys: Keys,
    both: Callable[[T, T], Iterable[T]],
    between: Callable[[Sequence[T], Sequence[T]], Iterable[T]],
) -> tuple[T, ...]:
    """Items with equal keys, in their order, as `both` has them; what lies between as `between`."""
    result: list[T] = []
    first, second = keys
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            for o, n in zip(old[a:b], new[c:d], strict=True):
                result += both(o, n)
        else:
            result += between(old[a:b], new[c:d])
    return tuple(result)


def _gone_and_come(
    whole: Callable[[T, Change], T],
) -> Callable[[Sequence[T], Sequence[T]], list[T]]:
    """Items that are gone, then those that are new."""
    return lambda old, new: [
        *(whole(item, Change.DELETED) for item in old),
        *(whole(item, Change.INSERTED) for item in new),
    ]


def _section(old: Section, new: Section) -> Section:
    return replace(new, title=_runs(old.title, new.title), blocks=_blocks(old.blocks, new.blocks))


def _whole_section(section: Section, change: Change) -> Section:
    return replace(
        section,
        title=_all(section.title, change),
        blocks=tuple(_whole(block, change) for block in section.blocks),
        change=change,
    )


def _blocks(old: Sequence[Block], new: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks of a section: what is the same first, then what is reworded between."""
    return _paired(old, new, (_names(old), _names(new)), _both, _reworded)


def _names(blocks: Sequence[Block]) -> list[Hashable]:
    """Tables and pictures by name, paragraphs by what they say, others by their place of a kind."""
    found: list[Hashable] = []
    places: Counter[type] = Counter()
    for block in blocks:
        kind = type(block)
        if isinstance(block, Paragraph):
            found.append((kind, block.kind, block.runs))
        elif isinstance(block, Table | Picture):
            found.append((kind, block.name))
        else:
            found.append((kind, places[kind]))
            places[kind] += 1
    return found


def _reworded(old: Sequence[Block], new: Sequence[Block]) -> tuple[Block, ...]:
    """Paragraphs that say nearly the same, word by word; other blocks are gone or new."""
    before: list[Hashable] = [("old", place) for place in range(len(old))]
    after: list[Hashable] = [("new", place) for place in range(len(new))]
    left: defaultdict[ParagraphKind, dict[int, Counter[str]]] = defaultdict(dict)
    for place, block in enumerate(old):
        if isinstance(block, Paragraph):
            left[block.kind][place] = _telling(text_of(block.runs))
    for number, block in enumerate(new):
        if isinstance(block, Paragraph):
            found = _most_alike(left[block.kind], _telling(text_of(block.runs)))
            if found is not None:
                after[number] = before[found]
    return _paired(old, new, (before, after), _both, _gone_and_come(_whole))


def _telling(text: str) -> Counter[str]:
    return Counter(_TELLING.findall(text))


def _most_alike(left: dict[int, Counter[str]], words: Counter[str]) -> int | None:
    """Takes the text that is most like these words out of those left, where one is alike."""
    likeness = {place: _likeness(said, words) for place, said in left.items()}
    found = max(likeness, key=likeness.__getitem__, default=None)
    if found is None or likeness[found] <= _ALIKE:
        return None
    del left[found]
    return found


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)


def _both(old: Block, new: Block) -> list[Block]:
    match old, new:
        case Paragraph(), Paragraph():
            return [replace(new, runs=_runs(old.runs, new.runs))]
        case ListBlock(), ListBlock():
            blocks = _blocks(old.items, new.items)
            items = tuple(item for item in blocks if isinstance(item, Paragraph))
            return [replace(new, items=items)]
        case Table(), Table():
            if old.columns != new.columns:
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
    return replace(
        table,
        caption=_all(table.caption, change),
        rows=rows,
        note=_all(table.note, change),
        change=change,
    )


def _table(old: Table, new: Table) -> Table:
    rows = _paired(old.rows, new.rows, _row_keys(old, new), _row, _gone_and_come(_whole_row))
    caption, note = _runs(old.caption, new.caption), _runs(old.note, new.note)
    return replace(new, caption=caption, rows=rows, note=note)


def _row(old: Row, new: Row) -> list[Row]:
    cells = tuple(_cell(o, n) for o, n in zip(old.cells, new.cells, strict=True))
    return [replace(new, cells=cells)]


def _row_keys(old: Table, new: Table) -> Keys:
    """Keys of rows, equal where two are about the same thing.

    A row goes by its first cell, running numbers apart, or where that repeats by all its words.
    Rows whose names are no more than nearly the same are paired where no code tells them apart.
    """
    kinds = [column.kind for column in new.columns]
    first = next((n for n, kind in enumerate(kinds) if kind is not ColumnKind.COUNT), 0)
    words = [n for n, kind in enumerate(kinds) if not kind.numeric]
    unique = all(len({row.cells[first].text for row in t.rows}) == len(t.rows) for t in (old, new))
    by = [first] if unique else words
    before, after = (
        ["\n".join(row.cells[n].text for n in by) for row in t.rows] for t in (old, new)
    )
    keys = _counted(before), _counted(after)
    if unique or ColumnKind.CODE not in kinds:
        _pair_alike(keys, before, after)
    return keys


def _counted(names: Sequence[str]) -> list[Hashable]:
    """Names as keys of their own: the second of a name is another than the first."""
    seen: Counter[str] = Counter()
    keys: list[Hashable] = []
    for name in names:
        seen[name] += 1
        keys.append((name, seen[name]))
    return keys


def _pair_alike(keys: Keys, before: Sequence[str], after: Sequence[str]) -> None:
    """Give new rows without a counterpart the key of the old one that is most alike."""
    old, new = set(keys[0]), set(keys[1])
    left = {n: _telling(before[n]) for n, key in enumerate(keys[0]) if key not in new}
    come = [n for n, key in enumerate(keys[1]) if key not in old]
    if len(left) * len(come) > _MOST_COMPARED:
        return
    for number in come:
        found = _most_alike(left, _telling(after[number]))
        if found is not None:
            keys[1][number] = keys[0][found]


def _whole_row(row: Row, change: Change) -> Row:
    cells = tuple(replace(cell, runs=_all(cell.runs, change)) for cell in row.cells)
    return replace(row, cells=cells, change=change)


def _cell(old: Cell, new: Cell) -> Cell:
    if old.runs == new.runs:  # the figure itself may differ by less than is shown
        return new if old.value == new.value else replace(new, earlier=old.value)
    whole = (*_all(old.runs, Change.DELETED), *_all(new.runs, Change.INSERTED))
    if new.value is not None or old.value is not None:  # a figure is shown old and new, whole
        return replace(new, runs=whole, earlier=old.value)
    shown = _runs(old.runs, new.runs)
    several = sum(run.change is Change.INSERTED for run in shown) > 1
    return replace(new, runs=whole if several and len(new.text) < _SHORT_CELL else shown)


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
