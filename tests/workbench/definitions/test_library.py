from pathlib import Path

import pytest

from workbench.definitions import library
from workbench.definitions.folders import SHIPPED
from workbench.errors import DefinitionError
from workbench.model.commitments import CommitmentTopic
from workbench.model.coverage import Stage

RULE = (
    "format: 1\ntitle: Mine\nrule: {any: true}\ntext: Any good of a Party.\nsource: Own drafting\n"
)


def test_what_ships_is_listed() -> None:
    sets = [entry.name for entry in library.partner_sets()]
    assert sets == sorted(sets)
    assert {"asean", "cptpp", "g7", "ipef", "quad", "usmca"} <= set(sets)
    sectors = {"battery-chain", "critical-minerals", "semiconductors", "solar", "timber"}
    assert sectors <= {entry.name for entry in library.product_lists()}
    assert len(library.templates()) >= 10
    topics = {c.topic for texts in library.commitment_texts() for c in texts.commitments}
    assert topics == set(CommitmentTopic)
    ids = [c.id for texts in library.commitment_texts() for c in texts.commitments]
    assert len(set(ids)) == len(ids) >= 40
    assert len(library.origin_rules()) >= 5
    assert library.templates() == library.agreements()
    for entry in (*library.partner_sets(), *library.origin_rules(), *library.templates()):
        assert entry.shipped
        assert not entry.problem
        assert entry.title != entry.name
        assert entry.path.is_relative_to(SHIPPED)


def test_the_critical_minerals_are_all_there() -> None:
    codes = {item.first for item in library.product_list("critical-minerals").at()}
    # The thirty subheadings of the trade data, HS2017 8112.92 as its three successors.
    assert len(codes) == 32
    assert {"811231", "811241", "811292", "850511", "250490", "740311"} <= codes
    magnets = library.product_list("critical-minerals").at(Stage.DOWNSTREAM)
    assert [str(item) for item in magnets] == ["8505.11"]


def test_the_partners_of_ipef_are_fourteen() -> None:
    assert len(library.partner_set("ipef").economies) == 14


def test_own_files_count_first_and_broken_ones_say_so(tmp_path: Path) -> None:
    folder = tmp_path / "origin-rules"
    folder.mkdir()
    (folder / "yarn-forward.yaml").write_text(RULE)
    (folder / "broken.yaml").write_text("format: 1\n")
    (folder / "Not A Name.yaml").write_text(RULE)
    entries = {entry.name: entry for entry in library.origin_rules(tmp_path)}
    assert entries["yarn-forward"].title == "Mine"
    assert not entries["yarn-forward"].shipped
    assert entries["broken"].title == "broken"
    assert "needs 'title'" in entries["broken"].problem
    assert "Not A Name" not in entries
    assert library.origin_rule("yarn-forward", tmp_path).title == "Mine"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(DefinitionError, match="there is: asean, cafta-dr, cptpp, g7"):
        library.partner_set("../partner-sets/g7")
