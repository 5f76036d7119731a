"""What a record tells of those whom it met is what plain Python finds in the made-up world."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.queries import encounters
from app.schemas.dyads import DyadQuestion, Level
from app.schemas.encounters import Met
from tests.queries import naive, world
from tests.queries.conftest import MadeUp
from tests.queries.pairs import expected, gaps, pairs

TOLD: dict[Level, Any] = {
    "person": lambda session, id_: encounters.person(session, id_).met,
    "organization": lambda session, id_: encounters.organization(session, id_).counterparts,
    "country": lambda session, id_: encounters.country(session, id_).counterparts,
}
IDS: dict[Level, Sequence[str]] = {
    "person": world.PEOPLE,
    "organization": [*world.KINDS],
    "country": [*world.SUBREGIONS],
}


def told(met: Met) -> tuple[int, str, str]:
    return met.meetings, str(met.first), str(met.last)


@pytest.mark.parametrize("level", IDS)
def test_everybody_tells_whom_they_met(made_up: MadeUp, level: Level) -> None:
    found, _ = pairs(made_up.meetings, DyadQuestion(level=level))
    with made_up.database.read() as session:
        for one in IDS[level]:
            rows = {
                (set(pair) - {one}).pop(): expected(meetings, "2022-01-01")[:3]
                for pair, meetings in found.items()
                if one in pair
            }
            answer = TOLD[level](session, one)
            assert {other.id: told(other) for other in answer} == rows
            numbers = [-other.meetings for other in answer]
            assert numbers == sorted(numbers)


@pytest.mark.parametrize("level", ["person", "country"])
def test_everybody_tells_the_longest_silence(made_up: MadeUp, level: Level) -> None:
    documents = {one["id"]: one for one in made_up.meetings}
    one: Any
    with made_up.database.read() as session:
        for id_ in IDS[level]:
            asked = DyadQuestion.model_validate({level: [id_]})
            found = naive.answer(made_up.meetings, asked, world.FACTS)
            lengths = gaps([documents[meeting] for meeting in found])
            one = (encounters.person if level == "person" else encounters.country)(session, id_)
            silence = one.longest_silence
            assert (silence and silence.days) == max(lengths, default=None)
            assert one.meetings == len(found)
