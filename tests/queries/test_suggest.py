"""What is suggested is what a naive reader of all names would suggest, on both databases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.database import Database
from app.queries.suggest import suggested
from app.records.incoming import Incoming
from app.records.log import Why
from app.records.write import write
from app.schemas.suggestion import Suggestion, SuggestQuestion
from tests.databases import Backend
from tests.given import WORLD, both, country, incoming, meeting, participant, store, touched
from tests.queries.test_search import CHINESE, HAN, WORDS, plain, text


@dataclass
class Known:
    """A record as a naive reader knows it."""

    type: str
    id: str
    names: list[str]
    codes: list[str]
    meetings: int = 0


def suggest(database: Database, typed: str, **asked: Any) -> list[Suggestion]:
    with database.read() as session:
        return suggested(session, SuggestQuestion(q=typed, **asked))[0]


@pytest.fixture(scope="module")
def names(backend: Backend) -> Iterator[tuple[Database, list[Known]]]:
    """Records with made-up names, some of which meet more often than others."""
    random, database = Random(11), backend.migrated()
    kinds = ["person"] * 20 + ["organization"] * 8 + ["theme"] * 8 + ["source"] * 3
    known = [made_up(random, kind, number) for number, kind in enumerate(kinds)]
    records = [record for record, _ in known]
    about = {one.id: one for _, one in known}
    store(database, *WORLD, *records, *(met(random, about, number) for number in range(40)))
    yield database, list(about.values()) + world()
    backend.remove(database)


def made_up(random: Random, kind: str, number: int) -> tuple[Incoming, Known]:
    first, second, third = (text(random) for _ in range(3))
    # Of several records one may be called as the other is.
    third = random.choice(["law", "毒", third])
    names, id_ = [first, second, third], f"{kind}-{number}"
    pair = {"en": first, "zh": second}
    alias = {"text": third, "language": "en", "kind": "variant"}
    members: dict[str, Any] = {"name": pair, "aliases": [alias]}
    if kind == "organization":
        members["kind"] = "other"
    if kind == "theme":
        names, members = [first, second], {"label": pair}
    if kind == "source":
        names, members = [first, second], {"title": first, "publisher": second}
    return incoming(kind, id=id_, **members), Known(kind, id_, names, [id_])


def met(random: Random, known: Mapping[str, Known], number: int) -> Incoming:
    """Make up a meeting, and count it."""
    person = f"person-{min(19, int(random.expovariate(0.2)))}"
    organization, theme = (
        f"organization-{random.randint(20, 27)}",
        f"theme-{random.randint(28, 35)}",
    )
    retracted = number % 8 == 0
    for one in (person, organization, theme):
        known[one].meetings += not retracted
    return meeting(
        f"meeting-{number}",
        status="retracted" if retracted else "reported",
        participants=[participant("AA", person=person, organization=organization)],
        themes=[touched(theme)],
    )


def world() -> list[Known]:
    countries = [Known("country", code, [code], [code, code + "X"]) for code in ("AA", "BB", "CC")]
    countries[0].meetings = 35
    return [*countries, Known("source", "gazette", ["Gazette"], ["gazette"], 35)]


def rank(record: Known, typed: str) -> int | None:
    """Tell how a record fits what is typed: the less the better, or not at all."""
    wanted = plain(typed).strip()
    names = [plain(name).strip() for name in record.names]
    codes = [plain(code).strip() for code in record.codes]
    if wanted in names + codes:
        return 0
    if any(one.startswith(wanted) for one in names + codes):
        return 1
    if any(within(name, wanted) for name in names):
        return 2

    def has(word: str) -> bool:
        return any(within(name, word) for name in names) or any(
            code.startswith(word) for code in codes
        )

    words = wanted.split()
    return 3 if 1 < len(words) <= 8 and all(map(has, words)) else None


def within(name: str, wanted: str) -> bool:
    return f" {wanted}" in f" {name}" or (wanted[0] in CHINESE and wanted in name)


def likeliest(known: list[Known], typed: str) -> list[Known]:
    ranked = [(rank(one, typed), one) for one in known]
    found = [(rank, -one.meetings, one.id, one) for rank, one in ranked if rank is not None]
    return [one for *_, one in sorted(found, key=lambda item: item[:3])]


pieces = st.one_of(
    st.text(HAN, min_size=1, max_size=3),
    st.sampled_from(
        [*WORDS, "l", "c", "cyb", "x", "person", "person-1", "theme-3", "p", "aa", "ga"]
    ),
)
typing = st.lists(pieces, min_size=1, max_size=4).flatmap(
    lambda some: st.sampled_from([" ", "", "-", "，"]).map(lambda between: between.join(some))
)
types = st.lists(st.sampled_from(["person", "organization", "theme", "source", "country"]))


@pytest.mark.slow
@given(typed=typing, chosen=types.map(lambda some: some[:7]), limit=st.sampled_from([1, 4, 50]))
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_it_suggests_what_a_naive_reader_suggests(
    names: tuple[Database, list[Known]], typed: str, chosen: list[str], limit: int
) -> None:
    database, known = names
    some = [one for one in known if not chosen or one.type in chosen]
    expected = likeliest(some, typed)[:limit]
    found = suggest(database, typed, type=chosen, limit=limit)
    assert [(one.type, one.id, one.meetings) for one in found] == [
        (one.type, one.id, one.meetings) for one in expected
    ]
    for suggestion, record in zip(found, expected, strict=True):
        best, written = rank(record, typed), suggestion.matched
        assert written in record.names + record.codes
        by_it = Known(record.type, record.id, *named_only(record, written))
        assert best == 3 or rank(by_it, typed) == best


def named_only(record: Known, written: str) -> tuple[list[str], list[str]]:
    return ([written], []) if written in record.names else ([], [written])


def test_the_names_are_made_so_that_every_rank_is_frequent(
    names: tuple[Database, list[Known]],
) -> None:
    # Guards the one above.
    found = [rank(one, typed) for one in names[1] for typed in ("law", "毒", "la cyb", "禁 law")]
    assert all(found.count(one) > 3 for one in (0, 1, 2, 3))


def test_many_words_are_looked_up_in_their_order_only(database: Database) -> None:
    nine = "one two three four five six seven eight nine"
    store(database, incoming("person", id="ann", name=both(nine)))
    assert suggest(database, nine[:-2])
    assert suggest(database, "two one three four five six seven eight")
    assert not suggest(database, "two one three four five six seven eight nine")


def test_of_a_long_name_the_first_words_are_looked_up(database: Database) -> None:
    long = "word " * 100 + "end"
    store(database, incoming("source", id="book", title=long))
    assert [one.matched for one in suggest(database, "word word word")] == [long]
    assert [one.matched for one in suggest(database, "end")] == [long]


def test_a_source_without_a_title_is_named_by_its_publisher_or_its_id(database: Database) -> None:
    store(
        database,
        incoming("source", id="one", title="A title", publisher="A publisher"),
        incoming("source", id="two", publisher="A publisher"),
        incoming("source", id="three"),
    )
    shown = {one.id: one.name.model_dump() for one in suggest(database, "a publisher")}
    assert shown == {"one": both("A title"), "two": both("A publisher")}
    assert suggest(database, "three")[0].name.model_dump() == both("three")


def aliased(name: str, other: str) -> Incoming:
    alias = {"text": other, "language": "en", "kind": "variant"}
    return incoming("person", id="ann", name=both(name), aliases=[alias])


# What a record is called, and how it is called after a change.
RENAMED = {
    "a name": (aliased("Smith", "x"), aliased("Jones", "x"), "smith", "jones"),
    "an alias": (aliased("x", "Smith"), aliased("x", "Jones"), "smith", "jones"),
    "a label": (
        incoming("theme", id="peace", label=both("和平")),
        incoming("theme", id="peace", label=both("裁军")),
        "和",
        "军",
    ),
    "a title": (
        incoming("source", id="book", title="Smith"),
        incoming("source", id="book", title="Jones"),
        "smith",
        "jones",
    ),
    "a code": (
        country("DD", numeric="278"),
        country("DD", numeric="279"),
        "278",
        "279",
    ),
}


@pytest.mark.parametrize("what", RENAMED)
def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(
    database: Database, what: str
) -> None:
    before, after, old, new = RENAMED[what]
    store(database, before)
    with database.write() as session:
        write(session, [after], Why("Renamed by a test."))
        assert suggested(session, SuggestQuestion(q=old))[0] == []
        (found,) = suggested(session, SuggestQuestion(q=new))[0]
    assert found.id == after.id
    assert suggest(database, new) == [found]
    assert suggest(database, old) == []
