"""Where a page begins: an opaque token that is good for one question to one database."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from app.errors import Fault, InvalidQuestion
from app.queries import tokens
from app.schemas.filters import Question

Place = TypeVar("Place")

_NOT_BINDING = {"cursor", "limit", "total"}
"""Parameters that may change from page to page."""


def encode(listed: str, question: Question, epoch: str, place: tuple[Any, ...]) -> str:
    """Make the token for the page of a list that begins after this place."""
    return tokens.encode(_seal(listed, question, epoch), *place)


def decode(
    listed: str, question: Question, epoch: str, cursor: str | None, read: Callable[..., Place]
) -> Place | None:
    """Read the place in a list back, or None where there is no cursor.

    `read` makes a place of what the cursor names, or raises a TypeError or a ValueError.

    Raises:
        InvalidQuestion: the token is broken, or belongs to another question or database.
    """
    if cursor is None:
        return None
    try:
        seal, *place = tokens.decode(cursor)
        after = read(*place)
    except (ValueError, TypeError):
        raise _invalid("cursor is not one that this API has given") from None
    if seal != _seal(listed, question, epoch):
        raise _invalid("cursor belongs to another question or to another database")
    return after


def _seal(listed: str, question: Question, epoch: str) -> str:
    asked = question.model_dump(exclude=_NOT_BINDING, exclude_defaults=True, mode="json")
    text = orjson.dumps([listed, epoch, asked], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:16]


def _invalid(what: str) -> InvalidQuestion:
    message = f"{what}; follow `next` from the first page, without changing other parameters"
    return InvalidQuestion([Fault("cursor", "invalid_cursor", message)])


def plain(text: object) -> str:
    """Take a text that a database can compare.

    Raises:
        ValueError: it is no text, or one that no id can be.
    """
    if not isinstance(text, str) or not text.isprintable():
        raise ValueError(text)
    return text
