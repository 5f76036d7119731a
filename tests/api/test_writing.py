"""Curators put, delete and merge records: with a key, for a reason, and for what they have seen."""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select, update

from app.database import Database
from app.models import Change, Dataset, Key
from app.records import keys
from tests.api.asking import ask, problem
from tests.given import both

ANWAR = "/v1/meetings/2023-11-02-putrajaya-anwar"
RUSSIA = "/v1/meetings/2023-12-05-beijing-kolokoltsev"
WHY = {"reason": "Tried by a test."}
JSON = "application/json"
NEW = {"If-None-Match": "*"}
PERSON = {"id": "ann-lee", "name": {"en": "Ann Lee", "zh": "李安"}}
KINDS = {
    "/v1/meetings": "2023-11-02-putrajaya-anwar",
    "/v1/countries": "RU",
    "/v1/themes": "bri-security",
    "/v1/people": "wang-xiaohong",
    "/v1/organizations": "my-government",
    "/v1/places": "beijing",
    "/v1/events": "lianyungang-forum-2023",
    "/v1/sources": "zhengzhi-2023-12-05",
}


def version(number: int) -> dict[str, str]:
    return {"If-Match": f'"v{number}"'}


def put(client: httpx.Client, path: str, record: Any, headers: Any, **more: Any) -> httpx.Response:
    return client.put(path, json=record, headers=headers, params=WHY | more)


