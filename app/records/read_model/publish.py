"""How the read model follows the truth: documents and lists of the meetings that changed."""

import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.bulk import insert_rows
from app.models import Dataset, Document, Meeting, Members, Posting, Term
from app.models.among import among
from app.records.kinds import table
from app.records.read_model import names, render
from app.records.read_model.lists import Listed, Lists, TermKey
from app.records.read_model.terms import WORD, World, terms, world
from app.records.read_model.texts import texts
from app.words import searchable, words

_LISTED = ("meeting_id", "starts_on", "ends_on", "term_ids")

_AT_ONCE = 400
"""Meetings that are rendered together: each has hundreds of terms, which fill the memory."""


def first_free(session: Session) -> int:
    """Tell the number that the next new meeting gets; all later ones get greater numbers."""
    return 1 + (session.scalar(select(func.max(Document.number))) or 0)


def publish(session: Session, meeting_ids: Iterable[str]) -> None:
    """Render these meetings, each named once, anew; one that is no more leaves the read model."""
    some = iter(meeting_ids)
    if not (ids := list(islice(some, _AT_ONCE))):
        return
    known, first = world(session), first_free(session)
    free, lists = count(first), Lists(session, first)
    while ids:
        kept, before = _take(session, ids)
        numbers = {id_: kept.get(id_) or next(free) for id_ in ids}
        after = _put(session, numbers, known, lists)
        for id_, number in numbers.items():
            if id_ in before:
                lists.change(number, before[id_], after.get(id_))
        ids = list(islice(some, _AT_ONCE))
    lists.finish()


def rebuild(session: Session) -> int:
    """Drop the read model and render it anew from the truth; tell how many meetings there are."""
    for model in (Members, Posting, Document, Term):
        session.execute(delete(model))
    ids = session.scalars(select(Meeting.id)).all()
    publish(session, sorted(ids))
    names.rebuild(session)
    session.execute(update(Dataset).values(mark=secrets.token_hex(8)))
    return len(ids)


def _take(session: Session, ids: Sequence[str]) -> tuple[dict[str, int], dict[str, Listed]]:
    """Take the documents of these meetings out; give their numbers, and what lists know of them."""
    mine = among(Document.meeting_id, ids)
    columns = (getattr(Document, name) for name in _LISTED)
    found = session.execute(select(Document.number, *columns).where(mine)).all()
    session.execute(delete(Document).where(mine))
    numbers = {row.meeting_id: row.number for row in found}
    return numbers, {row.meeting_id: Listed(*row[1:]) for row in found}


def _put(
    session: Session, numbers: dict[str, int], known: World, lists: Lists
) -> dict[str, Listed]:
    """Put the documents of these meetings in; tell what lists are to know of them."""
    rendered = render.documents(session, list(numbers))
    found = texts(session, rendered)
    keys = {id_: term_keys(meeting, found[id_], known) for id_, meeting in rendered.items()}
    ids = lists.terms(set().union(*keys.values()))
    rows = [
        document_row(meeting, numbers[id_], map(ids.__getitem__, keys[id_]), found[id_])
        for id_, meeting in rendered.items()
    ]
    insert_rows(session, table(Document), rows)
    return {row["meeting_id"]: Listed(*(row[name] for name in _LISTED)) for row in rows}


def term_keys(meeting: render.Document, texts: Iterable[str], known: World) -> set[TermKey]:
    """Name the terms that this meeting is found by."""
    retracted = meeting["status"] == "retracted"
    found = {(retracted, *term) for term in terms(meeting, known)}
    return found.union(*(_word_keys(retracted, text) for text in set(texts)))


# The same names and labels stand in many meetings.
@lru_cache(maxsize=4_000)
def _word_keys(retracted: bool, text: str) -> frozenset[TermKey]:  # noqa: FBT001 (as in the key)
    return frozenset((retracted, WORD, word) for word in words([text]))


def document_row(
    meeting: render.Document, number: int, term_ids: Iterable[int], texts: Iterable[str]
) -> dict[str, Any]:
    """Give what readers are served of this meeting, as a row."""
    date = meeting["date"]
    return {
        "meeting_id": meeting["id"],
        "number": number,
        "starts_on": date["earliest"],
        "ends_on": date["latest"] if date["latest"] > date["earliest"] else None,
        "term_ids": sorted(term_ids),
        "json": orjson.dumps(meeting, option=orjson.OPT_UTC_Z).decode(),
        "text": searchable(texts),
    }
