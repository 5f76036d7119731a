"""The commands that take records out: into a file, or out of the database for good."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app.cli.files import replacing
from app.cli.terminal import cli, progress, ready, say
from app.records.erase import erase as erase_record
from app.records.export import export as exported
from app.records.kinds import KINDS
from app.records.log import Why
from app.spelling import nearest

_KINDS = {kind.name: kind for kind in KINDS}


@cli.command()
def export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file to write; else standard output."),
    ] = None,
) -> None:
    """Write out all records, one line of JSON each, as `parley import` takes them."""
    database = ready()
    with database.read() as session:
        if output is None:
            sys.stdout.buffer.writelines(exported(session))
            sys.stdout.buffer.flush()
        else:
            with replacing(output, "--output") as file:
                number = _write(exported(session), file)
            say(f"Wrote {number} records to {output}.")


def _write(pieces: Iterable[bytes], file: BinaryIO) -> int:
    number = 0
    with progress() as shown:
        task = shown.add_task("Writing records", total=None)
        for piece in pieces:
            file.write(piece)
            number += piece.count(b"\n")
            shown.update(task, description=f"Writing records: {number:,}")
    return number


@cli.command()
def erase(
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="Such as `person`.")],
    record: Annotated[str, typer.Argument(metavar="ID", help="The id of the record.")],
    reason: Annotated[str, typer.Option(help="Why; this is all that will be left.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take a record and its whole history out of the database, for good."""
    if kind not in _KINDS:
        near = nearest(kind, _KINDS)
        hint = f"; did you mean {near}?" if near else f"; there are: {', '.join(_KINDS)}."
        raise typer.BadParameter(f"There is no type “{kind}”{hint}", param_hint="TYPE")
    database = ready()
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("Say --yes, as nobody can be asked.", param_hint="--yes")
        typer.confirm(f"Erase the {kind} “{record}” and its history for good?", abort=True)
    with database.write() as session:
        erase_record(session, _KINDS[kind], record, Why(reason))
    database.settle()
    say(f"Erased the {kind} “{record}”.")
