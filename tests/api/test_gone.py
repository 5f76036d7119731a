"""An id that a record once had leads on, or says what became of the record."""

from collections.abc import Callable

import httpx
import pytest

from app.database import Database
from app.enumerations import RecordType
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from tests.api.asking import ask, problem, refused
from tests.given import both, country, incoming, meeting, person, source, store, theme
from tests.serving import Served

PEOPLE = kind_named("person")
WHY = Why("A mistake.")


def _place(id: str) -> Incoming:  # noqa: A002 (the record's word)
    return incoming("place", id=id, name=both(id), country="AA")


def _event(id: str) -> Incoming:  # noqa: A002
    cited = [{"source": "gazette", "stance": "supports", "fields": ["date"]}]
    date = {"value": "2020", "year_basis": "stated"}
    return incoming(
        "event", id=id, name=both(id), kind="forum", mode="unknown", date=date, citations=cited
    )


def _organization(id: str) -> Incoming:  # noqa: A002
    return incoming("organization", id=id, name=both(id), kind="police")


# Of each kind how a record is made, and ids of three that nothing else refers to.
SLUGS = ("one", "two", "three")
KINDS: dict[RecordType, tuple[Callable[..., Incoming], tuple[str, ...]]] = {
    "meeting": (meeting, SLUGS),
    "country": (country, ("XX", "YY", "ZZ")),
    "theme": (theme, SLUGS),
    "person": (person, SLUGS),
    "organization": (_organization, SLUGS),
    "place": (_place, SLUGS),
    "event": (_event, SLUGS),
    "source": (source, SLUGS),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_was_deleted_is_gone_and_says_when_and_why(
    shared: Database, sharing: Served, name: RecordType
) -> None:
    kind, (make, (id_, _, _)) = kind_named(name), KINDS[name]
    path = f"/v1/{kind.plural}/{id_}"
    store(shared, make(id_))
    assert ask(sharing.client, path)
    with shared.write() as session:
        delete(session, kind, id_, WHY)
    said = problem(sharing.client.get(path), 410)
    assert (said["code"], said["errors"]) == ("gone", [])
    when = f"{WHY.at:%Y-%m-%d %H:%M} UTC"
    deleted = f"The {name} “{id_}” was deleted on {when}: A mistake."
    assert said["detail"] == f'{deleted} (PUT with If-Match: "v2" restores it)'
    assert id_ not in [one["id"] for one in ask(sharing.client, f"/v1/{kind.plural}")["data"]]


@pytest.mark.parametrize("name", KINDS)
def test_what_was_merged_leads_to_what_it_is_part_of(
    shared: Database, sharing: Served, name: RecordType
) -> None:
    kind, (make, (_, id_, into)) = kind_named(name), KINDS[name]
    path = f"/v1/{kind.plural}/{id_}"
    store(shared, make(id_), make(into))
    with shared.write() as session:
        merge(session, kind, id_, into, WHY)
    for host in ("127.0.0.1", "elsewhere.example"):
        response = sharing.client.get(path, headers={"Host": host})
        said = problem(response, 308)
        assert said["code"] == "merged"
        assert said["detail"] == f"The {name} “{id_}” was merged into “{into}”."
        assert response.headers["Location"] == f"/v1/{kind.plural}/{into}"
        assert ask(sharing.client, response.headers["Location"])["id"] == into


def test_head_says_the_same(shared: Database, sharing: Served) -> None:
    store(shared, *map(person, ("ann", "anne", "bob")))
    with shared.write() as session:
        merge(session, PEOPLE, "anne", "ann", WHY)
        delete(session, PEOPLE, "bob", WHY)
    merged, gone = (sharing.client.head(f"/v1/people/{one}") for one in ("anne", "bob"))
    assert (merged.status_code, merged.content) == (308, b"")
    assert merged.headers["Location"] == "/v1/people/ann"
    assert (gone.status_code, gone.content) == (410, b"")


def test_what_was_merged_again_leads_to_the_last(shared: Database, sharing: Served) -> None:
    store(shared, *map(person, ("carl", "karl", "charles")))
    with shared.write() as session:
        merge(session, PEOPLE, "karl", "carl", WHY)
        merge(session, PEOPLE, "carl", "charles", WHY)
    for earlier in ("karl", "carl"):
        response = sharing.client.get(f"/v1/people/{earlier}")
        assert (response.status_code, response.headers["Location"]) == (308, "/v1/people/charles")


def test_what_was_erased_is_gone_too_with_what_was_merged_into_it(
    shared: Database, sharing: Served
) -> None:
    store(shared, person("dan"), person("daniel"))
    with shared.write() as session:
        merge(session, PEOPLE, "dan", "daniel", WHY)
        erase(session, PEOPLE, "daniel", Why("He asked for it."))
    for erased in ("dan", "daniel"):
        said = problem(sharing.client.get(f"/v1/people/{erased}"), 410)
        assert f"“{erased}” was erased on " in said["detail"]
        assert said["detail"].endswith("UTC: He asked for it.")


def test_what_was_restored_is_there_again(shared: Database, sharing: Served) -> None:
    store(shared, person("eve"))
    with shared.write() as session:
        delete(session, PEOPLE, "eve", WHY)
    store(shared, Incoming(PEOPLE, person("eve").record, "test", restores=True))
    assert ask(sharing.client, "/v1/people/eve")["version"] == 3


def test_a_filter_says_what_became_of_a_record(shared: Database, sharing: Served) -> None:
    store(shared, *map(person, ("fay", "faye", "gus")))
    with shared.write() as session:
        merge(session, PEOPLE, "faye", "fay", WHY)
        delete(session, PEOPLE, "gus", WHY)
    fault = refused(sharing.client, "/v1/meetings?person=faye")
    assert fault["message"] == "The person “faye” was merged into “fay”"
    fault = refused(sharing.client, "/v1/meetings?person=gus")
    assert fault["message"] == "The person “gus” was deleted (A mistake.)"
    assert (fault["code"], fault["suggestion"]) == ("unknown_value", None)


@pytest.mark.parametrize("name", KINDS)
def test_an_id_that_never_was_is_not_found(api: httpx.Client, name: RecordType) -> None:
    path = f"/v1/{kind_named(name).plural}/nothing-like-it-at-all"
    assert problem(api.get(path), 404)["code"] == "not_found"
