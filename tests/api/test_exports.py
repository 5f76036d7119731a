"""Everything that matches comes as a file, of one state of the data, or visibly not at all."""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import feedparser
import httpx
import pandas as pd
import pytest
from icalendar import Calendar
from sqlalchemy import text

from app.database import Database
from app.errors import InvalidSetting
from app.formats.meetings import COLUMNS
from app.limits import Limits
from app.settings import Settings
from tests.api.asking import FILES, QUESTIONS, ask, problem, walk
from tests.given import (
    WORLD,
    both,
    country,
    incoming,
    meeting,
    participant,
    source,
    store,
    theme,
    touched,
)
from tests.serving import Served, serving

MEETINGS = ("/v1/meetings.csv", "/v1/meetings.ndjson", "/v1/meetings.ics", "/v1/meetings.atom")
ASKED = [
    "",
    "sort=date",
    "country=RU",
    "country=俄罗斯&sort=date",
    "theme=bri-security&theme_match=exact",
    "date_from=2023-09&date_to=2023-11",
    "anchor=CN&person_not=igor-krasnov",
    "q=禁毒",
    "country_all=CN&country_all=MY",
    "id=2023-09-20-lianyungang-gorodov",
]


def table(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content, newline="")))


def calendar_of(response: httpx.Response) -> Any:
    return Calendar.from_ical(response.content)


def settles(served: Served) -> bool:
    """Wait until no connection to the database is in use."""
    pool: Any = served.engine.pool
    for _ in range(100):
        if pool.checkedout() == 0:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("question", ASKED)
def test_it_has_what_the_pages_have_in_their_order(api: httpx.Client, question: str) -> None:
    listed = walk(api, f"/v1/meetings?limit=2&{question}")
    frame = pd.read_csv(io.BytesIO(api.get(f"/v1/meetings.csv?{question}").content))
    assert list(frame["id"]) == listed
    lines = api.get(f"/v1/meetings.ndjson?{question}").content
    assert list(pd.read_json(io.BytesIO(lines), lines=True)["id"]) == listed
    assert listed


def test_those_that_stand_far_apart_are_read_as_well(api: httpx.Client) -> None:
    first, *_, last = walk(api, "/v1/meetings")
    lines = api.get(f"/v1/meetings.ndjson?id={last}&id={first}").content
    assert list(pd.read_json(io.BytesIO(lines), lines=True)["id"]) == [first, last]


def test_a_line_is_a_meeting_as_it_is_read(api: httpx.Client) -> None:
    lines = api.get("/v1/meetings.ndjson").text.splitlines()
    assert [f"{line}\n" for line in lines] == [
        api.get(f"/v1/meetings/{one}").text + "\n" for one in walk(api, "/v1/meetings")
    ]


def test_a_row_says_in_one_line_what_a_meeting_says(api: httpx.Client) -> None:
    (row,) = table(api.get("/v1/meetings.csv?id=2023-09-20-lianyungang-gorodov").text)
    assert list(row) == list(COLUMNS["meeting"])
    read = ask(api, "/v1/meetings/2023-09-20-lianyungang-gorodov")
    assert row["date"] == "2023-09-20"
    assert (row["title_en"], row["title_zh"]) == (read["title"]["en"], read["title"]["zh"])
    assert (row["place"], row["place_zh"]) == ("lianyungang", "连云港")
    assert row["event"] == "lianyungang-forum-2023"
    assert row["countries"] == "CN;RU"
    assert row["people"] == "wang-xiaohong;petr-gorodov"
    assert row["people_en"] == "Wang Xiaohong;Petr Gorodov"
    assert float(row["latitude"]) == read["place"]["latitude"]
    assert row["sources"] == ";".join(sorted({one["source"] for one in read["citations"]}))
    assert row["disputed"] == "date"
    assert row["event_en"] == read["event"]["name"]["en"]


def test_a_row_may_be_a_participant(api: httpx.Client) -> None:
    rows = table(api.get("/v1/meetings.csv?rows=participant&sort=date").text)
    assert list(rows[0]) == list(COLUMNS["participant"])
    read = [
        (one["id"], str(number), (part["person"] or {"id": ""})["id"], part["country"] or "")
        for one in ask(api, "/v1/meetings?sort=date")["data"]
        for number, part in enumerate(one["participants"], 1)
    ]
    shown = ("meeting", "participant", "person", "country")
    assert [tuple(row[name] for name in shown) for row in rows] == read


@pytest.mark.parametrize("kind", COLUMNS)
def test_what_finds_nothing_has_a_header_still(api: httpx.Client, kind: str) -> None:
    content = api.get(f"/v1/meetings.csv?country=BR&rows={kind}").text
    assert content == ",".join(COLUMNS[kind]) + "\r\n"  # type: ignore[index]
    assert api.get("/v1/meetings.ndjson?country=BR").content == b""


