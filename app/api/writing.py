"""Writing over HTTP: the same three ways for every kind of record."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response, status
from pydantic import BaseModel

from app.api import answers
from app.api.parameters import RecordId
from app.api.writes import Body, Merging, Write
from app.database import Snapshot
from app.enumerations import RecordType
from app.records.edit import Target, put, remove, unite
from app.records.kinds import Kind, kind_named
from app.schemas.problem import Problem
from app.schemas.removal import Removed

Render = Callable[[Snapshot, str], BaseModel | bytes]
"""How one record is given to readers."""

_REFUSALS = {
    401: "There is no key, or none that may write.",
    408: "The body did not come in time.",
    409: "Other records refer to it, or too many would have to change at once.",
    410: "The record was deleted, and the write was not made for that.",
    412: "The record is in another state than the write was made for.",
    413: "The body is too large.",
    428: "The write does not say for which state of the record it was made.",
}
_OF_ALL = (401, 410)


def add(router: APIRouter, name: RecordType, shape: type[BaseModel], render: Render) -> None:
    """Let curators put, delete and merge the records of a kind."""
    kind = kind_named(name)
    router.put(
        "/{id}",
        operation_id=f"put_{name}",
        summary=f"Create or change one {name}",
        response_model=shape,
        responses={201: {"model": shape}, **declared(408, 409, 412, 413, 428)},
        openapi_extra={"requestBody": _body(kind)},
    )(_put(kind, render))
    router.delete(
        "/{id}",
        operation_id=f"delete_{name}",
        summary=f"Delete one {name}",
        responses=declared(404, 409, 412, 428),
    )(_delete(kind))
    router.post(
        "/{id}/merge",
        operation_id=f"merge_{name}",
        summary=f"Merge one {name} into another",
        responses=declared(404, 409, 412),
    )(_merge(kind))


def _body(kind: Kind) -> dict[str, Any]:
    """Declare a record as it is written; openapi.py puts what it is made of beside other shapes."""
    schema = kind.shape.model_json_schema(ref_template="#/components/schemas/{model}Input")
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def declared(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Declare the refusals that a write may meet, beside those of all."""
    missing = {404: "There is no record with this id."}
    said = {code: (_REFUSALS | missing)[code] for code in sorted({*codes, *_OF_ALL})}
    return {code: {"model": Problem, "description": text} for code, text in said.items()}


def _put(kind: Kind, render: Render) -> Callable[..., Response]:
    def put_record(write: Write, id: RecordId, record: Body) -> Response:  # noqa: A002 (the path's word)
        """Put a record in the place of the version that you have seen, or create it.

        The body is the record as it is read, or as it is written: a reference is an id or an
        object with an id, and what follows from other members may be left out. Nothing changes,
        and no version is made, where the record is the same. A deleted record is restored by a
        PUT with `If-Match` on the version that its tombstone has.
        """
        target = Target(kind, id)
        with write.session() as session:
            created = put(session, target, record, write.allowed(session), write.why)
            code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
            return answers.record(write.request, session, render(session, id), code)

    return put_record


def _delete(kind: Kind) -> Callable[..., Removed]:
    def delete_record(write: Write, id: RecordId) -> Removed:  # noqa: A002
        """Delete a record to which no other refers.

        Its history stays, and its id is never given to another record.
        """
        with write.session() as session:
            return remove(session, Target(kind, id), write.allowed(session), write.why)

    return delete_record


def _merge(kind: Kind) -> Callable[..., Removed]:
    def merge_record(write: Merging, id: RecordId) -> Removed:  # noqa: A002
        """Make a record part of another one: readers of its id are sent there.

        A meeting's citations and themes are united with the other's. Of other records the names
        become aliases of the other one, and all that referred to them refers to that. It is for
        good: there is no way back, but to write records anew.
        """
        with write.session() as session:
            return unite(session, Target(kind, id), write.into, write.allowed(session), write.why)

    return merge_record
