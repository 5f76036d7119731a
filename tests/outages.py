"""What tests of faults ask and write, and what they expect meanwhile and afterwards."""

import time
from collections.abc import Callable

import httpx

from app.database import Database
from app.records import keys
from app.records.audit import audit

READ = ("/v1/meetings?country=RU", "/v1/people/wang-xiaohong", "/v1/counts?by=theme", "/v1/dataset")
WHY = {"reason": "Tried by a test."}
PERSON = {"name": {"en": "Somebody", "zh": "某人"}}


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def put(client: httpx.Client, name: str) -> httpx.Response:
    """Create a person."""
    record = PERSON | {"id": name}
    return client.put(f"/v1/people/{name}", params=WHY, json=record, headers={"If-None-Match": "*"})


def wait_to_write(client: httpx.Client, name: str) -> None:
    """Try to create a person until that succeeds."""
    until(lambda: put(client, name).status_code == 201)


def key(url: str, name: str) -> dict[str, str]:
    """Make a key of somebody who may write, and give the header that tells it."""
    database = Database(url)
    with database.write() as session:
        secret = keys.create(session, name)
    database.engine.dispose()
    return {"Authorization": f"Bearer {secret}"}


def damage(url: str) -> list[str]:
    """Tell what is wrong with a database, beside what no source says of whom tests make up."""
    database = Database(url)
    with database.read() as session:
        found = [one.what for one in audit(session)]
    found += database.damage()
    database.engine.dispose()
    return found


def assert_not_ready(answer: httpx.Response, said: str = "") -> None:
    """Expect to be told so, and when to try again."""
    assert answer.status_code == 503, answer.url
    assert answer.json()["code"] == "not_ready"
    assert int(answer.headers["Retry-After"]) > 0
    assert said in answer.json()["detail"]


def assert_read(client: httpx.Client) -> None:
    """Expect that questions are answered, and not from memory alone."""
    paths = ["/readyz", *READ, f"/v1/people?limit={time.monotonic_ns() % 999 + 1}"]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)


def assert_all_is_well(client: httpx.Client, person: str) -> None:
    """Wait until it can be read, and then written."""
    until(lambda: client.get("/readyz").status_code == 200)
    assert_read(client)
    assert put(client, person).status_code == 201
