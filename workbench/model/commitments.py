"""What partners promise: how duties fall, what rates are, and the duties they accept."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.model.nomenclature import HSRange


class TreatmentBasis(StrEnum):
    """Who gets the agreement's duties."""

    PREFERENTIAL = "preferential"
    EXTENDED = "extended-to-all"


class StagingFormula(StrEnum):
    """How a rate falls over time; `value` and `years` mean what each line says."""

    FREE = "free"
    """Free at entry into force."""
    EQUAL_CUTS = "equal-cuts"
    """Free after `years` equal yearly cuts."""
    CUT = "cut"
    """Cut by the share `value`."""
    CAP = "cap"
    """No more than the rate `value`."""
    MARGIN = "margin"
    """Today's rate minus `value` (a fraction of value)."""
    SWISS = "swiss"
    """a b / (a + b) with coefficient a = `value`."""
    EXCLUDED = "excluded"
    """No cut."""


@dataclass(frozen=True, slots=True)
class StagingCategory:
    """A named way for rates to fall, e.g. "A" free at entry, "B5" five equal cuts."""

    name: str
    formula: StagingFormula
    years: int | None = None
    value: float | None = None
    notes: str = ""


FREE_AT_ENTRY = StagingCategory("A", StagingFormula.FREE)


@dataclass(frozen=True, slots=True)
class RatchetStep:
    """A criterion that frees a share of the cut; `met_from` None is not met yet."""

    criterion: str
    cut_share: float
    met_from: int | None = None


@dataclass(frozen=True, slots=True)
class Ratchet:
    """Preferences that open step by step as exporters meet named criteria.

    Empty `products` are all covered ones.
    """

    exporters: tuple[str, ...]
    steps: tuple[RatchetStep, ...]
    products: tuple[HSRange, ...] = ()
    notes: str = ""

    def open_share(self, year: int | None) -> float:
        """Share of the cut open in a year since entry; None counts every step that is met."""
        met = [
            step.cut_share
            for step in self.steps
            if step.met_from is not None and (year is None or step.met_from <= year)
        ]
        return min(1.0, sum(met))


@dataclass(frozen=True, slots=True)
class Removal:
    """A share of exporters' trade that has lost the preference, as after a breach.

    `facility` and `commitment` name who lost it and why; empty `products` are all covered
    ones. It lasts from `from_year` to `until_year`, None until further notice.
    """

    exporters: tuple[str, ...]
    share: float
    products: tuple[HSRange, ...] = ()
    facility: str = ""
    commitment: str = ""
    from_year: int = 1
    until_year: int | None = None
    notes: str = ""

    def holds_in(self, year: int | None) -> bool:
        """Whether it holds in a year since entry; None is after everything is staged."""
        if year is None:
            return self.until_year is None
        return self.from_year <= year and (self.until_year is None or year <= self.until_year)


@dataclass(frozen=True, slots=True)
class Treatment:
    """Whom the cuts reach and how they are staged.

    `market_access` False is a playbook of cooperation: no duty changes at all.
    """

    market_access: bool = True
    basis: TreatmentBasis = TreatmentBasis.PREFERENTIAL
    staging: tuple[StagingCategory, ...] = (FREE_AT_ENTRY,)
    default_category: str = "A"
    ratchets: tuple[Ratchet, ...] = ()
    removals: tuple[Removal, ...] = ()
    notes: str = ""

    def category(self, name: str) -> StagingCategory:
        """The staging category of that name, or the default one for "".

        A name that is not defined cuts nothing; the checks of a definition say so.
        """
        wanted = name or self.default_category
        for category in self.staging:
            if category.name == wanted:
                return category
        return StagingCategory(wanted, StagingFormula.EXCLUDED)


