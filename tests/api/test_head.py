"""HEAD says what GET would say, without the body."""

import httpx
import pytest

from tests.api.asking import routes

BEYOND_THE_CONTRACT = [
    "/",
    "/docs",
    "/openapi.json",
    "/assets/docs.js",
    "/assets/swagger/swagger-ui.css",
    "/v1/meetings?limit=1",
    "/v1/meetings?contry=RU",
    "/v1/meetings/nobody-met-here",
    "/nothing-here",
]


def assert_head_equals_get(api: httpx.Client, path: str) -> None:
    # What is compressed is longer when it is read.
    plain = {"Accept-Encoding": "identity"}
    get, head = api.get(path, headers=plain), api.head(path, headers=plain)
    assert head.status_code == get.status_code
    assert head.content == b""
    for name in (
        "Content-Length",
        "Content-Type",
        "Content-Disposition",
        "ETag",
        "Link",
        "Location",
        "Vary",
    ):
        assert head.headers.get(name) == get.headers.get(name), name
    # How long a file will be is not known when it begins.
    is_file = "Content-Disposition" in get.headers
    assert is_file or int(head.headers["Content-Length"]) == len(get.content)


def test_every_route_of_the_contract_answers_head(api: httpx.Client) -> None:
    paths = routes(api.get("/openapi.json").json())
    assert len(paths) == 62
    for path in paths.values():
        assert api.get(path).status_code == 200
        assert_head_equals_get(api, path)


@pytest.mark.parametrize("path", BEYOND_THE_CONTRACT)
def test_pages_assets_and_problems_answer_head(api: httpx.Client, path: str) -> None:
    assert_head_equals_get(api, path)


def test_head_says_how_long_a_compressed_answer_is(api: httpx.Client) -> None:
    with api.stream("GET", "/v1/meetings") as get:
        sent = len(b"".join(get.iter_raw()))
    head = api.head("/v1/meetings")
    assert head.headers["Content-Encoding"] == get.headers["Content-Encoding"]
    assert int(head.headers["Content-Length"]) == sent


def test_the_connection_goes_on_after_a_head(api: httpx.Client) -> None:
    api.head("/v1/meetings")
    assert api.get("/v1/meetings?limit=1").json()["total"]["value"] == 9
