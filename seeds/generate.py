"""Made-up meetings in any number, as varied as real ones, and the same for the same seed.

Countries, themes and people are met as in life: a few very often, most of them seldom. The second
and the third most frequent country never meet, and the second never touches the most frequent
theme, so that questions about frequent things that never go together can be tried.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, islice
from random import Random
from typing import Any, Generic, TypeVar

from app.bulk import much_alive
from app.database import Database
from app.errors import NotEmpty
from app.records.files import read_folder
from app.records.incoming import Incoming
from app.records.kinds import KINDS
from app.records.log import Why
from app.records.read_model.publish import publish_all
from app.records.write import store
from seeds import invented
from seeds.load import FOLDER, is_empty

Thing = TypeVar("Thing")

_KINDS = {kind.name: kind for kind in KINDS}
_AS_IN_THE_SEED = {"region", "country", "source", "theme"}
_BATCH = 1000
_FIRST_DAY, _DAYS = date(1996, 1, 1), 30 * 365
_PRECISIONS = (("day", 86), ("range", 6), ("month", 5), ("year", 3))
_MODES = (("in_person", 84), ("video", 9), ("phone", 5), ("hybrid", 1), ("unknown", 1))
_SIZES = ((2, 86), (3, 6), (5, 5), (8, 2), (16, 1))
_BASES = (("stated", 94), ("grouped", 4), ("inferred", 2))
_CITED = ["date", "place", "event", "mode", "participants", "titles", "themes"]
_STATUSES = (("reported", 96), ("confirmed", 3), ("retracted", 1))


@dataclass(frozen=True)
class Zipf(Generic[Thing]):
    """Things in order of how often they are picked: the n-th has 1/n of the first one's share."""

    things: Sequence[Thing]
    shares: list[float] = field(init=False)

    def __post_init__(self) -> None:
        shares = accumulate(1 / rank for rank in range(1, len(self.things) + 1))
        object.__setattr__(self, "shares", list(shares))

    def pick(self, random: Random, number: int) -> list[Thing]:
        """Pick this many at most; whoever is picked twice is there once."""
        picked = random.choices(self.things, cum_weights=self.shares, k=number)
        return list(dict.fromkeys(picked))


@dataclass(frozen=True)
class World:
    """Whom and what meetings are about, the most frequent first."""

    countries: Zipf[str]
    people: dict[str, Zipf[tuple[str, str]]]
    """Of each country its people, each with the organization they stand for."""
    themes: Zipf[str]
    places: dict[str, list[str]]
    events: list[str]
    sources: list[str]


def generate(database: Database, number: int, seed: int = 1) -> Iterator[int]:
    """Fill an empty database, all at once; yields how many meetings are stored so far.

    Raises:
        NotEmpty: the database has records already, which this would mix with made-up ones.
    """
    if not is_empty(database):
        raise NotEmpty("Made-up meetings go into an empty database only; this one has records.")
    random = Random(seed)  # noqa: S311 (nothing is secret here)
    world, records = _world(random, number)
    meetings = (_meeting(random, world, one) for one in range(number))
    why, stored = Why("Made up."), 0
    with database.write() as session, much_alive():
        store(session, records, why)
        while batch := list(islice(meetings, _BATCH)):
            stored += len(store(session, batch, why).written)
            yield stored
        publish_all(session)


def _record(kind: str, /, **members: Any) -> Incoming:
    shape = _KINDS[kind].shape  # type: ignore[index]  # of our own
    return Incoming(_KINDS[kind], shape.model_validate(members), "made up")  # type: ignore[index]


