"""Whatever is sent, malicious or confused, is refused as a problem or answered rightly."""

import base64
import csv
import json
import re
import socket
from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, quote_from_bytes
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.schemas.dates import partial_date
from tests.api.asking import COLLECTIONS, EXAMPLES, ask, meetings, problem, routes
from tests.api.hostile import (
    EXPRESSIONS,
    HEADERS,
    HIDDEN,
    NAMES,
    NO_FILES,
    NO_HTTP,
    NO_RECORDS,
    NO_TEXTS,
    ODD_HTTP,
    READ,
    TEXTS,
    VALUES,
    WRITTEN,
)
from tests.contract import CONTRACT

MOST_SECONDS = 5
"""In which the longest of it is refused, also where all cores are busy."""
MOST_BYTES = 30_000
"""Of a refusal, however much was sent: at most fifty faults, each told with its beginning."""
LEAKS = (
    *("Traceback", 'File "/', "site-packages", "sqlalchemy", "psycopg", "sqlite3", "pydantic"),
    *(" object at 0x", "SELECT ", "Errno", "49${7", "root:"),
)
WHY = {"reason": "Tried by a test."}
NEW = {"If-None-Match": "*"}
ANY = {"If-Match": "*"}
PERSON = {"id": "ann-lee", "name": {"en": "Ann Lee", "zh": "李安"}}
ANN = "/v1/people/ann-lee"
PATHS = json.loads(CONTRACT.read_text("utf-8"))["paths"]
READING = {one: path for one, path in routes({"paths": PATHS}).items() if one.startswith("/v1/")}


