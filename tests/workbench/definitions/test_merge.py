"""Two copies put together: no edit lost, a conflict exactly where both touched one entry."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import cli
from workbench.definitions.merge import Merged, Side, merge
from workbench.definitions.reader import read_agreement
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement, Option
from workbench.model.commitments import Commitment, CommitmentTopic, Obligation, Position, Stance
from workbench.model.coverage import CoveredProducts, ProductCoverage
from workbench.model.economies import Partner, Role
from workbench.model.nomenclature import HSRange
from workbench.model.origin import (
    OriginProvisions,
    ProductRule,
    RegionalValueContent,
    RvcMethod,
)

PAIRS = 1_000
SEED = 20_260_101

Entry = tuple[str, ...]


def rvc(share: float) -> RegionalValueContent:
    return RegionalValueContent(RvcMethod.BUILD_DOWN, share)


def codes(*texts: str) -> tuple[HSRange, ...]:
    return tuple(HSRange.parse(text) for text in texts)


def _base() -> Agreement:
    return Agreement(
        "Club",
        partners=tuple(Partner(code) for code in ("AUS", "CHL", "JPN", "KOR", "USA")),
        coverage=ProductCoverage(
            (CoveredProducts(codes("2602", "2604", "2605", "7502.10", "8108.20", "8505.11")),)
        ),
        origin=OriginProvisions(
            default_rule=rvc(0.5),
            product_rules=tuple(ProductRule(codes(c), rvc(0.4)) for c in ("2602", "2604", "8505")),
        ),
        commitments=tuple(
            Commitment(f"c{n}", CommitmentTopic.LABOUR, f"Text {n} of its own.", Obligation.SHALL)
            for n in range(5)
        ),
        options=(Option("B", "Loose", (("origin.default_rule", rvc(0.3)),)),),
    )


@dataclass(frozen=True)
class RandomEdit:
    """An edit, the entry it touches, and how to see that it was made.

    `whole` says that it adds or removes the entry that other edits change a part of.
    """

    entry: Entry
    whole: bool
    made: Callable[[Agreement], Agreement]
    seen: Callable[[Agreement], object]
    wanted: object


def _field(entry: Entry, made, seen, wanted) -> RandomEdit:
    return RandomEdit(entry, False, made, seen, wanted)


def _random_edit(draw: random.Random) -> RandomEdit:
    kinds = (
        "title", "role", "remove partner", "add partner", "text", "obligation", "position",
        "remove commitment", "add commitment", "rule", "default", "add code", "remove code",
        "parameter", "option title", "option rule",
    )  # fmt: skip
    kind = draw.choice(kinds)
    number = draw.randrange(3)
    value = draw.choice(("one", "two", "three"))
    share = draw.choice((0.55, 0.6, 0.65))
    code = draw.choice(("AUS", "CHL", "JPN"))
    name = f"c{number}"

    def partner(a: Agreement, wanted: str) -> Partner | None:
        return next((p for p in a.partners if p.economy == wanted), None)

    def commitment(a: Agreement, wanted: str) -> Commitment | None:
        return next((c for c in a.commitments if c.id == wanted), None)

    def changed(a: Agreement, **values: object) -> Agreement:
        return replace(
            a,
            commitments=tuple(replace(c, **values) if c.id == name else c for c in a.commitments),
        )

    def of_commitment(attribute: str) -> Callable[[Agreement], object]:
        return lambda a: getattr(commitment(a, name), attribute, None)

    match kind:
        case "title":
            return _field(("title",), lambda a: replace(a, title=value), lambda a: a.title, value)
        case "role":
            role = draw.choice((Role.PRODUCER, Role.CONSUMER))
            return _field(
                ("partner", code, "role"),
                lambda a: a.with_partner(Partner(code, role=role)),
                lambda a: getattr(partner(a, code), "role", None),
                role,
            )
        case "remove partner":
            return RandomEdit(
                ("partner", code),
                True,
                lambda a: a.without_partner(code),
                lambda a: partner(a, code),
                None,
            )
        case "add partner":
            new = draw.choice(("NOR", "PER"))
            added = Partner(new, notes=value)
            return RandomEdit(
                ("partner", new),
                True,
                lambda a: a.with_partner(added),
                lambda a: partner(a, new),
                added,
            )
        case "text":
            return _field(
                ("commitment", name, "text"),
                lambda a: changed(a, text=value),
                of_commitment("text"),
                value,
            )
        case "obligation":
            bound = draw.choice((Obligation.MAY, Obligation.INTENDS_TO))
            return _field(
                ("commitment", name, "obligation"),
                lambda a: changed(a, obligation=bound),
                of_commitment("obligation"),
                bound,
            )
        case "position":
            position = Position(code, draw.choice((Stance.ACCEPTS, Stance.OPPOSES)))
            return _field(
                ("commitment", name, "position", code),
                lambda a: changed(a, positions=(position,)),
                lambda a: position in getattr(commitment(a, name), "positions", ()),
                True,
            )
        case "remove commitment":
            return RandomEdit(
                ("commitment", name),
                True,
                lambda a: replace(a, commitments=tuple(c for c in a.commitments if c.id != name)),
                lambda a: commitment(a, name),
                None,
            )
        case "add commitment":
            new_one = Commitment(
                draw.choice(("n1", "n2")), CommitmentTopic.REVIEW, value, Obligation.MAY
            )
            return RandomEdit(
                ("commitment", new_one.id),
                True,
                lambda a: replace(a, commitments=(*a.commitments, new_one)),
                lambda a: commitment(a, new_one.id),
                new_one,
            )
        case "rule":
            rule = ProductRule(_base().origin.product_rules[number].products, rvc(share))
            return _field(
                ("rule", str(number)),
                lambda a: a.with_product_rule(number, rule),
                lambda a: rule in a.origin.product_rules,
                True,
            )
        case "default":
            return _field(
                ("default",),
                lambda a: a.with_default_rule(rvc(share)),
                lambda a: a.origin.default_rule,
                rvc(share),
            )
        case "add code":
            (item,) = codes(draw.choice(("2607", "2609")))
            return RandomEdit(
                ("code", str(item)),
                True,
                lambda a: a.with_covered(0, item),
                lambda a: item in a.coverage.entries[0].products,
                True,
            )
        case "remove code":
            (item,) = codes(draw.choice(("2602", "2604", "2605")))
            return RandomEdit(
                ("code", str(item)),
                True,
                lambda a: a.without_covered(item),
                lambda a: item in a.coverage.entries[0].products,
                False,
            )
        case "parameter":
            cost = draw.choice((100.0, 300.0))
            return _field(
                ("parameter", "fixed_cost"),
                lambda a: a.with_parameter("fixed_cost", cost),
                lambda a: a.parameters.fixed_cost,
                cost,
            )
        case "option title":
            return _field(
                ("option", "title"),
                lambda a: replace(a, options=(replace(a.options[0], title=value),)),
                lambda a: a.options[0].title,
                value,
            )
        case _:
            changes = (("origin.default_rule", rvc(share)),)
            return _field(
                ("option", "rule"),
                lambda a: replace(a, options=(replace(a.options[0], changes=changes),)),
                lambda a: a.options[0].changes,
                changes,
            )


def _collide(mine: RandomEdit, theirs: RandomEdit, base: Agreement) -> bool:
    """Whether two edits touch one entry, each in another way."""
    if mine.made(base) == theirs.made(base):
        return False
    if mine.entry == theirs.entry:
        return True
    inside = len(mine.entry) != len(theirs.entry) and (
        mine.entry[: len(theirs.entry)] == theirs.entry
        or theirs.entry[: len(mine.entry)] == mine.entry
    )
    return inside and (mine.whole or theirs.whole)


def test_a_thousand_random_pairs_of_edits() -> None:
    draw = random.Random(SEED)
    base = _base()
    collided = 0
    for _ in range(PAIRS):
        mine, theirs = _random_edit(draw), _random_edit(draw)
        found = merge(base, mine.made(base), theirs.made(base))
        pair = (mine.entry, theirs.entry)
        assert bool(found.conflicts) == _collide(mine, theirs, base), pair
        assert mine.seen(found.agreement) == mine.wanted, pair
        if found.conflicts:
            collided += 1
            (conflict,) = found.conflicts
            choices = {conflict.place: Side.THEIRS}
            turned = merge(base, mine.made(base), theirs.made(base), choices)
            assert theirs.seen(turned.agreement) == theirs.wanted, pair
            assert turned.undecided == ()
            assert turned.conflicts == found.conflicts
        else:
            assert theirs.seen(found.agreement) == theirs.wanted, pair
    assert PAIRS / 50 < collided < PAIRS / 2


def test_many_edits_on_each_side() -> None:
    draw = random.Random(SEED)
    base = _base()
    for _ in range(200):
        sides: tuple[dict[Entry, RandomEdit], dict[Entry, RandomEdit]] = ({}, {})
        taken: set[str] = set()
        for number in range(8):
            edit = _random_edit(draw)
            root = " ".join(edit.entry[:2])
            if root not in taken:
                taken.add(root)
                sides[number % 2][edit.entry] = edit
        copies = []
        for edits in sides:
            copy = base
            for edit in edits.values():
                copy = edit.made(copy)
            copies.append(copy)
        found = merge(base, *copies)
        assert found.conflicts == ()
        for edits in sides:
            for edit in edits.values():
                assert edit.seen(found.agreement) == edit.wanted, edit.entry


@settings(max_examples=50)
@given(st.from_type(Agreement), st.from_type(Agreement))
def test_a_copy_that_was_not_touched_gives_the_other(base: Agreement, other: Agreement) -> None:
    assert merge(base, base, other) == Merged(other, (), ())
    assert merge(base, other, base) == Merged(other, (), ())
    assert merge(base, other, other) == Merged(other, (), ())


@settings(max_examples=40)
@given(st.from_type(Agreement), st.from_type(Agreement), st.from_type(Agreement))
def test_any_three_texts_merge_and_swapping_sides_swaps_conflicts(
    base: Agreement, mine: Agreement, theirs: Agreement
) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(one.conflicts) == len(other.conflicts)
    for conflict in one.conflicts:
        assert conflict.mine != conflict.theirs
        assert conflict.words(Side.MINE)
        assert conflict.words(None)


def test_both_in_another_order_is_a_conflict() -> None:
    base = Agreement("Club", partners=tuple(Partner(c) for c in ("AUS", "CHL", "JPN")))
    mine = replace(base, partners=tuple(Partner(c) for c in ("CHL", "AUS", "JPN")))
    theirs = replace(base, partners=tuple(Partner(c) for c in ("AUS", "JPN", "CHL", "USA")))
    found = merge(base, mine, theirs)
    (conflict,) = found.conflicts
    assert conflict.where == "partners: order"
    assert conflict.words(Side.MINE) == "CHL, AUS, JPN"
    assert set(found.agreement.economies) == {"AUS", "CHL", "JPN", "USA"}
    turned = merge(base, mine, theirs, {conflict.place: Side.THEIRS}).agreement
    assert turned.economies == ("AUS", "JPN", "CHL", "USA")
    moved = merge(base, mine, replace(base, partners=(*base.partners, Partner("USA"))))
    assert moved.conflicts == ()
    assert moved.agreement.economies == ("CHL", "AUS", "JPN", "USA")


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[str]]:
    def write(*agreements: Agreement) -> list[str]:
        paths = []
        for name, agreement in zip(("ancestor", "mine", "theirs"), agreements, strict=True):
            path = tmp_path / f"{name}.yaml"
            path.write_text(write_text(agreement), encoding="utf-8")
            paths.append(str(path))
        return paths

    return write


def test_the_command_writes_what_has_no_conflict(
    files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = _base()
    paths = files(base, replace(base, title="Mine"), base.with_default_rule(rvc(0.6)))
    out = tmp_path / "merged.yaml"
    assert cli.main(["merge", *paths, "-o", str(out), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["conflicts"] == []
    assert data["written"] == str(out)
    assert data["mine"] == ["The title changes from Club to Mine."]
    merged = read_agreement(out)
    assert (merged.title, merged.origin.default_rule) == ("Mine", rvc(0.6))


def test_the_command_does_not_choose_unless_told(
    files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = _base()
    paths = files(base, replace(base, title="Mine"), replace(base, title="Theirs"))
    out = tmp_path / "merged.yaml"
    assert cli.main(["merge", *paths, "-o", str(out)]) == 1
    printed = capsys.readouterr()
    assert "conflict: title: mine Mine, theirs Theirs, was Club" in printed.out
    assert "Nothing is written" in printed.err
    assert not out.exists()
    assert cli.main(["merge", *paths, "-o", str(out), "--take", "theirs"]) == 0
    assert read_agreement(out).title == "Theirs"
