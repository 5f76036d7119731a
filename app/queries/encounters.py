"""Whom a person, an organization or a country met, in which capacity, and after how long."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Participant, Posting, Term, Theme
from app.queries.countries import COUNTRIES
from app.queries.dyads import names
from app.queries.listing import both
from app.queries.organizations import ORGANIZATIONS
from app.queries.pairs import of_countries
from app.queries.people import PEOPLE
from app.queries.sets import facet, members
from app.queries.spans import Span, last_day, listed, longest_gap
from app.schemas.dyads import DyadQuestion, Level
from app.schemas.encounters import (
    MOST_NAMED,
    Counterpart,
    Office,
    PersonMet,
    PersonOfOrganization,
    ThemeTouched,
)
from app.schemas.geography import CountryDetail
from app.schemas.meeting import Title
from app.schemas.organization import OrganizationDetail
from app.schemas.person import PersonDetail

_STATED = "stated/"


@dataclass
class _Seen:
    """Somebody in the meetings in which they took part: the last row stays."""

    spans: dict[str, Span] = field(default_factory=dict)
    last: Any = None

    @property
    def counted(self) -> dict[str, Any]:
        """Tell how many meetings there were, and from when to when."""
        return _counted(list(self.spans.values()))


def person(session: Session, person_id: str) -> PersonDetail:
    """Give one person, with their offices, whom they met, and how long they met nobody.

    Raises:
        NotFound: there is none with this id.
    """
    found = PEOPLE.one(session, person_id)
    own = session.execute(_parts("person", person_id)).all()
    seen = _others(session, "person", person_id)
    known = names(session, "person", seen)
    return PersonDetail(
        **dict(found),
        **_silence(_spans(own)),
        offices=_offices(session, own),
        met=[
            PersonMet(**dict(known[id_]), **one.counted, country=one.last.country_id)
            for id_, one in seen.items()
        ],
    )


def organization(session: Session, organization_id: str) -> OrganizationDetail:
    """Give one organization, with who took part for it, and which others they met.

    Raises:
        NotFound: there is none with this id.
    """
    found = ORGANIZATIONS.one(session, organization_id)
    own = session.execute(_parts("organization", organization_id)).all()
    people = _most_often(_seen((row.person_id, row) for row in own))
    known = names(session, "person", people)
    return OrganizationDetail(
        **dict(found),
        **_period(_spans(own)),
        people=[
            PersonOfOrganization(**dict(known[id_]), **one.counted, title=_title(one.last))
            for id_, one in people.items()
        ],
        counterparts=_counterparts(session, organization_id),
    )


def country(session: Session, code: str) -> CountryDetail:
    """Give one country, with whom it met, on which themes, and how long it met nobody.

    Raises:
        NotFound: there is none with this id.
    """
    found = COUNTRIES.one(session, code)
    spans = listed(session, and_(Term.facet == "country", Term.value == code)).get(code, [])
    met = of_countries(session, DyadQuestion(anchor=code)).spans
    known = names(session, "country", (other for _, other in met))
    return CountryDetail(
        **dict(found),
        **_silence(spans),
        counterparts=[
            Counterpart(**dict(known[other]), **_counted(days))
            for (_, other), days in sorted(met.items(), key=lambda one: (-len(one[1]), one[0]))
        ],
        themes=_themes(session, code),
    )


def _counterparts(session: Session, organization_id: str) -> list[Counterpart]:
    seen = _others(session, "organization", organization_id)
    known = names(session, "organization", seen)
    return [Counterpart(**dict(known[id_]), **one.counted) for id_, one in seen.items()]


def _parts(level: Level, record_id: str) -> Select[*tuple[Any, ...]]:
    """Select what a record was in its meetings, in order of date."""
    return (
        _meetings(level, record_id)
        .join(Participant, Participant.meeting_id == Posting.meeting_id)
        .add_columns(
            Participant.person_id,
            Participant.organization_id,
            Participant.title_en,
            Participant.title_zh,
        )
        .where(_column(Participant, level) == record_id)
        .order_by(Posting.starts_on, Posting.meeting_id, Participant.position)
    )


def _others(session: Session, level: Level, record_id: str) -> dict[str, _Seen]:
    """Give those of other countries that a record met most often."""
    one, other = aliased(Participant), aliased(Participant)
    entity = _column(other, level).label("entity")
    rows = session.execute(
        _meetings(level, record_id)
        .join(one, one.meeting_id == Posting.meeting_id)
        .join(other, other.meeting_id == Posting.meeting_id)
        .add_columns(entity, other.country_id)
        .where(_column(one, level) == record_id, entity != record_id, _of_another(one, other))
        .order_by(Posting.starts_on, Posting.meeting_id, other.position)
    )
    return _most_often(_seen((row.entity, row) for row in rows))


def _meetings(level: Level, record_id: str) -> Select[*tuple[Any, ...]]:
    listed = select(Term.id).where(Term.is_one_of([(False, level, record_id)])).scalar_subquery()
    ends_on = func.coalesce(Posting.ends_on, Posting.starts_on).label("ends_on")
    return select(Posting.meeting_id, Posting.starts_on, ends_on).where(Posting.term_id == listed)


def _column(part: Any, level: Level) -> Any:
    return getattr(part, f"{level}_id")


def _of_another(one: Any, other: Any) -> ColumnElement[bool]:
    """A body may be of no country, and then is of another than anybody else."""
    return or_(
        one.country_id.is_(None), other.country_id.is_(None), one.country_id != other.country_id
    )


def _seen(rows: Iterable[tuple[str | None, Any]]) -> dict[str, _Seen]:
    found: defaultdict[str, _Seen] = defaultdict(_Seen)
    for id_, row in rows:
        if id_ is not None:
            found[id_].spans[row.meeting_id] = (row.starts_on, row.ends_on)
            found[id_].last = row
    return found


def _most_often(seen: Mapping[str, _Seen]) -> dict[str, _Seen]:
    return dict(nsmallest(MOST_NAMED, seen.items(), key=lambda one: (-len(one[1].spans), one[0])))


def _offices(session: Session, rows: Iterable[Any]) -> list[Office]:
    """Give titles and organizations in order of the first meeting with each."""
    found: defaultdict[object, _Seen] = defaultdict(_Seen)
    for row in rows:
        if row.title_zh or row.organization_id:
            office = found[row.title_en, row.title_zh, row.organization_id]
            office.spans[row.meeting_id], office.last = (row.starts_on, row.ends_on), row
    ids = (one.last.organization_id for one in found.values())
    known = names(session, "organization", filter(None, ids))
    return [
        Office(
            **one.counted,
            title=_title(one.last),
            organization=known.get(one.last.organization_id),
        )
        for one in found.values()
    ]


def _title(row: Any) -> Title | None:
    return None if row.title_en is None else Title(en=row.title_en, zh=row.title_zh)


def _themes(session: Session, code: str) -> list[ThemeTouched]:
    ours = members(session, [("country", code)], retracted=False)["country", code]
    touched = {
        value.removeprefix(_STATED): len(ours & numbers)
        for value, numbers in facet(session, "theme_exact", retracted=False).items()
        if value.startswith(_STATED) and ours & numbers
    }
    themes = session.scalars(select(Theme).where(Theme.id.in_(touched)))
    return [
        ThemeTouched(id=one.id, label=both(one, "label"), meetings=touched[one.id])
        for one in sorted(themes, key=lambda one: (-touched[one.id], one.id))
    ]


def _spans(rows: Iterable[Any]) -> list[Span]:
    return list({row.meeting_id: (row.starts_on, row.ends_on) for row in rows}.values())


def _counted(spans: Sequence[Span]) -> dict[str, Any]:
    return {"meetings": len(spans), **_period(spans)}


def _period(spans: Sequence[Span]) -> dict[str, Any]:
    if not spans:
        return {"first": None, "last": None}
    return {"first": spans[0][0], "last": last_day(spans)}


def _silence(spans: Sequence[Span]) -> dict[str, Any]:
    return _period(spans) | {"longest_silence": longest_gap(spans)}
