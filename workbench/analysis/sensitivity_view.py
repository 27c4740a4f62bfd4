"""Sensitivity as shown: how each figure of it came about, and the JSON of the command."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from workbench.analysis.conclusions import in_digits
from workbench.analysis.explain import FIGURES, Explanation, Term, Unit
from workbench.analysis.report import finding_data, plain, records
from workbench.analysis.sensitivity import BASE_YEAR, Sensitivity
from workbench.definitions.writer import write_text


def sensitivity_data(result: Sensitivity, path: Path | None = None) -> dict[str, Any]:
    """A sensitivity as `sensitivity --json` prints it; NaN becomes None."""
    agreement = result.agreement
    content = path.read_bytes() if path is not None else write_text(agreement).encode()
    intervals = result.intervals.set_index("figure")
    return {
        "agreement": {
            "title": agreement.title,
            "sha256": hashlib.sha256(content).hexdigest(),
            "option": result.option,
            "year": result.year,
        },
        "draws": len(result.draws),
        "seed": result.seed,
        "assumptions": [
            {
                "name": a.name,
                "title": a.title,
                "unit": a.unit,
                "base": a.base,
                "low": a.low,
                "high": a.high,
                "distribution": a.spread.value,
                "about_data": a.is_data,
                "source": a.source,
            }
            for a in result.assumptions
        ],
        "intervals": {
            str(figure): {
                "base": plain(row["base"]),
                "p5": plain(row["low"]),
                "p50": plain(row["middle"]),
                "p95": plain(row["high"]),
                "mean": plain(row["mean"]),
                "draws": int(row["draws"]),
                "out_of_reach": int(row["out_of_reach"]),
            }
            for figure, row in intervals.iterrows()
        },
        "tornado": records(result.swings),
        "base_years": list(result.years),
        "notes": list(result.notes),
        "conclusions": [
            {
                "id": c.name,
                "figure": c.figure,
                "text": c.text,
                "value": c.value,
                "level": c.level,
                "flips": [
                    {
                        "assumption": flip.assumption,
                        "base": flip.base,
                        "flips_at": flip.value,
                        "share_of_range": flip.share_of_range,
                    }
                    for flip in c.flips
                ],
                "otherwise": list(c.otherwise),
            }
            for c in result.conclusions
        ],
        "findings": [finding_data(finding) for finding in result.findings],
        "seconds": result.seconds,
    }


def explain_interval(result: Sensitivity, figure: str, part: str = "middle") -> Explanation:
    """How the interval of a headline came about; `part` is the column of it that was meant."""
    title, unit = FIGURES[figure]
    row = result.intervals.set_index("figure").loc[figure]
    terms = [
        Term("", "As evaluated", _plain(row["base"]), unit),
        Term("", "5th percentile of the draws", _plain(row["low"]), unit),
        Term("", "Median of the draws", _plain(row["middle"]), unit),
        Term("", "95th percentile of the draws", _plain(row["high"]), unit),
        Term("n", "Draws with this figure", _plain(row["draws"]), Unit.COUNT),
        Term("", "Seed", str(result.seed), Unit.TEXT),
    ]
    if row["out_of_reach"]:
        terms.append(
            Term("", "Draws without an end to it", _plain(row["out_of_reach"]), Unit.COUNT)
        )
    for a in result.assumptions:
        range_text = f"{in_digits(a.low)} to {in_digits(a.high)}, {a.spread}"
        terms.append(Term("", f"Source of {a.title}", f"{range_text}; {a.source}", Unit.TEXT))
    if result.years:
        listed = ", ".join(str(year) for year in result.years)
        terms.append(Term("", "Years of trade, each alike", listed, Unit.TEXT))
    return Explanation(
        figure,
        f"{title}: interval",
        result.agreement.title,
        _plain(row[part]),
        unit,
        "5th and 95th percentile of joint, independent draws of all assumptions",
        tuple(terms),
        "9",
        result.notes,
    )


def explain_swing(result: Sensitivity, assumption: str, figure: str) -> Explanation:
    """What one assumption does to a headline."""
    title, unit = FIGURES[figure]
    rows = result.swings
    row = rows[(rows["assumption"] == assumption) & (rows["figure"] == figure)].iloc[0]
    a = result.assumption(assumption)
    terms = [Term("", "As evaluated", _plain(row["base"]), unit)]
    for end, words in (
        ("low", "Low end of the assumption"),
        ("high", "High end of the assumption"),
    ):
        value = _plain(row[end])
        if assumption == BASE_YEAR and value is not None:
            terms.append(Term("", "Base year", f"{value:.0f} alone", Unit.TEXT))
        else:
            terms.append(Term("", words, value, Unit.NUMBER))
        terms.append(Term("", f"{title} there", _plain(row[f"at_{end}"]), unit))
    if a is not None:
        terms.append(Term("", f"Source of {a.title}", a.source, Unit.TEXT))
    return Explanation(
        figure,
        f"{title}: {row['title']}",
        result.agreement.title,
        _plain(row["swing"]),
        unit,
        "the figure with this assumption at each end of its range, all else as evaluated",
        tuple(terms),
        "9",
    )


def explain_conclusion(result: Sensitivity, name: str) -> Explanation:
    """What would turn a conclusion around, the nearest change first."""
    conclusion = next(c for c in result.conclusions if c.name == name)
    title, unit = FIGURES[conclusion.figure]
    terms = [Term("", title, conclusion.value, unit)]
    if conclusion.level is not None:
        terms.append(Term("", "Level it is measured by", conclusion.level, unit))
    for flip in conclusion.flips:
        a = result.assumption(flip.assumption)
        assert a is not None
        terms.append(Term("", f"{a.title} (now {in_digits(flip.base)})", flip.value, Unit.NUMBER))
    notes = [f"It is not so {other}." for other in conclusion.otherwise]
    if not conclusion.flips:
        notes.insert(0, "No single assumption does it within its range.")
    return Explanation(
        conclusion.figure,
        conclusion.text[0].upper() + conclusion.text[1:],
        result.agreement.title,
        conclusion.value,
        unit,
        "smallest change of one assumption from which on this is no longer so",
        tuple(terms),
        "9",
        tuple(notes),
    )


def _plain(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
