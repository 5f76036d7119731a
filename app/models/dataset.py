"""The dataset as a whole: its epoch and revision, and what it claims to cover."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import Completeness
from app.models.base import Base, Record, one_of


class Dataset(Base):
    """The one row that every writer locks, so that revisions come in the order of commits."""

    __tablename__ = "dataset"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    """Random; another one means another database, whose cursors and revisions do not compare."""
    revision: Mapped[int]
    """The number of the last change that was committed."""
    mark: Mapped[str]
    """Random, and another one after each commit and each rebuild: once a copy of the database was
    put back, the same numbers come again."""


class Coverage(Record, Base):
    """What the data claims to cover, so that a silence can be told from a hole in the data."""

    __tablename__ = "coverage"
    __table_args__ = (
        one_of("completeness", Completeness),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )

    subject_en: Mapped[str]
    subject_zh: Mapped[str]
    date_from: Mapped[str]
    date_to: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    completeness: Mapped[Completeness]
    note_en: Mapped[str | None]
    note_zh: Mapped[str | None]
