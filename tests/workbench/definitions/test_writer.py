import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from workbench.definitions.reader import parse_agreement, read_agreement, read_rule
from workbench.definitions.writer import rule_data, save, save_text, write_text
from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import BillOfInputs, InputShare
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import AlignmentScore, Partner, Role
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    AllOf,
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
    ShiftFrom,
    TariffShift,
)

ROOT = Path(__file__).parents[3]
MAGNETS = HSRange("850511", "850511")
HALF = RegionalValueContent(RvcMethod.BUILD_DOWN, 0.5)
AGREEMENT = Agreement(
    "Magnets: a draft",
    base_years=(2022, 2024),
    partners=(
        Partner("NOR", Role.PRODUCER),
        Partner("USA", alignment=(AlignmentScore("labour rights", 0.8, "Own score"),)),
    ),
    coverage=ProductCoverage((CoveredProducts((MAGNETS, HSRange("0101", "0106"))),)),
    origin=OriginProvisions(
        default_rule=AllOf((TariffShift(ShiftFrom.HEADING), HALF)),
        product_rules=(ProductRule((MAGNETS,), HALF),),
    ),
    bills_of_inputs=(
        BillOfInputs(
            (MAGNETS,),
            (InputShare(HSRange("280530", "280530"), 0.25, (("CHN", 0.9), ("AUS", 0.1))),),
            "Own count",
        ),
    ),
    options=(Option("B", changes=(("origin.default_rule", HALF), ("partners", ()))),),
    notes="word " * 30 + "end",
)
TEXT = """\
format: 1
title: "Magnets: a draft"
base_years: [2022, 2024]

partners:
  - economy: NOR
    role: producer
  - economy: USA
    alignment:
      - {subject: labour rights, score: 0.8, source: Own score}

coverage:
  - products: ["8505.11", "0101-0106"]

origin:
  default_rule:
    all_of:
      - {shift: {from: heading}}
      - {rvc: {method: build-down, at_least: 0.5}}
  product_rules:
    - products: ["8505.11"]
      rule: {rvc: {method: build-down, at_least: 0.5}}

bills_of_inputs:
  - products: ["8505.11"]
    inputs:
      - {input: "2805.30", share: 0.25, origins: {CHN: 0.9, AUS: 0.1}}
    source: Own count

options:
  - name: B
    changes:
      origin.default_rule: {rvc: {method: build-down, at_least: 0.5}}
      partners: []

notes: >-
  word word word word word word word word word word word word word word word word word word word
  word word word word word word word word word word word end
"""


def test_text_is_in_drafting_order_and_readable() -> None:
    assert write_text(AGREEMENT) == TEXT


def test_layout_does_not_matter_to_the_reader() -> None:
    rule = "{all_of: [{shift: {from: heading}}, {rvc: {method: build-down, at_least: 0.5}}]}"
    start, middle = TEXT.index("\n    all_of:"), TEXT.index("\n  product_rules:")
    assert parse_agreement(TEXT, "test.yaml") == AGREEMENT
    assert parse_agreement(f"{TEXT[:start]} {rule}{TEXT[middle:]}", "test.yaml") == AGREEMENT


def test_any_yaml_reader_keeps_codes_as_text() -> None:
    data = yaml.safe_load(write_text(AGREEMENT))
    assert data["coverage"][0]["products"] == ["8505.11", "0101-0106"]
    assert data["bills_of_inputs"][0]["inputs"][0]["input"] == "2805.30"
    assert data["partners"][0]["economy"] == "NOR"


@pytest.mark.parametrize(
    "word", ["NO", "yes", "null", "1e5", "12:30", "0x1F", "~", "", "2024-01-01"]
)
def test_words_that_look_like_something_else_are_quoted(word: str) -> None:
    data = yaml.safe_load(write_text(Agreement("T", sector=word, notes=word)))
    assert data.get("sector", "") == word


def test_one_change_is_one_changed_line() -> None:
    before = write_text(AGREEMENT).splitlines()
    changed = AGREEMENT.with_partner(Partner("NOR", Role.CONSUMER))
    after = write_text(changed).splitlines()
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_rule_data_is_plain_and_reads_back() -> None:
    rule = AllOf((TariffShift(ShiftFrom.CHAPTER, (MAGNETS,), de_minimis=0.1), HALF))
    data = rule_data(rule)
    assert data == {
        "all_of": [
            {"shift": {"from": "chapter", "except": ["8505.11"], "de_minimis": 0.1}},
            {"rvc": {"method": "build-down", "at_least": 0.5}},
        ]
    }
    assert read_rule(str(data).replace("'", '"')) == rule


