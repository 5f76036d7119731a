"""Servers in processes of their own, as they are run for real."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

import httpx

_QUIET = subprocess.DEVNULL
_SECONDS_TO_LISTEN = 60


class _Patient(httpx.HTTPTransport):
    """Waits for a server to listen."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = time.monotonic() + _SECONDS_TO_LISTEN
        while True:
            try:
                return super().handle_request(request)
            except httpx.ConnectError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def started(
    command: list[str], url: str, **variables: str
) -> AbstractContextManager[tuple[int, httpx.Client]]:
    """Start a server of a database at a free port, which the command is given, and stop it.

    A program without a path is one that is installed beside Python.
    """
    return _started(command, url, variables, _QUIET)


@contextmanager
def _started(
    command: list[str], url: str, variables: dict[str, str], log: int | IO[bytes]
) -> Iterator[tuple[int, httpx.Client]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [str(Path(sys.executable).parent / command[0]), *command[1:], "--port", port]
    environment = os.environ | {"PARLEY_DATABASE_URL": url} | variables
    # Asks over no connection that the server may be about to close.
    patient = _Patient(limits=httpx.Limits(keepalive_expiry=2))
    with (
        subprocess.Popen(command, env=environment, stdout=_QUIET, stderr=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=patient, timeout=300) as client,
    ):
        try:
            yield process.pid, client
        finally:
            process.terminate()


@contextmanager
def logging_to(file: Path, url: str, **variables: str) -> Iterator[httpx.Client]:
    """Serve a database, and keep its log in a file."""
    with file.open("wb") as log, _started(["parley", "serve"], url, variables, log) as (_, client):
        yield client


@contextmanager
def serving(url: str) -> Iterator[tuple[int, httpx.Client]]:
    """Serve a database, and tell the process as well as how to ask it."""
    with started(["parley", "serve"], url) as running:
        yield running
