"""Resilience told: explanations of single figures, tables, and plain data for JSON."""

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.analysis import concentration as c
from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.report import finding_data, plain, records
from workbench.analysis.resilience import Resilience
from workbench.analysis.supply_shock import SupplyShock
from workbench.analysis.trade_effects_view import SPLIT_NOTE
from workbench.definitions.writer import write_text
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted
from workbench.tradedata.minerals import mineral_of

TITLES: dict[str, str] = {
    "hhi": "Supplier concentration (HHI)",
    "largest_share": "Largest supplier",
    "non_party_share": "Non-party share",
    "named_share": "Share of named economies",
    "export_hhi": "Concentration of world exports (HHI)",
    "mine_share": "Largest miner",
    "imports": "Imports of the partners",
    "dependent": "Products that depend on the outside",
    "above_half": "Products with one supplier above half",
}
"""Words of every figure, the same on screen, in tables and in exports."""

_FORMULAS = {
    "hhi": "Σ (imports from a supplier / imports)², over all suppliers of the partners together",
    "largest_share": "imports from the largest supplier / imports",
    "non_party_share": "imports from non-parties / imports",
    "named_share": "imports from the named economies / imports",
    "export_hhi": "Σ (exports of an economy / world exports)²",
    "mine_share": "output of the largest miner / output of all that the source names",
    "imports": "mean imports of the importing partners over the base years",
    "dependent": (
        "import HHI > 0.4, world-export HHI > 0.4 and imports/exports > 1, each in at least two of "
        "the last three years, the partners taken as one economy"
    ),
    "above_half": "products of which one supplier has more than half of the imports",
}
_FLAG_WORDS = {True: "stands", False: "does not stand", None: "not settled"}


def explain_resilience(result: Resilience, figure: str, product: str = "") -> Explanation:
    """A figure of one product, or of all imports.

    Args:
        result: where it is from.
        figure: a key of `TITLES`, with `_after` for what it is under the agreement.
        product: six digits; "" for the whole.
    """
    wanted, after = figure, figure.endswith("_after")
    figure = figure.removesuffix("_after")
    rows = result.products[result.products["product"] == product]
    if product and len(rows):
        row: dict[str, Any] = {str(key): value for key, value in rows.iloc[0].items()}
        subject = dotted(product)
    else:
        row, subject = dict(result.totals), result.evaluation.agreement.title
    terms = []
    if f"{figure}_after" in row and not after:
        unit = Unit.NUMBER if figure == "hhi" else Unit.SHARE
        unit = Unit.USD if figure == "imports" else unit
        unit = Unit.COUNT if figure == "above_half" else unit
        terms.append(Term("", "Under the agreement", _number(row[f"{figure}_after"]), unit))
    if product:
        terms += _product_terms(result, row, product)
    else:
        named = ", ".join(economy_name(code) for code in result.named) or "none"
        terms.append(Term("", "Named economies", named, Unit.TEXT))
        terms.append(Term("", "Products", result.totals["products"], Unit.COUNT))
        terms.append(Term("", "Flags not settled", result.totals["unsettled"], Unit.COUNT))
    years = ", ".join(str(year) for year in result.years)
    terms.append(Term("", "Years of the flags", years, Unit.TEXT))
    notes = []
    if product in result.split:
        notes.append(SPLIT_NOTE)
    if figure == "hhi" and not product:
        notes.append("The index of a stage or of all imports is the mean of products by imports.")
    if len(result.years) < c.YEARS_SEEN:
        notes.append(
            f"Only {len(result.years)} years of trade are held; flags ask for two of three."
        )
    notes.append("After is today's trade with the effects of the agreement, finite supply.")
    return Explanation(
        figure=wanted,
        title=TITLES[figure] + (", under the agreement" if after else ""),
        subject=subject,
        value=_number(row.get(wanted)),
        unit=_unit(figure),
        formula=_FORMULAS[figure],
        terms=tuple(terms) + _vintage(result),
        section="8",
        notes=tuple(notes),
    )


def _unit(figure: str) -> Unit:
    units = {"imports": Unit.USD, "dependent": Unit.COUNT, "above_half": Unit.COUNT}
    return units.get(figure, Unit.NUMBER if figure.endswith("hhi") else Unit.SHARE)


