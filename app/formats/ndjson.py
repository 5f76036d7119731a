"""Records as NDJSON: one on each line, as JSON."""

from collections.abc import Iterable, Iterator, Sequence

MEDIA_TYPE = "application/x-ndjson"


def lines(batches: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """Write records that are rendered already, as many at a time as they come."""
    for records in batches:
        yield b"\n".join([*records, b""])
