"""The envelope of every list."""

from typing import Generic, Literal, TypeVar

from pydantic import Field

from app.schemas.names import Shape

Item = TypeVar("Item")
Relation = Literal["eq", "gte"]


class Total(Shape):
    """How many there are: exactly (`eq`), or at least (`gte`)."""

    value: int = Field(ge=0)
    relation: Relation = Field(description="Whether there are just so many, or more.")


class Page(Shape, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    next: str | None = Field(description="The path of the next page, or null on the last.")
    total: Total | None = Field(
        description="Of all pages; null with `total=none` and on pages reached by `cursor`."
    )
    revision: int = Field(description="The state of the data that this page was read from.")


class Collection(Shape, Generic[Item]):
    """A whole list that has no pages."""

    data: list[Item]
    revision: int = Field(description="The state of the data that this list was read from.")