def _holders() -> dict[str, list[str]]:
    """Give, for each query parameter, how all operations that take it are asked."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for route, path in READING.items():
        for parameter in PATHS[route]["get"].get("parameters", []):
            if parameter["in"] == "query":
                name = parameter["name"]
                bare, _, query = path.partition("?")
                found[name].append(bare if query.startswith(f"{name}=") else path)
    return found


PARAMETERS = _holders()
BELOW_AN_ID = [(method, route) for route in PATHS if "{id}" in route for method in PATHS[route]]
queries = pytest.mark.parametrize(("turn", "value"), [*enumerate(VALUES.values())], ids=VALUES)
tried = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def before(at_hand: httpx.Client) -> Any:
    """What the server said of its data before anything was sent to it."""
    return ask(at_hand, "/v1/dataset")


@pytest.fixture
def server(at_hand: httpx.Client, before: Any) -> Iterator[httpx.Client]:
    """A server that is as it was before, whatever a test sent to it."""
    yield at_hand
    assert ask(at_hand, "/v1/dataset") == before


@pytest.fixture(params=[8, pytest.param(1, marks=pytest.mark.slow)])
def every(request: pytest.FixtureRequest) -> int:
    """Of how many parameters and operations each value is given to one."""
    return int(request.param)


def harmless(answer: httpx.Response) -> list[str | None]:
    """Make sure that an answer does no harm, and name what it finds fault with."""
    assert answer.elapsed.total_seconds() < MOST_SECONDS
    assert not {"X-Injected", "Set-Cookie"} & set(answer.headers)
    assert all(value.isprintable() for value in answer.headers.values())
    if answer.is_success:
        return []
    said = problem(answer, answer.status_code)
    assert 400 <= answer.status_code < 500
    assert len(answer.content) < MOST_BYTES
    assert not [leak for leak in LEAKS if leak in answer.text]
    assert said["detail"].strip()
    assert all(part["message"].strip() for part in said["errors"])
    assert said["errors"] or answer.status_code != 422
    return [part["name"] or part["pointer"] for part in said["errors"]]


def joined(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


@queries
def test_no_parameter_takes_it_for_a_value(
    server: httpx.Client, every: int, turn: int, value: str
) -> None:
    for name, holders in list(PARAMETERS.items())[turn % every :: every]:
        answer = server.get(joined(holders[turn % len(holders)], f"{name}={value}"))
        faulty = harmless(answer)
        # What is searched for may be any text; what is asked in vain of a feed is gone.
        assert answer.status_code in ({200, 422} if name == "q" else {410, 422}), answer.url
        assert answer.is_success or set(faulty) == {name}, answer.url


@queries
def test_no_path_leads_to_it(server: httpx.Client, every: int, turn: int, value: str) -> None:
    for method, route in BELOW_AN_ID[turn % every :: every]:
        path = route.replace("{id}", value).replace("{version}", "1")
        headers = NEW if method == "put" else ANY
        params = {} if method == "get" else WHY | ({"into": "RU"} if "merge" in route else {})
        body = b"{}" if method == "put" else None
        target = httpx.URL(path, params=params) if params else path
        answer = server.request(method, target, headers=headers, content=body)
        harmless(answer)
        assert answer.status_code in {404, 405, 422}, answer.url


@queries
def test_no_address_begins_with_it(server: httpx.Client, turn: int, value: str) -> None:
    answer = server.get(f"{('', '/v1', '/docs')[turn % 3]}/{value}")
    harmless(answer)
    assert answer.status_code == 404


@queries
def test_no_record_has_such_a_version(server: httpx.Client, turn: int, value: str) -> None:
    path = list(EXAMPLES.values())[turn % len(EXAMPLES)]
    answer = server.get(f"{path}/history/{value}")
    harmless(answer)
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize("name", [*NAMES.values()], ids=NAMES)
def test_no_operation_takes_it_for_a_parameter(server: httpx.Client, every: int, name: str) -> None:
    for path in list(READING.values())[len(name) % every :: every]:
        answer = server.get(joined(path, f"{quote(name, safe='%[]$.')}=RU"))
        harmless(answer)
        assert [part["code"] for part in answer.json()["errors"]] == ["unknown_parameter"]


@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/counts", "/v1/people", "/v1/people/x"])
def test_thousands_of_parameters_are_refused_at_once(server: httpx.Client, path: str) -> None:
    for query in (
        "&".join(f"a{number}" for number in range(9_000)),
        "&".join(["id=x"] * 12_000),
        "&".join(f"id={number}" for number in range(7_000)),
        "country=RU" + ";country=CN" * 5_000,
    ):
        answer = server.get(f"{path}?{query}")
        harmless(answer)
        assert answer.status_code == 422


@pytest.mark.parametrize("name", ["country", "limit", "cursor", "sort", "q"])
def test_of_several_values_none_is_chosen(server: httpx.Client, name: str) -> None:
    for query in (f"{name}=CN&{name}=%00", f"{name}=%00&{name}=CN", f"{name}=&{name}=CN"):
        assert set(harmless(server.get(f"/v1/meetings?{query}"))) == {name}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_search_is_words_and_no_expression(server: httpx.Client, text: str) -> None:
    assert len(meetings(server, "q=wang")) == 9
    assert meetings(server, f"q={quote(text)}") == []


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_next_page_is_no_header(server: httpx.Client, path: str) -> None:
    spelled = "&country=Russian%0d%0aFederation&q=wang%0d%0axiaohong"
    query = f"limit=1{spelled if path == '/v1/meetings' else ''}"
    answer = server.get(f"{path}?{query}")
    harmless(answer)
    assert answer.headers["Link"] == f'<{answer.json()["next"]}>; rel="next"'


@pytest.mark.parametrize("body", [*NO_RECORDS.values()], ids=NO_RECORDS)
def test_it_is_no_record(server: httpx.Client, body: bytes) -> None:
    answer = server.put(ANN, content=body, params=WHY, headers=NEW)
    harmless(answer)
    assert answer.status_code == 422
    assert {part["in"] for part in answer.json()["errors"]} == {"body"}


@pytest.mark.parametrize(
    ("media", "content"),
    [(media, content) for media, _, content in NO_FILES],
    ids=[f"{media}, {name}" for media, name, _ in NO_FILES],
)
def test_it_is_no_file_of_records(server: httpx.Client, media: str, content: bytes) -> None:
    headers = {"Content-Type": media}
    answer = server.post("/v1/imports", content=content, params=WHY, headers=headers)
    harmless(answer)
    assert answer.status_code == 422
    told = server.post(
        "/v1/imports", content=content, params=WHY | {"dry_run": "true"}, headers=headers
    )
    assert told.json()["errors_total"] > 0
    assert len(told.content) < MOST_BYTES
    assert not [leak for leak in LEAKS if leak in told.text]


@pytest.mark.parametrize("form", ["%", "%Y%", "%Y%Q", "%d%d%Y", "%Y(?P<x>", "%Y" * 60, "%j%Y%s"])
def test_it_is_no_way_to_write_days(server: httpx.Client, form: str) -> None:
    answer = server.post(
        "/v1/imports",
        content=b"date,countries,source\n2023-01-01,CN;RU,xinhua-english",
        params=WHY | {"date_format": form},
        headers={"Content-Type": "text/csv"},
    )
    harmless(answer)
    assert answer.status_code == 422


@pytest.mark.parametrize("text", [*NO_TEXTS.values()], ids=NO_TEXTS)
def test_it_is_no_text_of_a_record(server: httpx.Client, text: str) -> None:
    body = json.dumps(PERSON | {"name": {"en": text, "zh": "李安"}}).encode()
    assert harmless(server.put(ANN, content=body, params=WHY, headers=NEW)) == ["/name/en"]


def test_a_text_is_kept_as_it_is(curator: httpx.Client) -> None:
    headers = NEW
    for text in TEXTS.values():
        record = PERSON | {"name": {"en": text, "zh": text}}
        answer = curator.put(ANN, json=record, params=WHY, headers=headers)
        assert answer.json()["name"] == ask(curator, ANN)["name"] == record["name"]
        headers = ANY


def test_a_text_stays_a_text_in_every_format(curator: httpx.Client) -> None:
    path, text = EXAMPLES["/v1/meetings/{id}"], " | ".join(TEXTS.values())
    record = ask(curator, path) | {"title": {"en": text, "zh": text}}
    assert curator.put(path, json=record, params=WHY, headers=ANY).json()["title"]["en"] == text
    files = {form: curator.get(f"/v1/meetings.{form}?country=MM") for form in FORMATS}
    assert all(harmless(file) == [] for file in files.values())
    assert {form: read(files[form]) for form, read in FORMATS.items()} == {
        "ndjson": [text],
        "csv": [text.replace("; DROP TABLE meetings;--", "; DROP TABLE meetings;'--")],
        "ics": [text.replace("\r\n", "\n")],
        "atom": ["2023-10-31: " + re.sub("[\ufffe\uffff]", "\ufffd", text.replace("\r\n", "\n"))],
    }


def _of_atom(file: httpx.Response) -> list[str | None]:
    space = {"": "http://www.w3.org/2005/Atom"}
    # A reader of XML takes every end of a line for LF.
    return [one.text for one in ET.fromstring(file.content).findall("entry/title", space)]  # noqa: S314 (our own)


def _of_calendar(file: httpx.Response) -> list[str | None]:
    return [str(one["SUMMARY"]) for one in Calendar.from_ical(file.content).walk("VEVENT")]


FORMATS = {
    "ndjson": lambda file: [json.loads(line)["title"]["en"] for line in file.text.split("\n")[:-1]],
    "csv": lambda file: [one["title_en"] for one in csv.DictReader(_lines(file))],
    "ics": _of_calendar,
    "atom": _of_atom,
}


def _lines(file: httpx.Response) -> Iterator[str]:
    yield from file.text.splitlines(keepends=True)


def answers(api: httpx.Client, sent: bytes) -> list[httpx.Response]:
    """Send bytes as they are, and give all that is answered until the server closes."""
    assert api.base_url.port
    found = []
    with socket.create_connection(("127.0.0.1", api.base_url.port), timeout=10) as connection:
        connection.sendall(sent)
        while connection.recv(1, socket.MSG_PEEK):
            one = HTTPResponse(connection)
            one.begin()
            headers, body = one.getheaders(), one.read()
            found.append(httpx.Response(one.status, headers=headers, content=body))
    return found


@pytest.mark.parametrize("sent", [*NO_HTTP.values()], ids=NO_HTTP)
def test_it_is_no_request_and_none_hides_behind_it(server: httpx.Client, sent: bytes) -> None:
    key = b"\r\nAuthorization: " + server.headers["Authorization"].encode() + b"\r\n"
    [answer] = answers(server, sent.replace(b"\r\n", key, 1) + HIDDEN)
    assert problem(answer, 400)["code"] == "bad_request"


@pytest.mark.parametrize("sent", [*ODD_HTTP.values()], ids=ODD_HTTP)
def test_it_is_one_request_and_none_hides_in_it(server: httpx.Client, sent: bytes) -> None:
    usual, [answer] = ask(server, "/v1/dataset"), answers(server, sent)
    assert answer.json() == usual
    assert "hidden" not in str(answer.headers)


@pytest.mark.parametrize("value", [*HEADERS.values()], ids=HEADERS)
def test_no_header_changes_what_is_read(server: httpx.Client, value: bytes) -> None:
    usual = ask(server, "/v1/dataset")
    for name in READ:
        answer = server.get("/v1/dataset", headers=[(name.encode(), value)])
        harmless(answer)
        assert answer.json() == usual, name


@pytest.mark.parametrize("value", [*HEADERS.values()], ids=HEADERS)
def test_no_header_lets_anything_be_written(server: httpx.Client, value: bytes) -> None:
    for name in WRITTEN:
        headers = list(({b"If-Match": b'"v2"'} | {name.encode(): value}).items())
        answer = server.delete("/v1/people/wang-xiaohong", params=WHY, headers=headers)
        harmless(answer)
        assert answer.status_code in {401, 412, 422, 428}, name


@pytest.mark.parametrize("value", [*HEADERS.values()], ids=HEADERS)
def test_no_header_makes_a_file_of_it(server: httpx.Client, value: bytes) -> None:
    headers = [(b"Content-Type", value)]
    answer = server.post("/v1/imports", content=b"[]", params=WHY, headers=headers)
    assert harmless(answer) == ["Content-Type"]


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("If-Match", (b'"v1"', b"nonsense"), 422),
        ("If-Match", (b'"v8"', b'"v9"'), 412),
        ("If-None-Match", (b"*", b'"v1"'), 422),
        ("Authorization", (b"Bearer wrong", b"Bearer parley_wrong"), 401),
    ],
)
def test_of_headers_that_contradict_each_other_none_is_chosen(
    server: httpx.Client, name: str, values: tuple[bytes, ...], status: int
) -> None:
    for some in (values, values[::-1]):
        headers = [(name.encode(), value) for value in some]
        answer = server.delete("/v1/people/wang-xiaohong", params=WHY, headers=headers)
        harmless(answer)
        assert answer.status_code == status


@pytest.mark.parametrize("method", ["PUT", "GET, PUT", "\\", "x" * 10_000])
def test_what_a_page_may_not_send_is_refused_as_a_problem(
    server: httpx.Client, method: str
) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": method}
    answer = server.options("/v1/meetings", headers=asked)
    harmless(answer)
    assert answer.status_code in {400, 405}


def test_any_text_is_a_value_or_a_fault_of_its_parameter(server: httpx.Client) -> None:
    texts = st.text(max_size=30).map(quote) | st.binary(max_size=30).map(quote_from_bytes)

    @tried
    @given(st.sampled_from(sorted(PARAMETERS)), st.integers(0, 99), texts)
    def ask_for(name: str, turn: int, value: str) -> None:
        holders = PARAMETERS[name]
        answer = server.get(joined(holders[turn % len(holders)], f"{name}={value}"))
        faulty = harmless(answer)
        assert answer.is_success or set(faulty) == {name}

    ask_for()


def test_a_text_is_a_bound_exactly_if_it_is_a_date(server: httpx.Client) -> None:
    digits = st.text("0123456789-", min_size=4, max_size=10)
    dates = st.from_regex(r"[0-9]{4}(-[0-3][0-9]){0,2}", fullmatch=True)

    @tried
    @given(st.sampled_from(["date_from", "date_to", "not_met_since"]), digits | dates)
    def ask_from(name: str, text: str) -> None:
        answer = server.get(f"/v1/dyads?{name}={text}")
        try:
            partial_date(text)
        except ValueError:
            assert harmless(answer) == [name]
        else:
            assert answer.status_code == 200

    ask_from()


@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/people"])
def test_a_damaged_cursor_is_refused_or_names_a_place(server: httpx.Client, path: str) -> None:
    good = httpx.URL(ask(server, f"{path}?limit=1")["next"]).params["cursor"]
    token = base64.urlsafe_b64decode(good + "=" * (-len(good) % 4))
    everything = [one["id"] for one in ask(server, path)["data"]]

    @tried
    @given(st.integers(0, len(token)), st.integers(0, 3), st.binary(max_size=3))
    def go_on(start: int, length: int, more: bytes) -> None:
        damaged = token[:start] + more + token[start + length :]
        written = base64.urlsafe_b64encode(damaged).decode().rstrip("=")
        answer = server.get(f"{path}?cursor={written}")
        if answer.is_success:
            found = [one["id"] for one in answer.json()["data"]]
            assert found == everything[len(everything) - len(found) :]
        else:
            assert harmless(answer) == ["cursor"]

    go_on()


def test_any_bytes_are_no_place_in_the_feed(server: httpx.Client) -> None:
    @tried
    @given(st.binary(min_size=1, max_size=60))
    def go_on(token: bytes) -> None:
        written = base64.urlsafe_b64encode(token).decode().rstrip("=")
        assert harmless(server.get(f"/v1/changes?since={written}")) == ["since"]

    go_on()
