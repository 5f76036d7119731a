"""How tombstones come from another database: what is gone there is gone here as well."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.enumerations import Operation, RecordType
from app.errors import Flaw, ParleyError
from app.models import Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.erase import Elsewhere, erase
from app.records.imports.tombstone import Given, Key, Stone
from app.records.kinds import KINDS, kind_named, table
from app.records.log import Done, Why, log
from app.records.merge import merge
from app.records.references import fate
from app.records.referring import referring
from app.records.removal import bury, refuse_if_needed

_ORDER = [kind.name for kind in KINDS]


class Placed(NamedTuple):
    """What became of some tombstones."""

    created: list[Given]
    changed: list[Given]
    unchanged: list[Given]
    flaws: list[Flaw]


def place(session: Session, given: Sequence[Given], why: Why, *, for_good: bool) -> Placed:
    """Bury what these tombstones stand for, and keep those of records that never were here.

    Only `for_good` is something erased here, as elsewhere, and does what referred to a record that
    was merged into another refer to that one: neither can be undone.
    """
    placed = Placed([], [], [], list(_leading_nowhere(session, given)))
    sound = _others(given, placed.flaws)
    stored, alive = _stored(session, sound), _alive(session, sound)
    if not for_good:
        placed.flaws.extend(_erasing(sound, stored, alive))
        sound = _others(sound, placed.flaws)
    new = [one for one in sound if one.key not in stored and one.key not in alive]
    _insert(session, new, why)
    placed.created.extend(new)
    told = {one.key for one in sound}
    placing = _Placing(session, alive, told, why, for_good=for_good)
    _bury_all(placing, [one for one in sound if one.key in alive], placed)
    # Only now what was merged into one of those leads where theirs do.
    for one in sound:
        if one.key in stored:
            _follow(placing, one, stored[one.key], placed)
    return placed


def _others(given: Sequence[Given], flaws: Sequence[Flaw]) -> list[Given]:
    wrong = {one.origin for one in flaws}
    return [one for one in given if one.origin not in wrong]


def _erasing(
    given: Sequence[Given], stored: Mapping[Key, Tombstone], alive: Mapping[Key, int]
) -> Iterator[Flaw]:
    """Find those that would take a history away that is here."""
    for one in given:
        here = stored.get(one.key)
        if one.stone.erased and (one.key in alive or (here and not here.erased)):
            what = (
                f"the {one.stone.of} “{one.stone.id}” would lose its whole history, for good: only"
                " `parley import` and `parley erase` do that, where Parley runs"
            )
            yield Flaw(one.origin, ("erased",), what)


def _stored(session: Session, given: Sequence[Given]) -> dict[tuple[str, str], Tombstone]:
    return {
        (stone.type, stone.record_id): stone
        for name, ids in _ids(given).items()
        for some in chunks(ids)
        for stone in session.scalars(
            select(Tombstone).where(Tombstone.type == name, among(Tombstone.record_id, some))
        )
    }


def _alive(session: Session, given: Sequence[Given]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for name, ids in _ids(given).items():
        own = table(kind_named(name).model)
        for some in chunks(ids):
            rows = session.execute(select(own.c.id, own.c.version).where(among(own.c.id, some)))
            found |= {(name, record_id): version for record_id, version in rows}
    return found


def _ids(given: Sequence[Given]) -> dict[RecordType, list[str]]:
    found: defaultdict[RecordType, list[str]] = defaultdict(list)
    for one in given:
        found[one.stone.of].append(one.stone.id)
    return found


@dataclass(frozen=True)
class _Placing:
    """Into which database tombstones come, with the versions of what is alive there, and whose."""

    session: Session
    alive: Mapping[Key, int]
    told: Container[Key]
    why: Why
    for_good: bool


def _follow(into: _Placing, one: Given, here: Tombstone, placed: Placed) -> None:
    """Let a tombstone say what a newer one does, such as that the history is gone as well."""
    session, stone, why = into.session, one.stone, into.why
    is_same = _row(stone) == {name: getattr(here, name) for name in _row(stone)}
    # Whoever erased what was erased here as well, and however often, it cannot be more gone.
    if is_same or (stone.erased and here.erased and stone.version <= here.version):
        placed.unchanged.append(one)
        return
    if stone.version <= here.version or (here.erased and not stone.erased):
        there = f"merged into “{stone.into}”" if stone.into else "gone in another way"
        what = f"the {stone.of} {fate(here)} here, in version {here.version}, and there is {there}"
        placed.flaws.append(Flaw(one.origin, (), what))
        return
    if stone.erased and not here.erased:
        here.into_id = None  # Only what is part of no other record can be erased by itself.
        kind, of_it = kind_named(stone.of), _of_it(stone, why)
        erase(session, kind, stone.id, of_it, Elsewhere(stone.version, into.told))
    else:
        log(session, [_done(stone)], why)
    for name, value in _row(stone).items():
        setattr(here, name, value)
    placed.changed.append(one)


def _insert(session: Session, new: Sequence[Given], why: Why) -> None:
    if new:
        session.execute(insert(table(Tombstone)), [_row(one.stone) for one in new])
        log(session, [_done(one.stone) for one in new], why)


def _row(stone: Stone) -> dict[str, Any]:
    return {
        "type": stone.of,
        "record_id": stone.id,
        "into_id": stone.into,
        "version": stone.version,
        "deleted_at": stone.deleted_at,
        "reason": stone.reason,
        "erased": stone.erased,
    }


def _done(stone: Stone) -> Done:
    operation: Operation = "merge" if stone.into else "delete"
    return Done(kind_named(stone.of), stone.id, stone.version, operation, into=stone.into)


def _bury_all(into: _Placing, given: Sequence[Given], placed: Placed) -> None:
    """Bury records, those first that others do not depend on."""
    waiting = sorted(given, key=lambda one: -_ORDER.index(one.stone.of))
    refused: list[Flaw] = []
    while waiting:
        refused, left = [], []
        for one in waiting:
            try:
                _bury(into, one)
                placed.changed.append(one)
            except ParleyError as error:
                refused.append(Flaw(one.origin, (), str(error)))
                left.append(one)
        if len(left) == len(waiting):
            break
        waiting = left
    placed.flaws.extend(refused)


def _bury(into: _Placing, one: Given) -> None:
    stone, version = one.stone, into.alive[one.key]
    if stone.version <= version:
        raise ParleyError(
            f"the {stone.of} “{stone.id}” is here in version {version}, and gone in an older one,"
            f" {stone.version}: delete it here, if that is meant"
        )
    kind, session, of_it = kind_named(stone.of), into.session, _of_it(stone, into.why)
    if stone.erased:
        erase(session, kind, stone.id, of_it, Elsewhere(stone.version, into.told))
    elif stone.into and into.for_good and referring(session, kind, stone.id):
        # Whether trees are trees is found out after writing.
        with session.begin_nested():
            merge(session, kind, stone.id, stone.into, replace(of_it, at=into.why.at))
    else:
        refuse_if_needed(session, kind, stone.id)
        bury(session, kind, stone.id, of_it, stone.into)
        log(session, [_done(stone)], into.why)
    kept = session.get_one(Tombstone, one.key)
    kept.version, kept.deleted_at = stone.version, stone.deleted_at


def _of_it(stone: Stone, why: Why) -> Why:
    """Say why and when it is gone in the words of where it went."""
    return replace(why, reason=stone.reason, at=stone.deleted_at)


def _leading_nowhere(session: Session, given: Sequence[Given]) -> Iterator[Flaw]:
    """Find those that send readers to what never was."""
    sending = [one for one in given if one.stone.into]
    targets = [
        Given(one.stone.model_copy(update={"id": one.stone.into}), one.origin) for one in sending
    ]
    here = _stored(session, targets)
    known = {one.key for one in given} | here.keys() | _alive(session, targets).keys()
    leading = {key: (key[0], stone.into_id) for key, stone in here.items() if stone.into_id}
    leading |= {one.key: target.key for one, target in zip(sending, targets, strict=True)}
    for one, target in zip(sending, targets, strict=True):
        if _runs_in_a_circle(one.key, leading):
            yield Flaw(one.origin, ("into",), "the tombstones lead to each other in a circle")
        elif target.key not in known:
            what = "there is no {} “{}”".format(*target.key)
            yield Flaw(one.origin, ("into",), what, code="unknown_value", missing=target.key)


def _runs_in_a_circle(start: Key, leading: Mapping[Key, Key]) -> bool:
    met, key = {start}, leading.get(start)
    while key is not None and key not in met:
        met.add(key)
        key = leading.get(key)
    return key is not None
