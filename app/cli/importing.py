"""The command that takes records in, and what it says about them."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.files import adding
from app.cli.terminal import cli, complain, print_counts, progress, ready, reason_of, say, settle
from app.enumerations import RecordType
from app.records.importing import ImportReport, Input, Manner, form_of, import_files
from app.records.log import Why
from app.records.spreadsheet import Sheet

_MOST_TOLD = 100


class Creatable(StrEnum):
    """What rows of a table make only where that is said; Typer takes no `Literal` in a list."""

    THEME = "theme"
    PLACE = "place"


@cli.command(name="import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Typed NDJSON as `parley export` writes it, YAML as in `seeds/`, or CSV or TSV; -"
            " is NDJSON from standard input.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")
    ] = False,
    skip_invalid: Annotated[
        bool,
        typer.Option("--skip-invalid", help="Leave out what is wrong, and write it beside FILE."),
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    source: Annotated[
        str | None, typer.Option(help="CSV: the source of rows that name none.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FOREIGN=OURS", help="CSV: which column a header stands for."),
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(help="CSV: how days are written, such as %d.%m.%Y.")
    ] = None,
    create: Annotated[
        list[Creatable] | None,
        typer.Option(help="CSV: also make these of names; people and organizations are made."),
    ] = None,
) -> None:
    """Take in files of records: all of them in one go, or nothing."""
    also: set[RecordType] = {"theme" if one == "theme" else "place" for one in create or ()}
    sheet = Sheet(_columns(column or []), date_format, source, Sheet().create | also)
    database = ready()
    with ExitStack() as stack:
        are_alike = len({path.name for path in files}) < len(files)
        inputs = [_input(path, str(path) if are_alike else path.name, stack) for path in files]
        names = ", ".join(one.name for one in inputs)
        why = Why(f"Imported from {names}." if reason is None else reason_of(reason))
        shown = stack.enter_context(progress())
        task = shown.add_task("Reading and writing records", total=None)
        manner = Manner(
            dry_run,
            skip_invalid,
            sheet,
            listed=_MOST_TOLD if dry_run else 0,
            tell=lambda count: shown.update(task, description=f"Records: {count:,}"),
        )
        with database.write() as session:
            report = import_files(session, inputs, why, manner)
            left_out = _write_rejects(files, report) if report.written else []
    if not report.handled and not report.flaw_count:
        say(f"There is nothing in {names}.")
    print_report(report, left_out, dry_run=dry_run)
    settle(database)
    if report.flaw_count and not left_out:
        raise typer.Exit(1)


def _columns(given: Sequence[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            message = f"“{one}” is not FOREIGN=OURS, such as Datum=date."
            raise typer.BadParameter(message, param_hint="--column")
    return dict(one.rsplit("=", 1) for one in given)


def _input(path: Path, name: str, stack: ExitStack) -> Input:
    if path == Path("-"):
        return Input("standard input", sys.stdin.buffer, "ndjson")
    form = form_of(path.name)
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder; name a file.", param_hint="FILE")
    if form is None:
        message = f"{path} is neither .ndjson nor .yaml nor .csv nor .tsv{_way_out(path)}."
        raise typer.BadParameter(message, param_hint="FILE")
    try:
        return Input(name, stack.enter_context(path.open("rb")), form)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise typer.BadParameter(message, param_hint="FILE") from None


def _way_out(path: Path) -> str:
    is_workbook = path.suffix.lower() in {".ods", ".xls", ".xlsm", ".xlsx"}
    return "; save it as CSV UTF-8" if is_workbook else ""


def _write_rejects(paths: Sequence[Path], report: ImportReport) -> list[str]:
    """Write what is left out of each file beside it; say how much, and where."""
    said = []
    for path, rejects in zip(paths, report.rejects, strict=False):
        if len(rejects):
            beside = Path("stdin") if path == Path("-") else path
            with adding(beside.with_name(beside.name + rejects.suffix), "FILE") as file:
                rejects.write(file)
            said.append(f"Left out {len(rejects)}; they are in {file.name}, with the reasons.")
    return said


def print_report(
    report: ImportReport, left_out: Sequence[str] = (), *, dry_run: bool = False
) -> None:
    """Say what was done, and what there is to mend."""
    if report.written:
        _list("created: {0.type} {0.id} ({0.origin})", report.made, report.made_count)
    for one in report.records:
        say(f"would be {one.outcome}: {one.type} {one.id} ({one.origin})")
    if report.handled and (report.written or dry_run):
        print_counts(report)
    _warn(map(str, report.doubles), report.double_count)
    _warn(map(str, report.flaws), report.flaw_count)
    complain(*left_out)
    if dry_run:
        say("Nothing was written, as this was to see what would happen.")
    elif not report.written:
        complain(f"Nothing was written: {report.flaw_count} to mend.")


def _list(form: str, some: Sequence[object], count: int) -> None:
    say(*(form.format(one) for one in some))
    if count > len(some):
        say(f"and {count - len(some)} more")


def _warn(sentences: Iterable[str], count: int) -> None:
    told = list(sentences)
    complain(*told)
    if count > len(told):
        complain(f"and {count - len(told)} more")
