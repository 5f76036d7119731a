"""What is kept of what people send has bounds, however much of it is new."""

import gc
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from app.records.sheets.lookup import key
from app.records.sheets.slugs import slug
from app.records.sheets.written import spellings
from app.remembered import remembered
from app.schemas.person import PersonRecord
from app.spelling import fold
from app.words import parts, spaced
from tests.given import both

LONGEST_CELL = 131_072
RARE = range(0x10000, 0x30000)


def kept(work: Callable[[Any], object], given: Iterable[Any]) -> int:
    """Tell how many bytes are kept of this work when it is done, but for what the first needs."""
    rest = iter(given)
    work(next(rest))
    tracemalloc.start()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    deque(map(work, rest), maxlen=0)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before


@pytest.mark.slow
@pytest.mark.parametrize("work", [fold, parts])
def test_rare_characters_are_not_kept(work: Callable[[str], object]) -> None:
    assert kept(work, (chr(code).ljust(201, "x") for code in RARE[::16])) < 200_000


def test_rare_characters_are_folded_and_simplified_all_the_same() -> None:
    assert fold("𝐀\U0001e8d0\U000e0041") == "a"
    assert parts("\U000205e3") == ["㓆"]


@pytest.mark.slow
@pytest.mark.parametrize("work", [key, slug, spellings, parts])
def test_long_cells_are_not_kept(work: Callable[[str], object]) -> None:
    cells = (f"{number} ".ljust(LONGEST_CELL, "x") for number in range(20))
    assert kept(work, cells) < LONGEST_CELL


@pytest.mark.parametrize("work", [key, slug, spaced, spellings])
def test_names_are_kept_as_they_stand_in_many_rows(work: Callable[[str], object]) -> None:
    name = "Ann Lee, the First of her Name"
    assert work(f"{name}!") is work(f"{name}!")


def test_of_a_cell_of_very_many_parts_few_are_looked_up() -> None:
    assert len(spellings("|".join(map(str, range(1000))))) < 10


def supplying(path: str) -> None:
    PersonRecord.model_validate({"id": "ann", "name": both("Ann"), "supplied": [path]})


def refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"there is no member|at least 1 character"):
        supplying(path)


def test_members_that_no_record_has_are_not_kept() -> None:
    given = (f"nam{number}".ljust(9000, "e") for number in range(200))
    assert kept(refused, given) < 200_000


def test_items_that_are_supplied_are_not_kept_by_their_number() -> None:
    assert kept(supplying, (f"aliases[{number:0300}].text" for number in range(2000))) < 200_000


@pytest.mark.parametrize("path", ["aliases[0][1]", "aliases.[0]", "name.", "name.en.x", "[0]", ""])
def test_what_is_supplied_is_a_member_or_an_item_of_one(path: str) -> None:
    refused(path)


def test_long_texts_are_remembered_apart_from_short_ones() -> None:
    done: list[str] = []

    @remembered(2, 1)
    def work(text: str) -> int:
        done.append(text)
        return len(text)

    short, long, cell = ["a", "b", "c"], ["d" * 201, "e" * 10_000], "f" * 10_001
    for one in (*short, "c", "b", *long, long[-1], "a", long[0], cell, cell):
        assert work(one) == len(one)
    assert done == [*short, *long, "a", long[0], cell, cell]
