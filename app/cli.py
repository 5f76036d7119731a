"""The command `parley`."""

from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.api.protocol import SERVING
from app.database import Database
from app.errors import InvalidRecords, ParleyError
from app.records.audit import audit
from app.records.publish import rebuild as rebuild_read_model
from app.records.write import Report
from app.settings import Settings
from seeds.generate import generate as fill
from seeds.load import is_empty, load

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_MOST_FINDINGS = 100
_out = Console()
_err = Console(stderr=True)


def _database() -> Database:
    return Database(Settings().database_url)


def main() -> None:
    """Run the command; what is wrong is said in a sentence, not in a traceback."""
    try:
        cli()
    except InvalidRecords as error:
        for message in error.messages:
            _err.print(message, markup=False, highlight=False, soft_wrap=True)
        _err.print(f"Nothing was written: {len(error.messages)} to mend.")
        raise SystemExit(1) from None
    except ParleyError as error:
        for said in filter(None, (error, error.__cause__)):
            _err.print(str(said), markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1)] = 1,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Migrate, and seed an empty database, first.")
    ] = False,
) -> None:
    """Serve the API."""
    if prepare:
        migrate()
        seed(if_empty=True)
    _database().check_ready()
    _out.print(f"The API: http://{host}:{port}/v1/meetings", highlight=False)
    _out.print(f"To try it in a browser: http://{host}:{port}/docs", highlight=False)
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port, workers=workers, **SERVING
    )


@cli.command()
def migrate() -> None:
    """Create the tables, or bring them up to date."""
    database = _database()
    if database.migrate():
        with database.write() as session:
            rebuild_read_model(session)
        _out.print("The schema is up to date now.")


@cli.command()
def seed(
    *,
    if_empty: Annotated[bool, typer.Option(help="Only if nothing was ever written.")] = False,
) -> None:
    """Load the seed data: create what is missing, change what differs from the files."""
    database = _database()
    database.check_ready()
    if if_empty and not is_empty(database):
        return
    _print(load(database))


@cli.command()
def generate(
    meetings: Annotated[int, typer.Option(help="How many meetings to make up.", min=1)],
    number: Annotated[int, typer.Option("--seed", help="The same seed makes the same data.")] = 1,
) -> None:
    """Fill an empty database with made-up meetings, to see how Parley fares with many."""
    database = _database()
    database.check_ready()
    with Progress(console=_err, transient=True) as progress:
        task = progress.add_task("Making up meetings", total=meetings)
        for done in fill(database, meetings, number):
            progress.update(task, completed=done)
    _out.print(f"Made up {meetings} meetings.")


@cli.command()
def rebuild() -> None:
    """Drop what readers are served from and render it anew from the truth."""
    database = _database()
    database.check_ready()
    with database.write() as session:
        count = rebuild_read_model(session)
    _out.print(f"Rendered {count} meetings.")


@cli.command()
def check() -> None:
    """Look for what is wrong with the data: damage, stale answers, facts without a citation."""
    database = _database()
    database.check_ready()
    found = 0
    with database.read() as session:
        for found, finding in enumerate(database.damage() or audit(session), 1):
            if found <= _MOST_FINDINGS:
                _out.print(finding, markup=False, highlight=False, soft_wrap=True)
    if found > _MOST_FINDINGS:
        _out.print(f"and {found - _MOST_FINDINGS} more")
    if found:
        _err.print("What readers are served is made anew by `parley rebuild`.", markup=False)
        raise typer.Exit(1)
    _out.print("Nothing is wrong.")


def _print(report: Report) -> None:
    if not report.created.total() and not report.changed.total():
        _out.print(f"Nothing to do: all {report.unchanged.total()} records are as in the files.")
        return
    table = Table("records", "created", "changed", "as before")
    for name in report.unchanged:
        counts = (report.created[name], report.changed[name], report.unchanged[name])
        table.add_row(name, *map(str, counts))
    _out.print(table)


if __name__ == "__main__":
    main()
