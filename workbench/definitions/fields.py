"""The table of keys: what each may hold, what it means, and which part of the model it fills.

One table drives reading (`reader.py`), writing (`writer.py`) and the help on screen, so a key is
spelled and explained once. Keys stand in drafting order, which is the order they are written in.
Whether a key is required, and its default, come from the model's dataclass.
"""

from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from workbench.model.agreement import SHARED_SECTIONS, Agreement, Option, Status, Suppressed
from workbench.model.assumptions import AlignmentWeight, StatedElasticity
from workbench.model.commitments import (
    PARAMETERS,
    BillOfInputs,
    Binds,
    Body,
    Bracket,
    Clock,
    Commitment,
    CommitmentTopic,
    EnactedBy,
    Enforcement,
    Incentive,
    IncentiveKind,
    InputShare,
    Institutions,
    Obligation,
    Parameters,
    ParameterSources,
    Position,
    Precision,
    Ratchet,
    RatchetStep,
    Removal,
    StagingCategory,
    StagingFormula,
    Stance,
    StatedRate,
    Treatment,
    TreatmentBasis,
    Trigger,
)
from workbench.model.coverage import CoveredProducts, ProductCoverage, Quota, Stage
from workbench.model.economies import AlignmentScore, Partner, Role, Standing
from workbench.model.nomenclature import HSEdition, HSRange
from workbench.model.origin import (
    Absorption,
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    ConditionAbout,
    Cumulation,
    DeMinimis,
    DeMinimisBasis,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    OriginProvisions,
    Period,
    ProductRule,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

FORMAT = 1
"""The newest format of a file that this program reads, and the one it writes."""

# Kinds of value ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Words; `may_be_empty` False where a file without them says too little."""

    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `low` to `high`."""

    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `low` to `high`."""

    unit: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list."""

    options: type[StrEnum]


@dataclass(frozen=True, slots=True)
class Economy:
    """An economy code; `negotiates` where only a whole customs territory will do."""

    negotiates: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """One HS code or range of codes."""


@dataclass(frozen=True, slots=True)
class OneCode:
    """One HS code, kept as digits."""


@dataclass(frozen=True, slots=True)
class ListName:
    """The name of a shared product list, with a stage after a dot where only that is meant."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list; `may_be_empty` False where a file with none says too little."""

    item: "Kind"
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Shares:
    """Economies or products, each with a share of one whole."""

    of: "Economy | Codes"


@dataclass(frozen=True, slots=True)
class Part:
    """A record of its own."""

    record: "Record"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A part of the model that holds one list, and is written as that list."""

    type: type
    attribute: str
    kind: Many


@dataclass(frozen=True, slots=True)
class Marker:
    """A part of the model without values of its own, written `true`."""

    type: type


@dataclass(frozen=True, slots=True)
class RuleTree:
    """A rule of origin: one of `RULES`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Sections of the agreement with the value that an option gives them."""


Kind = (
    Text
    | Number
    | Integer
    | Flag
    | Choice
    | Economy
    | Codes
    | OneCode
    | ListName
    | Many
    | Shares
    | Part
    | Wrapped
    | Marker
    | RuleTree
    | Changes
)


@dataclass(frozen=True, slots=True)
class Field:
    """One key: what it may hold and what it is for; `attribute` where the model's name differs."""

    key: str
    kind: Kind
    help: str
    attribute: str = ""

    @property
    def name(self) -> str:
        """The attribute of the model that it fills."""
        return self.attribute or self.key


@dataclass(frozen=True)
class Record:
    """The keys of one part of the model.

    `name` is how sentences call it, with its article. `short` records go on one line if they fit.
    """

    type: type
    name: str
    fields: tuple[Field, ...]
    short: bool = False

    def field(self, key: str) -> Field | None:
        """The field of a key, or None where there is none."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @property
    def defaults(self) -> dict[str, Any]:
        """Attribute -> default; an attribute that is not there is required."""
        return _defaults(self.type)


@cache
def _defaults(model: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in fields(model):
        if item.default is not MISSING:
            found[item.name] = item.default
        elif item.default_factory is not MISSING:
            found[item.name] = item.default_factory()
    return found


# Parts that only files have ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedProducts:
    """The products of a list that stand at one stage of the chain."""

    stage: Stage
    products: tuple[HSRange, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ProductList:
    """A named list of products that several agreements share."""

    title: str
    edition: HSEdition
    products: tuple[ListedProducts, ...]
    source: str
    notes: str = ""

    def at(self, stage: Stage | None = None) -> tuple[HSRange, ...]:
        """All its products, or those of one stage."""
        return tuple(
            products
            for group in self.products
            if stage is None or group.stage is stage
            for products in group.products
        )


@dataclass(frozen=True, slots=True)
class PartnerSet:
    """A named group of economies, to start an agreement from or to compare with."""

    title: str
    economies: tuple[str, ...]
    source: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule of origin of an agreement in force or a model text, to draft from.

    `text` is the rule in words.
    """

    title: str
    rule: Rule
    text: str
    source: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentTexts:
    """Wordings of commitments on one topic, from the strongest to the weakest, to draft from."""

    title: str
    commitments: tuple[Commitment, ...]
    source: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class NamedBills:
    """What some kind of good is made from, to take into an agreement."""

    title: str
    bills: tuple[BillOfInputs, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """The rule that an agreement in force has for some products of a sector."""

    sector: str
    products: tuple[HSRange, ...]
    rule: Rule
    exceptions: tuple[HSRange, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """Rules of origin of an agreement in force, to compare with and to draft from.

    `legal_date` is that of the text they were taken from, "" where it was imported without one;
    `edition` that of its codes, None where the source does not say; `programmes` are its codes in
    the trade database.
    """

    title: str
    agreement: str
    legal_date: str
    rules: tuple[RuleInForce, ...]
    source: str
    edition: HSEdition | None = None
    programmes: tuple[str, ...] = ()
    notes: str = ""


# Kinds used again and again ------------------------------------------------------------------

TEXT = Text()
WORDS = Text(may_be_empty=False)
SHARE = Number("fraction, 0.05 is 5 %", 0, 1)
# The highest ad valorem rates in force are a few hundred per cent; 5 is 5 % put the wrong way.
RATE = Number("fraction of value, 0.05 is 5 %", 0, 4)
USD = Number("USD", 0, 1e15)
CODES = Many(Codes())
SOME_CODES = Many(Codes(), may_be_empty=False)
NEGOTIATOR = Economy(negotiates=True)
NEGOTIATORS = Many(NEGOTIATOR)
SOME_NEGOTIATORS = Many(NEGOTIATOR, may_be_empty=False)
ECONOMIES = Many(Economy(), may_be_empty=False)
YEAR = Integer("year", 1988, 2050)
YEARS = Integer("years", 1, 100)
RULE = RuleTree()
NOTES = Field("notes", TEXT, "Anything a reader should know; kept with the file.")
SOURCE = Field("source", TEXT, "Where this comes from: document, page, date.")
NEEDED_SOURCE = Field("source", WORDS, "Where this comes from: document, page, date.")

# Rules of origin -----------------------------------------------------------------------------

_INPUTS = Field("inputs", SOME_CODES, "Inputs that the rule looks at, as HS codes.")
_PERFORMED = Field(
    "performed_share", SHARE, "Share of the producers who already do this; leave out if unknown."
)
_LEAST = Field("at_least", SHARE, "Smallest originating share of the good's value.")
_MEASURE = Field("measure", Choice(Measure), "What the share is counted in.")
_WHICH = Field("words", TEXT, "Words that narrow the inputs, such as sugar.")
_MATERIALS = Many(
    Part(
        Record(
            Materials,
            "a group of materials",
            (
                Field("codes", CODES, "Their HS codes."),
                Field("words", TEXT, "Words that narrow the codes, such as fillets."),
                Field("goods", CODES, "Goods of the rule that this is for; all if left out."),
                Field("goods_words", TEXT, "Words that narrow those goods."),
                Field("when", TEXT, "Circumstances that it is for, in words."),
            ),
            short=True,
        )
    )
)

RULES: tuple[Field, ...] = (
    Field("any", Marker(AnyGood), "Any good of a partner qualifies."),
    Field("wholly_obtained", Marker(WhollyObtained), "No non-originating content at all."),
    Field(
        "rvc",
        Part(
            Record(
                RegionalValueContent,
                "a regional value content rule",
                (
                    Field("method", Choice(RvcMethod), "How the content is counted."),
                    _LEAST,
                    Field(
                        "materials_share",
                        SHARE,
                        "Materials as a share of value (build-up); leave out to take the data's.",
                    ),
                    Field(
                        "net_cost_share",
                        SHARE,
                        "Net cost as a share of value; leave out to take the parameter.",
                    ),
                    Field("inputs", CODES, "The listed inputs of the focused-value method."),
                    Field("basis", TEXT, "The value it is a share of, where stated, as fob."),
                    _WHICH,
                ),
                short=True,
            )
        ),
        "Regional value content: a smallest originating share of value.",
    ),
    Field(
        "max_non_originating",
        Part(
            Record(
                MaxNonOriginating,
                "a limit on non-originating materials",
                (
                    Field("at_most", SHARE, "Largest non-originating share of the basis."),
                    Field("basis", WORDS, "The price it is a share of, such as ex-works or fob."),
                    Field(
                        "basis_share",
                        Number("basis as a fraction of value", 0.01, 2),
                        "The basis as a fraction of the good's value.",
                    ),
                    Field("inputs", CODES, "Materials that count; all if left out."),
                    _WHICH,
                    _MEASURE,
                ),
                short=True,
            )
        ),
        "Non-originating materials up to a share of a price.",
    ),
    Field(
        "shift",
        Part(
            Record(
                TariffShift,
                "a tariff shift",
                (
                    Field(
                        "from",
                        Choice(ShiftFrom),
                        "How far from the good non-originating inputs must be classified.",
                        "level",
                    ),
                    Field("except", CODES, "Inputs that may not be non-originating.", "exceptions"),
                    Field("outside_group", Flag(), "Whether the shift is from outside the group."),
                    Field("de_minimis", SHARE, "Tolerated share of value that does not shift."),
                    Field("also", _MATERIALS, "Inputs that may be used wherever classified."),
                    Field("except_some", _MATERIALS, "Exceptions narrowed by words."),
                    Field("group", CODES, "The group; the rule's products if left out."),
                ),
                short=True,
            )
        ),
        "Change of tariff classification of all non-originating inputs.",
    ),
    Field(
        "inputs_originate",
        Part(
            Record(
                InputsOriginate,
                "a rule on inputs",
                (
                    _INPUTS,
                    Field("tolerance", SHARE, "Share of value of these inputs that may not."),
                    _WHICH,
                    Field("wholly_obtained", Flag(), "Whether they must be wholly obtained."),
                    Field("at_least", SHARE, "Share of these inputs that must originate."),
                    _MEASURE,
                ),
                short=True,
            )
        ),
        "The listed inputs must originate, as in yarn-forward.",
    ),
    Field(
        "cap",
        Part(
            Record(
                EconomyCap,
                "a cap on economies",
                (
                    Field("economies", ECONOMIES, "Economies whose content is capped."),
                    Field("at_most", SHARE, "Largest share of value from them."),
                ),
                short=True,
            )
        ),
        "Content of named economies up to a share of value.",
    ),
    Field(
        "remainder_cap",
        Part(
            Record(
                RemainderCap,
                "a remainder cap",
                (
                    _LEAST,
                    Field("economies", ECONOMIES, "Economies whose content is capped."),
                    Field(
                        "at_most_of_remainder",
                        SHARE,
                        "Their largest share of what need not originate.",
                    ),
                ),
                short=True,
            )
        ),
        "Regional value content, and a cap on named economies within the remainder.",
    ),
    Field(
        "process",
        Part(
            Record(
                SpecificProcess,
                "a process rule",
                (Field("name", WORDS, "The process, such as melted and poured."), _PERFORMED),
                short=True,
            )
        ),
        "A process carried out in the territory of the partners.",
    ),
    Field(
        "labour_value",
        Part(
            Record(
                LabourValueContent,
                "a labour value rule",
                (
                    Field("at_least", SHARE, "Share of value made at or above the wage."),
                    Field("wage", Number("USD an hour", 0, 10_000), "The wage."),
                    _PERFORMED,
                ),
                short=True,
            )
        ),
        "A share of value made at or above a wage.",
    ),
    Field(
        "goods",
        Part(
            Record(
                OnlyGoods,
                "a limit to some goods",
                (
                    Field("codes", CODES, "Goods that the rest of the rule is for."),
                    Field("words", TEXT, "Words that narrow the goods, such as smoked goods."),
                ),
                short=True,
            )
        ),
        "The rest of the rule is for these goods alone.",
    ),
    Field(
        "period",
        Part(
            Record(
                Period,
                "a period",
                (
                    Field("from", TEXT, "First day, such as 2027-01-01.", "first"),
                    Field("until", TEXT, "Last day, such as 2029-12-31.", "last"),
                ),
                short=True,
            )
        ),
        "The rest of the rule applies in this period alone.",
    ),
    Field(
        "condition",
        Part(
            Record(
                Condition,
                "a condition",
                (
                    Field("text", WORDS, "What has to hold, in words."),
                    Field("about", Choice(ConditionAbout), "What it is about."),
                    _PERFORMED,
                ),
                short=True,
            )
        ),
        "A condition kept in words: end use, ownership, composition, quota.",
    ),
    Field(
        "all_of",
        Wrapped(AllOf, "rules", Many(RULE, may_be_empty=False)),
        "Every rule in the list must be met.",
    ),
    Field(
        "any_of",
        Wrapped(AnyOf, "rules", Many(RULE, may_be_empty=False)),
        "One rule in the list is enough.",
    ),
)

# The agreement -------------------------------------------------------------------------------

ALIGNMENT = Record(
    AlignmentScore,
    "an alignment score",
    (
        Field("subject", WORDS, "What is scored, such as labour rights."),
        Field("score", Number("0 is far, 1 is close", 0, 1), "How close the partner stands."),
        NEEDED_SOURCE,
    ),
    short=True,
)

PARTNER = Record(
    Partner,
    "a partner",
    (
        Field("economy", NEGOTIATOR, "The economy or customs territory, as a code such as JPN."),
        Field("role", Choice(Role), "What it brings: supply, demand, or both."),
        Field("standing", Choice(Standing), "How it takes part; observers get no preference."),
        Field("developing", Flag(), "Whether it is a developing economy."),
        Field("alignment", Many(Part(ALIGNMENT)), "How close it stands, by subject."),
        NOTES,
    ),
)

COVERED = Record(
    CoveredProducts,
    "a coverage entry",
    (
        Field("products", CODES, "HS codes and ranges that are in."),
        Field("list", ListName(), "A shared product list that is in, by name.", "product_list"),
        Field("except", CODES, "HS codes and ranges taken out again.", "exceptions"),
        Field("stage", Choice(Stage), "Where in the chain these products stand."),
        Field("staging", TEXT, "Staging category of the cut; the default one if left out."),
        Field("end_use", TEXT, "Condition on use, in words."),
        Field(
            "quota",
            Part(
                Record(
                    Quota,
                    "a quota",
                    (
                        Field("volume_usd", USD, "Trade a year at the in-quota rate."),
                        Field("in_quota_rate", RATE, "Duty on that trade."),
                    ),
                    short=True,
                )
            ),
            "A volume a year at a lower rate.",
        ),
        SOURCE,
        NOTES,
    ),
)

STAGING = Record(
    StagingCategory,
    "a staging category",
    (
        Field("name", WORDS, "Its short name, such as A or B5."),
        Field("formula", Choice(StagingFormula), "How the rate falls."),
        Field("years", YEARS, "Number of yearly cuts."),
        Field("value", Number("fraction", 0, 4), "The cut, cap, margin or Swiss coefficient."),
        NOTES,
    ),
    short=True,
)

RATCHET = Record(
    Ratchet,
    "a ratchet",
    (
        Field("exporters", SOME_NEGOTIATORS, "Partners whose goods it is for."),
        Field("products", CODES, "Products it is for; all covered ones if left out."),
        Field(
            "steps",
            Many(
                Part(
                    Record(
                        RatchetStep,
                        "a step",
                        (
                            Field("criterion", WORDS, "What has to be met."),
                            Field("cut_share", SHARE, "Share of the cut that it opens."),
                            Field("met_from", YEARS, "Year it is met in; not met if left out."),
                        ),
                        short=True,
                    )
                ),
                may_be_empty=False,
            ),
            "The steps.",
        ),
        NOTES,
    ),
)

REMOVAL = Record(
    Removal,
    "a removal",
    (
        Field("exporters", SOME_NEGOTIATORS, "Partners whose goods lost it."),
        Field("products", CODES, "Products that lost it; all covered ones if left out."),
        Field("share", SHARE, "Share of their trade that lost it."),
        Field("facility", TEXT, "The facility, where it is one."),
        Field("commitment", TEXT, "Name of the commitment in breach."),
        Field("from_year", YEARS, "Year it starts in; 1 is entry into force."),
        Field("until_year", YEARS, "Last year of it; until further notice if left out."),
        NOTES,
    ),
)

TREATMENT = Record(
    Treatment,
    "the treatment",
    (
        Field("market_access", Flag(), "Whether duties change at all; false is cooperation only."),
        Field("basis", Choice(TreatmentBasis), "Whether partners only or everyone gets the cuts."),
        Field("staging", Many(Part(STAGING), may_be_empty=False), "The staging categories."),
        Field("default_category", WORDS, "Category of products that name none."),
        Field("ratchets", Many(Part(RATCHET)), "Preferences that open as criteria are met."),
        Field("removals", Many(Part(REMOVAL)), "Trade that has lost the preference."),
        NOTES,
    ),
)

TARIFF = Record(
    StatedRate,
    "a stated rate",
    (
        Field("importer", NEGOTIATOR, "Whose duty it is."),
        Field("exporter", NEGOTIATOR, "For goods of whom; left out, it is the MFN rate."),
        Field("products", SOME_CODES, "HS codes and ranges it applies to."),
        Field("rate", RATE, "The duty as a fraction of value."),
        Field("year", YEAR, "The year it applied in."),
        NEEDED_SOURCE,
        NOTES,
    ),
)

INCENTIVE = Record(
    Incentive,
    "an incentive",
    (
        Field("name", WORDS, "What it is called."),
        Field("kind", Choice(IncentiveKind), "What sort of incentive it is."),
        Field("ad_valorem", RATE, "What a claim earns, as a fraction of value."),
        Field("basis", WORDS, "How that fraction was worked out."),
        Field("minimum_usd", USD, "Smallest amount a consignment (fees)."),
        Field("maximum_usd", USD, "Largest amount a consignment (fees)."),
        Field("importers", NEGOTIATORS, "Partners that grant it; all if left out."),
        Field("exporters", NEGOTIATORS, "Whose goods earn it; all partners' if left out."),
        Field("products", CODES, "Products that earn it; all covered ones if left out."),
        Field(
            "named_economies",
            Many(Economy()),
            "Economies whose inputs lessen it in proportion.",
        ),
        Field("enacted_by", Choice(EnactedBy), "Who has to act before it exists."),
        Field("fiscal_cost", Flag(), "Whether it costs the treasury."),
        Field("conditions", TEXT, "What else has to hold, in words."),
        SOURCE,
        NOTES,
    ),
)

PRODUCT_RULE = Record(
    ProductRule,
    "a product rule",
    (
        Field("products", SOME_CODES, "HS codes and ranges the rule is for."),
        Field("except", CODES, "HS codes and ranges it is not for.", "exceptions"),
        Field("rule", RULE, "The rule."),
        Field("de_minimis", SHARE, "De minimis of these products, in place of the agreement's."),
        SOURCE,
        NOTES,
    ),
)

ORIGIN = Record(
    OriginProvisions,
    "the origin provisions",
    (
        Field("cumulation", Choice(Cumulation), "Whose content counts as originating."),
        Field(
            "absorption",
            Choice(Absorption),
            "Whether a qualifying material counts whole (roll-up) or is traced.",
        ),
        Field(
            "de_minimis",
            Part(
                Record(
                    DeMinimis,
                    "a de minimis rule",
                    (
                        Field("share", SHARE, "Tolerated share of inputs that do not shift."),
                        Field("basis", Choice(DeMinimisBasis), "A share of value or of weight."),
                        Field("except", CODES, "Products it is not for.", "exceptions"),
                    ),
                    short=True,
                )
            ),
            "Tolerance for inputs that do not shift.",
        ),
        Field("default_rule", RULE, "The rule of products without one of their own."),
        Field("product_rules", Many(Part(PRODUCT_RULE)), "Rules of particular products."),
        Field("sets", TEXT, "How goods put up in sets are treated."),
        Field("fungible_goods", TEXT, "How fungible goods and materials are told apart."),
        Field("direct_shipment", TEXT, "Transit through non-parties."),
        Field("packaging", TEXT, "Whether packaging counts."),
        Field("certification", TEXT, "Who certifies origin, and how."),
        NOTES,
    ),
)

BILL = Record(
    BillOfInputs,
    "a bill of inputs",
    (
        Field("products", SOME_CODES, "Goods made from these inputs."),
        Field("exporters", NEGOTIATORS, "Whose goods; every exporter's if left out."),
        Field(
            "inputs",
            Many(
                Part(
                    Record(
                        InputShare,
                        "an input",
                        (
                            Field("input", Codes(), "The input's HS code.", "product"),
                            Field("share", SHARE, "Its share of the good's value.", "cost_share"),
                            Field(
                                "origins",
                                Shares(Economy()),
                                "Where it comes from: share of this input by economy.",
                            ),
                        ),
                        short=True,
                    )
                ),
                may_be_empty=False,
            ),
            "The inputs.",
        ),
        NEEDED_SOURCE,
        NOTES,
    ),
)

COMMITMENT = Record(
    Commitment,
    "a commitment",
    (
        Field("id", WORDS, "A short name to refer to it by."),
        Field("title", TEXT, "Its name as people say it."),
        Field("topic", Choice(CommitmentTopic), "What it is about."),
        Field("text", WORDS, "The treaty text."),
        Field("obligation", Choice(Obligation), "How strongly it binds."),
        Field("precision", Choice(Precision), "How exactly it says what is due."),
        Field("enforcement", Choice(Enforcement), "What happens on a breach."),
        Field("binds", Choice(Binds), "All partners, or producers or consumers alone."),
        Field("applies_to", NEGOTIATORS, "Partners it binds; all if left out."),
        Field("from_year", YEARS, "Year it starts in; 1 is entry into force."),
        Field("preference_depends", Flag(), "Whether a breach costs the preference."),
        Field("compliance_cost", SHARE, "What complying costs, as a fraction of value."),
        Field("facility_share", SHARE, "Share of exports that one facility in breach loses."),
        Field(
            "positions",
            Many(
                Part(
                    Record(
                        Position,
                        "a position",
                        (
                            Field("economy", NEGOTIATOR, "The partner."),
                            Field("stance", Choice(Stance), "Where it stands."),
                            NOTES,
                        ),
                        short=True,
                    )
                )
            ),
            "Where each partner stands.",
        ),
        Field(
            "brackets",
            Many(
                Part(
                    Record(
                        Bracket,
                        "a bracket",
                        (
                            Field("text", WORDS, "The words not agreed yet."),
                            Field("proposed_by", NEGOTIATORS, "Partners that proposed them."),
                        ),
                        short=True,
                    )
                )
            ),
            "Text not agreed yet.",
        ),
        SOURCE,
        NOTES,
    ),
)

INSTITUTIONS = Record(
    Institutions,
    "the institutions",
    (
        Field(
            "bodies",
            Many(
                Part(
                    Record(
                        Body,
                        "a body",
                        (
                            Field("name", WORDS, "Its name."),
                            Field("does", WORDS, "What it does."),
                            Field("made_of", TEXT, "Who sits in it."),
                        ),
                    )
                )
            ),
            "Councils, committees and boards.",
        ),
        Field(
            "clocks",
            Many(
                Part(
                    Record(
                        Clock,
                        "a clock",
                        (
                            Field("what", WORDS, "What is due."),
                            Field("days", Integer("days", 0, 36_500), "Days after entry."),
                        ),
                        short=True,
                    )
                )
            ),
            "What is due by when.",
        ),
        Field("review_every_years", YEARS, "Years between general reviews."),
        Field(
            "triggers",
            Many(
                Part(
                    Record(
                        Trigger,
                        "a trigger",
                        (
                            Field("figure", WORDS, "A figure of the evaluation."),
                            Field(
                                "above",
                                Number("in the figure's unit", -1e15, 1e15),
                                "Level that sets it off when exceeded; or give below.",
                            ),
                            Field(
                                "below",
                                Number("in the figure's unit", -1e15, 1e15),
                                "Level that sets it off when undercut; or give above.",
                            ),
                            Field("reopens", WORDS, "What it reopens."),
                        ),
                        short=True,
                    )
                )
            ),
            "Figures that reopen coverage or rules.",
        ),
        Field("withdrawal_lock_years", YEARS, "Years in which no partner may withdraw."),
        Field("withdrawal_notice_months", Integer("months", 0, 240), "Notice of withdrawal."),
        Field("accession", TEXT, "How others join."),
        Field("sunset_years", YEARS, "Years after which it ends unless renewed."),
        NOTES,
    ),
)

PARAMETER_KEYS = Record(
    Parameters,
    "the parameters",
    (
        *(Field(p.name, Number(p.unit, p.low, p.high), p.help) for p in PARAMETERS),
        Field(
            "sources",
            Part(
                Record(
                    ParameterSources,
                    "the sources of parameters",
                    tuple(
                        Field(p.name, TEXT, f"Where it comes from: {p.title}.") for p in PARAMETERS
                    ),
                )
            ),
            "Where each of these comes from: document, page, date.",
        ),
    ),
)

ELASTICITY = Record(
    StatedElasticity,
    "stated elasticities",
    (
        Field("products", CODES, "HS codes and ranges they are of; all if left out."),
        Field("demand", Number("of import demand", -20, 0), "Import demand; negative."),
        Field("substitution", Number("between suppliers", 0, 100), "Between suppliers."),
        Field("supply", Number("of export supply", 0, 1e6), "Export supply; 99 is infinite."),
        Field(
            "between_groups",
            Number("between groups", 0, 100),
            "Between partners' and non-parties' goods, in nested Armington shares.",
        ),
        NEEDED_SOURCE,
        NOTES,
    ),
)

WEIGHT = Record(
    AlignmentWeight,
    "an alignment weight",
    (
        Field("subject", WORDS, "The subject of the scores, such as labour."),
        Field("weight", Number("1 counts once", 0, 100), "How much it counts."),
        NOTES,
    ),
    short=True,
)

OPTION = Record(
    Option,
    "an option",
    (
        Field("name", WORDS, "A short name, such as B."),
        Field("title", TEXT, "What it is about."),
        NOTES,
        Field("changes", Changes(), "Sections that differ from the base text, in full."),
    ),
)

SUPPRESSED = Record(
    Suppressed,
    "a finding set aside",
    (
        Field("finding", WORDS, "The finding's name, such as no-review."),
        Field("about", TEXT, "What it is about, as the finding says."),
        Field("reason", WORDS, "Why it is set aside."),
    ),
    short=True,
)

AGREEMENT = Record(
    Agreement,
    "an agreement",
    (
        Field("title", WORDS, "Name of the agreement."),
        Field("sector", TEXT, "The supply chain it is about."),
        Field("status", Choice(Status), "How far the text has come."),
        Field("nomenclature", Choice(HSEdition), "Edition of the HS that its codes are in."),
        Field(
            "base_years", Many(YEAR, may_be_empty=False), "Years whose mean trade is the baseline."
        ),
        Field("partners", Many(Part(PARTNER)), "Who takes part."),
        Field(
            "coverage",
            Wrapped(ProductCoverage, "entries", Many(Part(COVERED))),
            "Which products are covered.",
        ),
        Field("treatment", Part(TREATMENT), "Who gets the cuts, and how they are staged."),
        Field("tariffs", Many(Part(TARIFF)), "Duties stated here; they count before the data's."),
        Field("incentives", Many(Part(INCENTIVE)), "What a claim earns besides the duty saved."),
        Field("origin", Part(ORIGIN), "Rules of origin."),
        Field("bills_of_inputs", Many(Part(BILL)), "What goods are made from."),
        Field("commitments", Many(Part(COMMITMENT)), "What partners promise."),
        Field("institutions", Part(INSTITUTIONS), "Bodies, review, withdrawal, accession."),
        Field("parameters", Part(PARAMETER_KEYS), "Assumptions that differ from the defaults."),
        Field(
            "elasticities",
            Many(Part(ELASTICITY)),
            "Elasticities stated here; they count before the data's.",
        ),
        Field(
            "alignment_weights",
            Many(Part(WEIGHT)),
            "How much each subject of alignment counts; 1 if left out.",
        ),
        Field("options", Many(Part(OPTION)), "Named variants of the text."),
        Field("suppressed", Many(Part(SUPPRESSED)), "Findings set aside, each with its reason."),
        NOTES,
        Field("sources", Many(WORDS), "Documents the draft draws on."),
    ),
)

# Shared parts --------------------------------------------------------------------------------

_TITLE = Field("title", WORDS, "Its name as people say it.")

PRODUCT_LIST = Record(
    ProductList,
    "a product list",
    (
        _TITLE,
        Field("edition", Choice(HSEdition), "Edition of the HS that its codes are in."),
        Field(
            "products",
            Many(
                Part(
                    Record(
                        ListedProducts,
                        "a group of products",
                        (
                            Field("stage", Choice(Stage), "Where in the chain they stand."),
                            Field("products", SOME_CODES, "HS codes and ranges."),
                            NOTES,
                        ),
                    )
                ),
                may_be_empty=False,
            ),
            "The products, by stage of the chain.",
        ),
        NEEDED_SOURCE,
        NOTES,
    ),
)

PARTNER_SET = Record(
    PartnerSet,
    "a partner set",
    (
        _TITLE,
        Field(
            "economies",
            Many(NEGOTIATOR, may_be_empty=False),
            "Members, a customs territory as one.",
        ),
        NEEDED_SOURCE,
        NOTES,
    ),
)

NAMED_RULE = Record(
    NamedRule,
    "an origin rule",
    (
        _TITLE,
        Field("rule", RULE, "The rule."),
        Field("text", WORDS, "The rule in words."),
        NEEDED_SOURCE,
        NOTES,
    ),
)

COMMITMENT_TEXTS = Record(
    CommitmentTexts,
    "wordings of commitments",
    (
        _TITLE,
        Field("commitments", Many(Part(COMMITMENT), may_be_empty=False), "The wordings."),
        NEEDED_SOURCE,
        NOTES,
    ),
)

NAMED_BILLS = Record(
    NamedBills,
    "bills of inputs",
    (
        _TITLE,
        Field("bills", Many(Part(BILL), may_be_empty=False), "The bills, each with its source."),
        NOTES,
    ),
)

RULES_IN_FORCE = Record(
    RulesInForce,
    "rules in force",
    (
        _TITLE,
        Field("agreement", WORDS, "The agreement, in short."),
        Field("legal_date", WORDS, "Date of the legal text, such as 2026-12-31."),
        Field("edition", Choice(HSEdition), "HS edition of the codes."),
        Field("programmes", Many(WORDS), "Codes of the agreement in tariff data, e.g. EU-GBR."),
        NEEDED_SOURCE,
        Field(
            "rules",
            Many(
                Part(
                    Record(
                        RuleInForce,
                        "a rule in force",
                        (
                            Field("sector", WORDS, "The sector, such as batteries."),
                            Field("products", SOME_CODES, "HS codes and ranges the rule is for."),
                            Field("except", CODES, "HS codes it is not for.", "exceptions"),
                            Field("rule", RULE, "The rule."),
                            NOTES,
                        ),
                    )
                ),
                may_be_empty=False,
            ),
            "The rules.",
        ),
        NOTES,
    ),
)

_FIXED = set(SHARED_SECTIONS)


def section_field(section: str) -> Field | None:
    """The field of a section that an option may change, such as "origin.default_rule"."""
    key, dot, inner = section.partition(".")
    field = AGREEMENT.field(key)
    if field is None or key in _FIXED or not dot:
        return None if key in _FIXED else field
    return field.kind.record.field(inner) if isinstance(field.kind, Part) else None


def sections() -> tuple[str, ...]:
    """Every section that an option may change."""
    found: list[str] = []
    for field in AGREEMENT.fields:
        if field.key not in _FIXED:
            found.append(field.key)
            if isinstance(field.kind, Part):
                found.extend(f"{field.key}.{inner.key}" for inner in field.kind.record.fields)
    return tuple(found)


def rule_form(rule: Rule) -> Field:
    """The form that a rule is written in."""
    return next(form for form in RULES if form_type(form) is type(rule))


def form_type(form: Field) -> type:
    """The part of the model that a form of rule makes."""
    if isinstance(form.kind, Part):
        return form.kind.record.type
    assert isinstance(form.kind, Wrapped | Marker)
    return form.kind.type
