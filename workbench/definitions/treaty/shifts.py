"""The sentences of tariff shifts, in American and European words."""

import re
from dataclasses import replace

from workbench.definitions.treaty.criteria import END, LABEL, Clauses
from workbench.definitions.treaty.scanner import Named
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    InputsOriginate,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Rule,
    ShiftFrom,
    TariffShift,
)

_LEVELS = {
    "chapter": ShiftFrom.CHAPTER,
    "heading": ShiftFrom.HEADING,
    "subheading": ShiftFrom.SUBHEADING,
    "product": ShiftFrom.ANY_OTHER_PRODUCT,
    "good": ShiftFrom.ANY_OTHER_PRODUCT,
}
_LEVEL = r"(?P<level>chapter|heading|sub-?heading|product|good)s?\b"
_ABBREVIATIONS = {
    "cc": ShiftFrom.CHAPTER,
    "cth": ShiftFrom.HEADING,
    "ctsh": ShiftFrom.SUBHEADING,
}
_STATEMENT = (
    r"all (?:the )?non-originating materials used in the production of the (?:good|product)s? "
    r"(?:have|must have) undergone a change in tariff classification at the \d-digit level"
    r"(?: ?\((?:tariff )?(?:chapter|heading|subheading)\))?"
)
_WHEN = r"(?:,? ?(?P<when>(?:when|if|where|unless|whether)\b))"
_ITEM_END = (
    END + r"|,? (?:and |or )?(?:when|if|where|unless)\b|,? (?:and|or) (?:except )?(?:from|to)\b"
    r"|, from\b"
)
_SURE_SOURCE = (
    r" ?from (?:any|another|within|other goods|(?:tariff )?(?:chapter|(?:sub-?)?heading))s?\b"
)
_SAME = (
    r"(?:other )?(?:materials?|products?|goods?)? ?(?:of|in|classified (?:in|within)) the same "
    r"(?P<what>(?:sub-?)?heading|chapter|description)(?: as (?:that of )?the (?:product|good))?"
)
_MADE = r"(?:(?:manufacture|production|other operations)\b:?|manufactured|produced)"
_ANY_MATERIAL = (
    r"(?:from )?(?:any )?(?:non-originating )?materials? (?:of|from|in) any (?P<other>other )?"
    r"(?P<level>chapter|heading|sub-?heading)\b"
)


