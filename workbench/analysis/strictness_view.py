"""How the strictness of a rule of origin came about, for the inspector."""

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.strictness import ceiling, restrictiveness
from workbench.definitions.treaty_text import treaty_text
from workbench.model.origin import Rule


def explain_strictness(rule: Rule, figure: str, subject: str, source: str = "") -> Explanation:
    """The restrictiveness index of a rule, or (`ceiling`) the most that it lets in."""
    highest = ceiling(rule)
    terms = [
        Term("", "Rule", treaty_text(rule), Unit.TEXT),
        Term("", "Restrictiveness index", float(restrictiveness(rule)), Unit.COUNT),
        Term("", "Ceiling", highest, Unit.SHARE),
    ]
    if source:
        terms.append(Term("", "Source of the rule", source, Unit.TEXT))
    if figure == "ceiling":
        return Explanation(
            figure,
            "Largest non-originating share that can qualify",
            subject,
            highest,
            Unit.SHARE,
            "largest N with s(N) = 0, read off the formulas of the criteria",
            tuple(terms),
            "4",
            ("A change of classification alone sets none, so 100 %.",),
        )
    return Explanation(
        "strictness",
        "Restrictiveness index",
        subject,
        float(restrictiveness(rule)),
        Unit.COUNT,
        "0 (any good) to 7: the kind of change asked for; of alternatives the easiest",
        tuple(terms),
        "4",
        ("Estevadeordal (2000), Journal of World Trade 34(1); ordinal.",),
    )
