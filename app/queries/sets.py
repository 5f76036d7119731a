"""Sets of meetings, by their numbers: those of a term, and those of each value of a facet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Members
from app.models import Term as TermRow
from app.models.read_model import BITS
from app.queries.beginnings import begins


_term, _members = TermRow.__table__.c, Members.__table__.c


def members(session: Session, facet: str, value: str) -> BitMap:
    """Give the meetings of a term, without the retracted ones."""
    rows = session.scalars(
        select(Members.numbers)
        .join(TermRow, TermRow.id == Members.term_id)
        .where(TermRow.is_one_of([(False, facet, value)]))
    )
    return union(map(BitMap.deserialize, rows))


def facet(
    session: Session, name: str, within: BitMap, *, retracted: bool, beginning: str = ""
) -> dict[str, BitMap]:
    """Give the meetings of every value of a facet, or of those that begin so; it is cut off.

    Those in blocks that have none of `within` may be left out.
    """
    if not within:
        return {}
    rows = session.execute(
        select(_term.value, _members.numbers)
        .join_from(_term.id.table, _members.term_id.table, _members.term_id == _term.id)
        .where(_term.facet == name, _term.retracted.is_(retracted), _term.meetings > 0)
        .where(begins(_term.value, beginning))
        .where(_members.block.between(within.min() >> BITS, within.max() >> BITS))
    ).all()
    check_time(session)
    found: defaultdict[str, list[BitMap]] = defaultdict(list)
    for value, numbers in rows:
        found[value].append(BitMap.deserialize(numbers))
    check_time(session)
    return {value.removeprefix(beginning): union(some) for value, some in found.items()}


def union(sets: Iterable[BitMap]) -> BitMap:
    """Give what is in one of these sets."""
    some: Sequence[BitMap] = list(sets)
    if len(some) == 1:
        return some[0]
    return BitMap.union(*some) if some else BitMap()


def parts(numbers: BitMap, size: int, *, newest_first: bool) -> Iterator[list[int]]:
    """Cut a set into lists of this size, in order."""
    # A set is read backwards a thousand times as slowly as a list of some of it.
    for done in range(0, len(numbers), size):
        if newest_first:
            yield list(numbers[max(0, len(numbers) - done - size) : len(numbers) - done])[::-1]
        else:
            yield list(numbers[done : done + size])
