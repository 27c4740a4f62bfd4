"""The question that the origin check page asks: a good, its rule, and the terms around it.

What is None is taken from the agreement; a remedy that is tried out replaces it.
"""

from dataclasses import dataclass, field, replace

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.marking import Judgement, NonPreferential, non_preferential
from workbench.analysis.origin.report import case_of, read_words
from workbench.definitions.good_input import GoodInput
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.goods import Good, OriginTerms
from workbench.model.nomenclature import HSRange
from workbench.model.origin import OriginProvisions, Rule


@dataclass(frozen=True)
class OriginQuestion:
    """A good and how its origin is asked for.

    Attributes:
        good: what is declared.
        importer: where it goes.
        own_rule: the rule, in place of the agreement's.
        own_words: that rule as it was typed.
        group: all products of that rule.
        unread: words of it that were not understood.
        partners, provisions: in place of the agreement's.
        terms: what agreements say in words and customs applies in figures.
        marking_words: the shift that confers non-preferential origin, in treaty words.
        judgement: on substantial transformation; the analyst's own, kept and never computed.
    """

    good: Good = field(default_factory=lambda: Good(""))
    importer: str = ""
    own_rule: Rule | None = None
    own_words: str = ""
    group: tuple[HSRange, ...] = ()
    unread: str = ""
    partners: tuple[str, ...] | None = None
    provisions: OriginProvisions | None = None
    terms: OriginTerms = field(default_factory=OriginTerms)
    marking_words: str = ""
    judgement: Judgement = field(default_factory=Judgement)

    def case(self, agreement: Agreement) -> OriginCase:
        """The case under an agreement, with what stands in place of its terms."""
        case = OriginCase.under(agreement, self.good, self.importer)
        if self.own_rule is not None:
            case = replace(case, rule=self.own_rule, group=self.group, unread=self.unread)
        partners = case.partners if self.partners is None else self.partners
        provisions = self.provisions or case.provisions
        return replace(case, partners=partners, provisions=provisions, terms=self.terms)

    def with_words(self, words: str) -> "OriginQuestion":
        """With a rule in treaty words; of words that say no rule all are left unread."""
        rule, group, unread = read_words(words)
        return replace(self, own_rule=rule, own_words=words, group=group, unread=unread)

    def with_agreed_rule(self) -> "OriginQuestion":
        """With the rule of the agreement."""
        return replace(self, own_rule=None, own_words="", group=(), unread="")

    def tried(self, before: OriginCase, after: OriginCase) -> "OriginQuestion":
        """With what a remedy changed between two cases."""
        changed = replace(self, good=after.good)
        if after.rule != before.rule:
            words = treaty_text(after.rule)
            changed = replace(changed, own_rule=after.rule, own_words=words, group=before.group)
        if after.partners != before.partners:
            changed = replace(changed, partners=after.partners)
        if after.provisions != before.provisions:
            changed = replace(changed, provisions=after.provisions)
        return changed

    def second_view(self, case: OriginCase) -> NonPreferential:
        """The non-preferential view of the good, beside the answer and never part of it."""
        if not self.marking_words.strip():
            return non_preferential(case, None, self.judgement)
        rule, _, unread = read_words(self.marking_words)
        return non_preferential(case, rule, self.judgement, unread=unread)


def question_of(given: GoodInput) -> OriginQuestion:
    """The question that the input of the `check-origin` command asks."""
    case = case_of(given)
    held = given.substantial_transformation
    return OriginQuestion(
        case.good,
        case.importer,
        case.rule,
        given.rule_text or treaty_text(case.rule),
        case.group,
        case.unread,
        case.partners,
        case.provisions,
        case.terms,
        given.marking_rule_text
        or (treaty_text(given.marking_rule) if given.marking_rule is not None else ""),
        Judgement(held.transformed, held.notes) if held else Judgement(),
    )
