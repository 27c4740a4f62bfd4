from importlib.resources import files
from pathlib import Path

import pytest

from workbench.tradedata.starter.agreements_in_force import PACTS, SCHEMES
from workbench.tradedata.starter.compile import Compiler, main
from workbench.tradedata.starter.layout import packed, read

SOURCES = Path(str(files("workbench"))).parents[1] / "shared" / "data"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the source files (../shared/data) are not here")
def test_compiling_again_gives_the_committed_bytes() -> None:
    compiled = Compiler(SOURCES).compile()
    folder = Path(str(files("workbench.tradedata.starter"))) / "tables"
    committed = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    assert sorted(compiled) == sorted(committed)
    for name, content in compiled.items():
        assert content == committed[name], name


def test_without_a_source_folder_nothing_is_written(tmp_path: Path) -> None:
    assert main([]) == 2
    assert main([str(tmp_path / "absent")]) == 2


def test_a_table_comes_back_as_it_was_packed(tmp_path: Path) -> None:
    content = packed(("a", "b"), [("x, y", None), ("Türkiye", 3)])
    assert content == packed(("a", "b"), [("x, y", None), ("Türkiye", 3)])
    (tmp_path / "t.csv.gz").write_bytes(content)
    assert list(read("t", tmp_path)) == [["x, y", ""], ["Türkiye", "3"]]


def test_the_own_compilation_names_known_economies_and_real_days() -> None:
    from datetime import date

    from workbench.tradedata.codes import ECONOMY_IDS

    for pact in PACTS:
        assert set(pact.side_a.split()) | set(pact.side_b.split()) <= ECONOMY_IDS.keys(), pact
        assert date.fromisoformat(pact.start)
    for scheme in SCHEMES:
        assert set(scheme.partners.split()) <= ECONOMY_IDS.keys(), scheme
        assert set(scheme.importers.split()) <= ECONOMY_IDS.keys(), scheme
        for day in (scheme.start, scheme.end):
            assert not day or date.fromisoformat(day)