class Shifts(Clauses):
    """Reads sentences about where materials may be classified."""

    # American: "a change to heading 8507 from any other heading"

    def change(self) -> tuple[Rule, OnlyGoods | None] | None:
        """A change of classification, and the goods that it is a change to."""
        start = self.at
        opened = self.eat(
            r"(?:an?|any|the)? ?change(?=\s(?:to|in|from|of those))(?: (?:to|in)(?= ))?"
        )
        if opened is None and not self.sees(
            r"from any other (?:chapter|heading|subheading|good|product)"
        ):
            return None
        found: tuple[int, TariffShift, OnlyGoods | None] | None = None
        limit = min(self.find(r"; or |; |\.\s+(?=[A-Z])"), self.end)
        here = self.at
        for place in re.finditer(r"(?:^| )from (?=\S)", self.text[here:limit]):
            if found and re.search(
                r"\b(?:except|provided)\b", self.text[here : here + place.start()]
            ):
                break
            self.at = here + place.start()
            shift = self._from_sources()
            if shift is None:
                continue
            after = self.at
            goods = self._target(here, here + place.start())
            # In "oils obtained from tar of heading 2706 from any other heading" the second counts.
            sure = re.match(_SURE_SOURCE, self.text[here + place.start() :], re.IGNORECASE)
            if place.start() == 0 or sure or (goods is not None and goods.codes):
                found = after, shift, goods
                break
            found = found or (after, shift, goods)
        if found is None:
            self.at = start
            return None
        self.at, shift, goods = found
        if goods is None and self.eat(r"to(?= )"):
            first = self.at
            after = self.find(r",? (?:provided|except|by means of)\b|[;.](?:\s|$)")
            goods = self._target(first, after)
            self.at = after
        if goods is not None and goods.codes:
            shift = replace(shift, also=tuple(_within_group(one, goods) for one in shift.also))
        return self._shift_tail(shift, goods)

    def no_change(self) -> OnlyGoods | None:
        """What "No change in tariff classification required for …" is for."""
        if not self.eat(
            r"no (?:required )?change (?:in|of) tariff classification(?: is)?(?: required)?"
        ):
            return None
        goods = OnlyGoods()
        if self.eat(r"(?:for|to)(?= )"):
            here = self.at
            self.at = self.find(r",? provided\b|[;.](?:\s|$)")
            after = self.at
            goods = self._target(here, after) or goods
            self.at = after
        return goods

    def _target(self, start: int, end: int) -> OnlyGoods | None:
        """The goods in a stretch of text: codes, and words that narrow them."""
        self.at = start
        with self.within(end):
            return self._goods_here(end)

    def _goods_here(self, end: int) -> OnlyGoods | None:
        """The goods up to the end of the stretch."""
        self.eat(r"(?:to )?(?:a |an |the )?(?:goods? of |change to )?")
        here = self.at
        if self.at_end():
            return None
        codes = self.codes()
        if codes and self.at_end():
            return OnlyGoods(codes)
        if not codes:
            self.at = here
            for place in re.finditer(
                r" (?:of|classified in|in|classified under) ", self.text[here:end]
            ):
                self.at = here + place.end() - 1
                codes = self.codes()
                if codes and not self._in_brackets(here, here + place.start()):
                    words = self.words(here, here + place.start())
                    rest = self.words(self.at, end)
                    return OnlyGoods(codes, f"{words} {rest}".strip())
            return OnlyGoods((), self.words(here, end))
        return OnlyGoods(codes, self.words(self.at, end))

    def _from_sources(self) -> TariffShift | None:
        """What may be non-originating: "from any other heading or from Chapter 4"."""
        start = self.at
        shift: TariffShift | None = None
        also: list[Materials] = []
        apart: list[Materials] = []
        if self.eat("from materials to be named"):
            return self._group(TariffShift(ShiftFrom.LISTED))
        while True:
            before = self.at
            if (shift or also) and not self.eat(r",? or(?: (?=from\b))?|,(?= from any)"):
                break
            if self.eat(r"(?:from )?(?=.)") is None:
                break
            if found := self.eat(
                r"any (?:other )?(?:chapter|heading|sub-?heading) or (?:to )?(?:any (?:other )?)?"
                + _LEVEL
            ) or self.eat(
                r"any (?:other )?"
                + _LEVEL.replace("s?", "s?(?! (?:of|classified|within(?! the group of)))")
            ):
                level = _LEVELS[found["level"].lower().replace("-", "")]
                one = self._group(TariffShift(level))
                if shift is not None and (level, one.outside_group) != (
                    shift.level,
                    shift.outside_group,
                ):
                    wide = _wider(shift, one)
                    if wide is None:
                        self.at = before
                        break
                    one = wide
                shift = one
                continue
            listed = self._named_source()
            if listed is None:
                self.at = before
                break
            also.extend(listed)
            apart.extend(self._bracketed_exception())
        if shift is None and not also:
            self.at = start
            return None
        if shift is None:
            shift = self._group(TariffShift(ShiftFrom.LISTED))
        return replace(shift, also=(*shift.also, *also), except_some=tuple(apart))

    def _bracketed_exception(self) -> list[Materials]:
        """What "(except for sulphides of subheading 2852.90)" takes out of a source."""
        start = self.at
        if self.eat(r"\(except (?:for|from)(?= )"):
            plain, some = self._exception_items()
            if (plain or some) and self.eat(r"\)"):
                return [*((Materials(tuple(plain), "any"),) if plain else ()), *some]
        self.at = start
        return []

    def _group(self, shift: TariffShift) -> TariffShift:
        """What follows a level: outside or within the group."""
        if self.eat(r",? outside (?:of )?(?:that|the|this) group"):
            if self.eat(r"of (?=(?:chapter|(?:sub-?)?heading)s?)"):
                return replace(shift, outside_group=True, group=self.codes())
            return replace(shift, outside_group=True)
        if self.eat(r"within the group of (?=(?:chapter|(?:sub-?)?heading)s?)"):
            return replace(shift, group=self.codes())
        if self.eat(
            r",? including changes? from one product to another within that (?:sub)?heading"
        ):
            return replace(shift, also=(Materials(words="another product within that heading"),))
        self.eat(
            r",? ?\(?including (?:a change from )?(?:any|another|any other|a) (?:chapter"
            r"|(?:sub-?)?heading)"
            r" within (?:that|the|this) group\)?"
        )
        return shift

    def _named_source(self) -> list[Materials] | None:
        """Materials that a change may come from though they are no other heading."""
        start = self.at
        if found := self.eat(
            r"any (?:other )?(?P<level>chapter|heading|subheading) within that group"
        ):
            return [Materials(words=f"any other {found['level'].lower()} within that group")]
        self.eat(
            r"(?:within|materials (?:of|from)|any (?:product|good|material)s? (?:of|in)"
            r"|goods of) ?(?=chapter|heading|subheading)"
        )
        codes = self.codes()
        if codes:
            goods = self._for_change() or Named()
            return [Materials(codes, "", goods.codes, goods.words, self._when())]
        stop = (
            _ITEM_END
            + r"|,? or (?:from )?any other (?:chapter|(?:sub-?)?heading)\b|,? whether or not"
        )
        quoted = self.at_quote()
        named = self.named(stop)
        if named is None or (not named.codes and not quoted and not _only_words(named.words)):
            self.at = start
            return None
        words = re.sub(r"^from ", "", named.words)
        goods = self._for_change() or Named()
        return [Materials(named.codes, words, goods.codes, goods.words, self._when())]

    def _shift_tail(
        self, shift: TariffShift, goods: OnlyGoods | None
    ) -> tuple[Rule, OnlyGoods | None]:
        """Exceptions and what else belongs to the shift itself."""
        rule: Rule = shift
        while isinstance(rule, TariffShift):
            grown = (
                self._whether_or_not(rule)
                or self._exception(rule)
                or self._tolerance(rule)
                or self._more_sources(rule)
            )
            if grown is None:
                break
            rule = grown
        return rule, goods

    def _whether_or_not(self, shift: TariffShift) -> TariffShift | None:
        start = self.at
        if not self.eat(r",? whether or not there is(?: also)? a change (?=from )"):
            return None
        other = self._from_sources()
        if other is None:
            self.at = start
            return None
        wide = _wider(shift, other) if ShiftFrom.LISTED not in {shift.level, other.level} else None
        if wide is None:
            wide = shift if other.level is ShiftFrom.LISTED else other
        return replace(wide, also=(*shift.also, *other.also))

    def _more_sources(self, shift: TariffShift) -> TariffShift | None:
        """Sources that stand behind an exception: "…, or from any other good of heading 8418"."""
        start = self.at
        if not (shift.exceptions or shift.except_some) or not self.eat(
            r",? or (?=from any other )"
        ):
            return None
        other = self._from_sources()
        levels = {shift.level, *(() if other is None else (other.level,))} - {ShiftFrom.LISTED}
        if other is None or len(levels) > 1:
            self.at = start
            return None
        level = shift.level if other.level is ShiftFrom.LISTED else other.level
        return replace(
            shift,
            level=level,
            also=(*shift.also, *other.also),
            except_some=(*shift.except_some, *other.except_some),
        )

    def _tolerance(self, shift: TariffShift) -> TariffShift | None:
        start = self.at
        if self.eat(r",? save for"):
            share = self.share()
            if share is not None and self.eat("of the value"):
                return replace(shift, de_minimis=share)
        self.at = start
        return None

    def _exception(self, shift: TariffShift) -> TariffShift | None:
        """Exceptions: "except from heading 8501, and except from fillets when …"."""
        start = self.at
        further = r"|,? or (?=from (?!any other))" if shift.exceptions or shift.except_some else ""
        if not self.eat(r",?;? ?(?:and |or )?(?:except|other than|excluding)\b" + further):
            return None
        goods = Named()
        if not self.eat(r"(?:for )?a change (?=within|to\b|from\b)"):
            self.eat("for(?= )")
        if self.eat(r"(?:to )(?=\S)"):
            named = self.named(END + r"|,? from\b")
            if named is None or not self.eat(",? ?from"):
                self.at = start
                return None
            goods = named
        elif when := self._when():
            return replace(shift, except_some=(*shift.except_some, Materials(when=when)))
        else:
            self.eat("(?:from|within)(?= )")
        plain, some = self._exception_items()
        if self.eat(r"to (?=(?:heading|subheading|chapter|mounted|goods?)\b)"):
            named = self.named(END)
            goods = named or goods
        elif later := self._for_change():
            goods = later
        if not (plain or some):
            self.at = start
            return None
        when = self._when()
        if goods.codes or goods.words or when:
            some = [
                *((Materials(tuple(plain)),) if plain else ()),
                *some,
            ]
            plain = []
            some = [
                replace(one, goods=goods.codes, goods_words=goods.words, when=one.when or when)
                for one in some
            ]
        return replace(
            shift,
            exceptions=(*shift.exceptions, *plain),
            except_some=(*shift.except_some, *some),
        )

    def _exception_items(self) -> tuple[list[HSRange], list[Materials]]:
        plain: list[HSRange] = []
        some: list[Materials] = []
        while True:
            before = self.at
            if plain or some:
                if self.sees(r",? (?:and |or )?except\b"):
                    break
                comma = self.eat(r",") is not None
                if not self.eat(r"(?:and|or|nor)\b") and not comma:
                    break
                # Behind a comma this is a source again, and otherwise one more exception.
                if self.sees(r"(?:from )?any other (?:chapter|heading|subheading)") or (
                    comma and self.sees(r"(?:from )?any other good")
                ):
                    self.at = before
                    break
            self.eat(LABEL)
            self.eat("(?:from|those|non-originating materials of|materials of|of)(?= )")
            told_apart = self.at_quote()
            named = self._exception_item()
            if named is None:
                self.at = before
                break
            if named.words or told_apart:
                some.append(Materials(named.codes, named.words))
            else:
                plain.extend(named.codes)
        return plain, some

    def _exception_item(self) -> Named | None:
        start = self.at
        self.eat(
            r"(?:any )?(?:non-originating )?(?:materials? |goods? )?(?:of |from )?(?=(?:chapter"
            r"|(?:sub-?)?heading)s? \d)"
        )
        codes = self.codes()
        if codes:
            return Named(codes, self._after(_ITEM_END))
        self.at = start
        if self.sees(r"(?:any other (?!goods? of)|when |if |where |provided|that |is |are )"):
            return None
        quoted = self.at_quote()
        named = self.named(_ITEM_END + r"|, (?=(?:chapter|(?:sub-?)?heading)s? \d)|$")
        if named is None or (not named.codes and not quoted and not _only_words(named.words)):
            self.at = start
            return None
        return Named(named.codes, re.sub(r"^(?:non-originating )", "", named.words))

    def _for_change(self) -> Named | None:
        """The goods that an exception or source is for, where they stand behind it."""
        start = self.at
        if self.eat(r"for a change to(?= )"):
            named = self.named(_ITEM_END)
            if named is not None:
                return named
        self.at = start
        return None

    def _when(self) -> str:
        """The circumstances that an exception or source is for, in words."""
        start = self.at
        if not self.eat(r",? ?(?=(?:when|if|where|unless)\b)"):
            return ""
        if self.sees(r"where the (?:total )?(?:value|weight)"):
            self.at = start
            return ""
        here = self.at
        if self.eat(r"when (?=[\ue000-\uf8ff])"):
            self.at += 1
            return self.words(self.at - 1, self.at)
        self.at = self.find(
            r";|\.(?=\s|$)|,? (?:and |or )?(?:except|provided)\b|,? or (?:from )(?=any|heading"
            r"|subheading|chapter)"
        )
        return self.words(here, self.at)

    # Abbreviated: "CTH except from heading 8501"

    def abbreviated(self) -> Rule | None:
        """CC, CTH or CTSH, spelled out or not."""
        start = self.at
        found = self.eat(r"(?-i:(?P<level>CTSH|CTH|CC))\b(?: ?\((?:change[^()]*)\))?:?")
        level = None if found is None else _ABBREVIATIONS[found["level"].lower()]
        if spelled := self.eat(
            r"(?:a )?change (?:in|of) (?:the )?tariff (?P<level>chapter"
            r"|(?:sub-?)?heading)(?: classification)?"
        ):
            level = _LEVELS[spelled["level"].lower().replace("-", "")]
        statement = self.eat(_STATEMENT)
        if statement is not None:
            digits = re.search(r"(\d)-digit", statement[0])
            stated = {"2": ShiftFrom.CHAPTER, "4": ShiftFrom.HEADING, "6": ShiftFrom.SUBHEADING}
            level = level or stated.get(digits[1] if digits else "")
        if level is None:
            self.at = start
            return None
        shift = self._group(TariffShift(level))
        rule, _ = self._shift_tail(shift, None)
        return rule

    # European: "Manufacture from materials of any heading, except that of the product"

    def made(self) -> Rule | None:
        """What a good is manufactured or produced from."""
        start = self.at
        if not self.eat(_MADE):
            return None
        parts: list[Rule] = []
        while True:
            before = self.at
            self.eat(r"[,:]?")
            self.eat(LABEL)
            if parts:
                self.eat(r",? and(?= )")
                self.eat(LABEL)
            part = self._made_part(bool(parts))
            if part is None:
                self.at = before
                break
            parts.append(part)
        if not parts:
            self.at = start
            return None
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _made_part(self, later: bool) -> Rule | None:
        self.eat(r"(?:in which|where)(?: ?:)?(?= )")
        self.eat(LABEL)
        if found := self.eat(_ANY_MATERIAL):
            return self._any_material(found["level"], bool(found["other"]))
        if found := self.eat(
            r"all (?:the )?(?:non-originating )?materials used are classified (?:within|in) a "
            r"(?P<level>chapter|heading|sub-?heading) other than that of the (?:product|good)"
        ):
            return TariffShift(_LEVELS[found["level"].lower().replace("-", "")])
        if self.eat(r"from materials not classified (?:within|in)"):
            codes = self.codes()
            return InputsOriginate(codes) if codes else None
        if found_rule := self.limit() or self.inputs() or self.content():
            return found_rule
        if not later and self.sees("from:? "):
            return self._made_from()
        return None

    def _any_material(self, level_word: str, other: bool) -> Rule:
        level = _LEVELS[level_word.lower().replace("-", "")]
        product = other
        plain: list[HSRange] = []
        some: list[Materials] = []
        start = self.at
        if self.eat(r",? (?:except|other than|excluding)(?: for| from)?(?= )"):
            while True:
                before = self.at
                if (plain or some or product) and not self.eat(r"(?:,? and\b|,? or\b|,)"):
                    break
                self.eat(r"(?:of|from|for)(?= )")
                if self.eat(r"(?:that|those|heading) of the (?:product|good)s?"):
                    product = True
                    continue
                self.eat(r"(?:those |that )?(?:of |from )?(?=(?:chapter|(?:sub-?)?heading)s? \d)")
                if self.sees(r"in which|where|from\b|save for"):
                    self.at = before
                    break
                named = self._exception_item()
                if named is None:
                    self.at = before
                    break
                if named.words:
                    some.append(Materials(named.codes, named.words))
                else:
                    plain.extend(named.codes)
            if not (plain or some or product):
                self.at = start
        elif self.eat(r",? including that of the (?:product|good)"):
            return AnyGood()
        elif self.eat(
            r",? including (?:from )?other (?:non-originating )?(?:materials|products) (?:of"
            r"|from)(?= )"
        ):
            if self.codes():
                return TariffShift(ShiftFrom.ANY_OTHER_PRODUCT)
            self.at = start
        if product:
            return self._shift_tail(
                self._group(TariffShift(level, exceptions=tuple(plain), except_some=tuple(some))),
                None,
            )[0]
        parts: list[Rule] = [InputsOriginate(tuple(plain))] if plain else []
        parts += [InputsOriginate(one.codes, words=one.words) for one in some]
        if not parts:
            return AnyGood()
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _made_from(self) -> Rule | None:
        """What alone may be non-originating: "Manufacture from yarn"."""
        start = self.at
        self.eat(r"from:? ?(?:non-originating(?= ))?(?: ?materials to be named)?")
        stop = (
            r"•|;|\.(?=\s|$)|,? (?:provided|except)\b|,? however\b|,? in which\b|,? (?:for special"
            r"|see introductory|see appendix)"
            r"| or (?=(?-i:[A-Z]))|,? save for| \[|\)(?=\s*(?:;|$))"
        )
        also: list[Materials] = []
        while not self.sees(r"(?:(?:,? ?and )?•\s*)?(?:$|;|\.|in which|,? save for)"):
            before = self.at
            if also and not (self.eat(r"(?:,? ?(?:or|and)\b)? ?•\s*") or self.eat(r",? or(?= )")):
                break
            self.eat(r"(?:,? ?or\b)?\s?•?\s?(?:or\b)?\s?")
            self.eat(r"(?:non-originating )?materials? of (?=(?:chapter|(?:sub-?)?heading)s? \d)")
            quoted = self.at_quote()
            codes = self.codes()
            named: Named | None = Named(codes, self._after(stop)) if codes else self.named(stop)
            if named is None or (not named.codes and not quoted and not _only_words(named.words)):
                self.at = before
                break
            words = re.sub(r",? (?:or|and)$", "", named.words).removeprefix("non-originating ")
            also.append(Materials(named.codes, words))
        if not also and "to be named" not in self.text[start : self.at]:
            self.at = start
            return None
        return self._shift_tail(TariffShift(ShiftFrom.LISTED, also=tuple(also)), None)[0]

    # "However, …"

    def however(self, rule: Rule) -> Rule | None:
        """What may be used all the same, within a limit or on a condition."""
        start = self.at
        if not self.eat(r"[.,;]? ?•? ?however,?:?(?: the)?(?= )"):
            return None
        if limit := self.limit():
            return _also_met(rule, limit)
        verb = self.find(r"(?:,)? (?:used )?may (?:also )?be used\b")
        if verb >= min(self.end, self.find(r";|\.\s")):
            self.at = start
            return None
        with self.within(verb):
            self.eat(r"(?:the |any |non-originating )*")
            same = self.eat(_SAME)
            if same is None:
                codes, words = self.several(r"(?!)")
            elif self.at_end():
                codes, words = (), f"materials of the same {same['what'].lower()} as the product"
            else:
                self.at = start
                return None
        self.at = verb
        self.eat(r"(?:,)? (?:used )?may (?:also )?be used")
        limit_rule: Rule | None = None
        when = ""
        if self.eat(r",? (?:provided|only if|if|where)(?: that)?(?= )"):
            here = self.at
            if self.eat(r"their (?:total )?value (?:does|do|must) not exceed"):
                limit_rule = self._limited([Named(codes, words)], Measure.VALUE, False)
            if limit_rule is None:
                self.at = self.find(END)
                when = self.words(here, self.at)
        named = Materials(codes, words, when=when)
        return _allowed(rule, named, same is not None, limit_rule, bool(when))


