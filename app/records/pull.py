"""How the records of another database are followed: which of them take the place of ours."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any, NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import ParleyError
from app.models import Change, Remote, Tombstone
from app.models.among import among
from app.records.importing import ImportReport, Input, Manner, import_files
from app.records.imports.spool import TOMBSTONE
from app.records.kinds import KINDS, Kind, kind_named, table
from app.records.log import Why

_AT_ONCE = 500
_MOST_GONE = 0.5
"""Of what came from there; where more is gone, somebody may have lost it."""

Key = tuple[str, str]
"""The kind and the id of a record."""
Raw = dict[str, Any]
"""A record or a tombstone as an export has it."""


class Delivery(NamedTuple):
    """What another database has sent, as an export has it, and the place in its feed after it."""

    url: str
    token: str
    file: IO[bytes]
    is_all: bool
    """Whether it is all there is, and not only what has changed."""


class _Theirs(NamedTuple):
    """What is there of a record, or of what is left of it."""

    key: Key
    version: int
    at: datetime
    raw: Raw


class _Ours(NamedTuple):
    """What is here of a record: its version, when that was written, and for what reason here."""

    version: int
    at: datetime
    reason: str | None


def place(session: Session, url: str) -> str | None:
    """Name the place in the feed of another database that was reached, if any was."""
    remote = session.get(Remote, url)
    return remote.token if remote else None


def follow(
    session: Session, sent: Delivery, manner: Manner, *, shrink: bool = False
) -> ImportReport:
    """Take in what another database has sent, all or nothing, and keep the place in its feed.

    What came from there follows what it is there now. Of other records the one in the later version
    stays, and of the same version the one that was written later. Where all was
    sent, what came from there before and is there no more is deleted.

    Raises:
        ParleyError: most of it is there no more, and the copy may not shrink so much.
    """
    why = Why(f"Pulled from {sent.url}.")
    with tempfile.TemporaryFile() as ahead:
        met = _write_ahead(session, sent.file, why.reason, ahead)
        if sent.is_all:
            gone = _gone(session, met, why, shrink=shrink)
            ahead.writelines(_line(_stone(*one, why)) for one in gone)
        ahead.seek(0)
        report = import_files(session, [Input(sent.url, ahead, "ndjson")], why, manner)
    if report.written:
        session.merge(Remote(url=sent.url, token=sent.token, pulled_at=why.at))
    return report


def _write_ahead(session: Session, file: IO[bytes], reason: str, ahead: IO[bytes]) -> set[Key]:
    """Write down which records are ahead of ours, and name all."""
    met: set[Key] = set()
    lines = iter(file)
    while some := list(islice(lines, _AT_ONCE)):
        read = [_read(line) for line in some]
        met |= {one.key for one in read if one}
        ours = _ours(session, [one.key for one in read if one])
        for line, theirs in zip(some, read, strict=True):
            here = theirs and ours.get(theirs.key)
            if theirs is None or here is None:
                ahead.write(line)
            elif _is_ahead(theirs, here, reason):
                ahead.write(_line(_after(theirs, here)))
    return met


def _read(line: bytes) -> _Theirs | None:
    """Read a line as far as it is compared; what is no record is for the import to refuse."""
    try:
        raw = orjson.loads(line)
        is_stone = raw["type"] == TOMBSTONE
        kind, at = (raw["of"], raw["deleted_at"]) if is_stone else (raw["type"], raw["updated_at"])
        return _Theirs((kind_named(kind).name, raw["id"]), int(raw["version"]), _time(at), raw)
    except (ValueError, TypeError, LookupError):
        return None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _is_ahead(theirs: _Theirs, ours: _Ours, reason: str) -> bool:
    if ours.reason == reason:
        return theirs.at != ours.at or theirs.version > ours.version
    return (theirs.version, theirs.at) > (ours.version, ours.at)


def _after(theirs: _Theirs, ours: _Ours) -> Raw:
    """Let it come after ours, which it would not do by a number that is no higher."""
    return theirs.raw | {"version": max(theirs.version, ours.version + 1)}


def _ours(session: Session, keys: Iterable[Key]) -> dict[Key, _Ours]:
    """Look up what is here of these records, or was."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, record_id in keys:
        by_kind[kind].append(record_id)
    return {key: one for kind, ids in by_kind.items() for key, one in _of_kind(session, kind, ids)}


def _of_kind(session: Session, kind: str, ids: Sequence[str]) -> Iterator[tuple[Key, _Ours]]:
    own, stone = table(kind_named(kind).model).c, Tombstone
    alive = (own.id, own.version, own.updated_at), among(own.id, ids)
    gone = (
        (stone.record_id, stone.version, stone.deleted_at),
        (stone.type == kind) & among(stone.record_id, ids),
    )
    for columns, wanted in (alive, gone):
        written = (Change.type == kind) & (Change.record_id == columns[0])
        written &= Change.version == columns[1]
        found = select(*columns, Change.reason).outerjoin(Change, written).where(wanted)
        for record_id, *rest in session.execute(found):
            yield (kind, record_id), _Ours(*rest)


def _gone(session: Session, met: set[Key], why: Why, *, shrink: bool) -> list[tuple[Key, int]]:
    """Name what came from there and was not met, with its version."""
    came = {key: version for kind in KINDS for key, version in _pulled(session, kind, why.reason)}
    gone = [(key, version) for key, version in came.items() if key not in met]
    if len(gone) > len(came) * _MOST_GONE and not shrink:
        raise ParleyError(
            f"{len(gone)} of the {len(came)} records that came from there are there no more."
            " Nothing was changed; if they are to be deleted here as well, say --shrink."
        )
    return gone


def _pulled(session: Session, kind: Kind, reason: str) -> Iterator[tuple[Key, int]]:
    own = table(kind.model).c
    written = (Change.record_id == own.id) & (Change.version == own.version)
    pulled = (Change.type == kind.name) & (Change.reason == reason)
    for record_id, version in session.execute(
        select(own.id, own.version).join(Change, written).where(pulled)
    ):
        yield (kind.name, record_id), version


def _stone(key: Key, version: int, why: Why) -> Raw:
    return {
        "type": TOMBSTONE,
        "of": key[0],
        "id": key[1],
        "version": version + 1,
        "deleted_at": why.at,
        "reason": "It is no more where it was pulled from.",
    }


def _line(raw: Raw) -> bytes:
    return orjson.dumps(raw, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
