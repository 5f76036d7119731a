"""What may be answered where a record was asked for that is not there, as the contract says it."""

from typing import Any

from app.schemas.problem import Problem

Responses = dict[int | str, dict[str, Any]]


def never(kind: str) -> Responses:
    """Declare what an id is answered with that no record of this kind has."""
    return {404: {"model": Problem, "description": f"There is no {kind} with this id."}}


def no_more(kind: str) -> Responses:
    """Declare what an id is answered with that a record of this kind had."""
    return {
        308: {
            "model": Problem,
            "description": f"It is part of the {kind} at `Location`.",
        },
        **never(kind),
        410: {
            "model": Problem,
            "description": f"The {kind} was deleted; see `detail`.",
        },
    }


def no_history(kind: str) -> Responses:
    """Declare what an id is answered with whose history is asked for, and is not there."""
    return {
        **never(kind),
        410: {"model": Problem, "description": f"The {kind} was erased, and its history with it."},
    }
