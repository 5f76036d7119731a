"""Bodies in whose name people meet: ministries, parties, intergovernmental organizations."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enumerations import OrganizationKind
from app.models.alias import Alias
from app.models.base import Base, Record, Slug, one_of


class Organization(Record, Base):
    """An organization, of one country or of none (INTERPOL, ASEAN, the EU)."""

    __tablename__ = "organizations"
    __table_args__ = (one_of("kind", OrganizationKind),)

    name_en: Mapped[str]
    name_zh: Mapped[str]
    kind: Mapped[OrganizationKind]
    country_id: Mapped[Slug | None] = mapped_column(ForeignKey("countries.id"), index=True)

    aliases: Mapped[list[Alias]] = relationship(order_by=Alias.position)
