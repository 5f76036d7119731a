"""Records that tests make up, beside the seed."""

from typing import Any

from sqlalchemy import select

from app.database import Database
from app.models import Mark
from app.records.incoming import Incoming
from app.records.kinds import KINDS
from app.records.log import Why
from app.records.write import Report, write

_KINDS = {kind.name: kind for kind in KINDS}


def both(text: str) -> dict[str, str]:
    """Say the same in both languages."""
    return {"en": text, "zh": text}


def incoming(kind: str, /, **members: Any) -> Incoming:
    """Make a record of this kind."""
    shape = _KINDS[kind].shape  # type: ignore[index]  # a wrong kind fails the test
    return Incoming(_KINDS[kind], shape.model_validate(members), "test")  # type: ignore[index]


def store(database: Database, *records: Incoming) -> Report:
    """Write these records in one transaction."""
    with database.write() as session:
        return write(session, records, Why("Made up by a test."))


def marks(database: Database) -> dict[str, str]:
    """Give the mark of each part of the read model."""
    with database.read() as session:
        return dict(session.execute(select(Mark.part, Mark.mark)).all())


def country(code: str, **members: Any) -> Incoming:
    """Make a country; its other codes follow from the first."""
    return incoming(
        "country", id=code, alpha_3=code + "X", name=both(code), kind="state", **members
    )


def source(id: str = "gazette") -> Incoming:  # noqa: A002 (the record's word)
    """Make a source."""
    return incoming("source", id=id, title="Gazette")


def theme(id: str, parent: str | None = None) -> Incoming:  # noqa: A002
    """Make a theme, below another one or not."""
    basis = "supplied" if parent else None
    return incoming("theme", id=id, label=both(id), parent=parent, parent_basis=basis)


def chain(of: str, length: int) -> list[Incoming]:
    """Make so many themes, each below the one before."""
    return [theme(f"{of}{n}", f"{of}{n - 1}" if n else None) for n in range(length)]


def person(id: str) -> Incoming:  # noqa: A002
    """Make a person."""
    return incoming("person", id=id, name=both(id))


def participant(country: str | None = None, **members: Any) -> dict[str, Any]:
    """Make somebody's part in a meeting."""
    return {"country": country, "role": "participant"} | members


def touched(theme: str, basis: str = "stated") -> dict[str, Any]:
    """Make a theme assertion."""
    return {"id": theme, "basis": basis, "source": "gazette"}


def meeting(id: str, date: str = "2020-01-01", **members: Any) -> Incoming:  # noqa: A002
    """Make a meeting of two countries, AA and BB, unless told otherwise."""
    defaults = {
        "title": both(id),
        "date": {"value": date, "year_basis": "stated"},
        "mode": "in_person",
        "participants": [participant("AA"), participant("BB")],
        "citations": [{"source": "gazette", "stance": "supports", "fields": ["date"]}],
    }
    return incoming("meeting", id=id, **(defaults | members))


WORLD = (source(), country("AA"), country("BB"), country("CC"))
"""What meetings need by default."""
