"""What every error looks like: an RFC 9457 problem."""

from typing import Literal

from pydantic import Field

from app.schemas.names import Shape

Location = Literal["query", "path", "header", "body"]


class ProblemPart(Shape):
    """One thing that is wrong with a request."""

    location: Location = Field(serialization_alias="in")
    name: str | None = Field(description="The parameter.", examples=["theme"])
    pointer: str | None = Field(description="A JSON pointer into the body.")
    code: str = Field(examples=["unknown_value"])
    message: str = Field(examples=["There is no theme “cybersecurty”; did you mean cybersecurity?"])
    suggestion: str | None = Field(examples=["cybersecurity"])


class Problem(Shape):
    """What went wrong, for people (`detail`) and for programs (`code`, `errors`)."""

    type: str = Field(examples=["urn:parley:problem:invalid_request"])
    title: str = Field(examples=["The request is not valid"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["invalid_request"])
    detail: str = Field(examples=["There is no theme “cybersecurty”; did you mean cybersecurity?"])
    errors: list[ProblemPart]
    request_id: str = Field(description="Also in the header `X-Request-ID`.")
