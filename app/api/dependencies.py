"""What handlers ask for: a snapshot of the data, and parameters without surprises."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import BoundedSemaphore
from typing import Annotated, Any, get_origin

from fastapi import Depends, Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic.fields import FieldInfo

from app import database
from app.api.conditional import NEWEST, SEEN, STALE
from app.api.elsewhere import AGAIN
from app.api.turns import Kind
from app.errors import TooBusy
from app.queries.state import hold_state
from app.schemas.filters import Question


def snapshot(request: Request) -> Iterator[database.Snapshot]:
    """Open a snapshot for the time of a request."""
    with _reading(request) as session:
        yield session


def _takes_long(request: Request) -> bool:
    """Tell whether all that matches may have to be read, rather than what a page shows."""
    asked = request.query_params
    return "q" in asked or asked.get("total") == "exact"


def _in_turn(
    kind: Kind, *, only_if: Callable[[Request], bool] = lambda _: True
) -> Callable[..., Iterator[database.Snapshot]]:
    """Open a snapshot for answers of a kind of which only some may be worked out at once."""

    async def turn(request: Request) -> AsyncIterator[None]:
        async with request.app.state.turns[kind].taken() if only_if(request) else nullcontext():
            yield

    def snapshot_in_turn(
        request: Request, _: Annotated[None, Depends(turn, scope="function")]
    ) -> Iterator[database.Snapshot]:
        yield from snapshot(request)

    return snapshot_in_turn


def long_snapshot(request: Request) -> Iterator[database.Snapshot]:
    """Open a snapshot until the last of an answer is sent; only some may be open at once.

    Raises:
        TooBusy: too many are.
    """
    turns: BoundedSemaphore = request.app.state.exports
    if not turns.acquire(blocking=False):
        raise TooBusy("Too many exports are under way; try again a little later.")
    try:
        with _reading(request, once=True) as session:
            yield session
    finally:
        turns.release()


@contextmanager
def _reading(request: Request, *, once: bool = False) -> Iterator[database.Snapshot]:
    """Open a snapshot, and note in the scope what is to be known of it."""
    scope, replicas = request.scope, request.app.state.replicas
    with replicas.read(scope.get(NEWEST), once=once, again=AGAIN in scope) as read:
        # What may be out of date is neither kept nor known by a name.
        scope[STALE if read.is_stale else SEEN] = hold_state(read.snapshot)
        yield read.snapshot


# Closed when the handler is done: a client that reads slowly must not keep a connection.
Snapshot = Annotated[database.Snapshot, Depends(snapshot, scope="function")]
SnapshotToCount = Annotated[database.Snapshot, Depends(_in_turn("counts"), scope="function")]
SnapshotToSearch = Annotated[
    database.Snapshot, Depends(_in_turn("searches", only_if=_takes_long), scope="function")
]
SnapshotOfOne = Annotated[database.Snapshot, Depends(_in_turn("encounters"), scope="function")]
LongSnapshot = Annotated[database.Snapshot, Depends(long_snapshot, scope="request")]
RecordId = Annotated[
    str, Path(max_length=100, pattern=r"^[^\x00]+$", description="The id of the record.")
]


def parameters(request: Request) -> dict[str, FieldInfo]:
    """Name the query parameters that the route of this request takes."""
    for parameter in _query_parameters(request.scope["route"].dependant):
        asked: Any = parameter.field_info.annotation
        if isinstance(asked, type) and issubclass(asked, Question):
            return asked.model_fields
    return {}


def _query_parameters(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for other in dependant.dependencies:
        yield from _query_parameters(other)


async def no_surprises(request: Request) -> None:
    """Refuse what a query model does not see: one value given twice, and stray parameters.

    Raises:
        RequestValidationError: of several values all but the last would have been dropped, or
            a parameter was given to a route that takes none.
    """
    known = parameters(request)
    given = request.query_params
    faults = [
        _fault("repeated_parameter", name, ", ".join(given.getlist(name)))
        for name in given
        if name in known and not _is_list(known[name]) and len(given.getlist(name)) > 1
    ]
    faults += [_fault("extra_forbidden", name, given[name]) for name in given if not known]
    if faults:
        raise RequestValidationError(faults)


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list


def _fault(kind: str, name: str, value: object) -> dict[str, object]:
    return {"type": kind, "loc": ("query", name), "msg": "", "input": value}
