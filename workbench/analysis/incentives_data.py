"""Leverage and reciprocity as plain data: the JSON of their commands."""

import hashlib
from pathlib import Path
from typing import Any

from workbench.analysis.extended import Extended
from workbench.analysis.leverage import Leverage
from workbench.analysis.overlap import Overlap
from workbench.analysis.reciprocity import Reciprocity
from workbench.analysis.report import plain, records
from workbench.analysis.results import Evaluation
from workbench.definitions.writer import write_text
from workbench.model.nomenclature import dotted


def leverage_data(result: Leverage, path: Path | None = None) -> dict[str, Any]:
    """What would be enough, as `leverage --json` prints it; codes are dotted."""
    lanes, products = result.lanes, result.products
    return {
        "agreement": _head(result.evaluation, path),
        "target_utilisation": result.target,
        "named_economies": list(result.named),
        "instruments": [
            {
                "id": i.key,
                "title": i.title,
                "rate": plain(i.rate),
                "reached": i.reached,
                "cost": i.cost,
                "raised": i.raised,
                "payer": i.payer,
                "totals": {name: plain(value) for name, value in i.totals.items()},
                "by_importer": records(i.by_importer),
                "incentives": [
                    {
                        "name": incentive.name,
                        "kind": incentive.kind.value,
                        "ad_valorem": incentive.ad_valorem,
                        "minimum_usd": incentive.minimum_usd,
                        "maximum_usd": incentive.maximum_usd,
                        "named_economies": list(incentive.named_economies),
                    }
                    for incentive in i.incentives
                ],
            }
            for i in result.instruments
        ],
        "products": records(products.assign(product=products["product"].map(dotted))),
        "lanes": records(lanes.assign(product=lanes["product"].map(dotted)).drop(columns="row")),
    }


def reciprocity_data(
    result: Reciprocity, overlap: Overlap, extended: Extended, path: Path | None = None
) -> dict[str, Any]:
    """Both sides of every partner, as `reciprocity --json` prints it."""
    lanes = overlap.lanes
    return {
        "agreement": _head(result.evaluation, path),
        "partners": records(result.partners),
        "revenue_by_year": records(result.revenue),
        "duty_today": {str(code): plain(value) for code, value in result.collected.items()},
        "overlap": {
            "totals": overlap.totals,
            "lanes": records(
                lanes.assign(product=lanes["product"].map(dotted)).drop(columns="row")
            ),
        },
        "extended": {
            "applies": extended.applies,
            "totals": {name: plain(value) for name, value in extended.totals.items()},
            "free_riders": records(extended.riders),
        },
    }


def _head(evaluation: Evaluation, path: Path | None) -> dict[str, Any]:
    agreement = evaluation.agreement
    content = path.read_bytes() if path is not None else write_text(agreement).encode()
    return {
        "title": agreement.title,
        "sha256": hashlib.sha256(content).hexdigest(),
        "option": evaluation.option,
        "year": evaluation.year,
    }
