"""The command that sweeps a rule of origin: `frontier`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_choices,
    add_command,
    add_database_option,
    chosen_agreement,
    figure_text,
    finding_line,
    money_text,
    open_database,
    print_json,
    print_table,
    say,
    terminal_progress,
)
from workbench.errors import DefinitionError, WorkbenchError
from workbench.model.economies import is_economy
from workbench.model.rule_families import Base, Family, Sweep, capped_economies

if TYPE_CHECKING:
    from workbench.analysis.baseline import Baseline
    from workbench.model.agreement import Agreement

_MOST_POINTS = 1001


def add_to(commands: Subparsers) -> None:
    """Add it to the parser."""
    frontier = add_command(
        commands, "frontier", _frontier, "a rule of origin swept from loose to strict"
    )
    frontier.add_argument("file", type=Path, help="agreement, a YAML file")
    add_choices(frontier)
    frontier.add_argument(
        "--products",
        metavar="CODES",
        help="HS codes and ranges, with commas; others keep their rule; default all covered",
    )
    frontier.add_argument(
        "--criterion",
        choices=[family.value for family in Family],
        default=Family.BUILD_DOWN.value,
        help="the number that is swept: rvc is a build-down threshold; rules compares those of "
        "agreements in force; default rvc",
    )
    frontier.add_argument(
        "--base",
        choices=[base.value for base in Base],
        help="replace: one plain rule for the products; within: vary the number in the rules they "
        "have; default replace where that makes sense",
    )
    frontier.add_argument(
        "--economies",
        metavar="CODES",
        help="whose content a cap is on, with commas; default those that the text caps",
    )
    for name, value, text in (
        ("--from", 0.0, "first number, per cent; default 0"),
        ("--to", 100.0, "last number, per cent; default 100"),
        ("--step", 5.0, "step, percentage points; default 5"),
    ):
        frontier.add_argument(
            name, type=float, default=value, metavar="N", dest=name[2:] + "_pct", help=text
        )
    frontier.add_argument(
        "--floor",
        type=float,
        metavar="SHARE",
        help="least utilisation for the rule of least exposure, such as 0.6; default nine tenths "
        "of the most that any rule swept reaches",
    )
    frontier.add_argument(
        "--seek",
        action="append",
        metavar="FIGURE=VALUE",
        help="also find the rule at which a figure has a value, such as exposure=0.1",
    )
    frontier.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the tables too: .xlsx or .csv"
    )
    add_database_option(frontier)


def _frontier(options: argparse.Namespace) -> int:
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.frontier import frontier
    from workbench.analysis.frontier_view import frontier_data, frontier_tables, goal_data
    from workbench.analysis.goal_seek import goal_seek
    from workbench.commands.tables import check_path, write_tables

    check_path(options.output)
    if options.floor is not None and not 0 <= options.floor <= 1:
        raise DefinitionError("--floor is a share from 0 to 1, such as 0.6.")
    goal = _goal(options.seek)
    numbers = _numbers(options)
    text = chosen_agreement(options)
    agreement = text.with_option(options.option) if options.option else text
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        baseline = Evaluator(database).baseline(agreement, progress)
        sweep = _sweep(options, agreement, baseline)
        ats = None if sweep.family is Family.RULES else numbers
        try:
            found = frontier(
                agreement,
                baseline,
                sweep,
                ats,
                options.floor,
                options.option,
                options.year,
                progress,
            )
            sought = goal and goal_seek(agreement, baseline, sweep, *goal, ats, options.year)
        except ValueError as error:
            raise WorkbenchError(f"{options.file}: {error}") from error
    if options.output is not None:
        for path in write_tables(options.output, frontier_tables(found)):
            say(f"Written: {path}")
    data = frontier_data(found, options.file)
    if sought:
        data["goal"] = goal_data(sought)
    if options.json:
        print_json(data)
    else:
        _print(data)
    return DONE


def _numbers(options: argparse.Namespace) -> tuple[float, ...]:
    first, last, step = options.from_pct, options.to_pct, options.step_pct
    if not (0 <= first <= last <= 100):
        raise DefinitionError("--from and --to lie between 0 and 100, --from before --to.")
    if not 0 < step <= 100:
        raise DefinitionError("--step is above 0 and at most 100 percentage points.")
    count = int((last - first) / step + 1e-9) + 1
    if count > _MOST_POINTS:
        raise DefinitionError(
            f"That is {count:,} rules; at most {_MOST_POINTS:,} are swept: take a larger --step."
        )
    numbers = [first + step * n for n in range(count)]
    if last - numbers[-1] > 1e-9 * 100:
        numbers.append(last)
    return tuple(round(number / 100, 12) for number in numbers)


def _goal(sought: list[str] | None) -> tuple[str, float] | None:
    if sought is None:
        return None
    from workbench.analysis.goal_seek import GOALS

    if len(sought) > 1:
        raise DefinitionError("--seek can be given once: ask for one figure at a time.")
    figure, _, value = sought[0].partition("=")
    try:
        target = float(value)
    except ValueError:
        target = float("nan")
    if figure not in GOALS or target != target:
        raise DefinitionError(
            f"--seek is a figure and a value, such as exposure=0.1; figures are {', '.join(GOALS)}."
        )
    return figure, target


def _sweep(options: argparse.Namespace, agreement: "Agreement", baseline: "Baseline") -> Sweep:
    from workbench.analysis.rules_compared import rules_to_compare
    from workbench.definitions.library import rules_in_force
    from workbench.model.nomenclature import HSRange

    family = Family(options.criterion)
    codes: tuple[str, ...] = ()
    covered = baseline.market.products
    if options.products:
        try:
            ranges = [HSRange.parse(part) for part in options.products.split(",")]
        except ValueError as error:
            raise DefinitionError(f"--products: {error}.") from error
        codes = tuple(c for c in covered if any(r.contains(c) for r in ranges))
        unknown = [str(r) for r in ranges if not any(r.contains(c) for c in covered)]
        if unknown:
            raise DefinitionError(
                f"{options.file}: {', '.join(unknown)} is not covered; --products names covered "
                "subheadings, headings or chapters."
            )
    rules = rules_to_compare(codes or covered, rules_in_force()) if family is Family.RULES else ()
    base = Base(options.base) if options.base else Base.REPLACE
    if options.base is None and not family.replaces:
        base = Base.WITHIN
    economies = tuple(e.strip().upper() for e in (options.economies or "").split(",") if e.strip())
    unknown = [code for code in economies if not is_economy(code)]
    if unknown:
        raise DefinitionError(f"--economies: {', '.join(unknown)} is no code of an economy.")
    economies = economies or capped_economies(agreement)
    return Sweep(family, base, codes, economies, rules)


def _print(data: dict[str, Any]) -> None:
    from workbench.analysis.frontier_view import FAMILY_TITLES

    family = Family(data["criterion"])
    base = " (varied within the present rules)" if data["base"] == Base.WITHIN else ""
    what = ", ".join(data["products"]) if data["products"] else "all covered products"
    print(f"{data['agreement']['title']}: {FAMILY_TITLES[family]}{base}, {what}\n")
    named = family is Family.RULES
    print_table(
        ["rule", "utilisation", "exposure", "traced", "re-sourced", "duty forgone", "leakage"],
        [_row(p, _place(p, named)) for p in data["points"]] + [_row(data["drafted"], "as drafted")],
    )
    print()
    for name, title in (
        ("most_resourced", "moves most content"),
        ("least_exposure", f"least exposure with utilisation of {figure_text(data['floor'])} up"),
        ("turning_point", "turning point"),
    ):
        point = data[name]
        none = data["no_turning_point"] if name == "turning_point" else "–"
        print(f"{title}: {_place(point, named) if point else none}")
    if goal := data.get("goal"):
        at = _place(goal["point"], named) if goal["point"] else "–"
        print(f"{goal['figure']} {goal['target']:g}: {at}. {goal['reason'] or ''}".rstrip())
    print()
    print_table(
        [
            "product",
            "trade",
            "drafted",
            "most moved at",
            "turns at",
            "least exposure at",
            "exposure",
            "rating",
        ],
        [
            [
                row["product"],
                money_text(row["trade"]),
                _pct(row["drafted_at"]),
                _pct(row["most_resourced_at"], named),
                _pct(row["turning_at"]),
                _pct(row["least_exposure_at"], named),
                figure_text(row["least_exposure"]),
                str(row["rating"] or "–"),
            ]
            for row in data["by_product"]
        ],
    )
    print()
    for finding in data["findings"]:
        print(finding_line(finding))
    for gap in data["gaps"]:
        share = gap["share_of_trade"]
        of = f", {share:.1%} of trade" if share is not None else ""
        print(f"missing: {gap['what']} ({gap['where']}{of})")


def _place(point: dict[str, Any], named: bool) -> str:
    return str(point.get("label", "–")) if named else _pct(point["at"])


def _pct(at: float | None, is_place: bool = False) -> str:
    if at is None:
        return "–"
    return f"rule {at + 1:.0f}" if is_place else f"{at * 100:.4g} %"


def _row(point: dict[str, Any], name: str) -> list[str]:
    shares = ("utilisation", "exposure", "traced_exposure")
    money = ("resourced_content", "duty_forgone", "leakage")
    return [
        name,
        *(figure_text(point[figure]) for figure in shares),
        *(money_text(point[figure]) for figure in money),
    ]
