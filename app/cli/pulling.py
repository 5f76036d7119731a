"""The command that keeps a copy of another Parley."""

import re
import tempfile
from collections.abc import Callable
from typing import IO, Annotated

import httpx
import typer

from app.cli.importing import print_report
from app.cli.terminal import cli, progress, ready, say, settle
from app.database import Database
from app.engines import putting_aside
from app.records.importing import ImportReport, Manner
from app.records.pull import Delivery, follow, place
from app.remote import Remote

_URL = re.compile(r"https?://[^/?#\s@]+(/[^?#\s]*)?")


@cli.command()
def pull(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Another Parley: https://parley.example.org.")
    ],
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Also where most of what came from there is gone.")
    ] = False,
) -> None:
    """Bring what another Parley has, and later what has changed there, into this database."""
    url, database = _address(url), ready()
    with progress() as shown:
        task = shown.add_task(f"Asking {url}", total=None)
        report = bring(
            database,
            url,
            shrink=shrink,
            tell=lambda count: shown.update(task, description=f"Records: {count:,}"),
        )
    if report.written and not report.handled:
        say(f"There is nothing new at {url}.")
    print_report(report)
    settle(database)
    if report.flaw_count:
        raise typer.Exit(1)


def _address(url: str) -> str:
    """Write an address as all of its spellings are written."""
    try:
        if _URL.fullmatch(url):
            return str(httpx.URL(url)).rstrip("/")
    except (httpx.InvalidURL, UnicodeError):
        pass
    has_scheme = "://" in url
    lack = ", without a name, a password or ?" if has_scheme else ": https:// or http:// is missing"
    message = f"{url} is not like https://parley.example.org{lack}."
    raise typer.BadParameter(message, param_hint="URL")


def bring(
    database: Database, url: str, *, shrink: bool, tell: Callable[[int], None]
) -> ImportReport:
    """Ask first, and write then: nobody else waits for the other one to answer."""
    with database.read() as session:
        since = place(session, url)
    with putting_aside(), tempfile.TemporaryFile() as file:
        with Remote(url, tell) as remote:
            sent = _sent(remote, since, file)
        with database.write() as session:
            # What is there twice is for those who curate it.
            manner = Manner(tell=tell, finds_doubles=False)
            return follow(session, sent, manner, shrink=shrink)


def _sent(remote: Remote, since: str | None, file: IO[bytes]) -> Delivery:
    """Have the other one write to a file what has changed, or where it cannot, all it has."""
    token = remote.changes(since, file) if since else None
    is_all = token is None
    token = token or remote.everything(file)
    file.seek(0)
    return Delivery(remote.url, since, token, file, is_all)
