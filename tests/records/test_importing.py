"""Files of records come in whole, or not at all, or all that can, and what is wrong is said."""

import csv
import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, text

from app.database import Database
from app.models import Tombstone
from app.queries.state import state
from app.records.audit import audit
from app.records.erase import erase
from app.records.importing import ImportReport, Manner
from app.records.imports.doubles import Double
from app.records.incoming import Incoming
from app.records.kinds import KINDS
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.spreadsheet import Sheet
from app.schemas.theme import MOST_LEVELS
from tests.given import WORLD, both, chain, incoming, meeting, participant, person, store, theme
from tests.records.travelling import Raw, exported, lines, records, take, told

KIND = {kind.name: kind for kind in KINDS}
SKIPPING = Manner(skip_invalid=True)


def typed(one: Incoming, **members: Any) -> Raw:
    """Write a record as a line has it."""
    return {"type": one.kind.name, **one.record.model_dump(mode="json"), **members}


def stone(of: str, id: str, **members: Any) -> Raw:  # noqa: A002 (the record's word)
    when = {"version": 3, "deleted_at": "2021-01-01T00:00:00Z", "reason": "A mistake."}
    return {"type": "tombstone", "of": of, "id": id} | when | members


def revision(database: Database) -> int:
    with database.read() as session:
        return state(session).revision


def left_out(report: ImportReport, file: int = 0) -> str:
    content = BytesIO()
    report.rejects[file].write(content)
    return content.getvalue().decode()


def findings(database: Database) -> list[str]:
    with database.read() as session:
        return [what for what, _ in audit(session) if "citation" not in what]


WORLD_LINES = [typed(one) for one in WORLD]


def test_lines_may_stand_in_any_order(database: Database) -> None:
    child, parent = typed(theme("narrow", "broad")), typed(theme("broad"))
    report = take(database, x_ndjson=lines(typed(meeting("one")), child, *WORLD_LINES, parent))
    assert (told(report), report.created["meetings"], report.created["themes"]) == ([], 1, 2)
    assert findings(database) == []


def test_an_id_that_is_new_keeps_its_version_and_when_that_was_written(database: Database) -> None:
    kept = {"version": 7, "updated_at": "2020-02-02T00:00:00Z"}
    take(database, x_ndjson=lines(typed(person("ann"), **kept)))
    take(database, x_ndjson=lines(typed(person("ann"), **kept), typed(person("ben"))))
    ann, ben = records(exported(database))
    assert {name: ann[name] for name in kept} == kept
    assert ben["version"] == 1
    take(database, x_ndjson=lines(typed(person("ann"), **kept, note=both("changed"))))
    assert records(exported(database))[0]["version"] == 8


def test_records_come_as_the_api_gives_them_too(database: Database) -> None:
    store(database, *WORLD, person("ann"))
    given = typed(
        meeting("one", participants=[participant("AA", person="ann"), participant("BB")]),
        countries=["AA", "BB"],
    )
    given["participants"][0]["person"] = {"id": "ann", "name": both("ann")}
    assert told(take(database, x_ndjson=lines(given))) == []
    given["participants"][0]["person"]["name"] = both("Anna")
    assert told(take(database, x_ndjson=lines(given)))[0].startswith(
        "x.ndjson, line 1: participants[0].person.name: is {'en': 'Anna'"
    )


def test_a_file_of_yaml_is_a_list_of_the_records_of_its_name(database: Database) -> None:
    content = "- {id: fishing, label: {en: Fishing, zh: 渔业}}\n- {type: person, id: ann}\n"
    report = take(database, themes_yaml=content.encode())
    assert told(report) == ["themes.yaml, record 2: name: is missing"]
    good = "- {id: fishing, label: {en: Fishing, zh: 渔业}}\n"
    assert take(database, themes_yaml=good.encode()).created["themes"] == 1
    assert told(take(database, things_yaml=good.encode())) == [
        "things.yaml, record 1: type: is missing, such as “meeting”"
    ]


