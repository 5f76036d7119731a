"""How one record is put in the place of another version of it, or is the first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.errors import Flaw, Gone, InvalidRecords
from app.records.claims import verify
from app.records.current import version_of
from app.records.kinds import Kind
from app.records.log import Why
from app.records.merge import merge
from app.records.preconditions import Precondition
from app.records.read_model.dependants import dependants, refuse_too_many
from app.records.reading import read
from app.records.referring import referring
from app.records.removal import delete
from app.records.write import write
from app.schemas.removal import Removed


class Target(NamedTuple):
    """A record, by its kind and id, whether it is there or not."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"the {self.kind.name} “{self.id}”"


def put(session: Session, target: Target, raw: object, allowed: Precondition, why: Why) -> bool:
    """Create or change a record, or restore a deleted one; tell whether it was not there before.

    Raises:
        InvalidRecords: it is no such record, or something that it says does not hold.
        Gone, Merged: it was deleted and the write was not made for that, or became another one.
        NoPrecondition, WrongVersion: it was not made for the state in which the record is.
        Refused: too many meetings would have to be rendered anew.
    """
    reading = read(target.kind, raw, "")
    incoming = reading.incoming
    if incoming and incoming.id != target.id:
        what = f"is “{incoming.id}”, but the path says “{target.id}”"
        reading.flaws.append(Flaw("", ("id",), what))
    version, deleted = _state(session, target, allowed)
    allowed.check(str(target), version)
    if reading.flaws or incoming is None:
        raise InvalidRecords(reading.flaws)
    _not_too_many(session, [target], "change it with `parley import FILE`")
    write(session, [replace(incoming, kept=None, restores=deleted)], why)
    if flaws := list(verify(session, reading.claims)):
        raise InvalidRecords(flaws)
    return version is None or deleted


def remove(session: Session, target: Target, allowed: Precondition, why: Why) -> Removed:
    """Delete a record; its history stays.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
        NoPrecondition, WrongVersion: it was not made for the state in which the record is.
        Refused: other records refer to it.
    """
    if version := version_of(session, *target):
        allowed.check(str(target), version)
    return delete(session, *target, why)


def unite(session: Session, target: Target, into: str, allowed: Precondition, why: Why) -> Removed:
    """Merge a record into another one, if that does not take too long.

    Raises:
        NotFound, Gone, Merged, InvalidQuestion, InvalidRecords: as of `merge`.
        WrongVersion: the write was made for another state of the record.
        Refused: too many meetings would have to be rendered anew.
    """
    if allowed.is_given and (version := version_of(session, *target)):
        allowed.check(str(target), version)
    advice = f"merge it with `parley merge {target.kind.name}`"
    both = [target, Target(target.kind, into)]
    _not_too_many(session, both, advice, _following(session, target))
    return merge(session, *target, into, why)


def _following(session: Session, target: Target) -> Iterator[Target]:
    """Name the records that are written because they refer to one that is merged."""
    for kind, ids in referring(session, *target).items():
        yield from (Target(kind, record_id) for record_id in ids)


def _state(session: Session, target: Target, allowed: Precondition) -> tuple[int | None, bool]:
    """Tell the version, and whether it is that of a tombstone, which must be asked for."""
    try:
        return version_of(session, *target), False
    except Gone as error:
        if error.version in allowed.versions:
            return error.version, True
        raise


def _not_too_many(
    session: Session, targets: Sequence[Target], advice: str, following: Iterable[Target] = ()
) -> None:
    what = " or ".join(map(str, targets))
    refuse_too_many(len(dependants(session, chain(targets, following))), what, advice)
