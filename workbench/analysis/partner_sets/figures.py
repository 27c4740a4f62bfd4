"""The figures of a set, and those of them that need no claiming model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.explain import FIGURES as EXPLAINED
from workbench.analysis.explain import Unit
from workbench.analysis.market import Market, fold_flows
from workbench.analysis.partner_sets.bits import Slice, additive, pair_sums, quadratic
from workbench.analysis.partner_sets.question import SetQuestion
from workbench.analysis.supply_chain import (
    SUPPLIES_SHARE,
    ChainFacts,
    minerals_of,
    world_supply,
)
from workbench.model.agreement import Agreement
from workbench.progress import NO_PROGRESS, Progress
from workbench.tradedata import columns as col
from workbench.tradedata import queries
from workbench.tradedata.database import TradeDatabase

Floats = NDArray[np.float64]

_PRODUCTS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class SetFigure:
    """One figure of a set.

    `more_is_better` is what a set is usually chosen for; None where that is a matter of aims.
    """

    name: str
    title: str
    unit: Unit
    more_is_better: bool
    meaning: str


def _told(name: str) -> tuple[str, Unit]:
    return EXPLAINED[name]


SET_FIGURES: tuple[SetFigure, ...] = (
    SetFigure(
        "covered_trade",
        *_told("covered_trade"),
        True,
        "Imports of covered products by importing partners from exporting partners, USD a year.",
    ),
    SetFigure(
        "market",
        *_told("critical_mass_share"),
        True,
        "The partners' part in world trade of the covered products: half exports, half imports.",
    ),
    SetFigure(
        "chain_completeness",
        "Chain completeness",
        Unit.SHARE,
        True,
        "The share of what covered goods are made from that the partners supply in quantity: at "
        "least five per cent of world exports, or of mine output where trade is not known.",
    ),
    SetFigure(
        "exposure",
        *_told("exposure"),
        False,
        "Declared free-riding content over the trade that claims.",
    ),
    SetFigure(
        "traced_exposure",
        *_told("traced_exposure"),
        False,
        "Free-riding content at all tiers over the trade that claims.",
    ),
    SetFigure(
        "utilisation",
        *_told("utilisation"),
        True,
        "The trade that claims over the trade with a known duty.",
    ),
    SetFigure(
        "resourced_content",
        *_told("resourced_content"),
        True,
        "Content that the rule moves into the partners, USD a year.",
    ),
    SetFigure(
        "duty_forgone",
        *_told("duty_forgone"),
        False,
        "Duty no longer paid on the trade that claims, USD a year.",
    ),
    SetFigure(
        "leakage",
        *_told("leakage"),
        False,
        "Duty forgone that rewards declared non-party content, USD a year.",
    ),
    SetFigure(
        "hhi",
        "Concentration of suppliers",
        Unit.NUMBER,
        False,
        "Herfindahl-Hirschman index, 0 to 1, of the suppliers (partners and others) to the joint "
        "market of the importing partners, product by product, weighted by imports.",
    ),
    SetFigure(
        "alignment_min",
        "Lowest alignment",
        Unit.NUMBER,
        True,
        "The lowest alignment score of any partner that has one, 0 to 1.",
    ),
    SetFigure(
        "alignment_mean",
        "Mean alignment",
        Unit.NUMBER,
        True,
        "The mean alignment score of the partners that have one, 0 to 1.",
    ),
)
"""Every figure of a set, in the order of tables and exports."""

FIGURE_NAMES = tuple(figure.name for figure in SET_FIGURES)


def set_figure(name: str) -> SetFigure:
    """The figure of that name.

    Raises:
        KeyError: there is none.
    """
    for figure in SET_FIGURES:
        if figure.name == name:
            return figure
    raise KeyError(name)


@dataclass(frozen=True, eq=False)
class Chain:
    """Inputs of the covered goods, and every economy's share of world supply of each.

    Attributes:
        inputs: those whose supply is known.
        unknown: those of whose supply the database knows nothing.
        shares: by (input, economy).
    """

    inputs: tuple[str, ...]
    unknown: tuple[str, ...]
    shares: Mapping[tuple[str, str], float]


def chain_of(database: TradeDatabase, agreement: Agreement, products: tuple[str, ...]) -> Chain:
    """What the database links to the covered products as inputs.

    Raises:
        TradeDataError: the database cannot be read.
    """
    edition, years = agreement.nomenclature, agreement.base_years
    links = queries.input_links(database)
    links = links[links[col.EDITION] == edition.value]
    inputs = tuple(sorted(set(links.loc[links[col.OUTPUT].isin(products), col.INPUT])))
    if not inputs:
        return Chain((), (), {})
    flows = fold_flows(queries.flows(database, inputs, edition, years), years)
    facts = ChainFacts(
        links,
        flows.rename(columns={col.VALUE_USD: "value"}),
        queries.reference_figures(database, "production", minerals_of(inputs)),
    )
    supply = {code: world_supply(facts, code)[0] for code in inputs}
    return Chain(
        tuple(code for code in inputs if len(supply[code])),
        tuple(code for code in inputs if not len(supply[code])),
        {
            (code, str(economy)): float(share)
            for code, shares in supply.items()
            for economy, share in shares.items()
        },
    )


@dataclass(frozen=True, eq=False)
class Trade:
    """What the figures without a claiming model rest on.

    Attributes:
        flows: importers E x exporters E, covered trade between economies, USD.
        market: E, each economy's part in world trade of covered products.
        together: K x E x E, sums over all suppliers of the product of two importers' imports.
        imports: K x E, imports of each product by each importing economy.
        inputs: of the chain, see `Chain`.
        unknown_inputs: those whose supply is not known.
        chain: inputs x E, shares of world supply.
        alignment: E, NaN without a score.
        known: whether the database knows trade in any covered product.
    """

    flows: Floats
    market: Floats
    together: Floats
    imports: Floats
    inputs: tuple[str, ...]
    unknown_inputs: tuple[str, ...]
    chain: Floats
    alignment: Floats
    known: bool


def trade_of(
    market: Market,
    question: SetQuestion,
    chain: Chain,
    alignment: Mapping[str, float | None],
) -> Trade:
    """Collapse a market to what the sets need."""
    text, economies = question.text, question.economies
    count = len(economies)
    flows = market.flows
    value = flows[col.VALUE_USD].to_numpy(dtype=np.float64)
    importer = _places(flows[col.IMPORTER], economies)
    exporter = _places(flows[col.EXPORTER], economies)
    whole = [c for c in market.products if c in market.traded and text.coverage.covers(c)]
    product = _places(flows[col.PRODUCT], whole)
    buys, sells = np.array(question.importers), np.array(question.exporters)

    inside = (product >= 0) & (importer >= 0) & (exporter >= 0)
    inside &= buys[importer] & sells[exporter]
    pair = importer[inside] * count + exporter[inside]
    covered = np.bincount(pair, value[inside], count * count) * (
        1 - text.parameters.small_parcel_share
    )

    world = value.sum()
    part = np.bincount(importer[importer >= 0], value[importer >= 0], count)
    part += np.bincount(exporter[exporter >= 0], value[exporter >= 0], count)
    to = np.flatnonzero((product >= 0) & (importer >= 0) & buys[importer])
    supplier, _ = pd.factorize(flows[col.EXPORTER])
    together, imports = _suppliers(
        supplier[to], product[to], importer[to], value[to], len(whole), count
    )
    supplies = np.array(
        [
            [chain.shares.get((code, e), 0.0) * sells[n] for n, e in enumerate(economies)]
            for code in chain.inputs
        ]
    )
    scores = [alignment.get(code) for code in economies]
    return Trade(
        flows=covered.astype(np.float64).reshape(count, count),
        market=part / (2 * world) if world > 0 else np.full(count, np.nan),
        together=together,
        imports=imports,
        inputs=chain.inputs,
        unknown_inputs=chain.unknown,
        chain=supplies.reshape(len(chain.inputs), count),
        alignment=np.array([np.nan if score is None else score for score in scores]),
        known=bool(whole),
    )


def _places(codes: "pd.Series[str]", known: Sequence[str]) -> NDArray[np.int64]:
    """The place of each code among those known, -1 where it is none of them."""
    return pd.Index(list(known), dtype="str").get_indexer(pd.Index(codes)).astype(np.int64)


def _suppliers(
    supplier: NDArray[np.int64],
    product: NDArray[np.int64],
    importer: NDArray[np.int64],
    value: Floats,
    products: int,
    count: int,
) -> tuple[Floats, Floats]:
    """`together` and `imports` of `Trade`."""
    suppliers = int(supplier.max()) + 1 if len(supplier) else 0
    together = np.zeros((products, count, count))
    imports = np.zeros((products, count))
    order = np.argsort(product, kind="stable")
    ends = np.searchsorted(product[order], np.arange(products + 1))
    for start in range(0, products, _PRODUCTS_AT_ONCE):
        stop = min(start + _PRODUCTS_AT_ONCE, products)
        rows = order[ends[start] : ends[stop]]
        cell = (product[rows] - start) * suppliers + supplier[rows]
        size = (stop - start) * suppliers * count
        table = np.bincount(cell * count + importer[rows], value[rows], size)
        table = table.reshape(stop - start, suppliers, count)
        together[start:stop] = table.transpose(0, 2, 1) @ table
        imports[start:stop] = table.sum(axis=1)
    return together, imports


def simple_figures(
    trade: Trade, part: Slice, progress: Progress = NO_PROGRESS
) -> dict[str, Floats]:
    """The figures of every set of a slice (each 2^n) that need no claiming model."""
    inside, free = list(part.inside), list(part.free)
    covered = pair_sums(trade.flows, part)
    if not trade.known:
        covered[:] = np.nan
    market = additive(trade.market[inside].sum(keepdims=True), trade.market[None, free])[0]
    scored = ~np.isnan(trade.alignment)
    score = np.where(scored, trade.alignment, 0.0)
    total = additive(score[inside].sum(keepdims=True), score[None, free])[0]
    number = additive(scored[inside].sum(keepdims=True) * 1.0, scored[None, free] * 1.0)[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(number > 0, total / number, np.nan)
    return {
        "covered_trade": covered,
        "market": market,
        "chain_completeness": _completeness(trade.chain, part),
        "hhi": _concentration(trade, part, progress),
        "alignment_min": _lowest(trade.alignment, part),
        "alignment_mean": mean,
    }


def _completeness(chain: Floats, part: Slice) -> Floats:
    if not len(chain):
        return np.full(part.size, np.nan)
    supplied = additive(chain[:, list(part.inside)].sum(axis=1), chain[:, list(part.free)])
    found: Floats = (supplied >= SUPPLIES_SHARE).mean(axis=0)
    return found


def _lowest(alignment: Floats, part: Slice) -> Floats:
    out = np.empty(part.size)
    inside = alignment[list(part.inside)]
    known = inside[~np.isnan(inside)]
    out[0] = known.min() if len(known) else np.nan
    for j, economy in enumerate(part.free):
        size = 1 << j
        np.fmin(out[:size], alignment[economy], out=out[size : 2 * size])
    return out


def _concentration(trade: Trade, part: Slice, progress: Progress) -> Floats:
    """Sum over products of (sum of squared supplies / supplies), over all supplies."""
    inside, free = list(part.inside), list(part.free)
    weighted, whole = np.zeros(part.size), np.zeros(part.size)
    count = len(trade.imports)
    for start in range(0, count, _PRODUCTS_AT_ONCE):
        progress.step(start, count, "concentration of suppliers")
        rows = slice(start, start + _PRODUCTS_AT_ONCE)
        pairs, imports = trade.together[rows], trade.imports[rows]
        base = pairs[:, inside][:, :, inside].sum(axis=(1, 2))
        own = np.diagonal(pairs, axis1=1, axis2=2)[:, free]
        linear = own + 2 * pairs[:, free][:, :, inside].sum(axis=2)
        squares = quadratic(base, linear, 2 * pairs[:, free][:, :, free])
        supplies = additive(imports[:, inside].sum(axis=1), imports[:, free])
        whole += supplies.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            squares /= supplies
        np.nan_to_num(squares, copy=False)
        weighted += squares.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, weighted / whole, np.nan)
