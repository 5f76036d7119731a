"""A clock that jumps changes what is said of when, and nothing else."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import httpx
import pytest

from app.api import etags
from app.database import Database
from app.errors import DatabaseNotReady
from app.queries import dyads
from app.records import keys, log
from tests.databases import Backend
from tests.outages import WHY, damage, put
from tests.records.travelling import exported
from tests.serving import serving
from tests.test_cli import parley

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
JUMPS = (timedelta(0), 10 * YEAR, -HOUR, -20 * YEAR, HOUR, timedelta(0))
DYADS = "/v1/dyads?anchor=CN"


class Clock:
    """Where the clock stands, beside where it would."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self, zone: tzinfo = UTC) -> datetime:
        """Tell what it shows."""
        return datetime.now(zone) + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for all that reads one."""
    clock, seconds = Clock(), time.time

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return clock.now(tz)

    for module in (etags, dyads, keys, log):
        monkeypatch.setattr(module, "datetime", Shifted)
    monkeypatch.setattr(time, "time", lambda: seconds() + clock.ahead.total_seconds())
    return clock


@pytest.fixture
def client(seeded: Database, clock: Clock) -> Iterator[httpx.Client]:
    """Somebody whose key is valid for a year, at a server with that clock."""
    with seeded.write() as session:
        secret = keys.create(session, "ann", clock.now() + YEAR)
        forever = keys.create(session, "ben")
    with serving(seeded.url) as served:
        served.client.headers["Authorization"] = f"Bearer {forever}"
        served.client.headers["X-Other"] = f"Bearer {secret}"
        yield served.client


def rename(client: httpx.Client, name: str) -> httpx.Response:
    record = {"id": "wang-xiaohong", "name": {"en": name, "zh": name}}
    return client.put(
        "/v1/people/wang-xiaohong", params=WHY, json=record, headers={"If-Match": "*"}
    )


def test_changes_are_in_the_order_in_which_they_were_made(
    client: httpx.Client, clock: Clock, seeded: Database
) -> None:
    since = client.get("/v1/changes?limit=1000").json()["next_since"]
    known: dict[str, str] = {}
    said, places = [], []
    for number, clock.ahead in enumerate(JUMPS):
        places.append(client.get(f"/v1/changes?since={since}").json()["next_since"])
        assert rename(client, f"Name {number}").status_code == 200
        answer = client.get("/v1/people/wang-xiaohong", headers=known)
        assert (answer.status_code, answer.json()["name"]["en"]) == (200, f"Name {number}")
        known = tag(answer)
        assert client.get("/v1/people/wang-xiaohong", headers=known).status_code == 304
        said.append(datetime.fromisoformat(answer.json()["updated_at"]))
        assert abs(said[-1] - clock.now()) < timedelta(minutes=1)
    changes = client.get(f"/v1/changes?since={since}").json()["data"]
    assert [one["record"]["name"]["en"] for one in changes] == [f"Name {n}" for n in range(6)]
    assert [one["seq"] for one in changes] == list(range(343, 349))
    assert [datetime.fromisoformat(one["record"]["updated_at"]) for one in changes] == said
    for number, place in enumerate(places):
        assert len(client.get(f"/v1/changes?since={place}").json()["data"]) == 6 - number
    history = client.get("/v1/people/wang-xiaohong/history").json()["data"]
    assert [one["version"] for one in history] == [7, 6, 5, 4, 3, 2, 1]
    assert damage(seeded.url) == []


def tag(answer: httpx.Response) -> dict[str, str]:
    """Tell that an answer is known."""
    return {"If-None-Match": answer.headers["ETag"]}


@pytest.mark.slow
def test_a_copy_follows_all_the_same(
    client: httpx.Client, clock: Clock, seeded: Database, backend: Backend
) -> None:
    copy = backend.migrated()
    for number, clock.ahead in enumerate(JUMPS):
        rename(client, f"Name {number}")
        assert put(client, f"somebody-{number}").status_code == 201
        done = parley(copy, "pull", str(client.base_url))
        assert done.returncode == 0, done.stderr
        assert exported(copy) == exported(seeded)
    assert damage(copy.url) == []
    backend.remove(copy)


def test_a_key_is_valid_as_long_as_the_clock_says(client: httpx.Client, clock: Clock) -> None:
    client.headers["Authorization"] = client.headers["X-Other"]
    expected = [201, 401, 201, 201, 201, 201]
    for number, clock.ahead in enumerate(JUMPS):
        assert put(client, f"somebody-{number}").status_code == expected[number]


def test_how_long_ago_something_was_is_never_that_of_another_day(
    client: httpx.Client, clock: Clock
) -> None:
    tags: dict[str, dict[str, str]] = {}
    for clock.ahead in (*JUMPS, timedelta(days=1), timedelta(0)):
        answer = client.get(DYADS)
        said = answer.json()
        assert said["as_of"] == f"{clock.now():%F}"
        last = datetime.fromisoformat(f"{said['data'][0]['last']}T00:00Z")
        assert said["data"][0]["days_since_last"] == (clock.now() - last).days
        for day, known in tags.items():
            status = client.get(DYADS, headers=known).status_code
            assert status == (304 if day == said["as_of"] else 200)
        tags[said["as_of"]] = tag(answer)


@pytest.mark.slow
def test_no_time_limit_begins_or_ends_by_it(
    seeded: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = Database(seeded.url, 5)
    for clock.ahead in JUMPS:
        with limited.read() as session:
            keys.every(session)
    limited.engine.dispose()
    monkeypatch.setattr("app.engines.SECONDS_TO_WAIT_FOR_A_LOCK", 1)
    impatient = Database(seeded.url)
    with seeded.write():
        for clock.ahead in (10 * YEAR, -10 * YEAR):
            begun = time.monotonic()
            with pytest.raises(DatabaseNotReady, match="locked by another"), impatient.write():
                pass
            assert 1 <= time.monotonic() - begun < 5
    impatient.engine.dispose()
