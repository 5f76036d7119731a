"""Every error is a problem of one shape, with the right status, and says what to do."""

import re
import socket

import httpx
import pytest

from tests.api.asking import COLLECTIONS, EXAMPLES, problem

WRITING = ("POST", "PUT", "PATCH", "DELETE")
READ_ONLY = (*COLLECTIONS, "/v1/dataset", "/v1/theme-tree", "/v1/counts", "/healthz")
NOWHERE = {
    "/v1/meeting": "did you mean /v1/meetings?",
    "/v1/meetings/": "did you mean /v1/meetings?",
    "/v1/contries": "did you mean /v1/countries?",
    "/V1/Meetings": "did you mean /v1/meetings?",
    "/v1/theme": "did you mean /v1/themes?",
    "/health": "did you mean /healthz?",
    "/wp-login.php": "the documentation is at /docs",
    "/v2/qqqqqqqqqqqqqqqqqqq": "the documentation is at /docs",
}


@pytest.mark.parametrize(("path", "hint"), NOWHERE.items())
def test_an_address_of_nothing_suggests_one_of_something(
    api: httpx.Client, path: str, hint: str
) -> None:
    said = problem(api.get(path), 404)
    assert said["code"] == "not_found"
    assert said["title"] == "Not Found"
    assert said["detail"] == f"There is nothing at {path}; {hint}"
    assert said["errors"] == []


@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/people"])
@pytest.mark.parametrize("strange", ["a/b", "a%2Fb", "..%2F..%2Fetc%2Fpasswd", "%2e%2e/healthz"])
def test_a_path_below_a_record_leads_nowhere(api: httpx.Client, path: str, strange: str) -> None:
    assert problem(api.get(f"{path}/{strange}"), 404)["code"] == "not_found"


@pytest.mark.parametrize("method", WRITING)
def test_lists_and_answers_cannot_be_written(api: httpx.Client, method: str) -> None:
    for path in READ_ONLY:
        response = api.request(method, path, json={"id": "x"})
        said = problem(response, 405)
        assert said["code"] == "method_not_allowed"
        assert said["detail"] == f"{method} is not allowed at {path}; GET and HEAD are"
        assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", EXAMPLES.values())
def test_a_record_can_be_put_and_deleted_but_not_patched(api: httpx.Client, path: str) -> None:
    response = api.patch(path, json={"id": "x"})
    assert problem(response, 405)["detail"].endswith("; GET, HEAD, PUT and DELETE are")
    assert response.headers["Allow"] == "GET, HEAD, PUT, DELETE"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE"])
def test_other_methods_are_not_allowed_either(api: httpx.Client, method: str) -> None:
    response = api.request(method, "/v1/meetings")
    assert problem(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/assets/docs.js"])
def test_pages_and_assets_cannot_be_written_either(api: httpx.Client, path: str) -> None:
    response = api.post(path)
    assert problem(response, 405)["detail"].startswith("POST is not allowed")
    assert response.headers["Allow"] == "GET, HEAD"


def test_writing_to_nowhere_is_not_found(api: httpx.Client) -> None:
    assert problem(api.post("/v1/nowhere"), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["/v1/meetings?contry=RU", "/v1/meetings/none", "/nothing", "/v1/meetings"]
)
def test_each_answer_has_a_request_id_of_its_own(api: httpx.Client, path: str) -> None:
    given = {api.get(path).headers["X-Request-ID"] for _ in range(3)}
    assert len(given) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in given)


def test_a_request_id_of_a_proxy_is_kept(api: httpx.Client) -> None:
    mine = {"X-Request-ID": "proxy-7.a_B"}
    assert api.get("/v1/meetings", headers=mine).headers["X-Request-ID"] == "proxy-7.a_B"
    assert problem(api.get("/nothing", headers=mine), 404)["request_id"] == "proxy-7.a_B"


