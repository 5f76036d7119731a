"""Real replicas answer what is read, and no answer is wrong or missing when a server fails."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from random import Random
from typing import Any, Self

import httpx
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from app.database import Database
from app.records import keys
from tests.api.asking import ask, problem, routes
from tests.processes import started
from tests.replication import Cluster, Node, replicated_seed
from tests.serving import serving

pytestmark = pytest.mark.slow

PERSON = "/v1/people/wang-xiaohong"
LONGEST = 5.0
"""Seconds that an answer may take: two to connect to who says nothing, and a busy machine's own."""
PATHS = ("/v1/meetings?country=RU", "/v1/people", PERSON, "/v1/counts?by=theme", "/v1/people.csv")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A primary with the seed, and two replicas; all of them run."""
    with replicated_seed() as made:
        yield made


@pytest.fixture
def secret(cluster: Cluster) -> str:
    """A key of somebody who may write."""
    database = Database(cluster.primary.url)
    with database.write() as session:
        made = keys.create(session, f"ann-{time.monotonic_ns()}")
    database.engine.dispose()
    return made


@pytest.fixture
def client(cluster: Cluster, secret: str) -> Iterator[httpx.Client]:
    """Somebody with a key, at a server that knows the replicas, which all are in service."""
    cluster.wait()
    with serving(cluster.primary.url, cluster.replica_url) as served:
        served.client.headers["Authorization"] = f"Bearer {secret}"
        yield served.client


Told = Callable[[Connection, Any, str], None]
_told: list[Told] = []


@event.listens_for(Engine, "before_cursor_execute")
def _tell(connection: Connection, cursor: Any, statement: str, *_: object) -> None:
    # One listener for good: others must not come and go while threads send statements.
    for one in tuple(_told):
        one(connection, cursor, statement)


@contextmanager
def told(note: Told) -> Iterator[None]:
    """Tell of each statement before this process sends it, until the end of the block."""
    _told.append(note)
    try:
        yield
    finally:
        _told.remove(note)


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Count the statements that this process sends meanwhile, by where they are sent."""
    counted: Counter[str] = Counter()

    def note(connection: Connection, *_: object) -> None:
        counted[str(connection.engine.url.query["host"])] += 1

    with told(note):
        yield counted


def by_node(cluster: Cluster, counted: Counter[str]) -> list[int]:
    """Give how many the primary and the replicas got."""
    return [counted[str(node.sockets)] for node in (cluster.primary, *cluster.replicas)]


def rename(client: httpx.Client, name: str, path: str = PERSON) -> httpx.Response:
    record = {"id": path.rpartition("/")[2], "name": {"en": name, "zh": name}}
    headers, why = {"If-Match": "*"}, {"reason": "Tried by a test."}
    return client.put(path, json=record, headers=headers, params=why)


