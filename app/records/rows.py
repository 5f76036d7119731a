"""How a record that a curator writes becomes rows of the tables that hold the truth."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from app.models import (
    Alias,
    Base,
    Citation,
    EventParticipant,
    MeetingTheme,
    Participant,
)
from app.records.supplied import renumbered
from app.schemas.coverage import CoverageRecord
from app.schemas.dates import span
from app.schemas.event import DateRecord, EventRecord
from app.schemas.event import EventParticipant as EventParticipantRecord
from app.schemas.geography import CountryRecord, RegionRecord
from app.schemas.meeting import MeetingRecord, ParticipantRecord, ThemeAssertion
from app.schemas.names import Alias as AliasRecord
from app.schemas.names import Bilingual, Supplied
from app.schemas.organization import OrganizationRecord
from app.schemas.person import PersonRecord
from app.schemas.place import PlaceRecord
from app.schemas.source import Citation as CitationRecord
from app.schemas.source import SourceRecord
from app.schemas.theme import ThemeRecord

Row = dict[str, Any]
Shaped = TypeVar("Shaped", bound=Supplied)


@dataclass(frozen=True)
class Rows:
    """One row of a record's own table, and the rows of the tables that hang on it."""

    own: Row
    parts: dict[type[Base], list[Row]] = field(default_factory=dict)


def region(record: RegionRecord) -> Rows:
    """Rows of a region."""
    return Rows(_own(record) | _both("name", record.name) | {"parent_id": record.parent})


def country(record: CountryRecord) -> Rows:
    """Rows of a country."""
    own = _own(record, "alpha_3", "numeric", "kind") | _both("name", record.name)
    own["subregion_id"] = record.subregion
    return Rows(own, {Alias: _aliases(record.aliases, country_id=record.id)})


def source(record: SourceRecord) -> Rows:
    """Rows of a source."""
    plain = ("title", "author", "publisher", "language", "url", "retrieved_on", "digest")
    own = _own(record, *plain) | _both("rights", record.rights) | _both("note", record.note)
    bounds = span(record.published.value) if record.published else None
    own["published"] = record.published.value if record.published else None
    own["published_from"] = bounds.earliest if bounds else None
    own["published_to"] = bounds.latest if bounds else None
    return Rows(own)


def theme(record: ThemeRecord) -> Rows:
    """Rows of a theme."""
    own = _own(record, "parent_basis", "parent_locator")
    own |= _both("label", record.label) | _both("scope_note", record.scope_note)
    return Rows(own | {"parent_id": record.parent, "parent_source_id": record.parent_source})


def organization(record: OrganizationRecord) -> Rows:
    """Rows of an organization."""
    own = _own(record, "kind") | _both("name", record.name) | {"country_id": record.country}
    return Rows(own, {Alias: _aliases(record.aliases, organization_id=record.id)})


def person(record: PersonRecord) -> Rows:
    """Rows of a person."""
    own = _own(record) | _both("name", record.name) | _both("note", record.note)
    return Rows(own, {Alias: _aliases(record.aliases, person_id=record.id)})


def place(record: PlaceRecord) -> Rows:
    """Rows of a place."""
    own = _own(record, "latitude", "longitude") | {"country_id": record.country}
    own |= _both("name", record.name) | _both("division", record.division)
    return Rows(own, {Alias: _aliases(record.aliases, place_id=record.id)})


def event(record: EventRecord) -> Rows:
    """Rows of an event, its participants and its citations."""
    record = ordered(record)
    own = _own(record, "kind", "mode") | _dates(record.date) | {"place_id": record.place}
    own |= _both("name", record.name) | _both("summary", record.summary)
    participants = [
        {"event_id": record.id, "position": position} | _event_participant(one)
        for position, one in enumerate(record.participants)
    ]
    citations = _citations(record.citations, event_id=record.id)
    return Rows(own, {EventParticipant: participants, Citation: citations})


