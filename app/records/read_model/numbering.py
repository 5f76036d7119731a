"""Which number a meeting has: numbers are in the order of days and ids, with room between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, RowMapping, bindparam, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from app.models import Document
from app.models.read_model import APART
from app.records.kinds import table

Place = tuple[date, str]
"""Where a meeting stands: the day on which it begins, and its id."""

_FIRST = 1 << 30
"""In the middle of what a number may be, since meetings of earlier days may come as well."""
_MOST_FULL = 7 / 8
"""Of the numbers between others so many may be in use, lest the next meeting moves many again."""

_NEIGHBOUR = (
    *(Document.number, Document.starts_on, Document.ends_on),
    *(Document.terms, Document.parts),
)
_RENUMBER = (
    update(table(Document))
    .where(Document.number == bindparam("old"))
    .values(number=bindparam("new"))
)


@dataclass(frozen=True)
class Placed:
    """Numbers for the first of some new meetings, and the stored ones that made room for them."""

    numbers: Sequence[int]
    moved: Sequence[tuple[RowMapping, int]]
    """What was, and its number now."""


def place(session: Session, places: Sequence[Place]) -> Placed:
    """Give numbers to the first of these new meetings, in order, that no stored one parts.

    They are to be stored before the next are placed.
    """
    below, above = _neighbours(session, places[0])
    if above is None:
        start = _FIRST if below is None else below + APART
        return Placed(range(start, start + APART * len(places), APART), [])
    beside = list(takewhile(lambda place: place < (above.starts_on, above.meeting_id), places))
    if below is not None and above.number - below <= len(beside):
        return _make_room(session, below, above.number, len(beside))
    low = above.number - APART * (len(beside) + 1) if below is None else below
    return Placed(_spread(low, above.number, len(beside)), [])


def _neighbours(session: Session, new: Place) -> tuple[int | None, Row[Any] | None]:
    """Give the number of the last meeting before a place, and the first meeting after it."""
    document, before = Document, aliased(Document)
    last = select(func.max(before.number))
    below = last.where(before.number < document.number).scalar_subquery().label("below")
    after = session.execute(
        select(document.number, document.starts_on, document.meeting_id, below)
        .where(tuple_(document.starts_on, document.meeting_id) > new)
        .order_by(document.starts_on, document.meeting_id)
        .limit(1)
    ).one_or_none()
    return (after.below, after) if after else (session.scalar(last), None)


def _spread(low: int, high: int, count: int) -> list[int]:
    """Give numbers between two others, at equal distances."""
    return [low + (high - low) * number // (count + 1) for number in range(1, count + 1)]


def _make_room(session: Session, below: int, above: int, count: int) -> Placed:
    """Spread the meetings around a place over so many numbers that new ones go between them."""
    width = count
    while True:
        before = _next(session, Document.number <= below, Document.number.desc(), width)
        after = _next(session, Document.number >= above, Document.number, width)
        moving = [*reversed(before[:width]), *after[:width]]
        together = len(moving) + count
        low, high = _edge(before, width, -together), _edge(after, width, together)
        if together <= _MOST_FULL * (high - low - 1):
            break
        width *= 2
    numbers = _spread(low, high, together)
    first = len(before[:width])
    new = [numbers.pop(first) for _ in range(count)]
    moved = [one for one in zip(moving, numbers, strict=True) if one[0]["number"] != one[1]]
    _renumber(session, moved)
    return Placed(new, moved)


def _edge(side: Sequence[RowMapping], width: int, beyond: int) -> int:
    """Give the number up to which these may be spread; on the outside there is room enough."""
    return int(side[width]["number"] if len(side) > width else side[-1]["number"] + APART * beyond)


def _next(session: Session, where: Any, order: Any, width: int) -> Sequence[RowMapping]:
    rows = session.execute(select(*_NEIGHBOUR).where(where).order_by(order).limit(width + 1))
    return rows.mappings().all()


def _renumber(session: Session, moved: Sequence[tuple[RowMapping, int]]) -> None:
    """Change numbers by way of negative ones, which no other meeting has."""
    connection = session.connection()
    away = [{"old": row["number"], "new": -row["number"]} for row, _ in moved]
    back = [{"old": -row["number"], "new": number} for row, number in moved]
    for step in (away, back):
        if step:
            connection.execute(_RENUMBER, step)
