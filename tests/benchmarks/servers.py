"""What is measured: Parley on both systems, the floor and Datasette, of each size a server."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import inf
from tempfile import NamedTemporaryFile

import httpx

from app import SERVING
from app.database import Database
from tests.benchmarks import asking, questions, rival
from tests.benchmarks.asking import AGAIN, AGAIN_ALONE, Way
from tests.benchmarks.databases import kept_copy, kept_file
from tests.benchmarks.floor import BODY
from tests.benchmarks.memory import resident
from tests.benchmarks.questions import Case
from tests.benchmarks.results import Results
from tests.processes import started
from tests.queries.frequent import frequent

SQLITE, POSTGRES, FLOOR, DATASETTE = "SQLite", "Postgres", "floor", "Datasette"
TOTAL = "meetings found, as far as they are counted"

_LONG = 2.5
"""Seconds of an answer that is asked for once in a round."""
_OPTIONS = ["--http", SERVING["http"], "--ws", "none", "--no-access-log", "--factory"]


@dataclass
class Server:
    """A running server of one size, and what it is asked."""

    size: int
    system: str
    database: Database
    process: int
    client: httpx.Client
    cases: dict[str, Case]
    probed: dict[str, float] = field(default_factory=dict)
    """The seconds of one answer, before anything is measured."""

    def probe(self, results: Results) -> None:
        """Ask everything twice, so that what is read once is read, and what is slow is known."""
        for name, case in self.cases.items():
            took = asking.once(self.client, case.path)
            self.probed[name] = asking.once(self.client, case.path) if took < inf else inf
            if case.has_total:
                total = self.client.get(case.path).raise_for_status().json()["total"]
                results.add(self.size, self.system, name, TOTAL, total["value"] if total else 0)

    def is_fast(self, case: Case) -> bool:
        """Tell whether a question can be asked often."""
        return self.probed[case.name] < _LONG

    def measure(self, case: Case, way: Way, results: Results) -> None:
        """Ask a question in one of its ways; whatever is kept of it is there."""
        headers = case.headers(self.client)
        if way.again:
            asking.warm(self.client, case.path)
        elif results.turn.time == 0 and self.is_fast(case):
            asking.once(self.client, case.path)
        probed = 0 if way.again else self.probed[case.name]
        asked = asking.ask(self.client, case.path, headers, way, probed)
        if asked:
            results.add(self.size, self.system, case.name, way.rate, asked.rate)
            results.add(self.size, self.system, case.name, way.p50, asked.p50)

    def memory(self) -> float:
        """Tell how many megabytes it has now."""
        return resident(self.process)


def servers(stack: ExitStack, postgres: str, sizes: list[int]) -> list[Server]:
    """Start all servers, until the stack is closed."""
    found = [one for size in sizes for one in _of_size(stack, postgres, size)]
    largest = next(one for one in reversed(found) if one.system == SQLITE)
    return [stack.enter_context(_floor(largest)), *found]


def _of_size(stack: ExitStack, postgres: str, size: int) -> Iterator[Server]:
    file = kept_file(size)
    most = frequent(file)
    asked: list[Case] = []
    for system, database in ((SQLITE, file), (POSTGRES, kept_copy(postgres, file, size))):
        process, client = stack.enter_context(parley(database))
        client.get("/v1/meetings").raise_for_status()
        # They have the same data, and so the same places in it.
        asked = asked or questions.cases(client, most)
        yield _server(size, system, database, process, client, asked)
    process, client = stack.enter_context(rival.datasette(file))
    yield _server(size, DATASETTE, file, process, client, rival.cases(file, most))


def _server(
    size: int,
    system: str,
    database: Database,
    process: int,
    client: httpx.Client,
    asked: list[Case],
) -> Server:
    return Server(size, system, database, process, client, {one.name: one for one in asked})


@contextmanager
def parley(database: Database) -> Iterator[tuple[int, httpx.Client]]:
    """Serve a database by one worker, which keeps no log of who asks."""
    with started(["uvicorn", "app.main:create_app", *_OPTIONS], database.url) as running_:
        yield running_


@contextmanager
def _floor(of: Server) -> Iterator[Server]:
    """Serve the bytes of a first page in the same way, without anything else."""
    page = of.client.get("/v1/meetings", headers={"Accept-Encoding": "identity"}).content
    command = ["uvicorn", "tests.benchmarks.floor:create", *_OPTIONS]
    with NamedTemporaryFile() as file:
        file.write(page)
        file.flush()
        with started(command, of.database.url, **{BODY: file.name}) as (process, client):
            client.get("/").raise_for_status()
            asked = [Case(questions.FIRST_PAGE, "/", (AGAIN, AGAIN_ALONE))]
            yield _server(of.size, FLOOR, of.database, process, client, asked)
