"""What the values of filters mean: names become codes, and nothing unknown is asked for."""

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.errors import Fault, InvalidQuestion
from app.queries.countries import Spelled, spelled
from app.queries.known import missing, suggestions, tombstones
from app.records.kinds import kind_named
from app.records.references import fate
from app.schemas.filters import MeetingFilters
from app.schemas.naming import several

Asked = TypeVar("Asked", bound=MeetingFilters)

_COUNTRIES = ("country", "country_all", "country_not", "anchor", "host", "place_country")
_BY_ID = {
    "theme": ("theme", "theme_all", "theme_not"),
    "person": ("person", "person_all", "person_not"),
    "organization": ("organization", "organization_all", "organization_not"),
    "region": ("region",),
    "place": ("place",),
    "event": ("event",),
    "source": ("source",),
    "meeting": ("id",),
}


def resolve(session: Session, asked: Asked) -> Asked:
    """Replace names of countries by their codes, and make sure that every other value exists.

    Raises:
        InvalidQuestion: values are unknown, ambiguous or contradictory; all of them at once.
    """
    faults: list[Fault] = []
    named = _countries(session, asked, faults)
    for kind, fields in _BY_ID.items():
        faults += _unknown_ids(session, asked, kind, fields)
    if faults:
        raise InvalidQuestion(faults)
    resolved = asked.model_copy(update=named)
    _not_the_anchor(resolved)
    return resolved


def _countries(session: Session, asked: Asked, faults: list[Fault]) -> dict[str, Any]:
    given = {field: _values(asked, field) for field in _COUNTRIES}
    words = {word for values in given.values() for word in values}
    if not words:
        return {}
    known = spelled(session, words)
    resolved: dict[str, Any] = {}
    for field, values in given.items():
        faults += _unclear_countries(asked, field, known)
        # Sorted, so that the same question is the same however its countries are spelled.
        codes = sorted(set[str]().union(*map(known.find, values)))
        if values:
            resolved[field] = codes if _is_list(asked, field) else "".join(codes[:1])
    return resolved


def _values(asked: MeetingFilters, field: str) -> list[str]:
    value = getattr(asked, field)
    if field == "host" and value == "none":
        return []
    return value if isinstance(value, list) else [value] if value else []


def _is_list(asked: MeetingFilters, field: str) -> bool:
    return isinstance(getattr(asked, field), list)


def _unclear_countries(asked: MeetingFilters, field: str, known: Spelled) -> Iterator[Fault]:
    for word in _values(asked, field):
        found = known.find(word)
        if not found:
            near = known.nearest(word)
            name = near and f"{near} ({known.english[near]})"
            hint = _hint("country", word, name, many=_is_list(asked, field))
            yield Fault(field, "unknown_value", f"There is no country “{word}”{hint}", near)
        elif len(found) > 1:
            listed = " or ".join(f"{code} ({known.english[code]})" for code in sorted(found))
            yield Fault(field, "ambiguous_value", f"“{word}” may be {listed}; write the code")


def _hint(kind: str, value: str, meant: object, *, many: bool) -> str:
    if meant:
        return f"; did you mean {meant}?"
    # Regions have no list of their own: they stand at each country.
    listed = kind_named("country" if kind == "region" else kind).plural
    return (many and several(value)) or f"; /v1/{listed} has those that there are"


def _unknown_ids(
    session: Session, asked: Asked, kind: str, fields: tuple[str, ...]
) -> Iterator[Fault]:
    given = [(field, value) for field in fields for value in _values(asked, field)]
    if not given:
        return
    unknown = missing(session, kind, {value for _, value in given})
    near = suggestions(session, kind, unknown) if unknown else {}
    stones = tombstones(session, kind, unknown) if unknown else {}
    for field, value in given:
        if stone := stones.get(value):
            yield Fault(field, "unknown_value", f"The {kind} {fate(stone)}", stone.into_id)
        elif value in unknown:
            meant = near.get(value)
            hint = _hint(kind, value, meant, many=_is_list(asked, field))
            message = f"There is no {kind} “{value}”{hint}"
            yield Fault(field, "unknown_value", message, meant and meant.id)


def _not_the_anchor(filters: MeetingFilters) -> None:
    faults = [
        Fault(
            field, "contradicts_anchor", f"{field} looks at other countries than the anchor, {code}"
        )
        for field in ("country", "country_all", "country_not")
        for code in getattr(filters, field)
        if code == filters.anchor
    ]
    if faults:
        raise InvalidQuestion(faults)
