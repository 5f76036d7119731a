"""How the meetings of a term are kept as a set of numbers, in blocks that a write changes alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, delete, insert, select, tuple_
from sqlalchemy.orm import Session

from app.models import Members
from app.records.chunks import chunks
from app.records.kinds import table

_BITS = 16

Numbers = dict[int, set[int]]
"""Of each term some numbers of meetings."""


def change(session: Session, added: Numbers, removed: Numbers) -> None:
    """Take these meetings out of the sets of their terms, and put those in."""
    gone, new = _blocks(removed), _blocks(added)
    keys = sorted(key for key in gone.keys() | new.keys() if gone[key] != new[key])
    for some in chunks(keys):
        stored = _stored(session, some)
        session.execute(delete(Members).where(_key().in_(some)))
        changed = {key: (stored.get(key, BitMap()) - gone[key]) | new[key] for key in some}
        rows = [
            {"term_id": term, "block": block, "numbers": numbers.serialize()}
            for (term, block), numbers in changed.items()
            if numbers
        ]
        if rows:
            session.execute(insert(table(Members)), rows)


def _blocks(numbers: Mapping[int, Iterable[int]]) -> defaultdict[tuple[int, int], BitMap]:
    found: defaultdict[tuple[int, int], BitMap] = defaultdict(BitMap)
    for term, some in numbers.items():
        for number in some:
            found[term, number >> _BITS].add(number)
    return found


def _stored(session: Session, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], BitMap]:
    rows = session.execute(
        select(Members.term_id, Members.block, Members.numbers).where(_key().in_(keys))
    )
    return {(term, block): BitMap.deserialize(numbers) for term, block, numbers in rows}


def _key() -> ColumnElement[Any]:
    return tuple_(Members.term_id, Members.block)
