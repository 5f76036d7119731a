"""A search finds the same on both databases, and what a naive reader of all texts would find."""

import json
import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from pydantic import ValidationError

from app.database import Database
from app.queries import candidates, search
from app.queries.meetings import number, page
from app.schemas.questions import MeetingExport, MeetingQuestion
from tests.databases import Backend
from tests.given import WORLD, incoming, meeting, participant, store, touched

MYANMAR, MALAYSIA = "2023-10-31-naypyidaw-min-aung-hlaing", "2023-11-02-putrajaya-anwar"
CUBA, ZAMBIA = "2023-05-20-beijing-alvarez", "2023-11-20-beijing-mwiimbu"
KRASNOV, GORODOV = "2023-07-13-beijing-krasnov", "2023-09-20-lianyungang-gorodov"
KOLOKOLTSEV = "2023-12-05-beijing-kolokoltsev"


def found(database: Database, question: str) -> list[str]:
    with database.read() as session:
        asked = MeetingQuestion.model_validate({"q": question, "sort": "date", "limit": 1000})
        answer = page(session, asked)
    assert answer.total is not None
    assert answer.total.value == len(answer.items)
    return [json.loads(one)["id"] for one in answer.items]


# What is searched, and what it finds over the seed: ids, or their number.
SEARCHES: dict[str, list[str] | int] = {
    "禁毒": 3,
    "毒品": 1,
    "毒": 3,
    "安瓦尔": [MALAYSIA],
    "anwar": [MALAYSIA],
    "马来西亚": [MALAYSIA],
    "總理": [MALAYSIA],
    "馬來西亞總理": [MALAYSIA],
    "Alvarez": [CUBA],
    "Álvarez": [CUBA],
    "ÁLVAREZ": [CUBA],
    "alvar": [CUBA],
    "lvarez": 0,
    "kolo": [KOLOKOLTSEV],
    "kolo beijing": 0,
    "beijing kolo": [KOLOKOLTSEV],
    "beijing KOLOKOLTSEV": [KOLOKOLTSEV],
    '"vladimir kolokoltsev"': [KOLOKOLTSEV],
    '"kolokoltsev vladimir"': 0,
    "kolokoltsev vladimir": [KOLOKOLTSEV],
    '"vladimir kolo"': 0,
    "“总检察长”": [KRASNOV, GORODOV],
    "副总检察长": [GORODOV],
    "反恐": 2,
    "反恐 毒": 2,
    "电信网络诈骗": 2,
    "诈骗电信": 0,
    "Lianyungang forum": [GORODOV],
    "连云港论坛": 0,
    "俄罗斯": 3,
    "russ": 3,
    "内比都": [MYANMAR],
    "王小洪": 9,
    "王小洪 赞比亚": [ZAMBIA],
    "公安部": 9,
    "russ*": 3,
    "russ…": 3,
    '"russ"*': 0,
    "xyzzy": 0,
    "5月": 0,
    "belt and road": 6,
    "100%": 0,
    "_": -1,
    "…": -1,
}


@pytest.mark.parametrize("question", SEARCHES)
def test_a_search_of_the_seed_finds(seeded: Database, question: str) -> None:
    expected = SEARCHES[question]
    if expected == -1:
        with pytest.raises(ValidationError, match="no word to search for"):
            found(seeded, question)
        return
    ids = found(seeded, question)
    assert (len(ids) if isinstance(expected, int) else ids) == expected, ids


def test_a_search_is_one_filter_among_others(seeded: Database) -> None:
    with seeded.read() as session:
        asked = MeetingQuestion.model_validate({"q": "禁毒", "country": ["RU"]})
        (answer,) = page(session, asked).items
    assert json.loads(answer)["id"] == KOLOKOLTSEV


HAN, WORDS = "禁毒反恐網络络", ["law", "lab", "Läw", "cyber", "la", "5g", "Ⅻ"]


def text(random: Random) -> str:
    """Make up a text of a few words and characters, so that many texts share some."""
    pieces = []
    for _ in range(random.randint(1, 4)):
        run = "".join(random.choices(HAN, k=random.randint(1, 4)))
        pieces.append(random.choice([run, random.choice(WORDS), random.choice(WORDS) + run]))
    return random.choice([" ", "-", "", "、"]).join(pieces)


