"""How a record is made of a name that nobody has: people, organizations, themes and places."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from app.enumerations import RecordType
from app.records.flaws import reason
from app.records.kinds import kind_named
from app.records.read_model.names import MOST_CHARACTERS
from app.records.sheets.cells import Cells, listed, quoted
from app.records.sheets.lookup import Known, Names, key
from app.records.sheets.slugs import is_slug, joined, numbered, slug
from app.records.sheets.written import Written

Created = tuple[RecordType, dict[str, Any]]
"""The kind of a record that is made, and the record."""

CREATABLE: tuple[RecordType, ...] = ("person", "organization", "theme", "place")
"""The kinds of which a name is enough for a record."""

_MOST_ELSEWHERE = 3
"""Of the organizations of other countries that have one name: many have a Ministry of Justice."""
_BOTH = "“English name | 中文名”"


class Newcomers:
    """The records that a row creates, each of them once."""

    def __init__(self, names: Names, allowed: Collection[RecordType]) -> None:
        self._names = names
        self._allowed = set(allowed).intersection(CREATABLE)
        self._created: list[Created] = []
        self._left: dict[tuple[RecordType, str], Created] = {}

    def may_be(self, kind: RecordType) -> bool:
        """Tell whether records of this kind may be created."""
        return kind in self._allowed

    def settle(self, *, right: bool) -> list[Created]:
        """End a row: give what it created if it is right, else forget it."""
        created, self._created = self._created, []
        if right:
            self._names.keep()
            return created
        self._names.drop()
        return []

    def leave(self, created: Iterable[Created]) -> None:
        """Let a later row that names these create them: what was wrong was found out late."""
        self._left |= {(kind, record["id"]): (kind, record) for kind, record in created}

    def take_up(self, meeting: dict[str, Any]) -> list[Created]:
        """Give what an earlier row left and this meeting names."""
        if not self._left:
            return []
        return [self._left.pop(key) for key in dict.fromkeys(_named(meeting)) if key in self._left]

    def create(
        self, cells: Cells, column: str, kind: RecordType, name: Written, country: str | None
    ) -> Known | None:
        """Make a record of a name, or note what is missing."""
        record_id = self._id(cells, column, kind, name, country)
        if record_id is None:
            return None
        record = _record(kind, record_id, name, country)
        shape = kind_named(kind).shape
        try:
            shape.model_validate(record)
        except ValidationError as error:
            for one in error.errors():
                cells.fault(column, f"{quoted(str(one['input']))}: {reason(shape, one)}")
            return None
        en, zh = name.en or name.zh or "", name.zh or name.en or ""
        known = Known(record_id, en, zh, country)
        self._created.append((kind, record))
        self._names.stage(kind, known)
        return known

    def _id(
        self, cells: Cells, column: str, kind: RecordType, name: Written, country: str | None
    ) -> str | None:
        fault = _fault(kind, name, country) or self._without_id(kind, name, country)
        if fault:
            cells.fault(column, *fault)
            return None
        if name.id:
            return name.id
        base = candidate(kind, name.en or "", country) or ""
        number = 1
        while self._names.is_taken(kind, numbered(base, number)):
            number += 1
        return numbered(base, number)

    def _without_id(
        self, kind: RecordType, name: Written, country: str | None
    ) -> tuple[str, str | None] | None:
        """Say that no id can be made of a name, and whom else it may mean."""
        if name.id or slug(name.en or ""):
            return None
        text = name.names[0]
        if kind == "organization" and country and (others := self._names.find(kind, text)):
            there = f"{country} has no organization {quoted(text)}; there is {_elsewhere(others)}"
            new = f"for a new one write a name in Latin letters as well: {_BOTH}"
            only = others[0].id if len(others) == 1 else None
            return f"{there}: write the id if that is meant, or {new}", only
        return (
            f"there is no {kind} {quoted(text)}; a new one needs a name in Latin letters"
            f" as well, of which its id is made: {_BOTH}"
        ), None


def _elsewhere(others: Sequence[Known]) -> str:
    """List organizations with their countries, the first ones of many."""
    shown = [f"{one.id} ({one.country})" for one in others[:_MOST_ELSEWHERE]]
    more = len(others) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown, "and")


def candidate(kind: RecordType, name: str, country: str | None) -> str | None:
    """Give the id that a new record would have; None for a name in another script."""
    plain = slug(name)
    if plain and kind == "organization" and country:
        return joined([country.lower(), plain])
    return plain


def _fault(kind: RecordType, name: Written, country: str | None) -> tuple[str, str | None] | None:
    """Say what is missing for a new record, and what might be written instead."""
    if not name.names:
        return f"there is no {kind} {quoted(name.id or '')}; a new one needs a name", None
    if kind == "place" and country is None:
        return (
            f"there is no place {quoted(name.names[0])}; a new one needs its country: Osh (KG)",
            None,
        )
    for one in name.names:
        if len(key(one)) > MOST_CHARACTERS:
            return f"{quoted(one)}: a name has at most {MOST_CHARACTERS} characters", None
    if name.id and not is_slug(name.id):
        return f"{quoted(name.id)}: an id is of small letters, digits and hyphens", slug(name.id)
    return None


def _named(meeting: dict[str, Any]) -> Iterator[tuple[RecordType, str]]:
    """Name what a meeting refers to, of the kinds that can be created."""
    for one in meeting["participants"]:
        yield "person", one["person"]
        yield "organization", one["organization"]
    for theme in meeting["themes"]:
        yield "theme", theme["id"]
    yield "place", meeting["place"]


def _record(kind: RecordType, record_id: str, name: Written, country: str | None) -> dict[str, Any]:
    member = "label" if kind == "theme" else "name"
    both = {"en": name.en or name.zh, "zh": name.zh or name.en}
    supplied = [f"{member}.{language}" for language in both if not getattr(name, language)]
    record: dict[str, Any] = {"id": record_id, member: both}
    if kind == "organization":
        record |= {"kind": "other", "country": country}
        supplied += ["kind", *(["country"] if country else [])]
    if kind == "place":
        record["country"] = country
    return record | {"supplied": supplied}
