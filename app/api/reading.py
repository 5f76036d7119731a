"""How handlers read: from a snapshot of the data, some kinds of answers in turn."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.api.conditional import NEWEST, SEEN, STALE
from app.api.elsewhere import AGAIN
from app.api.parameters import allowed
from app.api.turns import Kind
from app.database import Snapshot
from app.errors import TooBusy
from app.queries.state import hold_state

_FEW_VALUES = 10
"""Of all parameters, `limit` and `cursor` as well: each may be one more list to read."""
_DIGITS_OF_A_SHORT_PAGE = 2
"""Of its `limit`, which is not read as a number yet: at most 99."""

_Opened = AbstractContextManager[Snapshot]


async def _reading(request: Request) -> _Opened:
    """Give a snapshot for the handler to open.

    Nobody holds a connection while he waits for a thread: those with a thread may wait for it.
    """
    return _snapshot(request)


@contextmanager
def _snapshot(request: Request, *, once: bool = False) -> Iterator[Snapshot]:
    """Open a snapshot, and note in the scope what is to be known of it."""
    scope, replicas = request.scope, request.app.state.replicas
    with replicas.read(scope.get(NEWEST), once=once, again=AGAIN in scope) as read:
        # What may be out of date is neither kept nor known by a name.
        scope[STALE if read.is_stale else SEEN] = hold_state(read.snapshot)
        yield read.snapshot


def _takes_long(request: Request) -> bool:
    """Tell whether all that matches may have to be read, rather than what a page shows."""
    asked = request.query_params
    return "q" in asked or asked.get("total") == "exact"


def _in_turn(
    kind: Kind, *, only_if: Callable[[Request], bool] = lambda _: True
) -> Callable[[Request], AsyncIterator[_Opened]]:
    """Give a snapshot for answers of a kind of which only some may be worked out at once."""

    async def turn(request: Request) -> AsyncIterator[_Opened]:
        async with request.app.state.turns[kind].taken() if only_if(request) else nullcontext():
            yield _snapshot(request)

    return turn


def _long_snapshot(request: Request) -> Iterator[Snapshot]:
    """Open a snapshot until the last of an answer is sent; only some may be open at once.

    Raises:
        TooBusy: too many are.
    """
    turns: BoundedSemaphore = request.app.state.exports
    if not turns.acquire(blocking=False):
        most = allowed(request).exports_limit
        raise TooBusy(f"Too many exports are under way: {most} at most. Try again a little later.")
    try:
        with _snapshot(request, once=True) as session:
            yield session
    finally:
        turns.release()


Reading = Annotated[_Opened, Depends(_reading)]
ReadingToCount = Annotated[_Opened, Depends(_in_turn("counts"), scope="function")]
ReadingToSearch = Annotated[
    _Opened, Depends(_in_turn("searches", only_if=_takes_long), scope="function")
]
ReadingOfOne = Annotated[_Opened, Depends(_in_turn("encounters"), scope="function")]
LongSnapshot = Annotated[Snapshot, Depends(_long_snapshot, scope="request")]


async def answered(request: Request, answer: Callable[[], Response]) -> Response:
    """Answer with a page or a record in a thread, or here if a thread would only begin later.

    A page of SQLite is read in the time in which a thread begins: without one, twice as many are
    answered.
    """
    # All would be kept waiting here: it must be known to answer, and to have little to do.
    is_embedded = request.app.state.database.is_embedded
    if is_embedded and NEWEST in request.scope and _is_short(request):
        return answer()
    return await run_in_threadpool(answer)


def _is_short(request: Request) -> bool:
    asked = request.query_params
    is_short_page = len(asked.get("limit", "")) <= _DIGITS_OF_A_SHORT_PAGE
    are_few = len(asked.multi_items()) <= _FEW_VALUES
    return is_short_page and are_few and not _takes_long(request)
