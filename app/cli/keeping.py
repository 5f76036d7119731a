"""The commands that write records out, and those that take them out for good."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from app.cli.files import replacing
from app.cli.terminal import cli, confirm, progress, ready, reason_of, say, settle
from app.records.erase import erase as erase_record
from app.records.export import export as exported
from app.records.kinds import KINDS, Kind, kind_named
from app.records.log import Why
from app.records.merge import merge as merge_record
from app.spelling import nearest

_TYPES = [kind.name for kind in KINDS]


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
        if output is None or str(output) == "-":
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


_Type = Annotated[str, typer.Argument(metavar="TYPE", help="Such as `person`.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the record.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@cli.command()
def erase(
    kind: _Type,
    record: _Id,
    reason: Annotated[str, typer.Option(help="Why; this is all that will be left.")],
    yes: _Yes = False,
) -> None:
    """Take a record and its whole history out of the database, for good."""
    why, of_kind, database = Why(reason_of(reason)), _kind(kind), ready()
    confirm(f"Erase the {kind} “{record}” and its history for good?", yes)
    with database.write() as session:
        others = erase_record(session, of_kind, record, why)
    say(f"Erased the {kind} “{record}”.")
    if others:
        say(
            "Earlier versions that named it say now what the last one says, and those of deleted"
            f" records are erased, of: {', '.join(others)}."
        )
    settle(database)


@cli.command()
def merge(
    kind: _Type,
    record: _Id,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The id of the one that stays.")],
    reason: Annotated[str, typer.Option(help="Why, for the history.")],
    yes: _Yes = False,
) -> None:
    """Make a record part of another one, for good; all that referred to it refers to that."""
    why, of_kind, database = Why(reason_of(reason)), _kind(kind), ready()
    confirm(f"Merge the {kind} “{record}” into “{into}” for good?", yes)
    with database.write() as session:
        merge_record(session, of_kind, record, into, why)
    say(f"Merged the {kind} “{record}” into “{into}”.")
    settle(database)


def _kind(name: str) -> Kind:
    if name in _TYPES:
        return kind_named(name)
    near = nearest(name, _TYPES)
    hint = f"; did you mean {near}?" if near else f"; there are: {', '.join(_TYPES)}."
    raise typer.BadParameter(f"There is no type “{name}”{hint}", param_hint="TYPE")
