"""How many meetings there are of each value, or of each combination of values."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries import dimensions
from app.queries.candidates import candidates
from app.queries.columns import Apart, Column, count
from app.queries.companions import kin
from app.queries.dimensions import Value, Values
from app.queries.resolve import resolve
from app.queries.sets import union
from app.queries.state import state
from app.queries.tallies import Counted, Numbers
from app.schemas.counts import Counting, Counts, Dimension


def cross_tab(session: Session, asked: Counting) -> Counts:
    """Count the meetings that match, by one to three dimensions.

    Raises:
        InvalidQuestion: a value is not known.
    """
    now = state(session)
    question = resolve(session, asked)
    within = candidates(session, question).every()
    by = _dimensions(session, question, within)
    counted = _counted(session, question, within, by)
    shown = counted.first(question.most, by_count=question.sort == "-meetings")
    keys = _values(by, shown.keys)
    rows = zip(*keys, shown.counts.tolist(), strict=True)
    names = [*question.by, "meetings"]
    return Counts(
        data=[dict(zip(names, row, strict=True)) for row in rows],
        meetings_total=len(within),
        rows_total=len(counted.keys),
        labels={
            name: dimensions.labels(session, name, {*some})
            for name, some in zip(question.by, keys, strict=True)
        },
        revision=now.revision,
    )


def _dimensions(session: Session, question: Counting, within: BitMap) -> list[Values]:
    """Give the meetings of each value of each dimension, in the order of values."""

    @cache
    def read(name: Dimension) -> Values:
        found = dimensions.values(session, name, question, within)
        return dict(sorted(found.items()))

    # The themes beside a theme are all themes, but for those that are apart from it.
    return [
        read("theme" if "theme" in question.by and name == "with_theme" else name)
        for name in question.by
    ]


def _counted(session: Session, question: Counting, within: BitMap, by: Sequence[Values]) -> Counted:
    if len(by) == 1:
        return _alone(session, within, *by)
    columns = [Column([*values.values()]) for values in by]
    places = [place for place, name in enumerate(question.by) if name in {"theme", "with_theme"}]
    if len(places) == 2:
        one, other = places
        columns[other] = Column(columns[one].sets, _kin(session, question, one, by[one]))
    return count(session, within, columns)


def _alone(session: Session, within: BitMap, values: Values) -> Counted:
    """Count by one dimension, without a look at each meeting."""
    check_time(session)
    known = union(values.values())
    found = [within.intersection_cardinality(numbers) for numbers in values.values()]
    counts = np.array([*found, len(within - known)])
    return Counted(np.flatnonzero(counts), counts[counts > 0])


def _kin(session: Session, question: Counting, column: int, themes: Values) -> Apart:
    """Tell which themes are not counted beside which."""
    related = kin(session, question)
    apart = np.zeros((len(themes) + 1, len(themes) + 1), bool)
    for place, theme in enumerate(themes):
        apart[place, :-1] = [other in related[theme] for other in themes]
    return Apart(column, apart)


def _values(by: Sequence[Values], keys: Numbers) -> list[list[Value | None]]:
    """Give what keys stand for, of each dimension in a list; unknown is beyond the last value."""
    named: list[list[Value | None]] = [[*values, None] for values in by]
    places = np.unravel_index(keys, [len(values) for values in named])
    return [
        [values[place] for place in some.tolist()]
        for values, some in zip(named, places, strict=True)
    ]
