"""Meetings: a page of them, how many there are, and one."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Document
from app.queries import cursor
from app.queries.candidates import Candidates, candidates, in_order
from app.queries.days import Place
from app.queries.known import explain_absence
from app.queries.listing import Listed
from app.queries.resolve import resolve
from app.queries.state import state
from app.schemas.listing import Total
from app.schemas.questions import MeetingExport, MeetingQuestion

BOUND = 1000
"""Up to here a total is counted exactly unless more is asked for."""
_AT_ONCE = 500
"""Meetings that are read together where all are wanted."""


def page(session: Session, asked: MeetingQuestion) -> Listed[str]:
    """Answer with one page of the meetings that match, rendered, in order of date and id.

    Raises:
        InvalidQuestion: a value is not known, or the cursor belongs to another question.
    """
    now = state(session)
    question = resolve(session, asked)
    matching = candidates(session, question)
    after = cursor.decode("meetings", question, now.epoch, question.cursor, _place)
    rows = _rows(session, matching, question, after, question.limit + 1)
    shown, more = rows[: question.limit], len(rows) > question.limit
    last = shown[-1][1:] if more else None
    return Listed(
        items=[row[0] for row in shown],
        next_cursor=last and cursor.encode("meetings", question, now.epoch, last),
        total=None if after else _total(session, matching, question),
        state=now,
    )


def every(session: Session, asked: MeetingExport) -> Iterator[list[str]]:
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
    return _counted(session, candidates(session, resolve(session, asked)), None)


def _parts(session: Session, matching: Candidates, question: MeetingExport) -> Iterator[list[str]]:
    rows = _rows(session, matching, question, None, _AT_ONCE)
    while rows:
        yield [row[0] for row in rows]
        if len(rows) < _AT_ONCE:
            return
        rows = _rows(session, matching, question, Place(*rows[-1][1:]), _AT_ONCE)


def one(session: Session, meeting_id: str) -> str:
    """Give one rendered meeting, retracted or not.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = session.scalar(select(Document.json).where(Document.meeting_id == meeting_id))
    if found is None:
        explain_absence(session, "meeting", meeting_id)
    return found


def _place(starts_on: str, meeting_id: str) -> Place:
    return Place(date.fromisoformat(starts_on), cursor.plain(meeting_id))


def _rows(
    session: Session,
    matching: Candidates,
    question: MeetingExport,
    after: Place | None,
    limit: int,
) -> list[tuple[str, date, str]]:
    newest_first = question.sort == "-date"
    shown = matching.walk(newest_first=newest_first, after=after, limit=limit)
    statement = (
        select(Document.json, shown.c.starts_on, shown.c.meeting_id)
        .join(shown, shown.c.meeting_id == Document.meeting_id)
        .order_by(*in_order(shown.c, newest_first=newest_first))
    )
    return list(session.execute(statement))


def _total(session: Session, matching: Candidates, question: MeetingQuestion) -> Total | None:
    if question.total == "none":
        return None
    counted = _counted(session, matching, None if question.total == "exact" else BOUND + 1)
    if question.total == "bounded" and counted > BOUND:
        return Total(value=BOUND, relation="gte")
    return Total(value=counted, relation="eq")


def _counted(session: Session, matching: Candidates, bound: int | None) -> int:
    walk = matching.walk(newest_first=True, after=None, limit=bound)
    return session.scalar(select(func.count()).select_from(walk)) or 0
