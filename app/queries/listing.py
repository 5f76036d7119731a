"""How a vocabulary is listed: in order of id, each record with the number of its meetings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.limits import MOST_RECORDS
from app.models import Base, Term
from app.queries import cursor
from app.queries.known import explain_absence
from app.queries.state import State, state
from app.schemas.listing import Total
from app.schemas.names import Alias, Bilingual, Links, Named
from app.schemas.questions import ListingExport, ListingQuestion

_AT_ONCE = 500
"""Records that are read together where all are wanted."""

Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True)
class Listed(Generic[Item_co]):
    """A page of whatever was asked for, and where the next one begins."""

    items: list[Item_co]
    next_cursor: str | None
    total: Total | None
    state: State


@dataclass(frozen=True)
class Vocabulary(Generic[Item_co]):
    """A kind of record that meetings refer to, by a filter of the same name as the kind."""

    kind: str
    plural: str
    model: type[Base]
    read: Callable[[Any, dict[str, Any]], Item_co]
    """Makes the shape of a row and of what all shapes have in common."""
    load: tuple[ORMOption, ...] = ()
    term_prefix: str = ""

    def page(self, session: Session, question: ListingQuestion) -> Listed[Item_co]:
        """Answer with one page of the vocabulary."""
        now = state(session)
        after = cursor.decode(self.plural, question, now.epoch, question.cursor, cursor.plain)
        rows = self._rows(session, question, after, question.limit + 1)
        shown, more = rows[: question.limit], len(rows) > question.limit
        last = (shown[-1].id,) if more else None
        return Listed(
            items=self._items(session, shown),
            next_cursor=last and cursor.encode(self.plural, question, now.epoch, last),
            total=None if after else self._total(session, question),
            state=now,
        )

    def every(self, session: Session, question: ListingExport) -> Iterator[list[Item_co]]:
        """Read all records that match, some at a time, in the order of the pages."""
        rows = self._rows(session, question, None, _AT_ONCE)
        while rows:
            yield self._items(session, rows)
            if len(rows) < _AT_ONCE:
                return
            rows = self._rows(session, question, rows[-1].id, _AT_ONCE)

    def all(self, session: Session) -> list[Item_co]:
        """Give the whole vocabulary."""
        model: Any = self.model
        rows = session.scalars(select(model).options(*self.load).order_by(model.id)).all()
        return self._items(session, rows)

    def one(self, session: Session, record_id: str) -> Item_co:
        """Give one record.

        Raises:
            NotFound, Gone, Merged: there is none with this id, or no more.
        """
        row: Any = session.get(self.model, record_id, options=self.load)
        if row is None:
            explain_absence(session, self.kind, record_id)
        return self._item(row, self._meetings(session, [record_id]))

    def links(self, record_id: str) -> Links:
        """Tell where a record leads."""
        return Links(
            self=f"/v1/{self.plural}/{record_id}",
            meetings=f"/v1/meetings?{self.kind}={record_id}",
        )

    def _rows(
        self, session: Session, question: ListingExport, after: str | None, limit: int
    ) -> Sequence[Any]:
        model: Any = self.model
        statement = self._asked(select(model), question).options(*self.load)
        if after is not None:
            statement = statement.where(model.id > after)
        return session.scalars(statement.order_by(model.id).limit(limit)).all()

    def _asked(
        self, statement: Select[*tuple[Any, ...]], question: ListingExport
    ) -> Select[*tuple[Any, ...]]:
        if question.has_meetings is None:
            return statement
        model: Any = self.model
        met = select(Term.id).where(
            *self._terms(),
            Term.value == literal(self.term_prefix) + model.id,
            Term.meetings > 0,
        )
        return statement.where(met.exists() if question.has_meetings else ~met.exists())

    def _terms(self) -> list[ColumnElement[bool]]:
        return [Term.retracted.is_(False), Term.facet == self.kind]

    def _total(self, session: Session, question: ListingQuestion) -> Total:
        statement = self._asked(select(func.count()).select_from(self.model), question)
        return Total(value=session.scalar(statement) or 0, relation="eq")

    def _meetings(self, session: Session, ids: Sequence[str]) -> dict[str, int]:
        wanted = [self.term_prefix + record_id for record_id in ids]
        statement = select(Term.value, Term.meetings).where(*self._terms(), Term.value.in_(wanted))
        counted = session.execute(statement)
        return {value.removeprefix(self.term_prefix): number for value, number in counted}

    def _items(self, session: Session, rows: Sequence[Any]) -> list[Item_co]:
        counts = self._meetings(session, [row.id for row in rows])
        return [self._item(row, counts) for row in rows]

    def _item(self, row: Any, counts: dict[str, int]) -> Item_co:
        common = {
            "id": row.id,
            "supplied": row.supplied,
            "version": row.version,
            "updated_at": row.updated_at,
            "meetings": counts.get(row.id, 0),
            "links": self.links(row.id),
        }
        return self.read(row, common)


def at_once(parts: Any) -> ORMOption:
    """Load what hangs on the records of a page in one statement, however long the page is."""
    return selectinload(parts, chunksize=MOST_RECORDS + 1)


def both(row: Any, name: str) -> Bilingual:
    """Read a text in both languages."""
    return Bilingual(en=getattr(row, f"{name}_en"), zh=getattr(row, f"{name}_zh"))


def both_or_none(row: Any, name: str) -> Bilingual | None:
    """Read a text in both languages, or None where there is none."""
    return None if getattr(row, f"{name}_en") is None else both(row, name)


def named(row: Any) -> Named | None:
    """Refer to a record by its id and name, or to none."""
    return row and Named(id=row.id, name=both(row, "name"))


def aliases(row: Any) -> list[Alias]:
    """Read the other names of a record."""
    return [Alias(text=one.text, language=one.language, kind=one.kind) for one in row.aliases]
