"""What a reader needs to redo a figure: parameters, costs, bills, rates, sources of rules."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.workbench.termsheet import readers
from workbench.analysis.treatment import commitment_costs
from workbench.model.agreement import Agreement
from workbench.model.commitments import (
    BillOfInputs,
    Binds,
    Commitment,
    CommitmentTopic,
    Enforcement,
    InputShare,
    Institutions,
    Obligation,
    Precision,
    Removal,
    StatedRate,
    Trigger,
)
from workbench.model.economies import Role
from workbench.model.nomenclature import HSRange
from workbench.termsheet.build import build
from workbench.termsheet.content import Paragraph, Table, tables, text_of, texts
from workbench.termsheet.export import Format, render
from workbench.termsheet.request import Request
from workbench.tradedata.database import Vintage

MakeRequest = Callable[..., Request]

AUDITED = Commitment(
    "audit-1",
    CommitmentTopic.LABOUR,
    "Each facility shall be audited.",
    Obligation.SHALL,
    Precision.HIGH,
    Enforcement.FACILITY_SPECIFIC,
    preference_depends=True,
    compliance_cost=0.002,
    source="Model text 4.2",
)
PRODUCED = replace(AUDITED, id="mines-1", binds=Binds.PRODUCERS, compliance_cost=0.01, from_year=3)
IDLE = replace(AUDITED, id="idle-1", preference_depends=False, compliance_cost=0.5)


@pytest.fixture(scope="module")
def text(agreement: Agreement) -> Agreement:
    """The agreement with everything in it that a figure may rest on."""
    magnets = HSRange.parse("8505.11")
    first, *others = agreement.partners
    inputs = (
        InputShare(HSRange.parse("2846.90"), 0.3, (("CHN", 0.8), ("AUS", 0.1))),
        InputShare(HSRange.parse("7202"), 0.2),
    )
    elsewhere = BillOfInputs((HSRange.parse("8507.60"),), inputs, "A table of batteries")
    rule = replace(agreement.origin.product_rules[0], source="Model rule 7")
    text = replace(
        agreement,
        partners=(replace(first, role=Role.CONSUMER), *others),
        commitments=(AUDITED, PRODUCED, IDLE),
        bills_of_inputs=(
            BillOfInputs((magnets,), inputs, "A study of magnets", ("JPN",)),
            elsewhere,
        ),
        tariffs=(StatedRate("USA", (magnets,), 0.021, "Schedule of 2024", year=2024),),
        origin=replace(agreement.origin, product_rules=(rule,)),
        institutions=Institutions(
            triggers=(
                Trigger("price_move", "coverage", below=-0.25),
                Trigger("leakage", "the rules", above=3e6),
                Trigger("concentration", "the list", above=0.3),
            )
        ),
    )
    text = text.with_parameter("fixed_cost", 900).with_parameter("premium", 0.2)
    return text.with_parameter_source("premium", "Survey of smelters").with_parameter(
        "ad_valorem_cost", 0.001
    )


@pytest.fixture(scope="module")
def request_stated(text: Agreement, make_request: MakeRequest) -> Request:
    return make_request(text)


def _rows(request: Request, name: str) -> list[list[str]]:
    return [
        [text_of(cell.runs) for cell in row.cells]
        for table in _annex(request)
        if table.name == name
        for row in table.rows
    ]


def _annex(request: Request) -> list[Table]:
    return [table for _, table in tables(build(request))]


def test_a_parameter_carries_its_own_source(request_stated: Request) -> None:
    rows = {row[0]: row[1:] for row in _rows(request_stated, "parameters")}
    assert rows["Cost per claim"] == [
        "900", "USD", "250", "0 to 1,000,000", "changed from the default, no source stated"
    ]  # fmt: skip
    assert rows["Price premium of originating inputs"][-1] == "Survey of smelters"
    assert rows["Median consignment"][-1] == "model default; value-weighted median"
    assert "fails once extra duties are saved" in rows["Spread of consignments"][-1]
    assert "5.9 %" in rows["Trade that never claims"][-1]


@pytest.mark.parametrize("code", ["fr", "es"])
def test_what_has_no_source_is_told_in_every_language(
    code: str, text: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(text, words=code)
    sources = [row[-1] for row in _rows(request, "parameters")]
    words = request.language.phrase("changed from the default, no source stated")
    assert words != "changed from the default, no source stated"
    assert sources.count(words) == 2
    assert not any("Keck" in source for source in sources)


def test_the_cost_of_claiming_is_the_one_that_figures_rest_on(request_stated: Request) -> None:
    costs = {row[0]: row for row in _rows(request_stated, "commitment-costs")}
    assert costs["audit-1"][1:] == ["every partner", "high", "0.20", "1", "Yes", "Model text 4.2"]
    assert costs["mines-1"][1] == "Japan, Australia, Indonesia"
    assert costs["idle-1"][5] == "No"
    rows = _rows(request_stated, "claiming-costs")
    assert rows == [["every exporter", "0.10", "1.2", "1.3"]]
    evaluation = request_stated.evaluation
    assert set(evaluation.lanes["ad_valorem_cost"].round(9)) == {0.013}
    assert commitment_costs(evaluation.agreement)["USA"] == pytest.approx(0.002)
    assert commitment_costs(evaluation.agreement, year=2)["JPN"] == pytest.approx(0.002)


def test_bills_in_use_are_told_and_no_others(request_stated: Request) -> None:
    assert _rows(request_stated, "bills") == [["1", "Japan", "8505.11", "A study of magnets"]]
    assert _rows(request_stated, "bill-inputs") == [
        ["1", "2846.90", "30.0", "China 80.0\u00a0%; Australia 10.0\u00a0%"],
        ["1", "7202", "20.0", "as the exporter imports it"],
    ]
    assert "A table of batteries" not in set(texts(build(request_stated)))


def test_stated_rates_and_rules_come_with_their_sources(request_stated: Request) -> None:
    assert _rows(request_stated, "rates") == [
        ["United States", "all", "8505.11", "2.1", "2024", "Schedule of 2024"]
    ]
    assert _rows(request_stated, "rule-sources") == [["8505.11", "Model rule 7"]]


def test_rules_of_one_source_and_editions_of_one_stand_together(
    text: Agreement, make_request: MakeRequest
) -> None:
    (rule,) = text.origin.product_rules
    other = replace(rule, products=(HSRange.parse("8108.20"),))
    request = make_request(text.with_product_rule(1, other))
    assert _rows(request, "rule-sources") == [["8505.11; 8108.20", "Model rule 7"]]
    vintage = tuple(Vintage("products", "UN", edition, None) for edition in ("HS2012", "HS2022"))
    evaluation = replace(request.evaluation, vintage=vintage)
    assert _rows(replace(request, evaluation=evaluation), "sources") == [
        ["products", "UN", "HS2012; HS2022", "–"]
    ]


def test_lines_name_their_rules_by_the_number_they_have_in_the_text(
    text: Agreement, make_request: MakeRequest
) -> None:
    request = make_request(text)
    rules = {row[0]: row[2] for row in _rows(request, "rules")}
    assert list(rules) == ["1", "2"]
    assert [row[:2] for row in _rows(request, "line-rules")] == [list(i) for i in rules.items()]
    lines = {row[0]: row[-1] for row in _rows(request, "lines-USA")}
    assert lines == {"8108.20.00": "2", "8505.11.00": "1", "8505.11.90": "1"}
    bare = replace(text, origin=replace(text.origin, product_rules=()))
    assert {row[-1] for row in _rows(make_request(bare), "lines-USA")} == {"1"}


def test_a_commitment_goes_by_its_title_and_is_traced_by_its_id(
    text: Agreement, make_request: MakeRequest
) -> None:
    titled = replace(AUDITED, title="Audits of facilities")
    removal = Removal(("JPN",), 0.1, commitment="audit-1")
    treatment = replace(text.treatment, removals=(removal,))
    request = make_request(replace(text, commitments=(titled, PRODUCED), treatment=treatment))
    said = set(texts(build(request)))
    assert "1 Labour: Audits of facilities (audit-1)" in said
    assert "2 Labour (mines-1)" in said
    assert [row[0] for row in _rows(request, "positions")] == ["Audits of facilities", "mines-1"]
    assert "Japan: 10.0\u00a0% of exports have lost the preference (Audits of facilities)." in said


def test_commitments_say_precision_cost_and_what_a_facility_loses(request_stated: Request) -> None:
    section = next(s for s in build(request_stated).sections if s.name == "commitments")
    said = [text_of(b.runs) for b in section.blocks if isinstance(b, Paragraph)]
    facts = next(text for text in said if text.startswith("shall · high precision"))
    most = request_stated.language.usd(request_stated.evaluation.totals["claimed"])
    assert "adds 0.20\u00a0% of value to the cost of claiming" in facts
    assert f"one facility in breach loses is not stated (at most {most} of claims" in facts


def test_triggers_go_either_way_in_their_own_unit(request_stated: Request) -> None:
    said = set(texts(build(request_stated)))
    assert "Change of import price below −25.0\u00a0% reopens coverage" in said
    assert "Leakage above USD\u00a03.00\u00a0m reopens the rules" in said
    assert "Concentration of partners' imports (HHI) above 0.3 reopens the list" in said


def test_without_any_of_it_the_annex_keeps_silent(
    agreement: Agreement, make_request: MakeRequest
) -> None:
    bare = replace(agreement, commitments=(), origin=replace(agreement.origin, product_rules=()))
    names = {table.name for table in _annex(make_request(bare))}
    assert not names & {"commitment-costs", "bills", "rates", "rule-sources"}
    assert "claiming-costs" in names


def test_every_format_has_them(request_stated: Request) -> None:
    read = {
        Format.PDF: readers.pdf_text,
        Format.DOCX: readers.docx_text,
        Format.HTML: readers.html_text,
        Format.XLSX: lambda content: str(readers.xlsx_cells(content)),
        Format.JSON: lambda content: json.dumps(json.loads(content), ensure_ascii=False),
    }
    for kind, reader in read.items():
        found = readers.squeezed(reader(render(request_stated, kind).content))
        for words in (
            "Survey of smelters",
            "no source stated",
            "A study of magnets",
            "Schedule of 2024",
            "Model rule 7",
            "Model text 4.2",
        ):
            assert readers.squeezed(words) in found, (kind, words)
