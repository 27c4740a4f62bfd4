"""Duties under the agreement, other incentives, and the cost of complying (method, section 2)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline
from workbench.analysis.content import member_mask
from workbench.analysis.incentives import fee_relief, preferential_duty, quota_duty
from workbench.analysis.market import entries_by_product
from workbench.model.agreement import Agreement
from workbench.model.commitments import Commitment, Incentive, IncentiveKind, TreatmentBasis
from workbench.model.nomenclature import HSRange

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DutiesUnder:
    """L arrays, fractions of value: duties, other gains, and the cost of complying.

    Attributes:
        base_duty: today's, NaN where unknown.
        pref_duty: under the agreement.
        fee_relief: fees saved.
        other_incentive: everything else that a claim earns.
        ad_valorem_cost: of complying, parameters and commitments together.
    """

    base_duty: Floats
    pref_duty: Floats
    fee_relief: Floats
    other_incentive: Floats
    ad_valorem_cost: Floats

    @property
    def gross_incentive(self) -> Floats:
        """What a claim earns before the cost of complying: g = b - p + f + e."""
        return self.base_duty - self.pref_duty + self.fee_relief + self.other_incentive


def duties_under(
    agreement: Agreement,
    baseline: Baseline,
    year: int | None,
    base_duty: Floats | None = None,
) -> DutiesUnder:
    """Duties and other incentives of every lane in a year.

    Args:
        agreement: its treatment, incentives, commitments and parameters.
        baseline: its lanes.
        year: since entry into force; None is fully staged.
        base_duty: L, duties to take for today's instead of the baseline's.
    """
    base = baseline.duties.base_duty[baseline.i, baseline.x, baseline.k]
    if base_duty is not None:
        base = base_duty
    pref, cut = base.copy(), base
    if agreement.treatment.basis is TreatmentBasis.EXTENDED:
        # What falls is the MFN rate: a duty that is lower already stays as it is.
        cut = np.where(base == 0, 0.0, baseline.duties.mfn_rate[baseline.i, baseline.k])
    if agreement.treatment.market_access:
        entries = entries_by_product(agreement.coverage, baseline.market.products)
        for entry in {id(entry): entry for entry in entries if entry is not None}.values():
            rows = np.array([found is entry for found in entries], dtype=bool)[baseline.k]
            category = agreement.category_of(entry)
            staged = np.minimum(
                preferential_duty(
                    cut[rows], category.formula, category.value, category.years, year
                ),
                base[rows],
            )
            if entry.quota is not None:
                staged = quota_duty(
                    np.minimum(entry.quota.in_quota_rate, base[rows]),
                    staged,
                    np.full(len(staged), entry.quota.volume_usd),
                    baseline.value_usd[rows],
                )
            pref[rows] = staged
        pref += _held_back(agreement, baseline, year) * (base - pref)
    relief, other = np.zeros(len(base)), np.zeros(len(base))
    for incentive in agreement.incentives:
        worth = incentive_worth(incentive, baseline, agreement.parameters.consignment)
        if incentive.kind is IncentiveKind.FEE_RELIEF:
            relief += worth
        else:
            other += worth
    added = commitment_costs(agreement, year)
    costs = np.array([added.get(exporter, 0.0) for exporter in baseline.exporters])
    cost = agreement.parameters.ad_valorem_cost + costs[baseline.x]
    return DutiesUnder(base, pref, relief, other, cost)


def costs_claims(commitment: Commitment, year: int | None) -> bool:
    """Whether what it costs to comply with a commitment is a cost of claiming in a year."""
    started = year is None or commitment.from_year <= year
    return commitment.preference_depends and commitment.compliance_cost > 0 and started


def commitment_costs(agreement: Agreement, year: int | None = None) -> dict[str, float]:
    """What commitments add to the ad valorem cost of claiming, by exporter that they bind.

    A fraction of value; an exporter that none of them binds is not there.
    """
    added: dict[str, float] = {}
    for commitment in agreement.commitments:
        if costs_claims(commitment, year):
            for economy in agreement.bound_by(commitment):
                added[economy] = added.get(economy, 0.0) + commitment.compliance_cost
    return added


def _held_back(agreement: Agreement, baseline: Baseline, year: int | None) -> Floats:
    """Share of the cut that a lane does not get (L): steps not met, trade that lost it.

    As under a quota, the mean duty of the lane counts.
    """
    open_share = np.ones(len(baseline.i))
    for ratchet in agreement.treatment.ratchets:
        rows = _lanes(baseline, exporters=ratchet.exporters, products=ratchet.products)
        open_share[rows] *= ratchet.open_share(year)
    for removal in agreement.treatment.removals:
        if removal.holds_in(year):
            rows = _lanes(baseline, exporters=removal.exporters, products=removal.products)
            open_share[rows] *= 1 - removal.share
    return 1 - open_share


def incentive_worth(incentive: Incentive, baseline: Baseline, consignment_usd: float) -> Floats:
    """What an incentive other than duty adds to a claim on each lane, ad valorem (L)."""
    applies = _applies(incentive, baseline)
    if incentive.kind is IncentiveKind.FEE_RELIEF:
        fees = fee_relief(
            incentive.ad_valorem, incentive.minimum_usd, incentive.maximum_usd, consignment_usd
        )
        return np.where(applies, fees, 0.0)
    return np.where(applies, incentive.ad_valorem * _graduation(incentive, baseline), 0.0)


def _applies(incentive: Incentive, baseline: Baseline) -> NDArray[np.bool_]:
    return _lanes(baseline, incentive.importers, incentive.exporters, incentive.products)


def _lanes(
    baseline: Baseline,
    importers: tuple[str, ...] = (),
    exporters: tuple[str, ...] = (),
    products: tuple[HSRange, ...] = (),
) -> NDArray[np.bool_]:
    """Which lanes are meant (L); an empty choice means all."""

    def inside(names: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
        return np.array([not wanted or name in wanted for name in names], dtype=bool)

    wanted = np.array(
        [
            not products or any(r.contains(code) for r in products)
            for code in baseline.market.products
        ],
        dtype=bool,
    )
    meant: NDArray[np.bool_] = (
        inside(baseline.importers, importers)[baseline.i]
        & inside(baseline.exporters, exporters)[baseline.x]
        & wanted[baseline.k]
    )
    return meant


def _graduation(incentive: Incentive, baseline: Baseline) -> Floats:
    """Share of a special-duty relief left: it shrinks with the named economies' inputs."""
    if incentive.kind is not IncentiveKind.SPECIAL_DUTY_RELIEF or not incentive.named_economies:
        return np.ones(len(baseline.i))
    content = baseline.content
    named = member_mask(content.origins, incentive.named_economies)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = content.declared[:, named].sum(axis=1) / content.materials_share
    left = 1 - np.clip(np.where(content.materials_share == 0, 0.0, share), 0, 1)
    return left[content.row_of_lane]
