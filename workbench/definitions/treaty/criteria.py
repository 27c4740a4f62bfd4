"""The clauses of origin rules other than tariff shifts: content, limits, inputs, processes."""

import re
from dataclasses import replace
from functools import cache

from workbench.definitions.treaty.scanner import (
    MOST_BASIS_SHARE,
    PER_CENT,
    Named,
    Scanner,
    fraction,
)
from workbench.model.economies import economy_name
from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyOf,
    Condition,
    ConditionAbout,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    SpecificProcess,
    WhollyObtained,
)

# What ends the words of a clause: the next clause, alternative or sentence.
END = (
    r";|\.(?=\s|$)|•|\)(?=\s*(?:[;)]|$))|,? (?:provided|except)\b|,? however\b|,? save for\b"
    r"|,? or (?=a change |no change |manufacture |production )| \[(?=materials|net cost|basis"
    r"|carried)"
)
LABEL = (
    r"(?:(?:• ?)?\((?:[a-h]|[A-H]|[ivx]{1,5}|\d{1,2})\)|• ?(?:[a-h]|[ivx]{1,5}|\d{1,2})\)|•"
    r"|(?:[a-h]|[ivx]{1,5}|\d{1,2})\)(?=\s))"
)

_METHODS = {
    "buildup": RvcMethod.BUILD_UP,
    "builddown": RvcMethod.BUILD_DOWN,
    "netcost": RvcMethod.NET_COST,
    "focusedvalue": RvcMethod.FOCUSED,
    "focussedvalue": RvcMethod.FOCUSED,
    "transactionvalue": RvcMethod.TRANSACTION,
}
_METHOD = (
    r"(?P<method>build[- ]?up|build[- ]?down|net[- ]cost|focuss?ed[- ]value|transaction[- ]value)"
)
_BY_METHOD = (
    rf"(?:\((?:the )?{_METHOD}(?: method)?\)"
    r"|(?:,? ?(?:when|if|where|under|using|by|based on|calculated (?:using|by|under))\s)+(?:the )?"
    rf"{_METHOD.replace('?P<method>', '?P<named>')}(?: (?:method|calculation))?(?: is used)?)"
)
_HAS = (
    r"(?:(?:there|the good|the product|it|your goods?|which|that)\s)?"
    r"(?:(?:is|has|have|contains?|must have|shall have|meets?|with)\s)?(?:also\s)?(?:an?\s)?"
)
_LEAST = (
    r"(?:of |is |must be |shall be |: ?)*(?:not less than|no less than|at least|a minimum of)?\s?:?"
)
_NOT_OVER = (
    r"(?:(?:does|do|must|shall|may|can|should|need)\s?not exceed|cannot exceed|not exceeding"
    r"|is not (?:more|greater) than|not to exceed)"
)
_MEASURES = {
    "value": Measure.VALUE,
    "weight": Measure.WEIGHT,
    "net weight": Measure.NET_WEIGHT,
    "dry weight": Measure.DRY_WEIGHT,
    "volume": Measure.VOLUME,
    "alcoholic volume": Measure.ALCOHOLIC_VOLUME,
}
_MEASURE = r"(?P<measure>(?:net |dry )?weight|(?:alcoholic )?volume|value)"
_OBTAINED = (
    r"(?:is|are|be|must be|shall be"
    r"|were)\s(?P<state>wholly obtained(?: or produced entirely)?|(?:wholly )?originating)"
)
_PLACE = (
    r"(?: in the (?:territory|territories) of (?:one or more of )?the parties"
    r"| in one or more of the parties| in the parties| in a party)"
)
_GENERIC = re.compile(
    r"(?:all |any |the |of |non-originating |other )*"
    r"(?:materials?|products?|inputs?|goods?|parts?|components?)?(?: used| of)*",
    re.IGNORECASE,
)


