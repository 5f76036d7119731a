"""What all commands share: the program, where it prints, and how it reaches the database."""

import sys
from functools import partial
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Table

from app import VERSION
from app.database import Database
from app.errors import DatabaseNotReady
from app.records.importing import ImportReport
from app.records.whole import check_published, check_whole
from app.records.write import Report
from app.schemas.writes import MOST_REASON, Reason
from app.settings import Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
# What people have written is printed as it is, also where it looks like markup.
_console = partial(Console, markup=False, emoji=False, highlight=False)
out = _console()
err = _console(stderr=True)

_UNSETTLED = (
    "All of it is kept, but beside the file of the database as yet: that still holds what was there"
    " before, also of what was erased, until `parley migrate` is run once this is over."
)


def say(*sentences: str) -> None:
    """Print these as they are."""
    for sentence in sentences:
        out.print(sentence, soft_wrap=True)


def complain(*sentences: str) -> None:
    """Print these, as they are, where errors go."""
    for sentence in filter(None, sentences):
        err.print(sentence, soft_wrap=True)


def progress() -> Progress:
    """Show how far a long work is; in a pipe nothing is shown."""
    what = TextColumn("{task.description}", style="progress.description", markup=False)
    _, *how_far = Progress.get_default_columns()
    return Progress(what, *how_far, console=err, transient=True, disable=not err.is_terminal)


def print_counts(report: Report | ImportReport) -> None:
    """Print how many records of each kind were created, changed, and found as they are."""
    table = Table("records", "created", "changed", "as before")
    for name in dict.fromkeys([*report.created, *report.changed, *report.unchanged]):
        counts = (report.created[name], report.changed[name], report.unchanged[name])
        if any(counts):
            table.add_row(name, *map(str, counts))
    out.print(table)


def confirm(question: str, yes: bool) -> None:
    """Go on only if somebody wants that, or has said so."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("Say --yes, as nobody can be asked.", param_hint="--yes")
    typer.confirm(question, abort=True)


def opened() -> Database:
    """Give the database that is set."""
    return Database(Settings().database_url)


def ready(*, published: bool = True) -> Database:
    """Give the database that is set, once it is one that can be worked with.

    Readers must be served something, unless that is what will be made.

    Raises:
        DatabaseNotReady: it cannot.
    """
    database = opened()
    database.check_ready()
    with database.read() as session:
        check_whole(session)
        if published:
            check_published(session)
    return database


def settle(database: Database) -> None:
    """Put what was said to be done into the file itself; it is done, too, where that must wait."""
    try:
        database.settle()
    except DatabaseNotReady as error:
        complain(str(error), error.beside, _UNSETTLED)


def _say_version(wanted: bool) -> None:
    if wanted:
        say(f"Parley {VERSION}")
        raise typer.Exit


@cli.callback()
def parley(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Diplomatic meetings: keep them in a database, and answer questions about them over HTTP."""


def reason_of(text: str) -> str:
    """Give a reason as it is kept."""
    try:
        return TypeAdapter(Reason).validate_python(text)
    except ValidationError as error:
        message = f"A reason has 1 to {MOST_REASON:,} characters, none for control."
        raise typer.BadParameter(message, param_hint="--reason") from error
