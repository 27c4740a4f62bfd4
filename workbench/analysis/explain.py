"""Every figure as its formula with the numbers put in, its source and vintage."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd

from workbench.analysis.mirror import mirror_note
from workbench.analysis.results import Evaluation
from workbench.definitions.treaty_text import treaty_text
from workbench.model.commitments import PARAMETERS, StagingCategory
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted


class Unit(StrEnum):
    """What a figure is measured in; decides how it is shown."""

    USD = "USD"
    SHARE = "share"
    POINTS = "points"
    SHARE_CHANGE = "change of share"
    COUNT = "count"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """One symbol of a formula: what it means, its value, and where that comes from."""

    symbol: str
    meaning: str
    value: float | str | None
    unit: Unit
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure, its formula, and the formula's terms.

    `section` is the part of the method it follows; `notes` say what stands in or is missing;
    `rows` are the lanes behind a sum: importer, exporter, product, stage, then figures.
    """

    figure: str
    title: str
    subject: str
    value: float | str | None
    unit: Unit
    formula: str
    terms: tuple[Term, ...]
    section: str
    notes: tuple[str, ...] = ()
    rows: pd.DataFrame | None = field(default=None, compare=False)


FIGURES: dict[str, tuple[str, Unit]] = {
    "value": ("Trade", Unit.USD),
    "covered_trade": ("Covered trade", Unit.USD),
    "known_duty_share": ("Trade with a known duty", Unit.SHARE),
    "critical_mass_share": ("Share of world trade", Unit.SHARE),
    "mfn_free_share": ("MFN-free, of known duty", Unit.SHARE),
    "already_free_share": ("Free by another agreement, of known duty", Unit.SHARE),
    "mfn_rate": ("MFN rate", Unit.SHARE),
    "base_duty": ("Duty today", Unit.SHARE),
    "pref_duty": ("Duty under the agreement", Unit.SHARE),
    "gross_incentive": ("Gross incentive", Unit.POINTS),
    "declared_mean": ("Declared non-originating content", Unit.SHARE),
    "traced_mean": ("Traced non-party content", Unit.SHARE),
    "utilisation": ("Utilisation", Unit.SHARE),
    "as_is": ("Claimed as is", Unit.SHARE),
    "claimed": ("Trade that claims", Unit.USD),
    "free_riding_content": ("Free-riding content", Unit.USD),
    "traced_free_riding_content": ("Free-riding content, traced", Unit.USD),
    "resourced_content": ("Re-sourced content", Unit.USD),
    "exposure": ("Exposure", Unit.SHARE),
    "traced_exposure": ("Exposure, traced", Unit.SHARE),
    "duty_forgone": ("Duty forgone", Unit.USD),
    "leakage": ("Leakage", Unit.USD),
    "traced_leakage": ("Leakage, traced", Unit.USD),
    "break_even_premium": ("Break-even premium", Unit.SHARE),
    "leverage_gap": ("Leverage gap", Unit.POINTS),
}
"""Titles and units of every figure, the same words on screen, in tables and in exports."""

_ENDS = ("importer", "exporter", "product")
_SUM_FORMULA = {
    "covered_trade": "Σ V over all lanes",
    "known_duty_share": "Σ V with a known duty / Σ V",
    "critical_mass_share": "(partners' exports + partners' imports) / (2 · world trade)",
    "mfn_free_share": "Σ V · MFN-free share of lines / Σ V with a known duty",
    "already_free_share": "Σ V · share of lines free but not MFN-free / Σ V with a known duty",
    "utilisation": "Σ U V / Σ V with a known duty",
    "claimed": "Σ U V",
    "exposure": "Σ free-riding content / Σ U V",
    "traced_exposure": "Σ traced free-riding content / Σ U V",
    "leverage_gap": "the one increment Δ on every lane with Σ U(g + Δ) V = U* Σ V",
}
_SECTION = {
    "mfn_rate": "2",
    "base_duty": "2",
    "pref_duty": "2",
    "gross_incentive": "2",
    "value": "2",
    "covered_trade": "2",
    "declared_mean": "3",
    "traced_mean": "3",
    "break_even_premium": "6",
    "leverage_gap": "6",
}


def explain_total(evaluation: Evaluation, figure: str) -> Explanation:
    """A headline figure of the whole agreement."""
    title, unit = FIGURES[figure]
    totals = evaluation.totals
    lanes = evaluation.lanes
    known = int((lanes["utilisation"].notna() & lanes["value"].notna()).sum())
    terms: list[Term] = []
    parts = {
        "known_duty_share": ("covered_trade",),
        "utilisation": ("claimed", "known_duty_share", "covered_trade"),
        "exposure": ("free_riding_content", "claimed"),
        "traced_exposure": ("traced_free_riding_content", "claimed"),
        "leakage": ("free_riding_content", "duty_forgone"),
        "duty_forgone": ("claimed",),
    }
    for name in parts.get(figure, ()):
        part_title, part_unit = FIGURES[name]
        terms.append(Term(_SYMBOL.get(name, ""), part_title, totals[name], part_unit))
    terms.append(Term("", "Lanes with figures", float(known), Unit.COUNT))
    terms.append(Term("", "Lanes in all", float(len(lanes)), Unit.COUNT))
    terms += parameter_terms(evaluation) if figure in CLAIMED_FIGURES else []
    return Explanation(
        figure=figure,
        title=title,
        subject=evaluation.agreement.title,
        value=totals[figure],
        unit=unit,
        formula=_SUM_FORMULA.get(figure, f"Σ {title.lower()} over lanes"),
        terms=tuple(terms) + vintage_terms(evaluation),
        section=_SECTION.get(figure, "5"),
        notes=tuple(_gap_note(gap) for gap in evaluation.gaps),
    )


