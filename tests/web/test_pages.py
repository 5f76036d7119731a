"""The pages that are written in Markdown lead to what is there."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from app.web.frame import PAGES

# The page is the same whatever the database is.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class Links(HTMLParser):
    """The links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link leads."""
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(api: httpx.Client, name: str) -> None:
    links = [link for link in Links(api.get(f"/{name}").text).found if not link.startswith("http")]
    assert links
    for link in links:
        assert api.get(re.sub("#.*", "", link)).status_code == 200, link
