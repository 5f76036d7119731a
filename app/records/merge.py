"""How one record becomes part of another: what they say is united, and who referred follows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.errors import Fault, Gone, InvalidQuestion, InvalidRecords, Merged, NotFound
from app.records.current import current, existing
from app.records.flaws import flaws
from app.records.incoming import Incoming
from app.records.items import joined, likeness
from app.records.kinds import Kind
from app.records.log import Done, Why, log
from app.records.referring import columns_naming, referring
from app.records.removal import bury, removed
from app.records.supplied import renumbered, within
from app.records.write import write
from app.schemas.dates import span
from app.schemas.meeting import MeetingRecord
from app.schemas.names import Supplied
from app.schemas.removal import Removed

Document = dict[str, Any]

_LANGUAGES, _OF_NO_LANGUAGE = ("en", "zh"), "und"
_CODES = ("alpha_3", "numeric")


def merge(session: Session, kind: Kind, record_id: str, into: str, why: Why) -> Removed:
    """Merge a record into another of its kind, within the open transaction.

    A meeting's citations and themes go over; of others, their names become aliases, and all that
    referred to them refers to the other one.

    Raises:
        NotFound, Gone, Merged: there is none with the first id, or no more.
        InvalidQuestion: there is no other record to merge it into, or that is another meeting.
        InvalidRecords: a record would not be valid any more.
    """
    gone, kept = existing(session, kind, record_id), _other(session, kind, record_id, into)
    _may_be_one(gone, kept)
    united = _united(gone.model_dump(mode="json"), kept.model_dump(mode="json"))
    followers = list(_followers(session, kind, record_id))
    for one, document in [*followers, (kind, united)]:
        for member in members(kind, one):
            redirect(document, member, record_id, into)
    changed = [one for one in followers if (one[0], one[1]["id"]) != (kind, into)]
    write(session, [_incoming(*one) for one in ((kind, united), *changed)], why)
    stone = bury(session, kind, record_id, why, into)
    log(session, [Done(kind, record_id, stone.version, "merge", into=into)], why)
    return removed(stone)


def _other(session: Session, kind: Kind, record_id: str, into: str) -> Supplied:
    try:
        if record_id != into:
            return existing(session, kind, into)
        message = f"The {kind.name} “{record_id}” cannot be merged into itself"
    except (NotFound, Gone, Merged) as error:
        message = str(error)
    raise InvalidQuestion([Fault("into", "unknown_value", message)])


def _may_be_one(gone: Supplied, kept: Supplied) -> None:
    if isinstance(gone, MeetingRecord) and isinstance(kept, MeetingRecord):
        one, other = span(gone.date.value), span(kept.date.value)
        if one.latest < other.earliest or other.latest < one.earliest:
            message = f"The meetings were on other days, {gone.date.value} and {kept.date.value}"
            raise InvalidQuestion([Fault("into", "invalid_value", message)])


def _united(gone: Document, kept: Document) -> Document:
    """Add to a record what only the other one says."""
    united = dict(kept)
    for member in ("citations", "themes", "aliases"):
        if member in kept:
            _add(united, member, gone[member], gone["supplied"])
    if "aliases" in kept:
        _add(united, "aliases", list(_former_names(gone, kept)), ())
    return united


def _add(document: Document, member: str, items: Sequence[Any], supplied: Iterable[str]) -> None:
    """Add to a list what it does not have; `supplied` says what of these items is the editors'."""
    if not items:
        return
    own = document[member]
    before = [(whose, likeness(item)) for whose, some in enumerate((own, items)) for item in some]
    document[member], places = joined([*own, *items], before)
    here = renumbered(document["supplied"], member, places[: len(own)])
    there = renumbered(within(supplied, member), member, places[len(own) :])
    document["supplied"] = list(dict.fromkeys([*here, *there]))


def _former_names(gone: Document, kept: Document) -> Iterator[Document]:
    known = {alias["text"] for alias in (*kept["aliases"], *gone["aliases"])}
    known |= set(kept["name"].values())
    for language in _LANGUAGES:
        if (text := gone["name"][language]) not in known:
            yield {"text": text, "language": language, "kind": "variant"}
    for text in filter(None, (gone.get(member) for member in _CODES)):
        yield {"text": text, "language": _OF_NO_LANGUAGE, "kind": "former"}
    if _CODES[0] in gone:
        yield {"text": gone["id"], "language": _OF_NO_LANGUAGE, "kind": "former"}


def _followers(session: Session, kind: Kind, record_id: str) -> Iterator[tuple[Kind, Document]]:
    for one, ids in referring(session, kind, record_id).items():
        for record in current(session, one, ids - {record_id}).values():
            yield one, record.model_dump(mode="json")


def members(kind: Kind, of: Kind) -> set[tuple[str, ...]]:
    """Name the members of one kind of record that name records of another."""
    return {column.member for column in columns_naming(kind) if column.kind is of}


def redirect(document: Document, member: Sequence[str], old: str, new: str) -> None:
    """Let a member name the other record; items of a list that are the same then become one.

    What another database sent may be no record yet: what is wrong in it stays as it is.
    """
    first, *rest = member
    items = document.get(first)
    if not isinstance(items, list):
        _replace(document, member, old, new)
        return
    before = [likeness(item) for item in items]
    for item in items:
        _replace(item, rest, old, new)
    document[first], places = joined(items, before)
    supplied = document.get("supplied")
    if isinstance(supplied, list) and all(isinstance(path, str) for path in supplied):
        document["supplied"] = renumbered(supplied, first, places)


def _replace(document: Any, member: Sequence[str], old: str, new: str) -> None:
    # The tables of several kinds of record have a column for each.
    if not isinstance(document, dict) or not member:
        return
    first, *rest = member
    value = document.get(first)
    if rest:
        _replace(value, rest, old, new)
    elif value == old:
        document[first] = new


def _incoming(kind: Kind, document: Document) -> Incoming:
    origin = f"{kind.name} {document['id']}"
    try:
        return Incoming(kind, kind.shape.model_validate(document), origin)
    except ValidationError as error:
        raise InvalidRecords(flaws(origin, kind.shape, error)) from None
