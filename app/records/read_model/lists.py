"""How lists follow documents: the postings of each term, the set of its meetings, their number."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import count
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.bulk import elements, insert_tuples
from app.models import Document, Posting, Term
from app.records.chunks import chunks
from app.records.kinds import table
from app.records.read_model import members

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""

_MOST_WAITING = 1_000_000
"""What joins and leaves lists, before it is written: the terms of some 6,000 meetings."""
_OFTEN = 5
"""Terms are remembered that so many of these meetings have; to look the others up is cheap."""

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
    """What changes in the lists: it is written when very much waits, and at the end.

    Meetings with the number `first` or a higher one are new, so nothing is to be taken from the
    lists that they join.
    """

    def __init__(self, session: Session, first: int) -> None:
        self._session = session
        self._first = first
        self._known: dict[TermKey, int] = {}
        self._numbers = count(1 + (session.scalar(select(func.max(Term.id))) or 0))
        self._forget()

    def _forget(self) -> None:
        self._new: dict[int, TermKey] = {}
        self._joined: members.Numbers = defaultdict(list)
        self._left: members.Numbers = defaultdict(list)
        self._removed: list[dict[str, object]] = []
        self._added: list[tuple[str | int | None, ...]] = []
        self._waiting = 0

    def terms(self, keys: Collection[TermKey]) -> Mapping[TermKey, int]:
        """Look up the numbers of terms; new ones get one. Writers take turns, so none races."""
        missing = sorted(key for key in keys if key not in self._known)
        for some in chunks(missing):
            self._known |= _stored(self._session, some)
        for key in missing:
            if key not in self._known:
                number = self._known[key] = next(self._numbers)
                self._new[number] = key
        return self._known

    def join(self, number: int, meeting: Listed) -> None:
        """Let a new meeting join its lists; its postings are made at the end."""
        for term in meeting.terms:
            self._joined[term].append(number)
        self._wait(len(meeting.terms))

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
        self._wait(len(old) + len(new))

    def _wait(self, more: int) -> None:
        self._waiting += more
        if self._waiting > _MOST_WAITING:
            self._write()

    def finish(self) -> None:
        """Write what waits, and the postings of new meetings, from their documents."""
        self._write()
        term = elements(self._session, Document.term_ids)
        new = select(term, Document.starts_on, Document.meeting_id, Document.ends_on)
        new = new.where(Document.number >= self._first)
        # In the order in which they are kept, so that each list is touched once.
        new = new.order_by(term, Document.starts_on, Document.meeting_id)
        self._session.execute(insert(table(Posting)).from_select(_POSTING, new))

    def _write(self) -> None:
        self._write_terms()
        members.change(self._session, self._joined, self._left, self._new)
        if self._removed:
            self._session.connection().execute(_REMOVE_POSTING, self._removed)
        insert_tuples(self._session, table(Posting), _POSTING, sorted(self._added))
        often = {term for term, numbers in self._joined.items() if len(numbers) >= _OFTEN}
        self._known = {key: term for key, term in self._known.items() if term in often}
        self._forget()

    def _write_terms(self) -> None:
        new = [(term, *key, len(self._joined.get(term, ()))) for term, key in self._new.items()]
        insert_tuples(self._session, table(Term), _TERM, new)
        grown = Counter({term: len(some) for term, some in self._joined.items()})
        grown.subtract({term: len(some) for term, some in self._left.items()})
        rows = [
            {"term": term, "more": more}
            for term, more in sorted(grown.items())
            if more and term not in self._new
        ]
        if rows:
            self._session.connection().execute(_COUNT, rows)


def _stored(session: Session, keys: Iterable[TermKey]) -> dict[TermKey, int]:
    found = session.execute(
        select(Term.id, Term.retracted, Term.facet, Term.value).where(Term.is_one_of(keys))
    )
    return {(row.retracted, row.facet, row.value): row.id for row in found}


def _key(meeting: Listed, term: int) -> dict[str, object]:
    return {"old_term": term, "old_start": meeting.starts_on, "old_meeting": meeting.id}


def _posting(meeting: Listed, term: int) -> tuple[str | int | None, ...]:
    last = meeting.ends_on.isoformat() if meeting.ends_on else None
    return term, meeting.starts_on.isoformat(), meeting.id, last