BEYOND_QUOTA = StagingCategory("", StagingFormula.EXCLUDED)
"""How trade beyond a quota is treated that names no category: it pays today's duty."""


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A rate that the agreement file itself states, with its source.

    `exporter` "" is the MFN rate, open to all. It then counts before the database.
    """

    importer: str
    products: tuple[HSRange, ...]
    rate: float
    source: str
    exporter: str = ""
    year: int | None = None
    notes: str = ""


class IncentiveKind(StrEnum):
    """Incentives other than duty, each an ad valorem equivalent."""

    EXTERNAL_CHARGE = "external-charge"
    TAX_CREDIT = "tax-credit"
    SPECIAL_DUTY_RELIEF = "special-duty-relief"
    PROCUREMENT = "procurement"
    PRICE_FLOOR = "price-floor"
    FEE_RELIEF = "fee-relief"


class EnactedBy(StrEnum):
    """Who has to act before an incentive exists."""

    AGREEMENT = "agreement"
    LEGISLATURE = "legislature"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Incentive:
    """Something a claim earns besides the duty saved.

    `ad_valorem` is a fraction of value, counted only for claims under the agreement. A fee
    relief gives the fee's ad valorem rate with its minimum and maximum in USD a consignment.
    Empty `importers`, `exporters` or `products` mean all of the agreement's.
    """

    name: str
    kind: IncentiveKind
    ad_valorem: float
    basis: str
    minimum_usd: float | None = None
    maximum_usd: float | None = None
    importers: tuple[str, ...] = ()
    exporters: tuple[str, ...] = ()
    products: tuple[HSRange, ...] = ()
    named_economies: tuple[str, ...] = ()
    enacted_by: EnactedBy = EnactedBy.AGREEMENT
    fiscal_cost: bool = True
    conditions: str = ""
    source: str = ""
    notes: str = ""


class CommitmentTopic(StrEnum):
    """What a commitment is about."""

    LABOUR = "labour"
    ENVIRONMENT = "environment"
    NON_MARKET_PRACTICES = "non-market-practices"
    TRANSPARENCY = "transparency-and-tracing"
    INFORMATION_SHARING = "information-sharing"
    CRISIS_RESPONSE = "crisis-response"
    STANDARDS = "standards"
    REGULATORY = "regulatory"
    DISPUTE_SETTLEMENT = "dispute-settlement"
    REVIEW = "review"


class Obligation(StrEnum):
    """How strongly a text binds."""

    SHALL = "shall"
    SHALL_ENDEAVOUR = "shall-endeavour"
    INTENDS_TO = "intends-to"
    MAY = "may"


class Precision(StrEnum):
    """How exactly a text says what is due."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Enforcement(StrEnum):
    """What happens on a breach."""

    FACILITY_SPECIFIC = "facility-specific"
    STATE_TO_STATE = "state-to-state"
    CONSULTATION = "consultation"
    NONE = "none"


class Binds(StrEnum):
    """Which partners a text binds, by what they bring to the chain."""

    ALL = "all"
    PRODUCERS = "producers"
    CONSUMERS = "consumers"


