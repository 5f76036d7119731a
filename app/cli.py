"""The command `parley`."""

import errno
import socket
from collections.abc import Iterable
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app import SERVING, VERSION
from app.database import Database
from app.errors import (
    CannotListen,
    DatabaseNotReady,
    Finding,
    InvalidRecords,
    ParleyError,
    Remedy,
)
from app.records.audit import audit
from app.records.publish import rebuild as rebuild_read_model
from app.records.whole import check_whole
from app.records.write import Report
from app.settings import Settings
from seeds.generate import generate as fill
from seeds.load import is_empty, load

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_MOST_FINDINGS = 100
_out = Console()
_err = Console(stderr=True)


def main() -> None:
    """Run the command; what is wrong is said in a sentence, not in a traceback."""
    try:
        cli()
    except InvalidRecords as error:
        _complain(*error.messages, f"Nothing was written: {len(error.messages)} to mend.")
        raise SystemExit(1) from None
    except DatabaseNotReady as error:
        _complain(str(error), error.beside)
        raise SystemExit(1) from None
    except ParleyError as error:
        _complain(str(error))
        raise SystemExit(1) from None


def _complain(*sentences: str) -> None:
    for sentence in filter(None, sentences):
        _err.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _database() -> Database:
    return Database(Settings().database_url)


def _ready() -> Database:
    database = _database()
    database.check_ready()
    with database.read() as session:
        check_whole(session)
    return database


def _say_version(wanted: bool) -> None:
    if wanted:
        _out.print(f"Parley {VERSION}", highlight=False)
        raise typer.Exit


@cli.callback()
def parley(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Diplomatic meetings: keep them in a database, and answer questions about them over HTTP."""


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1)] = 1,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Migrate, and seed an empty database, first.")
    ] = False,
) -> None:
    """Answer questions over HTTP, until it is stopped."""
    if prepare:
        migrate()
        seed(if_empty=True)
    _ready()
    _check_address(host, port)
    url = f"http://{_reached_at(host)}:{port}"
    _out.print(f"The API: {url}/v1/meetings", highlight=False)
    _out.print(f"To try it in a browser: {url}/docs", highlight=False)
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port, workers=workers, **SERVING
    )


def _check_address(host: str, port: int) -> None:
    """Find out what the server would find out only after saying where it is."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in found:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(f"Port {port} is in use; choose another with --port.") from None
        raise CannotListen(
            f"Nothing can listen at {host}, port {port}: {error.strerror}."
            " Choose others with --host and --port."
        ) from None


def _reached_at(host: str) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (where to, not where from)
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


@cli.command()
def migrate() -> None:
    """Make the tables of an empty database, or bring them up to date with this version."""
    database = _database()
    if database.migrate():
        with database.write() as session:
            check_whole(session)
            rebuild_read_model(session)
        _out.print("The schema is up to date now.")
    database.settle()


@cli.command()
def seed(
    *,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only if nothing was ever written.")
    ] = False,
) -> None:
    """Write the records that come with Parley: those that are missing or differ from its files."""
    database = _ready()
    if if_empty and not is_empty(database):
        return
    _print(load(database))
    database.settle()


@cli.command()
def generate(
    meetings: Annotated[int, typer.Option(help="How many meetings to make up.", min=1)],
    number: Annotated[int, typer.Option("--seed", help="The same seed makes the same data.")] = 1,
) -> None:
    """Fill an empty database with made-up meetings, to see how Parley fares with many."""
    database = _ready()
    with Progress(console=_err, transient=True, disable=not _err.is_terminal) as progress:
        task = progress.add_task("Making up meetings", total=meetings)
        for done in fill(database, meetings, number):
            progress.update(task, completed=done)
    database.settle()
    _out.print(f"Made up {meetings} meetings.")


@cli.command()
def rebuild() -> None:
    """Make anew what readers are served, from what is stored."""
    database = _ready()
    with database.write() as session:
        count = rebuild_read_model(session)
    database.settle()
    _out.print(f"Rendered {count} meetings.")


@cli.command()
def check() -> None:
    """Look for what is wrong with the data: damage, stale answers, facts without a citation."""
    database = _database()
    database.check_ready()
    damage = [Finding(what, Remedy.RESTORE_FILE) for what in database.damage()]
    with database.read() as session:
        remedies = _print_findings(damage or audit(session))
    if remedies:
        _complain(*remedies)
        raise typer.Exit(1)
    _out.print("Nothing is wrong.")


def _print_findings(findings: Iterable[Finding]) -> list[Remedy]:
    """Print the first of these, and count the others; give what mends them, each once."""
    found, remedies = 0, dict[Remedy, None]()
    for found, (what, remedy) in enumerate(findings, 1):
        remedies[remedy] = None
        if found <= _MOST_FINDINGS:
            _out.print(what, markup=False, highlight=False, soft_wrap=True)
    if found > _MOST_FINDINGS:
        _out.print(f"and {found - _MOST_FINDINGS} more")
    return list(remedies)


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
