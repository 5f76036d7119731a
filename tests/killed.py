"""A process to be killed: it tells, line by line, how far its writing is.

`python -m tests.killed import FILE` is `parley import FILE`; `python -m tests.killed put N` changes
one record after the other, N times, each in a transaction of its own.
"""

import sys

from sqlalchemy import Engine, event

from app.cli import main
from app.database import Database
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.write import write
from app.settings import Settings

_BEGUN = False


def tell(what: str) -> None:
    """Say it at once: the next moment may be the last."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _note_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    global _BEGUN  # noqa: PLW0603 (of this process)
    if not _BEGUN and statement.startswith(("INSERT", "UPDATE", "DELETE")):
        _BEGUN = True
        tell("writing")


def _note_commit(_connection: object) -> None:
    if _BEGUN:
        tell("committing")


def put(number: int) -> None:
    """Give a person so many names, one after the other."""
    database, person = Database(Settings().database_url), kind_named("person")
    for count in range(number):
        text = f"Name {count}"
        named = {"id": "somebody", "name": {"en": text, "zh": text}}
        with database.write() as session:
            record = person.shape.model_validate(named)
            write(session, [Incoming(person, record, "")], Why("To be killed."))
        tell(f"acknowledged {count}")


if __name__ == "__main__":
    event.listen(Engine, "before_cursor_execute", _note_statement)
    event.listen(Engine, "commit", _note_commit)
    if sys.argv[1] == "put":
        put(int(sys.argv[2]))
    else:
        main()
