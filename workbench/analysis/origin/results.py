"""What an origin check answers: frozen results with the reasons behind them."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.definitions.treaty_text import treaty_text
from workbench.model.goods import Material, Place
from workbench.model.nomenclature import dotted
from workbench.model.origin import Rule


class Answer(StrEnum):
    """Whether a good originates."""

    ORIGINATING = "originating"
    NOT_ORIGINATING = "not_originating"
    UNDETERMINED = "undetermined"


class Result(StrEnum):
    """Whether a criterion is met."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class Status(StrEnum):
    """What a material counts as."""

    ORIGINATING = "originating"
    NON_ORIGINATING = "non-originating"
    UNKNOWN = "unknown"
    SEEN_THROUGH = "seen-through"
    DISREGARDED = "disregarded"


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and highest that a figure can be; equal where it is known."""

    low: float
    high: float

    @property
    def exact(self) -> float | None:
        """The figure where it is known, else None."""
        return self.low if self.high - self.low <= 1e-12 * max(1.0, abs(self.high)) else None

    def over(self, whole: float) -> "Span":
        """As a share of a whole."""
        return Span(self.low / whole, self.high / whole)


class Reason(StrEnum):
    """Why a material counts as it does; filled in with its name, origin and a detail."""

    PACKS = "{name} packs the good for shipment and is disregarded"
    INDIRECT = "{name} is an indirect material, which originates wherever it is made"
    RECOVERED = "{name} was recovered from used goods in the territory"
    SHOWN = "{name} is shown to originate"
    STATED_NOT = "{name} is stated not to originate"
    NON_PARTY = "{name} was made in {origin}, a non-party"
    NOT_COUNTED = "{name} was made in {origin}, which cumulation '{detail}' does not count"
    PRESUMED = "{name} was made in {origin} and nothing else is stated: taken as originating"
    WHERE = "it is not known where {name} was made"
    UNPROVEN = "{name} was made in {origin}, and counts only if it originates there"
    MADE_HERE = "{name} counts as what it was made from"
    NO_RULE = "the rule of origin of {name} is not known"
    NO_CODE = "the HS code of {name} is not known"
    MEETS = "{name} meets its own rule of origin"
    FAILS = "{name} does not meet its own rule of origin"
    OPEN = "whether {name} meets its own rule of origin is open"
    STOCK = "{detail} of the stock of {name} drawn on does not originate"


@dataclass(frozen=True, slots=True)
class Counted:
    """A material as the rule sees it.

    Attributes:
        share_low, share_high: the non-originating share of it, at least and at most.
        value_low, value_high: its value; the bounds differ where it is not known.
        low, high: the non-originating value it brings in.
        own_low, own_high: the originating value it brings in.
        surely, maybe: whether any of it does not originate, whatever its value.
        tested: whether a tariff shift looks at it.
        valued: whether it counts in non-originating value (not where only listed materials are
            traced and this is none of them).
        choice: whether the exporter may have it counted whole instead of by its `parts`.
        parts: what it was made from, where that is what counts.
        needs: what would have to be known for `low` and `high` to be equal.
    """

    place: Place
    material: Material
    status: Status
    reason: Reason
    detail: str
    share_low: float
    share_high: float
    value_low: float
    value_high: float
    low: float
    high: float
    own_low: float
    own_high: float
    surely: bool
    maybe: bool
    tested: bool = True
    valued: bool = True
    choice: bool = False
    parts: tuple["Counted", ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How sentences call it."""
        return name_of(self.material, self.place)

    @property
    def why(self) -> str:
        """Why it counts as it does."""
        return self.reason.format(
            name=self.name, origin=self.material.origin or "", detail=self.detail
        )


def name_of(material: Material, place: Place) -> str:
    """How sentences call a material."""
    if material.name:
        return material.name
    if material.code:
        return f"material {dotted(material.code)}"
    return f"material {'.'.join(str(step + 1) for step in place)}"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of the rule: met or not, why, and what is missing to tell.

    Attributes:
        rule: the criterion; None for conditions around the rule, which `condition` names.
        place: where it stands in the rule, as positions from the top.
        figure: what is compared, as a share, where there is one figure.
        limit: what it is compared with.
        materials: places of the materials that stand in the way.
    """

    rule: Rule | None
    place: Place
    result: Result
    why: str
    needs: tuple[str, ...] = ()
    figure: Span | None = None
    limit: float | None = None
    materials: tuple[Place, ...] = ()
    condition: str = ""

    @property
    def text(self) -> str:
        """The criterion in treaty words."""
        return self.condition if self.rule is None else treaty_text(self.rule)


@dataclass(frozen=True, slots=True)
class AnswerRange:
    """Within which range of an unknown figure each answer holds; None where it never does.

    `unit` is "share" or "value".
    """

    fact: str
    unit: str
    originating: Span | None
    not_originating: Span | None