def meeting(record: MeetingRecord) -> Rows:
    """Rows of a meeting, its participants, themes and citations."""
    record = ordered(record)
    own = _own(record, "mode", "status") | _dates(record.date)
    own |= _both("title", record.title) | _both("summary", record.summary)
    own |= {"place_id": record.place, "event_id": record.event}
    participants = [
        {"meeting_id": record.id, "position": position} | _participant(one)
        for position, one in enumerate(record.participants)
    ]
    themes = [
        {"meeting_id": record.id, "position": position} | _meeting_theme(one)
        for position, one in enumerate(record.themes)
    ]
    citations = _citations(record.citations, meeting_id=record.id)
    return Rows(own, {Participant: participants, MeetingTheme: themes, Citation: citations})


def coverage(record: CoverageRecord) -> Rows:
    """Rows of a statement of coverage."""
    own = _own(record, "date_from", "date_to", "completeness")
    own |= _both("subject", record.subject) | _both("note", record.note)
    return Rows(own | {"starts_on": record.earliest, "ends_on": record.latest})


def _own(record: Supplied, *plain: str) -> Row:
    return {name: getattr(record, name) for name in ("id", "supplied", *plain)}


def _both(name: str, text: Bilingual | None) -> Row:
    return {f"{name}_en": text.en if text else None, f"{name}_zh": text.zh if text else None}


def _dates(written: DateRecord) -> Row:
    covered = span(written.value)
    days: dict[str, date] = {"starts_on": covered.earliest, "ends_on": covered.latest}
    return days | {
        "date_as_written": written.value,
        "precision": covered.precision,
        "year_basis": written.year_basis,
    }


def _aliases(aliases: Iterable[AliasRecord], **owner: str) -> list[Row]:
    return [
        owner | {"position": position} | alias.model_dump()
        for position, alias in enumerate(aliases)
    ]


def _event_participant(one: EventParticipantRecord) -> Row:
    return {
        "person_id": one.person,
        "organization_id": one.organization,
        "country_id": one.country,
        "role": one.role,
    }


def _participant(one: ParticipantRecord) -> Row:
    said = one.said
    return {
        "person_id": one.person,
        "organization_id": one.organization,
        "country_id": one.country,
        "role": one.role,
        "title_en": one.title.en if one.title else None,
        "title_zh": one.title.zh if one.title else None,
        "title_basis": one.title_basis,
        "said_en": said.en if said else None,
        "said_zh": said.zh if said else None,
        "said_source_id": said.source if said else None,
        "said_locator": said.locator if said else None,
    }


def ordered(record: Shaped) -> Shaped:
    """Put the themes and citations of a record into the order in which they are kept.

    It hangs on nothing but what they say, so that equal records become equal rows.
    """
    keys: dict[str, Callable[[Any], tuple[Any, ...]]] = {
        "themes": _theme_order,
        "citations": _citation_order,
    }
    changed: dict[str, Any] = {}
    supplied = record.supplied
    for member, key in keys.items():
        if items := getattr(record, member, None):
            order = sorted(range(len(items)), key=[key(one) for one in items].__getitem__)
            changed[member] = [items[number] for number in order]
            supplied = renumbered(supplied, member, _places(order))
    return record.model_copy(update=changed | {"supplied": supplied}) if changed else record


def _places(order: Sequence[int]) -> list[int]:
    """Tell of each item where it is in this order."""
    return sorted(range(len(order)), key=order.__getitem__)


def _theme_order(one: ThemeAssertion) -> tuple[str, ...]:
    said = (one.locator, one.wording, one.raised_by)
    return (one.id, one.basis, one.source, *(text or "" for text in said))


def _citation_order(one: CitationRecord) -> tuple[Any, ...]:
    return (one.source, one.locator or "", one.stance, one.fields, one.asserted or "")


def _meeting_theme(one: ThemeAssertion) -> Row:
    return {
        "theme_id": one.id,
        "wording": one.wording,
        "basis": one.basis,
        "raised_by_id": one.raised_by,
        "source_id": one.source,
        "locator": one.locator,
    }


def _citations(citations: Iterable[CitationRecord], **owner: str) -> list[Row]:
    return [
        owner
        | {"position": position, "source_id": one.source}
        | one.model_dump(include={"locator", "stance", "fields", "asserted"})
        for position, one in enumerate(citations)
    ]
