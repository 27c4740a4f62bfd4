"""Results as plain data: the JSON of the command line, whose keys are a contract."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.analysis.content_bases import content_bases
from workbench.analysis.erosion import Erosion, erosion
from workbench.analysis.extended import extended
from workbench.analysis.fiscal import Fiscal, fiscal
from workbench.analysis.results import Evaluation, Finding, Gap
from workbench.definitions.writer import rule_data, write_text
from workbench.model.commitments import TreatmentBasis, parameter_sources, parameter_values
from workbench.model.nomenclature import dotted
from workbench.tradedata import queries

if TYPE_CHECKING:
    from workbench.analysis.comparison import Comparison
    from workbench.tradedata.database import TradeDatabase

LANE_KEYS = (
    "importer",
    "exporter",
    "product",
    "stage",
    "value",
    "mfn_rate",
    "base_duty",
    "base_regime",
    "pref_duty",
    "gross_incentive",
    "declared_mean",
    "traced_mean",
    "rule",
    "utilisation",
    "as_is",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "exposure",
    "duty_forgone",
    "leakage",
    "break_even_premium",
    "leverage_gap",
    "rating",
)
FURTHER_LANE_KEYS = (
    "claimed",
    "adjusted",
    "traced_exposure",
    "traced_leakage",
    "mfn_low",
    "mfn_high",
    "mfn_free_share",
    "utilisation_low",
    "utilisation_high",
    "exposure_low",
    "exposure_high",
    "why_unknown",
    "why_no_premium",
    "why_no_gap",
)


def evaluation_data(evaluation: Evaluation, path: Path | None = None) -> dict[str, Any]:
    """An evaluation as `evaluate --json` prints it; NaN becomes None, codes are dotted.

    `sha256` is that of the file where one is given, else of the text as it would be saved.
    """
    agreement = evaluation.agreement
    content = path.read_bytes() if path is not None else write_text(agreement).encode()
    rules = {
        code: rule_data(agreement.rule_of(code)) for code in evaluation.baseline.market.products
    }
    lanes = evaluation.lanes.assign(rule=evaluation.lanes["product"].map(rules.get))
    lanes["product"] = lanes["product"].map(dotted)
    by_product = evaluation.by_product
    by_product = by_product.assign(product=by_product["product"].map(dotted))
    return {
        "agreement": {
            "title": agreement.title,
            "sha256": hashlib.sha256(content).hexdigest(),
            "option": evaluation.option,
            "year": evaluation.year,
        },
        "vintage": [
            {"table": v.table, "source": v.source, "edition": v.edition, "year": v.year}
            for v in evaluation.vintage
        ],
        "totals": {name: plain(value) for name, value in evaluation.totals.items()},
        "by_product": records(by_product),
        "by_partner": records(evaluation.by_exporter.rename(columns={"exporter": "partner"})),
        "by_importer": records(evaluation.by_importer),
        "by_stage": records(evaluation.by_stage),
        "by_origin": records(evaluation.by_origin),
        "lanes": records(lanes[[*LANE_KEYS, *FURTHER_LANE_KEYS]]),
        "erosion": erosion_data(erosion(evaluation)),
        "other_incentives": _fiscal_data(fiscal(evaluation)),
        "extended": _extended_data(evaluation),
        "findings": [finding_data(finding) for finding in evaluation.findings],
        "gaps": [
            {"what": g.what, "where": g.where, "share_of_trade": plain(g.share_of_trade)}
            for g in (*evaluation.gaps, *_nothing_to_claim(evaluation))
        ],
        "parameters": parameter_values(agreement.parameters),
        "parameter_sources": parameter_sources(agreement.parameters),
        "content_basis": [
            {
                "basis": entry.basis,
                "value": entry.value_usd,
                "share_of_trade": plain(entry.share_of_trade),
            }
            for entry in content_bases(evaluation)
        ],
    }


def _nothing_to_claim(evaluation: Evaluation) -> Iterator[Gap]:
    """Why totals of claims are missing where the text gives nothing to claim."""
    if evaluation.agreement.gives_preference:
        return
    reasons = {
        "exposure": "nothing claims, so there is no share of it",
        "leverage_gap": "the agreement changes no duty, so there is no incentive to raise",
    }
    if evaluation.agreement.offers_claims:
        reasons = dict.fromkeys(
            ("utilisation", *reasons), "cuts reach everyone, so nothing has to be claimed"
        )
    for name, why in reasons.items():
        yield Gap(f"{name.replace('_', ' ')}: {why}", "treatment", None)


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; `fix` says what an edit in the window would do, None where none helps."""
    return {
        "id": finding.id,
        "level": finding.level.value,
        "where": finding.where,
        "about": finding.about,
        "text": finding.text,
        "figures": {name: plain(value) for name, value in finding.figures},
        "fix": finding.fix.text if finding.fix is not None else None,
        "set_aside": finding.set_aside or None,
    }


