"""How the read model follows the truth: documents and lists of the meetings that changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.bulk import insert_tuples
from app.models import Document, Meeting, Members, Posting, Term
from app.records import members, names, render
from app.records.chunks import chunks
from app.records.kinds import table
from app.records.terms import WORD, World, terms, world
from app.records.texts import texts
from app.words import searchable, words

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""

_AT_ONCE = 200
"""Meetings that are rendered together: each has hundreds of terms, which fill the memory."""

_COLUMNS = ("term_id", "starts_on", "meeting_id", "ends_on")
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


@dataclass
class Changes:
    """Which meetings, by their numbers, leave and join the lists of which terms."""

    terms: dict[TermKey, int] = field(default_factory=dict)
    """The numbers of the terms that were met so far."""

    removed: members.Numbers = field(default_factory=lambda: defaultdict(set))
    added: members.Numbers = field(default_factory=lambda: defaultdict(set))


def publish(session: Session, meeting_ids: Iterable[str]) -> None:
    """Render these meetings anew; a meeting that is no more leaves the read model."""
    known = world(session)
    numbers = count(1 + (session.scalar(select(func.max(Document.number))) or 0))
    changes = Changes()
    for ids in chunks(sorted(meeting_ids), _AT_ONCE):
        kept = _remove(session, ids, changes)
        _add(session, ids, known, {id_: kept.get(id_) or next(numbers) for id_ in ids}, changes)
    _count(session, changes)
    members.change(session, changes.added, changes.removed)


def rebuild(session: Session) -> int:
    """Drop the read model and render it anew from the truth; tell how many meetings there are."""
    for model in (Members, Posting, Document, Term):
        session.execute(delete(model))
    ids = session.scalars(select(Meeting.id)).all()
    publish(session, ids)
    names.rebuild(session)
    return len(ids)


def _remove(session: Session, ids: Sequence[str], changes: Changes) -> dict[str, int]:
    """Drop what readers are served of these meetings; give the numbers that they had."""
    old = session.execute(
        select(Document.meeting_id, Document.number, Document.starts_on, Document.term_ids).where(
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
    for row in old:
        for term in row.term_ids:
            changes.removed[term].add(row.number)
    return {row.meeting_id: row.number for row in old}


def _add(
    session: Session, ids: Sequence[str], known: World, numbers: dict[str, int], changes: Changes
) -> None:
    rendered = render.documents(session, ids)
    found = texts(session, rendered)
    keys = {id_: term_keys(meeting, found[id_], known) for id_, meeting in rendered.items()}
    _look_up(session, set().union(*keys.values()), changes.terms)
    documents = [
        document_row(meeting, numbers[id_], [changes.terms[key] for key in keys[id_]], found[id_])
        for id_, meeting in rendered.items()
    ]
    if documents:
        session.execute(insert(table(Document)), documents)
        # In the order in which they are kept, so that each list is touched once.
        postings = sorted(row for one in documents for row in _postings(one))
        insert_tuples(session, table(Posting), _COLUMNS, postings)
    for one in documents:
        for term in one["term_ids"]:
            changes.added[term].add(one["number"])


def _look_up(session: Session, keys: set[TermKey], numbers: dict[TermKey, int]) -> None:
    """Learn the numbers of these terms; new terms get one. Writers take turns, so none races."""
    numbers |= _existing(session, keys - numbers.keys())
    if missing := sorted(keys - numbers.keys()):
        last = session.scalar(select(func.max(Term.id))) or 0
        new = dict(zip(missing, count(last + 1), strict=False))
        rows = [(number, *key, 0) for key, number in new.items()]
        insert_tuples(session, table(Term), ("id", "retracted", "facet", "value", "meetings"), rows)
        numbers |= new


def _existing(session: Session, keys: set[TermKey]) -> dict[TermKey, int]:
    found: dict[TermKey, int] = {}
    for some in chunks(sorted(keys)):
        rows = session.execute(
            select(Term.id, Term.retracted, Term.facet, Term.value).where(Term.is_one_of(some))
        )
        found |= {(row.retracted, row.facet, row.value): row.id for row in rows}
    return found


def term_keys(meeting: render.Document, texts: Iterable[str], known: World) -> list[TermKey]:
    """Name the terms that this meeting is found by, in a fixed order."""
    retracted = meeting["status"] == "retracted"
    found = terms(meeting, known) | {(WORD, word) for word in words(texts)}
    return [(retracted, *term) for term in sorted(found)]


def document_row(
    meeting: render.Document, number: int, term_ids: list[int], texts: Iterable[str]
) -> dict[str, Any]:
    """Give what readers are served of this meeting, as a row."""
    date = meeting["date"]
    return {
        "meeting_id": meeting["id"],
        "number": number,
        "starts_on": date["earliest"],
        "ends_on": date["latest"] if date["latest"] > date["earliest"] else None,
        "term_ids": term_ids,
        "json": orjson.dumps(meeting, option=orjson.OPT_UTC_Z).decode(),
        "text": searchable(texts),
    }


def _postings(document: dict[str, Any]) -> Iterator[tuple[str | int | None, ...]]:
    starts_on, ends_on = document["starts_on"].isoformat(), document["ends_on"]
    rest = (starts_on, document["meeting_id"], ends_on and ends_on.isoformat())
    return ((number, *rest) for number in document["term_ids"])


def _count(session: Session, changes: Changes) -> None:
    grown = {
        term: len(changes.added[term]) - len(changes.removed[term])
        for term in sorted(changes.added.keys() | changes.removed.keys())
    }
    rows = [{"term": term, "more": more} for term, more in grown.items() if more]
    if rows:
        session.connection().execute(_COUNT, rows)