def _product_terms(result: Resilience, row: dict[str, Any], product: str) -> list[Term]:
    terms = [
        Term("", "Imports of the partners", _number(row["imports"]), Unit.USD),
        Term("", "Largest supplier", economy_name(str(row["largest"])), Unit.TEXT),
        Term("", "Its share", _number(row["largest_share"]), Unit.SHARE),
        Term("", "Non-party share", _number(row["non_party_share"]), Unit.SHARE),
    ]
    mineral = mineral_of(product)
    if mineral is not None and row["miner"]:
        title = f"Largest miner of {mineral.name}"
        held = (v for v in result.evaluation.vintage if v.table == "reference_figures")
        source = "; ".join(f"{v.source} {v.edition}" for v in held)
        terms.append(Term("", title, economy_name(str(row["miner"])), Unit.TEXT, source))
        terms.append(Term("", "Its share", _number(row["mine_share"]), Unit.SHARE, source))
    for name, title in (
        ("import_flag", "Flag: import HHI"),
        ("export_flag", "Flag: world-export HHI"),
        ("deficit_flag", "Flag: imports over exports"),
    ):
        terms.append(Term("", title, _FLAG_WORDS[row[name]], Unit.TEXT))
    rows = result.flags[result.flags["product"] == product]
    for year, index, ratio in zip(
        rows["year"], rows["import_hhi"], rows["imports_over_exports"], strict=True
    ):
        terms.append(Term("", f"Import HHI, {year}", _number(index), Unit.NUMBER))
        terms.append(Term("", f"Imports over exports, {year}", _number(ratio), Unit.NUMBER))
    return terms


def explain_shock(shock: SupplyShock, product: str = "") -> Explanation:
    """What is lost of one product, or of all, when the supplier stops."""
    rows = shock.products[shock.products["product"] == product]
    terms = [Term("c", "Spare capacity elsewhere", shock.spare_share, Unit.SHARE)]
    value, subject = shock.lost_after, "All covered imports"
    if product and len(rows):
        row = rows.iloc[0]
        value, subject = _number(row["lost_after"]), dotted(product)
        terms += [
            Term("", title, _number(row[name]), Unit.SHARE)
            for name, title in (
                ("direct_loss", "Bought there"),
                ("input_loss", "Lost because others lack its materials"),
                ("lost", "Lost before re-sourcing"),
                ("known_share", "Other suppliers whose materials are known"),
            )
        ]
        terms.append(Term("", "Imports", _number(row["imports"]), Unit.USD))
    else:
        terms.append(Term("", "Lost before re-sourcing", shock.lost, Unit.SHARE))
    return Explanation(
        figure="lost_after",
        title=f"Lost if {economy_name(shock.economy)} stops",
        subject=subject,
        value=value,
        unit=Unit.SHARE,
        formula=(
            "max(0, bought there + Σ others' trade · share of its materials − c · what is left of "
            "world supply) / imports; materials too are replaced by up to c"
        ),
        terms=tuple(terms),
        section="8",
        notes=(
            "Materials are those a supplier's industry buys directly; deeper tiers are left out.",
            "Spare capacity is an assumption, the same everywhere.",
        ),
    )


def _vintage(result: Resilience) -> tuple[Term, ...]:
    return tuple(
        Term("", f"Source of {v.table.replace('_', ' ')}", f"{v.source} {v.edition}", Unit.TEXT)
        for v in result.evaluation.vintage
        if v.table in ("trade_flows", "input_links", "reference_figures")
    )


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    return None if number != number else number


# Plain data ----------------------------------------------------------------------------------


