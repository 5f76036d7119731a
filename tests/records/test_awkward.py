"""Well-known meetings that are awkward to record come out of the database as they went in."""

import calendar
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.models import Document, Version
from app.queries.events import EVENTS
from app.queries.meetings import page
from app.queries.organizations import ORGANIZATIONS
from app.queries.people import PEOPLE
from app.queries.places import PLACES
from app.queries.sources import SOURCES
from app.queries.state import state
from app.queries.themes import THEMES
from app.records.audit import audit
from app.records.files import read_folder
from app.records.incoming import Incoming
from app.records.kinds import KINDS
from app.records.write import stored
from app.schemas.meeting import Meeting
from app.schemas.questions import MeetingQuestion
from seeds.load import FOLDER as SEED
from tests.given import store

FOLDER = Path(__file__).parent / "awkward"

Raw = dict[str, Any]
"""A record, or a part of one, as a file has it."""


@cache
def incoming() -> tuple[Incoming, ...]:
    geography = [one for one in read_folder(SEED) if one.kind.name in {"region", "country"}]
    return (*geography, *read_folder(FOLDER))


@cache
def raw() -> dict[str, dict[str, Raw]]:
    """Read the files without Parley, by kind and id."""
    paths = {kind.name: FOLDER / f"{kind.plural}.yaml" for kind in KINDS}
    return {
        kind: {one["id"]: one for one in trimmed(yaml.load(path.read_bytes(), yaml.CSafeLoader))}
        for kind, path in paths.items()
        if path.exists()
    }