def test_a_record_is_created_changed_and_left_alone(curator: httpx.Client) -> None:
    created = put(curator, "/v1/people/ann-lee", PERSON, NEW)
    assert (created.status_code, created.json()["version"]) == (201, 1)
    assert created.headers["ETag"].startswith('"v1.')
    renamed = PERSON | {"name": {"en": "Anne Lee", "zh": "李安"}}
    changed = put(curator, "/v1/people/ann-lee", renamed, {"If-Match": created.headers["ETag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json() == ask(curator, "/v1/people/ann-lee")
    again = put(curator, "/v1/people/ann-lee", renamed, version(2))
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_what_was_seen_before_a_restore_does_not_stand_for_the_same_version_after_it(
    curator: httpx.Client, seeded: Database
) -> None:
    seen = put(curator, "/v1/people/ann-lee", PERSON, NEW).headers["ETag"]
    with seeded.write() as session:
        session.execute(update(Dataset).values(epoch="0123456789abcdef"))  # As a restore does.
    answer = put(curator, "/v1/people/ann-lee", PERSON, {"If-Match": seen})
    assert "before the database was restored" in problem(answer, 412)["detail"]
    assert put(curator, "/v1/people/ann-lee", PERSON, {"If-Match": f'{seen}, "v1"'}).is_success
    now = curator.get("/v1/people/ann-lee").headers["ETag"]
    assert put(curator, "/v1/people/ann-lee", PERSON, {"If-Match": now}).is_success


def test_a_key_that_is_revoked_while_a_record_is_sent_does_not_write_it(
    curator: httpx.Client, seeded: Database
) -> None:
    def slowly() -> Iterator[bytes]:
        whole = orjson.dumps(PERSON)
        yield whole[:9]
        time.sleep(0.5)  # The key comes first, and is looked at by then.
        with seeded.write() as session:
            keys.revoke(session, "ann")
        yield whole[9:]

    path = "/v1/people/ann-lee"
    answer = curator.put(path, content=slowly(), headers=NEW, params=WHY)
    assert "was revoked on" in problem(answer, 401)["detail"]
    assert curator.get(path).status_code == 404


@pytest.mark.parametrize("plural", KINDS)
def test_what_is_read_can_be_put(at_hand: httpx.Client, plural: str) -> None:
    path = f"{plural}/{KINDS[plural]}"
    read = ask(at_hand, path)
    answer = put(at_hand, path, read, version(read["version"]))
    assert (answer.status_code, answer.json()) == (200, read)


@pytest.mark.parametrize("plural", KINDS)
def test_what_a_form_begins_with_can_be_put(at_hand: httpx.Client, plural: str) -> None:
    contract = ask(at_hand, "/openapi.json")["paths"]
    routes = [route for route in contract if re.fullmatch(rf"{plural}/{{\w+}}", route)]
    bodies = [contract[route]["put"]["requestBody"]["content"] for route in routes]
    records = [one["value"] for body in bodies for one in body[JSON]["examples"].values()]
    assert records
    for record in records:
        path = f"{plural}/{record['id']}"
        assert put(at_hand, path, record, {"If-Match": "*"}).json() == ask(at_hand, path)


def test_a_changed_name_is_shown_by_every_meeting(curator: httpx.Client) -> None:
    path = "/v1/people/wang-xiaohong"
    read = ask(curator, path)
    read["name"]["en"] = "Wang X."
    assert put(curator, path, read, version(1)).status_code == 200
    for meeting in ask(curator, "/v1/meetings")["data"]:
        named = [one["person"] for one in meeting["participants"] if one["person"]]
        assert {"id": "wang-xiaohong", "name": read["name"]} in named
        assert meeting["version"] == 1
    assert ask(curator, "/v1/meetings?q=%22wang+x%22")["total"]["value"] == 9


def test_a_meeting_is_deleted_and_restored(curator: httpx.Client) -> None:
    read = ask(curator, ANWAR)
    gone = curator.delete(ANWAR, headers=version(1), params=WHY)
    assert gone.json() | {"deleted_at": None} == {
        "type": "meeting",
        "id": read["id"],
        "into": None,
        "version": 2,
        "deleted_at": None,
        "reason": WHY["reason"],
    }
    assert "Tried by a test" in problem(curator.get(ANWAR), 410)["detail"]
    assert ask(curator, "/v1/meetings?country=MY")["data"] == []
    assert 'If-Match: "v2" restores it' in problem(put(curator, ANWAR, read, NEW), 410)["detail"]
    restored = put(curator, ANWAR, read, version(2))
    assert (restored.status_code, restored.json()["version"]) == (201, 3)
    assert ask(curator, "/v1/meetings?country=MY")["total"]["value"] == 1


def test_people_are_merged_over_http(curator: httpx.Client) -> None:
    put(curator, "/v1/people/ann-lee", PERSON, NEW)
    path = "/v1/people/anwar-ibrahim/merge"
    merged = curator.post(path, params=WHY | {"into": "ann-lee"})
    assert merged.json()["into"] == "ann-lee"
    moved = curator.get("/v1/people/anwar-ibrahim")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/v1/people/ann-lee")
    assert ask(curator, "/v1/meetings?person=ann-lee")["total"]["value"] == 1
    said = problem(curator.get("/v1/meetings?person=anwar-ibrahim"), 422)
    assert said["errors"][0]["suggestion"] == "ann-lee"
    again = put(curator, ANWAR, ask(curator, f"{ANWAR}/history/1")["record"], version(2))
    assert "was merged into “ann-lee”" in problem(again, 422)["detail"]


def test_codes_of_a_merged_country_still_find_it(curator: httpx.Client) -> None:
    merged = curator.post("/v1/countries/MY/merge", params=WHY | {"into": "CN"})
    assert merged.status_code == 200
    for code in ("MY", "MYS", "458"):
        assert ask(curator, f"/v1/meetings?country={code}")["total"]["value"] == 9


def test_a_merge_may_say_for_which_version_it_was_made(at_hand: httpx.Client) -> None:
    path, into = "/v1/people/anwar-ibrahim/merge", {"into": "wang-xiaohong"}
    answer = at_hand.post(path, params=WHY | into, headers=version(9))
    assert "has version 1 by now" in problem(answer, 412)["detail"]


def test_what_is_referred_to_is_not_deleted(at_hand: httpx.Client) -> None:
    answer = at_hand.delete("/v1/people/anwar-ibrahim", headers=version(1), params=WHY)
    said = problem(answer, 409)
    assert said["code"] == "still_referred_to"
    assert "meeting 2023-11-02-putrajaya-anwar" in said["detail"]


def test_a_retracted_meeting_is_found_by_its_id_alone(curator: httpx.Client) -> None:
    read = ask(curator, RUSSIA) | {"status": "retracted"}
    assert put(curator, RUSSIA, read, version(1)).json()["version"] == 2
    assert ask(curator, RUSSIA)["status"] == "retracted"
    assert ask(curator, "/v1/meetings?country=RU")["total"]["value"] == 2
    assert ask(curator, "/v1/meetings?status=retracted")["total"]["value"] == 1


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({}, 428, 'If-Match: "v1" changes'),
        (NEW, 412, "exists; If-Match"),
        (version(2), 412, "has version 1 by now"),
        ({"If-Match": '"v3", W/"v2.abc.7"'}, 412, "has version 1 by now"),
        ({"If-Match": "v1"}, 422, 'versions such as "v3"'),
        ({"If-Match": '"v1"', "If-None-Match": "*"}, 422, "without If-Match"),
        ({"If-None-Match": '"v1"'}, 422, "* and nothing else"),
    ],
)
def test_a_write_says_for_which_version_it_was_made(
    at_hand: httpx.Client, headers: Any, status: int, words: str
) -> None:
    said = problem(put(at_hand, ANWAR, ask(at_hand, ANWAR), headers), status)
    assert words in said["detail"]


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v1.HERE.7"', '"v1.HERE.7-gzip"', '"v9", "v1"', "*"])
def test_of_a_tag_the_version_is_compared(at_hand: httpx.Client, tag: str) -> None:
    read = at_hand.get(ANWAR)
    here = read.headers["ETag"].split(".")[1]
    answer = put(at_hand, ANWAR, read.json(), {"If-Match": tag.replace("HERE", here)})
    assert answer.status_code == 200


def test_what_does_not_exist_cannot_be_changed(at_hand: httpx.Client) -> None:
    problem(put(at_hand, "/v1/people/ann-lee", PERSON, version(1)), 412)
    problem(at_hand.delete("/v1/people/ann-lee", headers=version(1), params=WHY), 404)


GUEST = {"country": "CN", "role": "guest"}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"id": "other"}, "/id", "invalid_value"),
        ({"mode": "letter"}, "/mode", "unknown_value"),
        ({"host": "RU"}, "/host", "read_only_field"),
        ({"colour": "red"}, "/colour", "unknown_member"),
        ({"place": "nowhere"}, "/place", "unknown_value"),
        ({"citations": []}, "/citations", "invalid_value"),
        (
            {"participants": 1001 * [{"country": "CN", "role": "guest"}]},
            "/participants",
            "invalid_value",
        ),
        ({"title": {"en": "x"}}, "/title/zh", "missing_member"),
    ],
)
def test_a_wrong_record_is_refused_and_nothing_is_written(
    at_hand: httpx.Client, change: Any, pointer: str, code: str
) -> None:
    before = ask(at_hand, ANWAR)
    (fault,) = problem(put(at_hand, ANWAR, before | change, version(1)), 422)["errors"]
    assert (fault["in"], fault["pointer"], fault["code"]) == ("body", pointer, code)
    assert ask(at_hand, ANWAR) == before


