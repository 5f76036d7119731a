"""How texts that begin like another are found as a range, which an index has."""

from typing import Any

from sqlalchemy import ColumnElement, and_

_LAST = "\U0010ffff"


def begins(column: Any, beginning: str) -> ColumnElement[bool]:
    """Match what begins like this, in a column that is compared by code points."""
    return and_(column >= beginning, column < beginning + _LAST)
