"""What readers need, rendered from the truth: documents, and posting lists in order of date.

A term is one value of one facet (country RU, theme stated/counter-narcotics, country_theme
RU/stated/counter-narcotics). Its postings are the meetings that have it, sorted by date. Every
question is made of such lists. All of it can be dropped and rebuilt at any time.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Index, String, UniqueConstraint, and_, false, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Slug


class Document(Base):
    """A meeting as the API gives it, ready to be sent."""

    __tablename__ = "documents"

    meeting_id: Mapped[Slug] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    term_ids: Mapped[list[int]]
    json: Mapped[str]


class Term(Base):
    """One value of one facet, and how many meetings have it."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("facet", "value", "retracted"),)

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


class Posting(Base):
    """That a meeting has a term. Clustered by the key on SQLite, so that a page is one range."""

    __tablename__ = "postings"
    __table_args__ = (
        Index(
            "ix_postings_longer_than_a_day",
            "term_id",
            "starts_on",
            "meeting_id",
            "ends_on",
            sqlite_where=text("ends_on IS NOT NULL"),
            postgresql_where=text("ends_on IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    term_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    meeting_id: Mapped[Slug] = mapped_column(primary_key=True)
    ends_on: Mapped[date | None]
    """The last day of a date that is longer than a day, else null: most rows need no more."""
