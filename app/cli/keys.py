"""The commands about keys: who may write over HTTP."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from app.cli.terminal import cli, out, ready, say
from app.records import keys

key = typer.Typer(no_args_is_help=True, help="Keys of curators: who may write over HTTP.")
cli.add_typer(key, name="key")

_Name = Annotated[str, typer.Argument(help="Whose key it is; history names it.")]


@key.command()
def create(
    name: _Name,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day on which it is not valid any more."),
    ] = None,
) -> None:
    """Make a key, and print its secret, which is shown this once."""
    with ready().write() as session:
        secret = keys.create(session, name, expires and expires.replace(tzinfo=UTC))
    say(secret)


@key.command(name="list")
def list_keys() -> None:
    """Show the names of all keys, and when they were made, used and revoked."""
    table = Table("key", "made", "expires", "last used", "revoked")
    with ready().read() as session:
        for one in keys.every(session):
            dates = (one.created_at, one.expires_at, one.last_used_at, one.revoked_at)
            table.add_row(one.name, *map(_day, dates))
    out.print(table)


@key.command()
def revoke(name: _Name) -> None:
    """Take a key's right to write, at once and for good."""
    with ready().write() as session:
        keys.revoke(session, name)
    say(f"The key “{name}” may not write any more.")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
