"""One client may ask only so much in a time, where that is set; others do not notice."""

from collections.abc import Iterator

import httpx
import pytest

from app.database import Database
from tests.api.asking import problem
from tests.serving import Served, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
MOST = 5
ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def limited(seeded: Database) -> Iterator[Served]:
    """A server that lets a client ask so much in an hour."""
    with serving(seeded.url, rate_limit=f"{MOST}/hour") as served:
        yield served


def asked(served: Served, times: int, client: str = "198.51.100.1") -> list[httpx.Response]:
    """Ask as often, by way of a proxy that names who asks."""
    headers = {"X-Forwarded-For": client, "Origin": ELSEWHERE}
    return [served.client.get("/v1/meetings", headers=headers) for _ in range(times)]


def test_whoever_asks_more_is_told_when_to_ask_again(limited: Served) -> None:
    *answered, refused = asked(limited, MOST + 1)
    assert [one.status_code for one in answered] == [200] * MOST
    told = problem(refused, 429)
    assert told["code"] == "too_many_requests"
    assert f"{MOST} requests per hour" in told["detail"]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Cache-Control"] == "no-store"


def test_pages_of_other_origins_can_read_that(limited: Served) -> None:
    refused = asked(limited, MOST + 1)[-1]
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]


def test_each_client_has_a_count_of_its_own(limited: Served) -> None:
    assert asked(limited, MOST + 1)[-1].status_code == 429
    assert asked(limited, MOST, "198.51.100.2")[-1].status_code == 200


def test_all_addresses_of_one_network_of_ipv6_are_one_client(limited: Served) -> None:
    for number in range(MOST):
        assert asked(limited, 1, f"2001:db8:1:2::{number}")[0].status_code == 200
    assert asked(limited, 1, "2001:db8:1:2:ffff::1")[0].status_code == 429
    assert asked(limited, 1, "2001:db8:1:3::1")[0].status_code == 200


def test_who_is_named_by_no_address_is_anybody(limited: Served) -> None:
    for number in range(MOST):
        assert asked(limited, 1, f"proxy-{number}")[0].status_code == 200
    assert asked(limited, 1, "x" * 10_000)[0].status_code == 429


def test_an_address_of_ipv4_is_the_same_client_in_ipv6(limited: Served) -> None:
    assert asked(limited, MOST, "::ffff:198.51.100.7")[-1].status_code == 200
    assert asked(limited, 1, "198.51.100.7")[0].status_code == 429


def test_what_tells_how_the_service_does_is_not_counted(limited: Served) -> None:
    asked(limited, MOST + 1)
    for path in ("/readyz", "/healthz", "/docs", "/openapi.json"):
        assert limited.client.get(path).status_code == 200


def test_nothing_is_counted_unless_that_is_set(api: httpx.Client) -> None:
    assert {api.get("/v1/dataset").status_code for _ in range(100)} == {200}
