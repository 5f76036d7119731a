"""Themes, as a list, one by one, and as the tree that they form."""

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from app.models import Theme
from app.queries.listing import Vocabulary, at_once, both, both_or_none
from app.queries.state import State, state
from app.schemas import theme


def _theme(row: Theme, common: dict[str, Any]) -> theme.Theme:
    return theme.Theme(
        **common,
        label=both(row, "label"),
        scope_note=both_or_none(row, "scope_note"),
        parent=row.parent_id,
        parent_basis=row.parent_basis,
        parent_source=row.parent_source_id,
        parent_locator=row.parent_locator,
        narrower=[below.id for below in row.narrower],
    )


# Counted as `theme=` finds them: what the sources state, narrower themes included.
THEMES = Vocabulary(
    "theme", "themes", Theme, _theme, load=(at_once(Theme.narrower),), term_prefix="stated/"
)


def tree(session: Session) -> tuple[list[theme.ThemeBranch], State]:
    """Give the themes without a broader one, each with everything below it."""
    now = state(session)
    below: defaultdict[str | None, list[theme.Theme]] = defaultdict(list)
    for one in THEMES.all(session):
        below[one.parent].append(one)
    return [_branch(one, below) for one in below[None]], now


def _branch(
    one: theme.Theme, below: defaultdict[str | None, list[theme.Theme]]
) -> theme.ThemeBranch:
    return theme.ThemeBranch(
        id=one.id,
        label=one.label,
        meetings=one.meetings,
        links=one.links,
        narrower=[_branch(child, below) for child in below[one.id]],
    )
