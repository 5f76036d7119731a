"""A researcher's spreadsheet becomes meetings, and each mistake in it is told with its cell."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app.database import Database
from app.errors import InvalidRecords
from app.models import Document, Tombstone
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.lines import lines
from app.records.sheets.slugs import slug
from app.records.sheets.written import NOBODY, without_country
from app.records.spreadsheet import COLUMNS, CellFault, Sheet, SheetRow, read_sheet
from tests.databases import Backend
from tests.given import WORLD, both, incoming, meeting, store, theme
from tests.test_cli import parley

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "import.md").read_text("utf-8")
ARTICLE = "zhengzhi-2023-12-05"
BY_ARTICLE = Sheet(source=ARTICLE)
WANG_WEI = {"en": "Wang Wei", "zh": "王伟"}
GAZETTE = Sheet(source="gazette")
LEAST = "date,countries\n2020-01-01,AA;BB\n"

GUARD = {"en": "Guard", "zh": "警卫局"}

Read = Callable[..., list[SheetRow]]


@pytest.fixture(scope="module")
def world(backend: Backend) -> Iterator[Database]:
    """A database with three countries and what a spreadsheet may name."""
    database = backend.migrated()
    clara = [{"text": "C. Alba", "language": "en", "kind": "variant"}]
    store(
        database,
        *WORLD,
        theme("trade"),
        theme("sea-law"),
        incoming("person", id="ann-lee", name={"en": "Ann Lee", "zh": "李安"}),
        incoming("person", id="wang-wei", name={"en": "Wang Wei", "zh": "王伟"}),
        incoming("person", id="wang-wei-2", name={"en": "Wang Wei", "zh": "王维"}),
        incoming("person", id="clara-alba", name=both("Clara Alba"), aliases=clara),
        incoming("organization", id="aa-navy", name=both("Navy"), kind="other", country="AA"),
        *(police(number) for number in range(1, 6)),
        incoming("organization", id="aa-guard", name=GUARD, kind="police", country="AA"),
        incoming("organization", id="league", name=both("League"), kind="intergovernmental"),
        incoming("place", id="ford", name=both("Ford"), country="AA"),
        meeting("2019-01-01-aa-bb"),
    )
    with database.write() as session:
        session.add_all([gone("anne", into="ann-lee"), gone("old-one")])
    yield database
    backend.remove(database)


def police(number: int) -> Incoming:
    """One of several organizations of a country that have the same name in Chinese."""
    name = {"en": f"Police {number}", "zh": "公安部"}
    return incoming(
        "organization", id=f"aa-police-{number}", name=name, kind="police", country="AA"
    )


def gone(record_id: str, into: str | None = None) -> Tombstone:
    """What is left of a person who was deleted, or merged into another one."""
    return Tombstone(
        type="person",
        record_id=record_id,
        into_id=into,
        version=2,
        deleted_at=datetime.now(UTC),
        reason="Test.",
        erased=False,
    )


@pytest.fixture
def read(world: Database) -> Read:
    """Read the text of a spreadsheet."""

    def rows(text: str, sheet: Sheet = GAZETTE) -> list[SheetRow]:
        with world.read() as session:
            return list(read_sheet(session, lines(BytesIO(text.encode())), sheet))

    return rows


@pytest.fixture
def one(read: Read) -> Callable[..., dict[str, Any]]:
    """Read a row without faults, given by its cells, and give its meeting."""

    def found(sheet: Sheet = GAZETTE, **cells: str) -> dict[str, Any]:
        (row,) = read(table(cells), sheet)
        assert row.faults == []
        assert row.meeting is not None
        return row.meeting

    return found


def table(*rows: dict[str, str]) -> str:
    """Write a file of rows; a date and countries stand in each that does not say otherwise."""
    whole = [{"date": "2020-01-01", "countries": "AA;BB"} | row for row in rows]
    columns = list(dict.fromkeys(column for row in whole for column in row))
    written = [[f'"{row.get(column, "")}"' for column in columns] for row in whole]
    return "\n".join(map(",".join, [columns, *written]))


def faults(rows: list[SheetRow]) -> list[tuple[int, str | None, str | None]]:
    return [(row.line, one.column, one.suggestion) for row in rows for one in row.faults]


def records(rows: list[SheetRow]) -> Iterator[Incoming]:
    for row in rows:
        assert row.faults == []
        for kind, record in [*row.created, ("meeting", row.meeting)]:
            yield Incoming(
                kind_named(kind),
                kind_named(kind).shape.model_validate(record),
                f"line {row.line}",
            )


RESEARCHER = """\
Datum;Länder;Personen;Amt;Rolle;Ort;Themen;Notiz;title_en;locator
31.10.2023;China;"Wang Xiaohong";"State Councilor";;Peking;禁毒;call the archive;;P37
06.03.2024/10.03.2024;"CN;俄罗斯;KAZ";"王小洪;Petr Gorodov;Ivan Petrov | 伊万";;\
"host;guest;guest";"Lianyungang (CN)";"Cybersecurity; bri-security:grouped";;"A round
of talks";P3
2024;"Russia;kz";";Ivan Petrov";;;;;;;
"""


def test_a_researchers_spreadsheet_is_read_and_stored(seeded: Database) -> None:
    foreign = {"Datum": "date", "Länder": "countries", "Personen": "people", "Amt": "titles_en"}
    foreign |= {"Rolle": "roles", "Ort": "place", "Themen": "themes", "Notiz": ""}
    sheet = Sheet(foreign, "%d.%m.%Y", ARTICLE)
    with seeded.read() as session:
        rows = list(read_sheet(session, lines(BytesIO(RESEARCHER.encode())), sheet))
    assert [row.line for row in rows] == [2, 3, 5]
    assert store(seeded, *records(rows)).created == {"meetings": 3, "people": 1}
    with seeded.read() as session:
        ids = session.scalars(select(Document.meeting_id).where(Document.meeting_id > "2024"))
        assert set(ids) == {
            "2024-ru-ivan-petrov",
            "2024-03-06-lianyungang-petr-gorodov-ivan-petrov",
        }
    talks = rows[1].meeting
    assert talks is not None
    assert talks["date"] == {"value": "2024-03-06/2024-03-10", "year_basis": "stated"}
    assert talks["title"]["en"] == "A round\nof talks"
    assert [(one["person"], one["country"], one["role"]) for one in talks["participants"]] == [
        ("wang-xiaohong", "CN", "host"),
        ("petr-gorodov", "RU", "guest"),
        ("ivan-petrov", "KZ", "guest"),
    ]
    assert [(one["id"], one["basis"]) for one in talks["themes"]] == [
        ("cybersecurity", "stated"),
        ("bri-security", "grouped"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        LEAST,
        LEAST.replace("\n", "\r\n"),
        LEAST.replace(",", "\t"),
        'date;countries\n2020-01-01;"AA;BB"\n',
        'sep=;\ndate;countries\n2020-01-01;"AA；BB"',
        '\n\n"Date", Countries \n\n , \n 2020-01-01 ,"aax; bb "\n\n',
    ],
)
def test_a_file_may_be_written_by_any_program(read: Read, text: str) -> None:
    (row,) = read(text)
    assert row.meeting is not None
    assert [part["country"] for part in row.meeting["participants"]] == ["AA", "BB"]


def test_what_is_not_said_is_made_up_and_marked_or_null(one: Callable[..., Any]) -> None:
    assert one() == {
        "id": "2020-01-01-aa-bb",
        "date": {"value": "2020-01-01", "year_basis": "stated"},
        "title": {"en": "AA and BB meet", "zh": "AA与BB会晤"},
        "summary": None,
        "mode": "unknown",
        "status": "reported",
        "place": None,
        "event": None,
        "participants": [
            {"country": code, "person": None, "organization": None, "role": "participant"}
            | {"title": None, "title_basis": None}
            for code in ("AA", "BB")
        ],
        "themes": [],
        "supplied": ["title"],
        "citations": [
            {"source": "gazette", "locator": None, "stance": "supports"}
            | {"fields": ["date", "participants"]}
        ],
    }


def test_the_source_supports_what_the_row_fills(one: Callable[..., Any]) -> None:
    cells = {"place": "Ford", "mode": "In person", "titles_en": "Consul;", "themes": "trade"}
    assert one(**cells, locator="P2")["citations"] == [
        {"source": "gazette", "locator": "P2", "stance": "supports"}
        | {"fields": ["date", "place", "mode", "participants", "titles", "themes"]}
    ]
    ours = {"themes": "trade:inferred", "titles_en": "Consul;", "title_bases": "supplied;"}
    assert one(**ours)["citations"][0]["fields"] == ["date", "participants"]


def test_a_text_in_one_language_stands_for_both_and_is_marked(one: Callable[..., Any]) -> None:
    found = one(title_en="Talks", summary_zh="会谈。", titles_en=";Consul", titles_zh="部长;")
    assert found["title"] == {"en": "Talks", "zh": "AA与BB会晤"}
    assert found["summary"] == {"en": "会谈。", "zh": "会谈。"}
    titles = [(part["title"], part["title_basis"]) for part in found["participants"]]
    assert titles == [({"en": "部长", "zh": "部长"}, "stated"), (both("Consul"), "stated")]
    marked = ["title.zh", "summary.en", "participants.title.en", "participants.title.zh"]
    assert found["supplied"] == marked


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ({"countries": "AA;BB;CC"}, "AA, BB and CC meet"),
        ({"countries": "AA"}, "A meeting of AA"),
        ({"countries": "AA;AA", "people": "Ann Lee;Clara Alba"}, "Ann Lee and Clara Alba meet"),
        ({"countries": ";BB", "organizations": "League;"}, "League and BB meet"),
        ({"countries": ";" * 6, "people": "a;b;c;d;e;f;g"}, "a, b, c and 4 others meet"),
    ],
)
def test_a_title_says_who_met(one: Callable[..., Any], cells: dict[str, str], title: str) -> None:
    assert one(**cells)["title"]["en"] == title


@pytest.mark.parametrize(
    ("form", "given", "read_as"),
    [
        (None, "2020-03-06/2020-03-10", "2020-03-06/2020-03-10"),
        ("%d.%m.%Y", "6.3.2020", "2020-03-06"),
        ("%d.%m.%Y", "06.03.2020 – 10.03.2020", "2020-03-06/2020-03-10"),
        ("%d.%m.%Y", "2020-03", "2020-03"),
        ("%d.%m.%Y", "03.2020", "2020-03"),
        ("%d.%m.%Y", "2020", "2020"),
        ("%m/%d/%Y", "3/2020", "2020-03"),
        ("%Y/%m/%d", "2020/03", "2020-03"),
        ("%d %B %Y", "March 2020", "2020-03"),
        ("%m/%d/%Y", "03/06/2020-03/10/2020", "2020-03-06/2020-03-10"),
        ("%Y-%d-%m", "2020-06-03", "2020-03-06"),
        ("%B %Y", "March 2020", "2020-03"),
        ("year %Y", "year 2020", "2020"),
        ("%Y年%m月%d日", "2020年3月6日至2020年3月10日", "2020-03-06/2020-03-10"),
    ],
)
def test_dates_are_read_as_they_are_written(
    one: Callable[..., Any], form: str | None, given: str, read_as: str
) -> None:
    found = one(Sheet(source="gazette", date_format=form), date=given, year_basis="inferred")
    assert found["date"] == {"value": read_as, "year_basis": "inferred"}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("ann-lee", "ann-lee"),
        ("  ANN  LEE", "ann-lee"),
        ("李安", "ann-lee"),
        ("Ann Lee | 李安", "ann-lee"),
        ("李安｜Ann Lee", "ann-lee"),
        ("C. Alba", "clara-alba"),
        ("Wang Wei | 王维", "wang-wei-2"),
        ("| 王伟 | wang-wei", "wang-wei"),
        ("WANG-WEI | 王偉 | wang-wei", "wang-wei"),
        ("C. Alba | | clara-alba", "clara-alba"),
    ],
)
def test_a_person_is_found_by_id_and_names(one: Callable[..., Any], given: str, meant: str) -> None:
    assert one(countries="AA", people=given)["participants"][0]["person"] == meant


MERGED = "“anne” was merged into “ann-lee”: write ann-lee"
DELETED = "“old-one” was deleted (Test.); its id is never given again: write another one, or a name"


@pytest.mark.parametrize(
    ("given", "message", "suggestion"),
    [
        ("anne", MERGED, "ann-lee"),
        ("Anne | 安妮 | anne", MERGED, "ann-lee"),
        ("old-one", DELETED, None),
        ("Old | 老 | old-one", DELETED, None),
    ],
)
def test_the_id_of_a_person_who_is_no_more_is_a_fault_that_says_what_became_of_them(
    read: Read, given: str, message: str, suggestion: str | None
) -> None:
    (row,) = read(table({"countries": "AA", "people": given}))
    assert row.faults == [CellFault("people", message, suggestion)]


def test_who_only_has_the_name_of_somebody_deleted_is_somebody_else(read: Read) -> None:
    (row,) = read(table({"countries": "AA", "people": "Old One"}))
    assert [record["id"] for _, record in row.created] == ["old-one-2"]


@pytest.mark.parametrize(
    ("column", "given", "message", "suggestion"),
    [
        ("people", "Vladimir Putin | 普京 | ann-lee", "ann-lee (Ann Lee) is known", "ann-lee"),
        ("people", "Ann Lee | 李娜 | ann-lee", "not as “李娜”: write ann-lee if it", "ann-lee"),
        ("organizations", "Army | 陆军 | aa-navy", "aa-navy (Navy) is known, but not", "aa-navy"),
        ("place", "Berlin | 柏林 | ford", "ford (Ford) is known, but not as “Berlin | 柏", "ford"),
        ("themes", "Sea law | 海洋法 | trade", "trade is known, but not as “Sea law | 海", "trade"),
    ],
)
def test_names_that_are_not_those_of_the_id_beside_them_are_a_fault(
    read: Read, column: str, given: str, message: str, suggestion: str
) -> None:
    (row,) = read(table({"countries": "AA", column: given}))
    assert [(fault.column, fault.suggestion) for fault in row.faults] == [(column, suggestion)]
    assert message in row.faults[0].message


@pytest.mark.parametrize("column", ["people", "organizations"])
@pytest.mark.parametrize("given", [*NOBODY, "n/a", "Ｎ／Ａ", "Tba", "UNKNOWN", "？", "無"])
def test_what_stands_for_no_name_is_refused(read: Read, column: str, given: str) -> None:
    (row,) = read(table({"countries": "AA;AA", column: f"{given};{given}"}))
    assert row.faults == [CellFault(column, f"“{given}” is no name: write nothing there")]


def test_a_name_in_one_language_needs_nothing_in_the_other(read: Read) -> None:
    wrong, right = read(table({"people": "Li Si | 未知;"}, {"people": "Li Si | ;"}))
    assert wrong.faults == [CellFault("people", "“未知” is no name: write nothing there")]
    assert [record["name"] for _, record in right.created] == [both("Li Si")]


@pytest.mark.parametrize("name", ["Nan", "Na", "Nobody", "Non", "U Unknown", "Dash | 无名"])
def test_what_only_looks_like_no_name_is_one(read: Read, name: str) -> None:
    (row,) = read(table({"people": f"{name};"}))
    assert [record["name"]["en"] for _, record in row.created] == [name.partition(" |")[0]]


def test_the_docs_tell_what_stands_for_no_name() -> None:
    curating = (DOCS / "curating.md").read_text("utf-8")
    assert [word for word in NOBODY if f"`{word}`" not in curating] == []


def test_a_name_that_a_record_lacks_is_not_lost(read: Read) -> None:
    first = {"countries": "AA", "people": "Olaf Scholz"}
    text = table(first, first | {"people": "Olaf Scholz | 朔尔茨"})
    right, wrong = read(text)
    assert right.faults == []
    assert wrong.faults == [
        CellFault(
            "people",
            "“Olaf Scholz | 朔尔茨”: olaf-scholz (Olaf Scholz) is known, but not as “朔尔茨”: write"
            " olaf-scholz if it is meant, and both names in its record or in the row that names it"
            " first, or give another person an id of your own: “English name | 中文名 | id”",
            "olaf-scholz",
        )
    ]
    both_names, one_name = first | {"people": "Olaf Scholz | 朔尔茨"}, first | {"mode": "video"}
    assert [row.faults for row in read(table(both_names, one_name))] == [[], []]


@pytest.mark.parametrize("given", ["Clara Alba | 克拉拉", "Clara Alba | 克拉拉 | clara-alba"])
def test_a_sheet_does_not_add_a_name_to_a_record(read: Read, given: str) -> None:
    (row,) = read(table({"countries": "AA", "people": given}))
    assert "“克拉拉”: write clara-alba if it is meant, and both names in" in row.faults[0].message


def test_who_is_unknown_is_created_once(read: Read) -> None:
    cells = {"people": "Zoë Ødegård;Li Si | 李四", "organizations": "Navy;Navy"}
    first, second = read(table(cells, cells | {"people": "zoe ødegard;李四", "date": "2020"}))
    assert first.created == [
        ("person", {"id": "zoe-odegard", "name": both("Zoë Ødegård"), "supplied": ["name.zh"]}),
        ("person", {"id": "li-si", "name": {"en": "Li Si", "zh": "李四"}, "supplied": []}),
        (
            "organization",
            {"id": "bb-navy", "name": both("Navy"), "kind": "other", "country": "BB"}
            | {"supplied": ["name.zh", "kind", "country"]},
        ),
    ]
    assert second.created == []
    assert first.meeting is not None
    assert second.meeting is not None
    assert first.meeting["participants"] == second.meeting["participants"]
    assert [part["organization"] for part in first.meeting["participants"]] == [
        "aa-navy",
        "bb-navy",
    ]


def test_an_organization_of_another_country_is_told_with_its_country(read: Read) -> None:
    (row,) = read(table({"countries": "AA;BB", "organizations": "警卫局;警卫局"}))
    message = (
        "BB has no organization “警卫局”; there is aa-guard (AA): write the id if that is meant,"
        " or for a new one write a name in Latin letters as well: “English name | 中文名”"
    )
    assert row.faults == [CellFault("organizations", message, "aa-guard")]
    meant, new = read(table({"organizations": ";aa-guard"}, {"organizations": ";Guard | 警卫局"}))
    assert (meant.faults, meant.created) == ([], [])
    assert [record["id"] for _, record in new.created] == ["bb-guard"]


def test_of_many_organizations_of_other_countries_the_first_are_told(read: Read) -> None:
    (row,) = read(table({"organizations": ";公安部"}))
    told = "there is aa-police-1 (AA), aa-police-2 (AA), aa-police-3 (AA) and 2 more: write the id"
    assert told in row.faults[0].message
    assert row.faults[0].suggestion is None


def test_who_has_the_name_of_somebody_else_gets_an_id_of_the_curators(read: Read) -> None:
    (row,) = read(table({"countries": "AA", "people": "Ann Lee | 李安娜 | ann-lee-of-bb"}))
    name = {"en": "Ann Lee", "zh": "李安娜"}
    assert row.created == [("person", {"id": "ann-lee-of-bb", "name": name, "supplied": []})]


def test_ids_that_would_be_the_same_are_numbered(read: Read) -> None:
    (row,) = read(table({"people": "Xian;Xi’an"}))
    assert [record["id"] for _, record in row.created] == ["xian", "xian-2"]


def test_a_row_with_faults_creates_nothing(read: Read) -> None:
    wrong, right = read(table({"countries": "AA;??", "people": "Li Si;"}, {"people": "Li Si;"}))
    assert wrong.faults
    assert (wrong.meeting, wrong.created) == (None, [])
    assert [record["id"] for _, record in right.created] == ["li-si"]


def test_themes_and_places_are_created_only_when_that_is_allowed(read: Read) -> None:
    text = table({"place": "Osh (bbx)", "themes": "Fishing | 渔业:inferred;trade"})
    assert faults(read(text)) == [(2, "place", None), (2, "themes", None)]
    (row,) = read(text, Sheet(source="gazette", create=frozenset({"theme", "place"})))
    osh = {"id": "osh", "name": both("Osh"), "country": "BB", "supplied": ["name.zh"]}
    fishing = {"id": "fishing", "label": {"en": "Fishing", "zh": "渔业"}, "supplied": []}
    assert row.created == [("place", osh), ("theme", fishing)]


def test_what_follows_the_colon_of_a_known_theme_makes_no_theme(read: Read) -> None:
    creating = Sheet(source="gazette", create=frozenset({"theme"}))
    (row,) = read(table({"themes": "Trade：guessed"}), creating)
    message = "“Trade：guessed”: after the colon write stated, grouped or inferred"
    assert (row.faults, row.created) == ([CellFault("themes", message)], [])


@pytest.mark.parametrize("name", ["Fishing: whales", "Trade: fish | 贸易", "Trade: fish | | fish"])
def test_a_new_theme_may_have_a_colon_in_its_name(read: Read, name: str) -> None:
    (row,) = read(table({"themes": name}), Sheet(source="gazette", create=frozenset({"theme"})))
    ((kind, record),) = row.created
    assert (kind, record["label"]["en"]) == ("theme", name.partition(" |")[0])


def test_ids_of_meetings_are_the_only_ones_in_file_and_database(read: Read) -> None:
    old = {"date": "2019-01-01"}
    rows = read(table(old, {"id": "own"}, old | {"mode": "video"}, {"mode": "video"}))
    assert [row.meeting and row.meeting["id"] for row in rows] == [
        "2019-01-01-aa-bb-2",
        "own",
        "2019-01-01-aa-bb-3",
        "2020-01-01-aa-bb",
    ]
    assert [row.resembles for row in rows] == ["2019-01-01-aa-bb", None, "2019-01-01-aa-bb", None]


def test_a_row_that_says_what_an_earlier_one_says_is_a_fault(read: Read) -> None:
    same = {"countries": "aax;BB", "people": "Li Si;"}
    first, again, other = read(
        table(same, same | {"countries": "AA;BBX"}, same | {"mode": "video"})
    )
    assert (first.faults, other.faults) == ([], [])
    assert (again.meeting, again.created) == (None, [])
    assert again.faults == [CellFault(None, "the same as line 2")]


def test_a_row_with_an_id_of_its_own_may_say_what_another_one_says(read: Read) -> None:
    assert faults(read(table({"id": "one"}, {"id": "two"}, {}))) == [(4, None, None)]


TWICE = "trade is asserted twice in the same way: leave one out"
WRONG: list[tuple[dict[str, str], str, str, str | None]] = [
    ({"date": ""}, "date", "the date is missing: write 2023, 2023-10", None),
    ({"date": "31.10.2023"}, "date", "“31.10.2023” is not a date", "2023-10-31"),
    ({"date": "03/04/2023"}, "date", "is not a date: write 2023, 2023-10, 2023-10-31 or", None),
    ({"date": "2020-01-02/2020-01-02"}, "date", "begins and ends on the same", "2020-01-02"),
    ({"date": "2020-01-03/2020-01-02"}, "date", "ends before it", "2020-01-02/2020-01-03"),
    ({"date": "2020-01-02/2022-01-02"}, "date", "is longer than a year: write several", None),
    ({"year_basis": "infered"}, "year_basis", "write stated or inferred", "inferred"),
    ({"mode": "vidoe"}, "mode", "“vidoe”: write in_person, video, phone", "video"),
    ({"status": "gone"}, "status", "write reported, confirmed or retracted", None),
    ({"id": "Our Id"}, "id", "“Our Id”: an id is of small letters", "our-id"),
    ({"people": "A\x01 Lee;"}, "people", "“A\x01 Lee”: has a control character", None),
    ({"title_en": "A\x01"}, "title_en", "“A\x01”: has a control character", None),
    ({"place": "Fords"}, "place", "there is no place “Fords”; did you mean ford (Ford)?", "ford"),
    ({"place": "Ford (BB)"}, "place", "there is no place “Ford (BB)”", "ford"),
    ({"place": "Fords"}, "place", "(Ford)? Or allow new places (option create: place)", "ford"),
    ({"place": "Berlin (BB)"}, "place", "or allow new places (option create: place)", None),
    ({"themes": "whaling"}, "themes", "or allow new themes (option create: theme)", None),
    ({"place": "Ford (Nowhere)"}, "place", "there is no country “Nowhere”", None),
    ({"event": "Fair"}, "event", "there is no event “Fair”: write the id or a name", None),
    ({"source": "gazete"}, "source", "there is no source “gazete”; did you mean", "gazette"),
    ({"countries": ""}, "countries", "who took part?", None),
    ({"countries": "AA;"}, "countries", "“AA;”: number 2 is nobody", None),
    ({"countries": "AA;XX"}, "countries", "there is no country “XX”", None),
    ({"countries": "AA;A/A"}, "countries", "there is no country “A/A”: write the id", None),
    ({"countries": "AA;AAZ"}, "countries", "there is no country “AAZ”: write the id", None),
    ({"roles": "host"}, "roles", "lists 1, but countries lists 2: write 2", None),
    ({"people": "a;b;c"}, "countries", "“AA;BB” lists 2, but people lists 3", None),
    ({"roles": "host;gest"}, "roles", "“gest”: write host, guest, participant", "guest"),
    ({"people": "Wang Wei;"}, "people", "may be wang-wei (Wang Wei) or wang-wei-2", None),
    ({"people": "Ann Lee | 李娜;"}, "people", "but not as “李娜”: write ann-lee if", "ann-lee"),
    ({"people": "李四;"}, "people", "a new one needs a name in Latin letters as well", None),
    ({"people": "Li | 李 | Li Si;"}, "people", "“Li Si”: an id is of small letters", "li-si"),
    ({"people": "| | li-si;"}, "people", "no person “li-si”; a new one needs a name", None),
    ({"people": "a | b | c | d;"}, "people", "write “English name | 中文名”", None),
    ({"people": "a " * 130 + ";"}, "people", "a name has at most 250 characters", None),
    ({"title_bases": "stated;"}, "title_bases", "number 1 has no title", None),
    ({"titles_en": "a;", "title_bases": "said;"}, "title_bases", "write stated, inh", None),
    ({"titles_zh": "文" * 10_001 + ";"}, "titles_zh", "at most 10000 characters", None),
    ({"themes": "tarde"}, "themes", "there is no theme “tarde”; did you mean trade?", "trade"),
    ({"themes": "trade:statd"}, "themes", "after the colon write stated", "trade:stated"),
    ({"themes": "trade:guessed"}, "themes", "write stated, grouped or inferred", None),
    ({"themes": "trade;trade"}, "themes", TWICE, None),
    ({"themes": "trade;sea-law", "wordings": "贸易"}, "wordings", "lists 1, but themes", None),
    ({"wordings": "贸易"}, "themes", "“贸易” has no theme", None),
]


@pytest.mark.parametrize(
    ("given", "message", "suggestion"),
    [
        ("2020-03-06", "“2020-03-06” is not a date: write days as 31.10.2023 for 2023-10-31", None),
        ("2020-03-06/2020-03-10", "for 2023-10-31, and else 10.2023 or 2023", None),
        (
            "06.03.2020-06.03.2020",
            "begins and ends on the same day: write 06.03.2020",
            "06.03.2020",
        ),
        ("10.03.2020-06.03.2020", "ends before it begins", "06.03.2020/10.03.2020"),
        ("13.2020", "“13.2020” is not a date", None),
    ],
)
def test_dates_in_a_form_are_told_what_is_wrong_in_that_form(
    read: Read, given: str, message: str, suggestion: str | None
) -> None:
    sheet = Sheet(source="gazette", date_format="%d.%m.%Y")
    ((fault,),) = [row.faults for row in read(table({"date": given}), sheet)]
    assert (fault.column, fault.suggestion) == ("date", suggestion)
    assert message in fault.message


@pytest.mark.parametrize(("cells", "column", "message", "suggestion"), WRONG)
def test_each_mistake_is_told_with_its_column_and_what_would_be_right(
    read: Read, cells: dict[str, str], column: str, message: str, suggestion: str | None
) -> None:
    (row,) = read(table(cells))
    assert [(fault.column, fault.suggestion) for fault in row.faults] == [(column, suggestion)]
    assert message in row.faults[0].message
    assert (row.line, row.meeting, row.created) == (2, None, [])


SEPARATED = [
    ("countries", "AA, BB", "AA;BB"),
    ("countries", "AA、bbx，CC", "AA;bbx;CC"),
    ("countries", "AA/BB", "AA;BB"),
    ("countries", "AA | BB|CC", "AA;BB;CC"),
    ("people", "李安、C. Alba", "李安;C. Alba"),
    ("people", "Ann Lee, Wang Wei", "Ann Lee;Wang Wei"),
    ("organizations", "Navy / League", "Navy;League"),
    ("themes", "trade, sea-law:grouped", "trade;sea-law"),
]


@pytest.mark.parametrize(("column", "given", "right"), SEPARATED)
def test_a_list_with_other_signs_is_told_of_semicolons(
    read: Read, column: str, given: str, right: str
) -> None:
    (row,) = read(table({"countries": "AA", column: given}))
    text = given.removesuffix(":grouped")
    message = f"“{text}”: items of a list are parted by semicolons: {right}"
    assert (row.faults, row.created) == ([CellFault(column, message, right)], [])


def test_names_of_two_people_with_a_bar_may_be_a_list(read: Read) -> None:
    (row,) = read(table({"countries": "AA", "people": "李安|C. Alba"}))
    (fault,) = row.faults
    assert fault.message.startswith("“李安|C. Alba”: clara-alba (Clara Alba) is known, but not as")
    assert fault.message.endswith("; items of a list are parted by semicolons: 李安;C. Alba")


@pytest.mark.parametrize(
    "name", ["Ann Lee, Jr.", "Li Si/Ann Lee", "Ann Lee, Clara Alba | | two-of-them"]
)
def test_a_new_name_may_have_a_comma(read: Read, name: str) -> None:
    (row,) = read(table({"countries": "AA", "people": name}))
    assert [record["name"]["en"] for _, record in row.created] == [name.partition(" |")[0]]


def test_a_place_is_no_list(read: Read) -> None:
    (row,) = read(table({"place": "Ford, Ford"}))
    assert "there is no place “Ford, Ford”" in row.faults[0].message


def test_a_mistake_of_a_whole_list_names_its_column_once(read: Read) -> None:
    (row,) = read(table({"themes": "trade;trade"}))
    assert row.faults == [CellFault("themes", TWICE)]


def test_all_mistakes_of_a_row_are_told_at_once_in_the_order_of_its_cells(read: Read) -> None:
    rows = read("mode,date,countries\nx,y,AA;ZZ\nvideo,2020,AA\n,,\nvideo,z,BB")
    assert [found[:2] for found in faults(rows)] == [
        (2, "mode"),
        (2, "date"),
        (2, "countries"),
        (5, "date"),
    ]


def test_a_row_has_as_many_cells_as_the_header(read: Read) -> None:
    few, right, many = read("date,countries,mode\n2020,AA\n2020,AA,\n2020,AA,,video")
    assert few.faults[0].message == "2 cells are too few: the header has 3"
    assert many.faults[0].message == "4 cells are too many: the header has 3"
    assert right.meeting
    nameless, _ = read("date,countries,\n2020,AA,x\n2020,AA,\n")
    assert nameless.faults[0].message == "“x” stands in a column that has no name"


def test_an_id_is_that_of_one_row(read: Read) -> None:
    _, second = read(table({"id": "one"}, {"id": "one"}))
    assert second.faults[0].message == "“one” is the id of the meeting of line 2"


def test_a_row_without_a_source_needs_one(read: Read) -> None:
    rows = read("date,countries,source\n2020,AA,\n2020,AA,Gazette\n", Sheet())
    assert faults(rows) == [(2, "source", None)]
    assert (
        rows[0].faults[0].message
        == "name a source: the column source, or the option source for all rows"
    )


def test_what_is_wrong_with_the_header_is_told_at_once_with_the_columns(world: Database) -> None:
    text = "Countires,mode,Mode,titel_en,Wann\nx"
    foreign = {"Wann": "dat", "Wer": "people"}
    with world.read() as session, pytest.raises(InvalidRecords) as caught:
        read_sheet(session, lines(BytesIO(text.encode())), Sheet(foreign))
    assert str(caught.value).splitlines() == [
        "header: “Wann” cannot stand for “dat”, which is no column; did you mean date?",
        "header: there is no column “Wer”",
        (
            "header: “Countires” is no column; did you mean countries?"
            " Or leave it out with --column Countires=, over HTTP with column=Countires="
        ),
        (
            "header: “titel_en” is no column; did you mean title_en?"
            " Or leave it out with --column titel_en=, over HTTP with column=titel_en="
        ),
        "header: mode stands more than once: 2 and 3",
        "header: the column date is missing",
        "header: a column of those who took part is missing: countries, people or organizations",
        "header: name a source: the column source, or the option source for all rows",
        f"header: the columns are {', '.join(list(COLUMNS)[:-1])} and locator",
    ]


def test_a_header_that_is_no_column_is_left_out_as_it_is_told(read: Read) -> None:
    text = 'date,countries,Notes,"My\nown notes"\n2020,AA,a,b\n'
    with pytest.raises(InvalidRecords) as caught:
        read(text)
    notes, own = (flaw.what for flaw in caught.value.flaws[:2])
    assert notes == (
        "“Notes” is no column: leave it out with --column Notes=, over HTTP with column=Notes="
    )
    assert own.endswith("with --column 'My own notes=', over HTTP with column=My own notes=")
    (row,) = read(text, Sheet({"Notes": "", "My own notes": ""}, source="gazette"))
    assert row.faults == []


@pytest.mark.parametrize(
    ("text", "sheet", "message"),
    [
        ("\n \n", GAZETTE, "header: the file is empty; its first line names the columns"),
        (LEAST, Sheet(source="gazet"), "source: there is no source “gazet”; did you mean gaz"),
        (LEAST, Sheet(source="gazette", date_format="%d.%m."), "“%d.%m.”: the year is missing"),
        (LEAST, Sheet(source="gazette", date_format="%Y%Q"), "date format: “%Y%Q”: 'Q' is a bad"),
        (LEAST + '2020,"AA\n\n', GAZETTE, "line 3: the quotation mark that opens a cell is never"),
        (LEAST + '2020,"AA" "BB"', GAZETTE, "line 3: text goes on after a quotation mark"),
        (LEAST + f"2020,{'a' * 140_000}", GAZETTE, "line 3: a cell is longer than 131,072"),
        ("date,countries\r2020,AA\r", GAZETTE, "line 1: a carriage return stands alone"),
    ],
)
def test_what_no_row_can_be_blamed_for_ends_the_reading(
    read: Read, text: str, sheet: Sheet, message: str
) -> None:
    with pytest.raises(InvalidRecords, match=re.escape(message)):
        read(text, sheet)


def test_many_rows_cost_few_statements(world: Database) -> None:
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    cells = {"place": "Ford", "themes": "trade;sea-law", "organizations": "Navy;Navy"}
    rows = [cells | {"people": f"Man {n};Ann Lee | 李安"} for n in range(400)]
    event.listen(world.engine, "before_cursor_execute", note)
    with world.read() as session:
        found = list(read_sheet(session, lines(BytesIO(table(*rows).encode())), GAZETTE))
    event.remove(world.engine, "before_cursor_execute", note)
    assert sum(len(row.created) for row in found) == 401
    assert len(statements) < 40


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Osh (KG)", ("Osh", "KG")),
        ("Osh( KG )", ("Osh", "KG")),
        ("奥什（吉尔吉斯斯坦）", ("奥什", "吉尔吉斯斯坦")),
        ("Osh (old) (KG)", ("Osh (old)", "KG")),
        *((text, (text, None)) for text in ("Osh", "(KG)", "Osh ()", "Osh ( )", "Osh (KG) now")),
    ],
)
def test_the_country_of_a_place_stands_in_brackets_behind_it(
    text: str, place: tuple[str, str | None]
) -> None:
    assert without_country(text) == place


def test_a_slug_is_of_latin_letters() -> None:
    assert slug("Xi’an: Straße — Łódź & Ærø") == "xian-strasse-lodz-aero"
    assert slug("Москва 2020") is None
    assert slug("?!") is None
    assert slug("word " * 30) == "-".join(["word"] * 18)


def test_the_page_explains_every_column() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    assert {column: rows.get(column) for column in COLUMNS} == COLUMNS


def test_the_examples_of_the_page_are_read(seeded: Database) -> None:
    examples = re.findall(r"^```csv\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    with seeded.read() as session:
        for example in examples:
            rows = list(read_sheet(session, lines(BytesIO(example.encode())), Sheet()))
            assert [row.meeting and row.created for row in rows] == [[]] * len(rows)


MISTAKEN = """date,countries,roles,themes,place,people
2023-10-30,Rusia;CN,host,,,
31.10.2023,CN;RU,,counter-terorism,,
2023-10-29,CN;RU,,,,
2023-10-29,CN;RU,,,,
2023-10-28,CN;DE,,,Berlin (DE),
2023-10-27,CN;RU,,,,Wang Wei;
"""


def test_the_mistakes_on_the_page_are_told_so(seeded: Database, tmp_path: Path) -> None:
    store(seeded, *(incoming("person", id=f"wang-wei{n}", name=WANG_WEI) for n in ("", "-2")))
    [page] = re.findall(r"^```text\n(header: .*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    file, told = tmp_path / "x.csv", []
    for content in (MISTAKEN.replace("countries", "Countires"), MISTAKEN):
        file.write_text(content)
        done = parley(seeded, "import", str(file), "--source", ARTICLE)
        told += re.findall(r"^x\.csv, (.*)$", done.stderr, re.MULTILINE)
    assert [line for line in page.splitlines() if line not in told] == []
