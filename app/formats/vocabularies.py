"""Records of a vocabulary as rows of a table, one for each."""

from typing import Any

from app.formats.tables import Row, both, named

_TEXTS = ("name", "label", "note", "scope_note", "division", "summary", "rights")
_NAMED = ("region", "subregion", "place")
_WHO = {"people": "person", "organizations": "organization", "countries": "country"}
_OF_EACH = ("meetings", "version", "updated_at")
COLUMNS: dict[str, tuple[str, ...]] = {
    "countries": (
        "id",
        "name_en",
        "name_zh",
        "alpha_3",
        "numeric",
        "kind",
        "region",
        "region_en",
        "region_zh",
        "subregion",
        "subregion_en",
        "subregion_zh",
        "aliases",
        *_OF_EACH,
    ),
    "themes": (
        "id",
        "label_en",
        "label_zh",
        "scope_note_en",
        "scope_note_zh",
        "parent",
        "parent_basis",
        "parent_source",
        "parent_locator",
        "narrower",
        *_OF_EACH,
    ),
    "people": ("id", "name_en", "name_zh", "note_en", "note_zh", "aliases", *_OF_EACH),
    "organizations": ("id", "name_en", "name_zh", "kind", "country", "aliases", *_OF_EACH),
    "places": (
        "id",
        "name_en",
        "name_zh",
        "country",
        "division_en",
        "division_zh",
        "latitude",
        "longitude",
        "aliases",
        *_OF_EACH,
    ),
    "events": (
        "id",
        "name_en",
        "name_zh",
        "kind",
        "date",
        "earliest",
        "latest",
        "precision",
        "year_basis",
        "mode",
        "place",
        "place_en",
        "place_zh",
        "summary_en",
        "summary_zh",
        *_WHO,
        "sources",
        *_OF_EACH,
    ),
    "sources": (
        "id",
        "title",
        "author",
        "publisher",
        "language",
        "url",
        "published",
        "published_earliest",
        "published_latest",
        "retrieved_on",
        "digest",
        "rights_en",
        "rights_zh",
        "note_en",
        "note_zh",
        *_OF_EACH,
    ),
}
"""By the plural of the kind."""


def row(record: Row) -> Row:
    """Give the row of a record of any kind, with a cell for each column at least.

    A member of one name has one shape in all kinds that have it.
    """
    cells = dict(record)
    for name in _TEXTS:
        cells |= both(name, record.get(name))
    for name in _NAMED:
        cells |= named(name, record.get(name))
    cells["aliases"] = [one["text"] for one in record.get("aliases", ())]
    return cells | _published(record.get("published")) | _of_event(record)


def _published(date: Row | None) -> dict[str, Any]:
    found = date or {}
    return {
        "published": found.get("value"),
        "published_earliest": found.get("earliest"),
        "published_latest": found.get("latest"),
    }


def _of_event(record: Row) -> dict[str, Any]:
    if "participants" not in record:
        return {}
    date, who, citations = (record[name] for name in ("date", "participants", "citations"))
    return {
        **date,
        "date": date["value"],
        **{column: _each(who, member) for column, member in _WHO.items()},
        "sources": _each(citations, "source"),
    }


def _each(parts: list[Row], member: str) -> list[str]:
    """Give what the parts name, each once, in their order."""
    return list(dict.fromkeys(part[member] for part in parts if part[member]))
