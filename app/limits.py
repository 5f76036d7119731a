"""How much may be asked at once, how large, and for how long: each a setting of an installation."""

import re
from typing import Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from app.errors import InvalidSetting

SECONDS_OF = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
"""Times in which requests may be counted."""
_RATE = re.compile(rf"[1-9]\d{{0,8}}/({'|'.join(SECONDS_OF)})")
FEWEST_RECORDS, MOST_RECORDS = 100, 1000
"""Of a page, whatever an installation sets: no page that says nothing of it has more than 100."""
_BYTES = 10**12
_SECONDS = 86_400
_BOUNDS: dict[str, tuple[float, float, str]] = {
    "time_limit": (0.001, _SECONDS, "a number of seconds"),
    "client_time_limit": (0.001, _SECONDS, "a number of seconds"),
    "export_time_limit": (0.001, _SECONDS, "a number of seconds"),
    "exports_limit": (1, 1000, "a whole number"),
    "connections_limit": (1, 1_000_000, "a whole number"),
    "page_limit": (FEWEST_RECORDS, MOST_RECORDS, "a whole number of records"),
    "parameters_limit": (1, 100_000, "a whole number"),
    "head_limit": (1000, 10**6, "a whole number of bytes"),
    "record_limit": (1000, _BYTES, "a whole number of bytes"),
    "import_limit": (1000, _BYTES, "a whole number of bytes"),
    "cache_limit": (0, _BYTES, "a whole number of bytes"),
}


class Limits(BaseModel):
    """What an installation allows; each process of a server counts for itself."""

    time_limit: float = Field(
        default=10,
        description="After how many seconds the answer to a question is given up; exports and"
        " writes may take longer.",
    )

    rate_limit: str = Field(
        default="",
        description="How many requests to `/v1/` one client may make, such as 600/minute; none is"
        " counted by default.",
    )

    client_time_limit: float = Field(
        default=60,
        description="For how many seconds a client may keep the server waiting: with its request,"
        " and with taking a part of the answer.",
    )

    connections_limit: int = Field(
        default=900,
        description="How many connections of clients may be open at once; fewer than the files"
        " that a process may open.",
    )

    head_limit: int = Field(
        default=65_536, description="How many bytes the address and headers of a request may have."
    )

    parameters_limit: int = Field(
        default=200, description="How many parameters one address may have."
    )

    page_limit: int = Field(
        default=MOST_RECORDS, description="How many records a page may have, 100 to 1000."
    )

    record_limit: int = Field(
        default=1_000_000, description="How many bytes a record may have that is written."
    )

    import_limit: int = Field(
        default=10_000_000,
        description="How many bytes a file may have that is imported over HTTP.",
    )

    exports_limit: int = Field(default=4, description="How many files may be sent at once.")

    export_time_limit: float = Field(
        default=3600, description="After how many seconds a file that is not sent yet breaks off."
    )

    cache_limit: int = Field(
        default=64_000_000,
        description="How many bytes of answers are kept, to be sent again.",
    )

    @field_validator(*_BOUNDS, mode="before")
    @classmethod
    def within_bounds(cls, value: object, info: ValidationInfo) -> float:
        """A limit that is none, or that lets nothing through, was not meant.

        Raises:
            InvalidSetting: it is no such number.
        """
        least, most, what = _BOUNDS[str(info.field_name)]
        number = _number(value, whole=what.startswith("a whole"))
        if number is None or not least <= number <= most:
            raise InvalidSetting(
                f"PARLEY_{str(info.field_name).upper()} is “{value}”; it must be {what}, from"
                f" {least:,} to {most:,}"
            )
        return number

    @field_validator("rate_limit")
    @classmethod
    def rate(cls, value: str) -> str:
        """What cannot be read as a rate would let everything through.

        Raises:
            InvalidSetting: it is none.
        """
        if value and not _RATE.fullmatch(value):
            raise InvalidSetting(
                f"PARLEY_RATE_LIMIT is “{value}”; it must be a number of requests and a time, such"
                f" as 600/minute; times are {', '.join(SECONDS_OF)}"
            )
        return value

    @model_validator(mode="after")
    def records_within_files(self) -> Self:
        """A record that may be put may also be imported.

        Raises:
            InvalidSetting: a file may have less than a record.
        """
        if self.import_limit < self.record_limit:
            raise InvalidSetting(
                f"PARLEY_IMPORT_LIMIT is {self.import_limit}, less than PARLEY_RECORD_LIMIT, which"
                f" is {self.record_limit}: a file has whole records"
            )
        return self


def _number(value: object, *, whole: bool) -> float | None:
    try:
        return int(str(value)) if whole else float(str(value))
    except ValueError:
        return None
