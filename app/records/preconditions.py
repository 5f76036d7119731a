"""For which state of a record a write is made: nobody overwrites what they have not seen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.errors import NoPrecondition, WrongVersion


class Seen(NamedTuple):
    """A version that somebody has seen, and the epoch of the database where, if that is told."""

    version: int
    epoch: str | None = None


@dataclass(frozen=True)
class Precondition:
    """For which state of a record a write was made: one of these versions, any, or none at all."""

    seen: Collection[Seen] = ()
    any_version: bool = False
    no_version: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it says anything."""
        return bool(self.seen) or self.any_version or self.no_version

    @property
    def versions(self) -> Collection[int]:
        """The versions of which any will do."""
        return {one.version for one in self.seen}

    def within(self, epoch: str) -> "Precondition":
        """Leave out what was seen before the database was restored, where versions count anew.

        Raises:
            WrongVersion: nothing else was seen.
        """
        here = [one for one in self.seen if one.epoch in {None, epoch}]
        if self.seen and not here:
            raise WrongVersion(
                "If-Match names what was read before the database was restored from a copy;"
                " read it and try again"
            )
        return replace(self, seen=here)

    def check(self, name: str, version: int | None) -> None:
        """Compare it with the version that a record has; None for a record that is not there.

        Raises:
            NoPrecondition: it says nothing.
            WrongVersion: the record is in another state.
        """
        if not self.is_given:
            raise NoPrecondition(
                f'Say which version of {name} you have seen: If-Match: "v{version or 1}" changes'
                " that version, If-None-Match: * creates what is not there"
            )
        if version is None and not self.no_version:
            raise WrongVersion(f"{name} does not exist; If-None-Match: * creates it")
        if version is not None and self.no_version:
            raise WrongVersion(f"{name} exists; If-Match with its version changes it")
        if version is not None and not self.any_version and version not in self.versions:
            raise WrongVersion(f"{name} has version {version} by now; read it and try again")
