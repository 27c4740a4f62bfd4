"""What each partner brings, and who supplies the partners from outside."""

from dataclasses import replace

import pandas as pd

from workbench.analysis.explain import Explanation, Term, Unit, vintage_terms
from workbench.analysis.explain_groups import explain_group
from workbench.analysis.market import Market
from workbench.analysis.results import Evaluation
from workbench.model.economies import economy_name


def partner_figures(evaluation: Evaluation) -> pd.DataFrame:
    """Figures of every partner of the agreement, observers included, in the order of the text.

    Returns:
        economy; exports (to partners) and imports (from partners), USD a year of covered trade;
        utilisation and exposure of its exports; content ("known", "partly known", "not known",
        or "" where it does not export under the agreement). NaN is unknown or does not apply.
    """
    lanes = evaluation.lanes
    economies = [partner.economy for partner in evaluation.agreement.partners]
    exporter = evaluation.by_exporter.set_index("exporter").reindex(economies)
    importer = evaluation.by_importer.set_index("importer").reindex(economies)
    known = lanes["declared_mean"].notna().groupby(lanes["exporter"]).mean().reindex(economies)
    words = [
        "" if pd.isna(share) else {1.0: "known", 0.0: "not known"}.get(share, "partly known")
        for share in known
    ]
    return pd.DataFrame(
        {
            "economy": economies,
            "exports": exporter["value"].to_numpy(),
            "imports": importer["value"].to_numpy(),
            "utilisation": exporter["utilisation"].to_numpy(),
            "exposure": exporter["exposure"].to_numpy(),
            "content": words,
        }
    )


def explain_exposure_change(now: Evaluation, then: Evaluation, economy: str) -> Explanation:
    """How the exposure of a partner's exports changed since an earlier evaluation."""
    where = {"exporter": economy}
    after, before = (explain_group(each, where, "exposure") for each in (now, then))
    change = None
    if isinstance(after.value, float) and isinstance(before.value, float):
        change = after.value - before.value
    return replace(
        after,
        title=f"{after.title}: change",
        value=change,
        unit=Unit.SHARE_CHANGE,
        formula="exposure now − exposure in the pinned baseline",
        terms=(
            Term("", f"{after.title} now", after.value, Unit.SHARE),
            Term("", f"{after.title} in the pinned baseline", before.value, Unit.SHARE),
            *after.terms,
        ),
    )


def outside_suppliers(market: Market, importers: tuple[str, ...]) -> pd.DataFrame:
    """Non-partners that supply the partners with covered products, largest first.

    Args:
        market: trade in the covered products.
        importers: partners that import under the agreement.

    Returns:
        economy, value (USD a year), share (of these importers' imports from everyone).
    """
    flows = market.flows[market.flows["importer"].isin(importers)]
    total = float(flows["value_usd"].sum())
    outside = flows[~flows["exporter"].isin(market.importers)]
    table = outside.groupby("exporter", sort=True)["value_usd"].sum().reset_index()
    table.columns = pd.Index(["economy", "value"])
    table["share"] = table["value"] / total if total > 0 else float("nan")
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def explain_supplier(evaluation: Evaluation, economy: str, figure: str) -> Explanation:
    """The trade, or (`share`) its share, of a non-partner that supplies the partners."""
    market, importers = evaluation.baseline.market, evaluation.baseline.importers
    table = outside_suppliers(market, importers)
    row = table[table["economy"] == economy].to_dict("records")[0]
    flows = market.flows[market.flows["importer"].isin(importers)]
    own = flows[flows["exporter"] == economy].groupby("importer")["value_usd"].sum()
    terms = [Term("", "Imports from everyone", float(flows["value_usd"].sum()), Unit.USD)]
    terms += [
        Term("", f"Imports of {economy_name(str(code))}", float(value), Unit.USD)
        for code, value in own.sort_values(ascending=False).items()
    ]
    share = figure == "share"
    return Explanation(
        figure,
        "Share of the partners' imports" if share else "Supplies to the partners",
        economy_name(economy),
        float(row["share" if share else "value"]),
        Unit.SHARE if share else Unit.USD,
        "imports from it / imports from everyone" if share else "Σ mean imports over base years",
        tuple(terms) + vintage_terms(evaluation),
        "2",
    )
