"""Commands about the trade database: `data` says what is in it, `import` adds files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.commands.shared import (
    DONE,
    Subparsers,
    add_command,
    add_database_option,
    money_text,
    open_database,
    print_json,
    print_table,
    terminal_progress,
)
from workbench.model.nomenclature import digits_of, dotted

if TYPE_CHECKING:
    from workbench.tradedata.database import TradeDatabase

_MOST_MIRRORED = 20


def add_to(commands: Subparsers) -> None:
    """Add them to the parser."""
    data = add_command(commands, "data", _data, "what is in the trade database")
    add_database_option(data)
    data.add_argument(
        "--prefer",
        nargs="+",
        metavar=("TABLE", "SOURCE"),
        help="let these sources of a table answer first, in this order: --prefer tariffs 'WTO ...'",
    )
    data.add_argument(
        "--mirror",
        action="store_true",
        help="flows that importer and exporter report more than a factor of two apart",
    )
    data.add_argument(
        "--rules",
        nargs="+",
        metavar="CODE",
        help="rules of origin of other agreements for these products, as imported",
    )

    add = add_command(
        commands, "import", _import, "source files into the trade database"
    ).add_argument
    add("kind", metavar="KIND", help="what the files are: auto, baci, comtrade, hts, ...")
    add("paths", type=Path, nargs="+", metavar="PATH", help="files as downloaded; zip and gz too")
    add("--db", type=Path, metavar="FILE", help="trade database to write; default your own")
    add("--codes", default="", help="take these products only: HS digits, commas between")
    add("--dry-run", action="store_true", help="read and check, write nothing")
    add("--replace", action="store_true", help="in the place of an earlier release")
    add("--rejected", type=Path, metavar="FILE", help="write the rejected rows to a csv file")
    add("--importer", default="", metavar="CODE", help="economy, where the file leaves it out")
    add("--exporter", default="", metavar="CODE", help="economy, where the file leaves it out")
    add("--edition", metavar="HS2022", help="HS edition, where the file does not tell")
    add("--year", type=int, metavar="N", help="year, where the file does not tell")
    add("--source", default="", metavar="TEXT", help="who published it")
    add("--release", default="", metavar="TEXT", help="release or date of the source")
    add("--licence", default="", metavar="TEXT", help="terms of the source")
    add("--programme", default="", metavar="CODE", help="agreement the rates or claims are under")
    add("--map", type=Path, metavar="FILE", help="our columns to yours, YAML or JSON; kind 'table'")


# Commands ----------------------------------------------------------------------------------


def _data(options: argparse.Namespace) -> int:
    from workbench.analysis.report import database_data

    if options.prefer:
        _prefer(options)
    with open_database(options.db) as database:
        data = database_data(database)
        data["source_order"] = _orders(database)
        if options.mirror:
            data["mirror"] = _mirror(database)
        if options.rules:
            data["rules"] = _rules(database, options.rules)
    if options.json:
        print_json(data)
        return DONE
    if options.rules:
        _print_rules(data["rules"])
        return DONE
    print_table(
        ["table", "source", "edition", "years", "rows"],
        [
            [t["table"], t["source"], t["edition"] or "–", t["years"] or "–", f"{t['rows']:,}"]
            for t in data["tables"]
        ],
    )
    for table, sources in data["source_order"].items():
        if len(sources) > 1:
            print(f"{table} answers from {', then '.join(sources)}")
    for gap in data["gaps"]:
        print(f"missing: {gap['what']} ({gap['where']})")
    if options.mirror:
        _print_mirror(data["mirror"])
    return DONE


def _prefer(options: argparse.Namespace) -> None:
    """Put the sources of a table in the order that is asked for."""
    from workbench.errors import TradeDataError
    from workbench.tradedata.maintenance import order_sources
    from workbench.tradedata.user_database import user_path

    table, *sources = options.prefer
    if not sources:
        raise TradeDataError(
            f"--prefer {table}: name the sources too, as `data` lists them, the preferred first"
        )
    path = options.db or user_path()
    if options.db is None and not path.is_file():
        raise TradeDataError(
            "--prefer orders the sources of your own database, and you have none yet: import data "
            "first, or name a database with --db"
        )
    order_sources(path, table, sources, terminal_progress(options.json))


def _orders(database: "TradeDatabase") -> dict[str, list[str]]:
    """Table -> its sources, the preferred one first."""
    from workbench.tradedata.preferences import source_order

    tables = database.rows("SELECT DISTINCT table_name FROM datasets ORDER BY 1")
    return {table: source_order(database, table) for (table,) in tables}


def _mirror(database: "TradeDatabase") -> dict[str, Any]:
    """Flows of all years that both ends report, and those that contradict each other."""
    from workbench.analysis.report import records
    from workbench.tradedata.mirror import contradicts, mirror_flows
    from workbench.tradedata.queries import trade_years

    found = mirror_flows(database, None, "HS2022", trade_years(database))
    larger = found[["imports_usd", "exports_usd"]].max(axis=1)
    wrong = contradicts(found["ratio"])
    order = larger[wrong].sort_values(ascending=False, kind="stable").index
    return {
        "lanes": len(found),
        "contradicted": int(wrong.sum()),
        "contradicted_share": float(larger[wrong].sum() / larger.sum()) if len(found) else None,
        "largest": records(found.loc[order[:_MOST_MIRRORED]]),
    }


def _print_mirror(mirror: dict[str, Any]) -> None:
    if not mirror["lanes"]:
        print("mirror data: there is no flow that both importer and exporter report")
        return
    print(
        f"mirror data: {mirror['contradicted']:,} of {mirror['lanes']:,} flows differ by more than "
        f"a factor of two, {mirror['contradicted_share']:.0%} of their trade"
    )
    print_table(
        ["year", "product", "exporter", "importer", "imports", "exports", "ratio", "sources"],
        [
            [
                str(lane["year"]),
                dotted(lane["product"]),
                lane["exporter"],
                lane["importer"],
                money_text(lane["imports_usd"]),
                money_text(lane["exports_usd"]),
                f"{lane['ratio']:.2f}",
                f"{lane['imports_source']}; {lane['exports_source']}",
            ]
            for lane in mirror["largest"]
        ],
    )


def _rules(database: "TradeDatabase", codes: list[str]) -> list[dict[str, Any]]:
    """Rules of origin of others that are for some of these goods."""
    from workbench.analysis.report import records
    from workbench.errors import TradeDataError
    from workbench.tradedata.lookups import origin_rules

    try:
        products = [digits_of(code) for code in codes]
    except ValueError as error:
        raise TradeDataError(f"--rules: {error}") from error
    return records(origin_rules(database, products))


def _print_rules(rules: list[dict[str, Any]]) -> None:
    if not rules:
        print("the database holds no rule of origin of others for these products")
    for rule in rules:
        joined = f"{rule['joined']}, " if rule["joined"] else ""
        classes = f" [{rule['classes']}]" if rule["classes"] else ""
        print(f"{rule['agreement']}, {rule['goods']}{classes}: {joined}{rule['text']}")
    for source in dict.fromkeys(rule["source"] for rule in rules):
        print(f"source: {source}")


def _import(options: argparse.Namespace) -> int:
    from workbench.tradedata.ingest.loader import import_files
    from workbench.tradedata.ingest.report import report_data, write_rejected
    from workbench.tradedata.ingest.stated import stated_of
    from workbench.tradedata.starter.location import ensure_starter
    from workbench.tradedata.user_database import user_path

    reports = import_files(
        options.paths,
        options.db or user_path(),
        kind=options.kind,
        stated=stated_of(vars(options)),
        replace=options.replace,
        dry_run=options.dry_run,
        starter=ensure_starter,
        progress=terminal_progress(options.json),
    )
    if options.rejected is not None:
        write_rejected([row for report in reports for row in report.rejections], options.rejected)
    data = report_data(reports)
    if options.json:
        print_json(data)
        return DONE
    for entry in data["files"]:
        print(f"{entry['file']}: {entry['kind']}, because {entry['why']}")
        did = "would be taken" if options.dry_run else "taken"
        print(f"  {entry['read']:,} rows read, {entry['taken']:,} {did}, {entry['seconds']:.1f} s")
        for rejected in entry["rejected"]:
            print(f"  {rejected['rows']:,} rejected: {rejected['reason']}")
        for held in entry["datasets"]:
            years = f", {held['years']}" if held["years"] else ""
            source = f"{held['source']} {held['edition']}{years}"
            print(f"  {held['table']}: {source}, {held['rows']:,} rows")
        for old in entry["replaced"]:
            print(f"  in the place of {old['source']} {old['edition']}, {old['rows']:,} rows")
        for note in entry["notes"]:
            print(f"  {note}")
    return DONE
