"""The supplier's view: what an exporter would have to change, at what cost, to keep the preference.

Producers of a lane differ in their non-originating share N ~ Beta (method, section 5). The view
takes the producer at the mean and those at the 10th, 50th and 90th percentile, and asks of each:
what the rule makes it re-source (s), what that and the claim cost, and what the preference pays.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from workbench.analysis.baseline import Baseline, baseline_rows
from workbench.analysis.claiming import LaneTerms, claim
from workbench.analysis.content_seen import content_seen
from workbench.analysis.evaluation import terms_of_lanes
from workbench.analysis.rules_by_lane import claiming_parameters, lane_rows, rule_parts
from workbench.analysis.treatment import duties_under
from workbench.definitions.treaty_text import treaty_text
from workbench.model.agreement import Agreement
from workbench.model.commitments import TreatmentBasis

Floats = NDArray[np.float64]

PERCENTILES = (0.1, 0.5, 0.9)
MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Producer:
    """One producer of a lane; shares of the value of its goods, None where not known.

    Attributes:
        name: "mean", or the percentile of producers by non-originating share, such as "90 %".
        non_originating: N.
        resourced: s, what it has to re-source; None where it cannot meet the rule at all.
        can_meet: whether it can.
        resourcing_cost: rho s.
        claim_cost: F / S + a, at the median consignment.
        net_gain: what the preference pays less both costs.
        break_even_premium: the price premium at which the net gain is zero; None where nothing
            has to be re-sourced.
    """

    name: str
    non_originating: float | None
    resourced: float | None
    can_meet: bool
    resourcing_cost: float | None
    claim_cost: float
    net_gain: float | None
    break_even_premium: float | None

    @property
    def keeps_the_preference(self) -> bool:
        """Whether complying pays."""
        return self.net_gain is not None and self.net_gain > 0

    @property
    def cost(self) -> float | None:
        """All that complying costs: re-sourcing and the claim."""
        return None if self.resourcing_cost is None else self.resourcing_cost + self.claim_cost


@dataclass(frozen=True, slots=True)
class SupplierLane:
    """One market of the supplier.

    Attributes:
        value_usd: trade a year.
        gross_incentive: g, what a claim earns; None where the duty is not known.
        producers: the mean first, then by percentile.
        utilisation: what the whole lane makes of it.
    """

    importer: str
    value_usd: float
    base_duty: float | None
    pref_duty: float | None
    gross_incentive: float | None
    utilisation: float | None
    producers: tuple[Producer, ...]


@dataclass(frozen=True, slots=True)
class SupplierView:
    """What one rule asks of an exporter in one product, market by market, the largest first."""

    exporter: str
    product: str
    at: float | None
    rule: str
    premium: float
    consignment_usd: float
    fixed_cost_usd: float
    lanes: tuple[SupplierLane, ...]


def supplier_view(
    agreement: Agreement,
    baseline: Baseline,
    exporter: str,
    product: str,
    year: int | None = None,
    at: float | None = None,
) -> SupplierView:
    """The view under the rules of a text.

    Args:
        agreement: the text, an option's changes already made.
        baseline: the world today.
        exporter: an exporting partner.
        product: a covered product, six digits.
        year: since entry into force; None is fully staged.
        at: the number of a sweep that the text was set to, to be told in the result.

    Raises:
        ValueError: that partner exports nothing of it to another, or no origin rule applies.
    """
    if agreement.treatment.basis is TreatmentBasis.EXTENDED:
        raise ValueError("Cuts reach everyone under this treatment, so no origin rule applies.")
    rows = np.flatnonzero(
        (baseline.exporter == exporter) & (baseline.product == product) & (baseline.value_usd > 0)
    )
    if not len(rows):
        raise ValueError("This partner has no exports of the product to other partners on record.")
    some = baseline_rows(baseline, rows)
    duties = duties_under(agreement, some, year)
    seen = content_seen(agreement, some)
    lanes = terms_of_lanes(agreement, some, duties, seen)
    assumed = claiming_parameters(agreement)
    quantiles = _non_originating(lanes.declared_mean, agreement.parameters.concentration)
    needed, able, used = (np.full((len(quantiles), len(rows)), np.nan) for _ in range(3))
    for part in rule_parts(agreement, seen.inputs):
        mine = lane_rows(lanes, part.rows)
        used[0, part.rows] = claim(mine, part.terms, assumed).utilisation
        for place, shares in enumerate(quantiles.values()):
            asked = claim(
                _alone(mine, shares[part.rows]), part.terms, replace(assumed, premium=1.0)
            )
            needed[place, part.rows] = 1.0 - asked.net_gain_at_mean
            able[place, part.rows] = _attainable(asked.utilisation, asked.net_gain_at_mean)
    parameters = agreement.parameters
    fixed = parameters.fixed_cost / parameters.consignment
    found = []
    for lane in range(len(rows)):
        gross = _known(duties.gross_incentive[lane])
        claim_cost = fixed + float(duties.ad_valorem_cost[lane])
        producers = tuple(
            _producer(
                name,
                _known(shares[lane]),
                _known(needed[place, lane]),
                bool(able[place, lane] == 1),
                gross,
                claim_cost,
                parameters.premium,
            )
            for place, (name, shares) in enumerate(quantiles.items())
        )
        found.append(
            SupplierLane(
                importer=str(some.importer[lane]),
                value_usd=float(lanes.value_usd[lane]),
                base_duty=_known(duties.base_duty[lane]),
                pref_duty=_known(duties.pref_duty[lane]),
                gross_incentive=gross,
                utilisation=_known(used[0, lane]),
                producers=producers,
            )
        )
    return SupplierView(
        exporter=exporter,
        product=product,
        at=at,
        rule=treaty_text(agreement.rule_of(product)),
        premium=parameters.premium,
        consignment_usd=parameters.consignment,
        fixed_cost_usd=parameters.fixed_cost,
        lanes=tuple(sorted(found, key=lambda lane: -lane.value_usd)),
    )


def suppliers(baseline: Baseline) -> tuple[tuple[str, str, float], ...]:
    """Exporters and products with trade between partners: exporter, product, USD; largest first."""
    traded = np.flatnonzero(baseline.value_usd > 0)
    size = len(baseline.market.products)
    pair = baseline.x[traded] * size + baseline.k[traded]
    value = np.bincount(pair, baseline.value_usd[traded], len(baseline.exporters) * size)
    order = np.argsort(-value, kind="stable")
    return tuple(
        (baseline.exporters[n // size], baseline.market.products[n % size], float(value[n]))
        for n in order[: int((value > 0).sum())].tolist()
    )


def _non_originating(mean: Floats, concentration: float) -> dict[str, Floats]:
    """N of the producers looked at, by name: at the mean, then by percentile."""
    from scipy.special import betaincinv

    found = {MEAN: mean}
    inside = (mean > 0) & (mean < 1)
    middle = np.where(inside, mean, 0.5)
    for share in PERCENTILES:
        at = betaincinv(middle * concentration, (1 - middle) * concentration, share)
        found[f"{share:.0%}".replace("%", " %")] = np.where(inside, at, mean)
    return found


def _alone(lanes: LaneTerms, shares: Floats) -> LaneTerms:
    """Each lane as one producer of that non-originating share who gains a whole dollar a dollar."""
    ones = np.ones(len(shares))
    return LaneTerms(
        **{
            field.name: getattr(lanes, field.name)
            for field in fields(LaneTerms)
            if field.name not in ("gross_incentive", "ad_valorem_cost", "declared_mean")
        },
        gross_incentive=ones,
        ad_valorem_cost=0 * ones,
        declared_mean=shares,
    )


def _attainable(utilisation: Floats, gain: Floats) -> Floats:
    """1 where the producer can meet the rule, 0 where not, NaN where that is not known."""
    return np.where(np.isnan(utilisation), np.nan, np.where(np.isnan(gain), 0.0, 1.0))


def _producer(
    name: str,
    share: float | None,
    needed: float | None,
    able: bool,
    gross: float | None,
    claim_cost: float,
    premium: float,
) -> Producer:
    # A rounding of the kernel's subtraction is nothing to re-source.
    resourced = None if needed is None or not able else needed if needed > 1e-12 else 0.0
    cost = None if resourced is None else premium * resourced
    net = None if gross is None or cost is None else gross - claim_cost - cost
    break_even = None
    if gross is not None and resourced:
        break_even = (gross - claim_cost) / resourced
    return Producer(name, share, resourced, able, cost, claim_cost, net, break_even)


def _known(value: float) -> float | None:
    return None if value != value else float(value)
