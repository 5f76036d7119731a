"""What the filters of participants mean when a question has an anchor: the other side."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Country, Organization, Participant, Region
from app.schemas.filters import MeetingFilters

MeetingId = InstrumentedAttribute[str]


def other_side(filters: MeetingFilters, meeting_id: MeetingId) -> Iterator[ColumnElement[bool]]:
    """Demand of participants of other countries than the anchor what the filters ask for.

    Country codes need nothing of this: the anchor itself is not allowed among them.
    """
    if filters.anchor is None:
        return
    for column, name in (
        (Participant.person_id, "person"),
        (Participant.organization_id, "organization"),
    ):
        if some := getattr(filters, name):
            yield _takes_part(filters.anchor, meeting_id, column.in_(some))
        for one in getattr(filters, f"{name}_all"):
            yield _takes_part(filters.anchor, meeting_id, column == one)
        if none := getattr(filters, f"{name}_not"):
            yield ~_takes_part(filters.anchor, meeting_id, column.in_(none))
    if filters.organization_kind:
        kinds = select(Organization.id).where(Organization.kind == filters.organization_kind)
        yield _takes_part(filters.anchor, meeting_id, Participant.organization_id.in_(kinds))
    if filters.region:
        within = select(Region.id).where(
            or_(Region.id == filters.region, Region.parent_id == filters.region)
        )
        countries = select(Country.id).where(Country.subregion_id.in_(within))
        yield _takes_part(filters.anchor, meeting_id, Participant.country_id.in_(countries))


def _takes_part(
    anchor: str, meeting_id: MeetingId, condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    return (
        select(Participant.position)
        .where(
            Participant.meeting_id == meeting_id,
            or_(Participant.country_id.is_(None), Participant.country_id != anchor),
            condition,
        )
        .offset(0)  # As in candidates.py: looked up for each meeting, not joined.
        .exists()
    )