def _also_met(rule: Rule, other: Rule) -> Rule:
    if isinstance(rule, AnyGood):
        return other
    parts = rule.rules if isinstance(rule, AllOf) else (rule,)
    return AllOf((*parts, other))


def _allowed(
    rule: Rule, named: Materials, same: bool, limit: Rule | None, conditional: bool
) -> Rule | None:
    """A rule that lets some materials be used; the shift in it is the one that gives way."""
    parts: list[Rule] = list(rule.rules) if isinstance(rule, AllOf) else [rule]
    place = next((n for n, part in enumerate(parts) if isinstance(part, TariffShift)), None)
    if place is None:
        return None
    shift = parts[place]
    assert isinstance(shift, TariffShift)
    alone = not (shift.exceptions or shift.except_some or shift.also)
    if same and alone and not conditional and isinstance(limit, MaxNonOriginating):
        parts[place] = replace(shift, de_minimis=limit.at_most)
    else:
        parts[place] = replace(shift, also=(*shift.also, named))
        if limit is not None:
            parts.append(limit)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _wider(one: TariffShift, other: TariffShift) -> TariffShift | None:
    """The shift that lets in what either does: the finer level, where both are plain."""
    order = [
        ShiftFrom.CHAPTER,
        ShiftFrom.HEADING,
        ShiftFrom.SUBHEADING,
        ShiftFrom.ANY_OTHER_PRODUCT,
    ]
    if one.outside_group or other.outside_group:
        return None
    return max(one, other, key=lambda shift: order.index(shift.level))


def _within_group(source: Materials, goods: OnlyGoods) -> Materials:
    """A source within the group, with the codes of the group."""
    if not source.codes and source.words.endswith((" within that group", " within that heading")):
        return replace(source, codes=goods.codes)
    return source


def _only_words(text: str) -> bool:
    """Whether a text names something rather than saying something."""
    plain = re.sub(r"\b(?:that|which|or|and) (?:is|are|was|were|does|do)\b", "", text, flags=re.I)
    return (
        "%" not in text
        and len(text.split()) <= 40
        and not re.search(
            r"\b(?:is|are|was|were|does|do|must|shall|may|provided|exceeds?|any other (?:chapter"
            r"|(?:sub-?)?heading))\b",
            plain,
            re.IGNORECASE,
        )
    )
