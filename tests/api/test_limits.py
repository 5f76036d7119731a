"""One request cannot hurt the others: not by its size, nor by reading slowly."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.limits import Limits
from app.schemas.filters import MOST_VALUES, MOST_VALUES_IN_ALL
from tests import processes
from tests.api.asking import ask, problem, refused
from tests.given import WORLD, both, meeting, store
from tests.serving import Served, serving

# More than the connections that a process keeps to its database.
SLOW_READERS = 20


@pytest.fixture
def bulky(database: Database) -> Iterator[Served]:
    """A server of meetings whose page is larger than what a connection buffers."""
    long = both("x" * 9000)
    store(database, *WORLD, *(meeting(f"m{number}", summary=long) for number in range(1000)))
    with serving(database.url) as served:
        yield served


@pytest.mark.slow
def test_those_who_read_slowly_keep_nothing_from_others(bulky: Served) -> None:
    host, port = bulky.client.base_url.host, bulky.client.base_url.port
    assert port is not None
    with ExitStack() as stack:
        for _ in range(SLOW_READERS):
            slow = stack.enter_context(socket.socket())
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            slow.connect((host, port))
            slow.sendall(b"GET /v1/meetings?limit=1000&total=none HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(SLOW_READERS):
            assert ask(bulky.client, "/v1/dataset")["totals"]["meetings"] == 1000


def test_a_value_that_is_given_often_counts_once(api: httpx.Client) -> None:
    often = "&".join(["person_all=wang-xiaohong"] * MOST_VALUES)
    assert ask(api, f"/v1/meetings?{often}")["total"]["value"] == 9


def test_all_values_together_are_bounded(api: httpx.Client) -> None:
    names = ("country", "country_not", "person", "person_not", "id")
    values = "&".join(f"{name}=x{number}" for name in names for number in range(MOST_VALUES // 2))
    assert len(names) * (MOST_VALUES // 2) > MOST_VALUES_IN_ALL
    assert refused(api, f"/v1/meetings?{values}")["code"] == "too_many_values"


@pytest.mark.parametrize(("more", "refused_as"), [(0, "unknown_value"), (1, "too_many_values")])
def test_all_together_may_be_a_hundred(api: httpx.Client, more: int, refused_as: str) -> None:
    values = [f"country=x{number}" for number in range(50)]
    values += [f"person=x{number}" for number in range(50)]
    values += [f"theme=x{number}" for number in range(more)]
    faults = problem(api.get(f"/v1/meetings?{'&'.join(values)}"), 422)["errors"]
    assert faults[0]["code"] == refused_as


def test_an_answer_does_not_echo_everything(api: httpx.Client) -> None:
    response = api.get("/v1/meetings?limit=" + "9" * 20_000)
    assert response.status_code == 422
    assert len(response.content) < 2_000


def test_what_is_asked_for_and_excluded_is_found_without_a_walk(api: httpx.Client) -> None:
    assert ask(api, "/v1/meetings?country=CN&country_not=CN")["total"]["value"] == 0
    assert ask(api, "/v1/meetings?country=CN&country=RU&country_not=CN")["data"] == []


def test_a_statement_does_not_grow_with_the_product_of_its_values(served: Served) -> None:
    themes = "".join(f"&theme={one['id']}" for one in ask(served.client, "/v1/themes")["data"])
    people = "".join(f"&person_all={one['id']}" for one in ask(served.client, "/v1/people")["data"])
    question = f"/v1/meetings?date_from=2019{themes}{people}&theme_match=exact"
    with served.statements() as noted:
        assert ask(served.client, question)["data"] == []
    assert max(statement.count("EXISTS") for statement in noted) < 50


def megabytes(pid: int) -> float:
    """Tell how much memory a process has now."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000


def distinct(client: httpx.Client, numbers: range) -> None:
    """Ask for all meetings in as many ways, and for names of characters that nobody has met."""
    for number in numbers:
        since = date(1800, 1, 1) + timedelta(days=number)
        assert len(ask(client, f"/v1/meetings?date_from={since}")["data"]) == 9
        assert ask(client, f"/v1/suggest?q={chr(0x4E00 + number)}{chr(0x20000 + number)}")


@pytest.mark.slow
def test_memory_stays_bounded_whatever_is_asked(seeded: Database) -> None:
    with processes.serving(seeded.url) as (pid, client):
        client.headers["Accept-Encoding"] = "identity"
        distinct(client, range(200))
        before = megabytes(pid)
        distinct(client, range(200, 5200))
        # All these answers together are twice as large.
        assert megabytes(pid) - before < 1.25 * Limits().cache_limit / 1e6


def test_so_many_parameters_are_refused_before_each_is_looked_at(api: httpx.Client) -> None:
    many = "&".join(f"x{number}=1" for number in range(8000))
    begun = time.monotonic()
    told = refused(api, f"/v1/meetings?{many}")
    assert told["code"] == "too_many_values"
    assert told["message"] == "too many parameters: 8000; an address may have 200"
    assert time.monotonic() - begun < 1


def test_an_installation_may_allow_less(seeded: Database) -> None:
    with serving(seeded.url, page_limit=100, parameters_limit=3, record_limit=1000) as served:
        for path in ("/v1/meetings", "/v1/people", "/v1/changes", "/v1/dyads"):
            assert ask(served.client, f"{path}?limit=100")["data"]
            assert refused(served.client, f"{path}?limit=101")["code"] == "out_of_range"
        assert ask(served.client, "/v1/counts?by=country&limit=10000")["data"]
        assert refused(served.client, "/v1/meetings?q=x&sort=date&limit=1&total=none")
        contract = served.client.get("/openapi.json").json()
        [limit] = [
            one
            for one in contract["paths"]["/v1/meetings"]["get"]["parameters"]
            if one["name"] == "limit"
        ]
        assert limit["schema"]["maximum"] == 100
