"""A frontier as plain data (the JSON of the command line, whose keys are fixed) and as tables."""

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.analysis.findings import Needs, found_in
from workbench.analysis.frontier import POINT_FIGURES, Frontier, RulePoint, rule_words
from workbench.analysis.goal_seek import GoalAnswer
from workbench.analysis.report import finding_data, plain, records
from workbench.model.commitments import parameter_sources, parameter_values
from workbench.model.nomenclature import dotted
from workbench.model.rule_families import Family

FAMILY_TITLES = {
    Family.BUILD_DOWN: "Regional value content, build-down",
    Family.BUILD_UP: "Regional value content, build-up",
    Family.NET_COST: "Regional value content, net cost",
    Family.MAX_NON_ORIGINATING: "Largest share of non-originating materials",
    Family.ECONOMY_CAP: "Cap on content of named economies",
    Family.DE_MINIMIS: "De minimis of tariff shifts",
    Family.TOLERANCE: "Tolerance of inputs that must originate",
    Family.RULES: "A list of rules",
}


def frontier_data(frontier: Frontier, path: Path | None = None) -> dict[str, Any]:
    """A frontier as `frontier --json` prints it; NaN becomes None, codes are dotted."""
    agreement, sweep = frontier.agreement, frontier.sweep
    table = frontier.by_product.assign(product=frontier.by_product["product"].map(dotted))
    return {
        "agreement": {
            "title": agreement.title,
            "file": None if path is None else path.name,
            "option": frontier.option,
            "year": frontier.year,
        },
        "criterion": sweep.family.value,
        "base": sweep.base.value,
        "products": [dotted(code) for code in sweep.products],
        "economies": list(sweep.economies),
        "rules": [{"label": c.label, "source": c.source} for c in sweep.rules],
        "floor": frontier.floor,
        "points": [point_data(point) for point in frontier.points],
        "whole_agreement": [point_data(point) for point in frontier.whole],
        "drafted": point_data(frontier.drafted),
        "most_resourced": point_data(frontier.most_resourced),
        "least_exposure": point_data(frontier.least_exposure),
        "turning_point": point_data(frontier.turning_point),
        "no_turning_point": frontier.no_turning_point,
        "by_product": records(table),
        "findings": [
            finding_data(finding) for finding in found_in(Needs.FRONTIER, agreement, frontier)
        ],
        "gaps": [
            {"what": g.what, "where": g.where, "share_of_trade": plain(g.share_of_trade)}
            for g in frontier.gaps
        ],
        "vintage": [
            {"table": v.table, "source": v.source, "edition": v.edition, "year": v.year}
            for v in frontier.vintage
        ],
        "parameters": parameter_values(agreement.parameters),
        "parameter_sources": parameter_sources(agreement.parameters),
    }


def point_data(point: RulePoint | None) -> dict[str, Any] | None:
    """A point as plain values."""
    if point is None:
        return None
    data: dict[str, Any] = {"at": point.at}
    if point.label:
        data["label"] = point.label
    return data | {name: getattr(point, name) for name in POINT_FIGURES}


def goal_data(answer: GoalAnswer) -> dict[str, Any]:
    """What goal seek found."""
    return {
        "figure": answer.figure,
        "target": answer.target,
        "reached": answer.reached,
        "reason": answer.reason or None,
        "point": point_data(answer.point),
    }


def frontier_tables(frontier: Frontier) -> dict[str, pd.DataFrame]:
    """Every point with its rule in words, the same for the whole agreement, and by product."""
    return {
        "Frontier": _points_table(frontier, frontier.points),
        "Whole agreement": _points_table(frontier, frontier.whole),
        "By product": frontier.by_product.assign(
            product=frontier.by_product["product"].map(dotted)
        ),
    }


def _points_table(frontier: Frontier, points: tuple[RulePoint, ...]) -> pd.DataFrame:
    rows = [
        {"at": p.at, "rule": p.label or rule_words(frontier.sweep, p.at or 0.0)} for p in points
    ]
    figures = [{name: getattr(p, name) for name in POINT_FIGURES} for p in points]
    return pd.DataFrame([row | values for row, values in zip(rows, figures, strict=True)])
