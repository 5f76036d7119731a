"""What a given record says beside its own facts: what follows from them, and of other records."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Flaw
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import kind_named, table
from app.records.read_model.render import disputed, distinct, host
from app.schemas.dates import span
from app.spelling import shortened

Document = dict[str, Any]


class Claim(NamedTuple):
    """What a record says of another one that it refers to."""

    origin: str
    member: tuple[str | int, ...]
    kind: str
    id: str
    name: str
    value: object


def derived(kind: str) -> Mapping[str, Callable[[Document], object]]:
    """Tell how the members of this kind of record that follow from others are made of those."""
    return _DERIVED.get(kind, {})


def _of_date(name: str, member: str) -> Callable[[Document], object]:
    def bound(record: Document) -> object:
        value = getattr(span(record[name]["value"]), member)
        return value if isinstance(value, str) else value.isoformat()

    return bound


def _bounds(name: str, *members: str) -> dict[str, Callable[[Document], object]]:
    return {f"{name}.{member}": _of_date(name, member) for member in members}


_DERIVED: dict[str, dict[str, Callable[[Document], object]]] = {
    "meeting": {
        "host": lambda record: host(record["participants"]),
        "countries": lambda record: distinct(one["country"] for one in record["participants"]),
        "disputed": lambda record: disputed(record["citations"]),
        **_bounds("date", "earliest", "latest", "precision"),
    },
    "event": _bounds("date", "earliest", "latest", "precision"),
    "source": _bounds("published", "earliest", "latest"),
}


# The members that name other records, of which something may be said beside.
_REFERENCES = {
    "country": {"subregion": "region", "region": "region"},
    "event": {"place": "place"},
    "meeting": {"place": "place", "event": "event"},
}


def claims_of(kind: str, given: Mapping[str, Any], origin: str) -> tuple[Document, list[Claim]]:
    """Put ids in the place of the records that are referred to; give what is said of those."""
    record, claims = dict(given), list[Claim]()
    for name, named in _REFERENCES.get(kind, {}).items():
        if name in record:
            record[name] = _reference(record[name], named, (name,), origin, claims)
    if kind == "country":
        claims += _of_subregion(record, origin)
    if kind == "meeting":
        record["participants"] = _each(record.get("participants"), _participant, origin, claims)
        record["themes"] = _each(record.get("themes", []), _theme, origin, claims)
    return record, claims


def _of_subregion(record: Document, origin: str) -> list[Claim]:
    """Take the region of a country out, which is that of its sub-region."""
    given, subregion = record.pop("region", None), record.get("subregion")
    if given is None or not isinstance(subregion, str):
        return []
    return [Claim(origin, ("region",), "region", subregion, _PARENT, given)]


_PARENT = "region"
"""What a sub-region is told to have."""


def _each(items: Any, read: Callable[..., Any], origin: str, claims: list[Claim]) -> Any:
    if not isinstance(items, list):
        return items
    return [read(item, number, origin, claims) for number, item in enumerate(items)]


def _participant(item: Any, number: int, origin: str, claims: list[Claim]) -> Any:
    if not isinstance(item, Mapping):
        return item
    names = [name for name in ("person", "organization") if name in item]
    return dict(item) | {
        name: _reference(item[name], name, ("participants", number, name), origin, claims)
        for name in names
    }


def _theme(item: Any, number: int, origin: str, claims: list[Claim]) -> Any:
    if not isinstance(item, Mapping) or "label" not in item:
        return item
    record = dict(item)
    member = ("themes", number, "label")
    claims.append(Claim(origin, member, "theme", str(item.get("id")), "label", record.pop("label")))
    return record


def _reference(
    value: Any, kind: str, member: tuple[str | int, ...], origin: str, claims: list[Claim]
) -> Any:
    """Give the id of a reference, which is one or an object with one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        return value
    said = {name: one for name, one in value.items() if name != "id"}
    claims += [
        Claim(origin, (*member, name), kind, value["id"], name, one) for name, one in said.items()
    ]
    return value["id"]


def verify(session: Session, claims: Iterable[Claim]) -> Iterator[Flaw]:
    """Compare what is said of other records with what they are, within the transaction."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    claims = list(claims)
    for claim in claims:
        wanted[claim.kind].add(claim.id)
    known = {kind: dict(_stored(session, kind, ids)) for kind, ids in wanted.items()}
    for claim in claims:
        record = known[claim.kind].get(claim.id, {})
        if claim.name not in record:
            yield Flaw(
                claim.origin, claim.member, "there is no such member", None, "unknown_member"
            )
        elif record[claim.name] != claim.value:
            what = (
                f"is {shortened(repr(claim.value))}, but {record[claim.name]!r} in the {claim.kind}"
                f" “{claim.id}”: edit that record"
            )
            yield Flaw(claim.origin, claim.member, what, code="read_only_field")


def _stored(session: Session, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Document]]:
    own = table(kind_named(kind).model)
    for some in chunks(sorted(ids)):
        for row in session.execute(select(own).where(among(own.c.id, some))).mappings():
            yield row["id"], _as_referred_to(dict(row))


def _as_referred_to(row: Document) -> Document:
    plain = ("kind", "latitude", "longitude")
    found = {name: row[name] for name in plain if name in row}
    if "parent_id" in row and "name_en" in row:
        found[_PARENT] = row["parent_id"]
    if "country_id" in row:
        found["country"] = row["country_id"]
    for name in ("name", "label"):
        if f"{name}_en" in row:
            found[name] = {"en": row[f"{name}_en"], "zh": row[f"{name}_zh"]}
    return found
