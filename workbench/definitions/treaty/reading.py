"""Treaty wording to rules: a grammar of the sentences that origin rules are written in.

A text is alternatives ("; or"), each one or several requirements ("; and"), each one sentence of
a known form with what may follow it ("except from …", "provided that …", "However …"). Where a
sentence has no known form the reader goes on at the next one and leaves the words it could not
read as the remainder. It never guesses: what is read is what the text says.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.definitions.treaty.cleaning import CleanText, clean
from workbench.definitions.treaty.criteria import LABEL
from workbench.definitions.treaty.scanner import shares_above_one
from workbench.definitions.treaty.shifts import Shifts
from workbench.model.origin import AllOf, AnyGood, AnyOf, OnlyGoods, Rule, TariffShift


class ReadStatus(StrEnum):
    """How much of a text was understood."""

    PARSED = "parsed"
    PARTIAL = "partial"
    UNPARSED = "unparsed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says.

    Attributes:
        rule: None where nothing was understood.
        status: how much was.
        left_over: what was not, in the words of the text.
        left: where that stands in the text, as pairs of start and end.
        goods: the goods that the whole text says it is for.
        notes: cross-references in the text that ask nothing by themselves, and shares outside
            0 to 100 %.
    """

    rule: Rule | None
    status: ReadStatus
    left_over: str = ""
    left: tuple[tuple[int, int], ...] = ()
    goods: OnlyGoods | None = None
    notes: tuple[str, ...] = ()