def eventually(hold: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not hold():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def in_use(client: httpx.Client, node: Node) -> bool:
    """Tell whether questions go to this server; each is one that is not kept yet."""
    with statements() as counted:
        for _ in range(4):
            assert client.get(f"/v1/people?limit={next(_limits)}").status_code == 200
    return counted[str(node.sockets)] > 3


_limits = iter(range(1, 1000))


def test_replicas_answer_every_question_as_the_primary_does(
    cluster: Cluster, client: httpx.Client
) -> None:
    paths = list(routes(ask(client, "/openapi.json")).values())
    paths = [path for path in paths if path.startswith("/v1/")]
    assert len(paths) == 60
    with serving(cluster.primary.url) as alone, statements() as counted:
        expected = {path: alone.client.get(path) for path in paths}
    assert by_node(cluster, counted)[1:] == [0, 0]
    with statements() as counted:
        for path, answer in expected.items():
            found = client.get(path)
            assert (found.status_code, found.content) == (answer.status_code, answer.content), path
            assert found.headers["ETag"] == answer.headers["ETag"]
            assert "Parley-Stale" not in found.headers
    at_primary, *at_replicas = by_node(cluster, counted)
    assert at_primary == 0
    assert min(at_replicas) > 60
    for replica in cluster.replicas:
        # They know of no other client than this one and themselves.
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        assert replica.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {others}") > 0


@contextmanager
def paused(nodes: Sequence[Node]) -> Iterator[None]:
    """Let these replicas receive everything and show nothing new."""
    for node in nodes:
        node.ask("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        for node in nodes:
            eventually(partial(resumes, node))


def resumes(node: Node) -> bool:
    """Let it go on, which may break off this very statement, too."""
    with suppress(OperationalError):
        node.ask("SELECT pg_wal_replay_resume()")
    return bool(node.ask("SELECT NOT pg_is_wal_replay_paused()"))


def test_a_replica_that_is_behind_is_not_asked_for_what_it_has_not(
    cluster: Cluster, client: httpx.Client
) -> None:
    with paused(cluster.replicas):
        for number in range(5):
            assert rename(client, f"Behind {number}").status_code == 200
            for path in (PERSON, "/v1/people"):
                answer = client.get(path)
                assert f'"Behind {number}"' in answer.text
                assert "Parley-Stale" not in answer.headers
    cluster.wait()
    assert all(in_use(client, replica) for replica in cluster.replicas)


def test_another_replica_answers_for_one_that_is_behind(
    cluster: Cluster, client: httpx.Client
) -> None:
    first, second = cluster.replicas
    with paused([first]):
        rename(client, "Known to one")
        eventually(lambda: cluster.has_arrived(second))
        with statements() as counted:
            assert '"Known to one"' in client.get(PERSON).text
            assert '"Known to one"' in client.get("/v1/people").text
        assert counted[str(cluster.primary.sockets)] == 0
        assert counted[str(second.sockets)] > 2


class Readers:
    """Threads that ask all the time, and note what they are answered with and how long it took."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._stopped = threading.Event()
        self.statuses: Counter[int] = Counter()
        self.stale = 0
        self.longest = 0.0

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(6)
        self._asking = [self._pool.submit(self._ask, number) for number in range(6)]
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for one in self._asking:
            one.result()
        self._pool.shutdown()

    def _ask(self, number: int) -> None:
        random = Random(number)
        while not self._stopped.is_set():
            # Hardly any is answered from memory.
            path = f"{random.choice(('/v1/people', '/v1/meetings'))}?limit={random.randint(1, 999)}"
            begun = time.monotonic()
            answer = self._client.get(path)
            self.longest = max(self.longest, time.monotonic() - begun)
            self.statuses[answer.status_code] += 1
            self.stale += "Parley-Stale" in answer.headers


def test_a_replica_that_is_lost_costs_no_answer_and_is_used_again_when_it_is_back(
    cluster: Cluster, client: httpx.Client
) -> None:
    lost, other = cluster.replicas
    with Readers(client) as readers:
        for _ in range(3):
            time.sleep(0.5)
            lost.crash()
            time.sleep(0.5)
            assert in_use(client, other)
            assert not in_use(client, lost)
            lost.start()
            eventually(partial(in_use, client, lost))
    assert set(readers.statuses) == {200}
    assert readers.statuses[200] > 300
    assert readers.stale == 0
    assert readers.longest < LONGEST


def test_all_replicas_may_be_lost(cluster: Cluster, client: httpx.Client) -> None:
    with Readers(client) as readers:
        for replica in cluster.replicas:
            time.sleep(0.2)
            replica.crash()
        time.sleep(0.5)
        rename(client, "Without replicas")
        assert '"Without replicas"' in client.get(PERSON).text
        for replica in cluster.replicas:
            replica.start()
    assert set(readers.statuses) == {200}
    assert readers.stale == 0
    for replica in cluster.replicas:
        eventually(partial(in_use, client, replica))


def test_without_the_primary_reads_go_on_and_say_so(cluster: Cluster, client: httpx.Client) -> None:
    before = {path: client.get(path) for path in PATHS}
    assert ask(client, "/readyz") == {"status": "ok"}
    cluster.primary.crash()
    try:
        for _ in range(2):
            for path, answer in before.items():
                for given in ({}, {"If-None-Match": answer.headers["ETag"]}):
                    found = client.get(path, headers=given)
                    assert (found.status_code, found.content) == (200, answer.content)
                    assert_stale(found)
                assert_stale(client.head(path))
        assert_stale(client.get("/v1/people/nobody"))
        assert ask(client, "/readyz") == {"status": "stale"}
        for refused in (rename(client, "Never"), client.delete(PERSON, headers={"If-Match": "*"})):
            assert problem(refused, 503)["code"] == "not_ready"
            assert int(refused.headers["Retry-After"]) > 0
    finally:
        cluster.primary.start()
    for path, answer in before.items():
        found = client.get(path)
        assert (found.status_code, found.content) == (200, answer.content)
        assert found.headers["ETag"] == answer.headers["ETag"]
        assert found.headers["Cache-Control"] == "public, no-cache"
        assert "Parley-Stale" not in found.headers
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    assert ask(client, "/readyz") == {"status": "ok"}
    assert rename(client, "Written again").status_code == 200
    assert '"Written again"' in client.get(PERSON).text


def assert_stale(answer: httpx.Response) -> None:
    assert answer.headers["Parley-Stale"] == "true"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_the_primary_may_be_lost_in_the_middle_of_reading(
    cluster: Cluster, client: httpx.Client
) -> None:
    with Readers(client) as readers:
        for _ in range(3):
            time.sleep(0.3)
            cluster.primary.crash()
            time.sleep(0.3)
            cluster.primary.start()
    assert set(readers.statuses) == {200}
    assert readers.stale > 10
    assert readers.longest < LONGEST
    assert "Parley-Stale" not in client.get("/v1/people?limit=2").headers


def test_the_primary_may_be_lost_while_it_answers(cluster: Cluster, client: httpx.Client) -> None:
    try:
        with paused(cluster.replicas):
            rename(client, "Known to the primary alone")
            with once_at(cluster.primary, lambda _: cluster.primary.crash()) as met:
                answer = client.get(PERSON)
    finally:
        cluster.primary.start()
    assert met
    assert answer.status_code == 200
    assert "Known to the primary alone" not in answer.text
    assert_stale(answer)
    assert "Known to the primary alone" in client.get(PERSON).text


def test_the_primary_and_a_replica_may_be_lost(cluster: Cluster, client: httpx.Client) -> None:
    lost, _ = cluster.replicas
    with Readers(client) as readers:
        time.sleep(0.2)
        cluster.primary.crash()
        time.sleep(0.2)
        lost.crash()
        time.sleep(0.5)
        cluster.primary.start()
        lost.start()
    assert set(readers.statuses) == {200}


def test_without_anybody_there_is_no_answer_for_the_moment(
    cluster: Cluster, client: httpx.Client
) -> None:
    nodes = (cluster.primary, *cluster.replicas)
    for node in nodes:
        node.crash()
    try:
        for path in (*PATHS, "/readyz"):
            answer = client.get(path)
            problem(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0
            assert "Parley-Stale" not in answer.headers
    finally:
        for node in nodes:
            node.start()
    assert client.get(PERSON).status_code == 200


@contextmanager
def once_at(
    node: Node, happen: Callable[[Connection], None], before: str = ""
) -> Iterator[list[str]]:
    """Let something happen when a server has begun to answer; name the statement before which."""
    met: list[str] = []

    def interrupt(connection: Connection, _cursor: Any, statement: str) -> None:
        here = connection.engine.url.query["host"] == str(node.sockets)
        begun = "FROM dataset" not in statement and before in statement
        if here and begun and not met:
            met.append(statement)
            happen(connection)

    with told(interrupt):
        yield met


def make_room(cluster: Cluster) -> None:
    """Remove from the primary's files what an open snapshot of a replica still may show."""
    cluster.primary.ask("UPDATE people SET name_en = name_en")
    cluster.primary.ask("VACUUM people")


@pytest.mark.parametrize("meanwhile", ["it waits", "it reads"])
def test_what_a_replica_breaks_off_for_the_log_the_primary_answers(
    cluster: Cluster, client: httpx.Client, meanwhile: str
) -> None:
    def conflict(connection: Connection) -> None:
        if meanwhile == "it waits":  # Then its connection is cut.
            make_room(cluster)
            eventually(lambda: cluster.has_arrived(node))
        else:  # Then the statement is cancelled.
            vacuum = threading.Timer(0.2, make_room, [cluster])
            vacuum.start()
            connection.exec_driver_sql("SELECT pg_sleep(20)")

    for number, node in enumerate(cluster.replicas):
        eventually(partial(in_use, client, node))
        with once_at(node, conflict) as met, statements() as counted:
            for limit in range(2):
                answer = client.get(f"/v1/meetings?limit={10 + 2 * number + limit}")
                assert len(ask_data(answer)) == 9
        assert met
        assert counted[str(cluster.primary.sockets)] > 0


@pytest.mark.parametrize(
    ("last", "broken"),
    [("count(*)", 0), ("FROM regions LEFT OUTER", 0), ("FROM meetings LEFT OUTER", 1)],
)
def test_a_file_that_a_replica_breaks_off_breaks_visibly_once_a_part_of_it_was_sent(
    cluster: Cluster, client: httpx.Client, last: str, broken: int
) -> None:
    node, _ = cluster.replicas
    eventually(partial(in_use, client, node))
    whole = client.get("/v1/records.ndjson").content

    def is_broken(number: int) -> bool:
        unlike_all = {"Accept-Encoding": f"identity, unlike-{number}"}
        try:
            assert client.get("/v1/records.ndjson", headers=unlike_all).content == whole
        except httpx.RemoteProtocolError:
            return True
        return False

    with once_at(node, lambda _: node.crash(), last) as met:
        found = [is_broken(number) for number in range(4)]
    assert met
    node.start()
    assert found.count(True) == broken


def ask_data(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    assert "Parley-Stale" not in answer.headers
    found: list[Any] = answer.json()["data"]
    return found


def test_no_read_is_older_than_a_write_before_it(cluster: Cluster, secret: str) -> None:
    """Several processes, several threads, and replicas that fail and come back meanwhile."""
    cluster.wait()
    command = ["parley", "serve", "--workers", "2"]
    replicas = {"PARLEY_REPLICA_URL": cluster.replica_url}
    with started(command, cluster.primary.url, **replicas) as (_, client):
        client.headers["Authorization"] = f"Bearer {secret}"
        eventually(lambda: client.get("/readyz").status_code == 200)
        acknowledged: dict[str, int] = {}
        lock = threading.Lock()

        def write(writer: int) -> int:
            path = f"/v1/people/writer-{writer}"
            record = {"id": f"writer-{writer}", "name": {"en": "0", "zh": "0"}}
            new, why = {"If-None-Match": "*"}, {"reason": "Tried by a test."}
            assert client.put(path, json=record, headers=new, params=why).status_code == 201
            for number in range(1, 40):
                with lock:
                    acknowledged[path] = number - 1
                assert rename(client, str(number), path).status_code == 200
            return 39

        def read(reader: int) -> int:
            random, done = Random(reader), 0
            while done < 200:
                with lock:
                    known = dict(acknowledged)
                if not known:
                    time.sleep(0.01)
                    continue
                path = random.choice(list(known))
                answer = client.get(path)
                assert answer.status_code == 200
                assert "Parley-Stale" not in answer.headers
                assert int(answer.json()["name"]["en"]) >= known[path]
                done += 1
            return done

        with ThreadPoolExecutor(10) as threads:
            writing = [threads.submit(write, number) for number in range(3)]
            reading = [threads.submit(read, number) for number in range(6)]
            for replica in cluster.replicas:
                time.sleep(0.5)
                replica.crash()
                replica.start()
        assert [one.result() for one in writing] == [39] * 3
        assert [one.result() for one in reading] == [200] * 6


def measured(client: httpx.Client, name: str) -> dict[str, float]:
    """Read a metric that each server of the database has."""
    text = client.get("/metrics").raise_for_status().text
    found = re.findall(rf'^{name}{{database="(.*?)"}} (\S+)$', text, re.MULTILINE)
    return {server: float(value) for server, value in found}


def test_what_is_measured_tells_how_far_replicas_are_behind(cluster: Cluster, secret: str) -> None:
    cluster.wait()
    first, second = cluster.replicas
    with serving(cluster.primary.url, cluster.replica_url, metrics=True) as served:
        served.client.headers["Authorization"] = f"Bearer {secret}"
        assert measured(served.client, "parley_replica_lag_seconds") == {
            "replica-1": 0,
            "replica-2": 0,
        }
        with paused([second]):
            assert rename(served.client, f"Measured {time.monotonic_ns()}").status_code == 200
            eventually(lambda: cluster.has_arrived(first))
            time.sleep(0.2)
            lag = measured(served.client, "parley_replica_lag_seconds")
            assert lag["replica-1"] == 0
            assert lag["replica-2"] > 0.1
            revision = measured(served.client, "parley_revision")
            assert revision["primary"] == revision["replica-1"] > revision["replica-2"]
        second.crash()
        up = measured(served.client, "parley_database_up")
        assert up == {"primary": 1, "replica-1": 1, "replica-2": 0}
        second.start()
        eventually(lambda: measured(served.client, "parley_database_up")["replica-2"])