class Clauses(Scanner):
    """Reads one clause; each method gives None, and goes nowhere, where it stands on another."""

    # Regional value content ------------------------------------------------------------------

    def content(self) -> Rule | None:
        """A regional value content requirement, with one or several methods."""
        start = self.at
        named = self.eat(
            _HAS + r"(?:regional|qualifying|local) value content(?: requirement)?(?: ?\([RQL]VC\))?"
            r"|" + _HAS + r"(?:RVC|QVC)(?=[\s(\d])"
        )
        if named is None:
            return None
        self.eat(
            r",? (?:as )?(?:calculated|determined) (?:under"
            r"|in accordance with) [^;%]*?(?= of (?:not less|no less|at least))"
        )
        self.eat(_LEAST)
        bare = re.compile(
            r" ?\(?(?P<share>\d+(?:\.\d+)?)\)?(?: ?(?:%|per ?cent\b|percent\b))?", re.I
        )
        found = self._content_list()
        if found is None and (figure := bare.match(self.text, self.at, self.end)):
            share = fraction(figure["share"])
            if share is not None:
                self.at = figure.end()
                found = self._content_by(share)
        if found is None:
            self.at = start
        return found

    def _content_list(self) -> Rule | None:
        """One share and its method, or a list of them of which one is enough."""
        found: list[Rule] = []
        while True:
            before = self.at
            if found:
                self.eat(r"(?:[;,.])? ?(?:or\b)?")
            self.eat(LABEL)
            share = self.share(r"(?:not less than |at least )?")
            if share is None or (found and not self._method_ahead()):
                self.at = before
                break
            found.append(self._content_by(share))
        if not found:
            return None
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _method_ahead(self) -> bool:
        return self.sees(_BY_METHOD) or self.sees(r"of (?:the )?(?:fob|free on board|ex-works)")

    def bare_content(self) -> Rule | None:
        """A share with its method and nothing before, as an entry of a list stands alone."""
        start = self.at
        share = self.share()
        if share is not None and self.sees(_BY_METHOD):
            return self._content_by(share)
        self.at = start
        return None

    def _content_by(self, share: float) -> Rule:
        """The rule for a share, once its method, basis and inputs are read."""
        basis = ""
        if self.eat(
            r"of (?=(?:the )?(?:ex|fob|f\.o\.b|free on board|adjusted|transaction|customs"
            r"|net cost|value|[\ue000-\uf8ff]))"
        ):
            basis = self.basis() or ""
        if self.eat(
            r",? whether (?:using )?(?:the )?build-?up (?:method )?or (?:the )?build-?down"
            r"(?: method)?(?: ?\(RVC ?\d+\))?"
        ):
            both = (RvcMethod.BUILD_UP, RvcMethod.BUILD_DOWN)
            return AnyOf(tuple(RegionalValueContent(m, share, basis=basis) for m in both))
        found = self.eat(_BY_METHOD)
        # A share without a method is counted as (value - non-originating materials) / value.
        method = RvcMethod.BUILD_DOWN
        if found is not None:
            method = _METHODS[re.sub(r"[- ]", "", (found["method"] or found["named"]).lower())]
        rule = RegionalValueContent(method, share, basis=basis)
        if self.eat(
            r",? (?:taking into account|counting|based on|with respect to|in respect of) only "
            r"(?:the )?(?:non-originating )?(?:materials of (?=the\b)|(?=materials\b))?"
        ) and not self.eat(r"materials to be named"):
            codes, words = self.several(END + r"| \[")
            rule = replace(rule, inputs=codes, words=words)
        if self.eat(r"\[materials"):
            rule = replace(rule, materials_share=self.share())
            self.eat(r"of value\]")
        if self.eat(r"\[net cost"):
            rule = replace(rule, net_cost_share=self.share())
            self.eat(r"of value\]")
        return rule

    def basis(self) -> str | None:
        """The price or quantity that a share is of, None where none is named."""
        start = self.at
        for pattern, name in _BASES:
            if self.eat(pattern):
                self.eat(_OF_GOOD)
                return name
        if self.at_quote():
            self.eat(".")
            return self.words(self.at - 1, self.at)
        if self.eat(r"(?:the )?(?:total )?(?:dry )?weight of (?:the )?(?=materials of )"):
            here = self.at
            self.eat("materials of")
            if self.codes():
                name = self.words(here, self.at)
                self.eat("used")
                return name
        self.at = start
        return None

    # Limits on non-originating materials -------------------------------------------------------

    def limit(self) -> Rule | None:
        """A limit on non-originating materials by value, weight or volume."""
        return self._short_limit() or self._worded_limit()

    def _short_limit(self) -> Rule | None:
        start = self.at
        if self.eat(r"a maximum of (?=\d)"):
            share = self.share()
            basis = self.basis() if self.eat("of") else None
            tail = r"is made up of non-originating (?:parts|materials)(?: ?\(MAXNOM\))?"
            if share is not None and basis and self.eat(tail):
                return MaxNonOriginating(share, basis)
        elif self.eat(
            r"the maximum value of non-originating materials(?: ?\(MaxNOM\))? (?:cannot|must not"
            r"|shall not|does not) exceed"
        ):
            share = self.share()
            self.eat("of")
            basis = self.basis()
            if share is not None:
                return MaxNonOriginating(share, "ex-works" if basis is None else basis)
        elif self.eat(r"MaxNOM\b:?"):
            share = self.share()
            basis = "ex-works"
            if self.eat(r"\("):
                basis = self.basis()
                self.eat(r"\)")
            elif self.eat("of(?= )"):
                basis = self.basis()
            if share is not None and basis is not None:
                return self._basis_share(MaxNonOriginating(share, basis))
        self.at = start
        return None

    def _basis_share(self, rule: MaxNonOriginating) -> MaxNonOriginating:
        if self.eat(r"\[basis"):
            share = self.share(most=MOST_BASIS_SHARE)
            self.eat(r"of value\]")
            return rule if share is None else replace(rule, basis_share=share)
        return rule

    def _worded_limit(self) -> Rule | None:
        start = self.at
        self.eat(r"within the above limit,?|and(?= the)")
        each = self.eat(r"(?:the )?individual (?=weight)") is not None
        found = self.eat(
            r"(?:the |their )?(?:total |combined |maximum )*"
            + _MEASURE
            + r" of (?:any |each |all |of )*"
            r"(?:the )?(?:non-originating )?"
        )
        alcohol = None
        if found is None:
            alcohol = self.eat(r"the total alcoholic volume of (?:the )?(?:non-originating )?")
        if found is None and alcohol is None:
            self.at = start
            return None
        measure = Measure.ALCOHOLIC_VOLUME if found is None else _MEASURES[found["measure"].lower()]
        verb = self.find(r"\b" + _NOT_OVER)
        if verb >= min(self.end, self.find(r"[;•]|\.\s|\bprovided\b|\bexcept\b")):
            self.at = start
            return None
        with self.within(verb):
            parts = self.materials_list()
            named = self.at_end()
        self.at = verb
        self.eat(_NOT_OVER)
        if not named:
            self.at = start
            return None
        rule = self._limited(parts, measure, each)
        if rule is None:
            self.at = start
        return rule

    def _limited(self, parts: list[Named], measure: Measure, each: bool) -> Rule | None:
        """The limit once its materials are read: how much, of what."""
        if self.eat(r"(?:that|the value) of (?:all )?(?:the )?originating materials(?: used)?"):
            one = _one(parts)
            return MaxNonOriginating(0.5, "materials", 1.0, one.codes, one.words, measure)
        limits: list[Rule] = []
        while True:
            before = self.at
            if limits and not self.eat(r"or(?= \d)"):
                break
            share = self.share()
            if share is None:
                self.at = before
                break
            self.eat(r"by (?:dry |net )?(?:weight|volume)")
            self.eat("of(?= )")
            basis = self.basis()
            if basis is None:
                self.at = before
                break
            groups = parts if each else [_one(parts)]
            rules = tuple(
                self._basis_share(
                    MaxNonOriginating(share, basis, 1.0, one.codes, one.words, measure)
                )
                for one in groups
            )
            limits.append(rules[0] if len(rules) == 1 else AllOf(rules))
        if not limits:
            return None
        return limits[0] if len(limits) == 1 else AnyOf(tuple(limits))

    # Named materials ---------------------------------------------------------------------------

    def materials_list(self) -> list[Named]:
        """Everything up to the end of the stretch: materials, codes of them, words for them."""
        found: list[Named] = []
        self.eat(r"(?:all |any |the |of |non-originating )*")
        while not self.at_end():
            before = self.at
            if found and not self.eat(r"(?:,? and(?:/or)?|,? or|,)(?: of)?(?: the| any| all)*"):
                break
            self.eat(r"(?:non-originating )?materials?(?: used)?(?= ?(?:$|,|and\b|to be))")
            if self.eat(r"(?:materials )?to be named(?: used)?") or self.at_end():
                found.append(Named())
                break
            quoted = self.at_quote()
            one = self.named(r"(?!)")
            if one is None or self.at == before:
                break
            self.eat(
                r"(?:that (?:is|are) )?(?:used|classified|added)(?: in (?:the )?(?:production"
                r"|manufacture|preparation)[^,;]*)?"
            )
            words = one.words
            if not quoted:
                words = re.sub(r"\s+used(?: in the \w+ of the \w+)?$", "", words)
                words = "" if _GENERIC.fullmatch(words) else words
            found.append(Named(one.codes, words))
        return found

    def several(self, stop: str) -> tuple[tuple[HSRange, ...], str]:
        """Codes, or words where some materials are named by words, up to `stop`."""
        with self.within(self.find(stop)):
            start = self.at
            one = _one(self.materials_list())
            if not self.at_end():
                self.at = start
                one = Named((), self.words(start, self.end))
                self.at = self.end
        return one.codes, one.words

    # Inputs that must originate ------------------------------------------------------------------

    def inputs(self) -> Rule | None:
        """Inputs that must originate or be wholly obtained, all of them or a share."""
        start = self.at
        least, measure = 1.0, Measure.VALUE
        if found := self.eat(
            r"(?:not less than|no less than|at least) "
            + PER_CENT
            + r" (?:by|in) "
            + _MEASURE
            + r" of"
        ):
            stated, measure = fraction(found["share"]), _MEASURES[found["measure"].lower()]
            if stated is None:
                self.at = start
                return None
            least = stated
        if self.sees(r"(?:production|manufacture|from)\b"):
            self.at = start
            return None
        verb = self.find(r" ?\b" + _OBTAINED)
        if verb >= min(
            self.end, self.find(r"[;•]|\.\s|\bprovided\b|\bexcept\b|\bexceed\b|\ba change\b")
        ):
            self.at = start
            return None
        with self.within(verb):
            parts = self.materials_list()
            named = self.at_end()
        self.at = verb
        state = self.eat(_OBTAINED)
        if state is None or not (parts and named):
            self.at = start
            return None
        whole = state["state"].lower().startswith("wholly obtained")
        self.eat(_PLACE)
        tolerance = 0.0
        if self.eat(r",? save for"):
            tolerance = self.share() or 0.0
            self.eat(r"of the value")
        empty = all(not one.codes and not one.words for one in parts)
        if empty and whole and least == 1.0 and not tolerance and not self._to_be_named(start):
            return WhollyObtained()
        groups = parts if any(one.words for one in parts) else [_one(parts)]
        rules: tuple[Rule, ...] = tuple(
            InputsOriginate(one.codes, tolerance, one.words, whole, least, measure)
            for one in ([_one(parts)] if least < 1 else groups)
        )
        return rules[0] if len(rules) == 1 else AllOf(rules)

    def _to_be_named(self, start: int) -> bool:
        return "to be named" in self.text[start : self.at]

    def whole(self) -> Rule | None:
        """The good itself wholly obtained."""
        start = self.at
        if self.eat(
            r"(?:the )?(?:all )?(?:goods?|products?)?\s?(?:(?:is|are|must be|shall be)\s)?"
            r"wholly (?:obtained|produced|grown)(?: (?:or"
            r"|and) (?:wholly )?produced(?: entirely)?)?\b"
        ) or self.eat(r"WO(?=\s*(?:$|[;,.)]| or\b))"):
            self.eat(_PLACE)
            return WhollyObtained()
        self.at = start
        return None

    # Caps on economies, labour -------------------------------------------------------------------

    def economies(self) -> tuple[str, ...]:
        """Economies by code or name."""
        found: list[str] = []
        while not found or self.eat(r"(?:,|and|or)(?= )"):
            before = self.at
            code = self.eat(r"(?-i:(?P<code>[A-Z][A-Z0-9]{2,5}))\b")
            if code is not None and (
                code["code"] in ECONOMIES or code["code"] in CUSTOMS_TERRITORIES
            ):
                found.append(code["code"])
                continue
            self.at = before
            pattern, code_of = _economy_names()
            name = self.eat(pattern)
            if name is None:
                break
            found.append(code_of[name["economy"].casefold()])
        return tuple(found)

    def cap(self) -> Rule | None:
        """A cap on the content of named economies, alone or within the remainder."""
        start = self.at
        least: float | None = None
        if self.eat(r"(?:an? )?regional value content of (?:not less than|at least)"):
            least = self.share()
            if least is None or not self.eat("and(?= content of)"):
                self.at = start
                return None
        if not self.eat(r"content (?:of|from)"):
            self.at = start
            return None
        named = self.economies() if not self.eat(r"economies to be named") else ()
        share = self.share(_NOT_OVER + r"\s?") if self.sees(_NOT_OVER) else None
        if share is not None and least is not None and self.eat(r"of the remainder"):
            return RemainderCap(least, named, share)
        if (
            share is not None
            and least is None
            and self.eat(r"of the (?:good's )?value(?: of the good)?")
        ):
            return EconomyCap(named, share)
        self.at = start
        return None

    def labour(self) -> Rule | None:
        """A labour value content."""
        start = self.at
        if not self.eat(_HAS + r"labou?r value content"):
            return None
        self.eat(_LEAST)
        share = self.share()
        if share is None:
            self.at = start
            return None
        wage = None
        if found := self.eat(
            r"(?:at|made at) (?:a wage of )?(?:USD|US\$"
            r"|\$) ?(?P<wage>\d[\d,]*(?:\.\d+)?)(?: or more)?(?: an hour| per hour)?"
        ):
            wage = float(found["wage"].replace(",", ""))
        return LabourValueContent(share, wage, self.performed())

    def performed(self) -> float | None:
        """The share of producers who do it, a note of the analyst in square brackets."""
        if not self.eat(r"\[carried out by"):
            return None
        share = self.share()
        self.eat(r"of producers\]")
        return share

    # Processes and conditions --------------------------------------------------------------------

    def process(self) -> Rule | None:
        """A process carried out in the territory."""
        start = self.at
        if self.at_quote():
            self.eat(".")
            name = self.words(start, self.at)
            if self.eat(_PLACE + r"|is undergone"):
                return SpecificProcess(name, self.performed())
            self.at = start
            return None
        if not self.sees(_PROCESS):
            return None
        stop = self.find(
            END
            + r"| or (?=(?-i:[A-Z][a-z-]+ing)\b)|,? where the value|,? in which\b| \[|"
            + _PLACE
            + r"|,? the value of which|,? (?:for (?:the )?special|see (?:also )?(?:introductory"
            r"|note))"
        )
        name = self.words(start, stop)
        if "%" in name:
            return None
        listed = re.fullmatch(r"(.*?)(?: is undergone| takes place| is performed)", name)
        self.at = stop
        self.eat(_PLACE)
        performed = self.performed()
        if listed is not None:
            names = re.split(r",\s+(?:or\s+)?|\s+or\s+", listed[1])
            rules = tuple(
                SpecificProcess(re.sub(r"^an? ", "", n, flags=re.I), performed) for n in names
            )
            return rules[0] if len(rules) == 1 else AnyOf(rules)
        return SpecificProcess(name, performed)

    def condition(self) -> Rule | None:
        """A condition that is kept in words, where it has a form that is known."""
        start = self.at
        about = None
        if found := self.eat(
            r"as to (?P<about>composition|end[- ]use|operation|ownership|quota|other matters),"
        ):
            named = found["about"].lower().replace("end use", "end-use")
            about = ConditionAbout(named.removesuffix(" matters"))
        elif not self.sees(_CONDITION):
            return None
        here = self.at
        if about is not None and self.at_quote():
            self.eat(".")
            return Condition(self.words(here, self.at), about, self.performed())
        self.at = self.find(END + r"|,? or (?:from )?(?=any other|heading|subheading|chapter)| \[")
        text = self.words(here, self.at)
        # A clause about content or classification is a criterion, read or not.
        if not text or (about is None and re.search(_CRITERION, text, re.IGNORECASE)):
            self.at = start
            return None
        return Condition(text, about or condition_about(text), self.performed())

    def result_of(self) -> Rule | None:
        """What the change must be the result of: a process."""
        start = self.at
        if self.eat(r"by means of (?:an? )?"):
            here = self.at
            self.at = self.find(END + "|" + _PLACE)
            if name := self.words(here, self.at):
                self.eat(_PLACE)
                return SpecificProcess(name)
        elif self.eat(r"(?:that )?(?:the )?change is (?:the )?(?:a )?result of (?!not\b)"):
            self.eat(r"(?:an? |the )(?=\w)")
            here = self.at
            self.at = self.find(END + "|" + _PLACE)
            if name := self.words(here, self.at):
                self.eat(_PLACE)
                return SpecificProcess(name)
        elif self.eat(
            r"(?:that )?the good (?:classified in (?:sub)?heading [\d.]+ )?is (?:the product of"
            r" (?:an? )?)?"
            r"(?=(?:smoked|crushed|ground|cut|knit|sewn|dyed|printed|roasted|milled|refined|blended"
            r"|assembled|wholly assembled|formed|melted|smelted|cast|dried|distilled|processed"
            r"|.chemical|chemical|"
            "[\ue000-\uf8ff]" + r"))"
        ):
            here = self.at
            self.at = self.find(END + "|" + _PLACE)
            if name := self.words(here, self.at):
                self.eat(_PLACE)
                name = re.sub(r"^“([^“”]*)”,? as defined in .*$", r"\1", name)
                return SpecificProcess(name)
        self.at = start
        return None

    def period(self) -> Rule | None:
        """A period in which the rule applies."""
        start = self.at
        opened = self.eat(r"(?:in force )?\(") or self.eat(r"-(?= )")
        first = last = ""
        if self.eat(r"(?:in force )?(?:from|as of|beginning)(?= )") or opened:
            first = self.date()
        if self.eat(r"(?:in force )?(?:until|to|up to|ending|through)(?= )"):
            last = self.date()
        onwards = self.eat(r"onwards?|and after") is not None
        complete = bool(first or last) and (not opened or onwards or bool(last))
        if complete:
            if opened:
                self.eat(r"\)")
            return Period(first, last)
        self.at = start
        if self.eat(r"in force at any time"):
            return Period()
        return None

    def quota(self) -> Rule | None:
        """A quota that the rule is open within."""
        start = self.at
        self.eat(r"- ")
        here = self.at
        if self.eat(
            r"\(?(?:within the limits? of"
            r"|under alternative list rules with)(?= )[^();.]*(?:\([^()]*\))?[^();.]*\)?"
        ):
            words = (
                self.words(here, self.at).strip("()")
                if "(" not in self.text[here + 2 : self.at - 1]
                else self.words(here, self.at)
            )
            return Condition(words, ConditionAbout.QUOTA)
        self.at = start
        return None

    def only_goods(self) -> Rule | None:
        """A limit of the rule to some goods."""
        start = self.at
        if not self.eat(r"only for"):
            return None
        if self.eat("goods to be named"):
            return OnlyGoods()
        named = self.named(END)
        if named is None:
            self.at = start
            return None
        return OnlyGoods(named.codes, named.words)


