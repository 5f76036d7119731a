"""Servers in processes of their own, as they are run for real."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_QUIET = subprocess.DEVNULL


@contextmanager
def started(command: list[str], url: str, **variables: str) -> Iterator[tuple[int, httpx.Client]]:
    """Start a server of a database at a free port, which the command is given, and stop it.

    A program without a path is one that is installed beside Python.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [str(Path(sys.executable).parent / command[0]), *command[1:], "--port", port]
    environment = os.environ | {"PARLEY_DATABASE_URL": url} | variables
    # Waits for the server to listen, and asks over no connection that it may be about to close.
    patient = httpx.HTTPTransport(retries=6, limits=httpx.Limits(keepalive_expiry=2))
    with (
        subprocess.Popen(command, env=environment, stdout=_QUIET, stderr=_QUIET) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=patient, timeout=300) as client,
    ):
        try:
            yield process.pid, client
        finally:
            process.terminate()


@contextmanager
def serving(url: str) -> Iterator[tuple[int, httpx.Client]]:
    """Serve a database, and tell the process as well as how to ask it."""
    with started(["parley", "serve"], url) as running:
        yield running
