"""Two tiers up as plain data, remarks and explanations."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.report import finding_data
from workbench.analysis.two_tiers import FACTORS, TwoTiers
from workbench.model.agreement import Agreement
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
_MOST_ROUTES = 6
_TABLES = {"input_links": "links", "trade_flows": "trade", "reference_figures": "output"}


def two_tiers_data(found: TwoTiers, agreement: Agreement) -> dict[str, object]:
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
        "findings": [finding_data(finding) for finding in found_in(Needs.LINKS, agreement, found)],
        "notes": list(found.notes),
    }


_OF_ORIGIN = {
    "hidden": (
        "Hidden content",
        "Σ over lanes of max(0, content through the links − declared content)",
    ),
    "linked": ("Content through the links", "Σ over routes of U V · a · q · w · h"),
    "declared": (
        "Declared, of the lanes followed",
        "Σ over the lanes followed of declared content · the origin's share of it",
    ),
    "traced": (
        "Traced, of the lanes followed",
        "Σ over the lanes followed of traced content · the origin's share of it",
    ),
}
"""Title and formula of the figures of an origin."""


def explain_origin(found: TwoTiers, row: int, figure: str = "hidden") -> Explanation:
    """A figure of one origin; `row` is its place in `origins`.

    Raises:
        KeyError: no such figure.
    """
    origin = found.origins.iloc[row]
    code = str(origin["economy"])
    title, formula = _OF_ORIGIN[figure]
    return Explanation(
        figure=f"{figure}_content",
        title=title,
        subject=_origin_name(code),
        value=float(origin[f"{figure}_usd"]),
        unit=Unit.USD,
        formula=formula,
        terms=(
            *(
                Term("", words, float(origin[f"{name}_usd"]), Unit.USD)
                for name, (words, _) in _OF_ORIGIN.items()
                if name != figure
            ),
            Term("", "Claimed trade that links follow", found.followed_share, Unit.SHARE),
            *_sources(found),
        ),
        section="3",
        notes=found.notes,
    )


def explain_routes(found: TwoTiers, where: Mapping[str, Collection[str]]) -> Explanation:
    """The hidden content of the routes that have some values of `routes` in common."""
    routes = found.routes
    for column, codes in where.items():
        routes = routes[routes[column].isin(list(codes))]
    routes = routes.sort_values("hidden_usd", ascending=False, kind="stable")
    terms = [Term("", "Routes", float(len(routes)), Unit.COUNT)]
    for route in routes.head(_MOST_ROUTES).to_dict("records"):
        name = f"{_origin_name(str(route['origin']))}{_through(str(route['via']))}"
        good = f"{dotted(str(route['product']))} of {economy_name(str(route['exporter']))}"
        terms.append(Term("", f"{good}, from {name}", float(route["hidden_usd"]), Unit.USD))
    named = {"origin": _origin_name, "via": _via_name, "product": dotted}
    subject = "; ".join(
        ", ".join(named[column](code) for code in codes) for column, codes in where.items()
    )
    return Explanation(
        figure="hidden_content",
        title="Hidden content",
        subject=subject,
        value=float(routes["hidden_usd"].sum()),
        unit=Unit.USD,
        formula="Σ over routes of U V · a · q · w · h, less what is declared of the origin",
        terms=(*terms, *_sources(found)),
        section="3",
        notes=found.notes,
    )


_OF_ROUTE = {
    "hidden": ("Hidden content of a route", "U V · a · q · w · h, less what is declared of it"),
    "content": ("Content of a route", "U V · a · q · w · h"),
}


def explain_route(found: TwoTiers, row: int, figure: str = "hidden") -> Explanation:
    """The hidden or all ("content") of one route; `row` is its place in `routes`.

    Raises:
        KeyError: no such figure.
    """
    route = found.routes.iloc[row]
    title, formula = _OF_ROUTE[figure]
    return Explanation(
        figure=f"{figure}_of_route",
        title=title,
        subject=(
            f"{dotted(str(route['product']))} of {economy_name(str(route['exporter']))}, "
            f"from {_origin_name(str(route['origin']))}{_through(str(route['via']))}"
        ),
        value=float(route[f"{figure}_usd"]),
        unit=Unit.USD,
        formula=formula,
        terms=(
            Term("U V", "Trade that claims, all lanes", _claimed(route), Unit.USD),
            Term("a", f"{dotted(str(route['input']))} in the good", *_share(route, 0)),
            Term("q", "Supplier's share of the input", *_share(route, 1)),
            Term("w", "Ore in the value of the input", *_share(route, 2)),
            Term("h", "Origin's share of the ore or input", *_share(route, 3)),
            Term("", "Content of the route", float(route["content_usd"]), Unit.USD),
            Term("", "Hidden of it", float(route["hidden_usd"]), Unit.USD),
            Term("", "Origins from", str(route["basis"]), Unit.TEXT),
            *_sources(found),
        ),
        section="3",
        notes=found.notes,
    )


def _origin_name(code: str) -> str:
    return economy_name(code) if code else "other economies"


def _via_name(code: str) -> str:
    return economy_name(code) if code else "bought directly"


def _through(via: str) -> str:
    return f" by way of {economy_name(via)}" if via else ""


def _share(route: pd.Series, number: int) -> tuple[float, Unit]:
    return float(route[FACTORS[number]]), Unit.SHARE


def _claimed(route: pd.Series) -> float:
    share = np.prod([float(route[name]) for name in FACTORS])
    return float(route["content_usd"]) / float(share)


def _sources(found: TwoTiers) -> tuple[Term, ...]:
    return tuple(
        Term("", f"Source of {words}", f"{v.source} {v.edition}".strip(), Unit.TEXT)
        for table, words in _TABLES.items()
        for v in found.vintage
        if v.table == table
    )