@pytest.mark.parametrize("strange", ["", "a b", "x" * 65, "<script>", "a\tb", "é".encode()])
def test_a_strange_request_id_is_replaced(api: httpx.Client, strange: str | bytes) -> None:
    response = api.get("/nothing", headers=[(b"X-Request-ID", _bytes(strange))])
    assert re.fullmatch(r"[0-9a-f]{32}", problem(response, 404)["request_id"])


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


@pytest.mark.parametrize("path", [*COLLECTIONS, "/v1/dataset", "/v1/theme-tree"])
def test_a_route_takes_no_parameter_that_it_does_not_know(api: httpx.Client, path: str) -> None:
    [fault] = problem(api.get(f"{path}?nonsense=1"), 422)["errors"]
    assert (fault["in"], fault["name"], fault["code"]) == ("query", "nonsense", "unknown_parameter")
    assert fault["suggestion"] is None


@pytest.mark.parametrize("path", EXAMPLES.values())
def test_a_single_record_takes_no_parameters(api: httpx.Client, path: str) -> None:
    [fault] = problem(api.get(f"{path}?limit=1"), 422)["errors"]
    assert (fault["name"], fault["code"]) == ("limit", "unknown_parameter")


@pytest.mark.parametrize(
    ("strange", "status"),
    [("%00", 422), ("a%00b", 422), ("x" * 101, 422), ("%ff", 404), ("%ed%a0%80", 404), ("🦄", 404)],
)
def test_a_strange_id_in_a_path_does_no_harm(api: httpx.Client, strange: str, status: int) -> None:
    for route in EXAMPLES:
        said = problem(api.get(route.replace("{id}", strange)), status)
        if status == 422:
            assert [(part["in"], part["name"]) for part in said["errors"]] == [("path", "id")]


@pytest.mark.parametrize("strange", ["/%00", "/v1/%ff", "/v1/%ed%a0%80/x", "/%F0%9F%A6%84"])
def test_a_strange_path_does_no_harm(api: httpx.Client, strange: str) -> None:
    assert problem(api.get(strange), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /v1/meetings?country=\xff HTTP/1.1",
        "GET /v1/meetings?country=俄罗斯 HTTP/1.1".encode(),
        b"GET /v1/\xff HTTP/1.1",
        b"GRAB /v1/meetings HTTP/1.1",
        b"GET /v1/meetings HTTP/banana",
    ],
)
def test_what_is_no_http_is_answered_with_a_problem(api: httpx.Client, sent: bytes) -> None:
    port = api.base_url.port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("ascii").split("\r\n")
    assert first == "HTTP/1.1 400 Bad Request"
    headers = dict(line.split(": ", 1) for line in rest)
    said = problem(httpx.Response(400, headers=headers, content=body), 400)
    assert said["code"] == "bad_request"
    for reason in ("method", "longer than 65,535 characters", "percent-encode"):
        assert reason in said["detail"]
    assert int(headers["content-length"]) == len(body)


def test_several_faults_are_told_at_once(api: httpx.Client) -> None:
    said = problem(api.get("/v1/meetings?contry=RU&date_from=0&limit=0&mode=vide"), 422)
    assert {(part["name"], part["code"], part["suggestion"]) for part in said["errors"]} == {
        ("contry", "unknown_parameter", "country"),
        ("date_from", "invalid_date", None),
        ("limit", "out_of_range", None),
        ("mode", "unknown_value", "video"),
    }


def test_several_unknown_values_are_told_at_once(api: httpx.Client) -> None:
    asked = "country=Rusia&country_not=Congo&theme=cybersecurty&person=igor-krasnof&host=Rusia"
    said = problem(api.get(f"/v1/meetings?{asked}"), 422)
    assert [(part["name"], part["code"], part["suggestion"]) for part in said["errors"]] == [
        ("country", "unknown_value", "RU"),
        ("country_not", "ambiguous_value", None),
        ("host", "unknown_value", "RU"),
        ("theme", "unknown_value", "cybersecurity"),
        ("person", "unknown_value", "igor-krasnov"),
    ]
