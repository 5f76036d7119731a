"""How the read model follows the truth: documents and postings of the meetings that changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.models import Document, Meeting, Posting, Term
from app.records import render
from app.records.chunks import chunks
from app.records.kinds import table
from app.records.terms import World, terms, world

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""

_REMOVE_POSTING = delete(Posting).where(
    Posting.term_id == bindparam("old_term"),
    Posting.starts_on == bindparam("old_start"),
    Posting.meeting_id == bindparam("old_meeting"),
)
_COUNT = (
    update(Term)
    .where(Term.id == bindparam("term"))
    .values(meetings=Term.meetings + bindparam("more"))
)


def publish(session: Session, meeting_ids: Iterable[str]) -> None:
    """Render these meetings anew; a meeting that is no more leaves the read model."""
    known = world(session)
    for ids in chunks(sorted(meeting_ids)):
        removed = _remove(session, ids)
        added = _add(session, render.documents(session, ids), known)
        _count(session, added, removed)


def rebuild(session: Session) -> int:
    """Drop the read model and render it anew from the truth; tell how many meetings there are."""
    for model in (Posting, Document, Term):
        session.execute(delete(model))
    ids = session.scalars(select(Meeting.id)).all()
    publish(session, ids)
    return len(ids)


def _remove(session: Session, ids: Sequence[str]) -> Counter[int]:
    old = session.execute(
        select(Document.meeting_id, Document.starts_on, Document.term_ids).where(
            Document.meeting_id.in_(ids)
        )
    ).all()
    postings = [
        {"old_term": term, "old_start": row.starts_on, "old_meeting": row.meeting_id}
        for row in old
        for term in row.term_ids
    ]
    if postings:
        session.connection().execute(_REMOVE_POSTING, postings)
    session.execute(delete(Document).where(Document.meeting_id.in_(ids)))
    return Counter(posting["old_term"] for posting in postings)


def _add(session: Session, rendered: dict[str, render.Document], known: World) -> Counter[int]:
    keys = {id_: term_keys(meeting, known) for id_, meeting in rendered.items()}
    numbers = _numbers(session, {key for found in keys.values() for key in found})
    documents = [
        document_row(meeting, [numbers[key] for key in keys[id_]])
        for id_, meeting in rendered.items()
    ]
    if documents:
        session.execute(insert(table(Document)), documents)
        session.execute(
            insert(table(Posting)), [row for one in documents for row in _postings(one)]
        )
    return Counter(number for one in documents for number in one["term_ids"])


def _numbers(session: Session, keys: set[TermKey]) -> dict[TermKey, int]:
    """Look up the numbers of these terms; new terms get one. Writers take turns, so none races."""
    found = _existing(session, keys)
    if missing := sorted(keys - found.keys()):
        session.execute(
            insert(table(Term)),
            [
                {"retracted": retracted, "facet": facet, "value": value, "meetings": 0}
                for retracted, facet, value in missing
            ],
        )
        found |= _existing(session, set(missing))
    return found


def _existing(session: Session, keys: set[TermKey]) -> dict[TermKey, int]:
    found: dict[TermKey, int] = {}
    for some in chunks(sorted(keys)):
        rows = session.execute(
            select(Term.id, Term.retracted, Term.facet, Term.value).where(Term.is_one_of(some))
        )
        found |= {(row.retracted, row.facet, row.value): row.id for row in rows}
    return found


def term_keys(meeting: render.Document, known: World) -> list[TermKey]:
    """Name the terms that this meeting is found by, in a fixed order."""
    retracted = meeting["status"] == "retracted"
    return [(retracted, *term) for term in sorted(terms(meeting, known))]


def document_row(meeting: render.Document, numbers: list[int]) -> dict[str, Any]:
    """Give what readers are served of this meeting, as a row."""
    date = meeting["date"]
    return {
        "meeting_id": meeting["id"],
        "starts_on": date["earliest"],
        "ends_on": date["latest"] if date["latest"] > date["earliest"] else None,
        "term_ids": numbers,
        "json": orjson.dumps(meeting, option=orjson.OPT_UTC_Z).decode(),
    }


def _postings(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in document["term_ids"]:
        yield {"term_id": number} | {
            name: document[name] for name in ("starts_on", "meeting_id", "ends_on")
        }


def _count(session: Session, added: Counter[int], removed: Counter[int]) -> None:
    changes = [
        {"term": term, "more": added[term] - removed[term]}
        for term in sorted(added.keys() | removed.keys())
        if added[term] != removed[term]
    ]
    if changes:
        session.connection().execute(_COUNT, changes)
