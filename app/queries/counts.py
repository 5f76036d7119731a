"""How many meetings there are of each value, or of each combination of values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import nsmallest
from typing import Any, Self

from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries import dimensions
from app.queries.candidates import candidates
from app.queries.companions import Kin, kin
from app.queries.dimensions import Value, Values
from app.queries.resolve import resolve
from app.queries.sets import union
from app.queries.state import state
from app.schemas.counts import Counting, Counts

Row = tuple[tuple[Value | None, ...], int]
"""A value of each dimension, null for unknown, and a number of meetings."""


@dataclass(frozen=True)
class Counted:
    """A dimension: of each value its meetings."""

    values: Values
    kin: Kin = field(default_factory=dict)
    """Of themes that are counted beside other themes those that are not shown together."""

    @cached_property
    def known(self) -> BitMap:
        """The meetings that have a value."""
        return union(self.values.values())

    @cached_property
    def _beside(self) -> dict[Value, Self]:
        return {}

    def beside(self, theme: Value) -> Self:
        """Give the other themes than this one."""
        if theme not in self._beside:
            others = {one: some for one, some in self.values.items() if one not in self.kin[theme]}
            self._beside[theme] = replace(self, values=others)
        return self._beside[theme]


def cross_tab(session: Session, asked: Counting) -> Counts:
    """Count the meetings that match, by one to three dimensions.

    Raises:
        InvalidQuestion: a value is not known.
    """
    now = state(session)
    question = resolve(session, asked)
    within = candidates(session, question).every()
    rows = list(_rows(session, within, _dimensions(session, question, within)))
    order = _by_value if question.sort == "by" else _by_meetings
    shown = nsmallest(question.most or len(rows), rows, key=order)
    return Counts(
        data=[dict(zip(question.by, key, strict=True)) | {"meetings": n} for key, n in shown],
        meetings_total=len(within),
        rows_total=len(rows),
        labels={
            name: dimensions.labels(session, name, {key[number] for key, _ in shown})
            for number, name in enumerate(question.by)
        },
        revision=now.revision,
    )


def _dimensions(session: Session, question: Counting, within: BitMap) -> list[Counted]:
    together = {"theme", "with_theme"}
    related = kin(session, question) if together <= {*question.by} else {}
    return [
        Counted(
            dimensions.values(session, name, question, within), related if name in together else {}
        )
        for name in question.by
    ]


def _rows(session: Session, within: BitMap, by: Sequence[Counted]) -> Iterator[Row]:
    first, *rest = by
    check_time(session)
    for value, numbers in first.values.items():
        if not rest:
            if meetings := within.intersection_cardinality(numbers):
                yield (value,), meetings
        elif both := within & numbers:
            others = [one.beside(value) if first.kin and one.kin else one for one in rest]
            yield from (((value, *key), meetings) for key, meetings in _rows(session, both, others))
    if unknown := within - first.known:
        if rest:
            yield from (((None, *key), meetings) for key, meetings in _rows(session, unknown, rest))
        else:
            yield (None,), len(unknown)


def _by_value(row: Row) -> Any:
    # Years are numbers; of one dimension all values are alike, except for the unknown.
    return [(value is None, value or "") for value in row[0]]


def _by_meetings(row: Row) -> Any:
    return -row[1], _by_value(row)
