"""Who met whom, said a second time in plain Python over rendered meetings."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any

from app.schemas.dyads import DyadQuestion
from tests.queries import naive, world
from tests.queries.naive import Meeting

Pair = tuple[str, str]


def who(one: dict[str, Any], level: str) -> str | None:
    found: Any = one[level]
    named: str | None = found["id"] if isinstance(found, dict) else found
    return named


def met(one: Meeting, question: DyadQuestion) -> set[Pair]:
    """Name those who met in one meeting, of the anchor's side first or in order."""
    found = set()
    for mine, other in permutations(one["participants"], 2):
        a, b = who(mine, question.level), who(other, question.level)
        if not a or not b or a == b:
            continue
        here, there = mine["country"], other["country"]
        if question.anchor:
            if here == question.anchor != there:
                found.add((a, b))
        elif question.same_side or here != there or here is None:
            found.add((min(a, b), max(a, b)))
    return found


def pairs(meetings: list[Meeting], question: DyadQuestion) -> tuple[dict[Pair, list[Meeting]], int]:
    """Of each pair its meetings, oldest first, and how many meetings have none."""
    documents = {one["id"]: one for one in meetings}
    found = defaultdict(list)
    without = 0
    for id_ in naive.answer(meetings, question, world.FACTS):
        some = met(documents[id_], question)
        without += not some
        for pair in some:
            found[pair].append(documents[id_])
    return found, without


def gaps(meetings: list[Meeting]) -> Iterator[int]:
    for number, one in enumerate(meetings[1:], start=1):
        before = max(earlier["date"]["latest"] for earlier in meetings[:number])
        silent = date.fromisoformat(one["date"]["earliest"]) - date.fromisoformat(before)
        yield max(0, silent.days)


def expected(meetings: list[Meeting], as_of: str) -> tuple[Any, ...]:
    last = max(one["date"]["latest"] for one in meetings)
    since_last = (date.fromisoformat(as_of) - date.fromisoformat(last)).days
    between = list(gaps(meetings))
    first = meetings[0]["date"]["earliest"]
    extremes = (max(between, default=None), min(between, default=None))
    return len(meetings), first, last, since_last, *extremes
