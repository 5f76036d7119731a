"""The documentation page needs no network, and runs nothing but its own files."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from tests.api.asking import ask, problem

# The page is the same whatever the database is.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'none'"
)
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Page(HTMLParser):
    """What a page refers to, and what it holds that the policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.assets: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.attributes: list[str] = []
        self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        self._tag = tag
        given: dict[str, Any] = dict(attrs)
        self.attributes += given
        if tag in {"script", "img"} and "src" in given:
            self.assets.append(given["src"])
        if tag == "link":
            self.assets.append(given["href"])
        if tag == "a":
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        """Note what a script or a style says itself."""
        if self._tag in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.fixture
def page(api: httpx.Client) -> Page:
    """The documentation page."""
    return Page(api.get("/docs").text)


def test_it_is_html_under_the_policy_of_the_design(api: httpx.Client) -> None:
    response = api.get("/docs")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.text.startswith("<!doctype html>")


def test_its_assets_are_of_the_same_origin_and_have_their_types(
    api: httpx.Client, page: Page
) -> None:
    assert len(page.assets) == 6
    for path in page.assets:
        assert path.startswith("/assets/")
        response = api.get(path, headers={"Accept-Encoding": "identity"})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == TYPES[path[path.rindex(".") :]]
        assert len(response.content) == int(response.headers["Content-Length"]) > 0


def test_it_has_no_script_or_style_of_its_own(page: Page) -> None:
    assert page.inline == []
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]


def test_a_script_within_a_page_would_be_noticed(backend: object) -> None:
    # Guards the one above.
    assert backend
    page = Page("<a href='/x' onclick='f()'>x</a><script>alert(1)</script>")
    assert page.inline == ["alert(1)"]
    assert "onclick" in page.attributes


def test_its_script_shows_the_contract_of_the_same_server(api: httpx.Client) -> None:
    script = api.get("/assets/docs.js").text
    assert 'url: "/openapi.json"' in script
    assert "http" not in script
    assert "SwaggerUIBundle" in api.get("/assets/swagger/swagger-ui-bundle.js").text


def test_its_styles_load_nothing_from_elsewhere(api: httpx.Client) -> None:
    for path in ("/assets/docs.css", "/assets/swagger/swagger-ui.css"):
        style = api.get(path).text
        assert "@import" not in style
        assert "url(http" not in style.replace('"', "").replace("'", "")


def test_without_javascript_it_leads_to_the_contract(api: httpx.Client, page: Page) -> None:
    assert page.links[-1] == "/openapi.json"
    assert ask(api, page.links[-1])["info"]["title"] == "Parley"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/nothing.js",
        "/assets/swagger",
        "/assets/../docs.py",
        "/assets/%2e%2e/docs.py",
        "/assets/..%2f..%2fsettings.py",
        "/assets/swagger/..%2f..%2fmain.py",
        "/assets/%00",
        "/redoc",
    ],
)
def test_nothing_else_is_served(api: httpx.Client, path: str) -> None:
    assert problem(api.get(path), 404)["code"] == "not_found"
