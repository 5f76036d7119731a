"""Rows as Parquet, whose columns have types, for those who analyse very many."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from io import RawIOBase
from itertools import chain, islice
from typing import Any

from app.errors import NotInstalled
from app.formats.tables import CellType, Row

MEDIA_TYPE = "application/vnd.apache.parquet"

_ROWS_AT_ONCE = 50
"""Of more, so many objects would pile up that Python stops for all of them, and others wait."""
_PARTS_OF_A_GROUP = 50
"""They are held in memory; of smaller groups there would be so many that reading is slow."""


class _Sink(RawIOBase):
    """What is written to it can be taken once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def table(columns: Mapping[str, CellType], batches: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """Look at once whether this can be written, and then write it, a group of rows at a time.

    Raises:
        NotInstalled: the library that writes it is not there.
    """
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise NotInstalled(
            "Parquet needs pyarrow, which is not installed here: whoever runs Parley has to"
            " install parley[parquet]; CSV and NDJSON have the same rows"
        ) from error
    types = _types(arrow)
    schema = arrow.schema([(name, types[kind]) for name, kind in columns.items()])
    return _written(parquet, schema, _groups(arrow, schema, batches))


def _types(arrow: Any) -> dict[CellType, Any]:
    return {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "date": arrow.date32(),
        "time": arrow.timestamp("us", tz="UTC"),
        "integer": arrow.int32(),
        "number": arrow.float64(),
    }


def _written(parquet: Any, schema: Any, groups: Iterable[Any]) -> Iterator[bytes]:
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in groups:
            writer.write_table(group)
            yield sink.taken()
    yield sink.taken()


def _groups(arrow: Any, schema: Any, batches: Iterable[Iterable[Row]]) -> Iterator[Any]:
    waiting: list[Any] = []
    for rows in _few(chain.from_iterable(batches)):
        waiting.append(_batch(arrow, schema, rows))
        if len(waiting) == _PARTS_OF_A_GROUP:
            yield arrow.Table.from_batches(waiting)
            waiting.clear()
    if waiting:
        yield arrow.Table.from_batches(waiting)


def _few(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield some


def _batch(arrow: Any, schema: Any, rows: list[Row]) -> Any:
    cells = [_column(arrow, [row[field.name] for row in rows], field.type) for field in schema]
    return arrow.RecordBatch.from_arrays(cells, schema=schema)


def _column(arrow: Any, cells: list[Any], kept_as: Any) -> Any:
    # Dates and times come as they stand in JSON.
    if arrow.types.is_temporal(kept_as):
        return arrow.array(cells, arrow.string()).cast(kept_as)
    return arrow.array(cells, kept_as)
