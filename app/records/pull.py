"""How the records of another database are followed: which of them take the place of ours."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any, NamedTuple

import orjson
from sqlalchemy import case, literal, select
from sqlalchemy.orm import Session

from app.errors import ParleyError
from app.models import Change, Remote, Tombstone
from app.models.among import among
from app.records.importing import ImportReport, Input, Manner, import_files
from app.records.imports.spool import TOMBSTONE
from app.records.kinds import KINDS, Kind, kind_named, table
from app.records.log import Why
from app.records.redirects import Redirects

_AT_ONCE = 500
_MOST_BYTES = 10_000_000
"""Of a line."""
_MOST_GONE = 0.5
"""Of what came from there; where more is gone, somebody may have lost it."""

Key = tuple[str, str]
"""The kind and the id of a record."""
Raw = dict[str, Any]
"""A record or a tombstone as an export has it."""


class Delivery(NamedTuple):
    """What another database has sent, as an export has it, and the place in its feed after it."""

    url: str
    since: str | None
    """The place in its feed from which it was asked."""
    token: str
    file: IO[bytes]
    is_all: bool
    """Whether it is all there is, and not only what has changed."""


@dataclass(frozen=True)
class _Ahead(Input):
    """The records that are taken in, which messages call by their ids."""

    keys: list["Key"]

    def origin(self, number: int) -> str:
        """Name the record of a line."""
        return f"{self.name}, {' '.join(self.keys[number - 1])}"


class _Rank(NamedTuple):
    """By what one state of a record is ahead of another: what is final, then the later one."""

    finality: int
    """1 if it was merged, and 2 if it was erased."""
    version: int
    at: datetime


class _Theirs(NamedTuple):
    """What is there of a record, or of what is left of it."""

    key: Key
    rank: _Rank
    raw: Raw


class _Ours(NamedTuple):
    """What is here of a record, or of what is left of it, and from where it was brought."""

    rank: _Rank
    pulled_from: str | None


def place(session: Session, url: str) -> str | None:
    """Name the place in the feed of another database that was reached, if any was."""
    remote = session.get(Remote, url)
    return remote.token if remote else None


def follow(
    session: Session, sent: Delivery, manner: Manner, *, shrink: bool = False
) -> ImportReport:
    """Take in what another database has sent, all or nothing, and keep the place in its feed.

    What came from there follows what it is there now. Of other records the one in the later version
    stays, and of the same version the one that was written later; what was merged or erased on
    either side stays so, and what names something that was merged here names the other one. Where
    all was sent, what came from there before and is there no more is deleted.

    Raises:
        ParleyError: something that was sent is no record, another pull was faster, or most of it
            is there no more, and the copy may not shrink so much.
    """
    if place(session, sent.url) != sent.since:
        raise ParleyError(f"Another pull from {sent.url} was faster. Nothing was changed.")
    why = Why("Pulled from another Parley.", pulled_from=sent.url)
    with tempfile.TemporaryFile() as file:
        ahead = _Ahead(sent.url, file, "ndjson", [])
        met = _write_ahead(session, sent, ahead)
        if sent.is_all:
            gone = _gone(session, met, sent.url, shrink=shrink)
            ahead.keys.extend(key for key, _ in gone)
            file.writelines(_line(_stone(*one, why)) for one in gone)
        file.seek(0)
        report = import_files(session, [ahead], why, manner)
    if report.written:
        session.merge(Remote(url=sent.url, token=sent.token, pulled_at=why.at))
    return report


def _write_ahead(session: Session, sent: Delivery, ahead: _Ahead) -> set[Key]:
    """Write down which records are ahead of ours, and name all."""
    met: set[Key] = set()
    redirects = Redirects(session)
    read = (_read(number, line, sent.url) for number, line in enumerate(_lines(sent.file), 1))
    while some := list(islice(read, _AT_ONCE)):
        met |= {one.key for one in some}
        ours = _ours(session, [one.key for one in some])
        for theirs in some:
            here = ours.get(theirs.key)
            if here is None or _is_ahead(theirs, here, sent.url):
                ahead.keys.append(theirs.key)
                _redirect(theirs, redirects)
                ahead.stream.write(_line(_after(theirs, here) if here else theirs.raw))
    return met


def _redirect(theirs: _Theirs, redirects: Redirects) -> None:
    """Lead what names a record that was merged into another one here to that one."""
    (kind, record_id), raw = theirs.key, theirs.raw
    if raw["type"] != TOMBSTONE:
        redirects.follow(kind_named(kind), raw)
    elif (into := redirects.end(kind, raw.get("into"))) != record_id:
        raw["into"] = into


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_MOST_BYTES):
        yield line


def _read(number: int, line: bytes, url: str) -> _Theirs:
    """Read a line as far as it is compared; the rest is for the import to judge."""
    try:
        raw = orjson.loads(line)
        is_stone = raw["type"] == TOMBSTONE
        kind, at = (raw["of"], raw["deleted_at"]) if is_stone else (raw["type"], raw["updated_at"])
        finality = (2 if raw["erased"] else int(raw["into"] is not None)) if is_stone else 0
        rank = _Rank(finality, int(raw["version"]), datetime.fromisoformat(at).astimezone(UTC))
        return _Theirs((kind_named(kind).name, _plain(raw["id"])), rank, raw)
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError) as error:
        raise ParleyError(
            f"{url} has sent what is no record, in line {number}: {str(error)[:200]}."
            " It may be a Parley of another version."
        ) from None


def _plain(record_id: Any) -> str:
    if not isinstance(record_id, str) or not record_id.isprintable():
        raise ValueError("the id is no id")
    return record_id


def _is_ahead(theirs: _Theirs, ours: _Ours, url: str) -> bool:
    if ours.pulled_from == url and theirs.rank.finality == ours.rank.finality:
        return theirs.rank.at != ours.rank.at or theirs.rank.version > ours.rank.version
    return theirs.rank > ours.rank


def _after(theirs: _Theirs, ours: _Ours) -> Raw:
    """Let it come after ours, which it would not do by a number that is no higher."""
    return theirs.raw | {"version": max(theirs.rank.version, ours.rank.version + 1)}


def _ours(session: Session, keys: Iterable[Key]) -> dict[Key, _Ours]:
    """Look up what is here of these records, or was."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, record_id in keys:
        by_kind[kind].append(record_id)
    return {key: one for kind, ids in by_kind.items() for key, one in _of_kind(session, kind, ids)}


