"""How lists follow documents: the postings of each term, the set of its meetings, their number."""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from itertools import count, groupby, islice
from operator import itemgetter
from typing import NamedTuple

import orjson
from pyroaring import BitMap
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.bulk import elements, gathered, insert_tuples
from app.models import Document, Posting, Term
from app.models.among import among
from app.records.kinds import table
from app.records.read_model import members

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""

_MOST_WAITING = 300_000
"""Postings that come and go, before they are written."""
_MOST_KNOWN = 25_000
"""Terms whose numbers are remembered."""
_AT_ONCE, _LONG_AT_ONCE = 2_000, 20
"""Terms whose sets are written together, and whose numbers, still as text, are read together."""

_TERM = ("id", "retracted", "facet", "value", "meetings")
_POSTING = ("term_id", "starts_on", "meeting_id", "ends_on")
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


class Listed(NamedTuple):
    """What lists know of a meeting; it has a last day if its date is longer than a day."""

    id: str
    starts_on: date
    ends_on: date | None
    terms: Collection[int]

    @property
    def days(self) -> tuple[date, date | None]:
        """The days by which lists are sorted."""
        return self.starts_on, self.ends_on


class Lists:
    """What changes in the lists of terms.

    The postings, sets and counts of new meetings are made of their documents, by the database, at
    the end; new are those with the number `first` or a higher one. What changes in the lists of
    the others is collected, and written when much waits.
    """

    def __init__(self, session: Session, first: int) -> None:
        self._session = session
        self._first = first
        self._known: dict[TermKey, int] = {}
        self._first_new = 1 + (session.scalar(select(func.max(Term.id))) or 0)
        self._numbers = count(self._first_new)
        self._forget()

    def _forget(self) -> None:
        self._joined: defaultdict[int, list[int]] = defaultdict(list)
        self._left: defaultdict[int, list[int]] = defaultdict(list)
        self._removed: list[dict[str, object]] = []
        self._added: list[tuple[str | int | None, ...]] = []

    def terms(self, keys: Collection[TermKey]) -> Mapping[TermKey, int]:
        """Look up the numbers of terms; new ones get one. Writers take turns, so none races."""
        missing = sorted((key for key in keys if key not in self._known), key=itemgetter(1, 2, 0))
        if len(self._known) > _MOST_KNOWN:
            self._known = {key: self._known[key] for key in keys if key in self._known}
        for _, of_facet in groupby(missing, itemgetter(1)):
            self._known |= _stored(self._session, list(of_facet))
        new = {key: next(self._numbers) for key in missing if key not in self._known}
        rows = [(number, *key, 0) for key, number in new.items()]
        insert_tuples(self._session, table(Term), _TERM, rows)
        self._known |= new
        return self._known

    def change(self, number: int, before: Listed, after: Listed | None) -> None:
        """Let a meeting leave lists, and join others if it is still there."""
        old, new = set(before.terms), set(after.terms if after else ())
        gone, come = old - new, new - old
        for term in gone:
            self._left[term].append(number)
        for term in come:
            self._joined[term].append(number)
        if after and after.days == before.days:
            old, new = gone, come
        self._removed += [_key(before, term) for term in old]
        self._added += [_posting(after, term) for term in new] if after else []
        if len(self._removed) + len(self._added) > _MOST_WAITING:
            self._write_changed()

    def finish(self) -> None:
        """Write what waits, and the lists that new meetings join."""
        self._write_changed()
        term, number = elements(self._session, Document.term_ids), Document.number
        of_new = number >= self._first
        postings = select(term, Document.starts_on, Document.meeting_id, Document.ends_on)
        # In the order in which they are kept, so that each list is touched once.
        postings = postings.where(of_new).order_by(term, Document.starts_on, Document.meeting_id)
        self._session.execute(insert(table(Posting)).from_select(_POSTING, postings))
        numbers = select(term, gathered(self._session, number)).where(of_new).group_by(term)
        found = self._session.execute(numbers, execution_options={"yield_per": _LONG_AT_ONCE})
        sets = ((term, BitMap(orjson.loads(numbers))) for term, numbers in found)
        while some := dict(islice(sets, _AT_ONCE)):
            self._update(some, {})

    def _write_changed(self) -> None:
        if self._removed:
            self._session.connection().execute(_REMOVE_POSTING, self._removed)
        insert_tuples(self._session, table(Posting), _POSTING, sorted(self._added))
        self._update(self._joined, self._left)
        if self._joined:  # New terms may have sets by now.
            self._first_new = sys.maxsize
        self._forget()

    def _update(self, joined: members.Numbers, left: members.Numbers) -> None:
        """Change the sets of these terms, and how many meetings they have."""
        members.change(self._session, joined, left, self._first_new)
        grown = Counter({term: len(some) for term, some in joined.items()})
        grown.subtract({term: len(some) for term, some in left.items()})
        rows = [{"term": term, "more": more} for term, more in sorted(grown.items()) if more]
        if rows:
            self._session.connection().execute(_COUNT, rows)


def _stored(session: Session, keys: Collection[TermKey]) -> dict[TermKey, int]:
    """Look up the terms of one facet."""
    _, facet, _ = next(iter(keys))
    values = {value for *_, value in keys}
    found = session.execute(
        select(Term.retracted, Term.facet, Term.value, Term.id).where(
            Term.facet == facet, among(Term.value, values)
        )
    )
    return {row[:3]: row[3] for row in found}


def _key(meeting: Listed, term: int) -> dict[str, object]:
    return {"old_term": term, "old_start": meeting.starts_on, "old_meeting": meeting.id}


def _posting(meeting: Listed, term: int) -> tuple[str | int | None, ...]:
    last = meeting.ends_on.isoformat() if meeting.ends_on else None
    return term, meeting.starts_on.isoformat(), meeting.id, last
