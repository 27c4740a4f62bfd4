"""A figure of a point of the frontier: formula, numbers put in, sources."""

from collections.abc import Sequence

from workbench.analysis.explain import FIGURES, Explanation, Term, Unit
from workbench.analysis.frontier import Frontier, RulePoint, rule_words
from workbench.analysis.rules_compared import RuleMark
from workbench.model.commitments import PARAMETERS
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Family

_FORMULA = {
    "utilisation": ("Σ U V / Σ V with a known duty and content", ("claimed", "known_share")),
    "exposure": ("Σ V E[c π (N − r)] / Σ U V", ("free_riding_content", "claimed")),
    "traced_exposure": (
        "Σ V E[c min(1, max(0, π (N − r) + H))] / Σ U V",
        ("traced_free_riding_content", "claimed"),
    ),
    "resourced_content": ("Σ V E[c r]", ("claimed",)),
    "duty_forgone": ("Σ (b − p) U V", ("claimed",)),
    "leakage": ("Σ (b − p) V E[c π (N − r)]", ("free_riding_content", "duty_forgone")),
    "traced_leakage": ("Σ (b − p) · traced content", ("traced_free_riding_content",)),
    "claimed": ("Σ U V", ("utilisation",)),
    "free_riding_content": ("Σ V E[c π (N − r)]", ("claimed",)),
    "traced_free_riding_content": ("Σ V E[c min(1, max(0, π (N − r) + H))]", ("claimed",)),
}
_SYMBOL = {
    "concentration": "k",
    "consignment": "S",
    "sigma": "σ",
    "fixed_cost": "F",
    "premium": "ρ",
}
_UNIT = {"consignment": Unit.USD, "fixed_cost": Unit.USD, "premium": Unit.SHARE}


def explain_point(frontier: Frontier, point: RulePoint, figure: str) -> Explanation:
    """A figure of a point, or of the rules as drafted.

    Raises:
        KeyError: no such figure.
    """
    title, unit = FIGURES[figure]
    formula, parts = _FORMULA[figure]
    terms = [Term("s", "Rule of origin", _rule(frontier, point), Unit.TEXT)]
    for name in parts:
        if name == "known_share":
            terms.append(Term("", "Trade that figures rest on", point.known_share, Unit.SHARE))
        else:
            part_title, part_unit = FIGURES[name]
            terms.append(Term("", part_title, getattr(point, name), part_unit))
    drafted = frontier.drafted
    if point is not drafted:
        terms.append(Term("", f"{title} as drafted", getattr(drafted, figure), unit))
    terms.append(Term("", "Lanes that could claim", float(frontier.lanes), Unit.COUNT))
    return Explanation(
        figure=figure,
        title=title,
        subject=_subject(frontier, point),
        value=getattr(point, figure),
        unit=unit,
        formula=formula,
        terms=tuple(terms) + _parameters(frontier) + _sources(frontier),
        section="5" if figure not in ("exposure", "traced_exposure") else "6",
        notes=tuple(_gap(gap.what, gap.share_of_trade) for gap in frontier.gaps),
    )


_LEAST = "the rule of least exposure with U at or above the floor"
_MOST = "the rule under which Σ V E[c r] is largest"
_OF_PRODUCT: dict[str, tuple[str, Unit | None, str]] = {
    "least_exposure_at": ("Best rule", None, _LEAST),
    "least_exposure": ("Exposure under the best rule", Unit.SHARE, _FORMULA["exposure"][0]),
    "utilisation_there": ("Utilisation under it", Unit.SHARE, _FORMULA["utilisation"][0]),
    "resourced_there": ("Re-sourced content under it", Unit.USD, "Σ V E[c r]"),
    "floor": ("Least utilisation asked", Unit.SHARE, "stated, or 90 % of the most of any rule"),
    "drafted_at": ("Rule as drafted", None, "the number in the text"),
    "drafted_exposure": ("Exposure as drafted", Unit.SHARE, _FORMULA["exposure"][0]),
    "drafted_utilisation": ("Utilisation as drafted", Unit.SHARE, _FORMULA["utilisation"][0]),
    "drafted_resourced": ("Re-sourced content as drafted", Unit.USD, "Σ V E[c r]"),
    "most_resourced_at": ("Most content is moved at", None, _MOST),
    "most_resourced": ("Content moved there", Unit.USD, "Σ V E[c r]"),
    "turning_at": ("Turning point", None, "where Σ V E[c r] is largest, between steps too"),
    "trade": ("Trade", Unit.USD, "Σ V of its lanes"),
    "known_share": ("Trade that figures rest on", Unit.SHARE, "Σ V of known U / Σ V"),
}
"""Title, unit (None: that of the swept number) and formula of the columns of `by_product`."""


