"""Treaty wording to rules: sentences of our own in the forms that treaties use."""

import pytest

from workbench.definitions.treaty_text import ReadStatus, read_treaty
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    Condition,
    ConditionAbout,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    Materials,
    MaxNonOriginating,
    Measure,
    OnlyGoods,
    Period,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


CHAPTER, HEADING = TariffShift(ShiftFrom.CHAPTER), TariffShift(ShiftFrom.HEADING)
SUBHEADING = TariffShift(ShiftFrom.SUBHEADING)
UP, DOWN = RvcMethod.BUILD_UP, RvcMethod.BUILD_DOWN

READ: list[tuple[str, Rule]] = [
    # Shifts
    ("A change to heading 9401 from any other chapter.", CHAPTER),
    ("A change to subheading 9401.10 through 9401.80 from any other heading.", HEADING),
    ("CTSH", SUBHEADING),
    ("a change in tariff heading", HEADING),
    ("A change to heading 9401 from any other product", TariffShift(ShiftFrom.ANY_OTHER_PRODUCT)),
    (
        "A change to heading 7001 through 7009 from any other heading, including another heading "
        "within that group, except from heading 2505 or 7020 through 7021.",
        TariffShift(ShiftFrom.HEADING, codes("2505", "7020-7021")),
    ),
    (
        "A change to subheading 8401.10 through 8401.30 from any subheading outside that group.",
        TariffShift(ShiftFrom.SUBHEADING, outside_group=True),
    ),
    (
        "A change to heading 6912 from any other heading, except from heading 6914 when resulting "
        "from a simple glazing.",
        TariffShift(
            ShiftFrom.HEADING,
            except_some=(
                Materials(codes("6914"), when="when resulting from a simple glazing"),
            ),
        ),
    ),
    (
        "A change to subheading 8401.10 through 8401.40 from any other subheading, except for a "
        "change to subheading 8401.40 from subheading 8401.20 or 8401.30.",
        TariffShift(
            ShiftFrom.SUBHEADING,
            except_some=(
                Materials(codes("8401.20", "8401.30"), goods=codes("8401.40")),
            ),
        ),
    ),
    (
        "A change to roasted seeds of heading 1206 from any other good of heading 1206 or from "
        "any other chapter, except from flour of heading 1208.",
        TariffShift(
            ShiftFrom.CHAPTER,
            also=(Materials(codes("1206"), "any other good"),),
            except_some=(Materials(codes("1208"), "flour"),),
        ),
    ),
    (
        "A change to subheading 8401.20 from subheading 8401.40, whether or not there is also a "
        "change from any other heading, provided there is also a regional value content of not "
        "less than 35 percent when the build-up method is used.",
        AllOf(
            (
                TariffShift(ShiftFrom.HEADING, also=(Materials(codes("8401.40")),)),
                RegionalValueContent(UP, 0.35),
            )
        ),
    ),
    # Regional value content
    (
        "No change in tariff classification required for a good of heading 8401, provided there "
        "is a regional value content of not less than: (a) 31 per cent under the build-up method; "
        "or (b) 41.5 per cent under the build-down method; or (c) 51 % under the focused value "
        "method taking into account only the non-originating materials of heading 8402.",
        AnyOf(
            (
                RegionalValueContent(UP, 0.31),
                RegionalValueContent(DOWN, 0.415),
                RegionalValueContent(RvcMethod.FOCUSED, 0.51, inputs=codes("8402")),
            )
        ),
    ),
    ("RVC 40", RegionalValueContent(DOWN, 0.4)),
    (
        "a regional value content of at least 55 % of the FOB value under the net cost method",
        RegionalValueContent(RvcMethod.NET_COST, 0.55, basis="fob"),
    ),
    ("CTH or RVC 35 (build-up)", AnyOf((HEADING, RegionalValueContent(UP, 0.35)))),
    # European words
    ("Manufacture from materials of any heading, except that of the product.", HEADING),
    ("Production from non-originating materials of any heading.", AnyGood()),
    (
        "Manufacture from materials of any heading, except those of heading 7202 and heading 7204",
        InputsOriginate(codes("7202", "7204")),
    ),
    (
        "Manufacture from materials of any heading, except that of the product. However, "
        "materials of the same heading as the product may be used, provided that their total "
        "value does not exceed **15%** of the ex-works price of the product.",
        TariffShift(ShiftFrom.HEADING, de_minimis=0.15),
    ),
    (
        "Manufacture from materials of any heading, except that of the product and of heading "
        "7208. However, materials of the same chapter as the product may be used, provided that "
        "their total value does not exceed 20 % of the ex-works price of the product",
        AllOf(
            (
                TariffShift(
                    ShiftFrom.HEADING,
                    exceptions=codes("7208"),
                    also=(Materials(words="materials of the same chapter as the product"),),
                ),
                MaxNonOriginating(0.2, words="materials of the same chapter as the product"),
            )
        ),
    ),
    (
        "Manufacture in which all the materials used are classified within a chapter other than "
        "that of the product",
        CHAPTER,
    ),
    (
        "Manufacture:\n\n- from materials of any heading, except that of the product, *and*\n\n"
        "- in which the value of all the materials used does not exceed 35&nbsp;% of the ex-works "
        "price of the product.",
        AllOf((HEADING, MaxNonOriginating(0.35))),
    ),
    ("MaxNOM 45 % (EXW)", MaxNonOriginating(0.45)),
    (
        "<abbr title='x'>CTH</abbr>, provided that the total weight of non-originating materials "
        "of [heading 1701](/headings/1701) and heading 1702 used does not exceed 12% of the "
        "weight of the product.",
        AllOf(
            (
                HEADING,
                MaxNonOriginating(
                    0.12, "good", inputs=codes("1701", "1702"), measure=Measure.WEIGHT
                ),
            )
        ),
    ),
    (
        "Production in which all the materials of Chapter 3 used are wholly obtained",
        InputsOriginate(codes("03"), wholly_obtained=True),
    ),
    (
        "at least 20% by weight of the materials of heading 2401 used is originating",
        InputsOriginate(codes("2401"), at_least=0.2, measure=Measure.WEIGHT),
    ),
    (
        "Manufacture from materials of heading 7206 or heading 7207",
        TariffShift(ShiftFrom.LISTED, also=(Materials(codes("7206", "7207")),)),
    ),
    (
        "Manufacture from yarn",
        TariffShift(ShiftFrom.LISTED, also=(Materials(words="yarn"),)),
    ),
    (
        "Production in which the value of all the materials used does not exceed 50 % of the "
        "ex-works price of the product (until 31 December 2029)",
        AllOf((MaxNonOriginating(0.5), Period("", "2029-12-31"))),
    ),
    # Processes and conditions
    ("melted and poured in one or more of the Parties", SpecificProcess("melted and poured")),
    ("Weaving combined with dyeing.", SpecificProcess("Weaving combined with dyeing")),
    (
        "A chemical reaction, purification or isomer separation is undergone.",
        AnyOf(
            tuple(
                SpecificProcess(name)
                for name in ("chemical reaction", "purification", "isomer separation")
            )
        ),
    ),
    (
        "A change to heading 6105 from any other chapter, provided that the good is cut and sewn "
        "in the territory of one or more of the Parties.",
        AllOf((CHAPTER, SpecificProcess("cut and sewn"))),
    ),
    (
        "A change to heading 2106 from any other chapter, provided that the good contains less "
        "than 40 percent by weight of honey.",
        AllOf(
            (
                CHAPTER,
                Condition(
                    "the good contains less than 40 percent by weight of honey",
                    ConditionAbout.COMPOSITION,
                ),
            )
        ),
    ),
    (
        "a change from any other heading, provided that the good is for use in batteries",
        AllOf(
            (HEADING, Condition("the good is for use in batteries", ConditionAbout.END_USE))
        ),
    ),
    ("wholly obtained or produced entirely in the Parties", WhollyObtained()),
    (
        "a labour value content of not less than 40 per cent at USD 16 or more an hour",
        LabourValueContent(0.4, 16),
    ),
    (
        "a labour value content of not less than 40 per cent at USD 1,600.50 or more an hour",
        LabourValueContent(0.4, 1600.5),
    ),
    ("content of CHN and Russia not exceeding 10 % of the value", EconomyCap(("CHN", "RUS"), 0.1)),
    (
        "a regional value content of not less than 50 % and content of CHN not exceeding 20 % of "
        "the remainder",
        RemainderCap(0.5, ("CHN",), 0.2),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule"), READ, ids=[text[:60] for text, _ in READ])
def test_reads(text: str, rule: Rule) -> None:
    found = read_treaty(text)
    assert found.rule == rule
    assert found.status is ReadStatus.PARSED
    assert found.left_over == ""


@pytest.mark.parametrize("wage", ["16-20", "16.00.5", "16e"])
def test_what_is_no_wage_is_left_over(wage: str) -> None:
    found = read_treaty(
        f"a labour value content of not less than 40 per cent at USD {wage} an hour"
    )
    assert found.status is ReadStatus.PARTIAL
    assert found.left_over


def test_goods_of_the_whole_text_stand_apart_from_the_rule() -> None:
    found = read_treaty("A change to roasted seeds of heading 1206 from any other chapter.")
    assert found.goods == OnlyGoods(codes("1206"), "roasted seeds")
    assert found.rule == CHAPTER


def test_alternatives_for_different_goods_keep_them() -> None:
    found = read_treaty(
        "A change to heading 9001 through 9003 from any heading outside that group; or A change "
        "to subheading 9004.10 from any other heading."
    )
    assert found.goods is None
    outside = TariffShift(ShiftFrom.HEADING, outside_group=True, group=codes("9001-9003"))
    assert found.rule == AnyOf(
        (
            AllOf((OnlyGoods(codes("9001-9003")), outside)),
            AllOf((OnlyGoods(codes("9004.10")), HEADING)),
        )
    )


@pytest.mark.parametrize(
    ("text", "rule", "left"),
    [
        ("CTH, provided that the moon is full", HEADING, "provided that the moon is full"),
        (
            "A change to heading 9401 from any other heading, save where a panel so decides.",
            HEADING,
            "save where a panel so decides",
        ),
        (
            "RVC 45; or whatever the parties may settle",
            RegionalValueContent(DOWN, 0.45),
            "whatever",
        ),
    ],
)
def test_what_is_not_understood_is_left_and_marked(text: str, rule: Rule, left: str) -> None:
    found = read_treaty(text)
    assert found.status is ReadStatus.PARTIAL
    assert found.rule == rule
    assert left in found.left_over
    assert [text[start:end] for start, end in found.left] == [found.left_over]


@pytest.mark.parametrize(
    "text", ["", "   ", "to be agreed", "Process rule.", "See the annex", "8507.60", "%", "((((("]
)
def test_nothing_understood_is_no_rule(text: str) -> None:
    found = read_treaty(text)
    assert found.rule is None
    assert found.status is ReadStatus.UNPARSED


def test_a_proviso_that_is_not_understood_never_becomes_any_good() -> None:
    found = read_treaty(
        "No change in tariff classification required for heading 9401, provided that fairness."
    )
    assert found.rule is None


def test_cross_references_are_notes() -> None:
    found = read_treaty("Manufacture from yarn. See Introductory Note 4.")
    assert found.status is ReadStatus.PARSED
    assert found.notes == ("See Introductory Note 4",)
