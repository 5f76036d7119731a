"""Those who ask what nobody should: each is refused, or cut off, and harms nobody else."""

import re
import socket
import time
from contextlib import suppress
from random import Random

import httpx

from tests.soaking.tally import Tally

_KIND = "hostile"
_REFUSALS = {"closed", "400", "401", "405", "408", "413", "422", "431"}
_PUT = "PUT /v1/people/nobody?reason=Tried HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n"
_IMPORT = "POST /v1/imports?reason=Tried HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
_GET = "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_NO_RETURN = b"\x01\x00\x00\x00\x00\x00\x00\x00"
"""Of SO_LINGER: who closes a connection so resets it."""


def _with_body(head: str, body: bytes) -> bytes:
    return f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def requests(secret: str) -> dict[str, bytes]:
    """Give what is sent, by what is wrong with it."""
    key = f"Authorization: Bearer {secret}\r\n"
    return {
        "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "a NUL in the address": b"GET /v1/meetings?q=\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "an encoded NUL": _GET.format("/v1/meetings?q=%00").encode(),
        "a NUL in an id": _GET.format("/v1/people/a%00b").encode(),
        "no UTF-8": _GET.format("/v1/meetings?q=%ff%fe").encode(),
        "a long address": _GET.format("/v1/meetings?q=" + "x" * 70_000).encode(),
        "a long search": _GET.format("/v1/meetings?q=" + "x" * 10_000).encode(),
        "many values": _GET.format("/v1/meetings?" + "country=FR&" * 2_000).encode(),
        "an unknown method": b"BREW /v1/meetings HTTP/1.1\r\nHost: x\r\n\r\n",
        "a method not allowed": b"PUT /v1/dataset HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "a wrong length": (_PUT + key + "Content-Length: -5\r\n\r\n").encode(),
        "two lengths": (_PUT + key + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}").encode(),
        "wrong chunks": (_PUT + key + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n").encode(),
        "no key": _with_body(_PUT, b"{}"),
        "a wrong key": _with_body(_PUT + f"Authorization: Bearer {secret}x\r\n", b"{}"),
        "a key that is none": _with_body(_PUT + "Authorization: Basic \xff\xfe\r\n", b"{}"),
        "no JSON": _with_body(_PUT + key, b"\xff\xfe{"),
        "deep JSON": _with_body(_PUT + key, b"[" * 200_000),
        "a huge number": _with_body(_PUT + key, b'{"id": ' + b"9" * 100_000 + b"}"),
        "a NUL in a record": _with_body(_PUT + key, b'{"id": "nobody", "name": {"en": "\\u0000"}}'),
        "a long record": _with_body(_PUT + key, b" " * 1_500_000),
        "a long file": _with_body(_IMPORT + key, b"x" * 10_500_000),
        "a long file without a key": _with_body(_IMPORT, b"x" * 10_500_000),
        "a wide table": _with_body(_IMPORT + key, b"date," * 100_000 + b"\n"),
        "a file in quotes": _with_body(_IMPORT + key, b'date,countries\n"' + b"x" * 300_000),
    }


class Intruder:
    """Somebody who sends such things, and leaves when it pleases them."""

    def __init__(self, address: httpx.URL, tally: Tally, secret: str, random: Random) -> None:
        self._address = address.host, address.port or 0
        self._tally, self._random = tally, random
        self._requests = requests(secret)

    def intrude(self) -> None:
        """Send something wrong, or something right in a wrong way."""
        name = self._random.choice(list(self._requests))
        ways = (self._whole, self._whole, self._whole, self._half, self._leave, self._hurry)
        begun = time.perf_counter()
        outcome = self._random.choice(ways)(name)
        self._tally.note(_KIND, outcome, time.perf_counter() - begun)

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=60)

    def _whole(self, name: str) -> str:
        """Send it all; it is refused, and nothing else."""
        with self._connect() as connection:
            # Who is refused early is cut off while still sending.
            with suppress(ConnectionError):
                connection.sendall(self._requests[name])
            answer = _received(connection)
        status = answer[9:12].decode("ascii", "replace") or "closed"
        if status == "503" and b"retry-after" in answer.lower():
            self._tally.refuse(_KIND, _code(answer))
        elif status not in _REFUSALS:
            self._tally.blame(f"{name} is answered with {answer[:2000]!r}")
        return status

    def _half(self, name: str) -> str:
        """Send the half of it, and go after a while."""
        content = self._requests[name]
        with self._connect() as connection, suppress(ConnectionError):
            connection.sendall(content[: len(content) // 2])
            time.sleep(self._random.choice((0, 0.1, 1)))
        return "left"

    def _leave(self, _: str) -> str:
        """Ask what takes long, and be gone when it comes."""
        path = self._random.choice(("/v1/dyads?level=person", "/v1/meetings?limit=1000&q=or"))
        with self._connect() as connection:
            connection.sendall(_GET.format(path).encode())
            time.sleep(self._random.choice((0, 0.02)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_RETURN)
        return "left"

    def _hurry(self, _: str) -> str:
        """Ask many times before the first answer, and read none."""
        with self._connect() as connection, suppress(ConnectionError):
            connection.sendall(b"GET /v1/meetings HTTP/1.1\r\nHost: x\r\n\r\n" * 30)
        return "left"


def _received(connection: socket.socket) -> bytes:
    """Read an answer to its end, or as far as it comes before the connection is cut."""
    found = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65_536):
            found += piece
    return found


def _code(answer: bytes) -> str:
    found = re.search(rb'"code":"(\w+)"', answer)
    return found[1].decode() if found else "unknown"
