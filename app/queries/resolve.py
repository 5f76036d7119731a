"""What the values of filters mean: names become codes, and nothing unknown is asked for."""

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy.orm import Session

from app.errors import Fault, InvalidQuestion
from app.queries.countries import Names, codes, names
from app.queries.known import missing, suggestion
from app.schemas.filters import MeetingFilters

Asked = TypeVar("Asked", bound=MeetingFilters)

_BY_NAME = ("country", "country_all", "country_not")
_BY_CODE = ("anchor", "host", "place_country")
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


def _countries(session: Session, asked: Asked, faults: list[Fault]) -> dict[str, list[str]]:
    given = {field: _values(asked, field) for field in (*_BY_NAME, *_BY_CODE)}
    given["host"] = [value for value in given["host"] if value != "none"]
    wanted = {value for values in given.values() for value in values}
    if not wanted:
        return {}
    known = codes(session, wanted)
    exact = set(known.values())
    unclear = {value for field in _BY_NAME for value in given[field]} - known.keys()
    unclear |= {value for field in _BY_CODE for value in given[field]} - exact
    spelled = names(session) if unclear else Names({}, {}, {})
    for field in _BY_NAME:
        faults += _not_one(field, [v for v in given[field] if v not in known], spelled)
    for field in _BY_CODE:
        faults += _not_codes(field, [v for v in given[field] if v not in exact], spelled)
    known |= {value: next(iter(spelled.find(value))) for value in unclear if spelled.find(value)}
    return {field: _distinct(known[v] for v in given[field] if v in known) for field in _BY_NAME}


def _values(asked: MeetingFilters, field: str) -> list[str]:
    value = getattr(asked, field)
    return value if isinstance(value, list) else [value] if value else []


def _distinct(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _not_one(field: str, values: list[str], spelled: Names) -> Iterator[Fault]:
    for value in values:
        found = spelled.find(value)
        if not found:
            yield _unknown_country(field, value, spelled)
        elif len(found) > 1:
            listed = " or ".join(f"{code} ({spelled.english[code]})" for code in sorted(found))
            message = f"“{value}” may be {listed}; write the code"
            yield Fault(field, "ambiguous_value", message)


def _not_codes(field: str, values: list[str], spelled: Names) -> Iterator[Fault]:
    for value in values:
        yield _unknown_country(field, value, spelled)


def _unknown_country(field: str, value: str, spelled: Names) -> Fault:
    code = spelled.nearest(value)
    hint = f"; did you mean {code} ({spelled.english[code]})?" if code else ""
    return Fault(field, "unknown_value", f"There is no country “{value}”{hint}", code)


def _unknown_ids(
    session: Session, asked: Asked, kind: str, fields: tuple[str, ...]
) -> Iterator[Fault]:
    given = [(field, value) for field in fields for value in _values(asked, field)]
    if not given:
        return
    unknown = missing(session, kind, {value for _, value in given})
    for field, value in given:
        if value in unknown:
            near = suggestion(session, kind, value)
            hint = f"; did you mean {near}?" if near else ""
            yield Fault(field, "unknown_value", f"There is no {kind} “{value}”{hint}", near)


def _not_the_anchor(filters: MeetingFilters) -> None:
    faults = [
        Fault(
            field, "contradicts_anchor", f"{field} looks at other countries than the anchor, {code}"
        )
        for field in _BY_NAME
        for code in getattr(filters, field)
        if code == filters.anchor
    ]
    if faults:
        raise InvalidQuestion(faults)
