"""How Parley is served, and where it says that it is."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
import uvicorn

from app import SERVING
from app.cli.data import seed
from app.cli.terminal import cli, ready, say
from app.cli.upkeep import migrate
from app.errors import CannotListen, InvalidSetting
from app.logs import configuration
from app.metrics import FOLDER
from app.settings import Settings


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1)] = 1,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Migrate, and seed an empty database, first.")
    ] = False,
) -> None:
    """Answer questions over HTTP, until it is stopped."""
    if prepare:
        migrate()
        seed(if_empty=True)
    # Who only watches over workers needs no connection.
    ready().engine.dispose()
    _check_address(host, port)
    url = f"http://{_reached_at(host)}:{port}"
    say(f"To look at it: {url}/", f"The API: {url}/v1/meetings", f"To try it: {url}/docs")
    settings = Settings()
    with _counting_together(settings, workers):
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=configuration(_form(settings.log_format), settings.log_level),
            access_log=False,
            **SERVING,
        )


@contextmanager
def _counting_together(settings: Settings, workers: int) -> Iterator[None]:
    """Give several workers a folder to count in, as each asks for the sum of all."""
    given = os.environ.get(FOLDER)
    if given and not os.access(given, os.W_OK):
        raise InvalidSetting(f"{FOLDER} is “{given}”, which is no folder that can be written to")
    if not settings.metrics or workers == 1 or given:
        yield
        return
    with TemporaryDirectory(prefix="parley-metrics-") as folder:
        os.environ[FOLDER] = folder
        yield


def _form(asked: Literal["auto", "json", "pretty"]) -> Literal["json", "pretty"]:
    if asked == "auto":
        return "pretty" if sys.stderr.isatty() else "json"
    return asked


def _check_address(host: str, port: int) -> None:
    """Find out what the server would find out only after saying where it is."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in found:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(f"Port {port} is in use; choose another with --port.") from None
        raise CannotListen(
            f"Nothing can listen at {host}, port {port}: {error.strerror}."
            " Choose others with --host and --port."
        ) from None


def _reached_at(host: str) -> str:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (where to, not where from)
    return everywhere.get(host, f"[{host}]" if ":" in host else host)
