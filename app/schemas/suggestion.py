"""What is suggested to somebody who types, and how it is asked for."""

from typing import Literal, get_args

from pydantic import Field

from app.schemas.filters import Question, Search
from app.schemas.listing import Collection
from app.schemas.names import Bilingual, Links, Shape
from app.schemas.scalars import Number

Suggested = Literal["country", "theme", "person", "organization", "place", "event", "source"]
"""The kinds of record that have names and that meetings refer to."""


class SuggestQuestion(Question):
    """A few letters of a name."""

    q: Search = Field(
        description="The beginning of a name, of another name, or of one of their words, in English"
        " or Chinese; also of a code or an id. Of several words each may be unfinished.",
        examples=["wang"],
    )
    type: list[Suggested] = Field(
        default=[],
        max_length=len(get_args(Suggested)),
        description="Only records of these kinds; all kinds if left out.",
    )
    limit: Number = Field(default=10, ge=1, le=50, description="Suggestions in an answer.")


class Suggestion(Shape):
    """A record that may be meant."""

    type: Suggested
    id: str
    name: Bilingual = Field(
        description="A theme's is its label. A source has one title, or else a publisher or only"
        " an id: it stands in both languages."
    )
    matched: str = Field(
        description="What was found, as it is written: a name, another name, a code or the id."
    )
    meetings: int = Field(ge=0, description="How many meetings `links.meetings` finds.")
    links: Links


class Suggestions(Collection[Suggestion]):
    """The records that may be meant, the likeliest first."""
