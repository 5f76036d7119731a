"""What the filters of participants mean when a question has an anchor: the other side."""

from collections.abc import Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import Term as TermRow
from app.queries.conditions import Conditions, Term
from app.schemas.filters import MeetingFilters

_AFTER_SLASH = "0"


def other_side(session: Session, filters: MeetingFilters) -> Conditions:
    """Look up for which countries these people and bodies took part; the anchor's do not count.

    Countries need nothing of this: the anchor itself is not allowed among them. Regions and kinds
    of organizations have lists for each anchor.
    """
    found = Conditions([], [])
    if filters.anchor is None:
        return found
    for name in ("person", "organization"):
        some, every, none = (getattr(filters, f"{name}{end}") for end in ("", "_all", "_not"))
        known = _known(session, filters, name, {*some, *every, *none})
        if some:
            found.all_of.append([term for one in some for term in known[one]])
        found.all_of.extend(known[one] for one in every)
        found.none_of.extend(term for one in none for term in known[one])
    return found


def _known(
    session: Session, filters: MeetingFilters, name: str, ids: Iterable[str]
) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {one: [] for one in ids}
    if not found:
        return found
    facet, value = f"{name}_for", TermRow.value
    values = session.scalars(
        select(value).where(
            TermRow.retracted.is_(filters.status == "retracted"),
            TermRow.facet == facet,
            or_(*(and_(value >= f"{one}/", value < f"{one}{_AFTER_SLASH}") for one in found)),
        )
    )
    for text in values:
        one, _, country = text.partition("/")
        if country != filters.anchor:
            found[one].append((facet, text))
    return found
