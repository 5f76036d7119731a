"""The kinds of record, in the order in which they depend on each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from app import models
from app.enumerations import RecordType
from app.models import Base
from app.records import rows
from app.records.rows import Rows
from app.schemas.coverage import CoverageRecord
from app.schemas.event import EventRecord
from app.schemas.geography import CountryRecord, RegionRecord
from app.schemas.meeting import MeetingRecord
from app.schemas.names import Supplied
from app.schemas.organization import OrganizationRecord
from app.schemas.person import PersonRecord
from app.schemas.place import PlaceRecord
from app.schemas.source import SourceRecord
from app.schemas.theme import ThemeRecord


class Part(NamedTuple):
    """A table whose rows belong to a record, and the member of the record that they come from."""

    model: type[Base]
    owner: str
    member: str


def table(model: type[Base]) -> Table:
    """Give the table of a model."""
    return Base.metadata.tables[model.__tablename__]


@dataclass(frozen=True)
class Kind:
    """One kind of record: its shape, its tables, and how the one becomes the other."""

    name: RecordType
    plural: str
    shape: type[Supplied]
    model: type[Base]
    rows: Callable[[Any], Rows]
    parts: tuple[Part, ...] = ()


KINDS: tuple[Kind, ...] = (
    Kind("region", "regions", RegionRecord, models.Region, rows.region),
    Kind(
        "country",
        "countries",
        CountryRecord,
        models.Country,
        rows.country,
        (Part(models.Alias, "country_id", "aliases"),),
    ),
    Kind("source", "sources", SourceRecord, models.Source, rows.source),
    Kind("theme", "themes", ThemeRecord, models.Theme, rows.theme),
    Kind(
        "organization",
        "organizations",
        OrganizationRecord,
        models.Organization,
        rows.organization,
        (Part(models.Alias, "organization_id", "aliases"),),
    ),
    Kind(
        "person",
        "people",
        PersonRecord,
        models.Person,
        rows.person,
        (Part(models.Alias, "person_id", "aliases"),),
    ),
    Kind(
        "place",
        "places",
        PlaceRecord,
        models.Place,
        rows.place,
        (Part(models.Alias, "place_id", "aliases"),),
    ),
    Kind(
        "event",
        "events",
        EventRecord,
        models.Event,
        rows.event,
        (
            Part(models.EventParticipant, "event_id", "participants"),
            Part(models.Citation, "event_id", "citations"),
        ),
    ),
    Kind(
        "meeting",
        "meetings",
        MeetingRecord,
        models.Meeting,
        rows.meeting,
        (
            Part(models.Participant, "meeting_id", "participants"),
            Part(models.MeetingTheme, "meeting_id", "themes"),
            Part(models.Citation, "meeting_id", "citations"),
        ),
    ),
    Kind("coverage", "coverage", CoverageRecord, models.Coverage, rows.coverage),
)


_BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """Give the kind of record with this name."""
    return _BY_NAME[name]


def exclusive(kind: Kind) -> list[Column[Any]]:
    """Give the columns whose values no two records may share, such as a country's alpha-3 code."""
    return [column for column in table(kind.model).columns if column.unique]
