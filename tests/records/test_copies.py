"""A copy that takes in each export of another database stays equal to it."""

from collections.abc import Callable, Iterator

import pytest

from app.database import Database
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from tests.databases import Backend
from tests.given import WORLD, meeting, participant, person, store
from tests.records.travelling import exported, lines, take, told

PERSON = kind_named("person")
WHY = Why("Asked for by a test.")


@pytest.fixture
def copy(backend: Backend) -> Iterator[Database]:
    """Another database, empty."""
    database = backend.migrated()
    yield database
    backend.remove(database)


def restore(database: Database, one: Incoming) -> None:
    again = Incoming(one.kind, one.record, "test", restores=True)
    with database.write() as session:
        write(session, [again], WHY)


def removing(record_id: str, how: Callable[..., object]) -> Callable[[Database], None]:
    def remove(database: Database) -> None:
        with database.write() as session:
            how(session, PERSON, record_id, WHY)

    return remove


def merging(record_id: str, into: str) -> Callable[[Database], None]:
    def merged(database: Database) -> None:
        with database.write() as session:
            merge(session, PERSON, record_id, into, WHY)

    return merged


STEPS: dict[str, list[Callable[[Database], object]]] = {
    "deleted and restored": [
        removing("ben", delete),
        lambda database: restore(database, person("ben")),
        removing("ben", delete),
    ],
    "deleted and erased": [removing("ben", delete), removing("ben", erase)],
    "merged one after the other": [merging("ann", "anne"), merging("anne", "annie")],
    "merged and erased": [
        merging("ann", "anne"),
        lambda database: store(database, meeting("one")),
        removing("anne", erase),
    ],
    "changed and deleted": [
        lambda database: store(database, meeting("one", "2021-01-01")),
        removing("ben", delete),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_a_copy_follows(
    database: Database, copy: Database, steps: list[Callable[[Database], object]]
) -> None:
    people = map(person, ("ann", "anne", "annie", "ben"))
    sides = [participant("AA", person="ann"), participant("BB")]
    store(database, *WORLD, *people, meeting("one", participants=sides))
    for step in [lambda _: None, *steps]:
        step(database)
        report = take(copy, x_ndjson=exported(database))
        assert (told(report), report.written) == ([], True)
        assert exported(copy) == exported(database)


def test_what_was_erased_on_both_sides_is_the_same_to_a_copy(
    database: Database, copy: Database
) -> None:
    for side, reason in ((database, "There."), (copy, "Here.")):
        store(side, person("ann"))
        with side.write() as session:
            erase(session, PERSON, "ann", Why(reason))
    store(database, person("ben"))
    report = take(copy, x_ndjson=exported(database))
    assert (told(report), report.written, report.unchanged["tombstones"]) == ([], True, 1)


def test_tombstones_do_not_lead_in_a_circle(database: Database) -> None:
    gone = {"version": 2, "deleted_at": "2021-01-01T00:00:00Z", "reason": "The same."}
    stones = [
        {"type": "tombstone", "of": "person", "id": one, "into": other} | gone
        for one, other in (("ann", "ben"), ("ben", "cem"), ("cem", "ann"))
    ]
    report = take(database, x_ndjson=lines(*stones))
    assert not report.written
    assert [one.partition(": ")[2] for one in told(report)] == [
        "into: the tombstones lead to each other in a circle"
    ] * 3