def test_files_are_one_transaction(database: Database) -> None:
    report = take(
        database, a_ndjson=lines(typed(person("ann"))), b_ndjson=lines(typed(meeting("one")))
    )
    assert [flaw.origin for flaw in report.flaws] == ["b.ndjson, line 1"] * len(report.flaws)
    assert not report.written
    assert revision(database) == 0
    world = lines(*WORLD_LINES)
    assert take(database, a_ndjson=lines(typed(meeting("one"))), b_ndjson=world).written


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1", "not JSON: Expecting ',' delimiter, at column 3"),
        ('{"a": 1, "a": 2}', "the member a stands twice"),
        ('{"a": NaN}', "NaN is no number in JSON"),
        ("7", "must be an object, a record with its type"),
        ("{}", "type: is missing, such as “meeting”"),
        ('{"type": "them"}', "type: there is no type “them”; did you mean theme?"),
        ('{"type": ["theme"]}', "type: there is no type “['theme']”; there are: region, country,"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 500 + "]" * 500, "nested too deeply"),
        (r'{"a": "\ud800"}', "a: a text has half a character: \\ud800 to \\udfff come in"),
        (r'{"a": [1, "\u0000"]}', "a[1]: a text has the character NUL"),
        (r'{"\ud800": 1, "\ud800": 2}', r"the member \ud800 stands twice"),
        ('{"type": "person", "id": 7}', "id: must be a text (given: 7)"),
        ('{"type": "person", "id": "ann", "nam": 1}', "nam: there is no such member (given: 1)"),
        ("1" * 19, "111111111111111111… is too large a number"),
        ("-1e999", "-1e999 is too large a number"),
        ('{"a": {"latitude": 1e400}}', "latitude: 1e400 is too large a number"),
        ('{"a": [2], "b": 1' + "0" * 18 + "}", "b: 100000000000000000… is too large a number"),
    ],
)
def test_a_line_that_is_no_record_is_named(database: Database, line: str, message: str) -> None:
    report = take(database, x_ndjson=lines(typed(person("ann")), "", line))
    assert any(one.startswith(f"x.ndjson, line 3: {message}") for one in told(report)), told(report)
    assert revision(database) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": "\xff\xfe"}\n', "x.ndjson, line 2: byte"),
        (b"\xd6\xd0\xb9\xfa\n", "x.ndjson, line 2: bytes D6 D0"),
        (b"x" * 5_000_000, "x.ndjson, line 2: is longer than 1,000,000 characters"),
    ],
)
def test_a_file_that_cannot_be_read_on_is_refused_whole(
    database: Database, content: bytes, message: str
) -> None:
    report = take(database, SKIPPING, x_ndjson=lines(typed(person("ann"))) + content)
    assert told(report)[0].startswith(message)
    assert not report.written


def test_a_version_or_a_time_that_cannot_be_kept_is_a_flaw(database: Database) -> None:
    early = {"version": 1, "updated_at": "0001-01-01T00:00:00+14:00"}
    late = {"version": 2**31, "updated_at": "2020-01-01T00:00:00Z"}
    given = [typed(person("ann"), **early), typed(person("ben"), **late)]
    assert [flaw.member for flaw in take(database, x_ndjson=lines(*given)).flaws] == [
        ("updated_at",),
        ("version",),
    ]


