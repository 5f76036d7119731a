"""Whatever refers to a record of any kind follows it into another one."""

import pytest

from app.database import Database
from app.errors import Refused
from app.records.audit import audit
from app.records.edit import Target, unite
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.preconditions import Precondition
from app.records.referring import referring
from tests.given import (
    WORLD,
    both,
    country,
    incoming,
    meeting,
    participant,
    person,
    source,
    store,
    theme,
    touched,
)

WHY = Why("Asked for by a test.")
NAMES = [{"text": "another", "language": "en", "kind": "variant"}]
WHOLE = (
    *(incoming("region", id=one, name=both(one)) for one in ("001", "002")),
    *(source(one) for one in ("gazette", "herald")),
    *(country(code, subregion="001") for code in ("AA", "BB")),
    *(person(one) for one in ("ann", "anne")),
    *(theme(one) for one in ("law", "laws")),
    incoming(
        "theme",
        id="drugs",
        label=both("drugs"),
        parent="law",
        parent_basis="stated",
        parent_source="gazette",
    ),
    *(
        incoming("organization", id=one, name=both(one), kind="other", country="AA", aliases=NAMES)
        for one in ("club", "klub")
    ),
    *(
        incoming("place", id=one, name=both(one), country="AA", aliases=NAMES)
        for one in ("town", "towne")
    ),
    *(
        incoming(
            "event",
            id=one,
            name=both(one),
            date={"value": "2020", "year_basis": "stated"},
            kind="forum",
            mode="in_person",
            place="town",
            participants=[{"country": "AA", "organization": "club", "role": "host"}],
            citations=[{"source": "gazette", "stance": "supports", "fields": ["date"]}],
        )
        for one in ("fair", "faire")
    ),
    *(
        meeting(
            one,
            place="town",
            event="fair",
            participants=[
                participant(
                    "AA",
                    person="ann",
                    organization="club",
                    said=both("So.") | {"source": "gazette"},
                ),
                participant("BB"),
            ],
            themes=[touched("law") | {"raised_by": "ann"}],
        )
        for one in ("one", "two")
    ),
)
PAIRS = {
    "country": ("AA", "BB"),
    "source": ("gazette", "herald"),
    "theme": ("law", "laws"),
    "organization": ("club", "klub"),
    "person": ("ann", "anne"),
    "place": ("town", "towne"),
    "event": ("fair", "faire"),
    "meeting": ("one", "two"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_whatever_refers_to_a_record_follows_it(database: Database, name: str) -> None:
    store(database, *WHOLE)
    kind, (record_id, into) = kind_named(name), PAIRS[name]
    with database.write() as session:
        referred = referring(session, kind, record_id)
        merge(session, kind, record_id, into, WHY)
    assert bool(referred) == (name != "meeting")
    with database.read() as session:
        assert referring(session, kind, record_id) == {}
        followed = referring(session, kind, into)
        assert all(ids - {into} <= followed[one] for one, ids in referred.items())
        assert not [what for what, _ in audit(session) if "no citation" not in what]


@pytest.mark.parametrize(
    ("name", "record_id", "into"),
    [("source", "gazette", "herald"), ("person", "ann", "anne"), ("country", "CC", "DD")],
    ids=["that cite", "with a theme that was raised by", "at a place in"],
)
def test_meetings_that_only_refer_to_a_record_are_too_many_as_well(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str, record_id: str, into: str
) -> None:
    others = (source("herald"), country("DD"), person("ann"), person("anne"), theme("law"))
    place = incoming("place", id="town", name=both("town"), country="CC")
    raised = [touched("law") | {"raised_by": "ann"}]
    store(database, *WORLD, *others, place)
    store(database, *(meeting(one, place="town", themes=raised) for one in ("one", "two")))
    target = Target(kind_named(name), record_id)
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 1)
    with (
        database.write() as session,
        pytest.raises(Refused, match=f"2 meetings depend on {target}"),
    ):
        unite(session, target, into, Precondition(), WHY)
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 2)
    with database.write() as session:
        assert unite(session, target, into, Precondition(), WHY).into == into
