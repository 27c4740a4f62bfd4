"""Each broken file gives exactly the sentences that its first lines expect.

Files start with one line for each problem: `# expect: LINE: what; what to do`.
"""

import re
from pathlib import Path

import pytest

from workbench.definitions.reader import check_file, read_agreement
from workbench.errors import DefinitionError

FOLDER = Path(__file__).parents[2] / "bad_definitions"
FILES = sorted(FOLDER.glob("*.yaml"))
EXPECT = re.compile(rb"^# expect: (\d+): (.+)$", re.MULTILINE)


def test_there_are_enough_broken_files() -> None:
    assert len(FILES) >= 35


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_broken_file_says_what_is_wrong(path: Path) -> None:
    expected = [(int(line), text.decode()) for line, text in EXPECT.findall(path.read_bytes())]
    found = [
        (problem.line, f"{problem.text}; {problem.fix}" if problem.fix else problem.text)
        for problem in check_file(path)
    ]
    assert found == expected
    assert found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_broken_file_is_not_read(path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_agreement(path)
    problems = caught.value.problems
    assert list(problems) == check_file(path)
    for problem, line in zip(problems, str(caught.value).split("\n"), strict=True):
        place = f"{path}:{problem.line}" if problem.line else str(path)
        assert line == f"{place}: {problem.text}; {problem.fix}"
