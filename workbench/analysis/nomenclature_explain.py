"""Trade and duties of a code of the nomenclature: formula, numbers put in, sources."""

from collections.abc import Sequence

import numpy as np

from workbench.analysis.explain import Explanation, Term, Unit
from workbench.analysis.nomenclature_view import ImporterRates, NomenclatureView
from workbench.model.economies import economy_name
from workbench.model.nomenclature import dotted

_MOST = 6
_OF_LINE = "Trade of single national lines is not in the database."


def explain_imports(
    view: NomenclatureView,
    row: int,
    economies: Sequence[str] | None = None,
    sources: tuple[Term, ...] = (),
) -> Explanation:
    """What some economies import of a code, or (None) all of them.

    Args:
        view: whose codes.
        row: of the code.
        economies: as in `NomenclatureView.imports_of`.
        sources: of the trade, with their vintage.
    """
    imports = view.imports_of(economies)
    traded, held = int(view.traded[row]), int(view.subheadings[row])
    years = ", ".join(str(year) for year in view.years)
    terms = [
        Term("", "Base years", years, Unit.TEXT),
        Term("", "Subheadings with trade in the database", float(traded), Unit.COUNT),
        Term("", "Subheadings in all", float(held), Unit.COUNT),
    ]
    below = np.flatnonzero((view.parents == row) & ~np.isnan(imports))
    for child in below[np.argsort(-imports[below], kind="stable")][:_MOST].tolist():
        terms.append(Term("", dotted(view.codes[child]), float(imports[child]), Unit.USD))
    notes = () if traded == held else ("Trade of the other subheadings is not in the database.",)
    return Explanation(
        figure="imports",
        title="World trade" if economies is None else "Partners' imports",
        subject=_subject(view, row),
        value=_known(imports[row]),
        unit=Unit.USD,
        formula="Σ over subheadings and importers of mean imports over the base years",
        terms=(*terms, *sources),
        section="2",
        notes=notes,
    )


def explain_rate(view: NomenclatureView, rates: ImporterRates, row: int) -> Explanation:
    """The MFN rate of a code: the mean of its national lines, or of its subheadings."""
    terms = [
        Term("", "Lowest national line", _known(rates.low[row]), Unit.SHARE),
        Term("", "Highest national line", _known(rates.high[row]), Unit.SHARE),
    ]
    if len(view.codes[row]) == 6:
        formula = "simple mean of the national lines' rates"
        lines = np.flatnonzero(rates.line_rows == row).tolist()
        terms.append(Term("", "National lines", float(len(lines)), Unit.COUNT))
        terms += [_line_term(rates, line) for line in lines[:_MOST]]
        sources = [rates.source[row]] if rates.source[row] else []
    else:
        formula = "simple mean of the subheadings' rates"
        terms.append(Term("", "Subheadings with a rate", float(rates.rated[row]), Unit.COUNT))
        terms.append(Term("", "Subheadings in all", float(view.subheadings[row]), Unit.COUNT))
        held = view.codes[row]
        sources = sorted(
            {
                source
                for code, source in zip(view.codes, rates.source, strict=True)
                if source and code.startswith(held)
            }
        )
    terms += [Term("", "Source of tariffs", source, Unit.TEXT) for source in sources]
    notes = ("A base rate stands in for an MFN rate.",) if rates.stand_in[row] else ()
    if rates.not_ad_valorem[row]:
        terms.append(
            Term("", "National lines left out", float(rates.not_ad_valorem[row]), Unit.COUNT)
        )
        notes = (*notes, "Left out: subheadings with a line whose duty is no known share of value.")
    return Explanation(
        figure="mfn_rate",
        title="MFN rate",
        subject=f"{_subject(view, row)}, into {economy_name(rates.importer)}",
        value=_known(rates.mean[row]),
        unit=Unit.SHARE,
        formula=formula,
        terms=tuple(terms),
        section="2",
        notes=notes,
    )


def explain_line(
    view: NomenclatureView, rates: ImporterRates, line: int, trade: bool = False
) -> Explanation:
    """The MFN rate of a national line; its trade is nowhere known."""
    row = int(rates.line_rows[line])
    return Explanation(
        figure="imports" if trade else "mfn_rate",
        title="Imports" if trade else "MFN rate",
        subject=f"{dotted(rates.lines[line])}, into {economy_name(rates.importer)}",
        value=None if trade else _known(rates.line_rates[line]),
        unit=Unit.USD if trade else Unit.SHARE,
        formula="of the national line, as published",
        terms=(
            _line_term(rates, line),
            Term("", "Of the subheading", dotted(view.codes[row]), Unit.TEXT),
            Term("", "Source of tariffs", rates.source[row], Unit.TEXT),
        ),
        section="2",
        notes=(_OF_LINE,) if trade else (),
    )


def _line_term(rates: ImporterRates, line: int) -> Term:
    text = rates.line_texts[line]
    return Term("", dotted(rates.lines[line]), _known(rates.line_rates[line]), Unit.SHARE, text)


def _subject(view: NomenclatureView, row: int) -> str:
    return f"{dotted(view.codes[row])} {view.descriptions[row]}"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
