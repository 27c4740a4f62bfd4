"""Two tiers up as plain data, remarks and explanations."""

import numpy as np
import pandas as pd

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.results import Finding, Level
from workbench.analysis.two_tiers import FACTORS, TwoTiers
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

_ROUTE_KEYS = (
    "origin",
    "via",
    "input",
    "product",
    "exporter",
    "content_usd",
    "hidden_usd",
    "basis",
)


def two_tiers_data(found: TwoTiers) -> dict[str, object]:
    """As `evaluate --json` prints it; origin and via are null where not named."""
    routes = found.routes
    return {
        "hidden_content": found.hidden_usd,
        "followed_share": found.followed_share,
        "by_origin": [
            {
                "economy": economy or None,
                "declared": declared,
                "traced": traced,
                "linked": linked,
                "hidden": hidden,
            }
            for economy, declared, traced, linked, hidden in zip(
                *(found.origins[name] for name in found.origins), strict=True
            )
        ],
        "routes": [
            {
                "origin": origin or None,
                "via": via or None,
                "input": dotted(used),
                "product": dotted(product),
                "exporter": exporter,
                "content": content,
                "hidden": hidden,
                "basis": basis,
            }
            for origin, via, used, product, exporter, content, hidden, basis in zip(
                *(routes[name] for name in _ROUTE_KEYS), strict=True
            )
        ],
        "findings": [
            {
                "id": finding.id,
                "level": finding.level.value,
                "where": finding.where,
                "text": finding.text,
                "figures": dict(finding.figures),
            }
            for finding in tier_findings(found)
        ],
        "notes": list(found.notes),
    }


def tier_findings(found: TwoTiers) -> tuple[Finding, ...]:
    """Remarks on who hides behind whom."""
    if not found.hidden_usd > 0:
        return ()
    route = found.routes.iloc[0]
    origin, via = str(route["origin"]), str(route["via"])
    whence = economy_name(origin) if origin else "other economies"
    through = f" by way of {economy_name(via)}" if via else ""
    declared = float(found.origins["declared_usd"].sum())
    level = Level.WARNING if found.hidden_usd > declared else Level.NOTE
    text = (
        f"Links show up to USD {found.hidden_usd:,.0f} of non-party content that declared content "
        f"does not, against USD {declared:,.0f} declared on the same lanes; most is from {whence}"
        f"{through} in {dotted(str(route['product']))}."
    )
    figures = (("hidden_content", found.hidden_usd), ("declared", declared))
    return (Finding("hidden-content", level, "free-riding.tiers", text, figures),)


def explain_origin(found: TwoTiers, row: int) -> Explanation:
    """The hidden content of one origin; `row` is its place in `origins`."""
    origin = found.origins.iloc[row]
    code = str(origin["economy"])
    return Explanation(
        figure="hidden_content",
        title="Hidden content",
        subject=economy_name(code) if code else "Other economies",
        value=float(origin["hidden_usd"]),
        unit=Unit.USD,
        formula="Σ over lanes of max(0, content through the links − declared content)",
        terms=(
            Term("", "Content through the links", float(origin["linked_usd"]), Unit.USD),
            Term("", "Declared, of the lanes followed", float(origin["declared_usd"]), Unit.USD),
            Term("", "Traced, of the lanes followed", float(origin["traced_usd"]), Unit.USD),
            Term("", "Claimed trade that links follow", found.followed_share, Unit.SHARE),
            *_SOURCES,
        ),
        section="3",
        notes=found.notes,
    )


def explain_route(found: TwoTiers, row: int) -> Explanation:
    """The content of one route; `row` is its place in `routes`."""
    route = found.routes.iloc[row]
    origin, via = str(route["origin"]), str(route["via"])
    whence = economy_name(origin) if origin else "other economies"
    through = f" by way of {economy_name(via)}" if via else ""
    return Explanation(
        figure="hidden_content",
        title="Hidden content of a route",
        subject=(
            f"{dotted(str(route['product']))} of {economy_name(str(route['exporter']))}, "
            f"from {whence}{through}"
        ),
        value=float(route["hidden_usd"]),
        unit=Unit.USD,
        formula="U V · a · q · w · h, less what is declared of the origin",
        terms=(
            Term("U V", "Trade that claims, all lanes", _claimed(route), Unit.USD),
            Term("a", f"{dotted(str(route['input']))} in the good", *_share(route, 0)),
            Term("q", "Supplier's share of the input", *_share(route, 1)),
            Term("w", "Ore in the value of the input", *_share(route, 2)),
            Term("h", "Origin's share of the ore or input", *_share(route, 3)),
            Term("", "Content of the route", float(route["content_usd"]), Unit.USD),
            Term("", "Origins from", str(route["basis"]), Unit.TEXT),
            *_SOURCES,
        ),
        section="3",
        notes=found.notes,
    )


def _share(route: pd.Series, number: int) -> tuple[float, Unit]:
    return float(route[FACTORS[number]]), Unit.SHARE


def _claimed(route: pd.Series) -> float:
    share = np.prod([float(route[name]) for name in FACTORS])
    return float(route["content_usd"]) / float(share)


_SOURCES = (
    Term("", "Links", "Critical Materials Atlas, ore and refined subheadings", Unit.TEXT),
    Term("", "Output", "US Geological Survey, Mineral Commodity Summaries", Unit.TEXT),
)
