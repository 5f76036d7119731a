"""The feed of changes: from a place that a token names, in the order in which they were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import models
from app.errors import ExpiredToken
from app.queries import tokens
from app.queries.history import deed, with_records
from app.queries.state import State, state
from app.schemas.changes import Change, Changes, ChangesQuestion, Left

_MOST_LOOKED_AT = 10_000
"""Changes that one answer looks at, however few of them are of the kinds that are asked for."""


def changes(session: Session, question: ChangesQuestion) -> Changes:
    """Give the changes after a place in the feed, and the place after them.

    Raises:
        ExpiredToken: the place is not one of this database.
    """
    now = state(session)
    after = _place(session, question.since, now)
    last = min(after + _MOST_LOOKED_AT, now.revision)
    rows = session.execute(_between(after, last, question)).all()
    shown = rows[: question.limit]
    end = shown[-1][0].seq if len(rows) > question.limit else last
    return Changes(
        data=[_change(*row) for row in shown],
        next_since=_token(session, now.epoch, end),
        more=end < now.revision,
        revision=now.revision,
    )


def place(session: Session) -> str:
    """Name the place in the feed that this snapshot has reached."""
    now = state(session)
    return _token(session, now.epoch, now.revision)


def _between(after: int, last: int, question: ChangesQuestion) -> Select[*tuple[Any, ...]]:
    change, stone = models.Change, models.Tombstone
    same = (stone.type == change.type) & (stone.record_id == change.record_id)
    same &= stone.version == change.version
    found = with_records().add_columns(models.Version.updated_at, stone).outerjoin(stone, same)
    found = found.where(change.seq > after, change.seq <= last).order_by(change.seq)
    if question.type:
        found = found.where(change.type.in_(question.type))
    return found.limit(question.limit + 1)


def _change(
    change: models.Change,
    record: dict[str, Any] | None,
    updated_at: datetime | None,
    stone: models.Tombstone | None,
) -> Change:
    return Change(
        **deed(change),
        seq=change.seq,
        type=change.type,
        id=change.record_id,
        record=record and record | {"version": change.version, "updated_at": updated_at},
        tombstone=_left(stone) if stone else None,
    )


def _left(stone: models.Tombstone) -> Left:
    return Left(
        into=stone.into_id,
        version=stone.version,
        deleted_at=stone.deleted_at,
        reason=stone.reason,
        erased=stone.erased,
    )


def _token(session: Session, epoch: str, seq: int) -> str:
    return tokens.encode(epoch, seq, _made_at(session, seq))


def _made_at(session: Session, seq: int) -> int:
    """Tell when a change was made, in microseconds: its number may have been given twice.

    That happens where a copy of the database was put back.
    """
    at = session.scalar(select(models.Change.made_at).where(models.Change.seq == seq))
    return int(at.timestamp() * 1_000_000) if at else 0


def _place(session: Session, token: str | None, now: State) -> int:
    if token is None:
        return 0
    try:
        epoch, seq, made_at = tokens.decode(token)
    except ValueError:
        raise ExpiredToken("since is not a token that this API has given") from None
    if epoch != now.epoch:
        raise ExpiredToken("since belongs to another database")
    if type(seq) is not int or not 0 <= seq <= now.revision:
        raise ExpiredToken("since is ahead of this database")
    if made_at != _made_at(session, seq):
        raise ExpiredToken("since belongs to a state of this database that was taken back")
    return seq
