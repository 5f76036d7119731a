"""Records that nobody would write are refused with a problem or stored whole, and nothing between.

Real records are damaged in random places, as JSON values, as texts of files, and as bytes.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Database
from app.records.audit import audit
from app.records.export import export
from tests.api.asking import EXAMPLES, PROBLEM
from tests.api.conftest import writable
from tests.databases import Backend

WHY = {"reason": "Tried by a test."}
PATHS = sorted(path for route, path in EXAMPLES.items())

WORDS = ["", " ", "\x00", "\ud800", "\u202e", "\u200b", "a" * 300, "a" * 70_000, "../../x"]
NAMED = ["RU", "wang-xiaohong", "stated/x", "2023", "2023-02-30", "0000", "9999-12-31"]
NUMBERS = [0, -1, 1, 2**31, 2**63, 2**64, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf")]
OTHERS: list[Any] = [None, True, False, [], {}, [[]], [None], {"": None}, {"id": 1}, {"en": "x"}]
NAMES = ["id", "type", "version", "date", "value", "earliest", "person", "en", "zh", "into"]
BYTES = [b"\xff", b"\xef\xbb\xbf", b"\x00", b"\n", b'"', b"{", b",,;", b"&a [*a]", b"!!python"]
NOT_OURS = ["Input should", "Extra inputs", "String should", "List should", "Field required"]
"""How messages of Pydantic begin."""
SHEET = b"""date,place,people,countries,source
2023-12-24,beijing,Ann Lee,CN;RU,xinhua-english"""

# Copies, as what is drawn once may be damaged before it is drawn again.
values = st.recursive(
    st.sampled_from([*WORDS, *NAMED, *NUMBERS, *OTHERS]).map(deepcopy)
    | st.text(max_size=20)
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
names = st.sampled_from(NAMES) | st.text(max_size=8)
few_bytes = st.binary(max_size=6) | st.sampled_from([*BYTES, b"[" * 3000])


class Target(NamedTuple):
    """A server, its database, and a client that may write."""

    client: httpx.Client
    database: Database

    def revision(self) -> int:
        """How much was written so far."""
        return int(self.client.get("/v1/dataset").json()["revision"])


@pytest.fixture(scope="module")
def target(backend: Backend) -> Iterator[Target]:
    """A server of the seed that the tests of this module may spoil."""
    database = backend.seeded()
    with writable(database) as client:
        yield Target(client, database)
    backend.remove(database)


@pytest.fixture(params=[15, pytest.param(300, marks=pytest.mark.slow)])
def reproducible(request: pytest.FixtureRequest) -> settings:
    """How much is tried, the same each time."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=request.param,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.fixture(scope="module")
def lines(target: Target) -> list[bytes]:
    """The records of the seed, as they are exported."""
    with target.database.read() as session:
        return b"".join(export(session)).splitlines()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every member and item within a value."""
    inner: Any = []
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def damaged(data: st.DataObject, record: Any) -> Any:
    """Change, remove, repeat or add some members of a record, or none."""
    record = deepcopy(record)
    for _ in range(data.draw(st.integers(0, 3))):
        *outer, name = data.draw(st.sampled_from([*places(record)]))
        holder = record
        for step in outer:
            holder = holder[step]
        match data.draw(st.sampled_from(["change", "change", "remove", "add", "repeat"])):
            case "change":
                holder[name] = data.draw(values)
            case "remove":
                del holder[name]
            case "add" if isinstance(holder, dict):
                holder[data.draw(names)] = data.draw(values)
            case "repeat" if isinstance(holder, list):
                holder.append(deepcopy(holder[name]))
    return record


def refused_or_done(target: Target, answer: httpx.Response, before: int) -> None:
    """Make sure that a refusal is a problem and changed nothing."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == PROBLEM
        detail = answer.json()["detail"]
        assert detail
        assert not [words for words in NOT_OURS if words in detail]
        assert target.revision() == before


def import_(target: Target, content: bytes, media: str) -> httpx.Response:
    return target.client.post(
        "/v1/imports", content=content, params=WHY, headers={"Content-Type": media}
    )


def test_damaged_records_are_refused_or_stored(target: Target, reproducible: settings) -> None:
    read = {path: target.client.get(path).json() for path in PATHS}
    codes = set()

    @reproducible
    @given(st.data())
    def put(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(PATHS))
        body = json.dumps(damaged(data, read[path])).encode()
        before = target.revision()
        answer = target.client.put(path, content=body, params=WHY, headers={"If-Match": "*"})
        refused_or_done(target, answer, before)
        codes.add(answer.status_code)
        if answer.is_success:
            assert answer.json() == target.client.get(path).json()

    put()
    assert {200, 422} <= codes


def test_damaged_exports_are_refused_or_taken_in(
    target: Target, lines: list[bytes], reproducible: settings
) -> None:
    codes = set()

    @reproducible
    @given(st.data())
    def import_some(data: st.DataObject) -> None:
        some = data.draw(st.lists(st.sampled_from(lines), min_size=1, max_size=4, unique=True))
        records = [damaged(data, orjson.loads(line)) for line in some]
        content = "\n".join(map(json.dumps, records)).encode()
        before = target.revision()
        answer = import_(target, content, "application/x-ndjson")
        refused_or_done(target, answer, before)
        codes.add(answer.status_code)

    import_some()
    assert {200, 422} <= codes


@pytest.mark.parametrize("media", ["application/x-ndjson", "application/yaml", "text/csv"])
def test_damaged_files_are_refused_or_taken_in(
    target: Target, lines: list[bytes], media: str, reproducible: settings
) -> None:
    @reproducible
    @given(st.data())
    def import_some(data: st.DataObject) -> None:
        some = data.draw(st.lists(st.sampled_from(lines[-20:]), max_size=2))
        content = SHEET if media == "text/csv" else b"\n".join(some)
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)))
            end = start + data.draw(st.integers(0, 4))
            content = content[:start] + data.draw(few_bytes) + content[end:]
        before = target.revision()
        refused_or_done(target, import_(target, content, media), before)

    import_some()


def test_nothing_is_left_half_done(target: Target) -> None:
    """Comes last: it looks at what the others left."""
    with target.database.read() as session:
        # What was damaged may lack a citation, which is no half of a record.
        assert [what for what, _ in audit(session) if "no citation supports" not in what] == []
    assert target.database.damage() == []
