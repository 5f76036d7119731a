"""How a write is asked for: for which reason, and into which other record."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.schemas.filters import Question, Value
from app.schemas.names import VISIBLE

MOST_REASON = 1000
Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_REASON, strip_whitespace=True, pattern=VISIBLE),
]


class WriteQuestion(Question):
    """Why something is written."""

    reason: Reason = Field(
        description="Why: it stands in the history for good, for everybody to read.",
        examples=["Corrected the date"],
    )


class MergeQuestion(WriteQuestion):
    """Into which record another one is merged, and why."""

    into: Value = Field(description="The id of the record that stays.", examples=["wang-xiaohong"])
