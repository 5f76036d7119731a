"""The history of records over HTTP: the same two routes for every kind that has a list."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path

from app.api.absence import no_history
from app.api.parameters import RecordId
from app.api.reading import Reading
from app.enumerations import RecordType
from app.queries import history as histories
from app.records.kinds import Kind, kind_named
from app.schemas.history import History, RecordVersion
from app.schemas.scalars import Number

_LARGEST = 2**31 - 1
_KINDS: dict[RecordType, str] = {
    "meeting": "Meetings",
    "country": "Countries",
    "theme": "Themes",
    "person": "People",
    "organization": "Organizations",
    "place": "Places",
    "event": "Events",
    "source": "Sources",
}
VersionNumber = Annotated[Number, Path(ge=1, le=_LARGEST, description="The number of the version.")]

router = APIRouter(prefix="/v1")


def _add(kind: Kind, tag: str) -> None:
    path = f"/{kind.plural}/{{id}}/history"
    router.get(
        path,
        operation_id=f"get_{kind.name}_history",
        summary=f"What happened to one {kind.name}",
        tags=[tag],
        responses=no_history(kind.name),
    )(_history_of(kind))
    router.get(
        f"{path}/{{version}}",
        operation_id=f"get_{kind.name}_version",
        summary=f"One {kind.name} as it was",
        tags=[tag],
        responses=no_history(kind.name),
    )(_version_of(kind))


def _history_of(kind: Kind) -> Callable[..., History]:
    def get_history(id: RecordId, reading: Reading) -> History:  # noqa: A002 (the path's word)
        """Get all versions, the newest first: who wrote each, when, why, and what it changed.

        A record that was deleted or merged into another one has a history, too.
        """
        with reading as snapshot:
            return histories.history(snapshot, kind, id)

    return get_history


def _version_of(kind: Kind) -> Callable[..., RecordVersion]:
    def get_version(id: RecordId, version: VersionNumber, reading: Reading) -> RecordVersion:  # noqa: A002
        """Get the record as this version left it, in the shape in which it is written.

        To restore it, PUT it in the place of what there is now.
        """
        with reading as snapshot:
            return histories.version(snapshot, kind, id, version)

    return get_version


for _name, _tag in _KINDS.items():
    _add(kind_named(_name), _tag)