def condition_about(text: str) -> ConditionAbout:
    """What a condition in words is about, by its words."""
    for about, pattern in _ABOUT:
        if re.search(pattern, text, re.IGNORECASE):
            return about
    return ConditionAbout.OTHER


def _one(parts: list[Named]) -> Named:
    """Several materials as one: their codes, or words that say them all."""
    if not parts:
        return Named()
    if len(parts) == 1 or not any(one.words for one in parts):
        return Named(tuple(code for one in parts for code in one.codes), parts[0].words)
    return Named((), " and ".join(_said(one) for one in parts))


def _said(one: Named) -> str:
    codes = " and ".join(_level(r) + str(r) for r in one.codes)
    if not one.codes:
        return one.words
    return f"{one.words or 'materials'} of {codes}"


def _level(codes: HSRange) -> str:
    return {2: "Chapter ", 4: "heading "}.get(codes.level, "subheading ")


@cache
def _economy_names() -> tuple[str, dict[str, str]]:
    """The pattern of any economy's name, longest first, and the code of each folded name."""
    names = {economy_name(code): code for code in (*CUSTOMS_TERRITORIES, *ECONOMIES)}
    longest_first = sorted(names, key=len, reverse=True)
    pattern = rf"(?:the )?(?P<economy>{'|'.join(map(re.escape, longest_first))})(?!\w)"
    return pattern, {name.casefold(): code for name, code in names.items()}


