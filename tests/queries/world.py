"""A made-up world of 300 meetings, the same in every run, and which values its filters have."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, get_args

from app.enumerations import Mode, Role, ThemeBasis, TitleBasis, YearBasis
from app.records.incoming import Incoming
from app.schemas.meeting import MeetingRecord
from tests.given import (
    both,
    country,
    incoming,
    participant,
    person,
    source,
    theme,
    touched,
)
from tests.queries.naive import Facts

MEETINGS = 300
FIRST_DAY, LAST_DAY = date(2019, 11, 20), date(2022, 1, 31)

SUBREGIONS = {
    "AA": "011",
    "BB": "011",
    "CC": "012",
    "DD": "021",
    "EE": "002",
    "FF": None,
    "ZZ": "021",
}
"""Of each country the sub-region; EE hangs on a region, FF on none, and ZZ never takes part."""
REGIONS = {"001": None, "002": None, "003": None, "011": "001", "012": "001", "021": "002"}
PARENTS = {
    "law": None,
    "crime": "law",
    "fraud": "crime",
    "drugs": "crime",
    "training": "law",
    "safety": None,
    "sites": "safety",
    "dams": "sites",
    "culture": None,
    "silence": "culture",
}
"""Of each theme the broader one; nobody ever speaks of silence."""
KINDS = {
    "army": "other",
    "bureau": "police",
    "club": "party",
    "league": "intergovernmental",
    "office": "police",
    "union": "intergovernmental",
    "void": "prosecution",
}
PEOPLE = ("ann", "ben", "cai", "dee", "eva", "fay", "gus", "nobody")
PLACES = {"town": "AA", "port": "AA", "camp": "BB", "cape": "DD", "isle": "FF", "void": "CC"}
EVENTS = ("fair", "summit", "void")
SOURCES = ("gazette", "herald", "courier", "void")

FACTS = Facts(
    parents=PARENTS,
    regions={code: [sub, sub and REGIONS[sub]] for code, sub in SUBREGIONS.items()},
    kinds=KINDS,
)


def records(seed: int = 1) -> list[Incoming]:
    """Make the world; another seed makes other meetings of the same ids."""
    some = Random(seed)
    return [
        *(incoming("region", id=one, name=both(one), parent=up) for one, up in REGIONS.items()),
        *(country(code, subregion=sub) for code, sub in SUBREGIONS.items()),
        *(source(one) for one in SOURCES),
        *(theme(one, parent) for one, parent in PARENTS.items()),
        *(
            incoming("organization", id=one, name=both(one), kind=kind)
            for one, kind in KINDS.items()
        ),
        *(person(one) for one in PEOPLE),
        *(incoming("place", id=one, name=both(one), country=code) for one, code in PLACES.items()),
        *(_event(one) for one in EVENTS),
        *(_meeting(some, id_) for id_ in ids()),
    ]


def ids() -> list[str]:
    """Name the meetings so that sorting by bytes, by words and by numbers differ."""
    return [f"{('a', 'a-b', 'ab', 'a0')[number % 4]}-{number}" for number in range(MEETINGS)]


def written_dates() -> list[str]:
    """List the dates of the meetings as they are written, and both ends of those with two."""
    made = [one.record for one in records()]
    dates = [one.date.value for one in made if isinstance(one, MeetingRecord)]
    return sorted({end for written in dates for end in written.split("/")})


def _event(id_: str) -> Incoming:
    return incoming(
        "event",
        id=id_,
        name=both(id_),
        date={"value": "2020", "year_basis": "stated"},
        kind="forum",
        mode="in_person",
        citations=[{"source": "gazette", "stance": "supports", "fields": ["date"]}],
    )


def _meeting(some: Random, id_: str) -> Incoming:
    return incoming(
        "meeting",
        id=id_,
        title=both(id_),
        date={"value": _date(some), "year_basis": some.choice(get_args(YearBasis))},
        mode=some.choice(get_args(Mode)),
        status=some.choices(["reported", "confirmed", "retracted"], [6, 3, 1])[0],
        place=_perhaps(some, 0.7, [*PLACES][:-1]),
        event=_perhaps(some, 0.3, EVENTS[:-1]),
        participants=[_participant(some) for _ in range(some.randint(1, 5))],
        themes=_once(_touched(some) for _ in range(some.randint(0, 4))),
        citations=_citations(some),
    )


def _date(some: Random) -> str:
    """Write a date in one of the four ways; many meetings share a day."""
    day = FIRST_DAY + timedelta(days=some.randrange(0, (LAST_DAY - FIRST_DAY).days, 8))
    last = day + timedelta(days=some.choice([1, 4, 30, 364, 365]))
    texts = [f"{day}", f"{day:%Y-%m}", f"{day:%Y}", f"{day}/{last}"]
    return some.choices(texts, [14, 2, 1, 3])[0]


def _participant(some: Random) -> dict[str, Any]:
    """Let people and organizations appear for any country, or for none."""
    code = _perhaps(some, 0.8, ["AA", "AA", "AA", "BB", "BB", "CC", "DD", "EE", "FF"])
    titled = some.random() < 0.4
    return participant(
        code,
        person=_perhaps(some, 0.6, PEOPLE[:-1]),
        organization=_perhaps(some, 0.4 if code else 1, [*KINDS][:-1]),
        role=some.choice(get_args(Role)),
        title=both("Minister") if titled else None,
        title_basis=some.choice(get_args(TitleBasis)) if titled else None,
        said={"en": "Yes.", "zh": "是。", "source": "gazette"} if some.random() < 0.1 else None,
    )


def _once(assertions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({(one["id"], one["basis"]): one for one in assertions}.values())


def _touched(some: Random) -> dict[str, Any]:
    return touched(some.choice([*PARENTS][:-1]), some.choices(get_args(ThemeBasis), [6, 2, 2])[0])


def _citations(some: Random) -> list[dict[str, Any]]:
    """Cite the source that the themes rest on, and others that may contradict it."""
    others = some.sample(SOURCES[1:-1], some.randint(0, 2))
    stances = [some.choice(["supports", "contradicts"]) for _ in others]
    return [
        {"source": one, "stance": stance, "fields": ["date"]}
        for one, stance in zip(["gazette", *others], ["supports", *stances], strict=True)
    ]


def _perhaps(some: Random, probability: float, values: Sequence[str]) -> str | None:
    return some.choice(values) if some.random() < probability else None