def test_the_last_hour_of_all_is_kept_wherever_the_database_is(database: Database) -> None:
    if database.engine.dialect.name == "postgresql":
        name = database.engine.url.database
        with database.write() as session:
            session.execute(text(f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Shanghai'"))
        database.engine.dispose()
    last = "9999-12-31T23:00:00Z"
    take(database, x_ndjson=lines(typed(person("ann"), version=1, updated_at=last)))
    assert last.encode() in exported(database)


def test_all_flaws_are_counted_and_the_first_hundred_told(database: Database) -> None:
    report = take(database, x_ndjson=lines(*({"type": "person"} for _ in range(120))))
    assert (report.flaw_count, len(report.flaws)) == (240, 100)


def test_the_same_id_twice_is_a_flaw_that_names_both_places(database: Database) -> None:
    two = lines(typed(person("ann")), typed(theme("ann")))
    report = take(database, x_ndjson=two, y_ndjson=lines(typed(person("ann"))))
    assert told(report) == [
        "y.ndjson, line 1: id: the person “ann” stands in x.ndjson, line 1 already"
    ]


def test_a_dry_run_says_what_would_happen_and_leaves_no_trace(database: Database) -> None:
    store(database, person("ann"))
    before = exported(database)
    given = lines(typed(person("ann"), note=both("new")), typed(person("ben")))
    report = take(database, Manner(dry_run=True, listed=10), x_ndjson=given)
    assert [(one.outcome, one.id) for one in report.records] == [
        ("changed", "ann"),
        ("created", "ben"),
    ]
    assert (report.created["people"], report.changed["people"], report.written) == (1, 1, False)
    assert exported(database) == before


def test_what_is_left_out_takes_with_it_what_refers_to_it(database: Database) -> None:
    bad = typed(theme("broad")) | {"label": "no label"}
    given = [*WORLD_LINES, bad, typed(theme("narrow", "broad")), typed(theme("narrower", "narrow"))]
    with_it = meeting("with", themes=[{"id": "narrower", "basis": "stated", "source": "gazette"}])
    report = take(database, SKIPPING, x_ndjson=lines(*given, typed(with_it), typed(meeting("one"))))
    assert report.written
    assert (report.created["meetings"], report.created["themes"], report.rejected) == (1, 0, 4)
    assert told(report)[1:] == [
        "x.ndjson, line 6: parent: the theme “broad” is not valid itself",
        "x.ndjson, line 7: parent: the theme “narrow” is not valid itself",
        "x.ndjson, line 8: themes[0].id: the theme “narrower” is not valid itself",
    ]
    assert findings(database) == []


def test_what_is_left_out_can_be_mended_and_imported(database: Database) -> None:
    broken = '{"type": "person", "id": "ann", "id": "ben"}'
    given = lines(broken, typed(person("cid")) | {"name": None}, typed(person("dan")))
    rejected = left_out(take(database, SKIPPING, x_ndjson=given)).splitlines()
    assert [json.loads(one)["_errors"][0][:12] for one in rejected] == [
        "the member i",
        "name: must b",
    ]
    assert json.loads(rejected[0])["_line"] == broken
    mended = json.loads(rejected[1]) | {"name": both("cid")}
    assert told(take(database, x_ndjson=lines(mended))) == []
    assert [one["id"] for one in records(exported(database))] == ["cid", "dan"]


def test_themes_that_run_in_a_circle_are_left_out(database: Database) -> None:
    circle = [typed(theme("a", "b")), typed(theme("b", "a"))]
    report = take(database, SKIPPING, x_ndjson=lines(*circle, typed(theme("c"))))
    assert [one["id"] for one in records(exported(database))] == ["c"]
    assert "the parents run in a circle" in told(report)[0]


def test_themes_that_are_too_deep_are_left_out_at_once(database: Database) -> None:
    themes = map(typed, reversed(chain("t", MOST_LEVELS + 300)))
    report = take(database, SKIPPING, x_ndjson=lines(*themes))
    assert (report.created["themes"], report.rejected) == (MOST_LEVELS, 300)
    assert "“t399” would be on level 400, and themes have at most 100 levels" in told(report)[0]


def test_a_table_makes_people_and_what_is_wrong_in_it_comes_back(database: Database) -> None:
    store(database, *WORLD)
    table = (
        "id,date,countries,people,source\n"
        "one,2020-01-01,AA;BB,Ann Lee;Ben Roe,gazette\n"
        "two,2020-13-01,AA;BB,,gazette\n"
    )
    report = take(database, SKIPPING, x_csv=table.encode())
    assert (report.created["meetings"], [one.type for one in report.made]) == (1, ["person"] * 2)
    assert told(report)[0].startswith("x.csv, line 3: date: ")
    header, row = left_out(report).splitlines()
    assert header == "id,date,countries,people,source,errors"
    assert row.startswith("two,2020-13-01,AA;BB,,gazette,")
    mended = f"{header}\n{row}\n".replace("2020-13-01", "2020-12-01")
    again = take(database, x_csv=mended.encode())
    assert (told(again), again.created["meetings"]) == ([], 1)
    assert findings(database) == []


FOREIGN = """\
Tag;Länder;"My
own
notes";Notes;;id
1.1.2020;AA;right;;;one
2.13.2020;AA;not read;"a; b";;two
3.1.2020;AA;too many;;;three;more
4.1.2020;AA;nameless;;here;four
"""


def test_rows_that_are_left_out_stand_as_they_stood_and_are_imported_alike(
    database: Database,
) -> None:
    store(database, *WORLD)
    columns = {"Tag": "date", "Länder": "countries", "My own notes": "", "Notes": ""}
    sheet = Sheet(columns, "%d.%m.%Y", "gazette")
    skipping = Manner(skip_invalid=True, sheet=sheet)
    rejected = left_out(take(database, skipping, x_csv=FOREIGN.encode()))
    header, *rows = csv.reader(rejected.splitlines())
    assert ",".join(header) == "Tag,Länder,My own notes,Notes,,id,,errors"
    assert [",".join(row[:-1]) for row in rows] == [
        "2.13.2020,AA,not read,a; b,,two,",
        "3.1.2020,AA,too many,,,three,more",
        "4.1.2020,AA,nameless,,here,four,",
    ]
    again = left_out(take(database, skipping, x_csv=rejected.encode()))
    assert [row[:-1] for row in csv.reader(again.splitlines())] == [
        row[:-1] for row in (header, *rows)
    ]
    mended = rejected.replace("2.13.", "2.12.").replace(",more,", ",,").replace(",here,", ",,")
    report = take(database, Manner(sheet=sheet), x_csv=mended.encode())
    assert (told(report), report.created["meetings"]) == ([], 3)


def test_a_table_that_was_imported_before_is_recognized(database: Database) -> None:
    store(database, *WORLD)
    table = "date,countries,people,source\n2020-01-01,AA;BB,Ann Lee;Ben Roe,gazette\n"
    first = take(database, x_csv=table.encode())
    assert (first.created["meetings"], first.double_count) == (1, 0)
    again = take(database, x_csv=table.encode())
    assert (again.unchanged["meetings"], again.created["meetings"], again.double_count) == (1, 0, 0)
    other = table.replace("source\n", "source,mode\n").replace("gazette\n", "gazette,video\n")
    changed = take(database, x_csv=other.encode())
    assert (changed.created["meetings"], changed.double_count) == (1, 1)


def sheet(*rows: str, more: str = "") -> bytes:
    """Write a table of meetings that the gazette reports, with a column more."""
    head = "date,countries,source" + (f",{more}" if more else "")
    return "\n".join([head, *rows, ""]).encode()


OF_ONE_DAY = "2020-01-01,AA;BB,gazette"
TWO = sheet(f"{OF_ONE_DAY},Trade.", f"{OF_ONE_DAY},Whales.", more="summary_en")


def test_rows_with_one_id_find_each_its_own_meeting_however_often(database: Database) -> None:
    store(database, *WORLD)
    first = take(database, x_csv=TWO)
    assert (told(first), first.created["meetings"]) == ([], 2)
    before = exported(database)
    for _ in range(3):
        again = take(database, x_csv=TWO)
        assert (told(again), again.unchanged["meetings"], again.double_count) == ([], 2, 0)
    assert exported(database) == before


def test_a_row_finds_its_meeting_although_a_number_before_is_missing(database: Database) -> None:
    store(database, *WORLD, meeting("2020-01-01-aa-bb"))
    take(database, x_csv=sheet(f"{OF_ONE_DAY},2020-01-01-aa-bb-3", more="id"))
    again = take(database, x_csv=sheet(OF_ONE_DAY))
    assert (told(again), again.unchanged["meetings"]) == ([], 1)


def test_a_meeting_that_gets_a_number_is_told_with_the_one_that_has_its_id(
    database: Database,
) -> None:
    store(database, *WORLD, person("ann"), meeting("2020-01-01-aa-bb"))
    base, alike = "2020-01-01-aa-bb", "of the same date, place and participants"
    report = take(database, x_csv=TWO)
    assert report.doubles == [Double(f"{base}-2", base, alike), Double(f"{base}-3", base, alike)]
    anns = sheet(
        "2020,AA;BB,gazette,ann;,video", "2020,AA;BB,gazette,ann;,phone", more="people,mode"
    )
    assert take(database, x_csv=anns).doubles == [Double("2020-ann-bb-2", "2020-ann-bb", alike)]


def test_a_pair_that_shares_a_person_as_well_is_told_once(database: Database) -> None:
    store(database, *WORLD, person("ann"))
    row = f"{OF_ONE_DAY},ann;,"
    report = take(database, x_csv=sheet(f"{row}video", f"{row}phone", more="people,mode"))
    assert (report.created["meetings"], report.double_count) == (2, 1)


def test_two_rows_that_say_the_same_are_a_fault_at_every_import(database: Database) -> None:
    store(database, *WORLD)
    table = sheet(OF_ONE_DAY, "2020-01-01,AAX;BBX,gazette", "2021,AA;BB,gazette")
    for _ in range(2):
        assert told(take(database, x_csv=table)) == ["x.csv, line 3: the same as line 2"]
    first = take(database, SKIPPING, x_csv=table)
    assert (first.created["meetings"], first.rejected) == (2, 1)
    again = take(database, SKIPPING, x_csv=table)
    assert (again.unchanged["meetings"], again.created["meetings"], again.rejected) == (2, 0, 1)
    assert told(again) == told(first) == ["x.csv, line 3: the same as line 2"]


def test_a_row_that_says_what_another_row_changes_is_a_fault(database: Database) -> None:
    store(database, *WORLD)
    take(database, x_csv=sheet(OF_ONE_DAY))
    changed = f"{OF_ONE_DAY},2020-01-01-aa-bb,video"
    (message,) = told(take(database, x_csv=sheet(f"{OF_ONE_DAY},,", changed, more="id,mode")))
    assert message == (
        "x.csv, line 2: the same as the meeting “2020-01-01-aa-bb”, which line 3 changes:"
        " leave one of them out"
    )


def bury(database: Database, how: str) -> None:
    """Take the meeting of 2020-01-01 away."""
    with database.write() as session:
        if how == "merged":
            merge(session, KIND["meeting"], "2020-01-01-aa-bb", "other", Why("Gone."))
        else:
            end = erase if how == "erased" else delete
            end(session, KIND["meeting"], "2020-01-01-aa-bb", Why("Gone."))


@pytest.mark.parametrize(
    ("how", "fate"),
    [
        ("deleted", "deleted (Gone.)"),
        ("erased", "erased (Gone.)"),
        ("merged", "merged into “other”"),
    ],
)
def test_a_meeting_that_is_gone_does_not_come_back_by_itself(
    database: Database, how: str, fate: str
) -> None:
    store(database, *WORLD, meeting("other"))
    table = sheet(OF_ONE_DAY)
    take(database, x_csv=table)
    bury(database, how)
    before = exported(database)
    (message,) = told(take(database, x_csv=table))
    assert message == (
        f"x.csv, line 2: id: the meeting “2020-01-01-aa-bb” was {fate}, and this may be it:"
        " leave it out, or give it an id of its own"
    )
    assert exported(database) == before
    own = take(database, x_csv=sheet(f"{OF_ONE_DAY},own", more="id"))
    assert (told(own), own.created["meetings"]) == ([], 1)


def test_who_was_first_named_by_a_row_that_is_left_out_is_created_by_the_next(
    database: Database,
) -> None:
    store(database, *WORLD)
    take(database, x_csv=sheet(OF_ONE_DAY))
    bury(database, "deleted")
    row = "AA;BB;CC,gazette,guest;guest;host,;;Li Si"
    table = sheet(f"2020-01-01,{row}", f"2021,{row}", f"2022,{row}", more="roles,people")
    report = take(database, SKIPPING, x_csv=table)
    assert (report.rejected, report.created["people"], report.created["meetings"]) == (1, 1, 2)
    assert findings(database) == []


def test_a_retracted_meeting_does_not_come_back_by_itself(database: Database) -> None:
    store(database, *WORLD)
    table = sheet(OF_ONE_DAY + ",{}", more="status").decode()
    take(database, x_csv=table.format("reported").encode())
    retracted = sheet(f"{OF_ONE_DAY},retracted,2020-01-01-aa-bb", more="status,id")
    assert take(database, x_csv=retracted).changed["meetings"] == 1
    (message,) = told(take(database, x_csv=table.format("reported").encode()))
    assert message == (
        "x.csv, line 2: status: the meeting “2020-01-01-aa-bb” says the same, but is retracted:"
        " write retracted, or bring it back by its id"
    )
    again = take(database, x_csv=table.format("retracted").encode())
    assert (told(again), again.unchanged["meetings"]) == ([], 1)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_meeting_may_be_on_the_first_or_the_last_day_of_all(database: Database, day: str) -> None:
    part = {"participants": [participant("AA", person="ann"), participant("BB")]}
    store(database, *WORLD, person("ann"), meeting("old", day, **part))
    report = take(database, x_ndjson=lines(typed(meeting("new", day, **part))))
    assert report.doubles == [Double("new", "old", "with ann")]


def test_a_meeting_of_nearly_the_same_day_with_the_same_person_is_told(database: Database) -> None:
    part = {"participants": [participant("AA", person="ann"), participant("BB")]}
    store(database, *WORLD, person("ann"), meeting("old", "2020-01-01", **part))
    near = [
        typed(meeting("near", "2020-01-04", **part)),
        typed(meeting("nearer", "2020-01-05", **part)),
        typed(meeting("far", "2020-01-09", **part)),
        typed(meeting("vague", "2020-01", **part)),
        typed(meeting("others", "2020-01-01")),
    ]
    report = take(database, x_ndjson=lines(*near))
    assert report.written
    assert report.doubles == [
        Double("near", "nearer", "with ann"),
        Double("near", "old", "with ann"),
    ]
    assert take(database, x_ndjson=lines(*near)).doubles == []


def test_new_meetings_of_different_years_are_told_with_those_around_each(
    database: Database,
) -> None:
    part = {"participants": [participant("AA", person="ann"), participant("BB")]}
    old = [meeting(f"a-{year}", f"{year}-06-01", **part) for year in (1950, 2020)]
    store(database, *WORLD, person("ann"), *old)
    new = [typed(meeting(f"b-{year}", f"{year}-06-02", **part)) for year in (1950, 2020, 2021)]
    assert take(database, x_ndjson=lines(*new)).doubles == [
        Double("b-1950", "a-1950", "with ann"),
        Double("b-2020", "a-2020", "with ann"),
    ]


def test_what_is_gone_elsewhere_is_buried_here(database: Database) -> None:
    store(database, *WORLD, person("ann"), person("ben"), meeting("one"))
    stones = [
        stone("person", "ann"),
        stone("person", "ben", into="new"),
        stone("meeting", "one", erased=True),
        stone("meeting", "never-here", version=1),
    ]
    report = take(database, x_ndjson=lines(*stones, typed(person("new"))))
    assert (told(report), report.written) == ([], True)
    assert (report.created["tombstones"], report.changed["tombstones"]) == (1, 3)
    *_, first, second, third, fourth = records(exported(database))
    defaults = {"into": None, "erased": False}
    assert [first, second, third, fourth] == [defaults | stones[n] for n in (0, 1, 3, 2)]
    assert take(database, x_ndjson=lines(*stones)).unchanged["tombstones"] == 4
    assert findings(database) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (stone("source", "gazette"), "The source “gazette” is referred to by meeting one"),
        (stone("person", "ann", version=1), "the person “ann” is here in version 1"),
        (
            stone("person", "ben"),
            "the person “ben” was deleted (Gone.) here, in version 2, and there is",
        ),
        (stone("theme", "x", into="y"), "into: there is no theme “y”"),
        (stone("theme", "x", into="x"), "into is the record itself"),
        (stone("thing", "x"), "of: must be region, country, source"),
        (stone("theme", "x", version=10**9), "version: must be at most 999000000"),
        (typed(person("ben")), "id: “ben” was deleted (Gone.); its id is never given again"),
    ],
)
def test_a_tombstone_that_cannot_be_is_a_flaw(database: Database, given: Raw, message: str) -> None:
    store(database, *WORLD, person("ann"), person("ben"), meeting("one"))
    with database.write() as session:
        delete(session, KIND["person"], "ben", Why("Gone."))
        session.get_one(Tombstone, ("person", "ben")).version = 5 if given["id"] == "none" else 2
    if given["id"] == "ben" and given["type"] == "tombstone":
        given = given | {"version": 2}
    before = exported(database)
    report = take(database, x_ndjson=lines(given))
    assert told(report)[0].startswith(f"x.ndjson, line 1: {message}")
    assert exported(database) == before


