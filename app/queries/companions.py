"""Which themes are raised together: all but a theme itself and those that go without saying."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Theme
from app.schemas.counts import Counting

Kin = Mapping[object, Collection[object]]
"""Of each theme those that are no companions of it."""


def kin(session: Session, question: Counting) -> Kin:
    """Give for each theme itself; rolled up, its broader and narrower ones imply each other."""
    return _kin(session, narrower=question.rollup, broader=question.rollup)


def asked_for(session: Session, question: Counting) -> set[object]:
    """Give the themes of the filters, and all that go without saying where those are found."""
    narrower = question.rollup or question.theme_match == "narrower"
    known = _kin(session, narrower=narrower, broader=question.rollup)
    return set().union(*(known[theme] for theme in (*question.theme, *question.theme_all)))


def _kin(session: Session, *, narrower: bool, broader: bool) -> Kin:
    parents: dict[str, str | None] = dict(session.execute(select(Theme.id, Theme.parent_id)).all())
    found: defaultdict[object, set[object]] = defaultdict(set)
    for theme in parents:
        above: str | None = theme
        while above is not None:
            if narrower or above == theme:
                found[above].add(theme)
            if broader:
                found[theme].add(above)
            above = parents[above]
    return found
