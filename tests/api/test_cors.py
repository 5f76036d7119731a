"""Pages of other origins read from a browser, as far as the installation lets them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page

from app.api.openapi import HEADERS
from app.database import Database
from app.errors import InvalidSetting
from app.settings import Settings
from tests.browser import browsing
from tests.serving import Served, serving

ELSEWHERE = "https://example.org"


def asked(api: httpx.Client, path: str = "/v1/meetings", origin: str = ELSEWHERE) -> httpx.Headers:
    return api.get(path, headers={"Origin": origin}).headers


def preflight(api: httpx.Client, method: str, header: str = "If-None-Match") -> httpx.Response:
    """Ask as a browser does before it sends what a form could not send."""
    wanted = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    with httpx.Client(base_url=api.base_url) as browser:
        return browser.options("/v1/meetings", headers={"Origin": ELSEWHERE, **wanted})


def test_every_page_may_read_and_see_every_header(api: httpx.Client) -> None:
    for path in ("/v1/meetings", "/v1/meetings.csv", "/v1/meetings?country=Atlantis", "/nowhere"):
        headers = asked(api, path)
        assert headers["Access-Control-Allow-Origin"] == "*"
        exposed = re.split(", ?", headers["Access-Control-Expose-Headers"])
        assert set(exposed) == set(HEADERS)
        # Nothing that a browser adds by itself opens anything.
        assert "Access-Control-Allow-Credentials" not in headers


def test_a_page_may_ask_for_what_is_new_and_may_not_write(api: httpx.Client) -> None:
    assert preflight(api, "GET").status_code == 200
    assert preflight(api, "PUT").status_code == 400
    assert preflight(api, "GET", "Authorization").status_code == 400


@pytest.fixture
def chosen(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server that only the pages of two origins may read."""
    monkeypatch.setenv("PARLEY_CORS_ORIGINS", f"{ELSEWHERE}, http://127.0.0.1:1")
    with serving(seeded.url) as running:
        yield running


def test_an_installation_may_choose_whose_pages(chosen: Served) -> None:
    headers = asked(chosen.client)
    assert headers["Access-Control-Allow-Origin"] == ELSEWHERE
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Origin" not in asked(chosen.client, origin="https://evil.example")


@pytest.mark.parametrize("wrong", ["example.org", "https://example.org/", "https://a.org,b"])
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PARLEY_CORS_ORIGINS", wrong)
    with pytest.raises(InvalidSetting, match="an origin is like"):
        Settings()


def _fetched(page: Page, url: str) -> str:
    found: str = page.evaluate(
        """async url => {
            try {
                const answer = await fetch(url)
                return `${(await answer.json()).data.length} ${answer.headers.get("link")}`
            } catch (error) {
                return String(error)
            }
        }""",
        url,
    )
    return found


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_real_browser_lets_them(api: httpx.Client, chosen: Served) -> None:
    with browsing() as browser:
        page = browser.new_page(bypass_csp=True)  # That of somebody else is another one.
        page.goto(f"{str(api.base_url).replace('127.0.0.1', 'localhost')}/healthz")
        assert _fetched(page, f"{api.base_url}/v1/meetings?limit=2").startswith("2 </v1/meetings?")
        assert "Failed to fetch" in _fetched(page, f"{chosen.client.base_url}/v1/meetings")