def test_a_mark_tells_excel_that_it_is_utf_8(api: httpx.Client) -> None:
    plain, marked = (api.get(f"/v1/meetings.csv?bom={bom}").content for bom in ("false", "true"))
    assert marked == b"\xef\xbb\xbf" + plain
    assert "连云港" in plain.decode("utf-8")


def test_no_text_is_a_formula(database: Database) -> None:
    formula = '=HYPERLINK("http://example.org")'
    store(database, source(), country("CN"), country("RU"), theme("gambling"))
    titles = {"title": {"en": "+1, or more", "zh": "@SUM(A1)"}, "title_basis": "stated"}
    store(
        database,
        meeting(
            "tried",
            title={"en": formula, "zh": "-1;\n“二”"},
            participants=[participant("CN", **titles), participant("RU")],
            themes=[touched("gambling")],
        ),
    )
    with serving(database.url) as served:
        (row,) = table(served.client.get("/v1/meetings.csv").text)
        assert (row["title_en"], row["title_zh"]) == (f"'{formula}", "'-1;\n“二”")
        part, _ = table(served.client.get("/v1/meetings.csv?rows=participant").text)
        assert (part["title_en"], part["title_zh"]) == ("'+1, or more", "'@SUM(A1)")


def test_lists_go_side_by_side_whatever_their_items_are(database: Database) -> None:
    names = {"a": "Smith; John", "b": "=HYPERLINK(A1)", "c": ";-1", "d": "Lee, Ann"}
    people = (incoming("person", id=one, name=both(name)) for one, name in names.items())
    store(database, *WORLD, *people)
    store(database, meeting("one", participants=[participant("AA", person=one) for one in names]))
    with serving(database.url) as served:
        (row,) = table(served.client.get("/v1/meetings.csv").text)
    assert row["people"].split(";") == list(names)
    for column in ("people_en", "people_zh"):
        assert row[column].split(";") == ["Smith, John", "'=HYPERLINK(A1)", ",-1", "Lee, Ann"]


@pytest.mark.parametrize("end", [",", ";", "\t"])
def test_no_cell_is_a_formula_wherever_cells_end(database: Database, end: str) -> None:
    said = "Said: 1,2; +3, -4 or;=A1\n=B1\t@C1\r\n-2"
    store(database, *WORLD, meeting("one", title=both(said), summary=both(f"{said};{said}")))
    with serving(database.url) as served:
        content = served.client.get("/v1/meetings.csv").text
    (row,) = table(content)
    assert row["title_en"] == "Said: 1,2; +3, -4 or;'=A1\n'=B1\t'@C1\r\n'-2"
    cells = [cell for cells in csv.reader(io.StringIO(content), delimiter=end) for cell in cells]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
def test_its_state_is_a_place_in_the_feed_of_changes(curator: httpx.Client, path: str) -> None:
    since = curator.get(QUESTIONS.get(path, path)).headers["Sync-Token"]
    assert ask(curator, f"/v1/changes?since={since}")["data"] == []
    person = {"id": "ann-lee", "name": {"en": "Ann Lee", "zh": "李安"}}
    created = {"If-None-Match": "*"}
    why = {"reason": "Tried by a test."}
    curator.put("/v1/people/ann-lee", json=person, headers=created, params=why)
    assert [one["id"] for one in ask(curator, f"/v1/changes?since={since}")["data"]] == ["ann-lee"]


@pytest.mark.parametrize("path", FILES)
def test_it_is_saved_under_a_name_that_says_what_it_is(api: httpx.Client, path: str) -> None:
    name = path.rpartition("/")[2]
    asked = QUESTIONS.get(path, path)
    for answer in (api.get(asked), api.head(asked)):
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Content-Type"] == FILES[path]


@pytest.mark.parametrize("path", FILES)
def test_a_mistake_is_a_problem_before_anything_is_sent(api: httpx.Client, path: str) -> None:
    required = {"by": "theme"} if path in QUESTIONS else {}
    for name, value in {"country": "Atlantis", "limit": "10"}.items():
        said = problem(api.get(path, params=required | {name: value}), 422)
        assert [one["name"] for one in said["errors"]] == [name]


@pytest.mark.parametrize(("language", "name"), [("en", "Diplomatic meetings"), ("zh", "外交会见")])
def test_a_calendar_has_an_event_for_each_day_that_is_known(
    api: httpx.Client, language: str, name: str
) -> None:
    response = api.get(f"/v1/meetings.ics?language={language}")
    calendar = calendar_of(response)
    assert calendar["X-WR-CALNAME"] == name
    assert "0" in calendar["DESCRIPTION"]
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    read = ask(api, "/v1/meetings")["data"]
    assert list(events) == [f"{one['id']}@parley" for one in read]
    for one in read:
        event = events[f"{one['id']}@parley"]
        assert event["DTSTART"].dt.isoformat() == one["date"]["earliest"]
        assert (event["DTEND"].dt - event["DTSTART"].dt).days == 1
        assert event["SUMMARY"] == one["title"][language]
        assert event["DESCRIPTION"] == one["summary"][language]
        assert event.get("LOCATION") == (one["place"] and one["place"]["name"][language])
    assert max(map(len, response.content.split(b"\r\n"))) <= 75


