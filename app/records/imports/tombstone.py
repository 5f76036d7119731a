"""A tombstone as an export writes it: what is gone in another database, and what became of it."""

from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from app.enumerations import RecordType
from app.errors import Flaw
from app.records.flaws import flaws
from app.records.imports.kept import MOST_VERSION, in_utc
from app.schemas.dates import Moment
from app.schemas.names import CountryCode, RegionCode, Shape, Slug
from app.schemas.writes import Reason

Key = tuple[str, str]


class Stone(Shape):
    """What is left of a record, as an export writes it."""

    of: RecordType
    id: Slug | CountryCode | RegionCode
    into: Slug | CountryCode | RegionCode | None = None
    version: int = Field(ge=1, le=MOST_VERSION)
    deleted_at: Annotated[Moment, AfterValidator(in_utc)]
    reason: Reason
    erased: bool = False

    @model_validator(mode="after")
    def not_of_itself(self) -> Self:
        """What was merged went into another record, and is not erased."""
        if self.into == self.id:
            raise ValueError("into is the record itself")
        if self.into and self.erased:
            raise ValueError("what was erased was not merged into another record")
        return self


class Given(NamedTuple):
    """A tombstone, and where it comes from, for messages."""

    stone: Stone
    origin: str

    @property
    def key(self) -> tuple[RecordType, str]:
        """What it stands for."""
        return self.stone.of, self.stone.id


def read_stone(raw: dict[str, Any], origin: str) -> tuple[Given | None, list[Flaw]]:
    """Read a tombstone, or say what is wrong with it."""
    members = {name: value for name, value in raw.items() if name != "type"}
    try:
        return Given(Stone.model_validate(members), origin), []
    except ValidationError as error:
        return None, flaws(origin, Stone, error)
