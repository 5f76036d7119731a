"""How the read model follows the truth: documents and lists of the meetings that changed."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from pyroaring import BitMap
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.bulk import insert_rows, much_alive
from app.models import Attendance, Calendar, Dataset, Document, Mark, Meeting, Members, Term
from app.models.among import among
from app.models.attendance import pack
from app.records.chunks import chunks
from app.records.kinds import table
from app.records.read_model import names, render
from app.records.read_model.lists import Fields, Lists, TermKey
from app.records.read_model.numbering import Place, place
from app.records.read_model.terms import WORD, World, terms, world
from app.records.read_model.texts import texts
from app.words import searchable, words

_AT_ONCE = 400
"""Meetings that are rendered together: each has hundreds of terms, which fill the memory."""

_MOST_WORDS = 300_000
"""Words of texts that are remembered."""

_BEFORE = (
    *(Document.meeting_id, Document.number, Document.starts_on, Document.ends_on),
    *(Document.terms, Document.parts),
)

Said = tuple[bool, str]
"""Whether the meeting is retracted, and one of its texts."""


def publish(session: Session, meeting_ids: Iterable[str]) -> None:
    """Render these meetings, each named once, anew; one that is no more leaves the read model."""
    changed = list(meeting_ids)
    if 2 * len(changed) > _count(session):
        # Between the numbers of the others there would hardly be room.
        publish_all(session)
    elif changed:
        with much_alive():
            _Publication(session).change(changed)


def rebuild(session: Session) -> int:
    """Drop the read model and render it anew from the truth; tell how many meetings there are."""
    publish_all(session)
    names.rebuild(session)
    session.execute(update(Dataset).values(mark=secrets.token_hex(8)))
    return _count(session)


def _count(session: Session) -> int:
    # Not of the documents themselves, which every single write would read from end to end.
    return session.scalar(select(func.sum(Term.meetings)).where(Term.facet == "all")) or 0


def publish_all(session: Session) -> None:
    """Drop the documents and lists of meetings, and make them anew."""
    for model in (Members, Attendance, Calendar, Document, Mark, Term):
        session.execute(delete(model))
    in_order = select(Meeting.starts_on, Meeting.id).order_by(Meeting.starts_on, Meeting.id)
    every = session.execute(in_order, execution_options={"yield_per": _AT_ONCE})
    with much_alive():
        publication = _Publication(session)
        for some in every.partitions():
            publication.add([(row.starts_on, row.id) for row in some])
        publication.finish()


class _Publication:
    """Meetings on their way into the read model."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known = world(session)
        self._lists = Lists(session)
        self._words: dict[Said, frozenset[int]] = {}

    def change(self, ids: Sequence[str]) -> None:
        """Render these anew where they stand, and last those that are new or on another day."""
        new = [place for some in chunks(ids, _AT_ONCE) for place in self._again(some)]
        for some in chunks(sorted(new), _AT_ONCE):
            self.add(some)
        self.finish()

    def finish(self) -> None:
        """Write what still waits."""
        self._lists.write()

    def add(self, places: Sequence[Place]) -> None:
        """Put these meetings, which are in order and not there, between those that are."""
        rows = self._rendered([id_ for _, id_ in places])
        places = [(row["starts_on"], row["meeting_id"]) for row in rows]
        while rows:
            placed = place(self._session, places)
            for before, _ in placed.moved:
                self._lists.leave(before)
            for before, number in placed.moved:
                self._lists.join({**before, "number": number})
            numbered = zip(rows, placed.numbers, strict=False)
            new = [row | {"number": number} for row, number in numbered]
            insert_rows(self._session, table(Document), new)
            for row in new:
                self._lists.join(row)
            done = len(placed.numbers)
            rows, places = rows[done:], places[done:]

    def _again(self, ids: Sequence[str]) -> list[Place]:
        """Render what stays where it is; give the places of what does not."""
        before = self._take(ids)
        truth = select(Meeting.id, Meeting.starts_on).where(among(Meeting.id, ids))
        starts: dict[str, Any] = dict(self._session.execute(truth).all())
        stay = [id_ for id_, row in before.items() if starts.get(id_) == row["starts_on"]]
        for id_ in before.keys() - stay:
            self._lists.leave(before[id_])
        rendered = self._rendered(stay)
        rows = [row | {"number": before[row["meeting_id"]]["number"]} for row in rendered]
        insert_rows(self._session, table(Document), rows)
        for row in rows:
            self._lists.change(before[row["meeting_id"]], row)
        return [(starts[id_], id_) for id_ in starts.keys() - stay]

    def _take(self, ids: Sequence[str]) -> dict[str, Fields]:
        """Take the documents of these meetings out."""
        mine = among(Document.meeting_id, ids)
        found = self._session.execute(select(*_BEFORE).where(mine)).mappings().all()
        self._session.execute(delete(Document).where(mine))
        return {row["meeting_id"]: row for row in found}

    def _rendered(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Render meetings, and give them in this order as rows that lack their numbers."""
        rendered = render.documents(self._session, ids)
        found = texts(self._session, rendered)
        own = {id_: own_keys(one, self._known) for id_, one in rendered.items()}
        known = self._lists.terms(set().union(*own.values()))
        said = {
            id_: {(is_retracted(one), text) for text in found[id_]} for id_, one in rendered.items()
        }
        words = self._word_ids(set().union(*said.values()))
        terms = {
            id_: {known[key] for key in own[id_]}.union(*(words[one] for one in said[id_]))
            for id_ in rendered
        }
        return [document_row(rendered[id_], terms[id_], found[id_], known) for id_ in ids]

    def _word_ids(self, said: Collection[Said]) -> Mapping[Said, Collection[int]]:
        """Give the terms of the words of each text: the same names stand in many meetings."""
        if sum(map(len, self._words.values())) > _MOST_WORDS:
            self._words = {}
        new = {one: word_keys(*one) for one in said if one not in self._words}
        ids = self._lists.terms(set().union(*new.values()))
        self._words |= {one: frozenset(map(ids.__getitem__, keys)) for one, keys in new.items()}
        return self._words


def own_keys(meeting: render.Document, known: World) -> set[TermKey]:
    """Name the terms that this meeting is found by, but for its words."""
    retracted = is_retracted(meeting)
    return {(retracted, *term) for term in terms(meeting, known)}


def word_keys(retracted: bool, text: str) -> set[TermKey]:  # noqa: FBT001 (as in the key)
    """Name the terms of the words of a text."""
    return {(retracted, WORD, word) for word in words([text])}


def parts(meeting: render.Document, known: Mapping[TermKey, int]) -> Iterator[tuple[int, int, int]]:
    """Give the terms of the country, the organization and the person of each participant."""
    retracted = is_retracted(meeting)
    for one in meeting["participants"]:
        organization, person = (
            one[kind] and one[kind]["id"] for kind in ("organization", "person")
        )
        yield (
            known.get((retracted, "country", one["country"]), 0),
            known.get((retracted, "organization", organization), 0),
            known.get((retracted, "person", person), 0),
        )


def is_retracted(meeting: render.Document) -> bool:
    """Tell whether only questions for retracted meetings find it."""
    return bool(meeting["status"] == "retracted")


def document_row(
    meeting: render.Document,
    term_ids: Iterable[int],
    texts: Iterable[str],
    known: Mapping[TermKey, int],
) -> dict[str, Any]:
    """Give what readers are served of this meeting, as a row that lacks its number.

    What is known are the numbers of the terms of those who take part.
    """
    date = meeting["date"]
    return {
        "meeting_id": meeting["id"],
        "starts_on": date["earliest"],
        "ends_on": date["latest"] if date["latest"] > date["earliest"] else None,
        "terms": BitMap(term_ids).serialize(),
        "parts": pack(parts(meeting, known)),
        "json": orjson.dumps(meeting, option=orjson.OPT_UTC_Z).decode(),
        "text": searchable(texts),
    }