DATED = {"day": "2020-03-31", "days": "2020-03-30/2020-04-02", "month": "2020-03", "year": "2020"}


@pytest.fixture
def dated(database: Database) -> Iterator[Served]:
    """A server of meetings whose dates are known to a day, some days, a month and a year."""
    store(database, source(), country("CN"), country("RU"))
    parts = [participant("CN"), participant("RU")]
    store(
        database,
        *(meeting(name, date, participants=parts) for name, date in DATED.items()),
    )
    with serving(database.url) as running:
        yield running


def test_a_calendar_says_what_it_has_no_day_for(dated: Served) -> None:
    for question, uids, left_out in (
        ("sort=date", ["days", "day"], 2),
        ("precision=month", [], 1),
        ("precision=range", ["days"], 0),
        ("date_from=2021", [], 0),
    ):
        calendar = calendar_of(dated.client.get(f"/v1/meetings.ics?{question}"))
        found = calendar.walk("VEVENT")
        assert [event["UID"] for event in found] == [f"{one}@parley" for one in uids]
        assert calendar["DESCRIPTION"].endswith(f": {left_out}.")
    several = calendar_of(dated.client.get("/v1/meetings.ics?id=days"))
    (event,) = several.walk("VEVENT")
    assert (str(event["DTSTART"].dt), str(event["DTEND"].dt)) == ("2020-03-30", "2020-04-03")


def test_a_calendar_keeps_backslashes(database: Database) -> None:
    said = "AC\\North; C:\\New, \\n \\\\N \\, or\nso\\"
    written = r"AC\\North\; C:\\New\, \\n \\\\N \\\, or\nso\\"
    labels = [rf"{name} {said}" for name in ("law", "arms")]
    themes = [incoming("theme", id=label.split()[0], label=both(label)) for label in labels]
    place = incoming("place", id="here", name=both(said), country="AA")
    store(database, *WORLD, place, *themes)
    touching = [touched("law"), touched("arms")]
    tried = meeting("x", title=both(said), summary=both(said), place="here", themes=touching)
    store(database, tried)
    with serving(database.url) as served:
        answer = served.client.get("/v1/meetings.ics")
    (event,) = calendar_of(answer).walk("VEVENT")
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert event[name] == said
        assert f"{name}:{written}" in lines
    assert f"CATEGORIES:arms {written},law {written}" in lines


def test_a_feed_has_an_entry_for_each_meeting(api: httpx.Client) -> None:
    feed = feedparser.parse(api.get("/v1/meetings.atom?country=RU&language=zh").content)
    assert not feed.bozo
    assert feed.feed.id == "urn:parley:/v1/meetings.atom?country=RU&language=zh"
    read = ask(api, "/v1/meetings?country=RU")["data"]
    assert [one.id for one in feed.entries] == [f"urn:parley:meeting:{one['id']}" for one in read]
    for entry, one in zip(feed.entries, read, strict=True):
        assert entry.title == f"{one['date']['value']}: {one['title']['zh']}"
        assert entry.updated == one["updated_at"]
        assert entry.content[0].value == one["summary"]["zh"]
        assert {tag.term for tag in entry.tags} == {theme["id"] for theme in one["themes"]}
    assert feed.feed.updated == max(one["updated_at"] for one in read)
    assert not feedparser.parse(api.get("/v1/meetings.atom?country=BR").content).bozo


def test_they_lead_to_where_the_installation_is_reached(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "https://parley.example.org/data")
    with serving(seeded.url) as served:
        feed = feedparser.parse(served.client.get("/v1/meetings.atom?country=MY").content)
        calendar = calendar_of(served.client.get("/v1/meetings.ics?country=MY"))
    (entry,), (event,) = feed.entries, calendar.walk("VEVENT")
    site = "https://parley.example.org/data"
    assert entry.link == event["URL"] == f"{site}/?open=2023-11-02-putrajaya-anwar"
    assert [(link.rel, link.href) for link in feed.feed.links] == [
        ("self", f"{site}/v1/meetings.atom?country=MY")
    ]


