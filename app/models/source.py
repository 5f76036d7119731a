"""Sources, and the citations that tie facts to them."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import CitedField, Stance
from app.models.base import Base, Record, Slug, exactly_one, one_of


class Source(Record, Base):
    """A document that reports meetings; its date is exact or lies within bounds."""

    __tablename__ = "sources"
    __table_args__ = (
        CheckConstraint("published_from <= published_to", name="published"),
        CheckConstraint(
            "(published IS NULL) = (published_from IS NULL)"
            " AND (published IS NULL) = (published_to IS NULL)",
            name="published_bounds",
        ),
    )

    title: Mapped[str | None]
    author: Mapped[str | None]
    publisher: Mapped[str | None]
    language: Mapped[str | None]
    url: Mapped[str | None]
    published: Mapped[str | None]
    published_from: Mapped[date | None]
    published_to: Mapped[date | None]
    retrieved_on: Mapped[date | None]
    digest: Mapped[str | None]
    """The algorithm and the hexadecimal digest of what was read: sha256:…"""
    rights_en: Mapped[str | None]
    rights_zh: Mapped[str | None]
    note_en: Mapped[str | None]
    note_zh: Mapped[str | None]


class Citation(Base):
    """What one source, at one place in it, says for or against fields of a meeting or an event."""

    __tablename__ = "citations"
    __table_args__ = (
        exactly_one("meeting_id", "event_id"),
        one_of("stance", Stance),
        CheckConstraint("asserted IS NULL OR stance = 'contradicts'", name="asserted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[Slug | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    event_id: Mapped[Slug | None] = mapped_column(ForeignKey("events.id"), index=True)
    position: Mapped[int]
    source_id: Mapped[Slug] = mapped_column(ForeignKey("sources.id"), index=True)
    locator: Mapped[str | None]
    stance: Mapped[Stance]
    fields: Mapped[list[CitedField]] = mapped_column(JSON)
    asserted: Mapped[str | None]
    """The differing value of the one field that a contradicting citation names."""
