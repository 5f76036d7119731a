"""Vocabularies as files: the same two routes for every kind that meetings refer to."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.api.files import Csv, Export, Ndjson, headers
from app.api.reading import LongSnapshot
from app.formats import ndjson, tables, vocabularies
from app.queries.countries import COUNTRIES
from app.queries.events import EVENTS
from app.queries.listing import Vocabulary
from app.queries.organizations import ORGANIZATIONS
from app.queries.people import PEOPLE
from app.queries.places import PLACES
from app.queries.sources import SOURCES
from app.queries.themes import THEMES
from app.schemas.questions import ListingExport, ListingTable

_VOCABULARIES: dict[str, Vocabulary[BaseModel]] = {
    "Countries": COUNTRIES,
    "Themes": THEMES,
    "People": PEOPLE,
    "Organizations": ORGANIZATIONS,
    "Places": PLACES,
    "Events": EVENTS,
    "Sources": SOURCES,
}

router = APIRouter(prefix="/v1")


def _add(vocabulary: Vocabulary[BaseModel], tag: str) -> None:
    plural = vocabulary.plural
    router.get(
        f"/{plural}.csv",
        operation_id=f"export_{plural}_csv",
        summary=f"All {plural} that match, for spreadsheets",
        tags=[tag],
        response_class=Csv,
    )(_table_of(vocabulary))
    router.get(
        f"/{plural}.ndjson",
        operation_id=f"export_{plural}_ndjson",
        summary=f"All {plural} that match, for scripts",
        tags=[tag],
        response_class=Ndjson,
    )(_lines_of(vocabulary))


def _table_of(vocabulary: Vocabulary[BaseModel]) -> Callable[..., Export]:
    plural = vocabulary.plural

    def export_table(question: Annotated[ListingTable, Query()], snapshot: LongSnapshot) -> Export:
        """Get all records that match as a table, a row for each with the number of its meetings.

        Lists have `;` between their items; a `;` within an item is written as a comma. Before what
        a spreadsheet would take for a formula, at the beginning of a text or where a `;` or a new
        line might begin a cell, stands an apostrophe. They are those of the list, in the same
        order, and all of one state of the data, which `Sync-Token` names for `/v1/changes`.
        """
        found = _rows(vocabulary.every(snapshot, question))
        content = tables.table(vocabularies.COLUMNS[plural], found, bom=question.bom)
        return Csv(content, headers=headers(snapshot, f"{plural}.csv"))

    return export_table


def _lines_of(vocabulary: Vocabulary[BaseModel]) -> Callable[..., Export]:
    def export_lines(question: Annotated[ListingExport, Query()], snapshot: LongSnapshot) -> Export:
        """Get all records that match, each as JSON on a line of its own, as the list has it.

        They are in the order of the list, and all of one state of the data. `Sync-Token` names
        that state: ask `/v1/changes` with it for what has changed since.
        """
        found = _rendered(vocabulary.every(snapshot, question))
        return Ndjson(ndjson.lines(found), headers=headers(snapshot, f"{vocabulary.plural}.ndjson"))

    return export_lines


def _rows(batches: Iterable[list[BaseModel]]) -> Iterator[Iterator[tables.Row]]:
    for some in batches:
        yield (vocabularies.row(one.model_dump(mode="json")) for one in some)


def _rendered(batches: Iterable[list[BaseModel]]) -> Iterator[list[bytes]]:
    for some in batches:
        yield [one.model_dump_json().encode() for one in some]


for _tag, _vocabulary in _VOCABULARIES.items():
    _add(_vocabulary, _tag)