def _world(random: Random, number: int) -> tuple[World, list[Incoming]]:
    given = [one for one in read_folder(FOLDER) if one.kind.name in _AS_IN_THE_SEED]
    countries = [one.id for one in given if one.kind.name == "country"]
    random.shuffle(countries)
    sources, towns = list(invented.sources()), list(invented.places(random, countries))
    themes = [one.id for one in given if one.kind.name == "theme"]
    themes += [theme["id"] for theme in invented.themes()]
    random.shuffle(themes)
    events = list(invented.events(random, [town["id"] for town in towns]))
    bodies = {code: list(invented.organizations(code)) for code in countries}
    # Of the countries that meet often we know more people.
    people = {
        code: list(invented.people(random, code, max(3, number // (20 * rank + 200))))
        for rank, code in enumerate(countries)
    }
    made_up = {
        "coverage": [invented.coverage()],
        "source": sources,
        "theme": list(invented.themes()),
        "place": towns,
        "event": events,
        "organization": [body for some in bodies.values() for body in some],
        "person": [person for some in people.values() for person in some],
    }
    world = World(
        countries=Zipf(countries),
        people={code: Zipf(_with_bodies(random, people[code], bodies[code])) for code in countries},
        themes=Zipf(themes),
        places={
            code: [town["id"] for town in towns if town["country"] == code] for code in countries
        },
        events=[event["id"] for event in events],
        sources=[source["id"] for source in sources],
    )
    return world, given + [_record(kind, **one) for kind, some in made_up.items() for one in some]


def _with_bodies(
    random: Random, people: Sequence[dict[str, Any]], bodies: Sequence[dict[str, Any]]
) -> list[tuple[str, str]]:
    return [(person["id"], random.choice(bodies)["id"]) for person in people]


def _meeting(random: Random, world: World, number: int) -> Incoming:
    countries = _countries(random, world)
    host = countries[0] if random.random() < 0.9 else None
    source = random.choice(world.sources)
    mode = _one_of(random, _MODES)
    venue = random.choice(world.places[countries[0]]) if mode == "in_person" else None
    return _record(
        "meeting",
        id=f"meeting-{number:08}",
        title={"en": " and ".join(countries), "zh": "、".join(countries)},
        date={"value": _date(random), "year_basis": random.choice(["stated", "inferred"])},
        mode=mode,
        status=_one_of(random, _STATUSES),
        place=venue,
        event=random.choice(world.events) if random.random() < 0.1 else None,
        participants=[_participant(random, world, code, host) for code in countries],
        themes=_themes(random, world, countries, source),
        citations=_citations(random, source, world.sources),
    )


def _countries(random: Random, world: World) -> list[str]:
    size = _one_of(random, _SIZES)
    picked = world.countries.pick(random, size)
    while len(picked) < 2:
        picked = list(dict.fromkeys(picked + world.countries.pick(random, size)))
    second, third = world.countries.things[1:3]
    if second in picked and third in picked:
        picked[picked.index(third)] = world.countries.things[3]
    return list(dict.fromkeys(picked))


def _participant(random: Random, world: World, code: str, host: str | None) -> dict[str, Any]:
    ((person, organization),) = world.people[code].pick(random, 1)
    role = "participant" if host is None else "host" if code == host else "guest"
    named = random.random() < 0.95
    titled = invented.office(organization) if named else None
    return {
        "person": person if named else None,
        "organization": organization,
        "country": code,
        "role": role,
        "title": titled,
        "title_basis": random.choice(["stated", "inherited", "supplied"]) if titled else None,
    }


def _themes(
    random: Random, world: World, countries: Sequence[str], source: str
) -> list[dict[str, Any]]:
    picked = world.themes.pick(random, random.randint(1, 6))
    if world.countries.things[1] in countries:
        picked = [theme for theme in picked if theme != world.themes.things[0]]
    return [
        {"id": theme, "basis": _one_of(random, _BASES), "source": source, "locator": "P1"}
        for theme in picked
    ]


def _citations(random: Random, source: str, sources: Sequence[str]) -> list[dict[str, Any]]:
    cited = [{"source": source, "locator": "P1", "stance": "supports", "fields": _CITED}]
    if random.random() < 0.02:
        other = random.choice(sources)
        cited.append({"source": other, "stance": "contradicts", "fields": ["date"]})
    return cited


def _date(random: Random) -> str:
    # More is known of recent years than of early ones.
    start = _FIRST_DAY + timedelta(days=int(_DAYS * random.random() ** 0.7))
    match _one_of(random, _PRECISIONS):
        case "range":
            return f"{start}/{start + timedelta(days=random.randint(1, 9))}"
        case "month":
            return f"{start:%Y-%m}"
        case "year":
            return f"{start:%Y}"
    return str(start)


def _one_of(random: Random, weighted: Sequence[tuple[Thing, int]]) -> Thing:
    things, weights = zip(*weighted, strict=True)
    picked: Thing = random.choices(things, weights)[0]
    return picked