_OF_GOOD = (
    r"(?:of (?:the |each )?(?:final |finished )?(?:goods?|products?|set|article)|\((?:EXW|FOB)\))*"
)
_BASES = (
    (r"(?:the )?ex-? ?works?(?: price)?(?: ?\(EXW\))?|EXW\b", "ex-works"),
    (r"(?:the )?(?:free on board|f\.o\.b\.|fob\b)(?: ?\(FOB\))?(?: (?:value|price|cost))?", "fob"),
    (r"(?:the )?transaction value", "transaction"),
    (r"(?:the )?adjusted value", "adjusted"),
    (r"(?:the )?customs value", "customs value"),
    (r"(?:the )?net cost", "net cost"),
    (r"(?:the )?value of (?:all )?(?:the )?materials used", "materials"),
    (
        r"(?:the )?(?:total |net |dry )*(?:weight|volume)(?: of (?:the )?total alcoholic strength)?"
        r" of (?:the )?(?:final |finished )?(?:product|good|goods|set|article)\b",
        "good",
    ),
    (r"(?:the )?(?:final |finished )?(?:good|product)\b", "good"),
    (r"(?:the )?value of (?:the )?(?:final )?(?:good|product)\b", "value"),
)
# What a process begins with; its name is then the whole phrase.
_PROCESS = (
    r"(?!(?:(?:non-)?originating|including|using|during|according|excluding|following|regarding"
    r"|containing|having|being"
    r"|nothing|anything|something|king|ring|string|thing)\b)"
    r"(?:(?:an?|any|the|simple|single|further|full|electrolytic|thermal|mechanical|hand|yarn"
    r"|non-?woven"
    r"|cell|fabric|isomer|biotechnological|wafer|man-made|double|triple|operations? of|process of"
    r"|by|destructive)(?: or |[ ,])\s?)*"
    r"(?:[a-z]+(?:-[a-z]+)*ing\b|extrusion|fusion|removal|separation|purification|distillation"
    r"|chemical(?: or physical)? (?:reaction|separation)|biotechnological processing"
    r"|change in particle size"
    r"|production of standard materials|isomer separation|fermentation|electrolysis|diffusion"
    r"|fabric formation|needle ?punching|assembly\b|cell manufacture|manufacture of cells"
    r"|hydrogenation"
    r"|polymeri[sz]ation|crystalli[sz]ation|sintering|decoration|gimping|lamination|impregnation"
    r"|melted and (?:poured|cast)|smelted(?: and (?:refined|cast))?|cast\b(?= and| in)|mined"
    r"|extracted"
    r"|made into|cut\b(?= and| or)|cut-and-sew|knit\b|knit to|sewn|assembled|spun|extruded|woven"
    r"|(?:yarn|fab(?:ric|re)|fibre|fiber)[- ]forward|wafer fabrication|back-end|synthesis"
    r"|calcination|hand-decoration|process including|smoked"
    r"|roasted"
    r"|grown|harvested|slaughtered|dyeing|operations? of)"
)
_CONDITION = (
    r"(?:that )?(?:(?:no |a |an |each |any |all |the )*(?:single )?(?:change|good|goods|product"
    r"|article"
    r"|producer|exporter|importer|vehicle|battery|fabric|yarn|juice ingredient|juice ingredients"
    r"|oil ingredient|mixture|domestic|set|item|items|textile|shoe|footwear|maximum dimension"
    r"|garment"
    r"|visible lining|polymer|operations?)\b[^;]*?\b(?:is|are|was|were|has|have|does|do|must"
    r"|shall|may"
    r"|contains?|constitutes?|consists?|results?|undergoes?|undergo|satisf(?:y|ies)|weighs?"
    r"|remains?)\b"
    r"|(?:no more than|not more than|less than|not less than|no less than|at least) \d[\d.,]*"
    r"\s?(?:%|per ?cent|percent)"
    r"|there has been an? |(?:it is |they are )?(?:for use|intended|destined|solely for"
    r"|exclusively for) "
    r"|(?:it|they) (?:is|are|has|have|undergo(?:es)?|satisf(?:y|ies)|do|does) )"
)
_CRITERION = (
    r"value content\b|\bRVC\b|tariff classification|ex-? ?works|\bnon-originating\b|\boriginating\b"
    r"|^an? change\b|\bany other (?:chapter|heading|subheading)\b"
)
_ABOUT = (
    (ConditionAbout.QUOTA, r"\bquotas?\b"),
    (ConditionAbout.OWNERSHIP, r"\bown(?:ed|ership|s)\b|\bcontrolled by\b|\bshareholders?\b"),
    (
        ConditionAbout.END_USE,
        r"\b(?:for use|intended|destined|end[- ]use)\b|\b(?:solely|exclusively) for\b",
    ),
    (
        ConditionAbout.OPERATION,
        r"\b(?:result of|result from|results from|undergo(?:es)?|operation|process(?:es)?|assembl)",
    ),
    (
        ConditionAbout.COMPOSITION,
        r"\bcontain|\bcontent\b|\bby (?:dry )?(?:weight|volume)\b|\bconstitut|\bcomposed\b"
        r"|\bingredient",
    ),
)
