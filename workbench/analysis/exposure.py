"""Free-rider exposure: sums of lanes, and who rides free (method, section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.results import Evaluation, NonPartyOrigins
from workbench.model.origin import Absorption

Floats = NDArray[np.float64]

SUMMED = (
    "claimed",
    "free_riding_content",
    "traced_free_riding_content",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "traced_leakage",
)


@dataclass(frozen=True, eq=False)
class Grouping:
    """Lanes (L) by a column: its different texts in order, and the place of each lane's.

    Where lanes are blocks of `width` and the column is the same throughout a block, or goes
    through the same places in each, `of_block` or `of_place` is that place.
    """

    names: NDArray[np.str_]
    of_lane: NDArray[np.intp]
    width: int = 1
    of_block: NDArray[np.intp] | None = None
    of_place: NDArray[np.intp] | None = None

    def sums(self, values: Floats) -> Floats:
        """The sum of each group, of values by lane (L)."""
        place, weights = self.of_lane, values
        if self.of_block is not None:
            place, weights = self.of_block, values.reshape(-1, self.width).sum(axis=1)
        elif self.of_place is not None:
            place, weights = self.of_place, values.reshape(-1, self.width).sum(axis=0)
        return np.bincount(place, weights, len(self.names)).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Known:
    """A figure of lanes (L): zero where it is missing; and 1 where it is not, else 0."""

    values: Floats
    known: Floats


def grouping(names: Sequence[str], place: NDArray[np.intp], width: int = 1) -> Grouping:
    """Lanes by the text of each.

    Args:
        names: texts, in any order; one may occur more than once.
        place: L, the place of each lane's text among them.
        width: the size of blocks of lanes that are alike.
    """
    used = np.bincount(place, minlength=len(names)) > 0
    found, rank = np.unique(np.array(names, dtype=str)[used], return_inverse=True)
    rank_of = np.zeros(len(names), dtype=np.intp)
    rank_of[used] = rank
    of_lane = rank_of[place]
    if width > 1 and len(of_lane) and len(of_lane) % width == 0:
        blocks = of_lane.reshape(-1, width)
        if (blocks == blocks[:, :1]).all():
            return Grouping(found, of_lane, width, of_block=blocks[:, 0].copy())
        if (blocks == blocks[0]).all():
            return Grouping(found, of_lane, width, of_place=blocks[0].copy())
    return Grouping(found, of_lane)


def figures_known(lanes: pd.DataFrame) -> dict[str, Known]:
    """What `summed` takes of lanes; for several groupings of the same.

    Figures that are missing on the same lanes share one array that says so. `known` and `used` are
    the trade whose duty and whose utilisation is known.
    """
    value = lanes["value"].to_numpy(dtype=np.float64)
    no_trade = np.isnan(value)
    figures: dict[str, Known] = {}
    masks: list[tuple[NDArray[np.bool_], Floats]] = []
    of = {"known": "base_duty", "used": "utilisation"}
    for name in ("value", *SUMMED, *of):
        column = lanes[of.get(name, name)].to_numpy(dtype=np.float64)
        missing = np.isnan(column) | no_trade
        known = next((known for mask, known in masks if np.array_equal(mask, missing)), None)
        if known is None:
            known = 1.0 - missing
            masks.append((missing, known))
        figures[name] = Known(np.where(missing, 0.0, value if name in of else column), known)
    return figures


def sums(lanes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums of lanes by a column; shares are of lanes with a known duty, missing where none.

    Missing figures of single lanes are left out, and so are lanes whose trade is missing; a sum
    of nothing but missing is missing.
    """
    place, names = pd.factorize(lanes[by])
    return summed(figures_known(lanes), by, grouping(names.tolist(), place))