def explain_product(frontier: Frontier, row: int, figure: str = "least_exposure_at") -> Explanation:
    """A figure of one product, with the others beside it; `row` is its place in `by_product`.

    Raises:
        KeyError: no such figure.
    """
    product = frontier.by_product.iloc[row]
    listed = frontier.sweep.family is Family.RULES
    swept = Unit.TEXT if listed else Unit.SHARE

    def known(name: str) -> float | str | None:
        value = float(product[name])
        if value != value:
            return None
        if listed and _OF_PRODUCT[name][1] is None:
            return f"rule {value + 1:.0f}, {frontier.points[round(value)].label}"
        return value

    title, unit, formula = _OF_PRODUCT[figure]
    return Explanation(
        figure=figure,
        title=title,
        subject=dotted(str(product["product"])),
        value=known(figure),
        unit=unit or swept,
        formula=formula,
        terms=tuple(
            Term("", words, known(name), of or swept)
            for name, (words, of, _) in _OF_PRODUCT.items()
            if name != figure
        )
        + _parameters(frontier)
        + _sources(frontier),
        section="6",
        notes=tuple(note for note in (str(product["why_none"]),) if note),
    )


def explain_marks(marks: Sequence[RuleMark], title: str) -> Explanation:
    """The number that rules in force set; `title` is that of the swept number.

    Args:
        marks: at least one, all at one number.
        title: words for the number.
    """
    terms: list[Term] = []
    for mark in marks:
        terms.append(Term("", f"{mark.agreement}, {mark.products}", mark.text, Unit.TEXT))
        terms.append(Term("", f"Source of {mark.agreement}", mark.source, Unit.TEXT))
    one_way = [mark.agreement for mark in marks if mark.is_one_way]
    return Explanation(
        figure="rule_in_force",
        title=title,
        subject=", ".join(dict.fromkeys(mark.agreement for mark in marks)),
        value=marks[0].at,
        unit=Unit.SHARE,
        formula="the number that the rule in force sets",
        terms=tuple(terms),
        section="4",
        notes=(f"{', '.join(one_way)}: the good may also qualify in another way.",)
        if one_way
        else (),
    )


def _parameters(frontier: Frontier) -> tuple[Term, ...]:
    parameters = frontier.agreement.parameters
    return tuple(
        Term(
            _SYMBOL[info.name],
            info.title,
            float(getattr(parameters, info.name)),
            _UNIT.get(info.name, Unit.NUMBER),
            parameters.source(info.name),
        )
        for info in PARAMETERS
        if info.name in _SYMBOL
    )


def _sources(frontier: Frontier) -> tuple[Term, ...]:
    return tuple(
        Term("", f"Source of {v.table.replace('_', ' ')}", f"{v.source} {v.edition}", Unit.TEXT)
        for v in frontier.vintage
        if v.table in ("trade_flows", "tariffs", "content_shares")
    )


def _rule(frontier: Frontier, point: RulePoint) -> str:
    if point is frontier.drafted:
        return "the rules as drafted"
    if point.at is None:
        return point.label
    return rule_words(frontier.sweep, point.at)


def _subject(frontier: Frontier, point: RulePoint) -> str:
    codes = frontier.sweep.products
    shown = ", ".join(dotted(code) for code in codes[:3])
    more = f" and {len(codes) - 3} more" if len(codes) > 3 else ""
    what = f"{shown}{more}" if codes else frontier.agreement.title
    if point is frontier.drafted:
        return f"{what}, rules as drafted"
    return f"{what}, {point.label or f'at {point.at or 0:.1%}'}"


def _gap(what: str, share: float | None) -> str:
    of = "" if share is None else f": {share:.1%} of trade"
    return f"{what[0].upper()}{what[1:]}{of}."
