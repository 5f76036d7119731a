"""Which state of the data a snapshot shows."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Dataset

_HELD = "parley.state"
_STATE = select(*(Dataset.__table__.c[name] for name in ("epoch", "revision", "mark")))


class State(NamedTuple):
    """The epoch names the database, the revision its last change, and the mark just this state."""

    epoch: str
    revision: int
    mark: str


def state(session: Session) -> State:
    """Read the state that this session shows."""
    held: State | None = session.info.get(_HELD)
    if held:
        return held
    return State(*session.execute(_STATE).one())


def hold_state(session: Session) -> State:
    """Read the state that a snapshot shows, once for all who ask for it, as it never is another."""
    found: State = session.info.setdefault(_HELD, state(session))
    return found
