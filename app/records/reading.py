"""How a record is read that somebody gives: as a curator writes it, or as the API gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.errors import Flaw
from app.records.claims import Claim, claims_of, derived
from app.records.flaws import flaws
from app.records.incoming import Incoming
from app.records.kinds import Kind
from app.schemas.names import Versioned
from app.spelling import shortened

# What is counted from other records changes as those do, so that it is not compared.
_COUNTED: dict[str, set[str]] = {
    "country": {"first", "last", "longest_silence", "counterparts", "themes"},
    "theme": {"narrower"},
    "organization": {"first", "last", "people", "counterparts"},
    "person": {"first", "last", "longest_silence", "offices", "met"},
}
_COUNTED_IN_ALL = {"meetings", "links"}
_KEPT = ("version", "updated_at")


@dataclass
class Reading:
    """A record that can be stored, or what is wrong with it."""

    incoming: Incoming | None = None
    flaws: list[Flaw] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    """What it says of other records, to be compared once it is written."""


def read(kind: Kind, raw: object, origin: str) -> Reading:
    """Read a record; what is derived in it must be as it would be rendered."""
    if not isinstance(raw, Mapping):
        return Reading(flaws=[Flaw(origin, (), f"must be an object, the record of a {kind.name}")])
    given = _without_counts(kind, raw)
    reading = Reading()
    kept = _kept(given, origin, reading)
    written, reading.claims = claims_of(kind.name, given, origin)
    own = {name: written.pop(name) for name in derived(kind.name) if name in written}
    bounds = _bounds(kind, written)
    try:
        record = kind.shape.model_validate(written)
    except ValidationError as error:
        reading.flaws += flaws(origin, kind.shape, error)
        return reading
    if given_too := own | bounds:
        reading.flaws += _differing(kind, record.model_dump(mode="json"), given_too, origin)
    reading.incoming = Incoming(kind, record, origin, kept)
    return reading


def _without_counts(kind: Kind, raw: Mapping[Any, Any]) -> dict[str, Any]:
    counted = _COUNTED.get(kind.name, set()) | (_COUNTED_IN_ALL - {kind.plural})
    return {
        str(name): value
        for name, value in raw.items()
        if name not in counted and (name, value) != ("type", kind.name)
    }


def _kept(given: dict[str, Any], origin: str, reading: Reading) -> Versioned | None:
    kept = {name: given.pop(name) for name in _KEPT if name in given}
    if len(kept) < len(_KEPT):  # The feed and history tell one of them alone.
        return None
    try:
        return Versioned.model_validate(kept)
    except ValidationError as error:
        reading.flaws += flaws(origin, Versioned, error)
        return None


def _bounds(kind: Kind, written: dict[str, Any]) -> dict[str, Any]:
    """Take the days that a date covers out of it: they follow from its value."""
    name = {"meeting": "date", "event": "date", "source": "published"}.get(kind.name)
    if name is None or not isinstance(written.get(name), Mapping):
        return {}
    members = ("earliest", "latest", "precision")[: 2 if name == "published" else 3]
    found = {f"{name}.{one}": written[name][one] for one in members if one in written[name]}
    written[name] = {one: value for one, value in written[name].items() if one not in members}
    return found


def _differing(
    kind: Kind, record: dict[str, Any], given: Mapping[str, Any], origin: str
) -> Iterator[Flaw]:
    known = derived(kind.name)
    for name, value in given.items():
        right = known[name](record)
        if value != right:
            what = (
                f"is {shortened(repr(value))}, but follows from the rest of the record, which makes"
                f" it {right!r}"
            )
            yield Flaw(origin, tuple(name.split(".")), what, code="read_only_field")