def explain_lane(evaluation: Evaluation, row: int, figure: str) -> Explanation:
    """A figure of one lane; `row` is its place in `evaluation.lanes`."""
    title, unit = FIGURES[figure]
    lane = evaluation.lanes.iloc[row]
    value = _value(lane[figure])
    formula, names = _LANE_FORMULA[figure]
    terms = [_lane_term(evaluation, lane, name) for name in names]
    if figure in CLAIMED_FIGURES:
        terms += parameter_terms(evaluation)
    notes = []
    if lane["why_unknown"]:
        notes.append(f"Duty unknown: {lane['why_unknown']}.")
    if figure == "leverage_gap" and lane["why_no_gap"]:
        notes.append(str(lane["why_no_gap"]))
    if figure == "break_even_premium" and lane["why_no_premium"]:
        notes.append(str(lane["why_no_premium"]))
    if figure == "value" and (note := mirror_note(evaluation, *lane[list(_ENDS)])):
        notes.append(note)
    low, high = _value(lane["utilisation_low"]), _value(lane["utilisation_high"])
    if isinstance(low, float) and isinstance(high, float):
        notes.append(
            "A share that the rule asks for is not known: utilisation lies between "
            f"{low:.1%} and {high:.1%}."
        )
    return Explanation(
        figure=figure,
        title=title,
        subject=(
            f"{dotted(lane['product'])}, {economy_name(lane['exporter'])} to "
            f"{economy_name(lane['importer'])}"
        ),
        value=value,
        unit=unit,
        formula=formula,
        terms=tuple(terms) + vintage_terms(evaluation, lane),
        section=_SECTION.get(figure, "5"),
        notes=tuple(notes),
    )


_SYMBOL = {
    "value": "V",
    "base_duty": "b",
    "pref_duty": "p",
    "gross_incentive": "g",
    "declared_mean": "d̄",
    "traced_mean": "t̄",
    "non_party_fraction": "π",
    "utilisation": "U",
    "fee_relief": "f",
    "other_incentive": "e",
    "ad_valorem_cost": "a",
    "claimed": "U V",
    "free_riding_content": "C",
    "traced_free_riding_content": "C",
}

CLAIMED_FIGURES = frozenset(
    {
        "utilisation",
        "as_is",
        "claimed",
        "free_riding_content",
        "traced_free_riding_content",
        "resourced_content",
        "break_even_premium",
        "leverage_gap",
    }
)
"""Figures that rest on the claiming model."""

_USED = ("gross_incentive", "ad_valorem_cost", "declared_mean", "rule")
_LANE_FORMULA: dict[str, tuple[str, tuple[str, ...]]] = {
    "value": ("mean imports over the base years", ("base_years",)),
    "mfn_rate": (
        "mean of the national lines' MFN rates",
        ("mfn_low", "mfn_high", "mfn_free_share"),
    ),
    "base_duty": (
        "lowest regime open to the exporter, line by line, then the mean",
        ("base_regime", "mfn_rate"),
    ),
    "pref_duty": ("p = min(staged rate, b)", ("base_duty", "staging")),
    "gross_incentive": (
        "g = b − p + f + e",
        ("base_duty", "pref_duty", "fee_relief", "other_incentive"),
    ),
    "declared_mean": ("d̄ = Σ materials bought from outside", ("content_basis", "cumulation")),
    "traced_mean": ("t̄ = Σ value added of non-parties at all tiers", ("content_basis",)),
    "utilisation": ("U = E[Φ((ln S + ln n(N) − ln F)/σ)], n(N) = g − a − ρ s(N)", _USED),
    "as_is": ("E[c · 1(s = 0)]", _USED),
    "claimed": ("U · V", ("utilisation", "value")),
    "free_riding_content": (
        "V · E[c π (N − r)]",
        ("value", "utilisation", "non_party_fraction", *_USED),
    ),
    "traced_free_riding_content": (
        "V · E[c · min(1, max(0, π (N − r) + H))], H = t̄ − π d̄",
        ("value", "utilisation", "non_party_fraction", "traced_mean", *_USED),
    ),
    "resourced_content": ("V · E[c r]", ("value", *_USED)),
    "exposure": ("C / (U V)", ("free_riding_content", "value", "utilisation")),
    "traced_exposure": ("C / (U V)", ("traced_free_riding_content", "value", "utilisation")),
    "duty_forgone": ("(b − p) U V", ("base_duty", "pref_duty", "utilisation", "value")),
    "leakage": ("(b − p) C", ("base_duty", "pref_duty", "free_riding_content")),
    "traced_leakage": ("(b − p) C", ("base_duty", "pref_duty", "traced_free_riding_content")),
    "break_even_premium": (
        "(g − a − F/S) / E[s | 0 < s < ∞]",
        ("gross_incentive", "ad_valorem_cost", "rule"),
    ),
    "leverage_gap": ("smallest Δ with U(g + Δ) = U*", ("gross_incentive", "utilisation", "rule")),
}


