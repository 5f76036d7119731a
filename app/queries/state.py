"""Which state of the data a snapshot shows."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Dataset


class State(NamedTuple):
    """The epoch names the database, the revision its last change."""

    epoch: str
    revision: int


def state(session: Session) -> State:
    """Read the state that this snapshot shows."""
    return State(*session.execute(select(Dataset.epoch, Dataset.revision)).one())
