"""A real server on a loopback port, in a thread of the tests."""

import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Engine, event

from app import SERVING
from app.main import create_app
from app.settings import Settings

_numbers = count()
_UNUSED = httpx.create_ssl_context()
"""What each client would otherwise make for itself, which takes long; nothing is encrypted here."""


@dataclass(frozen=True)
class Served:
    """A running server: how to ask it, and the engine behind it."""

    client: httpx.Client
    engine: Engine

    @contextmanager
    def statements(self, *, compiled: bool = False) -> Iterator[list[str]]:
        """Note the SQL statements that are executed meanwhile, or only those compiled for that."""
        noted: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *rest: Any) -> None:
            _, context, _ = rest
            is_kept = not context.compiled or context.cache_hit is context.dialect.CACHE_HIT
            if not (compiled and is_kept):
                noted.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            yield noted
        finally:
            event.remove(self.engine, "before_cursor_execute", note)

    def cost(self, path: str) -> int:
        """Count the statements of an answer, but not the BEGIN that one of the drivers sends.

        Reading what is newest, which all who ask meanwhile share, is none of them.
        """
        # What was kept of an earlier answer was for others.
        unlike_all = {"Accept-Encoding": f"identity, unlike-{next(_numbers)}"}
        with self.statements() as noted:
            assert self.client.get(path, headers=unlike_all).status_code == 200
        return sum(statement != "BEGIN" for statement in noted)


class Declared:
    """What the contract declares, to which every answer that any test gets is held."""

    def __init__(self, contract: dict[str, Any]) -> None:
        self._operations = {
            re.compile(re.sub(r"{\w+}", "[^/]+", path)): item
            for path, item in contract["paths"].items()
        }
        self._headers = contract["components"]["headers"]

    def hold(self, response: httpx.Response) -> None:
        """Fail where this operation does not declare this status, media type or header."""
        path = response.url.path
        for pattern, item in self._operations.items():
            if pattern.fullmatch(path):
                responses = self._responses(item, response)
                status = str(response.status_code)
                name = "default" if status in {"400", "405", "431", "500"} else status
                assert name in responses, f"{path} answers {status}, which is not declared"
                media = response.headers.get("Content-Type")
                content = responses[name].get("content", {None: None})
                assert media in content, f"{path} answers {status} as {media}"
                self._hold_headers(response, responses[name]["headers"])

    def _responses(self, item: dict[str, Any], response: httpx.Response) -> dict[str, Any]:
        """Give what a method may be answered with; another is not allowed, and so on all paths."""
        method = response.request.method.replace("HEAD", "GET").lower()
        if method in item:
            found: dict[str, Any] = item[method]["responses"]
            return found
        return {"default": next(iter(item.values()))["responses"]["default"]}

    def _hold_headers(self, response: httpx.Response, declared: dict[str, Any]) -> None:
        come = {name for name in self._headers if name in response.headers}
        undeclared = come - set(declared)
        assert not undeclared, f"{response.url.path} answers with {undeclared}"
        missing = {name for name, one in self._headers.items() if one.get("required")} - come
        assert not missing, f"{response.url.path} answers without {missing}"


@cache
def declared() -> Declared:
    """Give what is declared, which hangs on no database."""
    return Declared(create_app(Settings(database_url="sqlite:///unused.db")).openapi())


@contextmanager
def serving(database_url: str, replica_url: str = "", **settings: Any) -> Iterator[Served]:
    """Serve this database, as it is set, until the end of the block."""
    app = create_app(Settings(database_url=database_url, replica_url=replica_url, **settings))
    # What tests cause on purpose is no news.
    logging.getLogger("parley").setLevel(logging.ERROR)
    config = uvicorn.Config(app, log_level="error", **SERVING)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = listening.getsockname()[1]
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            timeout=30,
            verify=_UNUSED,
            event_hooks={"response": [declared().hold]},
        ) as client:
            yield Served(client, app.state.database.engine)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
        app.state.database.engine.dispose()
