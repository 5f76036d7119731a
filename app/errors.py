"""What can go wrong in Parley's own terms; api/problems.py gives each its HTTP status."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

RefusalCode = Literal["merged", "still_referred_to", "too_many_dependants"]
FaultCode = Literal[
    "ambiguous_value",
    "contradicts_anchor",
    "date_order",
    "deleted_id",
    "empty_value",
    "invalid_cursor",
    "invalid_date",
    "invalid_token",
    "invalid_value",
    "malformed_value",
    "missing_member",
    "missing_parameter",
    "out_of_range",
    "read_only_field",
    "repeated_id",
    "repeated_parameter",
    "too_many_values",
    "unknown_member",
    "unknown_parameter",
    "unknown_value",
    "value_too_long",
]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field, and what would be right."""

    field: str
    code: FaultCode
    message: str
    suggestion: str | None = None
    location: Literal["path", "query", "header"] = "query"


class Remedy(StrEnum):
    """What mends a finding, as a sentence."""

    RESTORE = "Restore the database from a copy."
    RESTORE_FILE = "Restore the file from a copy."
    REBUILD = "What readers are served is made anew by `parley rebuild`."
    SEED = "`parley seed` writes the records of the seed anew."
    CITE = "A fact without a citation needs one from a curator, in the record."
    RAISE = "A theme that stands too deep needs a parent further up from a curator."


class Finding(NamedTuple):
    """One thing wrong with what is stored, and what mends it."""

    what: str
    remedy: Remedy


class ParleyError(Exception):
    """Everything that Parley raises on purpose."""

    faults: Sequence[Fault] = ()


class InvalidQuestion(ParleyError):
    """A query that cannot be answered as asked."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


class NotFound(ParleyError):
    """No record of this kind has this id."""

    def __init__(self, kind: str, record_id: str, suggestion: str | None = None) -> None:
        hint = f"; did you mean {suggestion}?" if suggestion else ""
        message = f"There is no {kind} “{record_id}”{hint}"
        super().__init__(message)
        self.faults = [Fault("id", "unknown_value", message, suggestion, "path")]


class NoSuchVersion(ParleyError):
    """A version that a record never had."""

    def __init__(self, kind: str, record_id: str, version: int, known: tuple[int, int]) -> None:
        first, last = known
        has = f"versions {first} to {last}" if first < last else f"only version {last}"
        message = f"The {kind} “{record_id}” has no version {version}; it has {has}"
        super().__init__(message)
        self.faults = [Fault("version", "unknown_value", message, location="path")]


class ExpiredToken(ParleyError):
    """A place in the feed of changes that this database does not know."""

    def __init__(self, why: str) -> None:
        message = (
            f"{why}; fetch everything again: begin without since, and continue with the next_since"
            " that you are given"
        )
        super().__init__(message)
        self.faults = [Fault("since", "invalid_token", message)]


class Flaw(NamedTuple):
    """One thing wrong with one record: where it comes from, which member, what would be right."""

    origin: str
    member: tuple[str | int, ...]
    what: str
    suggestion: str | None = None
    code: FaultCode = "invalid_value"
    missing: tuple[str, str] | None = None
    """The kind and the id of a record that is not there."""

    def __str__(self) -> str:
        path = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.member)
        return ": ".join(part for part in (self.origin, path.lstrip("."), self.what) if part)


class InvalidRecords(ParleyError):
    """Records that cannot be stored; nothing of their batch was.

    Of very many flaws there may be only the first, and how many there are in total.
    """

    def __init__(self, flaws: Sequence[Flaw], total: int | None = None) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws
        self.total = len(flaws) if total is None else total


class Gone(ParleyError):
    """A record that was deleted; its id is never given to another one."""

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


class Merged(ParleyError):
    """A record that was merged into another one, which has all that it had."""

    def __init__(self, kind: str, record_id: str, into: str) -> None:
        super().__init__(f"The {kind} “{record_id}” was merged into “{into}”.")
        self.kind = kind
        self.into = into


class Refused(ParleyError):
    """A write that would break something: what refers to a record, or too much at once."""

    def __init__(self, message: str, code: RefusalCode) -> None:
        super().__init__(message)
        self.code = code


class WrongVersion(ParleyError):
    """A write that was made for another state of the record than it has."""


class NoPrecondition(ParleyError):
    """A write that does not say for which version it was made."""


class InvalidKey(ParleyError):
    """A key that cannot be made."""


class TooLarge(ParleyError):
    """More was sent than is read."""


class NotAuthorized(ParleyError):
    """A write without a key that may write."""


class NotEmpty(ParleyError):
    """There are records where only an empty database will do."""


class CannotBackUp(ParleyError):
    """A copy of the database cannot be made, or not be put back."""


class CannotListen(ParleyError):
    """Requests cannot be received at this address."""


class DatabaseNotReady(ParleyError):
    """The database cannot be reached, or its schema is not the one this version needs.

    What is said beside the message is for those who run Parley, not for everybody who asks it.
    """

    def __init__(self, message: str, beside: str = "") -> None:
        super().__init__(message)
        self.beside = beside


class NotOurs(ParleyError):
    """A database that another program made."""


class TimeLimitExceeded(ParleyError):
    """An answer that took too long was given up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The answer was not ready after {seconds:g} seconds, and was given up: ask for less at"
            " once, such as narrower dates or one more filter; a file of all that match, such as"
            " /v1/meetings.ndjson, may take longer."
        )


class TooBusy(ParleyError):
    """So much is under way that this has to wait for too long."""


class TooSlow(ParleyError):
    """A client that did not send, or take, what belongs to a request in time."""


class NotInstalled(ParleyError):
    """What this answer needs is not installed."""


class InvalidSetting(ParleyError):
    """A setting that does not exist, or that has a value which cannot be meant."""