def erosion_data(result: Erosion) -> dict[str, Any]:
    """What leaks past the rule: totals, sources, lanes where there is any, and origins."""
    figures = ["exempted_value", "false_value", "transshipment_bound"]
    some = (result.lanes[figures].fillna(0.0) > 0).any(axis=1)
    lanes = result.lanes[some]
    return {
        "totals": {name: plain(value) for name, value in result.totals.items()},
        "sources": result.sources,
        "lanes": records(lanes.assign(product=lanes["product"].map(dotted))),
        "transshipment_by_origin": records(result.by_origin),
    }


def _fiscal_data(result: Fiscal) -> dict[str, Any]:
    """Cost of incentives other than duty, apart from duty forgone."""
    return {"cost": result.cost, "raised": result.raised, "by_importer": records(result.rows)}


def _extended_data(evaluation: Evaluation) -> dict[str, Any] | None:
    """Figures of a cut for everyone; None where the agreement's is for partners alone."""
    if evaluation.agreement.treatment.basis is not TreatmentBasis.EXTENDED:
        return None
    result = extended(evaluation)
    return {
        "totals": {name: plain(value) for name, value in result.totals.items()},
        "free_riders": records(result.riders),
        "by_importer": records(result.by_importer),
    }


def database_data(database: "TradeDatabase") -> dict[str, Any]:
    """What is in the database, as `data --json` prints it."""
    tables = queries.tables(database)
    present = set(tables.loc[tables["rows"] > 0, "table"])
    wanted = {
        "trade_flows": "no trade flows",
        "tariffs": "no tariffs",
        "content_shares": "no content shares",
        "elasticities": "no elasticities",
        "indicators": "no indicators",
    }
    return {
        "tables": records(tables[["table", "source", "edition", "years", "rows"]]),
        "gaps": [
            {"what": text, "where": table} for table, text in wanted.items() if table not in present
        ],
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain values."""
    columns = {str(name): [plain(value) for value in frame[name].tolist()] for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain(value: Any) -> Any:
    """A value that JSON can hold: NaN and infinities are missing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def comparison_data(comparison: "Comparison") -> dict[str, Any]:
    """A comparison as `compare --json` prints it.

    Effects of `because` add up to the change; `low` and `high` are what an edit does made first
    or last.
    """
    return {
        "differences": [
            {"where": n.where, "before": n.before, "after": n.after, "text": n.text}
            for n in comparison.notes
        ],
        "figures": [
            {
                "figure": change.figure,
                "before": plain(change.before),
                "after": plain(change.after),
                "changed": change.changed,
                "because": [
                    {
                        "text": cause.text,
                        "where": [note.where for note in cause.notes],
                        "effect": plain(cause.effect),
                        "low": plain(cause.low),
                        "high": plain(cause.high),
                        "depends_on_order": cause.depends_on_order,
                    }
                    for cause in change.because
                ],
            }
            for change in comparison.figures
        ],
    }
