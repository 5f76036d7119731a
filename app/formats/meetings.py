"""A meeting as rows of a table: one, or one for each participant."""

from collections.abc import Iterator
from typing import Any

from app.formats.tables import CellType, Row, both, named
from app.schemas.questions import Rows

Rendered = dict[str, Any]

_DATE = ("date", "earliest", "latest", "precision", "year_basis")
_WHERE = ("mode", "status", "host", "place", "place_en", "place_zh", "place_country")
_EVENT = ("event", "event_en", "event_zh")
_THEMES = ("themes", "themes_en", "themes_zh")
_WHO = ("person", "person_en", "person_zh", "organization", "organization_en", "organization_zh")
COLUMNS: dict[Rows, tuple[str, ...]] = {
    "meeting": (
        "id",
        *_DATE,
        "title_en",
        "title_zh",
        "summary_en",
        "summary_zh",
        *_WHERE,
        "latitude",
        "longitude",
        *_EVENT,
        "countries",
        "people",
        "people_en",
        "people_zh",
        "organizations",
        "organizations_en",
        "organizations_zh",
        *_THEMES,
        "sources",
        "disputed",
        "version",
        "updated_at",
    ),
    "participant": (
        "meeting",
        "participant",
        *_DATE,
        *_WHERE,
        *_EVENT,
        *_WHO,
        "organization_kind",
        "country",
        "role",
        "title_en",
        "title_zh",
        "title_basis",
        "said_en",
        "said_zh",
        "said_source",
        "said_locator",
        *_THEMES,
    ),
}
_TYPES: dict[str, CellType] = {
    "earliest": "date",
    "latest": "date",
    "latitude": "number",
    "longitude": "number",
    "countries": "texts",
    "people": "texts",
    "people_en": "texts",
    "people_zh": "texts",
    "organizations": "texts",
    "organizations_en": "texts",
    "organizations_zh": "texts",
    **dict.fromkeys(_THEMES, "texts"),
    "sources": "texts",
    "disputed": "texts",
    "version": "integer",
    "updated_at": "time",
    "participant": "integer",
}
"""Of columns that are not of texts; a date as it is written is one."""


def typed_columns(kind: Rows) -> dict[str, CellType]:
    """Give the columns, each with the type of its cells."""
    return {name: _TYPES.get(name, "text") for name in COLUMNS[kind]}


def rows(meeting: Row, kind: Rows) -> Iterator[Row]:
    """Give the rows of a rendered meeting, with a cell for each column at least."""
    common = _common(meeting)
    if kind == "meeting":
        yield common | _of_meeting(meeting)
        return
    for number, one in enumerate(meeting["participants"], 1):
        yield common | _of_participant(meeting["id"], number, one)


def _common(meeting: Row) -> dict[str, Any]:
    date, place = meeting["date"], meeting["place"] or {}
    themes = {one["id"]: one["label"] for one in meeting["themes"]}
    return {
        "date": date["value"],
        **{name: date[name] for name in _DATE[1:]},
        **{name: meeting[name] for name in ("mode", "status", "host")},
        **named("place", meeting["place"]),
        "place_country": place.get("country"),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        **named("event", meeting["event"]),
        **_listed("themes", themes),
    }


def _of_meeting(meeting: Row) -> dict[str, Any]:
    participants = meeting["participants"]
    return {
        **{name: meeting[name] for name in ("id", "countries", "disputed", "version")},
        "updated_at": meeting["updated_at"],
        **both("title", meeting["title"]),
        **both("summary", meeting["summary"]),
        **_listed("people", _each(participants, "person")),
        **_listed("organizations", _each(participants, "organization")),
        "sources": list(dict.fromkeys(one["source"] for one in meeting["citations"])),
    }


def _of_participant(meeting: str, number: int, one: Rendered) -> dict[str, Any]:
    said = one["said"] or {}
    return {
        "meeting": meeting,
        "participant": number,
        **named("person", one["person"]),
        **named("organization", one["organization"]),
        "organization_kind": (one["organization"] or {}).get("kind"),
        **{name: one[name] for name in ("country", "role", "title_basis")},
        **both("title", one["title"]),
        **both("said", said),
        "said_source": said.get("source"),
        "said_locator": said.get("locator"),
    }


def _each(participants: list[Rendered], name: str) -> dict[str, Rendered]:
    return {one[name]["id"]: one[name]["name"] for one in participants if one[name]}


def _listed(name: str, texts: dict[str, Rendered]) -> dict[str, Any]:
    """Write ids and names, each once, as lists that go side by side."""
    return {
        name: list(texts),
        f"{name}_en": [text["en"] for text in texts.values()],
        f"{name}_zh": [text["zh"] for text in texts.values()],
    }
