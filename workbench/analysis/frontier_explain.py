"""A figure of a point of the frontier: formula, numbers put in, sources."""

from workbench.analysis.explain import FIGURES, Explanation, Term, Unit
from workbench.analysis.frontier import Frontier, RulePoint, rule_words
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
    parameters = frontier.agreement.parameters
    terms += [
        Term(
            _SYMBOL[info.name],
            info.title,
            float(getattr(parameters, info.name)),
            _UNIT.get(info.name, Unit.NUMBER),
            info.source,
        )
        for info in PARAMETERS
        if info.name in _SYMBOL
    ]
    terms += [
        Term("", f"Source of {v.table.replace('_', ' ')}", f"{v.source} {v.edition}", Unit.TEXT)
        for v in frontier.vintage
        if v.table in ("trade_flows", "tariffs", "content_shares")
    ]
    return Explanation(
        figure=figure,
        title=title,
        subject=_subject(frontier, point),
        value=getattr(point, figure),
        unit=unit,
        formula=formula,
        terms=tuple(terms),
        section="5" if figure not in ("exposure", "traced_exposure") else "6",
        notes=tuple(_gap(gap.what, gap.share_of_trade) for gap in frontier.gaps),
    )


def explain_product(frontier: Frontier, row: int) -> Explanation:
    """The best rule of one product; `row` is its place in `by_product`."""
    product = frontier.by_product.iloc[row]

    def known(name: str) -> float | None:
        value = float(product[name])
        return None if value != value else value

    unit = Unit.COUNT if frontier.sweep.family is Family.RULES else Unit.SHARE
    terms = (
        Term("", "Least utilisation asked", known("floor"), Unit.SHARE),
        Term("", "Exposure there", known("least_exposure"), Unit.SHARE),
        Term("", "Utilisation there", known("utilisation_there"), Unit.SHARE),
        Term("", "Re-sourced content there", known("resourced_there"), Unit.USD),
        Term("", "Rule as drafted", known("drafted_at"), unit),
        Term("", "Exposure as drafted", known("drafted_exposure"), Unit.SHARE),
        Term("", "Utilisation as drafted", known("drafted_utilisation"), Unit.SHARE),
        Term("", "Most content is moved at", known("most_resourced_at"), unit),
        Term("", "Content moved there", known("most_resourced"), Unit.USD),
        Term("", "Turning point", known("turning_at"), unit),
        Term("", "Trade", known("trade"), Unit.USD),
        Term("", "Trade that figures rest on", known("known_share"), Unit.SHARE),
    )
    return Explanation(
        figure="least_exposure_at",
        title="Best rule",
        subject=dotted(str(product["product"])),
        value=known("least_exposure_at"),
        unit=unit,
        formula="the rule of least exposure with U at or above the floor",
        terms=terms,
        section="6",
        notes=tuple(note for note in (str(product["why_none"]),) if note),
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
