"""Sets that nothing beats, contributions, the core, search, sensitivity, and the words for it."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.evaluation import Evaluator
from workbench.analysis.explain import Unit
from workbench.analysis.findings import Needs, found_in
from workbench.analysis.market import Market
from workbench.analysis.partner_sets.answer import (
    answer,
    explain_contribution,
    explain_set,
    suggested,
)
from workbench.analysis.partner_sets.choice import (
    AIMS_WITHOUT_CLAIMS,
    DEFAULT_AIMS,
    Aim,
    Limits,
    aim,
    allowed,
    best_sets,
    non_dominated,
    ranked,
    usual_aims,
)
from workbench.analysis.partner_sets.contribution import (
    CONTRIBUTED,
    RATIOS,
    Contributions,
    all_contributions,
    completed,
    contributions,
    lacking_note,
    shapley,
    values_of,
    worst_objection,
)
from workbench.analysis.partner_sets.figures import FIGURE_NAMES, Trade
from workbench.analysis.partner_sets.question import SetQuestion, ask
from workbench.analysis.partner_sets.sampling import sampled_contributions
from workbench.analysis.partner_sets.search import search, sets_and_contributions, sets_of
from workbench.analysis.partner_sets.sensitivity import rank_changes
from workbench.analysis.partner_sets.sweep import PartnerSets, Prepared, load, partner_sets, prepare
from workbench.analysis.partner_sets.view import sets_data, sets_tables, why_missing
from workbench.analysis.partner_sets.words import ranking
from workbench.definitions.reader import read_agreement
from workbench.errors import DefinitionError, WorkbenchError
from workbench.model.agreement import Agreement
from workbench.model.commitments import Treatment, TreatmentBasis
from workbench.tradedata.database import TradeDatabase

SHIPPED = Path(__file__).parents[3] / "agreements/definitions/critical-minerals-club.yaml"


@pytest.fixture(scope="module")
def club() -> Agreement:
    return replace(read_agreement(SHIPPED), options=())


@pytest.fixture(scope="module")
def data(starter_file: Path, club: Agreement) -> tuple[SetQuestion, Market, Trade]:
    question = ask(club)
    with TradeDatabase(starter_file) as database:
        return question, *load(database, question)


@pytest.fixture(scope="module")
def sets(data: tuple[SetQuestion, Market, Trade]) -> PartnerSets:
    question, market, trade = data
    return partner_sets(market, trade, question)


@pytest.fixture(scope="module")
def contributed(sets: PartnerSets) -> dict[str, Contributions]:
    return all_contributions(sets)


# Sets that nothing beats


@given(st.lists(st.tuples(*[st.integers(0, 4).map(float)] * 3), min_size=0, max_size=60))
def test_no_other_beats_the_best(rows: list[tuple[float, float, float]]) -> None:
    values = np.array(rows).reshape(-1, 3)
    best = set(non_dominated(values).tolist())
    for n, row in enumerate(values):
        beaten = any((other >= row).all() and (other > row).any() for other in values)
        assert (n in best) is not beaten


def test_many_sets_are_ranked_in_pieces() -> None:
    values = np.random.default_rng(1).random((5000, 2))
    best = values[non_dominated(values)]
    order = np.argsort(-best[:, 0])
    assert (np.diff(best[order, 1]) > 0).all()
    assert not any((values[n] > best).all(axis=1).any() for n in range(0, 5000, 97))


def test_limits_and_directions(sets: PartnerSets) -> None:
    few = allowed(sets, Limits(members=("JPN",), most=4))
    assert few.sum() == 1 + 11 + 55
    assert all("JPN" in sets.members(row) for row in np.flatnonzero(few))
    aligned = allowed(sets, Limits(lowest_score=0.5))
    assert 0 < aligned.sum() < sets.count
    assert (sets.figures["alignment_min"][aligned] >= 0.5).all()
    low = allowed(sets, Limits(ranges=(("exposure", None, 0.05),)))
    assert (sets.figures["exposure"][low] <= 0.05).all()
    best = best_sets(sets, DEFAULT_AIMS, Limits(most=4))
    assert best.any()
    assert (sets.figures["size"][best] <= 4).all()
    largest = ranked(sets, np.flatnonzero(best), aim("market"))
    assert sets.figures["market"][largest[0]] == sets.figures["market"][best].max()
    smallest = best_sets(sets, [Aim("market", larger=False)])
    assert sets.members(int(np.flatnonzero(smallest)[0])) == ("USA",)
    with pytest.raises(DefinitionError, match="aims"):
        best_sets(sets, [])
    with pytest.raises(DefinitionError, match="neither"):
        allowed(sets, Limits(members=("CHN",)))


# Contributions


def test_the_published_coalition() -> None:
    """Reference case SH-2: Shapley values, and (2, 3, 1) in the core."""
    game = np.array([0, 1, 2, 4, 0, 3, 3, 6], dtype=float)  # none, 1, 2, 12, 3, 13, 23, 123
    assert shapley(game) == pytest.approx([13 / 6, 16 / 6, 7 / 6])
    assert worst_objection(game, np.array([2.0, 3.0, 1.0])) == (0, 0.0)
    assert worst_objection(game, shapley(game)) == (0, 0.0)
    group, gain = worst_objection(game, np.array([0.5, 3.0, 2.5]))
    assert (group, gain) == (0b001, pytest.approx(0.5))
    assert worst_objection(game, np.array([1.0, 2.0, 3.0]))[0] == 0b011
    cost = worst_objection(-game, -np.array([0.5, 3.0, 2.5]), larger=False)
    assert cost == (0b001, pytest.approx(0.5))


@given(st.lists(st.floats(-10, 10), min_size=16, max_size=16))
def test_shapley_values_are_means_over_orders(values: list[float]) -> None:
    game = np.array(values)
    found = shapley(game)
    plain = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        inside = 0
        for j in order:
            plain[j] += game[inside | 1 << j] - game[inside]
            inside |= 1 << j
    np.testing.assert_allclose(found, plain / len(orders), atol=1e-9)
    assert found.sum() == pytest.approx(game[-1] - game[0], abs=1e-9)


def test_sets_are_ranked_on_claims_only_where_there_is_something_to_claim(
    club: Agreement, sets: PartnerSets
) -> None:
    assert usual_aims(club) == DEFAULT_AIMS
    everyone = replace(club, treatment=replace(club.treatment, basis=TreatmentBasis.EXTENDED))
    assert usual_aims(everyone) == AIMS_WITHOUT_CLAIMS
    asked = replace(sets, question=replace(sets.question, text=everyone))
    assert (best_sets(asked) == best_sets(sets, AIMS_WITHOUT_CLAIMS)).all()
    assert ranking(asked, {})[2].startswith(
        "Judged by high share of world trade, high chain completeness and low concentration"
    )
    assert why_missing(everyone)["exposure"] == "cuts reach everyone, so nothing is claimed"
    assert why_missing(club)["exposure"] == "nothing is claimed"


def test_null_players_and_symmetry() -> None:
    sizes = np.array([0, 1, 1, 2, 0, 1, 1, 2], dtype=float)  # 3 never adds, 1 and 2 alike
    assert shapley(sizes) == pytest.approx([1, 1, 0])
    other = np.random.default_rng(0).random(8)
    np.testing.assert_allclose(shapley(sizes + other), shapley(sizes) + shapley(other))


def test_contributions_sum_to_the_total(
    sets: PartnerSets, contributed: dict[str, Contributions]
) -> None:
    assert set(contributed) == set(CONTRIBUTED)
    without = sets.row(int(sets.masks[-1]) ^ 1)
    for name, found in contributed.items():
        values = values_of(sets.figures, name)
        assert found.whole == values[-1]
        assert found.marginal[0] == pytest.approx(found.whole - values[without])
        total = found.whole - found.base
        assert found.shapley.sum() == pytest.approx(total, rel=1e-9, abs=1e-12)
        if not found.lacking:
            assert found.base == found.start
    assert contributed["covered_trade"].in_core  # more partners never trade less


def _first_values(values: np.ndarray, inside: int, count: int) -> list[float]:
    """The first known value of every order in which the others join a set."""
    if not np.isnan(values[inside]):
        return [float(values[inside])]
    found = []
    for order in permutations(j for j in range(count) if not inside >> j & 1):
        reached = inside
        for j in order:
            reached |= 1 << j
            if not np.isnan(values[reached]):
                found.append(float(values[reached]))
                break
    return found


@given(
    st.lists(st.floats(-10, 10), min_size=16, max_size=16),
    st.lists(st.integers(0, 14), max_size=8),
)
def test_a_set_without_a_ratio_stands_at_its_mean_first_value(
    values: list[float], lacking: list[int]
) -> None:
    game = np.array(values)
    game[lacking] = np.nan
    found = completed(game)
    for inside in range(16):
        mean = np.mean(_first_values(game, inside, 4))
        assert found[inside] == pytest.approx(mean, abs=1e-9)
    assert shapley(found).sum() == pytest.approx(game[-1] - found[0], abs=1e-9)


def test_who_makes_a_ratio_known_does_not_bring_the_whole_of_it() -> None:
    alike = np.array([np.nan, 0.2, 0.2, 0.2])
    assert shapley(completed(alike)) == pytest.approx([0.0, 0.0])
    lower = np.array([np.nan, 0.1, 0.3, 0.2])  # the first makes for less wherever it joins
    assert shapley(completed(lower)) == pytest.approx([-0.1, 0.1])
    null = np.array([np.nan, np.nan, 0.3, 0.3, np.nan, np.nan, 0.1, 0.1])  # the first does nothing
    assert shapley(completed(null)) == pytest.approx([0.0, 0.05, -0.15])


def test_a_set_without_a_ratio_is_not_a_set_with_none_of_it(
    sets: PartnerSets, contributed: dict[str, Contributions]
) -> None:
    """Some sets of the club claim nothing: they have no exposure, and no amount of content."""
    lacking = np.isnan(sets.figures["exposure"])
    assert 0 < lacking.sum() < sets.count / 50
    for name, found in contributed.items():
        missing = bool(np.isnan(sets.figures[name]).any()) if name in RATIOS else False
        assert found.lacking is missing, name
    exposure, content = contributed["exposure"], contributed["free_riding_content"]
    assert np.isnan(exposure.start)
    assert content.start == content.base == 0.0
    assert content.whole / contributed["claimed"].whole == pytest.approx(exposure.whole)
    known = sets.figures["exposure"][~lacking]
    assert known.min() <= exposure.base <= known.max()
    counted_as_zero = shapley(np.nan_to_num(sets.figures["exposure"]))
    assert exposure.shapley.sum() < counted_as_zero.sum()  # nobody brings the first value
    told = explain_contribution(exposure, "GBR")
    assert told.value == exposure.shapley[exposure.candidates.index("GBR")]
    assert told.unit is Unit.SHARE_CHANGE
    terms = {term.symbol: term.value for term in told.terms}
    assert terms["Σ"] == pytest.approx(terms["v(all)"] - terms["v0"])
    assert terms["v(none)"] is None
    assert not any("counts as zero" in note for note in told.notes)
    assert any("mean first value" in note for note in told.notes)
    assert any("counts as zero" in note for note in explain_contribution(content, "GBR").notes)
    (note,) = lacking_note(contributed)
    assert note.startswith("Shapley values of Exposure; Exposure, traced; Utilisation: a set")
    data = sets_data(sets, contributed, DEFAULT_AIMS, Limits(most=2), {})
    assert note in data["notes"]
    rows = [row for row in data["contribution"] if row["figure"] == "exposure"]
    (core,) = (row for row in data["core"] if row["figure"] == "exposure")
    assert sum(row["shapley"] for row in rows) == pytest.approx(core["whole"] - core["base"])
    assert all(row["shapley"] is not None for row in data["contribution"])
    json.dumps(data, allow_nan=False)


def test_a_group_without_a_ratio_does_not_object(sets: PartnerSets) -> None:
    everywhere = np.nan_to_num(sets.figures["exposure"], nan=0.05)
    found = contributions(
        replace(sets, figures={**sets.figures, "exposure": everywhere}), "exposure"
    )
    assert found is not None
    assert not found.lacking
    assert found.base == found.start == everywhere[0]
    assert worst_objection(
        np.array([np.nan, np.nan, 1.0, 2.0]), np.array([1.0, 0.5]), base=0.5
    ) == (
        0,
        0.0,
    )
    nobody = replace(sets.question, fixed=())  # without any partner there is no ratio at all
    bare = replace(
        sets,
        question=nobody,
        figures={name: values[1:] for name, values in sets.figures.items()},
        masks=sets.masks[1:],
    )
    ratio, amount = contributions(bare, "hhi"), contributions(bare, "covered_trade")
    assert ratio is not None
    assert amount is not None
    assert ratio.lacking
    assert not amount.lacking


def test_no_contributions_of_a_missing_figure(sets: PartnerSets) -> None:
    nothing = np.full(sets.count, np.nan)
    missing = replace(sets, figures={**sets.figures, "hhi": nothing})
    assert contributions(missing, "hhi") is None
    with pytest.raises(ValueError, match="every set"):
        contributions(replace(sets, exact=False), "hhi")


# Search


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_search_stays_close_to_the_best(
    data: tuple[SetQuestion, Market, Trade], sets: PartnerSets, seed: int
) -> None:
    """With a third of the sets looked at, no aim is missed by more than a hundredth."""
    question, market, trade = data
    found = search(market, trade, question, rounds=32, neighbours=6, seed=seed)
    assert not found.exact
    assert found.count < sets.count / 3
    for row in range(0, found.count, 50):
        place = sets.row(int(found.masks[row]))
        for name in FIGURE_NAMES:
            np.testing.assert_allclose(
                found.figures[name][row], sets.figures[name][place], rtol=1e-9
            )
    gaps = {}
    for each in DEFAULT_AIMS:
        sign = 1 if each.larger else -1
        top, got = (np.nanmax(sign * s.figures[each.figure]) for s in (sets, found))
        gaps[each.figure] = float((top - got) / abs(top))
    assert max(gaps.values()) <= 0.01, gaps
    again = search(market, trade, question, rounds=32, neighbours=6, seed=seed)
    assert (again.masks == found.masks).all()


def test_too_many_for_every_set_are_searched(
    data: tuple[SetQuestion, Market, Trade], club: Agreement
) -> None:
    _, market, trade = data
    more = ["MEX", "ARG", "THA", "MYS", "VNM", "PHL", "TUR", "COL", "CHE", "NZL"]
    question = ask(club, [*(p.economy for p in club.partners[1:14]), *more[:8]], ["USA"])
    assert len(question.candidates) == 21
    with pytest.raises(WorkbenchError, match="Search instead"):
        partner_sets(market, trade, question)


# Sampled contributions


@pytest.fixture(scope="module")
def prepared(data: tuple[SetQuestion, Market, Trade]) -> Prepared:
    question, market, trade = data
    return prepare(market, trade, question)


def test_sampled_shapley_values_are_close_to_the_exact_ones(
    prepared: Prepared, contributed: dict[str, Contributions]
) -> None:
    sampled = sampled_contributions(prepared, draws=8, block=5)
    assert set(sampled) == set(contributed)
    within = []
    for name, exact in contributed.items():
        found, size = sampled[name], abs(exact.whole) + abs(np.nan_to_num(exact.start))
        assert found.error is not None
        assert found.in_core is None
        starts = (found.whole, found.start), (exact.whole, exact.start)
        np.testing.assert_allclose(*starts, rtol=1e-6)
        assert found.lacking is exact.lacking
        assert found.base == pytest.approx(exact.base, rel=0.1)
        assert found.shapley.sum() == pytest.approx(found.whole - found.base, abs=1e-9 * size)
        np.testing.assert_allclose(found.marginal, exact.marginal, atol=1e-9 * size)
        np.testing.assert_allclose(found.alone, exact.alone, atol=1e-9 * size)
        gap, largest = np.abs(found.shapley - exact.shapley), np.abs(exact.shapley).max()
        within.append(gap <= 2.5 * found.error + 1e-9 * size)
        # A jump that a few small sets alone have may be in none of the draws.
        assert (gap <= 2.5 * found.error + 0.1 * largest).all(), name
    assert np.concatenate(within).mean() > 0.9
    again = sampled_contributions(prepared, draws=8, block=5)
    assert (again["claimed"].shapley == sampled["claimed"].shapley).all()


def test_more_orders_bring_sampled_values_closer(prepared: Prepared) -> None:
    few, many = (
        sampled_contributions(prepared, draws=n, block=4)["free_riding_content"] for n in (2, 6)
    )
    assert few.error is not None
    assert many.error is not None
    assert many.error.mean() < few.error.mean()


def test_one_block_of_everyone_is_exact(
    prepared: Prepared, contributed: dict[str, Contributions]
) -> None:
    count = len(prepared.question.candidates)
    for name, found in sampled_contributions(prepared, draws=2, block=count).items():
        assert found.base == pytest.approx(contributed[name].base)
        assert found.error == pytest.approx(np.zeros(count), abs=1e-9 * abs(found.whole))
        np.testing.assert_allclose(found.shapley, contributed[name].shapley, rtol=1e-7, atol=1e-12)


def test_contributions_of_a_search_are_sampled(
    starter_file: Path, club: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(replace(club, partners=club.partners[:7]))
    with TradeDatabase(starter_file) as database:
        market, trade = load(database, question)
    exact = sets_and_contributions(market, trade, question)[1]
    assert exact["exposure"].error is None
    monkeypatch.setattr("workbench.analysis.partner_sets.search.MOST_EXACT", 5)
    sets, sampled = sets_and_contributions(market, trade, question)
    assert not sets.exact
    assert any("sampled" in note for note in sets.notes)
    rows = sets_data(sets, sampled, DEFAULT_AIMS, Limits(most=3), {})["contribution"]
    assert all(row["standard_error"] is not None for row in rows)
    assert any(
        "Standard error" in t.meaning for t in explain_contribution(sampled["claimed"], "JPN").terms
    )
    assert ranking(sets, sampled)[2].startswith("Judged by high share of world trade")


# Sensitivity, words and rows


def test_the_ranking_under_other_assumptions(
    starter_file: Path, data: tuple[SetQuestion, Market, Trade], sets: PartnerSets
) -> None:
    question = data[0]
    masks = [int(sets.masks[-1]), int(sets.masks[3]), int(sets.masks[700])]
    with TradeDatabase(starter_file) as database:
        changes = rank_changes(database, question, masks, aim("exposure"))
    assert changes.values.shape == (1 + len(changes.alternatives), 3)
    assert "price premium of originating inputs doubled" in changes.alternatives
    assert any(title.startswith("trade of ") for title in changes.alternatives)
    assert changes.ranks[0].tolist() == [1, 2, 3]
    for n, mask in enumerate(changes.masks):
        expected = sets.figures["exposure"][sets.row(int(mask))]
        assert changes.values[0, n] == pytest.approx(expected, rel=1e-7)
    doubled = changes.alternatives.index("price premium of originating inputs doubled") + 1
    assert (changes.values[doubled] != changes.values[0]).any()


def test_three_sentences(sets: PartnerSets, contributed: dict[str, Contributions]) -> None:
    trade, exposure, choice = ranking(sets, contributed)
    found = contributed["covered_trade"]
    top = found.candidates[int(np.argmax(found.shapley))]
    name = {"CHL": "Chile", "EU27": "the European Union"}[top]
    assert trade.startswith(f"Of the 12 candidates {name} would bring most covered trade, ")
    assert f"{found.whole / 1e9:.3g} billion" in trade
    whole = {name: values[-1] for name, values in sets.figures.items()}
    assert f"known for {whole['known_duty'] / whole['covered_trade']:.0%} of" in exposure
    for figure in ("utilisation", "exposure", "traced_exposure"):
        assert f"{whole[figure]:.1%}" in exposure
    assert f"{best_sets(sets).sum()} of the 4,096 possible sets are not beaten" in choice
    assert f"against {whole['market']:.1%} with everyone in" in choice


@pytest.mark.parametrize(
    ("treatment", "sentence"),
    [
        (Treatment(market_access=False), "The agreement changes no duty"),
        (Treatment(basis=TreatmentBasis.EXTENDED), "The cuts reach everyone"),
    ],
)
def test_sentences_where_nothing_is_claimed(
    data: tuple[SetQuestion, Market, Trade], treatment: Treatment, sentence: str
) -> None:
    question, market, trade = data
    asked = replace(question, text=replace(question.text, treatment=treatment))
    sets, contributed = sets_and_contributions(market, trade, asked)
    _, claims, choice = ranking(sets, contributed)
    assert claims.startswith(sentence)
    assert choice.startswith("Judged by high share of world trade, high chain completeness")
    assert "no set can be ranked: exposure" in ranking(sets, contributed, DEFAULT_AIMS)[2]


def test_sentences_about_one_candidate_and_two(starter_file: Path, club: Agreement) -> None:
    with TradeDatabase(starter_file) as database:
        told = {}
        partners = tuple(p for p in club.partners if p.economy != "KOR")
        text = replace(club, partners=partners)
        for codes, fixed in (
            (["JPN"], ["USA"]),
            (["JPN"], ["USA", "EU27"]),
            (["JPN", "KOR"], ["USA"]),
        ):
            question = ask(text, codes, fixed)
            sets, contributed = sets_and_contributions(*load(database, question), question)
            told[len(codes), len(fixed)] = ranking(sets, contributed)
            limited = ranking(sets, contributed, limits=Limits(most=1))
            assert not any("beats" in sentence for sentence in limited)
            nobody = ranking(sets, contributed, limits=Limits(lowest_score=1.0))
            assert nobody[2] == "No set meets the limits: widen them."
    assert told[1, 1][0].startswith("Japan, the only candidate, would bring all of the covered ")
    assert told[1, 2][0].startswith("Japan, the only candidate, would add USD ")
    assert "the set with Japan beats the one without" in told[1, 1][2]
    assert told[2, 1][0].startswith("Of the 2 candidates Japan would bring most covered trade")
    assert "that both would add" in told[2, 1][0]


def test_findings_name_the_partner_and_the_figure(
    data: tuple[SetQuestion, Market, Trade],
    sets: PartnerSets,
    contributed: dict[str, Contributions],
) -> None:
    question, _, trade = data
    found = found_in(
        Needs.PARTNER_SETS, question.text, sets, contributed, trade.chain, trade.inputs
    )
    missed = [f for f in found if f.id == "input-missed-by-all"]
    supplied = trade.chain.sum(axis=1)
    assert len(missed) == (supplied < 0.05).sum() > 0
    place = 5
    little = contributed["covered_trade"]
    shares = little.shapley.copy()
    shares[place] = 0.0
    raised = contributed["exposure"].marginal.copy()
    raised[place] = 0.01
    changed = {
        **contributed,
        "covered_trade": replace(little, shapley=shares),
        "exposure": replace(contributed["exposure"], marginal=raised),
    }
    texts = [
        f.text
        for f in found_in(
            Needs.PARTNER_SETS, question.text, sets, changed, trade.chain, trade.inputs
        )
    ]
    assert any(text.startswith("Australia adds exposure (1 points") for text in texts)


def test_rows_for_json_and_spreadsheets(
    sets: PartnerSets, contributed: dict[str, Contributions]
) -> None:
    limits = Limits(most=3)
    told = sets_data(sets, contributed, DEFAULT_AIMS, limits, {"ranking": ["one"]})
    assert len(told["sets"]) == 1 + 12 + 66
    assert {"partners", "exposure", "dominated", *FIGURE_NAMES} <= set(told["sets"][0])
    assert told["sets"][0]["exposure"] is None
    assert any(gap["what"].startswith("exposure: nothing is claimed") for gap in told["gaps"])
    assert len(told["contribution"]) == 12 * len(contributed)
    tables = sets_tables(sets, contributed, DEFAULT_AIMS, limits, ["one"])
    assert list(tables) == ["Sets", "Contributions", "Core", "Meaning"]
    assert len(tables["Sets"]) == 79


def test_one_answer_for_a_page(starter_file: Path, club: Agreement) -> None:
    text = replace(club, partners=club.partners[:4])
    with TradeDatabase(starter_file) as database:
        evaluation = Evaluator(database).evaluate(text, complete=False)
        more = suggested(evaluation, text.economies)
        assert 0 < len(more) <= 6
        assert not set(more) & set(text.economies)
        question = ask(text, ["JPN", "KOR", more[0]], ["USA"])
        found = answer(evaluation, database, question, DEFAULT_AIMS, Limits())
        assert found.sets.count == 8
        told = explain_set(found, 1, "exposure")
        assert told.subject == "United States, Japan"
        assert told.value == pytest.approx(found.sets.figures["exposure"][1])
        brings = explain_contribution(found.contributed["covered_trade"], "JPN")
        assert brings.value == pytest.approx(found.contributed["covered_trade"].shapley[0])
        alone = sets_of(*load(database, question), question)
        assert alone.exact
