"""What every error looks like: an RFC 9457 problem."""

from typing import Literal

from pydantic import Field

from app.schemas.names import Shape

Location = Literal["query", "path", "header", "body"]


class ProblemPart(Shape):
    """One thing that is wrong with a request."""

    location: Location = Field(serialization_alias="in")
    name: str | None = Field(description="The parameter.")
    pointer: str | None = Field(description="A JSON pointer into the body.")
    code: str = Field(description="What kind of fault it is, for programs.")
    message: str
    suggestion: str | None = Field(description="What may have been meant.")


class Problem(Shape):
    """What went wrong, for people (`detail`) and for programs (`code`, `errors`)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemPart]
    request_id: str = Field(description="Also in the header `X-Request-ID`.")
