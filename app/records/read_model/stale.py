"""Where readers are served something else than what is stored."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pyroaring import BitMap
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models import Attendance, Calendar, Document, Mark, Meeting, Members, Name, Term
from app.models.among import among
from app.models.attendance import BITS_OF_ATTENDANCE, Parts, read_parts
from app.models.calendar import DaysOfBlock, read_block, span
from app.models.read_model import BITS, mark_of_block, mark_of_terms
from app.records.chunks import chunks
from app.records.kinds import Kind, table
from app.records.read_model import names, render
from app.records.read_model.lists import TermKey
from app.records.read_model.publish import document_row, is_retracted, own_keys, word_keys
from app.records.read_model.terms import world
from app.records.read_model.texts import texts

Sets = defaultdict[TermKey, BitMap]
"""Of each term the numbers of its meetings."""


def stale(session: Session) -> Iterator[str]:
    """Render everything again, and compare it with what readers are served from."""
    terms = {
        (term.retracted, term.facet, term.value): term for term in session.scalars(select(Term))
    }
    expected: Sets = defaultdict(BitMap)
    yield from _documents(session, terms, expected)
    yield from _left_over(session)
    yield from _out_of_order(session)
    yield from _days(session)
    yield from _attendance(session)
    yield from _without_mark(session, {facet for _, facet, _ in terms})
    kept = _kept(session, {term.id: key for key, term in terms.items()})
    for key in sorted(terms.keys() | expected.keys() | kept.keys()):
        name = " ".join(key[1:])
        if kept[key] != expected[key]:
            yield f"{name}: its list holds other meetings than have it"
        if key in terms and terms[key].meetings != len(kept[key]):
            yield f"{name}: it counts {terms[key].meetings} meetings and lists {len(kept[key])}"
    for kind in names.NAMED:
        yield from _names(session, kind)


def _documents(session: Session, terms: Mapping[TermKey, Term], expected: Sets) -> Iterator[str]:
    known, ids = world(session), {key: term.id for key, term in terms.items()}
    for some in chunks(session.scalars(select(Meeting.id).order_by(Meeting.id)).all()):
        served = _served(session, some)
        rendered = render.documents(session, some)
        found = texts(session, rendered)
        for record_id, meeting in rendered.items():
            number = served[record_id]["number"] if record_id in served else 0
            said = (word_keys(is_retracted(meeting), text) for text in found[record_id])
            keys = own_keys(meeting, known).union(*said)
            own = [ids.get(key, 0) for key in keys]
            row = document_row(meeting, own, found[record_id], ids) | {"number": number}
            if served.get(record_id) != row:
                yield f"meeting {record_id}: readers are served something else than what is stored"
            for key in keys:
                expected[key].add(number)


def _served(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    documents = table(Document)
    found = session.execute(select(documents).where(among(documents.c.meeting_id, ids))).mappings()
    return {row["meeting_id"]: dict(row) for row in found}


def _left_over(session: Session) -> Iterator[str]:
    missing = ~exists().where(Meeting.id == Document.meeting_id)
    for record_id in session.scalars(select(Document.meeting_id).where(missing)):
        yield f"meeting {record_id}: readers are served it, and it is not stored"


def _out_of_order(session: Session) -> Iterator[str]:
    in_order = select(Document.starts_on, Document.meeting_id).order_by(Document.number)
    before = None
    for place in session.execute(in_order).yield_per(10_000):
        if before and place <= before:
            yield f"meeting {place.meeting_id}: is numbered before what it comes after"
        before = place


def _days(session: Session) -> Iterator[str]:
    columns = (Document.number, Document.starts_on, Document.ends_on, Document.meeting_id)
    kept: dict[int, bytes] = dict(session.execute(select(Calendar.block, Calendar.days)).all())
    every = session.execute(select(*columns).order_by(Document.number)).yield_per(10_000)
    for block, rows in groupby(every, lambda row: row.number >> BITS):
        days = _block(kept.pop(block, b""))
        for number, first, last, record_id in rows:
            at = number & ((1 << BITS) - 1)
            if (days.first[at], days.following[at]) != span(first, last):
                yield f"meeting {record_id}: is counted on other days than its own"


def _block(days: bytes) -> DaysOfBlock:
    try:
        return read_block(days)
    except (TypeError, ValueError, zlib.error):  # What cannot be read has no days.
        return read_block(b"")


def _attendance(session: Session) -> Iterator[str]:
    columns = (Document.number, Document.parts, Document.meeting_id)
    kept: dict[int, bytes] = dict(session.execute(select(Attendance.block, Attendance.parts)).all())
    every = session.execute(select(*columns).order_by(Document.number)).yield_per(10_000)
    for block, rows in groupby(every, lambda row: row.number >> BITS_OF_ATTENDANCE):
        found = _parts(kept.pop(block, b""))
        for number, parts, record_id in rows:
            if found[found[:, 0] == number, 1:].tobytes() != parts:
                yield f"meeting {record_id}: is counted with other participants than its own"


def _parts(parts: bytes) -> Parts:
    try:
        return read_parts(parts)
    except (TypeError, ValueError):  # What cannot be read has no participants.
        return read_parts(b"")


def _without_mark(session: Session, facets: Collection[str]) -> Iterator[str]:
    marked = set(session.scalars(select(Mark.part)))
    parts = {*map(mark_of_block, session.scalars(select(Calendar.block)))}
    for part in sorted((parts | {*map(mark_of_terms, facets)}) - marked):
        yield f"{part}: has no mark by which a change of it would be seen"


def _kept(session: Session, keys: Mapping[int, TermKey]) -> Sets:
    found: Sets = defaultdict(BitMap)
    for term_id, numbers in session.execute(select(Members.term_id, Members.numbers)):
        found[keys.get(term_id, _unknown(term_id))] |= _set(numbers)
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