def resilience_data(
    result: Resilience, shock: SupplyShock | None = None, path: Path | None = None
) -> dict[str, Any]:
    """The result as `resilience --json` prints it; codes are dotted."""
    evaluation = result.evaluation
    agreement = evaluation.agreement
    content = path.read_bytes() if path is not None else write_text(agreement).encode()
    findings = found_in(Needs.RESILIENCE, agreement, result)
    if shock is not None:
        findings = (*findings, *found_in(Needs.SUPPLY_SHOCK, agreement, shock))
    tables = resilience_tables(result)
    data: dict[str, Any] = {
        "agreement": {
            "title": agreement.title,
            "sha256": hashlib.sha256(content).hexdigest(),
            "option": evaluation.option,
            "year": evaluation.year,
        },
        "named": list(result.named),
        "years": list(result.years),
        "levels": {
            "import_hhi": c.IMPORT_HHI,
            "export_hhi": c.EXPORT_HHI,
            "imports_over_exports": c.IMPORTS_OVER_EXPORTS,
            "years_flagged": c.YEARS_FLAGGED,
            "years_seen": c.YEARS_SEEN,
        },
        "totals": {name: plain(value) for name, value in result.totals.items()},
        "products": records(tables["Products"]),
        "stages": records(tables["Stages"]),
        "flags": records(tables["Flags"]),
        "suppliers": records(tables["Mines refines exports"]),
        "upstream": records(tables["Upstream"]),
        "coverage_gaps": records(tables["Coverage gaps"]),
        "chokepoints": records(tables["Chokepoints"]),
        "findings": [finding_data(finding) for finding in findings],
        "gaps": [
            {"what": what, "where": where, "share_of_trade": None} for what, where in _gaps(result)
        ],
        "vintage": [
            {"table": v.table, "source": v.source, "edition": v.edition, "year": v.year}
            for v in evaluation.vintage
        ],
    }
    if shock is not None:
        data["shock"] = {
            "economy": shock.economy,
            "spare_share": shock.spare_share,
            "lost": shock.lost,
            "lost_after": shock.lost_after,
            "products": records(_dotted(_marked(result, shock))),
        }
    return data


def _gaps(result: Resilience) -> list[tuple[str, str]]:
    found = []
    if not result.evaluation.agreement.coverage.entries:
        return [("no product is covered: cover products first", "coverage")]
    if not result.evaluation.baseline.importers:
        return [("no partner imports: add one that does", "partners")]
    if len(result.years) < c.YEARS_SEEN:
        held = ", ".join(str(year) for year in result.years)
        found.append((f"trade of {c.YEARS_SEEN} years, only {held} held", "dependency flags"))
    unknown = result.upstream[result.upstream["supplied"].isna()]
    for code in dict.fromkeys(unknown["input"]):
        found.append(("neither trade nor output known", f"input {dotted(code)}"))
    refining = refining_gap(result)
    if refining:
        found.append((refining, "who mines, refines and exports"))
    blind = result.gaps[result.gaps["imports"].isna()]
    if len(blind):
        found.append((f"trade of {len(blind)} products beside the covered ones", "coverage gaps"))
    return found


def refining_gap(result: Resilience) -> str:
    """The products without figures of refining and what would bring them; "" where all have."""
    lacking = result.not_refined
    if not lacking:
        return ""
    words = [
        f"{mineral or 'others'} ({', '.join(dotted(code) for code in codes)})"
        for mineral, codes in lacking.items()
    ]
    count, of = sum(map(len, lacking.values())), result.suppliers["product"].nunique()
    return (
        f"refinery output of {count} of {of} products, so who refines them is not known: "
        f"{', '.join(words)}; the US Geological Survey's summaries do not give it, output by "
        "economy from its Minerals Yearbook or the International Energy Agency would"
    )


def resilience_tables(
    result: Resilience, shock: SupplyShock | None = None
) -> dict[str, pd.DataFrame]:
    """The result as tables to write to a file, the products first."""
    flags = result.flags.replace([float("inf")], float("nan"))
    tables = {
        "Products": _dotted(result.products),
        "Stages": result.stages,
        "Flags": _dotted(flags),
        "Mines refines exports": _dotted(result.suppliers),
        "Upstream": result.upstream.assign(
            output=result.upstream["output"].map(dotted),
            input=result.upstream["input"].map(dotted),
        ),
        "Coverage gaps": _dotted(result.gaps).assign(beside=result.gaps["beside"].map(dotted)),
        "Chokepoints": _dotted(result.chokepoints),
    }
    if shock is not None:
        tables["Supply shock"] = _dotted(_marked(result, shock))
    return tables


def _marked(result: Resilience, shock: SupplyShock) -> pd.DataFrame:
    """Losses by product, with equal_split as in the products."""
    return shock.products.assign(equal_split=shock.products["product"].isin(result.split))


def _dotted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(product=frame["product"].map(dotted))
