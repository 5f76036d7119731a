"""The people who meet."""

from sqlalchemy.orm import Mapped, relationship

from app.models.alias import Alias
from app.models.base import Base, Record


class Person(Record, Base):
    """A person. Titles of office belong to a participation, never here."""

    __tablename__ = "people"

    name_en: Mapped[str]
    name_zh: Mapped[str]
    note_en: Mapped[str | None]
    note_zh: Mapped[str | None]
    """What tells this person from another of the same name."""

    aliases: Mapped[list[Alias]] = relationship(order_by=Alias.position)
