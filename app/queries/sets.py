"""Sets of meetings, by their numbers: those of a term, and those of each value of a facet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Document, Members
from app.models import Term as TermRow
from app.models.among import among
from app.models.read_model import APART, BITS
from app.queries.beginnings import begins
from app.queries.kept import MANY, kept

OF_RECORDS = {"place", "event", "source"}
"""Facets that may have as many values as there are meetings; others have some hundred at most."""
_FEW = 1_000
"""Values of which the lists are always read."""
_LISTS = 1_000
"""Lists that are read together."""
_MEETINGS = 1 << 16
"""Meetings whose terms are read together."""
_CLOSE = 2 * APART
"""How far numbers are apart, on average, where half of the meetings between them are meant."""
_BYTES, _BESIDE = 2, 1_000
"""What a set takes in memory at most: for each number, and beside that about."""

_document, _term, _members = (one.__table__.c for one in (Document, TermRow, Members))


def members(session: Session, facet: str, value: str, *, retracted: bool = False) -> BitMap:
    """Give the meetings of a term: those that are not retracted, or those that are."""
    rows = session.scalars(
        select(Members.numbers)
        .join(TermRow, TermRow.id == Members.term_id)
        .where(TermRow.is_one_of([(retracted, facet, value)]))
    )
    return union(map(BitMap.deserialize, rows))


def facet(
    session: Session, name: str, within: BitMap, *, retracted: bool, beginning: str = ""
) -> dict[str, BitMap]:
    """Give the meetings of every value of a facet, or of those that begin so; it is cut off.

    Those that are not `within` may be left out. Every value has lists, so that meetings of which
    there are fewer than values are read instead: of some days, rather than of all who ever met.
    """
    if not within:
        return {}
    mine = (_term.facet == name, _term.retracted.is_(retracted), begins(_term.value, beginning))
    of_records = (name in OF_RECORDS and session.scalar(select(func.count()).where(*mine))) or 0
    if of_records > max(len(within), _FEW):
        found = _of_meetings(session, within, mine)
    else:
        blocks = (within.min() >> BITS, within.max() >> BITS)
        read = partial(_of_lists, session, [_members.block.between(*blocks), *mine])
        asked = ("facet", name, retracted, beginning, *blocks)
        found = kept(session, asked, read, _size) if len(within) > MANY else read()
    return {value.removeprefix(beginning): numbers for value, numbers in found.items()}


_Where = Sequence[ColumnElement[bool]]


def _of_lists(session: Session, mine: _Where) -> dict[str, BitMap]:
    rows = session.execute(
        select(_term.value, _members.numbers)
        .join_from(TermRow.__table__, Members.__table__, _members.term_id == _term.id)
        .where(*mine)
    )
    found: defaultdict[str, BitMap] = defaultdict(BitMap)
    for some in rows.partitions(_LISTS):
        check_time(session)
        for value, numbers in some:
            found[value] |= BitMap.deserialize(numbers)
    return found


def _size(found: Mapping[str, BitMap]) -> int:
    return sum(_BESIDE + _BYTES * len(numbers) for numbers in found.values())


def _of_meetings(session: Session, within: BitMap, mine: _Where) -> dict[str, BitMap]:
    found: defaultdict[str, BitMap] = defaultdict(BitMap)
    for some in parts(within, _MEETINGS, newest_first=False):
        terms = _terms(session, some)
        values = _values(session, union(terms.values()), mine)
        known = BitMap(values)
        for number, every in terms.items():
            check_time(session)
            for term in every & known:
                found[values[term]].add(number)
    return found


def _terms(session: Session, numbers: Sequence[int]) -> dict[int, BitMap]:
    """Give the terms of each of these meetings."""
    columns = select(_document.number, _document.terms)
    rows = session.execute(columns.where(among(_document.number, numbers)))
    return {number: BitMap.deserialize(terms) for number, terms in rows}


def _values(session: Session, terms: BitMap, mine: _Where) -> dict[int, str]:
    """Give the values of those of some terms that are meant."""
    columns = select(_term.id, _term.value)
    return dict(session.execute(columns.where(among(_term.id, [*terms]), *mine)).all())


def numbers(some: BitMap) -> NDArray[np.uint32]:
    """Give the numbers of a set in an array, in order."""
    return np.frombuffer(some.to_array(), np.uint32)


def union(sets: Iterable[BitMap]) -> BitMap:
    """Give what is in one of these sets."""
    some: Sequence[BitMap] = list(sets)
    if len(some) == 1:
        return some[0]
    return BitMap.union(*some) if some else BitMap()


def parts(numbers: BitMap, size: int, *, newest_first: bool) -> Iterator[list[int]]:
    """Cut a set into lists of this size, in order."""
    for done in range(0, len(numbers), size):
        yield some_of(numbers, done, size, newest_first=newest_first)


def some_of(numbers: BitMap, done: int, size: int, *, newest_first: bool) -> list[int]:
    """Give so many of a set, in order, after those that are done."""
    if not newest_first:
        return list(numbers[done : done + size])
    # A set is read backwards a thousand times as slowly as a list of some of it.
    end = len(numbers) - done
    return list(numbers[max(0, end - size) : end])[::-1]


def are_close(numbers: Sequence[int]) -> bool:
    """Tell of numbers in order whether most are meant of the meetings from the first to the last.

    To look each of these up takes longer then than to read some between them as well.
    """
    return abs(numbers[-1] - numbers[0]) < _CLOSE * len(numbers)
