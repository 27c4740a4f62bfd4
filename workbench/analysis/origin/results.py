"""What an origin check answers: frozen results with the reasons behind them."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.analysis.origin.case import OriginCase
from workbench.definitions.treaty_text import treaty_text
from workbench.model.goods import Material, Place
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


@dataclass(frozen=True, slots=True)
class Counted:
    """A material as the rule sees it.

    Attributes:
        low, high: the non-originating value it brings in, at least and at most.
        surely, maybe: whether any of it does not originate, whatever its value.
        own_low, own_high: the originating value, likewise.
        weight_low, weight_high: the non-originating weight; high is infinite where not known.
        whole_low, whole_high: the non-originating value if it is not looked into.
        tested: whether a tariff shift looks at it.
        valued: whether it counts in non-originating value (not where only listed materials are
            traced and this is none of them).
        choice: whether the exporter may have it counted whole instead of by its `parts`.
        presumed: whether it counts as originating because nothing else is known.
        parts: what it was made from, where that is what counts.
        needs: what would have to be known for `low` and `high` to be equal.
    """

    place: Place
    material: Material
    status: Status
    why: str
    low: float
    high: float
    own_low: float = 0.0
    own_high: float = 0.0
    weight_low: float = 0.0
    weight_high: float = 0.0
    whole_low: float = 0.0
    whole_high: float = 0.0
    tested: bool = True
    valued: bool = True
    choice: bool = False
    presumed: bool = False
    parts: tuple["Counted", ...] = ()
    needs: tuple[str, ...] = ()
    surely: bool = False
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of the rule: met or not, why, and what is missing to tell.

    Attributes:
        rule: the criterion; None for conditions around the rule.
        place: where it stands in the rule, as positions from the top.
        text: the criterion in treaty words.
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

    `unit` is "share of value" or "value".
    """

    fact: str
    unit: str
    originating: Span | None
    not_originating: Span | None


@dataclass(frozen=True)
class OriginDetermination:
    """The preferential answer for one good, and all behind it.

    Shares are of the good's value; None where that is not known.

    Attributes:
        case: what was asked.
        answer: whether the good originates.
        criteria: every criterion and condition, in reading order.
        blocked_by: those that stand in the way of the preference.
        needs: facts that are missing, each once.
        assumptions: what was taken for granted.
        rvc: regional value content by method.
        declared: non-originating share as the rule sees it.
        declared_non_party: the part of it that non-parties made.
        traced_non_party: non-party share all tiers through, as far as the bill shows.
        unseen_share: share of value whose own making the bill does not show.
        ranges: within which range of unknown shares and values each answer holds.
        materials: every material as the rule saw it.
    """

    case: OriginCase
    answer: Answer
    criteria: tuple[CriterionResult, ...]
    blocked_by: tuple[CriterionResult, ...]
    needs: tuple[str, ...]
    assumptions: tuple[str, ...]
    rvc: tuple[tuple[str, Span | None], ...]
    declared: Span | None
    declared_non_party: Span | None
    traced_non_party: Span | None
    unseen_share: float | None
    ranges: tuple[AnswerRange, ...]
    materials: tuple[Counted, ...]
