"""The commands that fill a database with records that come with Parley."""

from typing import Annotated

import typer

from app.cli.terminal import cli, print_counts, progress, ready, say, settle
from seeds.generate import generate as fill
from seeds.load import is_empty, load


@cli.command()
def seed(
    *,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only if nothing was ever written.")
    ] = False,
) -> None:
    """Write the records that come with Parley: those that are missing or differ from its files."""
    database = ready()
    if if_empty and not is_empty(database):
        return
    report = load(database)
    if report.created.total() or report.changed.total():
        print_counts(report)
    else:
        say(f"Nothing to do: all {report.unchanged.total()} records are as in the files.")
    settle(database)


@cli.command()
def generate(
    meetings: Annotated[int, typer.Option(help="How many meetings to make up.", min=1)],
    number: Annotated[int, typer.Option("--seed", help="The same seed makes the same data.")] = 1,
) -> None:
    """Fill an empty database with made-up meetings, to see how Parley fares with many."""
    database = ready()
    with progress() as shown:
        task = shown.add_task("Making up meetings", total=meetings)
        for done in fill(database, meetings, number):
            shown.update(task, completed=done)
    say(f"Made up {meetings} meetings.")
    settle(database)
