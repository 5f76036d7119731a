"""Which meetings show a record, and so must be published anew when it changes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Country, Meeting, MeetingTheme, Participant, Region, Theme
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import Kind

MOST_DEPENDANTS = 10_000
"""Meetings that are rendered anew while a client waits."""


def refuse_too_many(meetings: int, what: str, advice: str) -> None:
    """Refuse a client's write after which very many meetings would be rendered anew.

    Raises:
        Refused: they are too many.
    """
    if meetings > MOST_DEPENDANTS:
        raise Refused(
            f"{meetings} meetings depend on {what}: {advice} where Parley runs",
            "too_many_dependants",
        )


def dependants(session: Session, records: Iterable[tuple[Kind, str]]) -> set[str]:
    """Name the meetings among these records, and those that show one of the others."""
    changed: defaultdict[str, set[str]] = defaultdict(set)
    for kind, record_id in records:
        changed[kind.name].add(record_id)
    found = set(changed.pop("meeting", ()))
    for name, ids in changed.items():
        if showing := _SHOWING[name]:
            for some in chunks(sorted(ids)):
                found.update(session.scalars(showing(some)))
    return found


def _of_regions(ids: Collection[str]) -> Select[str]:
    below = select(Region.id).where(among(Region.id, ids) | among(Region.parent_id, ids))
    return _of_countries(select(Country.id).where(Country.subregion_id.in_(below)))


def _of_countries(ids: Collection[str] | Select[str]) -> Select[str]:
    return select(Participant.meeting_id).where(Participant.country_id.in_(ids))


def _of_themes(ids: Collection[str]) -> Select[str]:
    """Meetings with one of these themes or a narrower one, since they count for broader ones."""
    below = select(Theme.id).where(among(Theme.id, ids)).cte(recursive=True)
    below = below.union(select(Theme.id).join(below, Theme.parent_id == below.c.id))
    return select(MeetingTheme.meeting_id).where(MeetingTheme.theme_id.in_(select(below.c.id)))


def _of_organizations(ids: Collection[str]) -> Select[str]:
    return select(Participant.meeting_id).where(among(Participant.organization_id, ids))


def _of_people(ids: Collection[str]) -> Select[str]:
    return select(Participant.meeting_id).where(among(Participant.person_id, ids))


def _of_places(ids: Collection[str]) -> Select[str]:
    return select(Meeting.id).where(among(Meeting.place_id, ids))


def _of_events(ids: Collection[str]) -> Select[str]:
    return select(Meeting.id).where(among(Meeting.event_id, ids))


_SHOWING: dict[str, Callable[[Collection[str]], Select[str]] | None] = {
    "region": _of_regions,
    "country": _of_countries,
    "theme": _of_themes,
    "organization": _of_organizations,
    "person": _of_people,
    "place": _of_places,
    "event": _of_events,
    "source": None,
    "coverage": None,
}
