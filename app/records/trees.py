"""That regions and themes stand in trees, which have no more levels than an answer can have."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Flaw, InvalidRecords
from app.models import Region, Theme
from app.records.incoming import Incoming
from app.schemas.theme import MOST_LEVELS

# M49 has regions and sub-regions.
_TREES = (("region", Region, 2), ("theme", Theme, MOST_LEVELS))


def check_trees(session: Session, incoming: Sequence[Incoming]) -> None:
    """Make sure that these themes and regions, already written, stand in trees.

    Raises:
        InvalidRecords: some are, over some steps, above themselves or below such a one, or they are
            on too deep a level, or what is below them is; all of these at once.
    """
    flaws: list[Flaw] = []
    for kind, model, most in _TREES:
        if mine := {one.id: one for one in incoming if one.kind.name == kind}:
            parents = dict(session.execute(select(model.id, model.parent_id)).all())
            flaws += _flaws(mine, parents, most)
    if flaws:
        raise InvalidRecords(flaws)


def too_deep(session: Session) -> dict[str, int]:
    """Name the themes that an earlier version let stand too deep, and the level of each."""
    levels = _levels(dict(session.execute(select(Theme.id, Theme.parent_id)).all()))
    return {one: level for one, level in levels.items() if level > MOST_LEVELS}


def _flaws(
    mine: Mapping[str, Incoming], parents: Mapping[str, str | None], most: int
) -> Iterator[Flaw]:
    levels = _levels(parents)
    deep = _too_deep(mine, parents, levels, most)
    for id_, one in mine.items():
        if id_ not in levels:
            yield Flaw(one.origin, ("parent",), "the parents run in a circle")
        elif id_ in deep:
            level = f"“{deep[id_]}” would be on level {levels[deep[id_]]}"
            what = f"{level}, and {one.kind.plural} have at most {most} levels"
            yield Flaw(one.origin, ("parent",), what)


def _levels(parents: Mapping[str, str | None]) -> dict[str, int]:
    """Tell on which level each record is, the first ones first; of a circle there are no levels."""
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for one, parent in parents.items():
        below[parent].append(one)
    levels: dict[str, int] = {}
    level, here = 1, below[None]
    while here:
        levels |= dict.fromkeys(here, level)
        level, here = level + 1, [child for one in here for child in below[one]]
    return levels


def _too_deep(
    mine: Mapping[str, Incoming],
    parents: Mapping[str, str | None],
    levels: Mapping[str, int],
    most: int,
) -> dict[str, str]:
    """Name for each record that must not be where it is one that is too deep: itself, or below."""
    moved: dict[str | None, str] = {}
    deep: dict[str, str] = {}
    for one, level in levels.items():
        by = one if one in mine else moved.get(parents[one])
        if by is not None:
            moved[one] = by
            if level > most:
                deep.setdefault(by, one)
    return deep
