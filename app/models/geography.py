"""Where the world is divided: UN M49 regions, and countries by their ISO 3166-1 codes."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enumerations import CountryKind
from app.models.alias import Alias
from app.models.base import Base, Record, Slug, one_of


class Region(Record, Base):
    """An M49 region (no parent) or sub-region; the id is its three digits."""

    __tablename__ = "regions"
    __table_args__ = (CheckConstraint("length(id) = 3", name="m49_code"),)

    name_en: Mapped[str]
    name_zh: Mapped[str]
    # Deferred, so that a file of regions may stand in any order.
    parent_id: Mapped[Slug | None] = mapped_column(
        ForeignKey("regions.id", deferrable=True, initially="DEFERRED")
    )

    parent: Mapped["Region | None"] = relationship(remote_side="Region.id")


class Country(Record, Base):
    """A country, territory or former state; the id is its alpha-2 code, a practical label."""

    __tablename__ = "countries"
    __table_args__ = (
        one_of("kind", CountryKind),
        CheckConstraint("length(id) = 2", name="alpha_2"),
    )

    alpha_3: Mapped[str] = mapped_column(unique=True)
    numeric: Mapped[str | None] = mapped_column(unique=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    subregion_id: Mapped[Slug | None] = mapped_column(ForeignKey("regions.id"), index=True)
    kind: Mapped[CountryKind]

    subregion: Mapped[Region | None] = relationship()
    aliases: Mapped[list[Alias]] = relationship(order_by=Alias.position)
