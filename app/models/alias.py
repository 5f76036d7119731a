"""Other names by which people, organizations, places and countries are known."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import AliasKind
from app.models.base import Base, Slug, exactly_one, one_of


class Alias(Base):
    """One other name of exactly one record."""

    __tablename__ = "aliases"
    __table_args__ = (
        exactly_one("person_id", "organization_id", "place_id", "country_id"),
        one_of("kind", AliasKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[Slug | None] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[Slug | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    place_id: Mapped[Slug | None] = mapped_column(ForeignKey("places.id"), index=True)
    country_id: Mapped[Slug | None] = mapped_column(ForeignKey("countries.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    language: Mapped[str]
    """A BCP 47 tag."""
    kind: Mapped[AliasKind]
