"""What is left of a record that was deleted or merged."""

from pydantic import AwareDatetime, Field

from app.enumerations import RecordType
from app.schemas.names import Shape


class Removed(Shape):
    """A record that is no more: its history stays, its id is never given to another one."""

    type: RecordType
    id: str
    into: str | None = Field(description="The record that it was merged into; null if deleted.")
    version: int = Field(ge=1, description="With `If-Match` on it, a PUT restores the record.")
    deleted_at: AwareDatetime
    reason: str
