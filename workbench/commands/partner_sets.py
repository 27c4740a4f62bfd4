"""The command `partner-sets`: every subset of the candidates, the best, and what each brings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_choices,
    add_command,
    add_database_option,
    chosen_agreement,
    figure_text,
    finding_line,
    open_database,
    print_json,
    print_table,
    say,
    terminal_progress,
)
from workbench.errors import DefinitionError

_MOST_PRINTED = 30


def add_to(commands: Subparsers) -> None:
    """Add it to the parser."""
    parser = add_command(
        commands, "partner-sets", _partner_sets, "every subset of the candidates, ranked"
    )
    parser.add_argument("file", type=Path, help="agreement, a YAML file")
    parser.add_argument(
        "--candidates",
        metavar="A,B",
        help="who may join; default the partners of that standing, else all but the first",
    )
    parser.add_argument(
        "--fixed", metavar="A,B", help="partners of every set; default all that are no candidates"
    )
    parser.add_argument(
        "--max-size", type=int, metavar="N", help="at most N partners, the fixed ones counted"
    )
    parser.add_argument(
        "--with", dest="members", metavar="A,B", default="", help="candidates that must be in"
    )
    parser.add_argument(
        "--min-score", type=float, metavar="S", help="no partner with a lower alignment score"
    )
    parser.add_argument(
        "--aims",
        metavar="F,G",
        help="figures to rank on; a leading + or - asks for large or small ones",
    )
    parser.add_argument(
        "--sensitivity",
        metavar="FIGURE",
        help="rank the ten best sets on it again under other years, assumptions and rules",
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="share the sets among N (needs joblib)"
    )
    parser.add_argument("--backend", metavar="NAME", help="joblib back end of the workers")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the tables too: .xlsx or .csv"
    )
    add_choices(parser)
    add_database_option(parser)


def _partner_sets(options: argparse.Namespace) -> int:
    from workbench.analysis.findings import Needs, found_in
    from workbench.analysis.partner_sets.choice import Limits, usual_aims
    from workbench.analysis.partner_sets.question import ask
    from workbench.analysis.partner_sets.search import sets_and_contributions
    from workbench.analysis.partner_sets.sensitivity import rank_changes
    from workbench.analysis.partner_sets.sweep import load
    from workbench.analysis.partner_sets.view import sets_data, sets_tables
    from workbench.analysis.partner_sets.words import ranking
    from workbench.analysis.report import finding_data
    from workbench.commands.tables import check_path, write_tables

    check_path(options.output)
    if options.max_size is not None and options.max_size < 1:
        raise DefinitionError("--max-size counts partners: give 1 or more.")
    if options.workers < 1:
        raise DefinitionError("--workers counts workers: give 1 or more.")
    agreement = chosen_agreement(options)
    text = agreement.with_option(options.option) if options.option else agreement
    aims = _aims(options.aims) or usual_aims(text)
    question = ask(text, _codes(options.candidates), _codes(options.fixed))
    limits = Limits(tuple(_codes(options.members) or ()), options.max_size, options.min_score)
    progress = terminal_progress(options.json)
    changes = None
    with open_database(options.db) as database:
        market, trade = load(database, question, progress=progress)
        sets, contributed = sets_and_contributions(
            market,
            trade,
            question,
            options.year,
            progress,
            aims,
            limits,
            options.workers,
            options.backend,
        )
        sentences = ranking(sets, contributed, aims, limits)
        remarks = found_in(Needs.PARTNER_SETS, text, sets, contributed, trade.chain, trade.inputs)
        more: dict[str, Any] = {
            "ranking": list(sentences),
            "findings": [finding_data(finding) for finding in remarks],
        }
        if options.sensitivity:
            first = _aims(options.sensitivity)[0]
            chosen = _best(sets, aims, limits, first)
            changes = rank_changes(database, question, chosen, first, options.year, progress)
            more["sensitivity"] = _changes(sets, changes)
    if options.output is not None:
        for path in write_tables(
            options.output, sets_tables(sets, contributed, aims, limits, sentences, changes)
        ):
            say(f"Written: {path}")
    data = sets_data(sets, contributed, aims, limits, more)
    if options.json:
        print_json(data)
    else:
        _print(data, aims[0].figure, aims[0].larger)
    return DONE


def _codes(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [code.strip() for code in text.split(",") if code.strip()]


def _aims(text: str | None) -> Any:
    from workbench.analysis.partner_sets.choice import Aim, aim
    from workbench.analysis.partner_sets.figures import FIGURE_NAMES

    if text is None:
        return ()
    found = []
    for word in _codes(text) or ():
        name = word.lstrip("+-").replace("-", "_")
        if name not in FIGURE_NAMES:
            raise DefinitionError(
                f"'{word}' is no figure of a set: use one of {', '.join(FIGURE_NAMES)}."
            )
        found.append(Aim(name, word[0] == "+") if word[0] in "+-" else aim(name))
    if not found:
        raise DefinitionError("Name at least one figure.")
    return tuple(found)


def _best(sets: Any, aims: Any, limits: Any, first: Any) -> list[int]:
    import numpy as np

    from workbench.analysis.partner_sets.choice import best_sets, ranked

    rows = ranked(sets, np.flatnonzero(best_sets(sets, aims, limits)), first)[:10]
    return [int(mask) for mask in sets.masks[rows]]


def _changes(sets: Any, changes: Any) -> dict[str, Any]:
    return {
        "figure": changes.aim.figure,
        "alternatives": list(changes.alternatives),
        "sets": [
            {
                "partners": list(sets.question.members(int(mask))),
                "values": [None if v != v else float(v) for v in changes.values[:, n]],
                "ranks": [int(rank) for rank in changes.ranks[:, n]],
            }
            for n, mask in enumerate(changes.masks)
        ],
    }


def _print(data: dict[str, Any], first: str, larger: bool) -> None:
    from workbench.analysis.partner_sets.words import plural

    for sentence in data["ranking"]:
        print(sentence)
    best = [row for row in data["sets"] if not row["dominated"]]
    best.sort(key=lambda row: (row[first] is None, (row[first] or 0.0) * (-1 if larger else 1)))
    figures = ("covered_trade", "market", "exposure", "utilisation", "resourced_content", "hhi")
    print(f"\n{plural(len(best), 'set')} that no other beats, of {data['count']:,}; the first:")
    print_table(
        [*(name.replace("_", " ") for name in figures), "partners"],
        [
            [*(figure_text(row[name]) for name in figures), " ".join(row["partners"])]
            for row in best[:_MOST_PRINTED]
        ],
    )
    print()
    _print_contributions(data)
    if "sensitivity" in data:
        _print_changes(data["sensitivity"])
    for finding in data["findings"]:
        print(finding_line(finding))
    for note in data["notes"]:
        print(f"note: {note}")
    for gap in data["gaps"]:
        print(f"missing: {gap['what']} ({gap['where']})")


_CONTRIBUTIONS = (
    "covered_trade",
    "exposure",
    "claimed",
    "free_riding_content",
    "resourced_content",
)


def _print_contributions(data: dict[str, Any]) -> None:
    """Gains by joining last, and mean gains (Shapley values)."""
    rows = [row for row in data["contribution"] if row["figure"] in _CONTRIBUTIONS]
    kinds = [
        (name, key, word)
        for name in _CONTRIBUTIONS
        for key, word in (("marginal", "last"), ("shapley", "mean"))
        if any(row["figure"] == name and row[key] is not None for row in rows)
    ]
    if not kinds:
        return
    cells = {(row["partner"], row["figure"]): row for row in rows}
    print_table(
        ["partner", *(f"{name.replace('_', ' ')}, {word}" for name, _, word in kinds)],
        [
            [code, *(figure_text(cells[code, name][key]) for name, key, _ in kinds)]
            for code in data["candidates"]
        ],
    )
    print("last: joining the others last; mean: over every order of joining (Shapley value)\n")


def _print_changes(changes: dict[str, Any]) -> None:
    """The place of each set as drafted and under every other assumption, with the figure."""
    from workbench.analysis.partner_sets.view import AS_DRAFTED

    sets = changes["sets"]
    if not sets:
        print("No set meets the limits, so none was ranked again.\n")
        return
    figure = changes["figure"].replace("_", " ")
    print(f"Places on {figure} among {len(sets)} sets, with the figure:")
    print_table(
        ["under", *(f"set {n + 1}" for n in range(len(sets)))],
        [
            [under, *(f"{s['ranks'][v]} ({figure_text(s['values'][v])})" for s in sets)]
            for v, under in enumerate([AS_DRAFTED, *changes["alternatives"]])
        ],
    )
    for n, each in enumerate(sets):
        print(f"set {n + 1}: {' '.join(each['partners'])}")
    print()
