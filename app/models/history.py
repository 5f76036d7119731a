"""What happened to records: the feed of changes, every version, and what became of ids."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import Operation, RecordType
from app.models.base import Base, Slug, one_of


class Change(Base):
    """One change of one record; numbers are in the order of commits and have no gaps."""

    __tablename__ = "changes"
    __table_args__ = (
        one_of("operation", Operation),
        one_of("type", RecordType),
        Index("ix_changes_record", "type", "record_id", "version"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operation: Mapped[Operation]
    type: Mapped[RecordType]
    record_id: Mapped[Slug]
    into_id: Mapped[Slug | None]
    version: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str | None] = mapped_column(ForeignKey("keys.name"))
    reason: Mapped[str]
    pulled_from: Mapped[str | None]
    """The URL of the Parley that it was brought from."""


class Version(Base):
    """A record as one write left it."""

    __tablename__ = "versions"
    __table_args__ = (one_of("type", RecordType),)

    type: Mapped[RecordType] = mapped_column(primary_key=True)
    record_id: Mapped[Slug] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record: Mapped[dict[str, object]]
    updated_at: Mapped[datetime]
    """When it was written, here or in the database that it came from."""


class Tombstone(Base):
    """What is left of a record that was deleted, merged or erased: no other record gets its id."""

    __tablename__ = "tombstones"
    __table_args__ = (
        one_of("type", RecordType),
        Index("ix_tombstones_into", "type", "into_id"),
    )

    type: Mapped[RecordType] = mapped_column(primary_key=True)
    record_id: Mapped[Slug] = mapped_column(primary_key=True)
    into_id: Mapped[Slug | None]
    """The record that it was merged into, and that readers are sent to."""
    version: Mapped[int]
    """One more than the last that could be read."""
    deleted_at: Mapped[datetime]
    reason: Mapped[str]
    erased: Mapped[bool]
    """Whether its history is gone as well, so that it cannot be restored."""


class Remote(Base):
    """Another Parley that was pulled from."""

    __tablename__ = "remotes"

    url: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    """The place in its feed that was reached."""
    pulled_at: Mapped[datetime]


class Key(Base):
    """A curator's API key, kept as the SHA-256 of a random secret."""

    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
