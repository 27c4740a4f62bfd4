"""What incentives other than duty cost, whom, and what a charge brings in (method, section 2).

Apart from duty forgone: a tax credit is paid from a budget, a special duty or a fee that is not
collected is revenue lost, and a charge on goods that do not claim is paid by those who buy them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.analysis.results import Evaluation
from workbench.analysis.treatment import incentive_worth
from workbench.model.commitments import Incentive, IncentiveKind

Floats = NDArray[np.float64]

PAYERS: dict[IncentiveKind, str] = {
    IncentiveKind.EXTERNAL_CHARGE: "buyers of goods that do not claim",
    IncentiveKind.TAX_CREDIT: "the importing partner's budget",
    IncentiveKind.SPECIAL_DUTY_RELIEF: "the importing partner: special duties not collected",
    IncentiveKind.PROCUREMENT: "the importing partner's public buyers",
    IncentiveKind.PRICE_FLOOR: "buyers of goods below the floor",
    IncentiveKind.FEE_RELIEF: "the importing partner: customs fees not collected",
}
"""Who bears each kind of incentive."""

_FROM_TREASURY = frozenset(
    {IncentiveKind.TAX_CREDIT, IncentiveKind.SPECIAL_DUTY_RELIEF, IncentiveKind.FEE_RELIEF}
)


@dataclass(frozen=True, eq=False)
class Fiscal:
    """What incentives other than duty cost.

    Attributes:
        rows: incentive (place in the agreement), name, kind, importer, claimed, cost (to the
            treasury), paid (worth to those who claim, whoever bears it), raised; USD. NaN where
            of none of the trade that it is for is known what claims.
        cost: all of it to treasuries, apart from duty forgone; 0 without incentives, None where
            none of it is known.
        raised: what charges bring in, before trade answers to them.
    """

    rows: pd.DataFrame
    cost: float | None
    raised: float

    def of(self, incentives: tuple[int, ...]) -> pd.DataFrame:
        """Rows of some incentives, by their places."""
        return self.rows[self.rows["incentive"].isin(incentives)]


def costs_treasury(incentive: Incentive) -> bool:
    """Whether a treasury bears it: as the text says, and never for a charge or a floor."""
    return incentive.fiscal_cost and (
        incentive.kind in _FROM_TREASURY or incentive.kind is IncentiveKind.PROCUREMENT
    )


def fiscal(evaluation: Evaluation) -> Fiscal:
    """Costs and revenue of every incentive other than duty, by importing partner.

    Trade of unknown utilisation is left out. A charge is counted on what does not claim: the
    rest of the partners' trade, and imports of the same products from non-parties. Small parcels
    pay none.
    """
    agreement, baseline, lanes = evaluation.agreement, evaluation.baseline, evaluation.lanes
    value = lanes["value"].to_numpy(dtype=np.float64)
    claimed = lanes["claimed"].to_numpy(dtype=np.float64)
    unclaimed = np.maximum(value - claimed, 0.0)
    rows = []
    for place, incentive in enumerate(agreement.incentives):
        worth = incentive_worth(incentive, baseline, agreement.parameters.consignment)
        meant = ~(worth <= 0) & (value > 0)
        outside = _from_outside(evaluation, incentive)
        for i, importer in enumerate(baseline.importers):
            here = baseline.i == i
            if incentive.importers and importer not in incentive.importers:
                continue
            mine = here & meant
            gain = _known_sum((worth * claimed)[mine])
            raised = 0.0
            if incentive.kind is IncentiveKind.EXTERNAL_CHARGE:
                raised = float(np.nansum((worth * unclaimed)[mine]))
                raised += incentive.ad_valorem * outside[i]
            rows.append(
                (
                    place,
                    incentive.name,
                    incentive.kind.value,
                    importer,
                    _known_sum(claimed[mine]),
                    gain if costs_treasury(incentive) else 0.0,
                    gain,
                    raised,
                )
            )
    names = ["incentive", "name", "kind", "importer", "claimed", "cost", "paid", "raised"]
    frame = pd.DataFrame(rows, columns=names)
    cost = _known_sum(frame["cost"].to_numpy(dtype=np.float64))
    return Fiscal(frame, None if np.isnan(cost) else cost, float(frame["raised"].sum()))


def _known_sum(amounts: Floats) -> float:
    """A sum of what is known; NaN where there are amounts, but none is known."""
    known = ~np.isnan(amounts)
    return float(amounts[known].sum()) if known.any() or not len(amounts) else float("nan")


def _from_outside(evaluation: Evaluation, incentive: Incentive) -> Floats:
    """Imports of each importing partner from non-parties, of the products of an incentive.

    Small parcels are left out, as they are on the lanes between partners.
    """
    baseline = evaluation.baseline
    flows = baseline.market.flows
    inside = {
        code
        for code in baseline.market.products
        if not incentive.products or any(r.contains(code) for r in incentive.products)
    }
    flows = flows[
        flows["importer"].isin(baseline.importers)
        & ~flows["exporter"].isin(baseline.partners)
        & flows["product"].isin(inside)
    ]
    total = flows.groupby("importer")["value_usd"].sum()
    total = total * (1 - evaluation.agreement.parameters.small_parcel_share)
    return np.array([float(total.get(code, 0.0)) for code in baseline.importers])
