"""Sources, as a list and one by one."""

from typing import Any

from app.models import Source
from app.queries.listing import Vocabulary, both_or_none
from app.schemas import source


def _source(row: Source, common: dict[str, Any]) -> source.Source:
    return source.Source(
        **common,
        title=row.title,
        author=row.author,
        publisher=row.publisher,
        language=row.language,
        url=row.url,
        retrieved_on=row.retrieved_on,
        digest=row.digest,
        rights=both_or_none(row, "rights"),
        note=both_or_none(row, "note"),
        published=_published(row),
    )


def _published(row: Source) -> source.Published | None:
    if row.published is None or row.published_from is None or row.published_to is None:
        return None
    return source.Published(
        value=row.published, earliest=row.published_from, latest=row.published_to
    )


SOURCES = Vocabulary("source", "sources", Source, _source)
