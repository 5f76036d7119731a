"""How the meetings of a term are kept as a set of numbers, in blocks that a write changes alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from pyroaring import BitMap
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.bulk import insert_tuples
from app.models import Members
from app.models.among import among
from app.models.read_model import BITS
from app.records.chunks import chunks
from app.records.kinds import table

Numbers = Mapping[int, BitMap]
"""Of each term some numbers of meetings."""

_Blocks = dict[int, dict[int, BitMap]]
"""Of each block those of its numbers that each term has."""


_NONE = BitMap()


def change(session: Session, joined: Numbers, left: Numbers, first_new: int) -> None:
    """Put these meetings into the sets of their terms, and take those out.

    Terms with the number `first_new` or a higher one have no sets yet.
    """
    come, gone = _blocks(joined), _blocks(left)
    for block in sorted(come.keys() | gone.keys()):
        here, away = come.get(block, {}), gone.get(block, {})
        for terms in chunks(sorted(here.keys() | away.keys())):
            stored = _taken(session, block, [term for term in terms if term < first_new])
            numbers = (
                (term, (stored.get(term, _NONE) - away.get(term, _NONE)) | here.get(term, _NONE))
                for term in terms
            )
            rows = [(term, block, some.serialize()) for term, some in numbers if some]
            insert_tuples(session, table(Members), ("term_id", "block", "numbers"), rows)


def _blocks(numbers: Numbers) -> _Blocks:
    found: defaultdict[int, dict[int, BitMap]] = defaultdict(dict)
    for term, every in numbers.items():
        if not every:
            continue
        first, last = every.min() >> BITS, every.max() >> BITS
        if first == last:
            found[first][term] = every
            continue
        for block in range(first, last + 1):
            if mine := every & BitMap(range(block << BITS, (block + 1) << BITS)):
                found[block][term] = mine
    return found


def _taken(session: Session, block: int, terms: Collection[int]) -> dict[int, BitMap]:
    """Take the sets of these terms out, to be put in again as they are to be."""
    if not terms:
        return {}
    mine = (Members.block == block, among(Members.term_id, terms))
    found = session.execute(select(Members.term_id, Members.numbers).where(*mine)).all()
    session.execute(delete(Members).where(*mine))
    return {term: BitMap.deserialize(numbers) for term, numbers in found}