def _of_kind(session: Session, kind: str, ids: Sequence[str]) -> Iterator[tuple[Key, _Ours]]:
    own, stone = table(kind_named(kind).model).c, Tombstone
    finality = case((stone.erased, 2), (stone.into_id.is_not(None), 1), else_=0)
    alive = (own.id, literal(0), own.version, own.updated_at), among(own.id, ids)
    gone = (
        (stone.record_id, finality, stone.version, stone.deleted_at),
        (stone.type == kind) & among(stone.record_id, ids),
    )
    for columns, wanted in (alive, gone):
        written = (Change.type == kind) & (Change.record_id == columns[0])
        written &= Change.version == columns[2]
        found = select(*columns, Change.pulled_from).outerjoin(Change, written).where(wanted)
        for record_id, *rank, pulled_from in session.execute(found):
            yield (kind, record_id), _Ours(_Rank(*rank), pulled_from)


def _gone(session: Session, met: set[Key], url: str, *, shrink: bool) -> list[tuple[Key, int]]:
    """Name what came from there and was not met, with its version."""
    came = {key: version for kind in KINDS for key, version in _pulled(session, kind, url)}
    gone = [(key, version) for key, version in came.items() if key not in met]
    if len(gone) > len(came) * _MOST_GONE and not shrink:
        raise ParleyError(
            f"{len(gone)} of the {len(came)} records that came from there are there no more."
            " Nothing was changed; if they are to be deleted here as well, say --shrink."
        )
    return gone


def _pulled(session: Session, kind: Kind, url: str) -> Iterator[tuple[Key, int]]:
    own = table(kind.model).c
    written = (Change.record_id == own.id) & (Change.version == own.version)
    pulled = (Change.type == kind.name) & (Change.pulled_from == url)
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
