"""How many meetings there are of each value, or of each combination of values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries import dimensions
from app.queries.axes import Axis, axis
from app.queries.candidates import candidates
from app.queries.columns import Apart, count
from app.queries.companions import kin
from app.queries.dimensions import Value
from app.queries.resolve import resolve
from app.queries.state import state
from app.queries.tallies import Counted, Numbers
from app.schemas.counts import Counting, Counts, Dimension

_AT_ONCE = 10_000
"""Rows that are written out between two looks at the clock."""


@dataclass(frozen=True)
class _CrossTab:
    """What was counted, of which some rows are shown."""

    session: Session
    question: Counting
    meetings: int
    by: Sequence[Axis]
    rows: int
    shown: Counted

    def told(self, some: slice) -> Counts:
        """Write some of the rows out."""
        check_time(self.session)
        question, shown = self.question, self.shown.only(some)
        keys = _values(self.by, shown.keys)
        rows = zip(*keys, shown.counts.tolist(), strict=True)
        names = [*question.by, "meetings"]
        return Counts(
            data=[dict(zip(names, row, strict=True)) for row in rows],
            meetings_total=self.meetings,
            rows_total=self.rows,
            labels={
                name: dimensions.labels(self.session, name, {*some})
                for name, some in zip(question.by, keys, strict=True)
            },
            revision=state(self.session).revision,
        )


def cross_tab(session: Session, asked: Counting) -> Counts:
    """Count the meetings that match, by one to three dimensions.

    Raises:
        InvalidQuestion: a value is not known.
    """
    return _cross_tab(session, asked).told(slice(None))


def in_parts(session: Session, asked: Counting) -> Iterator[Counts]:
    """Count them at once, and then write out some thousand rows at a time.

    Raises:
        InvalidQuestion: a value is not known.
    """
    every = _cross_tab(session, asked)
    starts = range(0, len(every.shown.keys), _AT_ONCE)
    return (every.told(slice(start, start + _AT_ONCE)) for start in starts)


def _cross_tab(session: Session, asked: Counting) -> _CrossTab:
    question = resolve(session, asked)
    within = candidates(session, question).every()
    by = _axes(session, question, within)
    counted = _counted(session, question, within, by)
    shown = counted.first(question.most, by_count=question.sort == "-meetings")
    return _CrossTab(session, question, len(within), by, len(counted.keys), shown)


def _axes(session: Session, question: Counting, within: BitMap) -> list[Axis]:
    """Give the values of each dimension, in order."""

    @cache
    def read(name: Dimension) -> Axis:
        return axis(session, name, question, within)

    # The themes beside a theme are all themes, but for those that are apart from it.
    return [
        read("theme" if "theme" in question.by and name == "with_theme" else name)
        for name in question.by
    ]


def _counted(session: Session, question: Counting, within: BitMap, by: Sequence[Axis]) -> Counted:
    if len(by) == 1:
        return by[0].count(session, within)
    columns = [axis.column for axis in by]
    if {"theme", "with_theme"} <= {*question.by}:
        one, other = question.by.index("theme"), question.by.index("with_theme")
        columns[other] = replace(columns[one], apart=_kin(session, question, one, by[one]))
    return count(session, within, columns)


def _kin(session: Session, question: Counting, column: int, themes: Axis) -> Apart:
    """Tell which themes are not counted beside which."""
    related = kin(session, question)
    values = themes.named(np.arange(themes.column.values - 1))
    apart = np.zeros((len(values) + 1, len(values) + 1), bool)
    for place, theme in enumerate(values):
        apart[place, :-1] = [other in related[theme] for other in values]
    return Apart(column, apart)


def _values(by: Sequence[Axis], keys: Numbers) -> list[Sequence[Value | None]]:
    """Give what keys stand for, of each dimension in a list."""
    places = np.unravel_index(keys, [axis.column.values for axis in by])
    return [axis.named(mine) for axis, mine in zip(by, places, strict=True)]