def read_treaty(text: str) -> Reading:
    """Read a rule of origin in the words of a treaty, statute or customs guide."""
    reader = _Reader(clean(text))
    found = reader.alternatives()
    while not reader.at_end():
        # A bracket that closes nothing stops a list of alternatives; go on behind it.
        reader.leave(reader.at, reader.at + 1)
        found += reader.alternatives()
    goods, rule = _joined(found)
    left = reader.remainders()
    status = ReadStatus.PARTIAL if left else ReadStatus.PARSED
    if rule is None:
        status, left = ReadStatus.UNPARSED, left or ((0, len(text)),)
    left_over = " … ".join(text[start:end].strip() for start, end in left)
    notes = [
        *reader.notes,
        *(f"{share} is outside 0 to 100 %; correct it" for share in shares_above_one(left_over)),
    ]
    return Reading(rule, status, left_over, left, goods, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Alternative:
    """One alternative, and the goods that its own words say it is for."""

    rule: Rule
    goods: OnlyGoods | None = None
    bracketed: bool = False

    @property
    def choices(self) -> tuple[Rule, ...]:
        """The alternatives that it is, where it is a list of them without brackets."""
        if isinstance(self.rule, AnyOf) and not self.bracketed:
            return self.rule.rules
        return (self.rule,)


_DEEPEST = 40
_NEXT = r"\.\s+(?=[A-Z•(])|;|•|$|\)(?=\s*(?:[;,.)]|$))"
_NEXT_OR = r",? or (?=a change |no change |manufacture |production |from any other )"
_OR = r"(?:[;,.:]\s*)*(?:or\b|and/or\b)\s*[;,:]?"
_AND = r"(?:[;,.:]\s*)*and\b\s*[;,:]?"
_STOP = r"[;.]"
_NOTE = (
    r"(?:[;.,]\s*)?(?P<note>(?:for (?:the )?special conditions? relating to"
    r"|see (?:also )?(?:introductory|appendix|note)"
    r"|note:|see also)\b.*?)(?=(?:\.(?:\s|$)|;|$| or (?-i:[A-Z])))\.?"
)
_OTHERWISE = (
    r"if the country of origin cannot be determined under (?:(?:paragraph "
    r"|subdivision )?(?:\([^()]*\))+ ?)+above,"
)


class _Reader(Shifts):
    """Reads a whole text."""

    def __init__(self, source: CleanText) -> None:
        super().__init__(source)
        self.notes: list[str] = []
        self._left: list[tuple[int, int]] = []
        self._depth = 0
        self._closing = _brackets(self.text)
        self._no_group: set[int] = set()

    # The remainder ---------------------------------------------------------------------------

    def leave(self, start: int, end: int) -> None:
        """Mark a stretch as not understood, and go on behind it."""
        if self.text[start:end].strip(" ,;.:•"):
            self._left.append((start, end))
        self.at = max(end, start + 1) if end < self.end else self.end

    def remainders(self) -> tuple[tuple[int, int], ...]:
        """What was not understood, as places in the original text."""
        found = []
        for start, end in self._left:
            text = self.text[start:end]
            first = start + len(text) - len(text.lstrip(" ,;.:•"))
            last = end - (len(text) - len(text.rstrip(" ,;.:•")))
            if first < last:
                found.append(self.source.span(first, last))
        return tuple(found)

    # Alternatives and requirements -------------------------------------------------------------

    def alternatives(self) -> list[_Alternative]:
        """Everything up to the end, or to the bracket that closes a list."""
        found: list[_Alternative] = []
        while not self.at_end():
            before = self.at
            one = self._requirements()
            if one is not None:
                found.append(one)
            if not self.eat(_OR):
                self.eat(r"[;,.:]+")
            if self.at == before:
                self.leave(self.at, min(self.find(_NEXT), self.find(_NEXT_OR)))
        return found

    def _requirements(self) -> _Alternative | None:
        """One alternative: requirements that must all be met."""
        first = self._sentence()
        if first is None:
            return None
        parts, goods = [first.rule], first.goods
        while True:
            before = self.at
            if not self.eat(_AND) or self.at_end():
                self.at = before
                break
            more = self._sentence(must=False)
            if more is None:
                self.at = before
                self.eat(_AND)
                self._skip()
                continue
            parts.append(more.rule)
            goods = goods or more.goods
        if len(parts) == 1:
            return first
        return _Alternative(AllOf(tuple(parts)), goods)

    def _skip(self) -> None:
        self.leave(self.at, min(self.find(_NEXT), self.find(_NEXT_OR)))

    def _sentence(self, must: bool = True) -> _Alternative | None:
        """One sentence with what follows it; the words of an unknown one are left over."""
        self.eat(_OTHERWISE)
        start = self.at
        self.eat(LABEL)
        self.eat(_OTHERWISE)
        self.eat(LABEL)
        self.eat(_OTHERWISE)
        goods = self._prefix()
        found = self._core()
        if found is None and goods is None and self.at != start:
            self.at = start
            found = self._core()
        if found is None:
            self.at = start
            if must:
                self._skip()
            return None
        if goods is not None:
            found = replace(found, goods=_narrowed(found.goods, goods.words))
        return self._with_tail(found)

    def _prefix(self) -> OnlyGoods | None:
        """Which goods a sentence is for: "If the good is of staple fibers, …"."""
        start = self.at
        if self.eat(r"(?=(?:if|for|except for|except) [^;]*?, (?:a change|from any))"):
            here = self.at
            self.at = self.find(r", (?:a change|from any)")
            words = self.words(here, self.at)
            self.eat(",")
            if len(words.split()) < 60 and ". " not in words:
                return OnlyGoods((), words)
        self.at = start
        return None

    def _core(self) -> _Alternative | None:
        if group := self._group_of_rules():
            return _Alternative(group, bracketed=True)
        if changed := self.change():
            return _Alternative(*changed)
        if (goods := self.no_change()) is not None:
            known = goods if goods.codes or goods.words else None
            rule = self._proviso(None)
            if rule is None and self.sees(r"[,;:]? ?(?:provided|where|if)\b"):
                return None
            return _Alternative(rule or AnyGood(), known)
        provided = self.eat(r"(?:provided|only)(?: that)?(?: there)?(?= )(?! for)")
        for read in (
            self.cap,
            self.abbreviated,
            self.made,
            self.content,
            self.bare_content,
            self.limit,
            self.only_goods,
            self.inputs,
            self.whole,
            self.labour,
            self.result_of,
            self.process,
            self.period,
            *(
                (self.condition,)
                if provided or self.sees(r"(?:each item|the (?:goods?|products?)|there has been)\b")
                else ()
            ),
        ):
            start = self.at
            rule = read()
            if rule is not None:
                return _Alternative(rule)
            self.at = start
        if self.eat(r"any goods? of a party"):
            return _Alternative(AnyGood())
        return None

    def _group_of_rules(self) -> Rule | None:
        """Rules in brackets, or a list that says how many of them must be met."""
        start = self.at
        listed = self.eat(r"(?P<which>any|all) of the following:")
        if listed is not None and self.eat("rules to be named"):
            return AllOf(()) if listed["which"].lower() == "all" else AnyOf(())
        place = self.at + (self.text[self.at : self.at + 1] == " ")
        close = self._closing.get(place, self.end)
        if close >= self.end or self._depth == _DEEPEST or place in self._no_group:
            self.at = start
            return None
        left, notes = list(self._left), list(self.notes)
        self.at = place + 1
        self._depth += 1
        with self.within(close):
            inner = _plain(self.alternatives())
        self._depth -= 1
        if inner is None or self._left != left:
            self._no_group.add(place)
            self._left, self.notes = left, notes
            self.at = start
            return None
        self.at = close + 1
        if listed is None:
            return inner
        return AllOf((inner,)) if listed["which"].lower() == "all" else AnyOf((inner,))

    # What follows a sentence -------------------------------------------------------------------

    def _with_tail(self, found: _Alternative) -> _Alternative:
        rule = found.rule
        while not self.at_end():
            start = self.at
            if note := self.eat(_NOTE):
                self.notes.append(self.words(note.start("note"), note.end("note")))
                continue
            grown = self.however(rule) or self._proviso(rule) or self._aside(rule)
            if grown is None or self.at == start:
                self.at = start
                break
            rule = grown
        if self._stuck():
            self._skip()
        return found if rule == found.rule else replace(found, rule=rule, bracketed=False)

    def _stuck(self) -> bool:
        """Whether words follow that belong to the sentence and were not understood."""
        return not (
            self.at_end()
            or self.sees(_OR)
            or self.sees(_AND)
            or self.sees(_STOP)
            or self.sees(LABEL)
            or self.sees(r",? ?(?:a change|from any other|no change)\b")
        )

    def _aside(self, rule: Rule) -> Rule | None:
        """A period, a quota or another exception behind a sentence."""
        start = self.at
        more = self.period() or self.quota()
        if more is None and self.sees("by means of"):
            more = self.result_of()
        if more is None:
            return self._late_exception(rule, start)
        parts = rule.rules if isinstance(rule, AllOf) else (rule,)
        return AllOf((*parts, more))

    def _late_exception(self, rule: Rule, start: int) -> Rule | None:
        """An exception that stands behind a proviso belongs to the shift before it."""
        parts = rule.rules if isinstance(rule, AllOf) else (rule,)
        if parts and isinstance(parts[0], TariffShift):
            grown, _ = self._shift_tail(parts[0], None)
            if self.at > start and grown != parts[0]:
                return grown if len(parts) == 1 else AllOf((grown, *parts[1:]))
        self.at = start
        return None

    def _proviso(self, rule: Rule | None) -> Rule | None:
        """What "provided that …" asks: one requirement or a list of them."""
        start = self.at
        if not self.eat(
            r"(?:[,;]|\.(?= ?provided))? ?(?:and )?(?:(?:provided|so long as"
            r"|on condition)(?: that| there is also| there)?(?=[: ])"
            r"|(?:and )?in which(?=[: ])|where(?= the (?:total |dry |net )*(?:value|weight)))"
            r"(?: also)?(?: either)?:?"
        ):
            return None
        listed = self._requirement_list()
        if listed is None:
            self.at = start
            return None
        if rule is None or isinstance(rule, AnyGood):
            return listed
        before = rule.rules if isinstance(rule, AllOf) else (rule,)
        after = listed.rules if isinstance(listed, AllOf) else (listed,)
        return AllOf((*before, *after))

    def _requirement_list(self) -> Rule | None:
        """Requirements joined by "and", or alternatives by "or", with or without letters."""
        parts: list[Rule] = []
        either = False
        while True:
            before = self.at
            if parts:
                joined = self.eat(r",? ?(?P<how>and|or)?(?: provided)?(?: that)? ?(?=\S)")
                how = (joined["how"] or "").lower() if joined else ""
                label = self.eat(LABEL)
                if not how and label is None:
                    self.at = before
                    break
                if how == "or" and len(parts) > 1 and not either:
                    self.at = before
                    break
                either = either or how == "or"
            else:
                self.eat(LABEL)
            part = self._requirement()
            if part is None:
                self.at = before
                break
            parts.append(part)
        if not parts:
            return None
        if len(parts) == 1:
            return parts[0]
        return AnyOf(tuple(parts)) if either else AllOf(tuple(parts))

    def _requirement(self) -> Rule | None:
        for read in (
            self.cap,
            self.content,
            self.limit,
            self.inputs,
            self.labour,
            self.result_of,
            self.condition,
            self.process,
        ):
            start = self.at
            rule = read()
            if rule is not None:
                return rule
            self.at = start
        return None


def _brackets(text: str) -> dict[int, int]:
    """Where each bracket that opens is closed."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for place, sign in enumerate(text):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            closing[opened.pop()] = place
    return closing


def _narrowed(goods: OnlyGoods | None, words: str) -> OnlyGoods:
    """Goods that a sentence's own first words narrow further."""
    if goods is None:
        return OnlyGoods((), words)
    return OnlyGoods(goods.codes, f"{goods.words}, {words}" if goods.words else words)


def _joined(found: list[_Alternative]) -> tuple[OnlyGoods | None, Rule | None]:
    """The alternatives as one rule; goods that all of them are for stand apart."""
    if not found:
        return None, None
    named = {one.goods for one in found if one.goods is not None}
    if len(named) <= 1:
        rules = found[0].rule if len(found) == 1 else AnyOf(_choices(found))
        return next(iter(named), None), rules
    return None, _plain(found)


def _plain(found: list[_Alternative]) -> Rule | None:
    """The alternatives as one rule, each with the goods that it is for."""
    if not found:
        return None
    if len(found) == 1:
        return _for_goods(found[0])
    return AnyOf(_choices([replace(one, rule=_for_goods(one)) for one in found]))


def _choices(found: list[_Alternative]) -> tuple[Rule, ...]:
    return tuple(rule for one in found for rule in one.choices)


def _for_goods(one: _Alternative) -> Rule:
    if one.goods is None:
        return one.rule
    parts = one.rule.rules if isinstance(one.rule, AllOf) else (one.rule,)
    grouped = tuple(
        replace(part, group=one.goods.codes)
        if isinstance(part, TariffShift) and part.outside_group and not part.group
        else part
        for part in parts
    )
    return AllOf((one.goods, *grouped))
