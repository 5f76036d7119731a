"""What a write comes with: a key, a body of bounded size, a reason, and what it was made for."""

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic.json_schema import SkipJsonSchema

from app.api.parameters import allowed
from app.database import Snapshot
from app.errors import Fault, InvalidQuestion, Merged, NotAuthorized, Refused, TooLarge, TooSlow
from app.queries.state import state
from app.records import keys
from app.records.log import Why
from app.records.parse import parse
from app.records.preconditions import Precondition, Seen
from app.schemas.writes import MergeQuestion, WriteQuestion

_log = logging.getLogger("parley")
_bearer = HTTPBearer(
    scheme_name="key", description="A key made by `parley key create NAME`.", auto_error=False
)
# Its version and, unless somebody wrote it by hand, what `etags.of_record` puts behind that.
_VERSION = re.compile(r'(?:W/)?"v(\d{1,9})(?:\.(\w+)\.)?[^"]*"')
_EVERY = "*"


def curator(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """Tell whose key it is; a refusal is logged without the secret."""
    try:
        with request.app.state.database.read() as session:
            return keys.holder(session, given.credentials if given else None)
    except NotAuthorized as error:
        _log.warning("refused a write: %s", error)
        raise


async def read_body(request: Request, most: int, advice: str) -> bytes:
    """Read what was sent, as far as it may go; what goes further comes with an advice.

    Raises:
        TooLarge: it goes further.
        TooSlow: it takes longer than a client may.
    """
    body = bytearray()
    seconds = allowed(request).client_time_limit
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise TooLarge(f"The body is longer than {most:,} bytes: {advice}")
    except TimeoutError:
        raise TooSlow(
            f"The body did not come whole within {seconds:g} seconds; send it faster, or in smaller"
            " parts."
        ) from None
    return bytes(body)


async def _record(request: Request) -> Any:
    most = allowed(request).record_limit
    return parse(await read_body(request, most, "a record is not so long"), "")


def _precondition(
    request: Request,
    if_match: Annotated[
        str | SkipJsonSchema[None],
        Header(
            alias="If-Match",
            description='The version that you have seen, such as `"v3"`; `*` for any.',
        ),
    ] = None,
    if_none_match: Annotated[
        str | SkipJsonSchema[None],
        Header(alias="If-None-Match", description="`*` creates a record that is not there."),
    ] = None,
) -> Precondition:
    if_match, if_none_match = _whole(request, "If-Match"), _whole(request, "If-None-Match")
    if if_none_match is not None and (if_match is not None or if_none_match.strip() != _EVERY):
        raise _refused("If-None-Match", if_none_match, "* and nothing else, without If-Match")
    if if_match is None:
        return Precondition(no_version=if_none_match is not None)
    if if_match.strip() == _EVERY:
        return Precondition(any_version=True)
    found = [_VERSION.fullmatch(one.strip()) for one in if_match.split(",")]
    if None in found:
        raise _refused("If-Match", if_match, 'versions such as "v3", or *')
    return Precondition([Seen(int(one[1]), one[2]) for one in found if one])


def _whole(request: Request, name: str) -> str | None:
    """Give all that a header says: several of the same name are one list."""
    given = request.headers.getlist(name)
    return ", ".join(given) if given else None


def _refused(name: str, given: str, wanted: str) -> InvalidQuestion:
    message = f"{name} is “{given[:80]}”; it must be {wanted}"
    return InvalidQuestion([Fault(name, "malformed_value", message, location="header")])


@contextmanager
def _not_moved() -> Iterator[None]:
    """Refuse to send a write on: it was not made for the record that another became part of."""
    try:
        yield
    except Merged as error:
        raise Refused(str(error), "merged") from None


@contextmanager
def session(request: Request, name: str) -> Iterator[Snapshot]:
    """Open a transaction in which this key writes, if it still may when it is its turn."""
    with _not_moved(), request.app.state.database.write() as opened:
        keys.use(opened, name)
        yield opened


@dataclass(frozen=True)
class Writing:
    """Who writes, why, and for which state of the record."""

    request: Request
    key: str
    reason: str
    precondition: Precondition
    into: str = ""

    @property
    def why(self) -> Why:
        """Why and by whom, as history keeps it."""
        return Why(self.reason, self.key)

    def session(self) -> AbstractContextManager[Snapshot]:
        """Open a transaction."""
        return session(self.request, self.key)

    def allowed(self, opened: Snapshot) -> Precondition:
        """Tell for which state of the record it was made, in the terms of this database."""
        return self.precondition.within(state(opened).epoch)


def _write(
    request: Request,
    name: Annotated[str, Depends(curator)],
    question: Annotated[WriteQuestion, Query()],
    allowed: Annotated[Precondition, Depends(_precondition)],
) -> Writing:
    return Writing(request, name, question.reason, allowed)


def _merging(
    request: Request,
    name: Annotated[str, Depends(curator)],
    question: Annotated[MergeQuestion, Query()],
    allowed: Annotated[Precondition, Depends(_precondition)],
) -> Writing:
    return Writing(request, name, question.reason, allowed, question.into)


Body = Annotated[Any, Depends(_record)]
Write = Annotated[Writing, Depends(_write)]
Merging = Annotated[Writing, Depends(_merging)]