ASIA = {"id": "142", "name": {"en": "Asia", "zh": "亚洲"}}


@pytest.mark.parametrize("region", ["142", ASIA])
def test_the_region_of_a_country_is_that_of_its_sub_region(
    at_hand: httpx.Client, region: Any
) -> None:
    russia = ask(at_hand, "/v1/countries/RU")
    written = put(at_hand, "/v1/countries/RU", russia | {"region": region}, {"If-Match": "*"})
    (fault,) = problem(written, 422)["errors"]
    assert (fault["pointer"], fault["code"]) == ("/region", "read_only_field")
    assert "“151”" in fault["message"]
    assert put(at_hand, "/v1/countries/RU", russia, {"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON: Expecting property name enclosed in double quotes, at line 1"),
        (b"[]", "must be an object"),
        (b'{"id": "a", "id": "b"}', "the member id stands twice"),
        (b'{"id": NaN}', "NaN is no number"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": "\xff"}', "not UTF-8"),
    ],
)
def test_what_is_no_record_is_refused(at_hand: httpx.Client, body: bytes, words: str) -> None:
    answer = at_hand.put(ANWAR, content=body, headers=version(1), params=WHY)
    assert words in problem(answer, 422)["detail"]


def test_a_body_without_end_is_not_read(at_hand: httpx.Client) -> None:
    endless = (b" " * 65_536 for _ in range(100))
    answer = at_hand.put(ANWAR, content=endless, headers=version(1), params=WHY)
    assert "1,000,000 bytes" in problem(answer, 413)["detail"]


def test_a_write_has_a_reason(at_hand: httpx.Client) -> None:
    answer = at_hand.put(ANWAR, json={}, headers=version(1))
    assert "reason is missing" in problem(answer, 422)["detail"]


@pytest.mark.parametrize("given", [None, "Bearer", "Bearer wrong", "Basic YTpi", "Bearer a b"])
def test_nobody_writes_without_a_key(
    at_hand: httpx.Client, given: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = version(1) | ({"Authorization": given} if given else {})
    with httpx.Client(base_url=at_hand.base_url) as stranger:
        answer = stranger.delete(ANWAR, headers=headers, params=WHY)
    assert problem(answer, 401)["code"] == "not_authorized"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert ask(at_hand, ANWAR)["version"] == 1
    assert "wrong" not in capfd.readouterr().err


def test_history_names_the_key_and_the_reason(curator: httpx.Client, seeded: Database) -> None:
    put(curator, "/v1/people/ann-lee", PERSON, NEW)
    with seeded.read() as session:
        change = session.scalars(select(Change).order_by(Change.seq.desc()).limit(1)).one()
        assert (change.made_by, change.reason) == ("ann", WHY["reason"])
        assert session.scalars(select(Key.last_used_at)).one()


def test_too_many_meetings_are_not_rendered_while_a_client_waits(
    at_hand: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 8)
    path = "/v1/people/wang-xiaohong"
    renamed = ask(at_hand, path) | {"name": both("Wang")}
    said = problem(put(at_hand, path, renamed, version(1)), 409)
    assert (said["code"], "parley import" in said["detail"]) == ("too_many_dependants", True)
    # All that show the one that stays are rendered anew as well.
    into = {"into": "wang-xiaohong"}
    said = problem(at_hand.post("/v1/people/igor-krasnov/merge", params=WHY | into), 409)
    assert (said["code"], "parley merge" in said["detail"]) == ("too_many_dependants", True)
