"""The small shapes that all records share: ids, texts in both languages, aliases, links."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.enumerations import AliasKind
from app.schemas.dates import Moment
from app.spelling import fold, shortened

SLUG, COUNTRY, REGION = r"^[a-z0-9]+(-[a-z0-9]+)*$", r"^[A-Z]{2}$", r"^\d{3}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=100)]
CountryCode = Annotated[str, StringConstraints(pattern=COUNTRY)]
RegionCode = Annotated[str, StringConstraints(pattern=REGION)]

VISIBLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Texts have no control characters, but tabs and the ends of lines."""
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"

_INDEX = re.compile(r"\[\d+\](?=\.|\Z)")
_LETTER = re.compile(r"\w")  # Nearly every text has one, which is found at once.


def _seen(text: str) -> str:
    if not _LETTER.search(text) and not fold(text):
        raise ValueError("has nothing that can be seen")
    return text


Text = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True, max_length=10_000, pattern=VISIBLE),
    AfterValidator(_seen),
]


class Shape(BaseModel):
    """The base of all shapes on the wire: no member but the declared ones, and never changed."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # What has a default on the way in is always there on the way out.
        json_schema_serialization_defaults_required=True,
    )


class Bilingual(Shape):
    """A text in English and in Chinese."""

    en: Text
    zh: Text


Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]


class Alias(Shape):
    """Another name."""

    text: Text
    language: Language = Field(description="A BCP 47 tag.")
    kind: AliasKind = Field(
        description="In its own language (`native`), in another form (`variant`), an old one"
        " (`former`), or a wrong one (`misspelling`)."
    )


class Named(Shape):
    """A record that is referred to, with its name."""

    id: str = Field(description="Under which its own record is found.")
    name: Bilingual


class OurOwn(Shape):
    """The member of every record that tells what is ours and not a source's."""

    supplied: list[Text] = Field(
        default=[],
        description="Members that the editors supplied and no source states, such as `name.en`.",
    )


class Supplied(OurOwn):
    """The base of every record as a curator writes it."""

    @model_validator(mode="after")
    def supplies_its_members(self) -> Self:
        """What is supplied is a member of the record, however deep."""
        for path in self.supplied:
            if _INDEX.sub("", path) not in _members(type(self)):
                raise ValueError(f"supplied: there is no member “{shortened(path)}”")
        return self


@cache
def _members(shape: type[BaseModel]) -> frozenset[str]:
    """Name the members of a shape, and by their paths those within them."""
    found = set(shape.model_fields)
    for name, field in shape.model_fields.items():
        for inner in _shapes(field.annotation):
            found.update(f"{name}.{path}" for path in _members(inner))
    return frozenset(found)


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    """Give the shapes within a type, such as that of the items of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _shapes(inner)


class Versioned(Shape):
    """Which state of a record this is."""

    version: int = Field(ge=1, description="Grows by one with each change of this record.")
    updated_at: Moment = Field(description="When this version was written, in UTC.")


class Kept(Versioned, OurOwn):
    """What the database adds to every record that it keeps."""


class Links(Shape):
    """Where a record leads, as absolute paths."""

    self: str = Field(description="This record.")
    meetings: str = Field(description="The meetings that refer to it.")


class Counted(Kept):
    """A record that meetings refer to."""

    meetings: int = Field(ge=0, description="How many meetings `links.meetings` finds.")
    links: Links
