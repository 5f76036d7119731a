"""What can go wrong in Parley's own terms; api/problems.py gives each its HTTP status."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field, and what would be right."""

    field: str
    code: str
    message: str
    suggestion: str | None = None


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
        self.faults = [Fault("id", "unknown_value", message, suggestion)]


class InvalidRecords(ParleyError):
    """Records that cannot be stored; nothing of their batch was."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class DatabaseNotReady(ParleyError):
    """The database cannot be reached, or its schema is not the one this version needs."""


class InvalidSetting(ParleyError):
    """A setting that does not exist, or that has a value which cannot be meant."""
