"""What all tables share: names of constraints, column types, and the columns of a record."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, get_args

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Ids are compared byte by byte on both databases: a page's order must not hang on a locale.
Slug = Annotated[str, mapped_column(String(100).with_variant(String(100, "C"), "postgresql"))]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware timestamp in UTC; SQLite, which has no time zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class names it)
        """Refuse naive timestamps; hand the rest on in UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give an aware timestamp in UTC."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The registry of all tables."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {
        bytes: LargeBinary(),
        str: Text(),
        date: Date(),
        datetime: UtcDateTime(),
        list[str]: JSON(),
        list[int]: JSON(),
        dict[str, object]: JSON(),
        Literal: Enum(native_enum=False, length=20),
    }


class Record:
    """The columns of everything that a curator edits and the feed reports."""

    id: Mapped[Slug] = mapped_column(primary_key=True, sort_order=-1)
    version: Mapped[int]
    updated_at: Mapped[datetime]
    supplied: Mapped[list[str]]
    """Members that the editors supplied and no source states, as dotted names."""


def one_of(column: str, words: object) -> CheckConstraint:
    """Let this column hold only the words of this enumeration, or null where it is nullable."""
    listed = ", ".join(f"'{word}'" for word in get_args(words))
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def exactly_one(*columns: str) -> CheckConstraint:
    """Require one, and only one, of these columns to be set."""
    count = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"{count} = 1", name="exactly_one_subject")


def at_least_one(*columns: str) -> CheckConstraint:
    """Require one or more of these columns to be set."""
    given = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    return CheckConstraint(given, name="somebody")
