"""How an answer is asked for as a table."""

from pydantic import Field

from app.schemas.filters import Question
from app.schemas.scalars import Switch


class Table(Question):
    """What all tables have in common."""

    bom: Switch = Field(
        default=False, description="`true` marks the file as UTF-8, as Excel wants it."
    )