@pytest.mark.parametrize("wrong", ["parley.example.org", "https://a.org/", "https://a.org?x"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PARLEY_PUBLIC_URL", wrong)
    with pytest.raises(InvalidSetting, match="write it like"):
        Settings()


COUNTED = ["by=theme", "by=country&by=year&anchor=CN", "by=theme&by=with_theme", "by=person&q=禁毒"]


@pytest.mark.parametrize("question", [*COUNTED, "by=country&country=BR"])
def test_counts_are_those_of_the_answer_with_names(api: httpx.Client, question: str) -> None:
    said = ask(api, f"/v1/counts?{question}&limit=10000")
    by = [part.removeprefix("by=") for part in question.split("&") if part.startswith("by=")]
    rows = table(api.get(f"/v1/counts.csv?{question}").text)
    assert [{name: row[name] for name in (*by, "meetings")} for row in rows] == [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in said["data"]
    ]
    for row in rows:
        for name in by:
            label = said["labels"][name].get(row[name], {})
            assert row.get(f"{name}_zh", "") == label.get("zh", "")


@pytest.mark.parametrize("question", ["", "level=person", "anchor=CN&sort=last", "country=BR"])
def test_pairs_are_those_of_the_answer(api: httpx.Client, question: str) -> None:
    said = ask(api, f"/v1/dyads?{question}&limit=1000&as_of=2024-01-01")
    assert not said["truncated"]
    rows = table(api.get(f"/v1/dyads.csv?{question}&as_of=2024-01-01").text)
    assert len(rows) == said["total"]
    for row, one in zip(rows, said["data"], strict=True):
        assert (row["a"], row["b_zh"]) == (one["a"]["id"], one["b"]["name"]["zh"])
        assert [row[name] for name in ("meetings", "first", "last", "days_since_last")] == [
            str(one[name]) for name in ("meetings", "first", "last", "days_since_last")
        ]
        gap = one["longest_gap"] or {"days": "", "from": "", "to": ""}
        assert [row[f"longest_gap_{name}"] for name in gap] == list(map(str, gap.values()))


def test_tables_have_all_rows_where_answers_stop(api: httpx.Client) -> None:
    shown = ask(api, "/v1/counts?by=theme&by=country&limit=10")["rows_total"]
    assert len(table(api.get("/v1/counts.csv?by=theme&by=country").text)) == shown > 10


@pytest.mark.slow
@pytest.mark.parametrize("path", MEETINGS)
def test_what_is_written_meanwhile_is_not_in_it(long: Served, seeded: Database, path: str) -> None:
    with long.client.stream("GET", path) as answer:
        parts = answer.iter_bytes(1000)
        first = next(parts)
        with seeded.write() as session:
            session.execute(text("UPDATE documents SET json = '{}'"))
        whole = (first + b"".join(parts)).decode()
    marks = {"csv": "\n2023-", "ndjson": '{"id":"2023-', "ics": "UID:2023-", "atom": "<entry>"}
    assert whole.count(marks[path.rpartition(".")[2]]) == 9


def test_one_that_breaks_off_is_seen_to_be_broken(seeded: Database) -> None:
    with seeded.write() as session:
        session.execute(text("UPDATE documents SET json = '{' WHERE starts_on < '2023-08-01'"))
    with serving(seeded.url) as served:
        with pytest.raises(httpx.RemoteProtocolError):
            served.client.get("/v1/meetings.csv")
        assert settles(served)


@pytest.mark.slow
@pytest.mark.parametrize("path", MEETINGS)
def test_whoever_goes_away_leaves_nothing_open(long: Served, path: str) -> None:
    for _ in range(Limits().exports_limit + 1):
        with long.client.stream("GET", path) as answer:
            next(answer.iter_bytes(1000))
    assert settles(long)
    assert long.client.get(f"{path}?country=BR").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["client_time_limit", "export_time_limit"])
def test_whoever_reads_nothing_is_cut_off(long: Served, limit: str) -> None:
    url = long.engine.url.render_as_string(hide_password=False)
    as_it_is = {"Accept-Encoding": "identity"}
    with (
        serving(url, "", **{limit: 0.3}) as served,
        served.client.stream("GET", "/v1/meetings.ndjson", headers=as_it_is) as answer,
    ):
        assert settles(served)
        with pytest.raises(httpx.TransportError):
            answer.read()


def test_only_some_are_under_way_at_once(long: Served) -> None:
    with ExitStack() as open_ones:
        for _ in range(Limits().exports_limit):
            open_ones.enter_context(long.client.stream("GET", "/v1/meetings.ndjson"))
        for path in ("/v1/meetings.csv", "/v1/counts.csv?by=theme", "/v1/dyads.csv"):
            refused = long.client.get(path)
            assert problem(refused, 503)["detail"].startswith(
                "Too many exports are under way: 4 at"
            )
            assert refused.headers["Retry-After"] == "5"
        assert long.client.get("/v1/people").status_code == 200
        assert long.client.get("/v1/counts?by=theme").status_code == 200
    assert settles(long)
    assert long.client.get("/v1/meetings.csv?country=BR").status_code == 200