def test_a_country_that_stays_after_all_keeps_its_code(database: Database) -> None:
    store(database, *WORLD, meeting("one"))
    heir = typed(incoming("country", id="AB", alpha_3="AAX", name=both("AB"), kind="state"))
    was = exported(database)
    for manner in (Manner(), SKIPPING):
        report = take(database, manner, x_ndjson=lines(heir, stone("country", "AA")))
        assert any("country “AA” is referred to by meeting one" in one for one in told(report))
        assert exported(database) == was
    with database.read() as session:
        assert all("citation" in finding.what for finding in audit(session))


def test_an_erasure_elsewhere_takes_the_history_here(database: Database) -> None:
    store(database, person("ben"))
    with database.write() as session:
        delete(session, KIND["person"], "ben", Why("Gone."))
    report = take(database, x_ndjson=lines(stone("person", "ben", erased=True)))
    assert (told(report), report.changed["tombstones"]) == ([], 1)
    with database.read() as session:
        here = session.scalars(select(Tombstone)).one()
    assert (here.erased, here.version, here.reason) == (True, 3, "A mistake.")
    assert findings(database) == []


def test_a_merge_elsewhere_that_cannot_be_followed_leaves_nothing_half_written(
    database: Database,
) -> None:
    store(database, theme("a"), theme("b", "a"), theme("c", "b"))
    before = exported(database)
    gone = stone("theme", "a", into="c")
    report = take(database, SKIPPING, x_ndjson=lines(gone, typed(person("ann"))))
    assert (report.written, report.rejected) == (True, 1)
    assert "run in a circle" in told(report)[0]
    after = exported(database).splitlines()
    assert [line for line in after if b'"ann"' not in line] == before.splitlines()
    assert findings(database) == []
