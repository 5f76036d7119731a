"""What meetings take place at, or what sources report beside them: conferences, forums, visits."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enumerations import EventKind, EventRole, Mode, Precision, YearBasis
from app.models.base import Base, Record, Slug, at_least_one, one_of
from app.models.place import Place
from app.models.source import Citation


class Event(Record, Base):
    """An event with its own dates; it is never listed as a meeting."""

    __tablename__ = "events"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("mode", Mode),
        one_of("precision", Precision),
        one_of("year_basis", YearBasis),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )

    name_en: Mapped[str]
    name_zh: Mapped[str]
    summary_en: Mapped[str | None]
    summary_zh: Mapped[str | None]
    date_as_written: Mapped[str]
    """2023, 2023-10, 2023-10-18 or 2023-07-14/2023-07-15."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    precision: Mapped[Precision]
    year_basis: Mapped[YearBasis]
    kind: Mapped[EventKind]
    mode: Mapped[Mode]
    place_id: Mapped[Slug | None] = mapped_column(ForeignKey("places.id"), index=True)

    place: Mapped[Place | None] = relationship()
    participants: Mapped[list["EventParticipant"]] = relationship(
        order_by="EventParticipant.position"
    )
    citations: Mapped[list[Citation]] = relationship(order_by=Citation.position)


class EventParticipant(Base):
    """Somebody's part in an event, as far as a source tells it."""

    __tablename__ = "event_participants"
    __table_args__ = (
        at_least_one("person_id", "organization_id", "country_id"),
        one_of("role", EventRole),
    )

    event_id: Mapped[Slug] = mapped_column(ForeignKey("events.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[Slug | None] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[Slug | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    country_id: Mapped[Slug | None] = mapped_column(ForeignKey("countries.id"), index=True)
    role: Mapped[EventRole]
