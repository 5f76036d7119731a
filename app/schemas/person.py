"""People, as they are written and as they are read."""

from pydantic import Field

from app.schemas.encounters import MOST_NAMED, Office, PersonMet, Silence
from app.schemas.listing import Page
from app.schemas.names import Alias, Bilingual, Counted, Shape, Slug, Supplied


class PersonFields(Shape):
    """A person; titles of office stand in each meeting, never here."""

    id: Slug
    name: Bilingual
    note: Bilingual | None = Field(
        default=None, description="What tells this person from another of the same name."
    )
    aliases: list[Alias] = []


class PersonRecord(Supplied, PersonFields):
    """A person as a curator writes them."""


class Person(Counted, PersonFields):
    """A person, with where they lead."""


class PersonDetail(Silence, Person):
    """A person, with the offices in which and the people whom they met."""

    offices: list[Office] = Field(
        description="Titles and organizations as they were, in order of the first meeting."
    )
    met: list[PersonMet] = Field(
        max_length=MOST_NAMED,
        description="People who took part for other countries in the same meetings; those met most"
        f" often, at most {MOST_NAMED}.",
    )


class PersonPage(Page[Person]):
    """One page of the people."""
