"""Commands for others to read: `term-sheet`, `bundle` and `check-bundle`."""

import argparse
import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.commands.shared import (
    DONE,
    FINDINGS,
    Subparsers,
    add_command,
    add_database_option,
    check_option,
    check_year,
    open_database,
    print_json,
    terminal_progress,
)
from workbench.errors import DefinitionError
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.model.agreement import Agreement
    from workbench.termsheet.gather import Study
    from workbench.termsheet.request import Request


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    sheet = add_command(commands, "term-sheet", _term_sheet, "the document of an agreement")
    sheet.add_argument("file", type=Path, help="agreement, a YAML file")
    sheet.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="file to write: .docx, .pdf, .html, .md, .xlsx or .json",
    )
    sheet.add_argument(
        "--against", type=Path, metavar="OLD", help="mark changes since an earlier version"
    )
    sheet.add_argument("--option", metavar="NAME", help="of a named option")
    sheet.add_argument(
        "--year", type=int, metavar="N", help="year since entry into force; default fully staged"
    )
    sheet.add_argument("--template", metavar="NAME", default="full", help="full, brief, …")
    sheet.add_argument("--language", metavar="CODE", default="en", help="en, fr or es")
    sheet.add_argument("--marking", metavar="TEXT", default="", help="for the head of each page")
    sheet.add_argument("--date", metavar="DAY", help="on the cover, as 2026-11-30; default none")
    sheet.add_argument(
        "--for",
        dest="audience",
        choices=["internal", "partners"],
        default="internal",
        help="partners: without notes and internal sections",
    )
    sheet.add_argument("--without", metavar="SECTIONS", default="", help="sections to leave out")
    sheet.add_argument(
        "--no-intervals", action="store_true", help="headline figures without their intervals"
    )
    sheet.add_argument(
        "--partner-sets",
        action="store_true",
        help="with the sets of candidates that no other beats",
    )
    add_database_option(sheet)

    packed = add_command(
        commands, "bundle", _bundle, "text, rows used, parameters and results for a second office"
    )
    packed.add_argument("file", type=Path, help="agreement, a YAML file")
    packed.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="file to write: .zip"
    )
    packed.add_argument("--option", metavar="NAME", help="of a named option")
    packed.add_argument("--year", type=int, metavar="N", help="year since entry into force")
    packed.add_argument(
        "--for",
        dest="audience",
        choices=["internal", "partners"],
        default="internal",
        help="partners: without notes",
    )
    add_database_option(packed)

    check = add_command(
        commands, "check-bundle", _check_bundle, "redo the figures of a bundle from its own rows"
    )
    check.add_argument("file", type=Path, help="bundle, a zip file")


def _term_sheet(options: argparse.Namespace) -> int:
    from workbench.definitions.reader import read_agreement
    from workbench.termsheet.export import format_of, render, write_whole
    from workbench.termsheet.gather import Study

    kind = format_of(options.output)
    check_year(options.year)
    agreement = read_agreement(options.file)
    earlier = read_agreement(options.against) if options.against is not None else None
    progress = terminal_progress(options.json)
    with open_database(options.db) as database:
        study = Study(database)
        request = _request(options, study, agreement, options.file, progress)
        against = None
        if earlier is not None:
            has_option = any(o.name == options.option for o in earlier.options)
            old_options = argparse.Namespace(**vars(options))
            old_options.option = options.option if has_option else None
            against = _request(old_options, study, earlier, options.against, progress)
    compared_with = options.against.name if options.against is not None else ""
    made = render(request, kind, against, compared_with, progress)
    write_whole(options.output, made.content)
    data = {
        "written": [str(options.output)],
        "pages": made.pages,
        "sha256": hashlib.sha256(made.content).hexdigest(),
    }
    if options.json:
        print_json(data)
    else:
        pages = {None: "", 1: ", 1 page"}.get(made.pages, f", {made.pages} pages")
        print(f"{options.output}{pages}, SHA-256 {data['sha256']}")
    return DONE


def _request(
    options: argparse.Namespace,
    study: "Study",
    agreement: "Agreement",
    path: Path,
    progress: Progress,
) -> "Request":
    """What a document is made from, as the options ask."""
    from workbench.termsheet.gather import gather
    from workbench.termsheet.language import language
    from workbench.termsheet.request import Audience
    from workbench.termsheet.templates import SECTIONS, template

    words, wanted = language(options.language), template(options.template)
    left_out = frozenset(part.strip() for part in options.without.split(",") if part.strip())
    for name in sorted(left_out - set(SECTIONS)):
        raise DefinitionError(
            f"--without: '{name}' is not a section; use some of {', '.join(SECTIONS)}."
        )
    check_option(agreement, options.option, path)
    return gather(
        study,
        agreement,
        wanted,
        words,
        option=options.option,
        year=options.year,
        marking=options.marking,
        audience=Audience(options.audience),
        dated=_day(options.date),
        left_out=left_out,
        with_intervals=not options.no_intervals,
        with_partner_sets=options.partner_sets,
        progress=progress,
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DefinitionError(f"--date: '{text}' is not a day; write it as 2026-11-30.") from None


def _bundle(options: argparse.Namespace) -> int:
    from workbench.definitions.reader import read_agreement
    from workbench.termsheet.bundle import bundle
    from workbench.termsheet.export import write_whole
    from workbench.termsheet.request import Audience

    if options.output.suffix.lower() != ".zip":
        raise DefinitionError(f"{options.output}: the name of a bundle ends in .zip.")
    check_year(options.year)
    agreement = read_agreement(options.file)
    check_option(agreement, options.option, options.file)
    with open_database(options.db) as database:
        content = bundle(
            agreement,
            database,
            options.option,
            options.year,
            Audience(options.audience),
            terminal_progress(options.json),
        )
    write_whole(options.output, content)
    sha = hashlib.sha256(content).hexdigest()
    if options.json:
        print_json({"written": [str(options.output)], "sha256": sha})
    else:
        print(f"{options.output}, SHA-256 {sha}")
    return DONE


def _check_bundle(options: argparse.Namespace) -> int:
    from workbench.termsheet.bundle import check_bundle

    found = check_bundle(options.file, terminal_progress(options.json))
    if options.json:
        print_json(
            {
                "scenario": found.scenario_sha256,
                "figures": found.figures,
                "differences": list(found.differences),
            }
        )
    else:
        for difference in found.differences:
            print(difference)
        print(f"{found.figures} figures compared, {len(found.differences)} differ.")
    return FINDINGS if found.differences else DONE
