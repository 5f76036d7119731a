"""The page of limits names those that there are."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from app import SERVING, remembered, words
from app.api import turns
from app.engines import KILOBYTES_TO_READ, SECONDS_TO_WAIT_FOR_A_LOCK
from app.limits import Limits
from app.models import calendar
from app.models.read_model import APART, BITS
from app.queries import kept
from app.records.read_model import publish
from app.records.read_model.dependants import MOST_DEPENDANTS
from app.records.sheets.cells import MOST_FAULTS
from app.records.sheets.slugs import MOST_REMEMBERED
from app.schemas.filters import MOST_VALUES, MOST_VALUES_IN_ALL
from app.schemas.meeting import MOST_PARTICIPANTS
from app.schemas.problem import ProblemCode
from app.schemas.theme import MOST_LEVELS
from app.words import MOST_CHARACTERS, spaced

PAGE = (Path(__file__).parent.parent.parent / "docs" / "limits.md").read_text("utf-8")
LIMITS = Limits()
MADE_OF = {
    "working out an answer": f"{LIMITS.time_limit:g} s",
    "counts and pairs": str(turns.MOST_AT_ONCE["counts"]),
    "searches": str(turns.MOST_AT_ONCE["searches"]),
    "one person, body": str(turns.MOST_AT_ONCE["encounters"]),
    "exports under way": str(LIMITS.exports_limit),
    "for which a client may keep": f"{LIMITS.client_time_limit:g} s",
    "for which an export may take": f"{LIMITS.export_time_limit / 3600:g} hour",
    "for which a write waits": f"{SECONDS_TO_WAIT_FOR_A_LOCK} s",
    "values of one parameter": f"{MOST_VALUES}, {MOST_VALUES_IN_ALL}",
    "records on a page": f"{LIMITS.page_limit:,}",
    "parameters of an address": f"{LIMITS.parameters_limit}",
    "bytes of an address and headers": f"{LIMITS.head_limit:,}",
    "connections of clients": f"{LIMITS.connections_limit}",
    "for which a connection stays": f"{SERVING['timeout_keep_alive']} s",
    "characters of a search": str(MOST_CHARACTERS),
    "a record, a file": f"{LIMITS.record_limit // 10**6} MB, {LIMITS.import_limit // 10**6} MB",
    "mistakes of one row": str(MOST_FAULTS),
    "participants of a meeting": f"{MOST_PARTICIPANTS:,}",
    "levels of themes": str(MOST_LEVELS),
    "meetings that one write": f"{MOST_DEPENDANTS:,}",
}


@pytest.mark.parametrize(("what", "limit"), MADE_OF.items())
def test_a_limit_is_the_one_that_holds(what: str, limit: str) -> None:
    assert f"\n| {limit} | {what}" in PAGE


def test_what_a_process_keeps_is_bounded_as_it_says() -> None:
    assert f"| {LIMITS.cache_limit // 10**6} MB |" in PAGE
    assert f"| {kept.MOST // 10**6} MB, about |" in PAGE
    assert f"| {KILOBYTES_TO_READ // 1024} MB, " in PAGE
    of_a_block = f"{calendar._BYTES * (1 << BITS) // 1024} KB for {(1 << BITS) // APART:,} meetings"
    assert f"| {of_a_block} |" in PAGE
    assert f"| {publish._MOST_WORDS:,}; " in PAGE
    assert f"up to {turns._SECONDS_TO_WAIT} s" in PAGE
    assert f"waited for {turns._SECONDS_FOR_A_PIECE} s" in PAGE
    assert f"| {words._SHORT_TEXTS:,} short and {words._LONG_TEXTS} long ones, about " in PAGE
    names = f"none of more than {remembered._SHORT} characters | {MOST_REMEMBERED:,} each"
    assert names in PAGE
    assert f"rare ones are not kept | {remembered._FIRST_OF_RARE:,} each" in PAGE


def test_the_codes_that_it_names_are_those_that_answers_have() -> None:
    named = set(re.findall(r"\| [45]\d\d `(\w+)` \|", PAGE))
    assert {"time_limit_exceeded", "too_busy"} <= named <= set(_words(ProblemCode))


def _words(literal: Any) -> Iterator[str]:
    for one in get_args(literal):
        yield from [one] if isinstance(one, str) else _words(one)


def test_a_long_text_is_not_kept_for_long() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    kept = spaced(text)
    assert spaced(text) is kept
    for number in range(100):
        spaced(f"{text} {number}")
    assert spaced(text) is not kept
    assert spaced(text) == kept
