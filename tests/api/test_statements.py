"""How many SQL statements an answer costs is pinned, and does not grow with the page."""

import pytest
from sqlalchemy import select, text

from app.database import Database
from app.models import Dataset
from tests.api.asking import EXAMPLES, HISTORIES, VERSIONS, ask
from tests.given import both, incoming, person, store
from tests.serving import Served, serving

# Of each list how many statements its first page costs: what the snapshot shows, what the values
# of the filters mean, the rows, what belongs to the rows, and the total. For dates it is looked up
# which numbers they are, and what began before them.
LISTS = {
    "/v1/meetings": 4,
    "/v1/meetings?country=RU": 5,
    "/v1/meetings?country=Russia": 7,
    "/v1/meetings?theme=transnational-crime": 5,
    "/v1/meetings?country=RU&theme=transnational-crime&date_from=2023&date_to=2023-12": 8,
    "/v1/meetings?anchor=CN&country=RU&person_not=igor-krasnov": 7,
    "/v1/meetings?total=none": 4,
    "/v1/countries": 5,
    "/v1/countries?has_meetings=true": 5,
    "/v1/themes": 5,
    "/v1/people": 5,
    "/v1/organizations": 5,
    "/v1/places": 5,
    "/v1/events": 6,
    "/v1/sources": 4,
}
SINGLE = {
    "/v1/meetings/{id}": 2,
    "/v1/countries/{id}": 13,
    "/v1/themes/{id}": 4,
    "/v1/people/{id}": 14,
    "/v1/organizations/{id}": 17,
    "/v1/places/{id}": 4,
    "/v1/events/{id}": 5,
    "/v1/sources/{id}": 3,
}
WHOLE = {
    "/v1/meetings.ndjson": 5,
    "/v1/meetings.csv?country=RU&theme=counter-narcotics&rows=participant": 7,
    "/v1/people.csv": 5,
    "/v1/countries.csv?has_meetings=false": 5,
    "/v1/events.ndjson": 6,
    "/v1/sources.ndjson": 4,
    "/v1/theme-tree": 4,
    "/v1/dataset": 5,
    "/v1/changes?limit=1": 3,
    "/v1/changes?limit=1000&type=country": 3,
    "/v1/suggest?q=wang": 3,
    "/v1/suggest?q=s&limit=50": 3,
    "/v1/suggest?q=xyzzy": 2,
    "/healthz": 0,
    "/openapi.json": 0,
    "/docs": 0,
}


@pytest.mark.parametrize(("path", "statements"), LISTS.items(), ids=str)
def test_a_page_costs_the_same_whatever_its_size(
    served: Served, path: str, statements: int
) -> None:
    sized = path + ("&" if "?" in path else "?")
    for limit in (1, 2, 1000):
        assert served.cost(f"{sized}limit={limit}") == statements


def test_a_page_of_a_thousand_costs_what_a_page_of_one_does(database: Database) -> None:
    store(database, *(person(f"p{number}") for number in range(1001)))
    with serving(database.url) as served:
        assert served.cost("/v1/people?limit=1000") == LISTS["/v1/people"]


@pytest.mark.parametrize("path", LISTS)
def test_a_later_page_costs_no_more_than_to_find_where_it_begins(served: Served, path: str) -> None:
    sized = path + ("&" if "?" in path else "?") + "limit=1"
    following = ask(served.client, sized)["next"]
    assert served.cost(following) <= served.cost(sized) + 1


@pytest.mark.parametrize(("path", "statements"), SINGLE.items(), ids=str)
def test_a_record_costs_a_fixed_number(served: Served, path: str, statements: int) -> None:
    assert served.cost(EXAMPLES[path]) == statements


@pytest.mark.parametrize("path", EXAMPLES)
def test_what_happened_to_a_record_costs_the_same_for_every_kind(served: Served, path: str) -> None:
    assert served.cost(HISTORIES[f"{path}/history"]) == 3
    assert served.cost(VERSIONS[f"{path}/history/{{version}}"]) == 3


def test_a_long_history_costs_what_a_short_one_does(database: Database) -> None:
    for number in range(9):
        store(database, incoming("person", id="ann", name=both(f"Ann {number}")))
    with serving(database.url) as served:
        assert served.cost("/v1/people/ann/history") == 3
        assert served.cost("/v1/changes") == 3


@pytest.mark.parametrize(("path", "statements"), WHOLE.items(), ids=str)
def test_what_has_no_pages_costs_a_fixed_number(served: Served, path: str, statements: int) -> None:
    assert served.cost(path) == statements


@pytest.mark.parametrize("path", [*LISTS, *EXAMPLES.values(), *WHOLE, "/readyz"])
def test_what_is_asked_again_is_not_compiled_again(served: Served, path: str) -> None:
    # Whatever never is found again takes the place of what would be.
    served.cost(path)
    with served.statements(compiled=True) as noted:
        served.cost(path)
    assert noted == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_is_asked_again_and_again_stays_prepared(seeded: Database) -> None:
    for _ in range(10):
        with seeded.read() as snapshot:
            snapshot.scalar(select(Dataset.mark))
    with seeded.read() as snapshot:
        prepared = snapshot.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert [statement for statement in prepared if "dataset.mark" in statement]


def test_more_values_of_a_filter_cost_no_more(served: Served) -> None:
    few = served.cost("/v1/meetings?theme=gambling&country=RU&person=igor-krasnov")
    many = "&".join(
        [
            *(f"theme={theme}" for theme in ("gambling", "cybersecurity", "bri-security")),
            *(f"country={country}" for country in ("RU", "MM", "MY", "CN")),
            *(f"person={person}" for person in ("igor-krasnov", "wang-xiaohong")),
        ]
    )
    assert served.cost(f"/v1/meetings?{many}") == few


def test_excluding_more_values_makes_no_longer_a_walk(served: Served) -> None:
    # Each value that is excluded by a subquery of its own is one more in each list that is walked.
    def subqueries(*themes: str) -> int:
        excluded = "&".join(f"theme_not={theme}" for theme in themes)
        with served.statements() as noted:
            ask(served.client, f"/v1/meetings?country=RU&country=MM&date_from=2023&{excluded}")
        return sum(statement.count("SELECT") for statement in noted)

    few = subqueries("gambling", "cybersecurity")
    assert subqueries("gambling", "cybersecurity", "bri-security", "counter-terrorism") == few