def summed(figures: dict[str, Known], by: str, group: Grouping) -> pd.DataFrame:
    """As `sums`, of figures and a grouping made before."""
    masks = {id(figure.known): figure.known for figure in figures.values()}
    counts = {mask: group.sums(known) for mask, known in masks.items()}
    totals = {
        name: np.where(counts[id(figure.known)] > 0, group.sums(figure.values), np.nan)
        for name, figure in figures.items()
    }
    known, used = totals.pop("known"), totals.pop("used")
    table = totals
    with np.errstate(divide="ignore", invalid="ignore"):
        claimed = np.where(table["claimed"] > 0, table["claimed"], np.nan)
        table["known_duty_share"] = np.where(
            table["value"] > 0, np.nan_to_num(known) / table["value"], np.nan
        )
        table["utilisation"] = np.where(used > 0, table["claimed"] / used, np.nan)
        table["exposure"] = table["free_riding_content"] / claimed
        table["traced_exposure"] = table["traced_free_riding_content"] / claimed
    return pd.DataFrame({by: group.names.astype(object), **table})


@lru_cache(maxsize=2)
def critical_mass_share(baseline: Baseline) -> float | None:
    """Partners' part in world trade of the covered products: half exports, half imports."""
    places, partners = baseline.market.flow_places, set(baseline.partners)
    world = float(np.nansum(places.value_usd))
    if world <= 0:
        return None
    exports, imports = (
        float(np.nansum(places.value_usd[np.array([n in partners for n in names], bool)[place]]))
        for names, place in (
            (places.exporters, places.exporter),
            (places.importers, places.importer),
        )
    )
    return (exports + imports) / (2 * world)