@pytest.fixture(scope="module")
def texts(backend: Backend) -> Iterator[tuple[Database, dict[str, list[str]]]]:
    """Meetings with made-up texts in every place that is searched."""
    random, database = Random(7), backend.migrated()
    people = [
        incoming(
            "person",
            id=f"person-{number}",
            name={"en": text(random), "zh": text(random)},
            aliases=[{"text": text(random), "language": "en", "kind": "variant"}],
        )
        for number in range(5)
    ]
    themes = [
        incoming("theme", id=f"theme-{number}", label={"en": text(random), "zh": text(random)})
        for number in range(3)
    ]
    meetings = [made_up(random, number) for number in range(60)]
    store(database, *WORLD, *people, *themes, *meetings)
    names = {one.id: strings(one.record.model_dump(mode="json")) for one in [*people, *themes]}
    expected = {}
    for one in meetings:
        record = one.record.model_dump(mode="json")
        referred = [part["person"] for part in record["participants"] if part["person"]]
        referred += [theme["id"] for theme in record["themes"]]
        own = [record["title"], record["summary"], [one["title"] for one in record["participants"]]]
        wordings = [theme["wording"] for theme in record["themes"]]
        expected[one.id] = [
            *strings(own),
            *strings(wordings),
            *(text for id_ in referred for text in names[id_]),
        ]
    yield database, expected
    backend.remove(database)


def made_up(random: Random, number: int) -> Any:
    titled = {"title": {"en": text(random), "zh": text(random)}, "title_basis": "stated"}
    return meeting(
        f"meeting-{number:02}",
        title={"en": text(random), "zh": text(random)},
        summary=random.choice([None, {"en": text(random), "zh": text(random)}]),
        participants=[
            participant("AA", person=f"person-{random.randrange(5)}", **titled),
            participant("BB"),
        ],
        themes=[touched(f"theme-{random.randrange(3)}") | {"wording": text(random)}],
    )


def strings(value: Any) -> list[str]:
    """Give the texts within a record."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value or []
    return [text for one in inner for text in strings(one)]


_SIMPLIFIED = {one: OpenCC("t2s").convert(one) for one in HAN}


def plain(string: str) -> str:
    """Write a text with one space around each of its words, and none within Chinese."""
    folded = unicodedata.normalize("NFKD", string).casefold()
    bare = "".join(_SIMPLIFIED.get(one, one) for one in folded if not unicodedata.combining(one))
    spaced, before = " ", ""
    for one in bare:
        if not one.isalnum():
            spaced += " "
        elif before.isalnum() and (one in CHINESE) != (before in CHINESE):
            spaced += " " + one
        else:
            spaced += one
        before = one
    return " ".join(f"{spaced} ".split()).join("  ")


CHINESE = set(HAN) | set(_SIMPLIFIED.values())


def naive(string: str, wanted: str, *, quoted: bool, last: bool) -> bool:
    """Tell whether a text has what is wanted, by looking at all of it."""
    here, sought = plain(string), plain(wanted).strip()
    if not quoted and last and sought[-1] not in CHINESE:
        return f" {sought}" in here
    start = "" if sought[0] in CHINESE else " "
    end = "" if sought[-1] in CHINESE else " "
    return f"{start}{sought}{end}" in here


pieces = st.one_of(
    st.text(HAN, min_size=1, max_size=4),
    st.sampled_from([*WORDS, "cyb", "l", "w", "x"]),
)
asked = st.lists(st.tuples(pieces, st.booleans()), min_size=1, max_size=3)


@given(asked=asked)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_it_finds_what_a_naive_reader_finds(
    texts: tuple[Database, dict[str, list[str]]], asked: list[tuple[str, bool]]
) -> None:
    database, meetings = texts
    question = " ".join(f'"{one}"' if quoted else one for one, quoted in asked)
    ends = [number == len(asked) - 1 for number in range(len(asked))]
    expected = [
        id_
        for id_, own in meetings.items()
        if all(
            any(naive(string, one, quoted=quoted, last=last) for string in own)
            for (one, quoted), last in zip(asked, ends, strict=True)
        )
    ]
    assert found(database, question) == expected


def walked(database: Database, question: str, sort: str) -> list[str]:
    """Find what the pages of a search show together."""
    ids: list[str] = []
    cursor: str | None = ""
    with database.read() as session:
        while cursor is not None:
            asked = {"q": question, "sort": sort, "limit": 4, "cursor": cursor or None}
            shown = page(session, MeetingQuestion.model_validate(asked))
            ids += [json.loads(one)["id"] for one in shown.items]
            cursor = shown.next_cursor
        assert number(session, MeetingExport(q=question)) == len(ids)
    return ids


@pytest.mark.parametrize("sort", ["date", "-date"])
@pytest.mark.parametrize("question", ["l", "x", "cyber l", "禁毒 l", '"la" c', "w", "5", "zz"])
def test_texts_that_are_read_some_at_a_time_are_found_as_by_their_words(
    texts: tuple[Database, dict[str, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    sort: str,
) -> None:
    by_words = walked(texts[0], question, sort)
    monkeypatch.setattr(search, "_MOST_ENDINGS", 0)
    monkeypatch.setattr(candidates, "_FEWEST_TEXTS", 2)
    monkeypatch.setattr(candidates, "_MOST_TEXTS", 5)
    assert walked(texts[0], question, sort) == by_words
