"""For which state of a record a write is made: nobody overwrites what they have not seen."""

from collections.abc import Collection
from dataclasses import dataclass

from app.errors import NoPrecondition, WrongVersion


@dataclass(frozen=True)
class Precondition:
    """For which state of a record a write was made: one of these versions, any, or none at all."""

    versions: Collection[int] = ()
    any_version: bool = False
    no_version: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it says anything."""
        return bool(self.versions) or self.any_version or self.no_version

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
