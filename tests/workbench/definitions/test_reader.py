import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions import nodes
from workbench.definitions.reader import (
    check_file,
    open_agreement,
    parse_agreement,
    read_agreement,
    read_product_list,
    read_rule,
)
from workbench.definitions.writer import write_text
from workbench.errors import DefinitionError
from workbench.model.commitments import Parameters, Trigger
from workbench.model.coverage import Stage
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    AnyGood,
    AnyOf,
    EconomyCap,
    InputsOriginate,
    LabourValueContent,
    MaxNonOriginating,
    RegionalValueContent,
    RemainderCap,
    Rule,
    RvcMethod,
    ShiftFrom,
    SpecificProcess,
    TariffShift,
    WhollyObtained,
)

HEAD = "format: 1\ntitle: Test\n"
BATTERIES = HSRange("8507", "8507")


def problems_of(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_agreement(text, "test.yaml")
    return [f"{problem.line}: {problem.text}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"any": true}', AnyGood()),
        ('{"wholly_obtained": true}', WhollyObtained()),
        (
            '{"rvc": {"method": "focused", "at_least": 0.45, "materials_share": 0.7,'
            ' "net_cost_share": 0.9, "inputs": ["8507"]}}',
            RegionalValueContent(RvcMethod.FOCUSED, 0.45, 0.7, 0.9, (BATTERIES,)),
        ),
        (
            '{"max_non_originating": {"at_most": 0.4, "basis": "fob"}}',
            MaxNonOriginating(0.4, "fob"),
        ),
        (
            '{"shift": {"from": "any-other-product", "except": ["8507", "8541-8543"],'
            ' "outside_group": true, "de_minimis": 0.10}}',
            TariffShift(
                ShiftFrom.ANY_OTHER_PRODUCT, (BATTERIES, HSRange("8541", "8543")), True, 0.1
            ),
        ),
        (
            '{"inputs_originate": {"inputs": ["8507"], "tolerance": 0.10}}',
            InputsOriginate((BATTERIES,), 0.1),
        ),
        ('{"cap": {"economies": ["CHN"], "at_most": 0.1}}', EconomyCap(("CHN",), 0.1)),
        (
            '{"remainder_cap": {"at_least": 0.5, "economies": ["CHN"],'
            ' "at_most_of_remainder": 0.2}}',
            RemainderCap(0.5, ("CHN",), 0.2),
        ),
        (
            '{"process": {"name": "melted and poured", "performed_share": 0.8}}',
            SpecificProcess("melted and poured", 0.8),
        ),
        (
            '{"labour_value": {"at_least": 0.4, "wage": 16, "performed_share": 0.5}}',
            LabourValueContent(0.4, 16.0, 0.5),
        ),
        (
            '{"all_of": [{"any": true}, {"any_of": [{"wholly_obtained": true}]}]}',
            AllOf((AnyGood(), AnyOf((WhollyObtained(),)))),
        ),
    ],
)
def test_rules_read_as_the_command_line_writes_them(text: str, rule: Rule) -> None:
    assert read_rule(text) == rule


def test_scalars_stay_what_they_are() -> None:
    agreement = parse_agreement(
        "format: 1\ntitle: NO\nnotes: 0101\ncoverage:\n  - products: [0101, 8507.60, 8507.10]\n",
        "test.yaml",
    )
    assert agreement.title == "NO"
    assert agreement.notes == "0101"
    codes = [item.first for item in agreement.coverage.entries[0].products]
    assert codes == ["0101", "850760", "850710"]


def test_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfformat: 1\r\ntitle: Test\r\nstatus: signd\r\n")
    (problem,) = check_file(path)
    assert problem.line == 3
    assert problem.key == "status"


def test_message_names_file_line_and_what_to_do() -> None:
    text = HEAD + "partners:\n  - economy: USA\n    standng: founding\n"
    with pytest.raises(DefinitionError) as caught:
        parse_agreement(text, "green-steel.yaml")
    assert str(caught.value) == (
        "green-steel.yaml:5: 'standng' is not a key of a partner; did you mean 'standing'?"
    )


