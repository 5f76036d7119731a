"""When a database is another one than it was: what others keep of it does not count any more."""

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models import Dataset


def renew(session: Session) -> str:
    """Give the database another epoch, and tell it.

    Once it was put back from a copy, numbers of changes come again that others have met already.
    """
    epoch = secrets.token_hex(8)
    session.execute(update(Dataset).values(epoch=epoch))
    return epoch