def shares_of_rows(content: Floats) -> Floats:
    """Turn rows into shares of their sum, in place; all zero where one is empty or unknown."""
    total = content.sum(axis=1)
    empty = ~(np.isfinite(total) & (total != 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        content /= total[:, None]
    content[empty] = 0.0
    return content


def by_origin(figures: dict[str, Known], origins: NonPartyOrigins) -> pd.DataFrame:
    """Free-riding content and leakage by the economy that rides, largest first."""
    table: dict[str, Floats] = {}
    for columns, shares in (
        (("free_riding_content", "leakage"), origins.declared),
        (("traced_free_riding_content", "traced_leakage"), origins.traced),
    ):
        for column in columns:
            by_row = np.bincount(origins.row, figures[column].values, len(shares))
            table[column] = by_row @ shares
    frame = pd.DataFrame({"economy": origins.economies, **table})
    frame = frame[(frame["free_riding_content"] > 0) | (frame["traced_free_riding_content"] > 0)]
    return frame.sort_values("free_riding_content", ascending=False, ignore_index=True)


NO_BILL = ""
"""Stands for the inputs of a good that has no bill of inputs."""


@dataclass(frozen=True, eq=False)
class _Riders:
    """Free-riding content (N entries), by lane, place of the origin and place of the input."""

    lane: NDArray[np.intp]
    origin: NDArray[np.intp]
    input: NDArray[np.intp]
    content: Floats
    inputs: tuple[str, ...]


def _through_inputs(evaluation: Evaluation, content: Floats, traced: bool) -> _Riders:
    """What rides in lanes whose bill of inputs says in which input; of these alone.

    A rule moves content without saying of which input: what is left is split as before it.
    """
    table = evaluation.baseline.content
    names = (NO_BILL, *(str(item) for item in table.inputs))
    tracing = evaluation.agreement.origin.absorption is Absorption.TRACING
    split = None if traced or tracing else table.input_declared
    if split is None or not table.inputs:
        nothing = np.zeros(0, dtype=np.intp)
        return _Riders(nothing, nothing, nothing, np.zeros(0), names)
    row_of_lane = table.row_of_lane
    rows = np.flatnonzero((content > 0) & ~np.isnan(split[:, 0, 0])[row_of_lane])
    parts = split[row_of_lane[rows]]
    total = parts.sum(axis=1, keepdims=True)
    origins = evaluation.origins
    amount = content[rows][:, None, None] * origins.declared[origins.row[rows]][:, None, :]
    amount = amount * np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
    at, named, origin = np.nonzero(amount > 0)
    return _Riders(rows[at], origin, named + 1, amount[at, named, origin], names)


def free_riding_routes(evaluation: Evaluation, traced: bool = False) -> pd.DataFrame:
    """Who rides, through which partner, in which product, into all markets together.

    Returns:
        economy (the non-party), input (a code or `NO_BILL`), exporter, product,
        free_riding_content in USD; only positive ones, largest first. They sum to the total.
    """
    origins, baseline = evaluation.origins, evaluation.baseline
    shares = origins.traced if traced else origins.declared
    column = "traced_free_riding_content" if traced else "free_riding_content"
    content = np.nan_to_num(evaluation.lanes[column].to_numpy(dtype=np.float64))
    split = _through_inputs(evaluation, content, traced)
    content[split.lane] = 0.0
    riding = np.flatnonzero(content > 0)
    width = len(baseline.market.products)
    route = baseline.x[riding] * width + baseline.k[riding]
    amounts, places = [], []
    for origin in range(len(origins.economies)):
        amount = content[riding] * shares[origins.row[riding], origin]
        summed = np.bincount(route, amount, len(baseline.exporters) * width)
        places.append(np.flatnonzero(summed))
        amounts.append(summed[places[-1]])
    routes = len(baseline.exporters) * width
    own = baseline.x[split.lane] * width + baseline.k[split.lane]
    key = (split.origin * len(split.inputs) + split.input) * routes + own
    keys, which = np.unique(key, return_inverse=True)
    named, place_of = np.divmod(keys, routes)
    place = np.concatenate([*places, place_of])
    amount = np.concatenate([*amounts, np.bincount(which, split.content, len(keys))])
    lengths = [len(part) for part in places]
    origin_of = np.concatenate(
        [np.repeat(np.arange(len(places)), lengths), named // len(split.inputs)]
    )
    input_of = np.concatenate([np.zeros(sum(lengths), dtype=np.intp), named % len(split.inputs)])
    order = np.argsort(-amount, kind="stable")
    x, k = np.divmod(place[order], width)
    return pd.DataFrame(
        {
            "economy": np.array(origins.economies, dtype=object)[origin_of[order]],
            "input": np.array(split.inputs, dtype=object)[input_of[order]],
            "exporter": np.array(baseline.exporters, dtype=object)[x],
            "product": np.array(baseline.market.products, dtype=object)[k],
            "free_riding_content": amount[order],
        }
    )


def free_riding_flows(evaluation: Evaluation, traced: bool = False) -> pd.DataFrame:
    """Who rides, through which partner, in which product, into which market.

    Returns:
        economy (the non-party), input (a code or `NO_BILL`), exporter, importer, product, lane (row
        of the lanes), free_riding_content in USD; only positive ones, largest first. They sum to
        the total.
    """
    origins = evaluation.origins
    shares = origins.traced if traced else origins.declared
    column = "traced_free_riding_content" if traced else "free_riding_content"
    content = np.nan_to_num(evaluation.lanes[column].to_numpy(dtype=np.float64))
    split = _through_inputs(evaluation, content, traced)
    content[split.lane] = 0.0
    riding = np.flatnonzero(content > 0)
    amount = content[riding, None] * shares[origins.row[riding]]
    at, origin = np.nonzero(amount > 0)
    lane, plain = riding[at], amount[at, origin]
    lane, origin = np.append(lane, split.lane), np.append(origin, split.origin)
    named = np.append(np.zeros(len(plain), dtype=np.intp), split.input)
    lanes = evaluation.lanes
    frame = pd.DataFrame(
        {
            "economy": np.array(origins.economies, dtype=object)[origin],
            "input": np.array(split.inputs, dtype=object)[named],
            "exporter": lanes["exporter"].to_numpy()[lane],
            "importer": lanes["importer"].to_numpy()[lane],
            "product": lanes["product"].to_numpy()[lane],
            "lane": lane,
            "free_riding_content": np.append(plain, split.content),
        }
    )
    return frame.sort_values("free_riding_content", ascending=False, ignore_index=True)
