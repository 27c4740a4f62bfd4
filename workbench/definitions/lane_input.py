"""One lane by hand: the JSON object that the `lane` command reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.definitions.checks import Issue, rule_issues, share_issues
from workbench.definitions.fields import (
    PARAMETER_KEYS,
    RATE,
    RULE,
    SHARE,
    Codes,
    Economy,
    Field,
    Number,
    OneCode,
    Record,
    Shares,
)
from workbench.definitions.reader import read_json
from workbench.model.commitments import Parameters
from workbench.model.nomenclature import HSRange
from workbench.model.origin import AnyGood, Rule

_DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True)
class LaneInput:
    """What a lane is worth, what it pays, what it holds and what it has to meet.

    Rates and shares are fractions, `value` and the costs USD. `product` is digits, "" where not
    stated. `inputs` and `origins` split the non-originating content. A `traced_mean` of None is
    the non-party part of the declared one; a `materials_share` of None is not known.
    """

    value: float
    base_duty: float
    declared_mean: float
    product: str = ""
    pref_duty: float = 0.0
    relief: float = 0.0
    incentive: float = 0.0
    traced_mean: float | None = None
    non_party_fraction: float = 1.0
    concentration: float = _DEFAULTS.concentration
    consignment: float = _DEFAULTS.consignment
    sigma: float = _DEFAULTS.sigma
    fixed_cost: float = _DEFAULTS.fixed_cost
    ad_valorem_cost: float = _DEFAULTS.ad_valorem_cost
    premium: float = _DEFAULTS.premium
    inputs: tuple[tuple[HSRange, float], ...] = ()
    origins: tuple[tuple[str, float], ...] = ()
    materials_share: float | None = None
    rule: Rule = field(default_factory=AnyGood)
    target_utilisation: float = _DEFAULTS.target_utilisation


def _parameter(name: str) -> Field:
    known = PARAMETER_KEYS.field(name)
    assert known is not None
    return known


LANE = Record(
    LaneInput,
    "a lane",
    (
        Field("product", OneCode(), "HS code of the good."),
        Field("value", Number("USD a year", 0, 1e15), "Trade a year."),
        Field("base_duty", RATE, "Duty today."),
        Field("pref_duty", RATE, "Duty under the agreement."),
        Field("relief", RATE, "Fee relief, ad valorem."),
        Field("incentive", RATE, "Other incentives, ad valorem."),
        Field("declared_mean", SHARE, "Mean non-originating share as the rule sees it."),
        Field("traced_mean", SHARE, "Mean non-party share, all tiers through."),
        Field("non_party_fraction", SHARE, "Non-party part of the declared mean."),
        *(
            _parameter(name)
            for name in (
                "concentration",
                "consignment",
                "sigma",
                "fixed_cost",
                "ad_valorem_cost",
                "premium",
            )
        ),
        Field("inputs", Shares(Codes()), "Non-originating content by input."),
        Field("origins", Shares(Economy()), "Non-originating content by origin."),
        Field("materials_share", SHARE, "All materials as a share of value."),
        Field("rule", RULE, "The rule of origin; any good if left out."),
        _parameter("target_utilisation"),
    ),
)


def parse_lane(text: str, name: str = "standard input") -> LaneInput:
    """Read a lane from JSON; `name` is what messages call the text.

    Raises:
        DefinitionError: not a JSON object, or anything in it is wrong.
    """
    lane: LaneInput = read_json(LANE, text, name, _issues)
    return lane


def _issues(lane: LaneInput) -> Iterator[Issue]:
    content = "the non-originating content"
    yield from share_issues([share for _, share in lane.inputs], ("inputs",), content)
    yield from share_issues([share for _, share in lane.origins], ("origins",), content)
    yield from rule_issues(lane.rule, ("rule",))
