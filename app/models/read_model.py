"""What readers need, rendered from the truth: documents, lists of meetings, and names to look up.

Each meeting has a number, and numbers are in the order of (starts_on, meeting_id). A term is one
value of one facet (country RU, theme stated/counter-narcotics, country_theme
RU/stated/counter-narcotics); its list is the set of the numbers of the meetings that have it, in
order by nature. Every page, count and pair is made of such sets. All of it can be dropped and
rebuilt at any time.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Index, String, UniqueConstraint, and_, false, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.enumerations import RecordType
from app.models.base import Base, Slug, one_of


class Document(Base):
    """A meeting as the API gives it, ready to be sent."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_order", "starts_on", "meeting_id", "number"),
        Index(
            "ix_documents_longer_than_a_day",
            "starts_on",
            "ends_on",
            "number",
            sqlite_where=text("ends_on IS NOT NULL"),
            postgresql_where=text("ends_on IS NOT NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    meeting_id: Mapped[Slug] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day of a date that is longer than a day, else null."""
    terms: Mapped[bytes]
    """The ids of the meeting's terms, as a roaring bitmap."""
    parts: Mapped[bytes]
    """The terms of its participants, as `attendance.pack` writes them."""
    json: Mapped[str]
    text: Mapped[str]
    """What is searched, as `words.searchable` writes it."""


class Term(Base):
    """One value of one facet, and how many meetings have it."""

    __tablename__ = "terms"
    __table_args__ = (
        # All terms of a facet are read from the index alone, in which SQLite has the id anyway.
        UniqueConstraint("facet", "value", "retracted", postgresql_include=["id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    retracted: Mapped[bool]
    """Retracted meetings have terms of their own, so that no other question meets them."""
    facet: Mapped[str]
    value: Mapped[str] = mapped_column(String(250).with_variant(String(250, "C"), "postgresql"))
    meetings: Mapped[int]

    @classmethod
    def is_one_of(cls, terms: Iterable[tuple[bool, str, str]]) -> ColumnElement[bool]:
        """Match these terms, in a form in which both databases look each one up by its key."""
        values: defaultdict[tuple[bool, str], list[str]] = defaultdict(list)
        for retracted, facet, value in sorted(terms):
            values[retracted, facet].append(value)
        return or_(
            false(),
            *(
                and_(cls.retracted == retracted, cls.facet == facet, cls.value.in_(some))
                for (retracted, facet), some in values.items()
            ),
        )


BITS = 16
"""Of a number those that stand within its block: 65,536 numbers in a row are one."""
APART = 2
"""How far numbers are apart where all meetings are numbered, so that others go between them."""


class Members(Base):
    """The numbers of one block of the meetings that have a term, as a roaring bitmap."""

    __tablename__ = "members"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numbers: Mapped[bytes]


class Mark(Base):
    """Which state of a part of the read model is served: what is counted of it may be kept."""

    __tablename__ = "marks"

    part: Mapped[str] = mapped_column(primary_key=True)
    """As `mark_of_block` or `mark_of_terms` names it."""
    mark: Mapped[str]
    """Random, and another one after each write into that part."""


def mark_of_block(block: int) -> str:
    """Name the meetings of a block: their days, participants, and terms that are no words."""
    return f"block/{block}"


def mark_of_terms(facet: str) -> str:
    """Name the terms of a facet: which there are, and their ids."""
    return f"terms/{facet}"


class Name(Base):
    """A name or another name of a record, folded, from one of its words on to its end."""

    __tablename__ = "names"
    __table_args__ = (
        one_of("type", RecordType),
        Index("ix_names_record", "type", "record_id"),
        # A letter begins thousands of names, which are ranked by what is in the index alone.
        Index("ix_names_text", "text", "type", "record_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(250).with_variant(String(250, "C"), "postgresql"))
    type: Mapped[RecordType]
    record_id: Mapped[Slug]
    position: Mapped[int]
    """How many words of the name stand before."""
