"""How another Parley is asked for all its records, or for what has changed since."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Self

import httpx
import orjson

from app import VERSION
from app.errors import ParleyError

MOST_CHANGES = 50_000
"""Changes that are asked for one by one; of more, all records are fewer."""

_AT_ONCE = 1000
_PATIENCE = httpx.Timeout(60, connect=10)
_TRIES = 5
_BUSY = {429, 502, 503, 504}


class _TooFarBehind(Exception):
    """What has changed cannot be told, or is too much."""


class RemoteFailed(ParleyError):
    """The other Parley does not answer, or not as one does."""


class Remote:
    """Another Parley, as it is reached over HTTP."""

    def __init__(self, url: str, tell: Callable[[int], None]) -> None:
        self.url = url
        self._tell = tell
        self._client = httpx.Client(
            headers={"User-Agent": f"parley/{VERSION}"},
            timeout=_PATIENCE,
            follow_redirects=True,
            transport=httpx.HTTPTransport(retries=3),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def everything(self, file: IO[bytes]) -> str:
        """Write all records to a file, as an export has them, and give the place in the feed.

        Raises:
            RemoteFailed: it does not send all of them.
        """
        count = 0
        with self._asked("/v1/records.ndjson") as answer:
            for part in answer.iter_bytes():
                file.write(part)
                count += part.count(b"\n")
                self._tell(count)
            return self._member(answer.headers, "Sync-Token")

    def changes(self, since: str, file: IO[bytes]) -> str | None:
        """Write what became of records after a place in the feed, and give the place after it.

        Nothing is written, and there is no place, where it does not know that place any more, or so
        much has changed that all records are less.

        Raises:
            RemoteFailed: it does not answer.
        """
        try:
            newest, since = self._newest(since)
        except _TooFarBehind:
            return None
        file.writelines(_line(one) for one in newest)
        return since

    def _newest(self, since: str) -> tuple[Iterable[dict[str, Any]], str]:
        """Read the last change of each record, in their order, and the place after them."""
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        for page in self._pages(since):
            since = self._member(page, "next_since")
            for change in page["data"]:
                key = (change["type"], change["id"])
                newest.pop(key, None)  # So that the order is that of the last changes.
                newest[key] = change
            self._tell(len(newest))
        return newest.values(), since

    def _pages(self, since: str) -> Iterator[Any]:
        more = True
        while more:
            path = f"/v1/changes?limit={_AT_ONCE}&since={since}"
            with self._asked(path) as answer:
                page = self._json(answer)
            if page["data"] and page["revision"] - page["data"][0]["seq"] > MOST_CHANGES:
                raise _TooFarBehind
            yield page
            since, more = page["next_since"], page["more"]

    @contextmanager
    def _asked(self, path: str) -> Iterator[httpx.Response]:
        """Ask, and ask again while it is busy."""
        try:
            for waits in range(_TRIES):
                with self._client.stream("GET", self.url + path) as answer:
                    if answer.status_code not in _BUSY or waits == _TRIES - 1:
                        self._refuse(answer)
                        yield answer
                        return
                time.sleep(_seconds(answer.headers.get("Retry-After"), 2**waits))
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise RemoteFailed(f"{self.url} does not answer: {what}.") from error

    def _refuse(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.GONE:
            raise _TooFarBehind
        if answer.status_code != httpx.codes.OK:
            path = answer.url.path
            raise RemoteFailed(
                f"{self.url} answers {answer.status_code} to {path}: is it a Parley?"
            )

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return orjson.loads(answer.read())
        except orjson.JSONDecodeError:
            raise RemoteFailed(f"{self.url} does not answer as a Parley does.") from None

    def _member(self, found: Any, name: str) -> str:
        if name not in found:
            raise RemoteFailed(f"{self.url} does not answer as a Parley does: it has no {name}.")
        return str(found[name])


def _line(change: dict[str, Any]) -> bytes:
    """Write what a change left as an export does."""
    if change["op"] == "upsert":
        left = {"type": change["type"], **change["record"]}
    else:
        left = {
            "type": "tombstone",
            "of": change["type"],
            "id": change["id"],
            **change["tombstone"],
        }
    return orjson.dumps(left, option=orjson.OPT_APPEND_NEWLINE)


def _seconds(given: str | None, otherwise: int) -> int:
    return min(int(given), 60) if given and given.isdecimal() else otherwise
