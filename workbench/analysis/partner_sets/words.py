"""The ranking of the candidates in three sentences."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.explain import Unit
from workbench.analysis.partner_sets.choice import Aim, Limits, allowed, best_sets, usual_aims
from workbench.analysis.partner_sets.contribution import Contributions
from workbench.analysis.partner_sets.figures import set_figure
from workbench.analysis.partner_sets.sweep import PartnerSets
from workbench.model.commitments import TreatmentBasis
from workbench.model.economies import economy_name

_FELT_POINTS = 0.005

MOST_OF_IT = 0.9
"""The smallest set that has this part of the whole market is worth naming."""

_WITH_ARTICLE = (
    "Bahamas",
    "Community",
    "Council",
    "Emirates",
    "Gambia",
    "Islands",
    "Kingdom",
    "Maldives",
    "Netherlands",
    "Philippines",
    "Republic",
    "States",
    "Territories",
    "Territory",
    "Union",
)
"""Last words of names that take an article in a sentence."""


def ranking(
    sets: PartnerSets,
    contributed: Mapping[str, Contributions],
    aims: Sequence[Aim] | None = None,
    limits: Limits | None = None,
) -> tuple[str, ...]:
    """Three sentences to read out: who brings trade, what would claim, and which sets hold."""
    return (
        _trade_sentence(sets, contributed),
        _claims_sentence(sets, contributed),
        _set_sentence(sets, aims or usual_aims(sets.question.text), limits or Limits()),
    )


def _trade_sentence(sets: PartnerSets, contributed: Mapping[str, Contributions]) -> str:
    names = [_name(code) for code in sets.question.candidates]
    whose = _whose(names)
    found = contributed.get("covered_trade")
    if not sets.question.text.coverage.entries:
        return f"No product is covered, so {whose} cannot be ranked: cover products first."
    if found is None:
        return (
            f"No trade in the covered products is known, so {whose} cannot be ranked: import trade "
            "data first."
        )
    added = found.whole - found.start
    if added <= 0:
        return f"No covered trade is known between {whose} and the other partners."
    if len(names) == 1 and found.start == 0:
        return (
            f"{_upper(names[0])}, the only candidate, would bring all of the covered trade, "
            f"{money(added)} a year."
        )
    if len(names) == 1:
        return (
            f"{_upper(names[0])}, the only candidate, would add {money(added)} a year to covered "
            f"trade, which would then be {money(found.whole)}."
        )
    order = np.argsort(-found.shapley)
    parts = [f"{names[j]} ({found.shapley[j] / added:.0%})" for j in order]
    others = series(parts[1:3])
    text = (
        f"Of the {len(names)} candidates {names[order[0]]} would bring most covered trade, "
        f"{found.shapley[order[0]] / added:.0%} of the {money(added)} a year that "
        f"{'both' if len(names) == 2 else 'all of them'} would add, before {others}"
    )
    if len(names) > 3:
        least = order[-1]
        text += f"; {names[least]} would bring least, {money(found.shapley[least])}"
    return text + "."


def _claims_sentence(sets: PartnerSets, contributed: Mapping[str, Contributions]) -> str:
    treatment = sets.question.text.treatment
    if not treatment.market_access:
        return "The agreement changes no duty, so there is no preference to claim."
    if treatment.basis is TreatmentBasis.EXTENDED:
        return "The cuts reach everyone, so there is no preference to claim and no exposure."
    whole, trade = _whole(sets), contributed.get("covered_trade")
    known = float(sets.figures["known_duty"][whole])
    if trade is None or trade.whole <= 0 or known <= 0:
        return "No duty on this trade is known, so nothing can be said of who would claim."
    share = known / trade.whole
    of = "all" if share > 0.995 else f"{share:.0%}"
    text = f"Duties are known for {of} of covered trade with everyone in; "
    used = float(sets.figures["utilisation"][whole])
    found = contributed.get("exposure")
    if found is None:
        return text + "none of it would claim the preference, so there is no exposure."
    traced = float(sets.figures["traced_exposure"][whole])
    text += (
        f"{used:.1%} of that part would claim the preference, and {found.whole:.1%} of the value "
        f"that claims is content of non-parties ({traced:.1%} traced through all tiers)"
    )
    without: list[str] = []
    last = np.nan_to_num(found.marginal)  # where the others claim nothing there is no "without"
    for j, sign in ((int(np.argmin(last)), -1), (int(np.argmax(last)), 1)):
        share = found.whole - float(last[j])
        if sign * last[j] * 100 > _FELT_POINTS and share > 0:
            would = "" if without else "it would be "
            without.append(f"without {_name(found.candidates[j])} {would}{share:.1%}")
    return f"{text}; {' and '.join(without)}." if without else f"{text}."


def _set_sentence(sets: PartnerSets, aims: Sequence[Aim], limits: Limits) -> str:
    judged = f"Judged by {series([_aim_words(each) for each in aims])}"
    best = np.flatnonzero(best_sets(sets, aims, limits))
    count = int(allowed(sets, limits).sum())
    if not count:
        return "No set meets the limits: widen them."
    if not len(best):
        lacking = [_title(e.figure) for e in aims if np.isnan(sets.figures[e.figure]).all()]
        which = series(lacking) if lacking else "one figure or another"
        is_known = "are known" if len(lacking) > 1 else "is known"
        return f"{judged}, no set can be ranked: {which} {is_known} of none, so choose others."
    if len(sets.question.candidates) == 1 and sets.count == count == 2:
        return f"{judged}, {_one_candidate(sets, aims, best)}."
    of = f"the {plural(count, 'possible set')}"
    if not sets.exact:
        of = f"the {plural(count, 'set')} looked at of {sets.question.sets:,}"
    elif count < sets.count:
        of = f"the {plural(count, 'set')} within the limits"
    text = (
        f"{judged}, {len(best):,} of {of} {'is' if len(best) == 1 else 'are'} not beaten by another"
    )
    market = sets.figures["market"]
    if np.isnan(market).all():
        return text + "."
    large = best[market[best] >= MOST_OF_IT * np.nanmax(market)]
    if not len(large):
        return text + "; none of them has nine tenths of the largest market."
    size = sets.figures["size"][large]
    row = int(large[np.lexsort((-market[large], size))[0]])
    members = sets.members(row)
    out = [_name(code) for code in sets.question.economies if code not in members]
    if not out:
        return f"{text}; only everyone together has nine tenths of the largest market."
    return (
        f"{text}; the smallest of them with nine tenths of the largest market has "
        f"{plural(len(members), 'partner')}, without {series(out)}: "
        f"{_compared(sets, aims, row, _whole(sets), 'with everyone in')}."
    )


def _whole(sets: PartnerSets) -> int:
    """The place of the set of all candidates; a search starts from there."""
    return sets.row((1 << len(sets.question.candidates)) - 1)


def _one_candidate(sets: PartnerSets, aims: Sequence[Aim], best: NDArray[np.int64]) -> str:
    name = _name(sets.question.candidates[0])
    inside, outside = sets.row(1), sets.row(0)
    verdict = f"the set with {name} beats the one without"
    if inside not in best:
        verdict = f"the set without {name} beats the one with"
    elif outside in best:
        verdict = f"neither the set with {name} nor the one without beats the other"
    return f"{verdict}: {_compared(sets, aims, inside, outside, 'without')}"


def _compared(sets: PartnerSets, aims: Sequence[Aim], row: int, other: int, which: str) -> str:
    """Figures of two sets: "market 41% against 46% with all, exposure 6.4% against 5.6%"."""
    parts: list[str] = []
    for each in aims:
        values = sets.figures[each.figure]
        one, two = (_value_words(each.figure, float(values[n])) for n in (row, other))
        parts.append(f"{_title(each.figure)} {one} against {two}{'' if parts else ' ' + which}")
    return series(parts)


def _value_words(figure: str, value: float) -> str:
    unit = set_figure(figure).unit
    if np.isnan(value):
        return "not known"
    if unit is Unit.SHARE:
        return f"{value:.1%}"
    return money(value) if unit is Unit.USD else f"{value:.2f}"


def _whose(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"the {len(names)} candidates"


def _aim_words(each: Aim) -> str:
    return f"{'high' if each.larger else 'low'} {_title(each.figure)}"


def _title(figure: str) -> str:
    title = set_figure(figure).title
    return f"{title[0].lower()}{title[1:]}"


def _name(code: str) -> str:
    """An economy as it stands in a sentence: "the European Union"."""
    name = economy_name(code)
    return f"the {name}" if name.endswith(_WITH_ARTICLE) else name


def _upper(words: str) -> str:
    return words[0].upper() + words[1:]


def plural(count: int, one: str) -> str:
    """A number of things: "1 set", "2 sets"."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def series(words: Sequence[str]) -> str:
    """Words in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def money(value: float) -> str:
    """An amount in a sentence: "USD 1.2 billion"."""
    size = abs(value)
    for unit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if size >= unit:
            return f"USD {value / unit:.3g} {word}"
    return f"USD {value:.0f}"