def trimmed(value: Any) -> Any:
    """Drop spaces around texts, which are no part of them."""
    if isinstance(value, dict):
        return {name: trimmed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [trimmed(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def test_there_are_hundreds_of_them() -> None:
    counted = Counter({kind: len(records) for kind, records in raw().items()})
    assert counted["meeting"] >= 80
    assert counted.total() >= 350


def a_version_and_rows_of_each_are_kept_as_written(database: Database) -> None:
    with database.read() as session:
        versions = session.scalars(select(Version)).all()
        rows = {
            (kind.name, id_): found
            for kind in KINDS
            for id_, found in stored(session, kind, ids(kind.name))[0].items()
        }
    kept: dict[tuple[str, str], Any] = {(one.type, one.record_id): one.record for one in versions}
    assert rows == {(one.kind.name, one.id): one.rows for one in incoming()}
    assert kept == {
        (one.kind.name, one.id): one.record.model_dump(mode="json") for one in incoming()
    }
    for kind, records in raw().items():
        assert list(lost({id_: kept[kind, id_] for id_ in records}, records)) == []


def ids(kind: str) -> list[str]:
    return [one.id for one in incoming() if one.kind.name == kind]


def lost(kept: Any, wrote: Any, where: str = "") -> Iterator[str]:
    """Name what was written and is not kept; what is kept may say more."""
    if isinstance(wrote, dict) and isinstance(kept, dict):
        for name, value in wrote.items():
            yield from lost(kept.get(name, "no such member"), value, f"{where} {name}")
    elif isinstance(wrote, list) and isinstance(kept, list) and len(wrote) == len(kept):
        for pair in zip(kept, wrote, strict=True):
            yield from lost(*pair, where)
    elif wrote != (kept["id"] if isinstance(kept, dict) else kept):
        yield f"{where}: {wrote!r} became {kept!r}"


def every_other_record_is_read_with_all_that_was_written(database: Database) -> None:
    with database.read() as session:
        read: dict[str, Iterable[Any]] = {
            "event": EVENTS.all(session),
            "organization": ORGANIZATIONS.all(session),
            "person": PEOPLE.all(session),
            "place": PLACES.all(session),
            "source": SOURCES.all(session),
            "theme": THEMES.all(session),
        }
    for kind, records in read.items():
        kept = {one.id: one.model_dump(mode="json") for one in records}
        assert kept.keys() == raw()[kind].keys()
        assert list(lost(kept, raw()[kind])) == []


def a_meeting_is_shown_whole_with_the_names_of_what_it_refers_to(database: Database) -> None:
    with database.read() as session:
        shown = {one.meeting_id: one.json for one in session.scalars(select(Document))}
    assert shown.keys() == raw()["meeting"].keys()
    for id_, text in shown.items():
        document = json.loads(text)
        assert Meeting.model_validate_json(text).id == id_
        assert document.pop("version") == 1
        assert document.pop("updated_at")
        places_of_themes = [one["id"] for one in document["themes"]]
        assert places_of_themes == sorted(places_of_themes)
        assert in_any_order(document) == in_any_order(rendered(raw()["meeting"][id_]))


def in_any_order(document: Raw) -> Raw:
    """Leave out the order of themes and citations, which is not the curator's."""
    loose = {name: document[name] for name in ("themes", "citations")}
    return document | {
        name: sorted(json.dumps(one, sort_keys=True) for one in parts)
        for name, parts in loose.items()
    }


def rendered(wrote: Raw) -> Raw:
    """Say in plain Python what readers are to get of a meeting."""
    parts = [participant(one) for one in wrote["participants"]]
    citations = [{"locator": None, "asserted": None} | one for one in wrote["citations"]]
    hosts = {one["country"] for one in parts if one["role"] == "host"} - {None}
    against = {one["fields"][0] for one in citations if one["stance"] == "contradicts"}
    defaults: Raw = {"summary": None, "status": "reported", "supplied": []}
    return (
        defaults
        | wrote
        | {
            "date": days(wrote["date"]["value"]) | wrote["date"],
            "host": hosts.pop() if len(hosts) == 1 else None,
            "countries": sorted({one["country"] for one in parts} - {None}),
            "disputed": sorted(against),
            "place": place(wrote.get("place")),
            "event": named("event", wrote.get("event")),
            "participants": parts,
            "themes": [theme(one) for one in wrote.get("themes", [])],
            "citations": citations,
        }
    )


def days(value: str) -> Raw:
    first, _, last = value.partition("/")
    precision = "range" if last else {4: "year", 7: "month", 10: "day"}[len(value)]
    if precision == "month":
        year, month = map(int, value.split("-"))
        first, last = f"{value}-01", f"{value}-{calendar.monthrange(year, month)[1]}"
    elif precision == "year":
        first, last = f"{value}-01-01", f"{value}-12-31"
    return {"earliest": first, "latest": last or first, "precision": precision}


def named(kind: str, id_: str | None, *others: str) -> Raw | None:
    if id_ is None:
        return None
    record = raw()[kind][id_]
    return {name: record.get(name) for name in ("id", "name", *others)}


def place(id_: str | None) -> Raw | None:
    return named("place", id_, "country", "latitude", "longitude")


def participant(wrote: Raw) -> Raw:
    nobody = dict.fromkeys(("country", "title", "title_basis", "said"))
    said = wrote.get("said")
    return (
        nobody
        | wrote
        | {
            "person": named("person", wrote.get("person")),
            "organization": named("organization", wrote.get("organization"), "kind"),
            "said": said and {"locator": None} | said,
        }
    )


def theme(wrote: Raw) -> Raw:
    untold = dict.fromkeys(("wording", "raised_by", "locator"))
    return untold | wrote | {"label": raw()["theme"][wrote["id"]]["label"]}


def writing_them_again_changes_nothing(database: Database) -> None:
    with database.read() as session:
        before = state(session).revision
    report = store(database, *incoming())
    assert report.unchanged.total() == len(incoming()) == before
    assert not report.created.total() + report.changed.total()
    with database.read() as session:
        assert state(session).revision == before


def the_audit_finds_the_one_meeting_that_lacks_citations(database: Database) -> None:
    with database.read() as session:
        found = [what for what, _ in audit(session)]
    assert found == [
        f"meeting {XI_ZELENSKYY}: no citation supports its mode",
        f"meeting {XI_ZELENSKYY}: no citation supports its titles",
    ]


CLOTH_OF_GOLD, CONGRESS = "1520-06-field-of-the-cloth-of-gold", "1814-congress-of-vienna"
YALTA, POTSDAM = "1945-02-04-yalta", "1945-07-17-potsdam"
TITO_1955, BRIJUNI = "1955-05-26-belgrade-khrushchev-tito", "1956-07-18-brijuni"
NEHRU_ZHOU, NON_ALIGNED = "1956-12-31-new-delhi-nehru-zhou", "1961-09-01-belgrade-non-aligned"
KENNEDY, HUSSEIN = "1961-06-03-vienna-kennedy-khrushchev", "1963-hussein-israel"
DUBCEK, HELSINKI = "1968-07-29-cierna-nad-tisou", "1975-07-30-helsinki"
ERFURT, KASSEL = "1970-03-19-erfurt-brandt-stoph", "1970-05-21-kassel-brandt-stoph"
KISSINGER_1971, KISSINGER_1973 = (
    "1971-07-09-beijing-kissinger-zhou",
    "1973-11-12-beijing-kissinger-mao",
)
MAO_NIXON, ZHOU_NIXON = "1972-02-21-beijing-mao-nixon", "1972-02-22-beijing-nixon-zhou"
COMMUNIQUE, PARIS = "1972-02-27-shanghai-communique", "1973-01-23-paris-kissinger-le-duc-tho"
MOROCCO, CAMP_DAVID, PERES = (
    "1977-09-dayan-tuhami",
    "1978-09-05-camp-david",
    "1987-04-peres-hussein",
)
SALT, HILLSBOROUGH = "1979-06-15-vienna-brezhnev-carter", "1985-11-15-hillsborough"
GENEVA, REYKJAVIK = "1985-11-19-geneva-gorbachev-reagan", "1986-10-11-reykjavik"
BONN, INF = "1987-09-07-bonn-honecker-kohl", "1987-12-08-washington-inf"
DENG, POPE = "1989-05-16-beijing-deng-gorbachev", "1989-12-01-vatican-gorbachev-john-paul-ii"
MALTA, LJUBLJANA = "1989-12-02-malta", "2001-06-16-ljubljana-bush-putin"
MOSCOW, SOCHI = "1990-09-12-moscow-two-plus-four", "1992-06-24-sochi-shevardnadze-yeltsin"
KOO_WANG, RABIN_ARAFAT = (
    "1993-04-27-singapore-koo-wang",
    "1993-09-13-washington-arafat-rabin",
)
WADI_ARABA, DAYTON = "1994-10-26-wadi-araba", "1995-11-01-dayton"
BAN_SEOUL, BAN_NAYPYIDAW = "2006-10-19-seoul-ban-rice", "2008-05-23-naypyidaw-ban-than-shwe"
MURMANSK, PRAYER = "2010-09-15-murmansk-lavrov-store", "2014-06-08-vatican-prayer"
BRUSSELS, OHRID = "2013-04-19-brussels-dacic-thaci", "2023-03-18-ohrid-kurti-vucic"
OBAMA_ROUHANI, IRAN = "2013-09-27-phone-obama-rouhani", "2015-07-14-vienna-iran"
MA_XI, TRUMP_TSAI = "2015-11-07-singapore-ma-xi", "2016-12-02-phone-trump-tsai"
HAVANA, INTERPOL = "2016-02-12-havana-francis-kirill", "2017-09-26-beijing-interpol"
VANCOUVER, ASMARA = "2018-01-16-vancouver", "2018-07-08-asmara"
SOUTH, NORTH, THREE = (
    "2018-04-27-panmunjom-kim-moon",
    "2018-05-26-panmunjom-kim-moon",
    "2019-06-30-panmunjom",
)
KIM_SINGAPORE, KIM_HANOI = "2018-06-12-singapore-kim-trump", "2019-02-27-hanoi-kim-trump"
DOHA, G20_VIDEO = "2020-02-29-doha-taliban", "2020-03-26-video-g20"
HOTI, PROSECUTORS = "2020-09-04-washington-hoti-vucic", "2020-10-video-sco-prosecutors"
NEOM, JAKARTA, ASEAN_VIDEO = (
    "2020-11-22-neom",
    "2021-04-24-jakarta-asean",
    "2021-10-26-video-asean",
)
BIDEN_PUTIN, BIDEN_XI = "2021-06-16-geneva-biden-putin", "2021-11-15-video-biden-xi"
SECURITY_COUNCIL, CHINA_EU = "2022-02-25-new-york-security-council", "2022-04-01-video-china-eu"
BALI, APEC = "2022-11-15-bali-g20", "2022-11-18-bangkok-apec"
BLINKEN, BORRELL, KULEBA = (
    f"2023-02-18-munich-{one}-wang" for one in ("blinken", "borrell", "kuleba")
)
MCCARTHY, XI_ZELENSKYY = (
    "2023-04-05-simi-valley-mccarthy-tsai",
    "2023-04-26-phone-xi-zelenskyy",
)
PACIFIC = "2024-08-26-nukualofa-pacific-islands"

# What is asked, and what it finds, oldest first.
QUESTIONS: dict[str, tuple[Raw, list[str]]] = {
    "Kosovo": ({"country": ["XK"]}, [BRUSSELS, HOTI, OHRID]),
    "Kosovo by its own name": ({"country": ["Kosova"]}, [BRUSSELS, HOTI, OHRID]),
    "Kosovo seen from Serbia": ({"anchor": "RS", "country": ["XK"]}, [BRUSSELS, HOTI, OHRID]),
    "Palestine": ({"country": ["PS"]}, [RABIN_ARAFAT, PRAYER, INTERPOL]),
    "Hong Kong": ({"country": ["香港"]}, [APEC]),
    "Taiwan": ({"country": ["TWN"]}, [KOO_WANG, MA_XI, TRUMP_TSAI, APEC, MCCARTHY]),
    "the Holy See": ({"country": ["Holy See"]}, [HELSINKI, POPE, PRAYER, HAVANA]),
    "Yugoslavia": ({"country": ["YU"]}, [TITO_1955, BRIJUNI, NON_ALIGNED, HELSINKI]),
    "the Soviet Union and Yugoslavia": ({"country_all": ["СССР", "YU"]}, [TITO_1955, HELSINKI]),
    "East Germany": ({"country": ["东德"]}, [ERFURT, KASSEL, HELSINKI, BONN, MOSCOW]),
    "Czechoslovakia": ({"country": ["CS"]}, [DUBCEK, HELSINKI]),
    "Norway, not no": ({"country": ["NO"]}, [HELSINKI, MURMANSK, VANCOUVER, SECURITY_COUNCIL]),
    "two of twenty": ({"country_all": ["NO", "KR"]}, [VANCOUVER]),
    "two of thirty": ({"country_all": ["SR", "SN"]}, [BALI]),
    "what is no state": ({"country": ["NC", "CK"]}, [PACIFIC]),
    "Polynesia": ({"region": "061"}, [PACIFIC]),
    "one of two hosts": ({"host": "CA"}, [VANCOUVER]),
    "the other host": ({"host": "US", "place_country": "CA"}, [VANCOUVER]),
    "hosts across a border": ({"host": "JO"}, [WADI_ARABA]),
    "a host that is no country": ({"host": "none", "country": ["XK"]}, [BRUSSELS, OHRID]),
    "a month from its last day": (
        {"date_from": "1977-09-30", "date_to": "1977-10-05"},
        [MOROCCO],
    ),
    "a month that is not within": (
        {"date_from": "1977-09-02", "date_to": "1977-10", "date_match": "within"},
        [],
    ),
    "a month that is within": (
        {"date_from": "1977-09", "date_to": "1977-09", "date_match": "within"},
        [MOROCCO],
    ),
    "a month by a day of it": ({"date_from": "2020-10-07", "date_to": "2020-10-07"}, [PROSECUTORS]),
    "a year by a month of it": ({"date_from": "1963-05", "date_to": "1963-05"}, [HUSSEIN]),
    "the year after": ({"date_from": "1957", "date_to": "1957"}, [NEHRU_ZHOU]),
    "the year before": ({"date_from": "1956-12-31", "date_to": "1956"}, [NEHRU_ZHOU]),
    "nine months": ({"date_from": "1815", "date_to": "1900"}, [CONGRESS]),
    "long ago": ({"date_to": "1900"}, [CLOTH_OF_GOLD, CONGRESS]),
    "amid many days": ({"date_from": "1945-07-31", "date_to": "1945-08-01"}, [POTSDAM]),
    "a leap day": ({"date_from": "2020-02-29", "date_to": "2020-02-29"}, [DOHA]),
    "months": ({"precision": "month"}, [MOROCCO, PERES, PROSECUTORS]),
    "years": ({"precision": "year"}, [HUSSEIN]),
    "inferred years": (
        {"year_basis": "inferred"},
        [HUSSEIN, ERFURT, PROSECUTORS, BLINKEN, BORRELL, KULEBA],
    ),
    "by telephone": ({"mode": "phone"}, [OBAMA_ROUHANI, TRUMP_TSAI, XI_ZELENSKYY]),
    "by video": ({"mode": "video"}, [G20_VIDEO, PROSECUTORS, ASEAN_VIDEO, BIDEN_XI, CHINA_EU]),
    "some by video": ({"mode": "hybrid"}, [BALI]),
    "nobody knows how": ({"mode": "unknown"}, [HUSSEIN]),
    "retracted": ({"status": "retracted"}, ["1939-10-17-lviv-hitler-stalin"]),
    "retracted by another": ({"person": ["adolf-hitler"]}, []),
    "disputed": ({"disputed": True}, [COMMUNIQUE, LJUBLJANA, NEOM, BIDEN_XI]),
    "reported words": ({"said": True}, [MAO_NIXON, INF, LJUBLJANA]),
    "titles of ours": ({"title_basis": "supplied"}, [PARIS, INF, MA_XI]),
    "the European Union": (
        {"organization": ["european-union"]},
        [DAYTON, BRUSSELS, IRAN, G20_VIDEO, CHINA_EU, BALI, BORRELL, OHRID],
    ),
    "the European Union seen from China": (
        {"anchor": "CN", "organization": ["european-union"]},
        [IRAN, G20_VIDEO, CHINA_EU, BALI, BORRELL],
    ),
    "INTERPOL": ({"organization": ["interpol"]}, [INTERPOL]),
    "ASEAN": ({"organization": ["asean"]}, [JAKARTA, ASEAN_VIDEO]),
    "a body of no country": ({"organization": ["taliban"]}, [DOHA]),
    "a church": ({"anchor": "VA", "organization": ["russian-orthodox-church"]}, [HAVANA]),
    "prosecutors": ({"organization_kind": "prosecution"}, [PROSECUTORS]),
    "one Zhang Jun": ({"person": ["zhang-jun-jurist"]}, [PROSECUTORS]),
    "the other Zhang Jun": ({"person": ["zhang-jun-diplomat"]}, [SECURITY_COUNCIL]),
    "one man of two titles": ({"person": ["wang-yi"]}, [IRAN, BLINKEN, BORRELL, KULEBA]),
    "one man of two countries": ({"person": ["eduard-shevardnadze"]}, [MOSCOW, SOCHI]),
    "his second country": (
        {"person": ["eduard-shevardnadze"], "country_all": ["GE"]},
        [SOCHI],
    ),
    "one man of a country and of none": ({"person": ["ban-ki-moon"]}, [BAN_SEOUL, BAN_NAYPYIDAW]),
    "not on the other side": ({"anchor": "KR", "person": ["ban-ki-moon"]}, []),
    "two of one country": (
        {"person_all": ["winston-churchill", "clement-attlee"]},
        [POTSDAM],
    ),
    "one visit": ({"event": "nixon-visit-1972"}, [MAO_NIXON, ZHOU_NIXON, COMMUNIQUE]),
    "one day": (
        {"event": "munich-security-conference-2023", "person": ["wang-yi"]},
        [BLINKEN, BORRELL, KULEBA],
    ),
    "an event without meetings": ({"event": "ping-pong-1971"}, []),
    "an event that is a number": ({"event": "1066"}, []),
    "south of the line": ({"place": "panmunjom"}, [SOUTH, THREE]),
    "north of the line": ({"place": "panmunjom-north"}, [NORTH]),
    "a source that is a number": ({"source": "007"}, [INF]),
    "a theme that is a number": ({"theme": ["1540", "1325", "0"]}, []),
    "a broad theme": (
        {"theme": ["arms-control"], "date_to": "1999"},
        [SALT, GENEVA, REYKJAVIK, INF],
    ),
    "a broad theme alone": ({"theme": ["arms-control"], "theme_match": "exact"}, [GENEVA]),
    "grouped themes": (
        {"theme": ["detente", "peace-settlement"], "theme_basis": ["grouped"]},
        [ERFURT, PERES, DOHA],
    ),
    "inferred themes": (
        {"theme": ["arms-control", "non-alignment", "table-tennis"], "theme_basis": ["inferred"]},
        [BRIJUNI, KISSINGER_1971, INF],
    ),
    "a theme of two countries": (
        {"theme": ["normalization"], "country_all": ["CN", "US"]},
        [KISSINGER_1971, ZHOU_NIXON, COMMUNIQUE],
    ),
}

GORBACHEV = [GENEVA, REYKJAVIK, INF, DENG, POPE, MALTA]
SEARCHES = {
    "张军": [PROSECUTORS, SECURITY_COUNCIL],
    "George Bush": [MALTA, LJUBLJANA],
    "老布什": [MALTA],
    "小布什": [LJUBLJANA],
    "dubya": [LJUBLJANA],
    "Горбачёв": GORBACHEV,
    "ГОРБАЧЕВ": GORBACHEV,
    "Горбаче\u0308в": GORBACHEV,
    "Шеварднадзе": [MOSCOW, SOCHI],
    "შევარდნაძე": [MOSCOW, SOCHI],
    "разрядка": [HELSINKI],
    "дијалог": [OHRID],
    "Ялта": [YALTA],
    "أنور السادات": [CAMP_DAVID],
    "انور": [CAMP_DAVID],
    "سلام": [CAMP_DAVID, RABIN_ARAFAT],
    "\u200fالسلام\u200f": [MOROCCO],
    "م.ت.ف": [RABIN_ARAFAT],
    "محمد\u200cجواد": [IRAN],
    "שלום": [MOROCCO, CAMP_DAVID],
    "יצחק רבין": [RABIN_ARAFAT, WADI_ARABA],
    "יִצְחָק": [RABIN_ARAFAT, WADI_ARABA],
    "אש״ף": [RABIN_ARAFAT],
    "ประยุทธ์ จันทร์โอชา": [ASEAN_VIDEO, APEC],
    "กรุงเทพฯ": [APEC],
    "อุดมราชนิเวศน์มหาสถาน": [APEC],
    "Krungthepmahanakhonamonrattanakosin": [APEC],
    "နေပြည်တော်": [BAN_NAYPYIDAW],
    "မင်းအောင်လှိုင်": [JAKARTA],
    "ဦးနု": [NON_ALIGNED],
    "नेहरू": [BRIJUNI, NEHRU_ZHOU, NON_ALIGNED],
    "នរោត្តម": [NON_ALIGNED],
    "አሕመድ": [ASMARA],
    "Lê Đức Thọ": [PARIS],
    "Le\u0302 \u0110u\u031b\u0301c Tho\u0323": [PARIS],
    "le duc tho": [PARIS],
    "ngung ban": [PARIS],
    "문재인": [SOUTH, NORTH, THREE],
    "\u1106\u116e\u11ab\u110c\u1162\u110b\u1175\u11ab": [SOUTH, NORTH, THREE],
    "판문점": [SOUTH, NORTH, THREE],
    "d\u00e9tente": [ERFURT, HELSINKI, MALTA],
    "de\u0301tente": [ERFURT, HELSINKI, MALTA],
    "DETENTE": [ERFURT, HELSINKI, MALTA],
    "Entspannung": [ERFURT, HELSINKI],
    "de Maiziere": [MOSCOW],
    "Thomas Greenfield": [SECURITY_COUNCIL],
    "Teng Hsiao-p’ing": [DENG],
    "Nuku'alofa": [PACIFIC],
    "nuku\u02bbalofa": [PACIFIC],
    "nukualofa": [PACIFIC],
    "yo'ldoshev": [PROSECUTORS],
    "Ｇ２０": [G20_VIDEO, BALI],
    "ＳＡＬＴ Ⅱ": [SALT],
    "paulus II": [POPE],
    "François Ier": [CLOTH_OF_GOLD],
    "馬英九": [MA_XI],
    "尼克森": [MAO_NIXON, ZHOU_NIXON, COMMUNIQUE],
    "布里茲涅夫": [DUBCEK, HELSINKI, SALT],
    "戴卓爾": [HILLSBOROUGH],
    "無核化": [BAN_SEOUL, VANCOUVER, SOUTH, KIM_SINGAPORE, KIM_HANOI],
    "10 Downing": [HILLSBOROUGH],
    "Rejkjavik": [REYKJAVIK],
    "Condoleeza": [BAN_SEOUL],
    "Ping-pong \U0001f3d3": [KISSINGER_1971],
    '"signed sealed"': [INF],
    "1e3": [INF],
    '"null"': [INF],
    "100 %": [INF],
    "=SUM(A1)": [],
    "＝零": [INF],
    '"the end"': [HELSINKI],
    "𠮷完": [HELSINKI],
    "kruschev": [TITO_1955, KENNEDY],
}


def each_question_finds_just_these(database: Database) -> None:
    searches = {asked: ({"q": asked}, found) for asked, found in SEARCHES.items()}
    with database.read() as session:
        wrong = {
            asked: (found, expected)
            for asked, (question, expected) in (QUESTIONS | searches).items()
            if (found := answer(session, question)) != expected
        }
    assert wrong == {}


def answer(session: Session, question: Raw) -> list[str]:
    how = {"sort": "date", "limit": 1000, "total": "none"}
    found = page(session, MeetingQuestion.model_validate(question | how))
    return [json.loads(one)["id"] for one in found.items]


PROMISES: tuple[Callable[[Database], None], ...] = (
    a_version_and_rows_of_each_are_kept_as_written,
    every_other_record_is_read_with_all_that_was_written,
    a_meeting_is_shown_whole_with_the_names_of_what_it_refers_to,
    each_question_finds_just_these,
    writing_them_again_changes_nothing,
    the_audit_finds_the_one_meeting_that_lacks_citations,
)


@pytest.mark.slow
# They are stored once for all that is promised, which takes longer than to look at them.
def test_they_come_out_as_they_went_in(database: Database, subtests: pytest.Subtests) -> None:
    store(database, *incoming())
    for promise in PROMISES:
        with subtests.test(promise.__name__.replace("_", " ")):
            promise(database)


def test_an_emoji_is_no_word() -> None:
    with pytest.raises(ValidationError, match="no word to search for"):
        MeetingQuestion(q="\U0001f3d3")