# Saving --------------------------------------------------------------------------------------


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_save_gives_the_hash_of_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    first = save(AGREEMENT, path, None)
    assert first == sha(path)
    changed = replace(AGREEMENT, title="Another")
    second = save(changed, path, first)
    assert second == sha(path) != first
    assert read_agreement(path) == changed
    assert [item.name for item in tmp_path.iterdir()] == ["draft.yaml"]


def test_a_file_changed_by_another_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    opened = save(AGREEMENT, path, None)
    path.write_text("format: 1\ntitle: Theirs\n")
    with pytest.raises(DefinitionError, match="another program changed the file"):
        save(AGREEMENT, path, opened)
    assert path.read_text() == "format: 1\ntitle: Theirs\n"
    path.unlink()
    with pytest.raises(DefinitionError, match="moved or deleted"):
        save(AGREEMENT, path, opened)
    assert list(tmp_path.iterdir()) == []


def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    save(AGREEMENT, path, None)
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    save(replace(AGREEMENT, title="Through the link"), link, None)
    assert link.is_symlink()
    assert read_agreement(path).title == "Through the link"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_leftovers_of_a_killed_save_are_cleaned(tmp_path: Path) -> None:
    left = tmp_path / ".draft.yaml.0badcafe.saving"
    left.write_text("half a te")
    other = tmp_path / ".other.yaml.0badcafe.saving"
    other.write_text("not ours")
    save(AGREEMENT, tmp_path / "draft.yaml", None)
    assert sorted(item.name for item in tmp_path.iterdir()) == [other.name, "draft.yaml"]


def test_a_folder_that_is_gone_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="not saved, its folder is gone; save elsewhere"):
        save(AGREEMENT, tmp_path / "none" / "draft.yaml", None)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(DefinitionError, match="not saved, "):
        save(AGREEMENT, tmp_path / "folder.yaml", None)


def test_a_file_that_may_not_be_written_gives_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text("old")
    # Root may write anything, so the right is taken away here.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DefinitionError, match="not yours to write; save elsewhere"):
        save(AGREEMENT, path, None)
    assert path.read_text() == "old"


def test_a_text_too_large_to_open_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text("old")
    with pytest.raises(DefinitionError, match="larger than 2 MB"):
        save(replace(AGREEMENT, notes="x" * 2_000_000), path, None)
    assert path.read_text() == "old"


def test_full_disk_leaves_the_old_text(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text("old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from workbench.definitions.writer import save_text\n"
        "from workbench.errors import DefinitionError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    save_text('x' * 5000, Path(sys.argv[1]), None)\n"
        "except DefinitionError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    assert (
        done.stdout == f"{path}: not saved, the disk is full; free some space, or save elsewhere\n"
    )
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["draft.yaml"]


SAVER = """
import os, sys
from pathlib import Path
from workbench.definitions.writer import save_text

path, texts = Path(sys.argv[1]), [Path(name).read_text() for name in sys.argv[2:4]]
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            for text in texts:
                save_text(text, path, None)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path: Path) -> None:
    texts = []
    for name in ("old", "new"):
        partners = tuple(Partner("USA", notes=f"{name} {n}") for n in range(2000))
        texts.append(write_text(Agreement(name, partners=partners)))
        (tmp_path / name).write_text(texts[-1])
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "draft.yaml"
    path.write_text(texts[0])
    chance = random.Random(2024)
    seen = set()
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path), str(tmp_path / "old"), str(tmp_path / "new")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(100):
            process.stdin.write("\n")
            process.stdin.flush()
            child = int(process.stdout.readline())
            waiting = chance.uniform(0, 0.03)
            signal.sigtimedwait([], waiting)
            os.kill(child, signal.SIGKILL)
            assert process.stdout.readline() == "gone\n"
            found = path.read_text()
            assert found in texts
            seen.add(found)
        process.stdin.close()
    assert seen == set(texts)
    save_text(texts[1], path, None)
    assert [item.name for item in folder.iterdir()] == ["draft.yaml"]
