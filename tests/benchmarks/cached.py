"""How fast pages are answered that were asked for before: against sending the same bytes barely.

The floor is an application without anything, which uvicorn serves in the same way, in one process.
Both are asked in turn by the same client over the same number of connections; medians are compared.
"""

import asyncio
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any, cast

import httpx
import uvloop
from rich.console import Console
from rich.table import Table

from app import SERVING
from tests.benchmarks.growth import ROOT, kept
from tests.processes import started

LEAST = 0.5
"""Of the floor, on SQLite."""
CONNECTIONS, SECONDS = 16, 2.0

_BODY = "PARLEY_TEST_BODY"
_PATH = "/v1/meetings?country=RU"
_out = Console(highlight=False, width=120)


def bare() -> Any:
    """Make an application that sends the same bytes, whatever it is asked."""
    body = Path(os.environ[_BODY]).read_bytes()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app


class Asking(asyncio.Protocol):
    """A connection over which the same is asked again as soon as it is answered."""

    def __init__(self, request: bytes, length: int) -> None:
        self._request = request
        self._length = length
        self._missing = 0
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by its ways alone
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Count what has come, and ask again when that is all."""
        self._missing -= len(data)
        if self._missing <= 0:
            self.answers += 1
            self._ask()

    def _ask(self) -> None:
        self._missing += self._length
        self._transport.write(self._request)


async def answered(client: httpx.Client) -> float:
    """Ask for some seconds over all connections, and tell how many answers came in each second."""
    host, port = client.base_url.host, client.base_url.port or 80
    head = f"GET {_PATH} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n\r\n".encode()
    length = await _length(host, port, head)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Asking(head, length), host, port)
        for _ in range(CONNECTIONS)
    ]
    begun = time.perf_counter()
    await asyncio.sleep(SECONDS)
    took = time.perf_counter() - begun
    answers = sum(protocol.answers for _, protocol in made)
    for transport, _ in made:
        transport.close()
    return answers / took


async def _length(host: str, port: int, head: bytes) -> int:
    """Tell how many bytes an answer has on the wire, headers included: all are as long."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(head)
    start = await reader.readuntil(b"\r\n\r\n")
    [length] = [
        int(line.partition(b":")[2]) for line in start.splitlines() if b"content-length" in line
    ]
    await reader.readexactly(length)
    writer.close()
    return len(start) + length


@contextmanager
def both(meetings: int, folder: Path) -> Iterator[dict[str, httpx.Client]]:
    """Serve Parley, and the bytes of its page."""
    options = ["--http", SERVING["http"], "--ws", "none", "--no-access-log", "--factory"]
    database = kept(folder, meetings)
    with ExitStack() as stack, NamedTemporaryFile() as file:
        command = ["uvicorn", "app.main:create_app", *options]
        _, parley = stack.enter_context(started(command, database.url))
        file.write(parley.get(_PATH, headers={"Accept-Encoding": "identity"}).content)
        file.flush()
        os.environ[_BODY] = file.name
        command = ["uvicorn", "tests.benchmarks.cached:bare", *options]
        _, floor = stack.enter_context(started(command, database.url))
        floor.get("/")
        yield {"the floor": floor, "Parley": parley}


def main() -> None:
    """Print how many pages come in a second, and fail if Parley is too far from the floor."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    given = parser.parse_args()
    found: dict[str, list[float]] = {"the floor": [], "Parley": []}
    with both(given.meetings, given.folder) as clients:
        for _ in range(given.rounds):
            for name, client in clients.items():
                found[name].append(uvloop.run(answered(client)))
    ratio = median(found["Parley"]) / median(found["the floor"])
    table = Table("a page that was asked for before", "a second", box=None, pad_edge=False)
    for name, rounds in found.items():
        table.add_row(name, f"{median(rounds):,.0f}")
    table.add_row("of the floor", f"{ratio:.2f}")
    _out.print(table)
    sys.exit(ratio < LEAST)


if __name__ == "__main__":
    main()
