"""What each partner gives and gets, and the duty each forgoes year by year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analysis.evaluation import evaluate
from workbench.analysis.explain import Explanation, Term, Unit, vintage_terms
from workbench.analysis.fiscal import fiscal
from workbench.analysis.results import Evaluation
from workbench.model.economies import economy_name
from workbench.progress import NO_PROGRESS, Progress

FIGURES_OF: dict[str, tuple[str, Unit, str]] = {
    "imports": ("Imports from partners", Unit.USD, "Σ V of its imports"),
    "duty_forgone": ("Duty forgone", Unit.USD, "Σ (b − p) U V of its imports"),
    "leakage": ("of which on non-party content", Unit.USD, "Σ (b − p) C of its imports"),
    "fiscal_cost": ("Cost of other incentives", Unit.USD, "Σ rate · U V its treasury bears"),
    "exports": ("Exports to partners", Unit.USD, "Σ V of its exports"),
    "duty_saved": ("Duty saved abroad", Unit.USD, "Σ (b − p) U V of its exports"),
    "resourced_content": ("Re-sourced content", Unit.USD, "Σ V E[c r] of its exports"),
    "free_riding_content": ("Free-riding content", Unit.USD, "Σ V E[c π (N − r)] of its exports"),
    "exposure": ("Exposure", Unit.SHARE, "free-riding content / U V of its exports"),
    "balance": ("Gets less gives", Unit.USD, "duty saved − duty forgone − cost of incentives"),
}
"""Title, unit and formula of every figure of a partner."""

_OF_IMPORTS = frozenset({"imports", "duty_forgone", "leakage", "fiscal_cost"})
_LAST_YEAR = 5
_MOST_YEARS = 30


@dataclass(frozen=True, eq=False)
class Reciprocity:
    """Both sides of every partner, and revenue by year.

    Attributes:
        partners: economy, then the figures of `FIGURES_OF`; NaN where a side is not known, and 0
            on the side that a partner does not take.
        revenue: importer, then a column a year ("1", "2", …): duty forgone in USD.
        collected: importer, today's duty on all its covered imports from partners (Σ b V).
        years: the years of `revenue`.
    """

    evaluation: Evaluation
    partners: pd.DataFrame
    revenue: pd.DataFrame
    collected: pd.Series
    years: tuple[int, ...]


def reciprocity(evaluation: Evaluation, progress: Progress = NO_PROGRESS) -> Reciprocity:
    """What partners give and get when fully staged (or in the evaluation's year), and by year.

    Raises:
        Cancelled: asked to stop.
    """
    years = _years(evaluation)
    revenue = pd.DataFrame({"importer": list(evaluation.baseline.importers)})
    for place, year in enumerate(years):
        progress.step(place, len(years), f"year {year}")
        result = evaluate(
            evaluation.agreement, evaluation.baseline, evaluation.option, year, complete=False
        )
        by = result.by_importer.set_index("importer")["duty_forgone"]
        revenue[str(year)] = revenue["importer"].map(by)
    progress.step(len(years), len(years), "done")
    lanes = evaluation.lanes
    duty = (lanes["base_duty"] * lanes["value"]).groupby(lanes["importer"]).sum(min_count=1)
    return Reciprocity(evaluation, _partners(evaluation), revenue, duty, years)


def _years(evaluation: Evaluation) -> tuple[int, ...]:
    """Until everything is staged, and five years at least."""
    treatment = evaluation.agreement.treatment
    slow = [category.years or 0 for category in treatment.staging]
    slow += [commitment.from_year for commitment in evaluation.agreement.commitments]
    slow += [step.met_from or 0 for ratchet in treatment.ratchets for step in ratchet.steps]
    slow += [(removal.until_year or removal.from_year - 1) + 1 for removal in treatment.removals]
    return tuple(range(1, min(max([_LAST_YEAR, *slow]), _MOST_YEARS) + 1))


def _partners(evaluation: Evaluation) -> pd.DataFrame:
    baseline = evaluation.baseline
    gives = evaluation.by_importer.set_index("importer")
    gets = evaluation.by_exporter.set_index("exporter")
    costs = fiscal(evaluation).rows.groupby("importer")["cost"].sum(min_count=1)
    economies = list(baseline.partners)
    imports = np.array([code in baseline.importers for code in economies])
    exports = np.array([code in baseline.exporters for code in economies])

    def side(table: pd.DataFrame, column: str, takes: np.ndarray) -> np.ndarray:
        values = table[column].reindex(economies).to_numpy(dtype=np.float64)
        return np.where(takes, values, 0.0)

    frame = pd.DataFrame(
        {
            "economy": economies,
            "imports": side(gives, "value", imports),
            "duty_forgone": side(gives, "duty_forgone", imports),
            "leakage": side(gives, "leakage", imports),
            "fiscal_cost": [float(costs.get(code, 0.0)) for code in economies],
            "exports": side(gets, "value", exports),
            "duty_saved": side(gets, "duty_forgone", exports),
            "resourced_content": side(gets, "resourced_content", exports),
            "free_riding_content": side(gets, "free_riding_content", exports),
            "exposure": np.where(
                exports, gets["exposure"].reindex(economies).to_numpy(dtype=np.float64), np.nan
            ),
        }
    )
    frame["balance"] = frame["duty_saved"] - frame["duty_forgone"] - frame["fiscal_cost"]
    return frame


def explain_partner(result: Reciprocity, economy: str, figure: str) -> Explanation:
    """A figure of one partner."""
    row = result.partners.set_index("economy").loc[economy]
    title, unit, formula = FIGURES_OF[figure]
    terms = [
        Term("", name, _number(row[key]), part)
        for key, (name, part, _) in FIGURES_OF.items()
        if key != figure
    ]
    unknown = result.evaluation.lanes
    side = "importer" if figure in _OF_IMPORTS else "exporter"
    own = unknown[unknown[side] == economy]
    known = float(own.loc[own["base_duty"].notna(), "value"].sum())
    whole = float(own["value"].sum())
    if whole > 0:
        terms.append(Term("", "Trade with a known duty", known / whole, Unit.SHARE))
    terms += vintage_terms(result.evaluation)
    return Explanation(
        figure, title, economy_name(economy), _number(row[figure]), unit, formula, tuple(terms), "2"
    )


def explain_revenue(result: Reciprocity, importer: str, year: int) -> Explanation:
    """The duty that an importer forgoes in a year."""
    row = result.revenue.set_index("importer").loc[importer]
    collected = _number(result.collected.get(importer, np.nan))
    terms = [Term("", f"Year {y}", _number(row[str(y)]), Unit.USD) for y in result.years]
    terms.append(Term("Σ b V", "Duty on these imports today, at most", collected, Unit.USD))
    terms += vintage_terms(result.evaluation)
    return Explanation(
        "duty_forgone",
        f"Duty forgone in year {year}",
        economy_name(importer),
        _number(row[str(year)]),
        Unit.USD,
        "Σ (b − p(y)) U(y) V over its imports from partners",
        tuple(terms),
        "2",
    )


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number
