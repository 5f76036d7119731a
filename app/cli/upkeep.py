"""The commands that keep a database sound: its schema, its read model, what is wrong with it."""

from collections.abc import Iterable

import typer

from app.cli.terminal import cli, complain, opened, ready, say, settle
from app.database import Snapshot
from app.errors import Finding, Remedy
from app.records.audit import audit
from app.records.read_model.publish import rebuild as rebuild_read_model
from app.records.whole import check_whole

_MOST_FINDINGS = 100


@cli.command()
def migrate() -> None:
    """Make the tables of an empty database, or bring them up to date with this version."""
    database = opened()
    if database.migrate(_publish):
        say("The schema is up to date now.")
    settle(database)


def _publish(session: Snapshot) -> None:
    """Make what readers are served, which a migration may have emptied."""
    check_whole(session)
    rebuild_read_model(session)


@cli.command()
def rebuild() -> None:
    """Make anew what readers are served, from what is stored."""
    database = ready(published=False)
    with database.write() as session:
        count = rebuild_read_model(session)
    say(f"Rendered {count} meetings.")
    settle(database)


@cli.command()
def check() -> None:
    """Look for what is wrong with the data: damage, stale answers, facts without a citation."""
    database = opened()
    database.check_ready()
    damage = [Finding(what, Remedy.RESTORE_FILE) for what in database.damage()]
    with database.read() as session:
        remedies = _print_findings(damage or audit(session))
    if remedies:
        complain(*remedies)
        raise typer.Exit(1)
    say("Nothing is wrong.")


def _print_findings(findings: Iterable[Finding]) -> list[Remedy]:
    """Print the first of these, and count the others; give what mends them, each once."""
    found, remedies = 0, dict[Remedy, None]()
    for found, (what, remedy) in enumerate(findings, 1):
        remedies[remedy] = None
        if found <= _MOST_FINDINGS:
            say(what)
    if found > _MOST_FINDINGS:
        say(f"and {found - _MOST_FINDINGS} more")
    return list(remedies)
