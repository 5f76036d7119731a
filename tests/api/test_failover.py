"""A replica that takes the primary's place is found, and what was lost with that one stays lost."""

import time
from collections.abc import Iterator
from urllib.parse import quote_plus

import httpx
import pytest

from app.database import Database
from app.records import keys
from tests.api.asking import ask, problem
from tests.replication import Cluster, replicated_seed
from tests.serving import serving

pytestmark = pytest.mark.slow

PERSON = "/v1/people/wang-xiaohong"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A primary with the seed, and two replicas."""
    with replicated_seed() as made:
        yield made


def whoever_writes(cluster: Cluster) -> str:
    """Name all servers, of which that one is meant which can be written to."""
    nodes = (cluster.primary, *cluster.replicas)
    hosts = "&".join(f"host={quote_plus(str(node.sockets))}" for node in nodes)
    return f"postgresql://postgres@/parley?{hosts}&target_session_attrs=read-write"


def rename(client: httpx.Client, name: str) -> None:
    record = {"id": "wang-xiaohong", "name": {"en": name, "zh": name}}
    headers, why = {"If-Match": "*"}, {"reason": "Tried by a test."}
    answer = client.put(PERSON, json=record, headers=headers, params=why)
    assert answer.status_code == 200, answer.text


def test_what_only_the_lost_primary_and_another_replica_had_is_not_told_any_more(
    cluster: Cluster,
) -> None:
    behind, ahead = cluster.replicas
    url = whoever_writes(cluster)
    database = Database(url)
    with database.write() as session:
        secret = keys.create(session, "ann")
    database.engine.dispose()
    with serving(url, cluster.replica_url) as served:
        client = served.client
        client.headers["Authorization"] = f"Bearer {secret}"
        rename(client, "Known to all")
        cluster.wait()
        behind.crash()
        rename(client, "Known to one")
        while not cluster.has_arrived(ahead):
            time.sleep(0.01)
        cluster.primary.crash()
        behind.start()
        stale = client.get(PERSON)
        assert (stale.status_code, stale.headers["Parley-Stale"]) == (200, "true")
        behind.ask("SELECT pg_promote()")
        for _ in range(10):
            found = client.get(PERSON)
            assert ask(client, PERSON)["name"]["en"] == "Known to all"
            assert "Parley-Stale" not in found.headers
        rename(client, "Known to the new one")
        for _ in range(10):
            assert ask(client, PERSON)["name"]["en"] == "Known to the new one"
        assert ask(client, "/readyz") == {"status": "ok"}
        problem(client.get("/v1/people/nobody"), 404)
