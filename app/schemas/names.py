"""The small shapes that all records share: ids, texts in both languages, aliases, links."""

import re
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.enumerations import AliasKind
from app.spelling import fold

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{3}$")]


_LETTER = re.compile(r"\w")  # Nearly every text has one, which is found at once.


def _seen(text: str) -> str:
    if not _LETTER.search(text) and not fold(text):
        raise ValueError("has nothing that can be seen")
    return text


Text = Annotated[
    str,
    StringConstraints(
        min_length=1, strip_whitespace=True, max_length=10_000, pattern=r"^[^\x00]*$"
    ),
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


class Alias(Shape):
    """Another name."""

    text: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = Field(
        description="A BCP 47 tag."
    )
    kind: AliasKind = Field(
        description="In its own language (`native`), in another form (`variant`), an old one"
        " (`former`), or a wrong one (`misspelling`)."
    )


class Named(Shape):
    """A record that is referred to, with its name."""

    id: str = Field(description="Under which its own record is found.")
    name: Bilingual


class Supplied(Shape):
    """The member of every record that tells what is ours and not a source's."""

    supplied: list[Text] = Field(
        default=[],
        description="Members that the editors supplied and no source states, such as `name.en`.",
    )


class Versioned(Shape):
    """Which state of a record this is."""

    version: int = Field(ge=1, description="Grows by one with each change of this record.")
    updated_at: AwareDatetime = Field(description="When this version was written, in UTC.")


class Kept(Versioned, Supplied):
    """What the database adds to every record that it keeps."""


class Links(Shape):
    """Where a record leads, as absolute paths."""

    self: str = Field(description="This record.")
    meetings: str = Field(description="The meetings that refer to it.")


class Counted(Kept):
    """A record that meetings refer to."""

    meetings: int = Field(ge=0, description="How many meetings `links.meetings` finds.")
    links: Links
