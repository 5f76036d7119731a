"""The towns where meetings are held."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.alias import Alias
from app.models.base import Base, Record, Slug


class Place(Record, Base):
    """A place, with its first-level division and its coordinates in degrees (WGS 84)."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
    )

    name_en: Mapped[str]
    name_zh: Mapped[str]
    country_id: Mapped[Slug] = mapped_column(ForeignKey("countries.id"), index=True)
    division_en: Mapped[str | None]
    division_zh: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    aliases: Mapped[list[Alias]] = relationship(order_by=Alias.position)
