"""Several texts evaluated side by side, and what is kept from one time to the next."""

from dataclasses import replace

import pytest

from workbench.analysis import variants
from workbench.analysis.baseline import build_baseline
from workbench.analysis.evaluation import evaluate
from workbench.analysis.variants import VariantEvaluator, evaluate_variants, variants_of
from workbench.model.agreement import Agreement, Option
from workbench.model.origin import AnyGood


class SmallEvaluator:
    """Evaluates on the small market, and notes what."""

    def __init__(self, market) -> None:
        self._market = market
        self.texts: list[Agreement] = []

    def evaluate(self, agreement, option=None, year=None, progress=None, complete=True):
        self.texts.append(agreement)
        baseline = build_baseline(self._market, agreement)
        return evaluate(agreement, baseline, option, year, complete=complete)


def test_texts_on_the_same_trade_follow_each_other_and_known_ones_are_left_out(
    market, agreement
) -> None:
    options = (
        Option("B", "Later", (("base_years", (2024,)),)),
        Option("C", "Loose", (("origin.default_rule", AnyGood()),)),
        Option("D", "Later, loose", (("base_years", (2024,)), ("origin.default_rule", AnyGood()))),
    )
    listed = variants_of(replace(agreement, base_years=(2022,), options=options), "Base")
    evaluator = SmallEvaluator(market)
    found = evaluate_variants(evaluator, listed)
    assert [one.agreement for one in found] == [variant.text for variant in listed]
    years = [text.base_years for text in evaluator.texts]
    assert years == [(2022,), (2022,), (2024,), (2024,)]
    evaluator.texts.clear()
    again = evaluate_variants(evaluator, listed, known=found[1:])
    assert evaluator.texts == [listed[0].text]
    assert all(one is other for one, other in zip(again[1:], found[1:], strict=True))


def test_the_trade_of_the_last_few_texts_is_kept(
    agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    class Loader:
        def __init__(self, database: object) -> None:
            made.append(self)

        def baseline(self, agreement: Agreement, progress: object) -> object:
            return self, agreement.base_years

    evaluator = VariantEvaluator(None)
    monkeypatch.setattr(variants, "Evaluator", Loader)
    texts = [replace(agreement, base_years=(year,)) for year in range(2019, 2023)]
    first = evaluator.baseline(texts[0])
    assert evaluator.baseline(texts[1]) == (made[1], (2020,))
    assert evaluator.baseline(texts[0].with_default_rule(AnyGood())) == first
    assert len(made) == 2
    for text in texts[1:]:
        evaluator.baseline(text)
    assert len(made) == 4
    assert evaluator.baseline(texts[0]) != first, "it was not asked for longest"