def test_overlap_counts_what_exceptions_leave() -> None:
    entries = (
        'coverage:\n  - products: ["85"]\n    except: ["8541-8543"]\n  - products: ["8541.10"]\n'
    )
    agreement = parse_agreement(HEAD + entries, "test.yaml")
    assert len(agreement.coverage.entries) == 2


# What a file may not do ----------------------------------------------------------------------


def test_billion_laughs_are_refused() -> None:
    lines = ['a0: &a0 "lol"']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    found = problems_of(HEAD + "\n".join(lines) + "\n")
    assert "3: '&a0' is an anchor, which these files do not use" in found
    assert len(found) <= nodes.MAX_PROBLEMS


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['echo ran > ran']",
        "!!python/name:os.system",
        "!!binary aGVsbG8=",
        "!include other.yaml",
    ],
)
def test_tags_never_run(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = problems_of(HEAD + f"notes: {value}\n")
    assert found.endswith("is a type tag, which these files do not use")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_at_once(opening: str) -> None:
    text = HEAD + "notes: " + opening * 200_000 if opening != "- " else opening * 200_000
    (found,) = problems_of(text)
    assert "nested deeper than 40 levels" in found


def test_the_deepest_allowed_rule_is_read() -> None:
    depth = (nodes.MAX_DEPTH - 2) // 2
    text = "{all_of: [" * depth + "{any: true}" + "]}" * depth
    rule: Rule = AnyGood()
    for _ in range(depth):
        rule = AllOf((rule,))
    assert read_rule(text) == rule


def test_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_text(HEAD + "notes: " + "x" * nodes.MAX_BYTES)
    (problem,) = check_file(path)
    assert problem.text == "the file is larger than 2 MB"
    assert problems_of(path.read_text()) == ["0: the file is larger than 2 MB"]


def test_endless_list_is_refused() -> None:
    items = "[" + "9," * (nodes.MAX_ITEMS + 1) + "]"
    (found,) = problems_of(HEAD + f"sources: {items}\n")
    assert found == "3: more than 20000 entries in one list"


def test_problems_stop_where_nobody_reads_on() -> None:
    text = HEAD + "".join(f"key_{n}: x\n" for n in range(10_000))
    assert len(problems_of(text)) == nodes.MAX_PROBLEMS


@given(text=st.text(alphabet="[]{}:-,#&*!|>'\"%@`?\n\t abc018.", max_size=60))
def test_any_text_gives_sentences_and_nothing_else(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_agreement(text, "any.yaml")
    lines = text.count("\n") + 2
    for problem in caught.value.problems:
        assert problem.text
        assert problem.fix
        assert 0 <= problem.line <= lines


@given(raw=st.binary(max_size=60))
def test_any_bytes_give_sentences_and_nothing_else(
    raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(raw)
    assert all(problem.text and problem.fix for problem in check_file(path))
    assert check_file(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (missing,) = check_file(tmp_path / "none.yaml")
    assert missing.text == "there is no such file"
    (folder,) = check_file(tmp_path)
    assert folder.text == "this is a folder"


# Opening what does not fit -------------------------------------------------------------------


def test_parts_that_do_not_fit_can_still_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(HEAD + 'coverage:\n  - products: ["8505"]\n    staging: B5\n')
    opened = open_agreement(path)
    assert opened.agreement.coverage.entries[0].staging == "B5"
    assert [problem.line for problem in opened.problems] == [5]
    with pytest.raises(DefinitionError):
        read_agreement(path)


def test_a_wrong_value_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(HEAD + "partners:\n  - economy: GRM\n")
    with pytest.raises(DefinitionError, match="GRM"):
        open_agreement(path)


# Shared lists --------------------------------------------------------------------------------

LIST = (
    "format: 1\ntitle: Mine\nedition: HS2022\nproducts:\n"
    '  - {stage: upstream, products: ["2602"]}\n  - {stage: core, products: ["8111.00"]}\n'
    "source: Own count\n"
)


def test_list_beside_the_file_counts(tmp_path: Path) -> None:
    folder = tmp_path / "product-lists"
    folder.mkdir()
    (folder / "mine.yaml").write_text(LIST)
    path = tmp_path / "draft.yaml"
    path.write_text(HEAD + "coverage:\n  - list: mine\n")
    (entry,) = read_agreement(path).coverage.entries
    assert entry.product_list == "mine"
    assert entry.products == ()
    assert [str(item) for item in entry.listed] == ["2602", "8111.00"]


def test_list_of_one_stage_from_the_users_folder(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "product-lists"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(LIST)
    path = tmp_path / "draft.yaml"
    path.write_text(HEAD + "coverage:\n  - list: mine.upstream\n")
    (entry,) = read_agreement(path, tmp_path / "own").coverage.entries
    assert [str(item) for item in entry.listed] == ["2602"]
    assert read_product_list(folder / "mine.yaml").at(Stage.DOWNSTREAM) == ()


def test_list_behind_a_link_out_of_its_folder_is_not_seen(tmp_path: Path) -> None:
    folder = tmp_path / "here" / "product-lists"
    folder.mkdir(parents=True)
    outside = tmp_path / "outside.yaml"
    outside.write_text(LIST)
    (folder / "mine.yaml").symlink_to(outside)
    path = tmp_path / "here" / "draft.yaml"
    path.write_text(HEAD + "coverage:\n  - list: mine\n")
    (problem,) = check_file(path)
    assert problem.text == "there is no product list 'mine'"


def test_broken_list_is_said_where_it_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "product-lists"
    folder.mkdir()
    (folder / "mine.yaml").write_text(LIST.replace("2602", "26O2"))
    assert check_file(folder / "mine.yaml")[0].line == 5
    path = tmp_path / "draft.yaml"
    path.write_text(HEAD + "coverage:\n  - list: mine\n")
    (problem,) = check_file(path)
    assert problem.text == "the product list 'mine' is broken"


# Start-up ------------------------------------------------------------------------------------


def test_reading_needs_nothing_heavy() -> None:
    code = (
        "import json, sys\n"
        "import workbench.definitions.lane_input, workbench.definitions.library\n"
        "import workbench.definitions.writer\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    loaded = set(json.loads(done.stdout))
    assert "yaml" in loaded
    assert not loaded & {"pandas", "numpy", "scipy", "sqlalchemy", "PySide6"}


def test_parameters_with_and_without_sources() -> None:
    plain = parse_agreement(HEAD + "parameters: {fixed_cost: 900, concentration: 3}\n", "a.yaml")
    assert plain.parameters == Parameters(fixed_cost=900, concentration=3)
    text = (
        HEAD + "parameters:\n  fixed_cost: 900\n  sources: {fixed_cost: 'A survey, 2025, p. 4'}\n"
    )
    sourced = parse_agreement(text, "a.yaml")
    assert sourced.parameters.fixed_cost == 900
    assert sourced.parameters.source("fixed_cost") == "A survey, 2025, p. 4"
    assert parse_agreement(write_text(sourced), "b.yaml") == sourced
    wrong = HEAD + "parameters:\n  sources: {elasticity: me}\n"
    assert problems_of(wrong) == ["4: 'elasticity' is not a key of the sources of parameters"]


def test_a_trigger_looks_one_way() -> None:
    text = (
        HEAD + "institutions:\n  triggers:\n    - {figure: price_move, below: -0.2, reopens: x}\n"
    )
    found = parse_agreement(text, "a.yaml")
    (trigger,) = found.institutions.triggers
    assert trigger == Trigger("price_move", "x", below=-0.2)
    assert trigger.falls
    assert trigger.met_by(-0.3)
    assert not trigger.met_by(-0.2)
    assert parse_agreement(write_text(found), "b.yaml") == found
