"""What every error looks like: an RFC 9457 problem."""

from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.errors import FaultCode, RefusalCode
from app.schemas.names import Shape

Location = Literal["query", "path", "header", "body"]
ProblemCode = Literal[
    "bad_request",
    "not_found",
    "method_not_allowed",
    "invalid_request",
    "internal_error",
    "not_ready",
    "time_limit_exceeded",
    "too_busy",
    "too_many_requests",
    "too_slow",
    "not_installed",
    "merged",
    "gone",
    "expired_token",
    "not_authorized",
    "precondition_required",
    "wrong_version",
    "too_large",
    "invalid_records",
    RefusalCode,
]


class ProblemPart(Shape):
    """One thing that is wrong with a request."""

    location: Location = Field(serialization_alias="in", description="In which part of it.")
    name: str | None = Field(description="The parameter.")
    origin: str | SkipJsonSchema[None] = Field(
        default=None,
        exclude_if=lambda origin: origin is None,
        description="Which of several records it is: of an import where it begins, such as"
        " `line 3`.",
    )
    pointer: str | None = Field(
        description="A JSON pointer into the body or, where there is an `origin`, into that record;"
        " of a row of CSV it names the column."
    )
    code: FaultCode = Field(description="What kind of fault it is, for programs.")
    message: str = Field(description="What is wrong and what would be right, for people.")
    suggestion: str | None = Field(description="What may have been meant.")


class Problem(Shape):
    """What went wrong, for people (`detail`) and for programs (`code`, `errors`)."""

    type: str = Field(description="`urn:parley:problem:` and the `code`.")
    title: str = Field(description="The `code` in words.")
    status: int = Field(description="That of the response.")
    code: ProblemCode = Field(description="What kind of problem it is, for programs.")
    detail: str = Field(description="What is wrong and what would be right, for people.")
    errors: list[ProblemPart] = Field(description="One for each fault of the request, if any.")
    request_id: str = Field(description="Also in the header `X-Request-ID`.")
