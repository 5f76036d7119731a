"""Meetings, who took part in them, and which themes they touched: the truth of the database."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import Mode, Precision, Role, Status, ThemeBasis, TitleBasis, YearBasis
from app.models.base import Base, Record, Slug, at_least_one, one_of


class Meeting(Record, Base):
    """One encounter, of two sides or of many; several countries never make several meetings."""

    __tablename__ = "meetings"
    __table_args__ = (
        one_of("precision", Precision),
        one_of("year_basis", YearBasis),
        one_of("mode", Mode),
        one_of("status", Status),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("(precision = 'day') = (starts_on = ends_on)", name="precision_of_dates"),
    )

    title_en: Mapped[str]
    title_zh: Mapped[str]
    summary_en: Mapped[str | None]
    summary_zh: Mapped[str | None]
    date_as_written: Mapped[str]
    """2023, 2023-10, 2023-10-31 or 2023-03-06/2023-03-10."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    precision: Mapped[Precision]
    year_basis: Mapped[YearBasis]
    mode: Mapped[Mode]
    status: Mapped[Status]
    place_id: Mapped[Slug | None] = mapped_column(ForeignKey("places.id"), index=True)
    event_id: Mapped[Slug | None] = mapped_column(ForeignKey("events.id"), index=True)


class Participant(Base):
    """Somebody's part in a meeting: a person, or only an organization or a country."""

    __tablename__ = "participants"
    __table_args__ = (
        at_least_one("person_id", "organization_id", "country_id"),
        one_of("role", Role),
        one_of("title_basis", TitleBasis),
        # With the meeting, since questions probe whether somebody took part in a given one.
        Index("ix_participants_person", "person_id", "meeting_id"),
        Index("ix_participants_organization", "organization_id", "meeting_id"),
        Index("ix_participants_country", "country_id", "meeting_id"),
        CheckConstraint("(title_zh IS NULL) = (title_basis IS NULL)", name="basis_of_title"),
        CheckConstraint("(said_en IS NULL) = (said_source_id IS NULL)", name="source_of_said"),
    )

    meeting_id: Mapped[Slug] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[Slug | None] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[Slug | None] = mapped_column(ForeignKey("organizations.id"))
    country_id: Mapped[Slug | None] = mapped_column(ForeignKey("countries.id"))
    role: Mapped[Role]
    title_en: Mapped[str | None]
    title_zh: Mapped[str | None]
    """The title at the time, as the source writes it."""
    title_basis: Mapped[TitleBasis | None]
    said_en: Mapped[str | None]
    said_zh: Mapped[str | None]
    """Our paraphrase of what the source reports that they said."""
    said_source_id: Mapped[Slug | None] = mapped_column(
        ForeignKey("sources.id"), index=True, info={"member": "said.source"}
    )
    said_locator: Mapped[str | None]


class MeetingTheme(Base):
    """That a meeting touched a theme, in which words of the source, and on what basis."""

    __tablename__ = "meeting_themes"
    __table_args__ = (one_of("basis", ThemeBasis),)

    meeting_id: Mapped[Slug] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    theme_id: Mapped[Slug] = mapped_column(
        ForeignKey("themes.id"), index=True, info={"member": "id"}
    )
    wording: Mapped[str | None]
    basis: Mapped[ThemeBasis]
    raised_by_id: Mapped[Slug | None] = mapped_column(ForeignKey("people.id"), index=True)
    source_id: Mapped[Slug] = mapped_column(ForeignKey("sources.id"), index=True)
    locator: Mapped[str | None]
