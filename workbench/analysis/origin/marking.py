"""The non-preferential view of a good, beside the preferential answer and never part of it.

Two things stand here: a tariff-shift test for marking (19 CFR 102.11(a)(3) asks of each foreign
material that it undergoes the change of section 102.20), and what the analyst holds of substantial
transformation, which is a judgement and is only kept, with its notes.
"""

from dataclasses import dataclass, replace

from workbench.analysis.origin.case import OriginCase
from workbench.analysis.origin.results import Answer
from workbench.analysis.origin_check import OriginDetermination, determine
from workbench.model.economies import territory_of
from workbench.model.goods import Material, OriginTerms, Tolerance
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    Absorption,
    Cumulation,
    DeMinimis,
    DeMinimisBasis,
    OriginProvisions,
    Rule,
)


def _ranges(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


MARKING_PROVISIONS = OriginProvisions(
    cumulation=Cumulation.NONE,
    absorption=Absorption.ROLL_UP,
    de_minimis=DeMinimis(
        0.07,
        DeMinimisBasis.VALUE,
        _ranges("01", "02", "03", "04", "07", "08", "11", "12", "15", "17", "20"),
    ),
)
"""19 CFR 102.13: 7 % of value, not for goods of these chapters."""

MARKING_TERMS = OriginTerms(
    tolerances=(
        Tolerance(_ranges("22"), 0.10),
        Tolerance(_ranges("50-63"), 0.07, DeMinimisBasis.WEIGHT),
    )
)
"""19 CFR 102.13: 10 % for chapter 22, and 7 % of weight for textiles and apparel."""


@dataclass(frozen=True)
class Judgement:
    """What an analyst holds of substantial transformation; `transformed` None is no view."""

    transformed: bool | None = None
    notes: str = ""


@dataclass(frozen=True)
class NonPreferential:
    """The non-preferential view.

    Attributes:
        marking: the shift test; None where no rule was given.
        country: where the good is to be marked as coming from by that test, None where the test
            is not met or open: then essential character decides (19 CFR 102.11(b)), which no bill
            of materials tells.
        judgement: the analyst's own, on substantial transformation.
    """

    marking: OriginDetermination | None
    country: str | None
    judgement: Judgement


def non_preferential(
    case: OriginCase,
    rule: Rule | None,
    judgement: Judgement | None = None,
    provisions: OriginProvisions = MARKING_PROVISIONS,
    terms: OriginTerms = MARKING_TERMS,
    unread: str = "",
) -> NonPreferential:
    """The non-preferential view of a good.

    Args:
        case: the preferential question about the same good.
        rule: the shift that foreign materials have to undergo; None leaves it open.
        judgement: on substantial transformation.
        provisions: of the marking rules, by default those of 19 CFR 102.
        terms: of the marking rules, likewise.
        unread: words of the rule's text that were not understood.
    """
    if rule is None:
        return NonPreferential(None, None, judgement or Judgement())
    question = replace(
        case,
        good=replace(case.good, materials=_foreign(case), is_set=False, shipped_directly=None),
        rule=rule,
        partners=(),
        provisions=provisions,
        terms=terms,
        group=(),
        unread=unread,
    )
    marking = determine(question)
    met = marking.answer is Answer.ORIGINATING
    return NonPreferential(
        marking, (case.good.exporter or None) if met else None, judgement or Judgement()
    )


def _foreign(case: OriginCase) -> tuple[Material, ...]:
    """The materials by where they were made: a preference makes none of them domestic."""
    maker = case.territory.exporter
    return tuple(_as_made(material, maker) for material in case.good.materials)


def _as_made(material: Material, maker: str) -> Material:
    own_work = material.self_produced
    if own_work is None:
        own_work = material.origin is None or territory_of(material.origin) == maker
    seen_through = own_work and bool(material.materials)
    stated = material.originating is False and material.origin is None and not seen_through
    return replace(
        material,
        originating=False if stated else None,
        materials=tuple(_as_made(part, maker) for part in material.materials)
        if seen_through
        else (),
        designated=False,
        recovered=False,
        rule=None,
    )
