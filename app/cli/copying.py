"""The commands that copy the embedded database while it is used, and put a copy back."""

from pathlib import Path
from typing import Annotated

import typer

from app import backup
from app.cli.files import whole
from app.cli.terminal import cli, complain, confirm, opened, ready, say

_File = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]


@cli.command(name="backup")
def back_up(file: _File) -> None:
    """Copy the file of the database, whole, while it is read and written."""
    database = ready()
    with whole(file, "FILE") as part:
        backup.check_may_become_a_copy(database, file)
        backup.back_up(database, part)
    say(f"Copied the database to {file}.")


@cli.command()
def restore(
    file: _File, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Put a copy in the place of the database, for those who are served now as well."""
    database = opened()
    confirm(f"Replace the whole database {backup.file_of(database)} by {file}?", yes)
    knows_keys = backup.restore(database, file)
    say(f"The database is that of {file} now.")
    if not knows_keys:
        complain(backup.KEYS_UNKNOWN)