def lane_inputs(figure: str) -> tuple[str, ...]:
    """What the formula of a lane's figure takes; empty for a figure that lanes do not have."""
    return _LANE_FORMULA[figure][1] if figure in _LANE_FORMULA else ()


def _lane_term(evaluation: Evaluation, lane: Any, name: str) -> Term:
    agreement = evaluation.agreement
    symbol = _SYMBOL.get(name, "")
    if name == "rule":
        return Term(
            "s", "Rule of origin", treaty_text(agreement.rule_of(lane["product"])), Unit.TEXT
        )
    if name == "base_years":
        years = ", ".join(str(year) for year in agreement.base_years)
        return Term("", "Base years", years, Unit.TEXT)
    if name == "cumulation":
        return Term("", "Cumulation", agreement.origin.cumulation.value, Unit.TEXT)
    if name == "staging":
        category = agreement.category_of(agreement.coverage.entry_of(lane["product"]))
        when = "fully staged" if evaluation.year is None else f"year {evaluation.year}"
        return Term("", "Staging", f"{staging_words(category)}, {when}", Unit.TEXT)
    titles = {
        "mfn_low": "Lowest MFN rate among the lines",
        "mfn_high": "Highest MFN rate among the lines",
        "mfn_free_share": "Share of lines that are free",
        "base_regime": "Regime",
        "fee_relief": "Fee relief",
        "other_incentive": "Other incentives",
        "ad_valorem_cost": "Ad valorem cost of complying",
        "non_party_fraction": "Non-party fraction of it",
        "content_basis": "Content from",
    }
    title, unit = FIGURES.get(name, (titles.get(name, name), Unit.SHARE))
    value = _value(lane[name])
    source = ""
    if name in ("mfn_rate", "base_duty"):
        source = _duty_source(evaluation, lane)
    if isinstance(value, str):
        unit = Unit.TEXT
    return Term(symbol, title, value, unit, source)


def staging_words(category: StagingCategory) -> str:
    """A staging category: "B5: equal cuts"."""
    return f"{category.name or 'beyond the quota'}: {category.formula.value}"


def _duty_source(evaluation: Evaluation, lane: Any) -> str:
    baseline = evaluation.baseline
    i = baseline.importers.index(lane["importer"])
    k = baseline.market.products.index(lane["product"])
    text = str(baseline.duties.mfn_text[i, k])
    return str(baseline.duties.mfn_source[i, k]) + (f" ({text})" if text else "")


def parameter_terms(evaluation: Evaluation) -> list[Term]:
    """The parameters of the claiming model, with their sources."""
    symbols = {"concentration": "k", "consignment": "S", "sigma": "σ", "fixed_cost": "F"}
    symbols |= {"premium": "ρ", "target_utilisation": "U*"}
    units = {"consignment": Unit.USD, "fixed_cost": Unit.USD, "premium": Unit.SHARE}
    units["target_utilisation"] = Unit.SHARE
    return [
        Term(
            symbols[info.name],
            info.title,
            getattr(evaluation.agreement.parameters, info.name),
            units.get(info.name, Unit.NUMBER),
            evaluation.agreement.parameters.source(info.name),
        )
        for info in PARAMETERS
        if info.name in symbols
    ]


def vintage_terms(evaluation: Evaluation, lane: Any = None) -> tuple[Term, ...]:
    """The sources of what a figure rests on; of a lane's trade those that answered for it."""
    trade = evaluation.baseline.market.trade_sources
    if lane is not None and trade is not None:
        for name in _ENDS:
            trade = trade[trade[name] == lane[name]]
    answered = None if lane is None or trade is None else set(trade["source"])
    return tuple(
        Term("", f"Source of {v.table.replace('_', ' ')}", name, Unit.TEXT)
        for v in evaluation.vintage
        for name in [f"{v.source} {v.edition}"]
        if v.table in ("tariffs", "content_shares")
        or (v.table == "trade_flows" and (answered is None or name in answered))
    )


def _gap_note(gap: Any) -> str:
    share = "" if gap.share_of_trade is None else f", {gap.share_of_trade:.1%} of covered trade"
    return f"{gap.what[0].upper()}{gap.what[1:]}: {gap.where}{share}."


def _value(value: Any) -> float | str | None:
    if isinstance(value, str):
        return value
    number = float(value)
    return None if number != number else number
