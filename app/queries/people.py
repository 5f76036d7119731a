"""People, as a list and one by one."""

from typing import Any

from app.models import Person
from app.queries.listing import Vocabulary, aliases, at_once, both, both_or_none
from app.schemas import person


def _person(row: Person, common: dict[str, Any]) -> person.Person:
    return person.Person(
        **common, name=both(row, "name"), note=both_or_none(row, "note"), aliases=aliases(row)
    )


PEOPLE = Vocabulary("person", "people", Person, _person, load=(at_once(Person.aliases),))
