"""How another Parley is asked for all its records, or for what has changed since."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import IO, Any, Literal, Self

import httpx
import orjson
from pydantic import BaseModel, ValidationError

from app import VERSION
from app.errors import ParleyError
from app.limits import FEWEST_RECORDS

MOST_CHANGES = 50_000
"""Changes that are asked for one by one; of more, all records are fewer."""

_MOST_BYTES = 100_000_000
"""Of a page of changes, or of as many records."""
_PATIENCE = httpx.Timeout(60, connect=10)
_TRIES = 5
_BUSY = {429, 502, 503, 504}
_NUMBER = re.compile(r"[0-9]{1,15}")


class _TooFarBehind(Exception):
    """What has changed cannot be told, or is too much."""


class RemoteFailed(ParleyError):
    """The other Parley does not answer, or not as one does."""


class _Change(BaseModel):
    """What is needed of a change in the feed."""

    seq: int
    op: Literal["upsert", "delete", "merge"]
    type: str
    id: str
    record: dict[str, Any] | None
    tombstone: dict[str, Any] | None

    def line(self) -> bytes:
        """Write what it left as an export does."""
        if self.op == "upsert":
            left = {"type": self.type, **(self.record or {})}
        else:
            of = {"type": "tombstone", "of": self.type, "id": self.id}
            left = of | (self.tombstone or {})
        return orjson.dumps(left, option=orjson.OPT_APPEND_NEWLINE)


class _Page(BaseModel):
    """What is needed of a page of the feed."""

    data: list[_Change]
    next_since: str
    more: bool
    revision: int


class Remote:
    """Another Parley, as it is reached over HTTP."""

    def __init__(self, url: str, tell: Callable[[int], None]) -> None:
        self.url = url
        self._tell = tell
        self._client = httpx.Client(
            headers={"User-Agent": f"parley/{VERSION}"}, timeout=_PATIENCE, follow_redirects=True
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
        with self._asked("/v1/records.ndjson") as answer:
            if answer.status_code == httpx.codes.GONE:
                raise self._unlike_parley("410 to /v1/records.ndjson")
            token, wanted = answer.headers.get("Sync-Token"), _number(answer, "Record-Count")
            if not token or wanted is None:
                raise self._unlike_parley("no Sync-Token, or no Record-Count")
            count = self._write(answer, file, wanted)
        if count < wanted:
            raise RemoteFailed(f"{self.url} broke off after {count:,} of {wanted:,} records.")
        return str(token)

    def _write(self, answer: httpx.Response, file: IO[bytes], wanted: int) -> int:
        """Write so many records to a file, or as many as come, and count them."""
        count, room = 0, _MOST_BYTES * (wanted // FEWEST_RECORDS + 1)
        for part in answer.iter_bytes():
            file.write(part)
            count, room = count + part.count(b"\n"), room - len(part)
            if count > wanted or room < 0:
                raise self._unlike_parley(f"more than the {wanted:,} records that it counts")
            self._tell(count)
        return count

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
        file.writelines(one.line() for one in newest)
        return since

    def _newest(self, since: str) -> tuple[Iterable[_Change], str]:
        """Read the last change of each record, in their order, and the place after them."""
        newest: dict[tuple[str, str], _Change] = {}
        read = 0
        for page in self._pages(since):
            since, read = page.next_since, read + max(1, len(page.data))
            if read > MOST_CHANGES:
                raise _TooFarBehind
            for change in page.data:
                key = (change.type, change.id)
                newest.pop(key, None)  # So that the order is that of the last changes.
                newest[key] = change
            self._tell(len(newest))
        return newest.values(), since

    def _pages(self, since: str) -> Iterator[_Page]:
        more = True
        while more:
            with self._asked("/v1/changes", since=since) as answer:
                if answer.status_code == httpx.codes.GONE:
                    raise _TooFarBehind
                page = self._page(answer)
            if page.data and page.revision - page.data[0].seq > MOST_CHANGES:
                raise _TooFarBehind
            if page.more and page.next_since == since:
                raise self._unlike_parley("a feed that does not go on")
            yield page
            since, more = page.next_since, page.more

    def _page(self, answer: httpx.Response) -> _Page:
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > _MOST_BYTES:
                raise self._unlike_parley("a page of changes without end")
        try:
            return _Page.model_validate_json(bytes(body))
        except ValidationError:
            raise self._unlike_parley("what is no page of changes") from None

    @contextmanager
    def _asked(self, path: str, **question: str | int) -> Iterator[httpx.Response]:
        """Ask, and ask again while it is busy or cannot be reached."""
        request = self._client.build_request("GET", self.url + path, params=question)
        try:
            with closing(self._answer(request)) as answer:
                if answer.status_code not in {httpx.codes.OK, httpx.codes.GONE}:
                    raise self._unlike_parley(f"{answer.status_code} to {path}")
                yield answer
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise RemoteFailed(f"{self.url} does not answer: {what}.") from error

    def _answer(self, request: httpx.Request) -> httpx.Response:
        for turn in range(1, _TRIES):
            try:
                answer = self._client.send(request, stream=True)
            except httpx.ConnectError:
                time.sleep(0.2 * turn)
                continue
            if answer.status_code not in _BUSY:
                return answer
            answer.close()
            asked = _number(answer, "Retry-After")
            time.sleep(turn if asked is None else min(asked, 60))
        return self._client.send(request, stream=True)

    def _unlike_parley(self, what: str) -> RemoteFailed:
        return RemoteFailed(f"{self.url} answers with {what}: is it a Parley, and of this version?")


def _number(answer: httpx.Response, header: str) -> int | None:
    given = answer.headers.get(header, "")
    return int(given) if _NUMBER.fullmatch(given) else None
