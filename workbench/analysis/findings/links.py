"""Remarks on who hides behind whom, two tiers up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.analysis.results import Finding, Level
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

if TYPE_CHECKING:
    from workbench.analysis.two_tiers import TwoTiers


def hidden_content(found: TwoTiers) -> Iterator[Finding]:
    """Non-party content that links show and declared content does not."""
    if not found.hidden_usd > 0:
        return
    route = found.routes.iloc[0]
    origin, via = str(route["origin"]), str(route["via"])
    whence = economy_name(origin) if origin else "other economies"
    through = f" by way of {economy_name(via)}" if via else ""
    declared = float(found.origins["declared_usd"].sum())
    yield Finding(
        "hidden-content",
        Level.WARNING if found.hidden_usd > declared else Level.NOTE,
        "free-riding.tiers",
        f"Links show up to USD {found.hidden_usd:,.0f} of non-party content that declared content "
        f"does not, against USD {declared:,.0f} declared on the same lanes; most is from {whence}"
        f"{through} in {dotted(str(route['product']))}.",
        (("hidden_content", found.hidden_usd), ("declared", declared)),
    )
