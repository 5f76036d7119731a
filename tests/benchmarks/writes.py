"""How long it takes to write over HTTP: a meeting, and a name that many meetings show.

What is written goes into the kept databases. Of it a few versions more are left, and perhaps a name
that is put back the next time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import select

from app.models import Term
from app.records import keys
from app.records.read_model.dependants import MOST_DEPENDANTS
from tests.benchmarks import asking
from tests.benchmarks.cores import Cores
from tests.benchmarks.questions import AFTER_A_WRITE
from tests.benchmarks.results import Results
from tests.benchmarks.servers import Server

MEETING, NEW, DELETED, NAME = (
    "a meeting is changed",
    "a meeting is added",
    "a meeting is deleted",
    "an organization is renamed",
)
SHOWN = "meetings that show the organization"
MS, NUMBER, COLD = "written, ms", "meetings", "counted right after a write, ms"

_TIMES = 5
_SUFFIX = " (renamed)"


@dataclass
class Writing:
    """How a server is written to."""

    server: Server
    headers: dict[str, str]
    meeting: dict[str, Any]
    organization: str
    shown: int
    added: list[str] = field(default_factory=list)

    def measure(self, cores: Cores, results: Results) -> None:
        """Rename once, write single meetings some times, and count after each as often."""
        size, system = self.server.size, self.server.system
        results.add(size, system, SHOWN, NUMBER, self.shown)
        results.noise = cores.settle()
        results.add(size, system, NAME, MS, self.rename())
        for name, write in ((MEETING, self.change), (NEW, self.add), (DELETED, self.delete)):
            results.noise = cores.settle()
            results.add(size, system, name, MS, median(write() for _ in range(_TIMES)))
        for case in AFTER_A_WRITE:
            results.noise = cores.settle()
            took = median(self.count(case) for _ in range(_TIMES))
            results.add(size, system, case, COLD, took * 1000)

    def count(self, case: str) -> float:
        """Change a meeting, and tell the seconds of a count right after that."""
        self.change()
        return asking.once(self.server.client, self.server.cases[case].path)

    def rename(self) -> float:
        """Give the organization another name, or the one that it had."""
        path = f"/v1/organizations/{self.organization}"
        record = self.server.client.get(path).raise_for_status().json()
        name = record["name"]["en"]
        other = name.removesuffix(_SUFFIX) if name.endswith(_SUFFIX) else name + _SUFFIX
        return self._put(path, record | {"name": record["name"] | {"en": other}}, record["version"])

    def change(self) -> float:
        """Give a meeting another summary."""
        path = f"/v1/meetings/{self.meeting['id']}"
        record = self.server.client.get(path).raise_for_status().json()
        text = f"Written {record['version']} times."
        return self._put(path, record | {"summary": {"en": text, "zh": text}}, record["version"])

    def add(self) -> float:
        """Add a meeting that is like another one."""
        self.added.append(f"bench-{time.time_ns()}")
        record = self.meeting | {"id": self.added[-1]}
        return self._put(f"/v1/meetings/{record['id']}", record, None)

    def delete(self) -> float:
        """Delete the meeting that was added last."""
        path = f"/v1/meetings/{self.added.pop()}"
        return self._timed("DELETE", path, {"If-Match": '"v1"'})

    def _put(self, path: str, record: dict[str, Any], version: int | None) -> float:
        condition = {"If-Match": f'"v{version}"'} if version else {"If-None-Match": "*"}
        return self._timed("PUT", path, condition, record)

    def _timed(
        self, method: str, path: str, condition: dict[str, str], record: object = None
    ) -> float:
        why, headers = {"reason": "To see how fast."}, self.headers | condition
        begun = time.perf_counter()
        answer = self.server.client.request(method, path, params=why, headers=headers, json=record)
        answer.raise_for_status()
        return (time.perf_counter() - begun) * 1000


@contextmanager
def writing(server: Server) -> Iterator[Writing]:
    """Make a key to write with, which is revoked in the end."""
    name = f"bench {time.time_ns()}"
    with server.database.write() as session:
        headers = {"Authorization": f"Bearer {keys.create(session, name)}"}
    organization, shown = _most_shown(server)
    page = server.client.get("/v1/meetings?date_to=2012-06&limit=1").raise_for_status().json()
    try:
        yield Writing(server, headers, page["data"][0], organization, shown)
    finally:
        with server.database.write() as session:
            keys.revoke(session, name)


def _most_shown(server: Server) -> tuple[str, int]:
    """Find the organization that most meetings show, of those that may be renamed over HTTP."""
    # Retracted meetings show it as well, and are counted apart.
    most = select(Term.value, Term.meetings).where(
        Term.facet == "organization",
        Term.retracted.is_(False),
        Term.meetings < MOST_DEPENDANTS * 0.9,
    )
    with server.database.read() as session:
        value, number = session.execute(most.order_by(Term.meetings.desc()).limit(1)).one()
    return value, number
