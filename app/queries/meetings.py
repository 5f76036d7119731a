"""Meetings: a page of them, how many there are, and one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pyroaring import BitMap
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.models import Document
from app.models.among import among_given
from app.models.utf8 import utf8
from app.queries import cursor
from app.queries.candidates import Candidates, candidates
from app.queries.days import Place
from app.queries.known import explain_absence
from app.queries.listing import Listed
from app.queries.resolve import resolve
from app.queries.sets import are_close, parts, some_of
from app.queries.state import state
from app.schemas.listing import Relation, Total
from app.schemas.questions import MeetingExport, MeetingQuestion

Shown = tuple[bytes, date, str]
"""A meeting as the API gives it, the day on which it begins, and its id."""

BOUND = 1000
"""Up to here a total is counted exactly unless more is asked for."""
_AT_ONCE = 200
"""Meetings that are read together where all are wanted."""


def page(session: Session, asked: MeetingQuestion) -> Listed[bytes]:
    """Answer with one page of the meetings that match, rendered, in order of date and id.

    Raises:
        InvalidQuestion: a value is not known, or the cursor belongs to another question.
    """
    now = state(session)
    question = resolve(session, asked)
    matching = candidates(session, question)
    after = cursor.decode("meetings", question, now.epoch, question.cursor, _place)
    counts = question.total == "bounded" and not after
    most = max(question.limit, BOUND if counts else 0) + 1
    walk = matching.walk(expected=most, newest_first=question.sort == "-date", after=after)
    first, found = _first(walk, question, most)
    rows = _documents(session, first)
    last = rows[-1][1:] if found > question.limit else None
    return Listed(
        items=[row[0] for row in rows],
        next_cursor=last and cursor.encode("meetings", question, now.epoch, last),
        total=None if after else _total(matching, question, found),
        state=now,
    )


def every(session: Session, asked: MeetingExport) -> Iterator[list[bytes]]:
    """Look at a question at once, and then read all meetings that match, some at a time.

    They are rendered, and in the order of the pages; each part is read like a page.

    Raises:
        InvalidQuestion: a value is not known.
    """
    question = resolve(session, asked)
    return _parts(session, candidates(session, question), question)


def number(session: Session, asked: MeetingExport) -> int:
    """Count all meetings that match, however many there are.

    Raises:
        InvalidQuestion: a value is not known.
    """
    return len(candidates(session, resolve(session, asked)).every())


def _parts(
    session: Session, matching: Candidates, question: MeetingExport
) -> Iterator[list[bytes]]:
    every = matching.every()
    for some in parts(every, _AT_ONCE, newest_first=question.sort == "-date"):
        yield _rendered(session, some)


def one(session: Session, meeting_id: str) -> bytes:
    """Give one rendered meeting, retracted or not.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = session.scalar(_ONE, {"id": meeting_id})
    if found is None:
        explain_absence(session, "meeting", meeting_id)
    return found


def _place(starts_on: str, meeting_id: str) -> Place:
    return Place(date.fromisoformat(starts_on), cursor.plain(meeting_id))


def _first(walk: Iterable[BitMap], question: MeetingQuestion, most: int) -> tuple[list[int], int]:
    """Give the numbers of a page, and how many there are, up to `most` at least."""
    first: list[int] = []
    found = 0
    for some in walk:
        found += len(some)
        lacking = question.limit - len(first)
        if some and lacking:
            first += some_of(some, 0, lacking, newest_first=question.sort == "-date")
        if found >= most:
            break
    return first, found


_document = Document.__table__.c
_JSON = utf8(_document.json)
_ONE = select(_JSON).where(_document.meeting_id == bindparam("id"))
_DOCUMENTS = select(_document.number, _JSON, _document.starts_on, _document.meeting_id).where(
    among_given(_document.number, "numbers")
)
_BOTH = select(_document.number, _JSON)
_RENDERED = _BOTH.where(among_given(_document.number, "numbers"))
_IN_A_ROW = _BOTH.where(_document.number.between(bindparam("first"), bindparam("last")))


def _documents(session: Session, numbers: Sequence[int]) -> list[Shown]:
    """Read meetings, in the order of these numbers."""
    found = session.execute(_DOCUMENTS, {"numbers": numbers}).all()
    rows = {number: (json, starts_on, id_) for number, json, starts_on, id_ in found}
    return [rows[number] for number in numbers]


def _rendered(session: Session, numbers: Sequence[int]) -> list[bytes]:
    """Read meetings as they are sent alone, in the order of these numbers."""
    first, last = sorted((numbers[0], numbers[-1]))
    is_row = are_close(numbers)
    asked = {"first": first, "last": last} if is_row else {"numbers": numbers}
    rows: dict[int, bytes] = dict(session.execute(_IN_A_ROW if is_row else _RENDERED, asked).all())
    return [rows[number] for number in numbers]


def _total(matching: Candidates, question: MeetingQuestion, walked: int) -> Total | None:
    """Count all, or as far as the page was looked for."""
    if question.total == "none":
        return None
    if question.total == "exact":
        return Total(value=len(matching.every()), relation="eq")
    relation: Relation = "gte" if walked > BOUND else "eq"
    return Total(value=min(walked, BOUND), relation=relation)