class Stance(StrEnum):
    """A partner's position on a text."""

    ACCEPTS = "accepts"
    RESERVES = "reserves"
    OPPOSES = "opposes"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a partner stands on a commitment."""

    economy: str
    stance: Stance
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Text not agreed yet, and who proposed it."""

    text: str
    proposed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commitment:
    """A discipline the partners take on.

    `compliance_cost` is the ad valorem cost it adds to claiming the preference (a fraction of
    value); it counts where `preference_depends` is true, from `from_year` on. Empty `applies_to`
    is every partner of the role that it binds. `facility_share` is the share of a partner's
    covered exports that loses the preference when one facility is found in breach; None is not
    stated.
    """

    id: str
    topic: CommitmentTopic
    text: str
    obligation: Obligation
    precision: Precision = Precision.MEDIUM
    enforcement: Enforcement = Enforcement.CONSULTATION
    binds: Binds = Binds.ALL
    applies_to: tuple[str, ...] = ()
    from_year: int = 1
    preference_depends: bool = False
    compliance_cost: float = 0.0
    facility_share: float | None = None
    positions: tuple[Position, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    source: str = ""
    notes: str = ""
    title: str = ""

    @property
    def called(self) -> str:
        """Its title as people say it, or its id where it has none."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Body:
    """An institution the agreement sets up."""

    name: str
    does: str
    made_of: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Something due a number of days after entry into force."""

    what: str
    days: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """A computed figure above or below a level that reopens coverage or rules.

    Exactly one of `above` and `below` is given; the checks of a definition say where not.
    """

    figure: str
    reopens: str
    above: float | None = None
    below: float | None = None

    @property
    def level(self) -> float:
        """The level that it looks at; NaN where none is given."""
        stated = self.below if self.above is None else self.above
        return math.nan if stated is None else stated

    @property
    def falls(self) -> bool:
        """Whether it is set off by a fall below its level."""
        return self.above is None

    def met_by(self, value: float) -> bool:
        """Whether a value of the figure sets it off."""
        return value < self.level if self.falls else value > self.level


@dataclass(frozen=True, slots=True)
class Institutions:
    """Bodies, clocks, review, withdrawal and accession."""

    bodies: tuple[Body, ...] = ()
    clocks: tuple[Clock, ...] = ()
    review_every_years: int | None = None
    triggers: tuple[Trigger, ...] = ()
    withdrawal_lock_years: int | None = None
    withdrawal_notice_months: int | None = None
    accession: str = ""
    sunset_years: int | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class InputShare:
    """One input of a good: a product, its share of the good's value, and where it comes from.

    `origins` are (economy, share of this input) pairs; empty leaves the mix to the data.
    """

    product: HSRange
    cost_share: float
    origins: tuple[tuple[str, float], ...] = ()

    @property
    def origins_known(self) -> bool:
        """Whether the origins account for all of the input."""
        return sum(share for _, share in self.origins) > 1 - 1e-9


@dataclass(frozen=True, slots=True)
class BillOfInputs:
    """What goods of some products are made from; overrides the sector's average content.

    Empty `exporters` is every exporter.
    """

    products: tuple[HSRange, ...]
    inputs: tuple[InputShare, ...]
    source: str
    exporters: tuple[str, ...] = ()
    notes: str = ""

    @property
    def materials_share(self) -> float:
        """All inputs together, as a share of the good's value."""
        return sum(i.cost_share for i in self.inputs)


@dataclass(frozen=True, slots=True)
class ParameterSources:
    """Where the values of `Parameters` come from, in the drafter's words; "" is not stated."""

    concentration: str = ""
    consignment: str = ""
    sigma: str = ""
    fixed_cost: str = ""
    ad_valorem_cost: str = ""
    premium: str = ""
    target_utilisation: str = ""
    small_parcel_share: str = ""
    false_claim_share: str = ""
    net_cost_share: str = ""
    never_claims_share: str = ""


NO_SOURCE = "changed from the default, no source stated"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The assumptions of the claiming model (method, section 5); see `PARAMETERS`."""

    concentration: float = 8.0
    consignment: float = 50_000.0
    sigma: float = 1.5
    fixed_cost: float = 250.0
    ad_valorem_cost: float = 0.0
    premium: float = 0.10
    target_utilisation: float = 0.8
    small_parcel_share: float = 0.0
    false_claim_share: float = 0.0
    net_cost_share: float = 1.0
    never_claims_share: float = 0.0
    sources: ParameterSources = ParameterSources()

    def is_default(self, name: str) -> bool:
        """Whether a parameter has the value that it has where nothing is stated."""
        value: float = getattr(self, name)
        default: float = getattr(_DEFAULTS, name)
        return value == default

    def stated_source(self, name: str) -> str:
        """The source that the drafter states for a parameter, "" for none."""
        source: str = getattr(self.sources, name)
        return source

    def source(self, name: str) -> str:
        """The source of a parameter's value: the one stated, or the default's for the default."""
        if stated := self.stated_source(name):
            return stated
        return parameter_info(name).source if self.is_default(name) else NO_SOURCE


_DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """What a parameter means: title, unit, valid range, source of the default."""

    name: str
    title: str
    unit: str
    low: float
    high: float
    source: str
    help: str = field(default="")


PARAMETERS: tuple[ParameterInfo, ...] = (
    ParameterInfo(
        "concentration",
        "Concentration of producers",
        "",
        0.5,
        500,
        "model default; no published estimate",
        "How alike producers are in non-originating content: high is alike, low is spread out.",
    ),
    ParameterInfo(
        "consignment",
        "Median consignment",
        "USD",
        100,
        1e9,
        "model default; value-weighted median",
        "Half of the trade travels in larger consignments, half in smaller ones.",
    ),
    ParameterInfo(
        "sigma",
        "Spread of consignments",
        "log points",
        0.05,
        5,
        "model default; with the cost per claim it meets claims on imports of the United States "
        "from Canada before March 2025 to 2.3 points, but fails once extra duties are saved: 4.9 "
        "points over all months of 2025",
        "Standard deviation of the logarithm of consignment value.",
    ),
    ParameterInfo(
        "fixed_cost",
        "Cost per claim",
        "USD",
        0,
        1e6,
        "within the USD 14 to 1 500 a transaction of Keck and Lendle (2012) and two standard "
        "errors of the calibration, which itself is off by 8 points chapter by chapter and gives "
        "93 % at margins from 7.5 % where 96 to 99 % claims",
        "Paperwork and proof of origin for one consignment.",
    ),
    ParameterInfo(
        "ad_valorem_cost",
        "Ad valorem cost of complying",
        "share of value",
        0,
        1,
        "none unless stated; commitments add to it",
        "Tracing, due diligence and audits, as a share of value.",
    ),
    ParameterInfo(
        "premium",
        "Price premium of originating inputs",
        "share of price",
        0,
        5,
        "model default; no published estimate for all products",
        "How much dearer an input is when bought from a partner instead.",
    ),
    ParameterInfo(
        "target_utilisation",
        "Target utilisation",
        "share of trade",
        0.01,
        0.999,
        "close to the EU average of 77.4 % (BDI)",
        "The utilisation that the leverage gap aims at.",
    ),
    ParameterInfo(
        "small_parcel_share",
        "Small-parcel exemption",
        "share of trade",
        0,
        1,
        "none unless stated",
        "Share of the trade that already enters free of duty as small parcels.",
    ),
    ParameterInfo(
        "false_claim_share",
        "False origin claims",
        "share of trade",
        0,
        1,
        "none unless stated; customs publish seizures and audits, no share of trade",
        "Share of the trade that is claimed without qualifying; counted as erosion alone.",
    ),
    ParameterInfo(
        "net_cost_share",
        "Net cost",
        "share of value",
        0.01,
        1,
        "none unless stated: net cost equals value",
        "Net cost of a good as a share of its value, for net-cost content rules.",
    ),
    ParameterInfo(
        "never_claims_share",
        "Trade that never claims",
        "share of trade",
        0,
        0.99,
        "none unless stated; the calibration estimates 5.9 % (standard error 3.3 points), so that "
        "with none too much trade claims where a claim saves much",
        "Trade without proof of origin, which does not claim however large the gain.",
    ),
)

_INFO = {info.name: info for info in PARAMETERS}


def parameter_info(name: str) -> ParameterInfo:
    """What the parameter of a name means.

    Raises:
        KeyError: there is no such parameter.
    """
    return _INFO[name]


def parameter_values(parameters: Parameters) -> dict[str, float]:
    """Every parameter by name."""
    return {info.name: getattr(parameters, info.name) for info in PARAMETERS}


def parameter_sources(parameters: Parameters) -> dict[str, str]:
    """The source of every parameter's value by name."""
    return {info.name: parameters.source(info.name) for info in PARAMETERS}
