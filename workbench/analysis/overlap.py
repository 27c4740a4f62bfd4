"""Which regime an importer would rather claim under, lane by lane.

A lane may be open to several programmes and agreements in force beside this agreement. Each is
worth the duty it saves below the MFN rate; this agreement is also worth its other incentives less
its cost of complying. How strict a rule is tells the rest, where the rule in force is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from workbench.analysis.duties import open_regimes
from workbench.analysis.explain import Explanation, Term, Unit, vintage_terms
from workbench.analysis.results import Evaluation
from workbench.analysis.strictness import restrictiveness
from workbench.definitions.fields import RulesInForce
from workbench.definitions.treaty_text import treaty_text
from workbench.model.economies import economy_name
from workbench.model.nomenclature import covers, dotted
from workbench.model.origin import Rule

_SAME = 1e-9
_COLUMNS = (
    "row",
    "importer",
    "exporter",
    "product",
    "value",
    "mfn_rate",
    "pref_duty",
    "best",
    "best_duty",
    "regimes",
    "unknown",
    "best_saves",
    "saves",
    "rather",
    "this_index",
    "best_index",
    "advice",
)


class Rather(StrEnum):
    """What an importer would rather claim under."""

    THIS = "this agreement"
    OTHER = "a regime in force"
    EITHER = "no difference in what is saved"
    NEITHER = "nothing to save"
    UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Overlap:
    """The regimes of each lane that has another one open.

    Attributes:
        lanes: row (in the evaluation's lanes), importer, exporter, product, value, mfn_rate,
            regimes (codes, best first), best, best_duty, best_saves, pref_duty, saves (this
            agreement, less its cost), rather, this_index and best_index (how restrictive each
            rule is; NaN where not known), advice (which rule asks less, or that the rule of
            the best regime is not held; empty where there is nothing to save or compare).
        totals: trade by `Rather`, in USD.
    """

    evaluation: Evaluation
    lanes: pd.DataFrame
    totals: dict[str, float]


def overlap(evaluation: Evaluation, rules: Sequence[RulesInForce] = ()) -> Overlap:
    """Compare this agreement with every programme and agreement open on its lanes.

    Args:
        evaluation: of this agreement.
        rules: rules of agreements in force, matched by their codes in tariff data.
    """
    baseline, agreement = evaluation.baseline, evaluation.agreement
    regimes = open_regimes(
        baseline.market,
        agreement.tariffs,
        agreement.coverage,
        baseline.importers,
        baseline.exporters,
    )
    keys = ["importer", "exporter", "product"]
    lanes = evaluation.lanes.assign(row=np.arange(len(evaluation.lanes)))
    wanted = [
        *keys,
        "row",
        "value",
        "mfn_rate",
        "pref_duty",
        "fee_relief",
        "other_incentive",
        "ad_valorem_cost",
    ]
    lanes = lanes.loc[lanes["value"] > 0, wanted].astype(dict.fromkeys(keys, object))
    found = lanes.merge(regimes.astype(dict.fromkeys(keys, object)), on=keys, how="inner")
    if found.empty:
        return Overlap(
            evaluation, pd.DataFrame(columns=_COLUMNS), {rather.value: 0.0 for rather in Rather}
        )
    ordered = found.sort_values(["row", "duty"], na_position="last", kind="stable")
    grouped = ordered.groupby("row", sort=True)
    table = grouped.first(skipna=False).rename(columns={"programme": "best", "duty": "best_duty"})
    table["regimes"] = grouped["programme"].agg(", ".join)
    table["unknown"] = grouped["duty"].agg(lambda duty: bool(duty.isna().any()))
    table = table.reset_index()
    table["best_saves"] = table["mfn_rate"] - table["best_duty"]
    table["saves"] = (
        table["mfn_rate"]
        - table["pref_duty"]
        + table["fee_relief"]
        + table["other_incentive"]
        - table["ad_valorem_cost"]
    )
    table["rather"] = [_rather(row) for row in table.to_dict("records")]
    in_force = _by_programme(rules)
    indexes = [_strictness(evaluation, row, in_force) for row in table.to_dict("records")]
    table["this_index"] = [float(this) for this, _ in indexes]
    table["best_index"] = [np.nan if best is None else float(best) for _, best in indexes]
    table["advice"] = [_advice(row, in_force) for row in table.to_dict("records")]
    table = table.drop(columns=["fee_relief", "other_incentive", "ad_valorem_cost", "kind"])
    table = table.sort_values("value", ascending=False, ignore_index=True)
    by = table.groupby("rather")["value"].sum()
    return Overlap(evaluation, table, {r.value: float(by.get(r.value, 0.0)) for r in Rather})


def _rather(row: dict[Any, Any]) -> str:
    this, best = row["saves"], row["best_saves"]
    if row["mfn_rate"] == 0 and not this > _SAME:
        return Rather.NEITHER.value
    if np.isnan(this) or np.isnan(best) or (row["unknown"] and this >= best - _SAME):
        return Rather.UNKNOWN.value
    if this > best + _SAME:
        return Rather.THIS.value
    if best > this + _SAME:
        return Rather.OTHER.value
    return Rather.EITHER.value if this > _SAME else Rather.NEITHER.value


def _by_programme(rules: Sequence[RulesInForce]) -> dict[str, RulesInForce]:
    """Rules in force by the code of their agreement in tariff data."""
    return {code: each for each in rules for code in each.programmes}


def _rule_in_force(rules: RulesInForce | None, product: str) -> Rule | None:
    for entry in () if rules is None else rules.rules:
        if covers(entry.products, entry.exceptions, product):
            return entry.rule
    return None


def _strictness(
    evaluation: Evaluation, row: dict[Any, Any], in_force: dict[str, RulesInForce]
) -> tuple[int, int | None]:
    product = str(row["product"])
    there = _rule_in_force(in_force.get(str(row["best"])), product)
    here = restrictiveness(evaluation.agreement.rule_of(product))
    return here, None if there is None else restrictiveness(there)


def _advice(row: dict[Any, Any], in_force: dict[str, RulesInForce]) -> str:
    """What the rules add to the savings."""
    best = row["best"]
    if row["rather"] in (Rather.NEITHER.value, Rather.UNKNOWN.value):
        return ""
    if np.isnan(row["best_index"]):
        held = "for this product" if best in in_force else "of that agreement"
        return f"rule of {best} not known: none {held} is held"
    if row["this_index"] < row["best_index"]:
        return "this agreement's rule asks less"
    if row["this_index"] > row["best_index"]:
        return f"the rule of {best} asks less"
    return "both rules ask as much"


FIGURES: dict[str, tuple[str, Unit, str]] = {
    "best_duty": ("Duty under the best regime", Unit.SHARE, "mean over the national lines"),
    "best_saves": ("Saved under the best regime", Unit.POINTS, "MFN rate − duty under the regime"),
    "saves": ("Saved under this agreement", Unit.POINTS, "MFN rate − p + f + e − a"),
}
"""Title, unit and formula of what the comparison of a lane rests on."""


def explain_overlap(
    result: Overlap, place: int, rules: Sequence[RulesInForce] = (), figure: str = "rather"
) -> Explanation:
    """Why an importer would rather claim as told, or a figure of `FIGURES` that this rests on.

    `place` is a row of `result.lanes`.
    """
    row = result.lanes.iloc[place]
    product = str(row["product"])
    agreement = result.evaluation.agreement
    terms = [
        Term("V", "Trade", _number(row["value"]), Unit.USD),
        Term("", "MFN rate", _number(row["mfn_rate"]), Unit.SHARE),
        Term("", f"Duty under {row['best']}", _number(row["best_duty"]), Unit.SHARE),
        Term("", f"Saved under {row['best']}", _number(row["best_saves"]), Unit.POINTS),
        Term("p", "Duty under this agreement", _number(row["pref_duty"]), Unit.SHARE),
        Term("", "Saved under this agreement", _number(row["saves"]), Unit.POINTS),
        Term("", "Regimes open", str(row["regimes"]), Unit.TEXT),
        Term("", "Rule of this agreement", treaty_text(agreement.rule_of(product)), Unit.TEXT),
        Term("", "How strict it is, 0 to 7", _number(row["this_index"]), Unit.NUMBER),
    ]
    found = _by_programme(rules).get(str(row["best"]))
    rule = _rule_in_force(found, product)
    if rule is not None and found is not None:
        terms.append(Term("", f"Rule of {row['best']}", treaty_text(rule), Unit.TEXT))
        terms.append(Term("", "How strict that is", _number(row["best_index"]), Unit.NUMBER))
        terms.append(Term("", "Source of rules", found.source, Unit.TEXT))
    terms += vintage_terms(result.evaluation)
    notes = ["What a claim under the regime in force costs is not known and not subtracted."]
    if row["advice"]:
        notes.append(f"{row['advice'][0].upper()}{row['advice'][1:]}.")
    title, unit, formula = FIGURES.get(
        figure,
        (
            "What an importer would rather claim under",
            Unit.TEXT,
            "MFN rate − duty under the regime; here + f + e − a as well",
        ),
    )
    return Explanation(
        figure,
        title,
        f"{dotted(product)}, {economy_name(row['exporter'])} to {economy_name(row['importer'])}",
        _number(row[figure]) if figure in FIGURES else str(row["rather"]),
        unit,
        formula,
        tuple(terms),
        "2",
        tuple(notes),
    )


def _number(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def explain_rather(result: Overlap, answer: str) -> Explanation:
    """The trade for which importers would rather use one of the answers."""
    lanes = result.lanes[result.lanes["rather"] == answer]
    terms = [Term("", f"Trade: {name}", value, Unit.USD) for name, value in result.totals.items()]
    terms.append(Term("", "Lanes", float(len(lanes)), Unit.COUNT))
    terms += vintage_terms(result.evaluation)
    return Explanation(
        "rather",
        f"Importers would rather use: {answer}",
        result.evaluation.agreement.title,
        result.totals[answer],
        Unit.USD,
        "Σ V of lanes with another regime open, by the larger saving",
        tuple(terms),
        "2",
    )
