"""How two states of a record differ: member by member, and lists by what is in them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from app.records.items import likeness
from app.schemas.history import Difference
from app.schemas.pointer import pointer

_BY_POSITION = {"participants"}
"""Lists whose items have no name: the first of one is compared with the first of the other."""

Path = tuple[str | int, ...]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Tell what is not as it was, in the order in which it stands in the record."""
    return [
        Difference(pointer=pointer(path), before=was, after=now)
        for path, was, now in _within(before, after, ())
    ]


def _of(before: Any, after: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _within(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        compare = _one_by_one if path[-1] in _BY_POSITION else _as_sets
        yield from compare(before, after, path)
    else:
        yield path, before, after


def _within(
    before: Mapping[str, Any], after: Mapping[str, Any], path: Path
) -> Iterator[tuple[Path, Any, Any]]:
    for name in dict.fromkeys((*after, *before)):
        yield from _of(before.get(name), after.get(name), (*path, name))


def _one_by_one(
    before: Sequence[Any], after: Sequence[Any], path: Path
) -> Iterator[tuple[Path, Any, Any]]:
    for number, (was, now) in enumerate(zip_longest(before, after)):
        yield from _of(was, now, (*path, number))


def _as_sets(
    before: Sequence[Any], after: Sequence[Any], path: Path
) -> Iterator[tuple[Path, Any, Any]]:
    were, are = {*map(likeness, before)}, {*map(likeness, after)}
    for number, item in enumerate(before):
        if likeness(item) not in are:
            yield (*path, number), item, None
    for number, item in enumerate(after):
        if likeness(item) not in were:
            yield (*path, number), None, item
