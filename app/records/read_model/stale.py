"""Where readers are served something else than what is stored."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyroaring import BitMap
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models import Document, Meeting, Members, Name, Posting, Term
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import Kind, table
from app.records.read_model import names, render
from app.records.read_model.lists import TermKey
from app.records.read_model.publish import document_row, term_keys
from app.records.read_model.terms import world
from app.records.read_model.texts import texts


@dataclass
class List:
    """What a list of meetings holds, in little room: how many, a sum that hardly repeats, a set."""

    length: int = 0
    sum: int = 0
    numbers: BitMap = field(default_factory=BitMap)

    def add(self, starts_on: date, meeting_id: str, ends_on: date | None) -> None:
        """Add a meeting."""
        self.length += 1
        self.sum ^= hash((starts_on, meeting_id, ends_on))


Lists = defaultdict[TermKey, List]


def stale(session: Session) -> Iterator[str]:
    """Render everything again, and compare it with what readers are served from."""
    terms = {
        (term.retracted, term.facet, term.value): term for term in session.scalars(select(Term))
    }
    expected: Lists = defaultdict(List)
    yield from _documents(session, terms, expected)
    yield from _left_over(session)
    kept = _kept(session, {term.id: key for key, term in terms.items()})
    for key in sorted(terms.keys() | expected.keys() | kept.keys()):
        name = " ".join(key[1:])
        if kept[key] != expected[key]:
            yield f"{name}: its list holds other meetings than have it"
        if key in terms and terms[key].meetings != kept[key].length:
            yield f"{name}: it counts {terms[key].meetings} meetings and lists {kept[key].length}"
    for kind in names.NAMED:
        yield from _names(session, kind)


def _documents(session: Session, terms: Mapping[TermKey, Term], expected: Lists) -> Iterator[str]:
    known = world(session)
    for ids in chunks(session.scalars(select(Meeting.id).order_by(Meeting.id)).all()):
        served = _served(session, ids)
        rendered = render.documents(session, ids)
        found = texts(session, rendered)
        for record_id, meeting in rendered.items():
            number = served[record_id]["number"] if record_id in served else 0
            keys = term_keys(meeting, found[record_id], known)
            own = [terms[key].id if key in terms else 0 for key in keys]
            row = document_row(meeting, number, own, found[record_id])
            if served.get(record_id) != row:
                yield f"meeting {record_id}: readers are served something else than what is stored"
            for key in keys:
                expected[key].add(row["starts_on"], record_id, row["ends_on"])
                expected[key].numbers.add(number)


def _served(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    documents = table(Document)
    found = session.execute(select(documents).where(among(documents.c.meeting_id, ids))).mappings()
    return {row["meeting_id"]: dict(row) for row in found}


def _left_over(session: Session) -> Iterator[str]:
    missing = ~exists().where(Meeting.id == Document.meeting_id)
    for record_id in session.scalars(select(Document.meeting_id).where(missing)):
        yield f"meeting {record_id}: readers are served it, and it is not stored"


def _kept(session: Session, keys: Mapping[int, TermKey]) -> Lists:
    found: Lists = defaultdict(List)
    for posting in session.execute(select(table(Posting))).yield_per(10_000):
        key = keys.get(posting.term_id, _unknown(posting.term_id))
        found[key].add(posting.starts_on, posting.meeting_id, posting.ends_on)
    for term_id, numbers in session.execute(select(Members.term_id, Members.numbers)):
        found[keys.get(term_id, _unknown(term_id))].numbers |= _set(numbers)
    return found


def _set(numbers: bytes) -> BitMap:
    try:
        return BitMap.deserialize(numbers)
    except (TypeError, ValueError):  # What is no set is not the right one.
        return BitMap()


def _unknown(term_id: int) -> TermKey:
    return False, "term", str(term_id)


def _names(session: Session, kind: Kind) -> Iterator[str]:
    own = table(kind.model)
    for ids in chunks(session.scalars(select(own.c.id).order_by(own.c.id)).all()):
        wanted: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        for row in names.rows(session, kind, ids):
            wanted[row["record_id"]].add((row["text"], row["position"]))
        kept: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        found = select(Name.record_id, Name.text, Name.position).where(
            Name.type == kind.name, among(Name.record_id, ids)
        )
        for record_id, text, position in session.execute(found):
            kept[record_id].add((text, position))
        for record_id in ids:
            if kept[record_id] != wanted[record_id]:
                yield f"{kind.name} {record_id}: is looked up by other names than it has"
